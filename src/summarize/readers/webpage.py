"""Web pages, by trafilatura: the article without what stands around it.

:meta private:
"""

from __future__ import annotations

import re
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any

from ..arguments import imported
from ..errors import ReadError
from ..text.words import count_words
from .extracted import Extracted, damaged, paragraphs
from .markup import markup_paragraphs, note_or_power, unescaped
from .sources import beyond

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["MAX_TAGS", "declared_charset", "read_html"]

MAX_TAGS = 200_000

_CHARSET = re.compile(
    rb"""<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}["']?\s{0,9}([\w.:-]{2,40})""", re.I
)
_XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{2,40})""")
_LANGUAGE = re.compile(
    r"""<html\b[^>]{0,2000}?\b(?:xml:)?lang\s*=\s*["']?([A-Za-z-]{2,35})""", re.I
)
_NOT_FREE = re.compile(r"""["']isAccessibleForFree["']\s*:\s*["']?false""", re.I)
_BARRED = re.compile(
    r"enable (?:java)?script|(?:java)?script (?:is|has been|to be) (?:disabled|required|enabled)|"
    r"(?:subscribe|register|sign in|log in|sign up) (?:now )?to (?:continue|keep|read|access|view)|"
    r"already a subscriber|for subscribers only|verify (?:that )?you are (?:a )?human|"
    r"checking your browser|are you a robot|access (?:to this page )?(?:has been |is )?denied",
    re.IGNORECASE,
)
# Tags in a row with no more than a few words between them, as in large tables: beyond so many, what
# trafilatura tries where it has found little takes minutes.
_MANY_SHORT = 2_000
_LONG_TEXT = re.compile(r"(?<=>)[^<]{60,}+")
_MANY_TAGS = 30_000  # beyond it, trafilatura's time grows faster than they do
_MANY_CELLS = 1_000
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,8})|([0-9]{1,9}));?")
_TITLE = re.compile(r"<title\b[^>]{0,200}>([^<]{1,500})", re.IGNORECASE)
_SEPARATOR = re.compile(r"(?<!\s)\s++[|\-–—·•«»:]\s++")
_CODE = re.compile(
    r"[{}<>;=|\\]|^[^\S\n]*+(?:def|class|import|return|function|var|#include)\b", re.MULTILINE
)
_ADVERTISED = re.compile(
    r"(?:- )?(?:Advertisement|Anzeige|Werbung|Publicité|Publicidad|Pubblicità|Publicidade|"
    r"Advertentie|(?:(?:Article|Story) continues|Continue reading)"
    r"(?: (?:below|after|the main story).{0,40})?)"
    r"(?: -)?",
    re.IGNORECASE,
)
_CREDITED = re.compile(
    r"\b(?:photo(?:graph)?|picture|image|illustration|credit|foto|bild)s?\b ?:|©", re.I
)
_CAPTION = 40  # words
_STANDFIRST = 12  # words of a heading that is a sentence
_SEVERAL = 3  # teasers in a list
_PARTS_OF_TEASER, _TEASER, _TEASED = 16, 80, 4  # elements; words of it, and of its link
_GOES_ON = 3  # words before a link that are more than "Read also"
_HEAD_OF_PAGE = re.compile(r"^(?:RFC|Internet-Draft)\b.*\d{4}$")
_LINE_OF_PROSE = 5  # words, on average
_CELL_OF_PROSE = 60  # words of a cell that is no datum
_FINAL_MARK = re.compile(r"[.!?…。．！？｡؟۔।]")
_FEW_WORDS = 60
_OPENING = 120  # words that a closed page may show of its article
# The date that a page gives, and none that merely stands in its text, as in its copyright notice.
_DATE = {"extensive_search": False, "original_date": True}
_WHY = "the page may be built by scripts, or closed"
# trafilatura's own elements: those that begin a paragraph, and those that are no running text.
_BLOCKS = frozenset(("p", "item", "quote", "list", "body", "div", "ab", "fw"))
_LEFT_OUT = frozenset(("head", "table", "graphic", "figure", "figDesc"))
_BREAK = "\ue000"  # a line break that the page means, unlike those of its source
_HEADING = re.compile(
    r"<h[1-6]\b[^<>]{0,2000}>((?:[^<]|<(?!/?h[1-6]\b)){0,2000}+)</h[1-6]\s*>", re.IGNORECASE
)
_LONG_VALUE = re.compile(r"""(=\s?["'])[^"'<>]{4000,}(["'])""")
_TAG = re.compile(r"<[^>]{0,2000}>")


def declared_charset(data: bytes) -> str | None:
    """Return the encoding that a page's ``<meta>`` or XML declaration names.

    >>> declared_charset(b'<html><head><meta charset="windows-1252">')
    'windows-1252'
    """
    match = _CHARSET.search(data, 0, 8192) or _XML_ENCODING.match(data)
    return match[1].decode("ascii", "replace") if match else None


