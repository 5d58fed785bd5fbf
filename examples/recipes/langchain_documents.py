"""LangChain: retrieved documents, each as its summary, before they go into a prompt.

    pip install langchain-core
    python examples/recipes/langchain_documents.py article.txt

In a chain: ``retriever | RunnableLambda(Summaries(sentences=2).transform_documents) | prompt``.
Offsets in the metadata lead back into the whole text. A document without text stays as it is, with
the reason in ``metadata["error"]``.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from langchain_core.documents import BaseDocumentTransformer, Document

import summarize


class Summaries(BaseDocumentTransformer):
    """Puts a document's summary in its place."""

    def __init__(self, backend: str | None = None, **length) -> None:
        self.summarizer, self.length = summarize.Summarizer(backend), length

    def transform_documents(self, documents: Sequence[Document], **kwargs) -> list[Document]:
        texts = [each.page_content for each in documents]
        results = self.summarizer.summarize_many(texts, errors="yield", **self.length)
        return [_told(each, result) for each, result in zip(documents, results, strict=True)]


def _told(document: Document, result: summarize.Summary | summarize.Failure) -> Document:
    if isinstance(result, summarize.Failure):
        text, more = document.page_content, {"error": str(result.alone)}
    else:
        text, more = str(result), {"spans": [(s.start, s.end) for s in result.sentences]}
    return Document(id=document.id, page_content=text, metadata={**document.metadata, **more})


if __name__ == "__main__":
    given = [Document(Path(name).read_text("utf-8")) for name in sys.argv[1:]]
    for summary in Summaries(sentences=2).transform_documents(given):
        sys.stdout.write(f"{summary.page_content}\n{summary.metadata}\n")
