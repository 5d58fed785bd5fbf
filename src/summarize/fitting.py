"""Fit newsrank's weights to articles of one's own: ``summarize fit CORPUS --save weights.npz``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from .arguments import imported
from .backends.newsrank.fitting.settings import Settings
from .document import Document
from .errors import CorpusError, EmptyDocumentError
from .evaluation.corpus import Article, Corpus

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["fit_weights"]

_STEMS = 16_000
_FEWEST_SENTENCES = 4
_FOREIGN_EVERY = 12


def fit_weights(
    corpora: Sequence[Corpus],
    *,
    style: Literal["auto", "highlights", "lead"] = "auto",
    language: str | None = None,
    settings: Settings | None = None,
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
    from .backends.newsrank.features import Table
    from .backends.newsrank.fitting.examples import examples, vocabulary
    from .backends.newsrank.fitting.training import fit as fit_network
    from .backends.newsrank.network import STYLES
    from .backends.newsrank.terms import Lexicon

    settings = settings or Settings()
    styles = [style if style != "auto" else _style_of(corpus) for corpus in corpora]
    articles = [
        (document, reference, STYLES.index(own))
        for corpus, own in zip(corpora, styles, strict=True)
        for document, reference in _documents(corpus, language)
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


def _style_of(corpus: Corpus) -> Literal["highlights", "lead"]:
    references = list(chain.from_iterable(article.references for article in corpus))
    lines = sum("\n" in reference.strip() for reference in references)
    return "highlights" if 2 * lines > len(references) else "lead"


def _described(corpus: Corpus, style: str) -> str:
    return f"{len(corpus)} of {corpus.name} as {style}"


def _documents(corpus: Corpus, language: str | None) -> Iterator[tuple[Document, str]]:
    article: Article
    for article in corpus:
        try:
            document = Document.from_text(article.text, language=language)
        except EmptyDocumentError:
            continue
        if len(document.sentences) >= _FEWEST_SENTENCES:
            yield document, article.references[0]
