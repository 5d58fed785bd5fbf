"""What asking a model for leads has in common, wherever the model is.

:meta private:
"""

from __future__ import annotations

from collections.abc import Sequence

from ...document import Document
from ...errors import GenerationError
from ...length import Length
from ..base import Brief, Draft

__all__ = ["Asking", "longest_brief"]


class Asking:
    """A backend that is asked by briefs: ``generate``, and the room that a prompt leaves.

    Attributes:
        window: how many tokens a text may have.
    """

    window: int
    _context: int

    def generate_for(self, briefs: Sequence[Brief], /) -> list[Draft | GenerationError]:
        """Write a draft for each brief, in their order."""
        raise NotImplementedError

    def generate(self, texts: Sequence[str], length: Length, /) -> list[Draft]:
        """Write a draft for each text; the library calls ``generate_for``, which knows more.

        Raises:
            GenerationError: at the first text for which none came.
        """
        drafts = []
        briefs = [Brief(text, Document.from_text(text), length) for text in texts]
        for draft in self.generate_for(briefs):
            if isinstance(draft, GenerationError):
                raise draft
            drafts.append(draft)
        return drafts

    def _fit_into(self, context: int, used: int, max_tokens: int) -> None:
        """Take what is left of the context for texts.

        Raises:
            ValueError: if nothing is.
        """
        if context <= used:
            raise ValueError(
                f"a window of {context} tokens has no room for a text: the prompt and max_tokens="
                f"{max_tokens} take {used}"
            )
        self._context, self.window = context, context - used


def longest_brief() -> Brief:
    """A brief of an empty text with all that a prompt may have besides: what the room is for."""
    return Brief("x", Document.from_text("x", language="en", title="x " * 50), Length(words=1000))
