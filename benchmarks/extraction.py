"""How much of an article comes out of a web page, and how much else, in layouts made here.

    python benchmarks/extraction.py [--show LAYOUT]

Each article of this folder is set in one layout after another: the frames of newspapers, blogs,
wikis, forums and old hand-made pages, with menus, share bars, captions, teasers, notices, comments
and footers around and within it; the hard ones have nothing that names its parts. All of it is of our own wording, so the layouts are what is tested
and not the public's pages; the measure is that of scrapinghub's article-extraction-benchmark: runs
of four words, those that are wrong and missing over all of a page's, precision and recall averaged
over the pages. trafilatura's own default, with and without its tables, is measured beside.
"""

# ruff: noqa: E501  (lines of HTML)

from __future__ import annotations

import argparse
import html
import re
import textwrap
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import mean

from recording import record, table

from summarize.errors import ReadError
from summarize.readers.webpage import read_html

ARTICLES = sorted((Path(__file__).parent / "articles").glob("*.txt"))
SITE = "The Coast Gazette"
MENU = "<ul>" + "".join(
    f"<li><a href='/{name.lower()}'>{name}</a></li>"
    for name in "Home World Politics Business Science Health Sport Opinion Travel".split()
) + "</ul>"  # fmt: skip
TEASERS = [
    "Harbour wall breaks after a week of rain in the north",
    "Council votes on a new library for the third time",
    "Why the last ferry to the islands is always full",
    "Fishermen find a bell from a ship lost in 1794",
]
LINKS = "".join(f"<li><a href='/story/{n}'>{text}</a></li>" for n, text in enumerate(TEASERS))
RELATED = f"<div class='related'><h3>Related stories</h3><ul>{LINKS}</ul></div>"
SHARE = (
    "<div class='share'><a href='#'>Share on Facebook</a> <a href='#'>Tweet</a> "
    "<a href='#'>Email</a> <a href='#'>Print this page</a></div>"
)
CONSENT = (
    "<div id='cookie-notice' class='consent-banner'><h2>We value your privacy</h2><p>We and our 412 "
    "partners keep and read information on your device, such as cookies, to show advertisements that "
    "suit you and to count who sees them. You may change your choice at any time in the settings.</p>"
    "<button>Accept all</button><button>Reject all</button></div>"
)
LETTER = (
    "<div class='newsletter-signup'><h4>The morning letter</h4><p>Get the best stories of the coast "
    "in your inbox every morning. By signing up you agree to our terms.</p><form><input name='mail'>"
    "<button>Sign up</button></form></div>"
)
FOOTER = (
    f"<footer><p>© 2021 {SITE}. All rights reserved. No part of this site may be reproduced without "
    "permission.</p><ul><li><a href='/privacy'>Privacy</a></li><li><a href='/terms'>Terms</a></li>"
    "<li><a href='/contact'>Contact us</a></li></ul></footer>"
)
COMMENTS = (
    "<section id='comments' class='comments'><h2>3 comments</h2><div class='comment'><b>gull77</b>"
    "<p>I was there on the day and nobody told us anything for two hours, which is typical of them."
    "</p></div><div class='comment'><b>Old Ben</b><p>My grandfather would have laughed at all of "
    "this. He mended nets for sixty years and never once asked for a permit.</p></div><div "
    "class='comment'><b>Cara</b><p>Good piece, thank you. More of these, please, and fewer about "
    "celebrities.</p></div></section>"
)
EXCERPTS = [
    "The wall fell at eight in the morning, an hour before the market would have opened beneath it, "
    "and nobody can say yet what it will cost to build again.",
    "Two plans were thrown out last year. The third is smaller, cheaper and, the architects say, the "
    "last that they will draw for this town.",
    "Every Friday at six the same four hundred people stand on the same quay, and eighty of them go "
    "home again. We asked the company why.",
    "It lay in nine fathoms under a rock that every boat of the fleet has passed a thousand times, "
    "and it still rang when they struck it.",
]
SAID = [
    (
        "gull77",
        "I was there on the day and nobody told us anything for two hours, which is typical.",
    ),
    (
        "Old Ben",
        "My grandfather would have laughed. He mended nets for sixty years without a permit.",
    ),
    ("Cara", "Good piece, thank you. More of these, please, and fewer about celebrities."),
]
FIGURE = (
    "<figure><img src='/a.jpg' alt='A picture'><figcaption>The scene on Tuesday. Photograph: Ben "
    "Low/Coast Pictures</figcaption></figure>"
)
BIO = (
    "<div class='author-bio'><h3>About the author</h3><p>Ada Roe writes about the sea for "
    f"{SITE}. She lives in Ellery with two dogs.</p></div>"
)
PARA = " class='para'"
Layout = Callable[[str, list[str]], str]


