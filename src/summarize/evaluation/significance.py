"""How sure a mean is, and whether two systems differ on the same documents.

:meta private:
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["bootstrap_intervals", "holm", "paired_p_values"]

Matrix = NDArray[np.float64]

_CELLS = 1 << 22  # random numbers held at once


def bootstrap_intervals(
    scores: ArrayLike, *, confidence: float = 0.95, resamples: int = 2000, seed: int = 0
) -> Matrix:
    """Return a bootstrap interval of the mean of each column.

    The documents (rows) are drawn again with replacement, ``resamples`` times, and the interval
    lies between two percentiles of the means that this gives. For n documents those are not
    (1 ∓ confidence) / 2 but Φ(±√(n/(n−1)) · t), with t the Student quantile for n − 1 degrees of
    freedom: Hesterberg's expanded percentile interval (2015, "What Teachers Should Know About the
    Bootstrap"), which is not too narrow for few documents, and the plain one for many.

    Args:
        scores: a row for each document, a column for each score; a single column may be flat.
        confidence: how often such intervals hold the true mean.
        resamples: how often the documents are drawn.
        seed: of the draws; the same seed and scores give the same intervals.

    Returns:
        A row (low, high) for each column; of a single document, its score twice.

    >>> bootstrap_intervals([0.2, 0.4, 0.3, 0.5, 0.1, 0.3]).round(2)
    array([[0.17, 0.43]])
    """
    columns = _columns(scores)
    documents = len(columns)
    if documents == 1:
        return np.repeat(columns.T, 2, axis=1)
    from scipy.special import ndtr, stdtrit

    generator = np.random.default_rng(seed)
    shares = np.full(documents, 1 / documents)
    means = np.concatenate(
        [
            generator.multinomial(documents, shares, size) @ columns / documents
            for size in _portions(resamples, documents)
        ]
    )
    quantile = stdtrit(documents - 1, (1 + confidence) / 2)
    outside = ndtr(-quantile * np.sqrt(documents / (documents - 1)))
    return np.asarray(np.quantile(means, [outside, 1 - outside], axis=0).T)


def paired_p_values(differences: ArrayLike, *, trials: int = 10_000, seed: int = 0) -> Matrix:
    """Return, for each column of paired differences, how likely so large a mean is by chance.

    Two-sided approximate randomisation (Noreen 1989; for summaries and translations Riezler &
    Maxwell 2005): if two systems were alike, each document's difference could as well have the
    other sign. The signs are drawn ``trials`` times, and p = (1 + k) / (1 + trials) with k the
    trials whose mean is at least as far from 0 as the one observed.

    Args:
        differences: a row for each document, a column for each comparison; a single column may be
            flat. All columns share one drawing of signs.
        trials: how often the signs are drawn.
        seed: of the draws.

    >>> paired_p_values([0.1, 0.2, 0.1, 0.3, 0.1, 0.2, 0.2, 0.1]) < 0.05
    array([ True])
    """
    columns = _columns(differences)
    documents = len(columns)
    generator = np.random.default_rng(seed)
    # A sum equal to the observed one but for rounding counts as at least as large.
    bar = np.abs(columns.sum(axis=0)) * (1 - 1e-9)
    extreme = np.zeros(columns.shape[1], np.int64)
    for size in _portions(trials, documents):
        signs = 1.0 - 2.0 * generator.integers(0, 2, (size, documents), dtype=np.int8)
        extreme += (np.abs(signs @ columns) >= bar).sum(axis=0)
    return np.asarray((1 + extreme) / (1 + trials))


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjust p-values for their number, by Holm's step-down method (1979).

    Calling each difference significant whose adjusted value is below α wrongly calls *any* so with
    probability at most α. With p₍₁₎ ≤ … ≤ p₍ₘ₎, the adjusted value is the largest of
    (m − j + 1) · p₍ⱼ₎ over j ≤ i, and at most 1.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    adjusted = [0.0] * len(p_values)
    largest = 0.0
    ranking = sorted(range(len(p_values)), key=p_values.__getitem__)
    for place, index in enumerate(ranking):
        largest = max(largest, min(1.0, (len(p_values) - place) * p_values[index]))
        adjusted[index] = largest
    return adjusted


def _columns(values: ArrayLike) -> Matrix:
    array: NDArray[Any] = np.asarray(values, dtype=np.float64)
    columns = array[:, None] if array.ndim == 1 else array
    if not len(columns):
        raise ValueError("there must be at least one document")
    return columns


def _portions(total: int, width: int) -> Iterator[int]:
    """Cut ``total`` rows of so many cells into portions that fit into memory."""
    portion = max(1, _CELLS // width)
    for start in range(0, total, portion):
        yield min(portion, total - start)
