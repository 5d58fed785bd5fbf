"""Measures the check of summaries against their documents.

    python benchmarks/support.py --data PATH

PATH holds ``faithfulness/qags_{cnndm,xsum}_dev.jsonl.gz`` (articles, summaries, and whether people
found each sentence supported; Wang, Cho & Lewis 2020), ``guardian/dev`` and ``cnndm/dev_cased``.

Errors are planted in true sentences of the articles: a number, a name or a negation is changed.
A quarter of the changes are drawn from the same article, so that the new word is one the document
has. Half of the sentences are rewritten before: a clause, an attribution or a conjunction is left
out, or a pronoun gives way to the name before it. The rewriting is simple and makes some
sentences odd, but it does not change what is true.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import statistics
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from time import process_time

import numpy as np
from recording import record, table

from summarize import Document, Summarizer
from summarize.support import Evidence, Support

HARD = {"number", "name", "negation", "quotation"}
PLANTED = 1000
TRIES = 200_000

_NUMBER = re.compile(r"(?<![\w.,])\d+(?:,\d{3})*(?:\.\d+)?(?![\w,.]*\d)")
_NUMBER_WORDS = "two three four five six seven eight nine ten eleven twelve twenty thirty".split()
_NUMBER_WORD = re.compile(rf"\b(?:{'|'.join(_NUMBER_WORDS)})\b")
_NAME = re.compile(r"(?<=[a-z,] )(?:[A-Z][a-z]{2,})(?: [A-Z][a-z]{2,})*")
_NOT_NAMES = {
    "Mr", "Mrs", "Dr", "Sir", "Lord", "Lady", "President", "Prime", "Minister", "The", "Professor",
    "Senator", "Chief", "Judge", "Mayor", "Secretary", "Miss", "King", "Queen", "Prince",
}  # fmt: skip
_NEGATED = re.compile(r" (?:not|never)\b|n['’]t\b|\bno (?=[a-z])")
_AUXILIARY = re.compile(r"\b(?:is|are|was|were|will|would|could|should|has|have|had|can)\b(?! not)")
_CLAUSE = re.compile(r", (?:which|who|where|when|while|although|including)\b[^,.;“”\"]{8,80},(?= )")
_ATTRIBUTION = re.compile(r", (?:[A-Z]?[a-z]+ ){0,3}(?:said|says|added|told [a-z]+)[^,]{0,40}\.$")
_PRONOUN = re.compile(r"^(?:He|She)(?= (?:said|was|is|has|had|will|added|told))")
_FULL_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,} [A-Z][a-z]{2,}\b")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="the folder of the corpora")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print N misses a kind")
    options = parser.parse_args()
    if not options.data.is_dir():
        sys.exit(f"there is no folder {options.data}")
    parts = [
        "# Support",
        human(options.data),
        planted(options.data, options.show),
        extractive(options.data),
        times(options.data),
    ]
    record("support", "\n\n".join(parts), ("PyStemmer", "sentencex"))


def rows(path: Path) -> Iterator[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


# --- Against people's judgement -------------------------------------------------------------------


def human(data: Path) -> str:
    lines = []
    for name in ("cnndm", "xsum"):
        scores, means, majorities, alone, votes_alone = [], [], [], [], []
        for row in rows(data / "faithfulness" / f"qags_{name}_dev.jsonl.gz"):
            sentences = row["summary_sentences"]
            evidence = Evidence(Document.from_text(row["article"]))
            found = [evidence.check(each["sentence"]).score for each in sentences]
            votes = [
                statistics.fmean(answer["response"] == "yes" for answer in each["responses"])
                for each in sentences
            ]
            scores.append(statistics.fmean(found))
            means.append(statistics.fmean(votes))
            majorities.append(statistics.fmean(vote > 0.5 for vote in votes))
            alone += found
            votes_alone += votes
        lines.append(
            (
                f"QAGS {name} dev",
                str(len(scores)),
                f"{pearson(scores, means):.3f}",
                f"{pearson(scores, majorities):.3f}",
                f"{pearson(alone, votes_alone):.3f}",
            )
        )
    head = ("corpus", "summaries", "per summary, mean vote", "majority vote", "per sentence")
    return f"Pearson correlation of the score with people's judgement:\n\n{table(head, lines)}"


def pearson(one: list[float], other: list[float]) -> float:
    return float(np.corrcoef(one, other)[0, 1])


# --- Planted errors -------------------------------------------------------------------------------


def articles(data: Path) -> list[Document]:
    paths = [
        *sorted((data / "guardian").glob("dev*")),
        *sorted((data / "cnndm").glob("dev_cased*")),
    ]
    found = []
    for path in paths:
        inner = sorted(path.glob("*.gz")) if path.is_dir() else [path]
        found += [Document.from_text(row["article"]) for each in inner for row in rows(each)]
    return found


def planted(data: Path, show: int) -> str:
    draw = random.Random(0)
    documents = articles(data)
    names = [match[0] for document in documents[:300] for match in _NAME.finditer(document.text)]
    kinds: dict[str, Callable] = {
        "number": change_number,
        "name": lambda text, document, draw: change_name(text, document, draw, names),
        "negation": change_negation,
    }
    lines = []
    false: Counter[str] = Counter()
    untouched: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for kind, change in kinds.items():
        found: Counter[str] = Counter()
        total: Counter[str] = Counter()
        misses = 0
        for _ in range(TRIES):
            if sum(total.values()) == PLANTED:
                break
            document = draw.choice(documents)
            place = draw.randrange(len(document.sentences))
            text = document.sentences[place].text
            if not 8 <= document.sentences[place].words <= 60:
                continue
            form = "rewritten" if sum(total.values()) % 2 else "verbatim"
            true = rewritten(text, document, place, draw) if form == "rewritten" else text
            wrong = change(true, document, draw) if true else None
            if not wrong or wrong in document.text:
                continue
            evidence = Evidence(document)
            hit = any(each.kind in HARD for each in evidence.check(wrong).unsupported)
            total[form] += 1
            found[form] += hit
            if not hit and misses < show:
                misses += 1
                print(f"MISSED {kind}: {wrong}\n   OF: {text}\n", file=sys.stderr)
            support = evidence.check(true)
            alarm = [each for each in support.unsupported if each.kind in HARD]
            untouched[form] += 1
            false[form] += bool(alarm)
            right[form] += place in {s.sentence for s in sources(support)[:2]}
            if alarm and show:
                print(f"FALSE {alarm}: {true}\n   OF: {text}\n", file=sys.stderr)
        both = sum(found.values()) / sum(total.values())
        shares = [found[form] / total[form] for form in ("verbatim", "rewritten")]
        lines.append((kind, str(sum(total.values())), f"{both:.1%}", *(f"{s:.1%}" for s in shares)))
    forms = ("verbatim", "rewritten")
    alarms = sum(false.values()) / sum(untouched.values())
    shares = [false[form] / untouched[form] for form in forms]
    lines.append(
        (
            "false alarms, untouched",
            str(sum(untouched.values())),
            f"{alarms:.1%}",
            *(f"{share:.1%}" for share in shares),
        )
    )
    where = [right[form] / untouched[form] for form in forms]
    lines.append(
        (
            "the true source found, untouched",
            str(sum(untouched.values())),
            f"{sum(right.values()) / sum(untouched.values()):.1%}",
            *(f"{share:.1%}" for share in where),
        )
    )
    head = ("planted", "sentences", "found", "in verbatim", "in rewritten")
    return f"Errors planted in true sentences of Guardian and CNN articles:\n\n{table(head, lines)}"


def sources(support: Support) -> list:
    return [source for sentence in support.sentences for source in sentence.sources]


def rewritten(text: str, document: Document, place: int, draw: random.Random) -> str | None:
    """Leave something out, or name who is meant; ``None`` if there is nothing to do."""
    if re.search('[“”"]', text):
        return None  # what is quoted is not to be changed
    done = _CLAUSE.sub("", text, count=1)
    done = re.sub(r"^(?:But|And|So|Meanwhile,|However,) (\w)", lambda m: m[1].upper(), done)
    done = _ATTRIBUTION.sub(".", done)
    if _PRONOUN.match(done) and place:
        before = document.sentences[place - 1].text
        named = _FULL_NAME.findall(before)
        if len(named) == 1:
            done = _PRONOUN.sub(named[0], done)
    done = re.sub(r" \([^()]{3,60}\)(?=[ .,])", "", done, count=1)
    return done if done != text and len(done.split()) >= 6 else None


def change_number(text: str, document: Document, draw: random.Random) -> str | None:
    found = [*_NUMBER.finditer(text), *_NUMBER_WORD.finditer(text)]
    if not found:
        return None
    match = draw.choice(found)
    old = match[0]
    if old in _NUMBER_WORDS:
        new = draw.choice([word for word in _NUMBER_WORDS if word != old])
    elif draw.random() < 0.25:
        others = [each for each in _NUMBER.findall(document.text) if each != old]
        new = draw.choice(others) if others else old
    else:
        digits = [place for place, each in enumerate(old) if each.isdigit()]
        place = draw.choice(digits)
        allowed = [each for each in "123456789" if each != old[place]]
        new = old[:place] + draw.choice(allowed) + old[place + 1 :]
    return _put(text, match.span(), new) if new != old else None


def change_name(text: str, document: Document, draw: random.Random, names: list[str]) -> str | None:
    found = [each for each in _NAME.finditer(text) if each[0].split()[0] not in _NOT_NAMES]
    if not found:
        return None
    match = draw.choice(found)
    here = draw.random() < 0.25
    pool = [each[0] for each in _NAME.finditer(document.text)] if here else names
    pool = [
        each
        for each in pool
        if each.split()[0] not in _NOT_NAMES and not set(each.split()) & set(text.split())
    ]
    return _put(text, match.span(), draw.choice(pool)) if pool else None


def change_negation(text: str, document: Document, draw: random.Random) -> str | None:
    negated = _NEGATED.search(text)
    if negated:
        if text[: negated.start()].endswith(("ca", "wo", "Ca", "Wo")):
            return None
        return text[: negated.start()] + text[negated.end() :]
    helped = _AUXILIARY.search(text)
    return None if helped is None else _put(text, helped.span(), f"{helped[0]} not")


def _put(text: str, span: tuple[int, int], new: str) -> str:
    return text[: span[0]] + new + text[span[1] :]


# --- Extractive summaries, and time ---------------------------------------------------------------


def extractive(data: Path) -> str:
    total = exact = 0
    lowest = lowest_whole = 1.0
    with Summarizer() as summarizer:
        for document in articles(data)[:1000]:
            summary = summarizer.summarize(document)
            support = Evidence(document).check(str(summary))
            lowest_whole = min(lowest_whole, summary.check(document).score)
            lowest = min(lowest, support.score)
            for sentence in summary.sentences:
                total += 1
                same = [
                    each
                    for each in support.sentences
                    if {s.sentence for s in each.sources} == set(sentence.sources)
                ]
                known = document.sentences[sentence.sources[0]].text
                twice = [s for s in document.sentences if s.text == known]
                exact += bool(same) or len(twice) > 1
    return (
        f"Extractive summaries, the lowest support: {lowest_whole:.2f}. Checked as bare text: "
        f"{lowest:.2f}, and sources right for {exact:,} of {total:,} sentences."
    )


def times(data: Path) -> str:
    documents = [each for each in articles(data) if 520 <= each.words <= 560][:20]
    with Summarizer() as summarizer:
        pairs = [(document, summarizer.summarize(document)) for document in documents]
    lines = []
    for name, written in (
        ("extractive summary of 3 sentences", str),
        ("the same, every fifth word left out", _thinned),
    ):
        spent = []
        for document, summary in pairs:
            text = written(summary)
            runs = []
            for _ in range(5):
                start = process_time()
                Evidence(document).check(text)
                runs.append(process_time() - start)
            spent.append(min(runs))
        lines.append((name, "540", f"{1000 * statistics.median(spent):.2f} ms"))
    for sentences in (2_500, 5_000, 10_000, 20_000):
        text, taken = [], 0
        for document in articles_cycle(documents):
            text.append(document.text)
            taken += len(document.sentences)
            if taken >= sentences:
                break
        long = Document.from_text("\n\n".join(text))
        summary = " ".join(_thinned(s.text) for s in long.sentences[::100])
        start = process_time()
        Evidence(long).check(summary)
        lines.append(
            (
                f"{len(long.sentences):,} sentences, a summary of 1 in 100",
                f"{long.words:,}",
                f"{process_time() - start:.2f} s",
            )
        )
    return (
        "Processor time of the check, the document's index included (median of 20 articles, "
        "best of 5):\n\n" + table(("summary", "words of the document", "time"), lines)
    )


def articles_cycle(documents: list[Document]) -> Iterator[Document]:
    while True:
        yield from documents


def _thinned(text: str) -> str:
    words = str(text).split()
    return " ".join(word for place, word in enumerate(words) if place % 5 != 3)


if __name__ == "__main__":
    main()
