"""The error that each step of fetching raises; :func:`.fetch` adds the URL.

:meta private:
"""

from __future__ import annotations

__all__ = ["NoPageError"]


class NoPageError(Exception):
    """There is no page to be had.

    Args:
        reason: why, and what can be done, in a few words.

    >>> NoPageError("the page is gone for good").reason
    'the page is gone for good'
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
