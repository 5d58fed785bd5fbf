"""Two markups that are written by hand: reStructuredText, by docutils, and Org.

:meta private:
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from ..errors import MissingDependencyError, ReadError
from .extracted import Extracted, Stopwatch, damaged, paragraphs
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
}
# Roles are words: those of Sphinx are unknown to docutils, which would show their markup.
_ROLE = re.compile(r":[A-Za-z][\w:+.-]{0,40}:`~?!?([^`<>\n]{1,300}?)(?: *<[^`<>\n]{0,300}>)?`")
_NO_TEXT = frozenset(
    "title subtitle table figure image literal_block doctest_block math_block raw comment footnote "
    "citation system_message substitution_definition target topic docinfo caption legend header "
    "footer rubric decoration problematic meta line_block".split()
)
_NOTES = frozenset("footnote_reference citation_reference image problematic".split())
_SUBSTITUTED = 10_000, 4  # characters that substitutes may come to, and as many times the text's
_DEEPEST = 4  # substitutes inside each other


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
        limited: whether more than :data:`MAX_CHARACTERS`, and more time than
            :data:`.extracted.MAX_SECONDS`, are refused.

    Raises:
        ReadError: if there is no running text in it, too much, or it takes too long.
        MissingDependencyError: if docutils is not installed.
    """
    try:
        import docutils.frontend  # noqa: F401
    except ImportError:
        what = "reading reStructuredText"
        raise MissingDependencyError(what, "docutils", "summarize[documents]") from None
    _check_size(text, name, "reStructuredText", limited=limited)
    watch = Stopwatch(name, "reStructuredText", limited=limited)
    tree: Any
    try:
        tree = _doctree(_ROLE.sub(r"``\1``", text.removeprefix("\ufeff")), watch)
        body = paragraphs(_running(tree))
        noted = {
            field: node.astext()
            for field in ("author", "date")
            for node in tree.findall()
            if node.tagname == field
        }
    except ReadError:
        raise
    except Exception as error:  # docutils raises whatever a directive leads to
        raise damaged(name, "reStructuredText document", error) from error
    if not body:
        raise ReadError(name, "no running text: nothing but headings, code and tables")
    title = tree.get("title") or next(
        (node.astext() for node in tree.findall() if node.tagname == "title"), None
    )
    return Extracted.of(body, title=title, language=None, **noted, encoding=encoding)


def _doctree(text: str, watch: Stopwatch) -> Any:
    """The document that docutils makes of a text, in which references lead nowhere.

    It is quadratic in some of its marks, so there is a look at the watch at each line and mark.
    """
    from docutils import nodes
    from docutils.frontend import get_default_settings
    from docutils.parsers.rst import Parser
    from docutils.parsers.rst.states import Inliner
    from docutils.readers.standalone import Reader
    from docutils.transforms.frontmatter import DocInfo, DocTitle
    from docutils.utils import new_document

    def watched(work: Callable[..., Any]) -> Callable[..., Any]:
        def step(*given: Any) -> Any:
            watch.check()
            return work(*given)

        return step

    inliner = Inliner()
    inliner.dispatch = {mark: watched(method) for mark, method in Inliner.dispatch.items()}
    settings = get_default_settings(Parser, Reader)
    vars(settings).update(_SETTINGS)
    tree = new_document("", settings)
    tree.note_source = watched(tree.note_source)
    Parser(inliner=inliner).parse(text, tree)
    definitions = tree.substitution_defs.values()
    nested = {id(reference) for node in definitions for reference in node.findall(_is_substitution)}
    substitutes = _Substitutes(tree.substitution_defs, len(text))
    for reference in list(tree.findall(_is_substitution)):
        watch.check()
        if id(reference) not in nested:
            reference.replace_self(nodes.Text(substitutes.of(reference)))
    for transform in (DocTitle, DocInfo):
        transform(tree).apply()
    return tree


def _is_substitution(node: Any) -> bool:
    return bool(node.tagname == "substitution_reference")


class _Substitutes:
    """What stands for references such as ``|this|``; beyond a total length, their own words do.

    The total is in proportion to the text, as few characters may ask for very many.
    """

    def __init__(self, definitions: dict[str, Any], size: int) -> None:
        self._definitions = {name.lower(): node for name, node in definitions.items()}
        least, times = _SUBSTITUTED
        self._left = least + times * size

    def of(self, reference: Any, inside: tuple[str, ...] = ()) -> str:
        name = reference["refname"].lower()
        definition = None if name in inside else self._definitions.get(name)
        if definition is None or len(inside) == _DEEPEST or self._left <= 0:
            return str(reference.astext())
        self._left -= 1  # what stands for it may be empty
        words = _words(definition, lambda nested: self.of(nested, (*inside, name)))
        self._left -= len(words)
        return words


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


def _words(paragraph: Any, substitute: Callable[[Any], str] | None = None) -> str:
    parts: list[str] = []
    pending = [iter(paragraph.children)]
    while pending:
        node = next(pending[-1], None)
        if node is None:
            pending.pop()
        elif node.tagname == "#text":
            parts.append(str(node))
        elif _is_substitution(node):
            parts.append(substitute(node) if substitute else node.astext())
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
