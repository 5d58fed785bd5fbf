"""How text becomes the tokens that ROUGE compares: rouge_score's way, and one for any script.

:meta private:
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from ..text.words import UNSPACED_SCRIPTS

__all__ = ["TOKENIZERS", "Tokenize", "default_tokenizer", "unicode_tokenizer"]

Tokenize = Callable[[str], list[str]]

_ASCII_TOKEN = re.compile(r"[a-z0-9]+")
_STEMS = 1 << 17  # words whose stems are kept: more than a news corpus of 100,000 articles has


def default_tokenizer(*, stem: bool) -> Tokenize:
    """Return rouge_score's tokeniser: lower case, runs of a–z and 0–9, Porter stems if ``stem``.

    Every other character separates tokens, so that text in other scripts has none. The stems are
    rouge_score's (none for words of up to three letters), looked up once a word.

    >>> default_tokenizer(stem=True)("The U.S. economies, naïvely")
    ['the', 'u', 's', 'economi', 'na', 'veli']
    """
    normal = _normal_form(stem)

    def tokenize(text: str) -> list[str]:
        return [token for word in _ASCII_TOKEN.findall(text.lower()) if (token := normal(word))]

    return tokenize


def unicode_tokenizer(*, stem: bool) -> Tokenize:
    """Return a tokeniser for any script that equals the default one on ASCII text.

    The text is put into NFC and lower case. A token is a run of letters and digits with the marks
    that belong to them (vowel signs, accents, joiners); in scripts without spaces between words,
    each letter with its marks. Only tokens of a–z and 0–9 are stemmed: the stemmer knows English.

    >>> unicode_tokenizer(stem=True)("Cristóbal's economies: हिन्दी 今日")
    ['cristóbal', 's', 'economi', 'हिन्दी', '今', '日']
    """
    normal = _normal_form(stem)
    pattern = _word_pattern()

    def tokenize(text: str) -> list[str]:
        if text.isascii():
            words = _ASCII_TOKEN.findall(text.lower())
        else:
            words = pattern.findall(unicodedata.normalize("NFC", text).lower())
        return [token for word in words if (token := normal(word) if word.isascii() else word)]

    return tokenize


TOKENIZERS: dict[str, Callable[..., Tokenize]] = {
    "default": default_tokenizer,
    "unicode": unicode_tokenizer,
}


def _normal_form(stem: bool) -> Callable[[str], str]:
    """Return what rouge_score makes of a single lower-case ASCII word; "" if it drops it."""
    if not stem:
        return str
    from rouge_score.tokenizers import DefaultTokenizer

    tokenize = DefaultTokenizer(use_stemmer=True).tokenize

    @lru_cache(_STEMS)
    def normal(word: str) -> str:
        return "".join(tokenize(word))

    return normal


@lru_cache(1)
def _word_pattern() -> re.Pattern[str]:
    marks = _ranges(
        [code for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code))[0] == "M"]
    )
    joiners = "\u200c\u200d"
    return re.compile(
        rf"(?:[^\W_{UNSPACED_SCRIPTS}][{marks}{joiners}]*)+|(?!_)(?=\w)[{UNSPACED_SCRIPTS}][{marks}]*"
    )


def _ranges(codes: list[int]) -> str:
    """Write ascending code points as the inside of a character class."""
    starts = [code for code, before in zip(codes, [-1, *codes], strict=False) if code != before + 1]
    ends = [code for code, after in zip(codes, [*codes[1:], -1], strict=True) if after != code + 1]
    return "".join(f"{chr(start)}-{chr(end)}" for start, end in zip(starts, ends, strict=True))
