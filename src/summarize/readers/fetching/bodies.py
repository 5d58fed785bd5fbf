"""The body of an answer: all of it or an error, unpacked within limits.

:meta private:
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from http.client import HTTPResponse, IncompleteRead

from .limits import Deadline, Ration
from .refusals import NoPageError

__all__ = ["read_body"]

_CHUNK = 2**16
_PIECE = 16 * _CHUNK
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
    packing = (response.headers.get("Content-Encoding") or "").strip().lower()
    length = (response.headers.get("Content-Length") or "").strip()
    if length:
        if not (length.isascii() and length.isdigit()):
            raise NoPageError("the server gives a length that is no number")
        Ration(max_bytes).take(int(length[:30]))
    chunks = _chunks(response, max_bytes)
    if packing in ("", "identity"):
        return b"".join(chunks)
    if packing not in ("gzip", "x-gzip"):
        raise NoPageError(f"the server packs it as {packing[:40]!r}, which it was not asked for")
    return b"".join(_unpacked(chunks, deadline, max_bytes))


def _chunks(response: HTTPResponse, max_bytes: int | None) -> Iterator[bytes]:
    """Yield a body as it is sent."""
    ration = Ration(max_bytes)
    while chunk := _read(response):
        ration.take(len(chunk))
        yield chunk
    if response.length:
        raise IncompleteRead(b"", response.length)


def _read(response: HTTPResponse) -> bytes:
    try:
        return response.read(_CHUNK)
    except ValueError:  # a chunk of negative size
        raise IncompleteRead(b"") from None


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
