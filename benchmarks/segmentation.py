"""Sentence ends against gold sentences and against the other splitters.

    python benchmarks/segmentation.py --data FOLDER [--save]

FOLDER holds ``segmentation/*.jsonl.gz`` (texts and the places of their sentences), a CNN corpus
``cnndm/dev_cased.jsonl.gz`` and ``nltk_data`` with English Punkt. The peers are raw sentencex, on
which we build, pySBD (``pip install pysbd``) and NLTK's Punkt. Each is given whole texts, with
the language named. Punkt has only its English model here, which is used for every language.

An end is the place behind a sentence's last character; the end of the text counts. A gold sentence
is broken where a splitter ends a sentence inside it.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from importlib.util import find_spec
from itertools import accumulate, pairwise
from pathlib import Path
from time import process_time
from typing import Any

import nltk
import sentencex
from recording import record, table

from summarize import Document, Summarizer

Span = tuple[int, int]
Splitter = Callable[[str, str], list[Span] | None]

REPEATS = 7
TIMED = 300
SLOW = 30_000  # characters; pySBD is quadratic, and is given no longer text

_HALF = re.compile(r"\b[ap]\.\s?m\.$")
_GOES_ON = re.compile(
    r"""(?:(?:on|next|last|this|local|Eastern|Pacific|Central|Greenwich)\s)?\(?
    (?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b
    |[ECMP][SD]?T\b|GMT|BST|UTC|[A-Z]{2,4}T\b|(?:Eastern|Pacific|Central|local|Greenwich)\b
    |(?:Jan|Feb|March|April|May|June|July|Aug|Sept|Oct|Nov|Dec)[a-z]*\.?\s\d)""",
    re.VERBOSE,
)


def ours(text: str, language: str) -> list[Span]:
    document = Document.from_text(text, language=language, dateline="keep", furniture="keep")
    return [(s.start, s.end) for s in document.sentences]


def raw_sentencex(text: str, language: str) -> list[Span]:
    pieces = list(sentencex.segment(language, text))
    return trimmed(text, pairwise(accumulate(map(len, pieces), initial=0)))


def pysbd(text: str, language: str) -> list[Span] | None:
    from pysbd import Segmenter
    from pysbd.languages import LANGUAGE_CODES

    if language not in LANGUAGE_CODES or len(text) > SLOW:
        return None
    spans, place = [], 0
    for sentence in Segmenter(language=language, clean=False).segment(text):
        start = text.find(sentence, place)
        if start >= 0:
            place = start + len(sentence)
            spans.append((start, place))
    return trimmed(text, spans)


def punkt(text: str, language: str) -> list[Span]:
    return list(_punkt().span_tokenize(text))


def _punkt(known: list[Any] = []) -> Any:  # noqa: B006 (one model for all calls)
    if not known:
        from nltk.tokenize.punkt import PunktTokenizer

        known.append(PunktTokenizer("english"))
    return known[0]


SPLITTERS: dict[str, Splitter] = {
    "summarize": ours,
    "sentencex": raw_sentencex,
    "pySBD": pysbd,
    "Punkt": punkt,
}


def trimmed(text: str, spans: Iterable[Span]) -> list[Span]:
    found = []
    for start, end in spans:
        piece = text[start:end]
        if piece.strip():
            found.append((end - len(piece.lstrip()), start + len(piece.rstrip())))
    return found


def read(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def treebanks(rows: Sequence[dict[str, Any]], splitters: dict[str, Splitter]) -> str:
    """F1 of sentence ends, by treebank."""
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[row["id"].rpartition("-")[0]].append(row)
    lines = []
    for name, group in sorted(groups.items()):
        sentences = sum(len(row["sentences"]) for row in group)
        scores = [f"{f1:.1f}" if (f1 := _f1(group, s)) else "–" for s in splitters.values()]
        lines.append((name, f"{sentences:,}", *scores))
    return table(("treebank", "sentences", *splitters), lines)


def _f1(rows: Sequence[dict[str, Any]], splitter: Splitter) -> float | None:
    right = found = wanted = 0
    for row in rows:
        spans = splitter(row["text"], row["language"])
        if spans is None:
            return None
        ends, gold = {end for _, end in spans}, {end for _, end in row["sentences"]}
        right, found, wanted = right + len(ends & gold), found + len(ends), wanted + len(gold)
    return 200 * right / (found + wanted)


def golden(rows: Sequence[dict[str, Any]], splitters: dict[str, Splitter]) -> str:
    """How many of the Golden Rules are kept: all sentences of a text, and no other."""
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[row["language"] if row["kind"] == "golden" else "more"].append(row)
    rules = [row for row in rows if row["kind"] == "golden"]
    order = sorted(groups.keys() - {"en", "more"}, key=lambda key: (-len(groups[key]), key))
    lines = []
    for name, group in [
        ("English", groups["en"]),
        ("all languages", rules),
        *((key, groups[key]) for key in order),
        ("further texts, 5 languages", groups["more"]),
    ]:
        kept = [sum(_is_kept(row, splitter) for row in group) for splitter in splitters.values()]
        lines.append((name, str(len(group)), *map(str, kept)))
    return table(("Golden Rules kept", "of", *splitters), lines)


def _is_kept(row: dict[str, Any], splitter: Splitter) -> bool:
    text = row["text"]
    spans = splitter(text, row["language"])
    wanted = ["".join(sentence.split()) for sentence in row["sentences"]]
    return spans is not None and ["".join(text[a:b].split()) for a, b in spans] == wanted


def broken(rows: Sequence[dict[str, Any]], splitter: Splitter, language: str | None = None) -> str:
    """The share of gold sentences inside which a sentence ends."""
    cut = wanted = 0
    for row in rows:
        spans = splitter(row["text"], language or row["language"])
        if spans is None:
            continue
        ends = sorted(end for _, end in spans)
        wanted += len(row["sentences"])
        place = 0
        for start, end in row["sentences"]:
            while place < len(ends) and ends[place] <= start:
                place += 1
            cut += place < len(ends) and ends[place] < end
    return f"{100 * cut / wanted:.2f}%" if wanted else "–"


def offsets(rows: Sequence[dict[str, Any]]) -> tuple[int, int]:
    """How many sentences there are, and how many are not the text at their place."""
    wrong = total = 0
    for row in rows:
        document = Document.from_text(row["text"], language=row["language"])
        for sentence in document.sentences:
            total += 1
            piece = "".join(document.text[sentence.start : sentence.end].split())
            text = "".join(sentence.text.split())
            # A hyphen at a line's end is not in the sentence.
            wrong += piece != text and piece.replace("-", "") != text.replace("-", "")
    return wrong, total


def halves(articles: Sequence[str]) -> tuple[int, int]:
    """Sentences cut behind a.m. or p.m., and summaries that hold part of one."""
    cut = shown = 0
    with Summarizer() as summarizer:
        documents = [Document.from_text(text) for text in articles]
        for document, summary in zip(documents, summarizer.summarize_many(documents), strict=True):
            parts = set()
            for before, after in pairwise(document.sentences):
                if _HALF.search(before.text) and _GOES_ON.match(after.text):
                    cut += 1
                    parts |= {before.start, after.start}
            shown += any(sentence.start in parts for sentence in summary.sentences)
    return cut, shown


def times(articles: Sequence[str]) -> tuple[float, float, float]:
    """Milliseconds of CPU an article, ours and raw sentencex's, and the median ratio of the turns.

    Ours finds furniture, datelines, paragraphs and words besides.
    """
    own, raw = [], []
    for _ in range(REPEATS):
        started = process_time()
        for text in articles:
            Document.from_text(text, language="en")
        half = process_time()
        for text in articles:
            sentencex.segment("en", text)
        own.append(1000 * (half - started) / len(articles))
        raw.append(1000 * (process_time() - half) / len(articles))
    ratio = statistics.median(a / b for a, b in zip(own, raw, strict=True))
    return statistics.median(own), statistics.median(raw), ratio


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the development data")
    parser.add_argument("--only-ours", action="store_true", help="leave the peers out")
    parser.add_argument("--save", action="store_true", help="write results/segmentation.md")
    options = parser.parse_args()
    nltk.data.path.insert(0, str(options.data / "nltk_data"))
    gold = options.data / "segmentation"
    splitters = dict(SPLITTERS)
    if options.only_ours:
        splitters = {"summarize": ours}
    elif find_spec("pysbd") is None:
        del splitters["pySBD"]
    trees, legal = read(gold / "ud_dev.jsonl.gz"), read(gold / "legal_dev.jsonl.gz")
    german, rules = read(gold / "klexikon_dev.jsonl.gz"), read(gold / "golden_rules.jsonl.gz")
    news = [row["article"] for row in read(options.data / "cnndm" / "dev_cased.jsonl.gz")]
    shares = [
        ("US rulings", *(broken(legal, splitter) for splitter in splitters.values())),
        ("German encyclopedia", *(broken(german, splitter) for splitter in splitters.values())),
        (
            "German encyclopedia, read as English",
            *(broken(german, splitter, "en") for splitter in splitters.values()),
        ),
    ]
    wrong, total = offsets([*trees, *legal, *german, *rules])
    cut, shown = halves(news)
    own, raw, ratio = times(news[:TIMED])
    lines = [
        ("offsets wrong", f"{wrong} of {total:,}"),
        (f"sentences cut behind a.m. or p.m., {len(news):,} CNN articles", str(cut)),
        ("of their newsrank summaries, with such a part", str(shown)),
        (f"splitting an English news article ({TIMED}, {REPEATS} turns)", f"{own:.2f} ms"),
        ("raw sentencex on the same", f"{raw:.2f} ms"),
        ("ratio of the two, median of the turns", f"{ratio:.2f}"),
    ]
    parts = [
        "# Segmentation",
        "F1 of sentence ends, Universal Dependencies development texts, language named.",
        treebanks(trees, splitters),
        golden(rules, splitters),
        "Gold sentences broken. pySBD, quadratic in the text, is given only texts of up to "
        f"{SLOW:,} characters.",
        table(("gold sentences broken", *splitters), shares),
        table(("what", "measured"), lines),
    ]
    body = "\n\n".join(parts)
    if options.save:
        record("segmentation", body, ("sentencex", "pysbd", "nltk"))
    else:
        print(body)


if __name__ == "__main__":
    main()
