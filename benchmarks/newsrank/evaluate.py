"""newsrank against the lead and TextRank, on everything it was chosen on.

    python benchmarks/newsrank/evaluate.py --data FOLDER

FOLDER is the folder of the development data.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from tables import record, table

from summarize import Document, Summarizer
from summarize.evaluation import Rouge, read_corpus

METRICS = ("rouge1", "rouge2", "rougeLsum")
SYSTEMS = ("lead", "textrank", "newsrank")
BUDGETED = 400
OWN = Path(__file__).parents[1] / "articles"


@dataclass(frozen=True)
class Task:
    """A corpus, how many sentences are asked for, and what is to be reached."""

    path: str
    sentences: int
    goal: str


TASKS = (
    Task("cnndm/dev.jsonl.gz", 3, "+2.9 R1, +1.8 R2 over the lead"),
    Task("cnndm/dev_cased.jsonl.gz", 3, "+2.7 R1 over the lead"),
    Task("guardian/dev.jsonl.gz", 2, "+1.7 R1 over the lead"),
    Task("xsum/train.jsonl.gz", 1, "the better's R1"),
    Task("scitldr/dev.jsonl.gz", 1, "the better's R1"),
    Task("dialogsum/dev.jsonl.gz", 2, "the better's R1"),
    Task("qmsum/dev.jsonl.gz", 6, "the better's R1"),
    Task("articles", 3, "the lead's R1"),
    Task("articles", 4, "the lead's R1"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the development data")
    data = parser.parse_args().data
    rouge = Rouge(METRICS)
    rows = []
    for task in TASKS:
        pairs = [
            (Document.from_text(article.text), article.references)
            for article in read_corpus(data / task.path)
        ]
        means = {system: scores(rouge, system, pairs, task.sentences) for system in SYSTEMS}
        ours = means["newsrank"]
        over_lead = [f"{a - b:+.2f}" for a, b in zip(ours, means["lead"], strict=True)]
        better = max(means["lead"][0], means["textrank"][0])
        rows.append(
            (
                f"{task.path.partition('.')[0]}, {task.sentences}",
                *("/".join(f"{value:.1f}" for value in means[system]) for system in SYSTEMS),
                "/".join(over_lead),
                f"{ours[0] - better:+.2f}",
                task.goal,
            )
        )
        print(rows[-1], flush=True)
    budget = list(budgets(rouge, data))
    header = ("corpus, sentences", *SYSTEMS, "over the lead", "R1 over the better", "to reach")
    record(
        "evaluation",
        "# newsrank on the development data\n\n"
        "ROUGE-1/2/Lsum F1 of rouge_score, stemmed. `style` is `auto` everywhere.\n\n"
        f"{table(header, rows)}\n\n"
        "## A length in words\n\n"
        f"The first {BUDGETED} articles. *Filled* is the mean share of the words asked for that "
        "the summary has.\n\n"
        f"{table(('corpus, words', 'system', 'filled', 'R1/R2'), budget)}",
    )


def budgets(rouge: Rouge, data: Path) -> Iterator[tuple[str, str, str, str]]:
    paths = {name: data / f"{name}.jsonl.gz" for name in ("cnndm/dev", "guardian/dev")}
    for name, path in {**paths, "our own articles": OWN}.items():
        articles = read_corpus(path).articles[:BUDGETED]
        pairs = [(Document.from_text(article.text), article.references) for article in articles]
        for words in (40, 60, 100):
            for system in SYSTEMS:
                summaries = Summarizer(system).summarize_many([d for d, _ in pairs], words=words)
                filled, first, second = [], [], []
                for summary, (document, references) in zip(summaries, pairs, strict=True):
                    candidate = "\n".join(part.text for part in summary.sentences)
                    found = rouge.score(candidate=candidate, references=references)
                    first.append(100 * found["rouge1"].fmeasure)
                    second.append(100 * found["rouge2"].fmeasure)
                    if document.words > words:
                        filled.append(summary.words / words)
                means = f"{fmean(first):.1f}/{fmean(second):.1f}"
                yield f"{name}, {words}", system, f"{fmean(filled):.1%}", means
                print(f"{name}, {words}", system, f"{fmean(filled):.1%}", means, flush=True)


def scores(
    rouge: Rouge, system: str, pairs: list[tuple[Document, tuple[str, ...]]], sentences: int
) -> list[float]:
    summarizer = Summarizer(system)
    documents = [document for document, _ in pairs]
    summaries = summarizer.summarize_many(documents, sentences=sentences)
    candidates = ["\n".join(part.text for part in summary.sentences) for summary in summaries]
    totals = [0.0] * len(METRICS)
    for candidate, (_, references) in zip(candidates, pairs, strict=True):
        found = rouge.score(candidate=candidate, references=references)
        totals = [t + found[name].fmeasure for t, name in zip(totals, METRICS, strict=True)]
    return [100 * total / len(pairs) for total in totals]


if __name__ == "__main__":
    main()
