"""What bytes are, and which reader takes them.

:meta private:
"""

from __future__ import annotations

import re
from zipfile import ZipFile

from ..errors import ReadError
from .archives import gunzip, open_zip
from .encoding import decode_detecting
from .extracted import Extracted
from .formats import HTML, MARKDOWN, binary_kind, kind_of, text_kind
from .sources import Loaded

__all__ = ["extract"]

_GZIP_LEVELS = 3
_WORD = re.compile(r"word/document\d*\.xml")  # Word on the web has numbered it
_OFFICE = {
    "xl/workbook.xml": "an Excel workbook",
    "ppt/presentation.xml": "a PowerPoint presentation",
    "content.xml": "an OpenDocument file",
    "META-INF/MANIFEST.MF": "a Java archive",
}


def extract(
    loaded: Loaded, *, encoding: str | None, max_bytes: int | None, max_pages: int | None
) -> Extracted:
    r"""Return the running text of ``loaded``, by its content first and its name second.

    Args:
        loaded: the bytes and what is known of them.
        encoding: the encoding of a text; see :func:`summarize.read` for this and the limits.
        max_bytes: how large it may be once unpacked.
        max_pages: how many pages a PDF may have.

    Raises:
        ReadError: if there is no reader for it, or the reader finds no text.
        MissingDependencyError: if the reader needs an extra that is not installed.

    >>> loaded = Loaded(b"# Rain\n\nIt *rained*.", "a.md")
    >>> extract(loaded, encoding=None, max_bytes=None, max_pages=None)
    Extracted(text='It rained.', title='Rain', language=None, metadata={})
    """
    data, name, ending = loaded.data, loaded.name, loaded.source or loaded.name
    for _ in range(_GZIP_LEVELS):
        if binary_kind(data) != ("gzip", True):
            break
        data = gunzip(data, name, max_bytes)
        ending = ending.removesuffix(".gz")
    known = binary_kind(data)
    if known is None:
        hint = kind_of(ending, loaded.content_type)
        return _text(data, name, encoding, loaded.charset, hint, limited=max_bytes is not None)
    kind, is_read = known
    if kind == "pdf":
        from .pdf import read_pdf

        return read_pdf(data, name, max_bytes=max_bytes, max_pages=max_pages)
    if kind == "zip":
        return _zipped(data, name, max_bytes)
    if is_read:
        raise ReadError(name, f"compressed with gzip more than {_GZIP_LEVELS} times")
    raise ReadError(name, f"{kind}, which is not read")


def _zipped(data: bytes, name: str, max_bytes: int | None) -> Extracted:
    with open_zip(data, name, max_bytes) as archive:
        members = set(archive.namelist())
        if any(map(_WORD.fullmatch, members)):
            from .docx import read_docx

            return read_docx(data, archive, name, max_bytes=max_bytes)
        if "META-INF/container.xml" in members:
            from .epub import read_epub

            return read_epub(archive, name, max_bytes=max_bytes)
        raise ReadError(name, f"{_office_kind(archive, members)}, which is not read")


def _office_kind(archive: ZipFile, members: set[str]) -> str:
    for member, what in _OFFICE.items():
        if member in members:
            return what
    return "a zip archive"


def _text(
    data: bytes,
    name: str,
    encoding: str | None,
    charset: str | None,
    hint: str,
    *,
    limited: bool,
) -> Extracted:
    kind = text_kind(data, hint)
    if kind == HTML:
        from .webpage import declared_charset, read_html

        charset = charset or declared_charset(data)
    text, used = decode_detecting(data, name, encoding, charset)
    noted = None if used in ("utf-8", "ascii") else used
    if kind == HTML:
        return read_html(text, name, encoding=noted, limited=limited)
    if kind == MARKDOWN:
        from .markdown import read_markdown

        return read_markdown(text, name, encoding=noted, limited=limited)
    if kind.startswith("<"):
        raise ReadError(name, f"an XML document ({kind}), which is not read")
    return Extracted(text, metadata={"encoding": noted} if noted else {})
