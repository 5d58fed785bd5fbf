"""Where a page of HTML leads on to by itself: ``<meta http-equiv=refresh>`` with a URL.

:meta private:
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urljoin

__all__ = ["refresh_of"]

_LOOKED_AT = 100_000  # characters
_AT_ONCE = 1  # seconds after which no reader has seen the page
_FEW_WORDS = 60
_CONTENT = re.compile(
    r"""\s*+(\d{0,9})[\d.]*+(?:\s*+[;,]\s*+|\s++|(?<=\s))(?:url\s*+=\s*+)?+"""
    r"""(?:"([^"]*+)|'([^']*+)|(\S++))""",
    re.IGNORECASE,
)
_NO_PLACE = ("javascript:", "data:", "about:")


def refresh_of(markup: str) -> str | None:
    """Return the URL that a page leads on to, as it is written there, joined to its ``<base>``.

    One that a page of text names for later, or for browsers without scripts, is not meant.

    >>> refresh_of("<meta http-equiv=refresh content='0; url=/new'>")
    '/new'
    >>> refresh_of("<!-- <meta http-equiv=refresh content='0; url=/new'> -->") is None
    True
    """
    if "refresh" not in markup[:_LOOKED_AT].lower():
        return None
    page = _Page()
    page.feed(markup[:_LOOKED_AT])  # and no close(): what is cut off is not parsed again and again
    if page.url is None or page.url.lower().startswith(_NO_PLACE):
        return None
    try:
        url = urljoin(page.base, page.url)
    except ValueError:
        url = page.url
    few = len(markup) <= _LOOKED_AT and page.words < _FEW_WORDS
    return url if page.at_once or few else None


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.base = ""
        self.url: str | None = None
        self.at_once = False
        self.words = 0
        self._unseen: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style", "noscript", "title"):
            self._unseen = tag
        known = {name: value or "" for name, value in attrs}
        if tag == "base":
            self.base = self.base or known.get("href", "").strip()
        if tag == "meta" and known.get("http-equiv", "").strip().lower() == "refresh":
            found = _CONTENT.match(known.get("content", "")[:3000])
            url = found and (found[2] or found[3] or found[4] or "").strip()
            if found and url and self.url is None:
                self.url = url
                self.at_once = int(found[1] or 0) <= _AT_ONCE and self._unseen != "noscript"

    def handle_endtag(self, tag: str) -> None:
        if tag == self._unseen:
            self._unseen = None

    def handle_data(self, data: str) -> None:
        if self._unseen is None:
            self.words += len(data.split())
