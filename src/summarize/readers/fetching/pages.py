"""From a URL to a page, along its redirects.

:meta private:
"""

from __future__ import annotations

from contextlib import closing, suppress
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from http.cookiejar import CookieJar
from socket import socket
from urllib.request import Request

from ...arguments import positive, whole_number
from ...errors import ReadError
from ..encoding import web_name
from .bodies import read_body
from .connections import connect, connect_through
from .exchange import exchange
from .failures import explain
from .limits import Deadline
from .media import MediaType
from .proxies import ENVIRONMENT, Proxy, proxy_for
from .refreshes import refresh_of
from .refusals import NoPageError
from .statuses import REDIRECTS, SUCCESSES, refusal, status_name
from .targets import Target, masked

__all__ = ["Page", "fetch", "known_proxy"]


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
    max_bytes: int | None = 64 * 2**20,
    timeout: float = 30.0,
    max_redirects: int = 5,
    allow_private: bool = False,
    proxy: str | None = None,
) -> Page:
    """Fetch a page of text, HTML, PDF, docx or EPUB over http or https.

    A redirect may lead from http to https, but not back. A fragment is dropped, a blank or a
    letter beyond ASCII in a URL is encoded, and a name in another script is looked up as IDN.
    Nothing that came only in part is returned.

    Args:
        url: the URL. One with a user name or password is refused.
        max_bytes: how large the page may be, as it is sent and once unpacked; ``None`` lifts the
            limit. The default is 64 MiB.
        timeout: how many seconds all of it may take: looking up names, redirects, the last byte.
        max_redirects: how often one URL may lead to another.
        allow_private: whether an address that is not public may be connected to: loopback,
            private, reserved or multicast; a link-local one never.
        proxy: the ``http://`` URL of a proxy, or ``"environment"`` for those that ``HTTP_PROXY``,
            ``HTTPS_PROXY`` and ``NO_PROXY`` name; see :func:`summarize.read`.

    Raises:
        ReadError: if the URL is none, leads where it must not, takes too long, is too large, is
            no text, or the server refuses it.
        ValueError: if a limit makes no sense, or ``proxy`` is none.
        TypeError: if ``url`` or ``proxy`` is not a ``str``.

    >>> fetch("http://127.0.0.1/report")
    Traceback (most recent call last):
    summarize.errors.ReadError: http://127.0.0.1/report: 127.0.0.1 is not a public address; \
allow_private=True permits it
    """
    if not isinstance(url, str):
        raise TypeError(f"url must be a str, not {type(url).__name__}")
    _check_limits(max_bytes, timeout, max_redirects)
    known = known_proxy(proxy)
    try:
        target = Target.of(url)
    except NoPageError as error:
        raise ReadError(masked(url), error.reason) from None
    deadline = Deadline(timeout)
    jar = CookieJar()
    sent = _cookies(jar, target)
    visited = {(target.url, sent)}
    through: Proxy | None = None
    try:
        while True:
            through = proxy_for(target, known)
            opened = _opened(through, target, deadline, allow_private=allow_private)
            with closing(opened) as wire:
                spoken_to = through if target.scheme == "http" else None
                response = exchange(wire, target, deadline, max_bytes, sent, spoken_to)
                with suppress(ValueError):
                    jar.extract_cookies(response, Request(target.url))
                page, led = _answer(response, target, deadline, max_bytes)
            if page is not None and led is None:
                return page
            assert led is not None
            sent = _cookies(jar, led)
            if page is not None and led == target and (led.url, sent) in visited:
                return page  # it only reloads itself
            target = led
            if (target.url, sent) in visited:
                raise NoPageError(f"it redirects in a circle, to {target.url[:200]} again")
            if len(visited) > max_redirects:
                raise NoPageError(
                    f"it redirects more than {max_redirects} times; max_redirects= raises that"
                )
            visited.add((target.url, sent))
    except NoPageError as error:
        raise ReadError(url, error.reason) from None
    except (OSError, HTTPException) as error:
        number = error.errno if isinstance(error, OSError) else None
        asked = known == ENVIRONMENT
        reason = explain(error, target, timeout, through, asked=asked)
        raise ReadError(url, reason, number) from error


def _check_limits(max_bytes: int | None, timeout: float, max_redirects: int) -> None:
    if max_bytes is not None:
        whole_number("max_bytes", max_bytes, or_none="no limit")
    positive("timeout", timeout, unit="of seconds")
    whole_number("max_redirects", max_redirects, least=0)


def _opened(
    proxy: Proxy | None, target: Target, deadline: Deadline, *, allow_private: bool
) -> socket:
    if proxy is None:
        return connect(target, deadline, allow_private=allow_private)
    return connect_through(proxy, target, deadline, allow_private=allow_private)


def _answer(
    response: HTTPResponse, target: Target, deadline: Deadline, max_bytes: int | None
) -> tuple[Page | None, Target | None]:
    """The page, or where the answer leads; both if a page leads on."""
    if response.status in REDIRECTS:
        return None, _next(response, target)
    page = _page(response, target, deadline, max_bytes)
    leads_on = _refresh(page)
    return page, None if leads_on is None else target.redirected(leads_on)


def _refresh(page: Page) -> str | None:
    """Where a page of HTML leads on to, as a header would have it: bytes, read as Latin-1."""
    if page.content_type not in (None, "text/html", "application/xhtml+xml"):
        return None
    url = refresh_of(page.data.decode(web_name(page.charset) or "utf-8", "replace"))
    return None if url is None else url.encode("utf-8", "replace").decode("latin-1")


def known_proxy(proxy: str | None) -> Proxy | str | None:
    """Return what ``proxy=`` means: a proxy, :data:`.ENVIRONMENT`, or none.

    Raises:
        ValueError: if it is no proxy; the message never has the URL, which may have a password.
        TypeError: if it is not a ``str``.

    >>> known_proxy("http://")
    Traceback (most recent call last):
    ValueError: proxy is no URL of a proxy, such as http://proxy.example:3128
    """
    if proxy is None or proxy == ENVIRONMENT:
        return proxy
    if not isinstance(proxy, str):
        raise TypeError(f"proxy must be a str, not {type(proxy).__name__}")
    try:
        return Proxy.of(proxy)
    except ValueError as error:
        raise ValueError(f"proxy is {error}") from None


def _cookies(jar: CookieJar, target: Target) -> str | None:
    """What servers on the way gave for this one; walls of consent redirect until they get it."""
    request = Request(target.url)
    jar.add_cookie_header(request)
    return request.get_header("Cookie")


def _next(response: HTTPResponse, target: Target) -> Target:
    location = response.headers.get("Location")
    if not location:
        raise NoPageError(f"it redirects to nowhere ({status_name(response.status)})")
    return target.redirected(location)


def _page(
    response: HTTPResponse, target: Target, deadline: Deadline, max_bytes: int | None
) -> Page:
    if response.status not in SUCCESSES:
        raise NoPageError(refusal(response.status, response.headers.get("Retry-After")))
    media = MediaType.of(response.headers.get("Content-Type"))
    media.check()
    data = read_body(response, deadline, max_bytes)
    if not data:
        raise NoPageError(f"the server sent nothing ({status_name(response.status)})")
    return Page(data, target.url, media.name, media.charset)
