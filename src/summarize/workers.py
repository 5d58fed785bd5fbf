"""Work on many items in several processes, the results in the order of the items.

:meta private:
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from functools import partial
from time import monotonic, perf_counter
from typing import TYPE_CHECKING, Any, Generic, Literal, Self, TextIO, TypeVar, cast
from weakref import WeakSet

from .arguments import whole_number

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

__all__ = [
    "Crew",
    "StartError",
    "available_processors",
    "batches",
    "in_order",
    "processes_of",
    "spread",
    "together",
]

Item = TypeVar("Item")
Result = TypeVar("Result")
Work = Callable[[Sequence[Item]], Sequence[Result]]

_AHEAD = 4  # batches a process that may be in work or finished before the next result is taken
_PATIENCE = 5.0  # seconds that a process has to close what it holds
_STARTS = 3  # processes that may die one after another before they begin
# Items after which a process is replaced, so that what a backend leaks does not add up over days.
# Starting one costs about a second, a thousandth of the time that they take.
_RENEWAL = 20_000
_TICK = 0.5  # seconds between looks at how long a process has taken
_A_SECOND = 4  # short items that are surely done in one

_WARM_UP = 100  # items that are done first, to fill caches
_SAMPLE = 100  # items that are done next, to see how long one takes
_START_UP = 4.0  # seconds that new processes cost: they import everything anew
_BATCH = 64


class StartError(RuntimeError):
    """The processes die before they can do anything."""


def available_processors() -> int:
    """Return the number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def processes_of(jobs: int | str) -> int:
    """Return how many processes ``jobs`` asks for: a number, or ``"auto"``: one a processor.

    Raises:
        ValueError: if it is neither.

    >>> processes_of(3)
    3
    """
    if jobs == "auto":
        return available_processors()
    if isinstance(jobs, str):
        raise ValueError(f"jobs={jobs!r} must be a whole number, 1 or more, or 'auto'")
    return whole_number("jobs", jobs)


def batches(
    items: Iterable[Item], count: int, *, size: Callable[[Item], int], most: int
) -> Iterator[list[Item]]:
    """Cut items into lists of ``count``, and of fewer where their sizes add up to ``most``.

    >>> list(batches(["a", "bb", "ccc", "d"], 3, size=len, most=3))
    [['a', 'bb'], ['ccc'], ['d']]
    """
    batch: list[Item] = []
    total = 0
    try:
        for item in items:
            batch.append(item)
            total += size(item)
            if len(batch) == count or total >= most:
                yield batch
                batch, total = [], 0
    except Exception:  # what came before it is not lost
        if batch:
            yield batch
        raise
    if batch:
        yield batch


def together(limit: float | None, count: int) -> int:
    """Return how many short items, ``count`` at most, one process may be given at once.

    They share the time limit of one: if they are not done in it, all that was done is done again.

    >>> together(None, 64), together(60, 64), together(1, 64), together(0.1, 64)
    (64, 64, 4, 1)
    """
    return count if limit is None else min(max(int(limit * _A_SECOND), 1), count)


def in_order(
    open_work: Callable[[], AbstractContextManager[Work[Item, Result]]],
    items: Iterable[Sequence[Item]],
    *,
    processes: int,
    lost: Callable[[Item, int | None], Result],
    here: Callable[[Item], bool] = lambda item: False,
    spent: Callable[[Result], bool] = lambda result: False,
    limit: float | None = None,
    late: Callable[[Item], Result] | None = None,
    fork: bool = False,
) -> Iterator[Result]:
    """Yield the result of each item, in the order of the items.

    The processes are started by *spawn*, which is safe next to threads and loaded models, and only
    as there is work for them. No more than a few batches a process are taken before the next
    result is asked for, so that memory does not grow with their number. However the iterator ends,
    no process outlives it. An interrupt reaches this process only.

    What a process has in hand when it dies is done once more by another, each item alone; only an
    item with which a process dies again is lost. A process is replaced after 20,000 items, and
    when a result says that it is spent.

    A process that takes longer than ``limit`` is ended, whatever it is at, and another takes its
    place: of a batch each item is then done alone, an item that was alone is late. Only time in
    which this process waits counts: neither that of a slow reader of the results nor that in which
    both processes are stopped.

    Args:
        open_work: opens, in each process, what the work needs, and gives the function that does
            a batch: as many results as items. It, the items and the results must pickle.
        items: the items, in batches.
        processes: at most so many.
        lost: the result of an item whose process died, given the process's exit code.
        here: which items this process must do itself; one for which it holds is alone in its batch.
            With a limit a fork of this process does it, where that is safe, and once.
        spent: whether the process that gave a result should do nothing more.
        limit: seconds that a batch may take, and an item that is done alone.
        late: the result of an item that took longer.
        fork: make the one process by *fork*, where that is safe (on Linux, while this process is
            of one thread): it begins at once, and has what only this process has, so that it
            also does the items for which ``here`` holds, each once.

    Raises:
        Exception: what ``open_work`` raised, at once; or what the function raised for a batch,
            when its turn comes.
        StartError: if the processes die before they can begin.

    >>> list(in_order(partial(nullcontext, sorted), [[-1, 2], [3]], processes=1, lost=max))
    [-1, 2, 3]
    """
    pool = _Pool(open_work, processes, lost, spent, limit, late or _no_time)
    pool.forks = fork and processes == 1 and _may_fork()
    if pool.forks:
        pool.once = here
    try:
        with ExitStack() as own:
            yield from _in_order(pool, own, items, None if pool.forks else here)
    except BaseException:
        pool.kill()
        raise
    finally:
        pool.close()


