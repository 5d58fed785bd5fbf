"""An article with its summary marked in it, why each sentence was taken, and the pages.

:meta private:
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..files import write_atomically
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
    ordered = sorted(scores or ())
    echoes = _echoes([sentence.text for sentence in summary.sentences])
    for number, sentence in enumerate(summary.sentences):
        yield f"{number + 1}. {sentence.text}\n", "chosen"
        if scores is None:
            origin = ", ".join(str(source + 1) for source in sentence.sources) or "none"
            yield f"   written by the model; it rests on sentence {origin}\n", "soft"
            continue
        [source] = sentence.sources
        rank = 1 + len(ordered) - bisect_right(ordered, scores[source])
        yield (
            f"   sentence {source + 1} of {len(scores)}, rank {rank}, score {scores[source]:.4g}\n",
            "soft",
        )
        if echoes[number] >= _LEAST:
            share = f"{echoes[number]:.0%}"
            yield f"   {share} of its words are in other sentences of the summary\n", "soft"
        if found.reasons is not None:
            parts = sorted(found.reasons[number].items(), key=lambda part: -abs(part[1]))
            strong = [part for part in parts[:_MOST_NAMED] if abs(part[1]) >= _LEAST]
            told = ", ".join(f"{name} {value:+.2f}" for name, value in strong)
            yield (f"   {told}\n" if told else ""), "soft"
    yield "\n", ""


def _echoes(sentences: Sequence[str]) -> list[float]:
    """The share of each sentence's distinct words that another sentence has too."""
    words = [set(sentence.casefold().split()) for sentence in sentences]
    counts = Counter(word for own in words for word in own)
    return [sum(counts[word] > 1 for word in own) / len(own) if own else 0.0 for own in words]


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
        from ..support.page import index_page

        if self._folder is not None:
            write_atomically(self._path, index_page(self._entries, failures=self._failures))
            complain(f"{self._path}: a list of {len(self._entries)}, in {self._folder.name}")


def _quoted(name: str) -> str:
    from urllib.parse import quote

    return f"./{quote(name)}"
