"""URLs: taken apart, put together, and what a redirect makes of them.

:meta private:
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import quote, urljoin, urlsplit

from .refusals import NoPageError

__all__ = ["Target", "masked"]

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_HOST = re.compile(r"[a-z0-9._-]+")
_PORTS = {"http": 80, "https": 443}
_QUOTED = re.compile(r"'.*'|\".*\"", re.DOTALL)
# In what ends with the last @ of a URL: a name and password; also one with what should be encoded
# in it, which no port is before, to the end.
_USER = re.compile(r"//(?:[^/?#]*@|[^/?#@:\[]*+:(?!\d*+[/?#]).*)", re.DOTALL)
_KEPT = "%/:@!$&'()*+,;=~"


class Target(NamedTuple):
    """A URL, taken apart: what to connect to and what to ask for."""

    scheme: str
    host: str
    port: int
    path: str

    @classmethod
    def of(cls, url: str) -> Target:
        """Take ``url`` apart.

        A fragment is dropped, a blank or a letter beyond ASCII is encoded, a host in another
        script is written as IDN.

        Raises:
            NoPageError: if it is no URL, or none that is fetched.

        >>> Target.of("HTTP://MÜNCHEN.example/a b#c").url
        'http://xn--mnchen-3ya.example/a%20b'
        """
        url = url.strip(" ")
        if _CONTROL.search(url):
            raise NoPageError("a URL must not have control characters in it")
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            # What is quoted may be a part of a password, as in http://ann:pass/word@example.org.
            raise NoPageError(f"not a URL: {_QUOTED.sub('…', str(error).lower())}") from None
        if parts.scheme not in _PORTS:
            raise NoPageError("only http and https URLs are read")
        if "@" in parts.netloc:
            raise NoPageError(
                "a URL must not have a user name or password in it; save the page and read the file"
            )
        host = _host(parts.hostname or "")
        if host is None:
            raise NoPageError(f"not a URL: {(parts.hostname or '')[:80]!r} names no host")
        if port == 0:
            raise NoPageError("not a URL: port 0")
        query = f"?{quote(parts.query, _KEPT + '?')}" if parts.query else ""
        return cls(
            parts.scheme,
            host,
            port or _PORTS[parts.scheme],
            quote(parts.path, _KEPT) + query if parts.path else f"/{query}",
        )

    @property
    def site(self) -> str:
        """The host and, if it is not the scheme's own, the port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The URL, put together again."""
        return f"{self.scheme}://{self.site}{self.path}"

    def redirected(self, location: str) -> Target:
        """Return where a ``Location`` header leads from here.

        Args:
            location: the header as :mod:`http.client` reads it.

        Raises:
            NoPageError: if it leads to nothing that is fetched, or from https to http.

        >>> Target.of("https://example.org/a/b?c").redirected("../d").url
        'https://example.org/d'
        """
        # http.client reads headers as Latin-1; servers that write other letters send UTF-8.
        location = location.encode("latin-1", "replace").decode("utf-8", "replace")
        try:
            address = urljoin(self.url, location.strip(" "))
        except ValueError:
            raise NoPageError("it redirects to what is no URL") from None
        try:
            led = Target.of(address)
        except NoPageError as error:
            where = masked(address.strip(" "))[:200]
            raise NoPageError(f"it redirects to {where}: {error.reason}") from None
        if (self.scheme, led.scheme) == ("https", "http"):
            raise NoPageError(
                f"it redirects from https to http; to read it unencrypted, give {led.url[:200]}"
            )
        return led


def masked(url: str) -> str:
    r"""Return the URL without a password, and on one line, for an error to show.

    >>> masked("https://ann:secret@example.org/\n")
    'https://…@example.org/�'
    """
    end = url.rfind("@") + 1
    return _CONTROL.sub("\ufffd", _USER.sub("//…@", url[:end]) + url[end:])


def _host(host: str) -> str | None:
    """The host as it is looked up: in ASCII, as IDN writes it."""
    if ":" in host:
        return host
    try:
        plain = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    return plain if _HOST.fullmatch(plain) else None
