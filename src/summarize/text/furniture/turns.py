"""Who speaks when: the names and times before what is said, in transcripts, chats and plays.

:meta private:
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from .skipping import Line, Skipped

__all__ = ["Turn", "find_turns"]


class Turn(NamedTuple):
    """Where somebody begins to speak, and who."""

    start: int
    speaker: str | None


_CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?(?:[ ]?[AaPp]\.?[Mm]\.?)?"
_DAY = (
    r"(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{4}年\d{1,2}月\d{1,2}日"
    r"|\d{1,2}\.? [A-Za-zÀ-ÿ]{3,9}\.?(?: \d{4})?"
    r"|[A-Z][a-z]{2,8} \d{1,2}(?:st|nd|rd|th)?,?(?: \d{4})?|Today|Yesterday|Heute|Gestern|Hier"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)"
)
_WHEN = rf"(?:{_DAY}(?:,| at| um| à|T)?[ ]?)?{_CLOCK}(?:[ ]?(?:-->|[-–—])[ ]?{_CLOCK})?"
_OPEN, _CLOSE = r"[\[(<]", r"[\])>]"
_STAMP = rf"(?:{_OPEN}{_WHEN}{_CLOSE}|{_WHEN})"
_NAME = r"[^\s:;!?\"“”<>\[\]|()][^:;!?\"“”<>\[\]|()\n]{0,38}"
_ROLE = r"(?:[ ]?\([^()\n]{1,40}\)|[ ]?\[[^\[\]\n]{1,40}\])?"
_MARK = "\u200e\u200f\u202a\u202c \t"  # chats mark the direction of what they write

# 12/03/2024, 10:15 - Ada: …   [00:00:03] Speaker 1: …   10:15 From Ada to All: …   [10:15] <ada> …
_STAMPED = re.compile(
    rf"[{_MARK}]*(?P<when>{_STAMP})[{_MARK}]*(?:[-–—|•][ ]*)?"
    rf"(?:(?:From +)?(?P<name>{_NAME}){_ROLE}[ ]?[:：](?=\s|$|[^\d/\s])|<(?P<nick>[^<>\s]{{1,30}})>"
    r"|\[(?P<box>[^\[\]\d][^\[\]\n]{0,30})\]:?)?[ \u200e]*"
)
# Ada Roe  10:15 AM    Ada — Today at 10:15    Speaker 1 (00:03):    Ada, [12.03.2024 10:15]
_NAMED_TIME = re.compile(
    rf"(?:\[(?P<box>[^\[\]\n]{{1,40}})\]|(?P<name>{_NAME}?))[ ]*(?:[,—–|•-][ ]*|APP[ ]+)?"
    rf"(?P<when>{_STAMP})[ ]?:?(?P<rest>[ ]*)"
)
# Ada: …    MS. ROE: …    Q. …    **Ada:** …
_LABEL = re.compile(
    rf"[-–—>*_ ]{{0,4}}(?P<name>{_NAME}){_ROLE}[*_]{{0,2}}[ ]?[:：][*_]{{0,2}}(?=\s|$|[^\s\d/])[ ]*"
)
_QUESTION = re.compile(r"(?P<name>[QAFR])\.[ ]+(?=\S)")
_ARROWS = re.compile(r">>+ *")
_STAGE = re.compile(r"[\[(*♪][^\[\]()]{1,80}[\])*♪][.]?")
_SYSTEM = re.compile(
    r".*(?:end-to-end encrypted|<media omitted>|<medien ausgeschlossen>|<médias omis>|(?:image"
    r"|video"
    r"|audio|sticker|GIF|document) omitted|message (?:was )?deleted|missed (?:voice|video) call"
    r"|joined using this|created (?:this )?group|added you|changed (?:the|this) group"
    r"|\(file attached\)|<attached: .*>|ende-zu-ende-verschlüsselt|chiffrés de bout en bout"
    r"|cifrados de extremo a extremo).*",
    re.IGNORECASE,
)
_NO_SPEAKERS = frozenset(
    "action actions decision decisions note notes resolved agreed motion result results summary "
    "conclusion background objective objectives methods method warning update updated photo source "
    "caution tip example question answer ingredients step address phone tel fax email e-mail web "
    "website price date time place venue subject title author published posted tags where when "
    "what who why how also see read more related beschluss hinweis ergebnis aktion décision "
    "remarque acuerdo nota".split()
)
_PARTICLES = frozenset(
    "de da del della der den di du la le van von zu bin al and und et y the of to for & c e "
    "o".split()
)


# A time alone, where somebody goes on, or how others took it: ":+1: 2".
_REACTION = re.compile(rf"{_STAMP}|(?::[\w+-]{{1,30}}:[ ]?\d{{0,3}}[ ]?)+")
# No yes or no, which may answer a question.
_ASSENT = re.compile(
    r"(?:[\W_]*(?:yeah|yep|yup|okay|ok|right|sure|fine|nice|good|great|cool|perfect|wow|oh|ah|uh|um"
    r"|hm+|mm+|mhm|mm-?hmm?|uh-?huh|huh|exactly|alright|all right|well|so|hello|hi|hey|bye|thanks"
    r"|thank you|lol|haha|sorry|i see|got it|genau|gut|klar|danke|stimmt|d'accord|voilà|merci|vale"
    r"|claro|gracias|bueno)\b){1,3}[\W_]*",
    re.IGNORECASE,
)


def find_turns(lines: Sequence[Line]) -> tuple[list[Skipped], list[Turn]]:
    """Return the labels and the lines of a transcript or chat that nobody speaks, and the turns.

    Names count where most paragraphs begin with one and some come again; times, where several lines
    begin or end with one.
    """
    marked = sum(":" in line.text[:80] or "：" in line.text[:80] for line in lines)
    if len(lines) < 3 or (marked < 2 and sum(line.text[1:2] == "." for line in lines) < 2):
        return [], []
    for find in (_stamped, _headed, _timed, _labelled):
        found = list(find(lines))
        if found:
            unspoken = list(_unspoken(lines, found))
            silent = {part.start for part in unspoken}
            labels = [Skipped(*place, "label") for place, _ in found if place[0] not in silent]
            labels += unspoken
            turns = [Turn(end, speaker) for (_, end), speaker in found]
            return labels, turns
    return [], []


_Found = tuple[tuple[int, int], str | None]


def _stamped(lines: Sequence[Line]) -> Iterator[_Found]:
    """Lines that begin with a time, and most with a name behind it."""
    matches = [
        (line, match)
        for line in lines
        if any(map(str.isdigit, line.text[:14])) and (match := _STAMPED.match(line.text))
    ]
    named = sum(_who(match) is not None for _, match in matches)
    if len(matches) < 3 or len(matches) < 0.3 * len(lines) or named < 0.5 * len(matches):
        return
    for line, match in matches:
        who = _who(match)
        if who is None and match.end() < len(line.text) and named > 0.9 * len(matches):
            yield (line.start, line.end), None  # what the chat's own program says
        else:
            yield (line.start, line.start + match.end()), who


def _who(match: re.Match[str]) -> str | None:
    groups = match.groupdict()
    name = groups.get("name") or groups.get("nick") or groups.get("box")
    if not name:
        return None
    name = re.sub(r" to (?:Everyone|Me|All.*)$", "", " ".join(name.split()), flags=re.IGNORECASE)
    return name.strip("\u200e\u202a\u202c~ *_") or None


def _headed(lines: Sequence[Line]) -> Iterator[_Found]:
    """Lines of a name and a time alone, with what is said below."""
    found = []
    for line in lines:
        if len(line.text) > 80 or not any(map(str.isdigit, line.text)):
            continue
        match = _NAMED_TIME.fullmatch(line.text)
        if match is not None and (name := _who(match)) and _is_name(name):
            found.append((line, name))
    if len(found) > 1 and len(found) >= 0.2 * len(lines):
        for line, name in found:
            yield (line.start, line.end), name


def _timed(lines: Sequence[Line]) -> Iterator[_Found]:
    """Lines that begin with a time and no name, or are one."""
    matches = [
        (line, match)
        for line in lines
        if line.text[0] in "[(<0123456789" and (match := _TIME.match(line.text))
    ]
    if len(matches) > 2 and len(matches) >= 0.4 * len(lines):
        for line, match in matches:
            yield (line.start, line.start + match.end()), None


_TIME = re.compile(
    rf"(?:{_OPEN}{_WHEN}{_CLOSE}|\d{{1,2}}:\d{{2}}(?::\d{{2}})?(?:[.,]\d{{1,3}})?)(?:\s+|$)"
)


def _labelled(lines: Sequence[Line]) -> Iterator[_Found]:
    """Paragraphs that begin with a name and a colon, where names come again."""
    found = []
    for line in lines:
        if ":" not in line.text[:60] and "：" not in line.text[:60] and line.text[1:2] != ".":
            continue
        match = _LABEL.match(line.text) or _QUESTION.match(line.text)
        if match is not None and _is_name(match["name"].strip("*_ ")):
            found.append((line, match))
    names = Counter(match["name"].strip("*_ ") for _, match in found)
    again = len(found) - len(names)
    blocks = sum(line.opens for line in lines)
    blocks = blocks if blocks > 2 else len(lines)
    if len(found) < 3 or again < 1 or len(names) < 2 or len(found) < 0.5 * blocks:
        return
    if again < 2 and len(found) < 0.8 * blocks:
        return
    once = {name for name, times in names.items() if times == 1}
    if sum(name in once for name in names) > 0.7 * len(names) and len(names) > 4:
        return  # a list of terms
    for line, match in found:
        yield (line.start, line.start + match.end()), match["name"].strip("*_ ")


def _is_name(name: str) -> bool:
    """Whether a label can be a speaker's: a few words with capitals, no heading of minutes."""
    words = name.split()
    if not words or len(words) > 5 or name.casefold() in _NO_SPEAKERS:
        return False
    if not any(map(str.isalnum, name)) or words[0].isdigit() or name[0] == "#":
        return False  # "#Person1#" is what some collections call a person in the text as well
    for word in words:
        bare = word.strip("#@.,'’()*_")
        small = bare[:1].islower() and word not in _PARTICLES
        if small and not any(map(str.isdigit, word)):
            return False
    return True


def _unspoken(lines: Sequence[Line], found: Sequence[_Found]) -> Iterator[Skipped]:
    """Lines in brackets, ``(Laughter)``, what a chat's program says, and mere assent, "Mm-hmm."."""
    ends = {start: end for (start, end), _ in found}
    for line, after in zip_longest(lines, lines[1:]):
        end = ends.get(line.start, line.start)
        said = line.text[end - line.start :].strip(" \u200e")
        alone = after is None or after.start in ends or after.opens
        if not said:
            if _SYSTEM.fullmatch(line.text):
                yield Skipped(line.start, line.end, "notice")
        elif _STAGE.fullmatch(said) or _SYSTEM.fullmatch(said) or _REACTION.fullmatch(said):
            yield Skipped(line.start, line.end, "notice")
        elif line.start in ends and alone and len(said) < 30 and _ASSENT.fullmatch(said):
            yield Skipped(line.start, line.end, "assent")
