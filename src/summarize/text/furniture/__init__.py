"""What stands between the paragraphs of a page and is no part of its text.

Share bars, links to other articles, cookie notices, credits and captions are lines of their own
(boilerplate, told by their words), and so are headings (told by what stands around them). None
of them is a sentence, but a summariser that takes them for one puts them into summaries.

:mod:`.passages` looks at the lines first, before it is known which of them are paragraphs: at the
parts of a mail (:mod:`.mail`), the speakers of a transcript (:mod:`.turns`), and licences, tables,
contents, references and running heads (:mod:`.sections`). :mod:`.finding` then goes through the
paragraphs, and knows the headings, by :mod:`.clauses` from sentences; :mod:`.boilerplate` judges
one line, with :mod:`.credits` for who made it and :mod:`.rules` for what it says; the words are in
:mod:`.wordings`, which is read when a line first needs it.

:meta private:
"""

from .boilerplate import is_boilerplate
from .finding import Furniture, find_furniture
from .passages import Passages, find_passages
from .skipping import UNCOUNTED, Skipped, blanked
from .turns import Turn

__all__ = [
    "UNCOUNTED",
    "Furniture",
    "Passages",
    "Skipped",
    "Turn",
    "blanked",
    "find_furniture",
    "find_passages",
    "is_boilerplate",
]
