"""What a full stop behind a word says: the abbreviations of each language, by what follows them.

:meta private:
"""

from __future__ import annotations

import re

__all__ = ["BEFORE_NAME", "BEFORE_NUMBER", "CLOCK_TIME", "OF_CLOCK_TIME"]


def _by_language(table: dict[str, str]) -> dict[str, frozenset[str]]:
    return {language: frozenset(words.split()) for language, words in table.items()}


# Abbreviations that sentencex takes for ends, by what must follow for them not to be one.
BEFORE_NAME = _by_language(
    {
        "en": "Ms Mx Ste Ft Amb Ald Cllr Pte Cdr Atty",
        "fr": "M MM Mme Mlle Dr Pr St Ste",
        "es": "Dña",
        "it": "dott.ssa",
        "nl": "mevr mw",
        "pl": "dr św ul",
        "hi": "डॉ प्रो श्री पं कि मी कि.मी",
        "ar": "د أ م",
        "ja": "Dr Mr Mrs Ms Prof",
        "zh": "Dr Mr Mrs Ms Prof",
    }
)
BEFORE_NUMBER = _by_language(
    {
        "en": "Vol Vols vol vols Figs approx est Ch Chap Sect Arts",
        "de": "Abs Bd max inkl Jh",
        "fr": "no",
        "it": "pag pagg n",
        "pt": "pág nº av",
        "pl": "godz nr",
        "ru": "им",
    }
)

# "11 p.m. Saturday", "3 a.m. EDT", "noon" has none: a time of day goes on with its day or zone,
# but "It shuts at 5 p.m. Sunday is its best day" does not.
CLOCK_TIME = re.compile(r"(?i:[ap]\.m\.)")
OF_CLOCK_TIME = re.compile(
    r"""\(?(?:
    (?:Mon|Tue|Tues|Wed|Wednes|Thu|Thur|Thurs|Fri|Sat|Satur|Sun)(?:day)?s?\b(?!\s(?:is|was|has|had|
        will|would|were|are|brings?|brought|marks|marked|saw|sees|came|comes)\b)
    | (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*+\.?\s\d
    | (?:[ECMP][SD]?|AK|H|AE|AW|AC|NZ|CE|WE|E|I|J|K|SA|HK|SG|B|G|PH)[SDM]?T\b | UTC\b | GMT\b
    | (?:Christmas|Easter|Thanksgiving|Independence|Labor|Memorial|Boxing|New\sYear)
    | (?:[A-Z][a-z.]++\s){1,3}(?:[Ss]tandard\s|[Dd]aylight\s|[Ss]ummer\s)?[Tt]ime\b
    | (?:Eastern|Central|Mountain|Pacific|Greenwich|Moscow|Beijing)\b
    )""",
    re.VERBOSE,
)
