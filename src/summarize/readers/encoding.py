"""From bytes to text, whatever encoding they are in.

:meta private:
"""

from __future__ import annotations

import codecs
import re
from unicodedata import category

from ..errors import ReadError

__all__ = ["Decoded", "decode", "decode_detecting", "web_name"]

Decoded = tuple[str, str]  # the text and its encoding's name

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What a web page means by a name, after https://encoding.spec.whatwg.org/#names-and-labels.
_WEB_NAMES = {
    "iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030",
    "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "tis-620": "cp874",
}  # fmt: skip
_NOT_FOR_FILES = frozenset(
    "idna punycode undefined unicode-escape raw-unicode-escape utf-7 rot-13 hex base64 quopri uu "
    "zlib bz2".split()
)
# Those in use, for chardet to choose from: it knows many that no text is in any more.
_IN_USE = (
    "cp1252 iso8859-1 iso8859-15 mac-roman cp850 cp1250 iso8859-2 cp852 cp1254 cp1257 cp1251 "
    "koi8-r koi8-u iso8859-5 cp866 cp1253 iso8859-7 cp1255 cp1256 cp874 big5 gb18030 cp932 euc-jp "
    "cp949"
).split()
_WESTERN = ("cp1252", "iso8859-15", "mac-roman", "cp850")
# What no Western text has, but a wrong encoding makes: a sign or a capital inside a word, a sign of
# no use or in no place, a letter by itself or before a number.
_MISFIT = re.compile(
    "|".join(
        (
            # within a word or beside one
            r"(?<=[a-zß-öø-ÿ])[¿¡§£¥©®½¼¾²³±×ŽŠÀ-ÖØ-Ý‚„ƒˆ˜†]",
            r"(?<=[^\W\d_])[‡™¢“”•‰‹›¶](?=[a-z])|(?<=\w)[¡¿]|(?<=[a-z])°|ã(?=[a-df-npqrt-z])",
            r"á(?=[aeo][a-z])|œ(?=[ahjklopvwxyz])|(?<=[a-z])\xa0(?=(?:[b-hj-z]|il|lez|n[cd]h?ez)\b)",
            r"[§£¥©®²³±×°‚„](?=[a-z])|(?<!\d)[½¼¾](?=[a-z])|(?<=[a-z])—(?=[a-z]\b)",
            r"(?<=[A-Z])[ŽÀ-ÖØ-Þ](?=[a-z])|[ÀÂ-ÈË-ÖØ-Þ](?=[A-Z][a-z])",
            r"[ÿŸýÝþÞ](?!\w)|ÿ(?=[a-z])|(?<=[^\W\d_])ð(?=\w)|(?<=\w )ð(?=\w)",
            # by itself, or before what it does not belong to
            r"(?<!\w)[ÙúÚûÛñÑÐðÕÒÊ](?!\w)|(?<=[\w,] )É(?!\w)|(?<=[.:])[áÕ](?= ?[A-Z])",
            # beside a number
            r"[œŒžŽªºÀ-ÖØ-öø-ÿ](?=\d)|(?<=\d)[œŒÀ-ÖØ-öø-ÿ](?=\w)|(?<=\d)«|(?<=\d)[»á](?=\W)",
            # nowhere
            r"¥(?! ?\d)|[¤¨¸¬´¯ƒˇ˘˙˝˛◊\uf8ff\ufffd\x80-\x9f\u2500-\u259f]",
        )
    )
)
_LONGEST_NAME = 40  # Python remembers whatever it is asked for that is no encoding
_HIGH = re.compile(rb"[\x80-\xff]+")
_ISO_2022_JP = re.compile(rb"\x1b\$[@B]")
_SAMPLE = 2**16
_UNSURE = 0.04  # chardet's confidence
_FEW = 0.01  # of the bytes are not ASCII: the text is English, or near it
_SHORT = 40  # bytes, too few to tell more than Western from others
# Control characters that no text has; a stray one is let pass.
_CONTROL = re.compile("[\x00-\x07\x0e-\x19]")
_STRAY = 0.02


def decode(data: bytes, name: str, encoding: str | None = None) -> str:
    """Return the text in ``data``, which nothing is guessed about.

    Args:
        data: the bytes of a text.
        name: what an error calls it.
        encoding: the encoding; without it, that of the byte-order mark, else UTF-8.

    Raises:
        ReadError: if it is not text, not text in that encoding, or the encoding is unknown.

    >>> decode("naïve".encode("utf-16"), "a.txt")
    'naïve'
    """
    return decode_detecting(data, name, encoding or _marked(data) or "utf-8")[0]


def decode_detecting(
    data: bytes, name: str, encoding: str | None = None, declared: str | None = None
) -> Decoded:
    """Return the text in ``data`` and the name of its encoding.

    Args:
        data: the bytes of a text.
        name: what an error calls it.
        encoding: the encoding, which must fit.
        declared: what a server or the text itself says, which is believed if it fits.

    Raises:
        ReadError: as for :func:`decode`.

    >>> decode_detecting("Es regnet in Köln.".encode("cp1252"), "a.txt")
    ('Es regnet in Köln.', 'cp1252')
    """
    if encoding is not None:
        found = _strict(data, name, encoding), encoding
    else:
        found = _detected(data, name, declared)
    if _is_binary(found[0]):
        raise ReadError(name, "not a text file")
    return found


