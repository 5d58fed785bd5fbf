"""Where fitting starts from: word vectors by latent semantic analysis of the articles.

:meta private:
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import svds

__all__ = ["latent_vectors"]

_SCALE = 0.1  # of an entry, root mean square
_DECIMALS = 4  # what differs between machines lies behind them


def latent_vectors(
    rows: Sequence[NDArray[np.int32]], idf: NDArray[np.float64], size: int
) -> NDArray[np.float64]:
    """Return a vector for each stem by truncated singular value decomposition.

    With M the matrix of documents × stems of (1 + log frequency) · idf, its rows of unit length,
    and M ≈ U S Vᵀ, they are the rows of V S^½, all of one length (Deerwester et al. 1990, Indexing
    by latent semantic analysis). Where there are too few documents, they have fewer columns.

    Args:
        rows: for each document the rows of its words in the lexicon's table.
        idf: of each stem, and behind them that of an unknown one, whose vector is zero.
        size: how many columns are wanted.
    """
    stems = len(idf) - 1
    found = [np.unique(own[own < stems], return_counts=True) for own in rows]
    weights = [(1.0 + np.log(counts)) * idf[own] for own, counts in found]
    values = [own / max(float(np.linalg.norm(own)), 1e-9) for own in weights]
    ends = np.concatenate([[0], np.cumsum([len(own) for own in values])])
    matrix = csr_matrix(
        (np.concatenate(values), np.concatenate([own for own, _ in found]), ends),
        shape=(len(rows), stems),
    )
    size = min(size, min(matrix.shape) - 1)
    vectors = np.zeros((stems + 1, max(size, 0)))
    if size > 0:
        start = np.ones(min(matrix.shape))
        _, scale, transposed = svds(matrix, k=size, v0=start)
        vectors[:-1] = transposed.T[:, ::-1] * np.sqrt(scale[::-1])
        columns = np.arange(size)
        vectors *= np.sign(vectors[np.abs(vectors).argmax(axis=0), columns])
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors *= _SCALE * np.sqrt(size) / np.maximum(lengths, 1e-9)
    return np.round(vectors, _DECIMALS)
