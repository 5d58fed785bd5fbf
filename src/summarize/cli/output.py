"""The rows of ``summarize batch`` on disk: grown line by line, whole at the end, resumable.

While a run lasts, its rows stand in ``OUT.part``, and what was asked for in ``OUT.run.json``. At
the end ``OUT`` is made of the rows at once, so there is never half of it.

A line of ``OUT.part`` is a checksum and a row as JSON. The checksum is of all rows so far and of
what was asked for, so that a run goes on only behind rows that are its own, as they were written.

:meta private:
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import weakref
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import IO, Any

import click

from ..arguments import imported
from ..files import make_atomically, remove_temporaries, write_atomically
from .console import complain

__all__ = ["FORMS", "Output", "fingerprint"]

_BLOCK = 1 << 20
_GROUP = 1000  # rows a row group of Parquet
_VERSION = 2
_SUM = 9  # characters before a row of OUT.part: its checksum and a blank
# What a spreadsheet would take for a formula, unless it is a number.
_LIVE = re.compile(r"[=+\-@\t\r](?!(?:\d++(?:[.,]\d++)?+|[.,]\d++)%?$)")

# What acts on the terminal of who looks at the file.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def fingerprint(path: str) -> tuple[dict[str, Any], int]:
    """Return what tells an input file from another, and how many lines it has."""
    digest = hashlib.sha256()
    lines = 0
    with Path(path).open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            lines += block.count(b"\n")
    return {"name": path, "sha256": digest.hexdigest()}, lines


class Output:
    """The rows of a run.

    Args:
        path: where they are wanted, by its ending.
        run: what was asked for, and of which inputs: plain values.
        resume: go on with a run of the same that was ended early.

    Attributes:
        complete: whether all is done already.
        kinds: how many rows failed, by kind.
        first: the error of the first row that failed, if one did.
        rows: how many rows there are.

    Raises:
        click.UsageError: if there is an unfinished run and ``resume`` is not set, or one of
            something else and it is.
    """

    def __init__(self, path: Path, run: Mapping[str, Any], *, resume: bool) -> None:
        self.path = path
        self.part = path.with_name(f"{path.name}.part")
        self.told = path.with_name(f"{path.name}.run.json")
        self.run = {"format": _VERSION, **run}
        self.complete = False
        self.kinds: Counter[str] = Counter()
        self.first: str | None = None
        self.rows = 0
        self._file: IO[bytes] | None = None
        if resume:
            self._check_same()
        elif self.part.exists():
            raise click.UsageError(
                f"{self.part} is of a run that was not finished: go on with it by --resume, or "
                "remove it"
            )
        self._sum = zlib.crc32(json.dumps(self.run, sort_keys=True).encode())

    def _check_same(self) -> None:
        if not self.told.exists():
            if self.part.exists() or self.path.exists():
                raise click.UsageError(f"--resume: {self.told} is missing, which says what was run")
            return
        damaged = click.UsageError(f"--resume: {self.told} is damaged; remove it")
        try:
            before = json.loads(self.told.read_text(encoding="utf-8"))
            asked = dict(before["run"])
        except (ValueError, KeyError, TypeError, RecursionError):
            raise damaged from None
        now = json.loads(json.dumps(self.run))
        other = [name for name in asked.keys() | now if asked.get(name) != now.get(name)]
        if other:
            raise click.UsageError(
                f"--resume: {self.told} is of a run with other {' and '.join(sorted(other))}"
            )
        # As it was written: 1, 1.0 and True are equal, but their checksums are not.
        self.run = asked
        # Killed behind its last step, before it could say so, it is complete as well.
        if "rows" in before and self.path.exists() and not self.part.exists():
            try:
                self.rows = int(before["rows"])
                self.kinds.update({str(kind): int(n) for kind, n in before["failed"].items()})
                self.first = before["first"] and str(before["first"])
            except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
                raise damaged from None
            if before.get("complete", self._digest()) != self._digest():
                raise click.UsageError(
                    f"--resume: {self.path} is not as it was written; remove it, and it is made "
                    "again"
                )
            self.complete = True

    def _digest(self) -> str:
        return str(fingerprint(os.fspath(self.path))[0]["sha256"])

    def open(self) -> None:
        """Begin, or go on behind the last whole row.

        Raises:
            click.UsageError: if another process is at it.
        """
        if not self.told.exists() or not self.part.exists():
            self._tell({"run": self.run})
        self._file = self.part.open("ab+")
        _opened.add(self)
        _lock(self._file, self.part)
        remove_temporaries(self.path)  # of a run that was killed at its end
        self._file.seek(0)
        end = 0
        for line in self._file:
            if not line.endswith(b"\n"):
                break
            row = line[_SUM:]
            if line[:_SUM] != b"%08x " % zlib.crc32(row, self._sum):
                complain(f"{self.part}: damaged behind row {self.rows:,}; the rest is made again")
                break
            end += len(line)
            self._count(row)
        self._file.truncate(end)
        self._file.seek(end)

    def _count(self, line: bytes) -> None:
        self._sum = zlib.crc32(line, self._sum)
        self.rows += 1
        if b'"error_kind": null' not in line:
            row = json.loads(line)
            self.kinds[row["error_kind"]] += 1
            self.first = self.first or row["error"]

    def write(self, lines: list[bytes]) -> None:
        """Append rows, and let the system have them."""
        assert self._file is not None
        total, summed = self._sum, []
        for line in lines:
            total = zlib.crc32(line, total)
            summed.append(b"%08x %b" % (total, line))
        self._file.write(b"".join(summed))
        self._file.flush()
        for line in lines:
            self._count(line)

    def close(self) -> None:
        """Leave what is there for ``--resume``."""
        if self._file is not None:
            with suppress(OSError):  # a full disk has been told already
                self._file.close()
            self._file = None

    def abandon(self) -> None:
        """Leave nothing of a run that could not begin, which would be in the way of the next."""
        self.close()
        if not self.rows:
            self.part.unlink(missing_ok=True)
            self.told.unlink(missing_ok=True)

    def finish(self) -> None:
        """Make the file that was asked for."""
        assert self._file is not None
        os.fsync(self._file.fileno())
        done = {
            "run": self.run,
            "rows": self.rows,
            "failed": dict(self.kinds),
            "first": self.first,
        }
        self._tell(done)
        form = FORMS[self.path.suffix.lower()]
        make_atomically(self.path, lambda target: form(self._lines, target))
        self.close()  # first: Windows removes no file that is open
        self.part.unlink(missing_ok=True)
        self._tell({**done, "complete": self._digest()})

    def _lines(self) -> Iterator[bytes]:
        with self.part.open("rb") as file:
            for line in file:
                yield line[_SUM:]

    def _tell(self, what: Mapping[str, Any]) -> None:
        text = json.dumps(what, ensure_ascii=False, indent=1) + "\n"
        write_atomically(self.told, text)


_opened: weakref.WeakSet[Output] = weakref.WeakSet()


def _close_all() -> None:
    for each in tuple(_opened):
        each.close()


if hasattr(os, "register_at_fork"):
    # A child that has the file open has the lock too, and may outlive its parent for a moment, in
    # which the run could not be gone on with. What is written has been flushed.
    os.register_at_fork(after_in_child=_close_all)


def _lock(file: IO[bytes], path: Path) -> None:
    """Keep a second run from writing the same rows, where the system can."""
    try:
        import fcntl
    except ImportError:
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise click.UsageError(f"{path} is being written by another run") from None
    except OSError:  # a file system that has no locks
        return


def _rows(lines: Callable[[], Iterator[bytes]]) -> Callable[[], Iterator[dict[str, Any]]]:
    """The rows in lines, as forms can have them that are UTF-8 and nothing else."""

    def each() -> Iterator[dict[str, Any]]:
        for line in lines():
            row = json.loads(line)
            yield _shown(row) if b"\\ud" in line else row

    return each


def _shown(value: Any) -> Any:
    """A value of JSON in which what has no form in UTF-8 is written as its escape."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, list):
        return [_shown(each) for each in value]
    if isinstance(value, dict):
        return {_shown(name): _shown(each) for name, each in value.items()}
    return value


