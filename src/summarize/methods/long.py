"""Documents longer than an abstractive backend's window: extract, chunk or truncate.

What a backend cannot read at once is either chosen (``"extract"``), read in parts (``"chunk"``) or
cut off (``"truncate"``); in each case the :class:`Reading` says how much of it was read.

:meta private:
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from ..backends.base import Abstractive, Brief, Draft
from ..backends.calling import drafts_of
from ..document import Document
from ..errors import DocumentTooLongError, EmptyDocumentError, GenerationError
from ..length import Length
from ..selection import text_of
from ..text.words import count_words

__all__ = ["Long", "Rank", "Reading", "check_long", "readings"]

Long = Literal["extract", "chunk", "truncate"]

Rank = Callable[[Sequence[Document]], Sequence[Sequence[float]]]
"""What rates sentences for ``"extract"``: an extractive backend's ``score``."""

_SHRINKAGE = 0.75
"""A round of ``"chunk"`` that leaves more than this share of the tokens is the last."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What an abstractive backend is given of one document.

    Attributes:
        text: the text, at most the window's tokens.
        tokens: the tokens of the text.
        words: how many of the document's words the backend reads, now or in earlier rounds.
        whole: whether the text is the document's, unshortened.
        truncated: whether some of the document is never read.
        cost: what writing it took, of a backend that counts that, by what is counted.
    """

    text: str
    tokens: int
    words: int
    whole: bool = True
    truncated: bool = False
    cost: Mapping[str, int] = field(default_factory=dict)


def check_long(long: object) -> Long:
    """Return ``long`` if it is a :data:`Long`.

    Raises:
        ValueError: if it is not.
    """
    for mode in get_args(Long):
        if long == mode:
            return mode  # type: ignore[no-any-return]
    names = ", ".join(map(repr, get_args(Long)))
    raise ValueError(f"long={long!r} must be one of {names}")


def readings(
    documents: Sequence[Document],
    backend: Abstractive,
    name: str,
    long: Long,
    rank: Rank,
    *,
    batch_size: int,
) -> list[Reading | GenerationError]:
    """Make each document fit the window of a backend.

    Args:
        documents: the documents.
        backend: the backend.
        name: its name, for errors.
        long: what to do with a document that exceeds the window.

            - ``"extract"``: fill the window with the most salient sentences, in document order.
            - ``"chunk"``: summarise it in parts, at the backend's own length, and go on with the
              summaries until they fit; see :func:`_condensed`.
            - ``"truncate"``: keep its opening, up to the last word that fits.
        rank: rates the sentences for ``"extract"``.
        batch_size: how many parts the backend is given at once for ``"chunk"``.

    Returns:
        What is read of each document, or the error of one of its parts under ``"chunk"``.

    Raises:
        BackendLoadError: if the backend breaks its contract.
        DocumentTooLongError: if the window takes not even one character.
    """
    texts = [_text(document) for document in documents]
    counts = backend.count(texts)
    fitted: list[Reading | GenerationError] = []
    for document, text, tokens in zip(documents, texts, counts, strict=True):
        if tokens <= backend.window:
            fitted.append(Reading(text, tokens, document.words))
        elif long == "truncate":
            fitted.append(_opening(text, backend, name, tokens))
        elif long == "chunk":
            try:
                fitted.append(_condensed(document, tokens, backend, name, rank, batch_size))
            except GenerationError as error:
                fitted.append(error)
        else:
            fitted.append(_most_salient(document, backend, name, rank))
    return fitted


def _text(document: Document) -> str:
    return text_of(document, range(len(document.sentences)))


def _most_salient(document: Document, backend: Abstractive, name: str, rank: Rank) -> Reading:
    """Fill the window with the most salient sentences, each text once.

    First as many of the ranking as fit together; then, in the order of the ranking, each further
    one that still fits. If none fits alone, the opening of the most salient is read.
    """
    sentences = document.sentences
    [scores] = rank([document])
    by_salience = sorted(range(len(sentences)), key=lambda index: (-scores[index], index))
    once = {sentences[index].text: index for index in reversed(by_salience)}
    ranking = [index for index in by_salience if once[sentences[index].text] == index]
    alone = dict(
        zip(ranking, backend.count([sentences[index].text for index in ranking]), strict=True)
    )
    candidates = [index for index in ranking if alone[index] <= backend.window]
    if not candidates:
        opening = sentences[ranking[0]].text
        return _opening(opening, backend, name, alone[ranking[0]])

    def tokens_of(chosen: Sequence[int]) -> int:
        return backend.count([text_of(document, sorted(chosen))])[0]

    total = guess = 0
    for index in candidates:
        total += alone[index]
        if total > backend.window:
            break
        guess += 1
    taken = _most(lambda n: tokens_of(candidates[:n]) <= backend.window, guess, len(candidates))
    chosen = candidates[:taken]
    tokens = tokens_of(chosen)
    for index in candidates[taken:]:
        if alone[index] <= backend.window - tokens:
            more = tokens_of([*chosen, index])
            if more <= backend.window:
                chosen, tokens = [*chosen, index], more
    words = sum(sentences[index].words for index in chosen)
    text = text_of(document, sorted(chosen))
    return Reading(text, tokens, words, whole=False, truncated=True)


