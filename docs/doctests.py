"""Shows the doctests of docstrings as code, whatever section of a docstring they stand behind."""

from __future__ import annotations

import re
from typing import Any

import griffe

_EXAMPLE = re.compile(r"(?m)(?:^>>>.*\n(?:.+\n?)*)+")


class Fenced(griffe.Extension):
    """Puts a fence around each example, and leaves the mark for Sphinx out."""

    def on_instance(self, *, obj: griffe.Object, **_: Any) -> None:
        """Rewrite an object's docstring."""
        if obj.docstring is not None:
            text = obj.docstring.value.replace("\n\n:meta private:", "")
            obj.docstring.value = _EXAMPLE.sub(
                lambda match: f"```python\n{match[0].rstrip()}\n```\n", text
            )
