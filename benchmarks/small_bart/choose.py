"""Try ways of reading and writing with a small BART, on training articles that were held out.

    python benchmarks/small_bart/choose.py FITTED PACKAGE --data DATA [--limit N] [--dev N]

FITTED is what train.py saved, PACKAGE what it was trained from. The articles are those by which
the weights were kept; none is a development article. What is best by ROUGE-1 there is measured
on a sample of the development articles, beside the model as it is.
"""

from __future__ import annotations

import argparse
import io
import lzma
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from recording import record, table
from train import held_out

from summarize.evaluation import Corpus, Evaluation, System, evaluate, read_corpus

SENTENCES = 2
WAYS = {
    "as it is: newsrank's sentences fill 512 tokens": {},
    "the first 512 tokens": {"long": "truncate"},
    "all, in parts": {"long": "chunk"},
    "newsrank's sentences, 256 tokens": {"window": 256},
    "newsrank's sentences, 128 tokens": {"window": 128},
    "one beam": {"num_beams": 1},
    "8 beams": {"num_beams": 8},
    "length_penalty 2": {"length_penalty": 2.0},
    "at least 30 tokens": {"min_length": 30},
    "at least 40 tokens, length_penalty 2": {"min_length": 40, "length_penalty": 2.0},
    "trigrams may repeat": {"no_repeat_ngram_size": 0},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("fitted", type=Path)
    parser.add_argument("package", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--limit", type=int, help="only so many of the training articles")
    parser.add_argument("--dev", type=int, default=300, help="so many development articles")
    options = parser.parse_args()
    packed = lzma.decompress((options.package / "articles.xz").read_bytes())
    ids = np.load(io.BytesIO(packed))["train_ids"]
    kept = {str(ids[index]) for index in held_out(len(ids))[0]}
    corpus = read_corpus(options.data / "guardian" / "train.jsonl.gz")
    held = Corpus("held out", tuple(each for each in corpus if each.id in kept)[: options.limit])
    ways = list(WAYS)
    result = tried(held, options.fitted, ways)
    best = max(ways, key=lambda w: result.means[w]["rouge1"].fmeasure)
    dev = read_corpus(options.data / "guardian" / "dev.jsonl.gz").sample(options.dev)
    then = tried(dev, options.fitted, list(dict.fromkeys([ways[0], best])))
    body = (
        "## Ways of reading and writing with the small BART\n\n"
        f"{len(held)} training articles of the Guardian that the model was not trained on, at most "
        f"{SENTENCES} sentences:\n\n{shown(result)}\n\n"
        f"The best there by ROUGE-1 ({best}), on {len(dev)} development articles:\n\n"
        f"{shown(then)}\n\n"
        "\\*: differs from the first (paired approximate randomisation, Holm's correction, "
        "p < 0.05). Support: the mean score of `summarize.support`, 1 for what is extracted."
    )
    record("small-bart-choice", body, ("torch", "transformers", "ctranslate2"))


def tried(corpus: Corpus, fitted: Path, ways: list[str]) -> Evaluation:
    systems = [System("bart", way, {"model": fitted, **WAYS[way]}) for way in ways]
    others = [System("lead"), System("newsrank")]
    return evaluate(corpus, [*systems, *others], sentences=SENTENCES, support=True)


def shown(result: Evaluation) -> str:
    rows = []
    for system in result.systems:
        means, traits = result.means[system.label], system.mean_traits()
        rows.append(
            (
                system.label,
                *(
                    f"{100 * means[metric].fmeasure:.2f}"
                    + "\\*" * result.differs(system.label, metric)
                    for metric in ("rouge1", "rouge2", "rougeL")
                ),
                f"{traits['words']:.1f}",
                f"{100 * traits['novel_bigrams']:.0f}%",
                f"{traits['support']:.2f}",
            )
        )
    header = ("way", "ROUGE-1", "ROUGE-2", "ROUGE-L", "words", "novel bigrams", "support")
    return table(header, rows)


if __name__ == "__main__":
    main()
