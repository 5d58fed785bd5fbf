"""From the printed lines of pages back to paragraphs.

:meta private:
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["Line", "rebuild"]

_FINAL = re.compile(r"[.!?…。！？][\"'”’»)\]]*$")
_BULLET = re.compile(r"[•▪‣◦●■–*·]\s")
_ITEM = re.compile(r"(?:[•▪‣◦●■–*·]|\(?[0-9ivx]{1,4}[.)]|\[\w{1,8}\])\s")
_CAPTION = re.compile(
    r"(?:Figure|Fig\.?|Table|Tab\.|Abbildung|Abb\.|Tabelle|Tableau|Figura|Tabla|Рис\.|Табл\.|[图表圖])"
    r"\s*[\dIVX]+(?:\.\d+)*\s*[.:|–—]"
)
_LEADERS = re.compile(r"(?:\s?[.·…]){4,}\s*[\divxlc]+$")
_PAGE_NUMBER = re.compile(
    r"[\W_]*(?:page|seite|p\.|s\.|pág\.?|стр\.)?\s*(?:\d{1,5}|[ivxlc]{1,7})"
    r"(?:\s*(?:of|/|von|de|sur|из)\s*\d{1,5})?[\W_]*",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+|\b[ivxlc]+\b")
_HYPHEN = re.compile(r"(?<=\w)[-\u00ad\u2010]$")
_WORDS = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
_LAST_WORD = re.compile(r"[^\W\d_]+$")
_CONJUNCTION = re.compile(r"(?:und|oder|bzw|sowie|and|or|och|eller|og|en|of)\b")  # Nord- und Süd
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st"}

_EDGE_LINES = 2  # at the top and at the bottom, where running heads and feet stand
_SAME_PLACE = 3.0  # points
_LARGER = 1.12
_HEADING_LENGTH, _BOLD_HEADING_LENGTH = 200, 100
_HEADING_WORDS = 12


@dataclass(slots=True)
class Line:
    """A printed line: its words, where it begins (in points, y upwards) and its type."""

    text: str
    x: float
    y: float
    size: float
    bold: bool = False
    mono: bool = False


@dataclass(frozen=True, slots=True)
class _Type:
    """What most of a document is printed in."""

    size: float
    leading: float
    length: int  # characters of a full line
    bold: bool
    mono: bool


def rebuild(pages: Sequence[Sequence[Line]]) -> tuple[list[str], str | None]:
    """Return the paragraphs of running text on ``pages``, and the title on the first.

    Running heads and feet, page numbers, headings (in larger or bold type), captions, listings
    (in typewriter type) and tables of contents are left out; an opening in larger or bold type
    that ends as a sentence does is not. A word divided at a line's end is made whole; a hyphen
    stays where the text elsewhere has the word with it.

    >>> page = [Line("Heavy rain closed the har-", 72, 700, 10), Line("bour wall.", 72, 688, 10)]
    >>> rebuild([page])
    (['Heavy rain closed the harbour wall.'], None)
    """
    pages = [[line for line in page if _tidy(line)] for page in pages]
    body = _body_type(pages)
    left = list(_without_running_lines(pages, body))
    pages = left if any(left) else pages
    title = _title(pages[0], body) if pages else None
    groups = list(_groups(pages, body))
    known = Counter(
        word.lower() for group in groups for line in group for word in _WORDS.findall(line.text)
    )
    paragraphs = (_joined([line.text for line in group], known) for group in groups)
    return [text for text in paragraphs if text and not _CAPTION.match(text)], title


def _tidy(line: Line) -> bool:
    line.text = " ".join(line.text.translate(_LIGATURES).split())
    return bool(line.text)


def _without_running_lines(pages: Sequence[Sequence[Line]], body: _Type) -> Iterator[list[Line]]:
    """Leave out what recurs at the top or bottom of pages, or stands apart there on most."""
    edges = [_edge_lines(page, _EDGE_LINES) for page in pages]
    apart = [_lines_apart(page, body) for page in pages]
    places: dict[str, list[float]] = {}
    for lines in edges:
        for line in lines:
            places.setdefault(_shape(line), []).append(line.y)
    for known in places.values():
        known.sort()
    heights = sorted(line.y for lines in apart for line in lines)
    enough = 2 if len(pages) == 2 else 3
    most = max(3, len(pages) / 2)
    for page, outer, alone in zip(pages, edges, apart, strict=True):
        running = {id(line) for line in outer if _near(line, places[_shape(line)]) >= enough} | {
            id(line) for line in alone if _near(line, heights) >= most
        }
        left = [line for line in page if id(line) not in running]
        numbers = {id(line) for line in _edge_lines(left, 1) if _is_page_number(line.text)}
        yield [line for line in left if id(line) not in numbers]


def _edge_lines(page: Sequence[Line], count: int) -> list[Line]:
    heights = sorted({line.y for line in page})
    outer = {*heights[:count], *heights[-count:]}
    return [line for line in page if line.y in outer]


def _lines_apart(page: Sequence[Line], body: _Type) -> list[Line]:
    """The first and the last line of a page, where a gap is between them and the rest."""
    heights = sorted({line.y for line in page})
    found = set()
    if len(heights) > 2:
        if heights[-1] - heights[-2] > 1.5 * body.leading:
            found.add(heights[-1])
        if heights[1] - heights[0] > 1.5 * body.leading:
            found.add(heights[0])
    return [line for line in page if line.y in found and not _is_final(line.text)]


def _near(line: Line, heights: Sequence[float]) -> int:
    """How many of ``heights``, in rising order, are that of ``line``."""
    low = bisect_left(heights, line.y - _SAME_PLACE)
    return bisect_right(heights, line.y + _SAME_PLACE) - low


def _is_page_number(text: str) -> bool:
    return len(text) < 60 and _PAGE_NUMBER.fullmatch(text) is not None


def _is_final(text: str) -> bool:
    """Whether a sentence ends with ``text``."""
    return _FINAL.search(text[-20:]) is not None


def _shape(line: Line) -> str:
    """What recurs of a line: all of a sentence, else all but its numbers."""
    text = line.text.lower()
    return text if _is_final(text) else _NUMBER.sub("#", text)


def _body_type(pages: Sequence[Sequence[Line]]) -> _Type:
    lines = [line for page in pages for line in page]
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size * 2) / 2] += len(line.text)
    size = max(sizes, key=sizes.__getitem__, default=10.0) or 10.0
    steps: Counter[float] = Counter()
    for page in pages:
        for above, below in pairwise(page):
            step = above.y - below.y
            if 0.7 * size < step < 4 * size:
                steps[round(step * 2) / 2] += 1
    leading = max(steps, key=lambda step: (steps[step], -step), default=1.2 * size)
    own = [line for line in lines if abs(line.size - size) < 0.6] or lines
    lengths = sorted(len(line.text) for line in own) or [0]
    letters = sum(len(line.text) for line in own)
    return _Type(
        size,
        leading,
        lengths[int(0.8 * (len(lengths) - 1))],
        2 * sum(len(line.text) for line in own if line.bold) > letters,
        2 * sum(len(line.text) for line in own if line.mono) > letters,
    )


def _title(page: Sequence[Line], body: _Type) -> str | None:
    largest = max((line.size for line in page), default=0.0)
    if largest < _LARGER * body.size:
        return None
    lines = [line.text for line in page if line.size > 0.98 * largest]
    title = " ".join(lines)
    return title if len(title) <= _HEADING_LENGTH and len(title) > 3 else None


def _is_left_out(line: Line, body: _Type) -> bool:
    if line.size >= _LARGER * body.size and len(line.text) <= _HEADING_LENGTH:
        return True
    if line.bold and not body.bold and len(line.text) <= _BOLD_HEADING_LENGTH:
        return not _is_final(line.text)
    return (line.mono and not body.mono) or _LEADERS.search(line.text[-60:]) is not None


def _groups(pages: Sequence[Sequence[Line]], body: _Type) -> Iterator[list[Line]]:
    """Yield the lines of each paragraph."""
    group: list[Line] = []
    for number, page in enumerate(pages):
        above: Line | None = None
        set_off = set(map(id, _set_off(page, body, opens=number == 0)))
        for line in _with_initials(page, body):
            if _is_left_out(line, body) and id(line) not in set_off:
                above = line
                continue
            if group and (
                _parts(group[-1], line, group, body)
                if above is group[-1]
                else _starts_anew(group[-1], line, left_out=above is not None)
            ):
                yield group
                group = []
            group.append(line)
            above = line
    if group:
        yield group


def _set_off(page: Sequence[Line], body: _Type, *, opens: bool) -> Iterator[Line]:
    """Yield the lines in bold or large type that are no heading: they end as a sentence does.

    In bold type that may be a question of an interview; in large type, the opening of an article,
    for what is so large further down repeats it.
    """
    run: list[Line] = []
    for line in [*page, None]:
        if run and (line is None or not _goes_on(run[-1], line)):
            large = run[0].size >= _LARGER * body.size
            words = sum(len(each.text.split()) for each in run)
            bold = run[0].bold and not body.bold
            fits = opens and words > _HEADING_WORDS if large else bold
            if fits and not run[0].mono and _is_final(run[-1].text):
                yield from run
            opens = opens and (large or bold or not _is_final(run[-1].text))
            run = []
        if line is not None:
            run.append(line)


def _goes_on(above: Line, line: Line) -> bool:
    """Whether a line is of the same type as that above it, and close to it."""
    same = abs(above.size - line.size) < 0.6 and (above.bold, above.mono) == (line.bold, line.mono)
    return same and 0 < above.y - line.y < 1.8 * line.size


def _with_initials(page: Sequence[Line], body: _Type) -> Iterator[Line]:
    """Put a large first letter in front of its word."""
    initial = ""
    for line in page:
        if len(line.text) == 1 and line.text.isalpha() and line.size > 1.8 * body.size:
            initial = line.text
            continue
        if initial and not _is_left_out(line, body):
            line.text, initial = initial + line.text, ""
        yield line


def _starts_anew(before: Line, line: Line, *, left_out: bool) -> bool:
    """Whether a paragraph begins behind a page's end, or behind what is left out."""
    if _is_final(before.text) or _ITEM.match(line.text):
        return True
    return left_out and not (line.text[:1].islower() and before.text[-1] != ":")


