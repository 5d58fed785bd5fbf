"""Articles as newsrank learns from them: features, and what a choice of sentences is worth.

The worth of a set of sentences is ROUGE-1 F1 + ROUGE-2 F1 ÷ 2 against the reference (Lin 2004;
the words are those of the ``rouge_score`` package: lower case, letters and digits, Porter's stems).
Word pairs across two sentences are left out.

:meta private:
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import log
from typing import Any
from zlib import crc32

import numpy as np
from nltk.stem.porter import PorterStemmer
from numpy.typing import NDArray

from ....document import Document
from ....selection import tokens
from ....text.words import Remembered
from ..features import Table, features, layout
from ..terms import Lexicon, stems

__all__ = ["Example", "Worth", "examples", "vocabulary"]

_MOST_SENTENCES = 50
_BIGRAM_WEIGHT = 0.5
_BATCH = 64

Counts = NDArray[np.int8]


class Worth:
    """How well any of an article's sentences, together, match the reference.

    Args:
        sentences: the sentences of the document.
        reference: the reference summary.
    """

    def __init__(self, sentences: Sequence[str], reference: str) -> None:
        wanted = _rouge_words(reference)
        words = [_rouge_words(sentence) for sentence in sentences]
        self._lengths = np.array([len(sentence) for sentence in words])
        self._total = len(wanted)
        self._words, self._wanted_words = _hits(words, wanted)
        self._pairs, self._wanted_pairs = _hits(
            [list(pairwise(sentence)) for sentence in words], list(pairwise(wanted))
        )

    def of(self, sets: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return the worth of each row of sentence numbers."""
        words = self._lengths[sets].sum(axis=1)
        return _f1(self._words, self._wanted_words, sets, words + self._total) + (
            _BIGRAM_WEIGHT
            * _f1(self._pairs, self._wanted_pairs, sets, words + self._total - sets.shape[1] - 1)
        )

    def oracle(self, size: int) -> list[int]:
        """Return the best ``size`` sentences, each the best to add to those before (greedily)."""
        chosen: list[int] = []
        best = 0.0
        for _ in range(size):
            rest = [i for i in range(len(self._lengths)) if i not in chosen]
            if not rest:
                break
            worth = self.of(np.array([[*chosen, i] for i in rest]))
            if worth.max() <= best:
                break
            best = float(worth.max())
            chosen.append(rest[int(worth.argmax())])
        return chosen


def _hits(sentences: Sequence[Sequence[Any]], wanted: Sequence[Any]) -> tuple[Counts, Counts]:
    """Count each unit of the reference in each sentence, and in the reference."""
    counts = Counter(wanted)
    column = {unit: number for number, unit in enumerate(counts)}
    found = np.zeros((len(sentences), len(column)), np.int8)
    for row, sentence in zip(found, sentences, strict=True):
        for unit in sentence:
            place = column.get(unit)
            if place is not None and row[place] < 100:
                row[place] += 1
    return found, np.minimum(list(counts.values()), 100).astype(np.int8)


def _f1(
    found: Counts, wanted: Counts, sets: NDArray[np.intp], units: NDArray[np.intp]
) -> NDArray[np.float64]:
    shared = np.minimum(found[sets].sum(axis=1, dtype=np.int16), wanted).sum(axis=1)
    return np.asarray(2.0 * shared / np.maximum(units, 1), np.float64)


_ROUGE_WORD = re.compile(r"[a-z0-9]+")
_porter = PorterStemmer()


def _rouge_stem(word: str) -> str:
    stem: str = _porter.stem(word) if len(word) > 3 else word
    return stem


_rouge_stems = Remembered(_rouge_stem, most=1 << 18)


def _rouge_words(text: str) -> list[str]:
    return list(map(_rouge_stems.__getitem__, _ROUGE_WORD.findall(text.lower())))


@dataclass(frozen=True, slots=True)
class Example:
    """One article.

    Attributes:
        style: which of :data:`~.weights.STYLES` its reference is, by number.
        features: a row a sentence.
        rows: the row of each word in the table of word vectors.
        counts: how many words each sentence has.
        words: for each sentence the hashes of its words, for redundancy.
        worth: what its sentences are worth.
        oracle: the best three sentences, greedily.
    """

    style: int
    features: NDArray[np.float32]
    rows: NDArray[np.int32]
    counts: NDArray[np.intp]
    words: list[NDArray[np.int64]]
    worth: Worth
    oracle: list[int]


def vocabulary(documents: Iterable[Document], size: int) -> tuple[list[str], NDArray[np.float64]]:
    """Return the commonest stems of English documents, and their inverse document frequencies.

    idf(w) = log((N + 1) / (n(w) + ½)), n(w) of the N documents having w; a stem that is not in the
    table counts as one that 8 documents of 42,000 have.
    """
    frequency: Counter[str] = Counter()
    total = 0
    for document in documents:
        frequency.update(set(stems(document)))
        total += 1
    common = sorted(frequency.items(), key=lambda item: (-item[1], item[0]))[:size]
    idf = [log((total + 1) / (count + 0.5)) for _, count in common]
    rare = max([log((total + 1) / (1 + total / 5250)), *idf[-1:]])
    return [stem for stem, _ in common], np.array([*idf, rare])


def examples(
    articles: Iterable[tuple[Document, str, int]],
    lexicon: Lexicon,
    table: Table,
    *,
    foreign_every: int,
    report: Callable[[int], None] = lambda done: None,
) -> Iterator[Example]:
    """Make examples of documents with their references and styles.

    Args:
        articles: documents, references and styles.
        lexicon: the known words.
        table: what is known of them.
        foreign_every: one document in so many is given twice, the second time as one in an unknown
            language, so that the network learns to do without its words.
        report: called with the number of articles done.
    """
    batch: list[tuple[Document, str, int]] = []
    done = 0
    for number, (document, reference, style) in enumerate(articles):
        opening = replace(document, sentences=document.sentences[:_MOST_SENTENCES])
        batch.append((opening, reference, style))
        if number % foreign_every == 0:
            batch.append((replace(opening, language="und"), reference, style))
        if len(batch) >= _BATCH:
            yield from _batch(batch, lexicon, table)
            done += len(batch)
            report(done)
            batch.clear()
    if batch:
        yield from _batch(batch, lexicon, table)


def _batch(
    articles: Sequence[tuple[Document, str, int]], lexicon: Lexicon, table: Table
) -> Iterator[Example]:
    documents = [document for document, _, _ in articles]
    places = layout(documents)
    terms = lexicon.terms(documents)
    found = features(documents, places, terms, table)
    word_ends = np.cumsum(terms.counts)
    for (document, reference, style), first, size in zip(
        articles, places.first, places.sizes, strict=True
    ):
        last = first + size
        sentences = document.sentences
        worth = Worth([sentence.text for sentence in sentences], reference)
        start = word_ends[first] - terms.counts[first]
        yield Example(
            style,
            found.matrix[first:last].astype(np.float32),
            found.rows[start : word_ends[last - 1]].astype(np.int32),
            terms.counts[first:last],
            [_hashes(tokens(sentence)) for sentence in sentences],
            worth,
            worth.oracle(3),
        )


def _hashes(words: Sequence[str]) -> NDArray[np.int64]:
    return np.array([crc32(word.encode("utf-8", "replace")) for word in words], np.int64)
