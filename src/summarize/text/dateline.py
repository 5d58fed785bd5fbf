"""What stands before a news article's first sentence and is no part of it.

A dateline says where, when and by whose wire a story was filed, a byline who wrote it. Left in,
they flatter or harm a summariser that takes the first sentence, so they are taken off for all.

:meta private:
"""

from __future__ import annotations

import re

__all__ = ["dateline_end"]

# A dateline is short. Looking no further also bounds the time that odd texts can take.
_LONGEST = 300


def dateline_end(text: str) -> int:
    """Return where the text proper begins: behind bylines, publication times and a dateline.

    >>> text = "By Jane Doe. KABUL, Afghanistan (AP) — Two men were freed."
    >>> text[dateline_end(text) :]
    'Two men were freed.'
    """
    start = len(text) - len(text.lstrip())
    head = text[start : start + _LONGEST]
    body = 0
    while (end := _byline_end(head, body) or _stamp_end(head, body)) and _starts(head, end):
        body = end
    end = _place_end(head, body)
    if end and _starts(head, end):
        body = end
    return start + body if body else 0


_OPENING = re.compile(r"[\"'“‘„«(\[]*+([^\W_])(\w?)")


def _starts(head: str, end: int) -> bool:
    """Whether a sentence may start at ``end``: "NASA — the agency — said" has none behind NASA."""
    match = _OPENING.match(head, end)
    if match is None:
        return False
    quoted = match.start(1) > end
    return quoted or not match[1].islower() or match[2].isupper()


# --- Bylines and publication times --------------------------------------------------------------

_PARTICLES = frozenset("al bin da de del della den der di dos du el la le van von y".split())
_NO_NAMES = frozenset(
    "Christmas Easter Lake Late Early Mid Midnight Monday Tuesday Wednesday Thursday Friday "
    "Saturday Sunday January February March April May June July August September October November "
    "December New Next Last The Then This That Noon Night Spring Summer Autumn Fall Winter".split()
)
# In some collections a full stop stands behind "By" and the names are in any case.
_BYLINE_WITH_STOP = re.compile(
    r"By ?\. [^.!?\n]{3,60}\.\s++(?:And [^.!?\n]{3,40} for [^.!?\n]{3,30}\.\s++)?"
)
_HANDLE = re.compile(r"Follow @@? ?\w++ ?\.?\s*+")


def _byline_end(head: str, start: int) -> int | None:
    match = _BYLINE_WITH_STOP.match(head, start)
    end = match.end() if match else _named_byline_end(head, start)
    if end is None:
        return None
    handle = _HANDLE.match(head, end)
    return handle.end() if handle else end


def _named_byline_end(head: str, start: int) -> int | None:
    """The end of "By Jane Doe and J. K. Roe, Science Editor." and the like."""
    if head[start : start + 2] != "By":
        return None
    names = 0
    for word in _BYLINE_WORD.finditer(head, start + 2):
        text = word[1].rstrip(",")
        bare = text.rstrip(".")
        if bare in _NO_NAMES or not (bare[:1].isupper() or bare in _JOINING or bare in _PARTICLES):
            return None
        names += bare[:1].isupper()
        abbreviated = len(bare.rpartition(".")[2]) == 1
        if word[2] or (text.endswith(".") and not abbreviated):
            return word.end() if names >= 2 else None
    return None


_JOINING = frozenset(["and", "for", "the", "in", "of", "&"])
_BYLINE_WORD = re.compile(r" *+([^\s|•·—–]++)((?: ?(?:[|•·—–]|--)\s*+|\n\s*+)?) *+")

_STAMP = re.compile(
    r"(?:(?:first|last)\s++)?(?:published|updated|posted|created)\b[\s:.]*+", re.IGNORECASE
)
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)[a-z]*+\.?"
_STAMP_PART = re.compile(
    rf"""(?:\d{{1,2}}[:.]\d{{2}}(?:\s?[ap]\.?m\.?)?|\d{{1,4}}(?:st|nd|rd|th)?|{_MONTH}
    |[ECMP][SD]?T|GMT|BST|UTC|CES?T|IST|(?:mon|tues|wednes|thurs|fri|satur|sun)day|at|on)\b
    [\s,/|.–-]*+""",
    re.VERBOSE | re.IGNORECASE,
)


