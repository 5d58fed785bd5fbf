"""What one text, a batch, threads, processes and Ray cost: documents a second, and peak memory.

    python benchmarks/scale.py              # about two minutes on two cores
    python benchmarks/scale.py --rows 2000 20000 200000 --ray       # about seven

Run it on a machine that does nothing else: all but the CPU times are of the clock.
All figures of one run are of one machine; each ratio is of two figures of the same run. Of single
calls, each measured in turns with the others, a ratio is the median of those of each turn. The
articles are those of this folder, each under a number of its own. Above 50,000 rows only two
processes are run.
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
TURNS = 15
THREADS = 8
THREAD_TEXTS = 1_200
MOST_BY_ONE = 50_000


def cpu(function: Callable[[], object]) -> float:
    """Milliseconds of CPU a text."""
    start = time.process_time()
    function()
    return (time.process_time() - start) / len(ARTICLES) * 1e3


def single_calls() -> Iterator[tuple[str, str]]:
    """A call of the function, of a kept summarizer, and a batch, taken in turns."""
    summarizer = Summarizer()
    ways: dict[str, Callable[[], object]] = {
        "`summarize_many`, CPU a text": lambda: list(summarizer.summarize_many(ARTICLES)),
        "`Summarizer()(text)`, kept": lambda: [summarizer(text) for text in ARTICLES],
        "`summarize.summarize(text)`": lambda: [summarize.summarize(text) for text in ARTICLES],
    }
    for way in ways.values():
        way()
    turns = [[cpu(way) for way in ways.values()] for _ in range(TURNS)]
    for place, (name, spent) in enumerate(zip(ways, zip(*turns, strict=True), strict=True)):
        ratio = median(turn[place] / turn[0] for turn in turns)
        yield name, f"{median(spent):.2f} ms" + (f": {ratio:.2f} times" if place else "")


def by_threads(summarizer: Summarizer, count: int) -> tuple[float, list[float]]:
    """Texts a second, and what each took, where so many threads call one summarizer."""
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


def in_threads() -> Iterator[tuple[str, str]]:
    """Threads on one summarizer, as a web server has them."""
    with Summarizer() as summarizer, Summarizer(jobs=2) as dispatching:
        for each in (summarizer, dispatching):
            by_threads(each, THREADS)
        ways = ((summarizer, 1), (summarizer, THREADS), (dispatching, THREADS))
        turns = [[by_threads(*way) for way in ways] for _ in range(3)]
    one, many, apart = (max(results) for results in zip(*turns, strict=True))
    yield "one thread, texts a second", f"{one[0]:.0f}, median {median(one[1]) * 1e3:.1f} ms"
    for name, (rate, times) in (
        (f"{THREADS} threads on one summarizer", many),
        (f"{THREADS} threads on one summarizer with `jobs=2`", apart),
    ):
        middle, tail = median(times) * 1e3, quantiles(times, n=100)[98] * 1e3
        yield (
            name,
            f"{rate:.0f}: {rate / one[0]:.2f} times; median {middle:.1f} ms, p99 {tail:.1f} ms: "
            f"{tail / middle:.1f} times",
        )


LOOP = "x = 0\nfor i in range(30_000_000): x += i & 3"


def bare_loops() -> Iterator[tuple[str, str]]:
    """What the machine gives two processes that share nothing: no ratio below can be above it."""

    def seconds(count: int) -> float:
        start = time.perf_counter()
        loops = [subprocess.Popen([sys.executable, "-c", LOOP]) for _ in range(count)]
        for loop in loops:
            loop.wait()
        return time.perf_counter() - start

    one, two = min(seconds(1) for _ in range(3)), min(seconds(2) for _ in range(3))
    yield "two processes of an empty loop against one", f"{2 * one / two:.2f} times"


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
        " print(*(use.ru_maxrss for use in both), *(use.ru_utime + use.ru_stime for use in both),"
        " file=sys.stderr)"  # what is printed during a batch is none of its rows
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
    own, others, cpu_own, cpu_others = map(float, result.stderr.split())
    return seconds, max(own, others) / 1024, cpu_own, cpu_others


def in_processes(sizes: list[int], ray: bool) -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        memory = {}
        for rows in sizes:
            two, memory[rows], first, others = run(folder, rows, "--jobs", "2")
            told = f"{rows / two:.0f} a second, {memory[rows]:.0f} MB"
            if rows <= MOST_BY_ONE:
                one, alone, own, other = run(folder, rows)
                yield f"{rows:,} rows, one process", f"{rows / one:.0f} a second, {alone:.0f} MB"
                told += f": {one / two:.2f} times"
            yield f"{rows:,} rows, two processes", told
            if rows <= MOST_BY_ONE:
                yield (
                    "their CPU, which other work on the machine changes little",
                    f"{own + other:.1f} s; {first:.1f} s and two of {others / 2:.1f} s",
                )
        grown = memory[sizes[-1]] - memory[sizes[0]]
        yield f"memory of {sizes[-1]:,} rows against {sizes[0]:,}", f"{grown:+.0f} MB"
        if ray:
            rows = max(size for size in sizes if size <= MOST_BY_ONE)
            seconds, *_ = run(folder, rows, "--engine", "ray")
            yield f"{rows:,} rows, Ray here, with its start", f"{rows / seconds:.0f} a second"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[2_000, 20_000])
    parser.add_argument("--ray", action="store_true")
    asked = parser.parse_args()
    sizes = sorted(asked.rows)
    found = [*single_calls(), *bare_loops(), *in_threads(), *in_processes(sizes, asked.ray)]
    record("scale", "# Scale\n\n" + table(("what", "measured"), found), ("numpy", "click"))


if __name__ == "__main__":
    main()
