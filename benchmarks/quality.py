"""How good the summaries of every installed backend are, by ROUGE.

    python benchmarks/quality.py [--baseline]
    python benchmarks/quality.py --data FOLDER [--limit N] [--tasks NAME ...] [--backends NAME ...]

The headline is the lead task on our own articles: the body of an article in, its opening paragraph
as the reference. FOLDER holds the development data, and each corpus in it is a task too. Each
task's table goes to ``results/quality-TASK.md``, its plot beside it. ``--baseline`` writes
``results/baseline.json``, which CI holds the backends to.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from recording import RESULTS, record

import summarize
from summarize.evaluation import Corpus, Evaluation, evaluate, read_corpus
from summarize.evaluation.charts import Interval, interval_chart
from summarize.evaluation.report import save, to_markdown, write_atomically
from summarize.evaluation.tables import metric_name
from summarize.workers import available_processors

ARTICLES = Path(__file__).parent / "articles"
PLOTTED = "rouge1"
STYLE = (
    "text { font: 12px system-ui, sans-serif; fill: #222; } .tick { font-size: 11px; fill: #666; }"
    ".axis { stroke: #ddd; } .guide { stroke: #b3421d; stroke-dasharray: 3 3; }"
    "g.first { stroke: #b3421d; fill: #b3421d; } g.other { stroke: #2b6199; fill: #2b6199; }"
    "svg { background: #fff; }"
)


@dataclass(frozen=True)
class Task:
    """A corpus, and how long its summaries are: about as its references."""

    name: str
    title: str
    path: str
    sentences: int


TASKS = (
    Task("guardian", "Lead task on the Guardian", "guardian/dev.jsonl.gz", 2),
    Task("cnndm", "CNN/DailyMail highlights", "cnndm/dev.jsonl.gz", 3),
    Task("cnndm-cased", "CNN highlights, true casing", "cnndm/dev_cased.jsonl.gz", 3),
    Task("xsum", "XSum", "xsum/train.jsonl.gz", 1),
    Task("scitldr", "SciTLDR", "scitldr/dev.jsonl.gz", 1),
    Task("dialogsum", "DialogSum", "dialogsum/dev.jsonl.gz", 2),
)
OWN = Task("articles", "Lead task on our own articles", "articles", 3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, help="folder of the development data")
    parser.add_argument("--limit", type=int, help="a random sample of so many articles a task")
    parser.add_argument("--tasks", nargs="+", choices=[task.name for task in (OWN, *TASKS)])
    parser.add_argument("--backends", nargs="+", help="the first is what the others are tested on")
    parser.add_argument("--baseline", action="store_true", help="write results/baseline.json")
    options = parser.parse_args()
    backends = options.backends or extractive_backends()
    for task, corpus in corpora(options.data, options.tasks):
        sample = corpus.sample(options.limit) if options.limit else corpus
        evaluation = evaluate(
            sample,
            backends,
            sentences=task.sentences,
            processes=available_processors(),
            progress=True,
        )
        write(task, evaluation, whole=len(corpus))
        if options.baseline and task is OWN:
            save(evaluation, RESULTS / "baseline.json")


def extractive_backends() -> list[str]:
    """Our own extractive ones that can run here, the default first; those with models are slow."""
    names = [
        info.name
        for info in summarize.available_backends()
        if info.installed and info.kind == "extractive"
    ]
    return sorted(names, key=lambda name: name != summarize.DEFAULT_BACKEND)


def corpora(data: Path | None, names: list[str] | None) -> Iterator[tuple[Task, Corpus]]:
    if names is None or OWN.name in names:
        yield OWN, Corpus("benchmarks/articles", read_corpus(ARTICLES).articles)
    for task in TASKS:
        if names is not None and task.name not in names:
            continue
        if data is None:
            print(f"{task.name} is skipped: no --data", file=sys.stderr)
        elif not (data / task.path).is_file():
            print(f"{task.name} is skipped: there is no {data / task.path}", file=sys.stderr)
        else:
            yield task, Corpus(task.path, read_corpus(data / task.path).articles)


def write(task: Task, evaluation: Evaluation, *, whole: int) -> None:
    subset = len(evaluation.corpus)
    stated = f"\n\nA random sample of {subset:,} of {whole:,} articles." if subset < whole else ""
    means = {label: means[PLOTTED] for label, means in evaluation.means.items()}
    intervals = [
        Interval(label, 100 * mean.low, 100 * mean.fmeasure, 100 * mean.high)
        for label, mean in means.items()
    ]
    plot = interval_chart(intervals, name=metric_name(PLOTTED), style=STYLE)
    write_atomically(RESULTS / f"quality-{task.name}.svg", f"{plot}\n")
    body = (
        f"# {task.title}{stated}\n\n{to_markdown(evaluation)}\n"
        f"![{metric_name(PLOTTED)} with 95% intervals](quality-{task.name}.svg)"
    )
    record(f"quality-{task.name}", body, ("rouge_score", "sumy", "nltk", "numpy", "sentencex"))


if __name__ == "__main__":
    main()
