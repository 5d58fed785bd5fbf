"""The running text of well-formed HTML: an e-book's chapters, and HTML inside Markdown.

A web page, with all that stands around its article, is :mod:`summarize.readers.webpage`'s.

:meta private:
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

__all__ = ["RAISED", "markup_paragraphs", "note_or_power", "unescaped"]

RAISED = 4
"""Half points from which text is raised; less is a matter of setting, as converters leave it."""

# No part of a tag's pattern can match "<" or gives back what it took, so that its time is linear.
_TAG = re.compile(
    r"""<(?P<close>/?)(?P<name>[A-Za-z][\w:-]*+)"""
    r"""(?P<rest>(?:[^<>"']|"[^"<]*+"|'[^'<]*+')*+(?=>)|[^<>]*+)>|<[!?][^<>]*+>"""
)
_BLOCKS = frozenset(
    "address article aside blockquote body center dd details div dl dt fieldset footer header hr "
    "html li main ol p section summary tbody td th tr ul".split()
)
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_LEFT_OUT = _HEADINGS | frozenset(
    "audio button canvas caption figcaption figure head iframe nav noscript object pre script "
    "select style svg table template title video".split()
)
_READINGS = frozenset(("rt", "rp"))  # how a word is read, above it
# Notes, as e-books mark them.
_NOTES = re.compile(
    r"""\bepub:type\s?=\s?["'][^"'>]{0,99}\b(?:foot|end|rear)notes?\b|"""
    r"""\brole\s?=\s?["']doc-(?:footnote|endnotes)\b"""
)
_NO_CHARACTER = re.compile(r"&#(?:0*+\d{8}|[xX]0*+[0-9a-fA-F]{7})[0-9a-fA-F]*+;?")
_SPACE = re.compile(r"[ \t\r\n\f]+")
# What is raised above its line: a note's mark, or figures that are a power's.
_MARK = re.compile(r"\[?(?:\d{1,3}|[a-z]|[ivx]{1,5}|[*†‡§¶]{1,3})[\])]?")
_FIGURES = re.compile(r"[-−]?\d{1,3}")
_POWER = re.compile(r"(?:^|[\W\d_])(?:[kcdm]?m|[^\W\d_])$")  # m², km³, x²
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d$")
_RAISED = str.maketrans("0123456789-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")
_BEFORE = 16  # characters that are looked at


def unescaped(text: str) -> str:
    """Return a text with the characters that its references name.

    Python's own function raises an error for one of more than 4,300 digits, which names none.

    >>> unescaped("a &amp; b &#" + "9" * 5000 + "; c")
    'a & b \ufffd c'
    """
    return unescape(_NO_CHARACTER.sub("\ufffd", text) if "&#" in text else text)


def note_or_power(text: str, before: str, *, linked: bool = False) -> str:
    """Return what is to be read of a text that is raised above its line: of a note's mark, nothing.

    Args:
        text: what is raised.
        before: what stands before it; its last few characters are enough.
        linked: whether it leads somewhere, as marks of notes do.

    >>> note_or_power("2", "4 km"), note_or_power("2", "in 1911"), note_or_power("rd", "the 3")
    ('²', '', 'rd')
    """
    mark, before = text.strip(), before[-_BEFORE:]
    if mark[:1] == "[" and mark[-1:] == "]":
        return ""
    if linked:
        return "" if _MARK.fullmatch(mark) else text
    if _FIGURES.fullmatch(mark):
        is_number = before[-1:].isdigit() and not _YEAR.search(before)
        power = is_number or mark[0] in "-−" or _POWER.search(before)
        return text.translate(_RAISED) if power else ""
    return "" if mark and not mark.strip("*†‡§¶") else text


def markup_paragraphs(markup: str) -> Iterator[str]:
    """Yield each paragraph of running text: no headings, tables, captions or code listings.

    Of a word with its reading above it (``<ruby>``), the word is kept.

    >>> list(markup_paragraphs("<h1>Rain</h1><p>It <b>rained</b> &amp; rained.<p>It snowed."))
    ['It rained & rained.', 'It snowed.']
    """
    parts: list[str] = []
    hidden, depth = "", 0
    raised: int | None = None  # where in the parts what is raised begins
    links = linked = 0
    for text, close, name, rest in _tokens(markup):
        if text and not depth:
            parts.append(_SPACE.sub(" ", unescaped(text)))
        if not name:
            continue
        if depth:
            if name == hidden:
                depth += -1 if close else (not rest.endswith("/"))
            elif _ends(hidden, name):
                depth = 0
            continue
        if name == "a" and "href" in (rest or "href"):
            links = 0 if close else 1
            linked |= links
        elif name == "sup":
            if close and raised is not None:
                before = "".join(parts[max(0, raised - 3) : raised])
                parts[raised:] = [
                    note_or_power("".join(parts[raised:]), before, linked=bool(linked))
                ]
            raised, linked = (None if close else len(parts)), links
        if name == "br":
            parts.append("\n")
        elif not close and not rest.endswith("/") and _is_left_out(name, rest):
            hidden, depth = name, 1
        if name in _BLOCKS or name in _LEFT_OUT:
            yield from _finished(parts)
            parts, raised = [], None
    yield from _finished(parts)


def _is_left_out(name: str, attributes: str) -> bool:
    if name in ("aside", "section", "div", "ol"):
        return "note" in attributes and _NOTES.search(attributes) is not None
    return name in _LEFT_OUT or name in _READINGS or (name == "a" and "noteref" in attributes)


def _ends(hidden: str, name: str) -> bool:
    """Whether a tag ends an element left out that was never closed."""
    if hidden == "head":
        return name == "body"
    return (hidden in _HEADINGS or hidden in _READINGS) and (name in _BLOCKS or name == "ruby")


def _finished(parts: list[str]) -> Iterator[str]:
    text = "\n".join(line.strip() for line in "".join(parts).split("\n")).strip()
    if text:
        yield text


def _tokens(markup: str) -> Iterator[tuple[str, bool, str, str]]:
    """Yield a text with the tag behind it: whether it closes, its name, and its attributes."""
    at = 0
    while True:
        start = markup.find("<!--", at)
        yield from _tags(markup[at : None if start < 0 else start])
        if start < 0:
            return
        end = markup.find("-->", start + 4)
        if end < 0:
            return
        at = end + 3


def _tags(markup: str) -> Iterator[tuple[str, bool, str, str]]:
    at = 0
    for match in _TAG.finditer(markup):
        name = (match["name"] or "").lower()
        yield markup[at : match.start()], bool(match["close"]), name, match["rest"] or ""
        at = match.end()
    yield markup[at:], False, "", ""
