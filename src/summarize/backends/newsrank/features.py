"""What newsrank sees of each sentence, in one pass over a batch of documents.

Every feature is a sum over the words of a sentence of something that is known of the word in its
document, so time and memory are linear in the words.

:meta private:
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...document import Document
from ...text.marks import APOSTROPHES, FINAL_MARKS, QUOTES
from .terms import LONGEST_SENTENCE, Terms

__all__ = ["FEATURES", "Features", "Layout", "Table", "features", "layout", "parts"]

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
_BIT = {kind: 1 << place for place, kind in enumerate(_KINDS)}
_IN_WORDS = np.array([[_BIT[kind]] for kind in ("first", "second", "third", "says")], np.uint8)
_OPENING = np.array(
    [[_BIT["third"] | _BIT["demonstrative"]], [_BIT["connective"]], [_BIT["article"]]], np.uint8
)
_COLUMNS = sum(map(len, FEATURES.values()))
_QUOTES = frozenset(QUOTES + APOSTROPHES)
_ENDS = frozenset(FINAL_MARKS)
_FEW_WORDS = 4_000
_FUNCTION_WORD = 2.0  # idf below which a word is one
_LARGEST_PART = 60_000  # sentences, of which each takes some 6 KB
_WORDS_AS_A_SENTENCE = 20  # that take as much memory again
_CHARACTERS_AS_A_WORD = 8  # where there are fewer words than that
_KINDS_OF_MARKS = ('"“”', ",", ":", "?", "!", "(")


class Table:
    """What is known of each term of the lexicon, with one row behind the last for all others.

    Args:
        stems: the lexicon's stems.
        idf: the inverse document frequency of each, and that of an unknown one.
    """

    def __init__(self, stems: Sequence[str], idf: Vector) -> None:
        self.idf = idf
        places = {stem: place for place, stem in enumerate(stems)}
        self.kinds = np.zeros(len(idf), np.uint8)  # a bit each, so that they stay in the cache
        for kind, words in enumerate(_KINDS.values()):
            known = [places[word] for word in words.split() if word in places]
            self.kinds[known] |= 1 << kind


class Layout(NamedTuple):
    """Where the sentences of a batch belong.

    Attributes:
        document: the number of each sentence's document.
        place: the number of each sentence in its document.
        first: the number of each document's first sentence.
        sizes: how many sentences each document has here.
        whole: how many it has in all: more where it is a part of a long one.
        before: how many words there are before the first of them, in that one.
    """

    document: Indices
    place: Indices
    first: Indices
    sizes: Indices
    whole: Indices
    before: int = 0


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
    first = sizes.cumsum() - sizes
    document = np.arange(len(documents)).repeat(sizes)
    return Layout(document, np.arange(len(document)) - first.take(document), first, sizes, sizes)


def parts(document: Document) -> Iterator[tuple[Document, Layout]]:
    """Cut a document that is too long for the memory that its features would take.

    Each part has nearly as much of it, and is seen as a document of its own but for the places of
    its sentences. What is no book is one part.
    """
    sentences = document.sentences
    # What stands between spaces may hold many words, as "a-a-a" does.
    lengths = np.fromiter((len(sentence.text) for sentence in sentences), np.intp, len(sentences))
    words = np.fromiter((sentence.words for sentence in sentences), np.intp, len(sentences))
    seen = np.maximum(words, lengths.clip(max=LONGEST_SENTENCE) // _CHARACTERS_AS_A_WORD)
    sizes = (1 + seen / _WORDS_AS_A_SENTENCE).cumsum()
    if sizes[-1] <= _LARGEST_PART:
        yield document, layout([document])
        return
    count = -(-sizes[-1] // _LARGEST_PART)
    cuts = np.searchsorted(sizes, sizes[-1] / count * np.arange(1, count)).tolist()
    for start, end in pairwise((0, *cuts, len(sentences))):
        if start == end:
            continue
        part = replace(document, sentences=sentences[start:end])
        places = layout([part])
        yield (
            part,
            places._replace(
                place=places.place + start,
                whole=np.array([len(sentences)]),
                before=int(words[:start].sum()),
            ),
        )


def features(documents: Sequence[Document], places: Layout, terms: Terms, table: Table) -> Features:
    """Find what there is to see of a batch."""
    batch = _Batch(documents, places, terms, table)
    groups = (
        batch.position(),
        batch.size(),
        batch.document(),
        batch.paragraph(),
        batch.rarity(),
        batch.centrality(),
        batch.redundancy(),
        batch.form(),
        batch.marks(),
        batch.person(),
    )
    matrix = np.empty((_COLUMNS, len(batch.words)))
    for row, column in enumerate(chain.from_iterable(groups)):
        matrix[row] = column
    return Features(np.ascontiguousarray(matrix.T), batch.row, batch.repeats.back < 0)


Columns = Iterable[NDArray[Any]]


class _Batch:
    """A batch of documents, with a method for each group of features.

    What is summed over the words of each sentence is summed for a group at once: for a single
    text, the calls of NumPy cost more than what they compute.
    """

    def __init__(
        self, documents: Sequence[Document], places: Layout, terms: Terms, table: Table
    ) -> None:
        self._sentences = [sentence for document in documents for sentence in document.sentences]
        self._places, self._terms, self._table = places, terms, table
        has_words = terms.counts > 0
        self._filled_rows = None if has_words.all() else has_words
        heads = terms.counts.cumsum() - terms.counts
        self._heads = heads if self._filled_rows is None else heads[has_words]
        self._unknown = len(table.idf) - 1
        self.row = np.minimum(terms.term, self._unknown)
        self._document_of_word = places.document.take(terms.sentence)
        self.repeats = _repetition(self._document_of_word, terms.term, terms.sentence)
        self._size = places.sizes.take(places.document).astype(float)
        self.words = terms.counts.astype(float)
        self._filled = np.maximum(self.words, 1.0)
        self._document_words = self._document_sum(self.words)
        self._mean_words = self._document_words / self._size
        self._idf = self._inverse_frequency([document.language != "en" for document in documents])
        self._squared = self._idf * self._idf
        self._characters = np.array([len(sentence.text) for sentence in self._sentences], np.intp)
        paragraph = np.array([sentence.paragraph for sentence in self._sentences], np.intp)
        self._starts = np.ones(len(paragraph))
        self._starts[1:] = (paragraph[1:] != paragraph[:-1]) | (
            places.document[1:] != places.document[:-1]
        )
        self._paragraphs = self._document_sum(self._starts) / self._size

    def _sums(self, *values: NDArray[Any]) -> Matrix:
        """The sums of each of some values over the words of each sentence."""
        rows = np.array(values, np.float64)
        if self._filled_rows is None and rows.size:
            return np.asarray(np.add.reduceat(rows, self._heads, axis=1))
        sums = np.zeros((len(rows), len(self._sentences)))
        if rows.size:
            sums[:, self._filled_rows] = np.add.reduceat(rows, self._heads, axis=1)
        return sums

    def _document_sum(self, values: Vector) -> Vector:
        """The sum over the sentences of each sentence's document."""
        document = self._places.document
        return np.asarray(np.bincount(document, values).take(document), np.float64)

    def _inverse_frequency(self, foreign: Sequence[bool]) -> Vector:
        """Each word's idf: by the table, or by the document if its language is not the table's."""
        idf: Vector = self._table.idf.take(self.row)
        if not any(foreign):
            return idf
        of = self._terms.sentence
        local = np.log((1.0 + self._size[of]) / self.repeats.sentences)
        local *= self._table.idf[-1] / np.log(2.0 + self._size[of])
        return np.where(np.asarray(foreign)[self._document_of_word], local, idf)

    def position(self) -> Columns:
        place = self._places.place.astype(float)
        before = self.words.cumsum() - self.words
        before -= before.take(self._places.first).take(self._places.document)
        before += self._places.before
        last = self._places.whole.take(self._places.document) - 1.0
        return [
            1.0 / (1.0 + place),
            np.log1p(place),
            place / np.maximum(last, 1.0),
            place == last,
            np.log1p(before),
        ]

    def size(self) -> Columns:
        return [
            np.log1p(self.words),
            self.words / np.maximum(self._mean_words, 1.0),
            self._characters / self._filled,
        ]

    def document(self) -> Columns:
        return [
            np.log(self._size),
            np.log1p(self._document_words),
            self._paragraphs,
            np.log1p(self._mean_words),
        ]

    def paragraph(self) -> Columns:
        number = self._starts.cumsum().astype(np.intp) - 1
        return [
            np.where(self._paragraphs < 1.0, self._starts, 0.0),
            np.log(np.bincount(number).take(number)),
        ]

    def rarity(self) -> Matrix:
        repeats, idf = self.repeats, self._idf
        sums = self._sums(
            idf,
            idf * np.log(repeats.frequency),
            np.log(repeats.sentences),
            self.row == self._unknown,
            idf < _FUNCTION_WORD,
        )
        self._mass = sums[0] = np.maximum(sums[0], 1e-9)
        return np.asarray(sums / self._filled)

    def centrality(self) -> Columns:
        """Similarity to the document's tf-idf centroid; degree in TextRank's graph; with idf."""
        others = self.repeats.sentences - 1.0
        squared, product, degree, weighted = self._sums(
            self._squared, self._squared * self.repeats.frequency, others, self._idf * others
        )
        norm = np.sqrt(np.maximum(squared, 1e-9))
        document_norm = np.sqrt(np.maximum(self._document_sum(product), 1e-9))
        lengths = np.log(self._filled) + np.log(np.maximum(self._mean_words, 2.0))
        return [
            product / (norm * document_norm),
            np.log1p(degree / lengths) - np.log(self._size),
            np.log1p(weighted / self._filled),
        ]

    def redundancy(self) -> Matrix:
        """Shares of a sentence's idf in words that the opening has, the sentence before or after,
        none before, some behind, and the sentence itself before. Behind :meth:`rarity`.
        """
        back, forward = self.repeats.back, self.repeats.forward
        once = self._idf * (back != 0)
        sums = self._sums(
            once * self.repeats.in_first,
            once * (back == 1),
            self._idf * (forward == 1),
            once * (back < 0),
            self._idf * (forward > 0),
            self._idf * (back == 0),
        )
        return np.asarray(sums / self._mass)

    def form(self) -> Columns:
        terms = self._terms
        capital = terms.capital.copy()
        capital[self._heads] = False
        sums = self._sums(capital, terms.capitals, terms.digit, capital & (self.repeats.back < 0))
        return [*(sums[:3] / self._filled), np.log1p(sums[3])]

    def marks(self) -> Columns:
        kinds = _marks_in("".join([sentence.text for sentence in self._sentences]))
        [found] = kinds.nonzero()
        total = len(self._sentences)
        sentence = self._characters.cumsum().searchsorted(found, side="right")
        places = (kinds.take(found) - 1) * np.intp(total) + sentence
        counts = np.bincount(places, minlength=6 * total).reshape(6, total)
        quotes, commas, colons, asks, exclaims, brackets = counts
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

    def person(self) -> Columns:
        kinds = self._table.kinds.take(self.row)
        shares = self._sums(*(kinds & _IN_WORDS != 0)) / self._filled
        opening = kinds[self._heads]
        if self._filled_rows is not None:
            of_filled, opening = opening, np.zeros(len(self._sentences), np.uint8)
            opening[self._filled_rows] = of_filled
        return [*shares, *(opening & _OPENING != 0)]


