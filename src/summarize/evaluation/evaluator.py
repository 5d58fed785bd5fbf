"""Run systems on a corpus and measure what they write.

:meta private:
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

from .. import registry
from ..backends.base import Abstractive, Extractive
from ..document import Document
from ..errors import EmptyDocumentError
from ..length import Length
from ..summarizer import Summarizer, progress_bar, summarized_apart
from ..summary import Failure as NoSummary
from ..summary import Summary
from ..workers import spread
from .corpus import Article, Corpus
from .environment import environment
from .measuring import Measure, Output, as_arrays
from .results import BASELINE_LABEL, Evaluation, Failure, SystemResult
from .rouge import Metric, Rouge

__all__ = ["System", "evaluate"]


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
    apart: bool = False,
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
        apart: have backends that are named and not ours loaded and run by processes of their own,
            and by this one never: whatever such a backend ends, closes or changes once it is
            loaded, it is the failure of an article, and the evaluation goes on. Each is loaded
            once before anything is run, and one that cannot be ends the evaluation then.
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
    runs = [(system, length) for system in _checked(systems, apart=apart)]
    runs.append((System("lead", BASELINE_LABEL), Length(sentences=3)))
    texts = [_text(article, language) for article in corpus]
    measure = Measure(metric, support=support, language=language)
    rows: list[SystemResult] = []
    with progress_bar(len(corpus) * len(runs), shown=None if progress else False) as bar:
        for system, its_length in runs:
            bar.set_description(system.label)
            limit = None if system.label == BASELINE_LABEL else time_limit
            with _results(system, its_length, texts, batch_size, limit, apart) as (name, results):
                run = _Run(name)
                for article, result in zip(corpus.articles, results, strict=True):
                    run.add(article, result)
                    bar.update()
            outputs = [
                Output(summary, article.references, article.text)
                for summary, article in zip(run.summaries, corpus, strict=True)
            ]
            scores, traits = as_arrays(spread(measure, outputs, processes=processes))
            rows.append(
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
    summaries = (each for row in rows for each in row.summaries)
    typical = next((each for each in summaries if isinstance(each, Summary)), "")
    return Evaluation(
        corpus,
        length,
        metric.metrics,
        metric.signature(typical, [article.references for article in corpus]),
        tuple(rows),
        seed=seed,
        environment=environment(),
    )


def _checked(systems: Iterable[str | System], *, apart: bool) -> list[System]:
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
        if isinstance(system.backend, str) and not (apart and _is_foreign(system.backend)):
            registry.load(system.backend)  # so that a wrong name fails now, not hours later
    for system in checked:
        if apart and isinstance(system.backend, str) and _is_foreign(system.backend):
            _load_apart(system.backend, system.options)
    return checked


def _load_apart(backend: str, options: Mapping[str, Any]) -> None:
    """Load a backend in a process that is ended then, to see now that it can be loaded.

    An empty text is refused there before the backend is asked anything.
    """
    with closing(
        summarized_apart(backend, options, [""], length=Length(sentences=1), batch_size=1)
    ) as results:
        next(results)


def _is_foreign(backend: object) -> bool:
    """Whether it is the name of a backend that is not ours, and is there."""
    names = (info.name for info in registry.available())
    return isinstance(backend, str) and backend not in registry.BUILT_IN and backend in names


def _text(article: Article, language: str | None) -> Document | str:
    try:
        return Document.from_text(article.text, language=language)
    except EmptyDocumentError:
        return ""  # which fails as empty


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


@contextmanager
def _results(
    system: System,
    length: Length,
    texts: Sequence[Document | str],
    batch_size: int,
    time_limit: float | None,
    apart: bool,
) -> Iterator[tuple[str, Iterator[Summary | NoSummary]]]:
    """The name of a system's backend, and what comes of each text."""
    if apart and isinstance(system.backend, str) and _is_foreign(system.backend):
        with closing(
            summarized_apart(
                system.backend,
                system.options,
                texts,
                length=length,
                batch_size=batch_size,
                time_limit=time_limit,
            )
        ) as results:
            yield system.backend, results
        return
    with Summarizer(system.backend, **system.options) as summarizer:
        yield (
            summarizer.name,
            summarizer.summarize_many(
                texts,
                sentences=length.sentences,
                words=length.words,
                ratio=length.ratio,
                batch_size=batch_size,
                errors="yield",
                time_limit=time_limit,
            ),
        )
