"""Whether a line without a final mark is a sentence: it has a finite verb, or says who does what.

A heading names; a sentence states. An auxiliary or a pronoun tells them apart for most short lines
of the languages below, and so does a label with a statement behind it ("Decision: the town buys
the second offer").

:meta private:
"""

from __future__ import annotations

import re

__all__ = ["DECIDED", "is_statement"]

# Auxiliaries, and pronouns that stand for a subject.
_FINITE = frozenset(
    # English
    "is are was were am be been has have had does did do will would can could should must may "
    "might shall isn't aren't wasn't weren't hasn't haven't hadn't doesn't didn't don't won't "
    "wouldn't can't cannot couldn't shouldn't i i'm i've i'll i'd we we're we've we'll he he's "
    "he'll she she's she'll they they're they've they'll it it's it'll you you're you'll there's "
    "that's who's "
    # German
    "ist sind war waren wird werden wurde wurden hat haben hatte hatten kann können konnte muss "
    "müssen musste soll sollen sollte will wollen wollte darf dürfen mag bin bist seid sei wäre "
    "hätte würde ich wir er sie es ihr man "
    # French
    "est sont était étaient sera seront a ont avait avaient aura peut peuvent doit doivent va vont "
    "faut n'est n'a n'ont c'est j'ai je nous vous il elle ils elles on qu'il "
    # Spanish, Portuguese, Italian
    "es son era eran fue fueron será han había puede pueden debe deben está están hay tiene tienen "
    "hemos nosotros ellos usted se é são foi foram há tem têm pode podem deve está estão è sono "
    "sarà ha hanno aveva può possono deve devono c'è "
    # Dutch
    "zijn wordt worden werd werden heeft hebben kan kunnen moet moeten zal zullen wij zij "
    "ik".split()
)
# Too often a preposition, an article or a noun in another language: they count beside a word that
# only the language of the verb has.
_AMBIGUOUS = {
    **dict.fromkeys(
        "will may am might can do be".split(), "the of and to for with by at not".split()
    ),
    **dict.fromkeys("a on".split(), "le la les du des et une pour dans au aux".split()),
    **dict.fromkeys("es son era se".split(), "el la los las del una que y para".split()),
    **dict.fromkeys("war man ist".split(), "der die das den dem und ein eine nicht".split()),
}
_PAST = frozenset(
    "said says told wrote went came made took gave found saw knew thought left lost won met became "
    "began kept held stood sat spoke paid sent built bought brought caught fell felt grew ran rose "
    "sold taught threw wore broke chose drove ate forgot got rang sang sank swam agreed".split()
)
_ASKS = frozenset(
    "what why how who whom whose which where whether was wie warum wer wo welche welcher wieso "
    "weshalb qui que quoi comment pourquoi quel quelle où qué cómo quién por cuál dónde che chi "
    "come perché quale dove".split()
)
_WHEN = frozenset(
    "when while if after before as since once because although though until in".split()
)
_DETERMINERS = frozenset(
    "the a an this that these those our my his her their its your all some many most nobody "
    "nothing everyone everybody somebody no one two three four five six seven eight nine ten both "
    "each several".split()
)
DECIDED = frozenset(
    "decision decided resolved agreed action motion carried result outcome conclusion finding "
    "recommendation recommended approved rejected noted todo beschluss beschlossen entscheidung "
    "ergebnis aufgabe festgestellt décision décidé adopté conclusion acuerdo decisión resuelto "
    "decisione deliberato besluit error warning fatal important urgent answer".split()
)
_LABEL = re.compile(r"(?P<label>[^\s:]{1,24}(?: [^\s:]{1,20}){0,3}):\s+(?P<rest>\S.*)", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_PAST_ENDING = re.compile(r"(?<=[a-z]{2})ed$")
_STAMP = re.compile(r"[\[(]?(?:\d{4}-\d\d-\d\d|\d\d?:\d\d)\b")
_ITEM = re.compile(r"(?:\(?\w{1,3}[.)]|[-*•·–—#]+|\d+(?:\.\d+)*)\s+")


def is_statement(line: str) -> bool:
    """Whether a line without a final mark says something, as no heading does.

    >>> is_statement("Nobody has looked at the gates since 2011")
    True
    >>> is_statement("What happened in 2011"), is_statement("The Wall That Was Never Built")
    (False, False)
    >>> is_statement("Decision: the town buys the second offer")
    True
    """
    if _STAMP.match(line):
        return True
    item = _ITEM.match(line)
    body = line[item.end() :] if item is not None else line
    labelled = _LABEL.match(body)
    if labelled is not None and _is_labelled_statement(labelled["label"], labelled["rest"]):
        return True
    words = _WORD.findall(body.replace("’", "'"))
    if len(words) < 3 or _is_title_case(words):
        return False
    small = [word.lower() for word in words]
    if small[0] in _ASKS and len(words) < 9:
        return False
    if small[0] in _WHEN and len(words) < 7:
        return False
    if any(word in _FINITE and word not in _AMBIGUOUS for word in small[:-1]):
        return True
    if small[-1] in _FINITE and len(words) > 3 and small[-1] not in _AMBIGUOUS:
        return True  # "dass er krank ist"
    beside = set(small)
    if any(not beside.isdisjoint(_AMBIGUOUS.get(word, ())) for word in small[1:-1]):
        return True
    return small[0] in _DETERMINERS and len(words) > 4 and _has_past(small)


def _is_labelled_statement(label: str, rest: str) -> bool:
    words = rest.split()
    named = [word.strip("*_[]()").casefold() for word in label.split()]
    if named[0] in DECIDED or named[-1] in DECIDED:
        return len(words) > 1
    if label.casefold().startswith(("figure", "fig", "table", "chapter", "part", "section")):
        return False
    if words[0][:1].islower() and words[0].casefold() not in _ASKS:
        return len(words) > 3
    return len(words) > 2 and is_statement(rest)


def _is_title_case(words: list[str]) -> bool:
    """Whether each word of some length has a capital, as in an English headline."""
    long = [word for word in words if len(word) > 3]
    if len(long) < 3 or all(map(str.isupper, long)):
        return False
    return all(word[0].isupper() for word in long)


def _has_past(small: list[str]) -> bool:
    """Whether a word behind the subject is in the past: "The road closed to traffic"."""
    for place, word in enumerate(small[2:-1], 2):
        if word in _PAST:
            return True
        if _PAST_ENDING.search(word) and small[place - 1] not in _DETERMINERS:
            return True
    return False
