"""What newsrank takes for long documents: seconds from text to summary, and the process's peak.

python benchmarks/newsrank/size.py
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from pathlib import Path

from tables import record, table

sys.path.insert(0, str(Path(__file__).parents[1]))

from textrank import generated

from summarize import Summarizer

SIZES = (20_000, 100_000)


def main() -> None:
    if len(sys.argv) > 1:
        print(measured(int(sys.argv[1])))
        return
    rows = []
    for size in SIZES:
        command = [sys.executable, __file__, str(size)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        rows.append((f"{size:,}", *done.stdout.strip().split("|")))
    goal = "To reach: 20,000 sentences in less than 5 s and 1 GB."
    header = ("sentences", "time", "peak of the process")
    record("size", f"# newsrank on long documents\n\n{goal}\n\n{table(header, rows)}")


def measured(size: int) -> str:
    text = generated(size, seed=size)
    start = time.perf_counter()
    Summarizer("newsrank").summarize(text)
    spent = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"{spent:.1f} s|{peak:,.0f} MB"


if __name__ == "__main__":
    main()
