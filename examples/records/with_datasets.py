"""Summaries as a column of a Hugging Face data set: python with_datasets.py articles.jsonl out"""

import sys
from functools import cache

import datasets

import summarize


@cache
def summarizer() -> summarize.Summarizer:
    """The one of this process."""
    return summarize.Summarizer()


def summarize_batch(batch: dict[str, list]) -> dict[str, list]:
    """What ``map(batched=True)`` calls."""
    results = list(summarizer().summarize_many(batch["text"], sentences=1, errors="yield"))
    failed = [isinstance(result, summarize.Failure) for result in results]
    return {
        "summary": [None if bad else str(r) for bad, r in zip(failed, results, strict=True)],
        "error": [str(r.error) if bad else None for bad, r in zip(failed, results, strict=True)],
    }


if __name__ == "__main__":
    rows = datasets.load_dataset("json", data_files=sys.argv[1], split="train")
    rows.map(summarize_batch, batched=True, batch_size=64, num_proc=2).save_to_disk(sys.argv[2])
