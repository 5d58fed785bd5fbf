"""Office documents that are zip archives of XML: OpenDocument texts (.odt) and presentations
(.odp), and PowerPoint presentations (.pptx).

:meta private:
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from ..errors import ReadError
from .archives import parse_member
from .extracted import Extracted, paragraphs
from .markup import note_or_power

__all__ = ["read_opendocument", "read_powerpoint"]

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_ODF_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_PRESENTATION = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_TERMS = "{http://purl.org/dc/terms/}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"

# What stands in an OpenDocument file and is no running text.
_NO_TEXT = frozenset(
    (
        *(f"{_ODF_TEXT}{tag}" for tag in ("h", "note", "tracked-changes", "table-of-content")),
        *(f"{_ODF_TEXT}{tag}" for tag in ("alphabetical-index", "bibliography", "ruby-text")),
        *(f"{_ODF_TEXT}{tag}" for tag in ("illustration-index", "table-index", "sequence-decls")),
        *(f"{_OFFICE}{tag}" for tag in ("annotation", "forms", "scripts")),
        f"{_TABLE}table",
        f"{_PRESENTATION}notes",
    )
)
_BREAKS = {f"{_ODF_TEXT}tab": "\t", f"{_ODF_TEXT}line-break": "\n", f"{_ODF_TEXT}s": " "}
_LEFT_OUT_STYLES = ("heading", "title", "subtitle", "caption", "table", "illustration", "figure",
                    "contents", "header", "footer", "preformatted", "source")  # fmt: skip
_TITLES = frozenset(("title", "ctrTitle", "subTitle"))
_ON_EVERY_SLIDE = frozenset(("dt", "ftr", "sldNum", "hdr"))


def read_opendocument(archive: ZipFile, name: str, *, limited: bool = True) -> Extracted:
    """Return the running text of an OpenDocument text or presentation, title, author and date.

    Headings, captions, tables, notes, comments, deleted text and contents are left out.

    Args:
        archive: the file, opened.
        name: what errors call it.
        limited: whether more than :data:`.archives.MAX_NODES` tags and attributes are refused.

    Raises:
        ReadError: if it is damaged, encrypted, without running text, or beyond the limit.
    """
    if b"encryption-data" in _member(archive, "META-INF/manifest.xml"):
        raise ReadError(name, "encrypted with a password")
    content = parse_member(archive, "content.xml", name, limited=limited)
    styles, raised = _odf_styles(content)
    titles: list[str] = []
    body = content.find(f"{_OFFICE}body")
    found = _odf_paragraphs(body, styles, raised, titles) if body is not None else ()
    text = paragraphs(found)
    if not text:
        raise ReadError(name, "no running text in this OpenDocument file")
    members = archive.namelist()
    meta = (
        parse_member(archive, "meta.xml", name, limited=limited) if "meta.xml" in members else None
    )
    return Extracted.of(
        text,
        title=_first(meta, f"{_DC}title") or " ".join(titles),
        language=_first(meta, f"{_DC}language"),
        author=_first(meta, f"{_META}initial-creator") or _first(meta, f"{_DC}creator"),
        date=(_first(meta, f"{_META}creation-date") or _first(meta, f"{_DC}date") or "")[:10],
    )


def _odf_styles(content: Element) -> tuple[dict[str, str], set[str]]:
    """Each automatic style's parent, which says what its paragraphs are; and which are raised."""
    parents: dict[str, str] = {}
    raised = set()
    for style in content.iter(f"{_STYLE}style"):
        name = style.get(f"{_STYLE}name", "")
        parents[name] = style.get(f"{_STYLE}parent-style-name", "")
        for properties in style.iterfind(f"{_STYLE}text-properties"):
            position = properties.get(f"{_STYLE}text-position", "")
            # By less than 10 % is a matter of setting, as converters leave it.
            if position.startswith("super") or position[:2].isdecimal():
                raised.add(name)
    return parents, raised


def _odf_paragraphs(
    parent: Element, styles: dict[str, str], raised: set[str], titles: list[str]
) -> Iterator[str]:
    pending = [iter(parent)]
    while pending:
        element = next(pending[-1], None)
        if element is None:
            pending.pop()
        elif element.tag == f"{_ODF_TEXT}p":
            style = element.get(f"{_ODF_TEXT}style-name", "")
            style = styles.get(style, style).replace("_20_", " ").lower()
            if style.startswith("title"):
                titles.append(_odf_text(element, raised).strip())
            if not style.startswith(_LEFT_OUT_STYLES):
                yield _odf_text(element, raised)
            pending.append(_outermost(element, f"{_DRAW}text-box"))
        elif element.tag in _NO_TEXT or element.get(f"{_PRESENTATION}class") in (
            "title", "footer", "header", "page-number", "date-time",
        ):  # fmt: skip
            if element.get(f"{_PRESENTATION}class") == "title":
                titles[1:] = []
                titles.extend(filter(None, ("".join(element.itertext()).strip(),)))
                titles[1:] = []
        else:
            pending.append(iter(element))


