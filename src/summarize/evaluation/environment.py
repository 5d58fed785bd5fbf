"""What a measurement was made with.

:meta private:
"""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ..version import __version__

__all__ = ["environment"]

_PACKAGES = ("numpy", "nltk", "rouge_score", "sentencex", "sumy", "torch", "transformers")


def environment() -> dict[str, str]:
    """Return the versions of what has a say in scores and times, the processor and the date."""
    found = {"summarize": __version__, "python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    found["platform"] = f"{platform.system()} {platform.machine()}"
    found["processor"] = f"{_processor()}, {os.cpu_count()} cores"
    found["date"] = datetime.now(UTC).isoformat(timespec="seconds")
    return found


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "") or platform.processor() or platform.machine()
