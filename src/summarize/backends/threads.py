"""Threads: how many NumPy's products take, and locks that a fork does not inherit as held.

:meta private:
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

__all__ = ["lock_across_forks", "one_blas_thread"]


def lock_across_forks() -> threading.Lock:
    """A lock for a module: a fork waits for it, as its child could not for a thread it lacks."""
    lock = threading.Lock()
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(
            before=lock.acquire, after_in_parent=lock.release, after_in_child=lock.release
        )
    return lock


class _Bound:
    """One thread for BLAS, as long as anybody holds it to that."""

    def __init__(self) -> None:
        self._lock = lock_across_forks()
        self._holders = 0
        self._limit: Any = None

    def hold(self) -> None:
        with self._lock:
            if not self._holders:
                self._limit = _blas().limit(limits=1, user_api="blas")
            self._holders += 1

    def leave(self) -> None:
        with self._lock:
            self._holders -= 1
            if not self._holders:
                self._limit.restore_original_limits()


_bound = _Bound()


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Let BLAS compute in the calling thread alone.

    On matrices of an article's size its other threads gain little and then wait in a loop, which
    takes a second processor for nothing: from a server's other threads, or another process. The
    setting is the whole process's: the first that comes makes it, and the last that goes puts back
    what was before.

    >>> with one_blas_thread(), one_blas_thread():
    ...     pass
    """
    _bound.hold()
    try:
        yield
    finally:
        _bound.leave()


@cache
def _blas() -> Any:
    """The libraries that are loaded; to look for them takes a millisecond or two."""
    import numpy  # noqa: F401 - whose library is to be found
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
