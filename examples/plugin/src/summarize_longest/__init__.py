"""A complete backend for `summarize`: a sentence's salience is its number of words."""

from collections.abc import Sequence

from summarize import Document


class Longest:
    """Rates long sentences high.

    Args:
        cap: words beyond so many do not count.
    """

    def __init__(self, *, cap: int = 40) -> None:
        if cap < 1:
            raise ValueError(f"cap={cap} must be 1 or more")
        self.cap = cap

    def score(self, documents: Sequence[Document], /) -> list[Sequence[float]]:
        """Return one number a sentence for each document."""
        return [
            [float(min(sentence.words, self.cap)) for sentence in document.sentences]
            for document in documents
        ]
