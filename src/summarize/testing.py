"""The contract of a backend, as a test suite for anyone's backend.

In the tests of a backend of one's own::

    from summarize.testing import check_backend

    def test_contract():
        check_backend("mine")            # by its name, once it is installed
        check_backend(MyBackend())       # or the object itself
"""

from __future__ import annotations

import contextlib
import io
import logging
import math
import os
import random
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from .backends.base import Abstractive, Draft, Extractive
from .document import Document
from .errors import DocumentTooLongError
from .length import Length
from .summarizer import Summarizer

__all__ = ["CHECKS", "check_backend"]

Backend = Extractive | Abstractive

_TEXTS = (
    "The council of Port Ellery voted on Tuesday to close its harbour. Boats may leave until "
    "May. The mayor, Ada Roe, said the walls were unsafe. Repairs will cost $3.4 million.",
    "It rained in the night. The river rose by two metres. Nobody was hurt.",
    "Two men were freed. They had been held for a week, police said.",
)
_UNUSUAL = {
    "one sentence": "The council voted on Tuesday.",
    "one word": "Snow.",
    "repeated sentences": "It rained. It rained. It rained. It rained.",
    "non-ASCII text": "Der Fluß stieg über Nacht. Было холодно. 今日は雨だ。川が上がった。",
    "no punctuation": "so we went to the harbour and looked at the boats " * 12,
    "no words at all": "!!! ... ??? — 🙂",
    "only stop words": "It is. He was. That is it.",
    "all capitals": "NATO AND EU REACT. THE ALLIANCE MET ON MONDAY. NOBODY SPOKE.",
}
_LONG_SENTENCES = 2000


def check_backend(
    backend: str | Extractive | Abstractive, *, seconds: float = 120.0, **options: Any
) -> None:
    """Run every check in :data:`CHECKS` on a backend.

    Args:
        backend: its name, or the object itself.
        seconds: how long a document of 2,000 sentences may take.
        **options: the options of a backend given by name.

    Raises:
        AssertionError: at the first part of the contract that it breaks, saying which.

    >>> check_backend("lead")
    """
    with Summarizer(backend, **options) as summarizer:
        for check in CHECKS:
            if check is _takes_long_documents:
                check(summarizer.backend, seconds)
            else:
                check(summarizer.backend)


def _documents(texts: Sequence[str] = _TEXTS) -> list[Document]:
    return [Document.from_text(text) for text in texts]


def _results(backend: Backend, documents: Sequence[Document]) -> list[Any]:
    """Scores or draft texts, as plain values that can be compared."""
    if isinstance(backend, Extractive):
        rows = backend.score(documents)
        _require(isinstance(rows, Sequence), "a list of results")
        _require(len(rows) == len(documents), "one result a document")
        for document, row in zip(documents, rows, strict=True):
            _require(hasattr(row, "__len__"), "a sequence of scores a document")
            _require(len(row) == len(document.sentences), "one score a sentence, in order")
            _require(not any(isinstance(score, str) for score in row), "scores that are numbers")
            _require(all(map(math.isfinite, row)), "finite scores")
        return [[float(score) for score in row] for row in rows]
    drafts = backend.generate([document.text for document in documents], Length())
    _require(isinstance(drafts, Sequence), "a list of drafts")
    _require(len(drafts) == len(documents), "one result a document")
    _require(all(isinstance(draft, Draft) for draft in drafts), "drafts of the type Draft")
    _require(all(draft.text.strip() for draft in drafts), "a draft that is not empty")
    return [draft.text for draft in drafts]


def _one_result_a_document(backend: Backend) -> None:
    documents = _documents()
    for given in (documents, documents[::-1]):
        _results(backend, given)


def _makes_summaries(backend: Backend) -> None:
    """Whether the library can make whole summaries of it, its selector's choice included."""
    summarizer = Summarizer(backend)
    for text in _TEXTS:
        for length in ({"sentences": 1}, {"words": 20}, {"ratio": 0.5}):
            try:
                summary = summarizer.summarize(text, **length)
            except DocumentTooLongError:
                continue
            except Exception as error:
                what = f"a summary of {length}, but: {error!r}"
                raise AssertionError(f"contract: {what}") from error
            _require(bool(summary.strip()), "a summary that is not empty")


