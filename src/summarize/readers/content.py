"""What bytes are, and which reader takes them.

:meta private:
"""

from __future__ import annotations

import re
from zipfile import ZipFile

from ..errors import ReadError
from .archives import gunzip, open_zip, read_member
from .encoding import decode_detecting
from .extracted import Extracted, damaged, is_native, paragraphs
from .formats import (
    HTML,
    MARKDOWN,
    TEXT,
    binary_kind,
    is_saved_page,
    kind_of,
    refusal,
    text_kind,
)
from .sniffing import what_is
from .sources import Loaded

__all__ = ["read_content"]

_GZIP_LEVELS = 3
_WORD = re.compile(r"word/document")  # what follows differs from program to program
_OFFICE = {
    "xl/workbook.xml": "an Excel workbook",
    "META-INF/MANIFEST.MF": "a Java archive",
}


_OPENDOCUMENT = {
    "spreadsheet": "an OpenDocument spreadsheet",
    "graphics": "an OpenDocument drawing",
    "formula": "an OpenDocument formula",
    "chart": "an OpenDocument chart",
    "database": "an OpenDocument database",
}
_MAIL_HEAD = 64_000
_UNMARKED = (TEXT, MARKDOWN, "rst", "org")


def read_content(
    loaded: Loaded,
    *,
    format: str | None = None,
    encoding: str | None,
    max_bytes: int | None,
    max_pages: int | None,
) -> Extracted:
    r"""Return the running text of ``loaded``, by its content first and its name second.

    Args:
        loaded: the bytes and what is known of them.
        format: what it is, one of :data:`.formats.FORMATS`; ``None`` finds out.
        encoding: the encoding of a text; see :func:`summarize.read` for this and the limits.
        max_bytes: how large it may be once unpacked.
        max_pages: how many pages a PDF may have.

    Raises:
        ReadError: if there is no reader for it, or the reader finds no text.
        MissingDependencyError: if the reader needs an extra that is not installed.

    >>> loaded = Loaded(b"# Rain\n\nIt *rained*.", "a.md")
    >>> read_content(loaded, encoding=None, max_bytes=None, max_pages=None)
    Extracted(text='It rained.', title='Rain', language=None, metadata={})
    """
    try:
        return _extract(loaded, format, encoding, max_bytes, max_pages)
    except BaseException as error:
        if not is_native(error):
            raise
        raise damaged(loaded.name, "file", error) from error


def _extract(
    loaded: Loaded,
    format: str | None,
    encoding: str | None,
    max_bytes: int | None,
    max_pages: int | None,
) -> Extracted:
    data, name, ending = loaded.data, loaded.name, loaded.source or loaded.name
    for _ in range(_GZIP_LEVELS):
        if binary_kind(data) != ("gzip", True):
            break
        data = gunzip(data, name, max_bytes)
        ending = ending.removesuffix(".gz")
    limited = max_bytes is not None
    known = binary_kind(data)
    if known is None:
        hint = kind_of(ending, loaded.content_type)
        return _text(data, name, encoding, loaded.charset, hint, format, limited=limited)
    kind, is_read = known
    if not is_read:
        raise ReadError(name, f"{kind}, which is not read")
    if kind == "gzip":
        raise ReadError(name, f"compressed with gzip more than {_GZIP_LEVELS} times")
    if kind == "zip":
        return _zipped(data, name, format, max_bytes)
    if format not in (None, kind):
        raise _other(name, f"{'an' if kind == 'rtf' else 'a'} {kind.upper()} file", format)
    if kind == "rtf":
        from .rtf import read_rtf

        return read_rtf(data, name, limited=limited)
    from .pdf import read_pdf

    return read_pdf(data, name, max_bytes=max_bytes, max_pages=max_pages)


def _other(name: str, what: str, format: str | None) -> ReadError:
    return ReadError(name, f"{what}, not {format} as format= says")


