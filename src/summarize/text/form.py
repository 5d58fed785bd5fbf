"""What form a sentence has: whether it could stand in a summary at all.

:meta private:
"""

from __future__ import annotations

import re

from .furniture.boilerplate import is_boilerplate
from .marks import CLOSERS, FINAL_MARKS
from .words import count_words, is_unspaced

__all__ = ["has_fault", "has_label", "is_stub", "points_at_picture"]

_FEWEST_WORDS = 5
_FEWEST_LETTERS = 12.5  # of a script without spaces, where each letter counts as a word
_LONGEST_LABEL = 6  # words

_STUB_LABEL = re.compile(r"[^\s:：.!?][^:：.!?。！？]{0,60}(?::(?=\s)|：)")
_LABEL = re.compile(r"[^\s:]+(?: [^\s:]+){0,3}:(?= [^\"“‘'„«])")
_SAYS = frozenset(
    "said says say told tells added adds wrote writes write asked asks tweeted posted replied read "
    "reads explained continued concluded warned insisted joked argued recalled admitted announced "
    "claimed claims stated noted declared commented responded remarked revealed reported shouted "
    "is are was were be been it's that's here's there's he's she's what's who's has have had do "
    "does did means meant goes went go came comes wondered "
    "sagte sagt dit dijo disse".split()
)
_OPEN_END = f"{CLOSERS} *_".replace("\\", "")
_CAPTION = re.compile(
    r"Facebook Twitter|Photograph: |Image (?:source|copyright|caption)|(?:hide|toggle) caption"
    r"|^Pictured\b|\((?:file|stock|library) (?:photo|picture|image)s?\)"
    r"|\bcontributed (?:to this (?:report|story|article)|reporting|from [A-Z])"
    r"|^[A-Z]{3}['’]s [A-Z][\w. ]+ (?:reported|wrote) from [A-Z][\w.]*(?: [A-Z][\w.]*)*"
    r"(?:[.;]|,? and |, [A-Z]|$)"  # a place, and no more: what "reported from Kabul that" is none
    r"|(?:Getty Images|Shutterstock)\W*$|^(?:Click|Tap|CLICK) (?:here|HERE|below|on the link)\b"
)
_LONGEST_CITATION = 400
# No more than where something is written, as rulings cite it: "Roe, 602 F.3d at 106."
_CITATION = re.compile(
    r"""(?:(?:(?:But\ )?[Ss]ee(?:,?\ e\.g\.,|\ also)?|Cf\.|Accord)\ )?
    (?:[A-Z][\w.&'’-]*(?:,?\ (?:[A-Z][\w.&'’-]*|v\.|of|the|ex\ rel\.|&))*,\ )  # the parties
    \d{1,4}\ (?=[A-Z][A-Za-z]*\.)[A-Z][\w.]*(?:\ [A-Z][\w.]*|\ \d[a-z]{1,2})*\   # the reporter
    (?:at\ )?\d+(?:(?:[–-]|,\ )\d+)*(?:\ \([^()]*\d{4}\))?
    (?:;\ [^;]{5,120})*\.?""",
    re.VERBOSE,
)
_POINTER = re.compile(
    r"\((?:[^()]* )?(?:pictured|left|right|above|below|centre|center)(?: [^()]*)?\)"
    r"|\bpictured (?:above|below|left|right|here|together|with)\b"
)
# Each caption starts with one of the first, or has one of the others.
_CAPTION_STARTS = (
    *("Pictured", "Click ", "CLICK ", "Tap "),
    *("CNN", "BBC", "NBC", "CBS", "ABC", "NPR", "AFP"),  # whose reporter is named last
)
_UNBRACKETED_SIGNS = (
    *("Facebook Twitter", "Photograph: ", "Image ", "caption", "contributed "),
    *("Getty Images", "Shutterstock"),
)
_CAPTION_SIGNS = (*_UNBRACKETED_SIGNS, "(file", "(stock", "(library")
_FOREIGN = (("«", "»"), ("「", "」"), ("『", "』"))
_OPENS_SINGLE = re.compile(r"(?:^|[\s(\[\"“—-])['‘](?=\w)(?!\d\ds|(?:em|til|cause|tis|twas|n)\b)")
_CLOSES_SINGLE = re.compile(r"(?<=[\w.,!?…%])['’](?=[\s.,;:!?)\]\"”—-]|$)")
_CLOSES_QUOTATION = re.compile(r"[.,!?…]['’](?=[\s)\]]|$)")
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_SMALL_WORD = re.compile(r"(?<![\w’'])[a-zß-öø-ÿα-ωа-я][^\W\d_]{3}")
_SHORT_CAPITALISED = re.compile(r" ([A-Z][a-z]{1,4}) [a-z]")
_OPENING_WORDS = frozenset(
    "The In It They But On At This That There When While As For After If Their Some Many Since And "
    "Its Our We Does Did Is".split()
)  # of English, and none that may be a name or stands for God
_BULLETS = frozenset("•·▪●■►*–—-")


def is_stub(text: str, words: int) -> bool:
    """Whether a sentence has under five words, a label in front aside.

    In a script without spaces it is 2.5 times as many, each letter being a word.

    Args:
        text: the sentence.
        words: how many words it has.

    >>> is_stub("Click here!", 2), is_stub("The river rose by two metres.", 6)
    (True, False)
    >>> is_stub("Project Manager: Yes, let us.", 5), is_stub("今日は雨だ。", 5)
    (True, True)
    """
    if words < _FEWEST_WORDS:
        return True
    if words < _FEWEST_WORDS + _LONGEST_LABEL and (":" in text or "：" in text):
        label = _STUB_LABEL.match(text)
        if label is not None:
            rest = text[label.end() :]
            return is_stub(rest, count_words(rest)) if rest.strip() else True
    return words < _FEWEST_LETTERS and not text.isascii() and is_unspaced(text)


