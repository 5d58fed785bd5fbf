"""A page of a feed's articles, each as its summary; what is new is added at each run.

    pip install ".[web]"
    python examples/recipes/feed_page.py https://example.org/feed.xml news.html

From cron, every hour, never two at once:

    7 * * * *  flock -n news.lock python feed_page.py https://example.org/feed.xml news.html

RSS and Atom, read by the standard library; articles within the limits of ``summarize.read``, so a
feed cannot lead to a file or a private address (``--allow-private`` permits the latter). What is on
the page is kept in news.html.json. An article that cannot be read is told on standard error, where
cron mails it from, and tried again as long as it is in the feed; the exit status is then 1.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from html import escape
from pathlib import Path
from urllib.parse import urljoin
from urllib.request import urlopen
from xml.etree import ElementTree

import summarize

KEPT, AT_ONCE, MOST_BYTES = 200, 30, 10_000_000
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{count} articles</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'">
<meta name="viewport" content="width=device-width"></head>
<body><main>
{rows}</main></body></html>
"""
ROW = """<article lang="{language}" dir="auto">
<h2><a href="{link}" rel="noreferrer">{title}</a></h2>
<p>{summary}</p></article>
"""


def entries(feed: bytes, address: str) -> Iterator[tuple[str, str]]:
    """Yield the link and the title of each article; what is no web address is passed over."""
    # expat fetches nothing, and stops entities that multiply.
    for item in ElementTree.fromstring(feed).iter():
        if _name(item) not in ("item", "entry"):
            continue
        title = link = ""
        for part in item:
            if _name(part) == "title":
                title = title or " ".join("".join(part.itertext()).split())
            elif _name(part) == "link" and part.get("rel", "alternate") == "alternate":
                link = link or (part.get("href") or part.text or "").strip()
        link = urljoin(address, link) if link else ""
        if link.startswith(("http://", "https://")):
            yield link, title or link


def _name(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[2]


def update(feed: str, page: Path, read: Callable[[str], summarize.Document]) -> list[str]:
    """Add what is new, write the page, and return what went wrong, a line an article."""
    with urlopen(feed, timeout=30) as answer:
        content = answer.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise ValueError(f"{feed} has more than {MOST_BYTES:,} bytes")
    state = page.with_name(page.name + ".json")
    rows = json.loads(state.read_text("utf-8")) if state.exists() else []
    known = {row["link"] for row in rows}
    listed = dict(entries(content, feed))
    new, failed = [], []
    with summarize.Summarizer() as summarizer:
        for link in [each for each in listed if each not in known][:AT_ONCE]:
            try:
                summary = summarizer.summarize(read(link), sentences=3)
            except summarize.SummarizeError as error:
                failed.append(f"{link}: {error}")
                continue
            row = {"link": link, "title": listed[link], "summary": str(summary)}
            new.append({**row, "language": summary.language or ""})
    # What the feed still lists stays, so that nothing is summarised twice.
    rows = [r for n, r in enumerate(new + rows) if n < KEPT or r["link"] in listed]
    told = "".join(ROW.format(**{k: escape(v) for k, v in row.items()}) for row in rows)
    _write(page, PAGE.format(count=len(rows), rows=told))
    _write(state, json.dumps(rows, ensure_ascii=False, indent=1))
    return failed


def _write(path: Path, text: str) -> None:
    part = path.with_name(path.name + ".part")
    part.write_text(text, "utf-8")
    os.replace(part, path)  # whoever reads it meanwhile has the old one, whole


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("feed", help="its address")
    parser.add_argument("page", type=Path, help="the HTML file to write")
    parser.add_argument("--allow-private", action="store_true")
    asked = parser.parse_args()
    reader = partial(summarize.read, allow_private=asked.allow_private)
    try:
        failures = update(asked.feed, asked.page, reader)
    except (OSError, ValueError, ElementTree.ParseError) as wrong:
        sys.exit(f"{asked.feed}: {wrong}")
    sys.exit("\n".join(failures) or None)