def read_html(
    text: str, name: str, *, encoding: str | None = None, limited: bool = True
) -> Extracted:
    """Return a page's article, title, author and date.

    Args:
        text: the page.
        name: what errors call it.
        encoding: what to note as its encoding.
        limited: whether a page of more than :data:`MAX_TAGS` tags is refused.

    Raises:
        ReadError: if no article is found in it.
        MissingDependencyError: if trafilatura is not installed.

    >>> page = "<html lang=en><title>Rain</title><body><h1>Rain</h1><p>It rained all day.</p>"
    >>> read_html(page, "a.html")
    Extracted(text='It rained all day.', title='Rain', language='en', metadata={})
    """
    trafilatura = imported("trafilatura", "reading HTML", "web")
    from .fetching.refreshes import refresh_of
    from .fetching.targets import masked

    tags = text.count("<")
    if limited and tags > MAX_TAGS:
        raise beyond(name, f"a page of {tags:,} tags, more than the limit of {MAX_TAGS:,}")
    # Control characters would make the parser give up; an image in an attribute, slow.
    plain = _LONG_VALUE.sub(r"\1\2", _REFERENCE.sub(_referred, text).translate(_CONTROLS))
    if tags > _MANY_TAGS:
        return _large(plain, name, encoding)
    page: Any
    try:
        tree = trafilatura.load_html(plain)
        if tree is not None:
            _mended(tree)
        page = tree is not None and trafilatura.bare_extraction(
            tree,
            include_comments=False,
            include_tables=False,
            with_metadata=True,
            date_extraction_params=_DATE,
            fast=_longest_run(plain) > _MANY_SHORT,
        )
        page = page or None
        body = _running_text(page.body, plain) if page is not None else ""
    except Exception as error:
        raise damaged(name, "web page", error) from error
    finally:
        _forget()
    words = count_words(body)
    leads_on = refresh_of(text) if words < _FEW_WORDS else None
    if leads_on:
        reason = f"no article text found: the page leads on to {masked(leads_on)[:200]}; read that"
        raise ReadError(name, reason)
    if page is None or not body:
        raise ReadError(name, f"no article text found; {_WHY}")
    if words < _FEW_WORDS and not _FINAL_MARK.search(body):
        raise ReadError(name, f"no article text found, only “{_clip(body)}”; {_WHY}")
    if words < _FEW_WORDS and _BARRED.search(body):
        raise ReadError(name, f"no article text found, only “{_clip(body)}”")
    if words < _OPENING and _NOT_FREE.search(text):
        raise ReadError(name, f"no article text found, only {words} words; the rest is paid for")
    language = _LANGUAGE.search(text, 0, 20_000)
    return Extracted.of(
        body,
        title=_without_site(page.title, page.sitename, plain),
        language=page.language or (language[1] if language else None),
        author=page.author,
        date=page.date,
        site=page.sitename,
        description=page.description,
        encoding=encoding,
    )


def _forget() -> None:
    """Empty trafilatura's memory of the last thousand paragraphs, which may be of any length."""
    from trafilatura import utils

    for name in ("line_processing", "trim"):  # a release may have either without a memory
        forget = getattr(getattr(utils, name, None), "cache_clear", None)
        if forget is not None:
            forget()


def _longest_run(page: str) -> int:
    """The most tags with no more than a few words between them.

    >>> _longest_run("<p>a<p>b<p>" + "The river rose by two metres. " * 9 + "<p>a")
    3
    """
    longest = left = 0
    for text in _LONG_TEXT.finditer(page):
        longest = max(longest, page.count("<", left, text.start() + 1))
        left = text.end()
    return max(longest, page.count("<", left))


_CONTROLS = dict.fromkeys([*range(9), 11, *range(14, 32), 127], " ")


def _referred(match: re.Match[str]) -> str:
    """A numeric reference, without those to what no text has, for which lxml gives up the page."""
    code = int(match[1], 16) if match[1] else int(match[2])
    if 0x80 <= code < 0xA0:  # what browsers read them as
        return bytes([code]).decode("cp1252", "replace")
    allowed = code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE
    return match[0] if (allowed and code != 0x7F) or 0x10000 <= code < 0x110000 else " "


