"""Where a summary comes from, and whether its document says so; no model, no download.

:func:`check` takes any summary, this library's or another's. For each of its sentences it tells
the document's sentences behind it and what in it the document does not support: numbers, names,
quotations, negations and words.

>>> from summarize import support
>>> found = support.check("The mayor of Ellery was hurt.", "Rain fell. The mayor was hurt.")
>>> found.unsupported
(Unsupported(kind='name', text='Ellery', start=13, end=19),)
"""

from .checking import Evidence, SentenceSupport, Source, Support, Unsupported, check

__all__ = ["Evidence", "SentenceSupport", "Source", "Support", "Unsupported", "check"]
