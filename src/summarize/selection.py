"""The only place where scores and a length become sentences."""

from __future__ import annotations

import heapq
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, chain, pairwise, takewhile
from math import inf, log
from typing import Protocol

from .document import Document, Sentence
from .length import Length
from .text.context import goes_on_with_quotation, hangs
from .text.form import has_fault, has_label, is_stub, points_at_picture
from .text.languages import LANGUAGES
from .text.people import Introductions, lone_names
from .text.words import alphanumerics, is_unspaced

__all__ = ["LENGTH_UNIT", "Diverse", "Selector", "diverse", "opening", "text_of", "tokens", "top"]


class Selector(Protocol):
    """What chooses a summary's sentences: a function of this signature."""

    def __call__(self, document: Document, scores: Sequence[float], length: Length, /) -> list[int]:
        """Return the indices of the chosen sentences, in document order; at least one."""
        ...


def top(document: Document, scores: Sequence[float], length: Length, /) -> list[int]:
    """Choose the best-scored sentences that fit, and put them in document order.

    Sentences are taken in the order of their scores, ties to the earlier; one that does not fit
    into the words that are left is passed over. Sentences with the same words are taken once. A
    stub, which has under five words (a label aside; in a script without spaces 2.5 times as many),
    is taken only when all the others are in, or when none of them fits, and then the best alone; a
    sentence without a word (``* * *``) only when all the rest is in. If nothing fits, the shortest
    one that has a word is taken.

    Args:
        document: the document.
        scores: one number a sentence, the higher the better.
        length: the ceiling.

    >>> text = "It rained in the night. It rained in the night. Snow. The river rose by a metre."
    >>> document = Document.from_text(text)
    >>> top(document, [3.0, 4.0, 9.0, 1.0], Length(sentences=2))
    [1, 3]
    """
    sentences = document.sentences
    tiers = [_tier(sentence) for sentence in sentences]
    ranking = sorted(range(len(sentences)), key=lambda i: (tiers[i], -scores[i], i))
    limit = length.word_limit(document.words)
    left = document.words if limit is None else limit
    most = length.sentences or len(sentences)
    chosen: list[int] = []
    seen: set[str] = set()
    complete = True
    for index in ranking:
        sentence = sentences[index]
        if len(chosen) == most or (tiers[index] and chosen and not complete):
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
    if not chosen or (tiers[chosen[0]] == _WORDLESS and not complete):
        return [min(ranking, key=lambda i: sentences[i].words or inf)]
    return sorted(chosen)


_STUB, _WORDLESS = 1, 2
_SURELY_WHOLE = 12  # words; a sentence of more is no stub


def _tier(sentence: Sentence) -> int:
    """0 for a sentence, 1 for a stub, 2 for what has no word."""
    if sentence.words > _SURELY_WHOLE:
        return 0
    if not sentence.words:
        return _WORDLESS
    return _STUB if is_stub(sentence.text, sentence.words) else 0


def opening(document: Document, scores: Sequence[float], length: Length, /) -> list[int]:
    """Choose the sentences that the document begins with, up to the first that does not fit.

    It is always a beginning: no sentence is passed over, neither one that is too long nor a stub
    or a repeated one. The first sentence is taken even if it does not fit.

    Args:
        document: the document.
        scores: not looked at.
        length: the ceiling.

    >>> document = Document.from_text("It rained. The river rose by two metres. Snow fell.")
    >>> opening(document, [], Length(words=6)), opening(document, [], Length(words=1))
    ([0], [0])
    """
    sentences = document.sentences
    limit = length.word_limit(document.words)
    if limit is None:
        return list(range(min(length.sentences or 1, len(sentences))))
    totals = accumulate(sentence.words for sentence in sentences)
    fitting = sum(1 for _ in takewhile(lambda total: total <= limit, totals))
    return list(range(max(fitting, 1)))