def _zipped(data: bytes, name: str, format: str | None, max_bytes: int | None) -> Extracted:
    with open_zip(data, name, max_bytes) as archive:
        members = set(archive.namelist())
        kind = _package_kind(archive, members)
        if kind not in ("docx", "epub", "pptx", "odt"):
            raise ReadError(name, f"{kind}, which is not read")
        if format not in (None, kind):
            raise _other(name, f"a file of the kind {kind}", format)
        if kind == "docx":
            from .docx import read_docx

            return read_docx(archive, name, max_bytes=max_bytes)
        if kind == "epub":
            from .epub import read_epub

            return read_epub(archive, name, max_bytes=max_bytes)
        from .packages import read_opendocument, read_powerpoint

        reader = read_powerpoint if kind == "pptx" else read_opendocument
        return reader(archive, name, limited=max_bytes is not None)


def _package_kind(archive: ZipFile, members: set[str]) -> str:
    """The format of a zip archive that is read, or what else it is."""
    if any(map(_WORD.match, members)):
        return "docx"
    if "META-INF/container.xml" in members:
        return "epub"
    if "ppt/presentation.xml" in members:
        return "pptx"
    if "content.xml" in members:
        declared = b"".join(
            read_member(archive, member, "") for member in ("mimetype",) if member in members
        ).decode("ascii", "replace")
        for part, what in _OPENDOCUMENT.items():
            if part in declared:
                return what
        return "odt"
    return _office_kind(members)


def _office_kind(members: set[str]) -> str:
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
    format: str | None,
    *,
    limited: bool,
) -> Extracted:
    if format in ("pdf", "docx", "odt", "pptx", "epub", "rtf"):
        raise _other(name, "a text", format)
    kind = format or text_kind(data, hint)
    if kind == HTML:
        from .webpage import declared_charset

        charset = charset or declared_charset(data)
    if format in (None, HTML) and is_saved_page(data, surely=hint == HTML):
        from .savedpage import read_saved_page

        return read_saved_page(data, name, encoding, limited=limited)
    if kind == "mail" or (format is None and _is_mail(data)):
        from .mail import read_mail

        return read_mail(data, name, limited=limited)
    text, used = decode_detecting(data, name, encoding, charset)
    noted = None if used in ("utf-8", "ascii") else used
    if format is None and kind != HTML and not kind.startswith("<"):
        kind = _sniffed(text, kind)
    if kind == TEXT:
        return Extracted(text, metadata={"encoding": noted} if noted else {})
    return _marked_text(text, name, kind, noted, limited=limited)


def _is_mail(data: bytes) -> bool:
    return b":" in data[:200] and what_is(data[:_MAIL_HEAD].decode("latin-1")) == "mail"


def _sniffed(text: str, hint: str) -> str:
    """What a text is: by what stands in it, but for a name that says which markup it has."""
    found = what_is(text)
    if hint not in _UNMARKED:
        return found if found in ("subtitles", "notebook") else hint
    if hint != TEXT and (found is None or found.startswith("!") or found in _UNMARKED):
        return hint
    if hint == MARKDOWN and found == "fragment":  # HTML is a part of Markdown, its reader takes it
        return hint
    return found or hint


def _marked_text(text: str, name: str, kind: str, noted: str | None, *, limited: bool) -> Extracted:
    if kind.startswith("!an XML") or kind.startswith("<"):
        what = kind.removeprefix("!") if kind.startswith("!") else f"an XML document ({kind})"
        raise ReadError(name, f"{what}, which is not read")
    if kind.startswith("!"):
        raise ReadError(name, refusal(kind[1:]))
    if kind == HTML:
        from .webpage import read_html

        return read_html(text, name, encoding=noted, limited=limited)
    if kind == MARKDOWN:
        from .markdown import read_markdown

        return read_markdown(text, name, encoding=noted, limited=limited)
    if kind == "subtitles":
        from .subtitles import read_subtitles

        return read_subtitles(text, name, encoding=noted, limited=limited)
    if kind == "notebook":
        from .notebook import read_notebook

        return read_notebook(text, name, encoding=noted, limited=limited)
    if kind == "fragment":
        from .markup import markup_paragraphs

        body = paragraphs(markup_paragraphs(text))
        if not body:
            raise ReadError(name, "no running text in this HTML")
        return Extracted.of(body, title=None, language=None, encoding=noted)
    from .lightmarkup import read_org, read_rst

    reader = read_org if kind == "org" else read_rst
    return reader(text, name, encoding=noted, limited=limited)
