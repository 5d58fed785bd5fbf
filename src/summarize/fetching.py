"""One page from the web, within limits of time, size and place.

The standard library's HTTP client, over a socket that looks at the clock before each wait and at
the size of what has come. A name is resolved once, the address is checked, and the connection goes
to that address, so no second look-up can lead elsewhere. Proxies that the environment names are
not used: what they connect to could not be checked.
"""

from __future__ import annotations

import errno
import http.client
import io
import ipaddress
import math
import os
import queue
import re
import socket
import ssl
import threading
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from time import monotonic
from typing import Any, NamedTuple
from urllib.parse import quote, urljoin, urlsplit

from .errors import ReadError

__all__ = ["Page", "fetch"]

_MAX_BYTES = 64 * 2**20
_CHUNK = 2**16
_REDIRECTS = frozenset((301, 302, 303, 307, 308))


@dataclass(frozen=True, slots=True)
class Page:
    """What a server sent for a URL.

    Attributes:
        data: the bytes, unpacked if they came packed for the way.
        url: the URL that they came from, behind all redirects.
        content_type: the media type that the server names, such as ``"text/html"``.
        charset: the encoding that the server names.
    """

    data: bytes
    url: str
    content_type: str | None
    charset: str | None


def fetch(
    url: str,
    *,
    max_bytes: int | None = _MAX_BYTES,
    timeout: float = 20.0,
    max_redirects: int = 5,
    allow_private: bool = False,
) -> Page:
    """Fetch a page of text, HTML, PDF, docx or EPUB over http or https.

    A redirect may lead from http to https, but not back. A fragment is dropped, a blank or a
    letter beyond ASCII in a URL is encoded, and a name in another script is looked up as IDN.
    Nothing that came only in part is returned. Proxies that the environment names are not used.

    Args:
        url: the URL. One with a user name or password is refused.
        max_bytes: how large the page may be, as it is sent and once unpacked; ``None`` lifts the
            limit. The default is 64 MiB.
        timeout: how many seconds all of it may take: looking up names, redirects, the last byte.
        max_redirects: how often one URL may lead to another.
        allow_private: whether an address that is not public may be connected to: loopback,
            private, link-local, reserved or multicast.

    Raises:
        ReadError: if the URL is none, leads where it must not, takes too long, is too large, is
            no text, or the server refuses it.
        ValueError: if a limit makes no sense.
        TypeError: if ``url`` is not a ``str``.

    >>> fetch("http://127.0.0.1/report")
    Traceback (most recent call last):
    summarize.errors.ReadError: http://127.0.0.1/report: 127.0.0.1 is not a public address; \
allow_private=True permits it
    """
    if not isinstance(url, str):
        raise TypeError(f"url must be a str, not {type(url).__name__}")
    if max_bytes is not None and max_bytes < 1:
        raise ValueError(f"max_bytes={max_bytes!r} must be at least 1, or None for no limit")
    if not 0 < timeout < math.inf:
        raise ValueError(f"timeout={timeout!r} must be a positive number of seconds")
    if max_redirects < 0:
        raise ValueError(f"max_redirects={max_redirects!r} must be at least 0")
    target = _Target.of(url, url)
    clock = _Clock(timeout)
    visited = {target.url}
    try:
        while True:
            with closing(_connected(target, url, clock, allow_private)) as wire:
                connection = _Connection(target, _Wire(wire, clock, max_bytes))
                connection.request("GET", target.path, headers=_headers(target))
                response = connection.getresponse()
                if response.status not in _REDIRECTS:
                    return _page(response, target, url, clock, max_bytes)
                target = _redirected(response, target, url)
            if target.url in visited:
                raise ReadError(url, f"it redirects in a circle, to {target.url} again")
            if len(visited) > max_redirects:
                raise ReadError(
                    url, f"it redirects more than {max_redirects} times; max_redirects= raises that"
                )
            visited.add(target.url)
    except ReadError:
        raise
    except _TooMuchError:
        raise _too_large(url, max_bytes) from None
    except (OSError, http.client.HTTPException) as error:
        raise _failure(url, target, error, timeout) from error


# --- URLs ---------------------------------------------------------------------------------------

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_HOST = re.compile(r"[a-z0-9._-]+")
_PORTS = {"http": 80, "https": 443}
_KEPT = "%/:@!$&'()*+,;=~"


