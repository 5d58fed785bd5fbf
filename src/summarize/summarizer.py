"""From a text to a summary: split, ask the backend, select or fit, time."""

from __future__ import annotations

import inspect
import math
import warnings
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import Any, Literal, Self

from . import registry, selection
from .backends.base import Abstractive, Draft, Extractive
from .document import Document
from .errors import (
    BackendLoadError,
    DocumentTooLongError,
    EmptyDocumentError,
    TruncationWarning,
)
from .length import Length
from .long import Long, Reading, check_long, readings
from .summary import Summary, SummarySentence
from .words import count_words, normalize_language

__all__ = ["Summarizer", "summarize"]

_BATCH_SIZE = 32
# An abstractive backend is given texts of like lengths, sorted within so many batches.
_BATCHES_AHEAD = 4


def summarize(
    text: str | Document,
    *,
    backend: str | Extractive | Abstractive | None = None,
    sentences: int | None = None,
    words: int | None = None,
    ratio: float | None = None,
    language: str = "en",
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
        language: the text's language, a BCP-47 tag. A ``Document`` has its own.
        dateline: ``"strip"`` leaves a leading dateline or byline out; ``"keep"`` does not.
        **options: the backend's own options, and ``long``; see :class:`Summarizer`.

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
        **options: the backend's own options.

    Raises:
        UnknownBackendError: if no backend has that name.
        MissingDependencyError: if it needs a package that is not installed.
        BackendLoadError: if it cannot be loaded.
        TypeError: if it does not know an option; ``long`` is none of an extractive backend's.

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
        **options: Any,
    ) -> None:
        self.name: str
        self.backend: Extractive | Abstractive
        self.options = dict(options) if long is None else {"long": long, **options}
        self._long = check_long("extract" if long is None else long)
        self._ranker: Extractive | None = None
        self._named = backend is None or isinstance(backend, str)
        if backend is None or isinstance(backend, str):
            self.name = backend or registry.DEFAULT_BACKEND
            factory = registry.load(self.name)
            _check_options(self.name, factory, options)
            self.backend = factory(**options)
        else:
            kind = backend if isinstance(backend, type) else type(backend)
            self.name = getattr(backend, "name", kind.__name__)
            _check_options(self.name, object, options)
            if isinstance(backend, type):
                raise TypeError(f"backend must be a name or an object; make one: {self.name}()")
            self.backend = backend
        if not isinstance(self.backend, Extractive | Abstractive):
            raise BackendLoadError(
                self.name, "it has neither score() nor window, count() and generate()"
            )
        if long is not None and isinstance(self.backend, Extractive):
            raise TypeError(
                f"backend {self.name!r} reads all of a document: it has no option 'long'"
            )

    def summarize(
        self,
        text: str | Document,
        *,
        sentences: int | None = None,
        words: int | None = None,
        ratio: float | None = None,
        language: str = "en",
        dateline: Literal["strip", "keep"] = "strip",
    ) -> Summary:
        """Summarise one text; see :func:`summarize.summarize` for the arguments and errors."""
        length = _length(sentences, words, ratio)
        if isinstance(text, str):
            _warn_of_path(text)
        elif not isinstance(text, Document):
            hint = "; use summarize_many for several texts" if _is_several(text) else ""
            raise TypeError(f"text must be a str or a Document, not {type(text).__name__}{hint}")
        _check_language(language, dateline)
        document = _document(text, None, language, dateline)
        [summary] = self._summarize_batch([document], length, batch_size=1)
        if summary.truncated:
            warnings.warn(TruncationWarning(self.name, summary.read_fraction), stacklevel=2)
        return summary

    __call__ = summarize

    def summarize_many(
        self,
        texts: Iterable[str | Document],
        *,
        sentences: int | None = None,
        words: int | None = None,
        ratio: float | None = None,
        language: str = "en",
        dateline: Literal["strip", "keep"] = "strip",
        batch_size: int = _BATCH_SIZE,
        progress: bool = False,
    ) -> Iterator[Summary]:
        """Summarise many texts, and yield each summary as it is ready, in their order.

        Texts for an abstractive backend are sorted by length within four batches, so that a batch
        pads little.

        Args:
            texts: any iterable; it is read only as far as summaries are asked for.
            sentences: at most so many sentences each; see :func:`summarize.summarize`.
            words: at most so many words each.
            ratio: at most this share of each text's words.
            language: the language of the texts; a ``Document`` has its own.
            dateline: ``"strip"`` leaves a leading dateline or byline out; ``"keep"`` does not.
            batch_size: how many texts the backend is given at once.
            progress: show a progress bar on standard error.

        An error of one text is raised when its turn comes, after the summaries of those before.

        Raises:
            EmptyDocumentError: at the text concerned, with its index.
            DocumentTooLongError: likewise.
            TypeError: if ``texts`` is a single text, or one of them is neither a ``str`` nor a
                ``Document``.

        Warns:
            TruncationWarning: once, at the first text that the backend did not read all of.
        """
        if isinstance(texts, str | Document):
            raise TypeError(
                f"texts must be an iterable of texts, not one {type(texts).__name__}; "
                "use summarize for a single text"
            )
        if not isinstance(texts, Iterable):
            raise TypeError(f"texts must be an iterable of texts, not {type(texts).__name__}")
        if isinstance(batch_size, bool) or not isinstance(batch_size, int) or batch_size < 1:
            raise ValueError(f"batch_size={batch_size!r} must be a whole number, 1 or more")
        length = _length(sentences, words, ratio)
        _check_language(language, dateline)
        return self._summarize_stream(texts, length, language, dateline, batch_size, progress)

    def close(self) -> None:
        """Let the backend release what it holds, if it holds anything."""
        close = getattr(self.backend, "close", None)
        if close is not None:
            close()

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
        options = "".join(f", {name}={value!r}" for name, value in self.options.items())
        return f"Summarizer({self.name!r}{options})"

    # --- The stages -----------------------------------------------------------------------------

    def _summarize_stream(
        self,
        texts: Iterable[str | Document],
        length: Length | None,
        language: str,
        dateline: Literal["strip", "keep"],
        batch_size: int,
        progress: bool,
    ) -> Iterator[Summary]:
        ahead = batch_size * (1 if isinstance(self.backend, Extractive) else _BATCHES_AHEAD)
        warned = False
        total = len(texts) if isinstance(texts, Sequence) else None
        numbered = iter(enumerate(texts))
        bar = _progress_bar(total) if progress else None
        try:
            error: Exception | None = None
            while error is None:
                batch, error = _next_batch(numbered, ahead, language, dateline)
                for index, summary in self._summarize_parts(batch, length, batch_size):
                    if summary.truncated and not warned:
                        warned = True
                        warning = TruncationWarning(self.name, summary.read_fraction, index)
                        warnings.warn(warning, stacklevel=2)
                    yield summary
                    if bar is not None:
                        bar.update()
                if error is None and len(batch) < ahead:
                    return
            raise error
        finally:
            if bar is not None:
                bar.close()

    def _summarize_parts(
        self, batch: Sequence[tuple[int, Document]], length: Length | None, batch_size: int
    ) -> Iterator[tuple[int, Summary]]:
        """Summarise a batch, one by one if a document in it is too long for the backend, so that
        those before it are not lost.
        """
        try:
            summaries = self._summarize_batch([each for _, each in batch], length, batch_size)
        except DocumentTooLongError as error:
            if len(batch) == 1:
                error.index = batch[0][0]
                raise
            for numbered in batch:
                yield from self._summarize_parts([numbered], length, batch_size)
        else:
            yield from zip((index for index, _ in batch), summaries, strict=True)

    def _summarize_batch(
        self, documents: Sequence[Document], length: Length | None, batch_size: int
    ) -> list[Summary]:
        if not documents:
            return []
        start = perf_counter()
        if isinstance(self.backend, Extractive):
            scores = self._scores(self.backend, documents)
            share = (perf_counter() - start) / len(documents)
            return [
                self._extract(document, row, length or Length(), share)
                for document, row in zip(documents, scores, strict=True)
            ]
        read = readings(documents, self.backend, self.name, self._long, self._rank)
        drafts = self._drafts(self.backend, documents, read, length or Length(), batch_size)
        share = (perf_counter() - start) / len(documents)
        return [
            self._fit(*each, length or Length(ratio=1.0), share)
            for each in zip(documents, read, drafts, strict=True)
        ]

    def _scores(
        self, backend: Extractive, documents: Sequence[Document]
    ) -> Sequence[Sequence[float]]:
        returned = backend.score(documents)
        try:
            scores = [list(row) for row in returned]
            finite = all(math.isfinite(score) for row in scores for score in row)
        except TypeError as error:
            raise self._broken("something else than rows of numbers") from error
        if len(scores) != len(documents):
            raise self._broken(f"{len(scores)} results for {len(documents)} documents")
        for document, row in zip(documents, scores, strict=True):
            if len(row) != len(document.sentences):
                raise self._broken(f"{len(row)} scores for {len(document.sentences)} sentences")
        if not finite:
            raise self._broken("a score that is not finite")
        return scores

    def _rank(self, documents: Sequence[Document]) -> Sequence[Sequence[float]]:
        """Rate sentences by the default extractive backend, for ``long="extract"``."""
        if self._ranker is None:
            self._ranker = registry.load(registry.DEFAULT_BACKEND)()
        return self._ranker.score(documents)

    def _drafts(
        self,
        backend: Abstractive,
        documents: Sequence[Document],
        read: Sequence[Reading],
        length: Length,
        batch_size: int,
    ) -> list[Draft]:
        """Let the backend write, in batches of like lengths; the drafts are in the given order.

        A ratio is a share of the document, so of a shortened text it is asked for in words.
        """
        asked: dict[Length, list[int]] = {}
        for index, (document, reading) in enumerate(zip(documents, read, strict=True)):
            limit = length.word_limit(document.words)
            shortened = not reading.whole and limit is not None
            asked.setdefault(Length(words=max(limit or 1, 1)) if shortened else length, []).append(
                index
            )
        drafts: dict[int, Draft] = {}
        for each, indices in asked.items():
            by_tokens = sorted(indices, key=lambda index: -read[index].tokens)
            for first in range(0, len(by_tokens), batch_size):
                batch = by_tokens[first : first + batch_size]
                written = backend.generate([read[index].text for index in batch], each)
                if len(written) != len(batch):
                    raise self._broken(f"{len(written)} drafts for {len(batch)} documents")
                if not all(isinstance(draft, Draft) for draft in written):
                    raise self._broken("something else than drafts")
                drafts.update(zip(batch, written, strict=True))
        return [drafts[index] for index in range(len(documents))]

    def _broken(self, what: str) -> BackendLoadError:
        return BackendLoadError(self.name, f"it returned {what}")

    def _extract(
        self, document: Document, scores: Sequence[float], length: Length, backend_seconds: float
    ) -> Summary:
        start = perf_counter()
        chosen = self._selected(document, scores, length)
        text = selection.joined(document, chosen)
        sentences = tuple(_extracted(document, scores, index) for index in chosen)
        timings = {"backend": backend_seconds, "select": perf_counter() - start}
        return self._finished(document, text, sentences, length, timings)

    def _fit(
        self,
        document: Document,
        reading: Reading,
        draft: Draft,
        length: Length,
        backend_seconds: float,
    ) -> Summary:
        start = perf_counter()
        text, sentences = _fitted(document, draft, length)
        timings = {"backend": backend_seconds, "select": perf_counter() - start}
        return self._finished(
            document,
            text,
            sentences,
            length,
            timings,
            read_fraction=reading.words / document.words if document.words else 1.0,
            truncated=reading.truncated,
            options=draft.options,
        )

    def _finished(
        self,
        document: Document,
        text: str,
        sentences: tuple[SummarySentence, ...],
        length: Length,
        timings: dict[str, float],
        **facts: Any,
    ) -> Summary:
        timings = {"split": document.split_seconds, **timings}
        limit = length.word_limit(document.words)
        return Summary(
            text,
            sentences=sentences,
            backend=self.name,
            document_words=document.words,
            over_length=limit is not None and count_words(text) > limit,
            timings={**timings, "total": math.fsum(timings.values())},
            **facts,
        )

    def _selected(self, document: Document, scores: Sequence[float], length: Length) -> list[int]:
        selector = getattr(self.backend, "selector", selection.top)
        chosen = list(selector(document, scores, length))
        if not chosen or chosen != sorted(set(chosen) & set(range(len(document.sentences)))):
            raise self._broken(f"a selector that chose {chosen}")
        return chosen


