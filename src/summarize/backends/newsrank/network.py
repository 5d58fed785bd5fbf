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

from typing import Any, Literal

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
        self._lanes = _Lanes(self._vectors)
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
        total, step = len(doc), self._unit.size
        seen = len(self.usual)

        def mean(values: Matrix) -> Matrix:
            return np.asarray(np.add.reduceat(values, first) / sizes)

        # What is multiplied is put together where it stands: for a single text, the calls of NumPy
        # cost more than what they compute.
        given = _rows(total, len(self._sentence))
        x, e = given[:total, :seen], given[:total, seen : seen + step]
        opening, common = given[:total, -2 * step : -step], given[:total, -step:]
        np.subtract(found.matrix, self._mean, out=x)
        np.divide(x, self._deviation, out=x)
        np.minimum(np.maximum(x, -SPREAD, out=x), SPREAD, out=x)
        sums = self._word_vectors(found.rows, terms, opening)
        words = terms.counts[:, None]
        v = np.add.reduceat(sums, first) / np.maximum(np.add.reduceat(words, first), 1)
        np.divide(sums, np.maximum(words, 1), out=e)
        np.multiply(e, v.take(doc, 0), out=common)
        own = product(given, self._sentence)[:total]
        context = product(np.concatenate([mean(x), v], axis=1), self._document)
        h = own + self._place.take(np.minimum(places.place, PLACES - 1), 0) + context.take(doc, 0)
        np.maximum(h, 0, out=h)

        last = first + places.sizes - 1
        for near, far, bias in zip(self._near, self._far, self._bias, strict=True):
            size = h.shape[1]
            around = _rows(total, 3 * size)
            around[:total, :size] = h
            around[1:total, size : 2 * size] = h[:-1]
            around[first, size : 2 * size] = 0
            around[: total - 1, 2 * size :] = h[1:]
            around[last, 2 * size :] = 0
            context = np.concatenate([mean(h), np.maximum.reduceat(h, first)], axis=1)
            context = product(context, far) + bias
            found_near = product(around, near)[:total] + context.take(doc, 0)
            h = h + np.maximum(found_near, 0, out=found_near)

        ratings = product(h, self._rating)
        if style != "auto":
            return np.asarray(ratings[:, STYLES.index(style)])
        once = found.first
        of = doc.take(terms.sentence[once])
        odds = log_odds(self._style, found.rows[once], of, len(first))
        share = (1 / (1 + np.exp(-odds))).take(doc)
        return np.asarray((1 - share) * ratings[:, 0] + share * ratings[:, 1])

    def _word_vectors(
        self, rows: NDArray[np.intp], terms: Terms, opening: Matrix
    ) -> NDArray[np.float64]:
        """The sum of each sentence's word vectors; ``opening`` takes the vector of its first word.

        The sums are of whole numbers, and so the same everywhere.
        """
        total, size = len(terms.counts), self._vectors.shape[1]
        filled = terms.counts > 0
        starts = terms.counts.cumsum() - terms.counts
        if filled.all() and total:
            np.multiply(self._vectors.take(rows.take(starts), 0), self._unit, out=opening)
            return self._lanes.sums(rows, starts, terms.counts) * self._unit
        sums = np.zeros((total, size))
        opening[:] = 0
        if filled.any():
            starts = starts[filled]
            sums[filled] = self._lanes.sums(rows, starts, terms.counts[filled]) * self._unit
            opening[filled] = self._vectors.take(rows.take(starts), 0) * self._unit
        return sums


class _Lanes:
    """Vectors of small whole numbers, three of them in one of 64 bits: NumPy adds a row of eight
    numbers five times as fast as one of 24.

    Args:
        vectors: a row each.

    >>> lanes = _Lanes(np.array([[1, -2], [-3, 4], [5, 6]]))
    >>> lanes.sums(np.array([0, 1, 2, 2]), np.array([0, 2]), np.array([2, 2])).tolist()
    [[-2, 2], [10, 12]]
    """

    _count, _bits = 3, 21

    def __init__(self, vectors: NDArray[np.integer[Any]]) -> None:
        self._vectors = vectors.astype(np.int64)
        number, self._size = vectors.shape
        columns = -(-self._size // self._count)
        padded = np.zeros((number, columns * self._count), np.int64)
        padded[:, : self._size] = vectors
        shifts = np.arange(self._count) * self._bits
        self._packed = (padded.reshape(number, columns, self._count) << shifts).sum(axis=2)
        self._half = 1 << (self._bits - 1)
        self._most = (self._half - 1) // max(int(np.abs(self._vectors).max(initial=0)), 1)

    def sums(
        self, rows: NDArray[np.intp], starts: NDArray[np.intp], counts: NDArray[np.intp]
    ) -> NDArray[np.int64]:
        """The sums of runs of rows, of which none is empty."""
        if counts.max() > self._most:  # which no lane has room for
            return np.asarray(np.add.reduceat(self._vectors.take(rows, 0), starts))
        left = np.add.reduceat(self._packed.take(rows, 0), starts)
        sums = np.empty((*left.shape, self._count), np.int64)
        for lane in range(self._count):
            # the lowest bits, as a number with a sign; what they borrowed goes back
            own = ((left + self._half) & (2 * self._half - 1)) - self._half
            sums[..., lane] = own
            left = (left - own) >> self._bits
        return sums.reshape(len(sums), -1)[:, : self._size]


def _rows(count: int, width: int) -> Matrix:
    """Zeros for so many rows and as many more as make their number a multiple of a step."""
    return np.zeros((-(-count // _STEP) * _STEP, width))


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
    if not whole:
        return _padded_product(rows, weights)
    result = np.empty((len(rows), outer))
    blocks = np.ascontiguousarray(rows[:whole]).reshape(-1, size, inner)
    np.matmul(blocks, weights, out=result[:whole].reshape(-1, size, outer))
    if whole < len(rows):
        result[whole:] = _padded_product(rows[whole:], weights)
    return result


def _padded_product(rows: Matrix, weights: Matrix) -> Matrix:
    """The same for rows that are few, with others behind them up to a whole number of steps."""
    left = len(rows)
    if left % _STEP == 0:
        return np.asarray(np.ascontiguousarray(rows) @ weights)
    padded = _rows(left, rows.shape[1])
    padded[:left] = rows
    return np.asarray((padded @ weights)[:left])
