"""Which articles are held out of fitting, and whether what was fitted is worth keeping.

:meta private:
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from ..document import Document
from ..errors import EmptyDocumentError
from ..evaluation.corpus import Article, Corpus
from ..evaluation.results import Evaluation

__all__ = ["folds", "is_worse", "joint", "sentences_of_references", "split", "worth"]

_COUNTED = ("rouge1", "rouge2", "rougeLsum")


def joint(corpora: Sequence[Corpus]) -> Corpus:
    """All the articles as one corpus, each text once: a copy on both sides would be a leak."""
    articles = {a.text: a for corpus in reversed(corpora) for a in reversed(corpus.articles)}
    name = " and ".join(corpus.name for corpus in corpora)
    return Corpus(name, tuple(reversed(articles.values())))


def split(corpus: Corpus, share: float, *, most: int, seed: int) -> tuple[Corpus, Corpus | None]:
    """Part a corpus in what is fitted to and what is held out, by the articles' content.

    Args:
        corpus: the articles.
        share: the share that is held out; 0 holds out none.
        most: no more than so many are held out.
        seed: which ones.

    >>> rain = Corpus("rain", tuple(Article(str(n), f"{n} mm.", ("Rain.",)) for n in range(10)))
    >>> rest, held_out = split(rain, 0.2, most=100, seed=0)
    >>> len(rest), len(held_out)
    (8, 2)
    """
    count = min(round(share * len(corpus)), most, len(corpus) - 1)
    if share and not count:
        count = min(1, len(corpus) - 1)
    if not count:
        return corpus, None
    drawn = set(_order(corpus, seed)[:count])
    own = [a for i, a in enumerate(corpus.articles) if i not in drawn]
    held = [a for i, a in enumerate(corpus.articles) if i in drawn]
    return replace(corpus, articles=tuple(own)), replace(corpus, articles=tuple(held))


def folds(corpus: Corpus, count: int, *, seed: int) -> list[list[Article]]:
    """Part a corpus in so many parts of about equal size, by the articles' content."""
    order = _order(corpus, seed)
    return [[corpus.articles[i] for i in order[start::count]] for start in range(count)]


def _order(corpus: Corpus, seed: int) -> list[int]:
    def key(index: int) -> str:
        return hashlib.sha256(f"{seed} {corpus.articles[index].digest}".encode()).hexdigest()

    return sorted(range(len(corpus)), key=key)


def sentences_of_references(corpus: Corpus, language: str | None) -> int:
    """How many sentences a reference has: the median, at least 1."""
    counts = []
    for article in corpus:
        try:
            document = Document.from_text(
                article.references[0], language=language, dateline="keep", furniture="keep"
            )
        except EmptyDocumentError:
            continue
        counts.append(len(document.sentences))
    return max(sorted(counts)[len(counts) // 2], 1) if counts else 1


def worth(evaluation: Evaluation, label: str) -> float:
    """A system's F1, the mean of ROUGE-1, ROUGE-2 and ROUGE-Lsum."""
    means = evaluation.means[label]
    return sum(means[metric].fmeasure for metric in _COUNTED) / len(_COUNTED)


def is_worse(evaluation: Evaluation, label: str, than: str) -> bool:
    """Whether one system scores below another, rounding aside."""
    return worth(evaluation, label) < worth(evaluation, than) - 1e-9
