"""One vocabulary for how long a summary may be: sentences, words or a share of the words."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .arguments import positive, whole_number
from .errors import InvalidLengthError

__all__ = ["Length"]

_DEFAULT_SENTENCES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """A ceiling on a summary's length; at most one of the three is set, none means 3 sentences.

    Args:
        sentences: at most so many sentences.
        words: at most so many words, as :func:`summarize.text.words.count_words` counts them.
        ratio: at most this share of the document's words, above 0 and up to 1.

    Raises:
        InvalidLengthError: for zero, negative numbers, NaN, infinities, bools, strings, a
            fractional count, or more than one of the three.

    >>> Length(words=60).word_limit(document_words=500)
    60
    >>> Length(ratio=0.2).word_limit(document_words=500)
    100
    >>> Length().sentences
    3
    """

    sentences: int | None = None
    words: int | None = None
    ratio: float | None = None

    def __post_init__(self) -> None:
        given = {
            name: value
            for name in ("sentences", "words", "ratio")
            if (value := getattr(self, name)) is not None
        }
        if len(given) > 1:
            raise InvalidLengthError(
                *list(given.items())[1],
                f"give only one of sentences=, words= and ratio= (got {' and '.join(given)})",
            )
        for name, value in given.items():
            if name == "ratio":
                object.__setattr__(self, name, positive(name, value, most=1, error=_refused))
            else:
                object.__setattr__(self, name, whole_number(name, value, error=_refused))
        if not given:
            object.__setattr__(self, "sentences", _DEFAULT_SENTENCES)

    def word_limit(self, document_words: int) -> int | None:
        """The ceiling in words for a document of so many, or ``None`` if sentences are counted."""
        if self.words is not None:
            return self.words
        if self.ratio is not None:
            # The small addition keeps 0.29 * 100 = 28.999… from costing a word.
            return math.floor(self.ratio * document_words + 1e-9)
        return None

    def to_dict(self) -> dict[str, float]:
        """The one that is set, such as ``{"sentences": 3}``."""
        fields = {"sentences": self.sentences, "words": self.words, "ratio": self.ratio}
        return {name: value for name, value in fields.items() if value is not None}


def _refused(parameter: str, value: object, reason: str) -> Exception:
    return InvalidLengthError(parameter, value, reason)
