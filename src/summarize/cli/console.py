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
    "keep_output",
    "output",
    "show_warning",
    "use_utf8",
    "write",
    "write_styled",
]

Style = Literal["", "chosen", "wrong", "soft"]
# Bold, red and underlined, dim: told apart without colours too.
_CODES = {"chosen": "1;32", "wrong": "4;31", "soft": "2"}


def use_utf8() -> None:
    r"""Make both streams write UTF-8, whatever the locale; what has no form in it is written as its
    escape, ``\udcff``, which in JSON is the character again.

    Where the caller closed one of the three, its number is taken: the next file that is opened
    would have it, and what a library writes to standard error would be in that file.
    """
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(number, True)
    os.close(number)
    if sys.__stderr__ is None and sys.stderr is None:
        sys.stderr = open(2, "w", closefd=False)  # noqa: SIM115 - it stays open
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


_kept: TextIO | None = None


def output() -> TextIO | None:
    """Where answers go; ``None`` if the caller closed it."""
    return _kept or sys.stdout


def keep_output() -> None:
    """Keep standard output for what is written here: whatever else prints, such as a backend or the
    libraries below it, in this process or in those it starts, prints to standard error.

    Where ``sys.stdout`` is no stream of the process's own, as in a test, it is left as it is.
    """
    global _kept  # noqa: PLW0603 - it is the process's
    stream = sys.__stdout__
    if _kept is not None or stream is None or sys.stdout is not stream:
        return
    try:
        stream.flush()
        own = os.dup(1)
        os.dup2(2, 1)
    except OSError:  # one of the two is closed
        return
    _kept = os.fdopen(own, "w", encoding="utf-8", errors="backslashreplace")


def write(text: str) -> None:
    r"""Write ``text`` to standard output at once, so that an interrupt finds it out or not begun.

    >>> write("It rained.\n")
    It rained.
    """
    stream = output()
    if stream is None:  # the caller closed it
        return
    _put(visible(text) if stream.isatty() else text)


def write_styled(parts: Iterable[tuple[str, Style]]) -> None:
    r"""Write parts of text to standard output, each in its style where that is to be in colour.

    The styles' own escapes are the only ones that reach a terminal.

    >>> write_styled([("It rained.", "chosen"), (" It stopped.\n", "")])
    It rained. It stopped.
    """
    stream = output()
    if stream is None:
        return
    coloured, terminal = in_colour(), stream.isatty()
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
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    stream = output()
    return stream is not None and stream.isatty()


def _put(text: str) -> None:
    stream = output()
    if stream is None:
        return
    with _interrupt_held():
        stream.write(text)
        stream.flush()


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
    for stream in (sys.stdout, _kept):
        if stream is not None:
            _discard(stream)


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
