"""The result: a string that knows where its sentences come from."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NoReturn

from .document import Document
from .errors import BackendError, DocumentTooLongError, EmptyDocumentError, GenerationError
from .length import Length
from .text.detection import LanguageOrigin
from .text.words import count_words

if TYPE_CHECKING:
    from .support import Support

__all__ = ["Failure", "Fallback", "Summary", "SummarySentence", "summary_of"]


Fallback = Literal["empty", "longer"]
_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class SummarySentence:
    """One sentence of a summary.

    Attributes:
        text: the sentence.
        start, end: its place in the document's text, in characters; ``None`` if a model wrote it.
        score: its salience, as the backend rates it; ``None`` if a model wrote it.
        sources: the indices of the document's sentences behind it; of one that a model wrote, those
            that :mod:`summarize.support` finds it rests on.
    """

    text: str
    start: int | None
    end: int | None
    score: float | None
    sources: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """What stands in place of a summary where there is none.

    Attributes:
        index: the text's place among the texts, from 0.
        error: why: what :meth:`~summarize.Summarizer.summarize` would have raised; without its
            traceback, which would keep the texts of a whole batch in memory.

    >>> import summarize
    >>> texts = ["It rained.", " "]
    >>> [_, failure] = summarize.Summarizer("lead").summarize_many(texts, errors="yield")
    >>> failure
    Failure(1, EmptyDocumentError: document 1 of the batch is empty: there is no text to summarize)
    """

    index: int
    error: Exception

    @property
    def kind(self) -> str:
        """The name of the error's type, or of what a backend raised, such as ``"ValueError"``;
        ``"ProcessDied"`` or ``"TimeLimit"`` if the process that worked on the text died, or was
        ended.
        """
        return (
            self.error.kind if isinstance(self.error, BackendError) else type(self.error).__name__
        )

    @property
    def alone(self) -> Exception:
        """The error as it is of this text by itself, without its place among others."""
        if isinstance(self.error, EmptyDocumentError):
            return EmptyDocumentError()
        if isinstance(self.error, BackendError | DocumentTooLongError | GenerationError):
            self.error.index = None
        return self.error

    def __repr__(self) -> str:
        return f"Failure({self.index}, {type(self.error).__name__}: {self.error})"


class Summary(str):
    """A summary: a ``str`` that also knows its sentences, its backend and what was read.

    It is equal to its text, immutable, pickles and copies with all its attributes, and ``json``
    writes it as its text.

    Attributes:
        sentences: the sentences, in order, as :class:`SummarySentence`.
        backend: the name of the backend.
        language: the document's language, an ISO 639 code.
        language_origin: how it is known; see :class:`~summarize.document.Document`.
        document_words: the document's words.
        words: the summary's own words.
        compression_ratio: document words ÷ summary words, 1 or more.
        read_fraction: the share of the document's words that the backend read, lines passed over
            as headings, captions and the like included.
        truncated: whether it did not read all of the sentences.
        skipped: how many parts of the document were passed over, by what they were taken for;
            ``Document.skipped`` says where they are.
        over_length: whether a single sentence already exceeds the length asked for.
        fallback: why these are the document's own first sentences though a model was to write:
            ``"empty"`` if it wrote nothing, ``"longer"`` if its first sentence was longer than the
            document; ``None`` if the summary is the backend's own.
        support: what the document says to it (:mod:`summarize.support`), where a model wrote it;
            ``None`` where the sentences are the document's own.
        options: how the backend wrote it, such as a model's engine and resolved generation
            settings; empty for a backend that has nothing to say.
        timings: seconds by stage: ``split``, ``backend``, ``select`` and ``total``. In a batch,
            ``backend`` is the batch's time divided by its documents.

    >>> import summarize
    >>> summary = summarize.summarize("It rained. The river rose.", backend="lead", sentences=1)
    >>> summary
    'It rained.'
    >>> summary.sentences[0].start, summary.sentences[0].end, summary.compression_ratio
    (0, 10, 2.5)
    """

    __slots__ = (
        "backend",
        "document_words",
        "fallback",
        "language",
        "language_origin",
        "options",
        "over_length",
        "read_fraction",
        "sentences",
        "skipped",
        "support",
        "timings",
        "truncated",
    )

    sentences: tuple[SummarySentence, ...]
    backend: str
    language: str | None
    language_origin: LanguageOrigin | None
    document_words: int
    read_fraction: float
    truncated: bool
    over_length: bool
    fallback: Fallback | None
    skipped: Mapping[str, int]
    support: Support | None
    options: Mapping[str, Any]
    timings: Mapping[str, float]

    def __new__(  # noqa: D102 - the class documents its arguments
        cls,
        text: str,
        *,
        sentences: tuple[SummarySentence, ...],
        backend: str,
        document_words: int,
        language: str | None = None,
        language_origin: LanguageOrigin | None = None,
        read_fraction: float = 1.0,
        truncated: bool = False,
        over_length: bool = False,
        fallback: Fallback | None = None,
        skipped: Mapping[str, int] | None = None,
        support: Support | None = None,
        options: Mapping[str, Any] | None = None,
        timings: Mapping[str, float] | None = None,
    ) -> Summary:
        self = super().__new__(cls, text)
        fields = {
            "sentences": tuple(sentences),
            "backend": backend,
            "document_words": document_words,
            "language": language,
            "language_origin": language_origin,
            "read_fraction": read_fraction,
            "truncated": truncated,
            "over_length": over_length,
            "fallback": fallback,
            "skipped": MappingProxyType(dict(skipped)) if skipped else _NOTHING,
            "support": support,
            "options": MappingProxyType(dict(options)) if options else _NOTHING,
            "timings": MappingProxyType(dict(timings or {})),
        }
        put = super().__setattr__
        for name, value in fields.items():
            put(self, name, value)
        return self

    @property
    def words(self) -> int:
        """The number of words."""
        return count_words(self)

    @property
    def compression_ratio(self) -> float:
        """Document words ÷ summary words; 1.0 for a text without words."""
        return self.document_words / words if (words := self.words) else 1.0

    def check(self, document: Document | str) -> Support:
        """Find the document's sentences behind each of these, and what it does not support.

        See :mod:`summarize.support`, which does the same for a summary made elsewhere.

        Args:
            document: the document that this is a summary of, or its text.

        Raises:
            EmptyDocumentError: if the document is a text with nothing in it.
            TypeError: if it is neither a ``Document`` nor a ``str``.

        >>> import summarize
        >>> text = "It rained. The river rose."
        >>> summarize.summarize(text, backend="lead", sentences=1).check(text).score
        1.0
        """
        from .support import Evidence

        return Evidence(document).check(str(self), self._places())

    def to_html(self, document: Document | str, *, scores: Sequence[float] | None = None) -> str:
        """Return a page with this summary beside its document, each sentence linked to its source.

        The page is one file that fetches nothing, for a screen of any width and for print. What
        the document does not support is marked.

        Args:
            document: the document that this is a summary of, or its text.
            scores: one a sentence of the document, as :meth:`Summarizer.rank` gives them, for the
                strip along it.

        Raises:
            EmptyDocumentError: if the document is a text with nothing in it.
            TypeError: if it is neither a ``Document`` nor a ``str``.
            ValueError: if there is not one score a sentence.

        >>> import summarize
        >>> text = "It rained. The river rose."
        >>> page = summarize.summarize(text, backend="lead", sentences=1).to_html(text)
        >>> page.startswith("<!DOCTYPE html>")
        True
        """
        from .support import Evidence
        from .support.page import page

        evidence = Evidence(document)
        support = evidence.check(str(self), self._places())
        return page(support, evidence.document, facts=self._facts(), scores=scores)

    def _repr_html_(self) -> str:
        """The sentences with their scores, for a notebook; the document is not at hand there."""
        from html import escape

        from .text.controls import visible

        lines = "".join(
            f"<li>{escape(visible(each.text))}"
            + (f" <small>{each.score:.3g}</small>" if each.score is not None else "")
            + "</li>"
            for each in self.sentences
        )
        facts = escape(visible(" · ".join(self._facts())))
        shown = f'<div dir="auto"><ol>{lines}</ol><p><small>{facts}</small></p></div>'
        return shown.encode("utf-8", "replace").decode("utf-8")

    def _facts(self) -> list[str]:
        facts = [self.backend, f"{self.words:,} of {self.document_words:,} words"]
        if self.truncated:
            facts.append(f"{self.read_fraction:.0%} read")
        if self.fallback is not None:
            why = "nothing" if self.fallback == "empty" else "more than the document"
            facts.append(f"the document's own sentences, as the model wrote {why}")
        return facts

    def _places(self) -> list[tuple[int, int, int | None]]:
        """Where each sentence is in the text, and the document's sentence that it repeats."""
        places = []
        end = 0
        for sentence in self.sentences:
            start = self.find(sentence.text, end)
            if start < 0:  # made by hand, of other text
                continue
            end = start + len(sentence.text)
            known = sentence.sources[0] if sentence.start is not None and sentence.sources else None
            places.append((start, end, known))
        return places

    def to_dict(self) -> dict[str, Any]:
        """Everything, as plain values that ``json`` can write."""
        return {
            "summary": str(self),
            "sentences": [asdict(sentence) for sentence in self.sentences],
            "backend": self.backend,
            "language": self.language,
            "language_origin": self.language_origin,
            "words": self.words,
            "document_words": self.document_words,
            "compression_ratio": self.compression_ratio,
            "read_fraction": self.read_fraction,
            "truncated": self.truncated,
            "over_length": self.over_length,
            "fallback": self.fallback,
            "skipped": dict(self.skipped),
            "support": None if self.support is None else self.support.to_dict(),
            "options": dict(self.options),
            "timings": dict(self.timings),
        }

    def with_options(self, options: Mapping[str, Any]) -> Summary:
        """Return the same summary with other :attr:`options`."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        return type(self)(str(self), **{**fields, "options": options})

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a Summary is immutable: cannot set {name!r}")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a Summary is immutable: cannot delete {name!r}")

    def __reduce__(self) -> tuple[Any, ...]:
        fields = {name: getattr(self, name) for name in self.__slots__}
        fields["skipped"] = dict(self.skipped)
        fields["options"] = dict(self.options)
        fields["timings"] = dict(self.timings)
        return _rebuild, (type(self), str(self), fields)


def summary_of(
    document: Document,
    text: str,
    sentences: tuple[SummarySentence, ...],
    length: Length,
    *,
    timings: Mapping[str, float],
    read_fraction: float = 1.0,
    **facts: Any,
) -> Summary:
    """Make a summary of a document, with what follows from the document and the length.

    Args:
        document: the document.
        text: the summary's text.
        sentences: its sentences.
        length: the ceiling asked for.
        timings: seconds by stage, behind those of splitting.
        read_fraction: the share of the words in its sentences that were read.
        **facts: the other arguments of :class:`Summary`.
    """
    timings = {"split": document.split_seconds, **timings}
    words = document.words
    every = words + document.skipped_words
    seen = words / every if every else 1.0
    limit = None if length.sentences is not None else length.word_limit(words)
    return Summary(
        text,
        sentences=sentences,
        document_words=words,
        language=document.language,
        language_origin=document.language_origin,
        over_length=limit is not None and count_words(text) > limit,
        read_fraction=read_fraction * seen,
        skipped=Counter(part.reason for part in document.skipped) if document.skipped else None,
        timings={**timings, "total": math.fsum(timings.values())},
        **facts,
    )


def _rebuild(cls: type[Summary], text: str, fields: dict[str, Any]) -> Summary:
    return cls(text, **fields)
