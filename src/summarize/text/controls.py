r"""Characters that act on a terminal or on the direction of text, made visible.

>>> print(visible("\x1b[2J and \u202e"))
\x1b[2J and \u202e

:meta private:
"""

from __future__ import annotations

import re

__all__ = ["one_line", "visible"]

# C0 and C1 controls, line separators, and what changes the direction of the text behind it; and
# what stands in a file's name for bytes that are not UTF-8, so that two such names stay two.
_ACTIVE = r"\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
_NOT_TEXT = re.compile(rf"[{_ACTIVE}]")
_NOT_LINE = re.compile(rf"[\t\n{_ACTIVE}]")


def visible(text: str) -> str:
    """Write each character that acts as its escape; tabs and line ends stay."""
    return _NOT_TEXT.sub(_escape, text)


def one_line(text: str) -> str:
    r"""The same, with tabs and line ends written as escapes too: for a name or an id.

    >>> print(one_line("two\nlines"))
    two\nlines
    """
    return _NOT_LINE.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    return repr(match[0])[1:-1] if match[0] != "\x1b" else "\\x1b"
