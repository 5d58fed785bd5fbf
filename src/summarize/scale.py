"""Records by the million: rows in, rows out, in one process, in several, or on a cluster of Ray.

:func:`summarize_dataset` maps a data set of Ray Data. ``summarize batch`` makes the same rows of
files, with ``--engine ray`` on a cluster too.
"""

from __future__ import annotations

import math
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from .arguments import imported, positive, whole_number
from .document import Document
from .errors import SummarizeError
from .readers import read
from .readers.records import TEXT_COLUMNS, Record, usual
from .registry import BUILT_IN, DEFAULT_BACKEND
from .summarizer import Summarizer
from .summary import Failure, Summary
from .text.languages import normalize_language
from .workers import Crew

if TYPE_CHECKING:
    from ray.data import Dataset

__all__ = [
    "Row",
    "RowTask",
    "arrow_types",
    "failed",
    "limited",
    "on_ray",
    "opened",
    "summarize_dataset",
]

Row = dict[str, Any]

_OWN = ("summary", "sentences", "backend", "read_fraction", "error", "error_kind")
_BATCH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class RowTask:
    """What is wanted of each record.

    Attributes:
        backend: its name, or ``None`` for the default.
        options: the backend's options.
        length: the keyword arguments of a :class:`~summarize.Length`.
        language: of all texts; ``None`` is that of the record, else the one found.
        dateline: as in :func:`summarize.summarize`.
        column: the text's column; the first of the usual ones if ``None``.
        id_column: the id's; ``id`` if there is one, else the number of the row.
        title_column: the title's; ``title`` if there is one.
        language_column: the language's; ``language`` if there is one and it holds a code.
        with_document: whether a row carries the text.
        reading: the keyword arguments of :func:`summarize.read`, for records that are files.
    """

    backend: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    length: Mapping[str, Any] = field(default_factory=dict)
    language: str | None = None
    dateline: Literal["strip", "keep"] = "strip"
    column: str | None = None
    id_column: str | None = None
    title_column: str | None = None
    language_column: str | None = None
    with_document: bool = False
    reading: Mapping[str, Any] = field(default_factory=dict)


@contextmanager
def opened(task: RowTask) -> Iterator[Callable[[Sequence[Record]], list[Row]]]:
    """Load the backend, and give the function that makes rows of records.

    A record of one field ``path`` is a file, which is read.

    >>> with opened(RowTask(backend="lead", length={"sentences": 1})) as rows_of:
    ...     [row] = rows_of([Record("a.jsonl", 1, "x", {"text": "It rained. It stopped."})])
    >>> row["id"], row["summary"], row["error"]
    ('x', 'It rained.', None)
    """
    with Summarizer(task.backend, **task.options) as summarizer:
        yield _Rows(summarizer, task)


class _Rows:
    """A function that makes rows of records."""

    def __init__(self, summarizer: Summarizer, task: RowTask) -> None:
        self._summarizer = summarizer
        self._task = task

    def __call__(self, records: Sequence[Record]) -> list[Row]:
        found = [self._document(record) for record in records]
        documents = [each for each in found if isinstance(each, Document)]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what was read is in the row
            results = self._summarizer.summarize_many(
                documents, **self._task.length, batch_size=max(len(records), 1), errors="yield"
            )
            return [
                self._row(record, each, next(results) if isinstance(each, Document) else None)
                for record, each in zip(records, found, strict=True)
            ]

    def _document(self, record: Record) -> Document | Exception:
        task = self._task
        try:
            if record.error is not None:
                return record.error
            if is_file(record):
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    return read(record.fields["path"], **self._task.reading)
            title = self._given(record, task.title_column, "title")
            return Document.from_text(
                record.text(task.column),
                language=self._language(record),
                dateline=task.dateline,
                title=title if isinstance(title, str) else None,
            )
        except Exception as error:  # of whatever kind, it is this record's alone
            return error

    def _given(self, record: Record, column: str | None, name: str) -> Any:
        """What a record says itself, in the column asked for or the usual one."""
        if column is not None:
            if column not in record.fields:
                return record.text(column)  # which says what there is
            return record.fields[column]
        there = usual(record.fields, (name,))
        return None if there is None else record.fields[there]

    def _language(self, record: Record) -> str | None:
        if self._task.language is not None:
            return self._task.language
        said = self._given(record, self._task.language_column, "language")
        if not isinstance(said, str) or not said.strip():
            return None
        try:
            return normalize_language(said)
        except SummarizeError:
            if self._task.language_column is not None:
                raise
            return None  # a column of that name that holds something else

    def _row(
        self, record: Record, found: Document | Exception, result: Summary | Failure | None
    ) -> Row:
        column = self._task.column or usual(record.fields, TEXT_COLUMNS)
        key = self._task.id_column or usual(record.fields, ("id",))
        own = record.fields.get(key) if key else None
        row: Row = {"id": record.id if own is None else plain(own)}
        for name, value in record.fields.items():
            if name != "id" and (name != column or is_file(record)):
                row[f"input_{name}" if name in (*_OWN, "document_text") else name] = plain(value)
        if isinstance(found, Document) and self._task.with_document:
            row["document_text"] = found.text
        if isinstance(found, Document) and found.title is not None:
            row.setdefault("title", found.title)
        if isinstance(result, Summary):
            return {**row, **_of_summary(result)}
        error = result.alone if isinstance(result, Failure) else found
        assert isinstance(error, Exception)
        kind = result.kind if isinstance(result, Failure) else type(error).__name__
        return {**row, **failed(error, kind)}


