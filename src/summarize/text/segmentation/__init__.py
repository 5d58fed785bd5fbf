"""Where the paragraphs and sentences of a text begin and end.

Sentence ends are found by sentencex (https://github.com/wikimedia/sentencex). Ours is what lies
around it: which line ends are real and which are mere wrapping, a few ends that it misses or sees
too many of, quotations too long to be one sentence, and texts without any punctuation.

All functions work on the *shadow* of a text (:func:`..marks.shadow`), a copy of the same length, so
that every offset is one into the caller's own string.

:meta private:
"""

from .paragraphs import paragraph_spans
from .sentences import sentence_spans

__all__ = ["paragraph_spans", "sentence_spans"]
