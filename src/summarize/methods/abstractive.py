"""From documents to summaries by a backend that writes new text.

:meta private:
"""

from __future__ import annotations

import operator
from collections import Counter, deque
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from time import perf_counter
from typing import TYPE_CHECKING, Any

from ..backends.base import Abstractive, Brief, Draft, Soon
from ..backends.calling import Writer, check_drafts, drafts_of, guarded
from ..document import Document, Sentence
from ..errors import EmptyDocumentError, GenerationError
from ..length import Length
from ..selection import text_of
from ..summary import Fallback, Summary, SummarySentence, summary_of
from .long import Long, Rank, Reading, readings

if TYPE_CHECKING:
    from ..support import SentenceSupport, Support

__all__ = ["write", "write_each"]


def write(
    backend: Abstractive,
    name: str,
    documents: Sequence[Document],
    length: Length | None,
    *,
    long: Long,
    rank: Rank,
    batch_size: int,
    retry_unsupported: bool = False,
) -> list[Summary | GenerationError]:
    """Let the backend write, and keep the whole sentences that fit the length.

    Args:
        backend: what writes.
        name: its name.
        documents: the documents, none of them empty.
        length: the ceiling; the backend's own if ``None``.
        long: what is read of a document that exceeds the backend's window.
        rank: rates sentences for ``long="extract"``.
        batch_size: how many texts the backend is given at once.
        retry_unsupported: whether it is asked once more for a document that does not support all
            of what it wrote, and told what; of the two, what is supported better is kept.

    Returns:
        A summary of each document, or the error of one with which the backend failed.

    Raises:
        BackendLoadError: if the backend breaks its contract.
        BackendError: if it fails.
        DocumentTooLongError: if its window takes not even one character.
    """
    writer = Writer(backend, name)
    window = writer.window
    start = perf_counter()
    read = readings(documents, writer, name, long, rank, batch_size=batch_size)
    drafts = _drafts(writer, name, documents, read, length or Length(), batch_size)
    seconds = (perf_counter() - start) / len(documents)
    ceiling = length or Length(ratio=1.0)
    results: list[Summary | GenerationError] = []
    for document, reading, draft in zip(documents, read, drafts, strict=True):
        if isinstance(reading, GenerationError):
            results.append(reading)
        elif isinstance(draft, Draft):
            results.append(_fitted(name, document, reading, draft, ceiling, seconds))
        else:
            results.append(draft)
    if retry_unsupported:
        _retry(writer, name, documents, read, results, length, batch_size)
    again = [
        index
        for index, (reading, result) in enumerate(zip(read, results, strict=True))
        if _exceeds(writer, window, reading, result)
    ]
    if again:
        redone = write(
            backend, name, [documents[index] for index in again], length, long=long, rank=rank,
            batch_size=batch_size, retry_unsupported=retry_unsupported,
        )  # fmt: skip
        for index, result in zip(again, redone, strict=True):
            results[index] = result
    return results


def _exceeds(
    writer: Writer, window: int, reading: Reading | GenerationError, result: object
) -> bool:
    """Whether a backend failed with a text since its window is smaller than it had said.

    Args:
        writer: the backend.
        window: what it said.
        reading: what it was to read.
        result: what came of it.
    """
    if not isinstance(result, GenerationError):
        return False
    tokens = reading.tokens if isinstance(reading, Reading) else window
    return writer.window < tokens


def write_each(
    backend: Soon,
    name: str,
    documents: Iterable[Document | Exception],
    length: Length | None,
    *,
    long: Long,
    rank: Rank,
    ahead: int,
    most: int,
    retry_unsupported: bool = False,
) -> Generator[Summary | Exception]:
    """Let a backend that writes several at a time write; yield each summary in its turn.

    What is waited for costs nothing here: meanwhile later documents are read, and summaries that
    came before their turn are checked.

    Args:
        backend: what writes.
        name: its name.
        documents: the documents, or in the place of one what is wrong with it, which is passed on.
        length: the ceiling; the backend's own if ``None``.
        long: what is read of a document that exceeds the backend's window.
        rank: rates sentences for ``long="extract"``.
        ahead: no more documents than so many are under way.
        most: nor more characters than so many, but of one document.
        retry_unsupported: as for :func:`write`.

    Raises:
        Exception: what ``documents`` raises, after the summaries of those before it.
    """
    desk = _Desk(backend, name, documents, length, long, rank, ahead, most, retry_unsupported)
    waiting = desk.waiting
    try:
        while True:
            if waiting and (result := waiting[0].result) is not None:
                if waiting.popleft().last:
                    raise result  # type: ignore[misc]
                yield result
            elif not ((desk.idle() and desk.begin()) or desk.finish(wait=False) or desk.begin()):
                if not waiting:
                    return
                desk.finish(wait=True)
    finally:
        desk.end()


