"""Text that cannot be one sentence, for want of punctuation: cut at line ends and clause marks.

:meta private:
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from ..marks import ANY_END, CLAUSE_MARKS, CLOSED, Span
from ..words import WORD, count_words, is_unspaced

__all__ = ["UNPUNCTUATED_WORDS", "exceeds", "without_runs"]

# A run of more than the first number of words without a final mark cannot be one sentence, nor
# can one of more than the second with it; both are cut into windows of about the third. A script
# without spaces, in which each letter counts as a word, is allowed more of them.
UNPUNCTUATED_WORDS = 60
_LONGEST_WORDS = 300
_WINDOW_WORDS = 25
_UNSPACED_FACTOR = 2.5

_CLAUSE_END = re.compile(rf"[{CLAUSE_MARKS}]$")
# A clause of a recital or a statute is punctuated: "…; and", "…:".
_CLAUSE = re.compile(r"[,;:،؛；：፤៖]\s*(?:and|or|und|oder|et|ou|y|o|e|ja|tai|en|of|och|og)?$")
# A mark, but not one of a spaced ellipsis.
_END = re.compile(rf"(?<![.…])(?<![.…]\s)(?:{ANY_END.pattern})(?!\.)")
_LINE_END = re.compile(r"\n")
_LAST_SPACE = re.compile(r"\s(\S*)$")


def without_runs(shadow: str, start: int, end: int) -> Iterator[Span]:
    """Cut a span that cannot be one sentence: at whatever looks like an end, at line ends, and
    into clause-sized windows.
    """
    if not _is_run(shadow[start:end]):
        yield start, end
        return
    for left, right in _apart(shadow, start, end, _END):
        if not _is_run(shadow[left:right]):
            yield left, right
            continue
        for line_start, line_end in _apart(shadow, left, right, _LINE_END):
            if _is_run(shadow[line_start:line_end]):
                yield from _windows(shadow, line_start, line_end)
            else:
                yield line_start, line_end


def _apart(shadow: str, start: int, end: int, pattern: re.Pattern[str]) -> Iterator[Span]:
    """Yield the parts of a span, without outer space, that end where ``pattern`` does."""
    cuts = [match.end() for match in pattern.finditer(shadow, start, end)]
    for left, right in pairwise((start, *cuts, end)):
        part = shadow[left:right]
        if part.strip():
            yield right - len(part.lstrip()), left + len(part.rstrip())


def _is_run(text: str) -> bool:
    if not exceeds(text, UNPUNCTUATED_WORDS):
        return False
    tail = text[-12:]
    marked = CLOSED.search(tail) is not None or _CLAUSE.search(tail) is not None
    return not marked or exceeds(text, _LONGEST_WORDS)


def exceeds(text: str, limit: int) -> bool:
    """Whether ``text`` has more words than ``limit``, or than its equivalent without spaces."""
    if len(text) < 2 * limit or (text.isascii() and text.count(" ") + text.count("\n") < limit):
        return False  # a word takes two characters, or where it takes one, more are allowed
    words = count_words(text)
    return words > limit and (words > limit * _UNSPACED_FACTOR or not is_unspaced(text))


def _windows(shadow: str, start: int, end: int) -> Iterator[Span]:
    unspaced = is_unspaced(shadow[start:end])
    size = round(_WINDOW_WORDS * (_UNSPACED_FACTOR if unspaced else 1))
    words = array("q", (match.start() for match in WORD.finditer(shadow, start, end)))
    first = 0
    while len(words) - first > 1.5 * size:
        choices = range(first + size, first + size // 2, -1)
        gaps = {i: _gap(shadow, words[i - 1], words[i]) for i in choices}
        clauses = (i for i, gap in gaps.items() if gap.ends_clause or (unspaced and gap.space))
        spaces = (i for i, gap in gaps.items() if unspaced or gap.space)
        behind = next(clauses, None) or next(spaces, first + size)
        cut = gaps[behind].cut
        yield start, start + len(shadow[start:cut].rstrip())
        start, first = cut, behind
    yield start, end


class _Gap(NamedTuple):
    """What lies between two words: is there a space, does a clause end, and where to cut."""

    space: bool
    ends_clause: bool
    cut: int


def _gap(shadow: str, before: int, after: int) -> _Gap:
    gap = shadow[before:after]
    space = _LAST_SPACE.search(gap)
    if space is None:
        return _Gap(False, _CLAUSE_END.search(gap) is not None, after)
    head = gap[: space.start()].rstrip()
    return _Gap(True, _CLAUSE_END.search(head) is not None, after - len(space[1]))
