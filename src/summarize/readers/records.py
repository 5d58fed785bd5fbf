"""Records: a text and what is known of it, in each row of a data file.

JSON lines, JSON arrays, CSV and TSV, each also as ``.gz`` or ``.zst``, Parquet, and data sets of
Hugging Face. Rows are read one after another, so memory does not grow with the file.

:meta private:
"""

from __future__ import annotations

import codecs
import csv
import gzip
import importlib
import io
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import IO, Any, Self, cast

from ..arguments import imported
from ..errors import CorpusError

__all__ = ["TEXT_COLUMNS", "Record", "has_records", "read_records", "usual"]

# A row: its number, and its fields or what is wrong with it.
Rows = Iterator[tuple[int, dict[str, Any] | CorpusError]]

TEXT_COLUMNS = ("text", "article", "document", "body", "content")
"""The names under which a text is usually found, the first before the others."""

_HUB = "hf:"
_DEFAULT_SPLIT = "test"
_SPLIT = re.compile(r"(train|test|validation|valid|val|dev)\b.*")
_FORM = re.compile(r"\.(jsonl|ndjson|json|csv|tsv|parquet)(\.gz|\.zst)?$", re.IGNORECASE)
_BLOCK = 1 << 16
_LARGEST_ROW = 1 << 26  # bytes, as much as summarize.read takes
_DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a source.

    Attributes:
        source: the file or data set.
        line: its line, counted from 1; in JSON arrays, CSV, Parquet and data sets its row.
        id: its id, or its line as one.
        fields: its fields by their names.
        error: what is wrong with it, if it could not be read.
    """

    source: str
    line: int
    id: str
    fields: dict[str, Any] = field(default_factory=dict)
    error: CorpusError | None = None

    def text(self, column: str | None) -> str:
        """Return the text in a column.

        Args:
            column: its name; the first of the usual ones that there is if ``None``.

        Raises:
            CorpusError: if there is no such column, or no text in it.
        """
        column = column or usual(self.fields, TEXT_COLUMNS) or TEXT_COLUMNS[0]
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


def usual(fields: dict[str, Any], names: tuple[str, ...]) -> str | None:
    """Return the first of some names that is a field's, in whatever case.

    >>> usual({"ID": 1, "Body": "It rained."}, TEXT_COLUMNS)
    'Body'
    """
    for name in names:
        if name in fields:
            return name
    lower = {name.lower(): name for name in reversed(fields)}
    return next((lower[name] for name in names if name in lower), None)


def has_records(source: str) -> bool:
    """Whether the name of ``source`` says that :func:`read_records` reads it.

    >>> has_records("dev.jsonl.gz"), has_records("hf:xsum:test"), has_records("article.txt")
    (True, True, False)
    """
    return source.startswith(_HUB) or bool(_FORM.search(source))


def read_records(
    source: str,
    *,
    id_column: str | None = "id",
    encoding: str = "utf-8",
    unique: bool = True,
    bad_rows: bool = False,
) -> Iterator[Record]:
    """Yield each record.

    Args:
        source: a file that ends in ``.jsonl``, ``.ndjson``, ``.json``, ``.csv`` or ``.tsv``, with
            ``.gz`` or ``.zst`` behind it or not; a ``.parquet`` file; or
            ``hf:NAME[:CONFIG][:SPLIT]``, read by the ``datasets`` library, with ``test`` as the
            split if none is given.
        id_column: where a record has its id; without one, its line's number is. ``None`` is
            ``id`` in whatever case.
        encoding: of CSV and TSV without a byte-order mark. JSON is UTF-8.
        unique: refuse an id that comes twice, for which all ids are remembered.
        bad_rows: give a row that cannot be read as a record with an ``error`` and ``"line 7"`` or
            so for an id, and go on behind it, where the form lets one.

    Raises:
        CorpusError: if it cannot be read or an id comes twice, with the line where there is one.
        MissingDependencyError: if the library that reads it is not installed.
    """
    lines: dict[str, int] = {}
    for line, found in _rows(source, encoding):
        if isinstance(found, CorpusError):
            if not bad_rows:
                raise found
            yield Record(source, line, f"line {line}", {}, found)  # a number may be another's id
            continue
        column = usual(found, ("id",)) if id_column is None else id_column
        value = found.get(column) if column is not None else None
        name = str(line if value is None else value)
        if unique:
            if name in lines:
                reason = f"the id {name!r} is on line {lines[name]} already"
                raise CorpusError(source, reason, line)
            lines[name] = line
        yield Record(source, line, name, found)


def _rows(source: str, encoding: str) -> Rows:
    if source.startswith(_HUB):
        return _hub_rows(source)
    match = _FORM.search(source)
    form = match[1].lower() if match else "jsonl"
    if form == "parquet":
        return _parquet_rows(source)
    if form in ("csv", "tsv"):
        return _csv_rows(source, form, encoding)
    return _json_rows(source) if form == "json" else _json_line_rows(source)


# --- JSON -----------------------------------------------------------------------------------------


def _json_line_rows(path: str) -> Rows:
    for line, data in _lines(path):
        if not data.strip():
            continue
        try:
            fields = json.loads(data.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            yield line, CorpusError(path, f"not UTF-8 text ({error.reason})", line)
        except RecursionError:
            yield line, CorpusError(path, "nested too deep", line)
        except ValueError as error:
            yield line, CorpusError(path, f"not a whole JSON object: {error}", line)
        else:
            yield line, _object(path, fields, line)


def _object(path: str, fields: object, line: int) -> dict[str, Any] | CorpusError:
    if isinstance(fields, dict):
        return fields
    return CorpusError(path, f"a JSON {_json_name(fields)}, not an object", line)


def _json_name(value: object) -> str:
    names = {list: "list", str: "string", bool: "boolean", type(None): "null"}
    return names.get(type(value), "number")


def _json_rows(path: str) -> Rows:
    """The objects of an array, or those that stand one after another."""
    with _opened(path) as file, _told(path):
        text = _Text(path, file)
        text.skip("\ufeff \t\r\n")
        array = text.at("[")
        if array:
            text.skip("[", once=True)
        row = 0
        while True:
            text.skip(" \t\r\n")
            if text.at("") or (array and text.at("]")):
                break
            row += 1
            if array and row > 1:
                if not text.at(","):
                    raise CorpusError(path, "not JSON: a comma is missing", row)
                text.skip(",", once=True)
                text.skip(" \t\r\n")
            yield row, _object(path, text.value(row), row)
        if array and not text.at("]"):
            raise CorpusError(path, "the JSON array is cut off", row or None)


class _Text:
    """A text of JSON values, read as far as they are taken."""

    def __init__(self, path: str, file: IO[bytes]) -> None:
        self._path = path
        self._file = file
        self._decoder = json.JSONDecoder()
        self._bytes = codecs.getincrementaldecoder("utf-8")()
        self._buffer = ""
        self._place = 0
        self._ended = False

    def at(self, mark: str) -> bool:
        """Whether the mark comes next; ``""`` is the end."""
        while self._place == len(self._buffer) and not self._ended:
            self._more(_BLOCK)
        if not mark:
            return self._place == len(self._buffer)
        return self._buffer.startswith(mark, self._place)

    def skip(self, marks: str, *, once: bool = False) -> None:
        """Pass over marks of some kinds; over one of them if ``once``."""
        while not self.at("") and self._buffer[self._place] in marks:
            self._place += 1
            if once:
                return

    def value(self, row: int) -> object:
        """Take the value that comes next."""
        while True:
            try:
                value, end = self._decoder.raw_decode(self._buffer, self._place)
            except RecursionError:
                raise CorpusError(self._path, "nested too deep", row) from None
            except json.JSONDecodeError as error:
                cut = error.msg.startswith("Unterminated") or error.pos >= len(self._buffer) - 8
                if self._ended or not cut:
                    raise CorpusError(self._path, f"not JSON: {error}", row) from None
            else:
                if end < len(self._buffer) or self._ended:  # else a number may go on
                    self._place = end
                    return value
            if len(self._buffer) - self._place > _LARGEST_ROW:
                raise CorpusError(self._path, "a row of more than 64 MiB", row)
            self._more(max(_BLOCK, len(self._buffer) - self._place))

    def _more(self, size: int) -> None:
        data = self._file.read(size)
        self._ended = not data
        try:
            text = self._bytes.decode(data, final=self._ended)
        except UnicodeDecodeError as error:
            raise CorpusError(self._path, f"not UTF-8 text ({error.reason})") from None
        self._buffer = self._buffer[self._place :] + text
        self._place = 0


# --- CSV ------------------------------------------------------------------------------------------


def _csv_rows(path: str, form: str, encoding: str) -> Rows:
    with _opened(path) as raw, _told(path):
        file = io.BufferedReader(cast("io.RawIOBase", raw))
        start = file.peek(4)[:4]
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            encoding = "utf-16"
        elif codecs.lookup(encoding).name == "utf-8":
            encoding = "utf-8-sig"
        text = io.TextIOWrapper(file, encoding=encoding, newline="")
        try:
            header_line = text.readline()
            delimiter = "\t" if form == "tsv" else max(_DELIMITERS, key=header_line.count)
            reader = csv.reader(chain([header_line], text), delimiter=delimiter, strict=True)
            header = _next(reader)
            if header is None:
                return
            twice = next((name for name in header if header.count(name) > 1), None)
            if twice is not None:
                raise CorpusError(path, f"two columns have the name {twice!r}", 1)
            row = 0
            while (values := _next(reader)) is not None:
                if not values:
                    continue
                row += 1
                if len(values) == len(header):
                    yield row, dict(zip(header, values, strict=True))
                else:
                    reason = f"{len(values)} fields, where the header has {len(header)}"
                    yield row, CorpusError(path, reason, reader.line_num)
        except UnicodeError as error:
            reason = getattr(error, "reason", str(error))
            told = f"not {encoding.removesuffix('-sig')} text ({reason}); encoding= names another"
            raise CorpusError(path, told) from None
        except csv.Error as error:
            raise CorpusError(path, f"not CSV: {error}", reader.line_num) from None
        finally:
            text.detach()


def _next(reader: Any) -> list[str] | None:
    """The next row. The limit of a field's length, which is all the program's, is put back."""
    before = csv.field_size_limit(_LARGEST_ROW)
    try:
        return next(reader, None)
    finally:
        csv.field_size_limit(before)


# --- Files ----------------------------------------------------------------------------------------


class _told:  # noqa: N801 - used as a statement is
    """Tell errors of files as those of the corpus."""

    def __init__(self, path: str) -> None:
        self._path = path
        self.line: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, gzip.BadGzipFile | EOFError | zlib.error):
            reason = f"the gzip data is corrupt or cut off: {error}"
            raise CorpusError(self._path, reason, self.line) from error
        if isinstance(error, OSError) and not isinstance(error, CorpusError):
            raise CorpusError(self._path, (error.strerror or str(error)).lower()) from error


def _lines(path: str) -> Iterator[tuple[int, bytes]]:
    with _opened(path) as file, _told(path) as told:
        line = 0
        told.line = 1
        while data := file.readline(_LARGEST_ROW):
            line += 1
            told.line = line + 1
            if len(data) == _LARGEST_ROW and not data.endswith(b"\n"):
                raise CorpusError(path, "a row of more than 64 MiB", line)
            yield line, data


def _opened(path: str) -> IO[bytes]:
    ending = path.lower()
    with _told(path):
        if ending.endswith(".gz"):
            return cast("IO[bytes]", gzip.open(path))
        if ending.endswith(".zst"):
            zstandard = imported("zstandard", "reading .zst files", "eval")
            return io.BufferedReader(_Zstd(path, zstandard), _BLOCK)
        return Path(path).open("rb")


class _Zstd(io.RawIOBase):
    """The bytes of a .zst file, of however many frames; one that is cut off is an error."""

    def __init__(self, path: str, zstandard: Any) -> None:
        self._path = path
        self._zstandard = zstandard
        self._file = Path(path).open("rb")  # noqa: SIM115 - closed in close()
        self._frame: Any = None
        self._left = b""
        self._unpacked = memoryview(b"")

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._file.close()
        super().close()

    def readinto(self, buffer: Any) -> int:
        while not self._unpacked:
            data = self._left or self._file.read(_BLOCK)
            self._left = b""
            if not data:
                if self._frame is not None:
                    raise CorpusError(self._path, "the zstd data is cut off")
                return 0
            if self._frame is None:
                self._frame = self._zstandard.ZstdDecompressor().decompressobj()
            try:
                self._unpacked = memoryview(self._frame.decompress(data))
            except self._zstandard.ZstdError as error:
                raise CorpusError(self._path, f"the zstd data is corrupt: {error}") from error
            if self._frame.eof:
                self._left = self._frame.unused_data
                self._frame = None
        size = min(len(buffer), len(self._unpacked))
        buffer[:size] = self._unpacked[:size]
        self._unpacked = self._unpacked[size:]
        return size


# --- Other libraries' -----------------------------------------------------------------------------


def _parquet_rows(path: str) -> Rows:
    pyarrow = imported("pyarrow", "reading Parquet", "datasets")
    parquet = importlib.import_module("pyarrow.parquet")
    try:
        with _told(path), parquet.ParquetFile(path) as file:
            row = 0
            for batch in file.iter_batches(batch_size=256):
                for fields in batch.to_pylist():
                    row += 1
                    yield row, fields
    except pyarrow.ArrowException as error:
        raise CorpusError(path, f"not a Parquet file: {error}") from error


def _hub_rows(source: str) -> Rows:
    name, config, split = _hub_parts(source)
    datasets = imported("datasets", f"reading {source!r}", "datasets")
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
