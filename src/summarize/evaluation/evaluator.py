"""Run systems on a corpus and measure what they write.

:meta private:
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from .. import registry
from ..backends.base import Abstractive, Extractive
from ..document import Document
from ..errors import EmptyDocumentError
from ..length import Length
from ..summarizer import Summarizer
from ..summary import Failure as NoSummary
from ..summary import Summary
from ..workers import spread
from .corpus import Article, Corpus
from .environment import environment
from .measuring import Measure, Output, as_arrays
from .results import Evaluation, Failure, SystemResult
from .rouge import Metric, Rouge

if TYPE_CHECKING:
    from tqdm import tqdm

__all__ = ["BASELINE_LABEL", "System", "evaluate"]

BASELINE_LABEL = "lead-3"


@dataclass(frozen=True)
class System:
    """A backend with its options, under a label.

    Attributes:
        backend: a backend's name, or a backend object.
        label: the row's name; the backend's if empty.
        options: the options of a backend given by name.
    """

    backend: str | Extractive | Abstractive
    label: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.label:
            own = getattr(self.backend, "name", type(self.backend).__name__)
            name = self.backend if isinstance(self.backend, str) else own
            object.__setattr__(self, "label", name)


def evaluate(
    corpus: Corpus,
    systems: Iterable[str | System],
    *,
    sentences: int | None = None,
    words: int | None = None,
    ratio: float | None = None,
    language: str | None = None,
    metric: Metric | None = None,
    support: bool = False,
    seed: int = 0,
    batch_size: int = 32,
    processes: int = 1,
    time_limit: float | None = None,
    progress: bool = False,
) -> Evaluation:
    """Run every system on every article, and measure the summaries.

    The last row is always ``lead-3``: the first three sentences, whatever length is asked of the
    others. An article on which a system fails counts as an empty summary, with scores of 0, and
    is listed in the result's ``failures``.

    Args:
        corpus: the articles.
        systems: names of backends, or :class:`System`. The others are compared with the first.
        sentences: at most so many sentences; 3 if no length is given.
        words: at most so many words.
        ratio: at most this share of each document's words.
        language: the language of the articles; each one's is found if ``None``.
        metric: how to score; :class:`Rouge` as the literature uses it if ``None``.
        support: also check each summary against its article; see :mod:`summarize.support`.
        seed: of the bootstrap and of the tests.
        batch_size: how many documents a backend is given at once.
        processes: how many may score; see :meth:`Rouge.score_many`. The result does not depend
            on it.
        time_limit: seconds that a system may take for an article, once it is split into sentences;
            then it fails on it. Each system is run in another process with one; see
            :meth:`summarize.Summarizer.summarize_many`. ``None`` is no limit.
        progress: show a progress bar on standard error, if that is a terminal.

    Raises:
        ValueError: if two systems have one label, or there is none.
        SummarizeError: if a backend cannot be loaded, or a length makes no sense.

    >>> corpus = Corpus("rain", (Article("1", "It rained. It stopped.", ("It rained.",)),))
    >>> result = evaluate(corpus, ["lead"], sentences=1)
    >>> [(system.label, result.means[system.label]["rouge1"].recall) for system in result.systems]
    [('lead', 1.0), ('lead-3', 1.0)]
    """
    length = Length(sentences=sentences, words=words, ratio=ratio)
    metric = metric or Rouge(language=language or corpus.language)
    runs = [(system, length) for system in _checked(systems)]
    runs.append((System("lead", BASELINE_LABEL), Length(sentences=3)))
    documents = [_document(article, language) for article in corpus]
    measure = Measure(metric, support=support, language=language)
    results: list[SystemResult] = []
    with _progress_bar(len(corpus) * len(runs), shown=progress) as bar:
        for system, its_length in runs:
            bar.set_description(system.label)
            limit = None if system.label == BASELINE_LABEL else time_limit
            run = _run(system, its_length, corpus, documents, batch_size, limit, bar.update)
            outputs = [
                Output(summary, article.references, article.text)
                for summary, article in zip(run.summaries, corpus, strict=True)
            ]
            scores, traits = as_arrays(spread(measure, outputs, processes=processes))
            results.append(
                SystemResult(
                    system.label,
                    run.name,
                    system.options,
                    its_length.to_dict(),
                    tuple(run.summaries),
                    scores,
                    traits,
                    tuple(run.failures),
                    run.documents_per_second,
                )
            )
    summaries = (each for result in results for each in result.summaries)
    typical = next((each for each in summaries if isinstance(each, Summary)), "")
    return Evaluation(
        corpus,
        length,
        metric.metrics,
        metric.signature(typical, [article.references for article in corpus]),
        tuple(results),
        seed=seed,
        environment=environment(),
    )


def _progress_bar(total: int, *, shown: bool) -> tqdm[NoReturn]:
    from tqdm import tqdm

    # With disable=None, tqdm looks whether there is a terminal.
    return tqdm(total=total, unit="document", leave=False, disable=None if shown else True)


def _checked(systems: Iterable[str | System]) -> list[System]:
    checked = [System(each) if isinstance(each, str) else each for each in systems]
    if not checked:
        raise ValueError("there must be at least one system")
    labels = [system.label for system in checked]
    for label in labels:
        if label == BASELINE_LABEL:
            raise ValueError(f"the label {label!r} is the baseline's, which is always there")
        if labels.count(label) > 1:
            raise ValueError(f"two systems have the label {label!r}; give each its own")
    for system in checked:
        if isinstance(system.backend, str):
            registry.load(system.backend)  # so that a wrong name fails now, not hours later
    return checked


def _document(article: Article, language: str | None) -> Document | None:
    try:
        return Document.from_text(article.text, language=language)
    except EmptyDocumentError:
        return None


@dataclass
class _Run:
    """What a system wrote: a summary for each article, "" where it failed."""

    name: str
    summaries: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, article: Article, result: Summary | NoSummary) -> None:
        if isinstance(result, Summary):
            self.summaries.append(result)
            self.seconds += result.timings["total"]
        else:
            self.summaries.append("")
            error = result.alone
            reason = " ".join(str(error).split())
            self.failures.append(Failure(article.id, f"{type(error).__name__}: {reason}"))

    @property
    def documents_per_second(self) -> float | None:
        done = len(self.summaries) - len(self.failures)
        return done / self.seconds if self.seconds else None


def _run(
    system: System,
    length: Length,
    corpus: Corpus,
    documents: Sequence[Document | None],
    batch_size: int,
    time_limit: float | None,
    advance: Callable[[int], object],
) -> _Run:
    with Summarizer(system.backend, **system.options) as summarizer:
        run = _Run(summarizer.name)
        results = summarizer.summarize_many(
            ("" if document is None else document for document in documents),  # "" fails as empty
            sentences=length.sentences,
            words=length.words,
            ratio=length.ratio,
            batch_size=batch_size,
            errors="yield",
            time_limit=time_limit,
        )
        for article, result in zip(corpus.articles, results, strict=True):
            run.add(article, result)
            advance(1)
    return run
