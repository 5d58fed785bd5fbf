"""Hold an evaluation against a saved one: what fell, and what rose, by more than chance.

:meta private:
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ..errors import CorpusError
from ..registry import BUILT_IN
from ..text.controls import one_line
from .corpus import Corpus
from .results import ALPHA, BASELINE_LABEL, Evaluation
from .significance import holm, paired_p_values
from .tables import metric_name

__all__ = ["Baseline", "Change", "described"]

# What a file may say of our backends beside numbers: which model, and how it computes. All else is
# the caller's alone: what lets a folder's code or a pickle run, has a key sent to an address, names
# a folder to write to, or starts processes.
_OF_A_FILE = frozenset(
    "model tokenizer revision weights dtype engine device task prefix source_language "
    "target_language long retry_unsupported style focus prompt stop_words do_sample early_stopping "
    "local_files_only".split()
)
_OF_NO_FILE = frozenset(("backend", "jobs", "self", "time_limit"))


@dataclass(frozen=True, slots=True)
class Change:
    """One score then and now, as fractions.

    Attributes:
        label: the system.
        metric: the metric, by its F1.
        before: the baseline's mean.
        now: the mean now.
        p_value: of the paired test, adjusted by Holm's method for all the scores that differ on
            any article (of the others it is certain that they did not change: Tarone 1990).
        verdict: ``"fell"`` or ``"rose"`` if the change is significant (p < 0.05) *and* larger than
            the tolerance, else ``"held"``.
    """

    label: str
    metric: str
    before: float
    now: float
    p_value: float
    verdict: Literal["fell", "rose", "held"]


class Baseline:
    """An evaluation that was saved as JSON.

    The file is data: its form is checked as a whole, and options in it that might let code run, or
    send a key somewhere, are never taken from it (:meth:`system_options`).

    Args:
        path: the file.

    Raises:
        CorpusError: if it cannot be read, or holds no evaluation.

    Attributes:
        path: the file.
        systems: what was saved of each system, by its label.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = os.fspath(path)
        try:
            saved = json.loads(Path(path).read_text(encoding="utf-8"))
            _check_form(saved)
        except OSError as error:
            raise CorpusError(self.path, (error.strerror or str(error)).lower()) from error
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            reason = "not an evaluation saved by 'summarize evaluate --save FILE.json'"
            raise CorpusError(self.path, f"{reason} ({error})") from error
        self.systems: dict[str, Mapping[str, Any]] = {
            system["label"]: system for system in saved["systems"]
        }
        self._recipe = _recipe(saved["signature"])
        self._sha256 = saved["corpus"]["sha256"]
        self._digests = [article["sha256"] for article in saved["articles"]]

    def system_options(self, label: str, given: Collection[str] = ()) -> dict[str, Any]:
        """The options of a saved system, for running it again.

        Of a backend that is not ours, of which nobody here knows what an option does, only numbers
        are taken.

        Args:
            label: the system's.
            given: the names of options that the caller gives in their stead.

        Raises:
            CorpusError: if there is one that only the caller may give.
        """
        saved = self.systems[label]
        options = dict(saved.get("options") or {})
        ours = saved["backend"] in BUILT_IN
        for name in sorted(options.keys() - set(given)):
            if not _is_harmless(name, options[name], ours):
                raise CorpusError(
                    self.path,
                    f"{label} has the option {name}={options[name]!r:.100}, which is never taken "
                    f"from a file: say it yourself, with -o {label}:{name}=…",
                )
        return options

    def check_corpus(self, corpus: Corpus) -> None:
        """Refuse other articles than the baseline's, before anything is run on them.

        Raises:
            CorpusError: if they are.
        """
        if self._sha256 != corpus.sha256:
            raise CorpusError(self.path, "made on other articles than these (sha256 differs)")

    def __repr__(self) -> str:
        return f"Baseline({self.path!r})"

    def compare(self, evaluation: Evaluation, *, tolerance: float = 0.005) -> list[Change]:
        """Compare every score that is in both, system by system and metric by metric.

        The test is the paired one of :func:`paired_p_values`, article by article.

        Args:
            evaluation: the evaluation now.
            tolerance: the change that is let pass, as a fraction: 0.005 is half a ROUGE point.

        Raises:
            CorpusError: if the baseline was made on other articles, with other settings or at
                another length, or has no system in common.
        """
        self._check(evaluation)
        pairs = [
            (system.label, metric, before, system.fmeasures(column))
            for system in evaluation.systems
            if system.label in self
            for column, metric in enumerate(evaluation.metrics)
            for before in [self._scores(system.label, metric)]
        ]
        then = np.argsort(self._digests, kind="stable")
        now = np.argsort([article.digest for article in evaluation.corpus], kind="stable")
        before = np.array([scores for *_, scores, _ in pairs]).T[then]
        after = np.array([scores for *_, scores in pairs]).T[now]
        p_values = paired_p_values(after - before, trials=evaluation.trials, seed=evaluation.seed)
        changed = np.flatnonzero((after != before).any(axis=0))
        p_values[changed] = holm(p_values[changed].tolist())
        return [
            _change(label, metric, float(old), float(new), float(p), tolerance)
            for (label, metric, *_), old, new, p in zip(
                pairs, before.mean(axis=0), after.mean(axis=0), p_values, strict=True
            )
        ]

    def unmatched(self, evaluation: Evaluation) -> Iterator[str]:
        """Yield a line for each system that only one of the two has, and so is not compared."""
        labels = [system.label for system in evaluation.systems]
        yield from (f"{label} is not in the baseline" for label in labels if label not in self)
        yield from (f"{label} was not run" for label in self.systems if label not in labels)

    def _scores(self, label: str, metric: str) -> list[float]:
        scores: dict[str, list[float]] = self.systems[label]["per_document"]
        if metric not in scores:
            raise CorpusError(self.path, f"{label} has no scores by {metric}")
        return scores[metric]

    def __contains__(self, label: str) -> bool:
        return label in self.systems

    def _check(self, evaluation: Evaluation) -> None:
        self.check_corpus(evaluation.corpus)
        if self._recipe != (recipe := _recipe(evaluation.signature)):
            saved = one_line(self._recipe)
            raise CorpusError(self.path, f"scored by {saved}, not by {recipe}")
        if sorted(self._digests) != sorted(article.digest for article in evaluation.corpus):
            raise CorpusError(self.path, "its articles have other hashes than its corpus")
        common = [system for system in evaluation.systems if system.label in self]
        if all(system.label == BASELINE_LABEL for system in common):  # which always holds
            known = ", ".join(label for label in self.systems if label != BASELINE_LABEL)
            raise CorpusError(self.path, f"has none of these systems, only {known}")
        for system in common:
            before = self.systems[system.label].get("length")
            if before != dict(system.length):
                reason = f"{system.label} was run at {before}, not at {dict(system.length)}"
                raise CorpusError(self.path, reason)


