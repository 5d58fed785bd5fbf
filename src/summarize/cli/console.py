"""What the command line writes: whole lines to standard output, the rest to standard error.

All text goes through here. On a terminal, what in a text, a title or a file's name would act on it
is written as an escape; elsewhere the text is written as it is.

:meta private:
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Literal, TextIO

from ..text.controls import one_line, visible

__all__ = [
    "Style",
    "complain",
    "discard_output",
    "in_colour",
    "show_warning",
    "use_utf8",
    "write",
    "write_styled",
]

Style = Literal["", "chosen", "wrong", "soft"]
# Bold, red and underlined, dim: told apart without colours too.
_CODES = {"chosen": "1;32", "wrong": "4;31", "soft": "2"}


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
    _put(visible(text) if sys.stdout.isatty() else text)


def write_styled(parts: Iterable[tuple[str, Style]]) -> None:
    r"""Write parts of text to standard output, each in its style where that is to be in colour.

    The styles' own escapes are the only ones that reach a terminal.

    >>> write_styled([("It rained.", "chosen"), (" It stopped.\n", "")])
    It rained. It stopped.
    """
    if sys.stdout is None:
        return
    coloured, terminal = in_colour(), sys.stdout.isatty()
    found = []
    for text, style in parts:
        shown = visible(text) if terminal or coloured else text
        code = _CODES.get(style) if coloured else None
        found.append(f"\x1b[{code}m{shown}\x1b[0m" if code and shown else shown)
    _put("".join(found))


def in_colour() -> bool:
    """Whether standard output is a terminal that takes colours; ``NO_COLOR`` says that it is not.

    See https://no-color.org.
    """
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or sys.stdout is None:
        return False
    return sys.stdout.isatty()


def _put(text: str) -> None:
    if sys.stdout is None:
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
    try:
        sys.stderr.write(f"summarize: {one_line(message)}\n")
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
