"""The items of a list that stands in one paragraph: "1. Open the valve. 2. Wait".

:meta private:
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..marks import CLOSERS, FINAL_MARKS, OPENERS, Span

__all__ = ["item_spans", "may_be_list"]

_BULLETS = "•⁃▪‣◦●■"
_MARKER = re.compile(
    rf"""(?<!\S)(?:
    (?P<bullet>[{_BULLETS}])\s*+(?:\d{{1,3}}[.)]\s++)?
    | (?P<open>\(?)(?:(?P<number>\d{{1,3}})|(?P<roman>[ivx]{{1,5}})|(?P<letter>[a-z]))
      (?P<close>\)\.?|\.)\s++
    )(?=[{OPENERS}]*+[^\Wa-zß-öø-ÿа-я_])""",
    re.VERBOSE,
)
# A list has one of these; finding that there is none is far faster.
_FIRST = re.compile(rf"\(?(?:\d{{1,3}}|[a-z]{{1,5}})[.)]|[{_BULLETS}]")
_BEGINNINGS = frozenset(f"(0123456789abcdefghijklmnopqrstuvwxyz{_BULLETS}")
_BEFORE = re.compile(rf"[{FINAL_MARKS}:;][{CLOSERS}]*+\s*+$")
_ROMAN = {
    numeral: value
    for value, numeral in enumerate(
        "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx".split(), start=1
    )
}


def item_spans(shadow: str, start: int, end: int) -> Iterator[Span]:
    """Yield the paragraph ``shadow[start:end]`` itself or, where it is a list, its items.

    Markers of one style that count on from the paragraph's first word, or from one, a or i behind
    a final mark, make a list; so do recurring bullets behind a first one.

    >>> text = "1) The first item 2) The second item"
    >>> [text[slice(*span)] for span in item_spans(text, 0, len(text))]
    ['1) The first item', '2) The second item']
    """
    left = start
    for place in _item_starts(shadow, start, end):
        yield left, left + len(shadow[left:place].rstrip())
        left = place
    yield left, end


def may_be_list(paragraph: str) -> bool:
    """Whether a paragraph may be a list; most are none, and need no closer look."""
    if paragraph[0] in _BEGINNINGS and _FIRST.match(paragraph):
        return True
    return "1" in paragraph and (" 1. " in paragraph or "1) " in paragraph)


def _item_starts(shadow: str, start: int, end: int) -> list[int]:
    lists: dict[tuple[str, ...], list[tuple[int, int]]] = {}  # by style: number, place
    found: set[int] = set()
    for marker in _MARKER.finditer(shadow, start, end):
        place = marker.start()
        opens = place == start or _BEFORE.search(shadow, max(start, place - 8), place) is not None
        for style, value in _readings(marker):
            known = lists.get(style)
            if known and (style[0] in _BULLETS or known[-1][0] + 1 == value):
                found.update((known[-1][1], place))
                known.append((value, place))
            elif opens and (value == 1 or place == start):
                lists[style] = [(value, place)]
    return sorted(found - {start})


def _readings(marker: re.Match[str]) -> Iterator[tuple[tuple[str, ...], int]]:
    """Yield the style and the number of a marker; an "i" may be a number or a letter."""
    if marker["bullet"]:
        yield (marker["bullet"],), 1
        return
    style = marker["open"], marker["close"]
    if marker["number"]:
        yield ("number", *style), int(marker["number"])
        return
    letters = marker["roman"] or marker["letter"]
    if letters in _ROMAN:
        yield ("roman", *style), _ROMAN[letters]
    if len(letters) == 1:
        yield ("letter", *style), ord(letters) - ord("a") + 1
