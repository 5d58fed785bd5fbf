"""Who is introduced where: names by themselves, and where something capitalised introduces them.

:meta private:
"""

from __future__ import annotations

import re

__all__ = ["Introductions", "lone_names"]

_CAPITALISED = r"[A-ZÀ-ÖØ-ÞŁŚŻČŠŽ][\w’'-]+"
_PARTICLES = "de del van von der den bin al el la le di da dos du ter".split()
_RUN = re.compile(
    rf"{_CAPITALISED}(?:\.? (?:(?:{'|'.join(_PARTICLES)}) ){{0,2}}[A-ZÀ-ÖØ-ÞŁŚŻČŠŽ][\w’'-]*)*"
)
_NO_NAMES = frozenset(
    """a an the this that these those in on at by for from with without of to as and but or nor if
    when while after before since until although though because so then there here where what who
    why how which whose it its he his she her they their we our you your my not no yes all both
    each every some any many most few one two three four five six seven eight nine ten last next
    now today yesterday tomorrow later earlier only even just also still yet once like unlike
    despite during under over between among against about according asked mr mrs ms miss messrs
    monday tuesday wednesday thursday friday saturday sunday january february march april may june
    july august september october november december i i'm i've let is are was were do did does can
    could would should will instead however meanwhile""".split()
)
_LONGEST = 30  # characters of what introduces
_ABBREVIATED = 5  # a word before a stop that is no longer is an initial or a title
_BEFORE = "\"'“‘„«([—–-"
_AFTER = ".,;:!?…\"'”’»)]—–-"


class Introductions:
    """Where the names of a text are introduced: stand behind another capitalised word.

    >>> known = Introductions("Mayor Ada Roe spoke on Monday. Then Roe left.")
    >>> known.of("Roe"), known.of("Monday"), known.of("Then")
    ([9], [], [])
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._found: dict[str, list[int]] = {}

    def may_be_before(self, name: str, place: int) -> bool:
        """Whether a name may stand before a place: a cheap look before :meth:`of`."""
        return 0 <= self._text.find(f" {name}") < place

    def of(self, name: str) -> list[int]:
        """The places just before a name where it is introduced; none if it is a word as well."""
        found = self._found.get(name)
        if found is None:
            found = [at for at in self._places(name) if self._introduces(at)]
            if found and any(True for _ in self._places(name.lower())):
                found = []
            self._found[name] = found
        return found

    def _places(self, word: str) -> list[int]:
        text, sought, places = self._text, f" {word}", []
        at = text.find(sought)
        while at >= 0:
            end = at + len(sought)
            if not text[end : end + 1].isalnum():
                places.append(at)
            at = text.find(sought, end)
        return places

    def _introduces(self, at: int) -> bool:
        """Whether the word that ends at a place introduces the next one."""
        words = self._text[max(at - _LONGEST, 0) : at].split(" ")[-3:]
        while len(words) > 1 and words[-1] in _PARTICLES:
            del words[-1]
        word = words[-1].lstrip(_BEFORE)
        bare = word.rstrip(_AFTER)
        if not bare or not bare[0].isupper() or bare.lower() in _NO_NAMES:
            return False
        return bare == word or (word == f"{bare}." and len(bare) < _ABBREVIATED)


def lone_names(sentence: str) -> list[str]:
    """The capitalised words of a sentence that stand by themselves.

    >>> lone_names("Mr Roe’s plan is Ada Low's, said Roth.")
    ['Roe', 'Roth']
    """
    lone = []
    for run in _RUN.findall(sentence):
        name = run
        if " " in run:
            words = run.split(" ")
            while words and words[0].lower().rstrip(".") in _NO_NAMES:
                del words[0]
            if len(words) != 1:
                continue
            name = words[0]
        if name[-2:] in ("'s", "’s"):
            name = name[:-2]
        name = name.rstrip("'’-")
        if len(name) > 2 and not name.isupper() and name.lower() not in _NO_NAMES:
            lone.append(name)
    return lone
