"""From a text, or many, to summaries: split, and pass on to the backend's kind."""

from __future__ import annotations

import inspect
import sys
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, NoReturn, Self, cast, overload

from . import registry
from .arguments import (
    flag,
    instead,
    keyword_hint,
    one_of,
    positive,
    stacklevel,
    warn_of_path,
    whole_number,
)
from .backends.base import Abstractive, Briefed, Extractive, Soon, without_secrets
from .backends.calling import close, explained, guarded, made, rows_of
from .document import Document
from .errors import (
    BackendError,
    BackendLoadError,
    DocumentTooLongError,
    EmptyDocumentError,
    GenerationError,
    TruncationWarning,
)
from .length import Length
from .methods.abstractive import write, write_each
from .methods.extractive import summarize_by_scores
from .methods.long import Long, check_long
from .summary import Failure, Summary
from .text.languages import normalize_language
from .workers import Crew, StartError, batches, in_order, processes_of, together

if TYPE_CHECKING:
    from tqdm import tqdm

__all__ = ["Summarizer", "progress_bar", "summarize", "summarized_apart"]

_EXTRACTIVE_BATCH, _ABSTRACTIVE_BATCH = 64, 32
# An abstractive backend is given texts of like lengths, sorted within so many batches.
_BATCHES_AHEAD = 4
# A batch ends once it has so many characters, whatever its number of texts: newsrank holds some
# 100 bytes of features and vectors a character of text that it rates at once.
_MOST_CHARACTERS = 500_000
_SHORT = 20_000  # characters, which take some ten milliseconds


def summarize(
    text: str | Document,
    *,
    backend: str | Extractive | Abstractive | None = None,
    sentences: int | None = None,
    words: int | None = None,
    ratio: float | None = None,
    language: str | None = None,
    dateline: Literal["strip", "keep"] = "strip",
    **options: Any,
) -> Summary:
    """Summarise one text.

    A backend that loads a model loads it anew at each call; keep a :class:`Summarizer` to pay
    that once.

    Args:
        text: the text, or a :class:`~summarize.document.Document`.
        backend: a name from :func:`summarize.available_backends`, or a backend object of one's
            own; the default backend if ``None``.
        sentences: at most so many sentences. If no length is given, 3, or of an abstractive
            backend the whole sentences of what it writes by its own settings.
        words: at most so many words.
        ratio: at most this share of the text's words, such as 0.2.
        language: the text's language, a BCP-47 tag; found in the text if ``None``, as
            :meth:`Document.from_text` says. A ``Document`` has its own.
        dateline: ``"strip"`` leaves a leading dateline or byline out; ``"keep"`` does not.
        **options: the backend's own options, ``long`` and ``retry_unsupported``; see
            :class:`Summarizer`.

    Returns:
        The summary: whole sentences, in the text's order. A ``str`` with more to it.

    Raises:
        EmptyDocumentError: if there is no text.
        InvalidLengthError: if a length makes no sense, or more than one is given.
        SummarizeError: its other subclasses, for what their names say.
        TypeError: if ``text`` is neither a ``str`` nor a ``Document``, or the backend does not
            know an option.

    Warns:
        TruncationWarning: if the backend did not read all of the text.

    >>> summarize("It rained. The river rose. Nobody was hurt.", backend="lead", sentences=2)
    'It rained. The river rose.'
    """
    with Summarizer(backend, **options) as summarizer:
        return summarizer.summarize(
            text,
            sentences=sentences,
            words=words,
            ratio=ratio,
            language=language,
            dateline=dateline,
        )


