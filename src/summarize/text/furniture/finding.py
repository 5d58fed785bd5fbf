"""Go through the paragraphs of a text: what is boilerplate, and of the rest, what is a heading.

:meta private:
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from ..marks import FINAL_MARKS, OPENING_QUOTES, Span, letter_case
from .boilerplate import LONGEST, is_boilerplate
from .credits import is_signature

__all__ = ["Furniture", "find_furniture"]

_HEADING_WORDS = 12
_UNSPACED_HEADING = 30  # characters, where there are no spaces between words
_LIST = 3  # so many unmarked lines in a row are a list, not headings
_PROSE = 0.6  # the share of a text that stands in closed paragraphs, if it has headings
_RULERS = frozenset("*-_=~#•·–—")
# What may follow a final mark: closing marks, an emoji, the number of a note, a link, a hashtag.
_CLOSED = re.compile(
    rf"[{FINAL_MARKS}](?:[\W_]|\[[\w ]{{1,12}}\]|[¹²³⁰⁴-⁹]|(?<=\s)(?:https?://\S+|[#@]\w+))*$"
)
_AFTER_MARK = 60  # characters, at most
_NUMBERED = re.compile(r"\(?\d{1,2}[.)]\s")
_LABEL = re.compile(r"\S{1,20}(?: \S{1,20}){0,2}: ")


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
    one. Only a text that mostly stands in paragraphs with a final mark has headings. Three such
    lines in a row, numbered lines one after the other, lines with a label that recurs (``Action:
    …``), one that leads in a quotation and the last line of a text are none. Where nothing else
    would be left, nothing is furniture.

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
    labels = [_label(text, *span) for span in spans]
    times = Counter(filter(None, labels))
    if times.total() > len(spans) / 2:
        return []  # a transcript
    headings: list[int] = []
    run: list[int] = []
    not_before_prose = {len(spans), *unclosed}
    for place in unclosed:
        recurs = times[labels[place]] > 1  # "Action: …" in minutes
        kept = recurs or _is_item(text, spans, place) or _leads_in(text, spans, place)
        if kept or not _is_heading(text, *spans[place]):
            run = []
            continue
        run = [*run, place] if run and run[-1] == place - 1 else [place]
        if place + 1 not in not_before_prose and len(run) < _LIST:
            headings.extend(rest[i] for i in run)
    return headings


def _is_closed(text: str, start: int, end: int) -> bool:
    if text[end - 1] in ".!?":
        return True
    return _CLOSED.search(text, max(start, end - _AFTER_MARK), end) is not None


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


def _label(text: str, start: int, end: int) -> str:
    """What stands before a colon at the beginning: a speaker's name, or a word such as "Action"."""
    found = _LABEL.match(text, start, end)
    return found[0] if found is not None else ""


def _leads_in(text: str, spans: Sequence[Span], place: int) -> bool:
    """Whether a line ends in a colon before a quotation: ``Mayor Ada Roe put it bluntly:``."""
    follows = spans[place + 1 : place + 2]
    return text[spans[place][1] - 1] == ":" and any(
        text[start] in OPENING_QUOTES for start, _ in follows
    )


def _is_item(text: str, spans: Sequence[Span], place: int) -> bool:
    """Whether a line is one of several items, such as ``1. Open the door`` and ``2. Walk in.``."""
    if _NUMBERED.match(text, *spans[place]) is None:
        return False
    beside = spans[max(0, place - 1) : place + 2]
    return sum(_NUMBERED.match(text, *span) is not None for span in beside) > 1


def _is_title(text: str, start: int, end: int) -> bool:
    line = text[start:end]
    return line[-1] != ":" and not line.startswith("By ") and any(map(str.isalpha, line))
