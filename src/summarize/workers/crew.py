"""Processes that stand ready for what threads bring.

:meta private:
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Generic, Self, cast
from weakref import WeakSet

from .batching import together
from .process import (
    PATIENCE,
    STARTS,
    Done,
    Item,
    Result,
    Task,
    Work,
    Worker,
    ended,
    interrupts_blocked,
    no_time,
    start_error,
)

__all__ = ["Crew"]


class Crew(Generic[Item, Result]):
    """Processes that stand ready for the items that threads bring, each one at a time.

    A thread waits until its item is done, and those that wait are served in the order in which
    they came: a process that is free is given its share of them as one batch. A process that dies
    is replaced, and what it had in hand done once more by another, each item alone. So is one that
    takes longer than ``limit``; an item that was alone is late. A process is also replaced after
    20,000 items, and when a result says that it is spent.

    Args:
        open_work: as for :func:`in_order`.
        processes: how many. They are started at once, by *spawn*.
        lost: the result of an item with which two processes died, given the exit code.
        joins: whether an item may be done together with others: one that takes long may not.
        limit: seconds that an item may take, once its turn has come and the process has begun.
        late: the result of an item that took longer.
        spent: whether the process that gave a result should do nothing more.

    >>> from contextlib import nullcontext
    >>> from functools import partial
    >>> with Crew(partial(nullcontext, sorted), processes=1, lost=max) as crew:
    ...     crew.do(3)
    3
    """

    def __init__(
        self,
        open_work: Callable[[], AbstractContextManager[Work[Item, Result]]],
        *,
        processes: int,
        lost: Callable[[Item, int | None], Result],
        joins: Callable[[Item], bool] = lambda item: False,
        limit: float | None = None,
        late: Callable[[Item], Result] | None = None,
        spent: Callable[[Result], bool] = lambda result: False,
    ) -> None:
        self._open_work = open_work
        self._processes = processes
        self._lost = lost
        self._joins = joins
        self._limit = limit
        self._late = late or no_time
        self._spent = spent
        self._closed = False
        self._begin([self._started() for _ in range(processes)])
        _crews.add(self)

    def _begin(self, workers: Sequence[Worker | None]) -> None:
        """Have these processes, of which those that are ``None`` are yet to be started."""
        self._lock = threading.Lock()
        self._waiting: deque[_Turn] = deque()
        self._retired: Worker | None = None
        self._idle: deque[Worker | None] = deque(workers)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def do(self, item: Item) -> Result:
        """Have an item done, and return its result.

        Raises:
            StartError: if the processes die before they can begin.
            RuntimeError: if the crew has been closed.
            Exception: what ``open_work`` or the function raised.
        """
        turn = _Turn(item)
        try:
            self._await(turn)
            if turn.done is None:
                self._serve([turn, *self._others(turn)], turn.worker)
        except BaseException:  # an interrupt, wherever it comes
            self._leave(turn)
            raise
        assert turn.done is not None
        [result] = turn.done.values()
        return cast("Result", result)

    def do_all(self, items: Sequence[Item]) -> list[Result]:
        """Have some items done together, and return their results; for one thread alone.

        Raises:
            StartError, RuntimeError, Exception: as :meth:`do`.
        """
        found: list[Result] = []
        while len(found) < len(items):
            step = together(self._limit, len(items) - len(found))
            turns = [_Turn(item) for item in items[len(found) : len(found) + step]]
            self._await(turns[0])
            self._serve(turns, turns[0].worker)
            for turn in turns:
                assert turn.done is not None
                found += turn.done.values()
        return found

    def _leave(self, turn: _Turn) -> None:
        """See to it that an interrupted thread keeps neither a process nor others from theirs.

        Its process may be another's already, and is ended in any case: whoever has it gets another.
        """
        self._put_back_others(turn)
        if turn.called:
            turn.called = False
            if turn.worker is not None:
                ended(turn.worker)
            self._give_back(None)

    def _put_back_others(self, turn: _Turn) -> None:
        """Let those that an interrupted thread has taken wait again, in front of all, and once."""
        with self._lock:
            left = [each for each in turn.others if each.done is None and not each.called]
            held = [each for each in left if each not in self._waiting]
            waiting = deque([*held, *self._waiting])
            none: list[_Turn] = []
            # No call stands between these, so that no interrupt does.
            self._waiting, turn.others = waiting, none

    def _await(self, turn: _Turn) -> None:
        """Wait until a process is free for this turn, or another thread has seen to it."""
        with self._lock:
            if self._closed:
                raise RuntimeError("the summarizer has been closed, and its processes with it")
            if self._idle and not self._waiting:
                # No call stands between these, so that no interrupt does.
                turn.worker, turn.called = self._idle[0], True
                del self._idle[0]
                return
            self._waiting.append(turn)
        try:
            turn.come.acquire()
        except BaseException:  # an interrupt
            with self._lock:
                if turn in self._waiting:
                    self._waiting.remove(turn)
            raise
        if not turn.called and turn.done is None:
            raise RuntimeError("the summarizer was closed while it worked")

    def _others(self, turn: _Turn) -> list[_Turn]:
        """Take those that are next, a process's share of them, to be done together with a turn."""
        if self._joins(turn.item):
            with self._lock:
                share = -(-len(self._waiting) // self._processes)
                for _ in range(together(self._limit, share + 1) - 1):
                    if not self._joins(self._waiting[0].item):
                        break
                    turn.others.append(self._waiting[0])  # before it is out of the other
                    self._waiting.popleft()
        return turn.others

    def _serve(self, turns: list[_Turn], worker: Worker | None) -> None:
        """See to the turns, of which the first is this thread's, and give the process back."""
        following: Worker | None = None
        try:
            following = self._done_by(worker, turns)
        except Exception as error:
            for turn in turns:
                turn.done = turn.done or Done(error=error)
        except BaseException:  # an interrupt is of this thread alone
            self._put_back_others(turns[0])
            raise
        finally:
            self._give_back(following)
            turns[0].called = False
            for turn in turns[1:]:
                if turn.done is not None:
                    turn.come.release()

    def _done_by(self, worker: Worker | None, turns: list[_Turn]) -> Worker | None:
        """Have the turns done, and return the process that is there for the next."""
        answer, worker, _ = self._asked(worker, turns)
        if answer is not None and answer.error is None:
            for turn, result in zip(turns, answer.results, strict=True):
                turn.done = Done([result])
        elif answer is not None and len(turns) == 1:
            turns[0].done = answer
        else:
            for turn in turns:
                answer, worker, code = self._asked(worker, [turn])
                turn.done = answer or Done([self._lost(turn.item, code)])
        return worker

    def _asked(
        self, worker: Worker | None, turns: list[_Turn]
    ) -> tuple[Done | None, Worker | None, int | None]:
        """What a process made of the turns, and the process; or how it ended.

        If it took too long it is ended: one turn is then late, several have no answer.
        """
        worker = self._ready(worker)
        try:
            try:
                worker.give(Task(0, [turn.item for turn in turns]))
            except Exception as error:  # what does not pickle
                answer: Done | None = Done(error=error)
            else:
                if self._limit is not None and not worker.answers_within(self._limit):
                    code = ended(worker)
                    late = [self._late(turn.item) for turn in turns] if len(turns) == 1 else []
                    return (Done(late) if late else None), None, code
                answer = worker.take()
        except BaseException:
            ended(worker)  # whose answer may still come, and would be the next one's
            raise
        if answer is None:
            return None, None, ended(worker)
        if worker.task is not None and worker.finished(answer, self._spent):
            self._retire(worker)
            return answer, None, None
        return answer, worker, None

    def _retire(self, worker: Worker) -> None:
        """Let a process close what it holds; the one before it has had the time to."""
        with self._lock:
            before, self._retired = self._retired, worker
        worker.connection.close()  # which ends it
        if before is not None:
            ended(before)

    def _give_back(self, worker: Worker | None) -> None:
        with self._lock:
            if self._closed:
                self._dismiss()  # whom an interrupt has put back since
                if worker is not None:
                    ended(worker)
            elif self._waiting:
                turn = self._waiting.popleft()
                turn.worker, turn.called = worker, True
                turn.come.release()
            else:
                self._idle.append(worker)

    def _started(self) -> Worker:
        with interrupts_blocked(tracked=True):
            return Worker(self._open_work, "spawn")

    def _ready(self, worker: Worker | None) -> Worker:
        """The worker, or one in its place, once it has begun."""
        if worker is not None and worker.ready and worker.lives:
            return worker
        if worker is not None and worker.ready:
            ended(worker)
            worker = None
        code: int | None = None
        for _ in range(STARTS):
            worker = worker or self._started()
            try:
                answer = worker.take()
            except BaseException:
                ended(worker)
                raise
            if answer is not None and answer.error is None:
                worker.ready = True
                return worker
            code, worker = ended(worker), None
            if answer is not None and answer.error is not None:
                raise answer.error
        raise start_error(code)

    def close(self) -> None:
        """End the processes; those that wait for one are told."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, deque()
            self._dismiss()
        workers = [worker for worker in (*idle, self._retired) if worker is not None]
        for worker in workers:
            worker.connection.close()
        for worker in workers:
            worker.process.join(PATIENCE)
            worker.process.kill()

    def _dismiss(self) -> None:
        """Tell those that wait that no process will come; the lock is held."""
        for turn in self._waiting:
            turn.come.release()
        self._waiting.clear()


_crews: WeakSet[Crew[Any, Any]] = WeakSet()


def _begin_in_fork() -> None:
    """Give each crew processes of its own: a fork must not speak on its parent's pipes."""
    for crew in _crews:
        crew._begin([None] * crew._processes)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_in_fork)  # while it is of one thread


class _Turn:
    """A thread that waits for its item to be done.

    Attributes:
        item: the item.
        worker: the process that it may use, once it is called; ``None`` is one to be started.
        called: whether it is.
        others: those that it has taken to be done together with it.
        done: what came of the item, if another thread has seen to it.
        come: held until one of the two.
    """

    def __init__(self, item: Any) -> None:
        self.item = item
        self.worker: Worker | None = None
        self.called = False
        self.others: list[_Turn] = []
        self.done: Done | None = None
        self.come = threading.Lock()
        self.come.acquire()
