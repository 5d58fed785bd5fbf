"""``summarize batch IN... --output OUT``: records in, rows out.

:meta private:
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import click

from ..arguments import imported
from ..backends.base import without_secrets
from ..errors import BackendLoadError, CorpusError, SummarizeError
from ..length import Length
from ..readers.records import Record, has_records, read_records
from ..registry import BUILT_IN, DEFAULT_BACKEND
from ..scale import Row, RowTask, failed, limited, on_ray, opened
from ..version import __version__
from ..workers import StartError, Terminated, batches, in_order
from .arguments import (
    Paths,
    backend_options,
    check_folder,
    jobs_option,
    language_code,
    length_options,
    time_limit_of,
    time_limit_option,
)
from .console import complain, keep_output
from .hints import explained
from .output import FORMS, Output, fingerprint
from .status import Status, told_statuses

__all__ = ["batch"]

_AT_ONCE = 64
_MOST_CHARACTERS = 500_000
_EVERY = 30.0  # seconds between lines of progress where there is no terminal


def _by_ending(ctx: click.Context, param: click.Parameter, path: Path) -> Path:
    if path.suffix.lower() not in FORMS:
        raise click.BadParameter(f"{path}: must end in {', '.join(FORMS)}")
    check_folder(path)
    if path.suffix.lower() == ".parquet":  # told before the work, not behind it
        imported("pyarrow", "writing Parquet", "datasets")
    return path


@click.command(epilog=told_statuses("batch"))
@click.argument("inputs", nargs=-1, type=Paths(), metavar="[IN]...")
@click.option(
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="OUT",
    callback=_by_ending,
    help="Where the rows go, by the ending: .jsonl, .csv, .tsv or .parquet.",
)
@click.option("--resume", is_flag=True, help="Go on with a run of the same that was ended.")
@click.option(
    "--files-from",
    type=Paths(),
    metavar="LIST",
    help="Also the inputs named in a file, one a line; - is stdin.",
)
@backend_options
@length_options
@click.option(
    "-l",
    "--language",
    metavar="CODE",
    callback=language_code,
    help="Language of all texts. Default: auto, the record's own, else the one found.",
)
@click.option(
    "--text-column",
    metavar="NAME",
    help="Default: text, article, document, body or content, the first that there is.",
)
@click.option("--id-column", metavar="NAME", help="Default: id, else the number of the row.")
@click.option("--title-column", metavar="NAME", help="Default: title.")
@click.option("--language-column", metavar="NAME", help="Default: language, where it has a code.")
@click.option("--encoding", default="utf-8", metavar="NAME", help="Of CSV and TSV.")
@click.option("--keep-dateline", is_flag=True, help="Leave 'LONDON (Reuters) —' in.")
@click.option("--with-document", is_flag=True, help="Carry the text along, as document_text.")
@jobs_option("Work in N processes")
@time_limit_option("a record", "60, but none for our backends that write")
@click.option(
    "--max-errors",
    type=click.IntRange(min=1),
    metavar="N",
    help="Stop when so many rows have failed.",
)
@click.option("-q", "--quiet", is_flag=True, help="No progress, and no line at the end.")
@click.option(
    "--engine",
    type=click.Choice(["local", "ray"]),
    default="local",
    help="Where the work is done: here, or on a cluster of Ray. Default: local.",
)
@click.option("--address", metavar="HOST:PORT", help="Of the cluster of Ray. Default: one here.")
@click.pass_context
def batch(
    ctx: click.Context,
    /,
    inputs: Sequence[str],
    *,
    output: Path,
    resume: bool,
    files_from: str | None,
    jobs: int,
    time_limit: float | None,
    max_errors: int | None,
    quiet: bool,
    engine: str,
    address: str | None,
    id_column: str | None,
    encoding: str,
    **asked: Any,
) -> None:
    """Summarize every record of data files into one file of rows.

    IN is .jsonl, .json, .csv or .tsv, each also .gz or .zst; .parquet; hf:NAME[:CONFIG][:SPLIT]; a
    folder; or a file that holds one text. A row has the record's id, its other columns, summary,
    sentences with offsets, backend, read_fraction, and error where there is no summary.

    However a run was ended, it goes on by --resume, and gives what it would have given.
    """
    names = [*inputs, *_listed(files_from)]
    if not names:
        raise click.UsageError("there is no input: name a file, or --files-from")
    _check_engine(engine, address)
    task = _task(id_column=id_column, **asked)
    _check_jobs(task.backend, jobs, engine)
    files = list(_files(names))
    _check_apart(output, [path for path, _ in files])
    known, total = _looked_at(ctx, files, resume=resume)
    run = {
        "summarize": __version__,
        "settings": _settings(task, encoding, output),
        "inputs": known,
    }
    rows = Output(output, run, resume=resume)
    if rows.complete:
        _conclude(ctx, rows, quiet)
    records = _records(files, id_column, encoding)
    limit = time_limit_of(time_limit, task.backend)
    # A limit of many records that are written together would be none of each.
    alone = limit is not None and time_limit_of(None, task.backend) is None
    cut = batches(records, 1 if alone else _AT_ONCE, size=_size, most=_MOST_CHARACTERS)
    keep_output()
    rows.open()
    foreign = (task.backend or DEFAULT_BACKEND) not in BUILT_IN  # and may end its process
    lines = _done(
        partial(opened_lines, task), cut, rows.rows, jobs, limit, engine, address, foreign
    )
    try:
        with _terminable(), _progress(total, rows.rows, quiet) as advance:
            for several in _in_batches(lines):
                rows.write(several)
                advance(len(several), rows.kinds.total())
                if max_errors is not None and rows.kinds.total() >= max_errors:
                    raise _Stopped(f"stopped after {rows.kinds.total():,} failures")
            rows.finish()
    except (_Stopped, Terminated, KeyboardInterrupt, CorpusError, OSError) as end:
        _complain_of(end, rows)
        if isinstance(end, KeyboardInterrupt):
            raise
        ctx.exit(Status.TERMINATED if isinstance(end, Terminated) else Status.FAILED)
    except StartError as error:
        rows.abandon()
        raise BackendLoadError(task.backend or DEFAULT_BACKEND, str(error)) from error
    except SummarizeError:
        rows.abandon()
        raise
    except (TypeError, ValueError) as error:  # of an option of the backend
        rows.abandon()
        raise click.UsageError(str(error)) from error
    finally:
        rows.close()
    _conclude(ctx, rows, quiet)


class _Stopped(Exception):  # noqa: N818 - it is no error
    """Too many rows have failed."""


def _looked_at(
    ctx: click.Context, files: Sequence[tuple[str, str]], *, resume: bool
) -> tuple[list[dict[str, Any]], int | None]:
    """What :func:`_fingerprints` finds; where it cannot or must not go on, that is one line."""
    try:
        with _terminable():
            return _fingerprints(files, resume=resume)
    except OSError as error:
        complain(f"{error.filename}: {str(error.strerror).lower()}")
        ctx.exit(Status.FAILED)
    except (Terminated, KeyboardInterrupt) as end:
        complain(f"{_said(end)} before the first row")
        if isinstance(end, KeyboardInterrupt):
            raise
        ctx.exit(Status.TERMINATED)


def _complain_of(end: BaseException, rows: Output) -> None:
    """Say why it ended early, and what is there to go on with."""
    if isinstance(end, CorpusError) and not rows.rows:
        rows.abandon()
        complain(_said(end))
        return
    there = "row is" if rows.rows == 1 else "rows are"
    complain(f"{_said(end)}: {rows.rows:,} {there} in {rows.part}; --resume goes on with them")


def _said(end: BaseException) -> str:
    if isinstance(end, KeyboardInterrupt | Terminated):
        return "interrupted" if isinstance(end, KeyboardInterrupt) else "terminated"
    if isinstance(end, OSError) and not isinstance(end, SummarizeError):
        return f"{end.filename or 'the output'}: {end.strerror or end}"
    return explained(end, ["encoding"]) if isinstance(end, SummarizeError) else str(end)


# --- What is asked for ----------------------------------------------------------------------------


def _task(
    *,
    backend: str | None,
    sentences: int | None,
    words: int | None,
    ratio: float | None,
    language: str | None,
    options: dict[str, Any],
    text_column: str | None,
    id_column: str | None,
    title_column: str | None,
    language_column: str | None,
    keep_dateline: bool,
    with_document: bool,
) -> RowTask:
    Length(sentences=sentences, words=words, ratio=ratio)
    reading = {"dateline": "keep"} if keep_dateline else {}
    return RowTask(
        backend=backend or None,
        options=options,
        length={"sentences": sentences, "words": words, "ratio": ratio},
        language=language,
        dateline="keep" if keep_dateline else "strip",
        column=text_column,
        id_column=id_column,
        title_column=title_column,
        language_column=language_column,
        with_document=with_document,
        reading={**reading, "language": language},
    )


def _settings(task: RowTask, encoding: str, output: Path) -> dict[str, Any]:
    """All that the rows depend on."""
    return {
        "backend": task.backend or DEFAULT_BACKEND,
        "options": without_secrets(task.options),
        "length": dict(task.length),
        "language": task.language,
        "dateline": task.dateline,
        "columns": [task.column, task.id_column, task.title_column, task.language_column],
        "encoding": encoding,
        "with_document": task.with_document,
        "form": output.suffix.lower(),
    }


def _check_engine(engine: str, address: str | None) -> None:
    if address is not None and engine != "ray":
        raise click.UsageError("--address is for --engine ray")


def _check_jobs(backend: str | None, jobs: int, engine: str) -> None:
    entry = BUILT_IN.get(backend or DEFAULT_BACKEND)
    if entry is None or engine == "ray":
        return
    if entry.kind == "extractive":
        # More threads would only wait for each other on matrices this small.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    elif jobs > 1 and "torch" in entry.requires:
        raise click.UsageError(
            f"--jobs is for extractive backends; {backend!r} uses every processor by itself"
        )


def _check_apart(output: Path, inputs: Sequence[str]) -> None:
    """Keep the rows from replacing the records that they are made of."""
    for name in inputs:
        with suppress(OSError):  # one of the two is not there
            if output.samefile(name):
                raise click.UsageError(
                    f"--output {output} is one of the inputs, and would replace it: "
                    "give the rows a name of their own"
                )


# --- The inputs -----------------------------------------------------------------------------------


def _listed(name: str | None) -> list[str]:
    """The names in a list of inputs, one a line, or with a null character behind each."""
    if name is None:
        return []
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise click.UsageError(f"--files-from {name}: {error.strerror}") from None
    parts = data.split(b"\0" if b"\0" in data else b"\n")
    return [os.fsdecode(part.rstrip(b"\r")) for part in parts if part.strip()]


def _files(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Every input with the name it has as an id: a folder's files, in the order of their names."""
    for name in names:
        if name == "-":
            raise click.UsageError(
                "'-': batch reads files; names of them on standard input are for --files-from -"
            )
        folder = Path(name)
        if has_records(name) or not folder.is_dir():
            yield name, name
            continue
        found = (path for path in folder.rglob("*") if path.is_file())
        empty = True
        for path in sorted(found, key=lambda path: path.relative_to(folder).parts):
            inside = path.relative_to(folder)
            if not any(part.startswith(".") for part in inside.parts):
                empty = False
                yield str(path), inside.as_posix()
        if empty:
            raise click.UsageError(f"{name}: there is no file in this folder")


