"""What a model that follows instructions is asked, and what of its answer is a summary.

:meta private:
"""

from __future__ import annotations

from .answers import cleaned, refuses
from .instructions import Prompt, encodable, messages

__all__ = ["Prompt", "cleaned", "encodable", "messages", "refuses"]
