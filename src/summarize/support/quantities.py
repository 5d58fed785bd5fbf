"""Numbers of a text with their units, and when one says the same as another.

:meta private:
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .tokens import Tokens
from .wordings import AMOUNTS, APPROXIMATE, CURRENCIES, ORDINALS, SCALES

__all__ = ["Quantity", "is_number", "quantities", "says_the_same"]

# Languages in which a comma stands before the decimals, and a point between the thousands.
_COMMA_DECIMALS = frozenset(
    "de fr es it pt nl da sv no nb fi pl cs sk hu ro bg ru uk el tr id hr sl sr lt lv et".split()
)
_GREAT = frozenset({"hundred", "thousand", "million", "billion", "trillion"})
_SUFFIXES = frozenset("st nd rd th s".split())
_PERCENT = frozenset({"percent", "percentage", "pc", "prozent"})
_CLOSE = 0.07  # how far "about 50" may be from the number itself
_PRECISE = 3  # digits from which a number may be rounded without "about"


class Quantity(NamedTuple):
    """One number.

    Attributes:
        first, last: its words, ``tokens[first:last]``.
        start, end: its place in the text, with its sign of currency or per cent.
        values: what it may mean; more than one where ``5m`` is five metres or five million.
        unit: ``"%"``, a currency, ``"ordinal"``, ``"time"`` or ``""``.
        near: whether it is said to be about right, as in "nearly 50".
    """

    first: int
    last: int
    start: int
    end: int
    values: tuple[float, ...]
    unit: str
    near: bool


def is_number(word: str) -> bool:
    """Whether a word, in lower case, is a number or the beginning of one."""
    return word[0].isdigit() or word in AMOUNTS or word in ORDINALS or word in _GREAT


def quantities(tokens: Tokens, places: Iterable[int], language: str) -> Iterator[Quantity]:
    """Find the numbers that begin at the given words.

    Args:
        tokens: the words of the text.
        places: the words, in order, that may begin one.
        language: of the text; number words are English.
    """
    behind = 0
    for place in places:
        if place >= behind:
            reading = _Reading(tokens, place, language)
            if reading.values:
                behind = reading.last
                yield reading.quantity()


class _Reading:
    """A number read from its first word on; without values if there is none."""

    def __init__(self, tokens: Tokens, first: int, language: str) -> None:
        self.tokens = tokens
        self.first = self.last = first
        self.values: tuple[float, ...] = ()
        self.unit = ""
        word = tokens.words[first]
        if word[0].isdigit():
            self._digits(word, language)
        elif language == "en":
            self._words(word)
        if self.values:
            self._scales()

    def quantity(self) -> Quantity:
        """The number with its unit and place."""
        tokens, words = self.tokens, self.tokens.words
        start, end = tokens.starts[self.first], tokens.ends[self.last - 1]
        before, after = tokens.text[max(0, start - 1) : start], tokens.text[end : end + 2]
        following = self._word(0)
        if before in CURRENCIES:
            self.unit = CURRENCIES[before]
            start -= 1
        elif after[:1] == "%" or after == " %":
            self.unit = "%"
            end += after.index("%") + 1
        elif following in CURRENCIES and not self.unit:
            self.unit = CURRENCIES[following]
        elif following in _PERCENT or (following == "per" and self._word(1) == "cent"):
            self.unit = "%"
        elif self.unit == "time" or (following in ("am", "pm") and max(self.values) <= 24):
            self.values = _times(self.values, self.unit, following)
            self.unit = "time"
        near = any(word in APPROXIMATE for word in words[max(0, self.first - 3) : self.first])
        return Quantity(self.first, self.last, start, end, self.values, self.unit, near)

    def _word(self, ahead: int) -> str:
        place = self.last + ahead
        return self.tokens.words[place] if place < len(self.tokens.words) else ""

    def _digits(self, word: str, language: str) -> None:
        self.values, self.unit = _read(word, language)
        self.last += 1
        if self.last == len(self.tokens.words):
            return
        if self.tokens.starts[self.last] == self.tokens.ends[self.first]:
            suffix = self._word(0)
            if suffix in _SUFFIXES:
                self.unit = "ordinal" if suffix != "s" else self.unit
                self.last += 1
            elif suffix in SCALES:
                self.values += tuple(value * SCALES[suffix] for value in self.values)
                self.last += 1

    def _words(self, word: str) -> None:
        if word in ORDINALS:
            self.values, self.unit = (float(ORDINALS[word]),), "ordinal"
            self.last += 1
        elif word in _GREAT:  # a hundred, half a million
            before = self.tokens.words[max(0, self.first - 2) : self.first]
            if before[-1:] == ["a"]:
                self.values = (0.5 if before[0] == "half" else 1.0,)
        else:
            self.last += 1
            if word != "one" or self._word(0) in _GREAT:
                self.values = (float(self._tens(AMOUNTS[word])),)

    def _tens(self, amount: int) -> int:
        """Twenty-five, or twenty-fifth."""
        following = self._word(0)
        if amount >= 20 and 0 < AMOUNTS.get(following, 0) < 10:
            self.last += 1
            return amount + AMOUNTS[following]
        if amount >= 20 and 0 < ORDINALS.get(following, 0) < 10:
            self.last += 1
            self.unit = "ordinal"
            return amount + ORDINALS[following]
        return amount

    def _scales(self) -> None:
        """Million; hundred and fifty."""
        while self._word(0) in SCALES and self._adjoins():
            if len(self._word(0)) == 1:  # "5 m" is five metres
                return
            scale = SCALES[self._word(0)]
            self.values = tuple(value * scale for value in self.values)
            self.last += 1
            rest = AMOUNTS.get(self._word(1), 1)
            if scale == SCALES["hundred"] and self._word(0) == "and" and rest > 1:
                self.last += 2
                more = self._tens(rest)
                self.values = tuple(value + more for value in self.values)

    def _adjoins(self) -> bool:
        """Whether no more than a space or a hyphen stands before the next word."""
        last = self.last
        return last == 0 or self.tokens.starts[last] - self.tokens.ends[last - 1] <= 1


def says_the_same(claimed: Quantity, given: Quantity) -> bool:
    """Whether a number of the document says what one of the summary claims.

    It may be rounded: "about 50" of 48, "3.4 million" of 3,412,000.
    """
    units = {claimed.unit, given.unit}
    if len(units) == 2 and claimed.unit != "" and not units <= {"ordinal", ""}:
        return False
    for value in claimed.values:
        for true in given.values:
            is_year = given.unit == "" and 1000 <= true <= 2100 and not claimed.near
            exact = is_year or "time" in units
            if value == true or (not exact and _rounded(value, true, near=claimed.near)):
                return True
    return False


def _rounded(value: float, true: float, *, near: bool) -> bool:
    digits, precise = _digits(value), _digits(true)
    if not value or not true or digits >= precise:
        return False  # a rounded number has fewer digits
    if near:
        return abs(value - true) <= _CLOSE * abs(true)
    if digits < 2 or precise < _PRECISE + (abs(true) < 1000 and true == int(true)):
        return False
    step = 10.0 ** (math.floor(math.log10(abs(true))) - digits + 1)
    return math.isclose(value, round(true / step) * step)


def _digits(value: float) -> int:
    """How many digits a number has, without the zeros at either end."""
    return len(f"{abs(value):.12f}".replace(".", "").strip("0"))


def _read(word: str, language: str) -> tuple[tuple[float, ...], str]:
    """Read a number in digits: its values and unit."""
    if ":" in word:
        hours, _, minutes = word.partition(":")
        if hours.isdecimal() and minutes.isdecimal() and len(minutes) == 2 and len(hours) <= 2:
            return (int(hours) * 60.0 + int(minutes),), "time"
        return (), ""
    if language in _COMMA_DECIMALS:
        word = word.replace(".", "").replace(",", ".", 1)
    try:
        value = float(word.replace(",", ""))
    except ValueError:  # a version or a date: 1.2.3
        return (), ""
    return ((value,) if math.isfinite(value) else ()), ""


def _times(values: tuple[float, ...], unit: str, following: str) -> tuple[float, ...]:
    """Minutes behind midnight; without am or pm both are meant."""
    if unit != "time":  # 9 pm, 9.45 pm
        values = tuple(60 * int(v) + round(100 * (v - int(v))) for v in values)
    if following.startswith("p"):
        return tuple(v + 720 if v < 720 else v for v in values)
    if following.startswith("a"):
        return tuple(v - 720 if v >= 720 else v for v in values)
    return values + tuple(v + 720 for v in values if v < 720)
