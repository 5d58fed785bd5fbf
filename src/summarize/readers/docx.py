"""Word documents (.docx), by python-docx.

:meta private:
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal
from zipfile import ZipFile

from ..arguments import imported
from ..errors import ReadError
from .archives import read_member
from .extracted import Extracted, damaged, paragraphs

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

__all__ = ["MAX_TAGS", "read_docx"]

MAX_TAGS = 4_000_000

_Role = Literal["text", "title", "left out"]
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_LEFT_OUT = (
    "heading", "subtitle", "caption", "toc ", "table of", "header", "footer", "html preformatted",
    "source code", "code", "macro", "bibliography", "footnote", "endnote", "index",
)  # fmt: skip
_BREAKS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
# Besides properties and drawings: what was deleted or moved away, and the reading above a word.
_NO_TEXT = frozenset(
    (_FALLBACK, *(f"{_W}{tag}" for tag in ("pPr", "drawing", "pict", "del", "moveFrom", "rt")))
)
_CONTAINERS = frozenset(f"{_W}{tag}" for tag in ("sdt", "sdtContent", "ins", "customXml"))
_CONTENTS = f"{_W}sdtPr/{_W}docPartObj/{_W}docPartGallery"
_STYLE_DEPTH = 10
_BODY_LEVEL = "9"


def read_docx(
    data: bytes, archive: ZipFile, name: str, *, max_bytes: int | None = None
) -> Extracted:
    """Return the running text of a Word document, and its title, author and date.

    Headings, captions, tables, listings, text boxes, deleted text and contents are left out. The
    title is the paragraph of that style, else the file's own.

    Args:
        data: the file.
        archive: the same, opened; its members are known to be within ``max_bytes`` in all.
        name: what errors call it.
        max_bytes: ``None`` also lifts the limit of :data:`MAX_TAGS` on its XML.

    Raises:
        ReadError: if it is damaged, encrypted, without running text, or beyond a limit.
        MissingDependencyError: if python-docx is not installed.
    """
    docx = imported("docx", "reading docx", "documents")
    _check(archive, name, max_bytes)
    try:
        document = docx.Document(BytesIO(data))
        roles = _roles(document)
        titles: list[str] = []
        body = paragraphs(_running(document.element.body, roles, titles))
        # Of a file without any, python-docx makes properties up.
        known = "docProps/core.xml" in archive.namelist()
        properties = document.core_properties if known else None
        created = properties.created if properties else None
        extracted = Extracted.of(
            body,
            title=" ".join(titles) or (properties.title if properties else None),
            language=(properties.language if properties else "") or _default_language(document),
            author=properties.author if properties else None,
            date=created.date().isoformat() if created else None,
        )
    except Exception as error:  # python-docx and lxml raise whatever a broken structure leads to
        if "content type" in str(error):
            reason = "a Word template or document with macros; save it as .docx"
            raise ReadError(name, reason) from None
        raise damaged(name, "Word document", error) from error
    if not body and any(element.text for element in document.element.body.iter(f"{_W}t")):
        raise ReadError(name, "no running text: nothing but headings and tables")
    return extracted


def _check(archive: ZipFile, name: str, max_bytes: int | None) -> None:
    for member in archive.namelist():
        if member.endswith((".xml", ".rels")):
            data = read_member(archive, member, name)
            if b"<!DOCTYPE" in data[:4096].replace(b"\0", b""):
                raise ReadError(name, f"{member!r} in it defines XML entities, which is not read")
            tags = data.count(b"<")
            if max_bytes is not None and tags > MAX_TAGS:
                limit = f"{tags:,} XML tags in {member!r}, more than the limit of {MAX_TAGS:,}"
                raise ReadError(name, f"{limit}; max_bytes= set to None lifts it")


def _roles(document: WordDocument) -> dict[str, _Role]:
    roles: dict[str, _Role] = {}
    for style in document.styles:
        names = []
        base: Any = style
        for _ in range(_STYLE_DEPTH):
            if base is None:
                break
            names.append((base.name or "").lower())
            base = getattr(base, "base_style", None)
        if any(each.startswith(_LEFT_OUT) for each in names):
            roles[style.style_id] = "left out"
        elif "title" in names:
            roles[style.style_id] = "title"
    return roles


def _running(parent: Any, roles: dict[str, _Role], titles: list[str]) -> Iterator[str]:
    pending = [iter(parent)]
    while pending:
        element = next(pending[-1], None)
        if element is None:
            pending.pop()
        elif element.tag == f"{_W}p":
            role = _role(element, roles)
            text = _text(element)
            if role == "text":
                yield text
            elif role == "title" and text.strip():
                titles.append(text.strip())
        elif element.tag in _CONTAINERS and element.find(_CONTENTS) is None:
            pending.append(iter(element))


def _role(paragraph: Any, roles: dict[str, _Role]) -> _Role:
    properties = paragraph.find(f"{_W}pPr")
    if properties is None:
        return "text"
    outline = properties.find(f"{_W}outlineLvl")
    if outline is not None and outline.get(f"{_W}val") != _BODY_LEVEL:
        return "left out"
    style = properties.find(f"{_W}pStyle")
    return roles.get(style.get(f"{_W}val"), "text") if style is not None else "text"


def _text(paragraph: Any) -> str:
    """The text of a paragraph; inserted text is part of it, what a drawing holds is not."""
    parts: list[str] = []
    pending = [iter(paragraph)]
    while pending:
        element = next(pending[-1], None)
        if element is None:
            pending.pop()
        elif element.tag == f"{_W}t":
            parts.append(element.text or "")
        elif element.tag in _BREAKS:
            parts.append(_BREAKS[element.tag])
        elif element.tag not in _NO_TEXT:
            pending.append(iter(element))
    return "".join(parts)


def _default_language(document: WordDocument) -> str | None:
    found = document.styles.element.find(f"{_W}docDefaults//{_W}lang")
    return None if found is None else found.get(f"{_W}val")
