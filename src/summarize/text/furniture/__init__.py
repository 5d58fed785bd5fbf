"""What stands between the paragraphs of a page and is no part of its text.

Share bars, links to other articles, cookie notices, credits and captions are lines of their own
(boilerplate, told by their words), and so are headings (told by what stands around them). None
of them is a sentence, but a summariser that takes them for one puts them into summaries.

:mod:`.finding` goes through the paragraphs of a text, and knows the headings; :mod:`.boilerplate`
judges one line, with :mod:`.credits` for who made it and :mod:`.rules` for what it says; the words
are in :mod:`.wordings`, which is read when a line first needs it.

:meta private:
"""

from .boilerplate import is_boilerplate
from .finding import Furniture, find_furniture

__all__ = ["Furniture", "find_furniture", "is_boilerplate"]
