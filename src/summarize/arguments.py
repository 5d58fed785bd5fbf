"""What public calls check of their arguments, and what they tell: hints, missing extras, lines.

:meta private:
"""

from __future__ import annotations

import difflib
import importlib
import math
import operator
import os
import re
import sys
import warnings
from collections.abc import Callable, Collection, Iterable
from numbers import Real
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

from .errors import MissingDependencyError

__all__ = [
    "flag",
    "imported",
    "instead",
    "keyword_hint",
    "one_of",
    "positive",
    "stacklevel",
    "warn_of_path",
    "whole_number",
]

_PACKAGE = str(Path(__file__).parent) + os.sep

Value = TypeVar("Value")


def _mistake(name: str, value: object, reason: str) -> Exception:
    return ValueError(f"{name}={value!r} {reason}")


def whole_number(
    name: str,
    value: object,
    *,
    least: int = 1,
    or_none: str = "",
    error: Callable[[str, object, str], Exception] = _mistake,
) -> int:
    """Return a whole number of whatever type, such as NumPy's, as an ``int``.

    Args:
        name: the argument's name.
        value: what was given for it.
        least: the least that it may be.
        or_none: what ``None``, which the caller lets pass, means.
        error: makes the error of the name, the value and a reason.

    Raises:
        ValueError: if it is a bool, no whole number or below ``least``; or what ``error`` makes.

    >>> whole_number("jobs", 2)
    2
    >>> whole_number("jobs", True)
    Traceback (most recent call last):
    ValueError: jobs=True must be a whole number, 1 or more
    """
    try:
        number = None if isinstance(value, bool) else operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        number = None
    if number is None or number < least:
        either = f", or None for {or_none}" if or_none else ""
        raise error(name, value, f"must be a whole number, {least} or more{either}")
    return number


def positive(
    name: str,
    value: object,
    *,
    most: float = math.inf,
    unit: str = "",
    error: Callable[[str, object, str], Exception] = _mistake,
) -> float:
    """Return a number above 0 and up to ``most``, neither infinite nor NaN, as a ``float``.

    Raises:
        ValueError: if it is none; or what ``error`` makes.

    >>> positive("ratio", 0.5, most=1)
    0.5
    >>> positive("timeout", "1", unit="of seconds")
    Traceback (most recent call last):
    ValueError: timeout='1' must be a positive number of seconds
    """
    number = math.nan
    if isinstance(value, Real) and not isinstance(value, bool):
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
    if not (0 < number <= most and math.isfinite(number)):
        wanted = f"must be above 0 and up to {most:g}" if most < math.inf else ""
        raise error(name, value, wanted or f"must be a positive number {unit}".rstrip())
    return number


def flag(name: str, value: object) -> bool:
    """Return ``value`` if it is a bool: a word such as "no" would count as true.

    Raises:
        ValueError: if it is none.
    """
    if not isinstance(value, bool):
        raise _mistake(name, value, "must be True or False")
    return value


def one_of(name: str, value: Value, allowed: Collection[Value]) -> Value:
    """Return ``value`` if it is one of those.

    Raises:
        ValueError: if it is not.

    >>> one_of("errors", "ignore", ("raise", "yield"))
    Traceback (most recent call last):
    ValueError: errors='ignore' must be 'raise' or 'yield'
    """
    try:
        known = value in allowed
    except TypeError:  # not hashable
        known = False
    if not known:
        *others, last = map(repr, allowed)
        raise _mistake(name, value, f"must be {', '.join(others)} or {last}" if others else last)
    return value


def imported(module: str, what: str, extra: str, *, package: str | None = None) -> Any:
    """Import a module of an optional dependency.

    Args:
        module: its name.
        what: what needs it, as an error begins.
        extra: the extra of this package that brings it, or a requirement of another.
        package: the name told as missing, if that is not the module's first part.

    Raises:
        MissingDependencyError: if it, or what it needs itself, is not installed.

    >>> imported("math", "counting", "eval").floor(1.5)
    1
    >>> imported("no_such_package.part", "counting", "eval")
    Traceback (most recent call last):
    summarize.errors.MissingDependencyError: counting needs the package 'no_such_package': \
pip install "summarize[eval]"
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        missing = package or module.partition(".")[0]
        if isinstance(error, ModuleNotFoundError) and error.name:
            missing = package or error.name.partition(".")[0]
        requirement = extra if package else f"summarize[{extra}]"
        raise MissingDependencyError(what, missing, requirement) from error


# What other libraries call what is ours by another name.
_OTHER_NAMES = {
    "sentences": "n num_sentences n_sentences sentence_count sentences_count count top_n",
    "words": "max_length max_words num_words word_count length max_new_tokens max_tokens",
    "ratio": "percent percentage share proportion compression",
    "language": "lang locale",
    "backend": "method algorithm summarizer technique",
}
_ALIASES = {alias: name for name, aliases in _OTHER_NAMES.items() for alias in aliases.split()}


def keyword_hint(name: str, known: Collection[str]) -> str:
    """Return a hint at the keyword that was meant by one that is not known; "" if none is near.

    Args:
        name: the keyword that was given.
        known: those that there are.

    >>> keyword_hint("sentence", ["sentences", "words"])
    "; did you mean 'sentences'?"
    >>> keyword_hint("lang", ["sentences", "language"])
    "; did you mean 'language'?"
    """
    meant = _ALIASES.get(name.lower())
    if meant not in known:
        meant = next(iter(difflib.get_close_matches(name, known, n=1, cutoff=0.7)), None)
    if meant is None:
        return ""
    in_words = meant == "words" and ("token" in name or name == "max_length")
    return f"; did you mean {meant!r}{', in words, not tokens' if in_words else ''}?"


def stacklevel() -> int:
    """Return the ``stacklevel`` by which a warning points to the first line outside this package.

    The function that warns calls it itself. A generator's caller is who asks it for the next item.

    >>> stacklevel()
    1
    """
    level = 1
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        frame = frame.f_back
        level += 1
    return level


# One word that is no text: an address, or a name with the ending of a file that is read.
_ADDRESS = re.compile(r"(?:https?|file|ftp)://\S+")
_FILE = re.compile(
    r"\S*\w\.(?:txt|md|html?|pdf|docx|odt|rtf|epub|pptx|eml|srt|vtt|jsonl?|csv|tsv|parquet)",
    re.IGNORECASE,
)


def _is_several(value: object) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, bytes | bytearray)


def instead(value: object) -> str:
    """A hint at what takes a value that is no text; "" if nothing does."""
    if isinstance(value, os.PathLike):
        return "; summarize.read(path) gives the document that is in a file"
    if isinstance(value, bytes | bytearray):
        return "; decode it, or summarize.read(io.BytesIO(data)) finds out what it is"
    if hasattr(value, "read"):
        return "; summarize.read(file) gives the document that is in a binary file"
    return "; use summarize_many for several texts" if _is_several(value) else ""


def warn_of_path(text: str) -> None:
    """Warn of a text that is nothing but an address or the name of a file."""
    if len(text) > 255 or "\n" in text or not text.strip():
        return
    name = text.strip()
    what = "an address" if _ADDRESS.fullmatch(name) else ""
    if not what and _is_file(text):
        what = "the name of a file"
    elif not what and _FILE.fullmatch(name):
        what = "the name of a file that is not here"
    if what:
        warnings.warn(
            f"the text {text!r} is {what}; to summarize what is in it, use "
            f"summarize.read({text!r})",
            stacklevel=stacklevel(),
        )


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):
        return False
