"""Whole parts of a text that are no part of its story: licences, contents, references, rows.

:meta private:
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ..marks import CLOSED, letter_case
from .clauses import DECIDED, is_statement
from .skipping import Line, Skipped

__all__ = ["find_sections"]

_LONG = 200
_START = re.compile(r"\*{2,3} ?START OF (?:THE|THIS) .*|\*END\*? ?THE SMALL PRINT.*", re.IGNORECASE)
_END = re.compile(
    r"\*{2,3} ?END OF (?:THE|THIS) .*|End of (?:the )?Project .{3,120}E-?(?:book|text).*",
    re.IGNORECASE,
)
_REFERENCES = re.compile(
    r"(?:[\dIVX]{1,4}[.)]? |[A-Z][.)] )?(?:references?(?: and notes| cited)?|bibliography"
    r"|works cited|literature cited|notes(?: and references)?|footnotes|endnotes|citations"
    r"|further reading|external links|see also|sources|literatur(?:verzeichnis)?"
    r"|quellen(?:verzeichnis)?|einzelnachweise|weblinks|siehe auch"
    r"|références(?: bibliographiques)?|bibliographie|notes et références|liens externes"
    r"|voir aussi|referencias(?: bibliográficas)?|bibliografía"
    r"|enlaces externos|véase también|bibliografia|riferimenti(?: bibliografici)?|note"
    r"|collegamenti esterni|referências|参考文献|参考资料|脚注|外部链接|関連項目|출처|각주"
    r"|참고 문헌|литература|примечания|ссылки)(?:\[[\w |]{1,20}\])*:?",
    re.IGNORECASE,
)
_ENTRY = re.compile(
    r"\[\w{1,12}\]|\^|[•*·-] |\(?\d{1,3}[.)]? |.*(?:\(\d{4}[a-z]?\)|\b(?:19|20)\d\d[a-z]?[.,;)]"
    r"|\bdoi\b|\bISBN\b|arXiv|https?://|\bpp?\. ?\d|\bvol\b|\bet al\b|Retrieved|abgerufen|consulté"
    r"|consultado|\bEd(?:s|\.)|Press\b|Journal|Proc\.)",
    re.IGNORECASE,
)
_CONTENTS = re.compile(
    r"(?:table of )?contents|inhalt(?:sverzeichnis)?|sommaire|table des matières|índice|sommario"
    r"|indice|inhoud(?:sopgave)?|目录|目次|目錄|차례|содержание|оглавление|mục lục",
    re.IGNORECASE,
)
_CONTENTS_ENTRY = re.compile(
    r"(?:\d{1,2}(?:\.\d{1,2})*\.?|[IVXLC]+\.?|[•*-]|chapter|kapitel|chapitre|part|appendix)\s.*"
    r"|.*(?:\.{3,}|…|\. \. \.|\s{3,})\s*(?:\d{1,4}|[ivxlc]{1,7})",
    re.IGNORECASE,
)
_LEADERS = re.compile(r".*(?:\.{4,}|(?:\. ){3,})\s*(?:\d{1,4}|[ivxlc]{1,7})", re.IGNORECASE)
_GAPS = re.compile(r"\S(?:\t|   +|\s*\|\s*)(?=\S)")
_PIPES = re.compile(r"\|.*\||[^|]+(?:\|[^|]+){2,}")
_RULER = re.compile(r"[|+:=_\s-]{4,}")
_VARIABLE = re.compile(
    r"\d+|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Januar|Februar|März|Mai|Juni|Juli"
    r"|Okt"
    r"|Dez|janv|févr|mars|avr|mai|juin|juil|août|déc|enero|abril|mayo|junio|julio"
    r"|agosto)[a-z]*\.?\b"
)
_FIELD = re.compile(r"(?P<label>[^\W\d_][\w ]{1,18}): (?P<value>\S+(?: \S+){0,4})")
_TIMES = 3
_ABOUT = re.compile(
    r"[Aa]bout (?:the )?[A-Z0-9][\w&.,'’ -]{1,60}:?|[ÀA] propos d.{2,60}|Über .{2,60}"
    r"|Acerca de .{2,60}",
    0,
)
_PRESS_PART = re.compile(
    r"(?:(?:cautionary (?:note|statement)s?(?: (?:regarding|concerning|on))? )?forward[- ]looking "
    r"(?:statements?|information)|safe harbou?r(?: statement)?|notes? to editors?"
    r"|editor['’]s notes?|(?:media|press|investor|company|news)?(?: (?:relations|and investor))? ?"
    r"(?:contacts?|inquiries|enquiries)|pressekontakt|kontakt|contacts? presse"
    r"|contacto(?: de prensa)?)(?: information)?:?",
    re.IGNORECASE,
)
_PRESS = re.compile(
    r"(?:for immediate release|press release|news release|embargoed (?:until|for) .{3,60}"
    r"|zur sofortigen veröffentlichung|pressemitteilung|communiqué de presse"
    r"|pour diffusion immédiate|comunicado de prensa|nota de prensa|para publicación inmediata"
    r"|comunicato stampa|persbericht"
    r"|sperrfrist:? .{3,60})(?:[ :|–—-].{0,60})?",
    re.IGNORECASE,
)
_PRESS_END = re.compile(
    r"#{3,}|# # #|-? ?(?:30|ends?|ende|fin) ?-|\*{3,}|- ?ends? ?-|ENDS", re.IGNORECASE
)
_FORWARD_LOOKING = re.compile(
    r"(?:this|certain statements in this) .{0,60}forward[- ]looking", re.I
)


def find_sections(text: str, lines: Sequence[Line]) -> list[Skipped]:
    """Find the parts of a text that are no candidates for a summary.

    Args:
        text: the text itself, in which tabs are tabs.
        lines: the lines of its shadow that are not skipped yet.
    """
    skipped: list[Skipped] = []
    licence = _licence(lines)
    skipped += licence
    lines = lines[_inside(lines, licence)] if licence else lines
    if len(lines) < 3:
        return skipped
    taken: set[int] = set()
    for find in (_rows, _contents, _references, _press, _recurring):
        for place, reason in find(text, lines):
            if place not in taken:
                taken.add(place)
                skipped.append(Skipped(lines[place].start, lines[place].end, reason))
    return skipped


def _licence(lines: Sequence[Line]) -> list[Skipped]:
    """What stands before and behind an e-book whose publisher marks where it begins and ends."""
    first, last = 0, len(lines)
    for place, line in enumerate(lines):
        if line.text[0] not in "*Ee":
            continue
        if _START.fullmatch(line.text) and place < len(lines) / 2:
            first = place + 1
        elif _END.fullmatch(line.text) and place > first and last == len(lines):
            last = place
    if not first and (last == len(lines) or lines[last].text[0] != "*"):
        return []
    return [
        Skipped(part[0].start, part[-1].end, "licence")
        for part in (lines[:first], lines[last:])
        if part
    ]


def _inside(lines: Sequence[Line], licence: Sequence[Skipped]) -> slice:
    starts = [line.start for line in lines]
    first, last = 0, len(lines)
    for each in licence:
        if each.start == starts[0]:
            first = sum(start < each.end for start in starts)
        else:
            last = sum(start < each.start for start in starts)
    return slice(first, last)


_Places = Iterator[tuple[int, str]]


def _rows(text: str, lines: Sequence[Line]) -> _Places:
    """Rows of a table: lines with the same kind of gaps, two or more after each other."""
    if not ("\t" in text or "   " in text or "|" in text):
        return
    cells = [_cells(text[line.start : line.end]) for line in lines]
    run: list[int] = []
    for place, count in enumerate((*cells, 0)):
        if count and (not run or place == run[-1] + 1):
            run.append(place)
            continue
        if len(run) > 1 and sum(cells[i] > 1 for i in run) > 1:
            for i in run:
                yield i, "table"
        run = [place] if count else []


def _cells(line: str) -> int:
    """How many gaps between cells a line has; none if it is prose."""
    if len(line) > _LONG or not ("\t" in line or "   " in line or "|" in line or "--" in line):
        return 0
    if _RULER.fullmatch(line):
        return 2
    if "|" in line and _PIPES.fullmatch(line.strip()):
        return max(2, line.count("|") - 1)
    gaps = len(_GAPS.findall(line.strip())) if "\t" in line or "   " in line else 0
    if gaps and CLOSED.search(line[-12:]) and max(map(len, re.split(r"\t|   +", line))) > 60:
        return 0  # a paragraph with a gap in it
    return gaps


def _contents(text: str, lines: Sequence[Line]) -> _Places:
    """Tables of contents: behind a heading of that name, or lines of dots with a page's number."""
    dotted = "...." in text or ". . ." in text
    for place, line in enumerate(lines):
        if dotted and len(line.text) < 120 and _LEADERS.fullmatch(line.text):
            yield place, "contents"
        if len(line.text) > 20 or not _CONTENTS.fullmatch(line.text.rstrip(": ")):
            continue
        behind = place + 1
        while behind < len(lines) and len(lines[behind].text) < 120:
            entry = lines[behind].text
            if CLOSED.search(entry[-12:]) and not _LEADERS.fullmatch(entry):
                break
            if not _CONTENTS_ENTRY.fullmatch(entry):
                break
            behind += 1
        if behind > place + 2:
            for i in range(place, behind):
                yield i, "contents"


