"""One process: how it begins, what it is given and what it answers.

:meta private:
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal, TextIO, TypeVar

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

__all__ = [
    "MISSING",
    "PATIENCE",
    "RENEWAL",
    "STARTS",
    "TICK",
    "Done",
    "Item",
    "Result",
    "StartError",
    "Task",
    "Terminated",
    "Work",
    "Worker",
    "attempt",
    "ended",
    "interrupts_blocked",
    "may_fork",
    "no_time",
    "start_error",
]

Item = TypeVar("Item")
Result = TypeVar("Result")
Work = Callable[[Sequence[Item]], Sequence[Result]]

PATIENCE = 5.0
"""Seconds that a process has to close what it holds."""
STARTS = 3
"""Processes that may die one after another before they begin."""
RENEWAL = 20_000
"""Items after which a process is replaced, so that what a backend leaks does not add up over days.
Starting one costs about a second, a thousandth of the time that they take."""
TICK = 0.5
"""Seconds between looks at how long a process has taken."""


class StartError(RuntimeError):
    """The processes die before they can do anything."""


class Terminated(BaseException):
    """This process was told to end: nothing that is done in it may take that for a failure."""


class Done:
    """What came of a batch: its results or an error."""

    def __init__(self, results: Sequence[Any] = (), error: BaseException | None = None) -> None:
        self.results = results
        self.error = error

    def values(self) -> Iterator[Any]:
        """Yield the results, or raise the error."""
        if self.error is not None:
            raise self.error
        yield from self.results


def attempt(function: Work[Any, Any], items: Sequence[Any]) -> Done:
    """What a function makes of a batch, whatever it raises but an interrupt or an end."""
    try:
        results = list(function(items))
    except Terminated:
        raise
    except KeyboardInterrupt:  # in a process that has none from outside it is the function's own
        if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
            raise
        return Done(error=RuntimeError("KeyboardInterrupt"))
    except BaseException as error:  # a process ends when it is told to, and not before
        return Done(error=error)
    if len(results) != len(items):
        return Done(error=RuntimeError(f"{len(results)} results for {len(items)} items"))
    return Done(results)


class Task:
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

    def singly(self) -> list[Task]:
        """The items one by one, to be tried once more."""
        results: list[Any] = [MISSING] * len(self.items)
        return [Task(self.number, [item], (results, i)) for i, item in enumerate(self.items)]


MISSING = object()


class Worker:
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
        self.task: Task | None = None
        self.count = 0
        self.seconds = 0.0  # that its task has taken

    @property
    def idle(self) -> bool:
        """Whether it has begun and waits for a task."""
        return self.ready and self.task is None

    @property
    def lives(self) -> bool:
        """Whether it has not died, as it may while it is idle: that is no item's doing."""
        alive: bool = self.process.is_alive()
        return alive

    def finished(self, answer: Done, spent: Callable[[Any], bool]) -> bool:
        """Take note of what came of its task; whether it should do nothing more."""
        assert self.task is not None
        self.count += len(self.task.items)
        self.task = None
        worn = isinstance(answer.error, MemoryError) or any(map(spent, answer.results))
        return worn or self.count >= RENEWAL

    def give(self, task: Task) -> None:
        """Give it a task; :meth:`take` sees whether it has died."""
        self.task = task
        self.seconds = 0.0
        with suppress(ConnectionError):  # it has died
            self.connection.send(task.items)

    def answers_within(self, limit: float) -> bool:
        """Wait until it has an answer or has died; whether it has by then."""
        left = limit
        while left > 0:
            began = monotonic()
            try:
                if self.connection.poll(min(TICK, left)):
                    return True
            except OSError:  # as Windows says that it has died
                return True
            left -= min(monotonic() - began, 2 * TICK)  # it may be that both were stopped
        return False

    def take(self) -> Done | None:
        """What came of its task, or of its start; ``None`` if it died before it had said so."""
        try:
            answer: Done = self.connection.recv()
        except (EOFError, OSError):  # the latter if it died in the middle of its answer
            return None
        return answer


