"""Web pages as browsers save them in one file (MHTML), by the standard library's email.

:meta private:
"""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage, Message

from ..errors import ReadError
from .encoding import decode_detecting
from .extracted import Extracted, damaged
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
        limited: whether a page of very many tags is refused.

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
    try:
        message = message_from_bytes(data.lstrip(b"\xef\xbb\xbf\r\n"), policy=policy.default)
        page = _page(message)
        payload = None if page is None else page.get_payload(decode=True)
        charset = None if page is None else page.get_content_charset()
        subject = str(message["Subject"] or "").strip()
    except Exception as error:  # the standard library raises whatever a broken header leads to
        raise damaged(name, "saved page", error) from error
    if not isinstance(payload, bytes) or not payload.strip():
        raise ReadError(name, "no page in this MHTML file, only what belongs to one")
    text, used = decode_detecting(payload, name, encoding, charset or declared_charset(payload))
    noted = None if used in ("utf-8", "ascii") else used
    found = read_html(text, name, encoding=noted, limited=limited)
    return Extracted(found.text, found.title or subject or None, found.language, found.metadata)


def _page(message: EmailMessage) -> Message[str, str] | None:
    """The part that is the page: the one that the file names as its start, else the first."""
    pages = [part for part in message.walk() if part.get_content_type() in _PAGES]
    start = str(message.get_param("start") or "").strip("<>")
    if start:
        for part in pages:
            if str(part["Content-ID"] or "").strip(" <>") == start:
                return part
    return pages[0] if pages else None


_PAGES = ("text/html", "application/xhtml+xml")
