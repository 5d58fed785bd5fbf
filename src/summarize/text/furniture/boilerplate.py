"""Whether one line is boilerplate, told by its words.

:meta private:
"""

from __future__ import annotations

import re
from functools import cache

from .credits import SIGNATURE_STARTS, is_credit, is_signature
from .rules import fits_a_rule, read_rules

__all__ = ["LONGEST", "is_boilerplate"]

LONGEST = 200
"""Characters of a line that may be furniture; a paragraph of prose is longer."""

_MOST_WORDS = 25
_CLOSING = ".!?\"”’'"
_BULLETS = frozenset("• · ► ▶ ▸ > » → | ● - – — * # ## ###".split())
_EDGES = " :>»›→…|–—-•·()[]"
_GAP = re.compile(r"[ /,|•·&+]+")
_SHARING = frozenset(
    "facebook twitter instagram whatsapp linkedin pinterest reddit flipboard tumblr messenger "
    "share tweet teilen partager compartir".split()
)
_BUTTONS = _SHARING | frozenset(
    "x telegram threads bluesky mastodon google plus news email e-mail mail print copy link close "
    "save comment comments rss more sms xing youtube tiktok this on via by the article post page "
    "story auf per drucken sur imprimer en por imprimir".split()
)


def is_boilerplate(line: str, *, bylines: bool = True) -> bool:
    """Whether a whole line is a share bar, a cookie notice, a credit or the like.

    Args:
        line: a paragraph, with plain spaces and line ends.
        bylines: whether a line that names the author or the time of publication counts.

    >>> is_boilerplate("Read more: ten storms that changed Ellery")
    True
    >>> is_boilerplate("The council wants residents to read more about the storms.")
    False
    """
    if len(line) > LONGEST:
        return False
    if line[-1:] in _CLOSING and not _may_begin(line.partition(" ")[0].lower()):
        return "Facebook" in line and _is_share_bar(line)  # most prose takes this way out
    words = line.split()
    while words and words[0] in _BULLETS:
        del words[0]
    if not words or len(words) > _MOST_WORDS:
        return False
    line = " ".join(words)
    lower = line.lower().replace("’", "'").strip(_EDGES)
    bare = lower.rstrip(".!")
    if bare in _phrases() or bare.startswith("©"):
        return True
    if len(words) == 1:
        return "facebooktwitter" in bare or _address().fullmatch(bare) is not None
    if fits_a_rule(lower) or _is_share_bar(line):
        return True
    if line[-1] in _CLOSING:
        return bylines and is_signature(line)
    return (
        is_credit(line)
        or (bylines and is_signature(line))
        or (bare[:1].isdecimal() and _count().fullmatch(bare) is not None)
    )


@cache
def _phrases() -> frozenset[str]:
    from .wordings import PHRASES

    return frozenset(PHRASES.replace("\n", " ").strip().split(", "))


@cache
def _first_words() -> frozenset[str]:
    phrases = (phrase.partition(" ")[0] for phrase in _phrases())
    return frozenset(("©", *SIGNATURE_STARTS, *_SHARING, *phrases, *read_rules()))


def _may_begin(first: str) -> bool:
    """Whether a line of boilerplate that ends in a final mark can begin with a word."""
    if not first or first in _BULLETS:
        return True
    known = _first_words()
    first = first.removeprefix("(")
    return first in known or (first[-1:] in ".!,:" and first[:-1] in known)


def _is_share_bar(line: str) -> bool:
    """Whether a line is a row of buttons, or a caption that one stands in."""
    bare = " ".join(line.lower().strip(".").split())
    if "facebook twitter" in bare and " pinterest" in bare:
        return True
    if "facebooktwitter" in bare:
        return bare.count(" ") < 8
    buttons = set(_GAP.split(bare))
    return not _SHARING.isdisjoint(buttons) and _BUTTONS.issuperset(buttons)


@cache
def _address() -> re.Pattern[str]:
    return re.compile(r"https?://\S+|www\.\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|@\w+")


@cache
def _count() -> re.Pattern[str]:
    return re.compile(
        r"\d[\d,.]*k? (?:comments?|shares?|likes?|views?|kommentare?|commentaires?|comentarios?)"
        r"|\d+ min(?:ute)?s?(?: read| lesezeit| de lecture| de lectura)"
    )
