"""Where paragraphs begin and end: real line ends against wrapped ones.

:meta private:
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, pairwise
from typing import Literal, NamedTuple

from ..marks import ANY_END, CLOSED, ITEM_MARK, LINE, Span, letter_case
from ..words import WORD

__all__ = ["paragraph_spans"]

_WIDEST = 200  # characters; no program wraps lines so wide
# A block whose longest line is shorter than this share of the text's was not wrapped with it:
# signatures, addresses, verses. Wrapped blocks, ragged or indented, stay above two thirds.
_NARROW = 0.6
_ITEM = re.compile(rf"{ITEM_MARK.pattern}\S")


def paragraph_spans(shadow: str, start: int = 0) -> Iterator[Span]:
    r"""Yield where each paragraph begins and ends.

    A blank line always ends one. Any other line end is either the end of a paragraph or the work
    of a program that wrapped the text. Each block of lines tells which for itself, so that neither
    a signature nor a list changes how the paragraph above is read: it is wrapped when most line
    ends fall inside a sentence (no final mark before, no capital after), or when no line has room
    for the next one's first word. The lines of a block far narrower than the text ended by hand. A
    text without any final mark ends at every line end.

    >>> text = "Rain fell on\nthe town.\n\nIt was wet."
    >>> [text[slice(*span)] for span in paragraph_spans(text)]
    ['Rain fell on\nthe town.', 'It was wet.']
    """
    lines = [match.span() for match in LINE.finditer(shadow, start)]
    if len(lines) < 2 or ANY_END.search(shadow, start) is None:
        yield from lines
        return
    first = 0
    for behind in _paragraph_starts(shadow, lines):
        yield lines[first][0], lines[behind - 1][1]
        first = behind
    yield lines[first][0], lines[-1][1]


def _paragraph_starts(shadow: str, lines: list[Span]) -> Iterator[int]:
    """Yield the index of each line, but the first, that begins a paragraph."""
    texts = [shadow[start:end] for start, end in lines]
    ends = [_LineEnd.between(a, b) for a, b in pairwise(texts)]
    blank = [shadow.count("\n", a[1], b[0]) > 1 for a, b in pairwise(lines)]
    widest = _width(texts, _WIDEST)
    first = 0
    for last in chain((i for i, is_blank in enumerate(blank) if is_blank), [len(ends)]):
        if last > first:
            yield from _starts_in_block(texts, ends, first, last, widest)
        if last < len(ends):
            yield last + 1
        first = last + 1


def _starts_in_block(
    texts: list[str], ends: list[_LineEnd], first: int, last: int, widest: int
) -> Iterator[int]:
    """The same for ``texts[first : last + 1]``, between which no line is blank."""
    inner = range(first, last)
    width = _width(texts[first : last + 1])
    narrow = width < _NARROW * widest
    if narrow:
        width = widest
    room = {i: len(texts[i]) + 1 + _first_word_end(texts[i + 1]) <= width for i in inner}
    unclosed = [i for i in inner if not ends[i].closed]
    by_width = width <= _WIDEST and sum(room[i] for i in unclosed) <= 0.2 * len(unclosed)
    continued = sum(ends[i].next_case != "upper" for i in unclosed)
    wrapped = continued > (0.5 if narrow else 0.3) * len(inner) or (
        by_width and not any(room.values())
    )
    for i in inner:
        end = ends[i]
        if end.never:
            continue
        if end.always:
            yield i + 1
        elif not wrapped:
            if end.closed or end.next_case != "lower":
                yield i + 1
        elif room[i] and end.next_case != "lower" and (by_width or len(texts[i]) < 0.5 * width):
            yield i + 1


def _width(texts: list[str], most: int | None = None) -> int:
    """The length of the longest line that has a space, of those of at most ``most`` characters."""
    lengths = [len(text) for text in texts if most is None or len(text) <= most]
    spaced = [len(text) for text in texts if " " in text and (most is None or len(text) <= most)]
    return max(spaced or lengths, default=0)


class _LineEnd(NamedTuple):
    """What a line end looks like: a final mark before it, a capital behind it, a sure break, or
    surely none.
    """

    closed: bool
    next_case: Literal["upper", "lower", "none"]
    always: bool
    never: bool

    @classmethod
    def between(cls, line: str, following: str) -> _LineEnd:
        closed = CLOSED.search(line[-12:]) is not None
        next_case = letter_case(following)
        if _is_capital(following):
            capitals = closed and not _is_capital(line)
        else:
            capitals = next_case != "lower" and _is_capital(line)
        item = _ITEM.match(following) is not None and (
            line.endswith(":") or _ITEM.match(line) is not None
        )
        parties = line.endswith((" v.", " vs.")) or line in ("v.", "vs.")
        divided = line[-1:] in "-\u00ad\u2010" and line[-3:-1].isalpha() and following[0].isalpha()
        sure = capitals or item or following[0] == "©"
        return cls(closed, next_case, sure, parties or divided)


def _first_word_end(line: str) -> int:
    word = WORD.search(line)
    return len(line) if word is None else word.end()


def _is_capital(line: str) -> bool:
    """Whether a line is all in capitals and more than a name: ``NATO AND EU REACT``."""
    words = " " in line and line[-1] not in ",;:-–—"
    return words and line.isupper() and sum(map(str.isupper, line)) >= 4