def spread(
    function: Callable[[Item], Result], items: Sequence[Item], *, processes: int
) -> list[Result]:
    """Return ``[function(item) for item in items]``.

    The first items are done in this process. Only if others would save more time on the rest than
    they cost are up to ``processes`` started. The results and their order do not depend on it.

    Raises:
        ValueError: if ``processes`` is no whole number above 0.
    """
    processes = whole_number("processes", processes)
    results = [function(item) for item in items[:_WARM_UP]]
    start = perf_counter()
    results += [function(item) for item in items[_WARM_UP : _WARM_UP + _SAMPLE]]
    rest = items[_WARM_UP + _SAMPLE :]
    expected = (perf_counter() - start) / _SAMPLE * len(rest)
    saved = expected * (1 - 1 / processes)
    if not rest or saved <= _START_UP:
        return results + [function(item) for item in rest]
    cut = batches(rest, _BATCH, size=lambda item: 1, most=_BATCH)
    work: Callable[[], AbstractContextManager[Work[Item, Result]]] = partial(_given, function)
    return results + list(in_order(work, cut, processes=processes, lost=_no_result))


def _given(function: Callable[[Any], Any]) -> AbstractContextManager[Work[Any, Any]]:
    """What opens work that needs nothing opened."""
    return nullcontext(lambda items: [function(item) for item in items])


def _no_time(item: object) -> Any:
    raise RuntimeError("it took longer than the limit")


def _may_fork() -> bool:
    """Whether a child made by *fork* can be trusted: it would wait for ever for a lock that another
    thread holds, and only Linux says how many threads there are, native ones included.
    """
    try:
        return sys.platform == "linux" and len(os.listdir("/proc/self/task")) == 1
    except OSError:
        return False


def _no_result(item: object, exit_code: int | None) -> Any:
    raise RuntimeError(f"a process that worked on this died twice (exit status {exit_code})")


def _in_order(
    pool: _Pool,
    own: ExitStack,
    items: Iterable[Sequence[Item]],
    here: Callable[[Item], bool] | None,
) -> Iterator[Result]:
    numbered = enumerate(items)
    taken = yielded = 0
    more = True
    failed: Exception | None = None  # what the items raised, told when those before it are done
    while True:
        while more and taken - yielded < _AHEAD * pool.most:
            try:
                following = next(numbered, None)
            except Exception as error:
                failed, following = error, None
            if following is None:
                more = False
                break
            taken += 1
            number, batch = following
            if here is not None and here(batch[0]):
                pool.start_work()  # which goes on beside it
                pool.done[number] = _done_here(pool, own, batch)
            else:
                pool.queue.append(_Task(number, batch))
        pool.start_work()
        if yielded in pool.done:
            results = pool.done.pop(yielded)
            yielded += 1
            yield from results.values()
        elif yielded < taken:
            pool.wait()
        elif failed is not None:
            raise failed
        else:
            return