@dataclass(frozen=True, slots=True)
class Diverse:
    """A selector that knows redundancy, length, form, and what a sentence hangs on.

    Scores must be logarithmic (a difference of 1 is a factor of e in salience). Sentences are
    taken one by one, each time the best by

        score − Σⱼ (words · uⱼ + pairs · bⱼ + triples · tⱼ + length · nnⱼ / 20 m K)

    over the sentences j taken before: uⱼ and bⱼ are the shares of the shorter one's words and word
    pairs that the other one has too, tⱼ is 1 if they share three words in a row, n and nⱼ are
    their words, m is the document's mean and K is how many sentences are asked for (or fit into
    the words asked for, where the last term is left out: they are the limit themselves). The
    weights are fitted together with the scores.

    What an editor would not print is charged for too. A sentence that hangs on the one before
    ("But …", "He …", "For example …", a lone quotation) loses :attr:`hanging` unless that one is
    taken, and so does a question; one that names somebody whose introduction is left out loses
    :attr:`missing`, one that points at a picture :attr:`picture`; one with a fault of form (a
    caption, a heading, a link, a fragment, an unpaired quotation mark, the middle of a quotation)
    loses :attr:`form`. A stub is taken only when all the others are in, as by :func:`top`.

    Where one sentence is asked for, it has to say all, and is given :attr:`alone` times the
    logarithm of how often the others have its words; where two are, each is given half of it.

    The document's opening, as many sentences of it without a fault, is kept unless the set that
    was found is better by :attr:`margin`, from two sentences on; not in a conversation.

    >>> text = (
    ...     "The river rose by a whole metre. The river rose by a whole metre, they said. "
    ...     "Nobody in the town was hurt."
    ... )
    >>> document = Document.from_text(text)
    >>> diverse(document, [-0.1, -0.2, -0.3], Length(sentences=2))
    [0, 2]
    """

    words: float = 0.9
    pairs: float = 0.8
    triples: float = 0.15
    length: float = 0.5
    hanging: float = 0.45
    form: float = 3.0
    missing: float = 0.8
    picture: float = 0.3
    margin: float = 0.1
    alone: float = 0.3

    def __call__(self, document: Document, scores: Sequence[float], length: Length, /) -> list[int]:
        """Choose the sentences; see the class. The rest is as in :func:`top`."""
        size, words = len(document.sentences), document.words
        limit = length.word_limit(words)
        wanted = length.sentences or 1 if limit is None else limit * size / max(words, 1)
        if wanted >= size:
            return top(document, scores, length)
        if wanted > _MOST_COMPARED:
            return top(document, self._without_echoes(document, scores), length)
        if wanted < _FEW:
            scores = self._saying_all(document, scores, self.alone / max(wanted, 1.0))
        mean = max(words / size, 1.0)
        by_length = self.length / (LENGTH_UNIT * mean * wanted) if limit is None else 0.0
        choice = _Choice(self, document, scores, limit, wanted, by_length)
        return choice.made() or top(document, scores, length)

    def _saying_all(
        self, document: Document, scores: Sequence[float], weight: float
    ) -> list[float]:
        """Give each by how often the other sentences have its words, those of grammar aside."""
        known = LANGUAGES.get(document.language)
        grammar = known.function_words.split() if known is not None else ()
        words = [set(tokens(sentence)).difference(grammar) for sentence in document.sentences]
        counts = Counter(chain.from_iterable(words))
        return [
            score + weight * log(1 + sum(counts[word] - 1 for word in own))
            for score, own in zip(scores, words, strict=True)
        ]

    def _without_echoes(self, document: Document, scores: Sequence[float]) -> list[float]:
        """Charge for form, and put what mostly repeats better sentences behind all others."""
        labels = not _is_conversation(document)
        kept = [
            score - self.form * _is_faulty(document, sentence, labels=labels)
            for score, sentence in zip(scores, document.sentences, strict=True)
        ]
        floor = min(kept) - max(kept) - 1.0
        seen: set[tuple[str, str, str]] = set()
        for index in sorted(range(len(kept)), key=lambda i: (-kept[i], i)):
            triples = _Grams(document.sentences[index]).triples
            if triples and len(triples & seen) > _ECHO * len(triples):
                kept[index] += floor
            else:
                seen |= triples
        return kept

    def cost_of_words(self, own: _Grams, other: _Grams) -> float:
        """What a sentence loses by the words that it shares with another one that is taken."""
        shared = len(own.words & other.words)
        return self.words * shared / min(len(own.words), len(other.words)) if shared else 0.0

    def cost_of_runs(self, own: _Grams, other: _Grams) -> float:
        """The same by the pairs and triples of words."""
        shared = own.pairs & other.pairs if len(own.words & other.words) > 1 else None
        if not shared:
            return 0.0
        cost = self.pairs * len(shared) / min(len(own.pairs), len(other.pairs))
        firsts, seconds = zip(*shared, strict=True)
        if not set(firsts).isdisjoint(seconds):  # two of them may be three words in a row
            cost += self.triples * (not own.triples.isdisjoint(other.triples))
        return cost