def _write_lines(lines: Callable[[], Iterator[bytes]], path: Path) -> None:
    with path.open("wb") as file:
        file.writelines(lines())


def _columns(rows: Iterator[dict[str, Any]]) -> list[str]:
    """Every column, in the order in which they appear."""
    names: dict[str, None] = {}
    for row in rows:
        if row.keys() - names:
            names.update(dict.fromkeys(row))
    last = [name for name in names if name in _LAST]
    return [name for name in names if name not in _LAST] + last


_LAST = ("summary", "sentences", "backend", "read_fraction", "error", "error_kind")


def _write_csv(lines: Callable[[], Iterator[bytes]], path: Path) -> None:
    rows = _rows(lines)
    columns = _columns(rows())
    with path.open("w", encoding="utf-8", newline="") as file:
        tab = path.name.lower().partition(".tsv")[1]
        writer = csv.writer(file, delimiter="\t" if tab else ",", lineterminator="\n")
        writer.writerow(map(_cell, columns))
        for row in rows():
            writer.writerow([_cell(row.get(name)) for name in columns])


def _cell(value: Any) -> Any:
    """A value as a cell: lists as JSON, and what a spreadsheet would run as text."""
    if isinstance(value, str):
        value = _CONTROLS.sub(lambda match: f"\\x{ord(match[0]):02x}", value)
        return f"'{value}" if _LIVE.match(value) else value
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return value


