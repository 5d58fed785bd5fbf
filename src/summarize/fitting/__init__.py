"""Fit a backend to articles of one's own: ``summarize fit CORPUS --save …``.

:func:`fit_weights` makes weights for ``newsrank``, :func:`measure_weights` tells what they are
worth; :func:`fit_model` fine-tunes BART or another encoder-decoder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .model import fit_model
    from .newsrank import fit_weights, measure_weights
    from .settings import ModelSettings

__all__ = ["ModelSettings", "fit_model", "fit_weights", "measure_weights"]

_HOMES = {
    "ModelSettings": "settings",
    "fit_model": "model",
    "fit_weights": "newsrank",
    "measure_weights": "newsrank",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
