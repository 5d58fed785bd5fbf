"""The only place where scores and a length become sentences."""

from __future__ import annotations

import heapq
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from math import inf, log
from operator import attrgetter
from typing import Protocol

from .document import Document, Sentence
from .length import Length
from .text.words import alphanumerics, is_unspaced

__all__ = ["LENGTH_UNIT", "Diverse", "Selector", "diverse", "joined", "tokens", "top"]


class Selector(Protocol):
    """What chooses a summary's sentences: a function of this signature."""

    def __call__(self, document: Document, scores: Sequence[float], length: Length, /) -> list[int]:
        """Return the indices of the chosen sentences, in document order; at least one."""
        ...


def top(document: Document, scores: Sequence[float], length: Length, /) -> list[int]:
    """Choose the best-scored sentences that fit, and put them in document order.

    Sentences are taken in the order of their scores, ties to the earlier; one that does not fit
    into the words that are left is passed over. Sentences with the same words are taken once. A
    sentence without a word (``* * *``) is taken only when all the others are in. If no sentence
    fits, the shortest one that has a word is taken.

    Args:
        document: the document.
        scores: one number a sentence, the higher the better.
        length: the ceiling.

    >>> document = Document.from_text("It rained. It rained. The river rose. It fell.")
    >>> top(document, [3.0, 4.0, 2.0, 1.0], Length(sentences=2))
    [1, 2]
    """
    sentences = document.sentences
    ranking = sorted(range(len(sentences)), key=lambda i: (sentences[i].words == 0, -scores[i], i))
    limit = length.word_limit(document.words)
    left = document.words if limit is None else limit
    most = length.sentences or len(sentences)
    chosen: list[int] = []
    seen: set[str] = set()
    complete = True
    for index in ranking:
        sentence = sentences[index]
        if len(chosen) == most or not (sentence.words or complete):
            break
        key = _key(sentence)
        if key in seen:
            continue
        if sentence.words > left:
            complete = False
            continue
        left -= sentence.words
        seen.add(key)
        chosen.append(index)
    if not chosen:
        chosen.append(min(ranking, key=lambda i: sentences[i].words or inf))
    return sorted(chosen)


