"""How text becomes the tokens that ROUGE compares: rouge_score's way, and one for any script.

:meta private:
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

from ..text.words import UNSPACED_SCRIPTS, Remembered

__all__ = [
    "STEMMERS",
    "TOKENIZERS",
    "Stemmer",
    "Tokenize",
    "default_tokenizer",
    "unicode_tokenizer",
]

Tokenize = Callable[[str], list[str]]

Stemmer = Literal["porter", "rouge155", "none"]
STEMMERS: tuple[Stemmer, ...] = get_args(Stemmer)

_ASCII_TOKEN = re.compile(r"[a-z0-9]+")
_STEMS = 1 << 17  # words whose stems are kept: more than a news corpus of 100,000 articles has
_STEP_4 = (  # the longer of two that end alike first
    "ement ance ence able ible al er ic ant ou ism ate iti ous ive ize".split(),
    ["ment"],
    ["ent", "ion"],
)
_UNSTEMMED = 3  # letters; shorter words are left as they are, by rouge_score and ROUGE-1.5.5 alike


def default_tokenizer(*, stem: Stemmer) -> Tokenize:
    """Return rouge_score's tokeniser: lower case, runs of a–z and 0–9, stemmed as ``stem`` says.

    Every other character separates tokens, so that text in other scripts has none. ``"porter"``
    gives rouge_score's stems (none for words of up to three letters); ``"rouge155"`` those of the
    Perl script ROUGE-1.5.5 with ``-m``: the base form of WordNet's exceptions, else Porter's. Each
    word is looked up once.

    >>> default_tokenizer(stem="porter")("The U.S. economies, naïvely")
    ['the', 'u', 's', 'economi', 'na', 'veli']
    """
    normal = _normal_form(stem)

    def tokenize(text: str) -> list[str]:
        return [token for word in _ASCII_TOKEN.findall(text.lower()) if (token := normal(word))]

    return tokenize


def unicode_tokenizer(*, stem: Stemmer) -> Tokenize:
    """Return a tokeniser for any script that equals the default one on ASCII text.

    The text is put into NFC and lower case. A token is a run of letters and digits with the marks
    that belong to them (vowel signs, accents, joiners); in scripts without spaces between words,
    each letter with its marks. Only tokens of a–z and 0–9 are stemmed: the stemmer knows English.

    >>> unicode_tokenizer(stem="porter")("Cristóbal's economies: हिन्दी 今日")
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


def _normal_form(stem: Stemmer) -> Callable[[str], str]:
    """Return what becomes of a single lower-case ASCII word; "" if it is dropped."""
    if stem == "none":
        return str
    of = _rouge_score_stem() if stem == "porter" else _rouge155_stem()
    return Remembered(of, most=_STEMS).__getitem__


def _rouge_score_stem() -> Callable[[str], str]:
    from rouge_score.tokenizers import DefaultTokenizer

    tokenize = DefaultTokenizer(use_stemmer=True).tokenize
    return lambda word: "".join(tokenize(word))


def _rouge155_stem() -> Callable[[str], str]:
    from nltk.stem.porter import PorterStemmer

    class Stemmer(PorterStemmer):
        """Porter's own program, with the fourth step as ROUGE-1.5.5 has it since 2004.

        There the suffixes -ment, and -ent or -ion, are tried after all others, on what is left.
        """

        def _step4(self, word: str) -> str:
            for suffixes in _STEP_4:
                suffix = next((each for each in suffixes if word.endswith(each)), "")
                stem = word[: len(word) - len(suffix)]
                if suffix == "ion":
                    suffix = suffix if stem.endswith(("s", "t")) else ""
                if suffix and self._measure(stem) > 1:
                    word = stem
            return word

    stem = Stemmer(mode=PorterStemmer.MARTIN_EXTENSIONS).stem
    exceptions = _exceptions()
    return lambda word: (
        word if len(word) <= _UNSTEMMED else exceptions.get(word) or stem(word, to_lowercase=False)
    )


@cache
def _exceptions() -> dict[str, str]:
    """Read WordNet's exceptional forms, each with its base form."""
    text = files(__package__).joinpath("wordnet_exceptions.txt").read_text(encoding="ascii")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return dict(line.split() for line in lines)


@cache
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
