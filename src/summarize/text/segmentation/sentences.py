"""Where sentences begin and end: sentencex's ends, those that it misses, and none too many.

:meta private:
"""

from __future__ import annotations

import bisect
import re
from array import array
from collections.abc import Iterable, Iterator
from itertools import accumulate, islice

from ..marks import ITEM_MARK, Span
from .engine import segment
from .items import item_spans, may_be_list
from .joins import is_sure_end, without_false_ends
from .missed import ENDED, has_inner_mark, is_foreign, missed_ends
from .quotations import QUOTE, ends_inside_quotations
from .runs import UNPUNCTUATED_WORDS, exceeds, without_runs

__all__ = ["sentence_spans"]

# A quotation of more words is no one sentence (Portuguese: F1 92.2 at 60, 92.5 at 35). English
# keeps the measure that newsrank was fitted with.
_LONG_QUOTATION, _LONG_ENGLISH_QUOTATION = 35, 60
# White space that is not one space, and quotation marks typed as two.
_WIDE_SPACE = re.compile(r"  +")
_WIDE = re.compile(rf"{_WIDE_SPACE.pattern}|““|””")
_NARROW = {"“": "“", "”": "”"}
_OPENING_MARKS = tuple("\"'“‘„«([")
# Closing marks, the number of a note, a smiley.
_DANGLING_CLOSER = re.compile(
    r"(?:[\"'”’“»)\]¹²³⁰⁴-⁹†‡]+|\s?(?:[:;=]-?[)(DPp/|]+|[\u2600-\u27bf\U0001f300-\U0001faff\ufe0f]+))"
    r"(?=\s|$)"
)
_DANGLING_OPENER = re.compile(r"[.!?…]\s+([\"'“‘„«(\[]+)$")


def sentence_spans(shadow: str, start: int, end: int, language: str) -> Iterator[Span]:
    """Yield where each sentence of the paragraph ``shadow[start:end]`` begins and ends.

    >>> text = "Dr. Roe left the U.S. on 3.5 days' notice. “Why?” he asked."
    >>> [text[slice(*span)] for span in sentence_spans(text, 0, len(text), "en")]
    ["Dr. Roe left the U.S. on 3.5 days' notice.", '“Why?” he asked.']
    """
    paragraph = shadow[start:end]
    foreign = is_foreign(paragraph)
    if may_be_list(paragraph):
        for left, right in item_spans(shadow, start, end):
            yield from _item_sentences(shadow, left, right, language, foreign)
    else:
        yield from _item_sentences(shadow, start, end, language, foreign)


def _item_sentences(
    shadow: str, start: int, end: int, language: str, foreign: bool
) -> Iterator[Span]:
    item = ITEM_MARK.match(shadow, start, end)  # sentencex does not look into list items
    english = language == "en"
    left = start
    ends: list[int] = []
    for right in _segmented(shadow, item.end() if item else start, end, language):
        ends.append(right)
        if english and is_sure_end(shadow, left, right):
            if len(ends) == 1 and _is_plain(shadow, left, right, language, foreign):
                yield left, right - 1
            else:
                yield from _examined(shadow, left, ends, language, foreign)
            left = right
            ends = []
    plain = len(ends) == 1 and shadow[end - 1] in ".!?"
    if plain and _is_plain(shadow, left, end, language, foreign):
        yield left, end
    else:
        yield from _examined(shadow, left, ends, language, foreign)


def _is_plain(shadow: str, start: int, end: int, language: str, foreign: bool) -> bool:
    """Whether what stands between two sure ends is surely one sentence."""
    if shadow[start].isspace() or shadow.count(" ", start, end) >= UNPUNCTUATED_WORDS:
        return False
    if not has_inner_mark(shadow, start, end, foreign):
        return True
    return not _missed(shadow, start, end, language, foreign)


def _examined(
    shadow: str, start: int, ends: Iterable[int], language: str, foreign: bool
) -> Iterator[Span]:
    """Yield the sentences of what sentencex has cut at ``ends``."""
    spans = _trimmed(shadow, start, _with_missed(shadow, start, ends, language, foreign))
    for left, right in without_false_ends(shadow, spans, language):
        yield from without_runs(shadow, left, right)


def _with_missed(
    shadow: str, start: int, ends: Iterable[int], language: str, foreign: bool
) -> Iterator[int]:
    """Yield the sentence ends that sentencex finds, and those that it misses."""
    left = start
    for right in ends:
        if has_inner_mark(shadow, left, right, foreign):
            yield from sorted(_missed(shadow, left, right, language, foreign))
        yield right
        left = right


def _missed(shadow: str, start: int, end: int, language: str, foreign: bool) -> set[int]:
    missed = missed_ends(shadow, start, end, language, foreign)
    piece = shadow[start : end - 2]
    most = _LONG_ENGLISH_QUOTATION if language == "en" else _LONG_QUOTATION
    if exceeds(piece, most) and ENDED.search(piece) and QUOTE.search(piece):
        missed.update(ends_inside_quotations(shadow, start, end, language))
    return missed


def _segmented(shadow: str, start: int, end: int, language: str) -> Iterator[int]:
    """Find the sentence ends that sentencex finds in ``shadow[start:end]``."""
    paragraph = shadow[start:end].replace("\n", " ")  # wrapping must not change the sentences
    if not paragraph.isascii() and ("““" in paragraph or "””" in paragraph):
        wide = _WIDE
    elif "  " in paragraph:
        wide = _WIDE_SPACE
    else:
        lengths = map(len, segment(language, paragraph))
        return islice(accumulate(lengths, initial=start), 1, None)
    return _segmented_narrow(paragraph, start, language, wide)


def _segmented_narrow(
    paragraph: str, start: int, language: str, wide: re.Pattern[str]
) -> Iterator[int]:
    # sentencex sees single spaces and quotation marks, and what that takes out is added to its
    # ends again.
    removed = array("q", [0])  # there may be as many as characters
    places = array("q")
    for gap in wide.finditer(paragraph):
        removed.append(removed[-1] + len(gap[0]) - 1)
        places.append(gap.end() - removed[-1])
    text = wide.sub(_narrow if wide is _WIDE else " ", paragraph)
    for offset in accumulate(map(len, segment(language, text))):
        yield start + offset + removed[bisect.bisect_right(places, offset)]


def _narrow(gap: re.Match[str]) -> str:
    return _NARROW.get(gap[0][0], " ")  # one object, however many there are


def _trimmed(shadow: str, start: int, ends: Iterable[int]) -> Iterator[Span]:
    """Turn ends into spans without outer space; opening and closing marks go where they belong."""
    left = end = start
    span: Span | None = None
    for end in ends:
        right, piece = end, shadow[left:end]
        if piece[-1:] in _OPENING_MARKS and not shadow[right : right + 1].isspace():
            opening = _DANGLING_OPENER.search(piece)
            if opening is not None:
                right = left + opening.start(1)
                piece = shadow[left:right]
        if span is not None and span[1] == left and not piece[:1].isalpha():
            closing = _DANGLING_CLOSER.match(piece)
            if closing is not None:
                span = span[0], left + len(closing[0])
                left, piece = span[1], piece[len(closing[0]) :]
        if piece.strip():
            if span is not None:
                yield span
            span = right - len(piece.lstrip()), left + len(piece.rstrip())
            left = right
    rest = shadow[left:end].rstrip()
    if rest:  # opening marks that open nothing
        first = span[0] if span is not None else left + len(rest) - len(rest.lstrip())
        span = first, left + len(rest)
    if span is not None:
        yield span
