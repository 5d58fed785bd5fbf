"""The shadow of a text, and what marks, lines and letters look like in it.

:meta private:
"""

from __future__ import annotations

import re
from typing import Literal

__all__ = [
    "ANY_END",
    "CAPITAL",
    "CLOSED",
    "CLOSERS",
    "FINAL_MARKS",
    "FIRST_LETTER",
    "ITEM_MARK",
    "LINE",
    "OPENERS",
    "Span",
    "letter_case",
    "shadow",
]

Span = tuple[int, int]

_SPACES = "\t\v\f\x1c\x1d\x1e\x1f\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
_SPACES += "\u2007\u2008\u2009\u200a\u202f\u205f\u3000\ufeff"
_TO_PLAIN = dict.fromkeys(map(ord, _SPACES), " ") | dict.fromkeys(
    map(ord, "\x85\u2028\u2029"), "\n"
)
_ODD_SPACES = "".join(map(chr, _TO_PLAIN))
_SURROGATE = re.compile("[\ud800-\udfff]")


def shadow(text: str) -> str:
    r"""Return ``text``, character for character, with one kind of line end and one kind of space,
    no byte-order marks and no lone surrogates (which sentencex does not take).

    >>> shadow("\ufeffOne\r\ntwo\u2028three.")
    ' One \ntwo\nthree.'
    """
    if "\r" in text:
        text = text.replace("\r\n", " \n").replace("\r", "\n")
    if any(map(text.__contains__, _ODD_SPACES)):
        text = text.translate(_TO_PLAIN)
    try:
        text.encode()
    except UnicodeEncodeError:
        text = _SURROGATE.sub("\ufffd", text)
    return text


# Insides of character classes.
CLOSERS = "\"'”’»›)\\]」』）】〉》"
OPENERS = "\"'“‘„‚«‹(\\[「『（【〈《¿¡"
FINAL_MARKS = ".!?…。．！？｡؟۔।॥։።៕"

CAPITAL = r"[^\W\d_a-zß-öø-ÿа-я]"
FIRST_LETTER = re.compile(r"[^\W_]")
LINE = re.compile(r"\S(?:[^\n]*\S)?")
CLOSED = re.compile(rf"[{FINAL_MARKS}][{CLOSERS}\s*_]*$")
ANY_END = re.compile(rf"[{FINAL_MARKS}][{CLOSERS}]*(?:\s|$)")
ITEM_MARK = re.compile(r"(?:[-*•·‣▪–—]|\(?(?:\d{1,2}|[a-z])[.)])\s+")


def letter_case(text: str) -> Literal["upper", "lower", "none"]:
    """Whether the first letter or digit says that a sentence may start there."""
    match = FIRST_LETTER.search(text)
    if match is None:
        return "none"
    letter = match[0]
    if letter.islower():
        return "lower"
    return "upper" if letter.isupper() or letter.istitle() or letter.isdigit() else "none"