def _fingerprints(
    files: Sequence[tuple[str, str]], *, resume: bool
) -> tuple[list[dict[str, Any]], int | None]:
    """What tells the inputs from others, and how many records they have, if that is plain.

    Raises:
        OSError: if a file of records is not there, or cannot be read.
        click.UsageError: if one can be read only once, and would have to be read again.
    """
    known: list[dict[str, Any]] = []
    total: int | None = 0
    for path, _ in files:
        lines: int | None = None
        told: dict[str, Any] = {"name": path}  # a data set of Hugging Face, a URL, or a pipe
        records = has_records(path)
        if Path(path).is_file() or (records and not path.startswith("hf:")):
            told, lines = fingerprint(path)
        elif resume and Path(path).exists():
            raise click.UsageError(f"--resume: {path} can be read only once")
        known.append(told)
        if not records:
            lines = 1
        elif not path.lower().endswith((".jsonl", ".ndjson")):
            lines = None
        total = None if total is None or lines is None else total + lines
    return known, total


def _records(
    files: Sequence[tuple[str, str]], id_column: str | None, encoding: str
) -> Iterator[Record]:
    for path, name in files:
        if has_records(path):
            yield from read_records(
                path, id_column=id_column, encoding=encoding, unique=False, bad_rows=True
            )
        else:
            yield Record(path, 0, name, {"path": path})


