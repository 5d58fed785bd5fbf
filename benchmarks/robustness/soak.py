"""Many summaries in one process: memory that stays flat, the same bytes whatever is beside them.

    python benchmarks/robustness/soak.py [--count 20000]

The texts are made from the sentences of our own articles, each in another order. They are
summarised in order, in batches of other sizes, by eight threads, and by processes with other seeds
of Python's hashes; the SHA-256 of all summaries must be one. Half of the count goes before memory
is first looked at. Needs Linux.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent))

from recording import record, table  # noqa: E402

from summarize import Document, Summarizer  # noqa: E402

ARTICLES = HERE.parent / "articles"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        print(digest(Summarizer("newsrank").summarize_many(texts(options.count))))
        return
    rows = []
    summarizer = Summarizer("newsrank")
    memory = []

    def watched() -> Iterator[str]:
        for number, text in enumerate(texts(options.count)):
            if number in (options.count // 2, options.count - 1):
                memory.append(resident())
            yield text

    first = digest(summarizer.summarize_many(watched()))
    rows.append(("batches as they come", first[:12], f"{memory[1] - memory[0]:+.1f} MiB"))
    for size in (1, 7):
        found = digest(summarizer.summarize_many(texts(options.count), batch_size=size))
        rows.append((f"batch_size={size}", found[:12], "–"))
    with ThreadPoolExecutor(8) as pool:
        found = digest(pool.map(summarizer.summarize, texts(options.count)))
    rows.append(("8 threads", found[:12], "–"))
    for seed in ("0", "1", "4294967295"):
        command = [sys.executable, __file__, "--inside", "--count", str(options.count)]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        rows.append((f"PYTHONHASHSEED={seed}", done.stdout.strip()[:12], "–"))
    body = table(("how", "SHA-256 of the summaries", "memory, second half"), rows)
    same = len({row[1] for row in rows}) == 1
    verdict = "All are the same." if same else "**They differ.**"
    print(body, verdict, sep="\n\n")
    if options.count >= 20_000:
        record("soak", f"# {options.count:,} summaries\n\n{body}\n\n{verdict}", ("numpy",))
    raise SystemExit(not same)


def texts(count: int) -> Iterator[str]:
    paths = sorted(ARTICLES.glob("*.txt"))
    documents = [Document.from_text(path.read_text(encoding="utf-8")) for path in paths]
    sentences = [sentence.text for document in documents for sentence in document.sentences]
    chance = random.Random(0)
    for _ in range(count):
        yield " ".join(chance.sample(sentences, 20))


def digest(summaries: Iterable[str]) -> str:
    total = hashlib.sha256()
    for summary in summaries:
        total.update(str(summary).encode() + b"\n")
    return total.hexdigest()


def resident() -> float:
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


if __name__ == "__main__":
    main()