def _opening(text: str, backend: Abstractive, name: str, tokens: int) -> Reading:
    """Keep the opening that fits: up to a white space, or to a character if there is none.

    A word cut in two does not count as read.
    """
    end = _fitting_characters(text, backend, name, tokens)
    inside = end < len(text) and not (text[end].isspace() or text[end - 1].isspace())
    head = text[:end]
    before = head.rstrip().rpartition(" ")[0] if inside else head
    if before.strip():
        head, inside = before, False
    head = head.strip()
    return Reading(
        head,
        backend.count([head])[0],
        count_words(head) - (1 if inside and count_words(text[end - 1]) else 0),
        whole=False,
        truncated=True,
    )


def _fitting_characters(text: str, backend: Abstractive, name: str, tokens: int) -> int:
    """How many characters of the opening fit the window."""
    if backend.count([text[:1]])[0] > backend.window:
        advice = "its window takes not even one character"
        raise DocumentTooLongError(name, tokens, backend.window, "tokens", advice)
    return _most(
        lambda n: backend.count([text[:n]])[0] <= backend.window,
        min(backend.window, len(text)),
        len(text),
    )


def _condensed(
    document: Document,
    tokens: int,
    backend: Abstractive,
    name: str,
    rank: Rank,
    batch_size: int,
) -> Reading:
    """Summarise a document in parts, and the summaries again, until they fit the window.

    It terminates. A round cuts the text into finitely many parts: each takes at least one
    character of what is left (:func:`_parts`). A round is followed by another only if it left at
    most three quarters of the tokens, which are a positive whole number; so after at most
    log(tokens) / log(4/3) rounds the text fits, or a round did not shrink it enough. Then, or when
    the backend wrote nothing, the most salient sentences of what that round was given fill the
    window (:func:`_extract`), which takes no round.
    """
    words, truncated = document.words, False
    current = document
    cost: Counter[str] = Counter()
    while True:
        parts = _parts(current, tokens, backend, name)
        briefs = [Brief(part, document, Length()) for part in parts]
        drafts = list(_written(drafts_of(backend, name, briefs, batch_size=batch_size)))
        joint = "\n\n".join(draft.text for draft in drafts)
        for draft in drafts:
            cost.update(draft.options.get("cost", {}))
        try:
            written = Document.from_text(
                joint, language=document.language, dateline="keep", furniture="keep"
            )
        except EmptyDocumentError:
            written = current
        text = _text(written)
        left = backend.count([text])[0]
        if left <= backend.window:
            return Reading(text, left, words, False, truncated, cost)
        if left > tokens * _SHRINKAGE:
            salient = _most_salient(current, backend, name, rank)
            if current is document:  # nothing came of the round that read it all
                words, truncated = salient.words, True
            return Reading(salient.text, salient.tokens, words, False, truncated, cost)
        current, tokens = written, left


def _written(drafts: Sequence[Draft | GenerationError]) -> Iterator[Draft]:
    """The drafts of one document's parts: without one of them it was not read."""
    for draft in drafts:
        if isinstance(draft, GenerationError):
            raise draft
        yield draft


def _parts(document: Document, tokens: int, backend: Abstractive, name: str) -> list[str]:
    """Cut a document into parts of about equal size that fit the window.

    A part is made of whole sentences, in order; a sentence that alone exceeds the window is cut at
    white space, or at a character, into parts of its own.
    """
    sentences = document.sentences
    alone = backend.count([sentence.text for sentence in sentences])
    least = -(-tokens // backend.window)
    enough = min(sum(alone) / least, backend.window)
    parts: list[str] = []
    run: list[int] = []
    size = 0
    for index, sentence in enumerate(sentences):
        if run and (size >= enough or size + alone[index] > backend.window):
            parts.extend(_fitting_runs(document, run, backend))
            run, size = [], 0
        if alone[index] > backend.window:
            parts.extend(_pieces(sentence.text, backend, name, alone[index]))
        else:
            run.append(index)
            size += alone[index]
    if run:
        parts.extend(_fitting_runs(document, run, backend))
    return parts


def _fitting_runs(document: Document, run: Sequence[int], backend: Abstractive) -> list[str]:
    """The text of some sentences that fit alone; in halves if they do not fit together."""
    text = text_of(document, run)
    if len(run) == 1 or backend.count([text])[0] <= backend.window:
        return [text]
    half = len(run) // 2
    return [
        *_fitting_runs(document, run[:half], backend),
        *_fitting_runs(document, run[half:], backend),
    ]


def _pieces(text: str, backend: Abstractive, name: str, tokens: int) -> list[str]:
    """Cut a sentence into pieces that fit, each of at least one character."""
    pieces: list[str] = []
    while text:
        end = _fitting_characters(text, backend, name, tokens)
        if end < len(text):
            space = text.rfind(" ", 1, end + 1)
            end = space if space > 0 else end
        piece, text = text[:end].strip(), text[end:].strip()
        if piece:
            pieces.append(piece)
    return pieces


def _most(fits: Callable[[int], bool], guess: int, limit: int) -> int:
    """The greatest n, of 1 to ``limit``, that fits, if all below a fitting one fit; 1 must.

    Steps that double from ``guess``, then halving: what is counted stays about the window's size.
    """
    low, high = 1, limit + 1  # low fits, high does not
    step, at = 1, max(min(guess, limit), 1)
    while low < at < high:
        if not fits(at):
            high = at
            break
        low, at, step = at, at + step, step * 2
    else:
        if at >= high and low < limit:
            at = limit
            if fits(limit):
                return limit
            high = limit
    while high - low > 1:
        middle = (low + high) // 2
        if fits(middle):
            low = middle
        else:
            high = middle
    return low
