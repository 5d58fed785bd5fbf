"""Which of the two styles suits a document, read off its words.

The log-odds of an opening paragraph against highlights are those of a logistic regression on which
stems a document has, however often, each weighing 1/√n in a document of n different ones. Places,
paragraphs and capitals are left out: they tell where a text was taken from rather than how it was
written.

:meta private:
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["log_odds"]

Vector = NDArray[np.float64]


def log_odds(
    weights: Vector, rows: NDArray[np.intp], of: NDArray[np.intp], documents: int
) -> Vector:
    """Return the log-odds of each document of a batch.

    Args:
        weights: of each stem of the lexicon, and behind them the constant.
        rows: for each stem of each document its row in the lexicon's table; those that are not in
            it count for nothing.
        of: the number of the document of each.
        documents: how many documents there are.
    """
    known = rows < len(weights) - 1
    of = of[known]
    total = np.bincount(of, weights[rows[known]], minlength=documents)
    stems = np.bincount(of, minlength=documents)
    return np.asarray(total / np.sqrt(np.maximum(stems, 1.0)) + weights[-1])
