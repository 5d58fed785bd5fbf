"""Which language a text is in: told by its script, and within a script by its commonest words.

Samples from all over the text are read, no more than a few thousand characters, so that a long
text costs no more than a short one. Each sample goes to the language whose function words it has
most of, and the text to the language of most samples.

:meta private:
"""

from __future__ import annotations

import re
import sys
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from ..errors import UnknownLanguageError
from .languages import LANGUAGES, normalize_language

__all__ = ["LanguageOrigin", "detect", "language_of"]

LanguageOrigin = Literal["given", "declared", "found", "assumed"]
"""How a document's language is known."""

_SAMPLES, _MORE_SAMPLES = 7, 28
_CLEAR_SHARE = 0.75  # of the words in one language, below which more samples are read
_SAMPLE_LENGTH = 320  # characters: about 50 words, of which a third are a language's commonest
# Running English has 40 to 50 words of its list in a hundred, other languages fewer than ten.
_ENGLISH_SHARE = 0.3
_MIXED_SHARE = 0.12  # the least of a sample that may be half English
_PIECES = 3  # in which such a sample is looked at
_LEAST_EVIDENCE = 2.5  # about three words that no other language has
_LEAST_WITHOUT_ENGLISH = 1.5  # the same where no word is English: hardly a text of ten words is so
_SURE_EVIDENCE = 12.0  # what it takes to doubt a declaration of English
# Names and titles put words of another language into English: it has to lead by so much.
_LEAD_OVER_ENGLISH = 1.5
_SHARPNESS = 8  # how far a sample goes to its likeliest language and not to that one's neighbours
_WORDS_OF_EVIDENCE = 8  # so many words of a text are vouched for by one function word
_FEW_WORDS = 10
_LETTERS_A_WORD, _LETTERS_A_WIDE_WORD = 5, 2


class _Found(NamedTuple):
    """A language, how many function words speak for it, and how many for each other one. A word
    counts the less the more languages have it; in a script of its own, letters count.
    """

    language: str
    evidence: float
    all_evidence: Mapping[str, float]


def language_of(
    text: str, *, given: str | None = None, declared: str | None = None
) -> tuple[str, LanguageOrigin]:
    """Return a text's language and how it is known.

    Args:
        text: the text.
        given: what the caller says, a BCP-47 tag; it always stands.
        declared: what the text's file says. It stands unless it is no language code, or English
            (which templates and programs put where nobody chose) and the text is plainly not.

    Raises:
        UnknownLanguageError: if ``given`` is no language code.

    >>> language_of("Der Hafen ist seit Dienstag geschlossen, und die Schiffe sind nicht da.")
    ('de', 'found')
    >>> language_of("Rain, rain, rain.")
    ('en', 'assumed')
    """
    if given is not None:
        return normalize_language(given), "given"
    found = _find(text)
    if declared is not None:
        try:
            language = normalize_language(declared)
        except UnknownLanguageError:
            pass
        else:
            if language != "en" or found is None or not _is_plainly_other(found):
                return language, "declared"
    return ("en", "assumed") if found is None else (found.language, "found")


def detect(text: str) -> str | None:
    """Return the ISO 639 code of the language that most of ``text`` is in; ``None`` if unknown.

    A text of few words is unknown unless its script tells.

    >>> detect("La lluvia cerró el puerto de la isla, y no hay barcos para los que esperan.")
    'es'
    >>> detect("今日は雨だ。"), detect("Rain.")
    ('ja', None)
    """
    found = _find(text)
    return None if found is None else found.language


def _is_plainly_other(found: _Found) -> bool:
    """Whether a text is surely not in English."""
    return found.evidence > max(_SURE_EVIDENCE, 4 * found.all_evidence.get("en", 0.0))


# --- Evidence -----------------------------------------------------------------------------------

_PLAIN = bytes(code if chr(code).isalpha() or chr(code) == "?" else 32 for code in range(128))
_PLAIN = _PLAIN.lower().ljust(256)


def _find(text: str) -> _Found | None:
    sizes, evidence = _counted(text, _SAMPLES)
    if len(sizes) > 1 and max(sizes.values()) < _CLEAR_SHARE * sum(sizes.values()):
        sizes, evidence = _counted(text, _MORE_SAMPLES)
    if not sizes:
        return None
    language = max(sizes, key=lambda each: (sizes[each], evidence[each]))
    if language in _SCRIPTS:
        script, languages = language, _SCRIPTS[language][0].split()
        language = max(languages, key=lambda each: evidence.get(each, 0.0))
        evidence[language] += evidence[script]
    least = _LEAST_EVIDENCE
    if "en" not in evidence and text.count(" ", 0, _SAMPLE_LENGTH) >= _FEW_WORDS:
        least = _LEAST_WITHOUT_ENGLISH
    if evidence[language] < least:
        return None
    return _Found(language, evidence[language], evidence)


