"""A text, its paragraphs and its sentences, each with its place in the caller's own string.

How the places are found is the work of :mod:`summarize.text.segmentation`,
:mod:`summarize.text.dateline` and :mod:`summarize.text.furniture`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, make_dataclass
from operator import attrgetter
from time import perf_counter
from typing import Literal

from .arguments import one_of, whole_number
from .errors import DocumentTooLongError, EmptyDocumentError
from .text.dateline import dateline_end
from .text.detection import LanguageOrigin, language_of
from .text.furniture import (
    UNCOUNTED,
    Skipped,
    Turn,
    blanked,
    find_furniture,
    find_passages,
)
from .text.lines import has_divided_words, known_words, unwrapped
from .text.marks import CLOSED, LINE, shadow
from .text.segmentation import paragraph_spans, sentence_spans
from .text.words import count_words

__all__ = ["MAX_SENTENCES", "Document", "Paragraph", "Sentence", "Skipped"]

MAX_SENTENCES = 1_000_000

_DATELINE_PARAGRAPHS = 12  # in which one may stand: behind titles and whom to ask
_DATELINE_WINDOW = 400  # characters; a dateline and what must stand behind it take fewer


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a document.

    Attributes:
        text: the sentence on one line: runs of white space collapsed to one space, or to nothing
            at a line end between two Chinese or Japanese characters; a word divided at a line end
            is whole.
        start, end: its place: ``document.text[start:end]``, in characters.
        words: how many words it has (see :func:`count_words`).
        paragraph: the index of its paragraph.
        speaker: who says it, in a transcript or chat.
    """

    text: str
    start: int
    end: int
    words: int
    paragraph: int
    speaker: str | None = None