def _size(record: Record) -> int:
    return sum(len(value) for value in record.fields.values() if isinstance(value, str))


# --- The work -------------------------------------------------------------------------------------


@contextmanager
def opened_lines(task: RowTask) -> Iterator[Callable[[Sequence[Record]], list[bytes]]]:
    """As :func:`summarize.scale.opened`, with each row as a line."""
    with opened(task) as rows_of:
        yield lambda records: [_line(row) for row in rows_of(records)]


def _line(row: Row) -> bytes:
    try:
        return json.dumps(row, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:  # half of a character pair
        return json.dumps(row).encode() + b"\n"


def _lost(record: Record, exit_code: int | None) -> bytes:
    reason = f"the process that worked on it died (exit status {exit_code})"
    return _line({"id": record.id, **failed(SummarizeError(reason), "ProcessDied")})


def _late(limit: float | None, record: Record) -> bytes:
    reason = f"it was not done in {limit:g} s and was stopped; --time-limit allows more"
    return _line({"id": record.id, **failed(SummarizeError(reason), "TimeLimit")})


def _spent(line: bytes) -> bool:
    return b'"error_kind": "MemoryError"' in line


def _done(
    open_work: Callable[[], AbstractContextManager[Callable[[Sequence[Record]], list[bytes]]]],
    cut: Iterator[list[Record]],
    finished: int,
    jobs: int,
    limit: float | None,
    engine: str,
    address: str | None,
    foreign: bool,
) -> Iterator[bytes]:
    """Yield the lines behind those that are finished.

    A batch in which they end is done whole, so that each is given the same texts as ever.
    """
    skipped = 0
    following: list[list[Record]] = []
    for each in cut:
        if skipped + len(each) > finished:
            following.append(each)
            break
        skipped += len(each)
    rest = _chained(following, cut)
    late = partial(_late, limit)
    if engine == "ray":
        if limit is not None:
            open_work = partial(limited, open_work, limit, lost=_lost, late=late, spent=_spent)
        lines = on_ray(open_work, rest, lost=_lost, address=address)
    elif jobs > 1 or limit is not None or foreign:
        lines = in_order(
            open_work,
            rest,
            processes=jobs,
            lost=_lost,
            spent=_spent,
            limit=limit,
            late=late,
            fork=True,
        )
    else:
        lines = _here(open_work, rest)
    for number, line in enumerate(lines, start=skipped):
        if number >= finished:
            yield line


def _chained(first: list[list[Record]], rest: Iterator[list[Record]]) -> Iterator[list[Record]]:
    yield from first
    yield from rest


def _here(
    open_work: Callable[[], AbstractContextManager[Callable[[Sequence[Record]], list[bytes]]]],
    cut: Iterator[list[Record]],
) -> Iterator[bytes]:
    with open_work() as lines_of:
        for each in cut:
            yield from lines_of(each)


def _in_batches(lines: Iterator[bytes]) -> Iterator[list[bytes]]:
    """Put lines together that come at once, so that writing costs little."""
    held: list[bytes] = []
    last = time.monotonic()
    try:
        for line in lines:
            held.append(line)
            if len(held) >= _AT_ONCE or time.monotonic() - last > 1:
                yield held
                held, last = [], time.monotonic()
    except Exception:  # what came before it is not lost
        if held:
            yield held
        raise
    if held:
        yield held


# --- How it goes and how it ends ------------------------------------------------------------------


@contextmanager
def _terminable() -> Iterator[None]:
    """Let a request to end be an orderly one."""

    def end(number: int, frame: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise Terminated

    try:
        before = signal.signal(signal.SIGTERM, end)
    except ValueError:  # not the main thread
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _progress(total: int | None, done: int, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """Show how far it is: a bar on a terminal, else a line now and then."""
    if quiet:
        yield lambda count, failures: None
        return
    if sys.stderr is not None and sys.stderr.isatty():
        from tqdm import tqdm

        with tqdm(total=total, initial=done, unit="document", leave=False) as bar:

            def show(count: int, failures: int) -> None:
                if failures:
                    bar.set_postfix(failed=failures, refresh=False)
                bar.update(count)

            yield show
        return
    start = last = time.monotonic()
    finished = 0

    def tell(count: int, failures: int) -> None:
        nonlocal last, finished
        finished += count
        now = time.monotonic()
        if now - last >= _EVERY:
            last = now
            rate = finished / (now - start)
            of = f" of {total:,}" if total is not None else ""
            left = "" if total is None else f", {_duration((total - done - finished) / rate)} left"
            bad = f", {failures:,} failed" if failures else ""
            complain(f"{done + finished:,}{of} documents, {rate:.0f} a second{left}{bad}")

    yield tell


def _duration(seconds: float) -> str:
    minutes = max(round(seconds / 60), 1)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"


def _conclude(ctx: click.Context, rows: Output, quiet: bool) -> None:
    failures = rows.kinds.total()
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in rows.kinds.most_common())
    bad = f", {failures:,} failed ({kinds}), the first: {rows.first}" if failures else ""
    if failures or not quiet:
        complain(f"{rows.path}: {rows.rows:,} {'row' if rows.rows == 1 else 'rows'}{bad}")
    ctx.exit(Status.FAILED if failures else Status.DONE)
