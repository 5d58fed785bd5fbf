"""An evaluation as a table for people, and as files."""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from .results import ALPHA, TRAITS, Evaluation, SystemResult

__all__ = [
    "FORMATS",
    "heading",
    "metric_name",
    "notes",
    "save",
    "score_rows",
    "table",
    "to_csv",
    "to_json",
    "to_markdown",
    "trait_rows",
    "write_atomically",
    "writer_for",
]

Rows = list[list[str]]

_LISTED_FAILURES = 10
_TRAIT_NAMES = {
    "words": "words",
    "compression_ratio": "compression",
    "read_fraction": "read",
    "coverage": "coverage",
    "density": "density",
    "novel_bigrams": "novel bigrams",
}
_TRAIT_FORMATS = {"read_fraction": ".0%", "novel_bigrams": ".1%", "coverage": ".3f"}


def metric_name(metric: str) -> str:
    """Return the name that people write.

    >>> metric_name("rouge1"), metric_name("rougeLsum")
    ('ROUGE-1', 'ROUGE-Lsum')
    """
    return metric.replace("rouge", "ROUGE-")


def table(evaluation: Evaluation) -> str:
    """Return the evaluation as aligned text: scores, traits, notes and failures."""
    parts = [
        heading(evaluation),
        "\n".join(_aligned(score_rows(evaluation))),
        "\n".join(_aligned(trait_rows(evaluation))),
        "\n".join(notes(evaluation)),
        "\n".join(_failures(evaluation)),
    ]
    return "\n\n".join(part for part in parts if part)


def to_markdown(evaluation: Evaluation) -> str:
    """Return the same as Markdown."""
    parts = [
        heading(evaluation),
        "\n".join(_piped(score_rows(evaluation))),
        "\n".join(_piped(trait_rows(evaluation))),
        "\n".join(f"- {note}" for note in notes(evaluation)),
        "\n".join(f"- {line.strip()}" for line in _failures(evaluation)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def to_json(evaluation: Evaluation) -> str:
    """Return :meth:`Evaluation.to_dict` as JSON."""
    value = evaluation.to_dict()
    # A backend's options may be of any kind, such as a torch.dtype.
    return json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False, default=str) + "\n"


def to_csv(evaluation: Evaluation) -> str:
    """Return a row for each system, scores as fractions."""
    fields = ("precision", "recall", "fmeasure", "low", "high")
    measured = [f"{metric}_{field}" for metric in evaluation.metrics for field in fields]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        ["label", "backend", "documents", "failed", *measured, *TRAITS, "documents_per_second"]
    )
    for system in evaluation.systems:
        means = evaluation.means[system.label]
        scores = [
            getattr(means[metric], field) for metric in evaluation.metrics for field in fields
        ]
        traits = system.mean_traits().values()
        counts = (len(evaluation.corpus), len(system.failures))
        writer.writerow(
            [system.label, system.backend, *counts, *scores, *traits, system.documents_per_second]
        )
    return out.getvalue()


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
    last = ["documents/s"] if timed else []
    rows = [["mean", *(_TRAIT_NAMES[name] for name in shown), *last, "failed"]]
    for system in evaluation.systems:
        traits = [_trait(name, means[system.label][name]) for name in shown]
        speed = [_speed(system.documents_per_second)] if timed else []
        rows.append([system.label, *traits, *speed, str(len(system.failures))])
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
    if evaluation.failed:
        lines.append("A failed document counts as an empty summary: it scores 0.")
    lines.append(f"Signature: {evaluation.signature}|seed:{evaluation.seed}")
    return lines


def save(evaluation: Evaluation, path: str | os.PathLike[str]) -> None:
    """Write the evaluation to a file, whole or not at all.

    Args:
        evaluation: what to write.
        path: the file; its ending, one of :data:`FORMATS`, says how.

    Raises:
        ValueError: for another ending.
        OSError: if it cannot be written.
    """
    target = Path(path)
    write_atomically(target, writer_for(target)(evaluation))


def writer_for(path: Path) -> Callable[[Evaluation], str]:
    """Return the function that makes the text for a file of that name."""
    try:
        return FORMATS[path.suffix.lower()]
    except KeyError:
        raise ValueError(f"{path}: must end in {', '.join(FORMATS)}") from None


def write_atomically(path: Path, text: str) -> None:
    """Write a UTF-8 file so that there is never half of it under its name."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace", newline="\n") as file:
            file.write(text)
        mask = os.umask(0)
        os.umask(mask)
        Path(temporary).chmod(0o666 & ~mask)  # mkstemp's files are its owner's alone
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _to_html(evaluation: Evaluation) -> str:
    from .page import to_html

    return to_html(evaluation)


FORMATS: dict[str, Callable[[Evaluation], str]] = {
    ".json": to_json,
    ".csv": to_csv,
    ".md": to_markdown,
    ".html": _to_html,
}


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
    return f", summaries of at most {value} {unit}"


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


def _failures(evaluation: Evaluation) -> Iterator[str]:
    for system in evaluation.systems:
        if not system.failures:
            continue
        yield f"{system.label} failed on {len(system.failures)}:"
        for failure in system.failures[:_LISTED_FAILURES]:
            yield f"  {failure.id}: {failure.error}"
        if len(system.failures) > _LISTED_FAILURES:
            yield f"  and {len(system.failures) - _LISTED_FAILURES} more (--save FILE.json has all)"


def _aligned(rows: Rows) -> Iterator[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        first, *others = (
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join([first, *others])


def _piped(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    for number, row in enumerate(rows):
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
        if number == 0:
            yield "|---" + "|---:" * (len(row) - 1) + "|"