# What is frozen sets each field by ``object.__setattr__``: filling an open twin, and giving it the
# class afterwards, takes a fifth of the time.
_OpenSentence = make_dataclass(
    "_OpenSentence", [(each.name, each.type) for each in fields(Sentence)], slots=True
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph: ``document.sentences[first:last]``, at ``document.text[start:end]``."""

    start: int
    end: int
    first: int
    last: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Document:
    """A text with its paragraphs and sentences; make one with :meth:`from_text`.

    Attributes:
        text: the caller's own string, unchanged. All offsets count its characters.
        language: a two- or three-letter ISO 639 code.
        language_origin: how it is known: ``"given"`` by the caller, ``"declared"`` by the text's
            file, ``"found"`` in the text, or ``"assumed"``: ``"en"``, for want of evidence.
        sentences: every sentence, in order.
        paragraphs: every paragraph that has a sentence, in order.
        split_seconds: how long finding them took.
        title: the title, where the reader that made the document found one or the text's first
            line is a heading.
        source: the path or URL that the text came from.
        metadata: what else its file says of it, such as ``author`` and ``date``.
        skipped: what was passed over, in order: where it is and what it was taken for, as
            :class:`Skipped`.

    A document is equal only to itself; compare texts or sentences where that is meant.
    """

    text: str
    language: str
    sentences: tuple[Sentence, ...]
    paragraphs: tuple[Paragraph, ...]
    split_seconds: float = 0.0
    title: str | None = None
    source: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    language_origin: LanguageOrigin = "given"
    skipped: tuple[Skipped, ...] = ()

    @classmethod
    def from_text(
        cls,
        text: str,
        *,
        language: str | None = None,
        declared_language: str | None = None,
        dateline: Literal["strip", "keep"] = "strip",
        furniture: Literal["skip", "keep"] = "skip",
        title: str | None = None,
        source: str | None = None,
        metadata: Mapping[str, str] | None = None,
        max_sentences: int | None = MAX_SENTENCES,
    ) -> Document:
        r"""Find the paragraphs and sentences of ``text``.

        Blank lines end paragraphs; so does each line end of a block that is not hard-wrapped, and a
        line all in capitals stands alone. Within a paragraph the sentence ends are those of
        sentencex (https://github.com/wikimedia/sentencex). A run of more than 60 words without a
        final mark is cut at its line ends or, failing that, into windows of about 25 words that
        end at a clause mark where they can.

        Args:
            text: the text. Line ends may be of any kind; a byte-order mark is passed over.
            language: a BCP-47 tag. Its language picks the splitter's rules here, and stop words
                and stemming in the backends. ``None``: the language declared, else the one that
                most of the text is in, by its script and its commonest words; else, as where
                there are only a few words, English.
            declared_language: what the text's file says, a BCP-47 tag. It does not count if it
                is no language code, or English and the text is plainly not.
            dateline: ``"strip"`` starts the first sentence behind a leading dateline or byline
                (``LONDON (Reuters) —``, ``By Jane Doe.``); ``"keep"`` leaves it in.
            furniture: ``"skip"`` passes over headings, captions and lines such as ``Read more: …``,
                ``Share this article`` and ``We use cookies to …``; ``"keep"`` takes them for
                sentences. A text that is nothing else keeps them.
            title: its title, to be kept with it. Without one, it is the heading that the text
                begins with, if it does.
            source: the path or URL it came from, to be kept with it.
            metadata: what else is known of it, such as its author, to be kept with it.
            max_sentences: how many sentences it may have: each takes some 200 bytes, and more where
                it is rated. A hundred novels have fewer than the million that are allowed unasked.
                ``None`` lifts the limit.

        Raises:
            EmptyDocumentError: if ``text`` holds nothing but white space.
            DocumentTooLongError: if it has more than ``max_sentences`` sentences.
            UnknownLanguageError: if ``language`` is no language code.
            ValueError: if ``dateline``, ``furniture`` or ``max_sentences`` makes no sense.
            TypeError: if ``text`` is not a ``str``.

        >>> document = Document.from_text("LONDON (Reuters) — Rain fell. It was\nwet.")
        >>> [sentence.text for sentence in document.sentences]
        ['Rain fell.', 'It was wet.']
        >>> document.text[document.sentences[1].start : document.sentences[1].end]
        'It was\nwet.'
        """
        started = perf_counter()
        if not isinstance(text, str):
            hint = "; decode it first" if isinstance(text, bytes | bytearray) else ""
            raise TypeError(f"text must be a str, not {type(text).__name__}{hint}")
        one_of("dateline", dateline, ("strip", "keep"))
        one_of("furniture", furniture, ("skip", "keep"))
        most = _checked_limit(max_sentences)
        plain = shadow(text)
        language, origin = language_of(plain, given=language, declared=declared_language)
        if not plain.strip():
            raise EmptyDocumentError
        skipped: list[Skipped] = []
        turns: Sequence[Turn] = ()
        if furniture == "skip":
            passages, turns = find_passages(text, plain)
            skipped += passages
            plain = blanked(plain, passages) if passages else plain
        body = dateline_end(plain) if dateline == "strip" else 0
        spans = list(paragraph_spans(plain, body))
        if furniture == "skip":
            found = find_furniture(plain, spans, bylines=dateline == "strip")
            if found.title is not None and title is None:
                title = " ".join(text[slice(*found.title)].split()).lstrip("# ")
            if found.skipped:
                skipped += (Skipped(*spans[i], why) for i, why in found.skipped.items())
                spans = [span for i, span in enumerate(spans) if i not in found.skipped]
                if dateline == "strip" and 0 in found.skipped:
                    spans = _without_dateline(plain, spans)
        if dateline == "strip" and not body:
            skipped += _take_late_dateline(plain, spans)
        skipped += _before(plain, spans[0][0], skipped)
        sentences, paragraphs = _split(text, plain, spans, turns, language, most)
        spent = perf_counter() - started
        return cls(
            text,
            language,
            tuple(sentences),
            tuple(paragraphs),
            spent,
            title,
            source,
            dict(metadata or {}),
            origin,
            tuple(sorted(skipped)),
        )

    @property
    def skipped_words(self) -> int:
        """The number of words in the lines that were passed over."""
        lines = (part for part in self.skipped if part.reason not in UNCOUNTED)
        return sum(count_words(self.text[part.start : part.end]) for part in lines)

    @property
    def words(self) -> int:
        """The number of words in the sentences (a dateline left out is not counted)."""
        return sum(map(_words_of, self.sentences))

    def __repr__(self) -> str:
        return f"<Document: {len(self.sentences)} sentences, {self.words} words, {self.language!r}>"


_words_of = attrgetter("words")


def _checked_limit(limit: int | None) -> int | None:
    return None if limit is None else whole_number("max_sentences", limit, or_none="no limit")


_LIFTED = "Document.from_text(text, max_sentences=None) lifts the limit"


def _split(
    text: str,
    plain: str,
    spans: Sequence[tuple[int, int]],
    turns: Sequence[Turn],
    language: str,
    most: int | None,
) -> tuple[list[Sentence], list[Paragraph]]:
    """The sentences of each paragraph, at most so many."""
    changed = plain != text
    known = known_words([plain]) if has_divided_words(plain) else {}
    sentences: list[Sentence] = []
    paragraphs: list[Paragraph] = []
    for number, (start, end) in enumerate(spans):
        first = len(sentences)
        wrapped = plain.find("\n", start, end) >= 0
        for left, right in sentence_spans(plain, start, end, language):
            sentence = text[left:right]
            if wrapped and plain.find("\n", left, right) >= 0:
                sentence = unwrapped(sentence, known)
            elif changed or "  " in sentence:
                sentence = " ".join(sentence.split())
            speaker = _speaker(turns, left) if turns else None
            words = count_words(sentence)
            made = _OpenSentence(sentence, left, right, words, number, speaker)
            made.__class__ = Sentence
            if len(sentences) == most:
                raise DocumentTooLongError(None, most + 1, most, "sentences", _LIFTED)
            sentences.append(made)
        paragraphs.append(Paragraph(start, end, first, len(sentences)))
    return sentences, paragraphs


def _speaker(turns: Sequence[Turn], place: int) -> str | None:
    """Who speaks at a place."""
    before = bisect_right(turns, place, key=attrgetter("start"))
    return turns[before - 1].speaker if before else None


def _before(shadow: str, start: int, skipped: Sequence[Skipped]) -> list[Skipped]:
    """The datelines and bylines left out before the first sentence."""
    if not shadow[:start].strip():
        return []
    head = blanked(shadow[:start], [part for part in skipped if part.end <= start])
    return [Skipped(*line.span(), "dateline") for line in LINE.finditer(head)]


def _without_dateline(shadow: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Take a dateline off the first paragraphs, if what stood before them hid it."""
    for place, (start, _) in enumerate(spans[:3]):
        if place and CLOSED.search(
            shadow[max(spans[0][0], spans[place - 1][1] - 12) : spans[place - 1][1]]
        ):
            break  # only a line without a mark, such as one below a title, may stand before it
        body = start + dateline_end(shadow[start : start + _DATELINE_WINDOW])
        if body > start:
            left = [*spans[:place], *((max(a, body), b) for a, b in spans[place:] if b > body)]
            return left or spans
    return spans


def _take_late_dateline(shadow: str, spans: list[tuple[int, int]]) -> list[Skipped]:
    """Take a dateline off the first paragraph that begins with one, as behind the titles of a press
    release, and return what was taken; what stands at the very beginning is told elsewhere.
    """
    for index, (start, end) in enumerate(spans[:_DATELINE_PARAGRAPHS]):
        body = start + dateline_end(shadow[start : min(end, start + _DATELINE_WINDOW)], surely=True)
        if start < body < end:
            spans[index] = (body, end)
            return [Skipped(start, body, "dateline")] if index else []
    return []