def _parts(above: Line, line: Line, group: Sequence[Line], body: _Type) -> bool:
    """Whether a paragraph ends between two lines that follow each other on a page."""
    step = above.y - line.y
    size = max(line.size, 1.0)
    ended = _is_final(above.text)
    if step < -0.3 * size:  # the next column, or a box beside
        return ended or _ITEM.match(line.text) is not None
    if step < 0.3 * size:
        return False
    if step > 1.3 * body.leading * max(1.0, size / body.size):
        return True
    if _BULLET.match(line.text) or _CAPTION.match(line.text):
        return True
    short = len(above.text) < 0.75 * body.length
    if _ITEM.match(line.text) and (ended or short):
        return True
    if abs(above.size - line.size) > 0.15 * size and ended:
        return True
    hanging = len(group) == 1 and _ITEM.match(above.text)
    indented = line.x - above.x > 0.6 * size and not hanging
    return (ended and (indented or short)) or (indented and short)


def _joined(lines: Iterable[str], known: Counter[str]) -> str:
    parts: list[str] = []
    for line in lines:
        if not parts or not _HYPHEN.search(parts[-1]) or _CONJUNCTION.match(line):
            parts += (" ", line)
            continue
        if line[:1].islower() and not _keeps_hyphen(parts[-1], line, known):
            parts[-1] = parts[-1][:-1]
        parts.append(line)
    return "".join(parts[1:])


def _keeps_hyphen(above: str, line: str, known: Counter[str]) -> bool:
    """Whether the text has a divided word more often with a hyphen than without one."""
    first, last = _WORDS.search(line), _LAST_WORD.search(above[:-1])
    if above[-1] == "\u00ad" or first is None or last is None:
        return False
    start, end = last[0].lower(), first[0].lower()
    return known[f"{start}-{end}"] > known[f"{start}{end}"]
