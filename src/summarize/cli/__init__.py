"""The command line: arguments in, library calls, text out. All that knows click is in here.

:meta private:
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

__all__ = ["main"]


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit with its status.

    Args:
        args: the arguments; ``None`` means those of the process.
    """
    try:
        from .commands import run
    except KeyboardInterrupt:  # as ``run`` ends, which is not there yet
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        sys.exit(130)

    run(args)
