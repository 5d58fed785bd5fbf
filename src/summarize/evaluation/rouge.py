"""ROUGE, computed by rouge_score, with its recipe on every score.

:meta private:
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib.metadata import version
from typing import Any, Literal, Never, Protocol, get_args

import numpy as np

from ..arguments import imported
from ..document import Document
from ..errors import EmptyDocumentError
from ..summary import Summary
from ..text.languages import normalize_language
from ..version import __version__
from ..workers import spread
from .lcs import lcs_length, union_lcs_hits
from .results import MetricSummary
from .significance import bootstrap_intervals
from .tokenizers import STEMMERS, TOKENIZERS, Stemmer

__all__ = ["METRICS", "Metric", "Multi", "Rouge", "RougeScore", "Split", "Values"]

METRICS = ("rouge1", "rouge2", "rougeL", "rougeLsum")

Split = Literal["sentences", "lines"]
Multi = Literal["best", "pooled"]
Values = tuple[float, float, float]
Hits = tuple[int, int, int]

_NAMED_STEMS: dict[bool, Stemmer] = {True: "porter", False: "none"}
_OPTIONS = ("stem", "tokenizer", "split", "language", "multi")


class Metric(Protocol):
    """What :func:`summarize.evaluation.evaluate` asks of a way of scoring; :class:`Rouge` is one.

    An object that has these three scores in its stead. It must be picklable to score in several
    processes, and give the same values for the same texts.

    >>> class Novelty:
    ...     metrics = ("novel",)
    ...     def values(self, candidate, references):
    ...         known = set(references[0].split())
    ...         share = sum(word not in known for word in candidate.split()) / 9
    ...         return [(share, share, share)]
    ...     def signature(self, candidate="", references=(("",),)):
    ...         return "metric:novel|version:1"
    >>> from summarize.evaluation import Article, Corpus, evaluate
    >>> rain = Corpus("rain", (Article("1", "It rained. It stopped.", ("Rain fell.",)),))
    >>> result = evaluate(rain, ["lead"], sentences=1, metric=Novelty())
    >>> round(result.means["lead"]["novel"].fmeasure, 3), result.signature
    (0.222, 'metric:novel|version:1')
    """

    @property
    def metrics(self) -> tuple[str, ...]:
        """The names of what is measured, in the order of :meth:`values`."""

    def values(self, candidate: str, references: Sequence[str], /) -> list[Values]:
        """Return precision, recall and F1 by each metric, as fractions in [0, 1].

        Args:
            candidate: the summary, a :class:`summarize.Summary` where a backend wrote it; ""
                where it failed.
            references: one reference or several.
        """

    def signature(
        self, candidate: str = "", references: Iterable[Sequence[str]] = (("",),), /
    ) -> str:
        """Return the recipe of the scores: all that another must know to get the same.

        Args:
            candidate: one of the summaries.
            references: those of every article.
        """


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

    Tokens are rouge_score's own. Its n-grams are counted once a text, and its longest common
    subsequences found by a faster algorithm with the same result
    (:mod:`summarize.evaluation.lcs`); the tests hold every value to rouge_score's.

    A text without a token (empty, or in a script that the tokeniser does not know) scores 0 with
    anything, itself included.

    Args:
        metrics: any of ``rouge1`` … ``rouge9``, ``rougeL`` and ``rougeLsum``.
        stem: ``"porter"`` or ``True`` for rouge_score's stems, as the literature of the last years
            compares; ``"rouge155"`` for those of the Perl script ROUGE-1.5.5 with ``-m`` (Porter's
            behind WordNet's exceptions); ``"none"`` or ``False`` for the words themselves.
        tokenizer: ``"default"`` for rouge_score's, which knows a–z and 0–9 only; ``"unicode"``
            for one that equals it on ASCII and knows every script.
        split: where ROUGE-Lsum's sentences come from. ``"sentences"``: a :class:`Summary` has its
            own, any other text is split by this library. ``"lines"``: the text's lines, as
            rouge_score reads it. The signature says which it was: ``own``, ``sentences`` or
            ``lines``, for candidate and reference.
        language: the language that ``"sentences"`` are split in.
        multi: what several references are. ``"best"``: each metric takes the one with the best
            F1, as rouge_score does. ``"pooled"``: hits and sizes are added up over them before
            precision and recall are taken, as ROUGE-1.5.5 does by default (``-f A``).

    Raises:
        ValueError: for an unknown metric, stemmer, tokeniser, split or multi, or no metric at all.
        MissingDependencyError: if rouge_score is not installed.

    >>> scores = Rouge().score(candidate="The cat sat.", references=["A cat sat down."])
    >>> scores["rouge1"].fmeasure == 2 * (2 / 3) * (2 / 4) / (2 / 3 + 2 / 4)
    True
    """

    def __init__(
        self,
        metrics: Iterable[str] = METRICS,
        *,
        stem: bool | Stemmer = True,
        tokenizer: str = "default",
        split: Split = "sentences",
        language: str = "en",
        multi: Multi = "best",
    ) -> None:
        self.metrics = _checked_metrics(metrics)
        if tokenizer not in TOKENIZERS:
            raise ValueError(_unknown("tokenizer", tokenizer, TOKENIZERS))
        if split not in get_args(Split):
            raise ValueError(_unknown("split", split, get_args(Split)))
        if multi not in get_args(Multi):
            raise ValueError(_unknown("multi", multi, get_args(Multi)))
        if not isinstance(stem, bool) and stem not in STEMMERS:
            raise ValueError(_unknown("stem", stem, STEMMERS))
        self.stem: Stemmer = _NAMED_STEMS[stem] if isinstance(stem, bool) else stem
        self.multi = multi
        self.tokenizer = tokenizer
        self.split = split
        self.language = normalize_language(language)
        _check_installed()
        self._tokenize = TOKENIZERS[tokenizer](stem=self.stem)
        self._sizes = sorted({int(metric[5:]) for metric in self.metrics if metric[5:].isdigit()})

    def score(
        self, *positional: Never, candidate: str, references: str | Sequence[str]
    ) -> dict[str, RougeScore]:
        """Score one candidate against one reference or several.

        Both are given by name: other libraries disagree on their order.

        Raises:
            ValueError: if there is no reference.
            TypeError: if one of them is not a ``str``, or not given by name.

        >>> lines = Rouge(["rougeLsum"], split="lines")
        >>> print(lines.score(candidate="It rained.", references="It rained.")["rougeLsum"])
        ... # doctest: +ELLIPSIS
        ROUGE-Lsum 100.00 (precision 100.00, recall 100.00)
        metric:rougeLsum|stem:porter|tok:default|split:lines/lines|lang:en|refs:1|rouge_score:...
        """
        _refuse(positional)
        if isinstance(references, str):
            references = (references,)
        return self._labelled(candidate, references, self.values(candidate, references))

    def score_many(
        self,
        *positional: Never,
        candidates: Sequence[str],
        references: Sequence[str | Sequence[str]],
        processes: int = 1,
    ) -> list[dict[str, RougeScore]]:
        """Score many candidates, each against its own reference or references.

        Args:
            *positional: none; both are given by name.
            candidates: the candidates.
            references: as many entries, each one reference or several.
            processes: at most so many, started only if there is work for them. With more than
                one, a script that calls this must guard its start with ``if __name__ ==
                "__main__"``. The scores do not depend on it.

        Raises:
            ValueError: if there are not as many candidates as references.
        """
        _refuse(positional)
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

    def score_corpus(
        self,
        *positional: Never,
        candidates: Sequence[str],
        references: Sequence[str | Sequence[str]],
        processes: int = 1,
        seed: int = 0,
    ) -> dict[str, MetricSummary]:
        """Score many candidates, and return each metric's means with the F1's 95 % interval.

        Args:
            *positional: none; both are given by name.
            candidates: the candidates.
            references: as many entries, each one reference or several.
            processes: see :meth:`score_many`.
            seed: of the bootstrap, 2,000 draws of the articles with replacement.

        Raises:
            ValueError: if there are not as many candidates as references, or none.

        >>> rouge = Rouge(["rouge1"])
        >>> texts = ["It rained.", "The river rose."]
        >>> rouge.score_corpus(candidates=texts, references=["It rained.", "It rose."])["rouge1"]
        ... # doctest: +ELLIPSIS
        MetricSummary(precision=0.66..., recall=0.75, fmeasure=0.7, low=0.4..., high=1.0)
        """
        _refuse(positional)
        if not candidates:
            raise ValueError("candidates must have at least one")
        rows = self.score_many(candidates=candidates, references=references, processes=processes)
        scores = np.array(
            [[(s.precision, s.recall, s.fmeasure) for s in row.values()] for row in rows]
        )
        intervals = bootstrap_intervals(scores[:, :, 2], seed=seed)
        return {
            metric: MetricSummary(*means, *interval)
            for metric, means, interval in zip(
                self.metrics, scores.mean(axis=0).tolist(), intervals.tolist(), strict=True
            )
        }

    def values(self, candidate: str, references: Sequence[str], /) -> list[Values]:
        """Return precision, recall and F1 for each of :attr:`metrics`, without their labels."""
        _check_texts(candidate, references)
        own = self._prepared(candidate)
        rows = [self._hits(self._prepared(reference), own) for reference in references]
        if self.multi == "pooled":
            return [
                _values(*map(sum, zip(*column, strict=True))) for column in zip(*rows, strict=True)
            ]
        columns = ([_values(*hits) for hits in column] for column in zip(*rows, strict=True))
        return [max(column, key=lambda values: values[2]) for column in columns]

    def has_tokens(self, text: str) -> bool:
        """Whether the tokeniser finds anything in a text; one without scores 0 with any other.

        >>> Rouge().has_tokens("Идёт дождь."), Rouge(tokenizer="unicode").has_tokens("Идёт дождь.")
        (False, True)
        """
        return bool(self._tokenize(text))

    def signature(
        self, candidate: str = "", references: Iterable[Sequence[str]] = (("",),), /
    ) -> str:
        """Return the recipe of all the scores of such a candidate and such references.

        Of the texts matters whether they are a :class:`Summary`, which has sentences of its own,
        and how many references an article has.

        >>> Rouge(["rouge1", "rougeL"], stem=False).signature().partition("|rouge_score")[0]
        'metric:rouge1,rougeL|stem:none|tok:default|split:sentences/sentences|lang:en|refs:1'
        >>> "|refs:1-2|multi:best|" in Rouge().signature("", [["It rained."], ["Rain.", "Wet."]])
        True
        """
        return f"metric:{','.join(self.metrics)}|{self._recipe(candidate, list(references))}"

    def __repr__(self) -> str:
        options = ", ".join(f"{name}={getattr(self, name)!r}" for name in _OPTIONS)
        return f"Rouge({self.metrics!r}, {options})"

    def __reduce__(self) -> tuple[Any, ...]:
        options = {name: getattr(self, name) for name in _OPTIONS}
        return partial(type(self), **options), (self.metrics,)

    def _values_of_pair(self, pair: tuple[str, Sequence[str]]) -> list[Values]:
        return self.values(*pair)

    def _labelled(
        self, candidate: str, references: Sequence[str], values: Sequence[Values]
    ) -> dict[str, RougeScore]:
        recipe = self._recipe(candidate, [references])
        return {
            metric: RougeScore(metric, *row, f"metric:{metric}|{recipe}")
            for metric, row in zip(self.metrics, values, strict=True)
        }

    def _recipe(self, candidate: str, references: Sequence[Sequence[str]]) -> str:
        split = f"{self._split_of(candidate)}/{self._split_of(references[0][0])}"
        fewest, most = min(map(len, references)), max(map(len, references))
        several = f"|multi:{self.multi}" if most > 1 else ""
        counted = f"refs:{fewest}-{most}" if fewest < most else f"refs:{most}"
        return _recipe(self.stem, self.tokenizer, split, self.language, counted + several)

    def _split_of(self, text: str) -> str:
        return "own" if self.split == "sentences" and isinstance(text, Summary) else self.split

    def _prepared(self, text: str) -> _Prepared:
        sentences: list[list[str]] = []
        if "rougeLsum" in self.metrics:
            sentences = [self._tokenize(part) for part in self._sentences(text)]
        tokens = self._tokenize(text)
        return _Prepared(tokens, sentences, {size: _ngrams(tokens, size) for size in self._sizes})

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

    def _hits(self, reference: _Prepared, candidate: _Prepared) -> list[Hits]:
        """Return, for each metric, what both have, and the sizes of candidate and reference."""
        rows: list[Hits] = []
        for metric in self.metrics:
            if metric == "rougeL":
                hits = lcs_length(reference.tokens, candidate.tokens)
                rows.append((hits, len(candidate.tokens), len(reference.tokens)))
            elif metric == "rougeLsum":
                hits = union_lcs_hits(reference.sentences, candidate.sentences)
                own, other = (sum(map(len, side.sentences)) for side in (candidate, reference))
                rows.append((hits, own, other))
            else:
                given, wanted = (side.ngrams[int(metric[5:])] for side in (candidate, reference))
                rows.append(((given & wanted).total(), given.total(), wanted.total()))
        return rows


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A text's tokens, those of each of its sentences, and its n-grams by their size."""

    tokens: list[str]
    sentences: list[list[str]]
    ngrams: dict[int, Counter[tuple[str, ...]]]


def _ngrams(tokens: list[str], size: int) -> Counter[tuple[str, ...]]:
    return Counter(zip(*(tokens[start:] for start in range(size)), strict=False))


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


def _refuse(positional: Sequence[object]) -> None:
    if positional:
        raise TypeError("candidate and references are given by name: candidate=…, references=…")


def _check_installed() -> None:
    imported("rouge_score", "ROUGE", "eval")


@cache
def _recipe(stem: Stemmer, tokenizer: str, split: str, language: str, references: str) -> str:
    return (
        f"stem:{stem}|tok:{tokenizer}|split:{split}|lang:{language}|{references}|"
        f"rouge_score:{version('rouge_score')}|summarize:{__version__}"
    )
