"""Go through the paragraphs of a text: what is boilerplate, and of the rest, what is a heading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ..segmentation.shadow import CLOSED, ITEM_MARK, Span, letter_case
from .boilerplate import LONGEST, is_boilerplate
from .credits import is_signature

__all__ = ["Furniture", "find_furniture"]

_HEADING_WORDS = 12
_UNSPACED_HEADING = 30  # characters, where there are no spaces between words
_LIST = 3  # so many unmarked lines in a row are a list, not headings
_PROSE = 0.6  # the share of a text that stands in closed paragraphs, if it has headings
_RULERS = frozenset("*-_=~#•·–—")
_SPEAKER = re.compile(r"\S{1,20}(?: \S{1,20}){0,2}: ")


class Furniture(NamedTuple):
    """The paragraphs of a text that are no part of it.

    Attributes:
        skipped: their indices.
        title: where the first of them is a heading, its place.
    """

    skipped: frozenset[int]
    title: Span | None


_NOTHING = Furniture(frozenset(), None)


def find_furniture(text: str, paragraphs: Sequence[Span], *, bylines: bool = True) -> Furniture:
    r"""Find the paragraphs that are boilerplate or headings.

    A heading is a line of at most 12 words without a final mark, in front of a paragraph that has
    one. Only a text that mostly stands in paragraphs with a final mark has headings; three such
    lines in a row are a list, and the last line of a text is none. Where nothing else would be
    left, nothing is furniture.

    Args:
        text: the text, with plain spaces and line ends.
        paragraphs: where its paragraphs begin and end.
        bylines: whether lines that name the author or the time of publication count.

    >>> text = "Storm shuts port\nRead more: ten storms\nThe wall broke in the night."
    >>> find_furniture(text, [(0, 16), (17, 38), (39, 67)])
    Furniture(skipped=frozenset({0, 1}), title=(0, 16))
    """
    if len(paragraphs) < 2:
        return _NOTHING
    skipped: set[int] = set()
    rest: list[int] = []
    for index, (start, end) in enumerate(paragraphs):
        if end - start <= LONGEST and is_boilerplate(text[start:end], bylines=bylines):
            skipped.add(index)
        elif text[start] not in _RULERS or any(map(str.isalnum, text[start:end])):
            rest.append(index)
    if not rest:
        return _NOTHING
    headings = _headings(text, paragraphs, rest)
    title = None
    if headings and headings[0] == rest[0] and _is_title(text, *paragraphs[rest[0]]):
        title = paragraphs[rest[0]]
    return Furniture(frozenset(skipped.union(headings)), title)


def _headings(text: str, paragraphs: Sequence[Span], rest: Sequence[int]) -> list[int]:
    """The indices of the headings among ``rest``, the paragraphs that are no boilerplate."""
    spans = [paragraphs[index] for index in rest]
    unclosed = [place for place, span in enumerate(spans) if not _is_closed(text, *span)]
    if not unclosed:
        return []
    sizes = [end - start for start, end in spans]
    if sum(sizes[place] for place in unclosed) > (1 - _PROSE) * sum(sizes):
        return []
    headings: list[int] = []
    run: list[int] = []
    closed_before = {len(spans), *unclosed}
    if _is_transcript(text, spans):
        return []
    for place in unclosed:
        if not _is_heading(text, *spans[place]):
            run = []
            continue
        run = [*run, place] if run and run[-1] == place - 1 else [place]
        if place + 1 not in closed_before and not _is_list(text, [spans[i] for i in run]):
            headings.extend(rest[i] for i in run)
    return headings


def _is_closed(text: str, start: int, end: int) -> bool:
    last = text[end - 1]
    if last in ".!?":
        return True
    if last.isalnum():
        return False
    return CLOSED.search(text, max(start, end - 12), end) is not None


def _is_heading(text: str, start: int, end: int) -> bool:
    """Whether an unclosed paragraph looks like a heading."""
    if end - start > LONGEST:
        return False
    line = text[start:end]
    if "\n" in line or line[-1] in ",;-–—" or line[0] in "-*•·‣▪–—|":
        return False
    words = line.count(" ") + 1
    if words > _HEADING_WORDS or (words == 1 and len(line) > _UNSPACED_HEADING):
        return False
    return letter_case(line) != "lower" and not is_signature(line)


def _is_transcript(text: str, spans: Sequence[Span]) -> bool:
    """Whether most paragraphs begin with a speaker's name."""
    labelled = sum(_SPEAKER.match(text, *span) is not None for span in spans)
    return labelled > len(spans) / 2


def _is_list(text: str, lines: Sequence[Span]) -> bool:
    items = sum(ITEM_MARK.match(text, *line) is not None for line in lines)
    return len(lines) >= _LIST or items > 1


def _is_title(text: str, start: int, end: int) -> bool:
    line = text[start:end]
    return line[-1] != ":" and not line.startswith("By ") and any(map(str.isalpha, line))
