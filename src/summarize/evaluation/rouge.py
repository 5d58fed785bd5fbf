"""ROUGE, computed by rouge_score, with its recipe on every score.

:meta private:
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib.metadata import version
from typing import Any, Literal

from ..document import Document
from ..errors import EmptyDocumentError, MissingDependencyError
from ..summary import Summary
from ..text.words import normalize_language
from ..version import __version__
from .lcs import lcs_length, union_lcs_hits
from .processes import spread
from .tokenizers import TOKENIZERS

__all__ = ["METRICS", "Rouge", "RougeScore", "Split"]

METRICS = ("rouge1", "rouge2", "rougeL", "rougeLsum")

Split = Literal["sentences", "lines"]
Values = tuple[float, float, float]

_OPTIONS = ("stem", "tokenizer", "split", "language")


@dataclass(frozen=True, slots=True)
class RougeScore:
    """One metric of one candidate, as fractions.

    Attributes:
        metric: such as ``"rouge1"``.
        precision: the share of the candidate's units (n-grams or tokens) found in the reference.
        recall: the share of the reference's units found in the candidate.
        fmeasure: their harmonic mean, 2·P·R ÷ (P + R); 0 where both are.
        signature: the recipe: how the number was made, by which versions.
    """

    metric: str
    precision: float
    recall: float
    fmeasure: float
    signature: str

    def __str__(self) -> str:
        name = self.metric.replace("rouge", "ROUGE-")
        return (
            f"{name} {100 * self.fmeasure:.2f} (precision {100 * self.precision:.2f}, "
            f"recall {100 * self.recall:.2f}) {self.signature}"
        )


class Rouge:
    """ROUGE-N, ROUGE-L and ROUGE-Lsum of Lin (2004), with the values of rouge_score.

    Tokens and n-gram counts are rouge_score's own. Its longest common subsequences are found by a
    faster algorithm with the same result (:mod:`summarize.evaluation.lcs`); the tests hold both to
    rouge_score.

    A text without a token (empty, or in a script that the tokeniser does not know) scores 0 with
    anything, itself included. Of several references, each metric takes the one with the best F1.

    Args:
        metrics: any of ``rouge1`` … ``rouge9``, ``rougeL`` and ``rougeLsum``.
        stem: compare Porter stems, as the literature does.
        tokenizer: ``"default"`` for rouge_score's, which knows a–z and 0–9 only; ``"unicode"``
            for one that equals it on ASCII and knows every script.
        split: where ROUGE-Lsum's sentences come from. ``"sentences"``: a :class:`Summary` has its
            own, any other text is split by this library. ``"lines"``: the text's lines, as
            rouge_score reads it. The signature says which it was: ``own``, ``sentences`` or
            ``lines``, for candidate and reference.
        language: the language that ``"sentences"`` are split in.

    Raises:
        ValueError: for an unknown metric, tokeniser or split, or no metric at all.
        MissingDependencyError: if rouge_score is not installed.

    >>> scores = Rouge().score(candidate="The cat sat.", references=["A cat sat down."])
    >>> scores["rouge1"].fmeasure == 2 * (2 / 3) * (2 / 4) / (2 / 3 + 2 / 4)
    True
    """

    def __init__(
        self,
        metrics: Iterable[str] = METRICS,
        *,
        stem: bool = True,
        tokenizer: str = "default",
        split: Split = "sentences",
        language: str = "en",
    ) -> None:
        self.metrics = _checked_metrics(metrics)
        if tokenizer not in TOKENIZERS:
            raise ValueError(_unknown("tokenizer", tokenizer, TOKENIZERS))
        if split not in ("sentences", "lines"):
            raise ValueError(_unknown("split", split, ("sentences", "lines")))
        self.stem = stem
        self.tokenizer = tokenizer
        self.split = split
        self.language = normalize_language(language)
        scorer_class = _scorer_class()
        self._tokenize = TOKENIZERS[tokenizer](stem=stem)
        ngrams = [metric for metric in self.metrics if metric[5:].isdigit()]
        self._ngrams = scorer_class(ngrams, tokenizer=_AlreadyTokens())

    def score(self, *, candidate: str, references: str | Sequence[str]) -> dict[str, RougeScore]:
        """Score one candidate against one reference or several.

        Raises:
            ValueError: if there is no reference.
            TypeError: if one of them is not a ``str``.

        >>> lines = Rouge(["rougeLsum"], split="lines")
        >>> print(lines.score(candidate="It rained.", references="It rained.")["rougeLsum"])
        ... # doctest: +ELLIPSIS
        ROUGE-Lsum 100.00 (precision 100.00, recall 100.00)
        metric:rougeLsum|stem:porter|tok:default|split:lines/lines|lang:en|rouge_score:0.1.2|...
        """
        if isinstance(references, str):
            references = (references,)
        return self._labelled(candidate, references, self.values(candidate, references))

    def score_many(
        self,
        *,
        candidates: Sequence[str],
        references: Sequence[str | Sequence[str]],
        processes: int = 1,
    ) -> list[dict[str, RougeScore]]:
        """Score many candidates, each against its own reference or references.

        Args:
            candidates: the candidates.
            references: as many entries, each one reference or several.
            processes: at most so many, started only if there is work for them. With more than
                one, a script that calls this must guard its start with ``if __name__ ==
                "__main__"``. The scores do not depend on it.

        Raises:
            ValueError: if there are not as many candidates as references.
        """
        if len(candidates) != len(references):
            raise ValueError(
                f"{len(candidates)} candidates for {len(references)} references: "
                "there must be as many of one as of the other"
            )
        pairs = [
            (candidate, (each,) if isinstance(each, str) else tuple(each))
            for candidate, each in zip(candidates, references, strict=True)
        ]
        rows = spread(self._values_of_pair, pairs, processes=processes)
        return [self._labelled(*pair, row) for pair, row in zip(pairs, rows, strict=True)]

    def values(self, candidate: str, references: Sequence[str]) -> list[Values]:
        """Return precision, recall and F1 for each of :attr:`metrics`, without their labels."""
        _check_texts(candidate, references)
        own = self._prepared(candidate)
        rows = [self._pair(self._prepared(reference), own) for reference in references]
        return [max(column, key=lambda values: values[2]) for column in zip(*rows, strict=True)]

    def signature(self, candidate: str = "", references: Sequence[str] = ("",)) -> str:
        """Return the recipe of all the scores of such a candidate and references.

        The texts matter only in that a :class:`Summary` has sentences of its own.

        >>> Rouge(["rouge1", "rougeL"], stem=False).signature().partition("|rouge_score")[0]
        'metric:rouge1,rougeL|stem:none|tok:default|split:sentences/sentences|lang:en'
        """
        return f"metric:{','.join(self.metrics)}|{self._recipe(candidate, references)}"

    def __reduce__(self) -> tuple[Any, ...]:
        options = {name: getattr(self, name) for name in _OPTIONS}
        return partial(type(self), **options), (self.metrics,)

    def _values_of_pair(self, pair: tuple[str, Sequence[str]]) -> list[Values]:
        return self.values(*pair)

    def _labelled(
        self, candidate: str, references: Sequence[str], values: Sequence[Values]
    ) -> dict[str, RougeScore]:
        recipe = self._recipe(candidate, references)
        return {
            metric: RougeScore(metric, *row, f"metric:{metric}|{recipe}")
            for metric, row in zip(self.metrics, values, strict=True)
        }

    def _recipe(self, candidate: str, references: Sequence[str]) -> str:
        split = f"{self._split_of(candidate)}/{self._split_of(references[0])}"
        return _recipe(self.stem, self.tokenizer, split, self.language)

    def _split_of(self, text: str) -> str:
        return "own" if self.split == "sentences" and isinstance(text, Summary) else self.split

    def _prepared(self, text: str) -> _Prepared:
        sentences: list[list[str]] = []
        if "rougeLsum" in self.metrics:
            sentences = [self._tokenize(part) for part in self._sentences(text)]
        return _Prepared(self._tokenize(text), sentences)

    def _sentences(self, text: str) -> list[str]:
        if self.split == "lines":
            return text.split("\n")
        if isinstance(text, Summary):
            return [sentence.text for sentence in text.sentences]
        try:
            document = Document.from_text(
                text, language=self.language, dateline="keep", furniture="keep"
            )
        except EmptyDocumentError:
            return []
        return [sentence.text for sentence in document.sentences]

    def _pair(self, reference: _Prepared, candidate: _Prepared) -> list[Values]:
        ngrams = self._ngrams.score(reference.tokens, candidate.tokens)
        rows: list[Values] = []
        for metric in self.metrics:
            if metric == "rougeL":
                hits = lcs_length(reference.tokens, candidate.tokens)
                rows.append(_values(hits, len(candidate.tokens), len(reference.tokens)))
            elif metric == "rougeLsum":
                hits = union_lcs_hits(reference.sentences, candidate.sentences)
                sizes = (sum(map(len, side.sentences)) for side in (candidate, reference))
                rows.append(_values(hits, *sizes))
            else:
                rows.append(tuple(ngrams[metric]))
        return rows


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A text's tokens, and those of each of its sentences."""

    tokens: list[str]
    sentences: list[list[str]]


