"""Records of a data file: JSON lines, plain or compressed, Parquet, or a Hugging Face data set.

:meta private:
"""

from __future__ import annotations

import gzip
import importlib
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from ..errors import CorpusError, MissingDependencyError

__all__ = ["Record", "has_records", "read_records"]

Rows = Iterator[tuple[int, dict[str, Any]]]

_HUB = "hf:"
_DEFAULT_SPLIT = "test"
_SPLIT = re.compile(r"(train|test|validation|valid|val|dev)\b.*")
_JSON_LINES = re.compile(r"\.(jsonl|ndjson)(\.gz|\.zst)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a source, at its line counted from 1 (in Parquet and data sets: its row)."""

    source: str
    line: int
    id: str
    fields: dict[str, Any]

    def text(self, column: str) -> str:
        """Return the text in a column.

        Raises:
            CorpusError: if there is no such column, or no text in it.
        """
        value = self._value(column)
        if not isinstance(value, str):
            raise CorpusError(self.source, f"column {column!r} is not a text", self.line)
        return value

    def references(self, column: str) -> tuple[str, ...]:
        """Return the references in a column: one text, or a list of them.

        Raises:
            CorpusError: if there is no such column, or no reference in it.
        """
        value = self._value(column)
        texts = (value,) if isinstance(value, str) else value
        if not isinstance(texts, list | tuple) or not all(isinstance(text, str) for text in texts):
            reason = f"column {column!r} is neither a text nor a list of texts"
            raise CorpusError(self.source, reason, self.line)
        if not any(text.strip() for text in texts):
            reason = f"column {column!r} is empty: there is no reference"
            raise CorpusError(self.source, reason, self.line)
        return tuple(texts)

    def _value(self, column: str) -> Any:
        if column not in self.fields:
            there = ", ".join(map(repr, self.fields)) or "none"
            raise CorpusError(self.source, f"no column {column!r}; there are: {there}", self.line)
        return self.fields[column]


def has_records(source: str) -> bool:
    """Whether the name of ``source`` says that :func:`read_records` reads it.

    >>> has_records("dev.jsonl.gz"), has_records("hf:xsum:test"), has_records("article.txt")
    (True, True, False)
    """
    return (
        source.startswith(_HUB)
        or source.lower().endswith(".parquet")
        or bool(_JSON_LINES.search(source))
    )


def read_records(source: str, *, id_column: str = "id") -> Iterator[Record]:
    """Yield each record.

    Args:
        source: a file that ends in ``.jsonl`` or ``.ndjson``, with ``.gz`` or ``.zst`` behind it
            or not; a ``.parquet`` file; or ``hf:NAME[:CONFIG][:SPLIT]``, read by the ``datasets``
            library, with ``test`` as the split if none is given.
        id_column: where a record has its id; without one, its line's number is.

    Raises:
        CorpusError: if it cannot be read or an id comes twice, with the line where there is one.
        MissingDependencyError: if the library that reads it is not installed.
    """
    lines: dict[str, int] = {}
    for line, fields in _rows(source):
        name = str(fields.get(id_column, line))
        if name in lines:
            reason = f"the id {name!r} is on line {lines[name]} already"
            raise CorpusError(source, reason, line)
        lines[name] = line
        yield Record(source, line, name, fields)


def _rows(source: str) -> Rows:
    if source.startswith(_HUB):
        return _hub_rows(source)
    if source.lower().endswith(".parquet"):
        return _parquet_rows(source)
    return _json_rows(source)


def _json_rows(path: str) -> Rows:
    for line, data in _lines(path):
        if not data.strip():
            continue
        try:
            fields = json.loads(data.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise CorpusError(path, f"not UTF-8 text ({error.reason})", line) from None
        except ValueError as error:
            raise CorpusError(path, f"not a whole JSON object: {error}", line) from None
        if not isinstance(fields, dict):
            raise CorpusError(path, f"a JSON {_json_name(fields)}, not an object", line)
        yield line, fields


def _json_name(value: object) -> str:
    names = {list: "list", str: "string", bool: "boolean", type(None): "null"}
    return names.get(type(value), "number")


def _lines(path: str) -> Iterator[tuple[int, bytes]]:
    line = 0
    try:
        if path.lower().endswith(".zst"):
            for line, data in enumerate(_zstd(path).split(b"\n"), start=1):
                yield line, data
            return
        with _opened(path) as file:
            for line, data in enumerate(file, start=1):
                yield line, data
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        reason = f"the gzip data is corrupt or cut off: {error}"
        raise CorpusError(path, reason, line + 1) from error
    except OSError as error:
        raise CorpusError(path, (error.strerror or str(error)).lower()) from error


def _opened(path: str) -> IO[bytes]:
    if path.lower().endswith(".gz"):
        return cast("IO[bytes]", gzip.open(path))
    return Path(path).open("rb")


def _zstd(path: str) -> bytes:
    zstandard = _imported("zstandard", "reading .zst files", "summarize[eval]")
    data = Path(path).read_bytes()
    parts: list[bytes] = []
    while data:
        frame = zstandard.ZstdDecompressor().decompressobj()
        try:
            parts.append(frame.decompress(data))
        except zstandard.ZstdError as error:
            raise CorpusError(path, f"the zstd data is corrupt: {error}") from error
        if not frame.eof:
            raise CorpusError(path, "the zstd data is cut off")
        data = frame.unused_data
    return b"".join(parts)


def _parquet_rows(path: str) -> Rows:
    pyarrow = _imported("pyarrow", "reading Parquet", "summarize[datasets]")
    parquet = importlib.import_module("pyarrow.parquet")
    try:
        with parquet.ParquetFile(path) as file:
            row = 0
            for batch in file.iter_batches():
                for fields in batch.to_pylist():
                    row += 1
                    yield row, fields
    except pyarrow.ArrowException as error:
        raise CorpusError(path, f"not a Parquet file: {error}") from error
    except OSError as error:
        raise CorpusError(path, (error.strerror or str(error)).lower()) from error


def _hub_rows(source: str) -> Rows:
    name, config, split = _hub_parts(source)
    datasets = _imported("datasets", f"reading {source!r}", "summarize[datasets]")
    try:
        rows = datasets.load_dataset(name, config, split=split)
    except Exception as error:  # whatever the network, the hub or a data set's format brings up
        reason = " ".join(str(error).split()) or type(error).__name__
        raise CorpusError(source, f"cannot be loaded: {reason}") from error
    yield from enumerate(rows, start=1)


def _hub_parts(source: str) -> tuple[str, str | None, str]:
    """Take ``hf:NAME[:CONFIG][:SPLIT]`` apart; a part that looks like a split is one.

    >>> _hub_parts("hf:cnn_dailymail:3.0.0:test[:100]"), _hub_parts("hf:xsum:validation")
    (('cnn_dailymail', '3.0.0', 'test[:100]'), ('xsum', None, 'validation'))
    """
    name, _, rest = source.removeprefix(_HUB).partition(":")
    if not name:
        raise CorpusError(source, "not of the form hf:NAME[:CONFIG][:SPLIT]")
    config, _, split = rest.partition(":")
    if _SPLIT.fullmatch(rest):
        config, split = "", rest
    return name, config or None, split or _DEFAULT_SPLIT


def _imported(package: str, what: str, requirement: str) -> Any:
    try:
        return importlib.import_module(package)
    except ImportError:
        raise MissingDependencyError(what, package, requirement) from None
