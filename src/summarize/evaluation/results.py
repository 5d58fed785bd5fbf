"""What an evaluation found: scores with their uncertainty, and which differences are real.

:meta private:
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..backends.base import without_secrets
from ..length import Length
from .corpus import Corpus
from .significance import bootstrap_intervals, holm, paired_p_values

__all__ = [
    "ALPHA",
    "BASELINE_LABEL",
    "TRAITS",
    "Comparison",
    "Evaluation",
    "Failure",
    "MetricSummary",
    "SystemResult",
]

Array = NDArray[np.float64]

BASELINE_LABEL = "lead-3"
"""The row of every evaluation: the first three sentences."""
ALPHA = 0.05
_FMEASURE = 2

# What is measured of a summary besides ROUGE: the columns of SystemResult.traits.
# ``support`` is there where it is asked for.
TRAITS = (
    "words", "compression_ratio", "read_fraction", "coverage", "density", "novel_bigrams",
    "support",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Failure:
    """A document that a system gave no summary for, and why."""

    id: str
    error: str


@dataclass(frozen=True, slots=True)
class MetricSummary:
    """A system's mean score by one metric; ``low`` … ``high`` is the F1's 95 % interval."""

    precision: float
    recall: float
    fmeasure: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class SystemResult:
    """One row of the table.

    Attributes:
        label: the row's name, unique.
        backend: the backend's name; for existing outputs, the file's.
        options: the backend's options.
        length: the length asked for, such as ``{"sentences": 3}``; empty for existing outputs.
        summaries: a text for each article; "" where it failed.
        scores: precision, recall and F1: articles × metrics × 3. A failed one scores 0.
        traits: articles × :data:`TRAITS`; NaN where it failed or is not defined.
        failures: the failed ones.
        documents_per_second: by the time of the backend and the selection; splitting into
            sentences is the same for all and not counted. ``None`` for existing outputs.
    """

    label: str
    backend: str
    options: Mapping[str, Any]
    length: Mapping[str, float]
    summaries: tuple[str, ...] = field(repr=False)
    scores: Array = field(repr=False)
    traits: Array = field(repr=False)
    failures: tuple[Failure, ...] = field(default=(), repr=False)
    documents_per_second: float | None = None

    def fmeasures(self, metric: int) -> Array:
        """The F1 of each article by the metric of that index."""
        return self.scores[:, metric, _FMEASURE]

    @property
    def fallbacks(self) -> int:
        """How many summaries are the document's own sentences, as the model's would not do."""
        return sum(getattr(each, "fallback", None) is not None for each in self.summaries)

    def mean_traits(self) -> dict[str, float | None]:
        """The mean of each trait over the articles that have it; ``None`` if none has."""
        defined = ~np.isnan(self.traits)
        return {
            name: float(self.traits[:, column][defined[:, column]].mean())
            if defined[:, column].any()
            else None
            for column, name in enumerate(TRAITS)
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """The difference between two systems by one metric.

    Attributes:
        a, b: their labels; ``a`` is the first system.
        metric: the metric, by its F1.
        difference: the mean F1 of ``a`` less that of ``b``.
        p_value: of a two-sided paired approximate-randomisation test.
        p_adjusted: the same by Holm's method, for all the comparisons of the evaluation.
        significant: whether ``p_adjusted`` is below 0.05.
    """

    a: str
    b: str
    metric: str
    difference: float
    p_value: float
    p_adjusted: float
    significant: bool


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Systems, measured on the same articles; the first is what the others are compared with.

    Attributes:
        corpus: the articles.
        length: the length asked of the systems; ``None`` for existing outputs.
        metrics: the ROUGE metrics.
        signature: how they were computed.
        systems: a result for each system.
        seed: of the bootstrap and of the tests.
        resamples: draws of the bootstrap.
        trials: draws of the tests.
        environment: versions, processor and date.
    """

    corpus: Corpus
    length: Length | None
    metrics: tuple[str, ...]
    signature: str
    systems: tuple[SystemResult, ...]
    seed: int = 0
    resamples: int = 2000
    trials: int = 10_000
    environment: Mapping[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        labels = ", ".join(repr(system.label) for system in self.systems)
        return f"<Evaluation of {labels} on {self.corpus!r}>"

    @cached_property
    def means(self) -> dict[str, dict[str, MetricSummary]]:
        """By label and metric."""
        fmeasures = np.concatenate([each.scores[:, :, _FMEASURE] for each in self.systems], axis=1)
        intervals = bootstrap_intervals(fmeasures, resamples=self.resamples, seed=self.seed)
        of_systems = intervals.reshape(len(self.systems), len(self.metrics), 2).tolist()
        return {
            system.label: {
                metric: MetricSummary(*means, *interval)
                for metric, means, interval in zip(
                    self.metrics, system.scores.mean(axis=0).tolist(), its_intervals, strict=True
                )
            }
            for system, its_intervals in zip(self.systems, of_systems, strict=True)
        }

    @cached_property
    def comparisons(self) -> tuple[Comparison, ...]:
        """The first system against each other one, by each metric."""
        first, *others = self.systems
        if not others:
            return ()
        differences = np.concatenate(
            [first.scores[:, :, _FMEASURE] - other.scores[:, :, _FMEASURE] for other in others],
            axis=1,
        )
        p_values = paired_p_values(differences, trials=self.trials, seed=self.seed).tolist()
        pairs = [(other.label, metric) for other in others for metric in self.metrics]
        return tuple(
            Comparison(first.label, label, metric, float(difference), p, adjusted, adjusted < ALPHA)
            for (label, metric), difference, p, adjusted in zip(
                pairs, differences.mean(axis=0), p_values, holm(p_values), strict=True
            )
        )

    def differs(self, label: str, metric: str) -> bool:
        """Whether a system differs significantly from the first one."""
        return any(
            comparison.significant
            for comparison in self.comparisons
            if (comparison.b, comparison.metric) == (label, metric)
        )

    @property
    def failed(self) -> bool:
        """Whether a system failed on an article."""
        return any(system.failures for system in self.systems)

    def to_dict(self) -> dict[str, Any]:
        """Everything but the texts, as plain values that ``json`` can write.

        ``per_document`` and ``articles`` are what a later run needs to test against this one.
        """
        corpus = self.corpus
        return {
            "signature": self.signature,
            "corpus": {"name": corpus.name, "documents": len(corpus), "sha256": corpus.sha256},
            "length": self.length.to_dict() if self.length else {},
            "systems": [self._system_dict(system) for system in self.systems],
            "comparisons": [asdict(comparison) for comparison in self.comparisons],
            "statistics": {
                "confidence": 0.95,
                "bootstrap_resamples": self.resamples,
                "randomisation_trials": self.trials,
                "seed": self.seed,
            },
            "articles": [{"id": each.id, "sha256": each.digest} for each in corpus],
            "environment": dict(self.environment),
        }

    def _system_dict(self, system: SystemResult) -> dict[str, Any]:
        return {
            "label": system.label,
            "backend": system.backend,
            "options": without_secrets(system.options),
            "length": dict(system.length),
            "documents": len(self.corpus),
            "failed": len(system.failures),
            "failures": [asdict(failure) for failure in system.failures],
            "scores": {metric: asdict(mean) for metric, mean in self.means[system.label].items()},
            "fallbacks": system.fallbacks,
            **system.mean_traits(),
            "documents_per_second": system.documents_per_second,
            "per_document": {
                metric: system.fmeasures(column).tolist()
                for column, metric in enumerate(self.metrics)
            },
        }
