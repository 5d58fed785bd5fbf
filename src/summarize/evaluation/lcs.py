"""Longest common subsequences, by bit-parallel rows instead of a table of numbers.

With t[i][j] the length of the longest common subsequence of the first i reference tokens and the
first j candidate tokens, a column j is held as one integer Vⱼ whose bit i − 1 is *clear* where
t[i][j] = t[i−1][j] + 1. From one column to the next, with M the bits at which the reference has
candidate token j::

    U = V & M        V ← (V + U) | (V − U)

Crochemore, Iliopoulos, Pinzon & Reid (2001), "A fast and practical bit-vector algorithm for the
longest common subsequence problem"; the form is Hyyrö's (2004). Lengths and chosen tokens are
those of rouge_score 0.1.2, which fills the table.

:meta private:
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

__all__ = ["lcs_indices", "lcs_length", "union_lcs_hits"]

Tokens = Sequence[str]


def lcs_length(reference: Tokens, candidate: Tokens) -> int:
    """Return the length of the longest common subsequence.

    >>> lcs_length("the cat sat on the mat".split(), "the mat sat on a cat".split())
    3
    """
    if not reference:
        return 0
    column = _columns(reference, candidate)[-1]
    return len(reference) - column.bit_count()


def lcs_indices(reference: Tokens, candidate: Tokens) -> list[int]:
    """Return the places in ``reference`` of one longest common subsequence, last place first.

    Of several, the one that rouge_score reads out of its table: from the end, a match is taken;
    failing that, the candidate's token is passed over if t[i][j−1] > t[i−1][j], which without a
    match means that bit i − 1 of column j is clear, else the reference's.

    >>> lcs_indices(list("abcb"), list("xbcab"))
    [3, 2, 1]
    """
    columns = _columns(reference, candidate)
    i, j = len(reference), len(candidate)
    chosen: list[int] = []
    while i and j:
        if reference[i - 1] == candidate[j - 1]:
            i -= 1
            j -= 1
            chosen.append(i)
        elif columns[j] >> (i - 1) & 1:
            i -= 1
        else:
            j -= 1
    return chosen


def union_lcs_hits(references: Sequence[Tokens], candidates: Sequence[Tokens]) -> int:
    """Return the number of reference tokens that summary-level ROUGE-L counts as found.

    For each reference sentence, the union over all candidate sentences of the tokens on a longest
    common subsequence; no token counts more often than either side has it (Lin 2004, section 3.2,
    with the clipping of ROUGE-1.5.5).

    >>> union_lcs_hits([list("abcde")], [list("abfgh"), list("acifejkl"[:6])])
    4
    """
    left_references = Counter(token for sentence in references for token in sentence)
    left_candidates = Counter(token for sentence in candidates for token in sentence)
    hits = 0
    for reference in references:
        union: set[int] = set()
        for candidate in candidates:
            union.update(lcs_indices(reference, candidate))
        for index in sorted(union):
            token = reference[index]
            if left_candidates[token] > 0 and left_references[token] > 0:
                hits += 1
                left_candidates[token] -= 1
                left_references[token] -= 1
    return hits


def _columns(reference: Tokens, candidate: Tokens) -> list[int]:
    """Return V₀ … Vₙ for the n candidate tokens."""
    places: dict[str, int] = {}
    for index, token in enumerate(reference):
        places[token] = places.get(token, 0) | 1 << index
    full = (1 << len(reference)) - 1
    column = full
    columns = [column]
    for token in candidate:
        matches = column & places.get(token, 0)
        if matches:
            column = ((column + matches) | (column - matches)) & full
        columns.append(column)
    return columns