diverse = Diverse()

LENGTH_UNIT = 20.0
_FEW = 2.5
_MOST_COMPARED = 12
_MOST_CANDIDATES = 100
_ECHO = 0.5
_CASED_NOUNS = frozenset(("de", "lb"))  # where capitals tell no names


class _Choice:
    """One choice of sentences by a :class:`Diverse`, and what it has found out on the way."""

    def __init__(
        self,
        selector: Diverse,
        document: Document,
        scores: Sequence[float],
        limit: int | None,
        wanted: float,
        by_length: float,
    ) -> None:
        self._selector, self._document, self._scores = selector, document, scores
        self._limit, self._wanted, self._by_length = limit, wanted, by_length
        self._tiers = [
            0 if sentence.words > _SURELY_WHOLE else _tier(sentence)  # most, without a call
            for sentence in document.sentences
        ]
        self._known = Introductions(document.text)
        self._cased = document.language not in _CASED_NOUNS
        self._costs: dict[tuple[int, int], float] = {}
        self._met: dict[int, _Candidate] = {}

    def made(self) -> list[int]:
        """Take the best, again and again; then see whether the opening is as good."""
        taken = self._greedy()
        selector = self._selector
        if self._wanted >= 2 and selector.margin and taken:
            lead = self._lead()
            if lead and {c.index for c in lead} != {c.index for c in taken}:
                gain = self._worth(taken) - self._further(taken) - self._worth(lead)
                if gain <= selector.margin:  # else the rest, which takes longer, changes nothing
                    gain += self._further(lead)
                if gain <= selector.margin and not self._conversation:
                    taken = lead
        return sorted(candidate.index for candidate in taken)

    @cached_property
    def _conversation(self) -> bool:
        return _is_conversation(self._document)

    def _candidate(self, index: int) -> _Candidate:
        """What is known of a sentence; nothing is before it first matters."""
        known = self._met.get(index)
        if known is None:
            known = self._met[index] = _Candidate(self._document, index)
        return known

    def _greedy(self) -> list[_Candidate]:
        """Take the best by score less what it is charged, again and again.

        A candidate is only charged when it comes first without: as charges only grow, but for
        those that are given back at once, a value that is out of date is too high, never too low.
        """
        limit = self._limit
        taken: list[_Candidate] = []
        seen: set[str] = set()
        complete = True
        pool = _candidates(self._document, self._scores, self._tiers)
        stubs = [index for index in pool if self._tiers[index]]
        race = _Race(self, [index for index in pool if not self._tiers[index]])
        while True:
            if not race.left:
                if not stubs or not complete:
                    break
                race, stubs = _Race(self, stubs), []
                # charged for the length of what was taken before their turn
                race.charge(self._by_length * sum(one.sentence.words for one in taken))
            place, words = race.first()
            fits = limit is None or words <= limit
            if fits:
                best = self._candidate(race.indices[place])
                charge = self._charge(best, taken, race)
                if charge is not None:
                    race.values[place] -= charge
                    continue
            race.remove(place)
            if not fits:
                complete = False
                continue
            key = _key(best.sentence)
            if key in seen:
                continue
            seen.add(key)
            taken.append(best)
            if limit is not None:
                limit -= words
            elif len(taken) >= self._wanted:
                break
            if self._by_length:
                race.charge(self._by_length * words)
            self._give_back(race, best)
        return taken

    def _give_back(self, race: _Race, taken: _Candidate) -> None:
        """Take back what others were charged for wanting one that is now taken."""
        selector = self._selector
        for candidate in self._met.values():
            if not (candidate.hangs or candidate.unknown):
                continue
            place = race.places.get(candidate.index)
            if place is None:
                continue
            if candidate.hangs and candidate.index == taken.index + 1:
                race.values[place] += selector.hanging
            if candidate.unknown and self._introduced(candidate, taken):
                race.values[place] += selector.missing

    def _charge(self, candidate: _Candidate, taken: list[_Candidate], race: _Race) -> float | None:
        """What the first of a race has not been charged for yet; ``None`` if there is nothing.

        What is cheap to find comes first: whoever it throws back may never come first again, and
        then the rest is not looked at.
        """
        if candidate.hangs is None:
            charge = self._charge_for_company(candidate, taken)
            if charge > 0:
                return charge
        if candidate.compared < len(taken):
            others, cost = taken[candidate.compared :], self._selector.cost_of_words
            candidate.compared = len(taken)
            return sum(cost(candidate.grams, other.grams) for other in others)
        if candidate.matched < len(taken):
            others = taken[candidate.matched :]
            candidate.matched = len(taken)
            charge = sum(self._cost_of_runs(candidate, other) for other in others)
            if charge:
                return charge
        if not candidate.examined:
            candidate.examined = True
            if self._faulty(candidate):
                return self._selector.form
        if not candidate.searched and race.lead() <= self._selector.missing:
            candidate.searched = True
            charge = self._charge_for_names(candidate, taken)
            return charge or None
        return None

    def _cost_of_runs(self, one: _Candidate, other: _Candidate) -> float:
        """What two candidates cost each other by the runs of words that they share."""
        pair = (one.index, other.index) if one.index < other.index else (other.index, one.index)
        cost = self._costs.get(pair)
        if cost is None:
            cost = self._costs[pair] = self._selector.cost_of_runs(one.grams, other.grams)
        return cost

    def _charge_for_company(self, candidate: _Candidate, others: list[_Candidate]) -> float:
        """What a candidate is charged for hanging on another, for a picture, for asking."""
        selector, before = self._selector, candidate.index - 1
        candidate.hangs = before >= 0 and candidate.opens_hanging
        if candidate.hangs:
            for other in others:
                if other.index == before:
                    candidate.hangs = False
        asks = candidate.asks and not self._conversation
        return selector.hanging * (candidate.hangs + asks) + selector.picture * candidate.pictured

    def _charge_for_names(self, candidate: _Candidate, others: list[_Candidate]) -> float:
        """What a candidate is charged for naming somebody whom none of the others introduces."""
        missing = self._selector.missing
        if candidate.index and missing and self._cased:
            candidate.unknown = self._named(candidate)
            for other in others:
                self._introduced(candidate, other)
        return missing * bool(candidate.unknown)

    def _faulty(self, candidate: _Candidate) -> bool:
        if candidate.fault is None:
            document, sentence = self._document, candidate.sentence
            candidate.fault = _is_faulty(document, sentence, labels=True) and (
                not self._conversation or _is_faulty(document, sentence, labels=False)
            )
        return candidate.fault

    def _named(self, candidate: _Candidate) -> list[list[int]]:
        """For each name that a candidate has by itself, and that was introduced before it and not
        in it: where.
        """
        if candidate.named is None:
            start, end = candidate.sentence.start, candidate.sentence.end
            known, names = self._known, lone_names(candidate.sentence.text)
            places = (known.of(name) for name in names if known.may_be_before(name, start))
            candidate.named = [
                found
                for found in places
                if found and found[0] < start and not any(start <= at < end for at in found)
            ]
        return candidate.named

    def _introduced(self, candidate: _Candidate, other: _Candidate) -> bool:
        """Note whom another sentence introduces; return whether that was all there was."""
        start, end = other.sentence.start, other.sentence.end
        if not candidate.unknown or other.index > candidate.index:
            return False
        candidate.unknown = [
            found for found in candidate.unknown if not any(start <= at < end for at in found)
        ]
        return not candidate.unknown

    def _lead(self) -> list[_Candidate]:
        """The first sentences without a fault: as many as asked for, or up to the first that does
        not fit; none if there are fewer.
        """
        lead: list[_Candidate] = []
        seen: set[str] = set()
        left = inf if self._limit is None else self._limit
        for index, tier in enumerate(self._tiers):
            if tier:
                continue
            candidate = self._candidate(index)
            key = _key(candidate.sentence)
            if self._faulty(candidate) or key in seen:
                continue
            left -= candidate.sentence.words
            if left < 0:
                break
            seen.add(key)
            lead.append(candidate)
            if self._limit is None and len(lead) >= self._wanted:
                break
        else:
            return []
        return lead

    def _worth(self, chosen: list[_Candidate]) -> float:
        """What a set is worth: its scores above an average sentence's, less all charges but
        :meth:`_further`.
        """
        selector, average = self._selector, -log(len(self._document.sentences))
        worth = 0.0
        for place, candidate in enumerate(chosen):
            before = chosen[:place]
            worth += self._scores[candidate.index] - average
            worth -= self._charge_for_company(candidate, before + chosen[place + 1 :])
            worth -= selector.form * self._faulty(candidate)
            for other in before:
                worth -= selector.cost_of_words(candidate.grams, other.grams)
                worth -= self._by_length * candidate.sentence.words * other.sentence.words
        return worth

    def _further(self, chosen: list[_Candidate]) -> float:
        """What a set is charged for names, and for the runs of words that its sentences share."""
        charge = 0.0
        for place, candidate in enumerate(chosen):
            before = chosen[:place]
            charge += self._charge_for_names(candidate, before + chosen[place + 1 :])
            charge += sum(self._cost_of_runs(candidate, other) for other in before)
        return charge