def _mended(tree: Any) -> None:
    """Make paragraphs of what is prose by what it says, and leave out what is none.

    Prose in ``<pre>``, in tables that are the page's layout, and in headings that are sentences;
    captions, lists of other stories, marks of notes, and what Project Gutenberg puts around a book.
    """
    for element in tree.xpath("//*[@id='pg-header' or @id='pg-footer']"):
        element.drop_tree()
    for element in list(tree.iter("sup")):
        _lower(element)
    for around in dict.fromkeys(element.getparent() for element in tree.iter("img")):
        known = around is not None and around.getparent() is not None
        if known and around.tag in ("div", "span", "a") and _is_caption(around):
            around.drop_tree()
    for element in list(tree.iter("h2", "h3", "h4")):
        text = element.text_content()
        if count_words(text) >= _STANDFIRST and _FINAL_MARK.search(text.strip()[-2:]):
            element.tag = "p"
    _drop_teasers(tree)
    _mend_pre(tree)
    _mend_tables(tree)


def _drop_teasers(tree: Any) -> None:
    """Leave out lists of other stories: several alike, each a title that is a link, with a little.

    A page that is mostly such a list means it.
    """
    lists = []
    for element in tree.iter("div", "section", "ul", "ol"):
        children = [child for child in element if isinstance(child.tag, str)]
        if len(children) >= _SEVERAL and all(map(_is_teaser, children)):
            lists.append(element)
    words = sum(count_words(paragraph.text_content()) for paragraph in tree.iter("p"))
    if words > 3 * sum(count_words(element.text_content()) for element in lists):
        for element in lists:
            if element.getparent() is not None:
                element.drop_tree()


def _is_teaser(element: Any) -> bool:
    if sum(1 for _ in islice(element.iter(), _PARTS_OF_TEASER + 1)) > _PARTS_OF_TEASER:
        return False
    links = (link for link in element.iter("a") if not _is_amid_sentence(link))
    titles = [count_words(link.text_content()) for link in links]
    if max(titles, default=0) < _TEASED or next(element.iterancestors("p"), None) is not None:
        return False
    return count_words(element.text_content()) <= _TEASER


def _is_amid_sentence(link: Any) -> bool:
    """Whether words before or behind a link go on with it, so that it is no title."""
    previous, parent = link.getprevious(), link.getparent()
    before = (parent.text if previous is None else previous.tail) or ""
    behind = (link.tail or "").split(maxsplit=1)
    return (before.rstrip()[-1:].isalnum() and len(before.split()) >= _GOES_ON) or (
        bool(behind) and behind[0][:1].islower() and behind[0] != "by"
    )


def _mend_pre(tree: Any) -> None:
    for element in list(tree.iter("pre")):
        text = _without_page_breaks(element.text_content())
        if _is_prose(text):
            tail = element.tail
            element.clear()
            element.tag, element.tail = "div", tail
            for part in re.split(r"\n[ \t]*\n", text):
                if part.strip():
                    paragraph = element.makeelement("p", {})
                    paragraph.text = " ".join(part.split())
                    element.append(paragraph)


def _mend_tables(tree: Any) -> None:
    for table in list(tree.iter("table")):
        cells = list(table.iter("td", "th"))
        if any(_is_column(cell) for cell in cells) or table.find(".//table") is not None:
            for element in [table, *table.iter("tbody", "tr", "td", "th")]:
                if next(element.iterancestors("table"), table) is table:
                    element.tag = "div"
        elif len(cells) > _MANY_CELLS:  # no text, and slow
            table.drop_tree()


def _lower(raised: Any) -> None:
    """Put what is raised above its line into the line; a note's mark goes."""
    previous, parent = raised.getprevious(), raised.getparent()
    if parent is None:
        return
    if previous is None:
        before = parent.text
    else:
        before = previous.tail or (previous[-1].tail if len(previous) else previous.text)
    linked = parent.tag == "a" or raised.find(".//a[@href]") is not None
    text = note_or_power(raised.text_content(), before or "", linked=linked)
    for child in list(raised):
        raised.remove(child)
    raised.text = text
    raised.drop_tag()


def _is_caption(around: Any) -> bool:
    """Whether what stands with a picture is only of the picture: who made it is told."""
    text = around.text_content()
    return len(text) < 400 and count_words(text) <= _CAPTION and bool(_CREDITED.search(text))


def _without_page_breaks(text: str) -> str:
    """Leave out the feet and heads of pages, as RFCs have them, in a text that is set in pages."""
    kept: list[str] = []
    broken = False
    for line in text.split("\n"):
        if "[Page " in line[-20:] and line.rstrip()[-1:] == "]":
            broken = True
            while kept and not kept[-1].strip():
                kept.pop()
        elif not broken or (line.strip() and not _HEAD_OF_PAGE.search(line.strip())):
            goes_on = kept and not _FINAL_MARK.search(kept[-1][-3:]) and line.strip()[:1].islower()
            kept.extend([line] if not broken or goes_on else ["", line])
            broken = False
    return "\n".join(kept)


