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
from .targets import Target

__all__ = ["exchange"]

_BUFFER = 2**16
_LONGEST_COOKIE = 2**14


def exchange(
    wire: socket.socket,
    target: Target,
    deadline: Deadline,
    max_bytes: int | None,
    cookies: str | None = None,
) -> http.client.HTTPResponse:
    """Ask for a page.

    Args:
        wire: the connection; the caller closes it once the answer is read.
        target: the page.
        deadline: when to give up, on the body too.
        max_bytes: how large the page may be; what comes with it has a limit accordingly.
        cookies: what to send as ``Cookie``.

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
    connection.request("GET", target.path, headers=_headers(target, cookies))
    return connection.getresponse()


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
