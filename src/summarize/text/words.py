"""What a word is, which scripts put no space between words, and what a language code is.

:meta private:
"""

from __future__ import annotations

import re

from ..errors import UnknownLanguageError

__all__ = [
    "UNSPACED_SCRIPTS",
    "WORD",
    "alphanumerics",
    "count_words",
    "is_unspaced",
    "normalize_language",
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

_ISO_639_1 = frozenset(
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da "
    "de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy "
    "hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg "
    "li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or "
    "os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta "
    "te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu".split()
)
_ISO_639_2 = {
    "ara": "ar", "bul": "bg", "cat": "ca", "ces": "cs", "chi": "zh", "cze": "cs", "dan": "da",
    "deu": "de", "dut": "nl", "ell": "el", "eng": "en", "est": "et", "eus": "eu", "fas": "fa",
    "fin": "fi", "fra": "fr", "fre": "fr", "ger": "de", "gre": "el", "heb": "he", "hin": "hi",
    "hrv": "hr", "hun": "hu", "hye": "hy", "ind": "id", "ita": "it", "jpn": "ja", "kor": "ko",
    "lit": "lt", "nld": "nl", "nor": "no", "per": "fa", "pol": "pl", "por": "pt", "ron": "ro",
    "rum": "ro", "rus": "ru", "slk": "sk", "slo": "sk", "slv": "sl", "spa": "es", "srp": "sr",
    "swe": "sv", "tam": "ta", "tha": "th", "tur": "tr", "ukr": "uk", "vie": "vi", "zho": "zh",
}  # fmt: skip


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


def normalize_language(language: str) -> str:
    """Return the primary subtag, in lower case, of a BCP-47 language tag.

    >>> normalize_language("en-US"), normalize_language("PT_br")
    ('en', 'pt')

    Three-letter codes of languages that have one of two letters become that one.

    Raises:
        UnknownLanguageError: for anything that is not an ISO 639 language code, with or without
            further subtags. (Private and grandfathered BCP-47 tags such as ``x-private`` name no
            language of which anything is known here.)
    """
    if not isinstance(language, str):
        raise UnknownLanguageError(language)
    match = re.fullmatch(r"([a-z]{2,3})(?:[-_][a-z0-9]{1,8})*", language.strip().lower())
    if match is None or (len(match[1]) == 2 and match[1] not in _ISO_639_1):
        raise UnknownLanguageError(language)
    return _ISO_639_2.get(match[1], match[1])