class _Work:
    """A document under way: what was read of it, what is on its way, and what came of it."""

    def __init__(
        self, size: int = 0, result: Summary | Exception | None = None, *, last: bool = False
    ) -> None:
        self.size, self.result, self.last = size, result, last
        self.document: Document
        self.reading: Reading
        self.future: Future[Draft | GenerationError] | None = None
        self.first: Summary | None = None
        self.since = 0.0


class _Desk:
    """Starts the work on documents and finishes it, as drafts come; see :func:`write_each`.

    Attributes:
        waiting: what is under way, in the order of the documents.
    """

    def __init__(
        self,
        backend: Soon,
        name: str,
        documents: Iterable[Document | Exception],
        length: Length | None,
        long: Long,
        rank: Rank,
        ahead: int,
        most: int,
        retry_unsupported: bool,
    ) -> None:
        self._backend, self._writer, self._name = backend, Writer(backend, name), name
        with guarded(name):
            self._at_once = operator.index(backend.concurrency)
        self._source: Iterator[Document | Exception] | None = iter(documents)
        self._length, self._long, self._rank = length, long, rank
        self._ahead, self._most, self._retries = ahead, most, retry_unsupported
        self.waiting: deque[_Work] = deque()
        self._asked = 0  # drafts that are on their way, or in the queue of those that came
        self._come: SimpleQueue[_Work] = SimpleQueue()
        self._before = 0.0  # when the last draft came

    def idle(self) -> bool:
        """Whether the backend could write more at once than it does."""
        return self._asked - self._come.qsize() < self._at_once

    def begin(self) -> bool:
        """Read the next document and have it written of, if there is one and room for it."""
        size = sum(work.size for work in self.waiting)
        if self._source is None or (
            self.waiting and (len(self.waiting) >= self._ahead or size >= self._most)
        ):
            return False
        try:
            document = next(self._source)
        except StopIteration:
            self._source = None
            return False
        except Exception as error:  # of the documents' source: it comes after all before it
            self._source = None
            self.waiting.append(_Work(result=error, last=True))
            return True
        if isinstance(document, Exception):
            self.waiting.append(_Work(result=document))
            return True
        work = _Work(len(document.text))
        work.document = document
        self.waiting.append(work)
        try:
            self._read(work)
        except Exception as error:
            work.result = error
        return True

    def _read(self, work: _Work) -> None:
        """Make a document fit the window, and have it written of."""
        [reading] = readings(
            [work.document], self._writer, self._name, self._long, self._rank, batch_size=1
        )
        if isinstance(reading, GenerationError):
            work.result = reading
        else:
            work.reading = reading
            self._ask(work)

    def end(self) -> None:
        """Cancel what is still on its way."""
        for work in self.waiting:
            if work.future is not None:
                work.future.cancel()

    def _ask(self, work: _Work, unsupported: tuple[str, ...] = ()) -> None:
        brief = _brief(work.document, work.reading, self._length or Length(), unsupported)
        work.since = perf_counter()
        with guarded(self._name):
            future = self._backend.generate_soon(brief)
            future.add_done_callback(lambda _: self._come.put(work))
        work.future = future
        self._asked += 1

    def finish(self, *, wait: bool) -> bool:
        """Finish one whose draft has come, if one has; ``wait`` for it."""
        try:
            work = self._come.get(block=wait)
        except Empty:
            return False
        self._asked -= 1
        try:
            work.result = self._finished(work)
        except Exception as error:
            work.result = error
        return True

    def _finished(self, work: _Work) -> Summary | Exception | None:
        assert work.future is not None
        with guarded(self._name):
            draft = work.future.result()
        check_drafts(self._name, [draft])
        if isinstance(draft, GenerationError) and work.first is None:
            if not _exceeds(self._writer, 0, work.reading, draft):
                return draft
            self._read(work)
            return work.result
        summary = work.first
        if isinstance(draft, Draft):
            ceiling = self._length or Length(ratio=1.0)
            seconds = self._seconds(work)
            seconds += work.first.timings["backend"] if work.first else 0.0
            summary = _fitted(self._name, work.document, work.reading, draft, ceiling, seconds)
        assert summary is not None
        if work.first is not None:
            return _better(work.first, summary, draft)
        if self._retries and (wrong := _unsupported(summary)):
            work.first = summary
            self._ask(work, wrong)
            return None
        return summary

    def _seconds(self, work: _Work) -> float:
        """A draft's share of the time: since the one before it, or since it was asked for.

        So the times of all add up to what passed, as those of a batch do.
        """
        now = perf_counter()
        since, self._before = max(work.since, self._before), now
        return now - since