class Summarizer:
    """A backend, loaded once, for many texts.

    Calling it summarises one text, as :meth:`summarize` does. It is a context manager that closes
    its backend.

    Args:
        backend: a name from :func:`summarize.available_backends`, or a backend object of one's
            own; the default backend if ``None``.
        long: what an abstractive backend is given of a document that exceeds its window:
            ``"extract"``, the default: the most salient sentences, as many as fit, as the default
            extractive backend rates them; ``"chunk"``: the document in parts, then their summaries;
            ``"truncate"``: the opening. The summary's ``read_fraction`` and ``truncated`` tell.
        retry_unsupported: ask once more where the document does not support all that was written,
            naming what; ``bart`` is forbidden the words. The better of the two is kept, and
            ``options["retried"]`` says which.
        jobs: how many processes single texts are summarised in; ``"auto"`` is one a processor.
            More than one is for a server's threads, which would wait for each other in one process
            (Python lets one at a time compute): each calls this summarizer, and waits its turn for
            a process, which rates short texts that wait together. They are started at once, by
            *spawn*, load the backend anew and are ended by :meth:`close`. :meth:`summarize_many`
            has its own ``jobs``.
        time_limit: seconds that a text may take, without the wait for its turn and the loading of
            the backend; ``None`` is no limit. It needs a process, also with ``jobs=1``: the one
            that takes longer is ended, whatever it is at, and the next text waits for another to
            start, which loads the backend. The error is a :class:`~summarize.BackendError` of the
            kind ``"TimeLimit"``. It holds for :meth:`summarize`, and for :meth:`summarize_many`
            unless that has one of its own.
        **options: the backend's own options.

    Raises:
        UnknownBackendError: if no backend has that name.
        MissingDependencyError: if it needs a package that is not installed.
        BackendLoadError: if it cannot be loaded.
        TypeError: if it does not know an option; ``long`` is none of an extractive backend's.
        ValueError: if ``jobs`` or an option makes no sense.

    >>> summarizer = Summarizer("lead")
    >>> summarizer("It rained. The river rose. Nobody was hurt.", ratio=0.4)
    'It rained.'
    >>> list(summarizer.summarize_many(["It rained. It stopped.", "Snow."], sentences=1))
    ['It rained.', 'Snow.']
    """

    def __init__(
        self,
        backend: str | Extractive | Abstractive | None = None,
        *,
        long: Long | None = None,
        retry_unsupported: bool = False,
        jobs: int | Literal["auto"] = 1,
        time_limit: float | None = None,
        **options: Any,
    ) -> None:
        self.name: str
        self.backend: Extractive | Abstractive
        self.options = dict(options) if long is None else {"long": long, **options}
        self._jobs = processes_of(jobs)
        self._time_limit = _limit(time_limit)
        self._retry_unsupported = flag("retry_unsupported", retry_unsupported)
        if retry_unsupported:
            self.options = {"retry_unsupported": True, **self.options}
        self._long = check_long("extract" if long is None else long)
        self._ranker: Extractive | None = None
        self._named = backend is None or isinstance(backend, str)
        if backend is None or isinstance(backend, str):
            self.name = backend or registry.DEFAULT_BACKEND
            factory = registry.load(self.name)
            _check_options(self.name, factory, options)
            self.backend = made(self.name, factory, options)
        else:
            kind = backend if isinstance(backend, type) else type(backend)
            self.name = getattr(backend, "name", kind.__name__)
            _check_options(self.name, object, options)
            if isinstance(backend, type):
                raise TypeError(f"backend must be a name or an object; make one: {self.name}()")
            self.backend = backend
        with guarded(self.name):  # whose attributes may be properties
            # What the class has itself need not be looked for as a protocol does, at each call of
            # summarize().
            known = callable(getattr(type(self.backend), "score", None))
            self._rates = known or isinstance(self.backend, Extractive)
            if not self._rates and not isinstance(self.backend, Abstractive):
                raise BackendLoadError(
                    self.name, "it has neither score() nor window, count() and generate()"
                )
            # In parts, the summaries of all documents' parts go to the backend together.
            in_parts = self._rates or self._long == "chunk"
            self._each = not in_parts and isinstance(self.backend, Soon)
        if long is not None and self._rates:
            raise TypeError(
                f"backend {self.name!r} reads all of a document: it has no option 'long'"
            )
        if retry_unsupported and not isinstance(self.backend, Briefed):
            raise TypeError(
                f"backend {self.name!r} cannot be told what is unsupported: retry_unsupported= is "
                "for chat, instruct, bart and others with generate_for()"
            )
        self._crew: Crew[_Asked, Any] | None = None
        if self._jobs > 1 or self._time_limit is not None:
            self._crew = Crew(
                partial(_opened_for_any, self),
                processes=self._jobs,
                lost=partial(_lost_alone, self.name),
                # What a model writes takes seconds, and may hang on what it is padded to.
                joins=lambda asked: self._rates and _is_short(asked),
                limit=self._time_limit,
                late=partial(_late_alone, self.name, self._time_limit),
                spent=_spent,
            )

    def summarize(
        self,
        text: str | Document,
        *,
        sentences: int | None = None,
        words: int | None = None,
        ratio: float | None = None,
        language: str | None = None,
        dateline: Literal["strip", "keep"] = "strip",
    ) -> Summary:
        """Summarise one text; see :func:`summarize.summarize` for the arguments and errors."""
        length = _length(sentences, words, ratio)
        if isinstance(text, str):
            warn_of_path(text)
        elif not isinstance(text, Document):
            raise TypeError(
                f"text must be a str or a Document, not {type(text).__name__}{instead(text)}"
            )
        _check_language(language, dateline)
        summary: Summary | GenerationError | Failure
        if self._crew is not None:
            task = _Task(
                length=length, language=language, dateline=dateline, batch_size=_ABSTRACTIVE_BATCH
            )
            summary = self._crew.do((task, text))
        else:
            document = _document(text, None, language, dateline)
            [summary] = self._summarize_batch([document], length, _ABSTRACTIVE_BATCH)
        if isinstance(summary, Failure):
            raise summary.alone
        if isinstance(summary, GenerationError):
            raise summary
        if summary.truncated:
            warning = TruncationWarning(self.name, summary.read_fraction)
            warnings.warn(warning, stacklevel=stacklevel())
        return summary

    __call__ = summarize

    @overload
    def summarize_many(
        self,
        texts: Iterable[str | Document],
        *,
        sentences: int | None = None,
        words: int | None = None,
        ratio: float | None = None,
        language: str | None = None,
        dateline: Literal["strip", "keep"] = "strip",
        batch_size: int | None = None,
        errors: Literal["raise"] = "raise",
        jobs: int | Literal["auto"] = 1,
        time_limit: float | None = None,
        progress: bool = False,
    ) -> Iterator[Summary]: ...

    @overload
    def summarize_many(
        self,
        texts: Iterable[str | Document],
        *,
        sentences: int | None = None,
        words: int | None = None,
        ratio: float | None = None,
        language: str | None = None,
        dateline: Literal["strip", "keep"] = "strip",
        batch_size: int | None = None,
        errors: Literal["yield"],
        jobs: int | Literal["auto"] = 1,
        time_limit: float | None = None,
        progress: bool = False,
    ) -> Iterator[Summary | Failure]: ...

    def summarize_many(
        self,
        texts: Iterable[str | Document],
        *,
        sentences: int | None = None,
        words: int | None = None,
        ratio: float | None = None,
        language: str | None = None,
        dateline: Literal["strip", "keep"] = "strip",
        batch_size: int | None = None,
        errors: Literal["raise", "yield"] = "raise",
        jobs: int | Literal["auto"] = 1,
        time_limit: float | None = None,
        progress: bool = False,
    ) -> Iterator[Summary] | Iterator[Summary | Failure]:
        """Summarise many texts, and yield each summary as it is ready, in their order.

        Texts for an abstractive backend are sorted by length within four batches, so that a batch
        pads little. Where a backend fails with a batch, its texts are tried in smaller ones, so
        that only the text with which it fails is without a summary. A backend such as ``chat``, of
        which a server does the work, has each text as it is read, so many at a time as it says,
        and each summary comes as soon as it is there; but not with ``long="chunk"``.

        Args:
            texts: any iterable; it is read only as far as summaries are asked for.
            sentences: at most so many sentences each; see :func:`summarize.summarize`.
            words: at most so many words each.
            ratio: at most this share of each text's words.
            language: the language of the texts; each one's is found if ``None``. A ``Document``
                has its own.
            dateline: ``"strip"`` leaves a leading dateline or byline out; ``"keep"`` does not.
            batch_size: how many texts the backend is given at once: 64 if ``None``, or 32 if it
                is abstractive; or the backend's own ``batch_size``, if it has one. A batch of long
                texts has fewer.
            errors: ``"raise"`` raises the error of a text when its turn comes, after the summaries
                of those before, and nothing comes after it. ``"yield"`` gives a
                :class:`~summarize.Failure` in the summary's place, and goes on.
            jobs: how many processes work on the texts; ``"auto"`` is one a processor. The
                summaries do not depend on it. Each process loads the backend anew. They are
                started by *spawn*, so a script that asks for more than one must do so below
                ``if __name__ == "__main__":``.
            time_limit: seconds that a text may take; ``None`` is the summarizer's own limit, or
                none. The work is then done by processes, started as for ``jobs``, with ``jobs=1``
                by one: it takes about a second to start, longer where a model is loaded, which
                does not count as a text's time. One that takes longer is ended, whatever it is at,
                and another takes its place; the texts that it was given together are tried one by
                one, and the one that takes longer by itself is a failure of the kind
                ``"TimeLimit"``. A backend that writes is given each text alone. What is counted
                includes the splitting of a ``str``, but not what makes the texts.
            progress: show a progress bar on standard error.

        Raises:
            EmptyDocumentError: at the text concerned, with its index.
            DocumentTooLongError, GenerationError: likewise.
            BackendError: likewise, for whatever else the backend raises, for a process that died
                with the text, and for one that took longer than ``time_limit``.
            TypeError: if ``texts`` is a single text or a mapping, or, with its index, one of them
                is neither a ``str`` nor a ``Document``.
            ValueError: if an argument makes no sense.

        Warns:
            TruncationWarning: once, if the backend did not read all of a text.
        """
        if isinstance(texts, str | Document):
            raise TypeError(
                f"texts must be an iterable of texts, not one {type(texts).__name__}; "
                "use summarize for a single text"
            )
        if isinstance(texts, Mapping):
            raise TypeError("texts must be an iterable of texts; of a mapping it would be the keys")
        if not isinstance(texts, Iterable):
            raise TypeError(f"texts must be an iterable of texts, not {type(texts).__name__}")
        if batch_size is None:
            usual = _EXTRACTIVE_BATCH if self._rates else _ABSTRACTIVE_BATCH
            with guarded(self.name):
                batch_size = getattr(self.backend, "batch_size", usual)
        task = _Task(
            length=_length(sentences, words, ratio),
            language=language,
            dateline=dateline,
            batch_size=whole_number("batch_size", batch_size),
        )
        _check_language(language, dateline)
        one_of("errors", errors, ("raise", "yield"))
        limit = _limit(time_limit) or self._time_limit
        stream = self._stream(texts, task, processes_of(jobs), limit)
        return self._told(stream, texts, yielded=errors == "yield", progress=progress)

    def rank(
        self, document: str | Document, *, time_limit: float | None = None
    ) -> tuple[float, ...]:
        """Return a score for each of the document's sentences, in their order: their salience.

        They are the scores that a summary's sentences are chosen by, on the backend's own scale.

        Args:
            document: the document, or its text.
            time_limit: seconds that it may take; ``None`` is the summarizer's own limit, or none.
                It is enforced as :meth:`summarize_many` enforces its own: unless the summarizer
                has processes with this limit, one is started for the call.

        Raises:
            EmptyDocumentError: if there is no text.
            BackendError: if the backend fails, or takes longer than ``time_limit``.
            TypeError: if it is neither a ``str`` nor a ``Document``, or the backend writes new
                text and so rates no sentence.

        >>> Summarizer("lead").rank("It rained. The river rose.")
        (1.0, 0.5)
        """
        self._rater()
        scores: tuple[float, ...] = self._asked(_rank, document, time_limit)
        return scores

    def explain(
        self,
        document: str | Document,
        numbers: Sequence[int],
        *,
        time_limit: float | None = None,
    ) -> tuple[Mapping[str, float], ...] | None:
        """Return what spoke for some of the document's sentences, by name; more is more for it.

        It is the backend that tells; ``None`` if it does not. newsrank names the groups of its
        features, each with how much the score would be lower without what it shows of the sentence;
        TextRank the strongest edges, with their weights.

        Args:
            document: the document, or its text.
            numbers: the indices of the sentences.
            time_limit: seconds that it may take; as for :meth:`rank`.

        Raises:
            EmptyDocumentError: if there is no text.
            BackendError: if the backend fails, or takes longer than ``time_limit``.
            IndexError: if the document has no sentence of such a number.
            TypeError: as :meth:`rank`.
        """
        self._rater()
        with guarded(self.name):
            if getattr(self.backend, "explain", None) is None:
                return None
        reasons: tuple[Mapping[str, float], ...] = self._asked(
            partial(_explain, numbers=tuple(numbers)), document, time_limit
        )
        return reasons

    def _asked(
        self, question: _Question, document: str | Document, time_limit: float | None
    ) -> Any:
        """Ask about a document, within the limit if there is one."""
        if not isinstance(document, str | Document):
            raise TypeError(f"document must be a str or a Document, not {type(document).__name__}")
        limit = _limit(time_limit) or self._time_limit
        if self._crew is not None and limit == self._time_limit:
            result = self._crew.do((question, document))
        elif limit is not None:
            [result] = in_order(
                partial(_opened_for_any, self),
                [[(question, document)]],
                processes=1,
                lost=partial(_lost_alone, self.name),
                limit=limit,
                late=partial(_late_alone, self.name, limit),
            )
        else:
            return question(self, _one(document))
        if isinstance(result, Failure):
            raise result.alone
        return result

    def _rater(self) -> Extractive:
        if not self._rates:
            raise TypeError(f"backend {self.name!r} writes new text: it rates no sentences")
        return cast("Extractive", self.backend)

    def close(self) -> None:
        """Let the backend release what it holds, if it holds anything, and end all processes.

        Warns:
            UserWarning: if the backend fails in it.
        """
        if self._crew is not None:
            self._crew.close()
        close(self.backend, self.name)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __reduce__(self) -> tuple[Any, ...]:
        # A named backend is loaded anew where it arrives; an object has to travel itself.
        backend = self.name if self._named else self.backend
        return _rebuild, (type(self), backend, self.options)

    def __repr__(self) -> str:
        shown = without_secrets(self.options)
        options = "".join(f", {name}={value!r}" for name, value in shown.items())
        if self._time_limit is not None:
            options = f", time_limit={self._time_limit:g}{options}"
        if self._jobs > 1:
            options = f", jobs={self._jobs}{options}"
        return f"Summarizer({self.name!r}{options})"

    # --- The stages -----------------------------------------------------------------------------

    def _told(
        self,
        results: Generator[Summary | Failure],
        texts: Iterable[str | Document],
        *,
        yielded: bool,
        progress: bool,
    ) -> Iterator[Summary | Failure]:
        """Pass results on; raise, warn and show progress as it was asked for."""
        warned = False
        total = len(texts) if isinstance(texts, Sequence) else None
        bar = progress_bar(total) if progress else None
        try:
            for index, result in enumerate(results):
                if isinstance(result, Failure):
                    if not yielded:
                        raise result.error
                    _let_go(result.error)
                elif result.truncated and not warned:
                    warned = True
                    warning = TruncationWarning(self.name, result.read_fraction, index)
                    warnings.warn(warning, stacklevel=stacklevel())
                yield result
                if bar is not None:
                    bar.update()
        finally:
            results.close()  # also where an error keeps it alive: what is under way ends
            if bar is not None:
                bar.close()

    def _stream(
        self,
        texts: Iterable[str | Document],
        task: _Task,
        processes: int,
        limit: float | None,
    ) -> Generator[Summary | Failure]:
        here = processes == 1 and limit is None
        if here and self._each:
            yield from self._soon(cast("Soon", self.backend), texts, task)
            return
        ahead = task.batch_size * (1 if self._rates else _BATCHES_AHEAD)
        if limit is not None:  # which that of texts that are written together would be none of
            ahead = together(limit, ahead) if self._rates else 1
        cut = batches(enumerate(texts), ahead, size=_size, most=_MOST_CHARACTERS)
        if here:
            for batch in cut:
                yield from self._results(task, batch)
        else:
            work = partial(_opened, self, task)
            yield from in_order(
                work,
                cut,
                processes=processes,
                lost=partial(_lost, self.name),
                spent=_spent,
                limit=limit,
                late=partial(_late, self.name, limit),
            )

    def _soon(
        self, backend: Soon, texts: Iterable[str | Document], task: _Task
    ) -> Iterator[Summary | Failure]:
        """By a backend that writes several at a time: each summary as soon as it is ready."""

        def documents() -> Iterator[Document | Exception]:
            for index, text in enumerate(texts):
                try:
                    document = _document(text, index, task.language, task.dateline)
                except Exception as error:
                    yield error
                else:
                    yield document

        results = write_each(
            backend,
            self.name,
            documents(),
            task.length,
            long=self._long,
            rank=self._rank,
            ahead=task.batch_size,
            most=_MOST_CHARACTERS,
            retry_unsupported=self._retry_unsupported,
        )
        with closing(results):
            for index, result in enumerate(results):
                yield _failure(index, result) if isinstance(result, Exception) else result

    def _results(
        self, task: _Task, batch: Sequence[tuple[int, str | Document]]
    ) -> list[Summary | Failure]:
        """Summarise some of the texts, each with its index."""
        results: dict[int, Summary | Failure] = {}
        documents: list[tuple[int, Document]] = []
        for index, text in batch:
            try:
                documents.append((index, _document(text, index, task.language, task.dateline)))
            except Exception as error:  # of whatever kind, it is this text's alone
                results[index] = Failure(index, error)
        results.update(self._summarized(task, documents))
        return [results[index] for index, _ in batch]

    def _summarized(
        self, task: _Task, batch: Sequence[tuple[int, Document]]
    ) -> Iterator[tuple[int, Summary | Failure]]:
        """Summarise a batch; in halves if that fails, until the documents are found that fail."""
        try:
            summaries = self._summarize_batch(
                [document for _, document in batch], task.length, task.batch_size
            )
        except Exception as error:
            if len(batch) > 1:
                half = len(batch) // 2
                yield from self._summarized(task, batch[:half])
                yield from self._summarized(task, batch[half:])
            else:
                index = batch[0][0]
                yield index, _failure(index, error)
        else:
            for (index, _), result in zip(batch, summaries, strict=True):
                if isinstance(result, GenerationError):
                    yield index, _failure(index, result)
                else:
                    yield index, result

    def _summarize_batch(
        self, documents: Sequence[Document], length: Length | None, batch_size: int
    ) -> Sequence[Summary | GenerationError]:
        if not documents:
            return []
        if self._rates:
            reader = cast("Extractive", self.backend)
            return summarize_by_scores(reader, self.name, documents, length or Length())
        return write(
            cast("Abstractive", self.backend),
            self.name,
            documents,
            length,
            long=self._long,
            rank=self._rank,
            batch_size=batch_size,
            retry_unsupported=self._retry_unsupported,
        )

    def _rank(self, documents: Sequence[Document]) -> Sequence[Sequence[float]]:
        """Rate sentences by the default extractive backend, for ``long="extract"``."""
        if self._ranker is None:
            self._ranker = registry.load(registry.DEFAULT_BACKEND)()
        return rows_of(self._ranker, registry.DEFAULT_BACKEND, documents)


