"""What more than one command of the command line reads the same way.

:meta private:
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

__all__ = [
    "Jobs",
    "Seconds",
    "Share",
    "check_folder",
    "language_code",
    "length_options",
    "parse_value",
    "time_limit_of",
]

Command = TypeVar("Command", bound=Callable[..., Any])

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
            return float(text[:-1]) / 100 if text.endswith("%") else float(text)
        except ValueError:
            self.fail(f"{value!r} is not a share such as 20% or 0.2", param, ctx)


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

    Unasked, what writes has none: how long a model takes is a matter of the machine.

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
        UnknownLanguageError: if it is no language code.
    """
    from ..text.languages import normalize_language

    return None if value is None or value.lower() == "auto" else normalize_language(value)


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
