"""The backend: documents in, ratings out.

:meta private:
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from ...arguments import one_of
from ...document import Document
from ...errors import BackendLoadError
from ...selection import Diverse
from .features import FEATURES, Table, features, layout
from .network import Network, Style
from .terms import Lexicon
from .weights import STYLES, load

__all__ = ["WEIGHTS", "NewsRank"]

WEIGHTS = Path(__file__).with_name("weights.npz")


class NewsRank:
    """A small neural ranker of sentences, fitted on news; the default.

    It reads the features of :mod:`~summarize.backends.newsrank.features` and learned word vectors
    through the network of :mod:`~summarize.backends.newsrank.network`. What it was fitted on and
    how well it does is in ``benchmarks/newsrank``. A score is the logarithm of the sentence's
    share of the document's salience, so the scores of a document are comparable and below zero.

    Args:
        style: what is to be summarised as what: ``"highlights"`` (the news in brief, as CNN's
            and the Daily Mail's story highlights), ``"lead"`` (an opening paragraph), or
            ``"auto"``, where the document decides.
        weights: other weights than the package's: what ``summarize fit`` has saved.

    >>> document = Document.from_text("It rained in the night. The river rose. Nobody was hurt.")
    >>> [scores] = NewsRank().score([document])
    >>> len(scores)
    3
    """

    name = "newsrank"

    def __init__(
        self, *, style: Style = "auto", weights: str | os.PathLike[str] | None = None
    ) -> None:
        one_of("style", style, ("auto", *STYLES))
        path = WEIGHTS if weights is None else Path(weights)
        try:
            loaded = _loaded(path)
        except (OSError, ValueError) as error:
            raise BackendLoadError(self.name, f"no weights in {str(path)!r}: {error}") from error
        self._table, self._network, self._lexicon, self.selector = loaded
        self._style: Style = style

    def explain(self, document: Document, numbers: Sequence[int], /) -> list[dict[str, float]]:
        """Return what each group of features adds to the scores of these sentences.

        That is how far the score falls if the group shows of every sentence what is usual: an
        ablation, so the parts need not add up.
        """
        documents = [document]
        places = layout(documents)
        terms = self._lexicon.terms(documents)
        found = features(documents, places, terms, self._table)
        whole = self._network.rate(found, terms, places, self._style)
        chosen = list(numbers)
        parts: list[dict[str, float]] = [{} for _ in chosen]
        last = 0
        for group, names in FEATURES.items():
            first, last = last, last + len(names)
            usual = found.matrix.copy()
            usual[:, first:last] = self._network.usual[first:last]
            without = self._network.rate(found._replace(matrix=usual), terms, places, self._style)
            for part, gain in zip(parts, (whole - without)[chosen].tolist(), strict=True):
                part[group] = gain
        return parts

    def score(self, documents: Sequence[Document], /) -> list[Sequence[float]]:
        """Return the logarithm of each sentence's share of its document's salience.

        A few documents at a time: arrays below a hundred kilobytes are used again and stay in the
        processor's cache, larger ones the system has to supply anew.
        """
        scores: list[Sequence[float]] = []
        for portion in _portions(documents):
            scores += self._scores(portion)
        return scores

    def _scores(self, documents: Sequence[Document]) -> list[Sequence[float]]:
        places = layout(documents)
        terms = self._lexicon.terms(documents)
        found = features(documents, places, terms, self._table)
        ratings = self._network.rate(found, terms, places, self._style)
        ratings -= np.maximum.reduceat(ratings, places.first).take(places.document)
        total = np.add.reduceat(np.exp(ratings), places.first)
        scores = (ratings - np.log(total).take(places.document)).tolist()
        ends = places.sizes.cumsum().tolist()
        return [scores[first:end] for first, end in zip(places.first.tolist(), ends, strict=True)]


_PORTION = 60_000  # characters


def _portions(documents: Sequence[Document]) -> Iterator[Sequence[Document]]:
    """Cut a batch into parts of at least so many characters, but for the last."""
    first = size = 0
    for behind, document in enumerate(documents, start=1):
        size += len(document.text)
        if size >= _PORTION:
            yield documents[first:behind]
            first, size = behind, 0
    if first < len(documents):
        yield documents[first:]


Loaded = tuple[Table, Network, Lexicon, Diverse]

_KEPT = 4  # weights of the last files, a few megabytes each
_kept: OrderedDict[tuple[int, int, int, int], Loaded] = OrderedDict()
_keeping = threading.Lock()


def _loaded(path: Path) -> Loaded:
    """Load weights, or take what this process has loaded of the same file already.

    Unpacking them takes ten times as long as summarising a text. What is kept is only read; the
    words that a lexicon remembers are the same whoever asks for them.
    """
    known = os.stat(path)  # which a call of summarize() pays each time
    key = (known.st_dev, known.st_ino, known.st_mtime_ns, known.st_size)
    with _keeping:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
        arrays = load(path)
        stems = arrays["stems"].tobytes().decode().split("\n")
        _kept[key] = (
            Table(stems, arrays["idf"].astype(np.float64)),
            Network(arrays),
            Lexicon(stems),
            Diverse(*arrays["redundancy"].tolist()),
        )
        if len(_kept) > _KEPT:
            _kept.popitem(last=False)
        return _kept[key]


if hasattr(os, "register_at_fork"):  # a child must not wait for a thread that it does not have
    os.register_at_fork(
        before=_keeping.acquire,
        after_in_parent=_keeping.release,
        after_in_child=_keeping.release,
    )
