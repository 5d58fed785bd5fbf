"""Lines that say who made something and when: bylines, times, the makers of pictures.

:meta private:
"""

from __future__ import annotations

import re
from functools import cache

from ..dateline import dateline_end
from ..languages import month_words

__all__ = ["SIGNATURE_STARTS", "is_credit", "is_signature"]

_STAMP_WORDS = (
    *("published", "updated", "modified", "posted", "created"),
    *("aktualisiert", "veröffentlicht", "erschienen"),
    *("publié", "modifié", "mis à jour", "publicado", "actualizado", "última actualización"),
)
SIGNATURE_STARTS = frozenset(
    ("by", "first", "last", "article", "zuletzt", *(words.split()[0] for words in _STAMP_WORDS))
)
"""What a byline or a time of publication that has a final mark begins with, in lower case."""


def is_signature(line: str) -> bool:
    """Whether a line is all byline or time of publication.

    >>> is_signature("Last updated at 12:01 GMT, 3 March 2014")
    True
    >>> is_signature("Publié le 12 mars 2024 à 18h04 - Mis à jour le 13 mars 2024 à 09h12")
    True
    >>> is_signature("Updated rules come in 2024.")
    False
    """
    if line.startswith("By "):
        return dateline_end(f"{line}\nA") > len(line)
    lower = line.lower()
    return any(map(lower.__contains__, _STAMP_WORDS)) and _stamp().fullmatch(lower) is not None


def is_credit(line: str) -> bool:
    """Whether a line names an agency and no more, or ends with the maker of a picture.

    >>> is_credit("Workers at the wall. Photograph: Ada Roe/AFP")
    True
    >>> is_credit("He told Reuters")
    False
    """
    if ":" in line and _picture().search(line) is not None:
        return True
    ends = line.rstrip(")]").lower().endswith(_AGENCIES)
    return ends and _agency().fullmatch(line) is not None


_AGENCIES = (
    "getty images", "getty", "afp", "ap", "reuters", "epa", "alamy", "shutterstock", "istock",
    "press association", "dpa", "imago", "rex features", "picture alliance", "ap photo",
    "pa wire", "alamy stock photo",
)  # fmt: skip


@cache
def _picture() -> re.Pattern[str]:
    return re.compile(
        r"""(?:^|[ .!?”"’)|])(?:Photograph|Photo|Picture|Image|Illustration|Composite|Credit|Video
        |Foto|Fotos|Bild|Bilder|Photographie|Fotografía|Imagen|Vidéo)s?(?:[ ](?:credit|by))?[ ]?:
        [ ]?[A-ZÀ-Þ@©][^!?:]{1,60}(?<![.!?])$""",
        re.VERBOSE,
    )


@cache
def _agency() -> re.Pattern[str]:
    return re.compile(
        r"[(\[]?(?:[^.!?]{0,60}(?:/ ?| via |© ?)|Photo: ?)?"
        r"(?:Getty(?: Images)?|AFP|AP(?: Photo)?|Reuters|REUTERS|EPA|Alamy(?: Stock Photo)?"
        r"|Shutterstock|iStock|Press Association|dpa|DPA|imago|IMAGO|Rex Features|PA Wire"
        r"|Picture Alliance)[)\]]?"
    )


@cache
def _stamp() -> re.Pattern[str]:
    words = "|".join(_STAMP_WORDS).replace(" ", "[ ]")
    months = "|".join(month_words("en", "de", "fr", "es"))
    return re.compile(
        rf"""(?:\d{{1,2}}[ ][a-z]+[ ]\d{{4}}[ ])?
        (?:(?:first|last|zuletzt|article)[ ])?
        (?:{words})
        (?=[^0-9]*[0-9])(?:[\s:,|.•·–—/-]++
        |(?:on|at|am|um|uhr|le|à|el|a|las|de|by|and|ago|hours?|minutes?|days?|hrs?|mins?)\b
        |\d{{1,4}}(?:st|nd|rd|th|[.:h]\d{{2}}(?::\d\d)?)?(?:[ ]?[ap]\.?m\b\.?)?
        |(?:{months})\b\.?|(?:mon|tue|wed|thu|fri|sat|sun)\w*+
        |(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|lundi|mardi|mercredi|jeudi
        |vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo)\b
        |(?:[ecmp][sd]?t|gmt|bst|utc|cest|cet|ist|aest|aedt)\b|(?:{words})\b)++""",
        re.VERBOSE,
    )
