"""A summary against its document: sentence by sentence.

:meta private:
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from ..document import Document
from ..errors import EmptyDocumentError
from .evidence import Alignment, Index
from .findings import Findings, findings
from .quotations import misquoted
from .tokens import with_marks

__all__ = ["Evidence", "SentenceSupport", "Source", "Support", "Unsupported", "check"]

Kind = Literal["number", "name", "quotation", "negation", "words"]

# The weights of the score; see _score.
_FLOOR, _ONE_SOURCE = 0.3, 0.25
_MISSING, _ERROR, _SEAM = 0.15, 0.3, 0.2
_PREFIX = 16  # characters by which a sentence's beginning is found
_ALIKE = 8  # sentences of one such beginning that are tried


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence of the document that one of the summary rests on.

    Attributes:
        sentence: its index in ``document.sentences``.
        start, end: its place in the document's text, in characters.
        share: the share of the summary sentence's words that are in it, in the same order.
    """

    sentence: int
    start: int
    end: int
    share: float


@dataclass(frozen=True, slots=True)
class Unsupported:
    """Words of a summary that the document does not support.

    Attributes:
        kind: ``"number"``, ``"name"``, ``"quotation"``, ``"negation"`` (one added, or the words
            where one is missing) or ``"words"`` (the document has none of them).
        text: the words.
        start, end: their place in the summary, in characters.
    """

    kind: Kind
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SentenceSupport:
    """One sentence of a summary.

    Attributes:
        text: the sentence.
        start, end: its place in the summary, in characters.
        score: how far the document supports it, from 0 to 1.
        sources: the document's sentences behind it, the one with the largest share first.
        unsupported: what the document does not support, in order.
    """

    text: str
    start: int
    end: int
    score: float
    sources: tuple[Source, ...]
    unsupported: tuple[Unsupported, ...]


@dataclass(frozen=True, slots=True)
class Support:
    """What a document says to a summary of it.

    Attributes:
        sentences: a finding for each sentence of the summary.
        score: the mean of their scores, from 0 to 1.
    """

    sentences: tuple[SentenceSupport, ...]
    score: float

    def __repr__(self) -> str:
        count = len(self.sentences)
        told = f"{count} sentence{'s' * (count != 1)}, {len(self.unsupported)} unsupported"
        return f"<Support {self.score:.0%}: {told}>"

    @property
    def unsupported(self) -> tuple[Unsupported, ...]:
        """What is unsupported in any sentence, in order."""
        return tuple(each for sentence in self.sentences for each in sentence.unsupported)

    def to_dict(self) -> dict[str, Any]:
        """Everything, as plain values that ``json`` can write."""
        return asdict(self)


