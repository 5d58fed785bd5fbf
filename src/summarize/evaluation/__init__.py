"""How good summaries are: ROUGE, intervals, tests of differences, and corpora to measure on.

>>> from summarize.evaluation import Rouge
>>> Rouge().score(candidate="It rained.", references=["It rained."])["rouge2"].fmeasure
1.0
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .corpus import Article, Columns, Corpus, read_corpus
    from .evaluator import System, evaluate
    from .gate import Baseline, Change
    from .outputs import Outputs, read_outputs, read_references, score_outputs
    from .report import save, table
    from .results import Comparison, Evaluation, Failure, MetricSummary, SystemResult
    from .rouge import METRICS, Metric, Rouge, RougeScore

__all__ = [
    "METRICS",
    "Article",
    "Baseline",
    "Change",
    "Columns",
    "Comparison",
    "Corpus",
    "Evaluation",
    "Failure",
    "Metric",
    "MetricSummary",
    "Outputs",
    "Rouge",
    "RougeScore",
    "System",
    "SystemResult",
    "evaluate",
    "read_corpus",
    "read_outputs",
    "read_references",
    "save",
    "score_outputs",
    "table",
]

_NAMES = {
    "corpus": ("Article", "Columns", "Corpus", "read_corpus"),
    "evaluator": ("System", "evaluate"),
    "gate": ("Baseline", "Change"),
    "outputs": ("Outputs", "read_outputs", "read_references", "score_outputs"),
    "report": ("save", "table"),
    "results": ("Comparison", "Evaluation", "Failure", "MetricSummary", "SystemResult"),
    "rouge": ("METRICS", "Metric", "Rouge", "RougeScore"),
}
_HOMES = {name: module for module, names in _NAMES.items() for name in names}


if not TYPE_CHECKING:  # to a checker, a name that is not imported above is a mistake

    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        import importlib

        value = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