def _is_column(cell: Any) -> bool:
    if cell.find(".//table") is not None:
        return False
    text = cell.text_content()
    return count_words(text) > _CELL_OF_PROSE and len(_FINAL_MARK.findall(text)) > 2


def _is_prose(text: str) -> bool:
    """Whether preformatted text is a text: lines of words and sentences, hardly signs of code."""
    lines = [line for line in text.split("\n") if line.strip()]
    words = len(text.split())
    if words < _FEW_WORDS or words < _LINE_OF_PROSE * len(lines):
        return False
    return len(_CODE.findall(text)) < 0.02 * words and len(_FINAL_MARK.findall(text)) > words / 60


def _large(plain: str, name: str, encoding: str | None) -> Extracted:
    """Read a page with too many tags for trafilatura: paragraphs of its article, or of all."""
    body = plain
    for tag in ("article", "main"):
        start, end = plain.find(f"<{tag}"), plain.rfind(f"</{tag}")
        if 0 <= start < end:
            body = plain[start:end]
            break
    found = [
        line
        for line in map(_key, markup_paragraphs(body))
        if _FINAL_MARK.search(line[-3:]) or len(line.split()) > _FEW_WORDS
    ]
    if not found:
        raise ReadError(name, f"no article text found; {_WHY}")
    title = _TITLE.search(plain[:50_000])
    language = _LANGUAGE.search(plain, 0, 20_000)
    return Extracted.of(
        paragraphs(found),
        title=_without_site(unescaped(title[1]) if title else None, None, plain[:500_000]),
        language=language[1] if language else None,
        encoding=encoding,
    )


def _without_site(title: str | None, site: str | None, page: str) -> str | None:
    """A title without the name of the site behind or before it."""
    whole = _TITLE.search(page[:50_000])
    named = _key(unescaped(whole[1])) if whole else ""
    if title is not None and _SEPARATOR.split(named)[1:][-1:] == [title]:
        title = named  # the largest heading of the page is the site's name
    parts = _SEPARATOR.split(title or "")
    if title is None or len(parts) < 2:
        return title
    headings = _headings(page)
    rest = title.rpartition(parts[-1])[0]
    for part in (rest.rstrip(" |-–—·•«»:"), *parts):
        if _key(part) in headings:
            return part
    name = (site or "").casefold()
    if name and parts[-1].casefold() == name:
        return rest.rstrip(" |-–—·•«»:")
    return (
        title.partition(parts[0])[2].lstrip(" |-–—·•«»:") if parts[0].casefold() == name else title
    )


def _running_text(body: Any, page: str) -> str:
    found = [
        each
        for each in _paragraphs(body)
        if each.strip() and not _ADVERTISED.fullmatch(each.strip()[:100])
    ]
    if len(found) == 1:  # trafilatura's last resort puts a page into one, a line for each element
        headings = _headings(page)
        keys = map(_key, found[0].replace(_BREAK, "\n").split("\n"))
        lines = [key for key in keys if key and key not in headings]
        return _parted(lines[0], page) if len(lines) == 1 else "\n".join(lines)
    # Some releases repeat a paragraph that stands inside another.
    return paragraphs(key.replace(_BREAK, "\n") for key, _ in groupby(map(_key, found)))


def _paragraphs(body: Any) -> Iterator[str]:
    from lxml.etree import iterwalk

    parts: list[str] = []
    hidden = 0
    for event, element in iterwalk(body, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        left_out = tag in _LEFT_OUT or (tag == "code" and _is_block(element))
        if event == "start":
            hidden += left_out
            if tag in _BLOCKS or left_out:
                yield "".join(parts)
                parts = []
            if tag == "lb" and not hidden:
                parts.append(_BREAK)
            text = element.text
        else:
            hidden -= left_out
            if tag in _BLOCKS:
                yield "".join(parts)
                parts = []
            text = element.tail
        if text and not hidden:
            parts.append(text)
    yield "".join(parts)


def _parted(line: str, page: str) -> str:
    """Part an article that trafilatura gives in one line, its headings and tables included."""
    start, end = page.find("<article"), page.rfind("</article")
    found: list[str] = []
    at = 0
    for paragraph in map(_key, markup_paragraphs(page[start:end]) if 0 <= start < end else ()):
        place = line.find(paragraph, at)
        if place < 0:
            return line
        found.append(paragraph)
        at = place + len(paragraph)
    return paragraphs(found) or line


def _headings(text: str) -> set[str]:
    return {_key(unescaped(_TAG.sub("", match[1]))) for match in _HEADING.finditer(text)}


def _key(line: str) -> str:
    return " ".join(line.split())


def _is_block(code: Any) -> bool:
    """Whether a code element is a listing rather than a name within a sentence."""
    parent = code.getparent()
    return parent is None or parent.tag == "body" or "\n" in "".join(code.itertext()).strip()


def _clip(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"
