"""A small BART trained end to end, from random weights to ROUGE on articles it has not seen.

    python benchmarks/small_bart/pack.py PACKAGE --data DATA
    python benchmarks/small_bart/train.py PACKAGE FITTED --budget 350 --device cuda
    python benchmarks/small_bart/choose.py FITTED PACKAGE --data DATA
    python benchmarks/small_bart/measure.py FITTED --data DATA [--limit N]

The first packs what is needed, the second is for a machine with a GPU, the third tries other ways
of reading and writing on training articles that were held out, and the last measures the result
on the development articles as any other backend.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from time import process_time

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from pack import LONGEST, as_arrays, as_pair
from recording import record, table
from train import BOS, EOS, Articles, fitting

from summarize import Document, Summarizer
from summarize.backends.seq2seq.settings import Limits
from summarize.evaluation import (
    Corpus,
    Evaluation,
    Outputs,
    System,
    evaluate,
    read_corpus,
    score_outputs,
)
from summarize.evaluation.report import to_markdown
from summarize.support import Evidence, Support

SMALL, OTHERS = "small BART", ("lead", "textrank", "newsrank")
SENTENCES = 2  # as on the page of all backends; an opening of the Guardian's has one or two
SHOWN = 5
RUN = 8
ENGINES = (("torch", "float32"), ("ctranslate2", "float32"), ("ctranslate2", "int8"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("fitted", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=300, help="for Summarizer to write of")
    parser.add_argument("--engines", type=int, default=60, metavar="N", help="articles to compare")
    options = parser.parse_args()
    lines = (options.fitted / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    there = {each["id"]: each["summary"] for each in map(json.loads, lines)}
    corpus = read_corpus(options.data / "guardian" / "dev.jsonl.gz")
    dev = Corpus(corpus.name, tuple(each for each in corpus if each.id in there))
    sample = dev.sample(options.limit)
    small = System("bart", SMALL, {"model": options.fitted})
    here = evaluate(sample, [small, *OTHERS], sentences=SENTENCES, support=True)
    drafts = [there[article.id] for article in dev]
    chosen = {n: extracts(dev, n) for n in (1, SENTENCES)}
    two, one = compared(dev, drafts, chosen[SENTENCES]), compared(dev, drafts, chosen[1])
    equal = compared(dev, drafts, [cut(each, drafts) for each in chosen[SENTENCES]])
    log = json.loads((options.fitted / "log.json").read_text(encoding="utf-8"))
    size = sum(path.stat().st_size for path in options.fitted.glob("*.safetensors")) / 2e6
    body = "\n\n".join(
        [
            "## A small BART, trained from random weights",
            f"{size:.1f} million parameters, {sum(log['steps'].values()):,} steps in "
            f"{log['curve'][-1]['seconds']:.0f} s ({log['versions']}), on openings and on tasks "
            f"made from the articles themselves. {judged(two, 'Beside two sentences')}; "
            f"{judged(one, 'beside one')}; {judged(equal, 'beside as many words')}. "
            f"{supported(dev, drafts)} What it writes is not to be trusted, and the weights are "
            "not shipped; the recipe is in the scripts.",
            f"### Beside {SENTENCES} sentences of the others\n\nWritten beside the training, by 4 "
            f"beams in float16, of the first 512 tokens.\n\n{shown(two, dev)}",
            f"### Beside one sentence\n\n{shown(one, dev)}",
            "### Beside as many words\n\nThe others' two sentences, cut to as many words as the "
            f"draft of the same article has.\n\n{shown(equal, dev)}",
            f"### Told before\n\n{told_before(options.data, dev, drafts, chosen[SENTENCES])}",
            f"### Through `Summarizer`\n\nAt most {SENTENCES} sentences; of an article beyond 512 "
            f"tokens it reads those sentences that newsrank rates highest.\n\n{shown(here, dev)}",
            f"### In both engines\n\n{engines(options.fitted, dev, drafts, options.engines)}",
            f"### How it learnt\n\n{curve(log['curve'])}",
            "Steps of each task: "
            + ", ".join(f"{name} {count:,}" for name, count in log["steps"].items())
            + ". `held out` are 256 articles of the training data that it is not trained on: the "
            "loss of their openings, and the mean F1 of tokens and pairs of tokens that greedy "
            "drafts share with them, by which the weights are kept.",
            f"### What it writes\n\n{different(drafts)}",
            examples(dev, drafts),
        ]
    )
    record("small-bart", body, ("torch", "transformers", "ctranslate2"))


# --- ROUGE ----------------------------------------------------------------------------------------


def extracts(dev: Corpus, sentences: int) -> list[Outputs]:
    """What the others choose."""
    result = evaluate(dev, OTHERS, sentences=sentences)
    return [
        Outputs(system.label, system.backend, tuple(map(str, system.summaries)))
        for system in result.systems
        if system.label in OTHERS
    ]


def cut(outputs: Outputs, drafts: list[str]) -> Outputs:
    """Texts cut to as many words as the drafts of the same articles have."""
    pairs = zip(outputs.summaries, drafts, strict=True)
    texts = tuple(" ".join(text.split()[: len(draft.split())]) for text, draft in pairs)
    return replace(outputs, summaries=texts)


def compared(dev: Corpus, drafts: list[str], others: list[Outputs]) -> Evaluation:
    return score_outputs(dev, [Outputs(SMALL, "bart", tuple(drafts)), *others])


def judged(result: Evaluation, how: str) -> str:
    """Where it stands beside each other one, in ROUGE-1."""
    score = {s.label: result.means[s.label]["rouge1"].fmeasure for s in result.systems}
    parts = []
    for other in OTHERS:
        where = "above" if score[SMALL] > score[other] else "below"
        if not result.differs(other, "rouge1"):
            where = "not told apart from"
        parts.append(f"{where} {other} ({100 * score[other]:.1f})")
    return f"{how} its ROUGE-1, {100 * score[SMALL]:.1f}, is {', '.join(parts)}"


def shown(result: Evaluation, dev: Corpus) -> str:
    # The corpus is told by its name in the data, not by its place on this machine.
    return to_markdown(result).strip().replace(str(dev.name), "guardian/dev.jsonl.gz")


# --- What the training had ---


def told_before(data: Path, dev: Corpus, drafts: list[str], others: list[Outputs]) -> str:
    """The scores without the articles of which training openings have eight words in a row."""
    known: set[tuple[str, ...]] = set()
    for article in read_corpus(data / "guardian" / "train.jsonl.gz"):
        known |= runs(article.references[0])
    told = [not known.isdisjoint(runs(article.references[0])) for article in dev]
    stock = [not known.isdisjoint(runs(draft)) for draft in drafts]
    rows = []
    for label, left_out in (
        ("all", [False] * len(drafts)),
        ("without openings of which training openings have a run", told),
        (
            "without drafts of which they have one either",
            list(map(any, zip(told, stock, strict=True))),
        ),
    ):
        kept = [place for place, gone in enumerate(left_out) if not gone]
        if not kept:
            continue
        result = compared(
            Corpus(dev.name, tuple(dev.articles[place] for place in kept)),
            [drafts[place] for place in kept],
            [replace(each, summaries=tuple(each.summaries[i] for i in kept)) for each in others],
        )
        scores = [
            f"{100 * result.means[name][metric].fmeasure:.1f}"
            + "\\*" * (name != SMALL and result.differs(name, metric))
            for metric in ("rouge1", "rouge2")
            for name in (SMALL, "newsrank")
        ]
        rows.append((label, f"{len(kept):,}", *scores))
    header = ("articles", "number", "ROUGE-1", "newsrank's", "ROUGE-2", "newsrank's")
    return (
        "The same stories, and the same phrases, come in training and development articles. Runs "
        f"are of {RUN} words; the others' summaries are of two sentences; \\*: differs from "
        f"{SMALL}.\n\n{table(header, rows)}\n\nThe last row is unfair to the model, whose every "
        "stock phrase is left out."
    )


def runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}


# --- Support --------------------------------------------------------------------------------------


def supported(dev: Corpus, drafts: list[str]) -> str:
    """How much of what it writes its articles support."""
    checks: list[Support] = [
        Evidence(Document.from_text(article.text, language="en")).check(draft)
        for article, draft in zip(dev, drafts, strict=True)
    ]
    sentences = [sentence for each in checks for sentence in each.sentences]
    whole = sum(not sentence.unsupported for sentence in sentences)
    kinds = Counter(kind for each in checks for kind in {found.kind for found in each.unsupported})
    mean = statistics.fmean(sentence.score for sentence in sentences)
    listed = ", ".join(f"{kind} {100 * n / len(checks):.0f}%" for kind, n in kinds.most_common())
    return (
        f"By `summarize.support`, {whole:,} of its {len(sentences):,} sentences "
        f"({100 * whole / len(sentences):.0f}%) have nothing that the article lacks; the mean "
        f"score of a sentence is {mean:.2f} (what is extracted has 1). Summaries with at least one "
        f"unsupported item, by its kind: {listed}."
    )


# --- Engines --------------------------------------------------------------------------------------


def engines(fitted: Path, dev: Corpus, drafts: list[str], count: int) -> str:
    """Whether the texts written beside the training come again, from the same tokens."""
    both = [(as_pair(article, "dev"), draft) for article, draft in zip(dev, drafts, strict=True)]
    both = [each for each in both if each[0] is not None][:count]
    pairs, wanted = zip(*both, strict=True)
    rows, first = [], {}
    for engine, dtype in ENGINES:
        options = {"engine": engine, "dtype": dtype, "threads": 1}
        with Summarizer("bart", model=fitted, **options) as summarizer:
            backend = summarizer.backend
            arrays = as_arrays(pairs, backend.tokenizer, LONGEST)
            articles = Articles({f"dev_{name}": each for name, each in arrays.items()}, "dev")
            read = [
                [BOS, *np.concatenate(fitting(articles.sentences(i))).tolist(), EOS]
                for i in range(len(pairs))
            ]
            row = [f"{engine}, {dtype}"]
            for size in (backend.settings.values["no_repeat_ngram_size"], 0):
                settings = backend.resolved(no_repeat_ngram_size=size)
                values = settings.values
                start = process_time()
                drafts = backend.write(
                    read, settings, Limits(values["min_length"], values["max_length"])
                )
                seconds = (process_time() - start) / len(read)
                texts = [" ".join(backend.decode(draft).split()) for draft in drafts]
                if size:
                    row.append(f"{sum(map(str.__eq__, texts, wanted))} of {len(texts)}")
                same = first.setdefault(size, texts)
                row.append(f"{sum(map(str.__eq__, texts, same))} of {len(texts)}")
            row.append(f"{seconds:.2f} s")
            rows.append(tuple(row))
    header = (
        "engine",
        "as written beside the training, in float16",
        "as by torch in float32",
        "the same, `no_repeat_ngram_size=0`",
        "processor time a text",
    )
    return (
        f"{len(pairs)} development articles, given the same tokens. In float32 the engines differ "
        "where a token that would repeat a trigram is forbidden, which CTranslate2 does before it "
        f"normalises and torch afterwards.\n\n{table(header, rows)}"
    )


# --- What is shown --------------------------------------------------------------------------------


def curve(entries: list[dict[str, float]]) -> str:
    header = ("step", "seconds", "restore", "extract", "opening", "held out: loss", "shared")
    names = ("step", "seconds", "restore", "extract", "opening", "held_out_loss", "shared")
    rows = [
        tuple(f"{e[name]:,.0f}" if name in names[:2] else f"{e.get(name, 0):.3f}" for name in names)
        for e in entries
    ]
    return table(header, rows)


def different(drafts: list[str]) -> str:
    most, times = Counter(drafts).most_common(1)[0]
    repeated = f"; the commonest stands {times} times: {most}" if times > 1 else ""
    return f"Of {len(drafts):,} articles it writes {len(set(drafts)):,} texts{repeated}."


def examples(dev: Corpus, drafts: list[str]) -> str:
    """The first few, not chosen, each with the opening that the Guardian printed."""
    lines = []
    for article, draft in list(zip(dev, drafts, strict=True))[:SHOWN]:
        lines.append(f"- *Printed:* {' '.join(article.references[0].split())}")
        lines.append(f"  *Written:* {draft}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
