"""Where sentences begin and end: sentencex's ends, those that it misses, and none too many.

:meta private:
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator
from itertools import accumulate, chain, islice

import sentencex

from ..marks import CAPITAL, CLOSERS, ITEM_MARK, OPENERS, Span
from .joins import is_sure_end, joined
from .quotations import PLAIN_END, QUOTE, ends_behind_quotations, ends_inside_quotations
from .runs import UNPUNCTUATED_WORDS, exceeds, without_runs

__all__ = ["sentence_spans"]

# Ends that sentencex lets pass when a capital follows: "…", "?!", "etc." and a bracketed sentence.
_MISSED_END = re.compile(
    rf"""(?: (?: … | (?<![!?])[!?]{{2,}}+ | \b(?:etc|ecc)\. ) [{CLOSERS}]*
         | (?: ^ | [.!?]\s ) (?: \([^()]*[.!?]\) | \[[^\[\]]*[.!?]\] ) )
        \s+ (?=[{OPENERS}]*{CAPITAL})""",
    re.VERBOSE,
)
_MISSED_HINT = re.compile(r"[…(\[]|[!?][!?]|[tc]c\.")  # no such end without one; far faster
_WIDE_SPACE = re.compile(r"[ \n]{2,}|\n")
_SPACES = re.compile(r"  +")  # the same on a single line, far faster
_OPENING_MARKS = tuple("\"'“‘„«([")
_DANGLING_CLOSER = re.compile(r"[\"'”’»)\]¹²³⁰⁴-⁹†‡]+(?=\s|$)")  # also the number of a note
_DANGLING_OPENER = re.compile(r"[.!?…]\s+([\"'“‘„«(\[]+)$")

_PORTION = 20_000
_SMALL_PORTION = 1_000  # where there are few spaces, or many quotation marks
_QUOTATION_MARKS = "\"'`“”‘’„«»「」『』"
_SURE_END = re.compile(rf"[。！？｡][」』”’）]*|{PLAIN_END}")


def sentence_spans(shadow: str, start: int, end: int, language: str) -> Iterator[Span]:
    """Yield where each sentence of the paragraph ``shadow[start:end]`` begins and ends.

    >>> text = "Dr. Roe left the U.S. on 3.5 days' notice. “Why?” he asked."
    >>> [text[slice(*span)] for span in sentence_spans(text, 0, len(text), "en")]
    ["Dr. Roe left the U.S. on 3.5 days' notice.", '“Why?” he asked.']
    """
    item = ITEM_MARK.match(shadow, start, end)  # sentencex does not look into list items
    left = start
    ends: list[int] = []
    for right in _segmented(shadow, item.end() if item else start, end, language):
        ends.append(right)
        if language == "en" and is_sure_end(shadow, left, right):
            if len(ends) == 1 and _is_plain(shadow, left, right, language):
                yield left, right - 1
            else:
                yield from _examined(shadow, left, ends, language)
            left = right
            ends = []
    if len(ends) == 1 and shadow[end - 1] in ".!?" and _is_plain(shadow, left, end, language):
        yield left, end
    else:
        yield from _examined(shadow, left, ends, language)


def _is_plain(shadow: str, start: int, end: int, language: str) -> bool:
    """Whether what stands between two sure ends is surely one sentence."""
    return (
        not shadow[start].isspace()
        and shadow.count(" ", start, end) < UNPUNCTUATED_WORDS
        and not (_has_inner_mark(shadow, start, end) and _missed(shadow, start, end, language))
    )


def _examined(shadow: str, start: int, ends: Iterable[int], language: str) -> Iterator[Span]:
    """Yield the sentences of what sentencex has cut at ``ends``."""
    spans = _trimmed(shadow, start, _with_missed(shadow, start, ends, language))
    for left, right in joined(shadow, spans, language):
        yield from without_runs(shadow, left, right)


def _with_missed(shadow: str, start: int, ends: Iterable[int], language: str) -> Iterator[int]:
    """Yield the sentence ends that sentencex finds, and those that it misses."""
    left = start
    for right in ends:
        if _has_inner_mark(shadow, left, right):
            yield from sorted(_missed(shadow, left, right, language))
        yield right
        left = right


def _has_inner_mark(shadow: str, start: int, end: int) -> bool:
    """Whether there is a final mark before the very end; most sentences need no closer look."""
    end -= 4
    for mark in ".?!…":
        if shadow.find(mark, start, end) >= 0:
            return True
    return end - start > UNPUNCTUATED_WORDS and not shadow[start:end].isascii()


def _missed(shadow: str, start: int, end: int, language: str) -> set[int]:
    piece = shadow[start:end]
    missed: set[int] = set()
    if _MISSED_HINT.search(piece):
        missed.update(start + match.end() for match in _MISSED_END.finditer(piece))
    if QUOTE.search(piece):
        missed.update(ends_behind_quotations(shadow, start, end))
        if exceeds(piece, UNPUNCTUATED_WORDS):
            missed.update(ends_inside_quotations(shadow, start, end, language))
    return missed


def _segmented(shadow: str, start: int, end: int, language: str) -> Iterator[int]:
    """Find the sentence ends that sentencex finds in ``shadow[start:end]``."""
    paragraph = shadow[start:end]
    if "\n" in paragraph or "  " in paragraph:
        return _segmented_lines(paragraph, start, language)
    return islice(accumulate(_sentence_lengths(language, paragraph), initial=start), 1, None)


def _segmented_lines(paragraph: str, start: int, language: str) -> Iterator[int]:
    # Wrapping must not change the sentences: sentencex sees single spaces, and what that takes
    # out is added to its ends again.
    removed = [0]
    places = []
    wide = _WIDE_SPACE if "\n" in paragraph else _SPACES
    for gap in wide.finditer(paragraph):
        removed.append(removed[-1] + len(gap[0]) - 1)
        places.append(gap.end() - removed[-1])
    text = wide.sub(" ", paragraph)
    for offset in accumulate(_sentence_lengths(language, text)):
        yield start + offset + removed[bisect.bisect_right(places, offset)]


def _sentence_lengths(language: str, text: str) -> Iterator[int]:
    portions = (sentencex.segment(language, portion) for portion in _portions(text))
    return map(len, chain.from_iterable(portions))


def _portions(text: str) -> Iterator[str]:
    """Cut a long text where a sentence surely ends.

    sentencex takes time quadratic in what has many quotation marks or no spaces: minutes for a
    line of a million characters.
    """
    size = _SMALL_PORTION
    if len(text) <= 2 * size or not (_is_unspaced(text) or _is_full_of_quotations(text)):
        size = _PORTION
    left = searched = 0
    while len(text) - searched > 2 * size:
        searched += size
        found = islice(_SURE_END.finditer(text, searched, searched + size), 20)
        ends = [match.end() for match in found]
        if not ends and searched - left > 3 * size:
            ends = [_harmless_cut(text, searched)]
        if ends:
            cut = next((end for end in ends if _is_even(text[left:end])), ends[-1])
            yield text[left:cut]
            left = searched = cut
    yield text[left:]


def _is_unspaced(text: str) -> bool:
    return text.count(" ") <= len(text) / 50


def _is_full_of_quotations(text: str) -> bool:
    return sum(map(text.count, _QUOTATION_MARKS)) > len(text) / 20


def _harmless_cut(text: str, start: int) -> int:
    """A place behind a space or, in a run of marks without a word, anywhere."""
    if not any(map(str.isalnum, text[start - 1 : start + 1])):
        return start
    return text.find(" ", start) + 1 or len(text)


def _is_even(text: str) -> bool:
    """Whether as many quotations are closed as are opened."""
    straight = text.count('"') % 2 == 0
    return straight and sum(map(text.count, "「『“（")) == sum(map(text.count, "」』”）"))


def _trimmed(shadow: str, start: int, ends: Iterable[int]) -> Iterator[Span]:
    """Turn ends into spans without outer space; opening and closing marks go where they belong."""
    left = start
    span: Span | None = None
    for end in ends:
        right, piece = end, shadow[left:end]
        if piece[-1:] in _OPENING_MARKS and not shadow[right : right + 1].isspace():
            opening = _DANGLING_OPENER.search(piece)
            if opening is not None:
                right = left + opening.start(1)
                piece = shadow[left:right]
        if span is not None and span[1] == left:
            closing = _DANGLING_CLOSER.match(piece)
            if closing is not None:
                span = span[0], left + len(closing[0])
                left, piece = span[1], piece[len(closing[0]) :]
        if piece.strip():
            if span is not None:
                yield span
            span = right - len(piece.lstrip()), left + len(piece.rstrip())
            left = right
    if span is not None:
        yield span
