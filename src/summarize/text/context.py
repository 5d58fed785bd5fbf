"""What a sentence says of those before it: that it hangs on one, or goes on with a quotation.

:meta private:
"""

from __future__ import annotations

import re
from functools import cache

from .languages import MONTHS, WEEKDAYS

__all__ = ["goes_on_with_quotation", "hangs"]

_HANGING_WORDS = frozenset(
    "but however meanwhile yet also still so then instead moreover furthermore therefore thus "
    "nevertheless and or nor besides otherwise he she they it his her their that these those "
    "this".split()
)
# By language and first word, what must follow for an opening to hang: "Both men were tried." does,
# "Both Roe and Low were tried." does not.
_TIMES = "day|morning|afternoon|evening|week|weekend|month|year|season|spring|summer|autumn|winter"
_THAT = f"(?:that|this(?! (?:{_TIMES})\\b)|these|those)"  # "this year" is known without
# "In response, …" hangs, "In response to the attack, …" does not.
_ALONE = "(?! (?:to|for|of|as|with|in|from|at|on)\\b)"
_OF_THEM = f"of (?:them|{_THAT})"
_OPENINGS = {
    "en": {
        **dict.fromkeys(
            "indeed others similarly likewise consequently accordingly hence nonetheless "
            "eventually secondly thirdly afterwards subsequently thereafter anyway".split(),
            "",
        ),
        "here": _ALONE,
        **dict.fromkeys("second third finally later rather again yes no sure well".split(), ","),
        **dict.fromkeys("another other such both neither either".split(), r" [a-z]\w*"),
        **dict.fromkeys("under despite with from to during because".split(), f" (?:of )?{_THAT}"),
        **dict.fromkeys("many most none each much part two".split(), f" {_OF_THEM}"),
        **dict.fromkeys("before after until since".split(), f" (?:{_THAT}|then)"),
        "all": f" (?:{_OF_THEM}|that|this|the while|three|four|five)",
        "among": " (?:them|these|those)",
        "according": " to (?:him|her|them)",
        "as": f" (?:(?:a result|a consequence|such|well){_ALONE}|for)",
        "at": f" (?:{_THAT}|the same time|the other)",
        "by": f" (?:{_THAT}|then|contrast{_ALONE})",
        "even": " (?:so|then|that)",
        "for": f" (?:example|instance|{_THAT}|(?:his|her|its|their) part)",
        "in": f" (?:{_THAT}"
        f"|(?:other words|fact|addition|contrast|response|turn|return){_ALONE}|such|doing so"
        f"|the (?:(?:end|meantime|process){_ALONE}|same)|particular,|short,|all,)",
        "like": f" (?:{_THAT}|him|her|them|others)",
        "of": f" (?:{_THAT}|them|course)",
        "on": f" (?:{_THAT}|the other|the contrary|top of that)",
        "one": f" (?:{_OF_THEM}|was|is|said|says)",
        "soon": " (?:after,|afterwards)",
        "some": f" (?:{_OF_THEM}|are|were|have|had|say|said)",
        "the": r" (?:(?:other|same|two|three|four|five|six) [a-z]\w*|others|latter|pair|duo|trio)",
    },
}
_FIRST_WORD = re.compile(r"\w+")
_THIS_TEXT = re.compile(
    rf"(?:\w+ )?this (?:paper|article|work|study|report|{_TIMES})\b", re.IGNORECASE
)
# From its opening mark on it is all quoted, whether the mark that closes it follows or not.
_QUOTATION = re.compile(
    r"[\"“„«][^\"”»]*[\"”»]?[.!?]?|['‘](?:(?!['’][\s,]).)*",
    re.DOTALL,
)
_SAID_BY_PRONOUN = re.compile(
    r"(?:[\"“][^\"”]*[\"”]|['‘].*?[,?!]['’]) (?:(?:said|says|added) )?(?:he|she|they)\b"
)
_DATES = frozenset(f"{MONTHS['en']} {WEEKDAYS['en']}".split())
_LONGEST_PHRASE = 100  # characters, before the subject
_LONGEST_QUOTATION = 1_000  # characters of it in which its opening mark is looked for


def hangs(text: str, language: str) -> bool:
    """Whether a sentence opens with what the one before explains, or is nothing but a quotation.

    Args:
        text: the sentence.
        language: its code; some openings are known of English only.

    >>> [hangs(text, "en") for text in ("She left.", "Both men left.", "Both Roe and Low left.")]
    [True, True, False]
    >>> hangs("On Monday, he said no.", "en"), hangs("When Roe left, he said no.", "en")
    (True, False)
    """
    word = _FIRST_WORD.match(text)
    if word is None:
        return bool(_QUOTATION.fullmatch(text) or _SAID_BY_PRONOUN.match(text))
    first = word[0].casefold()
    if first in _HANGING_WORDS:
        return _THIS_TEXT.match(text) is None
    openings = _OPENINGS.get(language)
    if openings is None:
        return False
    if first in openings and _rest(language, first).match(text, word.end()) is not None:
        return _THIS_TEXT.match(text) is None
    return _has_pronoun_for_subject(text)


@cache
def _rest(language: str, first: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{_OPENINGS[language][first]})(?!\w)")


def _has_pronoun_for_subject(text: str) -> bool:
    """Whether a phrase without a name opens it, and a pronoun is what follows the comma."""
    end = text.find(", ", 0, _LONGEST_PHRASE)
    if end < 0 or not text.startswith(("he ", "she ", "they "), end + 2):
        return False
    words = text[:end].split(" ")[1:]
    return not any(word[:1].isupper() and word.lower() not in _DATES for word in words)


def goes_on_with_quotation(text: str, start: int, end: int, first: int) -> bool:
    """Whether a sentence stands within a quotation that opened before it, and has no mark itself.

    Args:
        text: the document.
        start: where the sentence starts.
        end: where it ends.
        first: where its paragraph starts.

    >>> said = '"I saw it. It was red. It flew," said Roe.'
    >>> goes_on_with_quotation(said, 11, 22, 0), goes_on_with_quotation(said, 23, 41, 0)
    (True, False)
    >>> goes_on_with_quotation("„Ja“, sagte sie. Er schwieg.", 17, 28, 0)
    False
    """
    first = max(first, start - _LONGEST_QUOTATION)
    last = text.rfind('"', first, end)
    if first <= last < start and not text[last + 1].isspace():
        return last == first or text[last - 1].isspace()
    low = text.rfind("„", first, end)
    opened, closed = text.rfind("“", first, end), text.rfind("”", first, end)
    if low >= 0 or (
        opened > 0 and not (text[opened - 1].isspace() or text[opened - 1] in "([—–-‘")
    ):
        opened, closed = low, max(opened, closed)  # where “ closes
    return closed < opened < start
