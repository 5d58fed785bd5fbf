"""A document made ready to be searched, and the sentences behind one of a summary.

All searches are through lists of places that are cut off at a fixed length, so the work for one
sentence of a summary does not grow with the document.

:meta private:
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from ..document import Document
from .quantities import Quantity, is_number, quantities
from .tokens import Tokens, tokenizer, with_marks
from .wordings import FUNCTION_WORDS, NEGATIONS

__all__ = ["Alignment", "Index"]

_PLACES = 48  # places of one word that are looked at
_CANDIDATES = 8  # document sentences compared with a sentence in full
_SOURCES = 4  # document sentences that one may rest on
_GAIN = 0.12  # the share of a sentence that a further source must add
_LONGEST = 400  # words of a source that are aligned
_STRAY = 3  # words; a longer run says something by itself
_REPEATS = 6  # places of a word within the sources that are tried


class Index:
    """A document's words, and where each is.

    Attributes:
        document: the document.
        tokenize: finds words as they were found here.
        tokens: every word of the text, and of the title behind it.
        first, last: where each of the document's sentences begins and ends in them.
        triples: every three words or marks that follow each other.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.tokenize = tokenizer(document.language)
        self.function_words = FUNCTION_WORDS.get(document.language, frozenset())
        self.negations = NEGATIONS.get(document.language, frozenset())
        title = document.title or ""
        beyond = title and title not in document.text
        text = f"{document.text}\n\n{title}" if beyond else document.text
        tokens = self.tokens = self.tokenize(text)
        self.places: dict[str, list[int]] = {}
        for place, stem in enumerate(tokens.stems):
            known = self.places.get(stem)
            if known is None:
                self.places[stem] = [place]
            else:
                known.append(place)
        self.first: list[int] = []
        self.last: list[int] = []
        place, size, starts = 0, len(tokens.starts), tokens.starts
        for sentence in document.sentences:
            while place < size and starts[place] < sentence.start:
                place += 1
            self.first.append(place)
            while place < size and starts[place] < sentence.end:
                place += 1
            self.last.append(place)
        marked = with_marks(tokens)
        self.triples = set(zip(marked, marked[1:], marked[2:], strict=False))
        self._quantities: dict[int, tuple[Quantity, ...]] = {}
        self._all: dict[float, list[Quantity]] | None = None
        self._upper: frozenset[str] | None = None
        self._initials: frozenset[str] | None = None
        self._known: frozenset[str] | None = None
        self._names: frozenset[str] | None = None
        self._by_start: dict[str, list[str]] | None = None
        self._sorted: list[str] | None = None

    def sentence_of(self, place: int) -> int:
        """The number of the sentence that a word is in, or -1."""
        number = bisect_right(self.first, place) - 1
        return number if number >= 0 and place < self.last[number] else -1

    def weight(self, stem: str) -> float:
        """How much a word tells: more if it is rare in the document; 0 for a function word."""
        if stem in self.function_words:
            return 0.0
        return 1.0 + math.log(1.0 + len(self.first) / len(self.places.get(stem, "1")))

    def quantities_of(self, sentence: int) -> tuple[Quantity, ...]:
        """The numbers of one sentence."""
        known = self._quantities.get(sentence)
        if known is None:
            known = self._quantities[sentence] = tuple(
                self._found(range(self.first[sentence], self.last[sentence]))
            )
        return known

    def quantities_near(self, claimed: Quantity) -> Iterable[Quantity]:
        """The numbers anywhere in the document that may say the same."""
        if self._all is None:
            self._all = {}
            for each in self._found(range(len(self.tokens.words))):
                for value in each.values:
                    self._all.setdefault(_size(value), []).append(each)
        for value in claimed.values:
            size = _size(value)
            for near in (size - 1, size, size + 1):
                yield from self._all.get(near, ())[:_PLACES]

    def capitals(self) -> frozenset[str]:
        """The words, in lower case, that are written with a capital anywhere."""
        if self._upper is None:
            tokens = self.tokens
            self._upper = frozenset(
                word for word, raw in zip(tokens.words, tokens.raw, strict=True) if raw[0].isupper()
            )
        return self._upper

    def capitals_from(self, start: str) -> Iterable[str]:
        """The words with a capital that begin with these four letters."""
        if self._by_start is None:
            self._by_start = {}
            for word in self.capitals():
                self._by_start.setdefault(word[:4], []).append(word)
        return self._by_start.get(start, ())[:_PLACES]

    def names(self) -> frozenset[str]:
        """The words, in lower case, that never stand without a capital."""
        if self._names is None:
            tokens = self.tokens
            self._names = self.capitals() - {
                word for word, raw in zip(tokens.words, tokens.raw, strict=True) if raw.islower()
            }
        return self._names

    def known_words(self) -> frozenset[str]:
        """Every word, in lower case."""
        if self._known is None:
            self._known = frozenset(self.tokens.words)
        return self._known

    def has_word_from(self, start: str) -> bool:
        """Whether a word of the document begins with these letters."""
        if self._sorted is None:
            self._sorted = sorted(self.known_words())
        place = bisect_left(self._sorted, start)
        return place < len(self._sorted) and self._sorted[place].startswith(start)

    def initials(self) -> frozenset[str]:
        """The initials of every run of two to six words with capitals, in lower case."""
        if self._initials is None:
            found: set[str] = set()
            run: list[str] = []
            for raw in (*self.tokens.raw, ""):
                if raw[:1].isupper():
                    run.append(raw[0].casefold())
                    found.update("".join(run[-n:]) for n in range(2, min(len(run), 6) + 1))
                elif raw not in ("of", "and", "the", "for"):
                    run.clear()
            self._initials = frozenset(found)
        return self._initials

    def sources(self, stems: Sequence[str]) -> list[int]:
        """Return the sentences behind a sentence of these words, the best first."""
        weights = {stem: self.weight(stem) for stem in stems}
        votes: dict[int, float] = {}
        for stem, weight in weights.items():
            places = self.places.get(stem, ())
            if weight and len(places) <= _PLACES:
                for number in {self.sentence_of(place) for place in places}:
                    votes[number] = votes.get(number, 0.0) + weight
        for pair in pairwise(stems):
            for place in self._pair(*pair):
                number = self.sentence_of(place)
                votes[number] = votes.get(number, 0.0) + 0.5 + weights[pair[0]] + weights[pair[1]]
        votes.pop(-1, None)
        total = sum(weights.values()) or 1.0
        candidates = sorted(votes, key=lambda number: (-votes[number], number))[:_CANDIDATES]
        chosen: list[int] = []
        left = dict(weights)
        own: dict[int, set[str]] = {}
        strength: dict[int, float] = {}
        pairs = set(pairwise(stems))
        for number in candidates:
            theirs = self.tokens.stems[self.first[number] : self.last[number]]
            own[number] = set(theirs)
            strength[number] = len(pairs.intersection(pairwise(theirs))) / (len(pairs) or 1)
        while candidates and len(chosen) < _SOURCES:
            gains = {
                number: sum([left[stem] for stem in own[number] & left.keys()]) / total
                for number in candidates
            }
            best = max(candidates, key=lambda number: (gains[number] + strength[number], -number))
            if chosen and gains[best] < _GAIN:
                break
            chosen.append(best)
            candidates.remove(best)
            left = {stem: weight for stem, weight in left.items() if stem not in own[best]}
        return chosen

    def _pair(self, left: str, right: str) -> Iterable[int]:
        """A few places where two words follow each other, by the rarer of them."""
        one, other = self.places.get(left, ()), self.places.get(right, ())
        stems = self.tokens.stems
        if len(one) <= len(other):
            return [
                place
                for place in one[:_PLACES]
                if place + 1 < len(stems) and stems[place + 1] == right
            ]
        return [place - 1 for place in other[:_PLACES] if place and stems[place - 1] == left]

    def _found(self, places: range) -> Iterable[Quantity]:
        words = self.tokens.words
        numbers = (place for place in places if is_number(words[place]))
        return quantities(self.tokens, numbers, self.document.language)


