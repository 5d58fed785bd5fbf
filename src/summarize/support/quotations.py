"""Words in quotation marks, and whether the document has them in that order.

:meta private:
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .evidence import Index
from .tokens import Tokens

__all__ = ["misquoted"]

_QUOTED = re.compile(
    r"“([^“”]{1,2000})”|«([^«»]{1,2000})»|„([^„“”]{1,2000})[“”]|\"([^\"]{1,2000})\""
)
_BREAK = re.compile(r"…|\.\s?\.\s?\.|\[[^\]]{0,80}\]|\([^)]{0,80}\)")
_TRIED = 400  # places of a quotation's rarest word that are looked at


def misquoted(index: Index, text: str) -> Iterator[tuple[int, int]]:
    """Yield the place of each quotation in ``text`` whose words the document does not have.

    What stands in brackets is the writer's own, and an ellipsis leaves out what it will.
    """
    for match in _QUOTED.finditer(text):
        start, end = match.span(match.lastindex or 0)
        place = start
        for gap in (*_BREAK.finditer(text, start, end), None):
            stop = end if gap is None else gap.start()
            if not _has(index, index.tokenize(text, place, stop)):
                yield start, end
                break
            place = end if gap is None else gap.end()


def _has(index: Index, quoted: Tokens) -> bool:
    """Whether the document has these words one behind the other."""
    words, stems = quoted.words, quoted.stems
    if not words:
        return True
    rarest = min(range(len(stems)), key=lambda word: len(index.places.get(stems[word], ())))
    theirs = index.tokens.words
    for place in index.places.get(stems[rarest], ())[:_TRIED]:
        first = place - rarest
        if first >= 0 and list(theirs[first : first + len(words)]) == list(words):
            return True
    return False
