"""Haystack: a component that makes of each document its summary.

    pip install haystack-ai
    HAYSTACK_TELEMETRY_ENABLED=False python examples/recipes/haystack_component.py article.txt

In a pipeline: ``pipeline.add_component("summaries", Summaries(sentences=2))`` between a retriever
and a prompt builder. A summary is a new document; ``meta["source_id"]`` names the one it is of. A
document without text gives none, and stands in the output ``failed`` with the reason.
"""

import sys
from pathlib import Path

from haystack import Document, component

import summarize


@component
class Summaries:
    """Documents in, their summaries out."""

    def __init__(self, sentences: int = 3, backend: str | None = None) -> None:
        self.sentences, self.backend = sentences, backend
        self._summarizer = summarize.Summarizer(backend)

    @component.output_types(documents=list[Document], failed=list[str])
    def run(self, documents: list[Document]) -> dict:
        texts = [each.content or "" for each in documents]
        found = self._summarizer.summarize_many(texts, sentences=self.sentences, errors="yield")
        pairs = list(zip(documents, found, strict=True))
        bad = [(each, f) for each, f in pairs if isinstance(f, summarize.Failure)]
        good = [(each, f) for each, f in pairs if isinstance(f, summarize.Summary)]
        return {
            "documents": [
                Document(content=str(summary), meta={**each.meta, "source_id": each.id})
                for each, summary in good
            ],
            "failed": [f"{each.id}: {failure.alone}" for each, failure in bad],
        }


if __name__ == "__main__":
    given = [Document(content=Path(name).read_text("utf-8")) for name in sys.argv[1:]]
    for summary in Summaries(sentences=2).run(given)["documents"]:
        sys.stdout.write(f"{summary.content}\n")
