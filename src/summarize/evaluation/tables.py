"""What an evaluation says, as rows and lines of text; each kind of report lays them out.

:meta private:
"""

from __future__ import annotations

from .results import ALPHA, TRAITS, Evaluation, SystemResult

__all__ = ["Rows", "heading", "metric_name", "notes", "score_rows", "trait_rows"]

Rows = list[list[str]]

_TRAIT_NAMES = {
    "words": "words",
    "compression_ratio": "compression",
    "read_fraction": "read",
    "coverage": "coverage",
    "density": "density",
    "novel_bigrams": "novel bigrams",
    "support": "support",
}
_TRAIT_FORMATS = {
    "read_fraction": ".0%",
    "novel_bigrams": ".1%",
    "coverage": ".3f",
    "support": ".3f",
}


def metric_name(metric: str) -> str:
    """Return the name that people write.

    >>> metric_name("rouge1"), metric_name("rougeLsum")
    ('ROUGE-1', 'ROUGE-Lsum')
    """
    return metric.replace("rouge", "ROUGE-")


def score_rows(evaluation: Evaluation) -> Rows:
    """Return a row for each system: its F1 by each metric, with the interval."""
    header = ["F1, %", *map(metric_name, evaluation.metrics)]
    return [header] + [
        [system.label, *(_score(evaluation, system, metric) for metric in evaluation.metrics)]
        for system in evaluation.systems
    ]


def trait_rows(evaluation: Evaluation) -> Rows:
    """Return a row for each system: means of the traits that any system has."""
    means = {system.label: system.mean_traits() for system in evaluation.systems}
    shown = [name for name in TRAITS if any(row[name] is not None for row in means.values())]
    timed = any(system.documents_per_second for system in evaluation.systems)
    stood_in = any(system.fallbacks for system in evaluation.systems)
    last = [*(["documents/s"] if timed else []), *(["stood in"] if stood_in else [])]
    rows = [["mean", *(_TRAIT_NAMES[name] for name in shown), *last, "failed"]]
    for system in evaluation.systems:
        traits = [_trait(name, means[system.label][name]) for name in shown]
        speed = [_speed(system.documents_per_second)] if timed else []
        own = [str(system.fallbacks)] if stood_in else []
        rows.append([system.label, *traits, *speed, *own, str(len(system.failures))])
    return rows


def notes(evaluation: Evaluation) -> list[str]:
    """Return what a reader must know of how the numbers were made."""
    first = evaluation.systems[0].label
    lines = [f"[low, high]: 95% bootstrap interval of the mean ({evaluation.resamples:,} draws)."]
    if evaluation.comparisons:
        lines.append(
            f"*: differs from {first} (paired approximate randomisation, {evaluation.trials:,} "
            f"draws; Holm's correction for {len(evaluation.comparisons)} comparisons; "
            f"p < {ALPHA})."
        )
    if evaluation.length is not None:
        lines.append("lead-3: the first three sentences, whatever the length of the others.")
    if any(system.fallbacks for system in evaluation.systems):
        lines.append("stood in: the document's own sentences, as the model's draft would not do.")
    if evaluation.failed:
        lines.append("A failed document counts as an empty summary: it scores 0.")
    lines.append(f"Signature: {evaluation.signature}|seed:{evaluation.seed}")
    return lines


def heading(evaluation: Evaluation) -> str:
    """Return the corpus, its size and hash, and the length of the summaries."""
    corpus = evaluation.corpus
    count = f"{len(corpus):,} document{'s' * (len(corpus) != 1)}"
    return f"{corpus.name}: {count} (sha256 {corpus.sha256[:12]}){_length(evaluation)}"


def _length(evaluation: Evaluation) -> str:
    if evaluation.length is None:
        return ""
    [(unit, value)] = evaluation.length.to_dict().items()
    if unit == "ratio":
        return f", summaries of at most {value:.0%} of the words"
    return f", summaries of at most {value} {unit if value != 1 else unit[:-1]}"


def _score(evaluation: Evaluation, system: SystemResult, metric: str) -> str:
    mean = evaluation.means[system.label][metric]
    star = "*" if evaluation.differs(system.label, metric) else ""
    return f"{100 * mean.fmeasure:.2f}{star} [{100 * mean.low:.1f}, {100 * mean.high:.1f}]"


def _trait(name: str, value: float | None) -> str:
    return "–" if value is None else format(value, _TRAIT_FORMATS.get(name, ".1f"))


def _speed(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"