def _write_parquet(lines: Callable[[], Iterator[bytes]], path: Path) -> None:
    rows = _rows(lines)
    pyarrow = imported("pyarrow", "writing Parquet", "datasets")
    parquet = imported("pyarrow.parquet", "writing Parquet", "datasets")
    from ..scale import arrow_types

    known = arrow_types(pyarrow)
    columns = _columns(rows())
    kinds: dict[str, Any] = {}
    for group in _groups(rows()):
        for name in columns:
            if name not in known:
                kinds[name] = _kind(pyarrow, kinds.get(name), [row.get(name) for row in group])
    text = pyarrow.string()
    schema = pyarrow.schema(
        [
            (name, known.get(name) or (text if kinds[name] in (None, "any") else kinds[name]))
            for name in columns
        ]
    )
    mixed = {name for name, kind in kinds.items() if kind == "any"}
    with parquet.ParquetWriter(path, schema) as writer:
        for group in _groups(rows()):
            for row in group:
                row |= {name: _cell_text(row.get(name)) for name in mixed}
            writer.write_table(pyarrow.Table.from_pylist(group, schema))


def _kind(pyarrow: Any, before: Any, values: list[Any]) -> Any:
    """The type of a column as far as it is known; ``"any"`` where no type has all its values."""
    if before == "any":
        return before
    try:
        kind = pyarrow.array(values).type
    except (pyarrow.ArrowException, OverflowError):
        return "any"
    if pyarrow.types.is_null(kind) or kind == before:
        return before
    if before is None:
        return kind
    try:
        schemas = [pyarrow.schema([("a", each)]) for each in (before, kind)]
        return pyarrow.unify_schemas(schemas, promote_options="permissive").field("a").type
    except pyarrow.ArrowException:
        return "any"


def _cell_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _groups(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while group := list(islice(rows, _GROUP)):
        yield group


FORMS: Mapping[str, Callable[[Callable[[], Iterator[bytes]], Path], None]] = {
    ".jsonl": _write_lines,
    ".ndjson": _write_lines,
    ".csv": _write_csv,
    ".tsv": _write_csv,
    ".parquet": _write_parquet,
}
"""What makes the file of the rows, by its ending."""
