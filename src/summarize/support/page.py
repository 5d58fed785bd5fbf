"""A summary beside its document, as one self-contained HTML page; and a page that lists many.

The page fetches nothing: its style and its script are in it, and its policy allows no others, by
their hashes. All text in it is escaped. Without the script, each sentence of the summary is still a
link to its source, and the source a link back.

:meta private:
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from html import escape
from importlib.resources import files
from typing import NamedTuple

from ..document import Document
from ..text.controls import one_line, visible
from ..version import __version__
from .checking import SentenceSupport, Support

__all__ = ["Entry", "index_page", "page"]

_STRIP = 1000  # the strip's height, in its own units
_SCORE = "how far the document supports it"
_NAMES = {
    "number": "not the number in the document",
    "name": "not the name in the document",
    "quotation": "not quoted so from the document",
    "negation": "negated otherwise in the document",
    "words": "not in the document",
}


class Entry(NamedTuple):
    """One line of the page that lists many.

    Attributes:
        name: the input's name.
        href: the address of its page, from the list's.
        title: the document's title, or "".
        summary: the summary.
        words: the summary's words, and the document's.
        score: the support's score.
    """

    name: str
    href: str
    title: str
    summary: str
    words: tuple[int, int]
    score: float


def page(
    support: Support,
    document: Document,
    *,
    facts: Sequence[str] = (),
    scores: Sequence[float] | None = None,
) -> str:
    """Return the page.

    Args:
        support: the summary's.
        document: the document.
        facts: what else is said of the summary, in a line below the title.
        scores: one a sentence of the document, for the strip along it; without them the strip shows
            where the summary comes from.

    Raises:
        ValueError: if there is not one score a sentence.
    """
    sentences = document.sentences
    if scores is not None and len(scores) != len(sentences):
        raise ValueError(f"scores must be {len(sentences)} numbers, one a sentence")
    users: dict[int, list[int]] = {}
    for number, sentence in enumerate(support.sentences):
        for source in sentence.sources:
            users.setdefault(source.sentence, []).append(number)
    title = document.title or _name(document.source or "") or "Summary"
    heat = _heat(document, users, scores)
    body = f"""<a class="skip" href="#article">To the article</a>
<header>
<h1 dir="auto">{_text(title)}</h1>
<p class="facts">{_text(" · ".join(facts))}</p>
</header>
<main>
<section class="summary" aria-labelledby="summary"><h2 id="summary">Summary</h2>
<ol lang="{document.language}" dir="auto">
{"".join(_line(number, each) for number, each in enumerate(support.sentences))}</ol>
{_findings(support)}</section>
<article class="article" id="article" tabindex="-1" lang="{document.language}" dir="auto">
<h2 class="vh" lang="en">Article</h2>
{_strip(document, heat)}
{"".join(_paragraphs(document, users))}</article>
</main>
<footer>The bar along the article is darker where {_measure(scores)}. Marked sentences are behind \
the summary. Made by summarize {escape(__version__)}.</footer>"""
    return _whole(title, body, script=True)


def index_page(entries: Sequence[Entry], *, failures: Sequence[str] = ()) -> str:
    """Return the page that lists many.

    Args:
        entries: what there is.
        failures: what failed, a line each.
    """
    rows = "".join(
        f'<tr><td><a href="{escape(each.href)}" dir="auto">{_text(each.title or each.name)}</a>'
        f'<br><span class="aside">{_text(each.name)}</span></td>'
        f'<td dir="auto">{_text(each.summary)}</td>'
        f'<td class="n">{each.words[0]:,} of {each.words[1]:,} words</td>'
        f'<td class="n">{each.score:.0%} supported</td></tr>\n'
        for each in entries
    )
    failed = "".join(f"<li>{_text(line)}</li>" for line in failures)
    listed = f"<h2>Failed</h2><ul>{failed}</ul>" if failed else ""
    count = f"{len(entries):,} {'summary' if len(entries) == 1 else 'summaries'}"
    body = f"""<header><h1>{count}</h1></header>
<div role="main"><table><thead><tr><th scope="col">Document</th><th scope="col">Summary</th>\
<th scope="col">Length</th><th scope="col">Support</th></tr></thead>
<tbody>{rows}</tbody></table>{listed}</div>
<footer>Made by summarize {escape(__version__)}.</footer>"""
    return _whole(count, body)


def _whole(title: str, body: str, *, script: bool = False) -> str:
    style, code = _resource("page.css"), _resource("page.js") if script else ""
    policy = f"default-src 'none'; style-src '{_hash(style)}'; base-uri 'none'; form-action 'none'"
    policy += f"; script-src '{_hash(code)}'" if script else ""
    text = f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{_text(title)}</title>
<style>{style}</style>
</head>
<body>
{body}
{f"<script>{code}</script>" if script else ""}
</body>
</html>
"""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")  # a lone surrogate has no form


