"""PDF, by pypdf.

:meta private:
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from io import BytesIO
from math import hypot
from typing import TYPE_CHECKING, Any

from ..errors import MissingDependencyError, ReadError
from .extracted import Extracted, damaged, paragraphs
from .layout import Line, rebuild
from .sources import too_large

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

__all__ = ["MAX_OPERATIONS", "read_pdf"]

MAX_OPERATIONS = 3_000_000

_BOLD = re.compile(r"bold|black|heavy|-medi|-bd|cmbx", re.IGNORECASE)
_MONO = re.compile(r"mono|courier|cmtt|consol|typewriter|menlo", re.IGNORECASE)
_NO_TITLE = re.compile(
    r"microsoft \w+ - |untitled|slide 1$|"
    r".*\.(?:docx?|indd|pdf|tex|dvi|qxd|rtf|odt|pages|pptx?)$",
    re.IGNORECASE,
)
_UNREADABLE = re.compile("[\ufffd\ue000-\uf8ff\x00-\x08\x0e-\x1f]")


class _TooMuchError(BaseException):
    """Not an ``Exception``, which pypdf would take for a broken form and pass over."""


def read_pdf(
    data: bytes, name: str, *, max_bytes: int | None = None, max_pages: int | None = None
) -> Extracted:
    """Return the running text of a PDF, and its title, author and date.

    Lines are joined to paragraphs, and words divided at line ends are mended. Running heads and
    feet, page numbers, headings, captions and listings are left out. The title is the file's
    own, else the largest line of the first page.

    Args:
        data: the file.
        name: what errors call it.
        max_bytes: how large all pages' contents may be once unpacked, ``None`` for no limit; with
            any limit, they may also have no more than :data:`MAX_OPERATIONS` drawing operations.
        max_pages: how many pages it may have, ``None`` for no limit.

    Raises:
        ReadError: if it is damaged, encrypted, without text, or beyond a limit.
        MissingDependencyError: if pypdf is not installed, or what decryption needs.
    """
    try:
        import pypdf
        from pypdf.errors import DependencyError
    except ImportError:
        raise MissingDependencyError("reading PDF", "pypdf", "summarize[documents]") from None
    logger = logging.getLogger("pypdf")
    if not any(isinstance(handler, logging.NullHandler) for handler in logger.handlers):
        logger.addHandler(logging.NullHandler())  # else its remarks on bad files go to stderr
    try:
        reader = pypdf.PdfReader(BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise ReadError(name, "a PDF encrypted with a password")
        pages = _pages(reader, name, max_bytes, max_pages)
        found, title = rebuild(pages)
        noted = _noted(reader)
    except (ReadError, MissingDependencyError):
        raise
    except DependencyError:
        what = "reading this encrypted PDF"
        raise MissingDependencyError(what, "cryptography", "summarize[documents]") from None
    except _TooMuchError:
        limit = f"a PDF of more than {MAX_OPERATIONS:,} drawing operations"
        raise ReadError(name, f"{limit}; max_bytes= set to None lifts the limit") from None
    except Exception as error:  # pypdf raises whatever a broken structure leads to
        raise damaged(name, "PDF", error) from error
    body = paragraphs(found)
    if not body:
        many = f"{len(pages):,} pages" if len(pages) > 1 else "page"
        raise ReadError(
            name, f"no text in its {many}: images of pages, as from a scanner, need OCR first"
        )
    if len(_UNREADABLE.findall(body)) > 0.3 * len(body):
        raise ReadError(name, "its fonts do not say which letters they show; OCR may read it")
    own = noted.pop("title", None)
    return Extracted.of(
        _UNREADABLE.sub("\ufffd", body),
        title=own if own and not _NO_TITLE.match(own) else title,
        language=noted.pop("language", None),
        **noted,
    )


def _pages(
    reader: PdfReader, name: str, max_bytes: int | None, max_pages: int | None
) -> list[list[Line]]:
    count = _declared_pages(reader)
    if max_pages is None or count <= max_pages:
        count = len(reader.pages)
    if count == 0:
        raise ReadError(name, "a PDF without pages")
    if max_pages is not None and count > max_pages:
        limit = f"{count:,} pages, more than the limit of {max_pages:,}"
        raise ReadError(name, f"{limit}; max_pages= raises it")
    done = 0

    def count_operation(*_: object) -> None:
        nonlocal done
        done += 1
        if done > MAX_OPERATIONS:
            raise _TooMuchError

    size = 0
    pages = []
    for page in reader.pages:
        if max_bytes is not None:
            contents = page.get_contents()
            size += len(contents.get_data()) if contents is not None else 0
            if size > max_bytes:
                raise too_large(name, max_bytes, what="larger once unpacked")
        watch = None if max_bytes is None else count_operation
        # Text that is turned stands in margins and tables, unless the whole page is.
        lines = [] if page.rotation else _lines(page, (0,), watch)
        pages.append(lines or _lines(page, (0, 90, 180, 270), watch))
    return pages


def _declared_pages(reader: PdfReader) -> int:
    """The number of pages as the file has it, which costs nothing to ask."""
    root: Any = reader.root_object
    count = root["/Pages"].get("/Count", 0)
    return int(count) if isinstance(count, int) else 0


def _lines(
    page: PageObject, orientations: tuple[int, ...], watch: Callable[..., None] | None
) -> list[Line]:
    lines: list[Line] = []
    pieces: list[tuple[str, float, float, float, str]] = []

    def end_line() -> None:
        if pieces:
            lines.append(_line(pieces))
            pieces.clear()

    def take(text: str, cm: Any, tm: Any, font: Any, size: Any) -> None:
        x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
        y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        scale = hypot(tm[2] * cm[0] + tm[3] * cm[2], tm[2] * cm[1] + tm[3] * cm[3])
        face = str(font.get("/BaseFont", "")) if font else ""
        parts = text.split("\n")
        for number, part in enumerate(parts):
            if part.strip():
                if pieces and abs(pieces[-1][2] - y) > 0.7 * abs(size * scale):
                    end_line()
                pieces.append((part, x, y, abs(size * scale), face))
            elif part and pieces:
                pieces.append((part, *pieces[-1][1:]))
            if number < len(parts) - 1:
                end_line()

    page.extract_text(orientations, visitor_text=take, visitor_operand_before=watch)
    end_line()
    return lines


def _line(pieces: list[tuple[str, float, float, float, str]]) -> Line:
    weights: dict[tuple[float, str], int] = {}
    for text, _, _, size, face in pieces:
        weights[size, face] = weights.get((size, face), 0) + len(text.strip())
    size = max(weights, key=weights.__getitem__)[0]
    total = sum(weights.values())
    bold = sum(weight for (_, face), weight in weights.items() if _BOLD.search(face))
    mono = sum(weight for (_, face), weight in weights.items() if _MONO.search(face))
    text = "".join(piece[0] for piece in pieces)
    return Line(text, pieces[0][1], pieces[0][2], size, bold > 0.9 * total, mono > 0.9 * total)


def _noted(reader: PdfReader) -> dict[str, str]:
    noted: dict[str, str] = {}
    try:
        metadata = reader.metadata
        language = reader.root_object.get("/Lang")
        if metadata is not None:
            created = metadata.creation_date
            values = {
                "title": metadata.title,
                "author": metadata.author,
                "date": created.date().isoformat() if created else None,
            }
            noted = {key: str(value) for key, value in values.items() if value}
    except Exception:  # what a file says of itself is worth less than its text
        return noted
    return {**noted, "language": str(language)} if language else noted
