"""Fitting what tells the style that suits a document (:mod:`..style`).

:meta private:
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["fit_style"]

Vector = NDArray[np.float64]

_PENALTY = 1e-6
_STEPS = 60
_CONFIDENCE = 0.5  # articles of other sources than those fitted to are told apart less well
_DECIMALS = 4  # what differs between machines lies behind them


def fit_style(rows: Sequence[NDArray[np.int32]], styles: Sequence[int], vocabulary: int) -> Vector:
    """Fit the weights that :func:`..style.log_odds` reads.

    Args:
        rows: for each document the rows of its words in the lexicon's table.
        styles: for each document 1 if its reference is an opening paragraph, else 0.
        vocabulary: how many stems the lexicon has.
    """
    from scipy.optimize import minimize
    from scipy.sparse import csr_matrix

    known = [np.unique(own[own < vocabulary]) for own in rows]
    sizes = np.array([len(own) for own in known])
    values = np.repeat(1.0 / np.sqrt(np.maximum(sizes, 1)), sizes)
    ends = np.concatenate([[0], np.cumsum(sizes)])
    shape = (len(known), vocabulary)
    found = csr_matrix((values, np.concatenate(known), ends), shape=shape)
    transposed = found.T.tocsr()
    signs = np.where(np.asarray(styles) > 0, -1.0, 1.0)

    def loss(weights: Vector) -> tuple[float, Vector]:
        stems, constant = weights[:-1], weights[-1]
        margins = signs * (found @ stems + constant)
        slopes = signs / (1.0 + np.exp(-margins)) / len(signs)
        gradient = np.append(transposed @ slopes + _PENALTY * stems, slopes.sum())
        return np.logaddexp(0.0, margins).mean() + _PENALTY / 2 * (stems @ stems), gradient

    start = np.zeros(vocabulary + 1)
    result = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS})
    return np.asarray(_CONFIDENCE * np.round(result.x, _DECIMALS), np.float64)
