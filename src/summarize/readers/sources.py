"""The bytes of a path, a stream or a URL, within a limit.

:meta private:
"""

from __future__ import annotations

import io
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ..errors import ReadError

__all__ = ["MAX_BYTES", "Loaded", "beyond", "load", "name_of", "size_text", "too_large"]

MAX_BYTES = 64 * 2**20
_CHUNK = 2**20
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+)://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Loaded:
    """Bytes, and what is known of them before they are looked at.

    Attributes:
        data: the bytes.
        name: what errors call the source; its ending tells a format where the bytes do not.
        source: the path or final URL, or ``None`` for a stream without a name.
        content_type: the media type that a server gave, such as ``"text/html"``.
        charset: the encoding that a server gave.
    """

    data: bytes
    name: str
    source: str | None = None
    content_type: str | None = None
    charset: str | None = None


def load(
    source: str | os.PathLike[str] | IO[bytes],
    *,
    max_bytes: int | None,
    timeout: float,
    max_redirects: int,
    allow_private: bool,
    proxy: str | None = None,
) -> Loaded:
    """Return the bytes of ``source``; for the arguments see :func:`summarize.read`.

    Never more than one byte beyond ``max_bytes`` is read, and nothing of a file whose size is
    already beyond it.

    Raises:
        ReadError: if it cannot be opened or read, or is too large.
        TypeError: if ``source`` is neither a path nor a binary stream.

    >>> import io
    >>> stream = io.BytesIO(b"It rained.")
    >>> load(stream, max_bytes=99, timeout=1, max_redirects=0, allow_private=False).data
    b'It rained.'
    """
    if isinstance(source, str | os.PathLike):
        name = name_of(source)
        place = os.fspath(source)
        scheme = _SCHEME.match(place.lstrip(" "))
        if scheme is None:
            return Loaded(_file(name, max_bytes), name, name)
        if scheme[1].lower() not in ("http", "https"):
            raise ReadError(name, f"{scheme[1]} URLs are not read, only http and https")
        from .fetching import fetch

        page = fetch(
            place,
            max_bytes=max_bytes,
            timeout=timeout,
            max_redirects=max_redirects,
            allow_private=allow_private,
            proxy=proxy,
        )
        return Loaded(page.data, name, page.url, page.content_type, page.charset)
    if not hasattr(source, "read"):
        raise TypeError(f"source must be a path or a binary file, not {type(source).__name__}")
    name = name_of(source)
    try:
        data = _drain(source, name, max_bytes)
    except ReadError:
        raise
    except OSError as error:
        raise _failure(name, error) from error
    return Loaded(data, name, None if name.startswith("<") else name)


def name_of(source: object, *, format: str | None = None) -> str:
    r"""Return what errors call a source: its path, its URL without a password, a stream's name.

    Args:
        source: what :func:`summarize.read` is given.
        format: what it is said to be, with which a ``str`` of several lines is the text itself.

    Raises:
        TypeError: if it is a path of bytes.

    >>> name_of("http://ann:secret@example.org/"), name_of("# Rain\nIt rained.", format="text")
    ('http://…@example.org/', '<text>')
    """
    if isinstance(source, str) and format is not None and "\n" in source:
        return "<text>"
    if isinstance(source, str | os.PathLike):
        name = os.fspath(source)
        if not isinstance(name, str):
            raise TypeError("source must be a path that is a str, not bytes")
        if _SCHEME.match(name.lstrip(" ")) is None:
            return name
        from .fetching.targets import masked

        return masked(name)
    given = getattr(source, "name", None)
    if isinstance(given, str) and given:
        return given
    return "<text>" if isinstance(source, io.StringIO) else "<stream>"


def _file(name: str, max_bytes: int | None) -> bytes:
    try:
        status = os.stat(name)
        if stat.S_ISDIR(status.st_mode):
            raise ReadError(name, "is a directory; name the files in it")
        if max_bytes is not None and status.st_size > max_bytes:
            raise too_large(name, max_bytes, size=status.st_size)
        with Path(name).open("rb") as stream:
            return _drain(stream, name, max_bytes)
    except ReadError:
        raise
    except (OSError, ValueError) as error:
        raise _failure(name, error) from error


def _drain(stream: IO[bytes], name: str, max_bytes: int | None) -> bytes:
    return b"".join(_chunks(stream, name, max_bytes))


def _chunks(stream: IO[bytes], name: str, max_bytes: int | None) -> Iterator[bytes]:
    size = 0
    while True:
        wanted = _CHUNK if max_bytes is None else min(_CHUNK, max_bytes + 1 - size)
        chunk = stream.read(wanted)
        if not isinstance(chunk, bytes):
            raise TypeError("source must be open for reading bytes, not text")
        if not chunk:
            return
        size += len(chunk)
        if max_bytes is not None and size > max_bytes:
            raise too_large(name, max_bytes)
        yield chunk


def too_large(
    name: str, max_bytes: int, *, size: int | None = None, what: str = "larger"
) -> ReadError:
    """Return the error for what is beyond ``max_bytes``.

    >>> print(too_large("a.txt", 2**20, size=5 * 2**20))
    a.txt: 5.0 MiB, larger than the limit of 1.0 MiB; max_bytes= raises it
    """
    given = f"{size_text(size)}, " if size is not None else ""
    return ReadError(
        name, f"{given}{what} than the limit of {size_text(max_bytes)}; max_bytes= raises it"
    )


def beyond(name: str, what: str) -> ReadError:
    """Return the error for what is beyond a limit that ``max_bytes=None`` lifts.

    >>> print(beyond("a.epub", "an EPUB of very many tags"))
    a.epub: an EPUB of very many tags; max_bytes= set to None lifts the limit
    """
    return ReadError(name, f"{what}; max_bytes= set to None lifts the limit")


def size_text(size: int) -> str:
    """Return a number of bytes for people.

    >>> size_text(500), size_text(1536), size_text(64 * 2**20)
    ('500 bytes', '1.5 KiB', '64.0 MiB')
    """
    if size < 2**10:
        return f"{size} bytes"
    for unit, scale in (("GiB", 2**30), ("MiB", 2**20)):
        if size >= scale:
            return f"{size / scale:,.1f} {unit}"
    return f"{size / 2**10:.1f} KiB"


def _failure(name: str, error: OSError | ValueError) -> ReadError:
    reason = getattr(error, "strerror", None) or str(error)
    return ReadError(name, reason.lower(), getattr(error, "errno", None))
