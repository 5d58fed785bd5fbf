"""What is passed over: where, why, and what a text looks like without it.

:meta private:
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..marks import LINE, Span

__all__ = ["UNCOUNTED", "Line", "Skipped", "blanked", "lines_of", "without"]

UNCOUNTED = frozenset(("dateline", "label"))
"""Reasons that are no lines of their own: what stands before a sentence."""


class Skipped(NamedTuple):
    """A part of a document's text that is in none of its sentences.

    Attributes:
        start, end: its place: ``document.text[start:end]``, in characters.
        reason: what it was taken for: ``"heading"``, ``"title"``, ``"boilerplate"``, ``"caption"``,
            ``"table"``, ``"recurring line"``, ``"references"``, ``"contents"``, ``"licence"``,
            ``"mail header"``, ``"quoted mail"``, ``"greeting"``, ``"signature"``, ``"notice"``,
            ``"assent"`` (a turn that is no more than "Mm-hmm."), ``"label"`` (a speaker's name or
            a time before what is said) or ``"dateline"``.
    """

    start: int
    end: int
    reason: str


class Line(NamedTuple):
    """A line of a text that is not blank, without the space around it.

    Attributes:
        start, end: its place.
        text: what stands there.
        opens: whether a blank line, or nothing, stands before it.
    """

    start: int
    end: int
    text: str
    opens: bool


def lines_of(shadow: str) -> list[Line]:
    """Return the lines of a text that are not blank."""
    lines: list[Line] = []
    before = 0
    for match in LINE.finditer(shadow):
        start, end = match.span()
        opens = not lines or shadow.count("\n", before, start) > 1
        lines.append(Line(start, end, match[0], opens))
        before = end
    return lines


def blanked(shadow: str, spans: Iterable[Skipped | Span]) -> str:
    r"""Return ``shadow`` with line ends in place of some parts of it, which end paragraphs.

    >>> blanked("Ada: It rained.", [(0, 4)])
    '\n\n\n\n It rained.'
    """
    parts: list[str] = []
    at = 0
    for start, end, *_ in sorted(spans):
        if end > at:
            first = max(start, at)
            parts += (shadow[at:first], "\n" * (end - first))
            at = end
    return "".join((*parts, shadow[at:]))


def without(lines: Sequence[Line], skipped: Sequence[Skipped]) -> list[Line]:
    """Return the lines that begin in none of the parts skipped so far."""
    parts = sorted(skipped)
    starts = [part.start for part in parts]
    left = []
    for line in lines:
        before = bisect.bisect_right(starts, line.start)
        if not before or parts[before - 1].end <= line.start:
            left.append(line)
    return left
