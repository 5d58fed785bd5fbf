"""What a word is, and which scripts put no space between words.

:meta private:
"""

from __future__ import annotations

import re

__all__ = [
    "UNSPACED_SCRIPTS",
    "WORD",
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
_ALPHANUMERIC = re.compile(rf"[^\W_{UNSPACED_SCRIPTS}]+|[{UNSPACED_SCRIPTS}]")
_UNSPACED_CHARACTER = re.compile(rf"[{UNSPACED_SCRIPTS}]")

# For ASCII, tables of bytes: many times faster than regular expressions.
_MARKS = bytes(code for code in range(128) if not chr(code).isalnum() and not chr(code).isspace())
_PLAIN_SPACES = bytes.maketrans(b"\x1c\x1d\x1e\x1f", b"    ")
_WITHOUT_MARKS = bytes(code if chr(code).isalnum() else ord(" ") for code in range(128)).ljust(256)


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
        return len(text.encode().translate(_PLAIN_SPACES, _MARKS).split())
    return len(WORD.findall(text))


def alphanumerics(text: str) -> list[str]:
    """Return the runs of letters and digits; of a script without spaces, each letter.

    >>> alphanumerics("Ada Roe's 3.5 m_2")
    ['Ada', 'Roe', 's', '3', '5', 'm', '2']
    """
    if text.isascii():
        return text.encode().translate(_WITHOUT_MARKS).decode().split()
    return _ALPHANUMERIC.findall(text)


def is_unspaced(text: str) -> bool:
    """Whether most of the words of ``text`` are of a script without spaces between words.

    >>> is_unspaced("今日は good"), is_unspaced("good 日")
    (True, False)
    """
    if text.isascii():
        return False
    return 2 * len(_UNSPACED_CHARACTER.findall(text)) > count_words(text)