def _check_form(saved: Any) -> None:
    """Raise an error of any of several kinds unless ``saved`` is what ``Evaluation.to_dict`` gives.

    What is checked is what is read: a file of another form fails here and nowhere later.
    """
    articles = len(saved["articles"])
    if not articles or not saved["systems"]:
        raise ValueError("it has no article or no system")
    hashes = [saved["corpus"]["sha256"], *(article["sha256"] for article in saved["articles"])]
    if not all(isinstance(each, str) for each in (saved["signature"], *hashes)):
        raise TypeError("a signature or a hash in it is no text")
    labels = [system["label"] for system in saved["systems"]]
    if "" in labels or labels == [BASELINE_LABEL]:
        raise ValueError("a system in it has no label, or there is none to run")
    if len(set(labels)) < len(labels):
        raise ValueError("two systems in it have one label")
    for system in saved["systems"]:
        if not all(isinstance(system[name], str) for name in ("label", "backend")):
            raise TypeError("a label or a backend in it is no text")
        for name in ("options", "length", "per_document"):
            if not isinstance(system.get(name, {}), dict):
                raise TypeError(f"{name} of {system['label']} is no object")
        for metric, scores in system["per_document"].items():
            if len(scores) != articles or not all(map(_is_fraction, scores)):
                raise ValueError(
                    f"{metric} of {system['label']} is not a score in [0, 1] for each article"
                )


def _is_harmless(name: str, value: object, ours: bool) -> bool:
    """Whether an option may come from a file."""
    if name in _OF_NO_FILE:
        return False
    if isinstance(value, int | float | None) and not isinstance(value, bool):
        return True
    return ours and ((value is False and name != "use_safetensors") or name in _OF_A_FILE)


def _is_fraction(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _recipe(signature: str) -> str:
    """What of a signature must agree: all but our own version, which is what is under test."""
    return "|".join(part for part in signature.split("|") if not part.startswith("summarize:"))


def _change(
    label: str, metric: str, before: float, now: float, p_value: float, tolerance: float
) -> Change:
    verdict: Literal["fell", "rose", "held"] = "held"
    if p_value < ALPHA and abs(now - before) > tolerance:
        verdict = "rose" if now > before else "fell"
    return Change(label, metric, before, now, p_value, verdict)


def described(changes: Sequence[Change]) -> Iterator[str]:
    """Return a line for each score that fell or rose, and one that counts the others."""
    held = 0
    for change in changes:
        if change.verdict == "held":
            held += 1
            continue
        before, now = 100 * change.before, 100 * change.now
        yield (
            f"{change.label} {metric_name(change.metric)} {change.verdict}: {before:.2f} → "
            f"{now:.2f} ({now - before:+.2f}, p = {change.p_value:.4f})"
        )
    if held:
        yield f"{held} score{'s' * (held != 1)} held"
