"""TextRank as sumy computes it, in time and memory linear in the document.

:meta private:
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sumy.models.dom import ObjectDocumentModel
from sumy.summarizers.text_rank import TextRankSummarizer

from ..document import Document
from .sumy import SumyBackend, words_of

__all__ = ["TextRank"]

Vector = NDArray[np.float64]
Indices = NDArray[np.signedinteger[Any]]

# Up to so many cells the count matrix is dense: NumPy alone is then faster than scipy.sparse,
# whose import takes longer than ranking an article.
_DENSE_CELLS = 2_000_000
_DENSE_SENTENCES = 1_000
_SHOWN_EDGES = 3
_PORTION = 20_000  # sentences
_CELLS = 4_000_000  # numbers that a step of the iteration computes at once


class LinearTextRankSummarizer(TextRankSummarizer):
    """sumy's TextRank with its matrix replaced by a product with it."""

    def rate_sentences(self, document: ObjectDocumentModel) -> dict[Any, float]:
        """Return sumy's rating of each sentence."""
        sentences = document.sentences
        ratings = self.rate_words([sentence.words for sentence in sentences])
        return dict(zip(sentences, ratings.tolist(), strict=True))

    def rate_words(self, words: Iterable[Sequence[str]]) -> Vector:
        """Return sumy's rating of each sentence, given its words."""
        lengths, columns = self.columns(words)
        return self._power_iteration(_edge_product(lengths, columns), len(lengths))

    def columns(self, words: Iterable[Sequence[str]]) -> tuple[Indices, Indices]:
        """Return how many words each sentence keeps, and the number of each of their stems.

        The words are seen once, a portion at a time: those of a long document are many times as
        large as their numbers.
        """
        numbers: dict[str, int] = {}
        known: dict[str, int | None] = {}
        lengths: list[NDArray[np.intc]] = []
        columns: list[NDArray[np.intc]] = []
        words = iter(words)
        while portion := list(islice(words, _PORTION)):
            for word in dict.fromkeys(chain.from_iterable(portion)):
                if word not in known:
                    if self.normalize_word(word) in self.stop_words:
                        known[word] = None
                    else:
                        known[word] = numbers.setdefault(self.stem_word(word), len(numbers))
            kept = [[n for word in words if (n := known[word]) is not None] for words in portion]
            lengths.append(np.fromiter(map(len, kept), np.intc, len(kept)))
            size = int(lengths[-1].sum())
            columns.append(np.fromiter(chain.from_iterable(kept), np.intc, size))
        return np.concatenate(lengths).astype(np.intp), np.concatenate(columns)

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

    def _score(self, document: Document, summarizer: Any) -> Sequence[float]:
        """Rate the sentences as sumy's classes do, without their objects: a long document would
        take gigabytes.
        """
        any_words = False

        def words() -> Iterator[Sequence[str]]:
            nonlocal any_words
            for sentence in words_of(document, self.tokenizer):
                any_words = any_words or bool(sentence)
                yield sentence

        with np.errstate(all="ignore"):
            ratings = summarizer.rate_words(words())
        if any_words and np.isfinite(ratings).all():
            return [float(rating) for rating in ratings]
        return [1 / place for place in range(1, len(ratings) + 1)]

    def explain(self, document: Document, numbers: Sequence[int], /) -> list[dict[str, float]]:
        """Return the strongest edges of these sentences: each weight by the other's number, from 1.

        They are computed a sentence at a time, so memory is linear in the document.
        """
        summarizer: Any = self._configured(document.language)
        words = words_of(document, self.tokenizer)
        lengths, columns = summarizer.columns(words)
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


def _edge_product(lengths: Indices, columns: Indices) -> Callable[[Vector], Vector]:
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
    distinct, group = np.unique(np.maximum(lengths, 1), return_inverse=True)
    logs = np.log(distinct)
    sums = logs[:, None] + logs
    damped = 1 / np.where(sums == 0, 1, sums)
    if size <= _DENSE_SENTENCES and size * width <= _DENSE_CELLS:
        rows = np.repeat(np.arange(size), lengths)
        counts = np.bincount(rows * width + columns, minlength=size * width)
        dense = counts.reshape(size, width).astype(float)
        edges = (dense @ dense.T) * damped[np.ix_(group, group)]
        return lambda x: edges @ x

    from scipy.sparse import csr_array

    starts = np.concatenate([[0], np.cumsum(lengths)])
    sparse = csr_array((np.ones(len(columns)), columns, starts), shape=(size, width))
    sparse.sum_duplicates()
    transposed = sparse.T.tocsr()
    values, vectors = np.linalg.eigh(damped)
    kept = np.abs(values) > np.finfo(float).eps * np.abs(values).max()
    values, vectors = values[kept], np.ascontiguousarray(vectors[:, kept])

    at_once = max(_CELLS // size, 1)
    portions = [slice(first, first + at_once) for first in range(0, len(values), at_once)]
    factors = vectors.take(group, axis=0) if len(portions) == 1 else None

    def product(x: Vector) -> Vector:
        total = np.zeros(size)
        for portion in portions:
            some = vectors[:, portion].take(group, axis=0) if factors is None else factors
            shared = sparse @ (transposed @ (some * x[:, None]))
            total += (some * shared) @ values[portion]
        return total

    return product
