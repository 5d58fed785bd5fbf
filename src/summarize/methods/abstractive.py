"""From documents to summaries by a backend that writes new text.

:meta private:
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, Any

from ..backends.base import Abstractive, Brief, Draft
from ..backends.calling import Writer, drafts_of
from ..document import Document, Sentence
from ..errors import EmptyDocumentError, GenerationError
from ..length import Length
from ..selection import text_of
from ..summary import Fallback, Summary, SummarySentence, summary_of
from .long import Long, Rank, Reading, readings

if TYPE_CHECKING:
    from ..support import SentenceSupport, Support

__all__ = ["write"]


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
    return results


def _retry(
    backend: Abstractive,
    name: str,
    documents: Sequence[Document],
    read: Sequence[Reading | GenerationError],
    results: list[Summary | GenerationError],
    length: Length | None,
    batch_size: int,
) -> None:
    """Ask once more where a document does not support a summary, and keep the better of the two.

    The summary's options say ``"retried"``: what was unsupported, and whether the second is kept.
    """
    wrong: dict[int, tuple[str, ...]] = {}
    for index, result in enumerate(results):
        if isinstance(result, Summary) and result.support and result.support.unsupported:
            found = dict.fromkeys(each.text for each in result.support.unsupported)
            wrong[index] = tuple(found)
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
        better = second is not first and _errors(second) < _errors(first)
        told = {"unsupported": list(wrong[index]), "kept": "second" if better else "first"}
        cost: Mapping[str, int] = {}
        if isinstance(draft, Draft):  # also that of the one that is not kept
            other = first.options if better else draft.options
            cost = other.get("cost", {})
        kept = second if better else first
        results[index] = kept.with_options({**_with_cost(kept.options, cost), "retried": told})


def _errors(summary: Summary) -> tuple[int, float]:
    """How much of a summary is unsupported; a fallback is no better than what it stands in for."""
    if summary.support is None:
        return (1 << 30, 0.0)
    return len(summary.support.unsupported), -summary.support.score


def _drafts(
    backend: Abstractive,
    name: str,
    documents: Sequence[Document],
    read: Sequence[Reading | GenerationError],
    length: Length,
    batch_size: int,
    unsupported: Sequence[tuple[str, ...]] | None = None,
) -> list[Draft | GenerationError]:
    """Let the backend write, in batches of like lengths; the drafts are in the given order.

    A ratio is a share of the document, so of a shortened text it is asked for in words.
    """
    briefs: dict[int, Brief] = {}
    tokens: dict[int, int] = {}
    for index, (document, reading) in enumerate(zip(documents, read, strict=True)):
        if isinstance(reading, GenerationError):
            continue
        limit = length.word_limit(document.words)
        shortened = not reading.whole and limit is not None
        own = Length(words=max(limit or 1, 1)) if shortened else length
        briefs[index] = Brief(
            reading.text, document, own, unsupported[index] if unsupported else ()
        )
        tokens[index] = reading.tokens
    lengths = [brief.length for brief in briefs.values()]
    by_tokens = sorted(briefs, key=lambda i: (lengths.index(briefs[i].length), -tokens[i]))
    written = drafts_of(backend, name, [briefs[i] for i in by_tokens], batch_size=batch_size)
    drafts: dict[int, Draft | GenerationError] = dict(zip(by_tokens, written, strict=True))
    for index, reading in enumerate(read):
        if isinstance(reading, GenerationError):
            drafts[index] = reading
    return [drafts[index] for index in range(len(documents))]


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
