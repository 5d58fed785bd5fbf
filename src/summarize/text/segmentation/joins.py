"""Ends that are none: behind abbreviations, ordinals, initials and marks inside a sentence.

:meta private:
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..marks import FIRST_LETTER, OPENERS, Span, letter_case
from ..words import UNSPACED_SCRIPTS
from .abbreviations import BEFORE_NAME, BEFORE_NUMBER, CLOCK_TIME, OF_CLOCK_TIME

__all__ = ["is_sure_end", "joined"]

_LAST_RUN = re.compile(
    rf"(?:^|[\s{OPENERS}{UNSPACED_SCRIPTS}])([^\s{OPENERS}{UNSPACED_SCRIPTS}]*)$"
)
_LONGEST_ABBREVIATION = 20
_ITEM_NUMBER = re.compile(r"\(?(?:\d{1,3}|[A-Za-z])[.)]")
_INITIAL = re.compile(r"-?(?:[^\W\d_]\.-?)+")
_ENGLISH_NAMES = BEFORE_NAME["en"]
_OPENERS = frozenset("\"'“‘„‚«‹([")
_LONGEST_WORD = 20
_GERMAN_ORDINAL = re.compile(r"\d{1,2}\.")


def is_sure_end(shadow: str, start: int, end: int) -> bool:
    """Whether an English text has a sentence's end before ``end``, for certain: a word, a mark, a
    space and a capital. Most ends are of this kind and need no closer look.
    """
    after = shadow[end : end + 2]
    if not after[:1].isupper() and not (after[:1] in _OPENERS and after[1:].isupper()):
        return False
    mark = end - 2
    if shadow[end - 1] != " " or mark <= start:
        return False
    if shadow[mark] in '"”':
        return shadow[mark - 1] in ".!?"
    word = shadow[max(start, mark - _LONGEST_WORD) : mark].rpartition(" ")[2]
    if len(word) < 2 or (word.isdigit() and len(word) < 4):
        return False  # "J.", or the number of an item
    return shadow[mark] in ".!?" and word.replace("-", "").isalnum() and word not in _ENGLISH_NAMES


def joined(shadow: str, spans: Iterator[Span], language: str) -> Iterator[Span]:
    """Join the spans that are parts of one sentence."""
    before = next(spans, None)
    if before is None:
        return
    start = before[0]
    for after in spans:
        if not _is_same_sentence(shadow, before, after, language):
            yield start, before[1]
            start = after[0]
        before = after
    yield start, before[1]


def _is_same_sentence(shadow: str, before: Span, after: Span, language: str) -> bool:
    if language == "en" and shadow[after[0]].isupper() and before[1] - before[0] > 7:
        last_letters = shadow[before[1] - 7 : before[1] - 1]
        if last_letters.isalpha():
            return False  # the common case: the last word is too long for an abbreviation
    first, second = shadow[slice(*before)], shadow[slice(*after)]
    touching = before[1] == after[0]
    letter = FIRST_LETTER.search(second)
    if letter is None:
        return touching
    if touching and first[-2:-1].isdigit() and first[-1] in ".．" and second[0].isdigit():
        return True
    last = _LAST_RUN.search(first[-_LONGEST_ABBREVIATION:])[1]  # type: ignore[index]
    if letter[0].islower():
        # "Wahoola! fell", "« Où ? » demanda": no sentence starts small in a text that has
        # capitals, but names such as iPhone do.
        brand = second[letter.end() : letter.end() + 1].isupper()
        return not brand and letter_case(first) == "upper"
    if _ITEM_NUMBER.fullmatch(first):
        return True
    if letter[0].isdigit() and last[:-1] in BEFORE_NUMBER.get(language, ()):
        return True
    if last[:-1] in BEFORE_NAME.get(language, ()):
        return True
    if language == "en" and CLOCK_TIME.fullmatch(last):
        return OF_CLOCK_TIME.match(second) is not None
    if language == "ja" and touching and second.startswith("と"):
        return True
    if language == "de" and _GERMAN_ORDINAL.fullmatch(last):
        return True
    return language != "en" and _INITIAL.fullmatch(last) is not None
