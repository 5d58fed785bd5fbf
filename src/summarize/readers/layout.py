"""From the printed lines of pages back to paragraphs.

:meta private:
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from unicodedata import normalize

from ..text.lines import known_words, on_one_line
from ..text.marks import CLOSED

__all__ = ["Line", "rebuild"]

_BULLET = re.compile(r"[•▪‣◦●■–*·]\s")
_ITEM = re.compile(r"(?:[•▪‣◦●■–*·]|\(?[0-9ivx]{1,4}[.)]|\[\w{1,8}\])\s")
_CAPTION = re.compile(
    r"(?:Figure|Fig\.?|Table|Tab\.|Abbildung|Abb\.|Tabelle|Tableau|Figura|Tabla|Рис\.|Табл\.|[图表圖])"
    r"\s*[\dIVX]+(?:\.\d+)*\s*[.:|–—]"
)
_LEADERS = re.compile(r"(?:\s?[.·…]){4,}\s*[\divxlc]+$")
_NUMBERED_HEAD = re.compile(
    r"(?:\d{1,4}|[ivxlc]{1,7})\s+[^a-zß-ÿ]{3,90}|[^a-zß-ÿ]{3,90}\s(?:\d{1,4}|[ivxlc]{1,7})"
)
_NUMERALS = frozenset("0123456789ivxlc")
_PAGE_NUMBER = re.compile(
    r"[\W_]*(?:page|seite|p\.|s\.|pág\.?|стр\.)?\s*(?:\d{1,5}|[ivxlc]{1,7})"
    r"(?:\s*(?:of|/|von|de|sur|из)\s*\d{1,5})?[\W_]*",
    re.IGNORECASE,
)
# What browsers print at the edges of a page: the time and the title, the address and the number.
_PRINTED = re.compile(
    r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4},? \d{1,2}:\d\d.*|(?:https?|file)://\S+(?:\s+\d+/\d+)?"
)
_REFERENCES = re.compile(
    r"(?:[\dIVX]{1,4}\.?\s+)?(?:References(?: and notes)?|Bibliography|Works cited|"
    r"Literature(?: cited)?|Literatur(?:verzeichnis)?|Quellen(?:verzeichnis)?|Références|"
    r"Bibliographie|Referencias|Bibliografía|Bibliografia|Riferimenti|Referências|Literatuur|Литература|参考文献)\s*:?",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+|\b[ivxlc]+\b")
_MARK = re.compile(r"\d{1,3}(?:[,–-]\d{1,3})*|[*†‡§¶]{1,3}")
_DIVIDED = re.compile(r"[^\W\d_]+-$")
_WORD = re.compile(r"[^\W\d_]+")
_LONG_WORD = 100  # characters
_FEW_INITIALS = 9  # of a page: more are no initials
_NOTE = re.compile(r"(?:\d{1,3}|[*†‡§¶]{1,3})[.)]?\s*[^\W\d_]")
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st"}

# Old fonts of TeX print an accent by itself, before its letter.
_ACCENTS = dict(
    zip(
        "´¨ˆ˜¯˘ˇ˙˝˚`",
        "\u0301\u0308\u0302\u0303\u0304\u0306\u030c\u0307\u030b\u030a\u0300",
        strict=True,
    )
)
_ACCENTED = re.compile("([´¨ˆ˜¯˘ˇ˙˝˚]|(?<=[^\\W\\d_])`)([A-Za-zı])")

_EDGE_LINES = 2  # at the top and at the bottom, where running heads and feet stand
_SAME_PLACE = 3.0  # points
_LARGER = 1.12
_SMALLER = 0.92
_COLUMN = 16  # characters of its lines on average, or it is a table's
_COLUMN_LINES = 4
_APART = 3.0  # of the type's size, between rows of different things
_SMALL = 0.83  # of the body's size: type of captions and notes
_FEW_WORDS = 60  # of a paragraph in small type that is a caption or a note
_DIVIDING = 0.02  # of the lines: fewer end in a hyphen where no word is divided
_MANY_LINES = 50
_HEADING_LENGTH, _BOLD_HEADING_LENGTH = 200, 100
_HEADING_WORDS = 12


@dataclass(slots=True)
class Line:
    """A printed line: its words, where it begins (in points, y upwards) and its type.

    ``end`` is where it ends, 0 where that is not known. ``marks`` is how many marks of notes were
    taken out of it, and ``noted`` whether one opened it.
    """

    text: str
    x: float
    y: float
    size: float
    bold: bool = False
    mono: bool = False
    end: float = 0.0
    marks: int = 0
    noted: bool = False


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
    pages = [
        _in_order(list(_without_loose_marks([line for line in page if _tidy(line)])))
        for page in pages
    ]
    body = _body_type(pages)
    pages = [_without_notes(page, body) for page in pages]
    left = list(_without_running_lines(pages, body))
    pages = left if any(left) else pages
    title = _title(pages[0], body) if pages else None
    groups = _without_authors(list(_groups(pages, body)), pages)
    groups = _without_small_print(groups, body)
    known = _known(groups)
    paragraphs = (on_one_line([line.text for line in group], known) for group in groups)
    return [text for text in paragraphs if text and not _CAPTION.match(text)], title


def _tidy(line: Line) -> bool:
    text = line.text
    if not text.isascii() or "`" in text:
        text = _ACCENTED.sub(_composed, text.translate(_LIGATURES))
    line.text = " ".join(text.split())
    return bool(line.text)


def _composed(match: re.Match[str]) -> str:
    letter = normalize("NFC", match[2].replace("ı", "i") + _ACCENTS[match[1]])
    return letter if len(letter) == 1 else match[0]


def _without_loose_marks(page: Sequence[Line]) -> Iterator[Line]:
    """Leave out marks of notes that stand by themselves, small and above the line beside them."""
    before: Line | None = None
    for place, line in enumerate(page):
        if _MARK.fullmatch(line.text) and len(page) > 1:
            behind = page[place + 1] if place + 1 < len(page) else None
            if before is not None and _is_mark_of(line, before):
                before.marks += 1
                continue
            if behind is not None and _is_mark_of(line, behind):
                behind.marks += 1
                behind.noted = True
                continue
        yield line
        before = line


def _is_mark_of(mark: Line, line: Line) -> bool:
    return mark.size < 0.85 * line.size and 0.15 < (mark.y - line.y) / line.size < 0.7


def _in_order(page: list[Line]) -> list[Line]:
    """Put columns that were drawn row by row one after the other; join the cells of other rows."""
    rows: list[list[Line]] = []
    for line in page:
        if rows and line.end and _is_beside(rows[-1][-1], line):
            rows[-1].append(line)
        else:
            rows.append([line])
    ordered: list[Line] = []
    at = 0
    while at < len(rows):
        count, gutter = (0, 0.0) if len(rows[at]) == 1 else _columns(rows, at)
        if count:
            lines = [line for row in rows[at : at + count] for line in row]
            ordered += _in_order([line for line in lines if line.x < gutter])
            ordered += _in_order([line for line in lines if line.x >= gutter])
        else:
            ordered.append(_row(rows[at]))
        at += count or 1
    return ordered


def _is_beside(left: Line, right: Line) -> bool:
    return abs(left.y - right.y) < 0.3 * right.size and right.x >= left.end > 0


def _columns(rows: Sequence[Sequence[Line]], at: int) -> tuple[int, float]:
    """How many rows from ``at`` on are two or more columns of text, and what parts the first two.

    Text, unlike a table's cells, has long lines on both sides.
    """
    low, high = rows[at][0].end, rows[at][1].x
    sides: tuple[list[int], list[int]] = [], []
    count = shared = 0
    above = rows[at][0].y
    for row in rows[at:]:
        if above - row[0].y > _APART * row[0].size:
            break
        above = row[0].y
        left = [line for line in row if line.x < high]
        right = [line for line in row if line.x >= high]
        new_low = max([low, *(line.end for line in left)])
        new_high = min([high, *(line.x for line in right)])
        if new_low >= new_high or len(left) > 1 or not (left or right):
            break
        low, high = new_low, new_high
        count += 1
        shared += bool(left and right)
        sides[0].extend(len(line.text) for line in left)
        sides[1].extend(len(line.text) for line in right)
    if shared < _COLUMN_LINES or 2 * shared < count:
        return 0, 0.0
    narrow = any(sum(lengths) < _COLUMN * len(lengths) for lengths in sides)
    return (0, 0.0) if narrow else (count, high)


def _row(cells: Sequence[Line]) -> Line:
    if len(cells) == 1:
        return cells[0]
    text = cells[0].text
    for left, right in pairwise(cells):
        text += (" " if right.x - left.end > 0.15 * right.size else "") + right.text
    return replace(
        cells[0],
        text=text,
        bold=all(cell.bold for cell in cells),
        mono=all(cell.mono for cell in cells),
        end=cells[-1].end,
        marks=sum(cell.marks for cell in cells),
    )


def _without_notes(page: Sequence[Line], body: _Type) -> list[Line]:
    """Leave out the notes at the foot: small lines from one on that a note's mark opens."""
    kept: list[Line] = []
    notes: list[Line] = []
    lowest = min((line.y for line in page), default=0.0)
    highest = max((line.y for line in page), default=0.0)
    for line in page:
        small = line.size <= _SMALLER * body.size
        low = line.y < lowest + 0.4 * (highest - lowest)
        opens = line.noted or _NOTE.match(line.text) is not None
        if small and ((low and opens) or (notes and line.y < notes[-1].y)):
            notes.append(line)
        else:
            kept.append(line)
            if line.y < lowest + 0.9 * (highest - lowest):  # else a page number or a head
                notes = notes if small else []
    return kept


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
    return [
        line
        for line in page
        if line.y in found and line.size < _LARGER * body.size and not _is_final(line.text)
    ]


