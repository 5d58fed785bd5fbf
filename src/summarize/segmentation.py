"""Where the paragraphs and sentences of a text begin and end.

Sentence ends are found by sentencex (https://github.com/wikimedia/sentencex). Ours is what lies
around it: which line ends are real and which are mere wrapping, a few ends that it misses or sees
too many of, quotations too long to be one sentence, and texts without any punctuation.

All functions work on the *shadow* of a text, a copy of the same length, so that every offset is
one into the caller's own string.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator
from itertools import accumulate, islice, pairwise
from typing import Literal, NamedTuple

import sentencex

from .words import UNSPACED_SCRIPTS, WORD, count_words, is_unspaced

__all__ = ["paragraph_spans", "sentence_spans", "shadow"]

# A run of more than the first number of words without a final mark cannot be one sentence, nor
# can one of more than the second with it; both are cut into windows of about the third. A script
# without spaces, in which each letter counts as a word, is allowed more of them.
_UNPUNCTUATED_WORDS = 60
_LONGEST_WORDS = 300
_WINDOW_WORDS = 25
_UNSPACED_FACTOR = 2.5

Span = tuple[int, int]

# --- The shadow ---------------------------------------------------------------------------------

_SPACES = "\t\v\f\x1c\x1d\x1e\x1f\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
_SPACES += "\u2007\u2008\u2009\u200a\u202f\u205f\u3000\ufeff"
_TO_PLAIN = dict.fromkeys(map(ord, _SPACES), " ") | dict.fromkeys(
    map(ord, "\x85\u2028\u2029"), "\n"
)
_ODD_ASCII_SPACE = re.compile(r"[\t\v\f\x1c-\x1f]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def shadow(text: str) -> str:
    r"""Return ``text``, character for character, with one kind of line end and one kind of space,
    no byte-order marks and no lone surrogates (which sentencex does not take).

    >>> shadow("\ufeffOne\r\ntwo\u2028three.")
    ' One \ntwo\nthree.'
    """
    if "\r" in text:
        text = text.replace("\r\n", " \n").replace("\r", "\n")
    if not text.isascii():
        text = _SURROGATE.sub("\ufffd", text).translate(_TO_PLAIN)
    elif _ODD_ASCII_SPACE.search(text):
        text = text.translate(_TO_PLAIN)
    return text


# --- Paragraphs ---------------------------------------------------------------------------------

_LINE = re.compile(r"\S(?:[^\n]*\S)?")
_CLOSERS = "\"'”’»›)\\]」』）】〉》"
_OPENERS = "\"'“‘„‚«‹(\\[「『（【〈《¿¡"
_MARKS = ".!?…。．！？｡؟۔।॥։።៕"
_CLOSED = re.compile(rf"[{_MARKS}][{_CLOSERS}\s*_]*$")
_ANY_END = re.compile(rf"[{_MARKS}][{_CLOSERS}]*(?:\s|$)")
_FIRST_LETTER = re.compile(r"[^\W_]")
_ITEM_MARK = re.compile(r"(?:[-*•·‣▪–—]|\(?(?:\d{1,2}|[a-z])[.)])\s+")
_ITEM = re.compile(rf"{_ITEM_MARK.pattern}\S")


def paragraph_spans(shadow: str, start: int = 0) -> Iterator[Span]:
    r"""Yield where each paragraph begins and ends.

    A blank line always ends one. Any other line end is either the end of a paragraph or the work
    of a program that wrapped the text; the text as a whole tells which. It is wrapped when most
    line ends fall inside a sentence (no final mark before, no capital after), or when no line has
    room for the next one's first word. A text without any final mark ends at every line end.

    >>> text = "Rain fell on\nthe town.\n\nIt was wet."
    >>> [text[slice(*span)] for span in paragraph_spans(text)]
    ['Rain fell on\nthe town.', 'It was wet.']
    """
    lines = [match.span() for match in _LINE.finditer(shadow, start)]
    if len(lines) < 2 or _ANY_END.search(shadow, start) is None:
        yield from lines
        return
    first = 0
    for behind in _paragraph_starts(shadow, lines):
        yield lines[first][0], lines[behind - 1][1]
        first = behind
    yield lines[first][0], lines[-1][1]


def _paragraph_starts(shadow: str, lines: list[Span]) -> Iterator[int]:
    """Yield the index of each line, but the first, that begins a paragraph."""
    texts = [shadow[start:end] for start, end in lines]
    ends = [_LineEnd.between(a, b) for a, b in pairwise(texts)]
    blank = [shadow.count("\n", a[1], b[0]) > 1 for a, b in pairwise(lines)]
    inner = [i for i, is_blank in enumerate(blank) if not is_blank]
    if inner:
        width = max((len(text) for text in texts if " " in text), default=max(map(len, texts)))
        room = [len(a) + 1 + _first_word_end(b) <= width for a, b in pairwise(texts)]
        unclosed = [i for i in inner if not ends[i].closed]
        by_width = width <= 200 and sum(room[i] for i in unclosed) <= 0.2 * len(unclosed)
        continued = sum(ends[i].next_case != "upper" for i in unclosed)
        wrapped = continued > 0.3 * len(inner) or (by_width and not any(room[i] for i in inner))
    for i, end in enumerate(ends):
        if blank[i] or end.always:
            yield i + 1
        elif not wrapped:
            if end.closed or end.next_case != "lower":
                yield i + 1
        elif by_width and room[i] and end.next_case != "lower":
            yield i + 1


class _LineEnd(NamedTuple):
    """What a line end looks like: a final mark before it, a capital behind it, or a sure break."""

    closed: bool
    next_case: Literal["upper", "lower", "none"]
    always: bool

    @classmethod
    def between(cls, line: str, following: str) -> _LineEnd:
        closed = _CLOSED.search(line[-12:]) is not None
        next_case = _case(following)
        if _is_capital(following):
            capitals = closed and not _is_capital(line)
        else:
            capitals = next_case != "lower" and _is_capital(line)
        item = _ITEM.match(following) is not None and (
            line.endswith(":") or _ITEM.match(line) is not None
        )
        return cls(closed, next_case, capitals or item)


def _case(text: str) -> Literal["upper", "lower", "none"]:
    match = _FIRST_LETTER.search(text)
    if match is None:
        return "none"
    letter = match[0]
    if letter.islower():
        return "lower"
    return "upper" if letter.isupper() or letter.istitle() or letter.isdigit() else "none"


def _first_word_end(line: str) -> int:
    word = WORD.search(line)
    return len(line) if word is None else word.end()


def _is_capital(line: str) -> bool:
    """Whether a line is all in capitals and more than a name: ``NATO AND EU REACT``."""
    words = " " in line and line[-1] not in ",;:-–—"
    return words and line.isupper() and sum(map(str.isupper, line)) >= 4


# --- Sentences ----------------------------------------------------------------------------------


def sentence_spans(shadow: str, start: int, end: int, language: str) -> Iterator[Span]:
    """Yield where each sentence of the paragraph ``shadow[start:end]`` begins and ends.

    >>> text = "Dr. Roe left the U.S. on 3.5 days' notice. “Why?” he asked."
    >>> [text[slice(*span)] for span in sentence_spans(text, 0, len(text), "en")]
    ["Dr. Roe left the U.S. on 3.5 days' notice.", '“Why?” he asked.']
    """
    ends = _ends(shadow, start, end, language)
    for left, right in _joined(shadow, _trimmed(shadow, start, ends), language):
        yield from _without_runs(shadow, left, right)


def _ends(shadow: str, start: int, end: int, language: str) -> Iterator[int]:
    """Yield the sentence ends that sentencex finds, and those that it misses."""
    left = start
    item = _ITEM_MARK.match(shadow, start, end)  # sentencex does not look into list items
    for right in _segmented(shadow, item.end() if item else start, end, language):
        piece = shadow[left:right]
        missed: set[int] = set()
        if any(mark in piece for mark in _MISSED_END_MARKS):
            missed.update(left + match.end() for match in _MISSED_END.finditer(piece))
        if _QUOTE.search(piece):
            missed.update(_behind_quotation(shadow, left, right))
            if _exceeds(piece, _UNPUNCTUATED_WORDS):
                missed.update(_inside_quotation(shadow, left, right, language))
        yield from sorted(missed)
        yield right
        left = right


def _segmented(shadow: str, start: int, end: int, language: str) -> Iterator[int]:
    """Yield the sentence ends that sentencex finds in ``shadow[start:end]``."""
    paragraph = shadow[start:end]
    if "\n" not in paragraph and "  " not in paragraph:
        lengths = _sentence_lengths(language, paragraph)
        yield from islice(accumulate(lengths, initial=start), 1, None)
        return
    # Wrapping must not change the sentences: sentencex sees single spaces, and its ends are
    # mapped back run by run.
    runs = [match.span() for match in re.finditer(r"\S+", paragraph)]
    places = list(accumulate((b - a + 1 for a, b in runs), initial=0))
    text = " ".join(paragraph[a:b] for a, b in runs)
    for offset in accumulate(_sentence_lengths(language, text)):
        run = bisect.bisect_right(places, offset, hi=len(runs)) - 1
        yield start + min(runs[run][0] + offset - places[run], runs[run][1])


def _sentence_lengths(language: str, text: str) -> Iterator[int]:
    for portion in _portions(text):
        yield from map(len, sentencex.segment(language, portion))


def _portions(text: str) -> Iterator[str]:
    """Cut a long text where a sentence surely ends.

    sentencex takes time quadratic in what has many quotation marks or no spaces: minutes for a
    line of a million characters.
    """
    size = _PORTION if text.count(" ") > len(text) / 50 else _UNSPACED_PORTION
    left = searched = 0
    while len(text) - searched > 2 * size:
        searched += size
        found = islice(_SURE_END.finditer(text, searched, searched + size), 20)
        ends = [match.end() for match in found]
        if not ends and searched - left > 10 * size:
            ends = [_harmless_cut(text, searched)]
        if ends:
            cut = next((end for end in ends if _is_even(text[left:end])), ends[-1])
            yield text[left:cut]
            left = searched = cut
    yield text[left:]


def _harmless_cut(text: str, start: int) -> int:
    """A place behind a space or, in a run of marks without a word, anywhere."""
    if not any(map(str.isalnum, text[start - 1 : start + 1])):
        return start
    return text.find(" ", start) + 1 or len(text)


def _is_even(text: str) -> bool:
    """Whether as many quotations are closed as are opened."""
    straight = text.count('"') % 2 == 0
    return straight and sum(map(text.count, "「『“（")) == sum(map(text.count, "」』”）"))


# A word, no abbreviation, that ends in small letters, a mark, and a capital: surely an end.
_CAPITAL = r"[^\W\d_a-zß-öø-ÿа-я]"
_PLAIN_END = (
    rf"[^\W\d_A-Z]{{4}}(?<!Calif)(?<!Messrs)(?<!Assoc)[.!?][{_CLOSERS}]*\s+"
    rf"(?=[{_OPENERS}]*{_CAPITAL})"
)
_PLAIN = re.compile(_PLAIN_END)
_PORTION = 20_000
_UNSPACED_PORTION = 1_000
_SURE_END = re.compile(rf"[。！？｡][」』”’）]*|{_PLAIN_END}")


def _trimmed(shadow: str, start: int, ends: Iterable[int]) -> Iterator[Span]:
    """Turn ends into spans without outer space; opening and closing marks go where they belong."""
    left = start
    span: Span | None = None
    for end in ends:
        right, piece = end, shadow[left:end]
        if piece[-1:] in _OPENING_MARKS and not shadow[right : right + 1].isspace():
            opening = _DANGLING_OPENER.search(piece)
            if opening is not None:
                right = left + opening.start(1)
                piece = shadow[left:right]
        if span is not None and span[1] == left:
            closing = _DANGLING_CLOSER.match(piece)
            if closing is not None:
                span = span[0], left + len(closing[0])
                left, piece = span[1], piece[len(closing[0]) :]
        if piece.strip():
            if span is not None:
                yield span
            span = right - len(piece.lstrip()), left + len(piece.rstrip())
            left = right
    if span is not None:
        yield span


_QUOTE = re.compile(r"[\"“”'‘’«»„]")
_DOUBLE_MARK = re.compile(r"[\"“”«»„]")


def _behind_quotation(shadow: str, start: int, end: int) -> Iterator[int]:
    """Yield the plain ends that lie outside quotations.

    A mark that is never closed, or an apostrophe taken for one, makes sentencex see quotations
    where there are none.
    """
    is_open = False
    place = start
    for found in _PLAIN.finditer(shadow, start, end):
        for mark in _DOUBLE_MARK.finditer(shadow, place, found.end()):
            before = shadow[max(start, mark.start() - 1) : mark.start()]
            if shadow[mark.end() : mark.end() + 1] not in (" ", "\n", ""):
                is_open = before in ("", *" \n([—–-'‘")
            else:
                is_open = before in ("", " ", "\n") and mark[0] == "«"
        place = found.end()
        if not is_open and found.end() < end:
            yield found.end()


# Ends that sentencex lets pass when a capital follows: "…", "?!", "etc." and a bracketed sentence.
_MISSED_END_MARKS = ("…", "!", "?", ")", "]", "tc.", "cc.")
_MISSED_END = re.compile(
    rf"(?:(?:…|(?<![!?])[!?]{{2,}}+|\b(?:etc|ecc)\.)[{_CLOSERS}]*|(?:^|[.!?]\s)(?:\([^()]*[.!?]\)|\[[^\[\]]*[.!?]\]))\s+(?=[{_OPENERS}]*{_CAPITAL})"
)
_OPENING_MARKS = tuple("\"'“‘„«([")
_DANGLING_CLOSER = re.compile(r"[\"'”’»)\]]+(?=\s|$)")
_DANGLING_OPENER = re.compile(r"[.!?…]\s+([\"'“‘„«(\[]+)$")
_QUOTATION_MARKS = str.maketrans(dict.fromkeys('"“”„«»‹›', " "))
_SINGLE_MARK = re.compile(r"(?<!\w)['‘’](?=\w)|(?<=[.!?,])['’](?=\s|$)")


def _inside_quotation(shadow: str, start: int, end: int, language: str) -> Iterator[int]:
    """Yield the ends inside a quotation, or behind an unbalanced mark, that sentencex passed."""
    blank = _SINGLE_MARK.sub(" ", shadow[start:end].translate(_QUOTATION_MARKS))
    for right in accumulate(map(len, sentencex.segment(language, blank)), initial=start):
        if start < right < end:
            yield right - len(_OPENING_AT_END.search(shadow, start, right)[0])  # type: ignore[index]


_OPENING_AT_END = re.compile(rf"(?:(?<=\s)[{_OPENERS}]*)?$")

# --- Ends that are none -------------------------------------------------------------------------

# Abbreviations that sentencex takes for ends, by what must follow for them not to be one.
_BEFORE_NAME = {
    "en": "Ms Mx Ste Ft Amb Ald Cllr Pte Cdr Atty",
    "fr": "M MM Mme Mlle Dr Pr St Ste",
    "es": "Dña",
    "it": "dott.ssa",
    "nl": "mevr mw",
    "pl": "dr św ul",
    "hi": "डॉ प्रो श्री पं कि मी कि.मी",
    "ar": "د أ م",
    "ja": "Dr Mr Mrs Ms Prof",
    "zh": "Dr Mr Mrs Ms Prof",
}
_BEFORE_NUMBER = {
    "en": "Vol Vols vol vols Figs approx est Ch Chap Sect Arts",
    "de": "Abs Bd max inkl Jh",
    "fr": "no",
    "it": "pag pagg n",
    "pt": "pág nº av",
    "pl": "godz nr",
    "ru": "им",
}
_LAST_RUN = re.compile(
    rf"(?:^|[\s{_OPENERS}{UNSPACED_SCRIPTS}])([^\s{_OPENERS}{UNSPACED_SCRIPTS}]*)$"
)
_ITEM_NUMBER = re.compile(r"\(?(?:\d{1,3}|[A-Za-z])[.)]")
_INITIAL = re.compile(r"-?(?:[^\W\d_]\.-?)+")
_GERMAN_ORDINAL = re.compile(r"\d{1,2}\.")


def _joined(shadow: str, spans: Iterator[Span], language: str) -> Iterator[Span]:
    """Join the spans that are parts of one sentence."""
    before = next(spans, None)
    if before is None:
        return
    start = before[0]
    for after in spans:
        if not _is_same_sentence(shadow, before, after, language):
            yield start, before[1]
            start = after[0]
        before = after
    yield start, before[1]


def _is_same_sentence(shadow: str, before: Span, after: Span, language: str) -> bool:
    first, second = shadow[slice(*before)], shadow[slice(*after)]
    touching = before[1] == after[0]
    if language == "en" and second[0].isupper() and len(first) > 7 and first[-7:-1].isalpha():
        return False  # the common case: the last word is too long for an abbreviation
    letter = _FIRST_LETTER.search(second)
    if letter is None:
        return touching
    if touching and first[-2:-1].isdigit() and first[-1] in ".．" and second[0].isdigit():
        return True
    last = _LAST_RUN.search(first)[1]  # type: ignore[index]
    if letter[0].islower():
        # "Wahoola! fell", "« Où ? » demanda": no sentence starts small in a text that has
        # capitals, but names such as iPhone do.
        brand = second[letter.end() : letter.end() + 1].isupper()
        return not brand and _case(first) == "upper"
    if _ITEM_NUMBER.fullmatch(first):
        return True
    if letter[0].isdigit() and last[:-1] in _BEFORE_NUMBER.get(language, "").split():
        return True
    if last[:-1] in _BEFORE_NAME.get(language, "").split():
        return True
    if language == "ja" and touching and second.startswith("と"):
        return True
    if language == "de" and _GERMAN_ORDINAL.fullmatch(last):
        return True
    return language != "en" and _INITIAL.fullmatch(last) is not None


# --- Text without punctuation -------------------------------------------------------------------

_CLAUSE_END = re.compile(r"[,;:،؛、，；：–—]$")
_LINE_END = re.compile(r"\n")
_LAST_SPACE = re.compile(r"\s(\S*)$")


def _without_runs(shadow: str, start: int, end: int) -> Iterator[Span]:
    """Cut a span that cannot be one sentence: at whatever looks like an end, at line ends, and
    into clause-sized windows.
    """
    if not _is_run(shadow[start:end]):
        yield start, end
        return
    for left, right in _apart(shadow, start, end, _ANY_END):
        if not _is_run(shadow[left:right]):
            yield left, right
            continue
        for line_start, line_end in _apart(shadow, left, right, _LINE_END):
            if _is_run(shadow[line_start:line_end]):
                yield from _windows(shadow, line_start, line_end)
            else:
                yield line_start, line_end


def _apart(shadow: str, start: int, end: int, pattern: re.Pattern[str]) -> Iterator[Span]:
    """Yield the parts of a span, without outer space, that end where ``pattern`` does."""
    cuts = [match.end() for match in pattern.finditer(shadow, start, end)]
    for left, right in pairwise((start, *cuts, end)):
        part = shadow[left:right]
        if part.strip():
            yield right - len(part.lstrip()), left + len(part.rstrip())


def _is_run(text: str) -> bool:
    if not _exceeds(text, _UNPUNCTUATED_WORDS):
        return False
    return _CLOSED.search(text[-12:]) is None or _exceeds(text, _LONGEST_WORDS)


def _exceeds(text: str, limit: int) -> bool:
    """Whether ``text`` has more words than ``limit``, or than its equivalent without spaces."""
    if len(text) <= limit or (text.isascii() and text.count(" ") + text.count("\n") < limit):
        return False
    words = count_words(text)
    return words > limit and (words > limit * _UNSPACED_FACTOR or not is_unspaced(text))


def _windows(shadow: str, start: int, end: int) -> Iterator[Span]:
    unspaced = is_unspaced(shadow[start:end])
    size = round(_WINDOW_WORDS * (_UNSPACED_FACTOR if unspaced else 1))
    words = [match.start() for match in WORD.finditer(shadow, start, end)]
    first = 0
    while len(words) - first > 1.5 * size:
        choices = range(first + size, first + size // 2, -1)
        gaps = {i: _gap(shadow, words[i - 1], words[i]) for i in choices}
        clauses = (i for i, gap in gaps.items() if gap.ends_clause or (unspaced and gap.space))
        spaces = (i for i, gap in gaps.items() if unspaced or gap.space)
        behind = next(clauses, None) or next(spaces, first + size)
        cut = gaps[behind].cut
        yield start, start + len(shadow[start:cut].rstrip())
        start, first = cut, behind
    yield start, end


class _Gap(NamedTuple):
    """What lies between two words: is there a space, does a clause end, and where to cut."""

    space: bool
    ends_clause: bool
    cut: int


def _gap(shadow: str, before: int, after: int) -> _Gap:
    gap = shadow[before:after]
    space = _LAST_SPACE.search(gap)
    if space is None:
        return _Gap(False, _CLAUSE_END.search(gap) is not None, after)
    head = gap[: space.start()].rstrip()
    return _Gap(True, _CLAUSE_END.search(head) is not None, after - len(space[1]))
