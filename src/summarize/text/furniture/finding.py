"""Go through the paragraphs of a text: what is boilerplate, and of the rest, what is a heading.

:meta private:
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ..marks import FINAL_MARKS, OPENING_QUOTES, Span, letter_case
from .boilerplate import LONGEST, is_boilerplate
from .clauses import is_statement
from .credits import is_signature

__all__ = ["Furniture", "find_furniture"]

_HEADING_WORDS = 12
_UNSPACED_HEADING = 30  # characters, where there are no spaces between words
_LIST = 3  # so many unmarked lines in a row are a list, not headings
_PROSE = 0.6  # the share of a text that stands in closed paragraphs, if it has headings
_RULERS = frozenset("*-_=~#•·–—")
# What may follow a final mark: closing marks, an emoji, the number of a note, a link, a hashtag.
# Each character fits one alternative only, the first that does, so that none is tried twice.
_CLOSED = re.compile(
    rf"[{FINAL_MARKS}](?:\[[\w ]{{1,20}}\](?:: ?\d[\d–-]*+)?|(?<=\s)(?:https?://\S++|[#@]\w++)"
    rf"|[\W_¹²³⁰⁴-⁹])*+$"
)
_AFTER_MARK = 60  # characters, at most
_BULLETS = frozenset("-*•·‣▪–—|")
_NUMBERED = re.compile(r"\(?\d{1,2}[.)]\s")
_LABEL = re.compile(r"\S{1,20}(?: \S{1,20}){0,2}: ")
_CAPTION = re.compile(
    r"(?:Supplementary |Extended Data )?(?:Figure|Fig\.?|Table|Tab\.|Chart|Exhibit|Graphic|Plate"
    r"|Map|Box|Photo|Image|Listing|Algorithm|Abbildung|Abb\.?|Tabelle|Tableau|Figura|Tabla"
    r"|Grafik|Bild"
    r"|Tabella|Tabel|Рис\.|Таблица|FIGURE|FIG\.|TABLE|TABELLE|ABBILDUNG|FIGURA|TABLA|TABLEAU)"
    r" ?(?:[A-Z]?[\d.]*\d[a-z]?|[IVX]{1,5})(?: ?[:|–—]| ?\.(?= ?[A-Z]))|[图表図] ?\d+[:：. ]"
)
_LONGEST_CAPTION = 600
_SECTION = re.compile(
    r"(?:\d{1,2}(?:\.\d{1,2})*\.?|[IVX]{1,5}\.?|[A-Z]\.) [^\W\d_a-z][^.!?\n]{2,60}"
)
_EDITABLE = re.compile(
    r"\[(?:edit|edit source|bearbeiten|modifier|editar|modifica)[^\[\]]*\]$", re.I
)
_CHAPTER = re.compile(
    r"(?:chapter|book|part|act|scene|section|article|kapitel|teil|akt|szene|chapitre|livre|partie"
    r"|acte|scène|capítulo|parte|acto|escena|capitolo|atto|hoofdstuk|глава|часть)"
    r" (?:[ivxlcdm]{1,7}|\d{1,3}|the \w+|(?:twenty|thirty|forty|fifty)?[- ]?(?:one|two|three|four"
    r"|five|six|seven|eight|nine|ten|eleven|twelve|first|last))[.:]?(?: .{0,60})?",
    re.IGNORECASE,
)
_LONGEST_CHAPTER = 80
_OPENING_WORDS = 16
_TITLE_BLOCK = re.compile(
    r"@|\d{3,}|[¹²³⁴-⁹†‡§]|[:,;]$|^(?:By|From|To|For|No\.|Nr\.|Case|Contact|Date|Version|v\.?$"
    r"|vs)\b|\bv\.$"
    r"|^\W|https?:|www\."
)
_FORMULA = re.compile(r"[^\W\d_]{4,}")


class Furniture(NamedTuple):
    """The paragraphs of a text that are no part of it.

    Attributes:
        skipped: why, by their indices.
        title: where the first of them is a heading, its place.
    """

    skipped: Mapping[int, str]
    title: Span | None


_NOTHING = Furniture({}, None)


def find_furniture(text: str, paragraphs: Sequence[Span], *, bylines: bool = True) -> Furniture:
    r"""Find the paragraphs that are boilerplate or headings.

    A heading is a line of at most 12 words without a final mark, in front of a paragraph that has
    one; a line that states something, with a finite verb or a pronoun, is none. Any number of such
    lines that a text begins with are its title block. Only a text that mostly stands in paragraphs
    with a final mark has headings. Three such
    lines in a row, numbered lines one after the other, lines with a label that recurs (``Action:
    …``), one that leads in a quotation and the last line of a text are none. Where nothing else
    would be left, nothing is furniture.

    Args:
        text: the text, with plain spaces and line ends.
        paragraphs: where its paragraphs begin and end.
        bylines: whether lines that name the author or the time of publication count.

    >>> text = "Storm shuts port\nRead more: ten storms\nThe wall broke in the night."
    >>> find_furniture(text, [(0, 16), (17, 38), (39, 67)])
    Furniture(skipped={1: 'boilerplate', 0: 'title'}, title=(0, 16))
    """
    if len(paragraphs) < 2:
        return _NOTHING
    skipped: dict[int, str] = {}
    rest: list[int] = []
    for index, (start, end) in enumerate(paragraphs):
        if end - start <= LONGEST and is_boilerplate(text[start:end], bylines=bylines):
            skipped[index] = "boilerplate"
        elif end - start <= _LONGEST_CAPTION and _CAPTION.match(text, start, end):
            skipped[index] = "caption"
        elif text[start] not in _RULERS or any(map(str.isalnum, text[start:end])):
            rest.append(index)
    if not rest:
        return _NOTHING
    title = None
    for index in _headings(text, paragraphs, rest):
        skipped[index] = "heading"
        if index == rest[0]:
            skipped[index] = "title"
            named = _is_title(text, *paragraphs[index]) and not _is_chapter(
                text, *paragraphs[index]
            )
            title = paragraphs[index] if named else None
    return Furniture(skipped, title)


def _headings(text: str, paragraphs: Sequence[Span], rest: Sequence[int]) -> list[int]:
    """The indices of the headings among ``rest``, the paragraphs that are no boilerplate."""
    spans = [paragraphs[index] for index in rest]
    unclosed = [place for place, span in enumerate(spans) if not _is_closed(text, *span)]
    chapters = [rest[place] for place, span in enumerate(spans) if _is_chapter(text, *span)]
    if not unclosed:
        return chapters
    sizes = [end - start for start, end in spans]
    loose = [place for place in unclosed if not _is_clause(text, *spans[place])]
    if sum(sizes[place] for place in loose) > (1 - _PROSE) * sum(sizes):
        return chapters
    labels = [_label(text, *span) for span in spans]
    times = Counter(filter(None, labels))
    if times.total() > len(spans) / 2:
        return chapters  # a transcript
    opening = set(_title_block(text, spans, unclosed))
    headings = [*chapters, *(rest[place] for place in opening)]
    run: list[int] = []
    not_before_prose = {len(spans), *unclosed}
    sections = _sections(text, spans, unclosed)
    for place in unclosed:
        if place in opening or place in sections or _is_formula(text, *spans[place]):
            headings.append(rest[place])
            continue
        recurs = times[labels[place]] > 1  # "Action: …" in minutes
        kept = recurs or _is_item(text, spans, place) or _leads_in(text, spans, place)
        if kept or not _is_heading(text, *spans[place]):
            run = []
            continue
        run = [*run, place] if run and run[-1] == place - 1 else [place]
        before_prose = place + 1 not in not_before_prose
        if place == 0 and not before_prose:
            before_prose = 2 not in not_before_prose  # a title, and a line that says more
        if before_prose and len(run) < _LIST:
            headings.extend(rest[i] for i in run)
    return headings


def _sections(text: str, spans: Sequence[Span], unclosed: Sequence[int]) -> set[int]:
    """Headings with numbers, as ``2.1 Data``, three or more and none beside another; a wiki's."""
    found = {
        place
        for place in unclosed
        if _SECTION.fullmatch(text, *spans[place]) and not is_statement(text[slice(*spans[place])])
    }
    beside = any(place + 1 in found for place in found)
    wiki = {place for place in unclosed if _EDITABLE.search(text[slice(*spans[place])])}
    return wiki | (found if len(found) >= _LIST and not beside else set())


