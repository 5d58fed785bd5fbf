"""Mail as programs store it (.eml), by the standard library: the message's own text.

Quotations of earlier messages and signatures are found in the text itself, as in pasted mail; see
:mod:`summarize.text.furniture`.

:meta private:
"""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from email.utils import parsedate_to_datetime

from ..errors import ReadError
from .encoding import decode_detecting
from .extracted import Extracted, damaged, paragraphs
from .markup import markup_paragraphs

__all__ = ["parsed", "read_mail"]

_MBOX = re.compile(rb"^From \S++ ++[A-Z][a-z]{2} [A-Z][a-z]{2} +\d", re.MULTILINE)
_REPLY = re.compile(
    r"(?:(?:re|fwd?|aw|wg|sv|vs|tr|rv|antw|odp)(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE
)
_NO_CHARSET = re.compile(rb"=\?[^\s?]{41,}+\?")
_FLOWED = re.compile(r"(?<=\S) \n(?=[^\s>-])")
_QUOTED = re.compile(
    r"<blockquote\b.*?</blockquote\s*>|<div[^<>]{0,300}(?:gmail_quote|yahoo_quoted).*", re.I | re.S
)


def parsed(data: bytes) -> EmailMessage:
    """Return the message of some bytes, without names of encodings in its headers that are none:
    Python would remember each as long as it runs.
    """
    return message_from_bytes(_NO_CHARSET.sub(b"=?utf-8?", data), policy=policy.default)


def read_mail(data: bytes, name: str) -> Extracted:
    r"""Return a message's text, and its subject, sender and date.

    Args:
        data: the message.
        name: what errors call it.

    Raises:
        ReadError: if there are several messages, or no text in it.

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
    try:
        message = parsed(data)
        part = message.get_body(("plain", "html"))
        text = "" if part is None else _text(part, name)
        if not text.strip() and part is not None and part.get_content_type() == "text/plain":
            part = message.get_body(("html",))
            text = "" if part is None else _text(part, name)
        sender = message["From"]
        senders = [a.display_name or a.addr_spec for a in sender.addresses] if sender else []
        subject = _REPLY.sub("", str(message["Subject"] or "").strip(), count=1)
        date = _date(message)
    except ReadError:
        raise
    except Exception as error:  # the standard library raises whatever a broken header leads to
        raise damaged(name, "mail", error) from error
    if not text.strip():
        raise ReadError(name, "no text in this mail, only attachments")
    return Extracted.of(
        text.strip("\n"),
        title=subject,
        language=str(message["Content-Language"] or "").partition(",")[0] or None,
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
        return paragraphs(markup_paragraphs(_QUOTED.sub("", text)))
    if part.get_param("format") == "flowed":
        text = _FLOWED.sub(" ", text)
    return text


def _date(message: EmailMessage) -> str | None:
    try:
        return parsedate_to_datetime(str(message["Date"])).date().isoformat()
    except (TypeError, ValueError, IndexError):
        return None
