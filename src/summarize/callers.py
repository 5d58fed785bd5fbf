"""Where the caller's own code is, for warnings to point to.

:meta private:
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import FrameType

__all__ = ["stacklevel"]

_PACKAGE = str(Path(__file__).parent) + os.sep


def stacklevel() -> int:
    """Return the ``stacklevel`` by which a warning points to the first line outside this package.

    The function that warns calls it itself. A generator's caller is who asks it for the next item.

    >>> stacklevel()
    1
    """
    level = 1
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        frame = frame.f_back
        level += 1
    return level
