"""What a reader takes out of a file.

:meta private:
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from time import thread_time

from ..errors import ReadError
from .sources import beyond

__all__ = [
    "MAX_LINES",
    "MAX_SECONDS",
    "Extracted",
    "Stopwatch",
    "check_lines",
    "damaged",
    "is_native",
    "paragraphs",
]

MAX_SECONDS = 8.0  # of the processor, for what may take long for its size
MAX_LINES = 500_000

_BOOK_HEAD = 60_000  # characters, in which a licence before a book ends
_BOOK = r"(?:THE|THIS)? ?PROJECT GUTENBERG E-?(?:BOOK|TEXT)"
_BOOK_STARTS = re.compile(
    rf"^.{{0,9}}START OF {_BOOK}[^\n*]{{0,300}}(?:\n[^\n*]{{1,300}}\*)?\**|"
    r"^\*END\*? ?THE SMALL PRINT![^\n]{0,200}",
    re.MULTILINE | re.IGNORECASE,
)
_BOOK_ENDS = re.compile(
    r"^.{0,9}END OF (?:THE |THIS )?PROJECT GUTENBERG\b", re.MULTILINE | re.IGNORECASE
)
_BOOK_MAKERS = re.compile(
    r"\s*(?:Produced|E-?text prepared|Transcribed|This e-?(?:book|text) was (?:produced|prepared)) "
    r"by [^\n]{1,300}(?:\n[^\n]{1,300}){0,5}\n\s*\n",
    re.IGNORECASE,
)
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Extracted:
    """The running text of a file, and what the file says of itself.

    Attributes:
        text: the running text, a blank line between paragraphs.
        title: the title, or ``None``.
        language: the language that the file declares, or ``None``.
        metadata: the rest, such as ``author`` and ``date``; never an empty value.
    """

    text: str
    title: str | None = None
    language: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, text: str, *, title: str | None, language: str | None, **metadata: str | None
    ) -> Extracted:
        r"""Leave out what is empty; collapse white space in the rest, and drop soft hyphens.

        A lone surrogate, which no encoding can write, becomes U+FFFD.

        >>> Extracted.of("It rained.", title=" ", language=None, author="Ada\n Roe", date=None)
        Extracted(text='It rained.', title=None, language=None, metadata={'author': 'Ada Roe'})
        """
        known = {name: _line(value) for name, value in metadata.items() if value}
        return cls(
            _SURROGATE.sub("\ufffd", text.replace("\u00ad", "")),
            _line(title or "") or None,
            (language or "").strip() or None,
            {name: value for name, value in known.items() if value},
        )


class Stopwatch:
    """The time that a reader may take, of the processor: it is looked at from step to step.

    Args:
        name: what an error calls the file.
        what: what it is.
        limited: whether there is a limit.

    >>> Stopwatch("a.md", "Markdown").check()
    """

    def __init__(self, name: str, what: str, *, limited: bool = True) -> None:
        self._name, self._what = name, what
        self._end = thread_time() + MAX_SECONDS if limited else math.inf

    def check(self) -> None:
        """Go on, if there is time.

        Raises:
            ReadError: if there is none.
        """
        if thread_time() > self._end:
            raise beyond(self._name, f"{self._what} that takes more than {MAX_SECONDS:g} seconds")


def check_lines(text: str, name: str) -> None:
    """Refuse a text of more lines than memory should be taken for.

    Raises:
        ReadError: if it has more than :data:`MAX_LINES`.
    """
    if text.count("\n") > MAX_LINES:
        raise beyond(name, f"a text of more than {MAX_LINES:,} lines")


def without_licence(text: str) -> str:
    r"""Return what stands between Project Gutenberg's marks, if they are there.

    >>> without_licence("*** START OF THE PROJECT GUTENBERG EBOOK RAIN ***\n\nIt rained.\n")
    'It rained.'
    """
    start = _BOOK_STARTS.search(text, 0, _BOOK_HEAD)
    if start is None:
        return text
    makers = _BOOK_MAKERS.match(text, start.end())
    begin = makers.end() if makers else start.end()
    end = _BOOK_ENDS.search(text, begin)
    return text[begin : end.start() if end else None].strip() or text


def _line(value: str) -> str:
    return " ".join(_SURROGATE.sub("\ufffd", value).split())


def is_native(error: BaseException) -> bool:
    """Whether an error is of a library beneath a reader, about what it was given to read.

    A panic of Rust's is no ``Exception``, and would end the program past every handler; errors of
    lxml's are no ``ValueError``; and what is nested too deep, or takes too much memory, may stop
    any of them.

    >>> is_native(RecursionError()), is_native(TypeError()), is_native(KeyboardInterrupt())
    (True, False, False)
    """
    kind = type(error)
    return (
        kind.__name__ == "PanicException"
        or kind.__module__.partition(".")[0] == "lxml"
        or isinstance(error, RecursionError | MemoryError)
    )


def damaged(name: str, what: str, error: BaseException) -> ReadError:
    """Return the error for a file that made a parser raise ``error``.

    >>> print(damaged("a.pdf", "PDF", ValueError()))
    a.pdf: a damaged PDF (ValueError)
    """
    if isinstance(error, MemoryError):
        return ReadError(name, f"a {what} that needs more memory than there is")
    if isinstance(error, RecursionError):
        return ReadError(name, f"a {what} that is nested too deep")
    return ReadError(name, f"a damaged {what} ({type(error).__name__})")


def paragraphs(texts: Iterable[str]) -> str:
    r"""Join paragraphs by blank lines; empty ones are left out.

    >>> paragraphs(["It rained. ", "", "It\nsnowed."])
    'It rained.\n\nIt\nsnowed.'
    """
    return "\n\n".join(stripped for text in texts if (stripped := text.strip()))
