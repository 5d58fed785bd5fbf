"""What newsrank sees of each sentence, in one pass over a batch of documents.

Every feature is a sum over the words of a sentence of something that is known of the word in its
document, so time and memory are linear in the words.

:meta private:
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...document import Document
from ...text.marks import APOSTROPHES, FINAL_MARKS, QUOTES
from .terms import Terms

__all__ = ["FEATURES", "Features", "Layout", "Table", "features", "layout"]

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Indices = NDArray[np.intp]

FEATURES: dict[str, tuple[str, ...]] = {
    "position": ("place", "log_place", "relative_place", "last", "log_words_before"),
    "size": ("log_words", "relative_words", "letters_a_word"),
    "document": ("log_sentences", "log_document_words", "paragraphs", "mean_words"),
    "paragraph": ("starts_paragraph", "paragraph_sentences"),
    "rarity": ("idf", "tf_idf", "sentence_frequency", "unknown", "function_words"),
    "centrality": ("centroid", "degree", "weighted_degree"),
    "redundancy": ("opening", "before", "after", "new", "returns", "repeats"),
    "form": ("capital", "capitals", "digits", "names"),
    "marks": ("opens_quote", "quotes", "commas", "colon", "asks", "exclaims", "closed", "brackets"),
    "person": ("first", "second", "third", "says", "opens_third", "opens_connective", "opens_the"),
}

_KINDS = {
    "first": "i me my myself mine we us our ourselv im ive",
    "second": "you your yourself yourselv",
    "third": "he she they him her them his their it its himself herself themselv",
    "says": "said say told tell ad accord",
    "demonstrative": "this that these those such",
    "connective": (
        "but and howev meanwhil also yet so still then instead moreov furthermor therefor thus "
        "nevertheless nor or because although though while addit besid otherwis"
    ),
    "article": "the",
}
_QUOTES = frozenset(QUOTES + APOSTROPHES)
_ENDS = frozenset(FINAL_MARKS)
_FUNCTION_WORD = 2.0  # idf below which a word is one
_MARK_KINDS = np.zeros(0x2020, np.uint8)
for _kind, _marks_of_kind in enumerate(('"“”', ",", ":", "?", "!", "("), start=1):
    _MARK_KINDS[[ord(mark) for mark in _marks_of_kind]] = _kind


class Table:
    """What is known of each term of the lexicon, with one row behind the last for all others.

    Args:
        stems: the lexicon's stems.
        idf: the inverse document frequency of each, and that of an unknown one.
    """

    def __init__(self, stems: Sequence[str], idf: Vector) -> None:
        self.idf = idf
        places = {stem: place for place, stem in enumerate(stems)}
        self.kinds = {}
        for kind, words in _KINDS.items():
            known = [places[word] for word in words.split() if word in places]
            self.kinds[kind] = np.zeros(len(idf))
            self.kinds[kind][known] = 1.0


class Layout(NamedTuple):
    """Where the sentences of a batch belong.

    Attributes:
        document: the number of each sentence's document.
        place: the number of each sentence in its document.
        first: the number of each document's first sentence.
        sizes: how many sentences each document has.
    """

    document: Indices
    place: Indices
    first: Indices
    sizes: Indices


class Features(NamedTuple):
    """What newsrank sees of a batch.

    Attributes:
        matrix: a row a sentence, a column for each name in :data:`FEATURES`, in their order.
        rows: each word's row in the table, the last for all that are not in it.
        first: whether each word is the first of its term in the document.
    """

    matrix: Matrix
    rows: Indices
    first: NDArray[np.bool_]


def layout(documents: Sequence[Document]) -> Layout:
    """Number the sentences of a batch."""
    sizes = np.fromiter((len(d.sentences) for d in documents), np.intp, len(documents))
    first = np.cumsum(sizes) - sizes
    document = np.repeat(np.arange(len(documents)), sizes)
    return Layout(document, np.arange(len(document)) - first[document], first, sizes)


def features(documents: Sequence[Document], places: Layout, terms: Terms, table: Table) -> Features:
    """Find what there is to see of a batch."""
    batch = _Batch(documents, places, terms, table)
    columns = [
        *batch.position(),
        *batch.size(),
        *batch.document(),
        *batch.paragraph(),
        *batch.rarity(),
        *batch.centrality(),
        *batch.redundancy(),
        *batch.form(),
        *batch.marks(),
        *batch.person(),
    ]
    matrix = np.stack(columns, axis=1).astype(np.float64)
    return Features(matrix, batch.row, batch.repeats.back < 0)


class _Batch:
    """A batch of documents, with a method for each group of features."""

    def __init__(
        self, documents: Sequence[Document], places: Layout, terms: Terms, table: Table
    ) -> None:
        self._sentences = [sentence for document in documents for sentence in document.sentences]
        self._places, self._terms, self._table = places, terms, table
        self._has_words = terms.counts > 0
        self._heads = (np.cumsum(terms.counts) - terms.counts)[self._has_words]
        self._unknown = len(table.idf) - 1
        self.row = np.minimum(terms.term, self._unknown)
        self.repeats = _repetition(places.document[terms.sentence], terms.term, terms.sentence)
        self._size = places.sizes[places.document].astype(float)
        self._words = terms.counts.astype(float)
        self._filled = np.maximum(self._words, 1.0)
        self._document_words = self._document_sum(self._words)
        self._mean_words = self._document_words / self._size
        self._idf = self._inverse_frequency([document.language != "en" for document in documents])
        self._mass = np.maximum(self._sum(self._idf), 1e-9)
        self._characters = np.array([len(sentence.text) for sentence in self._sentences], np.intp)
        paragraph = np.array([sentence.paragraph for sentence in self._sentences], np.intp)
        self._starts = np.ones(len(paragraph))
        self._starts[1:] = (np.diff(paragraph) != 0) | (np.diff(places.document) != 0)
        self._paragraphs = self._document_sum(self._starts) / self._size
        self._opening = np.full(len(self._sentences), self._unknown)
        self._opening[self._has_words] = self.row[self._heads]

    def _sum(self, values: NDArray[Any]) -> Vector:
        """The sum over the words of each sentence."""
        sums = np.zeros(len(self._sentences))
        if len(values):
            sums[self._has_words] = np.add.reduceat(values, self._heads, dtype=np.float64)
        return sums

    def _mean(self, values: NDArray[Any]) -> Vector:
        return np.asarray(self._sum(values) / self._filled)

    def _document_sum(self, values: Vector) -> Vector:
        """The sum over the sentences of each sentence's document."""
        document = self._places.document
        return np.asarray(np.bincount(document, values), np.float64)[document]

    def _inverse_frequency(self, foreign: Sequence[bool]) -> Vector:
        """Each word's idf: by the table, or by the document if its language is not the table's."""
        idf: Vector = self._table.idf.take(self.row)
        if not any(foreign):
            return idf
        of = self._terms.sentence
        local = np.log((1.0 + self._size[of]) / self.repeats.sentences)
        local *= self._table.idf[-1] / np.log(2.0 + self._size[of])
        return np.where(np.asarray(foreign)[self._places.document[of]], local, idf)

    def position(self) -> list[NDArray[Any]]:
        place = self._places.place.astype(float)
        before = np.cumsum(self._words) - self._words
        before -= before[self._places.first[self._places.document]]
        return [
            1.0 / (1.0 + place),
            np.log1p(place),
            place / np.maximum(self._size - 1.0, 1.0),
            place == self._size - 1.0,
            np.log1p(before),
        ]

    def size(self) -> list[NDArray[Any]]:
        return [
            np.log1p(self._words),
            self._words / np.maximum(self._mean_words, 1.0),
            self._characters / self._filled,
        ]

    def document(self) -> list[NDArray[Any]]:
        return [
            np.log(self._size),
            np.log1p(self._document_words),
            self._paragraphs,
            np.log1p(self._mean_words),
        ]

    def paragraph(self) -> list[NDArray[Any]]:
        number = np.cumsum(self._starts).astype(np.intp) - 1
        return [
            np.where(self._paragraphs < 1.0, self._starts, 0.0),
            np.log(np.bincount(number)[number]),
        ]

    def rarity(self) -> list[NDArray[Any]]:
        repeats = self.repeats
        return [
            self._mass / self._filled,
            self._mean(self._idf * np.log(repeats.frequency)),
            self._mean(np.log(repeats.sentences)),
            self._mean(self.row == self._unknown),
            self._mean(self._idf < _FUNCTION_WORD),
        ]

    def centrality(self) -> list[NDArray[Any]]:
        """Similarity to the document's tf-idf centroid; degree in TextRank's graph; with idf."""
        squared = self._idf * self._idf
        norm = np.sqrt(np.maximum(self._sum(squared), 1e-9))
        product = self._sum(squared * self.repeats.frequency)
        document_norm = np.sqrt(np.maximum(self._document_sum(product), 1e-9))
        others = self.repeats.sentences - 1.0
        lengths = np.log(self._filled) + np.log(np.maximum(self._mean_words, 2.0))
        return [
            product / (norm * document_norm),
            np.log1p(self._sum(others) / lengths) - np.log(self._size),
            np.log1p(self._mean(self._idf * others)),
        ]

    def redundancy(self) -> list[NDArray[Any]]:
        """Shares of a sentence's idf in words that the opening has, the sentence before or after,
        none before, some behind, and the sentence itself before.
        """
        back, forward = self.repeats.back, self.repeats.forward
        once = self._idf * (back != 0)
        return [
            self._sum(weights) / self._mass
            for weights in (
                once * self.repeats.in_first,
                once * (back == 1),
                self._idf * (forward == 1),
                once * (back < 0),
                self._idf * (forward > 0),
                self._idf * (back == 0),
            )
        ]

    def form(self) -> list[NDArray[Any]]:
        inner = np.ones(len(self.row))
        inner[self._heads] = 0.0
        capital = self._terms.capital * inner
        return [
            self._mean(capital),
            self._mean(self._terms.capitals),
            self._mean(self._terms.digit),
            np.log1p(self._sum(capital * (self.repeats.back < 0))),
        ]

    def marks(self) -> list[NDArray[Any]]:
        text = "".join([sentence.text for sentence in self._sentences])
        characters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        ends = np.cumsum(self._characters)
        kinds = _MARK_KINDS[np.minimum(characters, len(_MARK_KINDS) - 1)]
        found = np.flatnonzero(kinds)
        sentence = np.searchsorted(ends, found, side="right")
        quotes, commas, colons, asks, exclaims, brackets = (
            np.bincount(sentence[kinds[found] == kind], minlength=len(ends)) for kind in range(1, 7)
        )
        return [
            np.array([sentence.text[0] in _QUOTES for sentence in self._sentences]),
            quotes,
            commas,
            colons > 0,
            asks > 0,
            exclaims > 0,
            np.array([sentence.text[-1] in _ENDS for sentence in self._sentences]),
            brackets > 0,
        ]

    def person(self) -> list[NDArray[Any]]:
        kinds = self._table.kinds
        return [
            *(
                self._mean(kinds[kind].take(self.row))
                for kind in ("first", "second", "third", "says")
            ),
            (kinds["third"] + kinds["demonstrative"])[self._opening],
            kinds["connective"][self._opening],
            kinds["article"][self._opening],
        ]