def _retry(
    backend: Abstractive,
    name: str,
    documents: Sequence[Document],
    read: Sequence[Reading | GenerationError],
    results: list[Summary | GenerationError],
    length: Length | None,
    batch_size: int,
) -> None:
    """Ask once more where a document does not support a summary, and keep the better of the two."""
    wrong = {
        index: found
        for index, result in enumerate(results)
        if isinstance(result, Summary) and (found := _unsupported(result))
    }
    if not wrong:
        return
    indices = list(wrong)
    some, theirs = [documents[i] for i in indices], [read[i] for i in indices]
    start = perf_counter()
    drafts = _drafts(
        backend, name, some, theirs, length or Length(), batch_size, list(wrong.values())
    )
    seconds = (perf_counter() - start) / len(indices)
    for index, document, reading, draft in zip(indices, some, theirs, drafts, strict=True):
        first = results[index]
        assert isinstance(first, Summary)
        assert isinstance(reading, Reading)
        second = first
        if isinstance(draft, Draft):
            ceiling = length or Length(ratio=1.0)
            spent = seconds + first.timings["backend"]
            second = _fitted(name, document, reading, draft, ceiling, spent)
        results[index] = _better(first, second, draft)


def _unsupported(summary: Summary) -> tuple[str, ...]:
    """What the document does not say, each once."""
    if summary.support is None:
        return ()
    return tuple(dict.fromkeys(each.text for each in summary.support.unsupported))


def _better(first: Summary, second: Summary, draft: Draft | GenerationError) -> Summary:
    """The better supported of two summaries, the first if neither is.

    Its options say ``"retried"``: what was unsupported, and whether the second is kept.
    """
    better = second is not first and _is_better(second, first)
    told = {"unsupported": list(_unsupported(first)), "kept": "second" if better else "first"}
    cost: Mapping[str, int] = {}
    if isinstance(draft, Draft):  # also that of the one that is not kept
        other = first.options if better else draft.options
        cost = other.get("cost", {})
    kept = second if better else first
    return kept.with_options({**_with_cost(kept.options, cost), "retried": told})


def _is_better(second: Summary, first: Summary) -> bool:
    """Whether less of it is unsupported, or as much and the rest is supported better.

    What has fewer faults because it has one that goes from its beginning to its end is no better;
    nor is what only stands in for a summary.
    """
    a, b = second.support, first.support
    if a is None or b is None or a.score < b.score:
        return False
    return len(a.unsupported) < len(b.unsupported) or (
        len(a.unsupported) == len(b.unsupported) and a.score > b.score
    )


