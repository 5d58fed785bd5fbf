"""Lead: the opening sentences, which on news are hard to beat.

:meta private:
"""

from __future__ import annotations

from collections.abc import Sequence

from ..document import Document

__all__ = ["Lead"]


class Lead:
    """Rates a sentence by its place: the first is the best.

    The summary is therefore the document's opening, as much of it as fits: Lead-3, the baseline
    of news summarisation, at three sentences.

    >>> Lead().score([Document.from_text("It rained. The river rose.")])
    [[1.0, 0.5]]
    """

    def score(self, documents: Sequence[Document], /) -> list[Sequence[float]]:
        """Return the reciprocal of each sentence's place."""
        return [
            [1 / place for place in range(1, len(document.sentences) + 1)] for document in documents
        ]
