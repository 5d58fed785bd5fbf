"""The command line: arguments in, library calls, text out. All that knows click is in here.

:meta private:
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

__all__ = ["main"]


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit with its status.

    Args:
        args: the arguments; ``None`` means those of the process.
    """
    from .commands import run

    run(args)
