"""The backend: documents in, ratings out.

:meta private:
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...arguments import one_of
from ...document import Document
from ...errors import BackendLoadError
from ...selection import Diverse
from ..threads import lock_across_forks
from .features import FEATURES, Layout, Table, features, layout, parts
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
        gains: dict[int, dict[str, float]] = {number: {} for number in numbers}
        for part, places in parts(document):
            start = int(places.place[0])
            chosen = [number for number in gains if 0 <= number - start < len(places.place)]
            if not chosen:
                continue
            terms = self._lexicon.terms([part])
            found = features([part], places, terms, self._table)
            whole = self._network.rate(found, terms, places, self._style)
            last = 0
            for group, names in FEATURES.items():
                first, last = last, last + len(names)
                usual = found.matrix.copy()
                usual[:, first:last] = self._network.usual[first:last]
                shown = found._replace(matrix=usual)
                gain = whole - self._network.rate(shown, terms, places, self._style)
                for number in chosen:
                    gains[number][group] = float(gain[number - start])
        return [gains[number] for number in numbers]

    def score(self, documents: Sequence[Document], /) -> list[Sequence[float]]:
        """Return the logarithm of each sentence's share of its document's salience.

        All at once, but for as many as would take much memory. A document of more than some
        30,000 sentences is rated in parts, so that memory does not grow with it: each as a document
        of its own, but for the places of its sentences.
        """
        scores: list[Sequence[float]] = []
        for portion in _portions(documents):
            scores += self._scores(portion)
        return scores

    def _scores(self, documents: Sequence[Document]) -> list[Sequence[float]]:
        places = layout(documents)
        if len(documents) == 1 and (
            len(places.place) > _SURELY_WHOLE or len(documents[0].text) > _LONG
        ):
            rated = [self._rated([part], where) for part, where in parts(documents[0])]
            ratings = np.concatenate(rated)
        else:
            ratings = self._rated(documents, places)
        ratings -= np.maximum.reduceat(ratings, places.first).take(places.document)
        total = np.add.reduceat(np.exp(ratings), places.first)
        scores = (ratings - np.log(total).take(places.document)).tolist()
        ends = places.sizes.cumsum().tolist()
        return [scores[first:end] for first, end in zip(places.first.tolist(), ends, strict=True)]

    def _rated(self, documents: Sequence[Document], places: Layout) -> NDArray[np.float64]:
        terms = self._lexicon.terms(documents)
        found = features(documents, places, terms, self._table)
        return self._network.rate(found, terms, places, self._style)


_PORTION = 500_000  # characters
_SURELY_WHOLE = 2_000  # sentences, of a document that is not cut into parts
_LONG = 2_000_000  # characters, of one that may be cut although it has fewer sentences


def _portions(documents: Sequence[Document]) -> Iterator[Sequence[Document]]:
    """Cut a batch into parts of at least so many characters, but for the last; a document that may
    be long is one alone.
    """
    first = size = 0
    for behind, document in enumerate(documents, start=1):
        if size and len(document.sentences) > _SURELY_WHOLE:
            yield documents[first : behind - 1]
            first, size = behind - 1, 0
        size += len(document.text)
        if size >= _PORTION:
            yield documents[first:behind]
            first, size = behind, 0
    if first < len(documents):
        yield documents[first:]


Loaded = tuple[Table, Network, Lexicon, Diverse]

_KEPT = 4  # weights of the last files, a few megabytes each
_kept: OrderedDict[tuple[int, int, int, int], Loaded] = OrderedDict()
_keeping = lock_across_forks()


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
