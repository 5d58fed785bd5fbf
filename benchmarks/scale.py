"""What one text, a batch, threads, processes and Ray cost: documents a second, and peak memory.

    python benchmarks/scale.py              # about ten minutes on two cores
    python benchmarks/scale.py --ray        # and on a local cluster of Ray

Run it on a machine that does nothing else: all but the CPU times are of the clock.
All figures of one run are of one machine; each ratio is of two figures of the same run, the better
of three. The articles are those of this folder, each under a number of its own.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median, quantiles

from recording import record, table

import summarize
from summarize import Summarizer

FOLDER = Path(__file__).parent / "articles"
ARTICLES = [path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.txt"))]
CALLS = 4  # a text, in each measurement of single calls
THREADS = 8
THREAD_TEXTS = 800


def cpu(function: Callable[[], object]) -> float:
    """Milliseconds of CPU a text, the least of three."""
    spent = []
    for _ in range(3):
        start = time.process_time()
        for _ in range(CALLS):
            function()
        spent.append((time.process_time() - start) / CALLS / len(ARTICLES) * 1e3)
    return min(spent)


def single_calls() -> Iterator[tuple[str, str]]:
    """A call of the function, of a kept summarizer, and a batch, taken in turns."""
    summarizer = Summarizer()
    list(summarizer.summarize_many(ARTICLES))
    batch = cpu(lambda: list(summarizer.summarize_many(ARTICLES)))
    kept = cpu(lambda: [summarizer(text) for text in ARTICLES])
    function = cpu(lambda: [summarize.summarize(text) for text in ARTICLES])
    yield "`summarize_many`, CPU a text", f"{batch:.2f} ms"
    yield "`Summarizer()(text)`, kept", f"{kept:.2f} ms: {kept / batch:.2f} times"
    yield "`summarize.summarize(text)`", f"{function:.2f} ms: {function / batch:.2f} times"


def in_threads() -> Iterator[tuple[str, str]]:
    """Threads on one summarizer, as a web server has them."""
    summarizer = Summarizer()

    def work(count: int) -> tuple[float, list[float]]:
        texts = iter(ARTICLES * (THREAD_TEXTS // len(ARTICLES)))
        lock, times = threading.Lock(), []

        def serve() -> None:
            while True:
                with lock:
                    text = next(texts, None)
                if text is None:
                    return
                start = time.perf_counter()
                summarizer(text)
                times.append(time.perf_counter() - start)

        threads = [threading.Thread(target=serve) for _ in range(count)]
        start = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return len(times) / (time.perf_counter() - start), times

    work(1)
    one, alone = max(work(1) for _ in range(3))
    many, times = max(work(THREADS) for _ in range(3))
    tail = quantiles(times, n=100)[98]
    yield "one thread, texts a second", f"{one:.0f}, median {median(alone) * 1e3:.1f} ms"
    yield (
        f"{THREADS} threads on one summarizer",
        f"{many:.0f}: {many / one:.2f} times; median {median(times) * 1e3:.1f} ms, p99 "
        f"{tail * 1e3:.1f} ms: {tail / median(times):.1f} times",
    )


def run(folder: Path, rows: int, *options: str) -> tuple[float, float, float, float]:
    """Seconds, peak megabytes of the largest process, and CPU seconds of the first and the rest."""
    source = folder / f"{rows}.jsonl"
    if not source.exists():
        with source.open("w", encoding="utf-8") as file:
            for number in range(rows):
                text = f"Report {number}.\n{ARTICLES[number % len(ARTICLES)]}"
                file.write(json.dumps({"id": number, "text": text}) + "\n")
    target = folder / "out.jsonl"
    code = (
        "import resource, sys\nfrom summarize import cli\ntry: cli.main(sys.argv[1:])\n"
        "finally:\n both = [resource.getrusage(who) for who in (0, -1)]\n"
        " print(*(use.ru_maxrss for use in both), *(use.ru_utime + use.ru_stime for use in both))"
    )
    start = time.perf_counter()
    result = subprocess.run(
        [sys.executable, "-c", code, "batch", source, "--output", target, "-q", *options],
        capture_output=True,
        text=True,
        check=True,
    )
    seconds = time.perf_counter() - start
    target.unlink()
    own, others, cpu_own, cpu_others = map(float, result.stdout.split())
    return seconds, max(own, others) / 1024, cpu_own, cpu_others


def in_processes(sizes: list[int], ray: bool) -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        memory = {}
        for rows in sizes:
            one, memory[rows], spent, _ = run(folder, rows)
            two, _, first, others = run(folder, rows, "--jobs", "2")
            yield f"{rows:,} rows, one process", f"{rows / one:.0f} a second, {memory[rows]:.0f} MB"
            yield (
                f"{rows:,} rows, two processes",
                f"{rows / two:.0f} a second: {one / two:.2f} times",
            )
            yield (
                "their CPU, which other work on the machine changes little",
                f"{spent:.1f} s; {first:.1f} s and two of {others / 2:.1f} s: on two idle cores "
                f"{spent / ((first + others) / 2):.2f} times",
            )
        grown = memory[sizes[-1]] - memory[sizes[0]]
        yield f"memory of {sizes[-1]:,} rows against {sizes[0]:,}", f"{grown:+.0f} MB"
        if ray:
            seconds, *_ = run(folder, sizes[-1], "--engine", "ray")
            yield f"{sizes[-1]:,} rows, Ray here", f"{sizes[-1] / seconds:.0f} a second"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[2_000, 20_000])
    parser.add_argument("--ray", action="store_true")
    asked = parser.parse_args()
    found = [*single_calls(), *in_threads(), *in_processes(asked.rows, asked.ray)]
    record("scale", "# Scale\n\n" + table(("what", "measured"), found), ("numpy", "click"))


if __name__ == "__main__":
    main()
