"""The committed baseline is of the articles beside it."""

import json
from pathlib import Path

from summarize.evaluation import read_corpus

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"


def test_the_baseline_is_of_our_articles():
    saved = json.loads((BENCHMARKS / "results" / "baseline.json").read_text(encoding="utf-8"))
    assert saved["corpus"]["sha256"] == read_corpus(BENCHMARKS / "articles").sha256
    assert saved["corpus"]["name"] == "benchmarks/articles"