def has_label(text: str) -> bool:
    """Whether a sentence opens with a label, such as a speaker's name, and a colon.

    >>> has_label("Looking ahead: the council meets on Tuesday."), has_label("He said: go.")
    (True, False)
    """
    label = _LABEL.match(text) if ":" in text else None
    return label is not None and _SAYS.isdisjoint(label[0][:-1].lower().replace("’", "'").split())


def has_fault(text: str, *, labels: bool = True, language: str = "en") -> bool:
    """Whether a sentence is no whole sentence of prose.

    It is a fragment (it opens with a small letter or has no final mark), a heading (capitals
    throughout, or a space before its stop), a caption, a credit, a link or a citation, opens with a
    label, a bullet or a heading, or has a quotation mark or bracket without its fellow.

    Args:
        text: the sentence.
        labels: whether a label, or what may be a heading, is a fault; in a conversation it is none.
        language: its code; headings that run on into a sentence are known of English only.

    >>> [has_fault(text) for text in ("Rain fell in Oslo.", "Rain fell in Oslo", "Snow news .")]
    [False, True, True]
    >>> has_fault("“It rained all night."), has_fault("“It rained,” she said.")
    (True, False)
    """
    body = text.rstrip(_OPEN_END)
    return (
        not body
        or body[-1] not in FINAL_MARKS
        or body[-2:] == " ."
        or text[0] in _BULLETS
        or (text[0].islower() and text.partition(" ")[0].islower())
        or is_unpaired(text)
        or (labels and (has_label(text) or (language == "en" and _runs_on(text))))
        or _is_caption(text)
        or _is_citation(text)
        or _is_heading(text)
        or is_boilerplate(text)
    )


def _runs_on(text: str) -> bool:
    """Whether it has a heading or a link in front, which has no stop, as extraction leaves them.

    >>> _runs_on("Town hall flooded again The mayor said so."), _runs_on("It was in The Roe.")
    (True, False)
    """
    for found in _SHORT_CAPITALISED.finditer(text):
        if found[1] in _OPENING_WORDS:
            before = text[text.rfind(" ", 0, found.start()) + 1 : found.start()]
            if before.isalpha() and before.islower():
                return True
    return False


def _is_caption(text: str) -> bool:
    """Whether it speaks of a picture, is a credit, or asks for a click."""
    signs = _CAPTION_SIGNS if "(" in text else _UNBRACKETED_SIGNS
    if text.startswith(_CAPTION_STARTS) or any(map(text.__contains__, signs)):
        return _CAPTION.search(text) is not None
    return False


def _is_citation(text: str) -> bool:
    """Whether it only cites a court's ruling.

    >>> _is_citation("Anders v. Libby Inc., 477 U.S. 242, 248 (1986).")
    True
    >>> _is_citation("In Roe v. Wade, 410 U.S. 113 (1973), the court held otherwise.")
    False
    """
    return (
        "." in text[:-1] and len(text) < _LONGEST_CITATION and _CITATION.fullmatch(text) is not None
    )


def points_at_picture(text: str) -> bool:
    """Whether a sentence points at a picture that a summary does not have.

    >>> points_at_picture("Ada Roe (left) spoke."), points_at_picture("She (rightly) left.")
    (True, False)
    """
    return ("(" in text or "pictured " in text) and _POINTER.search(text) is not None


def is_unpaired(text: str) -> bool:
    """Whether a quotation mark or bracket lacks its fellow.

    >>> is_unpaired("'I was there."), is_unpaired("The players' union met.")
    (True, False)
    """
    if '"' in text and text.count('"') % 2:
        return True
    if not text.isascii():
        low, left, right = text.count("„"), text.count("“"), text.count("”")
        if (low != left + right) if low else (left != right):
            return True
        if any(text.count(left) != text.count(right) for left, right in _FOREIGN):
            return True
    if ("(" in text or ")" in text) and text.count("(") != text.count(")"):
        return True
    if "’" not in text and "‘" not in text and _only_in_words(text):
        return False
    opened = len(_OPENS_SINGLE.findall(text))
    closed = len(_CLOSES_SINGLE.findall(text)) if opened else 0
    return opened > closed or len(_CLOSES_QUOTATION.findall(text)) > opened


def _only_in_words(text: str) -> bool:
    """Whether each straight apostrophe stands between letters, so that none is a mark."""
    at = text.find("'")
    while at >= 0:
        if not text[at - 1 : at].isalpha() or not text[at + 1 : at + 2].isalpha():
            return False
        at = text.find("'", at + 1)
    return True


def _is_heading(text: str) -> bool:
    """Whether its words are all in capitals, or its long words all begin with one.

    >>> _is_heading("Storm Shuts The Northern Port"), _is_heading("JR九州は12日、運休した。")
    (True, False)
    """
    if _SMALL_WORD.search(text) is not None:
        return False
    if text.isascii():
        return text.isupper() or len(_LONG_WORD.findall(text)) > 2
    # Of scripts that have no capitals only a few letters, such as of an abbreviation, may be some.
    capitals = sum(map(str.isupper, text))
    if text.isupper() and 2 * capitals > sum(map(str.isalpha, text)):
        return True
    words = _LONG_WORD.findall(text)
    return len(words) > 2 and 2 * sum(word[0].isupper() for word in words) > len(words)