def _is_faulty(document: Document, sentence: Sentence, *, labels: bool) -> bool:
    """Whether a sentence has a fault of form, or is the middle of a quotation."""
    if has_fault(sentence.text, labels=labels, language=document.language):
        return True
    first = document.paragraphs[sentence.paragraph].start
    return goes_on_with_quotation(document.text, sentence.start, sentence.end, first)


def _is_conversation(document: Document) -> bool:
    """Whether half of the paragraphs, of three and more, open with a label."""
    sentences, paragraphs = document.sentences, document.paragraphs
    labelled = sum(has_label(sentences[paragraph.first].text) for paragraph in paragraphs)
    return len(paragraphs) > 2 and 2 * labelled >= len(paragraphs)


def tokens(sentence: Sentence) -> list[str]:
    """The words by which redundancy is measured: lower case, without marks."""
    return alphanumerics(sentence.text.lower())


class _Race:
    """The candidates that are left, with the score of each less what it has been charged.

    Attributes:
        indices: their places in the document.
        values: of each; that of one that is out is below all others.
        places: where each is in these lists; of those that are left only.
        left: how many are left.
    """

    def __init__(self, choice: _Choice, indices: list[int]) -> None:
        sentences, scores = choice._document.sentences, choice._scores
        self.indices = indices
        self.values = [scores[index] for index in indices]
        self.places = {index: place for place, index in enumerate(indices)}
        self.left = len(indices)
        self._words = [sentences[index].words for index in indices]

    def first(self) -> tuple[int, int]:
        """The place of the best, and how many words it has."""
        place = self.values.index(max(self.values))
        return place, self._words[place]

    def lead(self) -> float:
        """By how much the best is above the second."""
        if self.left < 2:
            return inf
        second, best = sorted(self.values)[-2:]
        return best - second

    def remove(self, place: int) -> None:
        """Take a candidate out."""
        self.values[place] = -inf
        self.left -= 1
        del self.places[self.indices[place]]

    def charge(self, by_word: float) -> None:
        """Charge each candidate by its words."""
        self.values = [
            value - by_word * words for value, words in zip(self.values, self._words, strict=True)
        ]


