"""The lines of a PDF by PDFium, run in a process of its own: see :data:`START`.

PDFium is a large native parser, and a PDF may come from anyone. So it never runs in the process
that asks, but in a child with a limit of memory and of processor time, which takes the file on
standard input and gives JSON on standard output: a fault in the parser ends the child alone. It
imports nothing of this package, and little else, so that the child starts quickly.

:meta private:
"""

from __future__ import annotations

import json
import math
import os
import re
import sys
from ctypes import (
    CDLL,
    Structure,
    byref,
    c_char_p,
    c_double,
    c_float,
    c_int,
    c_size_t,
    c_ulong,
    c_void_p,
    create_string_buffer,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

__all__ = ["ENCRYPTED", "NO_PDF", "START", "TOO_MANY_PAGES", "TOO_MUCH_TEXT", "main"]

START = "import sys; sys.path.append(sys.argv[1]); import pdfium; pdfium.main(sys.argv[2:])"
"""What the child runs, with this folder before :func:`main`'s arguments: unlike a script, a module
is compiled once."""

ENCRYPTED, NO_PDF, TOO_MANY_PAGES, TOO_MUCH_TEXT = "encrypted", "no PDF", "pages", "text"

_BOLD = re.compile(r"bold|black|heavy|-medi|-bd|cmbx|sfbx|\bdemi", re.IGNORECASE)
_MONO = re.compile(r"mono|courier|cmtt|sftt|consol|typewriter|menlo", re.IGNORECASE)
_FIXED_PITCH = 1
_PASSWORD, _SECURITY = 4, 5  # of FPDF_GetLastError
# PDFium's signs for the hyphen of a divided word, behind which no line end stands.
_LINE = re.compile("[^\r\n\x02\ufffe]+[\x02\ufffe]?")
_HYPHENS = str.maketrans({"\x02": "-", "\ufffe": "-"})
_WORD = re.compile(r"\S+")
_SURROGATE = re.compile("[\ud800-\udfff]")
# What may be a note's mark, if it is small and raised.
_MARK = re.compile(
    r" ?(?<!\d)(?P<mark>\d{1,3}(?:[,–-]\d{1,3})*|[*†‡§¶]{1,3})(?![\w.%])|^(?P<first>\d{1,3})(?!\d)"
)
_MAYBE_MARK = re.compile(r"[\d*†‡§¶]")
_POWER = re.compile(r"(?:^|[\W\d_])(?:[kcdm]?m|[^\W\d_])$")  # m², km³, x²
_NUMBER = re.compile(r"\d{2,}")
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d$")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_GAP = 1.2  # of the type's size: spaces between words are hardly as wide
_SAMPLED = 4  # one line of so many
_LINES = 500_000  # in all
_RIGHT_ANGLE = math.pi / 2


class _Box(Structure):
    _fields_ = [(side, c_float) for side in ("left", "top", "right", "bottom")]


class _Matrix(Structure):
    _fields_ = [(letter, c_float) for letter in "abcdef"]


# What each function of PDFium takes and gives; a handle is a c_void_p.
_FUNCTIONS: dict[str, tuple[Any, ...]] = {
    "FPDF_InitLibrary": (None,),
    "FPDF_LoadMemDocument64": (c_void_p, c_char_p, c_size_t, c_char_p),
    "FPDF_GetLastError": (c_ulong,),
    "FPDF_GetPageCount": (c_int, c_void_p),
    "FPDF_GetMetaText": (c_ulong, c_void_p, c_char_p, c_char_p, c_ulong),
    "FPDFCatalog_GetLanguage": (c_ulong, c_void_p, c_char_p, c_ulong),
    "FPDF_LoadPage": (c_void_p, c_void_p, c_int),
    "FPDF_ClosePage": (None, c_void_p),
    "FPDF_GetPageBoundingBox": (c_int, c_void_p, c_void_p),
    "FPDFText_LoadPage": (c_void_p, c_void_p),
    "FPDFText_ClosePage": (None, c_void_p),
    "FPDFText_CountChars": (c_int, c_void_p),
    "FPDFText_GetText": (c_int, c_void_p, c_int, c_int, c_char_p),
    "FPDFText_GetUnicode": (c_ulong, c_void_p, c_int),
    "FPDFText_GetCharOrigin": (c_int, c_void_p, c_int, c_void_p, c_void_p),
    "FPDFText_GetCharAngle": (c_float, c_void_p, c_int),
    "FPDFText_GetLooseCharBox": (c_int, c_void_p, c_int, c_void_p),
    "FPDFText_GetFontSize": (c_double, c_void_p, c_int),
    "FPDFText_GetMatrix": (c_int, c_void_p, c_int, c_void_p),
    "FPDFText_GetTextObject": (c_void_p, c_void_p, c_int),
    "FPDFTextObj_GetFont": (c_void_p, c_void_p),
    "FPDFFont_GetBaseFontName": (c_size_t, c_void_p, c_char_p, c_size_t),
    "FPDFFont_GetFlags": (c_int, c_void_p),
    "FPDFFont_GetWeight": (c_int, c_void_p),
}


def _library(folder: str) -> Any:
    """PDFium with the types above: pypdfium2's own take longer to load than most files to read."""
    names = ("libpdfium.so", "libpdfium.dylib", "pdfium.dll")
    places = [os.path.join(folder, "pypdfium2_raw", name) for name in names]
    path = next(filter(os.path.exists, places), None)
    if path is None:  # as where a distribution keeps it with its other libraries
        from pypdfium2_raw import bindings

        library = bindings._libs["pdfium"]
    else:
        library = CDLL(path)
    for name, (result, *arguments) in _FUNCTIONS.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


_Style = tuple[float, bool, bool]  # the size, and whether it is bold, and typewriter's


class _Page:
    """One page's text, and where each character of it is."""

    def __init__(self, pdfium: Any, page: Any, fonts: dict[int, tuple[bool, bool]]) -> None:
        self.pdfium = pdfium
        self.text_page = pdfium.FPDFText_LoadPage(page)
        self.count = max(0, pdfium.FPDFText_CountChars(self.text_page))
        self.fonts = fonts
        self.styles: dict[int, _Style] = {}  # of text objects
        self.known: dict[int, _Style] = {}  # of characters
        self.box, self.matrix, self.x, self.y = _Box(), _Matrix(), c_double(), c_double()
        self.box_pointer, self.matrix_pointer = byref(self.box), byref(self.matrix)
        self.x_pointer, self.y_pointer = byref(self.x), byref(self.y)
        self.bounds = _Box()
        if not pdfium.FPDF_GetPageBoundingBox(page, byref(self.bounds)):
            self.bounds.right = self.bounds.top = math.inf

    def text(self) -> str:
        """All characters, one code point each."""
        buffer = create_string_buffer(2 * self.count + 2)
        got = self.pdfium.FPDFText_GetText(self.text_page, 0, self.count, buffer)
        text = buffer.raw[: 2 * max(0, got - 1)].decode("utf-16-le", "surrogatepass")
        if len(text) == self.count and not _SURROGATE.search(text):
            return text
        get = self.pdfium.FPDFText_GetUnicode  # what has no letter is missing above
        codes = (get(self.text_page, place) for place in range(self.count))
        return "".join(chr(code) if 0 < code < 0x110000 else "\ufffd" for code in codes)

    def place(self, index: int) -> tuple[float, float]:
        get = self.pdfium.FPDFText_GetCharOrigin
        get(self.text_page, index, self.x_pointer, self.y_pointer)
        return self.x.value, self.y.value

    def turn(self, index: int) -> int:
        """How many right angles the text is turned by."""
        angle = self.pdfium.FPDFText_GetCharAngle(self.text_page, index)
        return round(angle / _RIGHT_ANGLE) % 4 if math.isfinite(angle) else 0

    def span(self, index: int, turn: int) -> tuple[float, float]:
        """Where a character begins and ends along its line."""
        box = self.box
        if not self.pdfium.FPDFText_GetLooseCharBox(self.text_page, index, self.box_pointer):
            return 0.0, 0.0
        if turn == 0:
            return box.left, box.right
        if turn == 1:
            return box.bottom, box.top
        return (-box.right, -box.left) if turn == 2 else (-box.top, -box.bottom)

    def style(self, index: int) -> _Style:
        if index not in self.known:
            key = self.pdfium.FPDFText_GetTextObject(self.text_page, index) or 0
            if key not in self.styles:
                font = self.pdfium.FPDFTextObj_GetFont(key) if key else None
                self.styles[key] = (abs(self.size(index)), *self._face(font))
            self.known[index] = self.styles[key]
        return self.known[index]

    def size(self, index: int) -> float:
        """The size of the type as it is printed, in points."""
        size: float = self.pdfium.FPDFText_GetFontSize(self.text_page, index)
        if self.pdfium.FPDFText_GetMatrix(self.text_page, index, self.matrix_pointer):
            size *= math.hypot(self.matrix.c, self.matrix.d)
        return size if math.isfinite(size) else 0.0

    def _face(self, font: int | None) -> tuple[bool, bool]:
        key = font or 0
        if key not in self.fonts:
            name, flags, weight = "", 0, -1
            if key:
                buffer = create_string_buffer(256)
                got = self.pdfium.FPDFFont_GetBaseFontName(font, buffer, 256)
                name = buffer.raw[: min(got, 256)].split(b"\0")[0].decode("utf-8", "replace")
                flags = self.pdfium.FPDFFont_GetFlags(font)
                weight = self.pdfium.FPDFFont_GetWeight(font)
            mono = bool(_MONO.search(name)) or (flags > 0 and bool(flags & _FIXED_PITCH))
            self.fonts[key] = bool(_BOLD.search(name)) or weight >= 650, mono
        return self.fonts[key]

    def close(self) -> None:
        self.pdfium.FPDFText_ClosePage(self.text_page)


def _lines(page: _Page) -> list[list[Any]]:
    """The lines of a page in the order of the file; what is turned otherwise than most is not."""
    text = page.text()
    found = []
    turns: dict[int, int] = {}
    for match in _LINE.finditer(text):
        first = _WORD.search(match[0])
        if first is None:
            continue
        turn = page.turn(match.start() + first.start())
        turns[turn] = turns.get(turn, 0) + len(match[0])
        found.append((turn, match))
    # Text that is turned stands in margins and tables, unless all of it is.
    kept = 0 if 0 in turns else max(turns, key=turns.__getitem__, default=0)
    straight = [match for turn, match in found if turn == kept]
    lines: list[list[Any]] = []
    parted = False  # most pages have no gaps: they are looked for in a few of the lines first
    for match in straight[::_SAMPLED]:
        parted = parted or len(list(_parts(page, match[0], match.start(), kept))) > 1
    for match in straight:
        if parted:
            lines += _parts(page, match[0], match.start(), kept)
        else:
            row = list(_WORD.finditer(match[0]))
            begin, _ = page.span(match.start() + row[0].start(), kept)
            lines.append(_line(page, match[0], match.start(), kept, row, begin))
    return lines


def _parts(page: _Page, text: str, start: int, turn: int) -> Iterator[list[Any]]:
    """Part a line where a gap stands that no space is: between columns or the cells of a table."""
    words = list(_WORD.finditer(text))
    size = _size(page, start, words)[0]
    row: list[re.Match[str]] = []
    before = 0.0
    begin = 0.0
    for number, word in enumerate(words):
        left, _ = page.span(start + word.start(), turn)
        if row and left - before > _GAP * size:
            _, before = page.span(start + row[-1].end() - 1, turn)
            if left - before > _GAP * size or left < begin:
                yield _line(page, text, start, turn, row, begin)
                row = []
        if not row:
            begin = left
        row.append(word)
        # A word's end is looked up only where its letters, taken for narrow, leave a gap.
        before = left + 0.42 * size * (word.end() - word.start())
        if number == len(words) - 1 and row:
            yield _line(page, text, start, turn, row, begin)


def _line(
    page: _Page, text: str, start: int, turn: int, row: list[re.Match[str]], begin: float
) -> list[Any]:
    first, last = row[0], row[-1]
    size, bold, mono = _size(page, start, row)
    least = 0.8 * size
    body = first
    for word in row:
        if page.style(start + word.start())[0] > least:
            body = word
            break
    x, y = page.place(start + body.start())
    bounds = page.bounds
    inside = bounds.left <= x <= bounds.right and bounds.bottom <= y <= bounds.top
    if turn:
        y = (0.0, -x, -y, x)[turn]
    part = text[first.start() : last.end()]
    marks, opens = 0, False
    if _MAYBE_MARK.search(part):
        part, marks, opens = _without_marks(page, part, start + first.start(), turn, size, y)
    if opens and len(row) > 1 and part[:1].isspace():
        begin, _ = page.span(start + row[1].start(), turn)
    _, end = page.span(start + last.end() - 1, turn)
    return [
        part.translate(_HYPHENS) if inside else "",
        round(begin, 2),
        round(y, 2),
        round(size, 2),
        bold,
        mono,
        round(end, 2),
        marks,
        opens,
    ]


def _size(page: _Page, start: int, row: list[re.Match[str]]) -> _Style:
    """The type of a line, by its first word, one amid it, and its last."""
    one = page.style(start + row[0].start())
    if len(row) == 1:
        return one
    two, three = (page.style(start + row[n].start()) for n in (len(row) // 2, -1))
    if one == two == three:
        return one
    size = sorted((one[0], two[0], three[0]))[1]
    return size, one[1] and two[1] and three[1], one[2] and two[2] and three[2]


def _without_marks(
    page: _Page, text: str, start: int, turn: int, size: float, base: float
) -> tuple[str, int, bool]:
    """Take the marks of notes off: small, and above the line. Powers are written as such."""
    kept, at, marks, opens = [], 0, 0, False

    def raised(place: int) -> bool:
        if page.size(start + place) > 0.85 * size:
            return False
        x, y = page.place(start + place)
        return (y, -x, -y, x)[turn] - base > 0.15 * size

    found = [(match.start(), match.start(match.lastgroup or 0), match.end())
             for match in _MARK.finditer(text)]  # fmt: skip
    for number in _NUMBER.finditer(text):  # its last figures may be a mark's, or a power's
        first = number.end()
        while first > number.start() + 1 and raised(first - 1):
            first -= 1
        if first < number.end():
            found.append((first, first, number.end()))
    for begin, first, end in sorted(found):
        if begin < at or not raised(first):
            continue
        before = text[:begin]
        kept.append(text[at:begin])
        at = end
        if _POWER.search(before) or (before[-1:].isdigit() and not _YEAR.search(before)):
            kept.append(text[begin:end].translate(_RAISED))
        else:
            marks += 1
            opens = opens or begin == 0
    return "".join([*kept, text[at:]]), marks, opens


def _noted(pdfium: Any, document: Any) -> dict[str, str]:
    noted = {}
    for field in ("Title", "Author", "CreationDate"):
        size = pdfium.FPDF_GetMetaText(document, field.encode(), None, 0)
        if 2 < size < 20_000:
            buffer = create_string_buffer(size)
            pdfium.FPDF_GetMetaText(document, field.encode(), buffer, size)
            noted[field] = buffer.raw.decode("utf-16-le", "replace").rstrip("\0")
    size = pdfium.FPDFCatalog_GetLanguage(document, None, 0)
    if 2 < size < 200:
        buffer = create_string_buffer(size)
        pdfium.FPDFCatalog_GetLanguage(document, buffer, size)
        noted["Lang"] = buffer.raw.decode("utf-16-le", "replace").rstrip("\0")
    return noted


def read(data: bytes, folder: str, max_pages: int, max_characters: int) -> dict[str, Any]:
    """Return the lines of each page and what the file says of itself.

    Args:
        data: the file.
        folder: where pypdfium2 is installed.
        max_pages: how many pages it may have; 0 is no limit.
        max_characters: how many characters its pages may have in all; 0 is no limit.
    """
    pdfium = _library(folder)
    pdfium.FPDF_InitLibrary()
    document = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
    if not document:
        error = pdfium.FPDF_GetLastError()
        return {"error": ENCRYPTED if error in (_PASSWORD, _SECURITY) else NO_PDF}
    count = pdfium.FPDF_GetPageCount(document)
    if max_pages and count > max_pages:
        return {"error": TOO_MANY_PAGES, "count": count}
    pages: list[list[list[Any]]] = []
    fonts: dict[int, tuple[bool, bool]] = {}
    characters = lines = 0
    for number in range(count):
        loaded = pdfium.FPDF_LoadPage(document, number)
        if not loaded:
            pages.append([])
            continue
        page = _Page(pdfium, loaded, fonts)
        characters += page.count
        if max_characters and (characters > max_characters or lines > _LINES):
            return {"error": TOO_MUCH_TEXT}
        pages.append(_lines(page) if page.count else [])
        lines += len(pages[-1])
        page.close()
        pdfium.FPDF_ClosePage(loaded)
    return {"pages": pages, "noted": _noted(pdfium, document)}


def main(arguments: list[str]) -> None:
    """Read standard input within the limits given: where PDFium is, MiB, seconds, pages, text."""
    folder = arguments[0]
    memory, seconds, max_pages, max_characters = map(int, arguments[1:])
    sys.path.append(folder)
    if memory or seconds:
        try:
            import resource
        except ImportError:  # Windows has none; there, the deadline of the parent alone holds
            pass
        else:
            for kind, limit in (
                (resource.RLIMIT_AS, memory * 2**20),
                (resource.RLIMIT_CPU, seconds),
                (resource.RLIMIT_CORE, 0),
            ):
                _, most = resource.getrlimit(kind)
                if limit or kind == resource.RLIMIT_CORE:
                    low = limit if most == resource.RLIM_INFINITY else min(limit, most)
                    resource.setrlimit(kind, (low, most))
    found = read(sys.stdin.buffer.read(), folder, max_pages, max_characters)
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1:])