def _counted(text: str, samples: int) -> tuple[dict[str, float], dict[str, float]]:
    """Return how many words are in each language, and what evidence there is for each."""
    sizes: dict[str, float] = defaultdict(float)
    evidence: dict[str, float] = defaultdict(float)
    clear = 0  # samples that are English, for certain
    count = max(1, min(samples, len(text) // _SAMPLE_LENGTH))
    unclear: list[tuple[str, int]] = []  # the others, and the pieces to look at them in
    most = 0  # words that there can be in those
    is_english = _english().__contains__
    for sample in _samples(text, count):
        words = sample.encode("ascii", "replace").translate(_PLAIN).split()
        english = sum(map(is_english, words))
        if english > 4 and english >= _ENGLISH_SHARE * len(words):
            sizes["en"] += len(words)
            evidence["en"] += english
            clear += 1
            if clear > count / 2:  # as most of most texts is
                if most <= (1 / _CLEAR_SHARE - 1) * sizes["en"]:
                    return sizes, evidence  # whatever the others are
                break
            continue
        if english:
            evidence["en"] += 0.0  # seen, if only in passing
        mixed = count > 1 and english >= _MIXED_SHARE * len(words)
        unclear.append((sample, _PIECES if mixed else 1))
        most += len(words) + sample.count("?") + 3 * _PIECES if sample.isascii() else len(sample)
    for sample, pieces in unclear:
        piece = len(sample) // pieces + 1
        for start in range(0, len(sample), piece):
            for size, scores in _parts(sample[start : start + piece].lower()):
                powers = {language: score**_SHARPNESS for language, score in scores.items()}
                total = sum(powers.values())
                for language, power in powers.items():
                    sizes[language] += size * power / total
                    evidence[language] += scores[language]
    return sizes, evidence


def _samples(text: str, count: int) -> Iterator[str]:
    """Yield parts of the text, spread evenly; of a short one, all of it."""
    if count == 1:
        yield text[: 2 * _SAMPLE_LENGTH]
        return
    step = (len(text) - _SAMPLE_LENGTH) / (count - 1)
    for number in range(count):
        start = round(number * step)
        yield text[start : start + _SAMPLE_LENGTH]


@cache
def _english() -> frozenset[bytes]:
    return frozenset(word.encode() for word in LANGUAGES["en"].function_words.split())


# Not ``\W``, which would take a letter's marks off it.
_BETWEEN_WORDS = re.compile(r"[\s\d_!-/:-@\[-`{-~\u00a0-\u00bf\u2000-\u206f\u3000-\u303f।॥،؛؟۔·]+")
# Letters of other scripts than Latin.
_OTHER_LETTER = re.compile(
    r"[^\u0000-\u036f\u1e00-\u1eff\u2000-\u2bff\u3000-\u303f\ufe00-\ufe6f\uff00-\uff65।॥،؛؟۔]"
)


def _parts(sample: str) -> Iterator[tuple[float, dict[str, float]]]:
    """Yield, for each script in a sample, for how many words the evidence stands, and the
    evidence for each language that is written in it.
    """
    words = _BETWEEN_WORDS.split(sample)
    table = _function_words()
    by_script: dict[str, dict[str, float]] = {}
    for word in words:
        known = table.get(word)
        if known is not None:
            script, languages, weight = known
            scores = by_script.setdefault(script, {})
            for language in languages:
                scores[language] = scores.get(language, 0.0) + weight
    for letter in _LETTERS.keys() & set(sample):
        scores = by_script.setdefault(_script(letter), {})
        for language in _LETTERS[letter]:
            scores[language] = scores.get(language, 0.0) + _LETTER_WORTH
    others = _OTHER_LETTER.findall(sample)
    latin = by_script.get("Latin")
    if latin is not None:
        best = max(latin.values())
        if best < _LEAD_OVER_ENGLISH * latin.get("en", 0.0):
            latin = {"en": latin["en"]}
            best = latin["en"]
        else:
            latin.pop("en", None)
        size = max(1.0, len(words) - len(others) / _LETTERS_A_WORD)
        yield min(size, _WORDS_OF_EVIDENCE * best), latin
    if others:
        counts = Counter(_script(letter) for letter in others)
        yield from _other_parts(counts, by_script)


def _other_parts(
    counts: Counter[str], by_script: Mapping[str, dict[str, float]]
) -> Iterator[tuple[float, dict[str, float]]]:
    """Yield the same for other scripts than Latin: the script by itself, whose letters are
    evidence, and then its languages, among which the whole text will decide.
    """
    if counts["Kana"] > _KANA_SHARE * counts["Han"]:
        counts["Kana"] += counts.pop("Han", 0)
    for script, count in counts.items():
        if script in _SCRIPTS and count:
            wide = not LANGUAGES[_SCRIPTS[script][0][:2]].spaces
            size = count / (_LETTERS_A_WIDE_WORD if wide else _LETTERS_A_WORD)
            yield size, {script: count / (1 if wide else 2)}
            yield 0.0, by_script.get(script, {})


_KANA_SHARE = 0.1  # of kana to characters, above which a text is Japanese
# The languages of each script, the likeliest first, and where its letters are.
_SCRIPTS: dict[str, tuple[str, list[tuple[int, int]]]] = {
    "Latin": ("", [(0x0, 0x36F), (0x1E00, 0x1EFF)]),
    "Greek": ("el", [(0x370, 0x3FF), (0x1F00, 0x1FFF)]),
    "Cyrillic": ("ru uk be bg sr mk kk mn tg", [(0x400, 0x52F)]),
    "Armenian": ("hy", [(0x530, 0x58F)]),
    "Hebrew": ("he yi", [(0x590, 0x5FF)]),
    "Arabic": ("ar fa ur ps", [(0x600, 0x77F), (0xFB50, 0xFDFF), (0xFE70, 0xFEFF)]),
    "Devanagari": ("hi mr ne", [(0x900, 0x97F)]),
    "Bengali": ("bn", [(0x980, 0x9FF)]),
    "Gurmukhi": ("pa", [(0xA00, 0xA7F)]),
    "Gujarati": ("gu", [(0xA80, 0xAFF)]),
    "Odia": ("or", [(0xB00, 0xB7F)]),
    "Tamil": ("ta", [(0xB80, 0xBFF)]),
    "Telugu": ("te", [(0xC00, 0xC7F)]),
    "Kannada": ("kn", [(0xC80, 0xCFF)]),
    "Malayalam": ("ml", [(0xD00, 0xD7F)]),
    "Sinhala": ("si", [(0xD80, 0xDFF)]),
    "Thai": ("th", [(0xE00, 0xE7F)]),
    "Lao": ("lo", [(0xE80, 0xEFF)]),
    "Tibetan": ("bo", [(0xF00, 0xFFF)]),
    "Burmese": ("my", [(0x1000, 0x109F)]),
    "Georgian": ("ka", [(0x10A0, 0x10FF), (0x1C90, 0x1CBF)]),
    "Ethiopic": ("am", [(0x1200, 0x139F)]),
    "Khmer": ("km", [(0x1780, 0x17FF)]),
    "Hangul": ("ko", [(0x1100, 0x11FF), (0x3130, 0x318F), (0xAC00, 0xD7AF)]),
    "Kana": ("ja", [(0x3040, 0x30FF), (0x31F0, 0x31FF), (0xFF66, 0xFF9F)]),
    "Han": (
        "zh",
        [(0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF)],
    ),
}
_RANGES = sorted((*ends, script) for script, (_, ranges) in _SCRIPTS.items() for ends in ranges)


@lru_cache(maxsize=1 << 14)
def _script(letter: str) -> str:
    code = ord(letter)
    _, last, script = _RANGES[bisect(_RANGES, (code, sys.maxunicode, "")) - 1]
    return script if code <= last else ""


@cache
def _function_words() -> dict[str, tuple[str, tuple[str, ...], float]]:
    """Each function word's script, its languages, and what it is worth as evidence for them."""
    languages: dict[str, list[str]] = {}
    for code, language in LANGUAGES.items():
        for word in dict.fromkeys(language.function_words.split()):
            if len(word) > 1 or _script(word) == "Devanagari":  # a letter there is a syllable
                languages.setdefault(word, []).append(code)
    return {
        word: (_script(word[0]), tuple(codes), _WORTH[min(len(codes), len(_WORTH)) - 1])
        for word, codes in languages.items()
    }


_WORTH = (1.0, 0.8, 0.65, 0.5, 0.4)  # of a word that one language has, two languages have, …
# Letters that few languages have. In the Latin script those of a few names may stand in any text.
_LETTERS = {
    letter: languages.split()
    for letters, languages in {
        "ß": "de", "ñ": "es gl", "¿¡": "es", "őű": "hu", "łżśźć": "pl", "ąę": "pl lt", "řůě": "cs",
        "ľĺŕ": "sk", "ğı": "tr az", "ş": "tr az ro", "ə": "az", "ă": "ro vi", "șțţ": "ro",
        "ã": "pt vi", "õ": "pt et vi", "å": "sv da no nn", "øæ": "da no nn", "þð": "is",
        "đ": "vi hr sr", "ơưạếộấảềệậớợủ": "vi", "ėįų": "lt", "ģķļņā": "lv", "ĉĝŝŭ": "eo",
        "ŵŷ": "cy", "œ": "fr", "ò": "it ca", "ù": "it fr",
        "їєґ": "uk", "і": "uk be", "ў": "be", "ыэё": "ru be", "ъщ": "bg ru", "ђћ": "sr",
        "љњџј": "sr mk", "ѓќѕ": "mk", "әғқңұһ": "kk", "өү": "kk mn", "ҳҷӣӯ": "tg",
        "پچگژ": "fa ur", "یک": "fa ur", "ٹڈڑںے": "ur", "ښړڼې": "ps", "ةىأإ": "ar", "ळ": "mr",
        "ײװ": "yi",
    }.items()
    for letter in letters
}  # fmt: skip
_LETTER_WORTH = 0.5