@dataclass(frozen=True, slots=True)
class Diverse:
    """A selector that knows redundancy, length and what a sentence hangs on.

    Scores must be logarithmic (a difference of 1 is a factor of e in salience). Sentences are
    taken one by one, each time the best by

        score − Σⱼ (words · uⱼ + pairs · bⱼ + triples · tⱼ + length · nnⱼ / 20 m K)

    over the sentences j taken before: uⱼ and bⱼ are the shares of the shorter one's words and word
    pairs that the other one has too, tⱼ is 1 if they share three words in a row, n and nⱼ are
    their words, m is the document's mean and K is how many sentences are asked for (or fit into
    the words asked for, where the last term is left out: they are the limit themselves). The
    weights are fitted together with the scores.

    A sentence that hangs on the one before ("But …", "He …", a lone quotation) loses
    :attr:`hanging` unless that one is taken. When more than three sentences are asked for, and a
    good part of the document, a summary is an abridgement rather than a report: to the score is
    added a multiple of the sentence's coverage, how much of the rest of the document it speaks of.

    >>> text = "The river rose by a metre. The river rose by a metre, they said. Nobody was hurt."
    >>> document = Document.from_text(text)
    >>> diverse(document, [-0.1, -0.2, -0.3], Length(sentences=2))
    [0, 2]
    """

    words: float = 0.9
    pairs: float = 0.8
    triples: float = 0.15
    length: float = 0.5
    hanging: float = 0.5

    def __call__(self, document: Document, scores: Sequence[float], length: Length, /) -> list[int]:
        """Choose the sentences; see the class. The rest is as in :func:`top`."""
        size = len(document.sentences)
        limit = length.word_limit(document.words)
        if limit is None:
            wanted = float(length.sentences or 1)
        else:
            wanted = limit * size / max(document.words, 1)
        share = wanted / size if wanted > _REPORT else 0.0
        weight = _ABRIDGEMENT * min(max((share - _LEAST_SHARE) / _LEAST_SHARE, 0.0), 1.0)
        if weight:
            coverage = _coverage(document)
            scores = [score + weight * c for score, c in zip(scores, coverage, strict=True)]
        if wanted >= size:
            return top(document, scores, length)
        if wanted > _MOST_COMPARED:
            return top(document, _without_echoes(document, scores), length)
        return self._greedy(document, scores, limit, wanted) or top(document, scores, length)

    def _greedy(
        self, document: Document, scores: Sequence[float], limit: int | None, wanted: float
    ) -> list[int]:
        """Take the best by score less redundancy, again and again.

        Shared words are only counted of sentences that come first without: as redundancy only
        grows, a value that is out of date is too high, never too low.
        """
        mean = max(document.words / len(document.sentences), 1.0)
        by_length = self.length / (LENGTH_UNIT * mean * wanted) if limit is None else 0.0
        candidates = _candidates(document, scores)
        taken: list[_Candidate] = []
        seen: set[str] = set()
        while candidates:
            best = max(candidates, key=_value)
            fits = limit is None or best.sentence.words <= limit
            if fits and self._lower(best, taken):
                continue
            candidates.remove(best)
            key = _key(best.sentence)
            if not fits or key in seen:
                continue
            seen.add(key)
            taken.append(best)
            if limit is not None:
                limit -= best.sentence.words
            elif len(taken) >= wanted:
                break
            charge = by_length * best.sentence.words
            for candidate in candidates:
                candidate.value -= charge * candidate.sentence.words
                if candidate.hangs and candidate.index == best.index + 1:
                    candidate.value += self.hanging
        return sorted(candidate.index for candidate in taken)

    def _lower(self, candidate: _Candidate, taken: list[_Candidate]) -> bool:
        """Charge a candidate for what it has not been charged for; return whether there was any."""
        if candidate.compared == len(taken) and candidate.hangs is not None:
            return False
        if candidate.hangs is None:
            before = candidate.index - 1
            candidate.hangs = (
                before >= 0
                and all(other.index != before for other in taken)
                and _hangs(candidate.sentence)
            )
            candidate.value -= self.hanging * candidate.hangs
        for other in taken[candidate.compared :]:
            candidate.value -= self._cost(candidate.grams, other.grams)
        candidate.compared = len(taken)
        return True

    def _cost(self, own: _Grams, other: _Grams) -> float:
        """What a sentence loses by what it shares with another one that is taken."""
        shared = len(own.words & other.words)
        if not shared:
            return 0.0
        cost = self.words * shared / (min(len(own.words), len(other.words)))
        shared = len(own.pairs & other.pairs) if shared > 1 else 0
        if shared:
            cost += self.pairs * shared / min(len(own.pairs), len(other.pairs))
            cost += self.triples * (not own.triples.isdisjoint(other.triples))
        return cost


diverse = Diverse()

# Coverage counts when more sentences are asked for than a report has, and more than a share of the
# document's; from twice that share with all its weight. A smaller share would suit BBC news (where
# six sentences are two fifths of the text) and cost CNN/DailyMail and the Guardian at five; see
# benchmarks/newsrank.
_REPORT = 3
_LEAST_SHARE = 0.13
_ABRIDGEMENT = 4.0
LENGTH_UNIT = 20.0
_MOST_COMPARED = 12
_MOST_CANDIDATES = 100
_ECHO = 0.5


def tokens(sentence: Sentence) -> list[str]:
    """The words by which redundancy is measured: lower case, without marks."""
    return alphanumerics(sentence.text.lower())


@dataclass(eq=False, slots=True)
class _Candidate:
    """A sentence that may be taken.

    Attributes:
        index: its place.
        sentence: the sentence.
        value: its score less what it has been charged.
        compared: with how many of those taken it has been compared.
        hangs: whether it hangs on the sentence before it, which is not taken; ``None`` if that
            has not been looked at.
        known: its grams, once they have been asked for.
    """

    index: int
    sentence: Sentence
    value: float
    compared: int = 0
    hangs: bool | None = None
    known: _Grams | None = None

    @property
    def grams(self) -> _Grams:
        if self.known is None:
            self.known = _Grams(self.sentence)
        return self.known


_value = attrgetter("value")


def _candidates(document: Document, scores: Sequence[float]) -> list[_Candidate]:
    """The sentences that have a word, in document order; of a long document the best ones."""
    sentences = document.sentences
    indices = [i for i, sentence in enumerate(sentences) if sentence.words]
    if len(indices) > _MOST_CANDIDATES:
        first = {_key(sentences[i]): i for i in sorted(indices, key=lambda i: (scores[i], -i))}
        indices = sorted(
            heapq.nsmallest(_MOST_CANDIDATES, first.values(), lambda i: (-scores[i], i))
        )
    return [_Candidate(i, sentences[i], scores[i]) for i in indices]


