"""From documents to summaries by a backend that rates sentences.

:meta private:
"""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter

from ..backends.base import Extractive
from ..backends.calling import Reader
from ..document import Document
from ..length import Length
from ..selection import text_of, top
from ..summary import Summary, SummarySentence, summary_of

__all__ = ["summarize_by_scores"]


def summarize_by_scores(
    backend: Extractive, name: str, documents: Sequence[Document], length: Length
) -> list[Summary]:
    """Rate the sentences, choose those that fit the length, and join them.

    Args:
        backend: what rates them, and with its ``selector``, if it has one, chooses them.
        name: its name.
        documents: the documents, none of them empty.
        length: the ceiling.

    Raises:
        BackendLoadError: if the backend breaks its contract.
        BackendError: if it fails.

    >>> from summarize.backends.lead import Lead
    >>> document = Document.from_text("It rained. The river rose. Nobody was hurt.")
    >>> summarize_by_scores(Lead(), "lead", [document], Length(sentences=1))
    ['It rained.']
    """
    reader = Reader(backend, name, top)
    start = perf_counter()
    scores = reader.score(documents)
    seconds = (perf_counter() - start) / len(documents)
    return [
        _chosen(reader, name, document, row, length, seconds)
        for document, row in zip(documents, scores, strict=True)
    ]


def _chosen(
    reader: Reader,
    name: str,
    document: Document,
    scores: Sequence[float],
    length: Length,
    seconds: float,
) -> Summary:
    start = perf_counter()
    chosen = reader.choose(document, scores, length)
    sentences = tuple(_sentence(document, scores, index) for index in chosen)
    return summary_of(
        document,
        text_of(document, chosen),
        sentences,
        length,
        backend=name,
        timings={"backend": seconds, "select": perf_counter() - start},
    )


def _sentence(document: Document, scores: Sequence[float], index: int) -> SummarySentence:
    sentence = document.sentences[index]
    return SummarySentence(sentence.text, sentence.start, sentence.end, scores[index], (index,))
