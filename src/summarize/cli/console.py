"""What the command line writes: whole lines to standard output, the rest to standard error.

:meta private:
"""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

__all__ = ["complain", "discard_output", "show_warning", "use_utf8", "write"]

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def use_utf8() -> None:
    """Make both streams write UTF-8, whatever the locale; what has no form in it becomes ``?``."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def write(text: str) -> None:
    r"""Write ``text`` to standard output at once, so that an interrupt finds it out or not begun.

    >>> write("It rained.\n")
    It rained.
    """
    if sys.stdout is None:  # the caller closed it
        return
    with _interrupt_held():
        sys.stdout.write(text)
        sys.stdout.flush()


def complain(message: str) -> None:
    r"""Write a line to standard error; what cannot be written there stops nothing.

    Control characters, which a file's name may have too, are written as escapes.

    >>> from contextlib import redirect_stderr
    >>> with redirect_stderr(sys.stdout):
    ...     complain("two\nlines.txt: empty")
    summarize: two\nlines.txt: empty
    """
    if sys.stderr is None:
        return
    line = _CONTROL.sub(lambda match: repr(match[0])[1:-1], message)
    try:
        sys.stderr.write(f"summarize: {line}\n")
        sys.stderr.flush()
    except OSError:  # a full disk, or a reader who has gone
        _discard(sys.stderr)


def show_warning(message: Warning | str, *_: object, **__: object) -> None:
    """Write a warning as a line; it stands in for ``warnings.showwarning``."""
    complain(f"warning: {message}")


def discard_output() -> None:
    """Keep the interpreter from flushing at its exit what cannot be written."""
    if sys.stdout is not None:
        _discard(sys.stdout)


def _discard(stream: TextIO) -> None:
    with suppress(OSError):  # a stand-in has no number
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


@contextmanager
def _interrupt_held() -> Iterator[None]:
    """Hold an interrupt back until the end; a second one is not held back."""
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.default_int_handler or (
        threading.current_thread() is not threading.main_thread()
    ):
        yield
        return
    held = False

    def hold(number: int, frame: object) -> None:
        nonlocal held
        if held:
            raise KeyboardInterrupt
        held = True

    signal.signal(signal.SIGINT, hold)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if held:
        raise KeyboardInterrupt