def _odf_text(paragraph: Element, raised: set[str]) -> str:
    parts = [paragraph.text or ""]
    pending = [iter(paragraph)]
    tails: list[str] = []
    while pending:
        element = next(pending[-1], None)
        if element is None:
            pending.pop()
            parts.append(tails.pop() if tails else "")
        elif element.tag in _BREAKS:
            parts.extend((_BREAKS[element.tag], element.tail or ""))
        elif element.tag in _NO_TEXT or element.tag.startswith(_DRAW):
            parts.append(element.tail or "")
        elif element.get(f"{_ODF_TEXT}style-name") in raised and not len(element):
            parts.append(note_or_power(element.text or "", "".join(parts[-3:])))
            parts.append(element.tail or "")
        else:
            parts.append(element.text or "")
            tails.append(element.tail or "")
            pending.append(iter(element))
    return "".join(parts)


def read_powerpoint(archive: ZipFile, name: str, *, limited: bool = True) -> Extracted:
    """Return the text of a PowerPoint presentation's slides in their order, title, author, date.

    Titles of slides, tables, footers, notes and hidden slides are left out.

    Args:
        archive: the file, opened.
        name: what errors call it.
        limited: whether more than :data:`.archives.MAX_NODES` tags and attributes are refused.

    Raises:
        ReadError: if it is damaged, encrypted, without running text, or beyond the limit.
    """
    titles: list[str] = []
    texts: list[str] = []
    for member in _slides(archive, name, limited=limited):
        slide = parse_member(archive, member, name, limited=limited)
        if slide.get("show") != "0":
            texts.extend(_slide_paragraphs(slide, titles))
    body = paragraphs(texts)
    if not body:
        raise ReadError(name, "no text in this presentation but titles and tables")
    known = "docProps/core.xml" in archive.namelist()
    core = parse_member(archive, "docProps/core.xml", name, limited=limited) if known else None
    return Extracted.of(
        body,
        title=next(iter(titles), None) or _first(core, f"{_DC}title"),
        language=_first(core, f"{_DC}language"),
        author=_first(core, f"{_DC}creator"),
        date=(_first(core, f"{_TERMS}created") or "")[:10],
    )


def _slides(archive: ZipFile, name: str, *, limited: bool) -> Iterator[str]:
    presentation = parse_member(archive, "ppt/presentation.xml", name, limited=limited)
    relations = parse_member(archive, "ppt/_rels/presentation.xml.rels", name, limited=limited)
    targets = {each.get("Id"): each.get("Target", "") for each in relations.iter(_RELATION)}
    seen: set[str] = set()
    for slide in presentation.iter(f"{_P}sldId"):
        target = targets.get(slide.get(f"{_R}id"))
        if target:
            member = posixpath.normpath(posixpath.join("/ppt", target)).lstrip("/")
            if member not in seen:
                seen.add(member)
                yield member


def _slide_paragraphs(slide: Element, titles: list[str]) -> Iterator[str]:
    for shape in _outermost(slide, f"{_P}sp"):
        place = shape.find(f"{_P}nvSpPr/{_P}nvPr/{_P}ph")
        kind = place.get("type") if place is not None else None
        texts = [_slide_text(each) for each in shape.iterfind(f"{_P}txBody/{_A}p")]
        if kind in _TITLES:
            titles.append(" ".join(texts))
        elif kind not in _ON_EVERY_SLIDE:
            yield from texts


def _slide_text(paragraph: Element) -> str:
    parts = []
    for element in paragraph.iter():
        if element.tag == f"{_A}t":
            parts.append(element.text or "")
        elif element.tag == f"{_A}br":
            parts.append("\n")
    return "".join(parts)


def _outermost(parent: Element, tag: str) -> Iterator[Element]:
    """The elements of a tag that stand in no other of it: what is in one is read with it."""
    pending = [iter(parent)]
    while pending:
        element = next(pending[-1], None)
        if element is None:
            pending.pop()
        elif element.tag == tag:
            yield element
        else:
            pending.append(iter(element))


def _member(archive: ZipFile, member: str) -> bytes:
    try:
        return archive.read(member)[:1_000_000]
    except Exception:  # it need not be there
        return b""


def _first(parent: Element | None, tag: str) -> str | None:
    found = parent.find(f".//{tag}") if parent is not None else None
    return found.text if found is not None else None
