"""What newsrank sees of each sentence, in one pass over a batch of documents.

Every feature is a sum, mean or maximum over the words of a sentence of something that is known of
the word in its document, so time and memory are linear in the words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...document import Document
from .terms import Terms

__all__ = ["NAMES", "Layout", "features", "layout"]

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

NAMES: tuple[str, ...] = ()