def _stamp_end(head: str, start: int) -> int | None:
    """The end of "Published: 12:01 EST, 3 March 2014." and the like."""
    match = _STAMP.match(head, start)
    if match is None:
        return None
    end = first = match.end()
    while (part := _STAMP_PART.match(head, end)) is not None:
        end = part.end()
    return end if any(map(str.isdigit, head[first:end])) else None


# --- Datelines ----------------------------------------------------------------------------------

_AGENCIES = frozenset(
    "AFP,ANI,ANSA,AP,Associated Press,Bloomberg,CNN,CNN Student News,CNNMoney,EFE,EW.com,HLN,"
    "IANS,Kyodo,Mashable,PTI,People,Reuters,Rolling Stone,TASS,TIME,The Hollywood Reporter,"
    "Thomson Reuters Foundation,Time,Travel + Leisure,UPI,WIRED,Xinhua,Yonhap,dpa".casefold().split(
        ","
    )
)
_DASHES = re.compile(r" ?(?:--|[—–])\s*+|\s++-\s++|: | _ ")
_BRACKET = re.compile(r"([^()\n]{0,80}?)\(([^()\n]{2,40})\)\s*+")
_DATE = re.compile(
    rf"(?:{_MONTH}\s\d{{1,2}}|\d{{1,2}}\.?\s[^\W\d_]++\.?)(?:\s\d{{4}})?|\d{{4}}", re.IGNORECASE
)
_SHORT_PLACES = frozenset(
    "AGRA BAKU BERN BONN CALI DILI DOHA GAZA KIEV KYIV LIMA MALE OSLO RIGA ROME SUVA".split()
)
_LABELS = frozenset(
    "ANALYSIS BREAKING CORRECTION EDITORIAL EXCLUSIVE FEATURE INTERVIEW OPINION PHOTOS PREVIEW "
    "RECAP REVIEW SPOILERS TRANSCRIPT UNESCO UNICEF UPDATE UPDATED VIDEO WARNING WATCH".split()
)


def _place_end(head: str, start: int) -> int | None:
    """The end of "LONDON, March 4 (Reuters) —", "VILNIUS –", "Kabul (CNN)" and the like."""
    bracket = _BRACKET.match(head, start)
    if bracket is not None:
        known = bracket[2].casefold() in _AGENCIES
        parts = _parts(bracket[1])
        dash = _DASHES.match(head, bracket.end() - (head[bracket.end() - 1].isspace()))
        if _are_places(parts) and (known or (dash is not None and parts and _is_filed(parts[0]))):
            return dash.end() if dash is not None else bracket.end()
        return None
    found = _DASHES.search(head, start, start + 90)
    if found is None:
        return None
    parts = _parts(head[start : found.start()])
    if not parts or not _are_places(parts) or not _is_filed(parts[0]):
        return None
    dated = any(map(_DATE.fullmatch, parts))
    if len(parts) > 1 and (dated or ":" not in found[0]):
        return found.end()
    alone = found[0].strip() in ("--", "—", "–") and _is_plainly_a_place(parts[0])
    return found.end() if alone else None


def _parts(text: str) -> list[str]:
    return [part for part in (part.strip() for part in text.split(",")) if part]


def _are_places(parts: list[str]) -> bool:
    """Whether each part is a date, or a few words with capitals."""
    return len(parts) <= 5 and all(
        _DATE.fullmatch(part)
        or (
            len(part.split()) <= 5
            and all(word[:1].isupper() or word in _PARTICLES for word in re.split(r"[\s/]+", part))
        )
        for part in parts
    )


def _is_filed(place: str) -> bool:
    """Whether a place is written in capitals, as that of a dateline is: ``McLEAN``, ``ŁÓDŹ``."""
    letters = [letter for letter in place.removeprefix("Mc") if letter.isalpha()]
    return len(letters) >= 3 and all(map(str.isupper, letters))


def _is_plainly_a_place(place: str) -> bool:
    """Whether a place in capitals is one also without a country, a date or an agency behind it."""
    words = place.split()
    if words[0] in ("A", "AN", "THE") or _LABELS.intersection(words):
        return False
    return len(words) > 1 or len(place) >= 5 or place in _SHORT_PLACES
