"""Summaries that exist already, matched with their references.

:meta private:
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..errors import CorpusError, ReadError
from ..readers import decode
from ..readers.records import has_records, read_records
from ..workers import spread
from .corpus import Article, Columns, Corpus
from .environment import environment
from .measuring import Measure, Output, as_arrays
from .results import Evaluation, SystemResult
from .rouge import Metric, Rouge

__all__ = ["Outputs", "read_outputs", "read_references", "score_outputs"]

_SENTENCE_END = "<n>"  # how published outputs, one a line, write a line end within one
_NAMED_IDS = 3


@dataclass(frozen=True, slots=True)
class Outputs:
    """A system's summaries, one for each article of a corpus, in its order."""

    label: str
    name: str
    summaries: tuple[str, ...] = field(repr=False)


def read_references(path: str, columns: Columns | None = None) -> Corpus:
    """Read references, from records or from lines of text, as a corpus.

    Its documents are empty where the file has no articles.

    Raises:
        CorpusError: if the file cannot be read, or there is no reference in it.
    """
    columns = columns or Columns()
    if not has_records(path):
        lines = enumerate(_lines(path), start=1)
        return Corpus(path, tuple(Article(str(line), "", (text,)) for line, text in lines))
    articles = [
        Article(
            record.id,
            record.text(columns.article) if columns.article in record.fields else "",
            record.references(columns.summary),
        )
        for record in read_records(path, id_column=columns.id)
    ]
    return Corpus(path, tuple(articles))


def read_outputs(
    path: str,
    corpus: Corpus,
    *,
    label: str = "",
    id_column: str = "id",
    column: str = "summary",
) -> Outputs:
    """Read a system's summaries and match them with the references.

    Records are matched by id with references that are records; anything else by its place.

    Args:
        path: the file.
        corpus: from :func:`read_references`.
        label: the system's name; the file's if empty.
        id_column: the column of a record's id.
        column: the column of its summary.

    Raises:
        CorpusError: if the file cannot be read, or does not match.
    """
    label = label or Path(path).name.partition(".")[0]
    if not has_records(path):
        summaries = _lines(path)
    else:
        records = list(read_records(path, id_column=id_column))
        texts = {record.id: record.text(column) for record in records}
        if has_records(corpus.name):
            ids = [article.id for article in corpus]
            _check_ids(path, ids, texts)
            return Outputs(label, path, tuple(texts[each] for each in ids))
        summaries = list(texts.values())
    if len(summaries) != len(corpus):
        reason = f"has {len(summaries)} summaries for the {len(corpus)} references"
        raise CorpusError(path, f"{reason} in {corpus.name}")
    return Outputs(label, path, tuple(summaries))


def score_outputs(
    corpus: Corpus,
    outputs: Iterable[Outputs],
    *,
    metric: Metric | None = None,
    support: bool = False,
    limit: int | None = None,
    seed: int = 0,
    processes: int = 1,
) -> Evaluation:
    """Measure existing summaries; the others are compared with the first.

    Args:
        corpus: the references, and the documents where there are any.
        outputs: each system's summaries.
        metric: how to score; :class:`Rouge` as the literature uses it if ``None``.
        support: also check each summary against its document, where there is one.
        limit: score only a random sample of so many.
        seed: of the sample, the bootstrap and the tests.
        processes: how many may score; see :meth:`Rouge.score_many`.

    Raises:
        ValueError: if two systems have one label.
    """
    metric = metric or Rouge()
    systems = list(outputs)
    labels = [system.label for system in systems]
    for label in labels:
        if labels.count(label) > 1:
            raise ValueError(f"two systems have the label {label!r}; give each its own")
    sample = corpus.sample(limit, seed=seed) if limit else corpus
    drawn = {article.id for article in sample}
    kept = [place for place, article in enumerate(corpus) if article.id in drawn]
    measure = Measure(metric, support=support)
    return Evaluation(
        sample,
        None,
        metric.metrics,
        metric.signature("", [article.references for article in sample]),
        tuple(_measured(_taken(system, kept), sample, measure, processes) for system in systems),
        seed=seed,
        environment=environment(),
    )


def _taken(system: Outputs, places: Sequence[int]) -> Outputs:
    return replace(system, summaries=tuple(system.summaries[place] for place in places))


def _measured(system: Outputs, corpus: Corpus, measure: Measure, processes: int) -> SystemResult:
    pairs = [
        Output(summary, article.references, article.text)
        for summary, article in zip(system.summaries, corpus, strict=True)
    ]
    scores, traits = as_arrays(spread(measure, pairs, processes=processes))
    return SystemResult(system.label, system.name, {}, {}, system.summaries, scores, traits)


def _lines(path: str) -> list[str]:
    try:
        text = decode(Path(path).read_bytes(), path)
    except ReadError as error:
        raise CorpusError(path, error.reason) from None
    except OSError as error:
        raise CorpusError(path, (error.strerror or str(error)).lower()) from error
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    if lines[-1] == "":
        lines.pop()
    return [line.replace(_SENTENCE_END, "\n") for line in lines]


def _check_ids(path: str, wanted: Sequence[str], given: Iterable[str]) -> None:
    missing = [each for each in wanted if each not in given]
    known = set(wanted)
    unknown = [each for each in given if each not in known]
    reasons = []
    if missing:
        reasons.append(f"{len(missing)} of {len(wanted)} ids are missing ({_some(missing)})")
    if unknown:
        reasons.append(f"{len(unknown)} ids are not in the references ({_some(unknown)})")
    if reasons:
        raise CorpusError(path, " and ".join(reasons))


def _some(ids: Sequence[str]) -> str:
    named = ", ".join(repr(each) for each in ids[:_NAMED_IDS])
    return named if len(ids) <= _NAMED_IDS else f"{named}, …"
