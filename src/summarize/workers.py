"""Work on many items in several processes, the results in the order of the items.

:meta private:
"""

from __future__ import annotations

import multiprocessing
import pickle
import signal
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from multiprocessing import connection as connections
from typing import Any, TypeVar

__all__ = ["in_order"]

Item = TypeVar("Item")
Result = TypeVar("Result")

_AHEAD = 4  # items a process that may be in work or finished before the next result is taken
_PATIENCE = 5.0  # seconds that a process has to close what it holds


def in_order(
    open_work: Callable[[], AbstractContextManager[Callable[[Item], Result]]],
    items: Iterable[Item],
    *,
    processes: int,
    lost: Callable[[Item, int | None], Result],
    here: Callable[[Item], bool] = lambda item: False,
) -> Iterator[Result]:
    """Yield the result of each item, in the order of the items.

    The processes are started by *spawn*, which is safe next to threads and loaded models, and only
    as there is work for them. No more than a few items a process are taken before the next result
    is asked for, so that memory does not grow with their number. However the iterator ends, no
    process outlives it. An interrupt reaches this process only.

    Args:
        open_work: opens, in each process, what the work needs, and gives the function that does
            one item. It, the items and the results must pickle.
        items: any iterable.
        processes: at most so many.
        lost: the result of an item whose process died, given the process's exit code.
        here: which items this process must do itself.

    Raises:
        Exception: what ``open_work`` raised, at once; or what the function raised for an item,
            when its turn comes.

    >>> from contextlib import nullcontext
    >>> from functools import partial
    >>> list(in_order(partial(nullcontext, abs), [-1, 2, -3], processes=1, lost=max))
    [1, 2, 3]
    """
    pool: list[_Worker] = []
    try:
        with ExitStack() as own:
            yield from _in_order(pool, own, open_work, items, processes, lost, here)
    except BaseException:
        for worker in pool:
            worker.process.kill()
        raise
    finally:
        for worker in pool:
            worker.connection.close()  # which ends it
        for worker in pool:
            worker.process.join(_PATIENCE)
            worker.process.kill()


def _in_order(
    pool: list[_Worker],
    own: ExitStack,
    open_work: Callable[[], AbstractContextManager[Callable[[Item], Result]]],
    items: Iterable[Item],
    processes: int,
    lost: Callable[[Item, int | None], Result],
    here: Callable[[Item], bool],
) -> Iterator[Result]:
    numbered = enumerate(items)
    function: Callable[[Item], Result] | None = None
    done: dict[int, _Done] = {}
    taken = yielded = 0
    more = True
    while True:
        while more and taken - yielded < _AHEAD * processes:
            idle = _waiting(pool)
            if idle is None and len(pool) == processes:
                break
            following = next(numbered, None)
            if following is None:
                more = False
                break
            number, item = following
            taken += 1
            if here(item):
                function = function or own.enter_context(open_work())
                done[number] = _attempt(function, item)
            else:
                (idle or _start(pool, open_work)).give(number, item)
        if yielded in done:
            result = done.pop(yielded)
            yielded += 1
            if result.error is not None:
                raise result.error
            yield result.value
        elif yielded == taken and not more:
            return
        else:
            busy = {worker.connection: worker for worker in pool if not worker.idle}
            for ready in connections.wait(list(busy)):
                worker = busy[ready]  # type: ignore[index]
                answer = worker.take()
                if answer is None:
                    pool.remove(worker)
                    worker.process.join()
                    answer = _Done(lost(worker.item, worker.process.exitcode))
                done[worker.number] = answer


class _Done:
    """What came of an item: a value or an error."""

    def __init__(self, value: Any = None, error: Exception | None = None) -> None:
        self.value = value
        self.error = error


def _attempt(function: Callable[[Any], Any], item: Any) -> _Done:
    try:
        return _Done(function(item))
    except Exception as error:
        return _Done(error=error)


class _Worker:
    """A process and what it has in hand."""

    def __init__(self, open_work: Callable[[], AbstractContextManager[Callable[..., Any]]]) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, open_work), daemon=True)
        self.process.start()
        theirs.close()  # so that only the process holds it, and its end is seen here
        self.idle = True
        self.number = -1
        self.item: Any = None

    def give(self, number: int, item: Any) -> None:
        self.idle = False
        self.number = number
        self.item = item
        with suppress(ConnectionError):  # it has died, which take() will see
            self.connection.send(item)

    def take(self) -> _Done | None:
        """What came of its item; ``None`` if the process died before it had said so."""
        result: _Done
        try:
            opened, result = self.connection.recv()
        except (EOFError, OSError):  # the latter if it died in the middle of its answer
            return None
        if not opened and result.error is not None:
            raise result.error
        self.idle = True
        return result


def _waiting(pool: list[_Worker]) -> _Worker | None:
    """A process that waits for an item, if one does; those that died waiting are forgotten."""
    for worker in [worker for worker in pool if worker.idle]:
        if worker.process.is_alive():
            return worker
        pool.remove(worker)
    return None


def _start(
    pool: list[_Worker], open_work: Callable[[], AbstractContextManager[Callable[..., Any]]]
) -> _Worker:
    with _interrupts_blocked():
        worker = _Worker(open_work)
        pool.append(worker)
    return worker


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Hold interrupts back, from this process for now and from those it starts for good."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing.resource_tracker import ensure_running

    ensure_running()  # would lift the block if it came with the first process
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(
    connection: connections.Connection,
    open_work: Callable[[], AbstractContextManager[Callable[..., Any]]],
) -> None:
    """Do what comes, until the other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where it cannot be blocked
    with suppress(EOFError, ConnectionError), ExitStack() as stack:
        try:
            function = stack.enter_context(open_work())
        except Exception as error:
            connection.send((False, _Done(error=_sendable(error))))
            return
        while True:
            result = _attempt(function, connection.recv())
            if result.error is not None:
                result.error = _sendable(result.error)
            try:
                connection.send((True, result))
            except (pickle.PicklingError, AttributeError, TypeError) as error:
                connection.send((True, _Done(error=_sendable(error))))


def _sendable(error: Exception) -> Exception:
    """The error with its traceback as a note, or what it says if it does not pickle."""
    error.add_note("".join(traceback.format_exception(error)))
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error