class _Repetition(NamedTuple):
    """How each word's term is spread over its document.

    Attributes:
        frequency: how often the document has it.
        sentences: in how many sentences.
        back: how many sentences ago it was last seen, 0 in this one, -1 never before.
        forward: in how many sentences it comes again, 0 in this one, -1 never.
        in_first: whether the document's first sentence has it, and this is not the first.
    """

    frequency: Vector
    sentences: Vector
    back: Vector
    forward: Vector
    in_first: Vector


def _repetition(document: Indices, term: NDArray[np.int64], sentence: Indices) -> _Repetition:
    total = len(term)
    if not total:
        empty = np.zeros(0)
        return _Repetition(empty, empty, empty, empty, empty)
    order = _order(term)
    ordered, of = sentence[order], document[order]
    new = np.ones(total, np.bool_)
    new[1:] = (np.diff(term[order]) != 0) | (np.diff(of) != 0)
    gap = np.empty(total)
    gap[1:] = np.diff(ordered)
    gap[new] = -1.0
    group = np.cumsum(new) - 1
    count = np.bincount(group)[group]
    spread = np.bincount(group, gap != 0)[group]
    forward = np.full(total, -1.0)
    forward[:-1] = np.where(new[1:], -1.0, gap[1:])
    starts = ordered[new][group]
    firsts = np.full(document[-1] + 1, -1)
    firsts[document[::-1]] = sentence[::-1]
    opening = firsts[of]
    in_first = (starts == opening) & (ordered != opening)
    in_place = np.empty((5, total))
    for row, values in zip(in_place, (count, spread, gap, forward, in_first), strict=True):
        row[order] = values
    return _Repetition(*in_place)


def _order(term: NDArray[np.int64]) -> Indices:
    """A stable order of terms, by their lower and then their upper bits: NumPy sorts 16 bits by
    radix, several times faster than 64.
    """
    order = np.argsort((term & 0xFFFF).astype(np.uint16), kind="stable")
    return order[np.argsort((term >> 16).astype(np.uint16)[order], kind="stable")]