def _of_summary(summary: Summary) -> Row:
    sentences = [
        {"text": each.text, "start": each.start, "end": each.end, "score": _rounded(each.score)}
        for each in summary.sentences
    ]
    return {
        "summary": str(summary),
        "sentences": sentences,
        "backend": summary.backend,
        "read_fraction": summary.read_fraction,
        "error": None,
        "error_kind": None,
    }


def _rounded(score: float | None) -> float | None:
    """A score to nine digits: the last of its sixteen hang on the texts that are rated with it."""
    return None if score is None else float(f"{score:.9g}")


def failed(error: Exception, kind: str) -> Row:
    """The part of a row that says why there is no summary."""
    return {
        "summary": None,
        "sentences": None,
        "backend": None,
        "read_fraction": None,
        "error": str(error),
        "error_kind": kind,
    }


def is_file(record: Record) -> bool:
    """Whether a record is a file that is yet to be read."""
    return record.line == 0


def plain(value: Any) -> Any:
    """What JSON has for a value that is carried along.

    >>> plain({"when": float("nan"), "who": (1, "Ada")})
    {'when': None, 'who': [1, 'Ada']}
    """
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)


# --- Ray ------------------------------------------------------------------------------------------


def summarize_dataset(
    dataset: Dataset,
    *,
    column: str = "text",
    backend: str | None = None,
    sentences: int | None = None,
    words: int | None = None,
    ratio: float | None = None,
    language: str | None = None,
    dateline: Literal["strip", "keep"] = "strip",
    batch_size: int = _BATCH,
    concurrency: int | tuple[int, int] | None = None,
    num_cpus: float = 1.0,
    num_gpus: float = 0.0,
    time_limit: float | None = None,
    **options: Any,
) -> Dataset:
    """Summarise a column of a data set of Ray Data.

    Each actor holds one :class:`~summarize.Summarizer`. A text that fails is a row with an
    ``error``, and stops no other. What was on a node that is lost is done again.

    Args:
        dataset: the data set.
        column: the column of the texts.
        backend: a backend's name; the default one if ``None``.
        sentences: at most so many sentences each; see :func:`summarize.summarize`.
        words: at most so many words each.
        ratio: at most this share of each text's words.
        language: the language of the texts; of each one its own if ``None``.
        dateline: ``"strip"`` leaves a leading dateline or byline out; ``"keep"`` does not.
        batch_size: how many rows an actor is given at once.
        concurrency: how many actors, or the fewest and the most; one a processor of the cluster
            at most if ``None``.
        num_cpus: processors an actor reserves.
        num_gpus: GPUs, or the share of one, that an actor reserves, for ``bart``.
        time_limit: seconds that a text may take, without loading the backend; it is then a row
            with an error of the kind ``"TimeLimit"``. Each actor has a process of its own for it.
            ``None`` is no limit.
        **options: the backend's own options.

    Returns:
        The data set with the columns ``summary``, ``sentences`` (``text``, ``start``, ``end`` and
        ``score`` of each), ``backend``, ``read_fraction``, ``error`` and ``error_kind``. One of
        its own of such a name is called ``input_`` and the name.

    Raises:
        MissingDependencyError: if Ray is not installed.
        SummarizeError: if the backend cannot be loaded, or a length makes no sense.
    """
    imported("ray.data", "summarize_dataset", "ray")
    from .length import Length
    from .registry import load

    load(backend or "lead")  # so that a wrong name fails now
    Length(sentences=sentences, words=words, ratio=ratio)
    whole_number("batch_size", batch_size)
    if time_limit is not None:
        positive("time_limit", time_limit, unit="of seconds, or None for no limit")
    task = RowTask(
        backend=backend,
        options=options,
        length={"sentences": sentences, "words": words, "ratio": ratio},
        language=language,
        dateline=dateline,
        column=column,
    )
    return dataset.map_batches(
        _Mapper,
        fn_constructor_args=(task, time_limit),
        batch_format="pyarrow",
        batch_size=batch_size,
        concurrency=concurrency or _actors(),
        num_cpus=num_cpus,
        num_gpus=num_gpus or None,
    )


