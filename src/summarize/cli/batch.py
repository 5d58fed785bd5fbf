"""Summaries of many inputs, in this process or in several: what came of each, in their order.

:meta private:
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from stat import S_ISREG
from typing import TYPE_CHECKING, Any

from click import UsageError

from ..backends.base import Extractive
from ..backends.calling import described
from ..errors import (
    BackendError,
    BackendLoadError,
    EmptyDocumentError,
    ReadError,
    SummarizeError,
    TruncationWarning,
)
from ..readers.records import has_records
from ..registry import BUILT_IN, DEFAULT_BACKEND
from ..summary import Failure
from .console import keep_output, show_warning
from .hints import in_options, input_hint

if TYPE_CHECKING:
    from ..document import Document
    from ..summarizer import Summarizer
    from ..summary import Summary
    from .details import Details

__all__ = ["Outcome", "Request", "outcomes"]

# The options of a command that the errors of readers name.
_READING = (
    *("allow_private", "encoding", "format", "max_bytes", "max_pages", "proxy", "timeout"),
    *("sentences", "words", "ratio", "language"),
)
_PACKED = (".parquet", ".zst")  # forms of records that summarize.read knows nothing of
_AT_ONCE = 32  # inputs that are summarised together
_SHARES = 4  # batches a process of inputs that are few, so that none waits for the others
# What another process would not find under the same name, such as the shell's <(command).
_OWN_STREAMS = ("/dev/", "/proc/")
# A file of so many bytes that is not packed takes these backends a second at most, and the reader
# of PDF, the one that might take longer, has its own process and limit: so that the commonest call
# of all need not wait for another process.
_SMALL = 64 * 1024
_QUICK = ("lead", "newsrank")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is wanted of each input.

    Attributes:
        backend: its name, or ``None`` for the default.
        options: the backend's options.
        length: the keyword arguments of a :class:`~summarize.length.Length`.
        reading: the keyword arguments of :func:`summarize.read`.
        with_document: whether the outcome carries the document's text.
        details: whether it carries the document and the scores of its sentences.
        reasons: whether it also carries what spoke for those that were taken.
    """

    backend: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    length: Mapping[str, Any] = field(default_factory=dict)
    reading: Mapping[str, Any] = field(default_factory=dict)
    with_document: bool = False
    details: bool = False
    reasons: bool = False


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
        details: the document and what the backend made of it, if they were asked for.
    """

    path: str
    summary: Summary | None = None
    error: SummarizeError | None = None
    warnings: tuple[str, ...] = ()
    title: str | None = None
    source: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    text: str | None = None
    details: Details | None = None

    def complaint(self) -> str:
        """The error as a line that begins with the input."""
        if isinstance(self.error, EmptyDocumentError):
            return f"{self.path}: empty: there is no text to summarize"
        name, reason = self.path, str(self.error)
        if isinstance(self.error, ReadError):
            reason = self.error.reason
            name = self.error.path if "://" in name else name or "''"  # without its password
            if isinstance(self.error.__cause__, FileNotFoundError) or reason.startswith("no such"):
                reason += input_hint(self.path)
        reason = reason.replace(", or pass the texts one by one to summarize_many", "")
        return f"{name}: {in_options(reason, _READING)}"

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
    paths: Sequence[str], request: Request, *, jobs: int = 1, time_limit: float | None = None
) -> Generator[Outcome, None, None]:
    """Yield what came of each input, in their order.

    Args:
        paths: paths, URLs, and at most one ``-`` for standard input.
        request: what is wanted of each.
        jobs: how many processes work on them. The outcomes do not depend on it.
        time_limit: seconds that an input may take, without loading the backend; ``None`` is no
            limit. With one, even one job has a process of its own, so that it can be ended, and so
            has standard input beside several; one small file alone is surely done in time, and has
            none. A backend that is not ours always has one.

    Raises:
        click.UsageError: if the backend does not take its options.
        SummarizeError: if the backend cannot be loaded, which no other input would change.

    >>> [outcome] = outcomes(["no-such-file.txt"], Request(backend="lead"))
    >>> outcome.complaint()
    'no-such-file.txt: no such file or directory'
    """
    keep_output()
    opened = partial(_opened, request)
    processes = min(jobs, len(paths))
    foreign = (request.backend or DEFAULT_BACKEND) not in BUILT_IN  # and may end its process
    apart = foreign or (time_limit is not None and not _is_quick(paths, request))
    if processes > 1 or apart:
        from ..workers import StartError, in_order

        try:
            yield from in_order(
                opened,
                _batches(paths, _together(len(paths), jobs, request)),
                processes=processes,
                lost=_lost,
                here=_is_of_this_process,
                spent=_spent,
                limit=time_limit,
                late=partial(_late, time_limit),
                fork=True,
            )
        except StartError as error:
            raise BackendLoadError(request.backend or DEFAULT_BACKEND, str(error)) from error
    else:
        with opened() as summarize_inputs:
            for batch in _batches(paths, summarize_inputs.batch_size):
                yield from summarize_inputs(batch)


def _together(inputs: int, jobs: int, request: Request) -> int:
    """How many inputs another process is given at a time.

    One if there is one process and it rates sentences, so that each summary is there as soon as it
    can be, or it writes, where the limit would else have to be that of many.
    """
    built_in = (request.backend or DEFAULT_BACKEND) in BUILT_IN
    return 1 if jobs == 1 and built_in else min(inputs // (_SHARES * jobs) + 1, _AT_ONCE)


def _is_quick(paths: Sequence[str], request: Request) -> bool:
    """Whether there is one input, and it cannot take long."""
    if len(paths) != 1 or (request.backend or DEFAULT_BACKEND) not in _QUICK:
        return False
    [path] = paths
    try:
        known = os.stat(path)
        if _is_of_this_process(path) or not S_ISREG(known.st_mode) or known.st_size > _SMALL:
            return False
        with open(path, "rb") as file:
            return not file.read(4).startswith((b"PK", b"\x1f\x8b", b"\x28\xb5\x2f\xfd"))
    except (OSError, ValueError):
        return "://" not in path  # which is refused at once


def _batches(paths: Sequence[str], size: int) -> Iterator[list[str]]:
    """Cut the inputs into batches; what this process must read itself is one of its own."""
    for own, group in groupby(paths, _is_of_this_process):
        several = list(group)
        step = 1 if own else size
        yield from (several[at : at + step] for at in range(0, len(several), step))


@contextmanager
def _opened(request: Request) -> Iterator[_Inputs]:
    """Load the backend; give the function that summarises inputs."""
    from ..summarizer import Summarizer

    processes = sys.modules.get("multiprocessing")  # where it is not, this is no other process
    if processes is not None and processes.parent_process() is not None:
        warnings.showwarning = show_warning  # as in the first process
    try:
        summarizer = Summarizer(request.backend, **request.options)
    except SummarizeError:
        raise
    except (TypeError, ValueError) as error:
        raise UsageError(str(error)) from error
    with summarizer:
        yield _Inputs(summarizer, request)


class _Inputs:
    """A function that summarises some inputs: a backend is given them together.

    Attributes:
        batch_size: how many it should be given: as many as a backend writes at once, or one if it
            only rates sentences, so that each summary is there as soon as it can be.
    """

    def __init__(self, summarizer: Summarizer, request: Request) -> None:
        self._summarizer = summarizer
        self._request = request
        self.batch_size = 1 if isinstance(summarizer.backend, Extractive) else _AT_ONCE

    def __call__(self, paths: Sequence[str]) -> list[Outcome]:
        outcomes = [self._read(path) for path in paths]
        documents = [document for document, _ in outcomes if document is not None]
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("ignore", TruncationWarning)  # told of each summary, below
            summaries = self._summarizer.summarize_many(
                documents, **self._request.length, errors="yield"
            )
            results = iter(list(summaries))
        told = tuple(str(each.message) for each in caught)
        done = []
        for document, found in outcomes:
            if document is not None:
                result = next(results)
                if isinstance(result, Failure):
                    found["error"] = _failure(found["path"], result.alone)
                else:
                    found["summary"] = result
                    if self._request.details:
                        try:
                            found["details"] = self._details(document, result)
                        except Exception as error:  # of what the backend tells
                            found |= {"summary": None, "error": _failure(found["path"], error)}
                    if result.truncated and found["summary"] is not None:
                        warning = TruncationWarning(result.backend, result.read_fraction)
                        told_of = in_options(str(warning), _READING)
                        found["warnings"] = (*found["warnings"], told_of)
                found["warnings"] = (*found["warnings"], *told)
                told = ()
            done.append(Outcome(**found))
        return done

    def _details(self, document: Document, summary: Summary) -> Details:
        from .details import details

        return details(self._summarizer, document, summary, reasons=self._request.reasons)

    def _read(self, path: str) -> tuple[Document | None, dict[str, Any]]:
        """Read an input; give its document and what is known of it, or only why there is none."""
        found: dict[str, Any] = {"path": path}
        document = None
        with warnings.catch_warnings(record=True) as caught:
            try:
                document = _read(path, self._request.reading)
                found |= {name: getattr(document, name) for name in ("title", "source", "metadata")}
                found["text"] = document.text if self._request.with_document else None
            except Exception as error:  # a missing extra too: other inputs may not need it
                found["error"] = _failure(path, error)
        found["warnings"] = tuple(str(each.message) for each in caught)
        return document, found


def _read(path: str, reading: Mapping[str, Any]) -> Document:
    from ..readers import read

    if path.startswith("hf:") or (has_records(path) and path.lower().endswith(_PACKED)):
        raise ReadError(path, f"records, not one text: summarize batch {path} --output OUT.jsonl")
    if path != "-":
        return read(path, **reading)
    if sys.stdin is None:
        raise ReadError(path, "standard input is closed")
    return read(sys.stdin.buffer, **reading)


def _failure(path: str, error: Exception) -> SummarizeError:
    if isinstance(error, SummarizeError):
        return error
    if isinstance(error, MemoryError):
        return ReadError(path, "it needs more memory than there is")
    if isinstance(error, RecursionError):
        return ReadError(path, "it is nested too deep")
    return SummarizeError(described(error))


def _lost(path: str, exit_code: int | None) -> Outcome:
    """What came of an input with which two processes died: for want of memory, most likely."""
    reason = f"the process that worked on it died (exit status {exit_code})"
    return Outcome(path=path, error=ReadError(path, reason))


def _late(limit: float | None, path: str) -> Outcome:
    reason = f"it was not done in {limit:g} s and was stopped; --time-limit allows more"
    return Outcome(path=path, error=SummarizeError(reason))


def _spent(outcome: Outcome) -> bool:
    """Whether the process that gave this may have been left in disorder."""
    error = outcome.error
    return isinstance(error, BackendError) and error.kind == "MemoryError"


def _is_of_this_process(path: str) -> bool:
    return path == "-" or path.startswith(_OWN_STREAMS)