class _AlreadyTokens:
    """A tokenizer for rouge_score that is given tokens: each text is tokenised once."""

    def tokenize(self, tokens: list[str]) -> list[str]:
        return tokens


def _values(hits: int, candidate_size: int, reference_size: int) -> Values:
    precision = hits / candidate_size if candidate_size else 0.0
    recall = hits / reference_size if reference_size else 0.0
    both = precision + recall
    return precision, recall, 2 * precision * recall / both if both else 0.0


def _checked_metrics(metrics: Iterable[str]) -> tuple[str, ...]:
    if isinstance(metrics, str):
        metrics = (metrics,)
    checked = tuple(dict.fromkeys(metrics))
    if not checked:
        raise ValueError("metrics must name at least one metric")
    for metric in checked:
        if metric not in METRICS and not re.fullmatch(r"rouge[1-9]", str(metric)):
            raise ValueError(_unknown("metric", metric, METRICS))
    return checked


def _unknown(what: str, given: object, known: Iterable[str]) -> str:
    names = {name.lower(): name for name in known}
    plain = re.sub(r"[^a-z0-9]", "", str(given).lower())
    close = difflib.get_close_matches(plain, names, n=1, cutoff=0.5)
    hint = f"; did you mean {names[close[0]]!r}?" if close else ""
    return f"unknown {what} {given!r}{hint} (available: {', '.join(names.values())})"


def _check_texts(candidate: object, references: Sequence[object]) -> None:
    if not isinstance(candidate, str):
        raise TypeError(f"candidate must be a str, not {type(candidate).__name__}")
    if not references:
        raise ValueError("references must have at least one reference")
    for reference in references:
        if not isinstance(reference, str):
            raise TypeError(f"a reference must be a str, not {type(reference).__name__}")


def _scorer_class() -> Any:
    try:
        from rouge_score.rouge_scorer import RougeScorer
    except ImportError:
        raise MissingDependencyError("ROUGE", "rouge_score", "summarize[eval]") from None
    return RougeScorer


@cache
def _recipe(stem: bool, tokenizer: str, split: str, language: str) -> str:
    return (
        f"stem:{'porter' if stem else 'none'}|tok:{tokenizer}|split:{split}|lang:{language}|"
        f"rouge_score:{version('rouge_score')}|summarize:{__version__}"
    )
