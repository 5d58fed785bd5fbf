"""What stands before a news article's first sentence and is no part of it.

A dateline says where, when and by whose wire a story was filed, a byline who wrote it. Left in,
they flatter or harm a summariser that takes the first sentence, so they are taken off for all.
"""

from __future__ import annotations

import re

__all__ = ["dateline_end"]

_AGENCIES = "|".join(
    map(
        re.escape,
        "AFP,ANI,ANSA,AP,Associated Press,Bloomberg,CNN,CNN Student News,CNNMoney,EFE,EW.com,HLN,"
        "IANS,Kyodo,Mashable,PTI,People,Reuters,Rolling Stone,TASS,TIME,The Hollywood Reporter,"
        "Thomson Reuters Foundation,Time,Travel + Leisure,UPI,WIRED,Wired,Xinhua,Yonhap,dpa".split(
            ","
        ),
    )
)
_MONTH = r"(?:Jan|Feb|March|April|May|June|July|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
_DASH = r"(?:\s*(?:--|[—–])\s*|\s+-\s+)"
_NAME = r"(?:[A-Z][\w.'’-]*|de|del|van|von|der|bin|al|la|le|el|da|di)"
_DATELINE = re.compile(
    rf"""
    # LONDON (Reuters) —   Kabul, Afghanistan (CNN)   (CNN) --   BERLIN (any agency) -
    (?:{_NAME}(?:[ ,/]+{_NAME}){{0,6}}\s*,?\s*)?
    (?:\((?:{_AGENCIES})\)(?:{_DASH}|\s*)|\([^()\d\n]{{2,40}}\){_DASH})
    # BRATISLAVA, March 4 —   NEW YORK —   WASHINGTON, D.C., Jan. 3 (any agency) –
    | [A-Z][A-ZÀ-Þ'’.-]{{2,}}(?:[ /]+[A-ZÀ-Þ][A-ZÀ-Þ'’.-]+){{0,4}}
      (?:,\s*(?:{_NAME}(?:\s+{_NAME}){{0,3}}|{_MONTH}\s+\d{{1,2}}|\d{{1,2}}\s+{_MONTH}|\d{{4}})){{0,4}}
      (?:\s*\([^()\n]{{2,40}}\))?{_DASH}
    """,
    re.VERBOSE,
)
_BYLINE = re.compile(
    rf"""
    # By Jane Doe and J. K. Roe, Science Editor.   By. Jane Doe for an outlet.
    (?:By\s*\.\s*[^.!?\n]{{3,60}}
      |By\s+{_NAME}(?:\s+{_NAME}){{1,3}}(?:(?:,\s*|\s+and\s+|\s+for\s+(?:the\s+)?|\s+in\s+)
        {_NAME}(?:\s+{_NAME}){{0,4}}){{0,3}})
    \s*(?:[.|•·]|{_DASH}|\n|$)\s*
    (?:And\s+[^.!?\n]{{3,40}}\s+for\s+[^.!?\n]{{3,30}}\.\s*)?
    (?:Follow\s+@@?\s*\w+\s*\.?\s*)?
    """,
    re.VERBOSE,
)
_PUBLISHED = re.compile(
    rf"""(?:(?:first\s+)?(?:published|updated|last\s+updated|posted|created)\s*:?\s*\.?\s*
    (?:(?:\d{{1,2}}[:.]\d{{2}}(?:\s*[ap]\.?m\.?)?|{_MONTH}|\d{{1,4}}(?:st|nd|rd|th)?|
       [ECMP][SD]?T|GMT|BST|UTC|CEST|CET|IST|(?:mon|tues|wednes|thurs|fri|satur|sun)day|at|on|[,/|.–-])\s*){{1,14}})+""",
    re.VERBOSE | re.IGNORECASE,
)
_OPENING = re.compile(r"[\"'“‘«„(]*[^\W_]")


def dateline_end(text: str) -> int:
    """Return where the text proper begins: behind a byline, a publication time and a dateline.

    >>> text = "By Jane Doe. KABUL, Afghanistan (AP) — Two men were freed."
    >>> text[dateline_end(text) :]
    'Two men were freed.'
    """
    start = len(text) - len(text.lstrip())
    body = start
    for pattern in (_BYLINE, _PUBLISHED, _DATELINE):
        match = pattern.match(text, body)
        if match is None:
            continue
        opening = _OPENING.match(text, match.end())
        # What follows must look like the start of a sentence: "NASA — the agency — said" does not.
        if opening is not None and not (len(opening[0]) == 1 and opening[0].islower()):
            body = match.end()
    return body
