"""Summaries as columns of a Spark data frame, by mapInPandas: each task keeps one Summarizer.

Spark needs Java 17, and this package in the environment of every worker.

spark-submit with_spark.py articles.parquet summaries.parquet
"""

import sys
from collections.abc import Iterable, Iterator

import pandas
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import StringType, StructField, StructType


def add_summaries(frame: DataFrame, column: str = "text") -> DataFrame:
    """Return the frame with the columns ``summary`` and ``error``."""

    # Within the function, so that Spark takes it to the workers by value.
    def of_partition(parts: Iterable[pandas.DataFrame]) -> Iterator[pandas.DataFrame]:
        import summarize

        with summarize.Summarizer() as summarizer:
            for part in parts:
                told = summarizer.summarize_many(part[column], sentences=1, errors="yield")
                pairs = [
                    (None, str(each.error))
                    if isinstance(each, summarize.Failure)
                    else (str(each), None)
                    for each in told
                ]
                summaries, errors = zip(*pairs, strict=True) if pairs else ((), ())
                yield part.assign(summary=summaries, error=errors)

    added = [StructField(name, StringType()) for name in ("summary", "error")]
    return frame.mapInPandas(of_partition, StructType([*frame.schema.fields, *added]))


if __name__ == "__main__":
    spark = SparkSession.builder.appName("summaries").getOrCreate()
    add_summaries(spark.read.parquet(sys.argv[1])).write.parquet(sys.argv[2])
