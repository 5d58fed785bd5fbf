"""Word documents (.docx, .docm, .dotx): their XML, read as it comes.

:meta private:
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from typing import Any
from xml.parsers import expat
from zipfile import ZipFile

from ..errors import ReadError
from .archives import MAX_TAGS, read_member
from .extracted import Extracted, Stopwatch, damaged, paragraphs
from .markup import RAISED, note_or_power
from .sources import beyond

__all__ = ["MAX_TAGS", "read_docx"]

_LEFT_OUT = (
    "heading", "subtitle", "caption", "toc ", "table of", "header", "footer", "html preformatted",
    "source code", "code", "macro", "bibliography", "footnote", "endnote", "index",
)  # fmt: skip
_FIELDS = ("title", "author", "date")  # styles of what a document says of itself, as pandoc's
_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
# Tables, drawings, what was deleted, moved away or changed, and the reading above a word.
_NO_TEXT = frozenset(
    "tbl drawing pict object del moveFrom rt Fallback pPrChange rPrChange sectPr".split()
)
_STYLE_DEPTH = 10
_STEP = 4_096  # tags
_MOST_ATTRIBUTES = 10_000  # of a tag
_MAX_ATTRIBUTES = 3_000_000  # of a part
_BODY_LEVEL = "9"
Attributes = dict[str, str]


def read_docx(archive: ZipFile, name: str, *, max_bytes: int | None = None) -> Extracted:
    """Return the running text of a Word document, and its title, author and date.

    Headings, captions, tables, listings, text boxes, deleted text and contents are left out. The
    title, author and date are the paragraphs of these styles, else the file's own.

    Args:
        archive: the file, opened; its members are known to be within ``max_bytes`` in all.
        name: what errors call it.
        max_bytes: ``None`` also lifts the limit of :data:`MAX_TAGS` on each part.

    Raises:
        ReadError: if it is damaged, encrypted, without running text, or beyond a limit.
    """
    package = _Package(archive, name, limited=max_bytes is not None)
    parts = (member for member in archive.namelist() if member.startswith("word/document"))
    main = package.target("", "officeDocument") or next(parts, None)
    if main is None or main not in package.members:
        raise ReadError(name, "a damaged Word document: it does not say where its text is")
    styles = _Styles()
    package.parse(package.target(main, "styles"), styles)
    body = _Body(styles.roles())
    package.parse(main, body)
    core = _Properties()
    package.parse(package.target("", "core-properties"), core)
    running = paragraphs(body.paragraphs)
    if not running and body.has_text:
        raise ReadError(name, "no running text: nothing but headings and tables")
    known = {field: "".join(texts) for field, texts in core.found.items()}
    given = {field: " ".join(texts) for field, texts in body.noted.items()}
    return Extracted.of(
        running,
        title=given.get("title") or known.get("title"),
        language=known.get("language") or styles.language,
        author=given.get("author") or known.get("creator"),
        date=given.get("date") or known.get("created", "")[:10],
    )


class _Part:
    """What is done with the elements of a part, named without their namespaces."""

    def start(self, tag: str, attributes: Attributes) -> None:
        """Take an element's beginning."""

    def end(self, tag: str) -> None:
        """Take an element's end."""

    def text(self, text: str) -> None:
        """Take what stands in it."""


class _Package:
    """The parts of a file, and how they lead to each other."""

    def __init__(self, archive: ZipFile, name: str, *, limited: bool) -> None:
        self._archive, self._name, self._limited = archive, name, limited
        self.members = set(archive.namelist())
        self._watch = Stopwatch(name, "a Word document", limited=limited)

    def target(self, part: str, kind: str) -> str | None:
        """The part that ``part``, or the whole file, names as its ``kind``."""
        folder, base = posixpath.split(part)
        links = _Links(kind)
        self.parse(posixpath.join(folder, "_rels", f"{base}.rels"), links)
        if links.found is None:
            return None
        return posixpath.normpath(posixpath.join("/", folder, links.found)).lstrip("/")

    def parse(self, member: str | None, part: _Part) -> None:
        """Read a part, if there is one of that name."""
        if member is None or member not in self.members:
            return
        data = read_member(self._archive, member, self._name)
        if self._limited and data.count(b"=") > _MAX_ATTRIBUTES:  # one tag may have them all
            what = f"more than {_MAX_ATTRIBUTES:,} XML attributes in {member!r}"
            raise beyond(self._name, what)
        parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.ordered_attributes = True
        tags = 0

        def start(tag: str, attributes: list[str]) -> None:
            nonlocal tags
            if len(attributes) > 2 * _MOST_ATTRIBUTES:
                what = f"more than {_MOST_ATTRIBUTES:,} attributes in a tag"
                raise ReadError(self._name, f"{what}; save it again from Word")
            tags += 1
            if tags % _STEP == 0:
                self._watch.check()
            if self._limited and tags > MAX_TAGS:
                raise beyond(self._name, f"more than {MAX_TAGS:,} XML tags in {member!r}")
            keys = (key.rpartition("}")[2] for key in attributes[::2])
            names = dict(zip(keys, attributes[1::2], strict=True))
            part.start(tag.rpartition("}")[2], names)

        def refuse(*_: Any) -> None:
            what = f"{member!r} in it defines XML entities, which is not read"
            raise ReadError(self._name, what)

        parser.StartElementHandler = start
        parser.EndElementHandler = lambda tag: part.end(tag.rpartition("}")[2])
        parser.CharacterDataHandler = part.text
        parser.StartDoctypeDeclHandler = refuse
        try:
            parser.Parse(data, True)
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise damaged(self._name, "Word document", error) from error