class _Candidate:
    """What is known of a sentence that may be taken.

    Attributes:
        index: its place.
        sentence: the sentence.
        opens_hanging: whether it opens with what the sentence before it explains.
        pictured: whether it points at a picture.
        asks: whether it is a question.
        compared: with how many of those taken its words have been compared.
        matched: with how many of them its pairs and triples of words have been.
        examined: whether it has been charged for its form.
        searched: whether it has been charged for its names.
        hangs: whether it hangs on the sentence before it, which is not taken; ``None`` if that
            has not been looked at.
        fault: whether it has a fault of form; ``None`` if that has not been looked at.
        named: where the names that it has by themselves are introduced; ``None`` likewise.
        unknown: those of them that no sentence taken introduces.
    """

    compared = matched = 0
    examined = searched = False
    hangs: bool | None = None
    fault: bool | None = None
    named: list[list[int]] | None = None
    unknown: Sequence[list[int]] = ()
    _grams: _Grams | None = None

    def __init__(self, document: Document, index: int) -> None:
        self.index = index
        self.sentence = document.sentences[index]
        self.opens_hanging = hangs(self.sentence.text, document.language)
        self.pictured = points_at_picture(self.sentence.text)
        self.asks = self.sentence.text[-1] == "?"

    @property
    def grams(self) -> _Grams:
        if self._grams is None:
            self._grams = _Grams(self.sentence)
        return self._grams


