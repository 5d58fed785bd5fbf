"""How many processes, and how many items each is given at once.

:meta private:
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from ..arguments import whole_number

__all__ = ["available_processors", "batches", "processes_of", "together"]

Item = TypeVar("Item")

_A_SECOND = 4  # short items that are surely done in one


def available_processors() -> int:
    """Return the number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def processes_of(jobs: int | str) -> int:
    """Return how many processes ``jobs`` asks for: a number, or ``"auto"``: one a processor.

    Raises:
        ValueError: if it is neither.

    >>> processes_of(3)
    3
    """
    if jobs == "auto":
        return available_processors()
    if isinstance(jobs, str):
        raise ValueError(f"jobs={jobs!r} must be a whole number, 1 or more, or 'auto'")
    return whole_number("jobs", jobs)


def batches(
    items: Iterable[Item], count: int, *, size: Callable[[Item], int], most: int
) -> Iterator[list[Item]]:
    """Cut items into lists of ``count``, and of fewer where their sizes add up to ``most``.

    >>> list(batches(["a", "bb", "ccc", "d"], 3, size=len, most=3))
    [['a', 'bb'], ['ccc'], ['d']]
    """
    batch: list[Item] = []
    total = 0
    try:
        for item in items:
            batch.append(item)
            total += size(item)
            if len(batch) == count or total >= most:
                yield batch
                batch, total = [], 0
    except Exception:  # what came before it is not lost
        if batch:
            yield batch
        raise
    if batch:
        yield batch


def together(limit: float | None, count: int) -> int:
    """Return how many short items, ``count`` at most, one process may be given at once.

    They share the time limit of one: if they are not done in it, all that was done is done again.

    >>> together(None, 64), together(60, 64), together(1, 64), together(0.1, 64)
    (64, 64, 4, 1)
    """
    return count if limit is None else min(max(int(limit * _A_SECOND), 1), count)
