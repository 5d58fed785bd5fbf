"""Sentence ends in and around quotations, where sentencex keeps too much together.

:meta private:
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate

import sentencex

from ..marks import CAPITAL, CLOSERS, OPENERS

__all__ = ["PLAIN_END", "QUOTE", "ends_behind_quotations", "ends_inside_quotations"]

# A word, no abbreviation, that ends in small letters, a mark, and a capital: surely an end.
PLAIN_END = (
    rf"[^\W\d_A-Z]{{4}}(?<!Calif)(?<!Messrs)(?<!Assoc)[.!?][{CLOSERS}]*\s+"
    rf"(?=[{OPENERS}]*{CAPITAL})"
)
_PLAIN = re.compile(PLAIN_END)
_PLAIN_LETTERS = 4  # what the pattern has before its mark
_FINAL_MARK = re.compile(r"[.!?]")
QUOTE = re.compile(r"[\"“”'‘’«»„]")
_DOUBLE_MARK = re.compile(r"[\"“”«»„]")


def ends_behind_quotations(shadow: str, start: int, end: int) -> Iterator[int]:
    """Yield the plain ends that lie outside quotations.

    A mark that is never closed, or an apostrophe taken for one, makes sentencex see quotations
    where there are none.
    """
    is_open = False
    place = start
    for final in _FINAL_MARK.finditer(shadow, start + _PLAIN_LETTERS, end):
        found = _PLAIN.match(shadow, final.start() - _PLAIN_LETTERS, end)
        if found is None:
            continue
        for mark in _DOUBLE_MARK.finditer(shadow, place, found.end()):
            before = shadow[max(start, mark.start() - 1) : mark.start()]
            if shadow[mark.end() : mark.end() + 1] not in (" ", "\n", ""):
                is_open = before in ("", *" \n([—–-'‘")
            else:
                is_open = before in ("", " ", "\n") and mark[0] == "«"
        place = found.end()
        if not is_open and found.end() < end:
            yield found.end()


_QUOTATION_MARKS = str.maketrans(dict.fromkeys('"“”„«»‹›', " "))
_SINGLE_MARK = re.compile(r"(?<!\w)['‘’](?=\w)|(?<=[.!?,])['’](?=\s|$)")


def ends_inside_quotations(shadow: str, start: int, end: int, language: str) -> Iterator[int]:
    """Yield the ends inside a quotation, or behind an unbalanced mark, that sentencex passed."""
    blank = _SINGLE_MARK.sub(" ", shadow[start:end].translate(_QUOTATION_MARKS))
    for right in accumulate(map(len, sentencex.segment(language, blank)), initial=start):
        if start < right < end:
            near = max(start, right - _MOST_OPENING)
            yield right - len(_OPENING_AT_END.search(shadow, near, right)[0])  # type: ignore[index]


_MOST_OPENING = 20  # marks; a search from the start for each end would be quadratic
_OPENING_AT_END = re.compile(rf"(?:(?<=\s)[{OPENERS}]*)?$")
