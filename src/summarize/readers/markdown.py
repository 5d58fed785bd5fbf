"""Markdown, by markdown-it-py: its paragraphs, list items and quotations.

:meta private:
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from ..errors import ReadError
from .extracted import Extracted, Stopwatch, paragraphs
from .markup import markup_paragraphs, note_or_power
from .sources import size_text

if TYPE_CHECKING:
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

__all__ = ["MAX_CHARACTERS", "read_markdown"]

MAX_CHARACTERS = 2 * 2**20

_NESTING = 100  # of quotations and lists; what is deeper is not text
_BRACKETS = 5 * 10**7  # times characters: beyond it, brackets that no link closes take minutes
_MARKS = 300_000  # of emphasis, each of which takes half a kilobyte
_FRONT_MATTER = re.compile(
    r"\ufeff?(?P<mark>---|\+\+\+)[ \t]*\r?\n"
    r"(?P<lines>.{0,50000}?)^(?:(?P=mark)|\.\.\.)[ \t]*(?:\r?\n|\Z)",
    re.DOTALL | re.MULTILINE,
)
_FIELD = re.compile(r"^([A-Za-z_-]+)[ \t]*[:=][ \t]*(.*)$")
_ITEM = re.compile(r"^[ \t]*-[ \t]+(.*)$")
_PROSE = re.compile(r"^(?![\s#{}\[\]\"'-])[^:=\n]+$", re.MULTILINE)  # no line of YAML
_FOOTNOTE = re.compile(r"\[\^[^\]\s]{1,80}\]")
_FOOTNOTE_TEXT = re.compile(rf"{_FOOTNOTE.pattern}:")
_FINAL_MARK = re.compile(r"[.!?][\"'”’»)*_]*$")
_HEADING_WORDS = 12
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_NOTED = {"author": "author", "authors": "author", "date": "date", "description": "description"}


def read_markdown(
    text: str, name: str, *, encoding: str | None = None, limited: bool = True
) -> Extracted:
    r"""Return the running text of Markdown, and the title, author and date of its front matter.

    Headings, code blocks, tables, images, footnotes and comments are left out; emphasis, links
    and inline code keep their words. The title is the front matter's, else the first heading of
    the first level.

    Args:
        text: the Markdown.
        name: what errors call it.
        encoding: what to note as its encoding.
        limited: whether more than :data:`MAX_CHARACTERS` are refused.

    Raises:
        ReadError: if there is no running text in it, or too much.

    >>> read_markdown("Rain\n====\n\nIt *rained*.\n\n    code\n\n- See [it](x).\n", "a.md")
    Extracted(text='It rained.\n\nSee it.', title='Rain', language=None, metadata={})
    """
    from markdown_it import MarkdownIt

    if limited and len(text) > MAX_CHARACTERS:
        limit = f"Markdown of more than {size_text(MAX_CHARACTERS)}"
        raise ReadError(
            name, f"{limit}; max_bytes= set to None lifts the limit, or rename it to .txt"
        )
    noted, text = _front_matter(text)
    settings = {"maxNesting": _NESTING}
    parser = MarkdownIt("commonmark", settings).enable("table")
    plain = MarkdownIt("commonmark", settings).disable(["link", "image", "emphasis"])

    watch = Stopwatch(name, "Markdown", limited=limited)
    effort = marks = 0

    def look(*_: object) -> bool:
        watch.check()
        return False

    def parse_inline(state: StateCore) -> None:
        nonlocal effort, marks
        for token in state.tokens:
            if token.type == "inline":
                watch.check()
                token.children = []
                effort += token.content.count("[") * len(token.content)
                marks += token.content.count("*") + token.content.count("_")
                known = parser if effort < _BRACKETS and marks < _MARKS else plain
                known.inline.parse(token.content, known, state.env, token.children)

    parser.core.ruler.at("inline", parse_inline)
    parser.block.ruler.before("table", "watch", look)  # at each block
    tokens = list(_without_mistaken_headings(parser.parse(text.removeprefix("\ufeff"))))
    body = paragraphs(_blocks(tokens))
    if text.strip() and not body:
        raise ReadError(name, "no running text: nothing but headings, code, tables and images")
    return Extracted.of(
        body,
        title=noted.get("title") or _first_heading(tokens),
        language=noted.get("lang") or noted.get("language"),
        **{key: noted[field] for field, key in _NOTED.items() if field in noted},
        encoding=encoding,
    )


def _blocks(tokens: Sequence[Token]) -> Iterator[str]:
    hidden = 0
    after_image = False
    for token in tokens:
        if token.type in ("heading_open", "table_open"):
            hidden += 1
        elif token.type in ("heading_close", "table_close"):
            hidden -= 1
        elif token.type == "html_block" and not hidden:
            yield from markup_paragraphs(token.content)
            after_image = "<img" in token.content
        elif token.type == "inline" and not hidden:
            children = token.children or []
            text = _words(children)
            image = any(child.type == "image" for child in children)
            caption = (image or after_image) and _is_emphasis(children)
            note = _FOOTNOTE_TEXT.match(token.content)
            if not (caption or note or _is_contents_entry(children)):
                yield text
            after_image = image and not text.strip()


def _without_mistaken_headings(tokens: Sequence[Token]) -> Iterator[Token]:
    """Leave out what makes a heading of a paragraph for no more than the ruler under it."""
    mistaken = False
    for place, token in enumerate(tokens):
        if token.type == "heading_open" and token.markup in ("-", "="):
            mistaken = _is_long_sentence(tokens[place + 1].content)
        if not (mistaken and token.type in ("heading_open", "heading_close")):
            yield token
        mistaken = mistaken and token.type != "heading_close"


def _is_long_sentence(line: str) -> bool:
    return len(line.split()) > _HEADING_WORDS and _FINAL_MARK.search(line[-20:]) is not None


def _words(children: Sequence[Token]) -> str:
    parts: list[str] = []
    raised: int | None = None  # where in the parts what is raised begins
    for child in children:
        if child.type == "text":
            parts.append(_FOOTNOTE.sub("", child.content))
        elif child.type == "code_inline":
            parts.append(child.content)
        elif child.type == "softbreak":
            parts.append(" ")
        elif child.type == "hardbreak" or (
            child.type == "html_inline" and _BREAK.match(child.content)
        ):
            parts.append("\n")
        elif child.type == "html_inline" and child.content.lower() == "<sup>":
            raised = len(parts)
        elif (
            child.type == "html_inline" and child.content.lower() == "</sup>" and raised is not None
        ):
            before = "".join(parts[max(0, raised - 3) : raised])
            parts[raised:] = [note_or_power("".join(parts[raised:]), before)]
            raised = None
    return "".join(parts)


def _is_emphasis(children: Sequence[Token]) -> bool:
    """Whether all words stand in one emphasis, as those of a caption under an image do."""
    shown = [c for c in children if c.type not in ("image", "softbreak", "hardbreak")]
    shown = [c for c in shown if c.type != "text" or c.content.strip()]
    if len(shown) < 2 or shown[0].type != "em_open" or shown[-1].type != "em_close":
        return False
    return all(accumulate(child.nesting for child in shown[:-1]))  # it ends nowhere before


def _is_contents_entry(children: Sequence[Token]) -> bool:
    """Whether a line is nothing but one link to a place in the same file."""
    shown = [c for c in children if c.type != "text" or c.content.strip()]
    if [c.type for c in shown if c.type.startswith("link_")] != ["link_open", "link_close"]:
        return False
    is_whole = (shown[0].type, shown[-1].type) == ("link_open", "link_close")
    return is_whole and str(shown[0].attrGet("href")).startswith("#")


def _first_heading(tokens: Sequence[Token]) -> str | None:
    for token, following in pairwise(tokens):
        if token.type == "heading_open" and token.tag == "h1":
            return _words(following.children or [])
    return None


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    """Return the fields of YAML or TOML at the beginning, and the text behind it."""
    match = _FRONT_MATTER.match(text)
    if match is None or (match["mark"] == "---" and _is_prose(match["lines"])):
        return {}, text
    fields: dict[str, str] = {}
    last = ""
    for line in match["lines"].splitlines():
        field, item = _FIELD.match(line), _ITEM.match(line)
        if field is not None:
            last = field[1].lower()
            fields[last] = ", ".join(
                part.strip().strip("\"'") for part in _listed(field[2].strip())
            )
        elif item is not None and last:
            fields[last] = ", ".join(filter(None, (fields[last], item[1].strip().strip("\"'"))))
    return (fields, text[match.end() :]) if fields else ({}, text)


def _is_prose(lines: str) -> bool:
    """Whether what stands between two rulers is a text, with a blank line first or a plain one."""
    return not lines.partition("\n")[0].strip() or _PROSE.search(lines) is not None


def _listed(value: str) -> list[str]:
    return value[1:-1].split(",") if value.startswith("[") and value.endswith("]") else [value]
