"""Whether the measuring itself is right: ROUGE, intervals and tests against their references.

    python benchmarks/evaluation.py --data FOLDER

FOLDER holds the development data: ``outputs/bart_large_cnn.jsonl.gz``, and articles in ``cnndm``,
``guardian``, ``xsum`` and ``dialogsum``.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from recording import record, table
from rouge_score.rouge_scorer import RougeScorer
from scipy import stats

from summarize import Document
from summarize.evaluation import METRICS, Columns, Rouge, evaluate, read_corpus
from summarize.evaluation.outputs import read_outputs, read_references, score_outputs
from summarize.evaluation.report import to_json
from summarize.evaluation.significance import bootstrap_intervals, paired_p_values

CORPORA = ("cnndm/dev", "guardian/dev", "xsum/train", "dialogsum/dev")
PUBLISHED = {"rouge1": 44.05, "rouge2": 20.98, "rougeLsum": 40.97}

Pair = tuple[str, str]
Row = tuple[str, ...]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the development data")
    data = parser.parse_args().data
    outputs = data / "outputs" / "bart_large_cnn.jsonl.gz"
    pairs = [*output_pairs(outputs), *article_pairs(data)]
    rows = [
        *equality_rows(pairs),
        published_row(outputs),
        *statistics_rows(),
        repeat_row(data),
        *speed_rows(pairs[:4000]),
    ]
    body = table(("what", "measured", "to reach"), rows)
    packages = ("rouge_score", "nltk", "numpy", "scipy", "sentencex")
    record("evaluation", f"# The measuring itself\n\n{body}", packages)


def output_pairs(path: Path) -> list[Pair]:
    """Published outputs with their references."""
    corpus = read_references(str(path), Columns(summary="reference"))
    found = read_outputs(str(path), corpus)
    references = [article.references[0] for article in corpus]
    return list(zip(found.summaries, references, strict=True))


def article_pairs(data: Path) -> list[Pair]:
    """The first 70 words of articles, in lines, with their references."""
    pairs: list[Pair] = []
    for name in CORPORA:
        for article in read_corpus(data / f"{name}.jsonl.gz").sample(800):
            words = article.text.split()[:70]
            lines = [" ".join(words[start : start + 20]) for start in range(0, len(words), 20)]
            pairs.append(("\n".join(lines), article.references[0]))
    return pairs


def equality_rows(pairs: list[Pair]) -> list[Row]:
    rows: list[Row] = []
    for split, prepared in (("lines", str), ("sentences", in_sentences)):
        for stem in (True, False):
            theirs = RougeScorer(METRICS, use_stemmer=stem)
            ours = Rouge(stem=stem, split=split)
            worst = max(
                abs(getattr(found[metric], part) - getattr(expected[metric], part))
                for candidate, reference in pairs
                for found in [ours.score(candidate=candidate, references=reference)]
                for expected in [theirs.score(prepared(reference), prepared(candidate))]
                for metric, part in itertools.product(METRICS, ("precision", "recall", "fmeasure"))
            )
            what = (
                f"largest difference from rouge_score, {len(pairs):,} pairs, all four metrics, "
                f"{'stems' if stem else 'words'}, split by {split}"
            )
            rows.append((what, f"{worst:.1g}", "≤ 1e-9"))
    return rows


def in_sentences(text: str) -> str:
    sentences = Document.from_text(text, dateline="keep").sentences
    return "\n".join(sentence.text for sentence in sentences)


def published_row(path: Path) -> Row:
    corpus = read_references(str(path), Columns(summary="reference"))
    found = score_outputs(corpus, [read_outputs(str(path), corpus)])
    [means] = found.means.values()
    scores = "/".join(f"{100 * means[metric].fmeasure:.2f}" for metric in PUBLISHED)
    reach = "/".join(map(str, PUBLISHED.values()))
    what = f"ROUGE-1/2/Lsum of the published BART outputs (n = {len(corpus)})"
    return what, scores, f"{reach} ± 0.1"


def statistics_rows() -> list[Row]:
    rows: list[Row] = []
    for documents in (20, 36, 200, 1000):
        shares = []
        for shape in ((3, 5), (0.8, 4)):  # the shapes of ROUGE-1's and ROUGE-2's scores
            scores = np.random.default_rng(documents).beta(*shape, (documents, 4000))
            intervals = bootstrap_intervals(scores)
            mean = shape[0] / sum(shape)
            held = (intervals[:, 0] <= mean) & (mean <= intervals[:, 1])
            shares.append(held.mean())
        what = (
            f"95% intervals that hold the true mean, {documents} documents, 2 × 4,000 simulations"
        )
        rows.append((what, " and ".join(f"{share:.1%}" for share in shares), "93–97%"))
    trials = 20_000
    errors = []
    for documents, shift in itertools.product((12, 60, 300), (0.0, 0.02, 0.05)):
        differences = np.random.default_rng(documents).normal(shift, 0.15, documents)
        expected = stats.permutation_test(
            (differences,),
            np.mean,
            permutation_type="samples",
            n_resamples=trials,
            rng=np.random.default_rng(1),
        ).pvalue
        [found] = paired_p_values(differences, trials=trials)
        # Ours counts both tails; SciPy doubles the smaller one.
        variance = expected * (1 - expected) + 2 * expected * (1 - expected / 2)
        errors.append(abs(found - expected) / np.sqrt(variance / trials))
    what = f"p against SciPy's permutation test, {len(errors)} samples, in Monte-Carlo errors"
    rows.append((what, f"at most {max(errors):.1f}", "≤ 3"))
    return rows


def repeat_row(data: Path) -> Row:
    corpus = read_corpus(data / "cnndm" / "dev_cased.jsonl.gz").sample(200)
    runs = []
    for _ in range(2):
        result = evaluate(corpus, ["textrank", "luhn"])
        lines = to_json(result).splitlines()
        timed = ('"date"', '"documents_per_second"')
        runs.append([line for line in lines if not line.strip().startswith(timed)])
    same = "identical" if runs[0] == runs[1] else "different"
    return "two runs with one seed, but for date and times", same, "identical"


def speed_rows(pairs: list[Pair]) -> list[Row]:
    candidates = [candidate for candidate, _ in pairs]
    references = [reference for _, reference in pairs]
    theirs = RougeScorer(METRICS, use_stemmer=True)

    def peer() -> None:
        for candidate, reference in pairs:
            theirs.score(reference, candidate)

    rows: list[Row] = []
    for processes in (1, 2):
        ratios = []
        for _ in range(5):
            rouge = Rouge(split="lines")

            def ours(rouge: Rouge = rouge, processes: int = processes) -> None:
                rouge.score_many(candidates=candidates, references=references, processes=processes)

            ratios.append(seconds(peer) / seconds(ours))
        what = f"scoring {len(pairs):,} pairs with up to {processes} processes, times rouge_score's"
        shown = f"{statistics.median(ratios):.1f} ({min(ratios):.1f}–{max(ratios):.1f})"
        rows.append((what, shown, "≥ 1.8"))
    return rows


def seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
