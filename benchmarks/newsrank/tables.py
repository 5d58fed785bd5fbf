"""Writes the pages of this folder, each with the command and the versions behind it."""

from __future__ import annotations

import platform
import shlex
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path


def record(name: str, body: str) -> None:
    """Print ``body`` and write it to ``NAME.md`` beside this script."""
    command = " ".join(["python", *(shlex.quote(_shown(each)) for each in sys.argv)])
    versions = ", ".join(f"{each} {version(each)}" for each in ("torch", "numpy", "rouge_score"))
    page = f"{body}\n\nCommand: `{command}`  \nPython {platform.python_version()}, {versions}\n"
    print(page)
    Path(__file__).with_name(f"{name}.md").write_text(page, encoding="utf-8")


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _shown(argument: str) -> str:
    path = Path(argument)
    return f"PATH/{path.name}" if path.is_absolute() else argument
