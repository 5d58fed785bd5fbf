"""What is passed over in real articles, listed so that a reader can judge it.

    python benchmarks/furniture.py --data guardian/train.jsonl.gz --articles 6000

reads JSON lines (``article``), counts what is passed over by reason, and writes a sample of each to
results/furniture.md; ``--all FILE`` writes every part to a file, one JSON object a line, for a
reader who wants to go through them. It also counts how many of the articles would be refused or
taken for something else than text by ``summarize.read``, which should be none.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from recording import record, table

from summarize import Document
from summarize.readers.sniffing import what_is

SEED = 7


def articles(path: Path) -> Iterator[str]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["article"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="JSON lines with 'article'")
    parser.add_argument("--articles", type=int, default=6000, help="how many of them")
    parser.add_argument("--sample", type=int, default=12, help="how many parts of a reason to show")
    parser.add_argument("--all", type=Path, help="write every part to this file")
    parser.add_argument(
        "--judgement", default="", help="a reader's judgement, to stand in the result"
    )
    options = parser.parse_args()
    parts: defaultdict[str, list[str]] = defaultdict(list)
    forms: Counter[str] = Counter()
    read = sentences = 0
    every = options.all.open("w", encoding="utf-8") if options.all else None
    for number, article in enumerate(islice(articles(options.data), options.articles)):
        document = Document.from_text(article, language="en")
        read += 1
        sentences += len(document.sentences)
        forms[what_is(article) or "text"] += 1
        for part in document.skipped:
            text = " ".join(article[part.start : part.end].split())
            parts[part.reason].append(text)
            if every is not None:
                line = {"article": number, "reason": part.reason, "text": text}
                every.write(json.dumps(line, ensure_ascii=False) + "\n")
    rows = [(reason, f"{len(found):,}") for reason, found in sorted(parts.items())]
    lines = [
        f"# What is passed over in {read:,} articles",
        "",
        f"{read:,} articles with {sentences:,} sentences; taken for "
        + ", ".join(f"{form}: {times:,}" for form, times in forms.most_common()),
        "",
        table(("reason", "parts"), rows),
        "",
        options.judgement,
    ]
    chosen = random.Random(SEED)
    for reason, found in sorted(parts.items()):
        sample = found if len(found) <= options.sample else chosen.sample(found, options.sample)
        lines += ["", f"## {reason}", ""]
        lines += [f"- {text[:160]}" for text in sample]
    record("furniture", "\n".join(lines))


if __name__ == "__main__":
    main()