def _is_clause(text: str, start: int, end: int) -> bool:
    """Whether a paragraph is one of several clauses of a long sentence, as in a law."""
    return text[end - 1] in ";:" and text.count(" ", start, end) >= _HEADING_WORDS


def _is_chapter(text: str, start: int, end: int) -> bool:
    """Whether a line is "CHAPTER I." and the like, with or without a final mark."""
    return end - start < _LONGEST_CHAPTER and _CHAPTER.fullmatch(text, start, end) is not None


def _is_formula(text: str, start: int, end: int) -> bool:
    return (
        end - start <= LONGEST and "=" in text[start:end] and not _FORMULA.search(text, start, end)
    )


def _title_block(text: str, spans: Sequence[Span], unclosed: Sequence[int]) -> Iterator[int]:
    """The lines that a text opens with before its first sentence, if they are three or more.

    Names, places, numbers and dates, such as the parties of a case or the authors of a paper. What
    may be a list of facts is none.
    """
    without_mark = set(unclosed)
    behind = 0
    for place, (start, end) in enumerate(spans[:-1]):
        line = text[start:end]
        if end - start > LONGEST or line.count(" ") >= _OPENING_WORDS:
            break
        if is_statement(line.rstrip(".")) or line[0] in _BULLETS or _NUMBERED.match(line):
            break
        if place in without_mark:
            if place > 1 and not _is_of_a_title_block(line):
                break
            behind = place + 1
        elif place > behind + 3:
            break
    if sum(place in without_mark for place in range(behind)) >= _LIST:
        yield from range(behind)


def _is_of_a_title_block(line: str) -> bool:
    words = [word for word in re.findall(r"[^\W\d_]+", line) if len(word) > 3]
    return all(word[0].isupper() for word in words) or _TITLE_BLOCK.search(line) is not None


def _is_closed(text: str, start: int, end: int) -> bool:
    if text[end - 1] in ".!?":
        return True
    return _CLOSED.search(text, max(start, end - _AFTER_MARK), end) is not None


def _is_heading(text: str, start: int, end: int) -> bool:
    """Whether an unclosed paragraph looks like a heading."""
    if end - start > LONGEST:
        return False
    line = text[start:end]
    if "\n" in line or line[-1] in ",;-–—" or line[0] in _BULLETS:
        return False
    words = line.count(" ") + 1
    if words > _HEADING_WORDS or (words == 1 and len(line) > _UNSPACED_HEADING):
        return False
    return letter_case(line) != "lower" and not is_signature(line) and not is_statement(line)


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
