"""Media types: which of them are surely no text.

:meta private:
"""

from __future__ import annotations

import re
from typing import NamedTuple

from .refusals import NoPageError

__all__ = ["MediaType"]

_MEDIA = re.compile(r"[\w.+-]+/[\w.+-]+")
_CHARSET = re.compile(r""";\s*charset\s*=\s*["']?([\w.:+-]{1,40})""", re.IGNORECASE)

# Types outside of text/ that a reader may make something of.
_TEXTS = frozenset(
    """
    application/xhtml+xml application/xml application/pdf application/x-pdf application/epub+zip
    application/vnd.openxmlformats-officedocument.wordprocessingml.document application/gzip
    application/x-gzip application/octet-stream binary/octet-stream application/x-download
    application/download application/force-download application/zip application/markdown
    application/x-markdown application/x-mimearchive message/rfc822 multipart/related
    """.split()
)
_NO_PROSE = {
    "text/css": "a style sheet",
    "text/javascript": "a script",
    "text/event-stream": "a stream of events",
    "text/calendar": "a calendar",
    "application/json": "JSON data",
    "application/ld+json": "JSON data",
    "application/javascript": "a script",
    "application/rss+xml": "a feed; give the URL of one of its articles",
    "application/atom+xml": "a feed; give the URL of one of its articles",
    "application/msword": "an old Word file; save it as .docx",
}
_FAMILIES = {
    "image": "a picture",
    "video": "a video",
    "audio": "a sound recording",
    "font": "a font",
    "model": "a model",
    "multipart": "a message of several parts",
}


class MediaType(NamedTuple):
    """What a server says that a page is: a type such as ``"text/html"``, and its encoding."""

    name: str | None
    charset: str | None

    @classmethod
    def of(cls, header: str | None) -> MediaType:
        """Read a ``Content-Type`` header; what is missing or malformed is ``None``.

        >>> MediaType.of("Text/HTML; charset=UTF-8")
        MediaType(name='text/html', charset='utf-8')
        """
        name = (header or "").partition(";")[0].strip().lower()
        charset = _CHARSET.search(header or "")
        return cls(
            name if _MEDIA.fullmatch(name) else None, charset[1].lower() if charset else None
        )

    def check(self) -> None:
        """Refuse what is surely no text; a type that is missing or vague is left to the reader.

        Raises:
            NoPageError: if it is no text.

        >>> MediaType("image/png", None).check()
        Traceback (most recent call last):
        summarize.readers.fetching.refusals.NoPageError: no text: image/png is a picture
        """
        if self.name is None or self.name in _TEXTS:
            return
        what = _NO_PROSE.get(self.name)
        family = self.name.partition("/")[0]
        if what is None and family != "text":
            what = _FAMILIES.get(family, "a file of another kind")
        if what is not None:
            raise NoPageError(f"no text: {self.name[:80]} is {what}")
