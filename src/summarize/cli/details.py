"""What showing a summary in its text needs besides the summary.

:meta private:
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..document import Document
    from ..summarizer import Summarizer
    from ..summary import Summary

__all__ = ["Details", "details"]


@dataclass(frozen=True, slots=True)
class Details:
    """What showing a summary needs besides it.

    Attributes:
        document: the document.
        scores: a score a sentence; ``None`` if the backend writes new text.
        reasons: what spoke for each sentence of the summary; ``None`` if the backend does not tell.
    """

    document: Document
    scores: tuple[float, ...] | None
    reasons: tuple[Mapping[str, float], ...] | None


def details(
    summarizer: Summarizer, document: Document, summary: Summary, *, reasons: bool
) -> Details:
    """Ask the backend what it made of a document."""
    from ..backends.base import Extractive

    if not isinstance(summarizer.backend, Extractive):
        return Details(document, None, None)
    chosen = [sentence.sources[0] for sentence in summary.sentences]
    why = summarizer.explain(document, chosen) if reasons else None
    return Details(document, summarizer.rank(document), why)