def _done_here(pool: _Pool, own: ExitStack, batch: Sequence[Any]) -> _Done:
    """What this process makes of a batch that no other could do; with a limit, a fork of it."""
    if pool.limit is None or not _may_fork():
        pool.own = pool.own or own.enter_context(pool.open_work())
        return _attempt(pool.own, batch)
    apart = _Pool(pool.open_work, 1, pool.lost, pool.spent, pool.limit, pool.late)
    apart.forks = True
    apart.once = lambda item: True
    apart.queue.append(_Task(0, batch))
    try:
        while not apart.done:
            apart.start_work()
            apart.wait()
    except BaseException:
        apart.kill()
        raise
    finally:
        apart.close()
    return apart.done[0]


class _Done:
    """What came of a batch: its results or an error."""

    def __init__(self, results: Sequence[Any] = (), error: BaseException | None = None) -> None:
        self.results = results
        self.error = error

    def values(self) -> Iterator[Any]:
        if self.error is not None:
            raise self.error
        yield from self.results


def _attempt(function: Work[Any, Any], items: Sequence[Any]) -> _Done:
    try:
        results = list(function(items))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a process ends when it is told to, and not before
        return _Done(error=error)
    if len(results) != len(items):
        return _Done(error=RuntimeError(f"{len(results)} results for {len(items)} items"))
    return _Done(results)


class _Task:
    """A batch, or one item of a batch that is done once more.

    Attributes:
        number: the batch's.
        items: what is to be done.
        whole: the batch that an item is of, and its place there; ``None`` for a batch.
    """

    def __init__(
        self, number: int, items: Sequence[Any], whole: tuple[list[Any], int] | None = None
    ) -> None:
        self.number = number
        self.items = items
        self.whole = whole

    def singly(self) -> list[_Task]:
        """The items one by one, to be tried once more."""
        results: list[Any] = [_MISSING] * len(self.items)
        return [_Task(self.number, [item], (results, i)) for i, item in enumerate(self.items)]


_MISSING = object()


class _Pool:
    """The processes, and what is to be done and is done."""

    def __init__(
        self,
        open_work: Callable[[], AbstractContextManager[Work[Any, Any]]],
        most: int,
        lost: Callable[[Any, int | None], Any],
        spent: Callable[[Any], bool],
        limit: float | None,
        late: Callable[[Any], Any],
    ) -> None:
        self.open_work = open_work
        self.most = most
        self.lost = lost
        self.spent = spent
        self.limit = limit
        self.late = late
        self.forks = False
        self.once: Callable[[Any], bool] = lambda item: False
        self.own: Work[Any, Any] | None = None  # of this process, once it is opened
        self.workers: list[_Worker] = []
        self.retired: list[_Worker] = []
        self.queue: deque[_Task] = deque()
        self.done: dict[int, _Done] = {}
        self.failed_starts = 0

    def start_work(self) -> None:
        """Give what waits to those that wait for it, and start others where there are too few."""
        for worker in self.workers:
            if worker.idle and self.queue:
                worker.give(self.queue.popleft())
        starting = sum(not worker.ready for worker in self.workers)
        for _ in range(min(len(self.queue) - starting, self.most - len(self.workers))):
            forks = self.forks and _may_fork()
            with _interrupts_blocked(tracked=not forks):
                self.workers.append(_Worker(self.open_work, "fork" if forks else "spawn"))

    def wait(self) -> None:
        """Wait until a process says something, dies or is late, and take it in."""
        from multiprocessing.connection import wait

        known = {worker.connection: worker for worker in self.workers}
        busy = [worker for worker in self.workers if worker.task is not None]
        patience = None
        if self.limit is not None and busy:
            longest = max(worker.seconds for worker in busy)
            patience = min(_TICK, max(self.limit - longest, 0.001))
        began = monotonic()
        found = [known[ready] for ready in wait(list(known), patience)]
        if self.limit is not None and busy:
            seconds = min(monotonic() - began, 2 * _TICK)  # it may be that all were stopped
            for worker in busy:
                worker.seconds += seconds
                if worker not in found and worker.seconds >= self.limit:
                    self._end(worker)
        for worker in found:
            answer = worker.take()
            if answer is None:
                self._bury(worker)
            elif worker.task is None:  # it has begun, or could not
                if answer.error is not None:
                    raise answer.error
                worker.ready = True
                self.failed_starts = 0
            else:
                task, worker.task = worker.task, None
                worker.count += len(task.items)
                worn = isinstance(answer.error, MemoryError) or any(map(self.spent, answer.results))
                if worn or worker.count >= _RENEWAL:
                    self.workers.remove(worker)
                    self.retired.append(worker)
                    worker.connection.close()  # which ends it
                self._keep(task, answer)

    def _end(self, worker: _Worker) -> None:
        """End a process that takes too long, and see to what it had in hand."""
        self.workers.remove(worker)
        worker.process.kill()
        worker.process.join()
        worker.connection.close()
        task = worker.task
        assert task is not None
        if len(task.items) == 1:
            self._keep(task, _Done([self.late(task.items[0])]))
        else:
            self.queue.extendleft(reversed(task.singly()))

    def _keep(self, task: _Task, answer: _Done) -> None:
        if task.whole is None or answer.error is not None:
            self.done[task.number] = answer
            return
        results, place = task.whole
        results[place] = answer.results[0]
        if not any(result is _MISSING for result in results):
            self.done[task.number] = _Done(results)

    def _bury(self, worker: _Worker) -> None:
        """See to what a process that has died had in hand."""
        self.workers.remove(worker)
        worker.connection.close()
        worker.process.join()
        task, code = worker.task, worker.process.exitcode
        if not worker.ready:
            self.failed_starts += 1
            if self.failed_starts == _STARTS:
                raise _start_error(code)
        if task is None:
            return
        if task.whole is not None or self.once(task.items[0]):
            self._keep(task, _Done([self.lost(task.items[0], code)]))
        else:
            self.queue.extendleft(reversed(task.singly()))

    def kill(self) -> None:
        for worker in (*self.workers, *self.retired):
            worker.process.kill()

    def close(self) -> None:
        for worker in self.workers:
            worker.connection.close()  # which ends it
        for worker in (*self.workers, *self.retired):
            worker.process.join(_PATIENCE)
            worker.process.kill()


