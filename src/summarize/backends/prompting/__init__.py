"""What a model that follows instructions is asked, and what of its answer is a summary.

:meta private:
"""

from __future__ import annotations

from .answers import cleaned, judged, refuses, shortened
from .asking import Asking, longest_brief
from .instructions import Prompt, encodable, messages

__all__ = [
    "Asking",
    "Prompt",
    "cleaned",
    "encodable",
    "judged",
    "longest_brief",
    "messages",
    "refuses",
    "shortened",
]
