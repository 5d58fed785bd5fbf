"""Summaries as columns of a pandas data frame: python with_pandas.py articles.csv out.csv"""

import sys

import pandas

import summarize


def add_summaries(frame: pandas.DataFrame, column: str = "text") -> pandas.DataFrame:
    """Return the frame with the columns ``summary`` and ``error``."""
    with summarize.Summarizer() as summarizer:
        results = list(summarizer.summarize_many(frame[column], sentences=1, errors="yield"))
    failed = [isinstance(result, summarize.Failure) for result in results]
    return frame.assign(
        summary=[None if bad else str(r) for bad, r in zip(failed, results, strict=True)],
        error=[str(r.error) if bad else None for bad, r in zip(failed, results, strict=True)],
    )


if __name__ == "__main__":
    add_summaries(pandas.read_csv(sys.argv[1])).to_csv(sys.argv[2], index=False)
