"""Mail as programs store it (.eml), by the standard library: the message's own text.

Quotations of earlier messages and signatures are found in the text itself, as in pasted mail; see
:mod:`summarize.text.furniture`.

:meta private:
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from email.feedparser import BytesFeedParser
from email.message import EmailMessage, MIMEPart
from email.policy import EmailPolicy
from email.utils import parsedate_to_datetime
from typing import Any, cast

from ..errors import ReadError
from .encoding import decode_detecting
from .extracted import Extracted, Stopwatch, damaged, paragraphs
from .markup import markup_paragraphs
from .sources import beyond

__all__ = ["MAX_LINES", "parsed", "read_mail"]

MAX_LINES = 1_000_000  # attachments have them too

_MBOX = re.compile(rb"^From \S++ ++[A-Z][a-z]{2} [A-Z][a-z]{2} +\d", re.MULTILINE)
_REPLY = re.compile(
    r"(?:(?:re|fwd?|aw|wg|sv|vs|tr|rv|antw|odp)(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE
)
# A whole word in another encoding, as what ends one may look like what begins the next.
_ENCODED = re.compile(r"=\?([^?]*+)(\?[bBqQ]\?[^?]*+\?=)")
_LONGEST_CHARSET = 40
_FLOWED = re.compile(r"(?<=\S) \n(?=[^\s>-])")
_QUOTE_BEGINS = re.compile(
    r"<(?:blockquote\b|div[^<>]{0,300}(?P<rest>gmail_quote|yahoo_quoted))", re.IGNORECASE
)
_QUOTE_ENDS = re.compile(r"</blockquote\s*+>", re.IGNORECASE)


_LONGEST_HEADER = 2_000  # characters that are looked at: Python's parsers of headers are quadratic
_STEP = 2**14  # bytes: how many lines these are is told by many boundaries one by one


class _Watched(EmailPolicy):
    """Python's policy for mail, within a time, and with headers that are cut."""

    watch: Stopwatch | None = None

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        self._check()
        name, value = super().header_source_parse(sourcelines)
        return name, _ENCODED.sub(_known_charset, value[:_LONGEST_HEADER])

    def header_fetch_parse(self, name: str, value: str) -> Any:
        self._check()
        return super().header_fetch_parse(name, value)

    def _check(self) -> None:
        if self.watch is not None:
            self.watch.check()


def _known_charset(word: re.Match[str]) -> str:
    return f"=?utf-8{word[2]}" if len(word[1]) > _LONGEST_CHARSET else word[0]


@contextmanager
def parsed(data: bytes, name: str, what: str, *, limited: bool) -> Iterator[EmailMessage]:
    """Give the message of some bytes; whatever a broken one leads to is an error of ours.

    Of a header the first two thousand characters are read. Names of encodings in headers that are
    too long for one are not passed on: Python would remember each as long as it runs.

    Args:
        data: the message.
        name: what errors call it.
        what: what it is.
        limited: whether more lines than :data:`MAX_LINES`, and more time than
            :data:`.extracted.MAX_SECONDS`, are refused.

    Raises:
        ReadError: if it is damaged, or beyond a limit.
    """
    if limited and data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n") > MAX_LINES:
        raise beyond(name, f"a {what} of more than {MAX_LINES:,} lines")
    watch = Stopwatch(name, f"a {what}", limited=limited)
    try:
        policy = _Watched(watch=watch)  # type: ignore[call-overload]  # made by __init__ from names
        parser = BytesFeedParser(policy=policy)
        for at in range(0, len(data), _STEP):
            watch.check()
            parser.feed(data[at : at + _STEP])
        yield cast(EmailMessage, parser.close())
    except ReadError:
        raise
    except Exception as error:  # the standard library raises whatever a broken header leads to
        raise damaged(name, what, error) from error


def read_mail(data: bytes, name: str, *, limited: bool = True) -> Extracted:
    r"""Return a message's text, and its subject, sender and date.

    Args:
        data: the message.
        name: what errors call it.
        limited: whether very many lines, and very much time, are refused.

    Raises:
        ReadError: if there are several messages, no text in it, or it is beyond a limit.

    >>> message = b"From: Ada <a@example.org>\nSubject: Re: Rain\nMIME-Version: 1.0\n\nIt rained.\n"
    >>> found = read_mail(message, "a.eml")
    >>> found.title, found.text, found.metadata["author"]
    ('Rain', 'It rained.', 'Ada')
    """
    messages = len(_MBOX.findall(data))
    if messages > 1:
        raise ReadError(name, f"a mailbox of {messages:,} messages; save the one that is meant")
    if messages:
        data = data.partition(b"\n")[2]
    with parsed(data, name, "mail", limited=limited) as message:
        part = message.get_body(("plain", "html"))
        text = "" if part is None else _text(part, name)
        if not text.strip() and part is not None and part.get_content_type() == "text/plain":
            part = message.get_body(("html",))
            text = "" if part is None else _text(part, name)
        sender = message["From"]
        senders = [a.display_name or a.addr_spec for a in sender.addresses] if sender else []
        subject = _REPLY.sub("", str(message["Subject"] or "").strip(), count=1)
        date = _date(message)
        language = str(message["Content-Language"] or "").partition(",")[0]
    if not text.strip():
        raise ReadError(name, "no text in this mail, only attachments")
    return Extracted.of(
        text.strip("\n"),
        title=subject,
        language=language or None,
        author=", ".join(senders),
        date=date,
    )


def _text(part: MIMEPart, name: str) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    text, _ = decode_detecting(payload, name, None, part.get_content_charset())
    text = text.replace("\r\n", "\n")
    if part.get_content_type() == "text/html":
        return paragraphs(markup_paragraphs("".join(_unquoted(text))))
    if part.get_param("format") == "flowed":
        text = _FLOWED.sub(" ", text)
    return text


def _unquoted(markup: str) -> Iterator[str]:
    """What of a message in HTML quotes no earlier one."""
    at = 0
    closed = True
    for begins in _QUOTE_BEGINS.finditer(markup):
        if begins.start() < at:
            continue
        if begins["rest"]:
            yield markup[at : begins.start()]
            return
        ends = _QUOTE_ENDS.search(markup, begins.end()) if closed else None
        closed = ends is not None  # if one does not end, none that follows does
        if ends is not None:
            yield markup[at : begins.start()]
            at = ends.end()
    yield markup[at:]


def _date(message: EmailMessage) -> str | None:
    try:
        return parsedate_to_datetime(str(message["Date"])).date().isoformat()
    except (TypeError, ValueError, IndexError):
        return None
