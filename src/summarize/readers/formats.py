"""What a file is, by how it begins.

:meta private:
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

__all__ = [
    "FORMATS",
    "HTML",
    "MARKDOWN",
    "TEXT",
    "binary_kind",
    "format_name",
    "is_saved_page",
    "kind_of",
    "refusal",
    "text_kind",
]

HTML = "html"
MARKDOWN = "markdown"
TEXT = "text"

_ALIASES = {
    TEXT: ("txt", "plain"),
    MARKDOWN: ("md",),
    HTML: ("htm", "xhtml", "mhtml", "mht"),
    "rst": ("restructuredtext", "rest"),
    "org": (),
    "subtitles": ("srt", "vtt", "sbv", "ass"),
    "mail": ("eml", "email"),
    "notebook": ("ipynb", "jupyter"),
    "pdf": (),
    "docx": ("word",),
    "odt": ("odp", "opendocument"),
    "pptx": ("powerpoint",),
    "epub": (),
    "rtf": (),
}
FORMATS = tuple(_ALIASES)
"""What ``format=`` may be."""

_FORMAT_OF = {name: name for name in FORMATS} | {
    alias: name for name, aliases in _ALIASES.items() for alias in aliases
}

# Those that are read, under the name of their reader.
_READ = (
    (b"\x1f\x8b", "gzip"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"{\\rtf", "rtf"),
)
_NOT_READ = (
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"8BPS", "a Photoshop image"),
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
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # what stands in the place of a document
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
_HTML_NAMES = frozenset((".html", ".htm", ".xhtml", ".xht", ".shtml", ".mht", ".mhtml"))
_HEADER = re.compile(
    rb"([A-Za-z][A-Za-z0-9-]{1,40}):[ \t]*+([^\r\n]*+(?:\r?\n[ \t]++[^\r\n]*+)*+)\r?\n"
)
_SAVED = re.compile(rb"multipart/related\b|text/html\b", re.IGNORECASE)
_SAVED_BY = re.compile(rb"""["'<]{0,3}saved by""", re.IGNORECASE)
_SENT = frozenset((b"to", b"cc", b"received", b"message-id", b"return-path", b"delivered-to"))
_MARKDOWN_NAMES = frozenset((".md", ".markdown", ".mdown", ".mkd", ".mdx", ".rmd", ".qmd"))
_SUFFIXES = {
    "subtitles": ".srt .vtt .sbv .ass .ssa",
    "mail": ".eml .mbox",
    "notebook": ".ipynb",
    "rst": ".rst .rest",
    "org": ".org",
    "!JSON": ".json .geojson .har",
    "!JSON lines": ".jsonl .ndjson .jsonlines",
    "!CSV": ".csv",
    "!TSV": ".tsv .tab",
    "!TeX": ".tex .latex .ltx .sty .cls",
    "!BibTeX": ".bib",
    "!YAML": ".yaml .yml",
    "!AsciiDoc": ".adoc .asciidoc",
    "!a patch": ".patch .diff",
    "!source code or a configuration": ".py .pyi .js .mjs .ts .tsx .jsx .java .kt .c .h .cc .cpp "
    ".hpp .cs .go .rs .rb .pl .pm .php .swift .scala .lua .jl .sh .bash .zsh .ps1 .bat .sql .css "
    ".scss .less .toml .ini .cfg .r .hs .ex .exs .clj .vue .gradle .cmake .asm .f90",
}
_KIND_OF_SUFFIX = {
    suffix: kind for kind, suffixes in _SUFFIXES.items() for suffix in suffixes.split()
}
_HEAD = 8192

_EACH = (
    "to summarize each of its texts, use 'summarize batch', or pass the texts one by one to "
    "summarize_many"
)
_REFUSALS = {
    "JSON": "data, not one text; give the text that is in it, or, if it is a list of records with "
    "a text each, use 'summarize batch'",
    "JSON lines": f"many records, not one text; {_EACH}",
    "CSV": f"a table of comma-separated values, not one text; {_EACH}",
    "TSV": f"a table of tab-separated values, not one text; {_EACH}",
    "a table": f"not one text; {_EACH}",
    "TeX": "source, not a text; give the PDF that it makes",
    "a log": "lines of a program, not a text; there is nothing in it to summarize by sentences",
}


