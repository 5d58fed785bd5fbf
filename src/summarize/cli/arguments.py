"""What more than one command of the command line reads the same way.

:meta private:
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from ..errors import UnknownLanguageError

__all__ = [
    "Jobs",
    "Names",
    "Paths",
    "Seconds",
    "Share",
    "backend_option",
    "backend_options",
    "check_folder",
    "complete_backend",
    "jobs_option",
    "language_code",
    "length_options",
    "parse_value",
    "time_limit_of",
    "time_limit_option",
]

Command = TypeVar("Command", bound=Callable[..., Any])


# Types of text whose completion is known; what is no such name or path is told where it is read.
class Names(click.ParamType[str]):
    """A name of some; any text is taken."""

    name = "name"

    def __init__(self, *names: str) -> None:
        self._names = names

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the text."""
        return str(value)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Those that begin so."""
        return [CompletionItem(name) for name in self._names if name.startswith(incomplete)]


class Paths(Names):
    """A file, a folder, an address or a data set; any text is taken."""

    name = "path"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """What the shell completes by itself."""
        return [CompletionItem(incomplete, type="file")]


_COMMANDS_OWN = ("backend", "jobs", "language", "ratio", "sentences", "time_limit", "words")
_TIME_LIMIT = 60.0  # seconds; what is within the other limits takes a few
_CONSTANTS = {"None": None, "True": True, "False": False}


class Share(click.ParamType[float]):
    """A share of a document: ``20%`` or ``0.2``."""

    name = "share"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the share as a fraction."""
        text = str(value).strip()
        try:
            share = float(text[:-1]) / 100 if text.endswith("%") else float(text)
        except ValueError:
            self.fail(f"{value!r} is not a share such as 20% or 0.2", param, ctx)
        if 1 < share <= 100 and not text.endswith("%"):
            self.fail(f"{text} is more than all of it; {text} percent is {text}%", param, ctx)
        return share


class Jobs(click.ParamType[int]):
    """A number of processes, or ``auto``: one a processor."""

    name = "jobs"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number of processes."""
        from ..workers import processes_of

        text = str(value).strip().lower()
        try:
            return processes_of(int(text) if text.isdecimal() else text)
        except ValueError as error:
            self.fail(str(error).partition(" must ")[2].join(("must ", "")), param, ctx)


class Seconds(click.ParamType[float]):
    """A time limit: a positive number; infinite for ``none``."""

    name = "seconds"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the number of seconds."""
        text = str(value).strip().lower()
        try:
            seconds = math.inf if text == "none" else float(text)
        except ValueError:
            seconds = math.nan
        if not seconds > 0:  # also refuses NaN
            self.fail(f"{value!r} is not a positive number or 'none'", param, ctx)
        return seconds


def time_limit_of(asked: float | None, backend: str | None) -> float | None:
    """Return the seconds that an input may take; ``None`` if there is no limit.

    Unasked, ours that write have none: how long a model takes is a matter of the machine.

    >>> time_limit_of(None, "lead"), time_limit_of(None, "bart"), time_limit_of(5, "bart")
    (60.0, None, 5)
    """
    if asked is None:
        from ..registry import BUILT_IN, DEFAULT_BACKEND

        entry = BUILT_IN.get(backend or DEFAULT_BACKEND)
        return _TIME_LIMIT if entry is None or entry.kind == "extractive" else None
    return None if math.isinf(asked) else asked


def language_code(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Return the code of ``--language``; ``None``, for the language to be found, of ``auto``.

    Raises:
        click.BadParameter: if it is no language code.
    """
    from ..text.languages import normalize_language

    if value is None or value.lower() == "auto":
        return None
    try:
        return normalize_language(value)
    except UnknownLanguageError as error:
        told = str(error).removeprefix("language=").replace("or None to have", "or auto to have")
        raise click.BadParameter(told) from None


def complete_backend(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete the name of a backend."""
    from ..registry import available

    return [CompletionItem(info.name) for info in available() if info.name.startswith(incomplete)]


def backend_options(command: Command) -> Command:
    """Add the way to say which backend makes the summaries, and how."""
    # Not needed, and not light, where there is no such option.
    from ..registry import DEFAULT_BACKEND

    options = [
        click.option(
            "-b",
            "--backend",
            metavar="NAME",
            envvar="SUMMARIZE_BACKEND",
            shell_complete=complete_backend,
            help="How to summarize; 'summarize backends' lists them. Default: $SUMMARIZE_BACKEND, "
            f"else {DEFAULT_BACKEND}.",
        ),
        click.option(
            "-o",
            "--option",
            "options",
            multiple=True,
            metavar="NAME=VALUE",
            callback=_parse_options,
            help="An option of the backend ('summarize backends NAME' lists them); VALUE is JSON "
            "or plain text. Repeatable.",
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def _parse_options(
    ctx: click.Context, param: click.Parameter, values: Sequence[str]
) -> dict[str, Any]:
    """Read ``-o NAME=VALUE``, again and again."""
    options: dict[str, Any] = {}
    for text in values:
        name, equals, value = text.partition("=")
        if not equals or not name.isidentifier():
            where = "--output FILE" if ctx.command.name == "batch" else "> FILE"
            hint = f"; to write to a file: {where}" if "=" not in text and "." in text else ""
            raise click.BadParameter(f"{text!r} is not of the form NAME=VALUE{hint}")
        options[backend_option(name)] = parse_value(value)
    return options


def backend_option(name: str) -> str:
    """Return the name of a backend's option, if it is not one that every command has itself.

    Raises:
        click.BadParameter: if it is.
    """
    if name in _COMMANDS_OWN:
        option = name.replace("_", "-")
        raise click.BadParameter(f"{name!r} is no option of a backend: write --{option}")
    return name


def length_options(command: Command) -> Command:
    """Add the three ways to say how long a summary may be."""
    options = [
        click.option(
            "-n", "--sentences", type=int, metavar="N", help="At most N sentences. Default: 3."
        ),
        click.option("--words", type=int, metavar="N", help="At most N words."),
        click.option(
            "--ratio", type=Share(), metavar="SHARE", help="At most this share: 20% or 0.2."
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def jobs_option(help: str, *, default: str = "1") -> Callable[[Command], Command]:
    """Add ``--jobs``, which each command says in its own words what it does with."""
    return click.option(
        "-j",
        "--jobs",
        type=Jobs(),
        default=default,
        metavar="N",
        help=f"{help}; 'auto'{', the default,' if default == 'auto' else ''} is one a processor."
        + ("" if default == "auto" else f" Default: {default}."),
    )


def time_limit_option(what: str, default: str) -> Callable[[Command], Command]:
    """Add ``--time-limit``."""
    return click.option(
        "--time-limit",
        type=Seconds(),
        metavar="SECONDS",
        help=f"Stop what takes longer for {what}; 'none' lifts the limit. Default: {default}.",
    )


def check_folder(path: Path) -> None:
    """Tell before the work, not behind it, that a file cannot be saved: its folder is not there.

    Raises:
        click.BadParameter: if it is not.

    >>> check_folder(Path("weights.npz"))
    """
    if not path.parent.is_dir():
        raise click.BadParameter(f"{path}: there is no folder {str(path.parent)!r}")


def parse_value(text: str) -> Any:
    """Return the value of ``-o NAME=VALUE``: JSON if it is that, else the text itself.

    ``None``, ``True`` and ``False``, as errors and documentation write them, are what they say.

    >>> parse_value("3"), parse_value("null"), parse_value("False"), parse_value("nltk")
    (3, None, False, 'nltk')
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    try:
        return json.loads(text)
    except ValueError:
        return text
