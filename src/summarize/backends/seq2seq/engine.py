"""What an engine is: tokens in, tokens out.

:meta private:
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from .settings import GenerationSettings, Limits

__all__ = ["Engine"]


class Engine(Protocol):
    """A loaded model that writes.

    Attributes:
        name: ``"torch"`` or ``"ctranslate2"``.
        device: where it runs, such as ``"cuda"``.
        dtype: the type of its weights, such as ``"float32"``.
    """

    name: str
    device: str
    dtype: str

    def obstacle(self, settings: GenerationSettings) -> str | None:
        """Why it cannot write by these settings; ``None`` if it can."""
        ...

    def generate(
        self, texts: Sequence[Sequence[int]], settings: GenerationSettings, limits: Limits
    ) -> list[list[int]]:
        """Write a draft for each text, as tokens, the decoder's start token included.

        ``limits`` has the lengths, whatever ``settings`` say.
        """
        ...

    def close(self) -> None:
        """Let go of the model."""
        ...
