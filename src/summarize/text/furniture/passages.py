"""The parts of a text that are found line by line: of mails, transcripts, and whole sections.

:meta private:
"""

from __future__ import annotations

from typing import NamedTuple

from .mail import mail_parts
from .sections import find_sections
from .skipping import Skipped, blanked, lines_of, without
from .turns import Turn, find_turns

__all__ = ["Passages", "find_passages"]


class Passages(NamedTuple):
    """What is passed over, and who speaks where.

    Attributes:
        skipped: the parts that are no text, in order.
        turns: where each speaker begins.
    """

    skipped: tuple[Skipped, ...]
    turns: tuple[Turn, ...]


_NOTHING = Passages((), ())


def find_passages(text: str, shadow: str) -> Passages:
    r"""Find what no sentence should be made of, before there are paragraphs.

    Args:
        text: the text, in which tabs are tabs.
        shadow: the same, as :func:`..marks.shadow` gives it.

    >>> talk = "Ada: It rained.\nBen: Did it?\nAda: All day.\nBen: It is wet."
    >>> [part[:2] for part in find_passages(talk, talk).skipped]
    [(0, 5), (16, 21), (29, 34), (43, 48)]
    """
    lines = lines_of(shadow)
    if len(lines) < 3:
        return _NOTHING
    skipped = mail_parts(lines)
    left = without(lines, skipped) if skipped else lines
    turns: list[Turn] = []
    if not any(part.reason == "mail header" for part in skipped):
        labels, turns = find_turns(left)
        skipped += labels
        whole = [part for part in labels if part.reason != "label"]
        left = without(left, whole) if whole else left
    if not turns:
        skipped += find_sections(text, left)
    if skipped and not any(map(str.isalnum, blanked(shadow, skipped))):
        return _NOTHING  # nothing else would be left
    return Passages(tuple(sorted(skipped)), tuple(turns))