class _Grams:
    """The words of a sentence, and its pairs and triples of words, found when asked for."""

    __slots__ = ("_pairs", "_tokens", "_triples", "words")

    def __init__(self, sentence: Sentence) -> None:
        self._tokens = tokens(sentence)
        self.words = frozenset(self._tokens)
        self._pairs: frozenset[tuple[str, str]] | None = None
        self._triples: frozenset[tuple[str, str, str]] | None = None

    @property
    def pairs(self) -> frozenset[tuple[str, str]]:
        if self._pairs is None:
            self._pairs = frozenset(pairwise(self._tokens))
        return self._pairs

    @property
    def triples(self) -> frozenset[tuple[str, str, str]]:
        if self._triples is None:
            words = self._tokens
            self._triples = frozenset(zip(words, words[1:], words[2:], strict=False))
        return self._triples


def _coverage(document: Document) -> list[float]:
    """Return how much of the rest of the document each sentence speaks of.

    It is log (½ + Σ (s(w) − 1)) over the sentence's words w of four letters and more (or of a
    script without spaces), s(w) being the number of the document's sentences that have w.
    """
    words = [
        [word for word in tokens(sentence) if len(word) > 3 or is_unspaced(word)]
        for sentence in document.sentences
    ]
    spread = Counter(chain.from_iterable(map(set, words)))
    return [log(0.5 + sum(spread[word] - 1 for word in sentence)) for sentence in words]


def _without_echoes(document: Document, scores: Sequence[float]) -> list[float]:
    """Put sentences that mostly repeat better ones, by their triples, behind all others."""
    floor = min(scores) - max(scores) - 1.0
    seen: set[tuple[str, str, str]] = set()
    kept = list(scores)
    for index in sorted(range(len(scores)), key=lambda i: (-scores[i], i)):
        triples = _Grams(document.sentences[index]).triples
        if triples and len(triples & seen) > _ECHO * len(triples):
            kept[index] += floor
        else:
            seen |= triples
    return kept


_OPENS_HANGING = re.compile(
    r"""(?:but|however|meanwhile|yet|also|still|so|then|instead|moreover|furthermore|therefore|thus|
    nevertheless|and|or|nor|besides|otherwise|he|she|they|it|his|her|their|that|these|those|
    this(?!\ (?:paper|article|work|study|report)))\b""",
    re.IGNORECASE | re.VERBOSE,
)
# From its opening mark on it is all quoted, whether the mark that closes it follows or not.
_QUOTATION = re.compile(
    r"[\"“„«][^\"”»]*[\"”»]?[.!?]?|['‘](?:(?!['’][\s,]).)*",
    re.DOTALL,
)


def _hangs(sentence: Sentence) -> bool:
    """Whether a sentence opens with what the one before explains, or is nothing but a quotation."""
    text = sentence.text
    return bool(_OPENS_HANGING.match(text) or _QUOTATION.fullmatch(text))


def joined(document: Document, indices: Sequence[int]) -> str:
    """Join the chosen sentences: by one space, or by nothing where the document puts nothing.

    >>> document = Document.from_text("今日は雨だ。川が上がった。明日は晴れる。", language="ja")
    >>> joined(document, [0, 2])
    '今日は雨だ。明日は晴れる。'
    """
    sentences = document.sentences
    parts = [sentences[indices[0]].text]
    for before, after in pairwise(indices):
        parts.append("" if _touch(document, before, after) else " ")
        parts.append(sentences[after].text)
    return "".join(parts)


def _touch(document: Document, before: int, after: int) -> bool:
    sentences = document.sentences
    left, right = sentences[before], sentences[after]
    if before + 1 == after:
        return left.end == right.start
    # Sentences lay between: what counts is how this script writes its sentence ends.
    return (
        left.end == sentences[before + 1].start
        and sentences[after - 1].end == right.start
        and is_unspaced(left.text)
    )


_OUTER_MARKS = " .,;:!…\"'“”‘’«»()[]-–—*•。！、"


def _key(sentence: Sentence) -> str:
    """What repeated sentences have in common: all but case and outer marks other than ``?``."""
    text = unicodedata.normalize("NFC", sentence.text.casefold())
    return text.strip(_OUTER_MARKS) or sentence.text
