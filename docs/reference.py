"""Write docs/cli.md from the commands' own --help, or check that it is what they say.

python docs/reference.py [--check]
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).with_name("cli.md")
COMMANDS = ("", "batch", "backends", "cache", "check", "evaluate", "fit", "score")


def page() -> str:
    """Return the page."""
    parts = [
        "# Command line\n\n"
        "Each command's own `--help`, as `python docs/reference.py` writes it here.\n"
    ]
    for command in COMMANDS:
        name = f"summarize {command}".rstrip()
        parts.append(f"## {name}\n\n```text\n{_help(command)}```\n")
    return "\n".join([*parts, _statuses()])


def _statuses() -> str:
    """Every exit status, from the table that the commands use."""
    from summarize.cli.status import MEANINGS

    rows = [
        f"| {status:d} | {f'`{of}`' if of else 'all'} | {text} |" for status, of, text in MEANINGS
    ]
    head = "## Exit statuses\n\n| status | command | meaning |\n| --- | --- | --- |\n"
    return head + "\n".join(rows) + "\n"


def _help(command: str) -> str:
    call = [sys.executable, "-m", "summarize", *command.split(), "--help"]
    environment = {**os.environ, "COLUMNS": "100", "SUMMARIZE_BACKEND": ""}
    done = subprocess.run(call, capture_output=True, text=True, check=True, env=environment)
    return done.stdout.replace("python -m summarize", "summarize")


def main() -> None:
    """Write it, or check it."""
    text = page()
    if "--check" not in sys.argv:
        PAGE.write_text(text, encoding="utf-8")
    elif PAGE.read_text(encoding="utf-8") != text:
        sys.exit(f"{PAGE} is not what the commands say: python docs/reference.py writes it")


if __name__ == "__main__":
    main()
