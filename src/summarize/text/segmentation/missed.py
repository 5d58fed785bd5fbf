"""Ends that sentencex lets pass.

It takes an abbreviation for one whatever follows, sees quotations where a mark is never closed,
wants a capital behind a full stop, and does not know every script's marks.

:meta private:
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..marks import CAPITAL, CLOSERS, OPENERS, QUOTES
from .abbreviations import BEFORE_NAME, BEFORE_NUMBER, CLOCK_TIME, INNER, STARTERS, SURE_STARTERS
from .joins import first_word, is_whole_word, last_run
from .quotations import is_opening
from .spaces import LETTERS, ends_at_spaces

__all__ = ["ENDED", "has_inner_mark", "is_foreign", "missed_ends"]

# A word, no abbreviation, that ends in small letters, a mark, and a capital: surely an end.
PLAIN_END = (
    rf"[^\W\d_A-Z]{{4}}(?<!Calif)(?<!Messrs)(?<!Assoc)[.!?][{CLOSERS}]*+\s++"
    rf"(?=[{OPENERS}]*+{CAPITAL})"
)
_PLAIN = re.compile(PLAIN_END)
_PLAIN_LETTERS = 4  # what the pattern has before its mark

# "…", "?!", "etc.", a smiley and a bracketed sentence, before a capital.
_BEFORE_CAPITAL = re.compile(
    rf"""(?: (?: … | (?<![!?])[!?]{{2,}}+ | \b(?:etc|ecc)\. ) [{CLOSERS}]*+
         | (?<=\s)[:;]-?[)D]++
         | (?: ^ | [.!?]["'”’»]?\s ) (?: \([^()]*[.!?]\) | \[[^\[\]]*[.!?]\] ) )
        \s++ (?=[{OPENERS}]*+{CAPITAL})""",
    re.VERBOSE,
)
_HINT = re.compile(r"[…(\[!?]|c\.")  # no such end without one, or a smiley; far faster
# Where no smiley with a bracket makes a text foreign, each such end has one of these.
_CLEAR_HINTS = ("…", ".)", "!", "??", "?)", ".]", "?]", "etc.", "ecc.", ":D", ";D", "-D")
# A final mark with space behind it, or behind the marks that close with it.
ENDED = re.compile(rf"[.!?](?=[{CLOSERS}]*+\s)")
_QUOTE = re.compile(rf"[{QUOTES}]")
_AROUND = re.compile(rf"““|””|[{QUOTES}()\[\]]")
_CLOSING = frozenset(")]»”-–—")
_LONGEST_BRACKET = 400  # characters
_LONGEST_QUOTATION = 1_000
_MARKS = re.compile(rf"““|””|[{QUOTES}]")
_ITEM_NUMBER = re.compile(rf"\d{{1,2}}\.\s++(?={CAPITAL})")
_SPACE = re.compile(rf"[{CLOSERS}]*+\s++")
# Marks that sentencex does not know, and Chinese ones before a number.
_EMOJI = "\U0001f300-\U0001faff"
_OTHER_MARKS = re.compile(
    rf"[។៕།༎︒︕︖][{CLOSERS}]*+\s*+(?=\S)|[。！？｡](?=\d)|[{_EMOJI}]\ufe0f?\s++(?={CAPITAL})"
)
_WIDE_QUOTES = re.compile("[「『（【〈《〔]|[」』）】〉》〕]")
# Characters that only a closer look finds ends at, and the first bytes in UTF-8 that all of them
# have and no Latin, Greek or Cyrillic letter or quotation mark: looking for bytes is far faster.
_FOREIGN = re.compile(rf"[{LETTERS}{_EMOJI}។៕།༎︒︕︖。！？｡]")
_SMILEYS = (":)", ";)", "-)")
_FOREIGN_BYTES = (b"\xe0", b"\xe1", b"\xe3", b"\xef", b"\xf0")


def is_foreign(piece: str) -> bool:
    """Whether there may be ends that only a closer look finds, of Thai, Khmer, Chinese and others,
    and behind smileys.

    >>> is_foreign("“Où ?” — Нет."), is_foreign("ភ្នំពេញ។")
    (False, True)
    """
    if ")" in piece and (":" in piece or ";" in piece) and any(map(piece.__contains__, _SMILEYS)):
        return True
    if piece.isascii():
        return False
    data = piece.encode()
    return any(map(data.__contains__, _FOREIGN_BYTES))


def has_inner_mark(shadow: str, start: int, end: int, foreign: bool) -> bool:
    """Whether there is a final mark before the very end, or the text :func:`is_foreign`; most
    sentences need no closer look.
    """
    if foreign:
        return True
    near = end - 4
    return (
        shadow.find(".", start, near) >= 0
        or shadow.find("?", start, near) >= 0
        or shadow.find("!", start, near) >= 0
        or shadow.find("…", start, near) >= 0
    )


def missed_ends(shadow: str, start: int, end: int, language: str, foreign: bool) -> set[int]:
    """The ends inside ``shadow[start:end]``, which sentencex takes for one sentence."""
    found: set[int] = set()
    if ENDED.search(shadow, start, end - 2):
        found.update(_outside_quotations(shadow, start, end, language))
    if foreign or _HINT.search(shadow, start, end - 2):
        piece = shadow[start:end]
        if foreign or any(map(piece.__contains__, _CLEAR_HINTS)):
            found.update(start + match.end() for match in _BEFORE_CAPITAL.finditer(piece))
    if foreign and _FOREIGN.search(shadow, start, end):
        found.update(_other_marks(shadow, start, end))
        found.update(ends_at_spaces(shadow, start, end))
    return found


def _outside_quotations(shadow: str, start: int, end: int, language: str) -> Iterator[int]:
    """Yield the ends that lie outside quotations and brackets.

    A mark that is never closed, or an apostrophe taken for one, makes sentencex see quotations
    where there are none.
    """
    quoted = _QUOTE.search(shadow, start, end) is not None
    bracketed = shadow.find(")", start, end) >= 0 or shadow.find("]", start, end) >= 0
    is_open, depth, place = False, 0, start
    for final in ENDED.finditer(shadow, start, end):
        mark = final.start()
        behind = mark + 2
        if shadow[mark + 1] != " " or shadow[behind : behind + 1] == " ":
            space = _SPACE.match(shadow, mark + 1, end)
            behind = space.end() if space is not None else end
        if behind >= end:
            break
        plain = quoted and mark > start + 3 and _PLAIN.match(shadow, mark - _PLAIN_LETTERS, end)
        if not (plain and plain.end() == behind) and not _is_end_by_words(
            shadow, start, mark, behind, language
        ):
            continue
        if quoted or bracketed:
            for opener in _AROUND.finditer(shadow, place, behind):
                if opener[0] in "([":
                    # A bracket that is not closed soon is none.
                    near = opener.start() + _LONGEST_BRACKET
                    closer = ")" if opener[0] == "(" else "]"
                    depth += shadow.find(closer, opener.start(), min(near, end)) >= 0
                elif opener[0] in ")]":
                    depth = max(0, depth - 1)
                else:
                    is_open = is_opening(shadow, start, opener)
        place = behind
        if depth == 0 and not (is_open and _is_closed(shadow, behind, end)):
            yield behind


def _is_closed(shadow: str, start: int, end: int) -> bool:
    """Whether the next quotation mark closes the quotation that is open at ``start``."""
    following = _MARKS.search(shadow, start, min(end, start + _LONGEST_QUOTATION))
    return following is not None and not is_opening(shadow, start, following)


def _is_end_by_words(shadow: str, start: int, mark: int, behind: int, language: str) -> bool:
    """Whether the words around a full stop tell that it is no abbreviation's, or ends a sentence
    all the same: "quite so. we left", "an etc. The".
    """
    if shadow[mark] != ".":
        return False
    letter, before = shadow[behind], shadow[mark - 1]
    if letter.islower() and shadow[mark + 1] not in " \n":
        return False  # "…," he said
    if before in _CLOSING:
        return letter.isalnum() and mark - start > 20
    word = last_run(shadow, start, mark)
    if before.islower() and shadow[mark + 1] in " \n" and is_whole_word(word, language):
        return letter.isalnum() or shadow.startswith("- ", behind)
    if letter.islower():
        return False
    if letter.isdigit():
        number = len(word) >= 4 and word.isalpha() and word.islower()
        return (
            number
            and word not in BEFORE_NUMBER.get(language, ())
            and _ITEM_NUMBER.match(shadow, behind) is not None
        )
    starters = STARTERS.get(language)
    if starters is None:
        return False
    following, stop = first_word(shadow[behind : behind + 16])
    if following not in starters or stop:
        return False
    bare = word.rpartition("-")[2]
    if len(bare) == 1:
        return language == "en" and bare.isupper() and following in SURE_STARTERS[language]
    if bare in INNER or bare in BEFORE_NAME.get(language, ()):
        return False
    if language == "en":
        return before.isalpha() and not CLOCK_TIME.fullmatch(word + ".")
    return bare != "" and not before.isdigit()


def _other_marks(shadow: str, start: int, end: int) -> Iterator[int]:
    place, depth = start, 0
    for found in _OTHER_MARKS.finditer(shadow, start, end):
        for quote in _WIDE_QUOTES.finditer(shadow, place, found.end()):
            depth = max(0, depth + (1 if quote[0] in "「『（【〈《〔" else -1))
        place = found.end()
        if depth == 0 and found.end() < end:
            yield found.end()
