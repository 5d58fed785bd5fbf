"""Summaries of many inputs, in this process or in several: what came of each, in their order.

:meta private:
"""

from __future__ import annotations

import re
import sys
import traceback
import warnings
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from click import UsageError

from ..errors import BackendLoadError, EmptyDocumentError, ReadError, SummarizeError
from ..registry import DEFAULT_BACKEND

if TYPE_CHECKING:
    from ..document import Document
    from ..summarizer import Summarizer
    from ..summary import Summary

__all__ = ["Outcome", "Request", "outcomes"]

# How the library's errors name what lifts them.
_ARGUMENT = re.compile(r"\b(allow_private|encoding|max_bytes|max_pages|timeout)=(?:True\b)?")
# A backend of someone else's may raise anything, and must stop no other input.
_FAILURES = (Exception, SystemExit)
# What another process would not find under the same name, such as the shell's <(command).
_OWN_STREAMS = ("/dev/", "/proc/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is wanted of each input.

    Attributes:
        backend: its name, or ``None`` for the default.
        options: the backend's options.
        length: the keyword arguments of a :class:`~summarize.length.Length`.
        reading: the keyword arguments of :func:`summarize.read`.
        with_document: whether the outcome carries the document's text.
    """

    backend: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    length: Mapping[str, Any] = field(default_factory=dict)
    reading: Mapping[str, Any] = field(default_factory=dict)
    with_document: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one input: a summary or an error.

    Attributes:
        path: the input: a path, a URL, or ``-`` for standard input.
        summary: the summary, unless it failed.
        error: why it failed, unless it did not.
        warnings: what was warned of on the way.
        title: the document's title, if known.
        source: where the document says that it comes from.
        metadata: what else its file says of it.
        text: the document's text, if it was asked for.
    """

    path: str
    summary: Summary | None = None
    error: SummarizeError | None = None
    warnings: tuple[str, ...] = ()
    title: str | None = None
    source: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    text: str | None = None

    def complaint(self) -> str:
        """The error as a line that begins with the input."""
        if isinstance(self.error, EmptyDocumentError):
            return f"{self.path}: empty: there is no text to summarize"
        name, reason = self.path, str(self.error)
        if isinstance(self.error, ReadError):
            reason = self.error.reason
            name = self.error.path if "://" in name else name  # without its password
        return f"{name}: {_ARGUMENT.sub(_as_option, reason)}"

    def to_dict(self) -> dict[str, Any]:
        """What is known, as plain values that ``json`` can write."""
        known = {"title": self.title, "source": self.source, "metadata": dict(self.metadata)}
        return {
            "path": self.path,
            **{name: value for name, value in known.items() if value},
            **(self.summary.to_dict() if self.summary is not None else {}),
            **({"document": self.text} if self.text is not None else {}),
        }


def outcomes(
    paths: Sequence[str], request: Request, *, jobs: int = 1
) -> Generator[Outcome, None, None]:
    """Yield what came of each input, in their order.

    Args:
        paths: paths, URLs, and at most one ``-`` for standard input.
        request: what is wanted of each.
        jobs: how many processes work on them. The outcomes do not depend on it, and with one input
            none is started.

    Raises:
        click.UsageError: if the backend does not take its options.
        SummarizeError: if the backend cannot be loaded, which no other input would change.

    >>> [outcome] = outcomes(["no-such-file.txt"], Request(backend="lead"))
    >>> outcome.complaint()
    'no-such-file.txt: no such file or directory'
    """
    opened = partial(_opened, request)
    if min(jobs, len(paths)) > 1:
        from ..workers import in_order

        yield from in_order(
            opened, paths, processes=min(jobs, len(paths)), lost=_lost, here=_is_of_this_process
        )
    else:
        with opened() as summarize_input:
            yield from map(summarize_input, paths)


@contextmanager
def _opened(request: Request) -> Iterator[Callable[[str], Outcome]]:
    """Load the backend; give the function that summarises one input."""
    from ..summarizer import Summarizer

    try:
        summarizer = Summarizer(request.backend, **request.options)
    except SummarizeError:
        raise
    except (TypeError, ValueError) as error:
        raise UsageError(str(error)) from error
    except _FAILURES as error:
        raise BackendLoadError(request.backend or DEFAULT_BACKEND, _described(error)) from error
    with summarizer:
        yield partial(_outcome, summarizer, request)


def _outcome(summarizer: Summarizer, request: Request, path: str) -> Outcome:
    found: dict[str, Any] = {}
    with warnings.catch_warnings(record=True) as caught:
        try:
            document = _read(path, request.reading)
            found |= {name: getattr(document, name) for name in ("title", "source", "metadata")}
            found["text"] = document.text if request.with_document else None
            found["summary"] = summarizer.summarize(document, **request.length)
        except _FAILURES as error:  # a missing extra too: other inputs may not need it
            found["error"] = _failure(path, error)
    return Outcome(path=path, warnings=tuple(str(each.message) for each in caught), **found)


def _read(path: str, reading: Mapping[str, Any]) -> Document:
    from ..readers import read

    if path != "-":
        return read(path, **reading)
    if sys.stdin is None:
        raise ReadError(path, "standard input is closed")
    return read(sys.stdin.buffer, **reading)


def _failure(path: str, error: BaseException) -> SummarizeError:
    if isinstance(error, SummarizeError):
        return error
    if isinstance(error, MemoryError):
        return ReadError(path, "it needs more memory than there is")
    if isinstance(error, RecursionError):
        return ReadError(path, "it is nested too deep")
    return SummarizeError(_described(error))


def _described(error: BaseException) -> str:
    """An error that nobody foresaw, and where it was raised."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(frame.filename).name}, line {frame.lineno}"
    return f"{type(error).__name__}: {error} ({place})"


def _as_option(argument: re.Match[str]) -> str:
    return "--" + argument[1].replace("_", "-")


def _lost(path: str, exit_code: int | None) -> Outcome:
    """What came of an input whose process died: killed for want of memory, most likely."""
    reason = f"the process that worked on it died (exit status {exit_code})"
    return Outcome(path=path, error=ReadError(path, reason))


def _is_of_this_process(path: str) -> bool:
    return path == "-" or path.startswith(_OWN_STREAMS)
