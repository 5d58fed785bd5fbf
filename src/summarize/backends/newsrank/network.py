"""The network that rates sentences, in NumPy, and its weights.

With x the features of sentence i, e the mean vector of its words, o that of its first word, v the
mean vector of the document's words, and x̄ the document's mean features:

    h  = relu(A [x, e, o, e ∘ v] + P[place] + B [x̄, v])
    h ← h + relu(Cₗ [hᵢ, hᵢ₋₁, hᵢ₊₁] + Dₗ [mean h, max h])        for each layer l
    y  = E h,   rating = (1 − t) y₁ + t y₂

y₁ rates a sentence as a highlight, y₂ as a part of an opening paragraph; t says how well the second
suits the document, see :mod:`.style`.

:meta private:
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .features import Features, Layout
from .style import log_odds
from .terms import Terms
from .weights import PLACES, STYLES, Arrays

__all__ = ["SPREAD", "Network", "Style", "product"]

Matrix = NDArray[np.float64]
Style = Literal["auto", "highlights", "lead"]

_STEP = 16  # rows; OpenBLAS computes them in fours, eights or sixteens, by the processor
_NUMBERS_AT_ONCE = 200_000  # multiplications; from 262,144 on, OpenBLAS starts threads
SPREAD = 4.0  # standard deviations at which a feature is clipped


class Network:
    """The network with its weights; see the module's docstring.

    Args:
        arrays: the weights by name, as :func:`.weights.load` returns them.

    Attributes:
        usual: the mean of each feature over what the network was fitted on.
    """

    def __init__(self, arrays: Arrays) -> None:
        self._vectors = arrays["vectors"].astype(np.int16)
        self._unit = arrays["unit"].astype(np.float64)
        self.usual = self._mean = arrays["mean"].astype(np.float64)
        self._deviation = arrays["deviation"].astype(np.float64)
        dense = {
            name: array.astype(np.float64)
            for name, array in arrays.items()
            if array.dtype == np.float32
        }
        self._sentence = dense["sentence"]
        self._document = dense["document"]
        self._place = dense["place"]
        layers = sum(name.startswith("near_") for name in arrays)
        self._near = [dense[f"near_{layer}"] for layer in range(layers)]
        self._far = [dense[f"far_{layer}"] for layer in range(layers)]
        self._bias = [dense[f"bias_{layer}"] for layer in range(layers)]
        self._rating = dense["rating"]
        self._style = dense["style"]

    def rate(self, found: Features, terms: Terms, places: Layout, style: Style) -> Matrix:
        """Rate the sentences of a batch.

        Args:
            found: what is seen of the batch.
            terms: its words.
            places: where the sentences belong.
            style: which of the two ratings; ``"auto"`` lets the document decide.
        """
        doc, first = places.document, places.first
        sizes = places.sizes[:, None]

        def mean(values: Matrix) -> Matrix:
            return np.add.reduceat(values, first) / sizes

        x = np.clip((found.matrix - self._mean) / self._deviation, -SPREAD, SPREAD)
        sums, opening = self._word_vectors(found.rows, terms)
        words = terms.counts[:, None]
        v = np.add.reduceat(sums, first) / np.maximum(np.add.reduceat(words, first), 1)
        e = sums / np.maximum(words, 1)
        own = product(np.concatenate([x, e, opening, e * v[doc]], axis=1), self._sentence)
        context = product(np.concatenate([mean(x), v], axis=1), self._document)
        h = np.maximum(own + self._place[np.minimum(places.place, PLACES - 1)] + context[doc], 0)

        is_last = np.ones(len(doc), np.bool_)
        is_last[:-1] = doc[1:] != doc[:-1]
        for near, far, bias in zip(self._near, self._far, self._bias, strict=True):
            before = np.zeros_like(h)
            before[1:] = h[:-1]
            before[first] = 0
            after = np.zeros_like(h)
            after[:-1] = h[1:]
            after[is_last] = 0
            context = np.concatenate([mean(h), np.maximum.reduceat(h, first)], axis=1)
            context = product(context, far) + bias
            around = product(np.concatenate([h, before, after], axis=1), near)
            h = h + np.maximum(around + context[doc], 0)

        ratings = product(h, self._rating)
        if style != "auto":
            return np.asarray(ratings[:, STYLES.index(style)])
        once = found.first
        of = doc[terms.sentence[once]]
        odds = log_odds(self._style, found.rows[once], of, len(first))
        share = (1 / (1 + np.exp(-odds)))[doc]
        return np.asarray((1 - share) * ratings[:, 0] + share * ratings[:, 1])

    def _word_vectors(self, rows: NDArray[np.intp], terms: Terms) -> tuple[Matrix, Matrix]:
        """The sum of each sentence's word vectors, and the vector of its first word.

        The sums are of whole numbers, and so the same everywhere.
        """
        total, size = len(terms.counts), self._vectors.shape[1]
        sums = np.zeros((total, size))
        opening = np.zeros((total, size))
        filled = terms.counts > 0
        if not filled.any():
            return sums, opening
        starts = (np.cumsum(terms.counts) - terms.counts)[filled]
        words = self._vectors.take(rows, axis=0)
        sums[filled] = np.add.reduceat(words, starts, dtype=np.int32) * self._unit
        opening[filled] = words[starts] * self._unit
        return sums, opening


def product(rows: Matrix, weights: Matrix) -> Matrix:
    """Return ``rows @ weights``, computed a few rows at a time.

    OpenBLAS does a product of so few numbers in one thread. In several, which is its choice for a
    larger one, each of a server's threads would wait for all the others': eight of them did 172
    texts a second, and 400 by this.

    >>> rows, weights = np.arange(70.0).reshape(35, 2), np.array([[1.0], [2.0]])
    >>> bool((product(rows, weights) == rows @ weights).all())
    True
    """
    inner, outer = weights.shape
    size = max(_NUMBERS_AT_ONCE // (inner * outer) // _STEP, 1) * _STEP
    whole = len(rows) // size * size
    result = np.empty((len(rows), outer))
    if whole:
        blocks = np.ascontiguousarray(rows[:whole]).reshape(-1, size, inner)
        np.matmul(blocks, weights, out=result[:whole].reshape(-1, size, outer))
    left = len(rows) - whole
    if left:
        padded = np.zeros((-(-left // _STEP) * _STEP, inner))
        padded[:left] = rows[whole:]
        result[whole:] = (padded @ weights)[:left]
    return result
