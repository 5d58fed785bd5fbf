"""Work on many items, in several processes where that is faster.

:meta private:
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from time import perf_counter
from typing import Any, TypeVar

__all__ = ["available_processors", "spread"]

Item = TypeVar("Item")
Result = TypeVar("Result")

_WARM_UP = 100  # items that are done first, to fill caches
_SAMPLE = 100  # items that are done next, to see how long one takes
_START_UP = 4.0  # seconds that new processes cost: they import everything anew
_CHUNK = 64


def available_processors() -> int:
    """Return the number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def spread(
    function: Callable[[Item], Result], items: Sequence[Item], *, processes: int
) -> list[Result]:
    """Return ``[function(item) for item in items]``.

    The first items are done in this process. Only if new ones would save more time on the rest
    than they cost are up to ``processes`` started, by *spawn*, which is safe next to threads and
    loaded models. The results and their order do not depend on it.
    """
    if processes < 1:
        raise ValueError(f"processes={processes!r} must be 1 or more")
    results = [function(item) for item in items[:_WARM_UP]]
    start = perf_counter()
    results += [function(item) for item in items[_WARM_UP : _WARM_UP + _SAMPLE]]
    rest = items[_WARM_UP + _SAMPLE :]
    expected = (perf_counter() - start) / _SAMPLE * len(rest)
    saved = expected * (1 - 1 / processes)
    if not rest or saved <= _START_UP:
        return results + [function(item) for item in rest]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, _install, (function,)) as pool:
        return results + list(pool.map(_call, rest, chunksize=_CHUNK))


_installed: list[Callable[[Any], Any]] = []


def _install(function: Callable[[Any], Any]) -> None:
    """Keep the function in a new process, where it may fill its caches for all its items."""
    _installed[:] = [function]


def _call(item: Any) -> Any:
    return _installed[0](item)
