"""Every error this library raises on purpose.

::

    SummarizeError
    ├── UnknownBackendError    (LookupError)   no backend has that name
    ├── UnknownLanguageError   (ValueError)    not a language code
    ├── MissingDependencyError (ImportError)   an extra is not installed
    ├── BackendLoadError                       a backend or plugin cannot be loaded
    ├── BackendError           (RuntimeError)  a backend failed with a document
    ├── InvalidLengthError     (ValueError)    sentences=, words= or ratio= makes no sense
    ├── EmptyDocumentError     (ValueError)    nothing to summarise
    ├── DocumentTooLongError   (ValueError)    longer than the backend takes
    ├── GenerationError        (RuntimeError)  a model wrote nothing that is a summary
    ├── ReadError              (OSError)       a file cannot be read as text
    └── CorpusError            (ValueError)    a benchmark corpus is malformed

Each carries what it knows as attributes, so that a caller need not parse its text. Mistakes in a
call's *types* (a list where a text is wanted) are plain :class:`TypeError`. The one warning is
:class:`TruncationWarning`, a :class:`UserWarning`: part of a document was not read.
"""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Iterable

__all__ = [
    "BackendError",
    "BackendLoadError",
    "CorpusError",
    "DocumentTooLongError",
    "EmptyDocumentError",
    "GenerationError",
    "InvalidLengthError",
    "MissingDependencyError",
    "ReadError",
    "SummarizeError",
    "TruncationWarning",
    "UnknownBackendError",
    "UnknownLanguageError",
]


class SummarizeError(Exception):
    """The root: ``except SummarizeError`` catches everything below and nothing else."""

    def __reduce__(self) -> tuple[object, ...]:
        # The constructors take keywords, which Exception's own pickling would not pass on.
        return _rebuild, (type(self), self.args, self.__dict__)


def _rebuild(
    cls: type[SummarizeError], args: tuple[object, ...], attributes: dict[str, object]
) -> SummarizeError:
    error = cls.__new__(cls, *args)
    error.args = args
    error.__dict__.update(attributes)
    return error


class UnknownBackendError(SummarizeError, LookupError):
    """No backend has the name asked for.

    Attributes:
        name: what was asked for.
        available: the names that exist.
        suggestion: the nearest of them, or ``None``.
    """

    def __init__(self, name: str, available: Iterable[str]) -> None:
        self.name = name
        self.available = tuple(available)
        close = difflib.get_close_matches(str(name).lower(), self.available, n=1, cutoff=0.5)
        self.suggestion = close[0] if close else None
        hint = f"; did you mean {self.suggestion!r}?" if self.suggestion else ""
        if "/" in str(name):  # as models are called on the hub, and folders
            hint = f"; a model is an option of the backend 'bart': model={name!r}"
        super().__init__(f"unknown backend {name!r}{hint} (available: {', '.join(self.available)})")


class UnknownLanguageError(SummarizeError, ValueError):
    """``language=`` is not a language code.

    Attributes:
        language: what was given.
    """

    def __init__(self, language: object) -> None:
        self.language = language
        super().__init__(
            f"language={language!r} is not a language code; give a BCP-47 tag of an ISO 639 "
            "language, such as 'en', 'de', 'pt-BR' or 'zh', or None to have it found"
        )


class MissingDependencyError(SummarizeError, ImportError):
    """A backend needs a package that is not installed.

    Attributes:
        package: the missing package's import name.
        command: the command that installs it.
    """

    def __init__(self, what: str, package: str, requirement: str) -> None:
        self.package = package
        self.command = f'{_installer()} "{requirement}"'
        super().__init__(f"{what} needs the package {package!r}: {self.command}")


def _installer() -> str:
    """The command that installs into the environment that this runs in."""
    folder, name = os.path.split(sys.prefix)
    if folder.endswith(os.path.join("pipx", "venvs")):
        return f"pipx runpip {name} install"
    if folder.endswith(os.path.join("uv", "tools")):
        return f"uv pip install --python {sys.executable}"
    return "pip install"


class BackendLoadError(SummarizeError):
    """A backend was found but cannot be used: its module fails to import, its options are wrong,
    it is not a backend at all, or two distributions claim its name.

    Attributes:
        name: the backend's name.
        reason: what went wrong.
    """

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        self.reason = reason
        super().__init__(f"backend {name!r} cannot be used: {reason}")