class _Target(NamedTuple):
    """A URL, taken apart: what to connect to and what to ask for."""

    scheme: str
    host: str
    port: int
    path: str

    @classmethod
    def of(cls, url: str, name: str) -> _Target:
        """Take ``url`` apart, which is ``name`` or what that redirects to."""
        url = url.strip(" ")
        shown = _masked(name)
        led = "" if url == name.strip(" ") else f"it redirects to {_masked(url)[:200]}: "
        if _CONTROL.search(url):
            raise ReadError(shown, f"{led}a URL must not have control characters in it")
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise ReadError(shown, f"{led}not a URL: {str(error).lower()}") from None
        if parts.scheme not in _PORTS:
            raise ReadError(shown, f"{led}only http and https URLs are read")
        if "@" in parts.netloc:
            raise ReadError(
                shown,
                f"{led}a URL must not have a user name or password in it; "
                "save the page and read the file",
            )
        host = _host(parts.hostname or "")
        if host is None or port == 0:
            what = "port 0" if host else f"{(parts.hostname or '')[:80]!r} names no host"
            raise ReadError(shown, f"{led}not a URL: {what}")
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


def _masked(url: str) -> str:
    """The URL without a password, and on one line, for an error to show."""
    url = re.sub(r"//[^/?#]*@", "//…@", url)
    return _CONTROL.sub("\ufffd", url)


def _host(host: str) -> str | None:
    """The host as it is looked up: in ASCII, as IDN writes it."""
    if ":" in host:
        return host
    try:
        plain = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    return plain if _HOST.fullmatch(plain) else None


def _redirected(response: http.client.HTTPResponse, target: _Target, name: str) -> _Target:
    location = response.headers.get("Location")
    if not location:
        raise ReadError(name, f"it redirects to nowhere ({_status(response.status)})")
    # http.client reads headers as Latin-1; servers that write other letters send UTF-8.
    location = location.encode("latin-1", "replace").decode("utf-8", "replace")
    try:
        joined = urljoin(target.url, location.strip(" "))
    except ValueError:
        raise ReadError(name, "it redirects to what is no URL") from None
    led = _Target.of(joined, name)
    if (target.scheme, led.scheme) == ("https", "http"):
        raise ReadError(
            name, f"it redirects from https to http; to read it unencrypted, give {led.url}"
        )
    return led


# --- Connections --------------------------------------------------------------------------------


class _Clock:
    """The time that is left of a timeout."""

    def __init__(self, timeout: float) -> None:
        self._end = monotonic() + timeout

    def left(self) -> float:
        """The seconds left; none is a ``TimeoutError``."""
        left = self._end - monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class _TooMuchError(Exception):
    """More has come than the limit allows."""


class _Wire:
    """A socket as ``http.client`` uses one, on a clock and a ration."""

    def __init__(self, wire: socket.socket, clock: _Clock, max_bytes: int | None) -> None:
        self._wire = wire
        self._clock = clock
        self._max_bytes = max_bytes

    def sendall(self, data: bytes) -> None:
        self._wire.settimeout(self._clock.left())
        self._wire.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self._wire, self._clock, self._max_bytes), _CHUNK)

    def close(self) -> None:
        """Do nothing: the answer may still have to be read. :func:`fetch` closes the socket."""


class _Reader(io.RawIOBase):
    def __init__(self, wire: socket.socket, clock: _Clock, max_bytes: int | None) -> None:
        self._wire = wire
        self._clock = clock
        # Headers and the marks between chunks come on top of the page.
        self._ration = math.inf if max_bytes is None else 2 * max_bytes + 2**20

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._wire.settimeout(self._clock.left())
        size = self._wire.recv_into(buffer)
        self._ration -= size
        if self._ration < 0:
            raise _TooMuchError
        return size


class _Connection(http.client.HTTPConnection):
    """A connection over a socket that is open already."""

    def __init__(self, target: _Target, wire: Any) -> None:
        super().__init__(target.host, target.port)
        self.sock = wire


def _headers(target: _Target) -> dict[str, str]:
    from . import __version__

    return {
        "Host": target.site,
        "User-Agent": f"summarize/{__version__}",
        "Accept": "text/html,application/xhtml+xml,application/pdf,text/*;q=0.9,*/*;q=0.5",
        "Accept-Encoding": "gzip",
        "Connection": "close",
    }


def _connected(target: _Target, name: str, clock: _Clock, allow_private: bool) -> socket.socket:
    """Connect to the first address of a host that answers and, unless allowed, is public."""
    found = _addresses(target, clock)
    addresses = [
        (family, address) for family, address in found if allow_private or _is_public(address[0])
    ]
    if not addresses:
        listed = found[0][1][0]
        which = "" if listed == target.host else f"{target.host} is {listed}, which "
        raise ReadError(
            name,
            f"{which or f'{listed} '}is not a public address; allow_private=True permits it",
        )
    for left, (family, address) in zip(range(len(addresses), 0, -1), addresses, strict=True):
        try:
            return _opened(target, family, address, clock, clock.left() / left)
        except ssl.SSLError:
            raise
        except OSError:
            if left == 1:
                raise
    raise AssertionError  # pragma: no cover