def _marked(data: bytes) -> str | None:
    return next((name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)), None)


def _strict(data: bytes, name: str, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeError as error:
        where = f" (at byte {error.start:,})" if isinstance(error, UnicodeDecodeError) else ""
        raise ReadError(name, f"not {encoding} text{where}; encoding= names another") from None
    except (LookupError, ValueError):  # of a name with a NUL in it
        raise ReadError(name, f"unknown encoding {encoding[:80]!r}") from None


def _detected(data: bytes, name: str, declared: str | None) -> Decoded:
    marked = _marked(data)
    if marked is not None:
        damaged = _damaged(data) if marked == "utf-8" and _tried(data, marked) is None else None
        return damaged or (_strict(data, name, marked), marked)
    head = data[:_SAMPLE]
    plain = _tried(data, "utf-8")
    if plain is None or head.count(0) > len(head) / 100 or _is_binary(plain):
        for encoding in _wide(head):
            text = _tried(data, encoding)
            if text is not None and not _is_unassigned(text):
                return text, encoding
    claim = web_name(declared)
    if _ISO_2022_JP.search(head):
        claim = "iso2022_jp"
    if claim and claim.startswith(("iso2022", "hz")):  # these look like ASCII, and so like UTF-8
        candidates = [claim, "utf-8"]
    else:
        candidates = ["utf-8", claim] if claim else ["utf-8"]
    for encoding in candidates:
        text = plain if encoding == "utf-8" else _tried(data, encoding)
        if text is not None:
            return text, encoding
    if _is_binary(head.decode("latin-1")):
        raise ReadError(name, "not a text file")
    return _damaged(data) or _legacy(data, name)


def web_name(declared: str | None) -> str | None:
    """Return what browsers take a declared encoding for, if it is one of text.

    >>> web_name("latin-1"), web_name("unicode_escape")
    ('cp1252', None)
    """
    if len(declared or "") > _LONGEST_NAME:
        return None
    try:
        found = codecs.lookup((declared or "").strip(" \t\"'").removeprefix("x-")).name
    except (LookupError, ValueError):
        return None
    return None if found in _NOT_FOR_FILES else _WEB_NAMES.get(found, found)


def _tried(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding)
    except (UnicodeError, LookupError):
        return None
    return text if isinstance(text, str) else None


def _wide(head: bytes) -> list[str]:
    """Return what UTF-16 or UTF-32 a text without a mark may be in, by where its NULs stand."""
    zeros = [head[i::4].count(0) for i in range(4)]
    most = 0.95 * (len(head) // 4)
    if not any(zeros):
        return []
    if min(zeros[2:]) >= most > zeros[0]:
        return ["utf-32-le"]
    if min(zeros[:2]) >= most > zeros[3]:
        return ["utf-32-be"]
    even, odd = zeros[0] + zeros[2], zeros[1] + zeros[3]
    if min(even, odd) > 0.05 * (even + odd):
        return []
    return ["utf-16-le" if odd > even else "utf-16-be"]


def _damaged(data: bytes) -> Decoded | None:
    """Read UTF-8 with a few bad bytes, such as one cut at its end; U+FFFD marks their places."""
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd") - data.count("\ufffd".encode())
    good = sum(map(len, re.findall(r"[^\x00-\x7f\ufffd]+", text)))
    cut_off = bad == 1 and good and text.endswith("\ufffd")
    if good < 4 * bad and not cut_off:
        return None
    return text, f"utf-8 ({bad:,} {'place' if bad == 1 else 'places'} damaged)"


def _legacy(data: bytes, name: str) -> Decoded:
    import chardet

    high = _HIGH.search(data)
    start = max(0, high.start() - _SAMPLE // 2) if high else 0  # what comes late is seen too
    sample = data[start : start + _SAMPLE]
    found = chardet.detect(sample, include_encodings=_IN_USE)
    likely = codecs.lookup(found["encoding"] or "cp1252").name
    share = sum(map(len, _HIGH.findall(sample))) / max(1, len(sample))
    if found["confidence"] < _UNSURE or len(sample) < _SHORT:  # a word or two?
        likely = "cp1252" if share <= 0.5 else likely if found["confidence"] >= _UNSURE else ""
    if likely in ("iso8859-1", *_WESTERN) or share < _FEW:
        rated = [(len(_MISFIT.findall(sample.decode(each, "replace"))), each) for each in _WESTERN]
        least = min(count for count, _ in rated)
        best = [encoding for count, encoding in rated if count == least]
        likely = likely if likely in best else best[0]
    for encoding in (_WEB_NAMES.get(likely, likely), "cp1252", "mac-roman") if likely else ():
        text = _tried(data, encoding)
        if text is not None and not _is_unassigned(text):
            return text, encoding
    raise ReadError(name, "text in no encoding that is known here; encoding= names it")


def _is_unassigned(text: str) -> bool:
    head = text[:8192]
    strange = sum(category(character) in ("Cn", "Co", "Cs") for character in head)
    return strange > _STRAY * len(head) or _is_binary(head)


def _is_binary(text: str) -> bool:
    head = text[:8192]
    return len(_CONTROL.findall(head)) > _STRAY * len(head)
