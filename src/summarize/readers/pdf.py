"""PDF, by PDFium in a process of its own.

:meta private:
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..errors import MissingDependencyError, ReadError
from . import pdfium
from .extracted import Extracted, damaged, paragraphs
from .layout import Line, rebuild
from .sources import beyond, too_large

__all__ = ["MAX_MEMORY", "MAX_SECONDS", "read_pdf"]

MAX_SECONDS = 8  # of the processor
MAX_MEMORY = 400  # MiB of address space, besides the file

_PATIENCE = 4  # times MAX_SECONDS, by the clock: the processor may have others to serve
_NO_TITLE = re.compile(
    r"microsoft \w+ - |untitled|slide 1$|\(?(?:anonymous|unspecified)\)?$|"
    r".*\.(?:docx?|indd|pdf|tex|dvi|qxd|rtf|odt|pages|pptx?)$",
    re.IGNORECASE,
)
_NO_AUTHOR = re.compile(r"\(?(?:anonymous|unknown|user|admin|administrator)\)?$", re.IGNORECASE)
_DATE = re.compile(r"(?:D:)?(\d{4})(\d{2})(\d{2})")
_UNREADABLE = re.compile("[\ufffd-\uffff\ue000-\uf8ff\x00-\x08\x0e-\x1f]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_VOWEL = re.compile("[AEIOUYaeiouy\u00c0-\u024f\u1e00-\u1eff]")
_ENOUGH = 200  # letters, to judge a page by
_GARBAGE = 0.3  # of a file's text: beyond it, nothing is read
_UNMAPPED = "its fonts do not say which letters they show"


def read_pdf(
    data: bytes, name: str, *, max_bytes: int | None = None, max_pages: int | None = None
) -> Extracted:
    """Return the running text of a PDF, and its title, author and date.

    Lines are joined to paragraphs, and words divided at line ends are mended. Running heads and
    feet, page numbers, headings, captions, listings and notes at the foot are left out. The title
    is the file's own, else the largest line of the first page. Pages whose letters are not told
    by their fonts are left out, and noted; a file that is mostly such pages is refused.

    PDFium runs in a child of this process, with at most :data:`MAX_SECONDS` and
    :data:`MAX_MEMORY`, so that no file can end this process or hold it up. Where Python cannot
    start another of itself, as in some programs that embed it, PDFium runs in this process.

    Args:
        data: the file.
        name: what errors call it.
        max_bytes: how many characters the pages may have in all; ``None`` lifts this and the
            limits of time and memory.
        max_pages: how many pages it may have, ``None`` for no limit.

    Raises:
        ReadError: if it is damaged, encrypted, without text, or beyond a limit.
        MissingDependencyError: if pypdfium2 is not installed.
    """
    found = _found(data, name, max_bytes, max_pages)
    try:
        error = found.get("error")
        if error is not None:
            raise _refused(found, name, max_bytes, max_pages)
        pages = [[Line(*line) for line in page] for page in found["pages"]]
        noted = {key: str(value) for key, value in found["noted"].items()}
    except (TypeError, KeyError, AttributeError) as unexpected:
        raise damaged(name, "PDF", unexpected) from unexpected
    if not pages:
        raise ReadError(name, "a PDF without pages")
    pages, unread = _readable(pages, name)
    texts, title = rebuild(pages)
    body = paragraphs(texts)
    if not body:
        many = f"{len(pages):,} pages" if len(pages) > 1 else "page"
        raise ReadError(
            name, f"no text in its {many}: images of pages, as from a scanner, need OCR first"
        )
    own = noted.get("Title", "")
    author = noted.get("Author", "").strip()
    date = _DATE.match(noted.get("CreationDate", ""))
    return Extracted.of(
        _UNREADABLE.sub("\ufffd", body),
        title=own if own.strip() and not _NO_TITLE.match(own) else title,
        language=noted.get("Lang"),
        author=None if _NO_AUTHOR.match(author) else author,
        date="-".join(date.groups()) if date else None,
        unreadable_pages=", ".join(map(str, unread)),
    )


def _found(data: bytes, name: str, max_bytes: int | None, max_pages: int | None) -> dict[str, Any]:
    installed = find_spec("pypdfium2")
    if installed is None or installed.origin is None:
        raise MissingDependencyError("reading PDF", "pypdfium2", "summarize[documents]")
    folder = str(Path(installed.origin).parent.parent)
    limited = max_bytes is not None
    if not sys.executable or getattr(sys, "frozen", False):
        return pdfium.read(data, folder, max_pages or 0, max_bytes or 0)
    limits = (
        MAX_MEMORY + len(data) // 2**20 if limited else 0,
        MAX_SECONDS if limited else 0,
        max_pages or 0,
        max_bytes or 0,
    )
    here = str(Path(pdfium.__file__).parent)
    command = [sys.executable, "-I", "-S", "-c", pdfium.START, here, folder, *map(str, limits)]
    try:
        done = subprocess.run(
            command,
            input=data,
            capture_output=True,
            timeout=_PATIENCE * MAX_SECONDS if limited else None,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _too_slow(name) from None
    except OSError as error:
        reason = f"no process can be started to read it in: {error.strerror or error}"
        raise ReadError(name, reason.lower(), error.errno) from error
    if done.returncode == 0:
        found = json.loads(done.stdout)
        return found if isinstance(found, dict) else {}
    if done.returncode == -getattr(signal, "SIGXCPU", 0):
        raise _too_slow(name)
    if b"MemoryError" in done.stderr:
        raise beyond(name, f"a PDF that needs more than {MAX_MEMORY} MiB of memory")
    what = "a damaged PDF"
    if limited:
        what += f", or one that needs more than {MAX_MEMORY} MiB of memory"
    raise ReadError(name, f"{what}: its parser ends with {_ending(done.returncode)}")


def _too_slow(name: str) -> ReadError:
    return beyond(name, f"a PDF that takes more than {MAX_SECONDS} seconds")


def _ending(status: int) -> str:
    try:
        return signal.Signals(-status).name
    except ValueError:
        return f"status {status}"


def _refused(
    found: dict[str, Any], name: str, max_bytes: int | None, max_pages: int | None
) -> ReadError:
    error = found["error"]
    if error == pdfium.ENCRYPTED:
        return ReadError(name, "a PDF encrypted with a password")
    if error == pdfium.TOO_MANY_PAGES:
        limit = f"{found['count']:,} pages, more than the limit of {max_pages:,}"
        return ReadError(name, f"{limit}; max_pages= raises it")
    if error == pdfium.TOO_MUCH_TEXT and max_bytes is not None:
        return too_large(name, max_bytes, what="larger once unpacked")
    return ReadError(name, "a damaged PDF, or none")


def _readable(pages: list[list[Line]], name: str) -> tuple[list[list[Line]], list[int]]:
    """Return the pages with those left empty whose text is garbage, and their numbers."""
    sizes = [sum(len(line.text) for line in page) for page in pages]
    unread = [number for number, page in enumerate(pages) if page and _is_garbage(page)]
    if sum(sizes[number] for number in unread) > _GARBAGE * sum(sizes):
        raise ReadError(name, f"{_UNMAPPED}; OCR may read it")
    bad = set(unread)
    kept = [[] if number in bad else page for number, page in enumerate(pages)]
    return kept, [number + 1 for number in unread]


def _is_garbage(page: list[Line]) -> bool:
    """Whether a page's text is no text: signs of no meaning, or Latin letters without vowels.

    A font that does not name its letters often gives each the sign some places further on.
    """
    text = "".join(line.text for line in page)
    if len(_UNREADABLE.findall(text)) > _GARBAGE * len(text):
        return True
    letters = len(_LATIN.findall(text))
    if letters < max(_ENOUGH, 0.3 * len(text)):
        return False
    return len(_VOWEL.findall(text)) < 0.25 * letters
