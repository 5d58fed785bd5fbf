"""Foreign text has one outlet: what in it would act is made visible or inert."""

import csv
import io
import os
import pty
import subprocess
import sys
from dataclasses import replace

import pytest

from summarize.cli import console
from summarize.evaluation import Article, Corpus, evaluate
from summarize.evaluation.report import table, to_csv, to_json, to_markdown
from summarize.text.controls import one_line, visible

HOSTILE = (
    "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e=1+1 | a\r\nb\x00 <script>alert(1)</script> `x` [a](b)"
)
ACTIVE = [*map(chr, range(32)), *map(chr, range(0x7F, 0xA0)), "\u202e", "\u2066", "\u2028"]


class Terminal(io.StringIO):
    def isatty(self):
        return True


def on_terminal(*args, stdin=b""):
    """Run the command line with a terminal as its standard output; return what reaches it."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "summarize", *args],
        stdin=subprocess.PIPE,
        stdout=follower,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    os.close(follower)
    errors = process.communicate(stdin, timeout=60)[1]
    output = b""
    while True:
        try:
            part = os.read(leader, 65536)
        except OSError:
            break
        if not part:
            break
        output += part
    os.close(leader)
    return output.decode().replace("\r\n", "\n"), errors.decode()


def test_controls_are_made_visible():
    for character in ACTIVE:
        assert character not in one_line(f"a{character}b")
        if character not in "\t\n":
            assert character not in visible(f"a{character}b")
    assert visible("a\tb\nc é 日 👍🏽") == "a\tb\nc é 日 👍🏽"


def test_a_text_cannot_act_on_a_terminal(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    console.write(f"{HOSTILE}\n")
    assert not set(terminal.getvalue()) & (set(ACTIVE) - {"\n"})
    assert "\\x1b]0;owned\\x07" in terminal.getvalue()


@pytest.mark.parametrize("plain", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_styles_are_the_only_escapes(monkeypatch, plain):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    console.write_styled([("\x1b[2Jrain", "chosen"), ("\n", "")])
    assert terminal.getvalue() == "\x1b[1;32m\\x1b[2Jrain\x1b[0m\n"
    for name, value in plain.items():
        monkeypatch.setenv(name, value)
    terminal.truncate(0)
    terminal.seek(0)
    console.write_styled([("\x1b[2Jrain", "chosen"), ("\n", "")])
    assert terminal.getvalue() == "\\x1b[2Jrain\n"


def test_in_a_pipe_the_text_is_as_it_is(capsys):
    console.write(f"{HOSTILE}\n")
    assert capsys.readouterr().out == f"{HOSTILE}\n"


def test_the_command_line_on_a_terminal(tmp_path):
    text = tmp_path / "a\x1b[2J\nb.txt"
    text.write_text("The \x1b[31mriver\u202e rose fast. Nobody was hurt.", encoding="utf-8")
    other = tmp_path / "b.txt"
    other.write_text("Snow fell.")
    output, errors = on_terminal("-b", "lead", str(text), str(other), str(tmp_path / "\x1b[2J"))
    assert not set(output + errors) & (set(ACTIVE) - {"\n"})
    assert "==> " in output
    assert "\\x1b[31mriver\\u202e" in output
    assert "a\\x1b[2J\\nb.txt <==" in output


@pytest.fixture
def evaluation():
    """An evaluation in which every foreign text is hostile."""
    articles = [
        Article(f"row\n| forged | 99.9 |\n{HOSTILE}", "It rained. It stopped.", ("It rained.",)),
        Article("=2+2", "", ("Rain.",)),
    ]
    result = evaluate(Corpus(f"corpus\n| x |\n{HOSTILE}", tuple(articles)), ["lead"])
    first, *others = result.systems
    labels = [f"=cmd|' /C calc'!A0\n| forged | 1 |{HOSTILE}", "@SUM(A1)"]
    return replace(
        result,
        systems=tuple(
            replace(system, label=label)
            for system, label in zip((first, *others), labels, strict=True)
        ),
    )


def test_rows_of_markdown_cannot_be_forged(evaluation):
    text = to_markdown(evaluation)
    assert not set(text) & (set(ACTIVE) - {"\n"})
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len(rows) == 2 * (2 + len(evaluation.systems))
    assert len({line.replace("\\|", "").count("|") for line in rows[: len(rows) // 2]}) == 1
    assert "<script" not in text.replace("\\<script", "")


def test_the_table_has_no_line_of_an_ids(evaluation):
    text = table(evaluation)
    assert not set(text) & (set(ACTIVE) - {"\n"})
    assert not any(line.startswith("| forged") for line in text.splitlines())


def test_cells_of_csv_are_no_formulas(evaluation):
    header, *rows = csv.reader(io.StringIO(to_csv(evaluation)))
    assert len(rows) == len(evaluation.systems)
    for row in rows:
        for name, cell in zip(header, row, strict=True):
            if name in ("label", "backend"):
                assert cell[:1] not in tuple("=+-@\t\r")
            elif cell:
                float(cell)


def test_json_keeps_what_is_given(evaluation):
    assert "\\u001b" in to_json(evaluation)
