"""The body of an answer: all of it or an error, unpacked within limits.

:meta private:
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from http.client import HTTPResponse, IncompleteRead, LineTooLong
from io import BufferedReader

from .limits import Deadline, Ration
from .refusals import NoPageError

__all__ = ["read_body"]

_CHUNK = 2**16
_PIECE = 16 * _CHUNK
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*+(?:;[^\r\n]*+)?+(\r?\n)")
_LONGEST_LINE = 2**16
_GZIP = 31  # zlib's number for a gzip stream with the largest window


def read_body(response: HTTPResponse, deadline: Deadline, max_bytes: int | None) -> bytes:
    """Read the whole body of an answer.

    Args:
        response: the answer, its head read.
        deadline: when to give up.
        max_bytes: how large the body may be, both as it is sent and unpacked.

    Raises:
        NoPageError: if it is too large, or packed otherwise than by gzip.
        OSError: if the connection breaks off or it takes too long.
        http.client.HTTPException: if it ends early.
    """
    way = _said(response, "Transfer-Encoding")
    if way not in ("", "identity", "chunked"):
        raise NoPageError(f"the server sends it as {way[:40]!r}, which it was not asked for")
    packing = _said(response, "Content-Encoding")
    if way == "chunked":
        chunks = _chunks(response, Ration(max_bytes))
    else:
        _check_length(response, max_bytes)
        chunks = _pieces(response, Ration(max_bytes))
    if packing in ("", "identity"):
        return b"".join(chunks)
    if packing not in ("gzip", "x-gzip"):
        raise NoPageError(f"the server packs it as {packing[:40]!r}, which it was not asked for")
    return b"".join(_unpacked(chunks, deadline, max_bytes))


def _said(response: HTTPResponse, name: str) -> str:
    """All that the headers of a name say, in lower case."""
    return ", ".join(response.headers.get_all(name, ())).strip().lower()


def _check_length(response: HTTPResponse, max_bytes: int | None) -> None:
    lengths = {length.strip() for length in response.headers.get_all("Content-Length", ())}
    if len(lengths) > 1:
        raise NoPageError("the server gives more than one length")
    for length in lengths - {""}:
        if not (length.isascii() and length.isdigit()):
            raise NoPageError("the server gives a length that is no number")
        Ration(max_bytes).take(int(length[:30]))


def _pieces(response: HTTPResponse, ration: Ration) -> Iterator[bytes]:
    """Yield a body as it is sent."""
    while piece := response.read(_CHUNK):
        ration.take(len(piece))
        yield piece
    if response.length:
        raise IncompleteRead(b"", response.length)


def _chunks(response: HTTPResponse, ration: Ration) -> Iterator[bytes]:
    """Yield what the chunks of a body hold.

    :mod:`http.client` takes two bytes behind each for its end, whatever they are, and sizes such as
    ``1_0``: of a chunk longer than it says, the rest would be lost without a word.
    """
    stream = response.fp
    while True:
        size = _CHUNK_SIZE.fullmatch(_line(stream))
        if size is None:
            raise IncompleteRead(b"")
        left = int(size[1], 16)
        if not left:
            break
        while left:
            piece = stream.read(min(left, _CHUNK))
            if not piece:
                raise IncompleteRead(b"", left)
            ration.take(len(piece))
            yield piece
            left -= len(piece)
        if _line(stream) != size[2]:
            raise IncompleteRead(b"")
    while _line(stream) not in (b"\r\n", b"\n", b""):
        pass  # trailers, of which nothing is wanted


def _line(stream: BufferedReader) -> bytes:
    line = stream.readline(_LONGEST_LINE)
    if len(line) == _LONGEST_LINE:
        raise LineTooLong("chunked body")
    return line


def _unpacked(
    chunks: Iterator[bytes], deadline: Deadline, max_bytes: int | None
) -> Iterator[bytes]:
    """Yield what the chunks of a gzip file hold, never more than a piece beyond the limit.

    >>> import gzip
    >>> packed = iter([gzip.compress(b"It "), gzip.compress(b"rained.")])
    >>> list(_unpacked(packed, Deadline(9.0), 99))
    [b'It ', b'rained.']
    """
    ration = Ration(max_bytes)
    unpacker = zlib.decompressobj(_GZIP)
    started = False
    for chunk in chunks:
        rest = chunk
        while rest:
            if unpacker.eof:  # more of them may follow, or padding
                rest = rest.lstrip(b"\0")
                if not rest:
                    break
                unpacker = zlib.decompressobj(_GZIP)
            try:
                piece = unpacker.decompress(rest, _PIECE)
            except zlib.error:
                raise NoPageError("the server says gzip, but sent something else") from None
            started = True
            ration.take(len(piece))
            deadline.left()
            yield piece
            rest = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
    if started and not unpacker.eof:
        raise IncompleteRead(b"")
