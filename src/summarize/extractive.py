"""From documents to summaries by a backend that rates sentences.

:meta private:
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from time import perf_counter

from .backends.base import Extractive, broken
from .document import Document
from .length import Length
from .selection import joined, top
from .summary import Summary, SummarySentence, summary_of

__all__ = ["extract"]


def extract(
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

    >>> from summarize.backends.lead import Lead
    >>> document = Document.from_text("It rained. The river rose. Nobody was hurt.")
    >>> extract(Lead(), "lead", [document], Length(sentences=1))
    ['It rained.']
    """
    start = perf_counter()
    scores = _scores(backend, name, documents)
    seconds = (perf_counter() - start) / len(documents)
    return [
        _chosen(backend, name, document, row, length, seconds)
        for document, row in zip(documents, scores, strict=True)
    ]


def _scores(
    backend: Extractive, name: str, documents: Sequence[Document]
) -> Sequence[Sequence[float]]:
    returned = backend.score(documents)
    try:
        scores = [list(row) for row in returned]
        finite = all(math.isfinite(score) for row in scores for score in row)
    except TypeError as error:
        raise broken(name, "something else than rows of numbers") from error
    if len(scores) != len(documents):
        raise broken(name, f"{len(scores)} results for {len(documents)} documents")
    for document, row in zip(documents, scores, strict=True):
        if len(row) != len(document.sentences):
            raise broken(name, f"{len(row)} scores for {len(document.sentences)} sentences")
    if not finite:
        raise broken(name, "a score that is not finite")
    return scores


def _chosen(
    backend: Extractive,
    name: str,
    document: Document,
    scores: Sequence[float],
    length: Length,
    seconds: float,
) -> Summary:
    start = perf_counter()
    chosen = list(getattr(backend, "selector", top)(document, scores, length))
    if not chosen or chosen != sorted(set(chosen) & set(range(len(document.sentences)))):
        raise broken(name, f"a selector that chose {chosen}")
    sentences = tuple(_sentence(document, scores, index) for index in chosen)
    return summary_of(
        document,
        joined(document, chosen),
        sentences,
        length,
        backend=name,
        timings={"backend": seconds, "select": perf_counter() - start},
    )


def _sentence(document: Document, scores: Sequence[float], index: int) -> SummarySentence:
    sentence = document.sentences[index]
    score = float(scores[index])
    return SummarySentence(sentence.text, sentence.start, sentence.end, score, (index,))
