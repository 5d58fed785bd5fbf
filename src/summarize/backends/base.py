"""What a backend is: one of two small protocols.

The library owns splitting, selection, the length ceiling and timing. A backend scores sentences
(:class:`Extractive`) or writes new text (:class:`Abstractive`). Its options go to ``__init__``,
where loading happens too; it may have a ``close()``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, runtime_checkable

from ..document import Document
from ..errors import BackendLoadError
from ..length import Length

__all__ = ["Abstractive", "BackendInfo", "Draft", "Extractive", "Kind", "broken", "drafts_of"]

Kind = Literal["extractive", "abstractive"]


@runtime_checkable
class Extractive(Protocol):
    """A backend that rates sentences. ``selector``, a :class:`summarize.selection.Selector`, is
    optional; :func:`summarize.selection.top` is used without it.
    """

    def score(self, documents: Sequence[Document], /) -> list[Sequence[float]]:
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
    """A backend that writes new text.

    Attributes:
        window: how many tokens it can read at once.
    """

    window: int

    def count(self, texts: Sequence[str], /) -> list[int]:
        """Return how many tokens each text has, with whatever the model adds to it."""
        ...

    def generate(self, texts: Sequence[str], length: Length, /) -> list[Draft]:
        """Write a draft for each text; ``length`` is what the library will hold it to."""
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


def drafts_of(
    backend: Abstractive, name: str, texts: Sequence[str], length: Length, *, batch_size: int
) -> list[Draft]:
    """Let a backend write a draft for each text, ``batch_size`` texts at a time.

    Raises:
        BackendLoadError: if it returns anything else.
    """
    drafts: list[Draft] = []
    for first in range(0, len(texts), batch_size):
        batch = texts[first : first + batch_size]
        written = backend.generate(batch, length)
        if len(written) != len(batch):
            raise broken(name, f"{len(written)} drafts for {len(batch)} documents")
        if not all(isinstance(draft, Draft) for draft in written):
            raise broken(name, "something else than drafts")
        drafts.extend(written)
    return drafts
