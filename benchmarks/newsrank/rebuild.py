"""Rebuild newsrank's weights in the environment of constraints.txt.

The same code and packages give the same bits; another splitting of the articles gives others.

    python benchmarks/newsrank/rebuild.py --data FOLDER [--save weights.npz]

FOLDER holds ``cnndm/train.jsonl.gz`` (highlights) and ``guardian/train.jsonl.gz`` (opening
paragraphs). Without ``--save`` the weights in the package are replaced. One thread; three
to ten minutes and 4 GB.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import time
from importlib.metadata import version
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"  # bits depend on it

import numpy as np
import torch

from summarize.backends.newsrank.backend import WEIGHTS
from summarize.backends.newsrank.weights import archived
from summarize.evaluation import read_corpus
from summarize.fitting import fit_weights

LOG = Path(__file__).with_name("rebuild.log")
PACKAGES = ("torch", "numpy", "nltk", "PyStemmer", "sentencex")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the development data")
    parser.add_argument("--save", type=Path, default=WEIGHTS, help="where to put the weights")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)

    lines: list[str] = []

    def report(line: str) -> None:
        lines.append(line.replace(str(arguments.data), "FOLDER"))
        print(lines[-1], flush=True)

    start = time.monotonic()
    report(f"Python {platform.python_version()}, {', '.join(map(versioned, PACKAGES))}")
    corpora = [
        read_corpus(arguments.data / name / "train.jsonl.gz") for name in ("cnndm", "guardian")
    ]
    for corpus in corpora:
        report(f"{corpus.name}: SHA-256 of its articles {corpus.sha256}")
    weights = fit_weights(corpora, report=report)
    arguments.save.write_bytes(archived(weights))
    report(f"{arguments.save.stat().st_size} bytes, SHA-256 of the arrays {digest(weights)}")
    report(f"{time.monotonic() - start:.0f} s")
    LOG.write_text("\n".join(lines) + "\n", encoding="utf-8")


def versioned(package: str) -> str:
    return f"{package} {version(package)}"


def digest(arrays: dict[str, np.ndarray]) -> str:
    """SHA-256 of names and contents: the archive itself holds the time of day."""
    total = hashlib.sha256()
    for name in sorted(arrays):
        total.update(name.encode())
        total.update(arrays[name].tobytes())
    return total.hexdigest()


if __name__ == "__main__":
    main()
