"""Ends that are none: behind abbreviations, ordinals, initials and marks inside a sentence.

:meta private:
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from ..languages import LANGUAGES
from ..marks import FIRST_LETTER, OPENERS, Span
from ..words import UNSPACED_SCRIPTS
from .abbreviations import (
    BEFORE_NAME,
    BEFORE_NUMBER,
    BIBLE,
    CITATION,
    CITED,
    CLOCK_TIME,
    ENDING,
    INNER,
    LONG,
    NUMBERED,
    OF_CLOCK_TIME,
    OPENING_VOLUME,
    STARTERS,
    VERSE,
    VOLUME,
    WORD_ENDS,
)

__all__ = ["first_word", "is_sure_end", "is_whole_word", "last_run", "without_false_ends"]

# What stands before a full stop, from the last space or opening mark. An apostrophe opens nothing
# inside a word: the "s" of "foto's." is no initial.
_LAST_RUN = re.compile(
    rf"(?:^|[\s(\[{{“„«‹»›¿¡\"{UNSPACED_SCRIPTS}]|(?<!\w)['‘‚’])"
    rf"([^\s(\[{{“„«‹»›¿¡\"{UNSPACED_SCRIPTS}]*)$"
)
_LONGEST_RUN = 20
_FIRST_WORD = re.compile(rf"[{OPENERS}]*+([^\W\d_]+(?:['’](?=\w))?)(\.?)")
_ITEM_NUMBER = re.compile(r"\(?(?:\d{1,3}|[A-Za-z]|[IVX]{1,6}|[ivx]{1,6})[.)]")
_SOURCE = re.compile(r"\([^()\n]{1,200}\)[.,;:]")  # behind a quotation
_INITIAL = re.compile(r"-?(?:[^\W\d_]\.-?)+")
_OPENERS = frozenset("\"'“‘„‚«‹([")
_LONGEST_WORD = 20
_LONGEST_CITATION = 60
# English words before whose full stop a capital needs a closer look.
_UNSURE = BEFORE_NAME["en"] | CITED | INNER
_WHOLE_WORD = 5  # small letters; a word of so many is no abbreviation, but for those listed
# A quotation goes on in Korean with what it is said by: "…다."고 말했다, and in Japanese by と.
_AFTER_QUOTATION = {
    "ko": re.compile(r"[가-힣]"),
    "ja": re.compile(r"[とっ]"),
}
_ENDS_QUOTED = frozenset("\"'”’“」』»«")


def is_sure_end(shadow: str, start: int, end: int) -> bool:
    """Whether an English text has a sentence's end before ``end``, for certain: a word, a mark, a
    space and a capital. Most ends are of this kind and need no closer look.
    """
    after = shadow[end : end + 2]
    first = after[:1]
    if not first.isupper() and not (first in _OPENERS and after[1:].isupper()):
        return False
    mark = end - 2
    if after[1:] == "." or shadow[end - 1] != " " or mark <= start:
        return False
    last = shadow[mark]
    if last not in ".!?":
        return last in '"”' and shadow[mark - 1] in ".!?" and first != "("
    near = mark - _LONGEST_WORD
    word = shadow[near if near > start else start : mark].rpartition(" ")[2]
    if "-" in word:
        word = word.rpartition("-")[2]
    if len(word) < 4 and (len(word) < 2 or word.isdigit()):
        return False  # "J.", or the number of an item
    return word.isalnum() and word not in _UNSURE


def without_false_ends(shadow: str, spans: Iterator[Span], language: str) -> Iterator[Span]:
    """Join the spans that are parts of one sentence."""
    before = next(spans, None)
    if before is None:
        return
    start, end = before
    for after in spans:
        if not _is_same_sentence(shadow, (start, end), after, language):
            yield start, end
            start = after[0]
        end = after[1]
    yield start, end


def _is_same_sentence(shadow: str, before: Span, after: Span, language: str) -> bool:
    start, end = before
    if language == "en" and shadow[after[0]].isupper() and end - start > 7:
        last_letters = shadow[end - 7 : end - 1]
        if last_letters.isalpha():
            return False  # the common case: the last word is too long for an abbreviation
    second = shadow[slice(*after)]
    touching = end == after[0]
    letter = FIRST_LETTER.search(second)
    if letter is None:
        return touching
    mark = shadow[end - 1]
    if touching and _touches(shadow, before, second, language):
        return True
    last = last_run(shadow, start, end)
    if letter[0].islower():
        # "Wahoola! fell", "« Où ? » demanda": no sentence starts small in a text that has
        # capitals, but names such as iPhone do, and one behind a word that is no abbreviation.
        brand = second[letter.end() : letter.end() + 1].isupper()
        if brand or (mark == "." and (last[-2:-1] in ")]" or is_whole_word(last[:-1], language))):
            return False
        first = FIRST_LETTER.search(shadow, start, end)
        return first is not None and (first[0].isupper() or first[0].isdigit())
    if end - start < 9 and _ITEM_NUMBER.fullmatch(shadow[start:end]):
        return True
    if second[0] == "(" and mark in _ENDS_QUOTED and _SOURCE.match(second):
        return True
    return mark == "." and _is_abbreviated(shadow, before, last[:-1], second, language)


def _touches(shadow: str, before: Span, second: str, language: str) -> bool:
    """Whether a sentence goes on behind a mark, without a space between."""
    start, end = before
    mark = shadow[end - 1]
    if mark.isalnum() and second[0].isalnum():
        return True  # cut for want of any end
    if second[0] == "-" and second[1:2].isalpha():
        return True  # "J.-P. Morvan", "K.-o.-Phase"
    if mark in ".．" and end - start > 1 and shadow[end - 2].isdigit() and second[0].isalnum():
        return True
    if mark in ".…" and second[0].islower() and (end - start < 2 or shadow[end - 2] in " .…"):
        return True  # "...and then"
    if language in _AFTER_QUOTATION and mark in _ENDS_QUOTED:
        return _AFTER_QUOTATION[language].match(second) is not None
    return language == "ja" and second.startswith("と")


def _is_abbreviated(shadow: str, before: Span, last: str, second: str, language: str) -> bool:
    """Whether the full stop behind ``last`` is that of an abbreviation, by what follows."""
    start, end = before
    word = last.rpartition("-")[2] or last  # "ex-Sen."
    following, stop = first_word(second)
    if following == "":
        if word in BEFORE_NUMBER.get(language, ()):
            return True
        if second[0] in "§¶" and word in CITED:
            return True
        if language != "en":
            return _is_ordinal(last, language)
        if word in BIBLE and VERSE.match(second):
            return True
        tail = shadow[max(start, end - _LONGEST_CITATION) : end]
        return word[:1].isupper() and VOLUME.search(tail) is not None
    if word in INNER:
        return True
    is_start = not stop and following in STARTERS.get(language, ())
    if word in BEFORE_NAME.get(language, ()):
        return not (is_start and language == "en" and word in ENDING)
    if language == "en":
        if CLOCK_TIME.fullmatch(last + "."):
            return OF_CLOCK_TIME.match(second) is not None
        if word.rpartition(".")[2] in CITED:
            abbreviated = stop and len(following) < 7 and following not in BEFORE_NAME["en"]
            return bool(abbreviated) or CITATION.match(second) is not None
        if stop and len(following) < 7:
            return OPENING_VOLUME.search(shadow, max(start, end - _LONGEST_RUN), end) is not None
        return False
    if _is_ordinal(last, language):
        return not is_start
    return not is_start and _INITIAL.fullmatch(last + ".") is not None


def _is_ordinal(last: str, language: str) -> bool:
    return language in NUMBERED and NUMBERED[language].fullmatch(last) is not None


def last_run(shadow: str, start: int, end: int) -> str:
    """What stands before ``end``, from the last space or opening mark."""
    tail = shadow[max(start, end - _LONGEST_RUN) : end]
    word = tail.rpartition(" ")[2]
    if word.isascii() and word.replace(".", "").isalnum():
        return word
    found = _LAST_RUN.search(tail)
    return found[1] if found is not None else ""


def first_word(text: str) -> tuple[str, str]:
    """The word that ``text`` begins with, and the full stop behind it, if there are any."""
    found = _FIRST_WORD.match(text)
    return (found[1], found[2]) if found is not None else ("", "")


@cache
def _function_words(language: str) -> frozenset[str]:
    """The commonest words of a language that are no abbreviations: "hat. das" is an end."""
    if language not in LANGUAGES:
        return frozenset()
    words = frozenset(LANGUAGES[language].function_words.split())
    abbreviated = BEFORE_NAME.get(language, frozenset()) | BEFORE_NUMBER.get(language, frozenset())
    return frozenset(word for word in words - abbreviated - INNER if len(word) > 1)


def is_whole_word(word: str, language: str) -> bool:
    """Whether a word is too long for an abbreviation, and is none of the few that are as long."""
    word = word[max(word.rfind("'"), word.rfind("’"), word.rfind("-")) + 1 :]
    if word in _function_words(language):
        return True
    shortest = _WHOLE_WORD - (language in WORD_ENDS)
    if len(word) - word[:1].isupper() < shortest or word in LONG:
        return False
    if not (word[1:].islower() and word.isalpha()) or word.endswith("str"):  # "Ahornstr. 14"
        return False
    return language not in WORD_ENDS or WORD_ENDS[language].search(word) is not None
