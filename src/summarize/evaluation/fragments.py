"""How much of a summary is copied from its document.

Grusky, Naaman & Artzi (2018), "Newsroom: A Dataset of 1.3 Million Summaries with Diverse
Extractive Strategies", section 4.

:meta private:
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

__all__ = ["Fragments", "extractive_fragments", "novel_ngrams"]


@dataclass(frozen=True, slots=True)
class Fragments:
    """The extractive fragments of a summary.

    Attributes:
        coverage: Σ|f| ÷ |S|, the share of the summary's tokens that are in a fragment: 0 … 1.
        density: Σ|f|² ÷ |S|, the mean length of the fragment that a token of the summary is in.
    """

    coverage: float
    density: float


def extractive_fragments(document: Sequence[str], summary: Sequence[str]) -> Fragments:
    """Measure the fragments f of ``summary`` S: token runs that are also in ``document``.

    They are found greedily, as in figure 3 of the paper: from each token of the summary on, the
    longest run shared with the document; the next search begins behind it.

    >>> extractive_fragments("a b c d e f".split(), "b c d x f".split())
    Fragments(coverage=0.8, density=2.0)

    Raises:
        ValueError: if the summary has no token.
    """
    if not summary:
        raise ValueError("the summary has no token: its coverage is not defined")
    lengths = list(_fragment_lengths(document, summary))
    size = len(summary)
    return Fragments(sum(lengths) / size, sum(length * length for length in lengths) / size)


def novel_ngrams(document: Sequence[str], summary: Sequence[str], *, n: int = 2) -> float:
    """Return the share of the summary's distinct n-grams that the document does not have.

    As in See, Liu & Manning (2017), section 7.2, and SummEval; 0.0 for a summary of fewer than n
    tokens.

    >>> novel_ngrams("a b c d".split(), "a b d".split())
    0.5
    """
    ngrams = _ngrams(summary, n)
    return len(ngrams - _ngrams(document, n)) / len(ngrams) if ngrams else 0.0


def _ngrams(tokens: Sequence[str], n: int) -> set[tuple[str, ...]]:
    return set(zip(*(tokens[start:] for start in range(n)), strict=False))


def _fragment_lengths(document: Sequence[str], summary: Sequence[str]) -> Iterator[int]:
    places: dict[str, list[int]] = {}
    for place, token in enumerate(document):
        places.setdefault(token, []).append(place)
    start = 0
    while start < len(summary):
        longest = end = 0
        for place in places.get(summary[start], ()):
            if place < end:
                continue  # the paper's search goes on behind a run, not within it
            length = _shared(document, place, summary, start)
            end = place + length
            longest = max(longest, length)
        if longest:
            yield longest
        start += longest or 1


def _shared(document: Sequence[str], place: int, summary: Sequence[str], start: int) -> int:
    """Return how many tokens from ``place`` and from ``start`` on are the same."""
    length = 0
    most = min(len(document) - place, len(summary) - start)
    while length < most and document[place + length] == summary[start + length]:
        length += 1
    return length
