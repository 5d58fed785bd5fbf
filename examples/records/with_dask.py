"""Summaries as columns of a Dask data frame, a partition at a time, wherever Dask works.

python with_dask.py 'articles/*.parquet' summaries/
"""

import sys

import dask.dataframe
import pandas

import summarize

ADDED = {"summary": "string", "error": "string"}


def of_partition(frame: pandas.DataFrame, column: str) -> pandas.DataFrame:
    """Return a partition with the columns ``summary`` and ``error``; weights are kept for more."""
    with summarize.Summarizer() as summarizer:
        results = list(summarizer.summarize_many(frame[column], sentences=1, errors="yield"))
    failed = [isinstance(result, summarize.Failure) for result in results]
    added = {
        "summary": [None if bad else str(r) for bad, r in zip(failed, results, strict=True)],
        "error": [str(r.error) if bad else None for bad, r in zip(failed, results, strict=True)],
    }
    return frame.assign(**added).astype(ADDED)


def add_summaries(
    frame: dask.dataframe.DataFrame, column: str = "text"
) -> dask.dataframe.DataFrame:
    """Return the frame with both columns, to be computed when it is asked for."""
    return frame.map_partitions(of_partition, column, meta={**frame.dtypes, **ADDED})


if __name__ == "__main__":
    frame = add_summaries(dask.dataframe.read_parquet(sys.argv[1]))
    frame.to_parquet(sys.argv[2])
