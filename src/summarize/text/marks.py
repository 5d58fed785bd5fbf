"""The marks that end, open and close sentences in every script, and the shadow of a text.

Whether a sentence can end at a place is asked by the splitter, the furniture finder, the PDF reader
and newsrank's features: the marks that answer it stand here, and nowhere else.

:meta private:
"""

from __future__ import annotations

import re
from typing import Literal

__all__ = [
    "ANY_END",
    "APOSTROPHES",
    "CAPITAL",
    "CLAUSE_MARKS",
    "CLOSED",
    "CLOSERS",
    "FINAL_MARKS",
    "FIRST_LETTER",
    "FULL_STOPS",
    "ITEM_MARK",
    "LINE",
    "OPENERS",
    "OPENING_QUOTES",
    "QUOTES",
    "Span",
    "letter_case",
    "shadow",
]

Span = tuple[int, int]

# --- The table ----------------------------------------------------------------------------------

# What ends a sentence behind a space or without one: Unicode's Sentence_Terminal for the scripts
# in use, the ellipsis and Tibetan's shad. Armenian, Arabic and Urdu, Syriac, N'Ko, Devanagari and
# its kin, Burmese, Ethiopic, Khmer, Mongolian, Limbu, Tai Tham, Balinese, Lepcha, Ol Chiki, Lisu,
# Vai, Bamum, Phags-pa, Saurashtra, Kayah Li, Javanese, Cham, Meetei; wide and small forms.
FULL_STOPS = "։؝؞؟۔܀܁܂߹།༎।॥။።፧፨។៕᠃᠉᥄᥅᪨᪩᪪᪫᭚᭛᭞᭟᰻᰼᱾᱿‼‽⁇⁈⁉⸮。꓿꘎꘏꛳꛷꡶꡷꣎꣏꤯꧉꩝꩞꩟꫰꫱꯫︒︕︖﹒﹖﹗！？｡"
FINAL_MARKS = f".!?…．{FULL_STOPS}"
CLAUSE_MARKS = ",;:،؛、，；：﹐﹑﹔﹕·၊፣፤፥៖–—"
OPENING_QUOTES = "\"'“‘„‚«‹»›「『〝＂"
APOSTROPHES = "'‘’‚"
QUOTES = '"“”„‟«»‹›「」『』〝〞〟＂'
# Insides of character classes. A quotation that German, Danish or Polish opens with one of these
# marks is closed by the other's opening one, so at a sentence's end both kinds stand.
CLOSERS = "\"'”’“‘»›«‹)\\]}」』）】〉》〕］｝〞〟＂"
OPENERS = "\"'“‘„‚«‹»›(\\[{「『（【〈《〔［〝＂¿¡"

CAPITAL = r"[^\W\d_a-zß-öø-ÿа-я]"
FIRST_LETTER = re.compile(r"[^\W_]")
LINE = re.compile(r"\S(?:[^\n]*\S)?")
CLOSED = re.compile(rf"[{FINAL_MARKS}][{CLOSERS}\s*_]*+$")
ANY_END = re.compile(rf"[.!?…．][{CLOSERS}]*+(?:\s|$)|[{FULL_STOPS}][{CLOSERS}]*+")
_NUMBER = r"\(?(?:\d{1,3}|[ivx]{1,5}|[a-z])(?:\)\.?|\.)"
ITEM_MARK = re.compile(rf"[-*•·‣▪◦●■⁃–—](?:\s*+{_NUMBER}(?=\s))?\s++|{_NUMBER}\s++")


def letter_case(text: str) -> Literal["upper", "lower", "none"]:
    """Whether the first letter or digit says that a sentence may start there."""
    match = FIRST_LETTER.search(text)
    if match is None:
        return "none"
    letter = match[0]
    if letter.islower():
        return "lower"
    return "upper" if letter.isupper() or letter.istitle() or letter.isdigit() else "none"


# --- The shadow ---------------------------------------------------------------------------------

_SPACES = "\t\v\f\x1c\x1d\x1e\x1f\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
_SPACES += "\u2007\u2008\u2009\u200a\u202f\u205f\u3000\ufeff"
_TO_PLAIN = dict.fromkeys(map(ord, _SPACES), " ") | dict.fromkeys(
    map(ord, "\x85\u2028\u2029"), "\n"
)
_ODD_SPACES = "".join(map(chr, _TO_PLAIN))
_ODD_ASCII = [space for space in _ODD_SPACES if space.isascii()]
_SURROGATE = re.compile("[\ud800-\udfff]")


# Quotation marks of typewriters and TeX, two characters each: ,,so'' and ``so''.
_LOW_MARKS = re.compile(r"(?<![^\s(\[\"\'—–-]),,(?=\s?[^\s,])")
_TICKS = re.compile(r"(?<!`)``(?!`)")
_APOSTROPHES = re.compile(r"(?<![\'\d])\'\'(?!\')")
_OPEN_TWICE, _CLOSED_TWICE = "““", "””"


def shadow(text: str) -> str:
    r"""Return ``text``, character for character, with one kind of line end and one kind of space,
    typewriters' quotation marks as those of books, no byte-order marks and no lone surrogates
    (which sentencex does not take).

    >>> shadow("\ufeffOne\r\ntwo\u2028three.")
    ' One \ntwo\nthree.'
    >>> shadow("He said: ``Go.''")
    'He said: ““Go.””'
    """
    if "\r" in text:
        text = text.replace("\r\n", " \n").replace("\r", "\n")
    if not text.isascii():
        if any(map(text.__contains__, _ODD_SPACES)):
            text = text.translate(_TO_PLAIN)
        try:
            text.encode()
        except UnicodeEncodeError:
            text = _SURROGATE.sub("\ufffd", text)
    elif any(map(text.__contains__, _ODD_ASCII)):
        text = text.translate(_TO_PLAIN)
    if "''" in text and (",," in text or "``" in text):
        if ",," in text:
            text = _LOW_MARKS.sub(_OPEN_TWICE, text)
        if "``" in text:
            text = _TICKS.sub(_OPEN_TWICE, text)
        text = _APOSTROPHES.sub(_CLOSED_TWICE, text)
    return text
