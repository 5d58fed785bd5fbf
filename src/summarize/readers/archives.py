"""Unpacking within a limit.

:meta private:
"""

from __future__ import annotations

import io
import zlib
from typing import TYPE_CHECKING

from ..errors import ReadError
from .sources import beyond, size_text, too_large

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element
    from zipfile import ZipFile

__all__ = ["MAX_NODES", "MAX_TAGS", "gunzip", "open_zip", "parse_member", "read_member"]

MAX_TAGS = 4_000_000  # of XML or HTML in one member
MAX_NODES = 2_000_000  # tags and attributes of one that is held as a tree

_CHUNK = 2**18
_MAX_MEMBERS = 20_000
_MEMBER = b"PK\x01\x02"  # what each entry of the directory begins with


def gunzip(data: bytes, name: str, max_bytes: int | None) -> bytes:
    """Return what gzip-compressed ``data`` unpacks to; never holds more than ``max_bytes`` of it.

    Raises:
        ReadError: if it is damaged, or larger than ``max_bytes`` once unpacked.

    >>> import gzip
    >>> gunzip(gzip.compress(b"It rained."), "a.gz", None)
    b'It rained.'
    """
    import gzip

    parts: list[bytes] = []
    size = 0
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            while part := stream.read(_CHUNK):
                size += len(part)
                if max_bytes is not None and size > max_bytes:
                    raise too_large(name, max_bytes, what="larger once unpacked")
                parts.append(part)
    except ReadError:
        raise
    except EOFError:
        raise ReadError(name, "a damaged gzip file: it ends too early") from None
    except (OSError, zlib.error):
        raise ReadError(name, "a damaged gzip file") from None
    return b"".join(parts)


def open_zip(data: bytes, name: str, max_bytes: int | None) -> ZipFile:
    """Open a zip archive, if what it says of its members is within ``max_bytes`` in all.

    Raises:
        ReadError: if it is damaged, encrypted, or too large once unpacked.
    """
    from zipfile import BadZipFile, ZipFile

    if data.count(_MEMBER) > _MAX_MEMBERS:  # asked before half a kilobyte is taken for each
        raise ReadError(name, f"a zip archive of more than {_MAX_MEMBERS:,} files")
    try:
        archive = ZipFile(io.BytesIO(data))
    except (BadZipFile, ValueError, OSError, NotImplementedError, UnicodeError, RuntimeError):
        raise ReadError(name, "a damaged zip archive") from None
    size = sum(member.file_size for member in archive.infolist())
    if max_bytes is not None and size > max_bytes:
        raise too_large(name, max_bytes, size=size, what="larger once unpacked")
    return archive


def read_member(archive: ZipFile, member: str, name: str) -> bytes:
    """Return one member's bytes: never more than the archive says it has.

    Raises:
        ReadError: if there is none of that name, or it is damaged or encrypted.
    """
    from zipfile import BadZipFile

    try:
        size = archive.getinfo(member).file_size
        with archive.open(member) as stream:
            data = stream.read(size + 1)
    except KeyError:
        raise ReadError(name, f"a damaged file: {member!r} is not in it") from None
    except (BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError):
        raise ReadError(name, f"a damaged file: {member!r} cannot be unpacked") from None
    except RuntimeError:
        raise ReadError(name, "encrypted with a password") from None
    if len(data) > size:
        raise ReadError(name, f"a damaged file: {member!r} is larger than {size_text(size)}")
    return data


def parse_member(archive: ZipFile, member: str, name: str, *, limited: bool = True) -> Element:
    """Parse one member, which is XML; what defines entities is refused, so nothing expands.

    Args:
        archive: the archive, opened.
        member: the member's name.
        name: what errors call the archive.
        limited: whether more than :data:`MAX_NODES` tags and attributes are refused.

    Raises:
        ReadError: if it is missing, damaged, encrypted, no XML, or beyond the limit.
    """
    from xml.etree.ElementTree import ParseError, fromstring

    data = read_member(archive, member, name)
    if limited and data.count(b"<") + data.count(b"=") > MAX_NODES:
        raise beyond(name, f"{member!r} in it has more than {MAX_NODES:,} XML tags and attributes")
    if b"<!ENTITY" in data.replace(b"\0", b""):
        raise ReadError(name, f"{member!r} in it defines XML entities, which is not read")
    try:
        return fromstring(data)
    except (ParseError, ValueError, LookupError):
        raise ReadError(name, f"a damaged file: {member!r} in it is not XML") from None