class _Worker:
    """A process and what it has in hand."""

    def __init__(
        self,
        open_work: Callable[[], AbstractContextManager[Work[Any, Any]]],
        method: Literal["fork", "spawn"],
    ) -> None:
        from multiprocessing import get_context  # which one process alone need not pay for

        stdin = sys.stdin
        if method == "fork":
            context: Any = get_context("fork")
            self.connection, theirs = context.Pipe()
            forked = theirs, open_work, self.connection, stdin, os.getpid()
            self.process = context.Process(target=_serve_forked, args=forked, daemon=True)
            sys.stdin = None  # which multiprocessing would close in the child
        else:
            context = get_context("spawn")
            self.connection, theirs = context.Pipe()
            # Linux takes the end of the thread that started it for that of this process.
            tied = sys.platform == "linux" and threading.get_native_id() == os.getpid()
            given = theirs, open_work, tied
            self.process = context.Process(target=_serve, args=given, daemon=True)
        try:
            self.process.start()
        except BaseException:
            self.connection.close()
            raise
        finally:
            sys.stdin = stdin
            theirs.close()  # so that only the process holds it, and its end is seen here
        self.ready = False
        self.task: _Task | None = None
        self.count = 0
        self.seconds = 0.0  # that its task has taken

    @property
    def idle(self) -> bool:
        return self.ready and self.task is None

    def give(self, task: _Task) -> None:
        self.task = task
        self.seconds = 0.0
        with suppress(ConnectionError):  # it has died, which take() will see
            self.connection.send(task.items)

    def answers_within(self, limit: float) -> bool:
        """Wait until it has an answer or has died; whether it has by then."""
        left = limit
        while left > 0:
            began = monotonic()
            try:
                if self.connection.poll(min(_TICK, left)):
                    return True
            except OSError:  # as Windows says that it has died
                return True
            left -= min(monotonic() - began, 2 * _TICK)  # it may be that both were stopped
        return False

    def take(self) -> _Done | None:
        """What came of its task, or of its start; ``None`` if it died before it had said so."""
        try:
            answer: _Done = self.connection.recv()
        except (EOFError, OSError):  # the latter if it died in the middle of its answer
            return None
        return answer


