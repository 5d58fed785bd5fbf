"""Two markups that are written by hand: reStructuredText, by docutils, and Org.

:meta private:
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..errors import MissingDependencyError, ReadError
from .extracted import Extracted, damaged, paragraphs
from .sources import size_text

__all__ = ["MAX_CHARACTERS", "read_org", "read_rst"]

MAX_CHARACTERS = 2 * 2**20

_SETTINGS = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "report_level": 5,
    "halt_level": 5,
    "warning_stream": "",
    "syntax_highlight": "none",
    "line_length_limit": 10**9,
    "_disable_config": True,
    "smart_quotes": False,
}
# Roles are words: those of Sphinx are unknown to docutils, which would show their markup.
_ROLE = re.compile(r":[A-Za-z][\w:+.-]{0,40}:`~?!?([^`<>\n]{1,300}?)(?: *<[^`<>\n]{0,300}>)?`")
_NO_TEXT = frozenset(
    "title subtitle table figure image literal_block doctest_block math_block raw comment footnote "
    "citation system_message substitution_definition target topic docinfo caption legend header "
    "footer rubric decoration problematic meta line_block".split()
)
_NOTES = frozenset(("footnote_reference", "citation_reference", "image", "problematic"))


def read_rst(
    text: str, name: str, *, encoding: str | None = None, limited: bool = True
) -> Extracted:
    """Return the running text of reStructuredText, and its title, author and date.

    Headings, code, tables, figures, notes and directives that docutils does not know are left out;
    no file is included and no raw markup passed on.

    Args:
        text: the file's text.
        name: what errors call it.
        encoding: what to note as its encoding.
        limited: whether more than :data:`MAX_CHARACTERS` are refused.

    Raises:
        ReadError: if there is no running text in it, or too much.
        MissingDependencyError: if docutils is not installed.
    """
    try:
        from docutils.core import publish_doctree
    except ImportError:
        what = "reading reStructuredText"
        raise MissingDependencyError(what, "docutils", "summarize[documents]") from None
    _check_size(text, name, "reStructuredText", limited=limited)
    tree: Any
    try:
        tree = publish_doctree(
            _ROLE.sub(r"``\1``", text.removeprefix("\ufeff")), settings_overrides=_SETTINGS
        )
        body = paragraphs(_running(tree))
        noted = {
            field: node.astext()
            for field in ("author", "date")
            for node in tree.findall()
            if node.tagname == field
        }
    except Exception as error:  # docutils raises whatever a directive leads to
        raise damaged(name, "reStructuredText document", error) from error
    if not body:
        raise ReadError(name, "no running text: nothing but headings, code and tables")
    title = tree.get("title") or next(
        (node.astext() for node in tree.findall() if node.tagname == "title"), None
    )
    return Extracted.of(body, title=title, language=None, **noted, encoding=encoding)


def _running(tree: Any) -> Iterator[str]:
    pending = [iter(tree.children)]
    while pending:
        node = next(pending[-1], None)
        if node is None:
            pending.pop()
        elif node.tagname in ("paragraph", "term"):
            yield _words(node)
        elif node.tagname not in _NO_TEXT:
            pending.append(iter(getattr(node, "children", ())))


def _words(paragraph: Any) -> str:
    parts: list[str] = []
    pending = [iter(paragraph.children)]
    while pending:
        node = next(pending[-1], None)
        if node is None:
            pending.pop()
        elif node.tagname == "#text":
            parts.append(str(node))
        elif node.tagname not in _NOTES:
            pending.append(iter(node.children))
    return re.sub(r"(?<! ) ++(?=[.,;:])", "", "".join(parts).replace("\n", " "))


_BLOCK = re.compile(r"[ \t]*#\+begin_(?P<kind>\w+)", re.IGNORECASE)
_DRAWER = re.compile(r"[ \t]*:[\w-]+:[ \t]*$")
_KEYWORD = re.compile(r"[ \t]*#\+(?P<key>\w+):[ \t]*(?P<value>.*)$")
_HEADING = re.compile(r"\*+[ \t]+\S")
_PLAIN_BLOCKS = frozenset(("quote", "verse", "center"))
_PLANNING = re.compile(r"[ \t]*(?:SCHEDULED|DEADLINE|CLOSED|CLOCK):[ \t]*[<\[]")
_ITEM = re.compile(r"[ \t]*(?:[-+]|\d+[.)])[ \t]+(?:\[[ xX-]\][ \t]+)?")
_LINK = re.compile(r"\[\[(?P<target>[^\[\]]{1,1000})\](?:\[(?P<words>[^\[\]]{1,1000})\])?\]")
_TIME = re.compile(r"[<\[]\d{4}-\d\d-\d\d[^<>\[\]\n]{0,40}[>\]]|\[fn:[^\[\]\n]{0,200}\]")
_EMPHASIS = re.compile(r"(?<![\w*/=~_+])([*/=~_+])(?=\S)([^\n]{1,300}?)(?<=\S)\1(?![\w*/=~_+])")


def read_org(
    text: str, name: str, *, encoding: str | None = None, limited: bool = True
) -> Extracted:
    r"""Return the running text of an Org file, and its title, author, date and language.

    Headings, code, tables, drawers, planning lines, comments and notes are left out.

    Args:
        text: the file's text.
        name: what errors call it.
        encoding: what to note as its encoding.
        limited: whether more than :data:`MAX_CHARACTERS` are refused.

    Raises:
        ReadError: if there is no running text in it, or too much.

    >>> read_org("#+TITLE: Rain\n* Monday\nIt /rained/.\n| a | b |\n", "a.org")
    Extracted(text='It rained.', title='Rain', language=None, metadata={})
    """
    _check_size(text, name, "Org", limited=limited)
    noted: dict[str, str] = {}
    body = paragraphs(_org_paragraphs(text.removeprefix("\ufeff"), noted))
    if not body:
        raise ReadError(name, "no running text: nothing but headings, code and tables")
    return Extracted.of(
        body,
        title=noted.get("title"),
        language=noted.get("language"),
        author=noted.get("author"),
        date=noted.get("date", "").strip("<>[]")[:10],
        encoding=encoding,
    )


def _org_paragraphs(text: str, noted: dict[str, str]) -> Iterator[str]:
    held: list[str] = []
    inside = ""  # the block or drawer that is passed over
    for line in text.splitlines():
        bare = line.strip()
        if inside:
            if bare.lower() == inside:
                inside = ""
            continue
        block, keyword = _BLOCK.match(line), _KEYWORD.match(line)
        ends = not bare
        if block is not None:
            if block["kind"].lower() not in _PLAIN_BLOCKS:
                inside = f"#+end_{block['kind'].lower()}"
            ends = True
        elif keyword is not None:
            noted.setdefault(keyword["key"].lower(), keyword["value"].strip())
            ends = True
        elif _DRAWER.match(line) and bare.lower() != ":end:":
            inside = ":end:"
            ends = True
        elif _is_no_text(line, bare):
            ends = True
        if ends:
            yield " ".join(held)
            held = []
            continue
        item = _ITEM.match(line)
        if item is not None:
            yield " ".join(held)
            held = []
            bare = line[item.end() :]
        held.append(_org_words(bare))
    yield " ".join(held)


def _is_no_text(line: str, bare: str) -> bool:
    """Whether a line of Org is a table's, a comment, a ruler, a heading or a plan."""
    if bare.startswith(("#+", "# ", "|", ": ")) or bare in ("#", ":"):
        return True
    ruler = len(bare) > 4 and not bare.strip("-")
    return ruler or bool(_HEADING.match(line) or _PLANNING.match(line))


def _org_words(line: str) -> str:
    line = _LINK.sub(lambda link: link["words"] or link["target"], line)
    return _EMPHASIS.sub(r"\2", _TIME.sub("", line)).strip()


def _check_size(text: str, name: str, what: str, *, limited: bool) -> None:
    if limited and len(text) > MAX_CHARACTERS:
        limit = f"{what} of more than {size_text(MAX_CHARACTERS)}"
        raise ReadError(name, f"{limit}; max_bytes= set to None lifts it")