def _references(text: str, lines: Sequence[Line]) -> _Places:
    """Lists of sources behind a heading of that name, until prose begins again."""
    place = 0
    while place < len(lines):
        line = lines[place]
        place += 1
        if len(line.text) > 45 or line.text[-1] in ".!?" or not _REFERENCES.fullmatch(line.text):
            continue
        behind = place
        while behind < len(lines) and _is_listed(lines, behind):
            behind += 1
        entries = lines[place:behind]
        told = sum(_ENTRY.match(entry.text) is not None for entry in entries)
        short = all(len(e.text) < 80 and not CLOSED.search(e.text) for e in entries)
        if entries and (told >= 0.4 * len(entries) or short):
            for i in range(place - 1, behind):
                yield i, "references"
            place = behind


def _is_listed(lines: Sequence[Line], place: int) -> bool:
    """Whether a line goes on with a list of sources: an entry, or a line that is wrapped."""
    text = lines[place].text
    if _REFERENCES.fullmatch(text):
        return False
    if _ENTRY.match(text) or not lines[place].opens:
        return True
    return len(text) < 80 and not CLOSED.search(text) and not is_statement(text)


def _press(text: str, lines: Sequence[Line]) -> _Places:
    """The frame of a press release: its banner, contacts, who the firm is, and the small print."""
    banner = [i for i, line in enumerate(lines[:8]) if _is_banner(line)]
    late = range(len(lines) // 3 + 1, len(lines))
    ends = [i for i in late if len(lines[i].text) < 12 and _PRESS_END.fullmatch(lines[i].text)]
    small = []
    if "orward" in text or "ORWARD" in text:
        small = [i for i, line in enumerate(lines) if _FORWARD_LOOKING.match(line.text)]
    for place in banner + small:
        yield place, "boilerplate"
    if not banner and not (small and ends):
        return
    for end in ends[-1:]:
        for place in range(end, len(lines)):
            yield place, "boilerplate"
    for place, line in enumerate(lines):
        if len(line.text) > 80 or CLOSED.search(line.text):
            continue
        about = place > len(lines) / 3 and _ABOUT.fullmatch(line.text)
        if not (about or _PRESS_PART.fullmatch(line.text)):
            continue
        yield place, "boilerplate"
        behind = place + 1
        while behind < len(lines) and (behind == place + 1 or not lines[behind].opens):
            yield behind, "boilerplate"
            behind += 1


def _is_banner(line: Line) -> bool:
    return len(line.text) < 90 and _PRESS.fullmatch(line.text) is not None


def _recurring(text: str, lines: Sequence[Line]) -> _Places:
    """Lines that come again three times, word for word or but for their numbers: running heads."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, line in enumerate(lines):
        if len(line.text) > _LONG or not any(map(str.isalpha, line.text)):
            continue
        if line.text[-1] in '.!?”"':
            places[line.text].append(place)
        else:
            places[_VARIABLE.sub("0", line.text)].append(place)
            head, gap, _ = line.text.partition("   ")
            if gap and head.count(" ") < 8:
                places[f"{head}   "].append(place)
            field = _FIELD.fullmatch(line.text) if ": " in line.text[:22] else None
            if field is not None and _is_bare_field(field["label"], field["value"]):
                places[f"{field['label']}: "].append(place)
    for form, found in places.items():
        if len(found) < _TIMES or len(found) > 0.5 * len(lines):
            continue
        exact = len({lines[place].text for place in found}) == 1
        closed = CLOSED.search(form[-12:]) is not None
        if closed and not (exact and form.count(" ") > 3 and _apart(lines, found)):
            continue
        often = exact or (len(found) > _TIMES and form.count(" ") < 8)
        if not closed and (letter_case(form) == "lower" or not (often or not is_statement(form))):
            continue
        for place in found:
            yield place, "recurring line"


def _is_bare_field(label: str, value: str) -> bool:
    """Whether a line is a record's field, as "Colour: Red", and states nothing."""
    if label.casefold() in DECIDED or CLOSED.search(value[-12:]):
        return False
    return not is_statement(value) and not re.search(r"\bto\b", value)


def _apart(lines: Sequence[Line], places: Sequence[int]) -> bool:
    """Whether a page or so lies between a sentence and the same again, as of a foot of a page."""
    gaps = [lines[b].start - lines[a].end for a, b in pairwise(places)]
    return min(gaps) > 500