def _near(line: Line, heights: Sequence[float]) -> int:
    """How many of ``heights``, in rising order, are that of ``line``."""
    low = bisect_left(heights, line.y - _SAME_PLACE)
    return bisect_right(heights, line.y + _SAME_PLACE) - low


def _is_page_number(text: str) -> bool:
    if _PRINTED.fullmatch(text) or (_NUMBERED_HEAD.fullmatch(text) and _WORD.search(text)):
        return True
    return len(text) < 60 and _PAGE_NUMBER.fullmatch(text) is not None


def _is_final(text: str) -> bool:
    """Whether a sentence ends with ``text``."""
    return CLOSED.search(text[-20:]) is not None


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
    page = [line for line in page if not _is_initial(line, body)]
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
    if line.mono and not body.mono:
        return True
    return line.text[-1] in _NUMERALS and _LEADERS.search(line.text[-60:]) is not None


def _groups(pages: Sequence[Sequence[Line]], body: _Type) -> Iterator[list[Line]]:
    """Yield the lines of each paragraph, but for those under a heading such as "References"."""
    group: list[Line] = []
    under: Line | None = None
    for number, page in enumerate(pages):
        above: Line | None = None
        set_off = set(map(id, _set_off(page, body, opens=number == 0)))
        for line in _with_initials(page, body):
            left_out = _is_left_out(line, body) and id(line) not in set_off
            if 2 * number >= len(pages) - 1 and _REFERENCES.fullmatch(line.text):
                under = line
            elif under is not None and left_out and line.size > under.size - 0.6:
                under = None
            if left_out or under is not None:
                above = line
                continue
            if group and (
                _starts_paragraph(group[-1], line, group, body)
                if above is group[-1]
                else _starts_anew(group[-1], line, left_out=above is not None)
            ):
                yield group
                group = []
            group.append(line)
            above = line
    if group:
        yield group


