"""Rich Text Format (.rtf): its paragraphs, by the rules of RTF 1.9.1.

:meta private:
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count

from ..errors import ReadError
from .extracted import Extracted, Stopwatch, paragraphs
from .markup import RAISED, note_or_power

__all__ = ["read_rtf"]

_TOKEN = re.compile(
    r"\\(?P<word>[A-Za-z]{1,32})(?P<number>-?\d{1,10})? ?|\\'(?P<byte>[0-9A-Fa-f]{2})"
    r"|\\(?P<mark>[^A-Za-z])|(?P<brace>[{}])|(?P<text>[^\\{}\r\n]+)",
    re.DOTALL,
)
# Groups that hold no running text; those that begin with \* and are not known are passed over too.
_LEFT_OUT = frozenset(
    "fonttbl colortbl stylesheet listtable listoverridetable info pict object objdata header "
    "headerl headerr headerf footer footerl footerr footerf footnote annotation atnid atnauthor "
    "fldinst xe tc rxe bkmkstart bkmkend themedata colorschememapping latentstyles datastore "
    "generator rsidtbl revtbl filetbl template nonesttables pntext listtext shpinst nonshppict "
    "xmlnstbl mmathPr wgrffmtfilter private comment doccomm ftnsep ftnsepc aftnsep aftnsepc".split()
)
_NOTED = frozenset(("title", "author"))
_NO_PROSE = frozenset(("intbl", "outlinelevel"))
_MARKS = {
    "tab": "\t", "line": "\n", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’",
    "ldblquote": "“", "rdblquote": "”", "bullet": "•", "emspace": " ", "enspace": " ",
    "qmspace": " ",
}  # fmt: skip
_ENDS = frozenset(("par", "sect", "page", "cell", "row", "nestcell", "nestrow"))
_CHARSETS = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gbk", 136: "cp950", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251",
    222: "cp874", 238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
_HEIGHTS = frozenset(("super", "sub", "nosupersub", "up", "dn", "plain"))
_STYLE = re.compile(r"\\s(?P<number>\d{1,3})\b(?P<name>[^{};]{0,400}+)")
_HEADING = re.compile(r"\b(?:heading|title|subtitle|caption|toc)\b", re.IGNORECASE)
_ESCAPES = {"{": b"{", "}": b"}", "\\": b"\\", "~": b" ", "_": b"-"}
_DEEPEST = 10_000  # groups inside each other
_STEP = 4_096  # tokens
_HEAD = 2**20  # characters, in which the styles are told


@dataclass(slots=True)
class _State:
    """What a group hands on to those inside it."""

    hidden: bool = False
    noted: str | None = None
    codepage: str = "cp1252"
    raised: bool = False
    fallbacks: int = 1  # characters behind \u that stand for it


@dataclass(slots=True)
class _Paragraph:
    parts: list[str] = field(default_factory=list)
    left_out: bool = False  # a heading, or a row of a table


def read_rtf(data: bytes, name: str, *, limited: bool = True) -> Extracted:
    r"""Return the running text of an RTF document, and its title and author.

    Headings, tables, footnotes, headers, footers, pictures and field codes are left out.

    Args:
        data: the file.
        name: what errors call it.
        limited: whether more time than :data:`.extracted.MAX_SECONDS` is refused.

    Raises:
        ReadError: if it is nested too deep, has no running text, or takes too long.

    >>> read_rtf(rb"{\rtf1\ansi It rained.\par The caf\'e9 was shut.}", "a.rtf").text
    'It rained.\n\nThe café was shut.'
    """
    watch = Stopwatch(name, "RTF", limited=limited)
    parser = _Parser(data.decode("latin-1"), name, watch)
    body = paragraphs(parser.paragraphs())
    if not body:
        raise ReadError(name, "no running text in this RTF document")
    known = {key: "".join(parts) for key, parts in parser.noted.items()}
    return Extracted.of(body, title=known.get("title"), language=None, author=known.get("author"))


class _Parser:
    """Goes through a document's tokens once; :meth:`paragraphs` yields what it comes to."""

    def __init__(self, text: str, name: str, watch: Stopwatch) -> None:
        self.text = text
        self.name = name
        self.watch = watch
        self.noted: dict[str, list[str]] = {}
        self.state = _State()
        self.outer: list[_State] = []
        self.paragraph = _Paragraph()
        self.pending = bytearray()
        self.headings = frozenset(_heading_styles(text[: text.find("\\pard")][:_HEAD], watch))
        self.charsets: dict[str, str] = {}
        self.font = "0"
        self.skip = 0  # characters that stand for one that was read already
        self.high = ""
        self.starred = False

    def paragraphs(self) -> Iterator[str]:
        at = 0
        for step in count():
            if step % _STEP == 0:
                self.watch.check()
            token = _TOKEN.search(self.text, at)
            if token is None:
                break
            at = token.end()
            starred, self.starred = self.starred, token["mark"] == "*"
            if token["brace"]:
                self._group(opens=token["brace"] == "{")
            elif token["byte"]:
                self._bytes(bytes((int(token["byte"], 16),)))
            elif token["text"] is not None:
                self._bytes(token["text"].encode("latin-1"))
            elif token["mark"] is not None:
                if token["mark"] in "\r\n":
                    yield from self._finished()
                self._bytes(_ESCAPES.get(token["mark"], b""))
            elif token["word"] in _ENDS:
                yield from self._finished()
            elif token["word"] == "bin":
                at += max(0, int(token["number"] or 0))
            else:
                self._word(token["word"], int(token["number"] or 0), starred=starred)
        yield from self._finished()

    def _group(self, *, opens: bool) -> None:
        self._flush()
        self.skip = 0
        if opens:
            self.outer.append(self.state)
            if len(self.outer) > _DEEPEST:
                raise ReadError(self.name, "an RTF document that is nested too deep")
            self.state = replace(self.state)
        elif self.outer:
            self.state = self.outer.pop()

    def _bytes(self, data: bytes) -> None:
        passed = min(self.skip, len(data))
        self.skip -= passed
        self.pending += data[passed:]

    def _flush(self) -> None:
        written = bytes(self.pending).decode(self.state.codepage, "replace")
        self.pending.clear()
        if written:
            self._add(written)

    def _add(self, written: str) -> None:
        if self.state.noted is not None:
            self.noted.setdefault(self.state.noted, []).append(written)
        elif not self.state.hidden:
            parts = self.paragraph.parts
            if self.state.raised:
                written = note_or_power(written, "".join(parts[-3:]))
            parts.append(written)

    def _finished(self) -> Iterator[str]:
        self._flush()
        if not self.state.hidden:
            if not self.paragraph.left_out:
                yield "".join(self.paragraph.parts)
            self.paragraph = _Paragraph([], self.paragraph.left_out)

    def _word(self, word: str, number: int, *, starred: bool) -> None:
        self._flush()
        if word == "u":
            self._unicode(number % 65536)
        elif word in _MARKS:
            self._add(_MARKS[word])
        elif word in _NOTED and self.state.hidden:
            self.state.noted = word
        elif word in _LEFT_OUT or (starred and word != "shppict"):
            self.state.hidden = True
        elif word == "pard":
            self.paragraph.left_out = False
        elif word in _NO_PROSE or (word == "s" and str(number) in self.headings):
            self.paragraph.left_out = True
        else:
            self._setting(word, number)

    def _setting(self, word: str, number: int) -> None:
        if word in _HEIGHTS:
            self.state.raised = word == "super" or (word == "up" and number >= RAISED)
        elif word == "uc":
            self.state.fallbacks = max(0, number)
        elif word == "ansicpg":
            self.state.codepage = _codec(number)
        elif word == "f":
            self.font = str(number)
            self.state.codepage = self.charsets.get(self.font, self.state.codepage)
        elif word == "fcharset" and number in _CHARSETS:
            self.charsets[self.font] = _CHARSETS[number]

    def _unicode(self, code: int) -> None:
        """Add a UTF-16 code unit; a character beyond the first 65,536 has two."""
        self.skip = self.state.fallbacks
        if 0xD800 <= code < 0xDC00:
            self.high = chr(code)
        elif 0xDC00 <= code < 0xE000:
            pair = self.high + chr(code) if self.high else ""
            self._add(pair.encode("utf-16", "surrogatepass").decode("utf-16"))
            self.high = ""
        else:
            self._add(chr(code))


def _heading_styles(head: str, watch: Stopwatch) -> Iterator[str]:
    """The numbers of the styles with the name of a heading; each place is read once."""
    for style in _STYLE.finditer(head):
        watch.check()
        if _HEADING.search(style["name"]):
            yield style["number"]


def _codec(number: int) -> str:
    codec = "utf-8" if number == 65001 else f"cp{number}"
    try:
        "".encode(codec)
    except LookupError:
        return "cp1252"
    return codec
