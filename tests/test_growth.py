"""Work grows no faster than the input: every pattern and every reader, pumped.

Each regular expression of the package is run as its module runs it, on strings made from itself:
the characters of its classes and literals, once and repeated behind whatever leads up to a repeat,
with an end that fits and one that does not. Doubling the string may cost 2.5 times as much, not
more; below a few milliseconds nothing is measured. Time is that of this thread.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import io
import pkgutil
import re
import time
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from re import _constants as codes
from re import _parser as parser

import pytest
from test_readers_documents import body_of, column, make_epub, make_pdf

import summarize
from summarize import SummarizeError, read

SOURCES = Path(summarize.__file__).parent
DOUBLING = 2.5
FLOOR = 0.02  # seconds that are worth a comparison
READING = 0.1  # the same of a reader: below, one may still be on the way to a limit of its own

METHODS = {"match", "fullmatch", "search", "finditer", "findall", "sub", "subn", "split"}

# What is given to these is cut to so many characters first, whatever comes in.
BOUNDED = {
    "summarize.readers.layout._DIVIDED": 100,
    "summarize.readers.layout._LEADERS": 60,
    "summarize.readers.layout._PAGE_NUMBER": 60,
    "summarize.readers.sniffing._CODE_LINE": 300,
    "summarize.readers.sniffing._SURELY_CODE": 300,
    "summarize.readers.sniffing._LEVEL": 200,
    "summarize.text.dateline._SPLIT": 400,
    "summarize.text.furniture.mail._DATED": 300,
    "summarize.text.furniture.sections._CONTENTS_ENTRY": 120,
    "summarize.text.furniture.sections._LEADERS": 120,
    "summarize.text.lines._LAST_WORD": 100,
}
# Answers of models: what is too long for a summary is refused before they look at it.
LEFT = ("summarize.backends.prompting.answers.", "summarize.backends.chat.backend.")
# Those that a loop runs, whose name in it says nothing.
LOOPED = {"summarize.readers.sniffing._BEGINNINGS": "match"}


# --- Patterns and how they are used ---------------------------------------------------------------


@cache
def patterns() -> dict[tuple[str, str, int], re.Pattern[str]]:
    """Every compiled pattern that a module holds, also in its tables, classes and objects."""
    found: dict[tuple[str, str, int], re.Pattern[str]] = {}
    seen: set[int] = set()

    def visit(value: object, name: str, depth: int = 0) -> None:
        if isinstance(value, re.Pattern):
            found.setdefault((name, str(value.pattern), value.flags), value)
        elif depth < 5 and id(value) not in seen:
            if isinstance(value, dict):
                parts = list(value.values())
            elif isinstance(value, list | tuple | set | frozenset):
                parts = list(value)
            elif isinstance(value, type) and value.__module__.startswith("summarize."):
                parts = list(vars(value).values())
            elif type(value).__module__.startswith("summarize."):
                slots = getattr(type(value), "__slots__", ())
                parts = [*getattr(value, "__dict__", {}).values()]
                parts += [getattr(value, slot, None) for slot in slots]
            else:
                return
            seen.add(id(value))
            for part in parts:
                visit(part, name, depth + 1)

    for info in pkgutil.walk_packages(summarize.__path__, "summarize."):
        module = importlib.import_module(info.name)
        for name, value in list(vars(module).items()):
            if not name.startswith("__"):
                visit(value, f"{info.name}.{name}")
    return {**found, **dict(_inline())}


def _inline() -> Iterator[tuple[tuple[str, str, int], re.Pattern[str]]]:
    """The patterns that are written where they are used: ``re.search(r"…", text)``."""
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "re"
                and node.func.attr in METHODS
                and isinstance(node.args[0], ast.Constant)
            ):
                pattern = re.compile(node.args[0].value)
                name = f"{_module(path)}.line{node.lineno}:{node.func.attr}"
                yield (name, pattern.pattern, pattern.flags), pattern


def _module(path: Path) -> str:
    parts = path.relative_to(SOURCES.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def _calls() -> dict[tuple[str, str], set[str]]:
    """The methods that each module calls on each name."""
    calls: dict[tuple[str, str], set[str]] = {}
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in METHODS:
                value = node.value.value if isinstance(node.value, ast.Subscript) else node.value
                name = getattr(value, "id", getattr(value, "attr", ""))
                for module in (_module(path), ""):
                    calls.setdefault((module, name), set()).add(node.attr)
    return calls


def ways(name: str) -> list[str]:
    """How a pattern is run: ``finditer`` stands for all that look through a text."""
    if name in LOOPED:
        return [LOOPED[name]]
    module, _, constant = name.rpartition(".")
    if ":" in constant:
        used = {constant.partition(":")[2]}
    elif constant.startswith("_"):
        used = _calls().get((module, constant), {"finditer"})
    else:  # imported elsewhere
        used = _calls().get(("", constant), {"finditer"})
    anchored = used & {"match", "fullmatch"}
    return sorted(anchored | ({"finditer"} if used - anchored else set()))


# --- Strings made from a pattern -----------------------------------------------------------------

CATEGORIES = {
    codes.CATEGORY_DIGIT: "1",
    codes.CATEGORY_SPACE: " ",
    codes.CATEGORY_WORD: "a",
    codes.CATEGORY_NOT_DIGIT: "a",
    codes.CATEGORY_NOT_SPACE: "a",
    codes.CATEGORY_NOT_WORD: "-",
}


def _characters(parts: list) -> list[str]:
    listed: list[str] = []
    negated = False
    for code, value in parts:
        if code is codes.NEGATE:
            negated = True
        elif code is codes.LITERAL:
            listed.append(chr(value))
        elif code is codes.RANGE:
            listed += map(chr, value)
        elif code is codes.CATEGORY:
            listed.append(CATEGORIES[value])
    if negated:
        return [mark for mark in " a1A.,-\"'\n<(é今" if mark not in listed][:4] or ["x"]
    return listed


def sample(tree: list, choice: int = 0) -> str:
    """A string that a pattern may match; ``choice`` picks among alternatives."""
    made = ""
    for code, value in tree:
        if code is codes.LITERAL:
            made += chr(value)
        elif code is codes.NOT_LITERAL:
            made += "a" if value != ord("a") else "b"
        elif code is codes.ANY:
            made += "a"
        elif code is codes.IN:
            characters = _characters(value)
            made += characters[choice % len(characters)]
        elif code is codes.BRANCH:
            made += sample(value[1][choice % len(value[1])], choice)
        elif code is codes.SUBPATTERN:
            made += sample(value[3], choice)
        elif code is codes.ATOMIC_GROUP:
            made += sample(value, choice)
        elif code in REPEATS:
            least, _, inner = value
            made += sample(inner, choice) * max(least, (choice + 1) % 2)
    return made


REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)


def repeated(tree: list, before: str = "") -> Iterator[tuple[str, list[str]]]:
    """What leads up to each repeat without a bound, and what it repeats."""
    for code, value in tree:
        inner: list[list] = []
        if code in REPEATS:
            inner = [value[2]]
            if value[1] is codes.MAXREPEAT or value[1] >= 50:
                yield before, sorted({sample(value[2], c) for c in range(6)} - {""})
        elif code is codes.BRANCH:
            inner = value[1]
        elif code is codes.SUBPATTERN:
            inner = [value[3]]
        elif code is codes.ATOMIC_GROUP:
            inner = [value]
        elif code in (codes.ASSERT, codes.ASSERT_NOT):
            inner = [value[1]]
        for part in inner:
            yield from repeated(part, before)
        before += sample([(code, value)])


def pumps(pattern: re.Pattern[str]) -> list[tuple[str, str]]:
    """Pairs of a beginning and what is to be repeated behind it."""
    flags = pattern.flags if isinstance(pattern.pattern, str) else pattern.flags & ~re.UNICODE
    tree = parser.parse(pattern.pattern, flags)
    whole = {sample(tree, choice) for choice in range(5)} - {""}
    found = {("", text) for text in [*whole, *(text[:-1] for text in whole), *"".join(whole)]}
    for before, parts in repeated(tree):
        found |= {(before, part) for part in [*parts, "".join(parts)]}
        found |= {("", before + part) for part in parts}
    return sorted((before, part) for before, part in found | {("", " "), ("", "\n")} if part)


# --- Measuring -----------------------------------------------------------------------------------


def seconds(work: Callable[[], object]) -> float:
    started = time.thread_time()
    work()
    return time.thread_time() - started


def grows(
    make: Callable[[int], Callable[[], object]], sizes: tuple[int, ...], floor: float = FLOOR
) -> float:
    """What doubling costs at the first size that takes a while, 1 if none does."""
    for size in sizes:
        if seconds(make(size)) > floor:
            break
    else:
        return 1.0
    ratio = 1.0
    for tries in (1, 4):  # a machine that is busy is given another chance
        half, whole = (min(seconds(make(each)) for _ in range(tries)) for each in (size // 2, size))
        ratio = whole / max(half, 1e-4)
        if ratio <= DOUBLING:
            break
    return ratio


def run(pattern: re.Pattern[str], way: str, text: str) -> Callable[[], object]:
    given = text if isinstance(pattern.pattern, str) else text.encode("latin-1", "replace")
    if way == "finditer":
        return lambda: sum(1 for _ in pattern.finditer(given))
    return lambda: getattr(pattern, way)(given)


def pumped(pattern: re.Pattern[str], name: str) -> Iterator[str]:
    longest = BOUNDED.get(name, 5120)
    sizes = tuple(size for size in (16, 24, 32, 48, 80, 320, 1280, 5120) if size <= longest)
    for before, part in pumps(pattern):
        for way in ways(name):
            for behind in ("", "\0"):

                def make(size: int) -> Callable[[], object]:
                    text = before + part * max(size // len(part), 1) + behind  # noqa: B023
                    return run(pattern, way, text)  # noqa: B023

                if grows(make, sizes) > DOUBLING:
                    yield f"{name} by {way}: {before[:40]!r} + {part[:40]!r} * n + {behind!r}"


# --- The tests -----------------------------------------------------------------------------------


def test_the_measure_can_fail():
    assert any(pumped(re.compile(r"(?:a+)+$"), "x.closed"))
    assert any(pumped(re.compile(r"\s*x"), "x.spaces"))
    assert not any(pumped(re.compile(r"a+b"), "summarize.readers.sniffing._BEGINNINGS"))


def test_every_pattern_is_found():
    found = patterns()
    assert len(found) > 330
    names = {name for name, _, _ in found}
    assert names >= BOUNDED.keys() | LOOPED.keys()
    assert any(":" in name for name in names)


def test_no_pattern_takes_more_than_time_in_proportion():
    slow = []
    for (name, _, _), pattern in sorted(patterns().items(), key=lambda item: item[0]):
        if name.startswith(LEFT):
            continue
        slow += [line for line, _ in zip(pumped(pattern, name), range(2), strict=False)]
    assert not slow, "\n".join(slow)


PROSE = "The port of Ellery was closed on Tuesday, said the council. "


def _named(data: bytes, name: str) -> io.BytesIO:
    stream = io.BytesIO(data)
    stream.name = name
    return stream


def _office(member: str, xml: str, kind: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        if kind:
            archive.writestr("mimetype", kind)
        archive.writestr(member, xml)
    return out.getvalue()


TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"


def _odt(body: str) -> bytes:
    head = f"<office:document-content xmlns:office='{OFFICE}' xmlns:text='{TEXT}'><office:body>"
    return _office(
        "content.xml",
        f"{head}<office:text>{body}</office:text></office:body></office:document-content>",
        "application/vnd.oasis.opendocument.text",
    )


# The pieces that each kind of file is pumped with, and how they become a file. Quotations of HTML
# in Markdown are not among them: markdown-it is quadratic in them, and is held by its 8 seconds; so
# is docutils in some of its marks.
PIECES: dict[str, tuple[Callable[[str], bytes], tuple[str, ...]]] = {
    "a.txt": (
        str.encode,
        (
            "a\n\n", "- item\n", "[ ]", "[ ][ ] ", "* ", "1. ", "a", "a ", "A", "\n", " \n", "“a ",
            '"a', "(", "a.", "1-", "A. ", "«今日", "今日”", "Ann: yes.\n", "...", ". . . 1\n",
            "a-\n", "# a\n", "| a | b |\n", "> a\n", "http://a.b/", "@a ", "A B\n", "By A. B\n",
            "__", "\u200b", "LONDON (Reuters) - ", "ing ", "\t1\n", "a\r", "—", "'", "’", "1.1.1",
            "…", ":", "::\n",
        ),
    ),
    "a.html": (
        lambda text: f"<html><body><p>{PROSE * 8}</p>{text}".encode(),
        (
            "<p>a", "<div>", "<", "<a ", "<!--", "<![CDATA[", "</p>", "<table><tr><td>", "<td>a",
            "<li>a", "<ul><li>", "&amp;", "&#8;", "&", "<b><i>", "<h1>", "<h1 ", "<script>", "<br>",
            "<pre>a\n", "<p a='b", "<blockquote>", "<span>a</span>", "<a href=x>a</a> ", "]]>",
        ),
    ),
    "a.md": (
        lambda text: f"# A\n\n{PROSE}\n\n{text}".encode(),
        (
            "[", "![", "*a **b ", "> ", "> a\nb\n\n", "`", "- ", "<", "<a ", "[a](", "_a", "~~",
            "|a", "[a]: b\n", "<!--", "    a\n", "***\n", "a\n\n", "[^1]: a\n", "\\", "&", "$a",
            "```\n",
        ),
    ),
    "a.epub": (
        lambda text: make_epub([f"<html><p>{PROSE}</p>{text}"]),
        ("<p>a</p>", "<A", "<", "<p a=\"b ='", "<!--", "&", "<div>", "<![CDATA["),
    ),
    "a.odt": (
        _odt,
        ("<text:p>a b.</text:p>", "<text:p/>", "<text:p><text:span>a</text:span></text:p>"),
    ),
    "a.docx": (
        body_of,
        ("<w:p/>", "<w:p><w:r><w:t>a</w:t></w:r></w:p>", "<w:p><w:r><w:t>It. </w:t></w:r></w:p>"),
    ),
    "a.pdf": (
        lambda text: make_pdf([column([text[at : at + 90] for at in range(0, len(text), 90)])]),
        ("a ", "1-", "(", "...", "A "),
    ),
    "a.rtf": (
        lambda text: rf"{{\rtf1\ansi {PROSE}{text}}}".encode(),
        ("{", "}", r"\par ", r"\u8220?", r"\'e9", r"{\*\a ", r"\b", "a ", r"\bin9"),
    ),
    "a.eml": (
        lambda text: f"From: a@b.c\nSubject: Rain\n\n{PROSE}\n{text}".encode(),
        (
            "> ", ">", "On Tuesday, A wrote:\n", "-- \n", "--a\n", "From: a\n", "a\n\n", "=3D",
            "From a\n",
        ),
    ),
    "b.eml": (
        lambda text: f"From: a@b.c\n{text}\n\n{PROSE}".encode(),
        ("X: a\n", " a\n", "To: a,", "Subject: =?utf-8?q?a?= \n", "\t"),
    ),
    "a.srt": (
        lambda text: f"1\n00:00:01,000 --> 00:00:02,000\n{PROSE}\n\n{text}".encode(),
        (
            "1\n00:00:01,000 --> 00:00:02,000\na\n\n", "[", "(", "♪", "<i>", "- a\n", "\n", "{",
            ">>",
        ),
    ),
    "a.vtt": (
        lambda text: f"WEBVTT\n\n00:01.000 --> 00:02.000\n{PROSE}\n\n{text}".encode(),
        ("00:01.000 --> 00:02.000\na\n\n", "<v A>", "<v.a\t", "<c", "NOTE a\n", "\t"),
    ),
    "a.ipynb": (
        lambda text: (
            '{"nbformat": 4, "metadata": {}, "cells": [{"cell_type": "markdown", "metadata": {}, '
            f'"source": ["{PROSE + text}"]}}]}}'
        ).encode(),
        ("a ", "# a\\n", "[", "<", "*", "$a"),
    ),
    "a.rst": (
        lambda text: f"Rain\n====\n\n{PROSE}\n\n{text}".encode(),
        (".. a::\n", "`a", ":a:`", "*", "|a", "===\n", "a\n-\n", "..\n", "- ", "+--+\n"),
    ),
    "a.org": (
        lambda text: f"* Rain\n{PROSE}\n{text}".encode(),
        ("* a\n", "#+A: b\n", ":A:\n", "[[a", "| a ", "=a", "*", "\t", "#+BEGIN_SRC\n"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PIECES)
def test_no_reader_takes_more_than_time_in_proportion(name):
    wrapped, pieces = PIECES[name]
    slow = []
    for piece in pieces:

        def make(size: int) -> Callable[[], object]:
            data = wrapped(piece * max(size // len(piece), 1))  # noqa: B023

            def work() -> None:
                with contextlib.suppress(SummarizeError):  # as good, if it is as soon
                    read(_named(data, name))

            return work

        sizes = (32_000,) if "<t" in piece else (1_000, 8_000)  # tables have a limit on the way
        ratio = grows(make, sizes, READING)
        if ratio > DOUBLING:
            slow.append(f"{piece!r}: {ratio:.1f} times")
    assert not slow, slow


# --- The promises --------------------------------------------------------------------------------


def test_every_promise_names_a_test_that_exists():
    root = Path(__file__).parents[1]
    page = (root / "docs" / "security.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/\w+\.py)::([\w:]+)`", page)
    assert len(named) > 25
    for path, test in named:
        tree = ast.parse((root / path).read_text(encoding="utf-8"))
        for name in test.split("::"):
            there = {getattr(node, "name", ""): node for node in tree.body}
            assert name in there, f"{path}::{test}"
            tree = there[name]


def test_answers_of_any_length_are_looked_at_in_time():
    from summarize.backends.prompting.answers import judged

    began = time.process_time()
    assert judged("A <think>x</think>B. <think>c") == ("A B.", None)
    assert judged("x</think>Rain fell.") == ("Rain fell.", None)
    assert judged("<think>" + "t" * 100_000 + "</think>Rain fell.") == ("Rain fell.", None)
    for endless in (
        "<think>" * 100_000,
        "</think>" * 100_000,
        "[a](" * 100_000,
        "<|channel|>" * 99,
    ):
        assert judged(endless + "a" * 100_000)[1] is not None
    assert time.process_time() - began < 10  # by hours, were it quadratic