def _without_authors(groups: list[list[Line]], pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Leave out, before the first paragraph, names and addresses with marks that join them."""
    first = set(map(id, pages[0])) if pages else set()
    kept = []
    opening = True
    for group in groups:
        ended = _is_final(group[-1].text)
        opening = opening and id(group[0]) in first and not (ended and _is_text(group))
        marked = any(line.marks or "@" in line.text for line in group)
        if not (opening and ((marked and not ended) or group[0].noted)):
            kept.append(group)
    return kept if kept else groups


def _without_small_print(groups: list[list[Line]], body: _Type) -> list[list[Line]]:
    """Leave out short paragraphs in small type, as of captions and notes, unless they are many."""
    kept = [
        group
        for group in groups
        if max(line.size for line in group) > _SMALL * body.size
        or sum(len(line.text.split()) for line in group) > _FEW_WORDS
    ]
    letters, left = (
        sum(len(line.text) for group in some for line in group) for some in (groups, kept)
    )
    return kept if left > 0.7 * letters else groups


def _known(groups: list[list[Line]]) -> Counter[str]:
    """The words by which a word with a hyphen at a line's end is judged.

    Where few lines end in a hyphen, no word is divided, and each of these is a word with a hyphen.
    """
    found = [
        (start[0].lower(), end[0].lower())
        for group in groups
        for above, line in pairwise(group)
        if above.text[-1] == "-"
        and (start := _DIVIDED.search(above.text[-_LONG_WORD:]))
        and (end := _WORD.match(line.text))
    ]
    if not found:
        return Counter()
    known = known_words(line.text for group in groups for line in group)
    lines = sum(map(len, groups))
    few = lines >= _MANY_LINES and len(found) <= _DIVIDING * lines
    if few and not any(known[start[:-1] + end] for start, end in found):
        known.update(start + end for start, end in found)
    return known


def _is_text(group: Sequence[Line]) -> bool:
    return not group[0].noted and sum(len(line.text.split()) for line in group) > _HEADING_WORDS


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
    """Put a large first letter in front of its word: the highest line beside it."""
    initials = [line for line in page if _is_initial(line, body)]
    for initial in initials if len(initials) <= _FEW_INITIALS else ():
        top = initial.y + 0.8 * initial.size
        beside = [
            line
            for line in page
            if initial.y - 0.5 * body.size < line.y < top
            and 0 <= line.x - initial.x < 1.5 * initial.size
            and not _is_left_out(line, body)
        ]
        if beside:
            line = max(beside, key=lambda each: each.y)
            line.text = initial.text + line.text
    return (line for line in page if not _is_initial(line, body))


def _is_initial(line: Line, body: _Type) -> bool:
    return len(line.text) == 1 and line.text.isalpha() and line.size > 1.8 * body.size


def _starts_anew(before: Line, line: Line, *, left_out: bool) -> bool:
    """Whether a paragraph begins behind a page's end, or behind what is left out."""
    if _is_final(before.text) or _ITEM.match(line.text):
        return True
    return left_out and not (line.text[:1].islower() and before.text[-1] != ":")


def _starts_paragraph(above: Line, line: Line, group: Sequence[Line], body: _Type) -> bool:
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