def _actors() -> tuple[int, int]:
    ray = imported("ray", "summarize_dataset", "ray")
    if not ray.is_initialized():
        ray.init(logging_level="error")
    return 1, max(int(ray.cluster_resources().get("CPU", 1)), 1)


@contextmanager
def limited(
    open_work: Callable[[], AbstractContextManager[Callable[[Sequence[Any]], Sequence[Any]]]],
    limit: float,
    *,
    lost: Callable[[Any, int | None], Any],
    late: Callable[[Any], Any],
    spent: Callable[[Any], bool],
    alone: bool = False,
) -> Iterator[Callable[[Sequence[Any]], list[Any]]]:
    """Open work in a process that is ended, and replaced, when an item takes longer than a limit.

    Args:
        open_work: as for :func:`on_ray`.
        limit: seconds that an item may take.
        lost: the result of an item with which two processes died, given the exit code.
        late: the result of an item that took longer.
        spent: whether the process that gave a result should do nothing more.
        alone: whether it is given one item at a time: of a backend that writes, several together
            would share the limit of one.
    """
    with Crew(open_work, processes=1, lost=lost, limit=limit, late=late, spent=spent) as crew:
        yield (lambda items: [crew.do(item) for item in items]) if alone else crew.do_all


def _lost(record: Record, exit_code: int | None) -> Row:
    reason = f"the process that worked on it died (exit status {exit_code})"
    return {"id": record.id, **failed(SummarizeError(reason), "ProcessDied")}


def _late(limit: float, record: Record) -> Row:
    reason = f"it was not done in {limit:g} s, its time limit, and was stopped"
    return {"id": record.id, **failed(SummarizeError(reason), "TimeLimit")}


def _spent(row: Row) -> bool:
    """Whether the process that gave this may have been left in disorder."""
    return bool(row["error_kind"] == "MemoryError")


def _may_write(backend: str | None) -> bool:
    """Whether a backend writes; of one that is not ours nobody here knows."""
    entry = BUILT_IN.get(backend or DEFAULT_BACKEND)
    return entry is None or entry.kind != "extractive"


class _Mapper:
    """What an actor of Ray Data does with each batch, a table of Arrow's."""

    def __init__(self, task: RowTask, time_limit: float | None) -> None:
        self._column = task.column or "text"
        self._opened = opened(task)
        if time_limit is not None:
            work, late = partial(opened, task), partial(_late, time_limit)
            self._opened = limited(
                work,
                time_limit,
                lost=_lost,
                late=late,
                spent=_spent,
                alone=_may_write(task.backend),
            )
        self._rows_of = self._opened.__enter__()

    def __call__(self, table: Any) -> Any:
        pyarrow = imported("pyarrow", "summarize_dataset", "ray")
        texts = table.column(self._column).to_pylist()
        records = [
            Record("the data set", row, str(row), {self._column: text})
            for row, text in enumerate(texts, start=1)
        ]
        rows = self._rows_of(records)
        names = [f"input_{name}" if name in _OWN else name for name in table.column_names]
        table = table.rename_columns(names)
        for name, kind in arrow_types(pyarrow).items():
            values = pyarrow.array([row[name] for row in rows], kind)
            table = table.append_column(name, values)
        return table


def arrow_types(pyarrow: Any) -> dict[str, Any]:
    """The types of the columns that a summary adds, by their names."""
    sentence = pyarrow.struct(
        {
            "text": pyarrow.string(),
            "start": pyarrow.int64(),
            "end": pyarrow.int64(),
            "score": pyarrow.float64(),
        }
    )
    return {
        "summary": pyarrow.string(),
        "sentences": pyarrow.list_(sentence),
        "backend": pyarrow.string(),
        "read_fraction": pyarrow.float64(),
        "error": pyarrow.string(),
        "error_kind": pyarrow.string(),
    }


