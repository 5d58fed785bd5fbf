"""What in one sentence its document does not support: numbers, names, negations, words.

A word that stands where another number or name stands in the source is unsupported even if the
document has it elsewhere; where the source has nothing to the contrary there, anywhere will do, as
a summary often names who is "he" in the source.

:meta private:
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .evidence import Alignment
from .quantities import Quantity, is_number, quantities, says_the_same
from .wordings import HELPERS, LIGHT_WORDS, NOUNS_IN_CAPITALS, SAME_NAMES, TITLES

__all__ = ["Finding", "Findings", "findings"]

_REACH = 3  # words that may stand between a word and its next aligned one
_SLACK = 3  # words that the source may have more than the summary between two aligned ones
_HEADLINE = 0.6  # the share of capitals from which they say nothing
_TAILS = frozenset(
    ["", *"a an ans e ean eans en ese ey i ia ian ians ic is ish land n ns o s es y".split()]
)
_OPENS = frozenset("“”«»„‘'\":([—–-")


class Finding(NamedTuple):
    """An unsupported run of words: ``tokens[first:last]``, at ``text[start:end]``."""

    kind: str
    start: int
    end: int
    first: int
    last: int


class Findings(NamedTuple):
    """What was found in one sentence.

    Attributes:
        unsupported: in order.
        content: how many words of content it has.
        missing: how many of them the document does not have at all.
    """

    unsupported: list[Finding]
    content: int
    missing: int


def findings(alignment: Alignment) -> Findings:
    """Find what the sources of a sentence, and the document, do not support."""
    return _Sentence(alignment).findings()


class _Sentence:
    """One sentence against its sources."""

    def __init__(self, alignment: Alignment) -> None:
        self.alignment = alignment
        self.index = alignment.index
        self.tokens = alignment.tokens
        self.places = alignment.places
        self.given = self.index.tokens
        language = self.index.document.language
        self.named = language not in NOUNS_IN_CAPITALS and not self._is_headline()
        self.own = set(self.tokens.stems)
        words = self.tokens.words
        numbers = [place for place, word in enumerate(words) if is_number(word)]
        self.quantities = list(quantities(self.tokens, numbers, language)) if numbers else []

    def _is_headline(self) -> bool:
        """Whether capitals say nothing: most are of words that the document has without."""
        tokens, index = self.tokens, self.index
        capitals = [
            word for word, raw in zip(tokens.words, tokens.raw, strict=True) if raw[0].isupper()
        ]
        if len(capitals) <= max(2, _HEADLINE * len(tokens.raw)):
            return False
        names = index.names()
        common = sum(word in index.known_words() and word not in names for word in capitals)
        return 2 * common > len(capitals)

    def findings(self) -> Findings:
        found = [*self._numbers(), *self._names(), *self._negations()]
        marked = {place for each in found for place in range(each.first, each.last)}
        content, missing, runs = self._words(marked)
        found += runs
        return Findings(sorted(found, key=lambda each: each.start), content, missing)

    # --- Where a word stands in the source --------------------------------------------------------

    def _neighbours(self, first: int, last: int) -> tuple[int, int]:
        """The nearest aligned words before and behind ``first … last``, or -1."""
        places = self.places
        left = next(
            (w for w in range(first - 1, max(-1, first - 1 - _REACH), -1) if places[w] >= 0), -1
        )
        right = next(
            (w for w in range(last, min(len(places), last + _REACH)) if places[w] >= 0), -1
        )
        return left, right

    def _region(self, first: int, last: int) -> range:
        """The place in the source that answers to the words ``first … last``; empty if unknown."""
        left, right = self._neighbours(first, last)
        places, index = self.places, self.index
        width = last - first
        if left >= 0 and right >= 0:
            region = range(places[left] + 1, places[right])
            one = index.sentence_of(places[left]) == index.sentence_of(places[right])
            if one and 0 <= len(region) <= right - left - 1 + _SLACK and region.step:
                return region
        if left == first - 1 and left >= 0:
            place = places[left] + 1
            return range(place, min(place + width + 1, index.last[index.sentence_of(place - 1)]))
        if right == last:
            place = places[right]
            return range(max(place - width - 1, index.first[index.sentence_of(place)]), place)
        return range(0)

    def _in_context(self, first: int, last: int) -> bool:
        """Whether words are aligned, and in the order of the source with those around them."""
        places = self.places
        if any(place < 0 for place in places[first:last]):
            return False
        if places[last - 1] - places[first] != last - 1 - first:
            return False
        left, right = self._neighbours(first, last)
        if left < 0 and right < 0:
            return len(places) == last - first
        sentence = self.index.sentence_of
        here = sentence(places[first])
        if left >= 0 and not (places[left] < places[first] and sentence(places[left]) == here):
            return right >= 0 and places[right] == places[last - 1] + 1
        if right >= 0 and not (places[right] > places[first] and sentence(places[right]) == here):
            return left >= 0 and places[left] == places[first] - 1
        return True

    def _finding(self, kind: str, first: int, last: int) -> Finding:
        return Finding(kind, self.tokens.starts[first], self.tokens.ends[last - 1], first, last)

    # --- Numbers ----------------------------------------------------------------------------------

    def _numbers(self) -> Iterator[Finding]:
        for claimed in self.quantities:
            if not self._has(claimed):
                yield Finding("number", claimed.start, claimed.end, claimed.first, claimed.last)

    def _has(self, claimed: Quantity) -> bool:
        sources = [
            given for source in self.alignment.sources for given in self.index.quantities_of(source)
        ]
        in_context = self._in_context(claimed.first, claimed.last)
        if in_context:
            place = self.places[claimed.first]
            here = [each for each in sources if each.first <= place < each.last]
            if here:
                return any(says_the_same(claimed, each) for each in here)
        region = self._region(claimed.first, claimed.last)
        there = [each for each in sources if each.first in region]
        # Between two aligned words only what stands there counts; beside one, the sentence does.
        left, right = self._neighbours(claimed.first, claimed.last)
        allowed: Sequence[Quantity] = there
        if min(left, right) < 0 <= max(left, right):
            sentence = self.index.sentence_of(self.places[max(left, right)])
            allowed = self.index.quantities_of(sentence)
        if any(says_the_same(claimed, each) for each in allowed):
            return True
        others = [each for each in self.quantities if each is not claimed]
        for each in there:
            theirs = (-1, *range(each.first, each.last))
            if not any(
                says_the_same(other, each) and self.places[other.first] in theirs
                for other in others
            ):
                return False  # another number stands in its place
        if any(says_the_same(claimed, each) for each in sources):
            return True
        if claimed.unit == "ordinal" or claimed.values == (1.0,):
            stems = self.tokens.stems[claimed.first : claimed.last]
            if all(stem in self.index.places for stem in stems):
                return True
        return any(says_the_same(claimed, each) for each in self.index.quantities_near(claimed))

    # --- Names ------------------------------------------------------------------------------------

    def _names(self) -> Iterator[Finding]:
        if not self.named:
            return
        first = -1
        for word in range(len(self.tokens.raw) + 1):
            wrong = word < len(self.tokens.raw) and self._is_wrong_name(word)
            if wrong and first < 0:
                first = word
            elif not wrong and first >= 0:
                yield self._finding("name", first, word)
                first = -1

    def _is_wrong_name(self, word: int) -> bool:
        raw = self.tokens.raw[word]
        if not raw[0].isupper() or self._in_context(word, word + 1):
            return False
        lower = self.tokens.words[word]
        if lower in self.index.function_words or lower in TITLES or is_number(lower):
            return False
        region = self._region(word, word + 1)
        if any(self._same_name(word, place) for place in region):
            return False
        known = self._is_known(word)
        if any(self._rivals(place) for place in region):
            return not (known and self._at_start(word) and lower not in self.index.capitals())
        if known:
            return False
        return not self._at_start(word) or self._goes_on(word)

    def _at_start(self, word: int) -> bool:
        """Whether a capital says nothing there: at the start, behind a colon or an opening mark."""
        if word == 0:
            return True
        text = self.tokens.text
        between = text[self.tokens.ends[word - 1] : self.tokens.starts[word]].strip()
        return bool(between) and (between[-1] in _OPENS or between[-1] in ".!?…")

    def _goes_on(self, word: int) -> bool:
        """Whether the next word is a name too: ``Ada Roe``."""
        following = word + 1
        if following >= len(self.tokens.raw):
            return False
        text = self.tokens.text[self.tokens.ends[word] : self.tokens.starts[following]]
        return text == " " and self.tokens.raw[following][0].isupper()

    def _rivals(self, place: int) -> bool:
        """Whether a word of the source is a name that the summary's sentence has not."""
        raw, word = self.given.raw[place], self.given.words[place]
        return (
            raw[0].isupper()
            and word not in self.index.function_words
            and word not in TITLES
            and self.given.stems[place] not in self.own
            and not is_number(word)
            and not self._opens_sentence(place)
        )

    def _opens_sentence(self, place: int) -> bool:
        """Whether a capital in the source is that of any sentence's first word."""
        sentence = self.index.sentence_of(place)
        if sentence < 0 or place != self.index.first[sentence]:
            return False
        word = self.given.words[place]
        return word not in self.index.names()

    def _same_name(self, word: int, place: int) -> bool:
        one, other = self.tokens.words[word], self.given.words[place]
        if self.tokens.stems[word] == self.given.stems[place]:
            return True
        if other in SAME_NAMES.get(one, ()) or one in SAME_NAMES.get(other, ()):
            return True
        if len(one) == 1 or len(other) == 1:
            return one[0] == other[0]
        if one[0] == other[0] and self.tokens.raw[word].isupper() and len(one) <= 6:
            return one in self.index.initials()
        return _related(one, other)

    def _is_known(self, word: int) -> bool:
        """Whether the document has a name, in whatever form."""
        index, lower, raw = self.index, self.tokens.words[word], self.tokens.raw[word]
        if self.tokens.stems[word] in index.places:
            return True
        if any(each in index.places for each in SAME_NAMES.get(lower, ())):
            return True
        capitals = index.capitals()
        if len(lower) == 1:
            return any(each[0] == lower for each in capitals)
        if raw.isupper() and len(raw) <= 6 and lower in index.initials():
            return True
        return any(_related(lower, each) for each in index.capitals_from(lower[:4]))

    # --- Negations --------------------------------------------------------------------------------

    def _negations(self) -> Iterator[Finding]:
        negations = self.index.negations
        if negations and self.alignment.sources:
            yield from self._added(negations)
            yield from self._dropped(negations)

    def _added(self, negations: frozenset[str]) -> Iterator[Finding]:
        words, theirs = self.tokens.stems, self.given.stems
        for word in range(len(words)):
            if not self._negates(words, word, negations) or self._in_context(word, word + 1):
                continue
            left, right = self._neighbours(word, word + 1)
            if left < 0 and right < 0:
                continue
            around: set[int] = set()
            for neighbour, ahead in ((left, 1), (right, -1)):
                if neighbour >= 0:
                    place = self.places[neighbour]
                    sentence = self.index.sentence_of(place)
                    low, high = self.index.first[sentence], self.index.last[sentence]
                    reach = range(place, place + ahead * 6, ahead)
                    around.update(p for p in (*reach, place - 2 * ahead) if low <= p < high)
            if not any(self._negates(theirs, place, negations) for place in around):
                yield self._finding("negation", word, word + 1)

    def _dropped(self, negations: frozenset[str]) -> Iterator[Finding]:
        theirs, given = self.given.stems, self.alignment.given
        for source in self.alignment.sources:
            first, last = self.index.first[source], self.index.last[source]
            place = first
            while place < last:
                if place in given or not self._negates(theirs, place, negations):
                    place += 1
                    continue
                low, high = place - 1, place + 1
                while low >= first and low not in given:
                    low -= 1
                while high < last and high not in given:
                    high += 1
                gap = range(low + 1, high)
                if all(self._is_light(theirs, each, negations) for each in gap):
                    found = self._between(low, high, first, last, negations)
                    if found is not None:
                        yield found
                place = high

    def _between(
        self, low: int, high: int, first: int, last: int, negations: frozenset[str]
    ) -> Finding | None:
        """The words of the summary where the source has a negation between two aligned words."""
        given, size = self.alignment.given, len(self.tokens.stems)
        if low >= first and high < last:
            left, right = given[low], given[high]
        elif low >= first:
            left, right = given[low], size  # the source's sentence ends with it
        elif high < last:
            left, right = -1, given[high]
        else:
            return None
        if not 0 < right - left <= _SLACK:
            return None
        between = range(left + 1, right)
        stems = self.tokens.stems
        if any(self._negates(stems, each, negations) for each in between):
            return None
        if not all(self._is_light(stems, each, negations) for each in between):
            return None
        near = range(max(0, left - 2), min(size, right + 3))
        if any(self._negates(stems, each, negations) and self.places[each] < 0 for each in near):
            return None
        return self._finding("negation", max(left, 0), min(right + 1, size))

    def _negates(self, stems: object, place: int, negations: frozenset[str]) -> bool:
        tokens = self.tokens if stems is self.tokens.stems else self.given
        return tokens.words[place] in negations or tokens.stems[place] == "not"

    def _is_light(self, stems: object, place: int, negations: frozenset[str]) -> bool:
        tokens = self.tokens if stems is self.tokens.stems else self.given
        return (
            tokens.words[place] in HELPERS
            or tokens.stems[place] in HELPERS
            or self._negates(stems, place, negations)
        )

    # --- Words ------------------------------------------------------------------------------------

    def _words(self, marked: set[int]) -> tuple[int, int, list[Finding]]:
        """Count the words of content, and find runs of words that the document does not have."""
        stems, functions = self.tokens.stems, self.index.function_words
        content = missing = 0
        runs: list[Finding] = []
        first = last = -1
        heavy = False
        for word, stem in enumerate(stems):
            is_content = stem not in functions and self.tokens.words[word] not in functions
            absent = is_content and not self._has_word(word)
            content += is_content
            missing += absent
            if absent and word not in marked and not is_number(self.tokens.words[word]):
                if first < 0:
                    first = word
                last = word + 1
                heavy |= stem not in LIGHT_WORDS
            elif first >= 0 and (is_content or word in marked or word - last > 1):
                if heavy:
                    runs.append(self._finding("words", first, last))
                first, heavy = -1, False
        if first >= 0 and heavy:
            runs.append(self._finding("words", first, last))
        return content, missing, runs

    def _has_word(self, word: int) -> bool:
        if self.places[word] >= 0 or self.tokens.stems[word] in self.index.places:
            return True
        lower = self.tokens.words[word]
        return len(lower) >= 6 and self.index.has_word_from(lower[: max(5, len(lower) - 3)])


def _related(one: str, other: str) -> bool:
    """Whether two names are of one stem: France's and French are not, Iraq and Iraqi are."""
    common = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        common += 1
    return common >= 4 and one[common:] in _TAILS and other[common:] in _TAILS
