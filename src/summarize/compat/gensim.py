"""gensim's ``summarize``, which gensim 4 removed.

The calls and what they return are as gensim 3.8 documented them; the sentences are rated by
TextRank as sumy computes it (:mod:`summarize.backends.textrank`), where gensim weighed the edges
by BM25, so other sentences may be taken.

>>> from summarize.compat.gensim import summarize
>>> summarize("It rained all night. The rain filled the river. A dog slept.", ratio=0.4)
'It rained all night.'
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import Literal, overload

from ..arguments import flag, whole_number
from ..document import Document, Sentence
from ..errors import EmptyDocumentError
from ..summarizer import Summarizer

__all__ = ["summarize"]


@overload
def summarize(
    text: str, ratio: float = 0.2, word_count: int | None = None, split: Literal[False] = False
) -> str: ...
@overload
def summarize(
    text: str, ratio: float = 0.2, word_count: int | None = None, *, split: Literal[True]
) -> list[str]: ...
def summarize(
    text: str, ratio: float = 0.2, word_count: int | None = None, split: bool = False
) -> str | list[str]:
    """Return the sentences of a text that TextRank rates highest, in the text's order.

    Args:
        text: the text.
        ratio: the share of its *sentences* to return, rounded down to a whole number of them.
        word_count: return about so many words in place of a share: sentences are added, the best
            first, as long as each brings the total nearer to it.
        split: return a list of sentences in place of one string with a sentence a line.

    Returns:
        The sentences; ``""`` or ``[]`` if there is no text, or if the share is less than one.

    Raises:
        ValueError: if there is only one sentence, or ``ratio`` or ``word_count`` make no sense.
        TypeError: if ``text`` is no ``str``.
    """
    if not isinstance(text, str):
        raise TypeError(f"text must be a str, not {type(text).__name__}")
    flag("split", split)
    if word_count is not None:
        word_count = whole_number("word_count", word_count, least=0)
    if isinstance(ratio, bool) or not 0 <= ratio <= 1:  # NaN too
        raise ValueError(f"ratio={ratio!r} must be a share between 0 and 1")
    try:
        document = Document.from_text(text)
    except EmptyDocumentError:
        return [] if split else ""
    sentences = document.sentences
    if len(sentences) < 2:
        raise ValueError("input must have more than one sentence")
    scores = _textrank().rank(document)
    by_score = sorted(range(len(sentences)), key=lambda index: -scores[index])
    if word_count is None:
        taken = by_score[: math.floor(len(sentences) * ratio)]
    else:
        taken = _about(by_score, sentences, word_count)
    chosen = [sentences[index].text for index in sorted(taken)]
    return chosen if split else "\n".join(chosen)


def _about(by_score: Sequence[int], sentences: Sequence[Sentence], words: int) -> list[int]:
    """The first sentences, as long as each brings the words of all nearer to ``words``."""
    taken: list[int] = []
    total = 0
    for index in by_score:
        with_it = total + len(sentences[index].text.split())
        if abs(words - with_it) > abs(words - total):
            break
        taken.append(index)
        total = with_it
    return taken


@cache
def _textrank() -> Summarizer:
    return Summarizer("textrank")
