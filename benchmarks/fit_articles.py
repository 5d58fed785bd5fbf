"""`summarize fit --backend bart` on our own 36 articles: learned by heart, killed, gone on with.

    python benchmarks/fit_articles.py [--epochs N] [--d-model N] [--layers N] [--rate R]

A BART of random weights, with a tokenizer of its own, is fitted to the articles and their opening
paragraphs twice by the command itself: once in one go, and once ended by SIGKILL half way and then
called again. The weights of both are compared byte for byte, and ROUGE of what the model writes of
the articles it was fitted to, in each engine, tells whether it has learned them. It says nothing of
articles that it has not seen. Its window is 128 tokens, the articles' openings, so that all of it
takes minutes.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

from recording import record, table
from train_bart import train

ARTICLES = Path(__file__).parent / "articles"


def command(start: Path, save: Path, options: argparse.Namespace) -> list[str]:
    own = {"held-out": 0, "epochs": options.epochs, "rate": options.rate, "batch-size": 6}
    flags = [part for name, value in own.items() for part in (f"--{name}", str(value))]
    return [sys.executable, "-m", "summarize", "fit", str(ARTICLES), "--backend", "bart", "--model",
            str(start), "--save", str(save), "--device", "cpu", *flags]  # fmt: skip


def fitted(arguments: list[str], *, kill_at: int | None = None) -> tuple[list[str], float]:
    """Run the command to its end, or to a step at which it is killed; its lines and seconds."""
    begun = time.perf_counter()
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "OMP_NUM_THREADS": "1"}
    lines = []
    with subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    ) as process:
        for line in process.stdout or ():
            lines.append(line.strip())
            step = re.match(r"step (\d+)", line)
            if kill_at is not None and step and int(step[1]) >= kill_at:
                process.send_signal(signal.SIGKILL)
                break
    if process.returncode != (0 if kill_at is None else -signal.SIGKILL):
        raise SystemExit("\n".join(lines))
    return lines, time.perf_counter() - begun


def rouge1(folder: Path, engine: str) -> float:
    from summarize import Summarizer
    from summarize.errors import TruncationWarning
    from summarize.evaluation import Rouge, read_corpus

    warnings.simplefilter("ignore", TruncationWarning)  # it is meant to read the openings

    articles = read_corpus(ARTICLES).articles
    with Summarizer("bart", model=folder, engine=engine, dtype="float32", long="truncate") as bart:
        summaries = list(bart.summarize_many(article.text for article in articles))
    rouge = Rouge()
    scores = [
        rouge.score(candidate=summary, references=article.references)["rouge1"].fmeasure
        for summary, article in zip(summaries, articles, strict=True)
    ]
    return sum(scores) / len(scores)


def digest(folder: Path) -> str:
    return hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--epochs", type=int, default=70)
    parser.add_argument("--d-model", type=int, default=64)
    parser.add_argument("--layers", type=int, default=1)
    parser.add_argument("--rate", type=float, default=4e-3)
    options = parser.parse_args()
    from summarize.evaluation import read_corpus

    articles = read_corpus(ARTICLES).articles
    pairs = [(article.text, article.references[0]) for article in articles]
    with tempfile.TemporaryDirectory() as folder:
        start, whole, killed = (Path(folder) / name for name in ("start", "whole", "killed"))
        train(
            pairs,
            start,
            epochs=0,
            window=160,
            vocabulary=4000,
            d_model=options.d_model,
            layers=options.layers,
        )
        lines, seconds = fitted(command(start, whole, options))
        steps = max(int(step) for step in re.findall(r"^step (\d+)", "\n".join(lines), re.M))
        fitted(command(start, killed, options), kill_at=steps // 2)
        assert not killed.exists()
        again, _ = fitted(command(start, killed, options))
        [went_on] = [line for line in again if line.startswith("going on")]
        equal = digest(whole) == digest(killed)
        scores = {engine: rouge1(killed, engine) for engine in ("torch", "ctranslate2")}
    rows = [
        ("articles, steps", f"{len(articles)}, {steps}"),
        ("seconds, in one go", f"{seconds:.0f}"),
        ("killed (SIGKILL), then", f"at step {steps // 2}: {went_on}"),
        ("weights of both, byte for byte", "equal" if equal else "NOT EQUAL"),
        *(
            (f"ROUGE-1 of the articles fitted to, engine `{engine}`", f"{100 * score:.1f}")
            for engine, score in scores.items()
        ),
    ]
    body = "## `summarize fit --backend bart` on our own articles\n\n"
    record("fit", body + table(("what", "measured"), rows), ("torch", "transformers", "accelerate"))
    if not equal or min(scores.values()) <= 0.9:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
