"""How long and how large: one deadline for all steps, and rations of bytes.

:meta private:
"""

from __future__ import annotations

import math
from time import monotonic

from .refusals import NoPageError

__all__ = ["Deadline", "Ration"]


_LONGEST = 10.0**6  # seconds that one wait can be told


class Deadline:
    """The end of the time that all of a fetch may take.

    Args:
        timeout: the seconds from now.

    >>> 0 < Deadline(9.0).left() <= 9.0
    True
    """

    def __init__(self, timeout: float) -> None:
        self._end = monotonic() + timeout

    def left(self) -> float:
        """Return the seconds left.

        Raises:
            TimeoutError: if there are none.
        """
        left = self._end - monotonic()
        if left <= 0:
            raise TimeoutError
        return min(left, _LONGEST)


class Ration:
    """How many bytes may come.

    Args:
        max_bytes: how large a page may be; ``None`` for no limit.
        overhead: whether headers and the marks between chunks are counted too.

    >>> ration = Ration(9)
    >>> ration.take(9)
    >>> ration.take(1)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    summarize.readers.fetching.refusals.NoPageError: larger than the limit of 9 bytes; ...
    """

    def __init__(self, max_bytes: int | None, *, overhead: bool = False) -> None:
        self._limit = max_bytes or 0
        self._left = math.inf if max_bytes is None else max_bytes
        if overhead:
            self._left = 2 * self._left + 2**20

    def take(self, size: int) -> None:
        """Take ``size`` bytes of it.

        Raises:
            NoPageError: if fewer are left.
        """
        self._left -= size
        if self._left < 0:
            raise NoPageError(
                f"larger than the limit of {self._limit:,} bytes; max_bytes= raises it"
            )