def binary_kind(data: bytes) -> tuple[str, bool] | None:
    r"""Return what ``data`` is if it is no text, and whether there is a reader for it.

    >>> binary_kind(b"%PDF-1.7\n"), binary_kind(b"{\\rtf1 Rain.}"), binary_kind(b"It rained.")
    (('pdf', True), ('rtf', True), None)
    """
    for mark, kind in _READ:
        if data.startswith(mark):
            return kind, True
    if b"%PDF-" in data[:1024] and not data[:1].isalpha():  # readers of PDF take it so late
        return "pdf", True
    for mark, what in _NOT_READ:
        if data.startswith(mark):
            is_locked = data[:1] == b"\xd0" and _ENCRYPTED in data
            return "an Office document encrypted with a password" if is_locked else what, False
    for at, mark, what in _FURTHER_IN:
        if data[at : at + len(mark)] == mark:
            return what, False
    if data[:4] == b"RIFF" and data[8:12] in _RIFF:
        return _RIFF[data[8:12]], False
    if _PROGRAM.match(data) and b"\0" in data[:64]:
        return "a program", False
    return ("a BMP image", False) if _BMP.match(data) else None


def format_name(name: str) -> str:
    """Return the format that ``format=`` names, by its own name or the end of its files' names.

    Raises:
        ValueError: if there is none of that name.

    >>> format_name("markdown"), format_name(".srt")
    ('markdown', 'subtitles')
    """
    if not isinstance(name, str):
        raise TypeError(f"format must be a str, not {type(name).__name__}")
    known = _FORMAT_OF.get(name.lower().lstrip("."))
    if known is None:
        from difflib import get_close_matches

        near = get_close_matches(name.lower(), _FORMAT_OF, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"format={name!r} is not one of {', '.join(FORMATS)}{hint}")
    return known


def refusal(what: str) -> str:
    """Return why a text of a kind that is not read is refused, and what to do instead.

    >>> refusal("TeX")
    'TeX source, not a text; give the PDF that it makes (format="text" takes it as it stands)'
    """
    reason = _REFUSALS.get(what, "not a text that has sentences to choose from")
    joint = " " if reason.startswith("source") else ": "
    return f'{what}{joint}{reason} (format="text" takes it as it stands)'


def kind_of(name: str, content_type: str | None) -> str:
    """Return what a text is by the end of its name and the type that a server gave.

    A kind that is not read begins with ``"!"``.

    >>> kind_of("notes.md", None), kind_of("a", "text/html; charset=utf-8"), kind_of("a.txt", None)
    ('markdown', 'html', 'text')
    >>> kind_of("a.csv", None)
    '!CSV'
    """
    media = (content_type or "").partition(";")[0].strip().lower()
    if media in (
        "text/html",
        "application/xhtml+xml",
        "multipart/related",
        "application/x-mimearchive",
    ):
        return HTML
    if media == "text/markdown":
        return MARKDOWN
    suffix = PurePosixPath(name.partition("?")[0] if "://" in name else name).suffix.lower()
    if suffix in _MARKDOWN_NAMES:
        return MARKDOWN
    if suffix in _KIND_OF_SUFFIX and media in ("", "text/plain", "application/octet-stream"):
        return _KIND_OF_SUFFIX[suffix]
    return HTML if suffix in _HTML_NAMES and media in ("", "text/html") else TEXT


def is_saved_page(data: bytes, *, surely: bool = False) -> bool:
    r"""Whether ``data`` is a page with its pictures in one file, as browsers save it (MHTML).

    It has the form of a mail, but nobody sent it.

    Args:
        data: the file.
        surely: whether its name or its server says that it is a page.

    >>> head = b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n"
    >>> is_saved_page(head), is_saved_page(b"From: Ada Roe <ada@ellery.example>\n" + head)
    (True, False)
    """
    headers: dict[bytes, bytes] = {}
    at = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    while data[at : at + 1] in (b"\r", b"\n") and at < 9:
        at += 1
    while len(headers) < 100 and (header := _HEADER.match(data, at, at + _HEAD)):
        headers.setdefault(header[1].lower(), header[2])
        at = header.end()
    if not _SAVED.match(headers.get(b"content-type", b"")):
        return False
    if surely:
        return True
    told = b"snapshot-content-location" in headers or b"content-location" in headers
    saved = _SAVED_BY.match(headers.get(b"from", b""))
    is_whole = b"from" not in headers and b"mime-version" in headers  # as Word writes it
    return bool(told or saved or is_whole) and not _SENT.intersection(headers)


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
