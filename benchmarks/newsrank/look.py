"""What to read by eye: the ten worst development articles, and ten summaries drawn at random.

    python benchmarks/newsrank/look.py --data FOLDER

FOLDER is the folder of the development data.
"""

from __future__ import annotations

import argparse
import random
from dataclasses import dataclass
from pathlib import Path

from rouge_score.rouge_scorer import RougeScorer
from tables import record

from summarize import Document, Summarizer
from summarize.evaluation import read_corpus

WORST_OF = 1500
SCORER = RougeScorer(["rouge1"], use_stemmer=True)


@dataclass(frozen=True)
class Case:
    """A document with its reference and its summaries."""

    id: str
    document: Document
    reference: str
    summary: object
    lead: str

    @property
    def gain(self) -> float:
        return self.rouge(str(self.summary)) - self.rouge(self.lead)

    def rouge(self, text: str) -> float:
        return 100 * SCORER.score(self.reference, text)["rouge1"].fmeasure

    def best(self) -> list[int]:
        """The three sentences that suit the reference best, one after the other."""
        sentences = self.document.sentences
        chosen: list[int] = []
        for _ in range(3):
            rest = [i for i in range(len(sentences)) if i not in chosen]
            texts = {i: " ".join(sentences[j].text for j in sorted([*chosen, i])) for i in rest}
            chosen.append(max(rest, key=lambda i: self.rouge(texts[i])))
        return sorted(chosen)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the development data")
    data = parser.parse_args().data
    news = cases(data / "cnndm" / "dev.jsonl.gz", 3, WORST_OF)
    worst = sorted(news, key=lambda case: case.gain)[:10]
    record(
        "worst",
        "# The ten worst articles of cnndm/dev\n\nOf the first 1,500, by ROUGE-1 against the "
        "lead's; what went wrong in them is in NOTES.md.\n\n" + "\n\n".join(map(worst_page, worst)),
    )
    pick = random.Random(0)
    drawn = [
        *pick.sample(cases(data / "cnndm" / "dev_cased.jsonl.gz", 3, 1000), 5),
        *pick.sample(cases(data / "guardian" / "dev.jsonl.gz", 2, 1000), 5),
    ]
    record(
        "samples",
        "# Ten summaries drawn at random\n\nFive of cnndm/dev_cased (3 sentences), five of "
        "guardian/dev (2); what is wrong in each is in NOTES.md.\n\n"
        + "\n\n".join(map(sample_page, drawn)),
    )


def cases(path: Path, sentences: int, limit: int) -> list[Case]:
    articles = read_corpus(path).articles[:limit]
    documents = [Document.from_text(article.text) for article in articles]
    ours = Summarizer("newsrank").summarize_many(documents, sentences=sentences)
    lead = Summarizer("lead").summarize_many(documents, sentences=sentences)
    return [
        Case(article.id, document, article.references[0], summary, str(opening))
        for article, document, summary, opening in zip(articles, documents, ours, lead, strict=True)
    ]


def worst_page(case: Case) -> str:
    sentences = case.document.sentences
    best = case.best()
    lines = [
        f"## {case.id}: {case.gain:+.1f}",
        f"Reference: {flat(case.reference)}",
        f"newsrank took {places(case.summary)} of {len(sentences)}: {flat(str(case.summary))}",
        f"Lead: {flat(case.lead)}",
        f"Best were {', '.join(str(i + 1) for i in best)}: "
        + flat(" ".join(sentences[i].text for i in best)),
    ]
    return "\n\n".join(lines)


def sample_page(case: Case) -> str:
    lines = [
        f"## {case.id}",
        f"{places(case.summary)} of {len(case.document.sentences)}: {flat(str(case.summary))}",
        f"Reference: {flat(case.reference)}",
    ]
    return "\n\n".join(lines)


def places(summary: object) -> str:
    return ", ".join(str(part.sources[0] + 1) for part in summary.sentences)


def flat(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    main()
