"""What is measured of one summary: ROUGE by its references, and traits by its document.

:meta private:
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from ..document import Document
from ..summary import Summary
from ..support import check
from ..text.words import count_words
from .fragments import extractive_fragments, novel_ngrams
from .results import TRAITS, Array
from .rouge import Metric, Values
from .tokenizers import unicode_tokenizer

__all__ = ["Measure", "Output", "as_arrays"]


class Output(NamedTuple):
    """What a system gave for one article; ``summary`` is "" where it failed."""

    summary: str
    references: tuple[str, ...]
    document: str


class Measure:
    """A function that measures an :class:`Output`; it can be sent to another process.

    Coverage, density and novel bigrams compare lower-case tokens of any script, without stemming.
    They and the other traits are NaN for an empty summary, and where there is no document.

    Args:
        metric: how to score.
        support: whether to check each summary against its document as well.
        language: the documents' for that check; found if ``None``.
    """

    def __init__(
        self, metric: Metric, *, support: bool = False, language: str | None = None
    ) -> None:
        self.metric = metric
        self.support = support
        self.language = language
        self._tokenize = unicode_tokenizer(stem="none")

    def __call__(self, output: Output) -> tuple[list[Values], tuple[float, ...]]:
        """Return precision, recall and F1 by each metric, and the :data:`TRAITS`."""
        summary, references, document = output
        return self.metric.values(summary, references), self._traits(summary, document)

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(Measure, support=self.support, language=self.language), (self.metric,)

    def _traits(self, summary: str, document: str) -> tuple[float, ...]:
        if not summary.strip():
            return (math.nan,) * len(TRAITS)
        words = count_words(summary)
        if isinstance(summary, Summary):
            ratio, read = summary.compression_ratio, summary.read_fraction
        else:
            ratio = count_words(document) / words if words and document else math.nan
            read = math.nan
        written, given = self._tokenize(summary), self._tokenize(document)
        if not written or not given:
            return (words, ratio, read, *[math.nan] * (len(TRAITS) - 3))
        fragments = extractive_fragments(given, written)
        novel = novel_ngrams(given, written)
        supported = self._supported(summary, document)
        return (words, ratio, read, fragments.coverage, fragments.density, novel, supported)

    def _supported(self, summary: str, document: str) -> float:
        if not self.support:
            return math.nan
        given = Document.from_text(document, language=self.language)
        if isinstance(summary, Summary):
            return summary.check(given).score
        return check(summary, given).score


def as_arrays(
    measured: Sequence[tuple[list[Values], tuple[float, ...]]],
) -> tuple[Array, Array]:
    """Stack what :class:`Measure` returned: scores and traits, a row for each article."""
    scores, traits = zip(*measured, strict=True)
    return np.array(scores, dtype=np.float64), np.array(traits, dtype=np.float64)
