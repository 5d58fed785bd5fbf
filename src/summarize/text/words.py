"""What a word is, and which scripts put no space between words.

:meta private:
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

__all__ = [
    "LONGEST_REMEMBERED",
    "MARKS",
    "UNSPACED_SCRIPTS",
    "WORD",
    "Remembered",
    "alphanumerics",
    "count_words",
    "is_unspaced",
]

# Han, kana, Thai, Lao, Khmer and Burmese, as the inside of a character class.
UNSPACED_SCRIPTS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u19e0-\u19ff\u3005-\u3007\u3021-\u3029\u3031-\u3035"
    "\u3038-\u303b\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\ua9e0-\ua9ff\uaa60-\uaa7f\uf900-\ufaff\uff66-\uff9f\U0001b000-\U0001b16f"
    "\U00020000-\U000323af"
)
WORD = re.compile(
    rf"[^\W_{UNSPACED_SCRIPTS}][^\s{UNSPACED_SCRIPTS}]*|(?!_)(?=\w)[{UNSPACED_SCRIPTS}]"
)
# Combining marks, such as the vowel signs of Hindi, which ``\w`` does not know; as the inside of a
# character class.
MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1-\u05c2\u05c4-\u05c5\u05c7"
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7-\u06e8\u06ea-\u06ed"
    "\u0711\u0730-\u074a\u07a6-\u07b0\u07eb-\u07f3\u07fd\u0816-\u0819\u081b-\u0823"
    "\u0825-\u0827\u0829-\u082d\u0859-\u085b\u0898-\u089f\u08ca-\u08e1\u08e3-\u0903"
    "\u093a-\u093c\u093e-\u094f\u0951-\u0957\u0962-\u0963\u0981-\u0983\u09bc\u09be-\u09c4"
    "\u09c7-\u09c8\u09cb-\u09cd\u09d7\u09e2-\u09e3\u09fe\u0a01-\u0a03\u0a3c\u0a3e-\u0a42"
    "\u0a47-\u0a48\u0a4b-\u0a4d\u0a51\u0a70-\u0a71\u0a75\u0a81-\u0a83\u0abc\u0abe-\u0ac5"
    "\u0ac7-\u0ac9\u0acb-\u0acd\u0ae2-\u0ae3\u0afa-\u0aff\u0b01-\u0b03\u0b3c\u0b3e-\u0b44"
    "\u0b47-\u0b48\u0b4b-\u0b4d\u0b55-\u0b57\u0b62-\u0b63\u0b82\u0bbe-\u0bc2\u0bc6-\u0bc8"
    "\u0bca-\u0bcd\u0bd7\u0c00-\u0c04\u0c3c\u0c3e-\u0c44\u0c46-\u0c48\u0c4a-\u0c4d"
    "\u0c55-\u0c56\u0c62-\u0c63\u0c81-\u0c83\u0cbc\u0cbe-\u0cc4\u0cc6-\u0cc8\u0cca-\u0ccd"
    "\u0cd5-\u0cd6\u0ce2-\u0ce3\u0d00-\u0d03\u0d3b-\u0d3c\u0d3e-\u0d44\u0d46-\u0d48"
    "\u0d4a-\u0d4d\u0d57\u0d62-\u0d63\u0d81-\u0d83\u0dca\u0dcf-\u0dd4\u0dd6\u0dd8-\u0ddf"
    "\u0df2-\u0df3\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd"
    "\u0f18-\u0f19\u0f35\u0f37\u0f39\u0f3e-\u0f3f\u0f71-\u0f84\u0f86-\u0f87\u0f8d-\u0f97"
    "\u0f99-\u0fbc\u0fc6\u102b-\u103e\u1056-\u1059\u105e-\u1060\u1062-\u1064\u1067-\u106d"
    "\u1071-\u1074\u1082-\u108d\u108f\u109a-\u109d\u135d-\u135f\u1712-\u1715\u1732-\u1734"
    "\u1752-\u1753\u1772-\u1773\u17b4-\u17d3\u17dd\u180b-\u180d\u180f\u1885-\u1886\u18a9"
    "\u1920-\u192b\u1930-\u193b\u1a17-\u1a1b\u1a55-\u1a5e\u1a60-\u1a7c\u1a7f\u1ab0-\u1ace"
    "\u1b00-\u1b04\u1b34-\u1b44\u1b6b-\u1b73\u1b80-\u1b82\u1ba1-\u1bad\u1be6-\u1bf3"
    "\u1c24-\u1c37\u1cd0-\u1cd2\u1cd4-\u1ce8\u1ced\u1cf4\u1cf7-\u1cf9"
)
_ALPHANUMERIC = re.compile(rf"[^\W_{UNSPACED_SCRIPTS}]+|[{UNSPACED_SCRIPTS}]")
_MARK = re.compile(f"[{MARKS}]")
_MARKED_ALPHANUMERIC = re.compile(
    rf"(?:(?=[^\W_{UNSPACED_SCRIPTS}])(?:[^\W_{UNSPACED_SCRIPTS}]|[{MARKS}])+)|[{UNSPACED_SCRIPTS}]"
)
_UNSPACED_CHARACTER = re.compile(rf"[{UNSPACED_SCRIPTS}]")

# For ASCII, tables of bytes: many times faster than regular expressions.
_MARKS = bytes(code for code in range(128) if not chr(code).isalnum() and not chr(code).isspace())
_PLAIN_SPACES = bytes.maketrans(b"\t\n\v\f\r\x1c\x1d\x1e\x1f", b" " * 9)
_WITHOUT_MARKS = bytes(code if chr(code).isalnum() else ord(" ") for code in range(128)).ljust(256)

_LONG = 100_000  # characters


def count_words(text: str) -> int:
    """Count the words of ``text``: the one count behind lengths, ratios and reports.

    A word is a run of non-space characters that holds a letter or a digit. In scripts that put no
    space between words (Han, kana, Thai, Lao, Khmer, Burmese) each letter counts as one.

    >>> count_words("The U.S. economy -- 3.14% bigger!")
    5
    >>> count_words("今日は good")
    4
    """
    if text.isascii():
        plain = text.encode().translate(_PLAIN_SPACES, _MARKS)
        if b"  " in plain or plain[:1] == b" " or plain[-1:] in (b" ", b""):
            return len(plain.split())
        return plain.count(b" ") + 1  # faster than to make the words
    return _count(WORD, text)


def _count(pattern: re.Pattern[str], text: str) -> int:
    """How often a pattern is found; a list of it would take eighty bytes for each time."""
    return (
        sum(1 for _ in pattern.finditer(text)) if len(text) > _LONG else len(pattern.findall(text))
    )


def alphanumerics(text: str) -> list[str]:
    """Return the runs of letters, with the marks on them, and digits; of a script without spaces,
    each letter.

    >>> alphanumerics("Ada Roe's 3.5 m_2"), alphanumerics("नदी का पुल")
    (['Ada', 'Roe', 's', '3', '5', 'm', '2'], ['नदी', 'का', 'पुल'])
    """
    if text.isascii():
        return text.encode().translate(_WITHOUT_MARKS).decode().split()
    marked = _MARK.search(text) is not None
    return (_MARKED_ALPHANUMERIC if marked else _ALPHANUMERIC).findall(text)


def is_unspaced(text: str) -> bool:
    """Whether most of the words of ``text`` are of a script without spaces between words.

    >>> is_unspaced("今日は good"), is_unspaced("good 日")
    (True, False)
    """
    if text.isascii():
        return False
    return 2 * _count(_UNSPACED_CHARACTER, text) > count_words(text)


LONGEST_REMEMBERED = 50
"""Characters of a word that is remembered; longer ones are no words, and come once."""

_Known = TypeVar("_Known")


class Remembered(dict[str, _Known]):
    """What a function knows of words, each asked for once while it is remembered.

    What it holds is bounded in bytes: so many words, none of them long; then it begins anew.

    Args:
        of: the function, the same whenever it is asked.
        most: how many words are remembered.

    >>> sizes = Remembered(len, most=2)
    >>> [sizes[word] for word in ("a", "to", "a", "the", "x" * 99)], list(sizes)
    ([1, 2, 1, 3, 99], ['the'])
    """

    def __init__(self, of: Callable[[str], _Known], *, most: int) -> None:
        super().__init__()
        self._of = of
        self._most = most

    def __missing__(self, word: str) -> _Known:
        known = self._of(word)
        if len(word) <= LONGEST_REMEMBERED:
            if len(self) >= self._most:
                self.clear()
            self[word] = known
        return known