def _drafts(
    backend: Abstractive,
    name: str,
    documents: Sequence[Document],
    read: Sequence[Reading | GenerationError],
    length: Length,
    batch_size: int,
    unsupported: Sequence[tuple[str, ...]] | None = None,
) -> list[Draft | GenerationError]:
    """Let the backend write, in batches of like lengths; the drafts are in the given order."""
    briefs: dict[int, Brief] = {}
    tokens: dict[int, int] = {}
    for index, (document, reading) in enumerate(zip(documents, read, strict=True)):
        if isinstance(reading, GenerationError):
            continue
        briefs[index] = _brief(document, reading, length, unsupported[index] if unsupported else ())
        tokens[index] = reading.tokens
    lengths = [brief.length for brief in briefs.values()]
    by_tokens = sorted(briefs, key=lambda i: (lengths.index(briefs[i].length), -tokens[i]))
    written = drafts_of(backend, name, [briefs[i] for i in by_tokens], batch_size=batch_size)
    drafts: dict[int, Draft | GenerationError] = dict(zip(by_tokens, written, strict=True))
    for index, reading in enumerate(read):
        if isinstance(reading, GenerationError):
            drafts[index] = reading
    return [drafts[index] for index in range(len(documents))]


def _brief(
    document: Document, reading: Reading, length: Length, unsupported: tuple[str, ...]
) -> Brief:
    """What is asked for one document.

    A ratio is a share of the document, so of a shortened text it is asked for in words.
    """
    limit = length.word_limit(document.words)
    if not reading.whole and limit is not None:
        length = Length(words=max(limit, 1))
    return Brief(reading.text, document, length, unsupported)


def _fitted(
    name: str, document: Document, reading: Reading, draft: Draft, length: Length, seconds: float
) -> Summary:
    start = perf_counter()
    written, kept, fallback = _kept(document, draft, length)
    chosen = [written.sentences[index] for index in kept]
    text = text_of(written, kept)
    support: Support | None = None
    if written is document:
        sentences = tuple(
            SummarySentence(each.text, each.start, each.end, None, (index,))
            for index, each in zip(kept, chosen, strict=True)
        )
    else:
        from ..support import Evidence

        support = Evidence(document).check(text, list(_places(text, chosen)))
        sentences = tuple(
            SummarySentence(each.text, None, None, None, _behind(found))
            for each, found in zip(chosen, support.sentences, strict=True)
        )
    return summary_of(
        document,
        text,
        sentences,
        length,
        backend=name,
        timings={"backend": seconds, "select": perf_counter() - start},
        read_fraction=reading.words / document.words if document.words else 1.0,
        truncated=reading.truncated,
        fallback=fallback,
        support=support,
        options=_with_cost(draft.options, reading.cost),
    )


def _places(text: str, sentences: Sequence[Sentence]) -> Iterator[tuple[int, int, None]]:
    """Where each sentence stands in the text that they were joined to."""
    end = 0
    for sentence in sentences:
        start = text.index(sentence.text, end)
        end = start + len(sentence.text)
        yield start, end, None


def _behind(found: SentenceSupport) -> tuple[int, ...]:
    return tuple(sorted(source.sentence for source in found.sources))


def _with_cost(options: Mapping[str, Any], earlier: Mapping[str, int]) -> Mapping[str, Any]:
    """What was written, with what its own draft cost and those of the document's parts."""
    if not earlier:
        return options
    return {**options, "cost": dict(Counter(earlier) + Counter(options.get("cost", {})))}


def _kept(
    document: Document, draft: Draft, length: Length
) -> tuple[Document, list[int], Fallback | None]:
    """Find the whole sentences of a draft that fit: into the length, and into the document's.

    A last sentence that a token limit cut off is left out, unless it is the only one. Where the
    draft will not do, the document stands in for it, and the reason is returned too.
    """
    fallback: Fallback | None = None
    try:
        written = Document.from_text(
            draft.text, language=document.language, dateline="keep", furniture="keep"
        )
    except EmptyDocumentError:
        written, fallback = document, "empty"  # what the backend left unsaid, the opening says
    words = document.words
    if written.sentences[0].words > words:
        written, fallback = document, "longer"  # never longer than the document
    asked = length.word_limit(words)
    limit = words if asked is None else min(asked, words)
    whole = len(written.sentences) - (0 if draft.complete or written is document else 1)
    kept: list[int] = []
    for index, sentence in enumerate(written.sentences[: max(whole, 1)][: length.sentences]):
        limit -= sentence.words
        if limit < 0 and kept:
            break
        kept.append(index)
    return written, kept, fallback
