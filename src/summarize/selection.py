"""The only place where scores and a length become sentences."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Protocol

from .document import Document, Sentence
from .length import Length
from .words import is_unspaced

__all__ = ["Selector", "joined", "top"]


class Selector(Protocol):
    """What chooses a summary's sentences: a function of this signature."""

    def __call__(self, document: Document, scores: Sequence[float], length: Length, /) -> list[int]:
        """Return the indices of the chosen sentences, in document order; at least one."""
        ...


def top(document: Document, scores: Sequence[float], length: Length, /) -> list[int]:
    """Choose the best-scored sentences that fit, and put them in document order.

    Sentences are taken in the order of their scores, ties to the earlier; one that does not fit
    into the words that are left is passed over. Sentences with the same words are taken once. A
    sentence without a word (``* * *``) is taken only when all the others are in. If no sentence
    fits, the shortest one is taken.

    Args:
        document: the document.
        scores: one number a sentence, the higher the better.
        length: the ceiling.

    >>> document = Document.from_text("It rained. It rained. The river rose. It fell.")
    >>> top(document, [3.0, 4.0, 2.0, 1.0], Length(sentences=2))
    [1, 2]
    """
    sentences = document.sentences
    ranking = sorted(range(len(sentences)), key=lambda i: (sentences[i].words == 0, -scores[i], i))
    limit = length.word_limit(document.words)
    chosen: list[int] = []
    seen: set[str] = set()
    complete = True
    left = limit
    for index in ranking:
        sentence = sentences[index]
        if not sentence.words and not complete:
            break
        key = _key(sentence)
        if key in seen:
            continue
        if left is None:
            complete = len(chosen) < (length.sentences or 0)
            if not complete:
                break
        elif sentence.words > left:
            complete = False
            continue
        else:
            left -= sentence.words
        seen.add(key)
        chosen.append(index)
    if not chosen:
        chosen.append(min(ranking, key=lambda i: sentences[i].words))
    return sorted(chosen)


def joined(document: Document, indices: Sequence[int]) -> str:
    """Join the chosen sentences: by one space, or by nothing where the document puts nothing.

    >>> document = Document.from_text("今日は雨だ。川が上がった。明日は晴れる。", language="ja")
    >>> joined(document, [0, 2])
    '今日は雨だ。明日は晴れる。'
    """
    sentences = document.sentences
    parts = [sentences[indices[0]].text]
    for before, after in pairwise(indices):
        parts.append("" if _touch(document, before, after) else " ")
        parts.append(sentences[after].text)
    return "".join(parts)


def _touch(document: Document, before: int, after: int) -> bool:
    sentences = document.sentences
    left, right = sentences[before], sentences[after]
    if before + 1 == after:
        return left.end == right.start
    # Sentences lay between: what counts is how this script writes its sentence ends.
    return (
        left.end == sentences[before + 1].start
        and sentences[after - 1].end == right.start
        and is_unspaced(left.text)
    )


_OUTER_MARKS = " .,;:!?…\"'“”‘’«»()[]-–—*•。！？、"


def _key(sentence: Sentence) -> str:
    """What repeated sentences have in common: all but case and outer marks."""
    return sentence.text.casefold().strip(_OUTER_MARKS) or sentence.text
