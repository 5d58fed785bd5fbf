"""One request and the head of its answer, over a connection that is open already.

:meta private:
"""

from __future__ import annotations

import http.client
import io
import socket
from typing import Any

from ...version import __version__
from .limits import Deadline, Ration
from .proxies import Proxy
from .refusals import NoPageError
from .statuses import status_name
from .targets import Target

__all__ = ["exchange", "open_tunnel"]

_BUFFER = 2**16
_LONGEST_COOKIE = 2**14
_TUNNEL_HEAD = 2**16
_LOGIN_WANTED = 407


def exchange(
    wire: socket.socket,
    target: Target,
    deadline: Deadline,
    max_bytes: int | None,
    cookies: str | None = None,
    proxy: Proxy | None = None,
) -> http.client.HTTPResponse:
    """Ask for a page.

    Args:
        wire: the connection; the caller closes it once the answer is read.
        target: the page.
        deadline: when to give up, on the body too.
        max_bytes: how large the page may be; what comes with it has a limit accordingly.
        cookies: what to send as ``Cookie``.
        proxy: the proxy at the other end of the connection, if one is asked for the page.

    Returns:
        The answer, its head read.

    Raises:
        NoPageError: if too much comes.
        OSError: if the connection breaks off or it takes too long.
        http.client.HTTPException: if the answer is none.
    """
    connection = http.client.HTTPConnection(target.host, target.port)
    connection.response_class = _Response
    connection.sock = _Wire(wire, deadline, max_bytes)
    headers = _headers(target, cookies)
    if proxy is None:
        connection.request("GET", target.path, headers=headers)
        return connection.getresponse()
    if proxy.authorization:
        headers["Proxy-Authorization"] = proxy.authorization
    connection.request("GET", target.url, headers=headers)
    response = connection.getresponse()
    if response.status == _LOGIN_WANTED:
        raise _login_wanted(proxy)
    return response


def open_tunnel(wire: socket.socket, target: Target, deadline: Deadline, proxy: Proxy) -> None:
    """Have the proxy at the other end of a connection pass on all that follows.

    Raises:
        NoPageError: if it does not.
        OSError: if the connection breaks off or it takes too long.
        http.client.HTTPException: if the answer is none.
    """
    host = f"[{target.host}]" if ":" in target.host else target.host
    lines = [f"CONNECT {host}:{target.port} HTTP/1.1", f"Host: {host}:{target.port}"]
    if proxy.authorization:
        lines.append(f"Proxy-Authorization: {proxy.authorization}")
    guarded: Any = _Wire(wire, deadline, _TUNNEL_HEAD)
    guarded.sendall("\r\n".join([*lines, "", ""]).encode("ascii"))
    response = _Response(guarded, method="CONNECT")
    response.begin()
    if response.status == _LOGIN_WANTED:
        raise _login_wanted(proxy)
    if not 200 <= response.status < 300:
        reason = f"the proxy {proxy.site} does not pass it on ({status_name(response.status)})"
        raise NoPageError(reason)


def _login_wanted(proxy: Proxy) -> NoPageError:
    if proxy.authorization:
        return NoPageError(f"the proxy {proxy.site} refuses the user name or password given for it")
    way = "proxy= may have them, as in http://name:password@proxy.example:3128"
    return NoPageError(f"the proxy {proxy.site} wants a user name and password; {way}")


def _headers(target: Target, cookies: str | None) -> dict[str, str]:
    more = {"Cookie": cookies} if cookies and len(cookies) <= _LONGEST_COOKIE else {}
    return more | {
        "Host": target.site,
        "User-Agent": f"summarize/{__version__}",
        "Accept": "text/html,application/xhtml+xml,application/pdf,text/*;q=0.9,*/*;q=0.5",
        "Accept-Encoding": "gzip",
        "Connection": "close",
    }


class _Response(http.client.HTTPResponse):
    """An answer without the informational ones before it, such as 103 Early Hints."""

    def _read_status(self) -> tuple[str, int, str]:
        while True:
            found: tuple[str, int, str] = super()._read_status()  # type: ignore[misc]
            if not 101 < found[1] < 200:
                return found
            while self.fp.readline(_BUFFER).strip(b"\r\n"):
                pass


class _Wire:
    """A socket as :mod:`http.client` uses one, with a deadline and a ration."""

    def __init__(self, wire: socket.socket, deadline: Deadline, max_bytes: int | None) -> None:
        self._wire = wire
        self._deadline = deadline
        self._max_bytes = max_bytes

    def sendall(self, data: bytes) -> None:
        self._wire.settimeout(self._deadline.left())
        self._wire.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self._wire, self._deadline, self._max_bytes), _BUFFER)

    def close(self) -> None:
        """Do nothing: the answer may still have to be read."""


class _Reader(io.RawIOBase):
    def __init__(self, wire: socket.socket, deadline: Deadline, max_bytes: int | None) -> None:
        self._wire = wire
        self._deadline = deadline
        self._ration = Ration(max_bytes, overhead=True)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._wire.settimeout(self._deadline.left())
        size = self._wire.recv_into(buffer)
        self._ration.take(size)
        return size
