"""What is chosen by hand when newsrank is fitted.

:meta private:
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FitSettings"]


@dataclass(frozen=True, slots=True)
class FitSettings:
    """What is chosen by hand.

    Attributes:
        vector: the size of a word vector.
        hidden: the size of a sentence's vector.
        layers: how many layers see the neighbours and the document.
        oracle_passes, set_passes: how often the articles are seen in each of the two phases.
        rate: the highest learning rate.
        dropout, word_dropout: shares of sentence vectors and of word vectors that are blanked.
        whole_every: of the articles whose reference is their opening paragraph, one in so many is
            given whole, the paragraph in front; 0 for none.
        seed: of everything random.
    """

    vector: int = 24
    hidden: int = 64
    layers: int = 1
    oracle_passes: int = 1
    set_passes: int = 2
    rate: float = 2e-3
    dropout: float = 0.2
    word_dropout: float = 0.3
    whole_every: int = 7
    seed: int = 1