def _opened(
    target: _Target, family: int, address: Any, clock: _Clock, patience: float
) -> socket.socket:
    """Connect to one address, with ``patience`` that leaves time for the others."""
    wire = socket.socket(family, socket.SOCK_STREAM)
    try:
        wire.settimeout(patience)
        wire.connect(address)
        if target.scheme == "http":
            return wire
        wire.settimeout(clock.left())
        return _trust().wrap_socket(wire, server_hostname=target.host.rstrip("."))
    except BaseException:
        wire.close()
        raise


def _addresses(target: _Target, clock: _Clock) -> list[tuple[int, Any]]:
    """Look a host up; the system's resolver knows no time limit, so a thread waits for it."""
    answers: queue.SimpleQueue[list[tuple[int, Any]] | OSError | UnicodeError] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
            answers.put([(family, address) for family, _, _, _, address in found])
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=look_up, daemon=True).start()
    try:
        answer = answers.get(timeout=clock.left())
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(answer, UnicodeError) or answer == []:
        raise socket.gaierror(socket.EAI_NONAME, "no such host")
    if isinstance(answer, OSError):
        raise answer
    return answer


_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def _is_public(address: str) -> bool:
    """Whether an address is one of the open internet."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = parsed.ipv4_mapped or parsed.sixtofour
        if inner is None and parsed in _NAT64:
            inner = ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)
        if inner is not None:
            return _is_public(str(inner))
        if parsed.teredo or parsed.is_site_local:
            return False
    return parsed.is_global and not (parsed.is_multicast or parsed.is_reserved)


@cache
def _trust() -> ssl.SSLContext:
    """The system's certificates or, where Python finds none of them, certifi's."""
    context = ssl.create_default_context()
    folder = ssl.get_default_verify_paths().capath
    if not context.cert_store_stats()["x509_ca"] and not (folder and os.listdir(folder)):
        try:
            import certifi
        except ImportError:
            pass
        else:
            context.load_verify_locations(certifi.where())
    return context


# --- Answers ------------------------------------------------------------------------------------


def _page(
    response: http.client.HTTPResponse,
    target: _Target,
    name: str,
    clock: _Clock,
    max_bytes: int | None,
) -> Page:
    if response.status not in (200, 203):
        raise ReadError(name, _refusal(response))
    content_type = _content_type(response)
    _check_kind(content_type, name)
    length = (response.headers.get("Content-Length") or "").strip()
    if length and not (length.isascii() and length.isdigit()):
        raise ReadError(name, "the server gives a length that is no number")
    if length and max_bytes is not None and int(length[:30]) > max_bytes:
        raise _too_large(name, max_bytes)
    data = b"".join(_unpacked(response, name, clock, max_bytes))
    if not data:
        raise ReadError(name, f"the server sent nothing ({_status(response.status)})")
    charset = _CHARSET.search(response.headers.get("Content-Type") or "")
    return Page(data, target.url, content_type, charset[1].lower() if charset else None)


def _body(response: http.client.HTTPResponse, max_bytes: int | None) -> Iterator[bytes]:
    """Yield the pieces of a body as it is sent, all of it or an error."""
    size = 0
    while chunk := _read(response):
        size += len(chunk)
        if max_bytes is not None and size > max_bytes:
            raise _TooMuchError
        yield chunk
    if response.length:
        raise http.client.IncompleteRead(b"", response.length)


def _read(response: http.client.HTTPResponse) -> bytes:
    try:
        return response.read(_CHUNK)
    except ValueError:  # a chunk of negative size
        raise http.client.IncompleteRead(b"") from None


def _unpacked(
    response: http.client.HTTPResponse, name: str, clock: _Clock, max_bytes: int | None
) -> Iterator[bytes]:
    """Yield the pieces of a body, unpacked."""
    packing = (response.headers.get("Content-Encoding") or "").strip().lower()
    if packing in ("", "identity"):
        yield from _body(response, max_bytes)
        return
    if packing not in ("gzip", "x-gzip"):
        raise ReadError(
            name, f"the server packs it as {packing[:40]!r}, which it was not asked for"
        )
    size = 0
    unpacker = zlib.decompressobj(31)
    started = False
    for chunk in _body(response, max_bytes):
        rest = chunk
        while rest:
            if unpacker.eof:  # more of them may follow, or padding
                rest = rest.lstrip(b"\0")
                if not rest:
                    break
                unpacker = zlib.decompressobj(31)
            try:
                piece = unpacker.decompress(rest, 16 * _CHUNK)
            except zlib.error:
                raise ReadError(name, "the server says gzip, but sent something else") from None
            started = True
            size += len(piece)
            if max_bytes is not None and size > max_bytes:
                raise _TooMuchError
            clock.left()
            yield piece
            rest = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
    if started and not unpacker.eof:
        raise http.client.IncompleteRead(b"")


_CHARSET = re.compile(r""";\s*charset\s*=\s*["']?([\w.:+-]{1,40})""", re.IGNORECASE)
_KINDS = {
    "image": "a picture",
    "video": "a video",
    "audio": "a sound recording",
    "font": "a font",
    "model": "a model",
    "multipart": "a message of several parts",
}
_TEXTS = frozenset(
    """
    application/xhtml+xml application/xml application/pdf application/x-pdf application/epub+zip
    application/vnd.openxmlformats-officedocument.wordprocessingml.document application/gzip
    application/x-gzip application/octet-stream binary/octet-stream application/x-download
    application/download application/force-download application/zip application/markdown
    application/x-markdown
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


def _content_type(response: http.client.HTTPResponse) -> str | None:
    given = response.headers.get("Content-Type")
    media = (given or "").partition(";")[0].strip().lower()
    return media if re.fullmatch(r"[\w.+-]+/[\w.+-]+", media) else None


def _check_kind(content_type: str | None, name: str) -> None:
    """Refuse what is surely no text; a type that is missing or vague is left to the reader."""
    if content_type is None or content_type in _TEXTS:
        return
    what = _NO_PROSE.get(content_type)
    family = content_type.partition("/")[0]
    if what is None and family != "text":
        what = _KINDS.get(family, "a file of another kind")
    if what is not None:
        raise ReadError(name, f"no text: {content_type} is {what}")


_ADVICE = {
    401: "the server wants a login",
    402: "the server wants to be paid",
    403: "the server refuses",
    404: "there is no such page",
    406: "the server has it in no form that can be read here",
    407: "a proxy on the way wants a login",
    408: "the server did not get the request in time",
    410: "the page is gone for good",
    429: "the server has had too many requests",
    451: "the page is withheld for legal reasons",
}
_SAVE_IT = frozenset((401, 402, 403, 406, 407))


def _refusal(response: http.client.HTTPResponse) -> str:
    """What a status other than success means, and what can be done."""
    status = response.status
    said = _status(status)
    if status in _ADVICE:
        advice = "; open the page in a browser and save it" if status in _SAVE_IT else ""
        if status == 429:
            wait = (response.headers.get("Retry-After") or "").strip()
            usable = wait.isascii() and wait.isdigit() and len(wait) < 7
            advice = f"; try again {f'in {int(wait)} seconds' if usable else 'later'}"
        return f"{_ADVICE[status]} ({said}){advice}"
    if status >= 500:
        return f"the server has a fault ({said}); try again later"
    if status in (204, 205):
        return f"the server sent nothing ({said})"
    return f"the server answered {said}, not with the page"


def _status(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


# --- Errors -------------------------------------------------------------------------------------


def _too_large(name: str, max_bytes: int | None) -> ReadError:
    limit = f"{max_bytes or 0:,} bytes"
    return ReadError(name, f"larger than the limit of {limit}; max_bytes= raises it")


def _failure(
    name: str, target: _Target, error: OSError | http.client.HTTPException, timeout: float
) -> ReadError:
    """Say what went wrong on the way."""
    number = getattr(error, "errno", None)
    site = target.site
    if isinstance(error, TimeoutError):
        reason = f"it took more than {timeout:g} seconds; timeout= raises that"
    elif isinstance(error, socket.gaierror):
        again = error.errno == socket.EAI_AGAIN
        reason = f"no address of {target.host} is found" + (
            "; is there a network?" if again else "; check the name, and the network"
        )
    elif isinstance(error, ssl.SSLCertVerificationError):
        reason = f"the certificate of {site} is not trusted: {error.verify_message}"
    elif isinstance(error, ssl.SSLError):
        what = (error.reason or "no TLS").replace("_", " ").lower()
        reason = f"no secure connection to {site}: {what}"
    elif isinstance(error, ConnectionRefusedError):
        reason = f"{site} refuses the connection"
    elif isinstance(error, http.client.IncompleteRead):
        reason = "the connection broke off before the end of the page; try again"
    elif isinstance(error, http.client.RemoteDisconnected | ConnectionError):
        reason = f"{site} closed the connection without a full answer"
    elif isinstance(error, http.client.HTTPException):
        reason = f"what {site} answers is no proper HTTP"
    elif error.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH):
        reason = f"{site} cannot be reached"
    else:
        reason = f"{site}: {(error.strerror or str(error)).lower()}"
    if isinstance(error, OSError) and not isinstance(error, ssl.SSLError) and _behind_proxy(target):
        reason += "; proxies of the environment are not used: save the page and read the file"
    return ReadError(name, reason, number if isinstance(number, int) else None)


def _behind_proxy(target: _Target) -> bool:
    names = (f"{target.scheme}_proxy", "all_proxy")
    return any(os.environ.get(name) or os.environ.get(name.upper()) for name in names)
