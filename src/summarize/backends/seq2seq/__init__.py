"""BART and any other encoder-decoder of Hugging Face, on transformers v5 or CTranslate2.

:meta private:
"""

from __future__ import annotations

from .backend import Seq2Seq

__all__ = ["Seq2Seq"]
