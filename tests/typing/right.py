"""A user's module that both mypy --strict and pyright take without a word."""

from collections.abc import Iterator, Sequence

import summarize
from summarize import Document, Summarizer, Summary
from summarize.compat.transformers import pipeline
from summarize.evaluation import Rouge


class Longest:
    """A backend of one's own; its rows are plain lists."""

    def score(self, documents: Sequence[Document]) -> list[list[float]]:
        return [[float(each.words) for each in document.sentences] for document in documents]


def titles(texts: list[str]) -> Iterator[str]:
    with Summarizer(Longest()) as longest:
        for summary in longest.summarize_many(texts, sentences=1):
            yield summary.upper()


def shown(summary: Summary) -> str:
    first = summary.sentences[0]
    return f"{first.start}: {first.text} ({summary.compression_ratio:.1f})"


def measured(candidate: str, reference: str) -> float:
    return Rouge().score(candidate=candidate, references=reference)["rouge1"].fmeasure


def as_before(text: str) -> str:
    written: str = pipeline("summarization", model="a")(text)[0]["summary_text"]
    return written


print(shown(summarize.summarize("It rained.", backend="lead", sentences=1)))