class Evidence:
    """A document, made ready for the check of one summary or many.

    Args:
        document: the document, or its text.

    Raises:
        EmptyDocumentError: if it is a text with nothing in it.
        TypeError: if it is neither a ``Document`` nor a ``str``.

    >>> evidence = Evidence(Document.from_text("The river rose two metres. Nobody was hurt."))
    >>> [found] = evidence.check("The river rose three metres.").unsupported
    >>> found.kind, found.text
    ('number', 'three')
    """

    def __init__(self, document: Document | str) -> None:
        if isinstance(document, str):
            document = Document.from_text(document)
        if not isinstance(document, Document):
            raise TypeError(f"document must be a Document or a str, not {type(document).__name__}")
        self.document = document
        self._index: Index | None = None
        self._exact: dict[str, int] | None = None
        self._beginnings: dict[str, list[int]] | None = None

    def check(
        self, summary: str, sentences: Sequence[tuple[int, int, int | None]] | None = None
    ) -> Support:
        """Check a summary.

        Args:
            summary: its text.
            sentences: where its sentences are, each with the index of the document's sentence
                that it is known to repeat; they are found if ``None``.

        Raises:
            TypeError: if ``summary`` is not a ``str``.
        """
        if not isinstance(summary, str):
            raise TypeError(f"summary must be a str, not {type(summary).__name__}")
        text = str.__str__(summary)
        places = self._split(text) if sentences is None else sentences
        wrong: list[tuple[int, int]] | None = None
        checked = []
        for start, end, known in places:
            sentence = " ".join(text[start:end].split())
            source = self._repeated(sentence, known)
            if source is not None:
                checked.append(self._verbatim(sentence, start, end, source))
                continue
            if wrong is None:
                wrong = list(misquoted(self._ready(), text))
            checked.append(self._checked(text, sentence, start, end, wrong))
        score = math.fsum(each.score for each in checked) / len(checked) if checked else 1.0
        return Support(tuple(checked), score)

    def sources(self, sentences: Sequence[str]) -> list[tuple[int, ...]]:
        """Return the indices of the document's sentences behind each of these, in their order."""
        found = []
        for text in sentences:
            [checked] = self.check(text, [(0, len(text), None)]).sentences
            found.append(tuple(sorted(source.sentence for source in checked.sources)))
        return found

    def _split(self, text: str) -> list[tuple[int, int, int | None]]:
        """Find the sentences of a summary: the document's own where it has them, else any.

        A splitter may see other ends in the summary than in the document, as other words follow.
        """
        ends: list[int] | None = None
        found: list[tuple[int, int, int | None]] = []
        place = 0
        while place < len(text):
            if text[place].isspace():
                place += 1
                continue
            number = self._begun(text, place)
            if number is not None:
                end = place + len(self.document.sentences[number].text)
            else:
                if ends is None:
                    ends = _sentence_ends(text, self.document.language)
                after = bisect_right(ends, place)
                end = ends[after] if after < len(ends) else len(text)
            found.append((place, end, number))
            place = end
        return found

    def _begun(self, text: str, place: int) -> int | None:
        """The document's longest sentence that stands in ``text`` at ``place``."""
        if self._beginnings is None:
            self._beginnings = {}
            for number, sentence in enumerate(self.document.sentences):
                alike = self._beginnings.setdefault(sentence.text[:_PREFIX], [])
                if len(alike) < _ALIKE:
                    alike.append(number)
        best: int | None = None
        longest = 0
        for number in self._beginnings.get(text[place : place + _PREFIX], ()):
            own = self.document.sentences[number].text
            end = place + len(own)
            ended = not text[end : end + 1].isalnum()
            if len(own) > longest and ended and text.startswith(own, place):
                best, longest = number, len(own)
        return best

    def _ready(self) -> Index:
        if self._index is None:
            self._index = Index(self.document)
        return self._index

    def _repeated(self, sentence: str, known: int | None) -> int | None:
        """The index of the document's sentence that this one repeats word for word."""
        sentences = self.document.sentences
        if known is not None and 0 <= known < len(sentences) and sentences[known].text == sentence:
            return known
        if self._exact is None:
            self._exact = {}
            for number, each in enumerate(sentences):
                self._exact.setdefault(each.text, number)
        return self._exact.get(sentence)

    def _verbatim(self, sentence: str, start: int, end: int, source: int) -> SentenceSupport:
        return SentenceSupport(sentence, start, end, 1.0, (self._source(source, 1.0),), ())

    def _source(self, number: int, share: float) -> Source:
        sentence = self.document.sentences[number]
        return Source(number, sentence.start, sentence.end, share)

    def _checked(
        self, text: str, sentence: str, start: int, end: int, wrong: Sequence[tuple[int, int]]
    ) -> SentenceSupport:
        index = self._ready()
        tokens = index.tokenize(text, start, end)
        if not tokens.stems:
            return SentenceSupport(sentence, start, end, 1.0, (), ())
        alignment = Alignment(index, tokens, index.sources(tokens.stems))
        found = findings(alignment)
        unsupported = [
            Unsupported(_kind(each.kind), text[each.start : each.end], each.start, each.end)
            for each in found.unsupported
        ]
        for left, right in wrong:
            if left < end and right > start:
                quoted = max(left, start), min(right, end)
                unsupported.append(Unsupported("quotation", text[slice(*quoted)], *quoted))
        unsupported.sort(key=lambda each: (each.start, each.end))
        sources = tuple(self._sources(alignment))
        errors = sum(each.kind != "words" for each in unsupported)
        score = _score(alignment, found, sources, errors)
        return SentenceSupport(sentence, start, end, score, sources, tuple(unsupported))

    def _sources(self, alignment: Alignment) -> Iterator[Source]:
        index = alignment.index
        counts = dict.fromkeys(alignment.sources, 0)
        for place in alignment.found:
            if place >= 0:
                counts[index.sentence_of(place)] += 1
        size = len(alignment.tokens.stems)
        for number in sorted(counts, key=lambda each: -counts[each]):
            if counts[number]:
                yield self._source(number, counts[number] / size)


def check(summary: str, document: Document | str) -> Support:
    """Check a summary against its document, whoever wrote it.

    The check needs no model: it aligns the words of each sentence with the document's and looks at
    what is left. It finds what the document contradicts or does not have; it cannot tell whether
    other words mean the same, so a free paraphrase has a low score.

    Args:
        summary: the summary, a :class:`~summarize.summary.Summary` or any text.
        document: what it is a summary of.

    Raises:
        EmptyDocumentError: if the document is a text with nothing in it.
        TypeError: if either is of another type.

    >>> support = check("Roe, 52, was not hurt.", "Ada Roe, 25, was hurt on Monday. Rain fell.")
    >>> [(each.kind, each.text) for each in support.unsupported]
    [('number', '52'), ('negation', 'not')]
    >>> support.sentences[0].sources[0].sentence
    0
    """
    return Evidence(document).check(summary)


def _sentence_ends(text: str, language: str) -> list[int]:
    try:
        found = Document.from_text(text, language=language, dateline="keep", furniture="keep")
    except EmptyDocumentError:
        return []
    return [sentence.end for sentence in found.sentences]


def _kind(kind: str) -> Kind:
    return kind  # type: ignore[return-value]


def _score(alignment: Alignment, found: Findings, sources: Sequence[Source], errors: int) -> float:
    """How far a sentence is supported: fitted, with few digits, to people's judgement on QAGS.

    What counts is how much is taken over in runs, cubed, for a sentence is as true as its seams;
    how much of it is from one sentence; and what is found wrong or missing.
    """
    marked = with_marks(alignment.tokens)
    triples = list(zip(marked, marked[1:], marked[2:], strict=False))
    known = alignment.index.triples
    if triples:
        runs = sum(each in known for each in triples) / len(triples)
    else:
        runs = sum(place >= 0 for place in alignment.found) / len(alignment.found)
    best = sources[0].share if sources else 0.0
    whole = _FLOOR + (1 - _FLOOR) * ((1 - _ONE_SOURCE) * runs**3 + _ONE_SOURCE * best)
    cost = _MISSING * found.missing + _ERROR * errors + _SEAM * max(len(sources) - 1, 0)
    return whole * math.exp(-cost)
