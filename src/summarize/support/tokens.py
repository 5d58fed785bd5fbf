"""The words of a text as the check compares them, each with its place.

:meta private:
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from ..text.words import UNSPACED_SCRIPTS, Remembered
from .wordings import AMOUNTS, ORDINALS, SAME_WORDS, SCALES

__all__ = ["Tokenizer", "Tokens", "tokenizer", "with_marks"]

_LETTER = rf"[^\W\d_{UNSPACED_SCRIPTS}]"
_TOKEN = re.compile(
    rf"\d+(?:[.,:]\d+)*|(?:{_LETTER}\.){{2,}}|{_LETTER}+?(?=n['’][tT]\b)|n['’][tT]\b"
    rf"|{_LETTER}+(?:['’]{_LETTER}+)*|(?!_)(?=\w)[{UNSPACED_SCRIPTS}]"
)
_MARKS = {mark: mark for mark in ".,;:!?()\"'`-"} | dict(
    zip("“”„«»‘’–—", '"""""\'\'--', strict=True)
)
_MARKS_BEHIND = 2  # characters behind the last word
_REMEMBERED = 50_000  # words of a language
_LANGUAGES = 8  # whose words are remembered
# The splitter's languages that Snowball has a stemmer for.
_STEMMERS = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "eu": "basque", "fi": "finnish", "fr": "french",
    "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian",
    "lt": "lithuanian", "nl": "dutch", "no": "norwegian", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
}  # fmt: skip


@lru_cache(maxsize=_LANGUAGES)
def tokenizer(language: str) -> Tokenizer:
    """Return the one tokenizer of a language, which remembers words."""
    return Tokenizer(language)


class Tokens(NamedTuple):
    """The words of a text, each with what is compared of it.

    Attributes:
        text: the text.
        starts, ends: where each word is in the text.
        raw: each word as written.
        words: the same in lower case; ``n't`` is ``not``, ``U.S.`` is ``us``.
        stems: its stem, the same for the forms of an irregular verb and for ``ten`` and ``10``.
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]
    raw: Sequence[str]
    words: Sequence[str]
    stems: Sequence[str]


def with_marks(tokens: Tokens) -> list[str]:
    """The stems with the marks between and behind them: what runs of words are compared by.

    >>> with_marks(Tokenizer("en")("“It rained,” she said."))
    ['it', 'rain', ',', '"', 'she', 'say', '.']
    """
    text, starts, ends = tokens.text, tokens.starts, tokens.ends
    found: list[str] = []
    last = len(starts) - 1
    for place, stem in enumerate(tokens.stems):
        found.append(stem)
        end = ends[place]
        gap = text[end : starts[place + 1] if place < last else end + _MARKS_BEHIND]
        if gap != " ":
            found += [_MARKS[mark] for mark in gap if mark in _MARKS]
    return found


class Tokenizer:
    """Finds the words of texts in one language.

    >>> tokens = Tokenizer("en")("Ada Roe's ten U.S. ships didn't sink.", 0)
    >>> list(tokens.stems)
    ['ada', 'roe', '10', 'us', 'ship', 'do', 'not', 'sink']
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self._english = language == "en"
        self._known = Remembered(self._compared, most=_REMEMBERED)
        self._stem = None
        if language in _STEMMERS:
            from Stemmer import Stemmer

            self._stem = Stemmer(_STEMMERS[language], 0).stemWord  # what it knows is kept here

    def __call__(self, text: str, start: int = 0, end: int | None = None) -> Tokens:
        """Return the words of ``text[start:end]``, their places counted in ``text``."""
        starts: list[int] = []
        ends: list[int] = []
        raw: list[str] = []
        for match in _TOKEN.finditer(text, start, len(text) if end is None else end):
            begin, behind = match.span()
            starts.append(begin)
            ends.append(behind)
            raw.append(match[0])
        pairs = list(map(self._known.__getitem__, raw))
        return Tokens(text, starts, ends, raw, [p[0] for p in pairs], [p[1] for p in pairs])

    def _compared(self, raw: str) -> tuple[str, str]:
        word = raw.casefold()
        if word[0].isdigit():
            number = word.replace(",", "")
            if number.isdecimal():
                number = number.lstrip("0") or "0"
            return word, number
        if "." in word:
            word = word.replace(".", "")
            return word, word
        if "’" in word or "'" in word:
            word = word.replace("’", "'").removesuffix("'s")
        if not self._english:
            return word, self._stem(word) if self._stem else word
        if word in ("n't", "cannot"):
            return word, "not"
        if word in AMOUNTS and word != "one":
            return word, str(AMOUNTS[word])
        if word in ORDINALS or word in SCALES:
            return word, word
        word_stem = SAME_WORDS.get(word, word)
        return word, self._stem(word_stem) if self._stem else word_stem
