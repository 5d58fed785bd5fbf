"""newsrank as an editor would judge it: whole articles, headlines, form, names, every length.

    python benchmarks/newsrank/editor.py --data FOLDER [--weights FILE]

FOLDER is the folder of the development data. The Guardian's articles are given whole, the opening
paragraph in front; a summary at a length is compared with as many words of the document's opening.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections.abc import Iterator, Sequence
from math import sqrt
from pathlib import Path
from statistics import fmean, stdev

from tables import record, table

from summarize import Document, Summarizer, Summary
from summarize.evaluation import Rouge, read_corpus
from summarize.text.form import has_fault, is_stub
from summarize.text.people import Introductions, lone_names

Pair = tuple[Document, tuple[str, ...]]

ROUGE = Rouge(("rouge1", "rouge2"))
FIRST = Rouge(("rouge1",))
SAMPLE = 200
SEED = 0
LENGTHS: tuple[dict[str, float], ...] = (
    *({"sentences": n} for n in range(1, 11)),
    *({"words": n} for n in (30, 60, 100, 150, 200, 250)),
    *({"ratio": n} for n in (0.1, 0.2, 0.3, 0.4, 0.5)),
)
NEWS = (("cnndm/dev", 3), ("cnndm/dev_cased", 3), ("guardian/dev", 2), ("guardian/dev, whole", 3))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the development data")
    parser.add_argument("--weights", type=Path, help="other weights than the package's")
    parser.add_argument("--limit", type=int, help="a random sample of so many articles a corpus")
    options = parser.parse_args()
    newsrank = Summarizer("newsrank", weights=options.weights)
    corpora = {name: pairs(options.data, name, options.limit) for name, _ in NEWS}
    news = [news_row(newsrank, name, corpora[name], n) for name, n in NEWS]
    headlines = headline_row(newsrank, options.data)
    rows = list(lengths(newsrank, corpora))
    header = ("corpus, sentences", "ROUGE-1/2", "over the lead", "worse than it", "as it")
    header += ("first sentence kept", "fault of form", "name not introduced")
    names = [name for name, _ in NEWS if "whole" not in name]
    record(
        "editor",
        "# newsrank as an editor would judge it\n\n"
        "*Worse than it*: the share of articles on which the summary has a lower ROUGE-1 than the "
        "lead of as many sentences. *As it*: on which it is the lead. *Fault of form*: summaries "
        "with a stub, fragment, caption, label, heading, link, credit or an unpaired mark. *Name "
        "not introduced*: with a surname by itself whose introduction the document has before "
        "and the summary has not. The rules are those of selection itself, so these two columns "
        "say how often they are broken, not that they see every fault. *Whole*: opening paragraph "
        "and article joined, the paragraph as the reference.\n\n"
        f"Articles: {', '.join(f'{len(corpora[name]):,} of {name}' for name, _ in NEWS)}.\n\n"
        f"{table(header, news)}\n\n"
        f"{headlines}\n\n"
        "## Every length\n\n"
        "ROUGE-1 over that of as many words of the document's opening, cut where they end, with "
        f"95% intervals of the paired difference, on {SAMPLE} articles of each corpus drawn with "
        f"seed {SEED}. **Bold** where the interval lies below zero.\n\n"
        f"{table(('length', *names), rows)}",
    )


def pairs(data: Path, name: str, limit: int | None) -> list[Pair]:
    whole = name.endswith(", whole")
    found = []
    articles = list(read_corpus(data / f"{name.removesuffix(', whole')}.jsonl.gz"))
    if limit is not None and limit < len(articles):
        articles = random.Random(SEED).sample(articles, limit)
    for article in articles:
        text = f"{article.references[0]}\n\n{article.text}" if whole else article.text
        found.append((Document.from_text(text, language="en"), article.references))
    return found


def rouge(text: str, references: Sequence[str]) -> tuple[float, float]:
    found = ROUGE.score(candidate=text, references=references)
    return 100 * found["rouge1"].fmeasure, 100 * found["rouge2"].fmeasure


def first(text: str, references: Sequence[str]) -> float:
    return 100 * FIRST.score(candidate=text, references=references)["rouge1"].fmeasure


def news_row(newsrank: Summarizer, name: str, articles: list[Pair], n: int) -> tuple[str, ...]:
    documents = [document for document, _ in articles]
    ours = list(newsrank.summarize_many(documents, sentences=n))
    lead = list(Summarizer("lead").summarize_many(documents, sentences=n))
    both = [
        (rouge(a, references), rouge(b, references))
        for a, b, (_, references) in zip(ours, lead, articles, strict=True)
    ]
    one, two = fmean(a[0] for a, _ in both), fmean(a[1] for a, _ in both)
    more = one - fmean(b[0] for _, b in both), two - fmean(b[1] for _, b in both)
    judged = list(zip(ours, documents, strict=True))
    row = (
        f"{name}, {n}",
        f"{one:.1f}/{two:.1f}",
        f"{more[0]:+.2f}/{more[1]:+.2f}",
        f"{fmean(a[0] < b[0] - 1e-9 for a, b in both):.1%}",
        f"{fmean(a == b for a, b in zip(ours, lead, strict=True)):.1%}",
        f"{fmean(summary.sentences[0].sources[0] == 0 for summary in ours):.1%}",
        f"{fmean(map(faulty, ours)):.1%}",
        f"{fmean(unknown(summary, document) for summary, document in judged):.1%}",
    )
    print(row, flush=True)
    return row


def faulty(summary: Summary) -> bool:
    return any(
        has_fault(part.text) or is_stub(part.text, len(part.text.split()))
        for part in summary.sentences
    )


def unknown(summary: Summary, document: Document) -> bool:
    known = Introductions(document.text)
    for place, part in enumerate(summary.sentences):
        for name in lone_names(part.text):
            found = known.of(name)
            before = summary.sentences[: place + 1]
            if (
                found
                and found[0] < part.start
                and not any(other.start <= at < other.end for at in found for other in before)
            ):
                return True
    return False


def headline_row(newsrank: Summarizer, data: Path) -> str:
    with gzip.open(data / "bbc" / "all.jsonl.gz", "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    articles = [
        (Document.from_text(each["article"], language="en"), each["title"]) for each in records
    ]
    documents = [document for document, _ in articles]
    shares = []
    for system in (newsrank, Summarizer("lead"), Summarizer("textrank")):
        summaries = system.summarize_many(documents, sentences=1)
        found = (
            FIRST.score(candidate=summary, references=[headline])["rouge1"].recall
            for summary, (_, headline) in zip(summaries, articles, strict=True)
        )
        shares.append(f"{100 * fmean(found):.1f}%")
    text = (
        f"Of the words of {len(articles):,} BBC headlines (ROUGE-1 recall), one sentence of "
        f"newsrank has {shares[0]}, of the lead {shares[1]}, of TextRank {shares[2]}."
    )
    print(text, flush=True)
    return text


def lengths(newsrank: Summarizer, corpora: dict[str, list[Pair]]) -> Iterator[tuple[str, ...]]:
    drawn = {}
    for name, articles in corpora.items():
        if "whole" not in name:
            drawn[name] = random.Random(SEED).sample(articles, min(SAMPLE, len(articles)))
    for length in LENGTHS:
        row = [" ".join(f"{key} {value}" for key, value in length.items())]
        for articles in drawn.values():
            summaries = newsrank.summarize_many([d for d, _ in articles], **length)
            gains = [
                first(summary, references) - first(beginning(document, summary), references)
                for summary, (document, references) in zip(summaries, articles, strict=True)
            ]
            mean, interval = fmean(gains), 1.96 * stdev(gains) / sqrt(len(gains))
            mark = "**" if mean + interval < 0 else ""
            row.append(f"{mark}{mean:+.2f} ± {interval:.2f}{mark}")
        print(tuple(row), flush=True)
        yield tuple(row)


def beginning(document: Document, summary: str) -> str:
    """As many words of a document's sentences as a summary has."""
    words: list[str] = []
    wanted = len(summary.split())
    for sentence in document.sentences:
        words += sentence.text.split()
        if len(words) >= wanted:
            break
    return " ".join(words[:wanted])


if __name__ == "__main__":
    main()