class Alignment:
    """Which word of the sources each word of a sentence is.

    Attributes:
        tokens: the sentence's words.
        sources: the document's sentences behind it, the best first.
        found: for each word, its place among the document's, or -1.
        places: the same without words that are there by chance.
        given: the same the other way round.
    """

    def __init__(self, index: Index, tokens: Tokens, sources: Sequence[int]) -> None:
        self.index = index
        self.tokens = tokens
        self.sources = sources
        self.found = self._aligned()
        self.places = self._without_strays(self.found)
        self.given = {place: word for word, place in enumerate(self.places) if place >= 0}

    def _aligned(self) -> list[int]:
        """Align greedily, from left to right: the longest run that begins at each word."""
        index, stems = self.index, self.tokens.stems
        theirs = index.tokens.stems
        where: dict[str, list[int]] = {}
        ends: dict[int, int] = {}
        for source in self.sources:
            first = index.first[source]
            last = min(index.last[source], first + _LONGEST)
            for place in range(first, last):
                known = where.setdefault(theirs[place], [])
                if len(known) < _REPEATS:
                    known.append(place)
                ends[place] = last
        aligned = [-1] * len(stems)
        taken: set[int] = set()
        word, before = 0, -1
        while word < len(stems):
            best, length, distance = -1, 0, 0
            for place in where.get(stems[word], ()):
                if place in taken:
                    continue
                run = 1
                most = min(len(stems) - word, ends[place] - place)
                while run < most and stems[word + run] == theirs[place + run]:
                    run += 1
                apart = abs(place - before - 1) if before >= 0 else 0
                if run > length or (run == length and apart < distance):
                    best, length, distance = place, run, apart
            if length:
                aligned[word : word + length] = range(best, best + length)
                taken.update(range(best, best + length))
                before = best + length - 1
            word += length or 1
        return aligned

    def _without_strays(self, aligned: list[int]) -> list[int]:
        """Leave out what is aligned by chance, or put in the place of something else.

        That is a function word alone and far from its neighbours, and a run of up to three words
        from another sentence of the document than the words around it.
        """
        aligned = list(aligned)
        for at_edge in (False, True):
            for first, last in self._foreign(aligned, at_edge=at_edge):
                aligned[first:last] = [-1] * (last - first)
        stems, functions = self.tokens.stems, self.index.function_words
        for word, place in enumerate(aligned):
            if place < 0 or stems[word] not in functions:
                continue
            near = (*aligned[max(0, word - 2) : word], *aligned[word + 1 : word + 3])
            if not any(p >= 0 and abs(p - place) <= 3 for p in near):
                aligned[word] = -1
        return aligned

    def _foreign(self, aligned: Sequence[int], *, at_edge: bool) -> Iterator[tuple[int, int]]:
        """Yield short runs from another sentence than both runs around, or at an edge the one."""
        runs: list[tuple[int, int, int]] = []  # first and last word, sentence
        for word, place in enumerate(aligned):
            if place < 0:
                continue
            if runs and runs[-1][1] == word and aligned[word - 1] == place - 1:
                runs[-1] = (runs[-1][0], word + 1, runs[-1][2])
            else:
                runs.append((word, word + 1, self.index.sentence_of(place)))
        for number, (first, last, sentence) in enumerate(runs):
            before = runs[number - 1][2] if number else None
            behind = runs[number + 1][2] if number + 1 < len(runs) else None
            around = {before, behind}
            if at_edge:
                around.discard(None)
            if last - first <= _STRAY and len(around) == 1 and sentence not in around:
                yield first, last


def _size(value: float) -> int:
    """The order of magnitude, finely: numbers that may be each other's rounding are neighbours."""
    return round(8 * math.log10(abs(value))) if value else -10_000