def _counts_tokens(backend: Backend) -> None:
    if isinstance(backend, Extractive):
        return
    _require(isinstance(backend.window, int) and backend.window > 0, "a positive window")
    counts = backend.count(list(_TEXTS))
    _require(len(counts) == len(_TEXTS), "one token count a text")
    _require(all(isinstance(n, int) and n > 0 for n in counts), "whole, positive token counts")


def _takes_unusual_texts(backend: Backend) -> None:
    for name, text in _UNUSUAL.items():
        documents = _documents([text])
        try:
            _results(backend, documents)
        except AssertionError as error:
            raise AssertionError(f"{error} (for {name})") from error
        except Exception as error:
            raise AssertionError(f"contract: {name} must not fail, but: {error!r}") from error


def _takes_long_documents(backend: Backend, seconds: float = 120.0) -> None:
    numbers = range(_LONG_SENTENCES)
    text = " ".join(f"Ward {n} of the town counted {n * 7 % 501} votes by noon." for n in numbers)
    start = time.monotonic()
    with contextlib.suppress(DocumentTooLongError):
        documents = _documents([text])
        if isinstance(backend, Extractive) or backend.count([text])[0] <= backend.window:
            _results(backend, documents)
    spent = time.monotonic() - start
    _require(spent <= seconds, f"2,000 sentences in {seconds} s (it took {spent:.0f} s)")


def _is_deterministic(backend: Backend) -> None:
    _require(
        _results(backend, _documents()) == _results(backend, _documents()),
        "the same input gives the same output",
    )


def _batch_equals_one_by_one(backend: Backend) -> None:
    documents = _documents()
    batch = _results(backend, documents)
    alone = [_results(backend, [document])[0] for document in documents]
    for together, single in zip(batch, alone, strict=True):
        if isinstance(backend, Extractive):
            same = all(
                math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)
                for a, b in zip(together, single, strict=True)
            )
        else:
            same = together == single
        _require(same, "a batch gives what one by one gives")


def _leaves_the_world_alone(backend: Backend) -> None:
    documents = _documents()
    before = [(document.text, document.sentences) for document in documents]
    given = list(documents)
    with _unchanged(), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        _results(backend, given)
    _require(not caught, f"no warnings ({caught[0].message if caught else ''})")
    after = [(document.text, document.sentences) for document in documents]
    _require(given == documents and before == after, "inputs are left as they were")


@contextlib.contextmanager
def _unchanged() -> Iterator[None]:
    before = _state()
    yield
    for name, value in _state().items():
        _require(repr(value) == repr(before[name]), f"{name} is left as it was")


def _state() -> dict[str, object]:
    root = logging.getLogger()
    numpy = sys.modules.get("numpy")
    return {
        "the random state": hash(random.getstate()),
        "NumPy's random state": numpy.random.get_state()[1].tobytes() if numpy else None,
        "the environment": dict(os.environ),
        "the working directory": os.getcwd(),
        "logging": (root.level, list(root.handlers), logging.root.manager.disable),
    }


def _leaves_warning_filters_alone(backend: Backend) -> None:
    before = list(warnings.filters)
    _results(backend, _documents())
    _require(list(warnings.filters) == before, "warning filters are left as they were")


def _prints_nothing(backend: Backend) -> None:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), tempfile.TemporaryFile() as file:
        kept = os.dup(1)
        os.dup2(file.fileno(), 1)  # what does not go through sys.stdout
        try:
            _results(backend, _documents())
        finally:
            os.dup2(kept, 1)
            os.close(kept)
        file.seek(0)
        written = out.getvalue() or file.read().decode(errors="replace")
    _require(not written, f"nothing on standard output ({written!r})")


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise AssertionError(f"contract: {what}")


CHECKS: tuple[Callable[..., None], ...] = (
    # These come first: what a backend changes for good shows only the first time.
    _leaves_the_world_alone,
    _leaves_warning_filters_alone,
    _one_result_a_document,
    _counts_tokens,
    _takes_unusual_texts,
    _makes_summaries,
    _is_deterministic,
    _batch_equals_one_by_one,
    _prints_nothing,
    _takes_long_documents,
)
"""The parts of the contract; each takes a backend and raises :class:`AssertionError`."""
