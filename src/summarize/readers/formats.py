"""What a file is, by how it begins.

:meta private:
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

__all__ = ["HTML", "MARKDOWN", "TEXT", "binary_kind", "kind_of", "text_kind"]

HTML = "html"
MARKDOWN = "markdown"
TEXT = "text"

# Those that are read, under the name of their reader.
_READ = ((b"\x1f\x8b", "gzip"), (b"PK\x03\x04", "zip"), (b"PK\x05\x06", "zip"))
_NOT_READ = (
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"8BPS", "a Photoshop image"),
    (b"{\\rtf", "RTF"),
    (b"%!PS", "PostScript"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document (.doc, .xls or .ppt)"),
    (b"\x7fELF", "a program"),
    (b"\xcf\xfa\xed\xfe", "a program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\0", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"PAR1", "a Parquet file"),
    (b"OggS", "an audio or video file"),
    (b"fLaC", "an audio file"),
    (b"ID3", "an audio file"),
    (b"\x1aE\xdf\xa3", "a video file"),
    (b"\0asm", "a program"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
    (b"AT&TFORM", "a DjVu document"),
)
_FURTHER_IN = (
    (257, b"ustar", "a tar archive"),
    (4, b"ftyp", "a video or image file"),
    (60, b"BOOKMOBI", "a Kindle book"),
)
_RIFF = {b"WEBP": "a WebP image", b"WAVE": "an audio file", b"AVI ": "a video file"}
_PROGRAM = re.compile(rb"MZ.{58}", re.DOTALL)  # the old header that every .exe begins with
_BMP = re.compile(rb"BM.{4}\0\0\0\0", re.DOTALL)

_MARKUP = re.compile(
    r"\ufeff?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:(?><!--.*?-->)\s*)*"
    r"<(?:!doctype\s+html|(?:html|head|body|title|meta|link|article|main)(?=[\s>/]))",
    re.IGNORECASE | re.DOTALL,
)
_XML = re.compile(r"\ufeff?\s*<\?xml\s[^>]{0,200}\?>(?:\s|<[!?][^>]{0,2000}>)*<([\w:.-]{1,80})")
_HTML_NAMES = frozenset((".html", ".htm", ".xhtml", ".xht", ".shtml"))
_MARKDOWN_NAMES = frozenset((".md", ".markdown", ".mdown", ".mkd", ".mdx", ".rmd", ".qmd"))
_HEAD = 8192


def binary_kind(data: bytes) -> tuple[str, bool] | None:
    r"""Return what ``data`` is if it is no text, and whether there is a reader for it.

    >>> binary_kind(b"%PDF-1.7\n"), binary_kind(b"{\\rtf1 Rain.}"), binary_kind(b"It rained.")
    (('pdf', True), ('RTF', False), None)
    """
    for mark, kind in _READ:
        if data.startswith(mark):
            return kind, True
    if b"%PDF-" in data[:1024] and not data[:1].isalpha():  # readers of PDF take it so late
        return "pdf", True
    for mark, what in _NOT_READ:
        if data.startswith(mark):
            return what, False
    for at, mark, what in _FURTHER_IN:
        if data[at : at + len(mark)] == mark:
            return what, False
    if data[:4] == b"RIFF" and data[8:12] in _RIFF:
        return _RIFF[data[8:12]], False
    if _PROGRAM.match(data) and b"\0" in data[:64]:
        return "a program", False
    return ("a BMP image", False) if _BMP.match(data) else None


def kind_of(name: str, content_type: str | None) -> str:
    """Return what a text is by the end of its name and the type that a server gave.

    >>> kind_of("notes.md", None), kind_of("a", "text/html; charset=utf-8"), kind_of("a.txt", None)
    ('markdown', 'html', 'text')
    """
    media = (content_type or "").partition(";")[0].strip().lower()
    if media in ("text/html", "application/xhtml+xml"):
        return HTML
    if media == "text/markdown":
        return MARKDOWN
    suffix = PurePosixPath(name.partition("?")[0] if "://" in name else name).suffix.lower()
    if suffix in _MARKDOWN_NAMES:
        return MARKDOWN
    return HTML if suffix in _HTML_NAMES and media in ("", "text/html") else TEXT


def text_kind(data: bytes, hint: str) -> str:
    """Return what a text is: ``"html"`` by how it begins, else ``hint``, or ``"<name>"`` of XML.

    >>> text_kind(b"<!-- a --> <!DOCTYPE html><p>Rain", "text")
    'html'
    >>> text_kind(b"<?xml version='1.0'?><rss>", "text"), text_kind(b"Rain", "markdown")
    ('<rss>', 'markdown')
    """
    head = data[:_HEAD].replace(b"\0", b"").decode("latin-1")
    head = head.removeprefix("\xef\xbb\xbf").removeprefix("\xff\xfe").removeprefix("\xfe\xff")
    if hint != MARKDOWN and _MARKUP.match(head):
        return HTML
    root = _XML.match(head)
    return f"<{root[1]}>" if root and hint == TEXT else hint