def page(title: str, body: str, head: str = "", attributes: str = "lang='en'") -> str:
    return (
        f"<!doctype html><html {attributes}><head><meta charset='utf-8'><title>{title} | {SITE}"
        f"</title>{head}</head><body>{body}</body></html>"
    )


def each(texts: list[str], tag: str = "p", attributes: str = "") -> str:
    return "".join(f"<{tag}{attributes}>{text}</{tag}>" for text in texts)


def amid(texts: list[str], *inserted: str, tag: str = "p") -> str:
    """The paragraphs with something between them, spread evenly."""
    step = max(1, len(texts) // (len(inserted) + 1))
    parts = [each([text], tag) for text in texts]
    for number, insert in reversed(list(enumerate(inserted, 1))):
        parts.insert(number * step, insert)
    return "".join(parts)


LAYOUTS: dict[str, Layout] = {
    "newspaper, article element": lambda t, p: page(
        t, f"<header>{MENU}</header><main><article><h1>{t}</h1><p class='byline'>By Ada Roe</p>"
        f"<time>9 March 2021</time>{SHARE}{FIGURE}{each(p)}{SHARE}</article>{RELATED}{COMMENTS}</main>"
        f"<aside>{LETTER}</aside>{FOOTER}"),
    "newspaper, divisions only": lambda t, p: page(
        t, f"<div id='top'>{MENU}</div><div id='content'><div class='headline'><h1>{t}</h1></div>"
        f"<div class='story-body'>{each(p)}</div></div><div id='side'>{RELATED}</div>{FOOTER}"),
    "teasers and a letter amid the text": lambda t, p: page(
        t, f"{MENU}<article><h1>{t}</h1>{amid(p, RELATED, LETTER, FIGURE)}</article>{FOOTER}"),
    "a wall of consent before the text": lambda t, p: page(
        t, f"{CONSENT}{MENU}<div class='article'><h1>{t}</h1>{each(p)}</div>{FOOTER}"),
    "paragraphs are divisions": lambda t, p: page(
        t, f"<div class='nav'>{MENU}</div><div class='main'><h1>{t}</h1>"
        f"{each(p, 'div', PARA)}</div>{FOOTER}"),
    "one division with line breaks": lambda t, p: page(
        t, f"{MENU}<h1>{t}</h1><div class='text'>{'<br><br>'.join(p)}</div>{FOOTER}"),
    "old: table as layout": lambda t, p: page(
        t, f"<table width='100%'><tr><td colspan='3'><b>{SITE}</b></td></tr><tr><td>{MENU}</td><td>"
        f"<h2>{t}</h2>{each(p)}</td><td>{RELATED}</td></tr><tr><td colspan='3'>© 2021 {SITE}</td></tr>"
        "</table>", attributes=""),
    "old: nested tables, fonts, breaks": lambda t, p: page(
        t, f"<center><table><tr><td>{MENU}</td><td><table><tr><td><font size='4'><b>{t}</b></font>"
        f"</td></tr><tr><td><font face='arial' size='2'>{'<br><br>'.join(p)}</font></td></tr></table>"
        "</td></tr></table></center>", attributes=""),
    "old: preformatted": lambda t, p: page(
        t, f"<h1>{t}</h1><pre>" + "\n\n".join("\n".join(textwrap.wrap(x, 72)) for x in p) + "</pre>",
        attributes=""),
    "old: paragraphs never closed": lambda t, p: page(
        t, f"<h1>{t}</h1><p>{'<p>'.join(p)}<hr><a href='/'>Back to the index</a>", attributes=""),
    "blog": lambda t, p: page(
        t, f"<div id='header'><h1><a href='/'>{SITE}</a></h1>{MENU}</div><div class='post hentry'>"
        f"<h2 class='entry-title'>{t}</h2><div class='entry-meta'>Posted on 9 March 2021 by Ada Roe"
        f"</div><div class='entry-content'>{each(p)}</div><div class='entry-tags'>Filed under: "
        f"<a href='/t'>coast</a>, <a href='/u'>news</a></div></div>{BIO}{COMMENTS}<div id='sidebar'>"
        f"<h3>Archive</h3>{LINKS}</div>{FOOTER}"),
    "long comments": lambda t, p: page(
        t, f"<article><h1>{t}</h1>{each(p[: len(p) // 2 + 1])}</article>"
        + COMMENTS.replace("</section>", "") + COMMENTS.partition("</h2>")[2] * 3),
    "sections with headings": lambda t, p: page(
        t, f"{MENU}<main><h1>{t}</h1>" + "".join(
            f"<section><h2>Part {n + 1}</h2>{each(p[n * 4 : n * 4 + 4])}</section>"
            for n in range((len(p) + 3) // 4)) + f"</main>{FOOTER}"),
    "a block of updates": lambda t, p: page(
        t, f"{MENU}<main><h1>{t}</h1>" + "".join(
            f"<div class='update'><time>{9 + n % 12}:0{n % 10}</time><p>{x}</p></div>"
            for n, x in enumerate(p)) + f"</main>{FOOTER}"),
    "pull quotes and boxes": lambda t, p: page(
        t, f"<article><h1>{t}</h1>" + amid(
            p, f"<aside class='pullquote'>“{' '.join(p[0].split()[:12])}”</aside>",
            "<div class='factbox'><h3>At a glance</h3><ul><li>Founded 1911</li><li>Staff 412</li>"
            "</ul></div>") + f"</article>{FOOTER}"),
    "a table of figures amid the text": lambda t, p: page(
        t, f"<article><h1>{t}</h1>" + amid(
            p, "<table><tr><th>Year</th><th>Ships</th></tr><tr><td>2019</td><td>310</td></tr><tr>"
            "<td>2020</td><td>204</td></tr></table>") + f"</article>{FOOTER}"),
    "wiki, with marks of notes": lambda t, p: page(
        t, f"<div id='mw-panel'>{MENU}</div><div id='mw-content-text'>" + "".join(
            f"<p>{x}<sup class='reference'><a href='#cite_note-{n}'>[{n}]</a></sup></p>"
            for n, x in enumerate(p, 1)) + "<h2>See also</h2><ul>" + LINKS + "</ul><div class='reflist'>"
        "<ol class='references'><li><span class='reference-text'>Harbour Office, Annual report, 1995,"
        " page 12.</span></li></ol></div></div>" + FOOTER),
    "links within the text": lambda t, p: page(
        t, f"{MENU}<article><h1>{t}</h1>" + each(
            [re.sub(r"(\w+ \w+ \w+)", r"<a href='/x'>\1</a>", x, count=2) for x in p])
        + f"</article>{FOOTER}"),
    "interview, questions in bold": lambda t, p: page(
        t, f"<article><h1>{t}</h1>" + "".join(
            f"<p>{x}</p>" if n % 3 else f"<p><strong>{x}</strong></p>" for n, x in enumerate(p))
        + f"</article>{FOOTER}"),
    "quotations": lambda t, p: page(
        t, f"<article><h1>{t}</h1>" + "".join(
            f"<blockquote><p>{x}</p></blockquote>" if n % 4 == 2 else f"<p>{x}</p>"
            for n, x in enumerate(p)) + f"</article>{FOOTER}"),
    "items of a list": lambda t, p: page(
        t, f"{MENU}<article><h1>{t}</h1>{each(p[:2])}<ul>{each(p[2:6], 'li')}</ul>{each(p[6:])}"
        f"</article>{FOOTER}"),
    "built by a program": lambda t, p: page(
        t, "<div id='__next'><div class='css-1a'><div class='css-2b'>" + MENU + "</div><div "
        f"class='css-3c'><h1 class='css-4d'>{t}</h1><div class='css-5e'>" + "".join(
            f"<div class='css-6f'><div class='css-7g'><p class='css-8h'><span>{x}</span></p></div>"
            "</div>" for x in p) + "</div></div></div></div><script>window.__DATA__={}</script>"),
    "stated as data too": lambda t, p: page(
        t, f"{MENU}<main><h1>{t}</h1>{each(p)}</main>{FOOTER}",
        '<script type="application/ld+json">{"@type":"NewsArticle","headline":"'
        + html.unescape(t).replace('"', "") + '"}</script>'),
    "print version": lambda t, p: page(
        t, f"<p><b>{SITE}</b></p><h1>{t}</h1><p>Printed from www.coast.example/story</p>{each(p)}"
        f"<p>© 2021 {SITE}</p>"),
    "spans with breaks": lambda t, p: page(
        t, f"{MENU}<div class='body'><span class='lead'>{p[0]}</span><br/><br/>"
        + "<br/>".join(f"<span>{x}</span><br/>" for x in p[1:]) + f"</div>{FOOTER}"),
    "forum": lambda t, p: page(
        t, f"{MENU}<div class='thread'><h1>{t}</h1><div class='post'><div class='user'>Ada, 412 posts"
        f"</div><div class='message'>{each(p)}</div></div></div>{FOOTER}"),
    "advertisements amid the text": lambda t, p: page(
        t, f"<article><h1>{t}</h1>" + amid(
            p, *["<div class='ad-slot'><span>Advertisement</span><p>Continue reading the main story"
                 "</p></div>"] * 3) + f"</article>{FOOTER}"),
    "hard: excerpts of other stories in articles of their own": lambda t, p: page(
        t, f"{MENU}<main><article><h1>{t}</h1>{each(p)}</article>" + "".join(
            f"<article class='c{n}'><h3><a href='/s{n}'>{x}</a></h3><p>{e}</p></article>"
            for n, (x, e) in enumerate(zip(TEASERS, EXCERPTS, strict=True))) + f"</main>{FOOTER}"),
    "hard: excerpts of other stories, classes say nothing": lambda t, p: page(
        t, f"<div class='a1'>{MENU}</div><div class='a2'><h1>{t}</h1>{each(p)}</div><div class='a3'>"
        + "".join(f"<div class='a4'><a href='/s{n}'>{x}</a><p>{e}</p></div>"
                  for n, (x, e) in enumerate(zip(TEASERS, EXCERPTS, strict=True))) + f"</div>{FOOTER}"),
    "hard: comments, classes say nothing": lambda t, p: page(
        t, f"<div class='a1'>{MENU}</div><div class='a2'><h1>{t}</h1>{each(p)}</div><div class='a3'>"
        + "".join(f"<div class='a4'><b>{name}</b> <span>3 hours ago</span><p>{x}</p><a href='#'>Reply"
                  f"</a></div>" for name, x in SAID) + f"</div>{FOOTER}"),
    "hard: the opening stands apart": lambda t, p: page(
        t, f"{MENU}<div class='head'><h1>{t}</h1><div class='standfirst'><p>{p[0]}</p></div>"
        f"{SHARE}</div>{FIGURE}<div class='body'>{each(p[1:])}</div>{RELATED}{FOOTER}"),
    "hard: the opening is a heading": lambda t, p: page(
        t, f"{MENU}<article><h1>{t}</h1><h2 class='deck'>{p[0]}</h2>{each(p[1:])}</article>{FOOTER}"),
    "hard: the text in several boxes": lambda t, p: page(
        t, f"{MENU}<div id='story'><h1>{t}</h1>" + "".join(
            f"<div class='box'>{each(p[n : n + 3])}</div><div class='ad'><p>Advertisement</p></div>"
            for n in range(0, len(p), 3)) + f"</div>{FOOTER}"),
    "hard: a column of long texts beside": lambda t, p: page(
        t, f"{MENU}<div class='x1'><h1>{t}</h1>{each(p[:6])}</div><div class='x2'><h4>From our "
        f"partners</h4>{each(EXCERPTS)}</div>{FOOTER}"),
    "hard: a few short paragraphs": lambda t, p: page(
        t, f"<header>{MENU}</header><div class='wrap'><h1>{t}</h1><p>By Ada Roe, 9 March 2021</p>"
        f"{each(p[:2])}</div>{RELATED}<div class='more'>{LINKS}</div>{FOOTER}"),
    "hard: captions are paragraphs": lambda t, p: page(
        t, f"{MENU}<article><h1>{t}</h1>" + amid(
            p, "<div class='img-wrap'><img src='/a.jpg'><p class='img-text'>The scene on Tuesday. "
            "Photograph: Ben Low</p></div>") + f"</article>{FOOTER}"),
    "hard: initials, subheads in bold, a line at the end": lambda t, p: page(
        t, f"{MENU}<article><h1>{t}</h1><p><span class='dropcap'>{p[0][:1]}</span>{p[0][1:]}</p>"
        + amid(p[1:], "<p><b>What happened next</b></p>", "<p><b>What is to come</b></p>")
        + "<p><i>Ada Roe is a reporter at the Gazette. Follow her for more.</i></p></article>" + FOOTER),
    "hard: a long imprint": lambda t, p: page(
        t, f"{MENU}<div class='t'><h1>{t}</h1>{each(p[:5])}</div><div class='b'><p>The Coast Gazette "
        "is published by Coast Papers, which has brought the news to the northern harbours since 1871. "
        "Our journalists follow a code that you can read on our site, and our accounts are checked "
        "every year by people who have nothing to do with us.</p><p>Coast Papers, 3 Quay Road, Ellery."
        " Telephone 01234 567. Registered in Scotland, number 4123.</p></div>"),
    "hard: text beside a menu in one division": lambda t, p: page(
        t, f"<div>{MENU}{MENU}<h1>{t}</h1>{'<br>'.join(p)}<br>{LINKS}</div>", attributes=""),
    "very many tags": lambda t, p: page(
        t, f"{'<div><span></span></div>' * 16_000}<article><h1>{t}</h1>{each(p)}</article>{FOOTER}"),
}  # fmt: skip


SHORTER: dict[str, Callable[[int], int]] = {
    "long comments": lambda paragraphs: paragraphs // 2 + 1,
    "hard: a column of long texts beside": lambda _: 6,
    "hard: a few short paragraphs": lambda _: 2,
    "hard: a long imprint": lambda _: 5,
}  # of the paragraphs, where a layout has not all of them


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--show", metavar="LAYOUT", help="what is wrong and missing in a layout")
    options = parser.parse_args()
    chosen = {n: f for n, f in LAYOUTS.items() if options.show is None or options.show in n}
    readers = {"ours": ours, "trafilatura": peer, "without tables": peer_without_tables}
    counts: dict[str, list[tuple[float, float, float]]] = {name: [] for name in readers}
    rows = []
    for layout, make in chosen.items():
        articles = ARTICLES[:4] if layout == "very many tags" else ARTICLES
        found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in readers}
        for path in articles:
            title, texts, answer = article(path, layout)
            markup = make(title, texts)
            for name, read in readers.items():
                said = read(markup)
                found[name].append(matched(answer, said))
                if options.show and name == "ours" and path == articles[0]:
                    print(said)
        for name, each_found in found.items():
            counts[name] += each_found
        rows.append((layout, str(len(articles)), *(f"{f1(found[name]):.3f}" for name in readers)))
        print(*rows[-1], flush=True)
    rows.append(("all", str(len(counts["ours"])), *(f"{f1(counts[n]):.3f}" for n in readers)))
    print(*rows[-1])
    if options.show is None:
        explained = " ".join(__doc__.split("\n\n")[2].split())
        head = ("layout", "pages", "F1, ours", "trafilatura", "trafilatura without tables")
        record(
            "extraction", f"# Web pages\n\n{explained}\n\n" + table(head, rows), ("trafilatura",)
        )


def article(path: Path, layout: str) -> tuple[str, list[str], str]:
    """The title, the paragraphs, and the text that is to come out."""
    lines = [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    texts = lines[2:]
    kept = texts[: SHORTER.get(layout, lambda n: n)(len(texts))]
    title = path.stem.partition("-")[2].replace("-", " ").capitalize()
    return html.escape(title), [html.escape(text, quote=False) for text in texts], "\n".join(kept)


def ours(markup: str) -> str:
    try:
        return read_html(markup, "page").text
    except ReadError as error:
        print(" ", error)
        return ""


def peer(markup: str) -> str:
    import trafilatura

    return trafilatura.extract(markup, include_comments=False) or ""


def peer_without_tables(markup: str) -> str:
    import trafilatura

    return trafilatura.extract(markup, include_comments=False, include_tables=False) or ""


def matched(right: str, said: str) -> tuple[float, float, float]:
    """The shares of runs of four words that are in both texts, in ``said`` alone, in ``right``."""
    one, two = runs(right), runs(said)
    both, more, less = (one & two).total(), (two - one).total(), (one - two).total()
    total = (both + more + less) or 1
    return both / total, more / total, less / total


def runs(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    return Counter(tuple(words[n : n + 4]) for n in range(max(1, len(words) - 3)) if words)


def f1(found: list[tuple[float, float, float]]) -> float:
    precision = mean(both / (both + more) if both + more else 1.0 for both, more, _ in found)
    recall = mean(both / (both + less) if both + less else 1.0 for both, _, less in found)
    return 2 * precision * recall / ((precision + recall) or 1)


if __name__ == "__main__":
    main()
