"""A small BART trained end to end, from random weights to ROUGE on articles it has not seen.

    python benchmarks/train_bart.py DATA/guardian/train.jsonl.gz START --epochs 0 \\
        --vocabulary 8000 --d-model 128 --layers 2 --window 256
    summarize fit DATA/guardian/train.jsonl.gz --backend bart --model START --save FITTED \\
        --held-out 0.01 --steps 800 --epochs 100 --rate 1e-3 --patience 100 --device cpu
    python benchmarks/small_bart.py FITTED --data DATA [--limit N]

It shows how the training loop of ``summarize fit`` does on real data; it is no model for use.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from pathlib import Path

from recording import record

from summarize.evaluation import System, evaluate, read_corpus
from summarize.evaluation.report import to_markdown

SHOWN = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("fitted", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=300)
    options = parser.parse_args()
    dev = read_corpus(options.data / "guardian" / "dev.jsonl.gz").sample(options.limit)
    small = System("bart", "small BART", {"model": options.fitted, "engine": "torch"})
    result = evaluate(dev, [small, System("lead"), System("newsrank")], sentences=1)
    card = (options.fitted / "README.md").read_text(encoding="utf-8")
    facts = [line for line in card.splitlines() if re.match(r"- (Fitted|Steps|Settings)", line)]
    facts = [re.sub(r"\S*/(\w+/[\w.]+\.jsonl\.gz)", r"\1", line) for line in facts]
    size = sum(path.stat().st_size for path in options.fitted.glob("*.safetensors")) / 4e6
    counts = Counter(map(str, result.systems[0].summaries))
    examples = [f"- {count} times: {text}" for text, count in counts.most_common(SHOWN)]
    body = "\n\n".join(
        [
            "## A small BART, trained from random weights",
            f"{size:.1f} million parameters, trained on one core of a machine with other work. It "
            f"reads 256 tokens, about a third of an article, and is {place(result)} the first "
            "sentence of the article, in ROUGE-1.",
            "\n".join(facts),
            re.sub(r"^\S*guardian/", "guardian/", to_markdown(result)).strip(),
            f"**For {len(dev)} articles it writes {several(len(counts))}**: what it has "
            "learnt is how opening paragraphs sound, not yet to read an article, and its ROUGE is "
            "what any such sentence shares with any other. The commonest:",
            "\n".join(examples),
            "The recipe is in the script; the weights are not shipped.",
        ]
    )
    record("small-bart", body, ("torch", "transformers", "accelerate"))


def several(count: int) -> str:
    return "one and the same summary" if count == 1 else f"{count} different summaries"


def place(result) -> str:
    means = result.means
    below = means["small BART"]["rouge1"].fmeasure < means["lead"]["rouge1"].fmeasure
    return "below" if below else "above"


if __name__ == "__main__":
    main()
