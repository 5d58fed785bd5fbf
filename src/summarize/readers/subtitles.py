"""Subtitles (.srt, .vtt, .sbv, .ass and MicroDVD's .sub): what is said, without its times.

:meta private:
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..errors import ReadError
from ..text.marks import CLOSED
from .extracted import Extracted, check_lines, paragraphs
from .markup import unescaped

__all__ = ["read_subtitles"]

_TIME = r"(?:\d{1,3}:)?\d{1,2}:\d\d(?:[.,:]\d{1,3})?"
_CUE = re.compile(rf"[ \t]*(?P<start>{_TIME})[ \t]*(?:-->|,)[ \t]*(?P<end>{_TIME})(?:[ \t].*)?")
_DIALOGUE = re.compile(r"Dialogue:(?:[^,\n]*,){9}(?P<text>.*)")
_FRAMES = re.compile(r"\{\d+\}\{\d*\}(?P<text>.*)")
_BLOCK = re.compile(r"(?:NOTE|STYLE|REGION)\b.*")
_VOICE = re.compile(r"<v(?:\.[\w.-]*+)?+[ \t][^<>]*+>")
_TAG = re.compile(
    r"</?[A-Za-z][^<>\n]{0,200}>|<\d[\d:.]*>|\{\\[^{}\n]{0,200}\}|\{[yYcCfFsS]:[^{}\n]*\}"
)
_SOUND = re.compile(
    r"\[[^\[\]\n]{1,120}\]|^\s*+(?:[-–—]\s*+)?\([^()\n]{1,120}\)\s*+$|[♪♫#]?♪[^♪\n]*♪|[♪♫]"
    r"|\([A-Z][A-Z ,.'-]{2,60}\)"
)
_NAME = r"[A-ZÀ-Þ][\w.'’-]*"
_SPEAKER = re.compile(
    rf"(?:>>+ *|[-–—] *)?(?:[A-ZÀ-Þ][A-ZÀ-Þ0-9.'’ -]{{1,30}}|{_NAME}(?: {_NAME}){{0,2}})"
    r"(?: \([^()\n]{1,30}\))?:(?=\s|$) *"
)
_TURN = re.compile(r"(?:>>+|[-–—](?=[\s\"“‘A-ZÀ-Þ¿¡]))\s*")
_PAUSE = 4.0  # seconds without a word after which a paragraph ends
_OPEN = 1_000  # characters at the end of a speech that what follows may change
_WIDE = re.compile(r"[\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uffef]")


def read_subtitles(
    text: str, name: str, *, encoding: str | None = None, limited: bool = True
) -> Extracted:
    r"""Return what subtitles say, the cues joined to sentences.

    Numbers, times, tags, sounds (``[DOOR SLAMS]``) and the names before a speech are left out; a
    change of speaker begins a paragraph. A line that the next cue repeats, as live captions do,
    is read once.

    Args:
        text: the file's text.
        name: what errors call it.
        encoding: what to note as its encoding.
        limited: whether more lines than :data:`.extracted.MAX_LINES` are refused.

    Raises:
        ReadError: if nothing is said in it, or it has too many lines.

    >>> cue = "1\n00:00:01,000 --> 00:00:04,200\n<i>It rained\n\n2\n00:00:04,300 --> 00:00:06,000\n"
    >>> read_subtitles(cue + "all day.", "a.srt").text
    'It rained all day.'
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if limited:
        check_lines(text, name)
    body = paragraphs(_speeches(text))
    if not body:
        raise ReadError(name, "no words in these subtitles")
    return Extracted.of(body, title=None, language=None, encoding=encoding)


def _speeches(text: str) -> Iterator[str]:
    settled: list[str] = []  # of a speech, what nothing that follows can change
    speech = ""
    last: frozenset[str] = frozenset()
    ended = 0.0
    for start, end, lines in _cues(text):
        said = [line for line in map(_bare, lines) if line]
        new = [line for line in said if line not in last]
        last = frozenset(said) or last
        if start - ended > _PAUSE and CLOSED.search(speech[-20:]):
            yield "".join((*settled, speech))
            settled, speech = [], ""
        ended = end
        for line in new:
            turn, words = _turn(line)
            if turn and speech:
                yield "".join((*settled, speech))
                settled, speech = [], ""
            speech = _joined(speech, words)
            if len(speech) > 2 * _OPEN:
                settled.append(speech[:-_OPEN])
                speech = speech[-_OPEN:]
    yield "".join((*settled, speech))


def _cues(text: str) -> Iterator[tuple[float, float, list[str]]]:
    """Yield each cue's start and end in seconds, and its lines."""
    lines = text.split("\n")
    start = end = 0.0
    held: list[str] = []
    inside = skipping = False
    for number, line in enumerate(lines):
        cue = _CUE.fullmatch(line) if ":" in line else None
        single = _DIALOGUE.match(line) or _FRAMES.match(line)
        if cue is not None:
            if held and held[-1].strip().isdigit() and number > 1:
                held.pop()  # the cue's number, where no blank line stands before it
            if inside and held:
                yield start, end, held
            start, end, held, inside, skipping = (
                _seconds(cue["start"]),
                _seconds(cue["end"]),
                [],
                True,
                False,
            )
        elif single is not None:
            yield 0.0, 0.0, re.split(r"\\[Nn]|\|", single["text"])
        elif not line.strip():
            if inside and held:
                yield start, end, held
            held, inside, skipping = [], False, False
        elif not inside and _BLOCK.match(line):
            skipping = True
        elif inside and not skipping:
            held.append(line)
    if inside and held:
        yield start, end, held


def _seconds(time: str) -> float:
    clock, _, fraction = time.replace(",", ".").partition(".")
    seconds = 0.0
    for part in clock.split(":"):
        seconds = seconds * 60 + int(part)
    return seconds + (float(f"0.{fraction}") if fraction else 0.0)


def _bare(line: str) -> str:
    """A line without tags and sounds; a voice tag is a change of speaker."""
    line = _VOICE.sub(">> ", line)
    line = unescaped(_TAG.sub("", line)).replace("\xa0", " ").replace("\u200b", "")
    return " ".join(_SOUND.sub(" ", line).split())


def _turn(line: str) -> tuple[bool, str]:
    """Whether somebody else begins to speak, and what is said."""
    speaker = _SPEAKER.match(line)
    if speaker is not None:
        return True, line[speaker.end() :]
    turn = _TURN.match(line)
    return (True, line[turn.end() :]) if turn is not None else (False, line)


def _joined(speech: str, words: str) -> str:
    if not speech or not words:
        return speech or words
    if words.startswith(("...", "…")):
        words = words.lstrip(".… ")
        speech = speech.rstrip(".… ") if speech.endswith(("...", "…")) else speech
    if not words:
        return speech
    wide = _WIDE.match(speech[-1]) and _WIDE.match(words[0])
    return f"{speech}{words}" if wide else f"{speech} {words}"
