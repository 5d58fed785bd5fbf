"""Fit newsrank's weights to articles of one's own, and measure them on articles held out.

:meta private:
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ..arguments import imported
from ..backends.newsrank import NewsRank
from ..backends.newsrank.fitting.settings import FitSettings
from ..backends.newsrank.weights import archived
from ..document import Document
from ..errors import CorpusError, EmptyDocumentError
from ..evaluation.corpus import Article, Corpus
from ..evaluation.evaluator import System, evaluate
from ..evaluation.results import Evaluation
from ..files import write_atomically
from ..length import Length
from .held_out import folds, joint, sentences_of_references, split

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["fit_weights", "measure_weights", "save_weights"]

_STEMS = 16_000
_FEWEST_SENTENCES = 4
_FOREIGN_EVERY = 12
# Below so many articles a tenth is too few to tell by, and a fit takes seconds: each article is
# then rated by weights that are fitted to four fifths of the others.
_FEW_ARTICLES = 1000
_FOLDS = 5
_HELD_OUT, _MOST_HELD_OUT = 0.1, 1000


def fit_weights(
    corpora: Sequence[Corpus],
    *,
    style: Literal["auto", "highlights", "lead"] = "auto",
    language: str | None = None,
    settings: FitSettings | None = None,
    report: Callable[[str], None] = lambda line: None,
) -> dict[str, NDArray[Any]]:
    """Fit weights for ``Summarizer("newsrank", weights=…)``; save them with :func:`numpy.savez`.

    The same articles, settings and versions give the same weights.

    Args:
        corpora: articles with references; those of four sentences and more are used.
        style: what the references are; ``"auto"`` takes a corpus whose references mostly have
            several lines for highlights and any other for opening paragraphs. The rating of a
            style that no corpus has equals the other's.
        language: the language of the articles; each one's is found if ``None``.
        settings: what is chosen by hand.
        report: called with each line of progress.

    Raises:
        CorpusError: if there are too few articles to fit anything.
        MissingDependencyError: if PyTorch is not installed.
    """
    imported("torch", "fitting", "fit")
    from ..backends.newsrank.features import Table
    from ..backends.newsrank.fitting.examples import examples, vocabulary
    from ..backends.newsrank.fitting.training import fit as fit_network
    from ..backends.newsrank.terms import Lexicon
    from ..backends.newsrank.weights import STYLES

    settings = settings or FitSettings()
    styles = [style if style != "auto" else _style_of(corpus) for corpus in corpora]
    articles = [
        (document, reference, STYLES.index(own))
        for corpus, own in zip(corpora, styles, strict=True)
        for document, reference in _documents(
            corpus, language, settings.whole_every if own == "lead" else 0
        )
    ]
    if len(articles) < 2:
        raise CorpusError(corpora[0].name if corpora else "corpus", "too few articles to fit to")
    report(f"{len(articles)} articles: {', '.join(map(_described, corpora, styles))}")
    stems, idf = vocabulary((document for document, _, _ in articles), _STEMS)
    made = list(examples(articles, Lexicon(stems), Table(stems, idf), foreign_every=_FOREIGN_EVERY))
    report(f"{len(made)} examples, {len(stems)} stems")
    del articles
    weights = fit_network(made, idf, settings, report)
    if len(set(styles)) == 1:
        index = STYLES.index(styles[0])
        weights["rating"] = np.repeat(weights["rating"][:, [index]], len(STYLES), axis=1)
    return {
        **weights,
        "stems": np.frombuffer("\n".join(stems).encode(), np.uint8),
        "idf": idf.astype(np.float32),
    }


def measure_weights(
    corpora: Sequence[Corpus],
    *,
    style: Literal["auto", "highlights", "lead"] = "auto",
    language: str | None = None,
    settings: FitSettings | None = None,
    report: Callable[[str], None] = lambda line: None,
) -> tuple[Evaluation, dict[str, NDArray[Any]]]:
    """Fit weights, and measure such weights on articles that they were not fitted to.

    Under 1,000 articles, five fits to four fifths each rate the fifth that they have not seen, and
    the weights are then fitted to all; else a tenth, at most 1,000, is held out of the one fit.

    Args:
        corpora: as for :func:`fit_weights`, as are the others.
        style: what the references are.
        language: the language of the articles; each one's is found if ``None``.
        settings: what is chosen by hand.
        report: called with each line of progress.

    Returns:
        The evaluation, in which ``fitted`` are these weights, ``before`` those of the package and
        ``lead`` the opening, each with as many sentences as the references mostly have; and the
        weights.

    Raises:
        CorpusError: if there are too few articles to hold any out.
        MissingDependencyError: if PyTorch or rouge-score is not installed.
    """
    settings = settings or FitSettings()

    def fit_to(left_out: frozenset[str], tell: Callable[[str], None]) -> dict[str, NDArray[Any]]:
        kept = []
        for corpus in corpora:
            own = tuple(article for article in corpus if article.text not in left_out)
            kept += [replace(corpus, articles=own)] if own else []
        return fit_weights(kept, style=style, language=language, settings=settings, report=tell)

    everything = joint(corpora)
    if len(everything) < 2 * _FOLDS:
        raise CorpusError(everything.name, f"fewer than {2 * _FOLDS} articles: too few to fit to")
    few = len(everything) < _FEW_ARTICLES
    if few:
        measured = everything
        parts = folds(everything, _FOLDS, seed=settings.seed)
    else:
        _, held_out = split(everything, _HELD_OUT, most=_MOST_HELD_OUT, seed=settings.seed)
        assert held_out is not None
        measured, parts = held_out, [list(held_out)]
    report(f"measuring on {len(measured)} articles held out" + f", {_FOLDS} fits" * few)
    weights: dict[str, NDArray[Any]] = {}
    backends = []
    for part in parts:
        weights = fit_to(frozenset(a.text for a in part), report if not few else lambda line: None)
        backends.append(_loaded(weights, style))
    fitted = _Parts({a.text: b for part, b in zip(parts, backends, strict=True) for a in part})
    evaluation = evaluate(
        measured,
        [System(fitted, "fitted"), System("newsrank", "before", {"style": style}), System("lead")],
        sentences=sentences_of_references(measured, language),
        language=language,
        seed=settings.seed,
    )
    return evaluation, fit_to(frozenset(), report) if few else weights


class _Parts:
    """newsrank, each article rated by the weights that have not seen it."""

    def __init__(self, backends: dict[str, NewsRank]) -> None:
        self._backends = backends

    def selector(
        self, document: Document, scores: Sequence[float], length: Length
    ) -> Sequence[int]:
        return self._backends[document.text].selector(document, scores, length)

    def score(self, documents: Sequence[Document], /) -> list[Sequence[float]]:
        return [self._backends[d.text].score([d])[0] for d in documents]


def _loaded(
    weights: dict[str, NDArray[Any]], style: Literal["auto", "highlights", "lead"]
) -> NewsRank:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "weights.npz"
        save_weights(weights, path)
        return NewsRank(weights=path, style=style)


def save_weights(weights: dict[str, NDArray[Any]], path: Path) -> None:
    """Write weights so that there is never half of them under their name.

    Raises:
        OSError: if they cannot be written; what was there before is then as it was.
    """
    write_atomically(path, archived(weights))


def _style_of(corpus: Corpus) -> Literal["highlights", "lead"]:
    references = list(chain.from_iterable(article.references for article in corpus))
    lines = sum("\n" in reference.strip() for reference in references)
    return "highlights" if 2 * lines > len(references) else "lead"


def _described(corpus: Corpus, style: str) -> str:
    return f"{len(corpus)} of {corpus.name} as {style}"


def _documents(
    corpus: Corpus, language: str | None, whole_every: int
) -> Iterator[tuple[Document, str]]:
    """The documents of a corpus with their references; one in so many begins with its own, so that
    a first sentence that is the answer is known from one before which the answer was cut off.
    """
    article: Article
    for number, article in enumerate(corpus, start=1):
        text = article.text
        if whole_every and number % whole_every == 0:
            text = f"{article.references[0]}\n\n{text}"
        try:
            document = Document.from_text(text, language=language)
        except EmptyDocumentError:
            continue
        if len(document.sentences) >= _FEWEST_SENTENCES:
            yield document, article.references[0]
