"""The words of sentences as numbers: what newsrank knows of a word, and its place in a table.

:meta private:
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from ...document import Document
from ...text.languages import stemmer
from ...text.words import LONGEST_REMEMBERED, alphanumerics

__all__ = ["LONGEST_SENTENCE", "Lexicon", "Terms", "stems"]

# What is known of a word is one whole number: its term, and three bits of its form.
_TERM_BITS = 22
_HASHES = 1 << 21
_CAPITAL, _CAPITALS, _DIGIT = (1 << (_TERM_BITS + i) for i in range(3))
_TERM = (1 << _TERM_BITS) - 1
_REMEMBERED_WORDS = 200_000  # of all languages; some 150 bytes each


class Terms(NamedTuple):
    """The words of some sentences, one after another.

    Attributes:
        term: each word's term: its place in the lexicon's table, or a hash behind it.
        capital, capitals, digit: whether it begins with a capital, is all capitals, has a digit.
        sentence: the number of its sentence.
        counts: how many words each sentence has.
    """

    term: NDArray[np.int64]
    capital: NDArray[np.bool_]
    capitals: NDArray[np.bool_]
    digit: NDArray[np.bool_]
    sentence: NDArray[np.intp]
    counts: NDArray[np.intp]


LONGEST_SENTENCE = 20_000  # characters of it whose words are looked at


class Lexicon:
    """A table of known stems.

    Words are lower-cased, stemmed and looked up; all numbers share one term for each
    count of digits. A stem that is not in the table is known by its hash, which lies behind the
    table. In languages other than English no stem is in the table.

    Args:
        stems: the table.
    """

    def __init__(self, stems: Sequence[str]) -> None:
        self._places = {stem: place for place, stem in enumerate(stems)}
        self._remembered: dict[str, dict[str, int]] = {}

    def __len__(self) -> int:
        return len(self._places)

    def terms(self, documents: Sequence[Document]) -> Terms:
        """Find the words of all the documents' sentences."""
        if sum(map(len, self._remembered.values())) > _REMEMBERED_WORDS:
            self._remembered = {}  # other threads may still read the old ones
        found = [
            [alphanumerics(sentence.text[:LONGEST_SENTENCE]) for sentence in document.sentences]
            for document in documents
        ]
        counts = np.fromiter(map(len, chain.from_iterable(found)), np.intp)
        known = (
            map(self._memory(document.language).__getitem__, chain.from_iterable(words))
            for document, words in zip(documents, found, strict=True)
        )
        packed = np.fromiter(chain.from_iterable(known), np.int64, counts.sum())
        return Terms(
            packed & _TERM,
            packed & _CAPITAL != 0,
            packed & _CAPITALS != 0,
            packed & _DIGIT != 0,
            np.arange(len(counts)).repeat(counts),
            counts,
        )

    def _memory(self, language: str) -> dict[str, int]:
        memory = self._remembered.get(language)
        if memory is None:
            places = self._places if language == "en" else {}
            stem = stemmer(language, remembers=False)
            memory = self._remembered[language] = _Memory(places, len(self), stem)
        return memory


class _Memory(dict[str, int]):
    """What is known of each word met so far."""

    def __init__(self, places: dict[str, int], size: int, stem: Callable[[str], str]) -> None:
        super().__init__()
        self._places = places
        self._size = size
        self._stem = stem

    def __missing__(self, word: str) -> int:
        stem = _normal(word, self._stem)
        place = self._places.get(stem)
        if place is None:
            hashed = crc32(stem.encode("utf-8", "surrogatepass"))
            place = self._size + hashed % (_HASHES - self._size)
        if word[0].isupper():
            place |= _CAPITAL
            if len(word) > 1 and word.isupper():
                place |= _CAPITALS
        if any(map(str.isdigit, word)):
            place |= _DIGIT
        if len(word) <= LONGEST_REMEMBERED:
            self[word] = place
        return place


def stems(document: Document) -> Iterator[str]:
    """Yield the stem of each word of a document."""
    stem = stemmer(document.language)
    for sentence in document.sentences:
        for word in alphanumerics(sentence.text):
            yield _normal(word, stem)


def _normal(word: str, stem: Callable[[str], str]) -> str:
    return "0" * min(len(word), 5) if word.isdecimal() else stem(word.lower())
