"""An article with its summary marked in it, why each sentence was taken, and the pages.

:meta private:
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..text.controls import one_line
from .console import Style, complain, in_colour, write_styled

if TYPE_CHECKING:
    from ..document import Document
    from ..summary import Summary
    from .batch import Outcome
    from .details import Details

__all__ = ["Pages", "explain", "show"]

_MOST_NAMED = 4  # reasons given of a sentence
_LEAST = 0.005  # below, a reason would be shown as 0.00


def show(outcome: Outcome) -> None:
    """Print the article: in colour what the summary is from is bright, else it is in brackets."""
    assert outcome.details is not None
    assert outcome.summary is not None
    write_styled(_article(outcome.details.document, outcome.summary))


def _article(document: Document, summary: Summary) -> Iterator[tuple[str, Style]]:
    used = {source for sentence in summary.sentences for source in sentence.sources}
    opening, closing = ("", "") if in_colour() else ("[", "]")
    for paragraph in document.paragraphs:
        for number in range(paragraph.first, paragraph.last):
            text = document.sentences[number].text
            if number > paragraph.first:
                yield " ", ""
            if number in used:
                yield f"{opening}{text}{closing}", "chosen"
            else:
                yield text, "soft"
        yield "\n\n", ""


def explain(outcome: Outcome) -> None:
    """Print what made each sentence of the summary be taken."""
    assert outcome.details is not None
    assert outcome.summary is not None
    write_styled(_explained(outcome.details, outcome.summary))


def _explained(found: Details, summary: Summary) -> Iterator[tuple[str, Style]]:
    scores = found.scores
    for number, sentence in enumerate(summary.sentences):
        yield f"{number + 1}. {sentence.text}\n", "chosen"
        if scores is None:
            origin = ", ".join(str(source + 1) for source in sentence.sources) or "none"
            yield f"   written by the model; it rests on sentence {origin}\n", "soft"
            continue
        [source] = sentence.sources
        rank = 1 + sum(score > scores[source] for score in scores)
        yield (
            f"   sentence {source + 1} of {len(scores)}, rank {rank}, score {scores[source]:.4g}\n",
            "soft",
        )
        echo = _echo(found.document, summary, number)
        if echo >= _LEAST:
            yield f"   {echo:.0%} of its words are in other sentences of the summary\n", "soft"
        if found.reasons is not None:
            parts = sorted(found.reasons[number].items(), key=lambda part: -abs(part[1]))
            told = [
                f"{name} {value:+.2f}"
                for name, value in parts[:_MOST_NAMED]
                if abs(value) >= _LEAST
            ]
            if told:
                yield f"   {', '.join(told)}\n", "soft"
    yield "\n", ""


def _echo(document: Document, summary: Summary, number: int) -> float:
    """The share of a sentence's distinct words that other sentences of the summary have."""
    words = [
        set(document.sentences[sentence.sources[0]].text.casefold().split())
        for sentence in summary.sentences
    ]
    others = set().union(*(each for place, each in enumerate(words) if place != number))
    own = words[number]
    return len(own & others) / len(own) if own else 0.0


class Pages:
    """The pages of ``--html FILE``: one, or a list in FILE and a page each in the folder beside it.

    Args:
        path: the file.
        several: whether there are several inputs.

    Raises:
        click.BadParameter: if the file cannot be there.
    """

    def __init__(self, path: Path, *, several: bool) -> None:
        if path.suffix.lower() not in (".html", ".htm"):
            raise click.BadParameter(f"{path}: must end in .html", param_hint="--html")
        self._path = path
        self._folder = path.with_name(f"{path.stem}-pages") if several else None
        self._entries: list[Any] = []
        self._failures: list[str] = []

    def add(self, outcome: Outcome) -> None:
        """Write the page of one input, or remember that it failed."""
        from ..evaluation.report import write_atomically
        from ..support.page import Entry

        if outcome.summary is None or outcome.details is None:
            self._failures.append(one_line(outcome.complaint()))
            return
        document, summary = outcome.details.document, outcome.summary
        text = summary.to_html(document, scores=outcome.details.scores)
        if self._folder is None:
            write_atomically(self._path, text)
            return
        self._folder.mkdir(exist_ok=True)
        name = f"{len(self._entries) + 1:05}.html"
        write_atomically(self._folder / name, text)
        entry = Entry(
            outcome.path,
            f"{_quoted(self._folder.name)}/{name}",
            document.title or "",
            str(summary),
            (summary.words, summary.document_words),
            summary.check(document).score,
        )
        self._entries.append(entry)

    def close(self) -> None:
        """Write the list, if there are several inputs."""
        from ..evaluation.report import write_atomically
        from ..support.page import index_page

        if self._folder is not None:
            write_atomically(self._path, index_page(self._entries, failures=self._failures))
            complain(f"{self._path}: a list of {len(self._entries)}, in {self._folder.name}")


def _quoted(name: str) -> str:
    from urllib.parse import quote

    return f"./{quote(name)}"