def ended(worker: Worker) -> int | None:
    """End a process, and return how it ended."""
    worker.connection.close()
    worker.process.kill()
    worker.process.join()
    code: int | None = worker.process.exitcode
    return code


def start_error(code: int | None) -> StartError:
    """What is told where processes die before they can begin."""
    return StartError(
        f"a process that loads it dies before it can begin (exit status {code}); a script that "
        "starts processes must do so below: if __name__ == '__main__'"
    )


def no_time(item: object) -> Any:
    """The result of an item that took longer than its limit, where none is named."""
    raise RuntimeError("it took longer than the limit")


def may_fork() -> bool:
    """Whether a child made by *fork* can be trusted: it would wait for ever for a lock that another
    thread holds, and only Linux says how many threads there are, native ones included.
    """
    try:
        return sys.platform == "linux" and len(os.listdir("/proc/self/task")) == 1
    except OSError:
        return False


@contextmanager
def interrupts_blocked(*, tracked: bool) -> Iterator[None]:
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
    # A daemon may start no process; a backend may have a pool, whose processes end without it.
    from multiprocessing import current_process

    current_process()._config["daemon"] = False  # type: ignore[attr-defined]
    own = os.getpid()
    stack = ExitStack()
    try:
        try:
            function = stack.enter_context(open_work())
        except BaseException as error:
            connection.send(Done(error=_sendable(error)))
            return
        put_back = _known_state()
        connection.send(Done())
        while True:
            given = connection.recv_bytes()
            put_back()  # what was changed for the last ones
            result = _result_of(function, given)
            if os.getpid() != own:  # a fork that the work has made, whose answer would be a second
                os._exit(1)
            if result.error is not None:
                result.error = _sendable(result.error)
            try:
                data = pickle.dumps(result, pickle.HIGHEST_PROTOCOL)
            except BaseException as error:
                data = pickle.dumps(Done(error=_sendable(error)))
            connection.send_bytes(data)
    except (EOFError, OSError):  # the other end is closed
        return
    finally:
        # What goes wrong once all is done, in closing, is of no consequence for what was given.
        with suppress(BaseException):
            stack.close()


def _result_of(function: Work[Any, Any], given: bytes) -> Done:
    """What comes of a batch as it was sent, which may be of classes that cannot be made here."""
    try:
        items = pickle.loads(given)
    except BaseException as error:
        return Done(error=error)
    return attempt(function, items)


def _known_state() -> Callable[[], None]:
    """Return what sets right again what one item's work may change to the harm of the next."""
    folder: str | None = None
    with suppress(OSError):  # it has been removed
        folder = os.getcwd()
    streams = sys.stdin, sys.stdout, sys.stderr
    own = {}
    for number in range(3):
        with suppress(OSError):  # it is closed
            own[number] = os.dup(number)
    filters, shown, depth = warnings.filters[:], warnings.showwarning, sys.getrecursionlimit()

    def put_back() -> None:
        if folder is not None:
            with suppress(OSError):  # it has been since
                os.chdir(folder)
        for number, copy in own.items():
            with suppress(OSError):
                os.dup2(copy, number)
        sys.stdin, sys.stdout, sys.stderr = streams
        warnings.filters, warnings.showwarning = filters[:], shown
        sys.setrecursionlimit(depth)

    return put_back


def _sendable(error: BaseException) -> Exception:
    """The error with its traceback as a note, or what it says if it does not travel."""
    if isinstance(error, Exception):
        try:
            error.add_note("".join(traceback.format_exception(error)))
            pickle.loads(pickle.dumps(error))
        except BaseException:
            pass
        else:
            return error
    try:
        said = str(error)
    except BaseException:
        said = "(it cannot say what)"
    return RuntimeError(f"{type(error).__name__}: {said}")
