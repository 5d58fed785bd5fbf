"""Reading within a limit of time, by a process that is ended when it takes longer.

:meta private:
"""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from ..arguments import positive, stacklevel
from ..document import Document
from ..errors import ReadError
from ..workers import in_order
from .sources import name_of

__all__ = ["read_within"]

_Told = tuple[Document | Exception, list[Warning]]


def read_within(
    limit: float, read: Callable[..., Document], source: object, options: Mapping[str, Any]
) -> Document:
    """Call ``read(source, **options)`` in another process, and pass on what comes of it.

    Raises:
        ReadError: if it takes longer than ``limit`` seconds, or the process dies with it twice.
        TypeError: if another process cannot have the source.
        Exception: what ``read`` raises.
    """
    limit = positive("time_limit", limit, unit="of seconds, or None for no limit")
    if not isinstance(source, str | os.PathLike | io.BytesIO | io.StringIO):
        raise TypeError(
            "with time_limit= source must be a path, a URL, a text, a BytesIO or a StringIO, which "
            f"another process can read, not {type(source).__name__}"
        )
    name = name_of(source, format=options.get("format"))
    told: list[_Told] = list(
        in_order(
            partial(_opened, read, options),
            [[source]],
            processes=1,
            lost=partial(_lost, name),
            limit=limit,
            late=partial(_late, name, limit),
        )
    )
    [(found, warned)] = told
    for warning in warned:
        warnings.warn(warning, stacklevel=stacklevel())
    if isinstance(found, Exception):
        raise found
    return found


@contextmanager
def _opened(
    read: Callable[..., Document], options: Mapping[str, Any]
) -> Iterator[Callable[[Sequence[Any]], list[_Told]]]:
    yield partial(_read_all, read, options)


def _read_all(
    read: Callable[..., Document], options: Mapping[str, Any], sources: Sequence[Any]
) -> list[_Told]:
    results: list[_Told] = []
    for source in sources:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                found: Document | Exception = read(source, **options)
            except Exception as error:
                found = error
        told = [each.message for each in caught]
        results.append((found, [each for each in told if isinstance(each, UserWarning)]))
    return results


def _lost(name: str, source: object, exit_code: int | None) -> _Told:
    return ReadError(name, f"the process that read it died (exit status {exit_code})"), []


def _late(name: str, limit: float, source: object) -> _Told:
    return ReadError(name, f"it was not read in {limit:g} s, its time_limit"), []
