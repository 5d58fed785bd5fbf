"""What was likely meant by an argument of the command line that is taken for a file and is none.

:meta private:
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection
from pathlib import Path

__all__ = ["input_hint", "meant_command"]

_SITE = re.compile(
    r"(?:www\.)?[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|edu|gov|io|co|de|uk|fr)(?:/\S*)?"
)
_OTHERS = {"help": "--help", "version": "--version", "list": "backends", "benchmark": "evaluate"}


def meant_command(name: str, commands: Collection[str]) -> str | None:
    """Return the command or option that a first argument stands for; ``None`` if it is an input.

    What exists as a file is one, and so is what has the form of a path, an address or an option.

    >>> meant_command("evalute", ["evaluate", "score"]), meant_command("help", [])
    ('evaluate', '--help')
    """
    if not name.isalpha() or Path(name).exists():
        return None
    near = difflib.get_close_matches(name.lower(), commands, n=1, cutoff=0.75)
    return _OTHERS.get(name.lower()) or next(iter(near), None)


def input_hint(name: str) -> str:
    """Return a hint for an input that is no file; "" if none comes to mind.

    >>> input_hint("www.example.org/a")
    '; for the web page, write https://www.example.org/a'
    >>> input_hint("It rained. The river rose.")
    "; a text itself goes to standard input: echo 'A text.' | summarize"
    """
    if _SITE.fullmatch(name) or name.startswith("www."):
        return f"; for the web page, write https://{name}"
    if " " in name and (name.rstrip()[-1:] in ".!?…" or name.count(" ") > 5):
        return "; a text itself goes to standard input: echo 'A text.' | summarize"
    return ""
