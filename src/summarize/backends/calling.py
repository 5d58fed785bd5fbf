"""Where code of a backend is called, ours or someone else's, and nowhere else.

A backend may be anyone's. Whatever it raises, ends or returns is made one error of ours here, so
that every way to call it, one text or many, in one process or several, tells the same.

:meta private:
"""

from __future__ import annotations

import math
import operator
import signal
import traceback
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..arguments import stacklevel
from ..document import Document
from ..errors import BackendError, BackendLoadError, GenerationError, SummarizeError
from ..length import Length
from ..workers import Terminated
from .base import Abstractive, Brief, Briefed, Draft, Extractive, broken

__all__ = [
    "Reader",
    "Writer",
    "close",
    "described",
    "drafts_of",
    "explained",
    "guarded",
    "made",
    "rows_of",
]

_LONGEST = 500  # characters that an error of someone else's may take in ours


class guarded:  # noqa: N801 - used as a statement is
    """Run code of a backend: whatever it raises but an interrupt becomes a :class:`SummarizeError`.

    That holds for what would end the program too: :class:`SystemExit`, and what a Rust extension
    raises when it panics, which is no :class:`Exception`; and for an interrupt, where none can come
    from outside, as in the processes of :mod:`summarize.workers`.

    Args:
        name: the backend's name.

    Raises:
        BackendError: for what is no :class:`SummarizeError` already.

    >>> try:
    ...     with guarded("mine"):
    ...         raise SystemExit(3)
    ... except BackendError as error:
    ...     error.kind
    'SystemExit'
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is not None and not isinstance(error, SummarizeError) and not _is_of_user(error):
            raise BackendError(self._name, type(error).__name__, described(error)) from error


def _is_of_user(error: BaseException) -> bool:
    """Whether it comes from outside: a request to end, or an interrupt."""
    return isinstance(error, Terminated) or (
        isinstance(error, KeyboardInterrupt)
        and signal.getsignal(signal.SIGINT) is not signal.SIG_IGN
    )


def described(error: BaseException) -> str:
    r"""An error that nobody foresaw, on one line, and where it was raised.

    >>> described(ValueError("not a\nnumber"))
    'ValueError: not a number'
    """
    if isinstance(error, MemoryError):
        return "it needs more memory than there is"
    if isinstance(error, RecursionError):
        return "it is nested too deep"
    try:
        said = " ".join(str(error).split())
    except BaseException:  # even that is someone else's code
        said = "(it cannot say what)"
    said = said if len(said) <= _LONGEST else f"{said[:_LONGEST]} …"
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}{': ' if said else ''}{said}{place}"


def made(name: str, factory: Callable[..., Any], options: dict[str, Any]) -> Any:
    """Make a backend with its options.

    Raises:
        TypeError, ValueError: what it raises of these, for an option that is wrong.
        SummarizeError: likewise.
        BackendLoadError: for all else that it raises.
    """
    try:
        return factory(**options)
    except (SummarizeError, TypeError, ValueError):
        raise
    except BaseException as error:
        if _is_of_user(error):
            raise
        raise BackendLoadError(name, described(error)) from error


def close(backend: object, name: str) -> None:
    """Let a backend release what it holds, if it holds anything.

    Warns:
        UserWarning: if it fails: what it has given is no worse for it.
    """
    try:
        with guarded(name):
            release = getattr(backend, "close", None)
            if release is not None:
                release()
    except SummarizeError as error:
        warnings.warn(f"closing: {error}", stacklevel=stacklevel())


def rows_of(backend: Extractive, name: str, documents: Sequence[Document]) -> list[list[float]]:
    """Let a backend rate the sentences of documents.

    Raises:
        BackendLoadError: if it does not return one finite number a sentence.
        BackendError: if it fails.
    """
    with guarded(name):
        returned = backend.score(list(documents))
        try:
            rows = [list(row) for row in returned]
            finite = all(all(map(math.isfinite, row)) for row in rows)
        except TypeError as error:
            raise broken(name, "something else than rows of numbers") from error
        if len(rows) != len(documents):
            raise broken(name, f"{len(rows)} results for {len(documents)} documents")
        for document, row in zip(documents, rows, strict=True):
            if len(row) != len(document.sentences):
                raise broken(name, f"{len(row)} scores for {len(document.sentences)} sentences")
        if not finite:
            raise broken(name, "a score that is not finite")
        return [list(map(float, row)) for row in rows]


def explained(
    backend: object, name: str, document: Document, numbers: Sequence[int]
) -> tuple[Mapping[str, float], ...]:
    """Let a backend tell what spoke for some sentences of a document.

    Raises:
        BackendLoadError: if it does not return as many mappings of names to numbers.
        BackendError: if it fails.
    """
    with guarded(name):
        returned = backend.explain(document, numbers)  # type: ignore[attr-defined]
        try:
            reasons = tuple(
                {str(reason): float(value) for reason, value in each.items()} for each in returned
            )
        except (AttributeError, TypeError, ValueError) as error:
            raise broken(name, "something else than reasons with their numbers") from error
        if len(reasons) != len(numbers):
            raise broken(name, f"reasons for {len(reasons)} sentences of {len(numbers)}")
        return reasons


class Reader:
    """An extractive backend behind the guard.

    Args:
        backend: the backend.
        name: its name.
        selector: what chooses sentences if the backend has nothing of its own for it.
    """

    def __init__(self, backend: Extractive, name: str, selector: Callable[..., list[int]]) -> None:
        self._backend = backend
        self._name = name
        self._selector = selector

    def score(self, documents: Sequence[Document], /) -> list[Sequence[float]]:
        """Rate the sentences; see :func:`rows_of`."""
        return list(rows_of(self._backend, self._name, documents))

    def choose(self, document: Document, scores: Sequence[float], length: Length) -> list[int]:
        """Choose the sentences of a summary, by the backend's ``selector`` if it has one.

        Raises:
            BackendLoadError: if what it chooses is no summary of that length.
            BackendError: if it fails.
        """
        with guarded(self._name):
            select = getattr(self._backend, "selector", self._selector)
            returned = select(document, tuple(scores), length)  # which it cannot change
            try:
                chosen = [operator.index(index) for index in returned]
            except TypeError as error:
                raise broken(self._name, f"a selector that chose {returned!r:.100}") from error
        fault = _fault(document, chosen, length)
        if fault is not None:
            raise broken(self._name, f"a selector that chose {fault}")
        return chosen


def _fault(document: Document, chosen: Sequence[int], length: Length) -> str | None:
    """What is wrong with a choice of sentences."""
    sentences = document.sentences
    if not chosen or list(chosen) != sorted(set(chosen) & set(range(len(sentences)))):
        return f"{str(chosen)[:100]} of {len(sentences)} sentences"
    if length.sentences is not None and len(chosen) > length.sentences:
        return f"{len(chosen)} sentences where at most {length.sentences} were asked for"
    if length.sentences is not None:
        return None
    limit = length.word_limit(document.words)
    if limit is None:
        return None
    words = sum(sentences[index].words for index in chosen)
    if words <= limit:
        return None
    fits = any(0 < sentence.words <= limit for sentence in sentences)
    if len(chosen) == 1 and (not fits or chosen[0] == 0):
        return None  # the one sentence that a summary has at least; the lead's is the first
    return f"{words} words where at most {limit} were asked for"


class Writer:
    """An abstractive backend behind the guard: the same protocol.

    Args:
        backend: the backend.
        name: its name.
    """

    def __init__(self, backend: Abstractive, name: str) -> None:
        self.backend = backend
        self._name = name

    @property
    def window(self) -> int:
        """How many tokens it can read at once.

        Raises:
            BackendLoadError: if that is no whole number above 0.
        """
        with guarded(self._name):
            try:
                window = operator.index(self.backend.window)
            except TypeError as error:
                raise self._no_window() from error
        if window < 1:
            raise self._no_window()
        return window

    def _no_window(self) -> BackendLoadError:
        return BackendLoadError(self._name, "its window is no whole number above 0")

    def count(self, texts: Sequence[str], /) -> list[int]:
        """Count the tokens of each text.

        Raises:
            BackendLoadError: if it returns anything but one whole number a text.
            BackendError: if it fails.
        """
        with guarded(self._name):
            returned = self.backend.count(list(texts))
            try:
                counts = [operator.index(count) for count in returned]
            except TypeError as error:
                raise broken(self._name, "something else than counts of tokens") from error
        if len(counts) != len(texts):
            raise broken(self._name, f"{len(counts)} counts for {len(texts)} texts")
        return counts

    def generate(self, texts: Sequence[str], length: Length, /) -> list[Draft]:
        """Write a draft for each text; :func:`drafts_of` also checks them.

        Raises:
            BackendError: if it fails.
        """
        with guarded(self._name):
            return list(self.backend.generate(list(texts), length))


def drafts_of(
    backend: Abstractive, name: str, briefs: Sequence[Brief], *, batch_size: int
) -> list[Draft | GenerationError]:
    """Let a backend write a draft for each brief, ``batch_size`` texts at a time.

    ``generate`` takes one length: briefs that share theirs go to it together.

    Raises:
        BackendLoadError: if it returns anything else.
        BackendError: if it fails.
    """
    if isinstance(backend, Writer):
        backend = backend.backend
    with guarded(name):
        briefed = isinstance(backend, Briefed)
    if briefed:
        groups = [list(range(len(briefs)))]
    else:
        lengths = dict.fromkeys(brief.length for brief in briefs)
        groups = [[i for i, brief in enumerate(briefs) if brief.length == own] for own in lengths]
    drafts: dict[int, Draft | GenerationError] = {}
    for group in groups:
        for first in range(0, len(group), batch_size):
            indices = group[first : first + batch_size]
            written = _written(backend, name, [briefs[index] for index in indices])
            if len(written) != len(indices):
                raise broken(name, f"{len(written)} drafts for {len(indices)} documents")
            check_drafts(name, written)
            drafts.update(zip(indices, written, strict=True))
    return [drafts[index] for index in range(len(briefs))]


def _written(
    backend: Abstractive, name: str, batch: Sequence[Brief]
) -> Sequence[Draft | GenerationError]:
    with guarded(name):
        if isinstance(backend, Briefed):
            return list(backend.generate_for(batch))
        return list(backend.generate([brief.text for brief in batch], batch[0].length))


def check_drafts(name: str, drafts: Sequence[object]) -> None:
    """Hold that what a backend wrote are drafts, or errors of single texts.

    Raises:
        BackendLoadError: if one is not.
    """
    if not all(map(_is_draft, drafts)):
        raise broken(name, "something else than drafts")


def _is_draft(value: object) -> bool:
    if isinstance(value, Draft):
        return isinstance(value.text, str)
    return isinstance(value, GenerationError)
