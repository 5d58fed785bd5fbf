"""A small BART trained end to end, from random weights to ROUGE on articles it has not seen.

    python benchmarks/small_bart/pack.py PACKAGE --data DATA
    python benchmarks/small_bart/train.py PACKAGE FITTED --budget 380 --device cuda
    python benchmarks/small_bart/measure.py FITTED --data DATA [--limit N]

The first packs what is needed, the second is for a machine with a GPU, and the third measures the
result as any other backend.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from recording import record, table

from summarize.evaluation import Corpus, Evaluation, System, evaluate, read_corpus
from summarize.evaluation.report import to_markdown

LENGTHS = (1, 2)  # sentences; an opening of the Guardian's has one, or two short ones
SHOWN = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("fitted", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--limit", type=int, help="only so many of the articles")
    options = parser.parse_args()
    dev = read_corpus(options.data / "guardian" / "dev.jsonl.gz")
    dev = dev.sample(options.limit) if options.limit else dev
    small = System("bart", "small BART", {"model": options.fitted})
    systems = [small, System("lead"), System("newsrank")]
    results = {n: evaluate(dev, systems, sentences=n, support=True) for n in LENGTHS}
    log = json.loads((options.fitted / "log.json").read_text(encoding="utf-8"))
    size = sum(path.stat().st_size for path in options.fitted.glob("*.safetensors")) / 2e6
    body = "\n\n".join(
        [
            "## A small BART, trained from random weights",
            f"{size:.1f} million parameters, {sum(log['steps'].values()):,} steps in "
            f"{log['curve'][-1]['seconds']:.0f} s ({log['versions']}). It reads the first 512 "
            f"tokens, and {judged(results)}",
            *(
                "\n\n".join([f"### At most {n} sentence{'s' * (n > 1)}", shown(result, dev)])
                for n, result in results.items()
            ),
            "### How it learnt",
            curve(log["curve"]),
            "Steps of each task: "
            + ", ".join(f"{name} {count:,}" for name, count in log["steps"].items())
            + ". `held out` are 256 articles of the training data that it is not trained on: the "
            "loss of their openings, and the mean F1 of tokens and pairs of tokens that greedy "
            "drafts share with them, by which the weights are kept.",
            f"### What it writes\n\n{different(results[LENGTHS[0]])}",
            examples(results[LENGTHS[0]], dev),
            "The recipe is in the scripts; the weights are not shipped.",
        ]
    )
    record("small-bart", body, ("torch", "transformers", "ctranslate2"))


def judged(results: dict[int, Evaluation]) -> str:
    """Where it stands, in ROUGE-1, for each length."""
    parts = []
    for n, result in results.items():
        score = {s.label: result.means[s.label]["rouge1"].fmeasure for s in result.systems}
        small = score["small BART"]
        than = [
            f"{'above' if small > score[other] else 'below'} {other} ({100 * score[other]:.1f})"
            for other in ("lead", "newsrank")
        ]
        limit = "one sentence" if n == 1 else f"{n} sentences"
        parts.append(f"at {limit} its ROUGE-1, {100 * small:.1f}, is {' and '.join(than)}")
    return "; ".join(parts) + "."


def shown(result: Evaluation, dev: Corpus) -> str:
    # The corpus is told by its name in the data, not by its place on this machine.
    return to_markdown(result).strip().replace(str(dev.name), "guardian/dev.jsonl.gz")


def curve(entries: list[dict[str, float]]) -> str:
    header = ("step", "seconds", "restore", "extract", "opening", "held out: loss", "shared")
    names = ("step", "seconds", "restore", "extract", "opening", "held_out_loss", "shared")
    rows = [
        tuple(f"{e[name]:,.0f}" if name in names[:2] else f"{e.get(name, 0):.3f}" for name in names)
        for e in entries
    ]
    return table(header, rows)


def different(result: Evaluation) -> str:
    counts = Counter(map(str, result.systems[0].summaries))
    most, times = counts.most_common(1)[0]
    repeated = f"; the commonest stands {times} times: {most}" if times > 1 else ""
    return f"Of {sum(counts.values()):,} articles it writes {len(counts):,} summaries{repeated}"


def examples(result: Evaluation, dev: Corpus) -> str:
    """The first few, not chosen, each with the opening that the Guardian printed."""
    lines = []
    for article, summary in list(zip(dev, result.systems[0].summaries, strict=True))[:SHOWN]:
        lines.append(f"- *Printed:* {' '.join(article.references[0].split())}")
        lines.append(f"  *Written:* {' '.join(str(summary).split())}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