def _table_of_marks() -> bytes:
    table = bytearray(256)
    for kind, marks in enumerate(_KINDS_OF_MARKS, start=1):
        for mark in filter(str.isascii, marks):
            table[ord(mark)] = kind
    table[ord(_QUESTION)] = table[ord("?")]
    table[ord("?")] = 0  # what stands for all else
    return bytes(table)


_QUESTION = "\x01"
_MARK_KINDS = _table_of_marks()


def _marks_in(text: str) -> NDArray[np.uint8]:
    """The kind of each character: 0, or the place of its kind of mark, from 1.

    A table of bytes is many times faster than one of characters, and a question mark is what all
    other characters become in it; a control character takes its place.

    >>> _marks_in("“Où?” Là.").tolist()
    [1, 0, 0, 4, 1, 0, 0, 0, 0]
    """
    text = text.replace(_QUESTION, " ").replace("?", _QUESTION)
    if not text.isascii():
        text = text.replace("“", '"').replace("”", '"')
    return np.frombuffer(text.encode("ascii", "replace").translate(_MARK_KINDS), np.uint8)


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
    ordered, of, by_term = sentence.take(order), document.take(order), term.take(order)
    new = np.empty(total, np.bool_)
    new[0] = True
    new[1:] = (by_term[1:] != by_term[:-1]) | (of[1:] != of[:-1])
    [starts] = new.nonzero()  # of each term of a document
    gap = np.empty(total)
    gap[1:] = ordered[1:] - ordered[:-1]
    gap[starts] = -1.0
    count = np.empty(len(starts), np.intp)
    count[:-1] = starts[1:] - starts[:-1]
    count[-1] = total - starts[-1]
    forward = np.empty(total)
    forward[:-1] = gap[1:]
    forward[starts[1:] - 1] = forward[-1] = -1.0
    openings = np.full(document[-1] + 1, -1)
    openings[document[::-1]] = sentence[::-1]
    opening = openings.take(of.take(starts))
    of_term = np.empty((3, len(starts)))
    of_term[0] = count
    of_term[1] = np.add.reduceat(gap != 0, starts, dtype=np.intp)
    of_term[2] = np.where(ordered.take(starts) == opening, opening, -1)
    count, spread, opening = of_term.repeat(count, axis=1)
    in_first = (opening >= 0) & (ordered != opening)
    inverse = np.empty(total, np.intp)
    inverse[order] = np.arange(total)
    values = count, spread, gap, forward, in_first
    if total < _FEW_WORDS:  # one call is the fastest for few words, and for many the slowest
        return _Repetition(*np.array(values).take(inverse, axis=1))
    return _Repetition(*(value.take(inverse).astype(float, copy=False) for value in values))


def _order(term: NDArray[np.int64]) -> Indices:
    """A stable order of terms, by their lower and then their upper bits: NumPy sorts 16 bits by
    radix, several times faster than 64.
    """
    order = term.astype(np.uint16).argsort(kind="stable")  # which drops the upper bits
    upper = (term >> 16).astype(np.uint16).take(order)
    return order.take(upper.argsort(kind="stable"))
