"""Lines put together again: words divided at a line's end, and scripts without spaces.

:meta private:
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

__all__ = ["has_divided_words", "known_words", "on_one_line", "unwrapped"]

_HYPHEN = re.compile(r"(?<=\w)[-\u00ad\u2010]$")
_LINE_HYPHENS = ("-\n", "- \n", "-\r")
_HYPHENS = ("\u00ad", "\u2010")
_WORDS = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
_LAST_WORD = re.compile(r"[^\W\d_]+$")
_LONG_WORD = 100  # characters; what is looked through for one must not grow with a line
_CONJUNCTION = re.compile(r"(?:und|oder|bzw|sowie|and|or|och|eller|og|en|of)\b")  # Nord- und Süd
# First parts that keep their hyphen though the text has the word nowhere else: numbers, and what
# no word is run together with.
_KEEPING = frozenset(
    "one two three four five six seven eight nine ten twenty thirty forty fifty sixty seventy "
    "eighty ninety vingt trente quarante cinquante soixante quatre ex self vice well half "
    "all".split()
)

# Han, kana and their punctuation: between two of them a line end is no space. Marks that Western
# scripts have too count where the other side is wide.
_WIDE = "\u2e80-\u303f\u3041-\u30ff\u31c0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WIDE += "\ufe30-\ufe4f\uff01-\uff9f\U0001b000-\U0001b16f\U00020000-\U000323af"
_NEUTRAL = "“”‘’…—·"
_WIDE_SEAM = re.compile(rf"[{_WIDE}][{_WIDE}{_NEUTRAL}]|[{_NEUTRAL}][{_WIDE}]")

_LINE_END = re.compile(r"(?<=\S)\s*[\n\r\x85\u2028\u2029]\s*")


def known_words(texts: Iterable[str]) -> Counter[str]:
    """Count the words, with and without hyphens, by which a divided word is judged."""
    return Counter(word.lower() for text in texts for word in _WORDS.findall(text))


def has_divided_words(text: str) -> bool:
    """Whether a line of ``text`` may end inside a word."""
    if not text.isascii() and any(map(text.__contains__, _HYPHENS)):
        return True
    return ("\n" in text or "\r" in text) and any(map(text.__contains__, _LINE_HYPHENS))


def on_one_line(lines: Iterable[str], known: Mapping[str, int]) -> str:
    """Join lines, each without outer space.

    A word divided at a line's end is made whole; its hyphen stays before a capital, in numbers and
    where the text has the word more often with it. There is no space between two wide characters.

    >>> on_one_line(["Thirty-", "seven har-", "bours"], {})
    'Thirty-seven harbours'
    """
    parts: list[str] = []
    for line in lines:
        if parts:
            above = parts[-1]
            if _HYPHEN.search(above[-2:]) and line and not _CONJUNCTION.match(line):
                if line[:1].islower() and not _keeps_hyphen(above, line, known):
                    parts[-1] = above[:-1]
            elif not _WIDE_SEAM.match(above[-1:] + line[:1]):
                parts.append(" ")
        parts.append(line)
    return "".join(parts)


def _keeps_hyphen(above: str, line: str, known: Mapping[str, int]) -> bool:
    first, last = _WORDS.search(line[:_LONG_WORD]), _LAST_WORD.search(above[-_LONG_WORD:-1])
    if above[-1] == "\u00ad":
        return False
    if first is None or last is None:
        return True
    start, end = last[0].lower(), first[0].lower()
    whole, divided = known.get(f"{start}{end}", 0), known.get(f"{start}-{end}", 0)
    if whole or divided:
        return divided > whole
    return start in _KEEPING or len(start) == 1


def unwrapped(text: str, known: Mapping[str, int]) -> str:
    r"""Return a sentence on one line, each run of white space one space.

    >>> unwrapped("One\n  two.", {}), unwrapped("这是我父亲的\n房子。", {})
    ('One two.', '这是我父亲的房子。')
    """
    lines = [" ".join(line.split()) for line in _LINE_END.split(text)]
    return on_one_line(lines, known) if len(lines) > 1 else lines[0]
