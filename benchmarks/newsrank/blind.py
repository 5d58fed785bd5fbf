"""A blind reading: pairs of summaries of two versions, and what a reader preferred.

    python benchmarks/newsrank/blind.py --data FOLDER --before FILE --print
    python benchmarks/newsrank/blind.py --data FOLDER --before FILE --judged FILE … --readers WHO

``--before`` holds the summaries of the older version, JSON lines of ``corpus``, ``id`` and
``summary``. ``--print`` shows pairs that differ in random order, without saying which is which;
``--judged``, a file for each reader, holds a line for each pair, ``1``, ``2`` or ``=`` for the
better one and a reason, written down before the names are looked at, and the table is made of it.
``--readers`` says on the page who read them.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

from tables import record, table

from summarize import Document, Summarizer
from summarize.evaluation import read_corpus

SEED = 2612
DRAWN = (("cnndm/dev_cased", 12), ("guardian/dev, whole", 12), ("guardian/dev", 6))
SENTENCES = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the development data")
    parser.add_argument("--before", type=Path, required=True, help="the older summaries")
    parser.add_argument("--print", action="store_true", help="print the pairs, unnamed")
    parser.add_argument(
        "--judged", type=Path, nargs="+", help="one line a pair: 1, 2 or =, and the reason"
    )
    parser.add_argument("--readers", default="one reader", help="who read them, for the page")
    options = parser.parse_args()
    pairs = drawn(options.data, options.before)
    if options.judged is None:
        for number, (corpus, _, first, second, _) in enumerate(pairs, start=1):
            print(f"--- {number} ({corpus})\n[1] {first}\n[2] {second}\n")
        return
    readings = [each.read_text(encoding="utf-8").strip().splitlines() for each in options.judged]
    counts = [{"now": 0, "before": 0, "tie": 0} for _ in readings]
    rows = []
    for (corpus, name, _, _, now_is_first), *lines in zip(pairs, *readings, strict=True):
        verdicts, reasons = [], []
        for line, count in zip(lines, counts, strict=True):
            verdict, _, reason = line.partition(" ")
            better = (
                "tie" if verdict == "=" else "now" if (verdict == "1") == now_is_first else "before"
            )
            count[better] += 1
            verdicts.append(better)
            reasons.append(reason)
        rows.append((corpus, name, *verdicts, " / ".join(reasons)))
    found = "; ".join(
        f"reader {number}: now better **{count['now']}**, before better **{count['before']}**, "
        f"ties **{count['tie']}**"
        for number, count in enumerate(counts, start=1)
    )
    heads = [f"reader {number}" for number in range(1, len(readings) + 1)]
    record(
        "blind",
        f"# A blind reading\n\n{len(pairs)} development articles, drawn with seed {SEED} from "
        f"those on which the summaries of {SENTENCES} sentences before and after the change differ "
        "(of newsrank with the rule for abridgements, fitted without whole articles, and of this "
        f"one). Both were read in random order, unnamed, without the article, by "
        f"{options.readers}, as an editor would: does it stand alone; who, what, when, where, why; "
        "nothing that hangs, no fragment. "
        "The judgements were written down before the names were looked at.\n\n"
        f"Of the pairs, {found}.\n\n{table(('corpus', 'article', *heads, 'why'), rows)}",
    )


def drawn(data: Path, before: Path) -> list[tuple[str, str, str, str, bool]]:
    """For each pair its corpus, its article, both summaries, and whether the first is the new."""
    older = {}
    for line in before.read_text(encoding="utf-8").splitlines():
        each = json.loads(line)
        older[each["corpus"], each["id"]] = each["summary"]
    newsrank, pick, pairs = Summarizer("newsrank"), random.Random(SEED), []
    for corpus, count in DRAWN:
        whole = corpus.endswith(", whole")
        articles = list(read_corpus(data / f"{corpus.removesuffix(', whole')}.jsonl.gz"))
        pick.shuffle(articles)
        found = 0
        for article in articles:
            text = f"{article.references[0]}\n\n{article.text}" if whole else article.text
            document = Document.from_text(text, language="en")
            now = str(newsrank.summarize(document, sentences=SENTENCES))
            then = older[corpus, article.id]
            if now != then:
                first = pick.random() < 0.5
                pairs.append((corpus, article.id, *((now, then) if first else (then, now)), first))
                found += 1
            if found == count:
                break
    pick.shuffle(pairs)
    return pairs


if __name__ == "__main__":
    main()
