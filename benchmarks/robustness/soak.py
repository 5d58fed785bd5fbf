"""20,000 summaries as a service asks for them: nothing grows, and all ways give the same bytes.

    python benchmarks/robustness/soak.py [--count 20000]

Each request draws a backend, a text of one to three hundred sentences (our own articles' in
another order, other languages', some with a dateline), a length and a language; every fiftieth is a
mistake.
The same requests are done in order, shuffled, by threads, in batches, by processes and by the
function alone, each in a Python of its own with another seed of hashes, locale, number of BLAS
threads, with and without ``-O``. The SHA-256 of all summaries, offsets, scores and errors must be
one; what the process holds is looked at half way and at the end. Then a few texts go through all
paths of the library and the command line, with each backend. Needs Linux, and some five minutes of
two cores.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent))

from recording import record, table  # noqa: E402

from summarize import (  # noqa: E402
    Document,
    Failure,
    SummarizeError,
    Summarizer,
    Summary,
    evaluation,
    summarize,
)

ARTICLES = HERE.parent / "articles"
LANGUAGES = HERE.parents[1] / "tests" / "languages"
SHARES = {
    "newsrank": 60, "textrank": 15, "lead": 15,
    "luhn": 2, "sum-basic": 2, "reduction": 2, "lexrank": 2, "lsa": 1, "kl": 1,
}  # fmt: skip
LENGTHS: list[dict[str, Any]] = [
    *({"sentences": number} for number in range(1, 11)),
    *({"words": number} for number in (30, 60, 100, 250)),
    *({"ratio": share} for share in (0.1, 0.2, 0.5)),
    {},
]
PATH_TEXTS = 60
PATH_LENGTHS = ({"sentences": 3}, {"words": 60})
AGAIN = 1_000  # requests that are repeated in the same process
GROWTH = 4.0  # MiB in the second half that are no growth


class Asked(NamedTuple):
    """One request: of a place, to a backend, with what is passed beside the text."""

    place: int
    backend: str
    text: Any
    options: dict[str, Any]


Done = tuple[int, str]  # a place, and all that was answered


@cache
def _material() -> tuple[list[str], list[str]]:
    """The sentences of our articles, and our texts in other languages."""
    paths = sorted(ARTICLES.glob("*.txt"))
    documents = [Document.from_text(path.read_text(encoding="utf-8")) for path in paths]
    english = [sentence.text for document in documents for sentence in document.sentences]
    return english, [path.read_text(encoding="utf-8") for path in sorted(LANGUAGES.glob("*.txt"))]


def request(place: int) -> Asked:
    """What is asked at a place, the same whenever it is made: none is held for long."""
    english, foreign = _material()
    chance = random.Random(place)
    backend = chance.choices(list(SHARES), list(SHARES.values()))[0]
    options = dict(chance.choice(LENGTHS))
    kind = chance.random()
    if place % 50 == 49:
        return Asked(place, backend, chance.choice(("", " \n", "\x00", 7, None)), options)
    if kind < 0.1:
        paragraphs = chance.choice(foreign).split("\n")
        text = "\n".join(chance.sample(paragraphs, len(paragraphs)))
    else:
        most = 15 if backend == "kl" else 300 if kind > 0.99 else 40
        text = " ".join(chance.sample(english, chance.randint(1, most)))
        if kind > 0.9:
            text = f"LONDON (Reuters) — {text}"
            options["dateline"] = chance.choice(("keep", "strip"))
        elif kind > 0.8:
            options["language"] = "en-GB"
    return Asked(place, backend, text, options)


# --- The ways -----------------------------------------------------------------------------------


def answered(result: Summary | Exception) -> str:
    if isinstance(result, Exception):
        return type(result).__name__
    # Scores as the rows of ``summarize batch`` have them: what NumPy computes at once decides the
    # last bits.
    places = ((each.start, each.end, round(each.score or 0, 8)) for each in result.sentences)
    return repr([str(result), *places])


def asked_of(summarizer: Callable[..., Summary], asked: Asked) -> Done:
    try:
        return asked.place, answered(summarizer(asked.text, **asked.options))
    except (SummarizeError, TypeError) as error:
        return asked.place, answered(error)


def in_order(places: Sequence[int]) -> Iterator[Done]:
    summarizers = {name: Summarizer(name) for name in SHARES}
    for asked in map(request, places):
        yield asked_of(summarizers[asked.backend], asked)


def shuffled(places: Sequence[int]) -> Iterator[Done]:
    yield from in_order(random.Random(1).sample(places, len(places)))


def by_threads(
    count: int, summarizers: dict[str, Summarizer], places: Sequence[int]
) -> Iterator[Done]:
    def work(place: int) -> Done:
        asked = request(place)
        return asked_of(summarizers[asked.backend], asked)

    with ThreadPoolExecutor(count) as pool:
        yield from pool.map(work, places)


def threads(places: Sequence[int]) -> Iterator[Done]:
    yield from by_threads(8, {name: Summarizer(name) for name in SHARES}, places)


def processes(places: Sequence[int]) -> Iterator[Done]:
    served = ("newsrank", "textrank", "lead")
    summarizers = {name: Summarizer(name, jobs=2 if name in served else 1) for name in SHARES}
    yield from by_threads(6, summarizers, places)
    for summarizer in summarizers.values():
        summarizer.close()


def batches(places: Sequence[int]) -> Iterator[Done]:
    def alike(each: Asked) -> str:
        return f"{each.backend} {sorted(each.options.items())}"

    # In portions, so that little is held; each portion's groups have a size of their own.
    for portion in range(0, len(places), 2_500):
        some = sorted(map(request, places[portion : portion + 2_500]), key=alike)
        for number, (_, group) in enumerate(groupby(some, alike)):
            same = list(group)
            results = Summarizer(same[0].backend).summarize_many(
                (each.text for each in same),
                **same[0].options,
                batch_size=(1, 7, 64, 1_000)[(number + portion // 2_500) % 4],
                errors="yield",
            )
            for each, result in zip(same, results, strict=True):
                yield each.place, answered(result.error if isinstance(result, Failure) else result)


def function(places: Sequence[int]) -> Iterator[Done]:
    for asked in map(request, places):
        yield asked_of(partial(summarize, backend=asked.backend), asked)


# Each way, how it is named, and the environment that it has.
WAYS: dict[str, tuple[Callable[[Sequence[int]], Iterator[Done]], str, dict[str, str]]] = {
    "in_order": (in_order, "in order, one `Summarizer` a backend", {"PYTHONHASHSEED": "0"}),
    "shuffled": (
        shuffled,
        "in another order, `python -O`, `LC_ALL=C`",
        {"PYTHONHASHSEED": "1", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONOPTIMIZE": "1"},
    ),
    "threads": (
        threads,
        "8 threads share the `Summarizer`s, 8 BLAS threads, `MALLOC_ARENA_MAX=1`",
        # glibc gives each thread an arena of its own, whose gaps would be taken for growth.
        {
            "PYTHONHASHSEED": "4294967295",
            "OMP_NUM_THREADS": "8",
            "OPENBLAS_NUM_THREADS": "8",
            "MALLOC_ARENA_MAX": "1",
        },
    ),
    "batches": (
        batches,
        "`summarize_many`, batches of 1, 7, 64 and 1,000",
        {"PYTHONHASHSEED": "2", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    ),
    "function": (function, "`summarize.summarize`, a backend each time", {"PYTHONHASHSEED": "3"}),
    "processes": (
        processes,
        "`Summarizer(jobs=2)`, asked by 6 threads",
        {"PYTHONHASHSEED": "random", "LC_ALL": "C.UTF-8"},
    ),
}


class Held(NamedTuple):
    """What the process holds."""

    memory: float
    files: int
    threads: int
    children: int

    @classmethod
    def now(cls) -> Held:
        tasks = list(Path("/proc/self/task").iterdir())
        status = Path("/proc/self/status").read_text(encoding="utf-8")
        return cls(
            int(status.partition("VmRSS:")[2].split()[0]) / 1024,
            len(os.listdir("/proc/self/fd")),
            len(tasks),
            sum(len((task / "children").read_text().split()) for task in tasks),
        )


def run_inside(way: str, count: int) -> None:
    """In a Python of its own: do all requests one way, and tell what came of it as JSON."""
    answers = [b""] * count
    held = []
    for number, (place, answer) in enumerate(WAYS[way][0](range(count))):
        answers[place] = hashed(answer)
        if number in (count // 2, count - 1):
            held.append(Held.now())
    again = dict(in_order(range(min(count, AGAIN)))) if way == "in_order" else {}
    repeated = all(hashed(answer) == answers[place] for place, answer in again.items())
    digest = hashlib.sha256(b"".join(answers)).hexdigest()
    print(json.dumps({"digest": digest, "held": held, "repeated": repeated, "left": Held.now()}))


def hashed(answer: str) -> bytes:
    return hashlib.sha256(answer.encode("utf-8", "surrogatepass")).digest()


def run(way: str, count: int) -> dict[str, Any]:
    began = time.perf_counter()
    command = [sys.executable, __file__, "--inside", way, "--count", str(count)]
    environment = {**os.environ, **WAYS[way][2]}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return {**json.loads(done.stdout), "seconds": time.perf_counter() - began}


# --- The paths ----------------------------------------------------------------------------------


def paths_of(backend: str, length: dict[str, Any], texts: list[str]) -> dict[str, list[str]]:
    """The summaries of the same texts by every path."""
    options = [f"--{name}={value}" for name, value in length.items()]
    summarizer = Summarizer(backend)
    found = {
        "summarize": [str(summarize(text, backend=backend, **length)) for text in texts],
        "Summarizer": [str(summarizer(text, **length)) for text in texts],
        "summarize_many": [str(each) for each in summarizer.summarize_many(texts, **length)],
        "summarize_many(jobs=2)": [
            str(each) for each in summarizer.summarize_many(texts, jobs=2, **length)
        ],
    }
    articles = tuple(
        evaluation.Article(str(i), text, ("It rained.",)) for i, text in enumerate(texts)
    )
    corpus = evaluation.Corpus("texts", articles)
    [evaluated, _] = evaluation.evaluate(corpus, [backend], **length).systems
    found["evaluate"] = [str(each) for each in evaluated.summaries]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        records = folder / "texts.jsonl"
        records.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
        files = []
        for number, text in enumerate(texts):
            files.append(folder / f"{number:05}.txt")
            files[-1].write_text(text, encoding="utf-8")
        for jobs in ("1", "2"):
            rows = folder / f"rows{jobs}.jsonl"
            command("batch", records, "--output", rows, "-q", "-b", backend, "-j", jobs, *options)
            found[f"CLI, records, {jobs} job"] = answers(rows.read_text(encoding="utf-8"))
            shown = command(*files, "--json", "-q", "-b", backend, "-j", jobs, *options)
            found[f"CLI, files, {jobs} job"] = answers(shown)
    return found


def command(*arguments: object) -> str:
    program = [sys.executable, "-m", "summarize", *map(str, arguments)]
    done = subprocess.run(program, stdout=subprocess.PIPE, encoding="utf-8", check=True)
    return done.stdout


def answers(lines: str) -> list[str]:
    return [json.loads(line)["summary"] for line in lines.splitlines()]


def compared(
    backend: str, count: int = PATH_TEXTS, lengths: Sequence[dict[str, Any]] = PATH_LENGTHS
) -> tuple[str, int, int]:
    """How many summaries all paths gave, and how many differ from the function's."""
    given = (request(place).text for place in range(2 * count) if place % 50 != 49)
    texts = [text for text in given if len(text) < 6_000][:count]
    total = differing = 0
    for length in lengths:
        found = paths_of(backend, length, texts)
        for path, summaries in found.items():
            different = sum(a != b for a, b in zip(summaries, found["summarize"], strict=True))
            if different:
                print(f"{backend}, {path}, {length}: {different} differ", file=sys.stderr)
            total, differing = total + len(summaries), differing + different
    return backend, total, differing


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--inside", choices=WAYS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        run_inside(options.inside, options.count)
        return
    began = time.perf_counter()
    with ThreadPoolExecutor(2) as pool:
        done = dict(zip(WAYS, pool.map(lambda way: run(way, options.count), WAYS), strict=True))
        by_path = list(pool.map(compared, SHARES))
    rows, faults = [], []
    for way, (_, shown, _) in WAYS.items():
        half, end = (Held(*each) for each in done[way]["held"])
        grown = end.memory - half.memory
        rows.append(
            (
                shown,
                done[way]["digest"][:12],
                f"{end.memory:.0f} MiB, {grown:+.1f}",
                *(f"{a}, {b - a:+}" for a, b in zip(half[1:], end[1:], strict=True)),
            )
        )
        if grown > GROWTH or half[1:] != end[1:]:
            faults.append(f"{way}: what is held grows")
        if not done[way]["repeated"]:
            faults.append(f"{way}: repeated in one process, it differs")
        print(way, f"{done[way]['seconds']:.0f} s", done[way]["left"], file=sys.stderr)
    if len({row[1] for row in rows}) != 1:
        faults.append("the ways differ")
    faults += [f"{name}: {bad} of {total} differ" for name, total, bad in by_path if bad]
    held = table(
        ("how", "SHA-256", "memory, in the second half", "files", "threads", "children"), rows
    )
    paths = table(
        ("backend", "summaries by 9 paths", "that differ"),
        [(name, f"{total:,}", str(bad)) for name, total, bad in by_path],
    )
    verdict = "; ".join(faults) or "Nothing grows, and all are the same."
    print(f"{time.perf_counter() - began:.0f} s", file=sys.stderr)
    page = f"# {options.count:,} requests to a service\n\n{held}\n\n{paths}\n\n{verdict}"
    if options.count >= 20_000:
        record("soak", page, ("numpy", "scipy", "sumy"))
    else:
        print(page)
    raise SystemExit(bool(faults))


if __name__ == "__main__":
    main()