def _rebuild(cls: type[Summarizer], backend: Any, options: dict[str, Any]) -> Summarizer:
    return cls(backend, **options)


def _length(sentences: int | None, words: int | None, ratio: float | None) -> Length | None:
    """The length asked for; ``None`` if none is."""
    length = Length(sentences=sentences, words=words, ratio=ratio)
    return None if sentences is words is ratio is None else length


def _check_options(name: str, factory: type[Any], options: dict[str, Any]) -> None:
    """Refuse an option that the backend does not know, and say which ones it does."""
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
            has = f"its options are {', '.join(known)}" if known else "it has no options"
            raise TypeError(f"backend {name!r} has no option {option!r}; {has}")


def _next_batch(
    texts: Iterator[tuple[int, str | Document]],
    size: int,
    language: str,
    dateline: Literal["strip", "keep"],
) -> tuple[list[tuple[int, Document]], Exception | None]:
    """Return the next documents, and the error that ended them early, if one did."""
    batch: list[tuple[int, Document]] = []
    try:
        for index, text in islice(texts, size):
            batch.append((index, _document(text, index, language, dateline)))
    except Exception as error:  # raised by the caller once the documents before it are done
        return batch, error
    return batch, None


def _check_language(language: str, dateline: str) -> None:
    """Tell a mistake at once, not with the first document."""
    normalize_language(language)
    if dateline not in ("strip", "keep"):
        raise ValueError(f"dateline={dateline!r} must be 'strip' or 'keep'")


