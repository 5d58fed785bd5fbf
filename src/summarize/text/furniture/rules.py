"""The rules that tell boilerplate by its first words, and how they are written.

A rule is one line of :data:`.wordings.RULES`: the first word, or several with ``/`` between them,
then a regular expression for the rest, in lower case. In it a parenthesis is a plain group, a name
in capitals one of :data:`.wordings.GROUPS`, ``…`` anything at all, ``‥`` anything that states
nothing (no verb of the group of that name, no further clause), and a colon has a blank on either
side. A line without a colon that reports what somebody said fits no rule.

:meta private:
"""

from __future__ import annotations

import re
from functools import cache

__all__ = ["fits_a_rule", "read_rules"]

_COLON = re.compile(r" ?: ?")
_SPEECH = (
    r",.* (?:said|says?|found|asks?|asked|added|told|urged|advised|advises?|wrote|writes?|joked"
    r"|argued|explained|ruled|warned|insisted|replied|claimed|claims?|begged|shows?|showed|lawyers|called)\b"
)
_CLAUSE = r"(?!.*, (?:the|a|an|his|her|its|their|and|but|which|who|because|most)\b)"
_PLAIN_GROUP = r"(?<!\\)\((?!\?)"


def fits_a_rule(line: str) -> bool:
    """Whether one of the rules fits a whole line, given in lower case.

    >>> fits_a_rule("read more: ten storms")
    True
    >>> fits_a_rule("read more books, she said.")
    False
    """
    first = line.split(maxsplit=1)[0].rstrip(":,") if line else ""
    if first not in read_rules():
        return False
    spaced = _COLON.sub(" : ", line)
    if _compiled(first).fullmatch(spaced) is None:
        return False
    return " : " in spaced or re.search(_SPEECH, spaced) is None


@cache
def read_rules() -> dict[str, list[str]]:
    """Return what may follow each first word, as it is written.

    >>> read_rules()["javascript"]
    [' (is|must be|has been) (required|disabled|not|turned|switched|enabled|needed) …']
    """
    from .wordings import RULES

    rules: dict[str, list[str]] = {}
    for line in RULES.strip().splitlines():
        firsts, space, rest = line.partition(" ")
        for first in firsts.split("/"):
            rules.setdefault(first, []).append(space + rest)
    return rules


@cache
def _compiled(first: str) -> re.Pattern[str]:
    """The rules that begin with a word, as one regular expression."""
    return re.compile("|".join(re.escape(first) + _regex(rest) for rest in read_rules()[first]))


def _regex(rest: str) -> str:
    """A rule behind its first word as a regular expression.

    >>> _regex(" (is|must be) …")
    ' (?:is|must be)(?:,? .*)?[.!]*'
    """
    from .wordings import GROUPS

    rest = rest.replace(" ‥", f"{_CLAUSE}(?:,? (?!VERB\\b)[^ ]+){{0,20}}[.!]*")
    for name in sorted(GROUPS, key=len, reverse=True):
        rest = rest.replace(name, f"({GROUPS[name]})")
    rest = re.sub(_PLAIN_GROUP, "(?:", rest)
    return rest.replace(" … ", " (?:.* )?").replace(" …", "(?:,? .*)?[.!]*")