class Crew(Generic[Item, Result]):
    """Processes that stand ready for the items that threads bring, each one at a time.

    A thread waits until its item is done, and those that wait are served in the order in which
    they came: a process that is free is given its share of them as one batch. A process that dies
    is replaced, and what it had in hand done once more by another, each item alone. So is one that
    takes longer than ``limit``; an item that was alone is late.

    Args:
        open_work: as for :func:`in_order`.
        processes: how many. They are started at once, by *spawn*.
        lost: the result of an item with which two processes died, given the exit code.
        joins: whether an item may be done together with others: one that takes long may not.
        limit: seconds that an item may take, once its turn has come and the process has begun.
        late: the result of an item that took longer.

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
    ) -> None:
        self._open_work = open_work
        self._processes = processes
        self._lost = lost
        self._joins = joins
        self._limit = limit
        self._late = late or _no_time
        self._closed = False
        self._begin([self._started() for _ in range(processes)])
        _crews.add(self)

    def _begin(self, workers: Sequence[_Worker | None]) -> None:
        """Have these processes, of which those that are ``None`` are yet to be started."""
        self._lock = threading.Lock()
        self._waiting: deque[_Turn] = deque()
        self._idle: deque[_Worker | None] = deque(workers)

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
        self._await(turn)
        if turn.done is None:
            self._serve([turn, *self._others(item)], turn.worker)
        assert turn.done is not None
        [result] = turn.done.values()
        return cast("Result", result)

    def _await(self, turn: _Turn) -> None:
        """Wait until a process is free for this turn, or another thread has seen to it."""
        with self._lock:
            if self._closed:
                raise RuntimeError("the summarizer has been closed, and its processes with it")
            if self._idle and not self._waiting:
                turn.worker, turn.called = self._idle.popleft(), True
                return
            self._waiting.append(turn)
        try:
            turn.come.acquire()
        except BaseException:  # an interrupt
            with self._lock:
                if turn in self._waiting:
                    self._waiting.remove(turn)
            if turn.called:
                self._give_back(turn.worker)
            raise
        if not turn.called and turn.done is None:
            raise RuntimeError("the summarizer was closed while it worked")

    def _others(self, item: Item) -> list[_Turn]:
        """Take those that are next, a process's share of them, to be done together with an item."""
        taken: list[_Turn] = []
        if self._joins(item):
            with self._lock:
                share = -(-len(self._waiting) // self._processes)
                for _ in range(together(self._limit, share + 1) - 1):
                    if not self._joins(self._waiting[0].item):
                        break
                    taken.append(self._waiting.popleft())
        return taken

    def _serve(self, turns: list[_Turn], worker: _Worker | None) -> None:
        """See to the turns, of which the first is this thread's, and give the process back."""
        following: _Worker | None = None
        try:
            following = self._done_by(worker, turns)
        except Exception as error:
            for turn in turns:
                turn.done = turn.done or _Done(error=error)
        except BaseException:  # an interrupt is of this thread alone
            with self._lock:
                self._waiting.extendleft(turn for turn in turns[:0:-1] if turn.done is None)
            raise
        finally:
            self._give_back(following)
            for turn in turns[1:]:
                if turn.done is not None:
                    turn.come.release()

    def _done_by(self, worker: _Worker | None, turns: list[_Turn]) -> _Worker | None:
        """Have the turns done, and return the process that is there for the next."""
        answer, worker, _ = self._asked(worker, turns)
        if answer is not None and answer.error is None:
            for turn, result in zip(turns, answer.results, strict=True):
                turn.done = _Done([result])
        elif answer is not None and len(turns) == 1:
            turns[0].done = answer
        else:
            for turn in turns:
                answer, worker, code = self._asked(worker, [turn])
                turn.done = answer or _Done([self._lost(turn.item, code)])
        return worker

    def _asked(
        self, worker: _Worker | None, turns: list[_Turn]
    ) -> tuple[_Done | None, _Worker | None, int | None]:
        """What a process made of the turns, and the process; or how it ended.

        If it took too long it is ended: one turn is then late, several have no answer.
        """
        worker = self._ready(worker)
        try:
            try:
                worker.give(_Task(0, [turn.item for turn in turns]))
            except Exception as error:  # what does not pickle
                answer: _Done | None = _Done(error=error)
            else:
                if self._limit is not None and not worker.answers_within(self._limit):
                    code = _ended(worker)
                    late = [self._late(turn.item) for turn in turns] if len(turns) == 1 else []
                    return (_Done(late) if late else None), None, code
                answer = worker.take()
        except BaseException:
            _ended(worker)  # whose answer may still come, and would be the next one's
            raise
        if answer is None:
            return None, None, _ended(worker)
        worker.task = None
        return answer, worker, None

    def _give_back(self, worker: _Worker | None) -> None:
        with self._lock:
            if self._closed:
                self._dismiss()  # whom an interrupt has put back since
                if worker is not None:
                    _ended(worker)
            elif self._waiting:
                turn = self._waiting.popleft()
                turn.worker, turn.called = worker, True
                turn.come.release()
            else:
                self._idle.append(worker)

    def _started(self) -> _Worker:
        with _interrupts_blocked(tracked=True):
            return _Worker(self._open_work, "spawn")

    def _ready(self, worker: _Worker | None) -> _Worker:
        """The worker, or one in its place, once it has begun."""
        if worker is not None and worker.ready:
            return worker
        code: int | None = None
        for _ in range(_STARTS):
            worker = worker or self._started()
            try:
                answer = worker.take()
            except BaseException:
                _ended(worker)
                raise
            if answer is not None and answer.error is None:
                worker.ready = True
                return worker
            code, worker = _ended(worker), None
            if answer is not None and answer.error is not None:
                raise answer.error
        raise _start_error(code)

    def close(self) -> None:
        """End the processes; those that wait for one are told."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, deque()
            self._dismiss()
        workers = [worker for worker in idle if worker is not None]
        for worker in workers:
            worker.connection.close()
        for worker in workers:
            worker.process.join(_PATIENCE)
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
        done: what came of the item, if another thread has seen to it.
        come: held until one of the two.
    """

    def __init__(self, item: Any) -> None:
        self.item = item
        self.worker: _Worker | None = None
        self.called = False
        self.done: _Done | None = None
        self.come = threading.Lock()
        self.come.acquire()


def _ended(worker: _Worker) -> int | None:
    """End a process, and return how it ended."""
    worker.connection.close()
    worker.process.kill()
    worker.process.join()
    code: int | None = worker.process.exitcode
    return code


def _start_error(code: int | None) -> StartError:
    return StartError(
        f"the processes that jobs= starts die before they begin (exit status {code}); in a script, "
        "what starts them must be below: if __name__ == '__main__'"
    )


@contextmanager
def _interrupts_blocked(*, tracked: bool) -> Iterator[None]:
    """Hold interrupts back, from this process for now and from those it starts for good.

    Args:
        tracked: whether multiprocessing's tracker of resources will be started.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    if tracked:
        from multiprocessing.resource_tracker import ensure_running

        ensure_running()  # would lift the block if it came with the first process
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve_forked(
    connection: Connection,
    open_work: Callable[[], AbstractContextManager[Work[Any, Any]]],
    parents: Connection,
    stdin: TextIO | None,
    parent: int,
) -> None:
    """As :func:`_serve`, in a child that has a copy of all that its parent has."""
    sys.stdin = stdin
    parents.close()  # else its end would never be seen
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _die_with_parent()
    if os.getppid() == parent:
        _serve(connection, open_work)


def _die_with_parent() -> None:
    """Ask Linux to kill this process when its parent ends, also in the middle of work."""
    import ctypes

    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def _serve(
    connection: Connection,
    open_work: Callable[[], AbstractContextManager[Work[Any, Any]]],
    tied: bool = False,
) -> None:
    """Do what comes, until the other end is closed; if tied, at most while the parent lives."""
    if tied:
        _die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where it cannot be blocked
    with suppress(EOFError, ConnectionError), ExitStack() as stack:
        try:
            function = stack.enter_context(open_work())
        except BaseException as error:
            connection.send(_Done(error=_sendable(error)))
            return
        connection.send(_Done())
        while True:
            result = _attempt(function, connection.recv())
            if result.error is not None:
                result.error = _sendable(result.error)
            try:
                data = pickle.dumps(result, pickle.HIGHEST_PROTOCOL)
            except Exception as error:
                data = pickle.dumps(_Done(error=_sendable(error)))
            connection.send_bytes(data)


def _sendable(error: BaseException) -> Exception:
    """The error with its traceback as a note, or what it says if it does not travel."""
    if isinstance(error, Exception):
        error.add_note("".join(traceback.format_exception(error)))
        try:
            pickle.loads(pickle.dumps(error))
        except Exception:
            pass
        else:
            return error
    try:
        said = str(error)
    except Exception:
        said = "(it cannot say what)"
    return RuntimeError(f"{type(error).__name__}: {said}")
