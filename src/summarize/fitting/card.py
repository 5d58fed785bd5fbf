"""The model card: what a fitted model is, what it was fitted to, and what it scores.

:meta private:
"""

from __future__ import annotations

from dataclasses import asdict

from ..backends.seq2seq.loading import ModelFiles
from ..evaluation.corpus import Corpus
from ..evaluation.environment import environment
from ..evaluation.report import to_markdown
from ..evaluation.results import Evaluation
from .settings import ModelSettings

__all__ = ["model_card"]


def model_card(
    files: ModelFiles,
    corpus: Corpus,
    fitted_to: int,
    evaluation: Evaluation | None,
    settings: ModelSettings,
    steps: int,
) -> str:
    """Return the text of ``README.md`` in the form that the hub reads.

    Args:
        files: the model that the fit began with.
        corpus: all the articles, held out or not.
        fitted_to: how many articles were fitted to.
        evaluation: the scores on those held out, if any were.
        settings: the settings of the fit.
        steps: the steps of the weights that were kept.
    """
    base = f"{files.name}, revision {files.revision}" if files.revision else files.name
    on_hub = files.revision is not None
    front = ["---", "library_name: transformers", "tags: [summarization, summarize]"]
    front += [f"base_model: {files.name}"] if on_hub else []
    chosen = {name: value for name, value in asdict(settings).items() if value is not None}
    scores = (
        "Nothing was held out, so nothing is known of how well it summarises."
        if evaluation is None
        else "On the articles held out; `before` is the model that the fit began with.\n\n"
        + to_markdown(evaluation)
    )
    return "\n".join(
        [
            *front,
            "---",
            "",
            f"# A {files.model_type} fitted to {corpus.name}",
            "",
            f"- Began with: {base}",
            f"- Fitted to: {fitted_to:,} of the {len(corpus):,} articles of {corpus.name}, "
            f"sha256 of all `{corpus.sha256}`",
            f"- Steps: {steps:,}" + (", by a low-rank adapter, merged" if settings.lora else ""),
            "- Settings: " + ", ".join(f"{name} {value}" for name, value in chosen.items()),
            "- Versions: " + ", ".join(f"{k} {v}" for k, v in environment().items()),
            "",
            '```python\nsummarize.Summarizer("bart", model="FOLDER")\n```',
            "",
            "## Scores",
            "",
            scores,
            "",
        ]
    )
