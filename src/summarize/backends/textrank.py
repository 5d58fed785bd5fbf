"""TextRank as sumy computes it, in time and memory linear in the document.

:meta private:
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sumy.models.dom import ObjectDocumentModel
from sumy.summarizers.text_rank import TextRankSummarizer

from ..document import Document
from .sumy import SumyBackend, words_of

__all__ = ["TextRank"]

Vector = NDArray[np.float64]

# Up to so many cells the count matrix is dense: NumPy alone is then faster than scipy.sparse,
# whose import takes longer than ranking an article.
_DENSE_CELLS = 2_000_000
_DENSE_SENTENCES = 1_000
_SHOWN_EDGES = 3


class LinearTextRankSummarizer(TextRankSummarizer):
    """sumy's TextRank with its matrix replaced by a product with it."""

    def rate_sentences(self, document: ObjectDocumentModel) -> dict[Any, float]:
        """Return sumy's rating of each sentence."""
        sentences = document.sentences
        lengths, columns = self._columns([sentence.words for sentence in sentences])
        ratings = self._power_iteration(_edge_product(lengths, columns), len(sentences))
        return dict(zip(sentences, ratings.tolist(), strict=True))

    def _columns(self, words: Sequence[Sequence[str]]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return how many words each sentence keeps, and the number of each of their stems."""
        numbers: dict[str, int] = {}
        known: dict[str, int] = {}
        for word in dict.fromkeys(chain.from_iterable(words)):
            normal = self.normalize_word(word)
            if normal not in self.stop_words:
                known[word] = numbers.setdefault(self.stem_word(word), len(numbers))
        kept = [[known[word] for word in sentence if word in known] for sentence in words]
        lengths = np.fromiter(map(len, kept), np.intp, len(kept))
        return lengths, np.fromiter(chain.from_iterable(kept), np.intp, int(lengths.sum()))

    def _power_iteration(self, product: Callable[[Vector], Vector], size: int) -> Vector:
        """Sumy's power method: the same start, steps and stop, without renormalisation."""
        out = product(np.ones(size)) + self._ZERO_DIVISION_PREVENTION
        ranks = np.full(size, 1 / size)
        while True:
            jump = (1 - self.damping) / size * ranks.sum()
            following = self.damping * product(ranks / out) + jump
            change = np.linalg.norm(following - ranks)
            ranks = following
            if change <= self.epsilon:
                return ranks


class TextRank(SumyBackend):
    """TextRank: centrality in the graph of the words that sentences share.

    Mihalcea & Tarau (2004), "TextRank: Bringing Order into Text", in sumy's reading of it: the
    edge between two sentences of nᵢ and nⱼ words is the product of their word counts ÷ (log nᵢ +
    log nⱼ), and the ratings are those of sumy's power iteration with its damping of 0.85. They
    equal sumy's up to rounding, but sumy's n × n matrix is never built for a long document, so
    there is no limit on its length. See :class:`summarize.backends.sumy.SumyBackend` for the
    options.
    """

    name = "textrank"
    summarizer = LinearTextRankSummarizer

    def explain(self, document: Document, numbers: Sequence[int], /) -> list[dict[str, float]]:
        """Return the strongest edges of these sentences: each weight by the other's number, from 1.

        They are computed a sentence at a time, so memory is linear in the document.
        """
        summarizer: Any = self._configured(document.language)
        words = words_of(document, self.tokenizer)
        lengths, columns = summarizer._columns(words)
        product = _edge_product(lengths, columns)
        size = len(document.sentences)
        found = []
        for number in numbers:
            alone = np.zeros(size)
            alone[number] = 1.0
            edges = product(alone)
            edges[number] = 0.0
            best = np.argsort(-edges, kind="stable")[:_SHOWN_EDGES]
            found.append(
                {f"sentence {i + 1}": float(edges[i]) for i in best.tolist() if edges[i] > 0}
            )
        return found


def _edge_product(
    lengths: NDArray[np.intp], columns: NDArray[np.intp]
) -> Callable[[Vector], Vector]:
    """Return x ↦ W·x for sumy's symmetric matrix W of edge weights.

    Wᵢⱼ = cᵢⱼ · D(nᵢ, nⱼ) with c = X·Xᵀ the products of the count rows and D(a, b) = 1 / (log a +
    log b), or 1 if both have one word. D depends on the lengths only and decays so smoothly that
    its numerical rank is a few dozen: with D = Σₖ λₖ qₖqₖᵀ, W·x = Σₖ λₖ qₖ ∘ X·(Xᵀ·(qₖ ∘ x)), which
    needs no n × n matrix. Terms below the rounding error of D are left out.

    Args:
        lengths: the words of each sentence, n numbers.
        columns: the column in X of each word, sentence by sentence.
    """
    size = len(lengths)
    width = int(columns.max(initial=-1)) + 1
    rows = np.repeat(np.arange(size), lengths)
    distinct, group = np.unique(np.maximum(lengths, 1), return_inverse=True)
    logs = np.log(distinct)
    sums = logs[:, None] + logs
    damped = 1 / np.where(sums == 0, 1, sums)
    if size <= _DENSE_SENTENCES and size * width <= _DENSE_CELLS:
        counts = np.bincount(rows * width + columns, minlength=size * width)
        dense = counts.reshape(size, width).astype(float)
        edges = (dense @ dense.T) * damped[np.ix_(group, group)]
        return lambda x: edges @ x

    from scipy.sparse import csr_array

    shape = (size, width)
    sparse = csr_array((np.ones(len(columns)), (rows, columns)), shape=shape)
    transposed = sparse.T.tocsr()
    values, vectors = np.linalg.eigh(damped)
    kept = np.abs(values) > np.finfo(float).eps * np.abs(values).max()
    weights, factors = values[kept], vectors[group][:, kept]

    def product(x: Vector) -> Vector:
        shared = sparse @ (transposed @ (factors * x[:, None]))
        return np.asarray((factors * shared) @ weights)

    return product
