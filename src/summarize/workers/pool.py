"""Many items in several processes, the results in the order of the items.

:meta private:
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from functools import partial
from time import monotonic, perf_counter
from typing import Any

from ..arguments import whole_number
from .batching import batches
from .process import (
    MISSING,
    PATIENCE,
    STARTS,
    TICK,
    Done,
    Item,
    Result,
    Task,
    Work,
    Worker,
    attempt,
    ended,
    interrupts_blocked,
    may_fork,
    no_time,
    start_error,
)

__all__ = ["in_order", "spread"]

_AHEAD = 4  # batches a process that may be in work or finished before the next result is taken

_WARM_UP = 100  # items that are done first, to fill caches
_SAMPLE = 100  # items that are done next, to see how long one takes
_START_UP = 4.0  # seconds that new processes cost: they import everything anew
_BATCH = 64


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
    pool = _Pool(open_work, processes, lost, spent, limit, late or no_time)
    pool.forks = fork and processes == 1 and may_fork()
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
                pool.queue.append(Task(number, batch))
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


def _done_here(pool: _Pool, own: ExitStack, batch: Sequence[Any]) -> Done:
    """What this process makes of a batch that no other could do; with a limit, a fork of it."""
    if pool.limit is None or not may_fork():
        pool.own = pool.own or own.enter_context(pool.open_work())
        return attempt(pool.own, batch)
    apart = _Pool(pool.open_work, 1, pool.lost, pool.spent, pool.limit, pool.late)
    apart.forks = True
    apart.once = lambda item: True
    apart.queue.append(Task(0, batch))
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
        self.workers: list[Worker] = []
        self.retired: list[Worker] = []
        self.queue: deque[Task] = deque()
        self.done: dict[int, Done] = {}
        self.failed_starts = 0

    def start_work(self) -> None:
        """Give what waits to those that wait for it, and start others where there are too few."""
        for worker in tuple(self.workers):
            if worker.idle and self.queue:
                if worker.lives:
                    worker.give(self.queue.popleft())
                else:
                    self._bury(worker)
        starting = sum(not worker.ready for worker in self.workers)
        for _ in range(min(len(self.queue) - starting, self.most - len(self.workers))):
            forks = self.forks and may_fork()
            with interrupts_blocked(tracked=not forks):
                self.workers.append(Worker(self.open_work, "fork" if forks else "spawn"))

    def wait(self) -> None:
        """Wait until a process says something, dies or is late, and take it in."""
        from multiprocessing.connection import wait

        known = {worker.connection: worker for worker in self.workers}
        busy = [worker for worker in self.workers if worker.task is not None]
        patience = None
        if self.limit is not None and busy:
            longest = max(worker.seconds for worker in busy)
            patience = min(TICK, max(self.limit - longest, 0.001))
        began = monotonic()
        found = [known[ready] for ready in wait(list(known), patience)]
        if self.limit is not None and busy:
            seconds = min(monotonic() - began, 2 * TICK)  # it may be that all were stopped
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
                task = worker.task
                if worker.finished(answer, self.spent):
                    self.workers.remove(worker)
                    self.retired.append(worker)
                    worker.connection.close()  # which ends it
                self._keep(task, answer)

    def _end(self, worker: Worker) -> None:
        """End a process that takes too long, and see to what it had in hand."""
        self.workers.remove(worker)
        ended(worker)
        task = worker.task
        assert task is not None
        if len(task.items) == 1:
            self._keep(task, Done([self.late(task.items[0])]))
        else:
            self.queue.extendleft(reversed(task.singly()))

    def _keep(self, task: Task, answer: Done) -> None:
        if task.whole is None or answer.error is not None:
            self.done[task.number] = answer
            return
        results, place = task.whole
        results[place] = answer.results[0]
        if not any(result is MISSING for result in results):
            self.done[task.number] = Done(results)

    def _bury(self, worker: Worker) -> None:
        """See to what a process that has died had in hand."""
        self.workers.remove(worker)
        worker.connection.close()
        worker.process.join()
        task, code = worker.task, worker.process.exitcode
        if not worker.ready:
            self.failed_starts += 1
            if self.failed_starts == STARTS:
                raise start_error(code)
        if task is None:
            return
        if task.whole is not None or self.once(task.items[0]):
            self._keep(task, Done([self.lost(task.items[0], code)]))
        else:
            self.queue.extendleft(reversed(task.singly()))

    def kill(self) -> None:
        for worker in (*self.workers, *self.retired):
            worker.process.kill()

    def close(self) -> None:
        for worker in self.workers:
            worker.connection.close()  # which ends it
        for worker in (*self.workers, *self.retired):
            worker.process.join(PATIENCE)
            worker.process.kill()