class BackendError(SummarizeError, RuntimeError):
    """A backend failed with a document: it raised what is no :class:`SummarizeError`.

    What it raised is the ``__cause__``, as long as the error has not come from another process.

    Attributes:
        name: the backend's name.
        kind: the name of the exception's type, such as ``"ValueError"``; of work that was done in
            another process also ``"ProcessDied"``, or ``"TimeLimit"`` if it took too long.
        reason: what it said, and where.
        index: the document's place in a batch, or ``None`` for a single one.
    """

    index: int | None = None

    def __init__(self, name: str, kind: str, reason: str) -> None:
        self.name = name
        self.kind = kind
        self.reason = reason
        super().__init__(f"backend {name!r} failed: {reason}")


class InvalidLengthError(SummarizeError, ValueError):
    """A length makes no sense.

    Attributes:
        parameter: ``"sentences"``, ``"words"`` or ``"ratio"``.
        value: what was given.
    """

    def __init__(self, parameter: str, value: object, reason: str) -> None:
        self.parameter = parameter
        self.value = value
        super().__init__(f"{parameter}={value!r}: {reason}")


class EmptyDocumentError(SummarizeError, ValueError):
    """The document holds nothing but white space.

    Attributes:
        index: the document's place in a batch, or ``None`` for a single one.
    """

    def __init__(self, index: int | None = None) -> None:
        self.index = index
        which = "the document" if index is None else f"document {index} of the batch"
        super().__init__(f"{which} is empty: there is no text to summarize")


class DocumentTooLongError(SummarizeError, ValueError):
    """The document exceeds what a backend takes, or what is split at all.

    Attributes:
        backend: the backend's name, or ``None`` where it is too long for any.
        size: how long the document is.
        limit: how long it may be.
        unit: what both are counted in, ``"sentences"`` or ``"tokens"``.
        index: the document's place in a batch, or ``None`` for a single one.
    """

    index: int | None = None

    def __init__(self, backend: str | None, size: int, limit: int, unit: str, advice: str) -> None:
        self.backend = backend
        self.size = size
        self.limit = limit
        self.unit = unit
        told = f"the document has more than {limit:,} {unit}"
        if backend is not None:
            more = f"more than the {limit:,} that backend {backend!r} takes"
            told = f"the document has {size:,} {unit}, {more}"
        super().__init__(f"{told}; {advice}")


class GenerationError(SummarizeError, RuntimeError):
    """A backend that writes gave nothing for a document that could be taken for a summary: its
    server failed for good, the model refused, or what it wrote is empty or was cut off.

    Attributes:
        backend: the backend's name.
        reason: what went wrong.
        index: the document's place in a batch, or ``None`` for a single one.
    """

    index: int | None = None

    def __init__(self, backend: str, reason: str) -> None:
        self.backend = backend
        self.reason = reason
        super().__init__(f"backend {backend!r} wrote no summary: {reason}")


class ReadError(SummarizeError, OSError):
    """A file cannot be read as text.

    Attributes:
        path: the file; ``filename`` is the same.
        reason: what is wrong with it; ``strerror`` is the same.
        errno: the operating system's number for it, or ``None``.
    """

    def __init__(self, path: str, reason: str, errno: int | None = None) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = self.filename = path
        self.reason = self.strerror = reason
        self.errno = errno

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


class CorpusError(SummarizeError, ValueError):
    """A benchmark corpus is malformed.

    Attributes:
        path: the file.
        line: the line in it, counted from 1, or ``None`` when the whole file is meant.
        reason: what is wrong.
    """

    def __init__(self, path: str, reason: str, line: int | None = None) -> None:
        self.path = path
        self.line = line
        self.reason = reason
        where = path if line is None else f"{path}:{line}"
        super().__init__(f"{where}: {reason}")


class TruncationWarning(UserWarning):
    """A backend did not read all of a document, which is longer than its window.

    Attributes:
        backend: the backend's name.
        read_fraction: the share of the document's words that it read.
        index: the document's place in a batch, or ``None`` for a single one.
    """

    def __init__(self, backend: str, read_fraction: float, index: int | None = None) -> None:
        self.backend = backend
        self.read_fraction = read_fraction
        self.index = index
        which = "the document" if index is None else f"document {index} (and maybe others)"
        super().__init__(
            f"backend {backend!r} read {read_fraction:.0%} of {which}, which is longer than its "
            "window; long='chunk' reads all of it"
        )
