"""Stand-ins for what other libraries no longer have."""

from __future__ import annotations

__all__ = ["transformers"]