def _candidates(document: Document, scores: Sequence[float], tiers: Sequence[int]) -> Sequence[int]:
    """The sentences that have a word, in document order; of a long document the best ones."""
    sentences = document.sentences
    indices = [i for i, tier in enumerate(tiers) if tier != _WORDLESS]
    if len(indices) > _MOST_CANDIDATES:

        def rank(i: int) -> tuple[int, float, int]:
            return tiers[i], -scores[i], i

        first = {_key(sentences[i]): i for i in sorted(indices, key=rank, reverse=True)}
        indices = sorted(heapq.nsmallest(_MOST_CANDIDATES, first.values(), rank))
    return indices


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


def text_of(document: Document, indices: Sequence[int]) -> str:
    """Join the chosen sentences: by one space, or by nothing where the document puts nothing, or
    where only a line ends between two in a script that puts no space there.

    >>> document = Document.from_text("今日は雨だ。川が上がった。明日は晴れる。", language="ja")
    >>> text_of(document, [0, 2])
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
    if left.text.endswith(_WIDE_ENDS) and "\n" in _gap(document, before):
        return is_unspaced(left.text)
    if before + 1 == after:
        return left.end == right.start
    # Sentences lay between: what counts is how this script writes its sentence ends.
    return (
        left.end == sentences[before + 1].start
        and sentences[after - 1].end == right.start
        and is_unspaced(left.text)
    )


_WIDE_ENDS = ("。", "！", "？", "」", "』", "”")  # which are printed as wide as a letter


def _gap(document: Document, index: int) -> str:
    return document.text[document.sentences[index].end : document.sentences[index + 1].start]


_OUTER_MARKS = " .,;:!…\"'“”‘’«»()[]-–—*•。！、"


def _key(sentence: Sentence) -> str:
    """What repeated sentences have in common: all but case and outer marks other than ``?``."""
    text = sentence.text.casefold()
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return text.strip(_OUTER_MARKS) or sentence.text