def _document(
    text: object, index: int | None, language: str, dateline: Literal["strip", "keep"]
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


def _extracted(document: Document, scores: Sequence[float], index: int) -> SummarySentence:
    sentence = document.sentences[index]
    score = float(scores[index])
    return SummarySentence(sentence.text, sentence.start, sentence.end, score, (index,))


def _fitted(
    document: Document, draft: Draft, length: Length
) -> tuple[str, tuple[SummarySentence, ...]]:
    """Keep the whole sentences of a draft that fit: into the length, and into the document's.

    A last sentence that a token limit cut off is left out, unless it is the only one.
    """
    try:
        written = Document.from_text(draft.text, language=document.language, dateline="keep")
    except EmptyDocumentError:
        written = document  # never empty: what the backend left unsaid, the opening says
    words = document.words
    if written.sentences[0].words > words:
        written = document  # never longer than the document
    limit = min(length.word_limit(words) or words, words)
    whole = len(written.sentences) - (0 if draft.complete or written is document else 1)
    kept: list[int] = []
    for index, sentence in enumerate(written.sentences[: max(whole, 1)][: length.sentences]):
        limit -= sentence.words
        if limit < 0 and kept:
            break
        kept.append(index)
    sentences = tuple(
        SummarySentence(written.sentences[i].text, None, None, None, ()) for i in kept
    )
    return selection.joined(written, kept), sentences


def _is_several(value: object) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, bytes | bytearray)


def _warn_of_path(text: str) -> None:
    if len(text) > 255 or "\n" in text or not text.strip():
        return
    try:
        exists = Path(text).is_file()
    except (OSError, ValueError):
        return
    if exists:
        warnings.warn(
            f"the text {text!r} is the name of a file; to summarize what is in it, use "
            f"summarize.read({text!r})",
            stacklevel=3,
        )


def _progress_bar(total: int | None) -> Any:
    from tqdm import tqdm

    return tqdm(total=total, unit="document", leave=False)
