"""sentencex, kept to time linear in the text and from raising what is no ``Exception``.

:meta private:
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice, pairwise

import sentencex

from ..marks import CLOSERS, FINAL_MARKS

__all__ = ["segment"]

_PORTION = 20_000
_SMALL_PORTION = 1_000  # where there are few spaces, or many quotation marks
_SHORT = 8_000  # whatever it is made of, it takes milliseconds
_QUOTATION_MARKS = "\"'`“”‘’„«»「」『』"
_SURE_END = re.compile(
    rf"[。！？｡][」』”’）]*+|[^\W\d_A-Z]{{4}}(?<!Calif)(?<!Messrs)(?<!Assoc)[.!?][{CLOSERS}]*+\s++"
)
_PLAIN_END = re.compile(rf"[{FINAL_MARKS}][{CLOSERS}]*+\s++")


def segment(language: str, text: str) -> Iterator[str]:
    """Yield the sentences that sentencex finds, space behind each included.

    It takes time quadratic in what has many quotation marks or no spaces (minutes for a line of a
    million characters), so a long text is given in portions that end where a sentence surely does
    or, failing that, anywhere.
    """
    if len(text) <= _SHORT:
        return iter(_segmented(language, text))
    return chain.from_iterable(_segmented(language, portion) for portion in _portions(text))


def _segmented(language: str, text: str) -> list[str]:
    try:
        return list(sentencex.segment(language, text))
    except BaseException as error:
        # A panic of Rust's is no Exception, and would end the program past every handler.
        if type(error).__name__ != "PanicException":
            raise
    cuts = [0, *(match.end() for match in _PLAIN_END.finditer(text)), len(text)]
    return [text[a:b] for a, b in pairwise(cuts) if a < b]


def _portions(text: str) -> Iterator[str]:
    size = _SMALL_PORTION
    if not (_is_unspaced(text) or _is_full_of_quotations(text)):
        size = _PORTION
    left = searched = 0
    while len(text) - searched > 2 * size:
        searched += size
        found = islice(_SURE_END.finditer(text, searched, searched + size), 20)
        ends = [match.end() for match in found]
        if not ends and searched - left > 3 * size:
            ends = [_harmless_cut(text, searched, searched + size)]
        if ends:
            cut = next((end for end in ends if _is_even(text[left:end])), ends[-1])
            yield text[left:cut]
            left = searched = cut
    yield text[left:]


def _is_unspaced(text: str) -> bool:
    return text.count(" ") <= len(text) / 50


def _is_full_of_quotations(text: str) -> bool:
    return sum(map(text.count, _QUOTATION_MARKS)) > len(text) / 20


def _harmless_cut(text: str, start: int, end: int) -> int:
    """A place behind a space, else between two characters that are not both letters, else ``end``:
    no portion grows for want of a space.
    """
    space = text.find(" ", start, end)
    if space >= 0:
        return space + 1
    for place in range(start, end):
        if not (text[place - 1].isalnum() and text[place].isalnum()):
            return place
    return end


def _is_even(text: str) -> bool:
    """Whether as many quotations are closed as are opened."""
    straight = text.count('"') % 2 == 0
    return straight and sum(map(text.count, "「『“（")) == sum(map(text.count, "」』”）"))
