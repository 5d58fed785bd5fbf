"""The command ``summarize check``: a summary, whoever wrote it, against its document.

:meta private:
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import SummarizeError
from ..files import write_atomically
from .arguments import Paths, check_folder, language_code
from .console import Style, complain, write, write_styled
from .hints import explained
from .status import Status, told_statuses

if TYPE_CHECKING:
    from ..document import Document
    from ..support import Support

__all__ = ["check"]

_QUOTED = 90  # characters of a source that are shown


@click.command(epilog=told_statuses("check"))
@click.argument("summary", type=Paths(), metavar="SUMMARY")
@click.option(
    "-d",
    "--document",
    "source",
    required=True,
    type=Paths(),
    metavar="FILE",
    help="What it is a summary of: a file or a URL.",
)
@click.option(
    "-l",
    "--language",
    metavar="CODE",
    callback=language_code,
    help="Language of both. Default: auto, the one found.",
)
@click.option(
    "--min-score",
    type=click.FloatRange(0, 1),
    default=0.0,
    metavar="SCORE",
    help="Also exit with 3 if the score is lower than this, from 0 to 1.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option(
    "--html",
    "page",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Also write a page with the summary beside the document.",
)
@click.pass_context
def check(
    ctx: click.Context,
    /,
    summary: str,
    source: str,
    language: str | None,
    min_score: float,
    as_json: bool,
    page: Path | None,
) -> None:
    """Check a summary against its document: where each sentence is from, and what is not so.

    SUMMARY is a file, or '-' for standard input. No model is used: what is found are numbers,
    names, quotations and negations that the document has not, and words that are not in it.
    """
    from ..support import check as check_support

    if page is not None:
        check_folder(page)
    if summary == source == "-":
        raise click.UsageError("standard input, '-', is given twice")
    try:
        document = _read(source, language)
        text = _read(summary, document.language, whole=True).text
        support = check_support(text, document)
    except SummarizeError as error:
        complain(explained(error, ["language"]))
        ctx.exit(Status.FAILED)
    if page is not None:
        from ..support.page import page as to_page

        facts = [summary, f"{support.score:.0%} supported"]
        write_atomically(page, to_page(support, document, facts=facts))
    if as_json:
        write(json.dumps(support.to_dict(), ensure_ascii=False) + "\n")
    else:
        write_styled(_lines(support, document, text))
    errors = any(each.kind != "words" for each in support.unsupported)
    if errors or support.score < min_score:
        ctx.exit(Status.BELOW)


def _read(path: str, language: str | None, *, whole: bool = False) -> Document:
    from ..readers import read

    options = {"dateline": "keep", "furniture": "keep"} if whole else {}
    given = sys.stdin.buffer if path == "-" and sys.stdin is not None else path
    if language is not None:
        options["language"] = language
    return read(given, **options)  # type: ignore[arg-type]


def _lines(support: Support, document: Document, text: str) -> Iterator[tuple[str, Style]]:
    for sentence in support.sentences:
        yield f"{sentence.score:4.0%}  ", "soft"
        place = sentence.start
        for each in sentence.unsupported:
            if each.start >= place:
                yield text[place : each.start], ""
                yield each.text, "wrong"
                place = each.end
        yield f"{text[place : sentence.end]}\n", ""
        for each in sentence.unsupported:
            yield f"      {each.kind}: {each.text}\n", "wrong"
        for source in sentence.sources:
            quoted = document.sentences[source.sentence].text
            short = quoted if len(quoted) <= _QUOTED else f"{quoted[: _QUOTED - 1]}…"
            yield f"      from sentence {source.sentence + 1}: {short}\n", "soft"
    yield f"{support.score:4.0%}  of the whole\n", ""
