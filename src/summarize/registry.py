"""Names of backends, and how each is found. Listing them imports none of them."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from .backends.base import BackendInfo, Kind
from .errors import BackendLoadError, MissingDependencyError, UnknownBackendError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

__all__ = ["BUILT_IN", "DEFAULT_BACKEND", "ENTRY_POINT_GROUP", "BuiltIn", "available", "load"]

DEFAULT_BACKEND = "newsrank"
ENTRY_POINT_GROUP = "summarize.backends"
_DISTRIBUTION = "summarize"


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """One of our own backends: where its class is, and what must be importable for it."""

    target: str
    kind: Kind
    requires: tuple[str, ...] = ()
    extra: str | None = None


_SUMY = ("sumy", "nltk", "numpy", "Stemmer")
_BART = ("torch", "transformers")
_CHAT = ("httpx2",)

BUILT_IN: Mapping[str, BuiltIn] = MappingProxyType(
    {
        "lead": BuiltIn("summarize.backends.lead:Lead", "extractive"),
        "textrank": BuiltIn("summarize.backends.textrank:TextRank", "extractive", _SUMY),
        "newsrank": BuiltIn(
            "summarize.backends.newsrank:NewsRank", "extractive", ("numpy", "Stemmer")
        ),
        "lexrank": BuiltIn("summarize.backends.sumy:LexRank", "extractive", _SUMY),
        "lsa": BuiltIn("summarize.backends.sumy:LSA", "extractive", _SUMY),
        "luhn": BuiltIn("summarize.backends.sumy:Luhn", "extractive", _SUMY),
        "kl": BuiltIn("summarize.backends.sumy:KLSum", "extractive", _SUMY),
        "sum-basic": BuiltIn("summarize.backends.sumy:SumBasic", "extractive", _SUMY),
        "reduction": BuiltIn("summarize.backends.sumy:Reduction", "extractive", _SUMY),
        "bart": BuiltIn("summarize.backends.seq2seq:Seq2Seq", "abstractive", _BART, "bart"),
        "seq2seq": BuiltIn("summarize.backends.seq2seq:Seq2Seq", "abstractive", _BART, "bart"),
        "instruct": BuiltIn("summarize.backends.instruct:Instruct", "abstractive", _BART, "bart"),
        "chat": BuiltIn("summarize.backends.chat:Chat", "abstractive", _CHAT, "chat"),
    }
)


def available() -> tuple[BackendInfo, ...]:
    """List every backend there is, ours first, then plugins by name; import none of them.

    >>> [info.name for info in available()][:2]
    ['lead', 'textrank']
    """
    ours = [
        BackendInfo(name, entry.kind, entry.extra, _missing(entry) is None, _DISTRIBUTION)
        for name, entry in BUILT_IN.items()
    ]
    theirs = [
        BackendInfo(name, None, None, True, " and ".join(_distributions(points)))
        for name, points in sorted(_plugins().items())
    ]
    return (*ours, *theirs)


def load(name: str) -> type[Any]:
    """Import the backend called ``name`` and return its class.

    Raises:
        UnknownBackendError: if no backend has that name.
        MissingDependencyError: if it needs a package that is not installed.
        BackendLoadError: if importing it fails, or two distributions claim the name.
    """
    if not isinstance(name, str):
        raise TypeError(f"backend must be a name, not {type(name).__name__}")
    entry = BUILT_IN.get(name)
    if entry is not None:
        missing = _missing(entry)
        if missing is not None:
            requirement = f"summarize[{entry.extra}]" if entry.extra else "summarize"
            raise MissingDependencyError(f"backend {name!r}", missing, requirement)
        module, _, attribute = entry.target.partition(":")
        loaded: type[Any] = getattr(importlib.import_module(module), attribute)
        return loaded
    points = _plugins().get(name)
    if points is None:
        raise UnknownBackendError(name, [info.name for info in available()])
    return _load_plugin(name, points)


def _missing(entry: BuiltIn) -> str | None:
    """The first package that a built-in backend needs and cannot have, found without importing."""
    for package in entry.requires:
        if sys.modules.get(package) is None and not _found(package):
            return package
    return None


def _found(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ValueError:  # of a module that is marked as not there
        return False


def _plugins() -> dict[str, list[EntryPoint]]:
    """Every plugin's entry points by name; the names of our own backends are reserved."""
    from importlib.metadata import entry_points  # 25 ms that a built-in backend need not pay

    plugins: dict[str, list[EntryPoint]] = {}
    for point in entry_points(group=ENTRY_POINT_GROUP):
        if point.name not in BUILT_IN:
            plugins.setdefault(point.name, []).append(point)
    return plugins


def _distributions(points: list[EntryPoint]) -> list[str]:
    return sorted({point.dist.name if point.dist else point.value for point in points})


def _load_plugin(name: str, points: list[EntryPoint]) -> type[Any]:
    owners = _distributions(points)
    if len(owners) > 1:
        raise BackendLoadError(
            name, f"the distributions {' and '.join(owners)} both claim it; uninstall one"
        )
    try:
        loaded: type[Any] = points[0].load()
    except (Exception, SystemExit) as error:
        reason = f"{points[0].value!r} of {owners[0]} fails to import: {error!r}"
        raise BackendLoadError(name, reason) from error
    return loaded
