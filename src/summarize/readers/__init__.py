"""From a file, a stream or a URL to a Document.

What a file is, its content says first and its name second: gzip, PDF, Office documents, EPUB, RTF
and HTML are known by how they begin, subtitles, mail, notebooks and markup by what stands in them,
and the rest is text; data and code are refused. Each kind has a module here.
"""

from __future__ import annotations

import io
import os
from typing import IO, Literal

from ..arguments import whole_number
from ..document import MAX_SENTENCES, Document
from ..errors import DocumentTooLongError, ReadError
from ..text.languages import normalize_language
from .content import read_content
from .encoding import decode
from .extracted import check_lines, without_licence
from .formats import format_name
from .sources import MAX_BYTES, Loaded, load, name_of

__all__ = ["MAX_BYTES", "MAX_PAGES", "TIMEOUT", "decode", "read"]

MAX_PAGES = 1_000
TIMEOUT = 30.0


def read(
    source: str | os.PathLike[str] | IO[bytes] | IO[str],
    *,
    format: str | None = None,
    encoding: str | None = None,
    language: str | None = None,
    dateline: Literal["strip", "keep"] = "strip",
    furniture: Literal["skip", "keep"] = "skip",
    max_bytes: int | None = MAX_BYTES,
    max_pages: int | None = MAX_PAGES,
    timeout: float = TIMEOUT,
    max_redirects: int = 5,
    allow_private: bool = False,
    proxy: str | None = None,
    time_limit: float | None = None,
) -> Document:
    r"""Read a text, Markdown, HTML, PDF, Office or other file, a stream of one, or a web page.

    Headings, captions, tables and code that the file marks as such are left out. A text whose
    encoding is neither marked nor UTF-8 is read in the one that its bytes make likely. Data, code
    and logs are refused.

    Args:
        source: a path, a URL (``http`` or ``https``), or a file open for reading bytes, which may
            be compressed with gzip. With ``format`` also the text itself: a ``str`` of several
            lines, or an ``io.StringIO``.
        format: what it is, where the content cannot say: ``"text"``, ``"markdown"``, ``"html"``,
            ``"rst"``, ``"org"``, ``"subtitles"``, ``"mail"``, ``"notebook"``, ``"pdf"``,
            ``"docx"``, ``"odt"``, ``"pptx"``, ``"epub"`` or ``"rtf"``, or the end of such a
            file's name. ``"text"`` takes JSON, code and the like as it stands.
        encoding: the text's encoding, such as ``"cp1252"``. Without it, that of a byte-order
            mark or a declaration in the file, else UTF-8, else the likeliest.
        language: the text's language, a BCP-47 tag. Without it, what the file declares (but not
            English, if the text is plainly in another), else the one found; see
            :meth:`Document.from_text <summarize.Document.from_text>`.
        dateline: ``"strip"`` leaves a leading dateline or byline out; ``"keep"`` does not.
        furniture: ``"skip"`` passes over what looks like a heading, a share bar, a cookie notice
            or the like; ``"keep"`` does not.
        max_bytes: how large the source may be, and how large once unpacked; the default is
            64 MiB. There are fixed limits too on what takes longest for its size: 500,000 lines,
            1,000,000 sentences, 2 MiB and 8 seconds of Markdown, 200,000 tags in HTML, 4,000,000
            in docx and EPUB, 8 seconds and 400 MiB for PDF, and those that docs/security.md
            lists. ``None`` lifts all of these.
        max_pages: how many pages a PDF may have; ``None`` lifts the limit.
        timeout: how many seconds fetching a URL may take.
        max_redirects: how often a URL may lead to another.
        allow_private: whether a URL may lead to an address on a private network.
        proxy: the proxy that URLs are fetched through, as ``"http://name:password@host:3128"``, or
            ``"environment"`` for those of ``HTTP_PROXY``, ``HTTPS_PROXY``, ``ALL_PROXY`` and
            ``NO_PROXY``. ``None`` uses none. Addresses, and names that are found here, are still
            checked before the proxy is asked; what the proxy alone looks up, or finds elsewhere
            than here, cannot be.
        time_limit: seconds that all of it may take, ``None`` for no limit. It needs a process,
            which is started by *spawn* and takes about a second that does not count, so a script
            asks for it below ``if __name__ == "__main__":``; one that takes longer is ended,
            whatever it is at. ``source`` must then be one that another process can have: a path,
            a URL, a text, or an ``io.BytesIO`` or ``io.StringIO``.

    Returns:
        The document. Its ``text`` is what all offsets refer to: the whole of a text file, the
        running text of the other kinds. Its ``title``, ``source`` and ``metadata`` (``author``,
        ``date``, …) are filled as far as they are known; ``metadata["encoding"]`` is there when
        it is not UTF-8.

    Raises:
        ReadError: if it cannot be read, is beyond a limit, or has no text, or takes longer than
            ``time_limit``.
        EmptyDocumentError: if there is nothing in it.
        MissingDependencyError: if its kind needs an extra that is not installed.
        UnknownLanguageError: if ``language`` is no language code.
        ValueError: if ``format`` is none that is read, or ``proxy`` is no proxy.

    >>> import io
    >>> read(io.BytesIO(b"It rained. The river rose."))
    <Document: 2 sentences, 5 words, 'en'>
    >>> read("# Rain\n\nIt **rained**.", format="markdown").text
    'It rained.'
    """
    for name, limit in (("max_bytes", max_bytes), ("max_pages", max_pages)):
        if limit is not None:
            whole_number(name, limit, or_none="no limit")
    if language is not None:
        normalize_language(language)  # a mistake in the call should not wait for the file
    if proxy is not None:
        from .fetching import known_proxy

        known_proxy(proxy)  # for a file too: a mistake should not wait for a URL
    form = format_name(format) if format is not None else None
    if time_limit is not None:
        from .limited import read_within

        options = {
            **{"format": format, "encoding": encoding, "language": language, "dateline": dateline},
            **{"furniture": furniture, "max_bytes": max_bytes, "max_pages": max_pages},
            **{"timeout": timeout, "max_redirects": max_redirects},
            **{"allow_private": allow_private, "proxy": proxy},
        }
        return read_within(time_limit, read, source, options)
    given = _given_text(source, form)
    loaded = given or load(
        source,  # type: ignore[arg-type]
        max_bytes=max_bytes,
        timeout=timeout,
        max_redirects=max_redirects,
        allow_private=allow_private,
        proxy=proxy,
    )
    found = read_content(
        loaded, format=form, encoding=encoding, max_bytes=max_bytes, max_pages=max_pages
    )
    if max_bytes is not None:
        check_lines(found.text, loaded.name)
    try:
        return Document.from_text(
            without_licence(found.text),
            language=language,
            declared_language=found.language,
            dateline=dateline,
            furniture=furniture,
            title=found.title,
            source=loaded.source,
            metadata=found.metadata,
            max_sentences=None if max_bytes is None else MAX_SENTENCES,
        )
    except DocumentTooLongError as error:
        reason = f"a text of more than {error.limit:,} {error.unit}"
        reason += "; max_bytes= set to None lifts the limit"
        raise ReadError(loaded.name, reason) from error


def _given_text(source: object, form: str | None) -> Loaded | None:
    """The text that the caller has already, which needs no decoding."""
    text: object = None
    if isinstance(source, str):
        text = source if form is not None and "\n" in source else None
    elif form is not None and isinstance(source, io.StringIO):
        text = source.read()
    if not isinstance(text, str):
        return None
    name = name_of(source, format=form)
    origin = None if name.startswith("<") else name
    return Loaded(text.encode("utf-8", "surrogatepass"), name, origin, charset="utf-8")