def on_ray(
    open_work: Callable[[], AbstractContextManager[Callable[[Sequence[Any]], Sequence[Any]]]],
    batches: Iterable[Sequence[Any]],
    *,
    lost: Callable[[Any, int | None], Any],
    address: str | None = None,
    actors: int | None = None,
    num_gpus: float = 0.0,
) -> Iterator[Any]:
    """Yield the result of each item, in the order of the items, by actors on a cluster of Ray.

    It does what :func:`summarize.workers.in_order` does on one machine: no more than a few batches
    an actor are taken before the next result is asked for, and what an actor had in hand when it,
    or its node, died is done once more by another, each item alone.

    Args:
        open_work: opens, in each actor, what the work needs, and gives the function that does a
            batch.
        batches: the items, in batches.
        lost: the result of an item with which two actors died.
        address: of the cluster; one that is running here, or a new one on this machine, if
            ``None``.
        actors: how many; one a processor of the cluster if ``None``.
        num_gpus: GPUs, or the share of one, that each reserves.

    Raises:
        MissingDependencyError: if Ray is not installed.
        SummarizeError: if the cluster cannot be reached.
    """
    ray = imported("ray", "the engine 'ray'", "ray")
    if num_gpus:
        positive("num_gpus", num_gpus)
    started = not ray.is_initialized()
    if started:
        try:
            ray.init(address=address, logging_level="error", log_to_driver=False)
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise SummarizeError(f"no cluster of Ray can be had: {error}") from error
    try:
        count = actors or max(int(ray.cluster_resources().get("CPU", 1)), 1)
        kind = ray.remote(num_cpus=1, num_gpus=num_gpus)(_Actor)
        yield from _by_actors(ray, lambda: kind.remote(open_work), count, batches, lost)
    finally:
        if started:
            ray.shutdown()


_AHEAD = 4  # batches an actor that may wait or be done before the next result is taken


@dataclass(slots=True)
class _Part:
    """A batch, or with its place there an item of a batch that is done once more."""

    number: int
    items: Sequence[Any]
    place: int | None = None


def _by_actors(
    ray: Any,
    make: Callable[[], Any],
    count: int,
    batches: Iterable[Sequence[Any]],
    lost: Callable[[Any, int | None], Any],
) -> Iterator[Any]:
    idle = [make() for _ in range(count)]
    busy: dict[Any, tuple[Any, _Part]] = {}
    queue: deque[_Part] = deque()
    done: dict[int, dict[int, Any]] = {}
    sizes: dict[int, int] = {}
    numbered = enumerate(batches)
    taken = yielded = 0
    more = True
    while True:
        while more and taken - yielded < _AHEAD * count:
            following = next(numbered, None)
            if following is None:
                more = False
                break
            number, items = following
            taken += 1
            sizes[number] = len(items)
            done[number] = {}
            queue.append(_Part(number, list(items)))
        while queue and idle:
            actor, part = idle.pop(), queue.popleft()
            if part.place is not None and not _lives(ray, actor):
                queue.appendleft(part)  # that it is dead already is not this item's doing
                continue
            busy[actor.work.remote(part.items)] = actor, part
        if queue and not busy:
            idle.append(make())  # all have died
            continue
        if yielded < taken and len(done[yielded]) == sizes[yielded]:
            found = done.pop(yielded)
            yield from (found[place] for place in range(sizes.pop(yielded)))
            yielded += 1
            continue
        if yielded == taken and not more:
            return
        [ready], _ = ray.wait(list(busy), num_returns=1)
        actor, part = busy.pop(ready)
        try:
            results = ray.get(ready)
        except ray.exceptions.RayActorError:  # it, or its node, has died
            if part.place is not None:
                done[part.number][part.place] = lost(part.items[0], None)
            else:
                singly = [_Part(part.number, [item], i) for i, item in enumerate(part.items)]
                queue.extendleft(reversed(singly))
            continue
        idle.append(actor)
        places = range(len(results)) if part.place is None else [part.place]
        done[part.number].update(zip(places, results, strict=True))


def _lives(ray: Any, actor: Any) -> bool:
    try:
        ray.get(actor.lives.remote())
    except ray.exceptions.RayActorError:
        return False
    return True


class _Actor:
    """Does batches, anywhere on the cluster."""

    def __init__(
        self,
        open_work: Callable[[], AbstractContextManager[Callable[[Sequence[Any]], Sequence[Any]]]],
    ) -> None:
        self._opened = open_work()
        self._function = self._opened.__enter__()

    def lives(self) -> bool:
        return True

    def work(self, batch: Sequence[Any]) -> list[Any]:
        return list(self._function(batch))