def _rebuild(cls: type[Summarizer], backend: Any, options: dict[str, Any]) -> Summarizer:
    return cls(backend, **options)


def _length(sentences: int | None, words: int | None, ratio: float | None) -> Length | None:
    """The length asked for; ``None`` if none is."""
    length = Length(sentences=sentences, words=words, ratio=ratio)
    return None if sentences is words is ratio is None else length


def _limit(seconds: float | None) -> float | None:
    if seconds is None:
        return None
    return positive("time_limit", seconds, unit="of seconds, or None for no limit")


_MODEL_OPTIONS = ("model", "device", "tokenizer", "dtype", "num_beams")
_CALL_KEYWORDS = ("sentences", "words", "ratio", "language", "backend", "dateline")


def _check_options(name: str, factory: type[Any], options: dict[str, Any]) -> None:
    """Refuse an option that the backend does not know, and say which ones it does."""
    if not options:
        return
    try:
        signature = inspect.signature(factory)
    except (TypeError, ValueError):  # not every callable tells its parameters
        return
    parameters = signature.parameters.values()
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        return
    known = [p.name for p in parameters if p.kind in (p.KEYWORD_ONLY, p.POSITIONAL_OR_KEYWORD)]
    for option in options:
        if option not in known:
            hint = keyword_hint(option, [*_CALL_KEYWORDS, *known])
            if option in _CALL_KEYWORDS:
                hint = "; it is given with the text, in summarize() or summarize_many()"
            elif option in _MODEL_OPTIONS:
                hint = "; it is for backends that write, such as backend='bart'"
            has = f"its options are {', '.join(known)}" if known else "it has no options"
            more = f"{hint} ({has})" if hint else f"; {has}"
            raise TypeError(f"backend {name!r} has no option {option!r}{more}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """What is wanted of each of many texts."""

    length: Length | None
    language: str | None
    dateline: Literal["strip", "keep"]
    batch_size: int


@contextmanager
def _opened(
    summarizer: Summarizer, task: _Task
) -> Iterator[Callable[[Sequence[tuple[int, str | Document]]], list[Summary | Failure]]]:
    """In another process, where the summarizer has arrived: what does a batch."""
    with summarizer:
        yield partial(summarizer._results, task)


@contextmanager
def _made(
    name: str, options: Mapping[str, Any], task: _Task
) -> Iterator[Callable[[Sequence[tuple[int, str | Document]]], list[Summary | Failure]]]:
    """In another process, which is the first to load the backend: what does a batch."""
    with _opened(Summarizer(name, **options), task) as work:
        yield work


def summarized_apart(
    name: str,
    options: Mapping[str, Any],
    texts: Iterable[str | Document],
    *,
    length: Length,
    batch_size: int,
    time_limit: float | None = None,
) -> Generator[Summary | Failure]:
    """Summarise texts by a backend that another process loads, and this one never does.

    So whatever it ends, closes or changes is not this process's. A text with which it dies twice is
    a failure, as is one that takes longer than ``time_limit``.

    Raises:
        BackendLoadError: if it cannot be loaded, or ends every process that tries.
        Exception: what making it with these options raises else.
    """
    task = _Task(length=length, language=None, dateline="strip", batch_size=batch_size)
    limit = _limit(time_limit)
    # Whether it writes, and must be given each alone to have the limit, is known there alone.
    together = batch_size if limit is None else 1
    try:
        yield from in_order(
            partial(_made, name, options, task),
            batches(enumerate(texts), together, size=_size, most=_MOST_CHARACTERS),
            processes=1,
            lost=partial(_lost, name),
            spent=_spent,
            limit=limit,
            late=partial(_late, name, limit),
        )
    except StartError as error:
        raise BackendLoadError(name, str(error)) from error


_Question = Callable[[Summarizer, Document], Any]
_Asked = tuple[_Task | _Question, str | Document]


def _rank(summarizer: Summarizer, document: Document) -> tuple[float, ...]:
    return tuple(rows_of(summarizer._rater(), summarizer.name, [document])[0])


def _explain(
    summarizer: Summarizer, document: Document, *, numbers: Sequence[int]
) -> tuple[Mapping[str, float], ...]:
    size = len(document.sentences)
    for number in numbers:
        if not 0 <= number < size:
            raise IndexError(f"numbers has {number}, and the document {size} sentences, from 0")
    return explained(summarizer.backend, summarizer.name, document, numbers)


@contextmanager
def _opened_for_any(
    summarizer: Summarizer,
) -> Iterator[Callable[[Sequence[_Asked]], list[Any]]]:
    """In another process: what does texts of each of which something else is asked."""

    def work(asked: Sequence[_Asked]) -> list[Any]:
        results: dict[int, Any] = {}
        for i, (question, text) in enumerate(asked):
            if not isinstance(question, _Task):
                try:
                    results[i] = question(summarizer, _one(text))
                except Exception as error:
                    results[i] = Failure(0, error)
        for task in dict.fromkeys(task for task, _ in asked if isinstance(task, _Task)):
            batch = [(i, text) for i, (own, text) in enumerate(asked) if own == task]
            found = summarizer._results(task, batch)
            results.update(zip((i for i, _ in batch), found, strict=True))
        return [results[i] for i in range(len(asked))]

    with summarizer:
        yield work


def _is_short(asked: _Asked) -> bool:
    """Whether a text may be summarised together with others, which then wait for it."""
    return _size((0, asked[1])) <= _SHORT


def _lost_alone(name: str, asked: _Asked, exit_code: int | None) -> Failure:
    return _lost(name, (0, asked[1]), exit_code)


def _late_alone(name: str, limit: float | None, asked: _Asked) -> Failure:
    return _late(name, limit, (0, asked[1]))


def _failure(index: int, error: Exception) -> Failure:
    if isinstance(error, BackendError | DocumentTooLongError | GenerationError):
        error.index = index
    return Failure(index, error)


def _let_go(error: BaseException) -> None:
    """Take the tracebacks off an error that is kept: their frames hold the texts of its batch."""
    left: list[BaseException | None] = [error]
    met: set[int] = set()
    while left:
        each = left.pop()
        if each is not None and id(each) not in met:
            met.add(id(each))
            each.__traceback__ = None
            left += [each.__cause__, each.__context__]


def _lost(name: str, item: tuple[int, object], exit_code: int | None) -> Failure:
    """What came of a text with which two processes died: for want of memory, most likely."""
    reason = f"the process that worked on it died (exit status {exit_code})"
    return _failure(item[0], BackendError(name, "ProcessDied", reason))


def _late(name: str, limit: float | None, item: tuple[int, object]) -> Failure:
    """What came of a text that took longer than it may."""
    reason = f"it was not done in {limit:g} s, its time limit, and was stopped"
    return _failure(item[0], BackendError(name, "TimeLimit", reason))


def _spent(result: object) -> bool:
    """Whether the process that gave this may have been left in disorder."""
    return isinstance(result, Failure) and result.kind == "MemoryError"


def _size(item: tuple[int, object]) -> int:
    """The size of a text in characters, where it is one."""
    text = item[1]
    return len(text) if isinstance(text, str) else len(getattr(text, "text", ""))


def _check_language(language: str | None, dateline: str) -> None:
    """Tell a mistake at once, not with the first document."""
    if language is not None:
        normalize_language(language)
    one_of("dateline", dateline, ("strip", "keep"))


def _document(
    text: object, index: int | None, language: str | None, dateline: Literal["strip", "keep"]
) -> Document:
    if isinstance(text, Document):
        if not text.sentences:
            raise EmptyDocumentError(index)
        return text
    if not isinstance(text, str):
        raise TypeError(f"texts[{index}] must be a str or a Document, not {type(text).__name__}")
    try:
        return Document.from_text(text, language=language, dateline=dateline)
    except EmptyDocumentError:
        raise EmptyDocumentError(index) from None


def _one(document: str | Document) -> Document:
    return document if isinstance(document, Document) else Document.from_text(document)


def progress_bar(total: int | None, *, shown: bool | None = True) -> tqdm[NoReturn]:
    """Return a bar on standard error, if there is one; with ``None`` only if that is a terminal."""
    from tqdm import tqdm

    hidden = sys.stderr is None or (None if shown is None else not shown)
    return tqdm(total=total, unit="document", leave=False, disable=hidden)
