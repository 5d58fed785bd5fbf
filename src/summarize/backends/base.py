"""What a backend is: one of two small protocols.

The library owns splitting, selection, the length ceiling and timing. A backend scores sentences
(:class:`Extractive`) or writes new text (:class:`Abstractive`). Its options go to ``__init__``,
where loading happens too; it may have a ``close()``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, runtime_checkable

from ..document import Document
from ..errors import BackendLoadError, GenerationError
from ..length import Length

__all__ = [
    "Abstractive",
    "BackendInfo",
    "Brief",
    "Briefed",
    "Draft",
    "Extractive",
    "Kind",
    "Soon",
    "broken",
    "without_secrets",
]

Kind = Literal["extractive", "abstractive"]


@runtime_checkable
class Extractive(Protocol):
    """A backend that rates sentences. ``selector``, a :class:`summarize.selection.Selector`, is
    optional; :func:`summarize.selection.top` is used without it.
    """

    def score(self, documents: Sequence[Document], /) -> Sequence[Sequence[float]]:
        """Return, for each document, one finite number a sentence: its salience."""
        ...


@dataclass(frozen=True, slots=True)
class Draft:
    """What an abstractive backend wrote for one document, before the ceiling is applied.

    Attributes:
        text: the draft.
        complete: whether it ended of its own; ``False`` if a token limit cut it off.
        options: how it was written, such as the resolved generation settings: plain values, for
            :attr:`summarize.Summary.options`.
    """

    text: str
    complete: bool = True
    options: Mapping[str, Any] = field(default_factory=dict)


@runtime_checkable
class Abstractive(Protocol):
    """A backend that writes new text."""

    @property
    def window(self) -> int:
        """How many tokens it can read at once; a plain attribute will do."""
        ...

    def count(self, texts: Sequence[str], /) -> Sequence[int]:
        """Return how many tokens each text has, with whatever the model adds to it."""
        ...

    def generate(self, texts: Sequence[str], length: Length, /) -> Sequence[Draft]:
        """Write a draft for each text; ``length`` is what the library will hold it to."""
        ...


@dataclass(frozen=True, slots=True)
class Brief:
    """What is asked of a :class:`Briefed` backend for one text.

    Attributes:
        text: what is to be summarised: the document, or as much of it as the window takes.
        document: the document it is of, for its ``language``, ``title`` and ``metadata``.
        length: what the library will hold the draft to.
        unsupported: what an earlier draft said that the text does not say; empty at first.
    """

    text: str
    document: Document
    length: Length
    unsupported: tuple[str, ...] = ()


@runtime_checkable
class Briefed(Protocol):
    """An :class:`Abstractive` that asks for more than the text, and may fail with one text alone.

    Where a backend has ``generate_for``, the library calls it in place of ``generate``.
    """

    def generate_for(self, briefs: Sequence[Brief], /) -> Sequence[Draft | GenerationError]:
        """Write a draft for each brief; an error, returned, is of that text only."""
        ...


@runtime_checkable
class Soon(Abstractive, Protocol):
    """An :class:`Abstractive` that writes several at a time elsewhere, such as at a server.

    Where a backend has ``generate_soon``, :meth:`summarize.Summarizer.summarize_many` calls it, and
    each summary comes as soon as it is ready and its turn has come.

    Attributes:
        concurrency: how many it writes at once; more than these wait there for their turn.
    """

    concurrency: int

    def generate_soon(self, brief: Brief, /) -> Future[Draft | GenerationError]:
        """Begin to write a draft, and return at once; an error of that text only is its result.

        What the future raises is of that text too. Futures that nobody will have are cancelled.
        """
        ...


@dataclass(frozen=True, slots=True)
class BackendInfo:
    """One line of :func:`summarize.available_backends`.

    Attributes:
        name: what ``backend=`` takes.
        kind: ``"extractive"`` or ``"abstractive"``; ``None`` for a plugin, which is not imported
            to be listed.
        extra: the extra of this package that it needs, or ``None``.
        installed: whether what it needs can be imported.
        origin: the distribution that provides it.
    """

    name: str
    kind: Kind | None
    extra: str | None
    installed: bool
    origin: str


def broken(name: str, what: str) -> BackendLoadError:
    """The error for a backend that returned what its protocol does not allow.

    >>> print(broken("mine", "2 results for 1 documents"))
    backend 'mine' cannot be used: it returned 2 results for 1 documents
    """
    return BackendLoadError(name, f"it returned {what}")


_SECRET_OPTIONS = frozenset({"api_key", "token", "headers", "password"})


def without_secrets(options: Mapping[str, Any]) -> dict[str, Any]:
    """A backend's options as they may be shown: keys and passwords are dots.

    >>> without_secrets({"model": "small", "api_key": "sk-1", "url": "http://me:word@host/v1?k=1"})
    {'model': 'small', 'api_key': '…', 'url': 'http://…@host/v1?…'}
    """
    shown: dict[str, Any] = {}
    for name, value in options.items():
        secret = name in _SECRET_OPTIONS and not isinstance(value, bool | None)
        shown[name] = "…" if secret else _shown_url(value) if _is_url(value) else value
    return shown


_USERINFO = re.compile(r"://[^/@\s]*@")


def _shown_url(url: str) -> str:
    address, asks, _ = _USERINFO.sub("://…@", url).partition("?")
    return f"{address}?…" if asks else address


def _is_url(value: object) -> bool:
    return isinstance(value, str) and "://" in value
