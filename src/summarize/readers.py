"""From a file to a Document."""

from __future__ import annotations

import codecs
import os
from pathlib import Path
from typing import IO, Literal

from .document import Document
from .errors import ReadError

__all__ = ["decode", "read"]

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Control characters that no text file has; a stray one is let pass.
_NO_TEXT = ("%PDF-", "{\\rtf", "%!PS-", "PK\x03\x04")  # formats that begin like text
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\v\f\r\x1a\x1b\x1c\x1d\x1e\x1f\x08")


def read(
    source: str | os.PathLike[str] | IO[bytes],
    *,
    encoding: str | None = None,
    language: str = "en",
    dateline: Literal["strip", "keep"] = "strip",
) -> Document:
    """Read a text file.

    Args:
        source: a path, or a file open for reading bytes.
        encoding: the text's encoding. Without it, that of the byte-order mark, else UTF-8.
        language: the text's language, a BCP-47 tag.
        dateline: ``"strip"`` leaves a leading dateline or byline out; ``"keep"`` does not.

    Returns:
        The document; its ``text`` is the file's whole text, which all offsets refer to.

    Raises:
        ReadError: if there is no such file, or it is not text in that encoding.
        EmptyDocumentError: if there is nothing in it.

    >>> import io
    >>> read(io.BytesIO(b"It rained. The river rose."))
    <Document: 2 sentences, 5 words, 'en'>
    """
    if isinstance(source, str | os.PathLike):
        name = os.fspath(source)
        if name.lower().startswith(("http://", "https://")):
            raise ReadError(name, "URLs are not read; download the page first")
        try:
            data = Path(name).read_bytes()
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            number = getattr(error, "errno", None)
            raise ReadError(name, reason.lower(), number) from error
    elif hasattr(source, "read"):
        name = str(getattr(source, "name", "<stream>"))
        data = source.read()
        if not isinstance(data, bytes):
            raise TypeError("source must be open for reading bytes, not text")
    else:
        raise TypeError(f"source must be a path or a binary file, not {type(source).__name__}")
    return Document.from_text(decode(data, name, encoding), language=language, dateline=dateline)


def decode(data: bytes, name: str, encoding: str | None = None) -> str:
    """Return the text in ``data``; ``name`` is what an error calls it.

    >>> decode("naïve".encode("utf-16"), "a.txt")
    'naïve'
    """
    if encoding is None:
        marked = (name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark))
        encoding = next(marked, "utf-8")
    try:
        text = data.decode(encoding)
    except LookupError:
        raise ReadError(name, f"unknown encoding {encoding!r}") from None
    except UnicodeError as error:
        where = f" (at byte {error.start:,})" if isinstance(error, UnicodeDecodeError) else ""
        advice = "if it is text, name its encoding, such as 'cp1252'"
        raise ReadError(name, f"not {encoding} text{where}; {advice}") from None
    if _is_binary(text):
        raise ReadError(name, "not a text file")
    return text


def _is_binary(text: str) -> bool:
    head = text[:8192]
    if head.startswith(_NO_TEXT):
        return True
    return sum(ord(character) in _CONTROLS for character in head) > 0.02 * len(head)
