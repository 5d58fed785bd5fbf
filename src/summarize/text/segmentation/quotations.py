"""Quotations: which marks open one, and the ends inside a quotation too long to be one sentence.

:meta private:
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate

from ..marks import OPENERS
from .engine import segment

__all__ = ["QUOTE", "ends_inside_quotations", "is_opening"]

# A mark that may open or close a quotation; an apostrophe inside a word does not.
QUOTE = re.compile(r"[\"“”«»„]|(?<!\w)['‘’](?=\w)|(?<=[.!?,])['’](?=\s|$)")


def is_opening(shadow: str, start: int, mark: re.Match[str]) -> bool:
    """Whether a quotation mark opens a quotation, by what stands around it."""
    before = shadow[max(start, mark.start() - 1) : mark.start()]
    after = shadow[mark.end() : mark.end() + 1]
    if after in _NEVER_OPENED:
        return False
    if after not in (" ", "\n", ""):
        return before in ("", *" \n([—–-'‘")
    return before in ("", " ", "\n") and mark[0] == "«"


_NEVER_OPENED = frozenset(",.;:!?)]")
_QUOTATION_MARKS = str.maketrans(dict.fromkeys('"“”„«»‹›', " "))
_SINGLE_MARK = re.compile(r"(?<!\w)['‘’](?=\w)|(?<=[.!?,])['’](?=\s|$)")


def ends_inside_quotations(shadow: str, start: int, end: int, language: str) -> Iterator[int]:
    """Yield the ends inside a quotation, or behind an unbalanced mark, that sentencex passed."""
    blank = _SINGLE_MARK.sub(" ", shadow[start:end].translate(_QUOTATION_MARKS))
    for right in accumulate(map(len, segment(language, blank)), initial=start):
        if start < right < end:
            near = max(start, right - _MOST_OPENING)
            yield right - len(_OPENING_AT_END.search(shadow, near, right)[0])  # type: ignore[index]


_MOST_OPENING = 20  # marks; a search from the start for each end would be quadratic
_OPENING_AT_END = re.compile(rf"(?:(?<=\s)[{OPENERS}]*)?$")
