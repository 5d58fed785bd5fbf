"""Lead: the opening sentences, which on news are hard to beat.

:meta private:
"""

from __future__ import annotations

from collections.abc import Sequence

from ..document import Document
from ..selection import opening

__all__ = ["Lead"]


class Lead:
    """Rates a sentence by its place: the first is the best.

    The summary is the document's opening, up to the first sentence that does not fit: Lead-3, the
    baseline of news summarisation, at three sentences. It is always a beginning of the document,
    and at least its first sentence.

    >>> Lead().score([Document.from_text("It rained. The river rose.")])
    [[1.0, 0.5]]
    """

    selector = staticmethod(opening)

    def score(self, documents: Sequence[Document], /) -> list[Sequence[float]]:
        """Return the reciprocal of each sentence's place."""
        return [
            [1 / place for place in range(1, len(document.sentences) + 1)] for document in documents
        ]
