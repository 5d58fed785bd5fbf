"""What each group of features is worth, and what more articles would be.

    python benchmarks/newsrank/ablation.py --data FOLDER

FOLDER holds ``train`` and ``dev`` of ``cnndm`` and ``guardian``. Everything is fitted on a quarter
of the training articles, which takes a quarter of the time, but for the learning curve.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from matplotlib import pyplot
from rouge_score.rouge_scorer import RougeScorer
from tables import record, table

from summarize import Document, Summarizer
from summarize.backends.newsrank.features import FEATURES, Table
from summarize.backends.newsrank.fitting.examples import Example, examples, vocabulary
from summarize.backends.newsrank.fitting.settings import FitSettings
from summarize.backends.newsrank.fitting.training import fit
from summarize.backends.newsrank.terms import Lexicon
from summarize.backends.newsrank.weights import archived
from summarize.evaluation import read_corpus

HERE = Path(__file__).parent
CORPORA = ("cnndm", "guardian")
LENGTHS = {"cnndm": 3, "guardian": 2}
DEVELOPMENT = 1000
SHARE = 0.25
SHARES = (0.05, 0.1, SHARE, 1.0)
NAMES = [name for group in FEATURES.values() for name in group]

Weights = dict[str, np.ndarray]
Pair = tuple[Document, str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the development data")
    data = parser.parse_args().data
    torch.set_num_threads(1)
    bench = Bench(data)
    curve = []
    for share in SHARES:
        curve.append((share, bench.gains(bench.fitted(share))))
        print(curve[-1], flush=True)
    whole = dict(curve)[SHARE]
    rows = [("everything", *shown(whole), "", "")]
    for label, weights in bench.ablations():
        gains = bench.gains(weights)
        losses = [f"{gain - all_:+.2f}" for gain, all_ in zip(gains, whole, strict=True)]
        rows.append((label, *shown(gains), *losses))
        print(rows[-1], flush=True)
    plot(curve, len(bench.examples))
    header = ("fitted with", "CNN/DM", "Guardian", "change", "change")
    numbers = [
        (f"{share:.1%}", f"{share * len(bench.examples):,.0f}", *shown(gains))
        for share, gains in curve
    ]
    record(
        "ablation",
        "# What the parts of newsrank are worth\n\n"
        "ROUGE-1 F1 over the lead's, on the first 1,000 articles of cnndm/dev (3 sentences) and of "
        "guardian/dev (2). Fitted on a quarter of the training articles; one seed, so that "
        "differences below 0.1 mean nothing.\n\n"
        f"{table(header, rows)}\n\n"
        "## Learning curve\n\n"
        f"{table(('share', 'articles', 'CNN/DM', 'Guardian'), numbers)}\n\n"
        "![learning curve](learning-curve.svg)",
    )


class Bench:
    """The examples to fit to and the articles to measure on."""

    def __init__(self, data: Path) -> None:
        articles = [
            (document, reference, style)
            for style, name in enumerate(CORPORA)
            for document, reference in pairs(data / name / "train.jsonl.gz")
        ]
        self.stems, self.idf = vocabulary((document for document, _, _ in articles), 16_000)
        lexicon, known = Lexicon(self.stems), Table(self.stems, self.idf)
        self.examples = list(examples(articles, lexicon, known, foreign_every=12))
        self.order = np.random.default_rng(0).permutation(len(self.examples))
        self.dev = {name: pairs(data / name / "dev.jsonl.gz")[:DEVELOPMENT] for name in CORPORA}
        self.scorer = RougeScorer(["rouge1"], use_stemmer=True)
        self.lead = [self.score(Summarizer("lead"), name) for name in CORPORA]

    def part(self, share: float = SHARE) -> list[Example]:
        return [self.examples[i] for i in self.order[: round(share * len(self.examples))]]

    def fitted(self, share: float) -> Weights:
        return fit(self.part(share), self.idf, FitSettings())

    def ablations(self):
        for group, names in FEATURES.items():
            columns = [NAMES.index(name) for name in names]
            weights = fit(without(self.part(), columns), self.idf, FitSettings())
            weights["sentence"][columns] = 0
            weights["document"][columns] = 0
            if group == "position":
                weights["place"][:] = weights["place"].mean(axis=0)
            yield f"no {group}", weights
        weights = fit(self.part(), self.idf, FitSettings(word_dropout=1.0))
        weights["sentence"][len(NAMES) :] = 0
        weights["document"][len(NAMES) :] = 0
        yield "no word vectors", weights
        yield "no layer over the document", fit(self.part(), self.idf, FitSettings(layers=0))
        oracle_only = FitSettings(oracle_passes=3, set_passes=0)
        weights = fit(self.part(), self.idf, oracle_only)
        yield "no second phase (whole summaries)", weights
        weights = fit(self.part(), self.idf, FitSettings())
        weights["redundancy"][:] = 0
        yield "no redundancy in selection", weights

    def gains(self, weights: Weights) -> list[float]:
        """ROUGE-1 over the lead's, on each corpus in the style that is its own."""
        stems = np.frombuffer("\n".join(self.stems).encode(), np.uint8)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "weights.npz"
            arrays = {**weights, "stems": stems, "idf": self.idf.astype(np.float32)}
            path.write_bytes(archived(arrays))
            summarizer = Summarizer("newsrank", weights=path)
        return [
            self.score(summarizer, name) - lead
            for name, lead in zip(CORPORA, self.lead, strict=True)
        ]

    def score(self, summarizer: Summarizer, name: str) -> float:
        documents = [document for document, _ in self.dev[name]]
        summaries = summarizer.summarize_many(documents, sentences=LENGTHS[name])
        scores = [
            self.scorer.score(reference, summary)["rouge1"].fmeasure
            for (_, reference), summary in zip(self.dev[name], summaries, strict=True)
        ]
        return 100 * float(np.mean(scores))


def pairs(path: Path) -> list[Pair]:
    found = (
        (Document.from_text(article.text), article.references[0]) for article in read_corpus(path)
    )
    return [(document, reference) for document, reference in found if len(document.sentences) > 3]


def without(chosen: Sequence[Example], columns: list[int]) -> list[Example]:
    blank = []
    for example in chosen:
        features = example.features.copy()
        features[:, columns] = 0
        blank.append(replace(example, features=features))
    return blank


def shown(gains: Sequence[float]) -> tuple[str, ...]:
    return tuple(f"{gain:+.2f}" for gain in gains)


def plot(curve: list[tuple[float, list[float]]], articles: int) -> None:
    figure, axes = pyplot.subplots(figsize=(6, 3.5), layout="constrained")
    for column, name in enumerate(("CNN/DailyMail, 3 sentences", "Guardian, 2 sentences")):
        axes.plot(
            [share * articles for share, _ in curve],
            [gains[column] for _, gains in curve],
            marker="o",
            label=name,
        )
    axes.set(xscale="log", xlabel="articles fitted to", ylabel="ROUGE-1 over the lead")
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(HERE / "learning-curve.svg")


if __name__ == "__main__":
    main()
