"""Messages in the words of the command line, and what was likely meant by a mistaken argument.

:meta private:
"""

from __future__ import annotations

import difflib
import re
import shlex
from collections.abc import Collection
from pathlib import Path

from ..arguments import keyword_hint
from ..errors import SummarizeError

__all__ = ["explained", "in_options", "input_hint", "meant_command", "meant_option"]

# An argument of Python, alone (``max_bytes= raises it``) or with a value, as errors name them.
_ARGUMENT = re.compile(
    r"""(?P<lead>the[ ]option[ ])?(?<![\w=/?&.'"-])(?(lead)|(?<!option[ ]))(?P<name>[a-z][a-z_]+)=
    (?:(?P<constant>True|False|None)\b|(?P<mark>['"])(?P<text>[^'"]*)(?P=mark)
    |(?P<number>-?(?:\d[\d.]*|inf|nan)(?<!\.))(?!\w))?
    (?=[;,.:)]*(?:\s|$))""",
    re.VERBOSE,
)
_FILES = ("output", "out", "save", "o")
_INPUTS = ("input", "inputs", "file", "files", "text", "url")
_CONSTANTS = {"True": "true", "False": "false", "None": "null"}

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


def meant_option(name: str, options: Collection[str]) -> str:
    """Return a hint at what was meant by an option that is none; "" if nothing comes to mind.

    Args:
        name: what was given: ``--length``.
        options: the command's options, as arguments.

    >>> meant_option("--length", ["words"]), meant_option("--model", ["option"])
    ("; did you mean '--words'?", '; an option of the backend is given as -o model=VALUE')
    """
    if name in ("-s", "-k", "-c"):
        return "; did you mean '-n'?" if "sentences" in options else ""
    plain = name.lstrip("-").replace("-", "_")
    near = [each for each in options if each.startswith(plain)] if len(plain) > 2 else []
    if plain in _INPUTS and f"{plain}_column" not in near:
        if "references" not in options:
            return "; an input is named without an option"
        near = ["references"]
    if plain in _FILES:
        near = [each for each in ("output", "save") if each in options]
        if not near:
            return "; the answer is on standard output: > FILE"
    near += keyword_hint(plain, options).split("'")[1:2]
    if near:
        return f"; did you mean '--{near[0].replace('_', '-')}'?"
    if "option" in options and len(plain) > 1:
        return f"; an option of the backend is given as -o {plain}=VALUE"
    return ""


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


def in_options(message: str, options: Collection[str]) -> str:
    """Return a message of the library with its arguments as options.

    Args:
        message: it.
        options: the command's options, as arguments: ``max_bytes``. Others are the backend's.

    >>> in_options("encoding= names another; long='chunk' reads all of it", ["encoding"])
    '--encoding names another; -o long=chunk reads all of it'
    >>> in_options("allow_private=True permits it", ["allow_private"])
    '--allow-private permits it'
    """

    def option(argument: re.Match[str]) -> str:
        name, constant, text = argument["name"], argument["constant"], argument["text"]
        value = shlex.quote(text) if text else argument["number"] or text or ""
        if name not in options:
            return f"-o {name}={_CONSTANTS.get(constant, value)}"
        if constant == "None":
            value = "auto" if name == "language" else "none"
        return f"--{name.replace('_', '-')} {value}".rstrip()

    return _ARGUMENT.sub(option, message)


def explained(error: SummarizeError, options: Collection[str]) -> str:
    """Return an error's message with its arguments as options; a file's name in it stays."""
    message = str(error)
    path = getattr(error, "path", None)
    kept = path if isinstance(path, str) and message.startswith(path) else ""
    return kept + in_options(message[len(kept) :], options)
