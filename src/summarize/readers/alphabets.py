"""Which encoding of a Latin script a text is in, told by the letters of its language.

:meta private:
"""

from __future__ import annotations

import re

__all__ = ["latin_encodings"]

# In order of preference, where the letters leave a choice.
_ENCODINGS = (
    "cp1252", "cp1250", "iso8859_2", "cp1254", "cp1257", "iso8859_15", "mac_roman", "cp850",
    "cp852",
)  # fmt: skip
_PUNCTUATION = frozenset("“”‘’‚„‹›«»–—…·•¿¡§°€£¥©®™½¼¾²³µ×±\u00a0\u00ad´ªº†‡‰¬¦¶")
# What no language has, but a wrong encoding makes: a sign or a capital inside a word.
_MISFIT = re.compile(r"(?<=[a-zß-öø-ÿ])[¿¡§£¥©®½¼¾²³±×ŽŠÀ-ÖØ-Ý]|[§£¥©®½¼¾²³±×°](?=[a-z])")
_ALPHABETS = {
    "Western": "àâæçéèêëîïôœùûüÿ",
    "German": "äöüß",
    "Spanish": "áéíñóúü",
    "Portuguese": "áâãàçéêíóôõúü",
    "Catalan": "àçéèíïóòúü",
    "Italian": "àèéìíîòóùú",
    "Nordic": "åäæöøéü",
    "Dutch": "áéëïíóöúüè",
    "Icelandic": "áðéíóúýþæö",
    "Irish": "áéíóúàèìòù",
    "Polish": "ąćęłńóśźż",
    "Czech": "áčďéěíňóřšťúůýž",
    "Slovak": "áäčďéíĺľňóôŕšťúýž",
    "Hungarian": "áéíóöőúüű",
    "South Slavic": "čćđšž",
    "Romanian": "ăâîşţ",
    "Turkish": "âçğıîöşûüİ",
    "Lithuanian": "ąčęėįšųūž",
    "Latvian": "āčēģīķļņšūž",
    "Estonian": "äõöüšž",
}
_LETTERS = [
    frozenset(letters + letters.upper().replace("SS", "")) for letters in _ALPHABETS.values()
]


def latin_encodings(data: bytes) -> list[tuple[str, float]]:
    """Return the encodings that ``data`` may be in with how well they fit, the best first.

    An encoding fits as far as the characters beyond ASCII are letters of one language, less what
    cannot stand inside a word; 1.0 is all of them. Only those that can decode all of ``data`` are
    given.

    >>> latin_encodings("Burmistrz powiedział, że most zostanie zamknięty.".encode("cp1250"))[0]
    ('cp1250', 1.0)
    >>> latin_encodings("Köln".encode("cp1252"))[0]
    ('cp1252', 1.0)
    """
    rated: list[tuple[float, int, str]] = []
    for encoding in _ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        rated.append((-_fit(text), len(rated), encoding))
    return [(encoding, -fit) for fit, _, encoding in sorted(rated)]


def _fit(text: str) -> float:
    counts: dict[str, int] = {}
    for character in text:
        if character > "\x7f" and character not in _PUNCTUATION:
            counts[character] = counts.get(character, 0) + 1
    misfits = len(_MISFIT.findall(text))
    if not counts:
        return 1.0 - misfits
    known = max(
        sum(count for character, count in counts.items() if character in letters)
        for letters in _LETTERS
    )
    return (known - misfits) / sum(counts.values())
