"""Web pages as browsers save them in one file (MHTML), by the standard library's email.

:meta private:
"""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from html import escape

from ..errors import ReadError
from .encoding import decode_detecting
from .extracted import Extracted
from .mail import parsed
from .webpage import declared_charset, read_html

__all__ = ["read_saved_page"]


def read_saved_page(
    data: bytes, name: str, encoding: str | None = None, *, limited: bool = True
) -> Extracted:
    r"""Return the article of a saved page; its pictures, style sheets and frames are passed over.

    Args:
        data: the file.
        name: what errors call it.
        encoding: the page's encoding, where what it declares is wrong.
        limited: whether a page of very many tags or lines is refused, and one that takes long.

    Raises:
        ReadError: if there is no page in it, or no article in the page.
        MissingDependencyError: if trafilatura is not installed.

    >>> page = (
    ...     b"From: <Saved by Blink>\nSubject: Rain\nMIME-Version: 1.0\n"
    ...     b"Content-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html\n\n"
    ...     b"<html lang=en><body><p>It rained all day.</p></body></html>\n--x--\n"
    ... )
    >>> found = read_saved_page(page, "rain.mhtml")
    >>> found.title, found.text
    ('Rain', 'It rained all day.')
    """
    head = data.lstrip(b"\xef\xbb\xbf\r\n")
    with parsed(head, name, "saved page", limited=limited) as message:
        pages = [_Page.of(part) for part in message.walk() if part.get_content_type() in _PAGES]
        start = str(message.get_param("start") or "").strip("<>")
        subject = str(message["Subject"] or "").strip()
    pages = [page for page in pages if page.data.strip()]
    if not pages:
        raise ReadError(name, "no page in this MHTML file, only what belongs to one")
    page = next((page for page in pages if start and page.id == start), pages[0])
    try:
        found = _read(page, name, encoding, limited=limited)
    except ReadError:
        # A shell around frames, of which one is the article.
        frames = [each for each in pages if each is not page and each.is_named_in(page)]
        if not frames:
            raise
        largest = max(frames, key=lambda frame: len(frame.data))
        found = _read(largest, name, encoding, limited=limited)
    return Extracted(found.text, found.title or subject or None, found.language, found.metadata)


_PAGES = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, slots=True)
class _Page:
    """A part of the file that is HTML: its bytes, its encoding, and how others name it."""

    data: bytes
    charset: str | None
    id: str
    location: str

    @classmethod
    def of(cls, part: EmailMessage) -> _Page:
        payload = part.get_payload(decode=True)
        return cls(
            payload if isinstance(payload, bytes) else b"",
            part.get_content_charset(),
            str(part["Content-ID"] or "").strip(" <>"),
            str(part["Content-Location"] or "").strip(),
        )

    def is_named_in(self, page: _Page) -> bool:
        names = (f"cid:{self.id}" if self.id else "", self.location)
        return any(name and escape(name).encode() in page.data for name in names)


def _read(page: _Page, name: str, encoding: str | None, *, limited: bool) -> Extracted:
    charset = page.charset or declared_charset(page.data)
    text, used = decode_detecting(page.data, name, encoding, charset)
    noted = None if used in ("utf-8", "ascii") else used
    return read_html(text, name, encoding=noted, limited=limited)