@cache
def _resource(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


@cache
def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _name(source: str) -> str:
    """The last part of a path; a URL stays whole."""
    return source if "://" in source else source.rpartition("/")[2].rpartition("\\")[2]


def _text(text: str) -> str:
    return escape(one_line(" ".join(text.split())))


def _line(number: int, sentence: SentenceSupport) -> str:
    """A sentence of the summary: a link to its source."""
    parts: list[str] = []
    place = sentence.start
    text = sentence.text
    # Spans count in the summary; the sentence's own text has its white space collapsed.
    if len(text) == sentence.end - sentence.start:
        for each in sentence.unsupported:
            if each.start < place:
                continue  # within what is marked
            first, last = each.start - sentence.start, each.end - sentence.start
            parts.append(escape(visible(text[place - sentence.start : first])))
            marked = text[first:last]
            name = _NAMES[each.kind]
            parts.append(
                f'<mark title="{name}">{escape(visible(marked))}'
                f'<span class="vh" lang="en"> ({name})</span></mark>'
            )
            place = each.end
    parts.append(escape(visible(text[place - sentence.start :])))
    share = f"{sentence.score:.0%}"
    score = f' <span class="score" title="{_SCORE}">{share}</span>' if sentence.score < 1 else ""
    if not sentence.sources:
        return f'<li><span class="s" id="s{number}">{"".join(parts)}</span>{score}</li>\n'
    ids = [f"d{source.sentence}" for source in sentence.sources]
    origin = ", ".join(str(source.sentence + 1) for source in sentence.sources)
    return (
        f'<li><a class="s" id="s{number}" href="#{ids[0]}" data-with="{" ".join(ids)}">'
        f'{"".join(parts)}<span class="vh" lang="en"> (from sentence {origin})</span></a>'
        f"{score}</li>\n"
    )


def _findings(support: Support) -> str:
    found = support.unsupported
    if not found:
        whole = all(sentence.score == 1.0 for sentence in support.sentences)
        said = "Every sentence is the document's own." if whole else "Nothing is contradicted."
        return f'<p class="aside">{said}</p>'
    items = "".join(
        f"<li><mark>{_text(each.text)}</mark>: {_NAMES[each.kind]}</li>" for each in found
    )
    return f"<ul>{items}</ul>\n"


def _paragraphs(document: Document, users: Mapping[int, list[int]]) -> Iterator[str]:
    """The document's whole text, a paragraph each; what is no sentence is quieter."""
    text = document.text
    place = 0
    for paragraph in document.paragraphs:
        yield _aside(text[place : paragraph.start])
        place = max(place, paragraph.start)
        parts = []
        for number in range(paragraph.first, paragraph.last):
            sentence = document.sentences[number]
            if gap := _text(text[place : sentence.start]):
                parts.append(f'<span class="aside">{gap}</span> ')
            elif place != sentence.start and parts:
                parts.append(" ")
            parts.append(_sentence(number, sentence.text, users.get(number, [])))
            place = sentence.end
        if gap := _text(text[place : max(place, paragraph.end)]):
            parts.append(f' <span class="aside">{gap}</span>')
        place = max(place, paragraph.end)
        yield f"<p>{''.join(parts)}</p>\n"
    yield _aside(text[place:])


def _aside(text: str) -> str:
    lines = [_text(line) for line in text.splitlines()]
    return "".join(f'<p class="aside">{line}</p>\n' for line in lines if line)


def _sentence(number: int, text: str, users: Sequence[int]) -> str:
    if not users:
        return escape(visible(text))
    ids = [f"s{each}" for each in users]
    return (
        f'<a class="d" id="d{number}" href="#{ids[0]}" data-with="{" ".join(ids)}">'
        f"{escape(visible(text))}</a>"
    )


def _heat(
    document: Document, users: Mapping[int, list[int]], scores: Sequence[float] | None
) -> list[float]:
    """How dark the strip is beside each sentence, from 0 to 1: by rank, as scores have no scale."""
    size = len(document.sentences)
    if scores is None:
        return [1.0 if number in users else 0.0 for number in range(size)]
    order = sorted(range(size), key=lambda number: (scores[number], -number))
    heat = [0.0] * size
    for rank, number in enumerate(order):
        heat[number] = ((rank + 1) / size) ** 3
    return heat


def _strip(document: Document, heat: Sequence[float]) -> str:
    """A bar along the article, each sentence's part as high as its share of the text."""
    total = document.sentences[-1].end or 1
    rects = []
    for sentence, shade in zip(document.sentences, heat, strict=True):
        if shade >= 0.02:
            top = _STRIP * sentence.start / total
            height = max(_STRIP * (sentence.end - sentence.start) / total, 0.5)
            rects.append(
                f'<rect x="0" y="{top:.1f}" width="1" height="{height:.1f}" '
                f'fill-opacity="{shade:.2f}"/>'
            )
    return (
        f'<svg class="strip" viewBox="0 0 1 {_STRIP}" preserveAspectRatio="none" '
        f'aria-hidden="true">{"".join(rects)}</svg>'
    )


def _measure(scores: Sequence[float] | None) -> str:
    return "the summary comes from" if scores is None else "a sentence is rated higher"
