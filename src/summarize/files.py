"""Files that stand under their names whole or not at all.

:meta private:
"""

from __future__ import annotations

import os
import tempfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

__all__ = ["make_atomically", "remove_temporaries", "write_atomically"]


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write a file, text as UTF-8, so that there is never half of it under its name."""
    data = content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content
    make_atomically(path, lambda target: target.write_bytes(data))


def make_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Have a file made under another name, so that there is never half of it under its own.

    Args:
        path: the file.
        write: what makes it, under the path that it is given.

    Raises:
        OSError: if it cannot be written; what was there stays.
    """
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=_prefix(path))
    os.close(descriptor)
    temporary = Path(name)
    try:
        write(temporary)
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())  # or, behind a loss of power, the name may be there and empty
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(0o666 & ~mask)  # mkstemp's files are its owner's alone
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _prefix(path: Path) -> str:
    """How the names of a file's temporaries begin, and of no other file's."""
    return f".{path.name[:40]}.{zlib.crc32(os.fsencode(path.name)):08x}."


def remove_temporaries(path: Path) -> None:
    """Remove what a process that was killed has left; no other may be writing the file."""
    begins = _prefix(path)
    for each in path.parent.iterdir():
        if each.name.startswith(begins):
            with suppress(OSError):  # in the way of nothing but space
                each.unlink()
