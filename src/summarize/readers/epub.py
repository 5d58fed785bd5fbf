"""E-books (EPUB): the chapters in their order.

:meta private:
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from urllib.parse import unquote
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from ..errors import ReadError
from .archives import MAX_TAGS, parse_member, read_member
from .encoding import decode_detecting
from .extracted import Extracted, paragraphs
from .markup import markup_paragraphs
from .sources import beyond
from .webpage import declared_charset

__all__ = ["MAX_TAGS", "read_epub"]

_OPF = "{http://www.idpf.org/2007/opf}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
# Of guides, landmarks and epub:type, less their hyphens.
_ASIDE = frozenset(
    "cover titlepage halftitlepage copyrightpage colophon imprint imprimatur toc landmarks loi lot "
    "index bibliography footnotes endnotes rearnotes acknowledgments acknowledgements dedication "
    "seriespage othercredits contributors".split()
)
_KIND = re.compile(r"""<(?:body|section)\b[^>]{0,500}?\bepub:type\s?=\s?["']([^"'>]{1,200})""")
_LINK = re.compile(r"<a\s([^>]{1,1000})>")
_HREF = re.compile(r"""\bhref\s?=\s?["']([^"'>]{1,500})""")
_RIGHTS = re.compile(r"\bISBN\b|all rights reserved|copyright (?:©|\(c\)|\d{4})|©", re.IGNORECASE)
_MOST_ON_IMPRINT = 300  # words
_MOST_ON_TITLE_PAGE = 60
_HEAD = 8192
_LONGEST_PATH = 65_535  # bytes: as long as a zip archive has names
_CHAPTERS = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")


def read_epub(archive: ZipFile, name: str, *, max_bytes: int | None = None) -> Extracted:
    """Return the running text of an e-book, and its title, author, date and language.

    Headings, tables, captions, listings, contents and auxiliary files are left out.

    Args:
        archive: the file, opened; its members are known to be within the limit in all.
        name: what errors call it.
        max_bytes: ``None`` lifts the limit of :data:`MAX_TAGS` on its chapters and its contents.

    Raises:
        ReadError: if it is damaged, protected, without running text, or beyond a limit.
    """
    limited = max_bytes is not None
    container = parse_member(archive, "META-INF/container.xml", name, limited=limited)
    root = container.find(f".//{_CONTAINER}rootfile")
    package_path = root.get("full-path") if root is not None else None
    if not package_path:
        raise ReadError(name, "a damaged EPUB: its container names no package")
    package = parse_member(archive, package_path, name, limited=limited)
    protected = _protected(archive, name, limited=limited)
    texts: list[str] = []
    around: list[str] = []
    title = _noted(package, "title")
    tags = 0
    folder = posixpath.dirname(package_path)
    aside = _around_the_text(archive, package, folder, name)
    chapters = list(dict.fromkeys(_chapters(package, folder)))
    for path in [path for path in chapters if path not in aside] or chapters:
        if path in protected:
            raise ReadError(name, "an EPUB protected against copying")
        data = read_member(archive, path, name)
        tags += data.count(b"<")
        if limited and tags > MAX_TAGS:
            raise beyond(name, f"an EPUB of more than {MAX_TAGS:,} tags")
        text, _ = decode_detecting(data, f"{name} ({path})", None, declared_charset(data))
        kind = _KIND.search(text, 0, _HEAD)
        if kind is None or not _is_aside(kind[1]):
            found = list(markup_paragraphs(text))
            (around if _is_imprint(found, title) else texts).extend(found)
    body = paragraphs(texts) or paragraphs(around)
    if not body:
        raise ReadError(name, "no running text in this EPUB")
    return Extracted.of(
        body,
        title=title,
        language=_noted(package, "language"),
        author=", ".join(_all_noted(package, "creator")),
        date=_noted(package, "date"),
        publisher=_noted(package, "publisher"),
    )


def _is_imprint(found: list[str], title: str | None) -> bool:
    """Whether a file that nothing marks is a title page or an imprint, by its few words."""
    words = sum(len(each.split()) for each in found)
    if words > _MOST_ON_IMPRINT:
        return False
    if any(map(_RIGHTS.search, found)):
        return True
    names = (" ".join(each.split()).casefold() for each in found)
    return words <= _MOST_ON_TITLE_PAGE and bool(title) and (title or "").casefold() in names


def _chapters(package: Element, folder: str) -> Iterator[str]:
    items = {item.get("id"): item for item in package.iter(f"{_OPF}item")}
    for reference in package.iter(f"{_OPF}itemref"):
        item = items.get(reference.get("idref"))
        if item is None or reference.get("linear") == "no":
            continue
        is_contents = "nav" in (item.get("properties") or "").split()
        href = item.get("href")
        if href and item.get("media-type") in _CHAPTERS and not is_contents:
            yield _path(folder, href.partition("#")[0])


def _around_the_text(archive: ZipFile, package: Element, folder: str, name: str) -> set[str]:
    """The files that the guide or the landmarks say are a title page, an imprint or the like."""
    found = {
        _path(folder, reference.get("href", ""))
        for reference in package.iter(f"{_OPF}reference")
        if _is_aside(reference.get("type", ""))
    }
    landmarks = {
        _path(folder, item.get("href", ""))
        for item in package.iter(f"{_OPF}item")
        if "nav" in (item.get("properties") or "").split() and item.get("href")
    }
    for path in landmarks.intersection(archive.namelist()):
        text, _ = decode_detecting(read_member(archive, path, name), name)
        for tag in _LINK.findall(text[: _HEAD * 16]):
            kind, href = _KIND.search(f"<body {tag}"), _HREF.search(tag)
            if kind and href and _is_aside(kind[1]):
                found.add(_path(posixpath.dirname(path), href[1]))
    return {path for path in found if "#" not in path}  # a part of a file does not speak for it


def _path(folder: str, href: str) -> str:
    return posixpath.normpath(posixpath.join(folder, unquote(href[:_LONGEST_PATH])))


def _is_aside(kinds: str) -> bool:
    return not _ASIDE.isdisjoint(kinds.lower().replace("-", "").split())


def _protected(archive: ZipFile, name: str, *, limited: bool) -> set[str]:
    """The members that are encrypted; fonts may be, which no one reads here."""
    if "META-INF/encryption.xml" not in archive.namelist():
        return set()
    encryption = parse_member(archive, "META-INF/encryption.xml", name, limited=limited)
    uris = (element.get("URI") for element in encryption.iter())
    return {unquote(uri) for uri in uris if uri}


def _all_noted(package: Element, field: str) -> list[str]:
    return [element.text.strip() for element in package.iter(f"{_DC}{field}") if element.text]


def _noted(package: Element, field: str) -> str | None:
    return next(iter(_all_noted(package, field)), None)
