"""Writes a benchmark's result beside the scripts, with the command, machine, versions and date."""

from __future__ import annotations

import datetime
import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

RESULTS = Path(__file__).parent / "results"


def record(name: str, body: str, packages: tuple[str, ...] = ()) -> None:
    """Print ``body`` and write it, with where it comes from, to ``results/NAME.md``."""
    print(body)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.md").write_text(f"{body}\n\n{origin(packages)}\n", encoding="utf-8")


def table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return a Markdown table."""
    lines = [header, tuple("---" for _ in header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def origin(packages: tuple[str, ...]) -> str:
    command = " ".join(["python", *(_shown(argument) for argument in sys.argv)])
    versions = ", ".join(f"{name} {_version(name)}" for name in ("summarize", *packages))
    machine = f"{_processor()}, {os.cpu_count()} cores, {platform.system()}"
    return (
        f"Command: `{command}`  \n"
        f"Machine: {machine}, Python {platform.python_version()}, {versions}  \n"
        f"Date: {datetime.date.today().isoformat()}"
    )


def _shown(argument: str) -> str:
    path = Path(argument)
    if path.is_absolute():
        return f"PATH/{path.name}"
    return argument


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "(not installed)"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
