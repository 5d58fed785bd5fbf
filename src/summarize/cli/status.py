"""The exit statuses: one table, for the code, for each command's ``--help`` and for docs/cli.md.

:meta private:
"""

from __future__ import annotations

from enum import IntEnum

__all__ = ["MEANINGS", "Status", "told_statuses"]


class Status(IntEnum):
    """What the process ends with."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    BELOW = 3
    INTERRUPTED = 130
    TERMINATED = 143


# What each means, and in which command; "" is in every one.
MEANINGS: tuple[tuple[Status, str, str], ...] = (
    (Status.DONE, "", "all is done"),
    (Status.FAILED, "", "an input failed (the others are done), or the answer cannot be written"),
    (Status.FAILED, "fit", "what was fitted is worse than before, and was not saved"),
    (Status.USAGE, "", "wrong usage, an unknown backend or a missing extra"),
    (Status.BELOW, "evaluate", "a score fell below its baseline"),
    (
        Status.BELOW,
        "check",
        "a number, a name, a quotation or a negation is not the document's, or "
        "the score is below --min-score",
    ),
    (Status.INTERRUPTED, "", "interrupted"),
    (Status.TERMINATED, "batch", "told to end; --resume goes on"),
)


def told_statuses(command: str | None) -> str:
    r"""Return the section on exit statuses of a command's help, as click wants it; ``None`` is all.

    >>> print(told_statuses("batch").replace("\b", ""))
    <BLANKLINE>
    Exit status:
        0  all is done
        1  an input failed (the others are done), or the answer cannot be written
        2  wrong usage, an unknown backend or a missing extra
      130  interrupted
      143  told to end; --resume goes on
    """
    lines = ["\b", "Exit status:"]
    for status, where, meaning in MEANINGS:
        if command is None or where in ("", command):
            prefix = f"{where}: " if where and command is None else ""
            lines.append(f"  {status:3d}  {prefix}{meaning}")
    return "\n".join(lines)