class _Links(_Part):
    def __init__(self, kind: str) -> None:
        self._kind = f"/{kind}"
        self.found: str | None = None

    def start(self, tag: str, attributes: Attributes) -> None:
        is_kind = attributes.get("Type", "").endswith(self._kind)
        if tag == "Relationship" and is_kind and self.found is None:
            self.found = attributes.get("Target")


class _Styles(_Part):
    """The styles with their names, and the language that the text is in by default."""

    def __init__(self) -> None:
        self.language: str | None = None
        self._names: dict[str, str] = {}
        self._bases: dict[str, str] = {}
        self._style = ""
        self._defaults = False

    def start(self, tag: str, attributes: Attributes) -> None:
        value = attributes.get("val", "")
        if tag == "style":
            self._style = attributes.get("styleId", "")
        elif tag == "name" and self._style:
            self._names.setdefault(self._style, value.lower())
        elif tag == "basedOn" and self._style:
            self._bases[self._style] = value
        elif tag == "docDefaults":
            self._defaults = True
        elif tag == "lang" and self._defaults:
            self.language = self.language or value

    def end(self, tag: str) -> None:
        if tag == "docDefaults":
            self._defaults = False

    def roles(self) -> dict[str, str]:
        """What the paragraphs of a style are, if no text: a field, or left out."""
        roles = {}
        for style in self._names:
            names = list(self._line(style))
            if any(name.startswith(_LEFT_OUT) for name in names):
                roles[style] = "left out"
            elif field := next((name for name in names if name in _FIELDS), None):
                roles[style] = field
        return roles

    def _line(self, style: str) -> Iterator[str]:
        for _ in range(_STYLE_DEPTH):
            yield self._names.get(style, "")
            style = self._bases.get(style, "")


class _Properties(_Part):
    def __init__(self) -> None:
        self.found: dict[str, list[str]] = {}
        self._field = ""

    def start(self, tag: str, attributes: Attributes) -> None:
        self._field = tag

    def end(self, tag: str) -> None:
        self._field = ""

    def text(self, text: str) -> None:
        if self._field:
            self.found.setdefault(self._field, []).append(text)


class _Body(_Part):
    """The paragraphs of a document; inserted text is part of them."""

    def __init__(self, roles: dict[str, str]) -> None:
        self.paragraphs: list[str] = []
        self.noted: dict[str, list[str]] = {}
        self.has_text = False
        self._roles = roles
        self._depth = 0
        self._hidden = 0  # the depth of what is left out, 0 outside of it
        self._fields: list[int] = []  # the depths of content controls around
        self._parts: list[str] = []
        self._role = "text"
        self._in_text = self._in_properties = False
        self._initial = ""
        self._is_initial = self._is_raised = False
        starts: dict[str, Callable[[Attributes], None]] = {
            "p": self._begin, "t": self._open_text, "pPr": self._open_properties,
            "pStyle": self._style, "outlineLvl": self._level, "framePr": self._frame,
            "r": self._run, "vertAlign": self._align, "position": self._align,
        }  # fmt: skip
        self._starts = starts

    def start(self, tag: str, attributes: Attributes) -> None:
        self._depth += 1
        if self._hidden:
            self.has_text = self.has_text or tag == "t"
            return
        if tag in _NO_TEXT:
            self._hidden = self._depth
        elif tag in _BREAKS and not self._in_properties:
            self._parts.append(_BREAKS[tag])
        elif tag == "sdt":
            self._fields.append(self._depth)
        elif tag == "docPartGallery" and self._fields:
            self._hidden = self._fields[-1]
        elif tag in self._starts:
            self._starts[tag](attributes)

    def end(self, tag: str) -> None:
        if self._hidden:
            if self._depth == self._hidden:
                self._hidden = 0
        elif tag == "p":
            self._finish()
        elif tag == "t":
            self._in_text = False
        elif tag == "pPr":
            self._in_properties = False
        if tag == "sdt" and self._fields and self._fields[-1] == self._depth:
            self._fields.pop()
        self._depth -= 1

    def text(self, text: str) -> None:
        if self._in_text and not self._hidden:
            if self._is_raised:
                text = note_or_power(text, "".join(self._parts[-3:]))
            self._parts.append(text)

    def _begin(self, _: Attributes) -> None:
        self._parts = []
        self._role = "text"
        self._is_initial = False

    def _open_text(self, _: Attributes) -> None:
        self._in_text = self.has_text = True

    def _open_properties(self, _: Attributes) -> None:
        self._in_properties = True

    def _style(self, attributes: Attributes) -> None:
        if self._role == "text":
            self._role = self._roles.get(attributes.get("val", ""), "text")

    def _level(self, attributes: Attributes) -> None:
        if attributes.get("val") != _BODY_LEVEL:
            self._role = "left out"

    def _frame(self, attributes: Attributes) -> None:
        self._is_initial = attributes.get("dropCap", "none") != "none"

    def _run(self, _: Attributes) -> None:
        self._is_raised = False

    def _align(self, attributes: Attributes) -> None:
        value = attributes.get("val", "")
        self._is_raised = value == "superscript" or (
            value.isdecimal() and len(value) < 5 and int(value) >= RAISED
        )

    def _finish(self) -> None:
        text = "".join(self._parts)
        self._parts = []
        if self._is_initial:  # a large first letter is a paragraph of its own, before its word's
            self._initial = text.strip()
        elif self._role == "text":
            self.paragraphs.append(self._initial + text)
            self._initial = ""
        elif self._role != "left out" and text.strip():
            self.noted.setdefault(self._role, []).append(text.strip())
