"""Likely mistakes, and whether the message names the right next step."""

import io
from pathlib import Path

import pytest

import summarize
from summarize import cli

TEXT = "It rained. The river rose. Nobody was hurt. The mayor spoke."


@pytest.mark.parametrize(
    ("keyword", "meant"),
    [
        ("sentence", "sentences"),
        ("n", "sentences"),
        ("num_sentences", "sentences"),
        ("sentences_count", "sentences"),
        ("max_length", "words', in words, not tokens"),
        ("word_count", "words"),
        ("max_words", "words"),
        ("lang", "language"),
        ("percent", "ratio"),
        ("method", "backend"),
        ("stile", "style"),
    ],
)
def test_a_keyword_of_another_library_is_guided(keyword, meant):
    with pytest.raises(TypeError, match=f"has no option '{keyword}'; did you mean '{meant}"):
        summarize.summarize(TEXT, **{keyword: 3})


def test_a_name_that_is_none_is_guided():
    with pytest.raises(AttributeError, match="did you mean 'summarize'"):
        summarize.sumarize  # noqa: B018


@pytest.fixture
def run(capsys):
    def call(*arguments):
        with pytest.raises(SystemExit) as stop:
            cli.main(list(arguments))
        out, err = capsys.readouterr()
        return stop.value.code, out, err

    return call


@pytest.mark.parametrize(
    ("arguments", "code", "hint"),
    [
        (["evalute", "x"], 2, "did you mean 'summarize evaluate'"),
        (["help"], 2, "did you mean 'summarize --help'"),
        (["version"], 2, "did you mean 'summarize --version'"),
        (["A text. Another."], 1, "echo 'A text.' | summarize"),
        (["www.x.org/a"], 1, "write https://www.x.org/a"),
        (["example.com/news"], 1, "write https://example.com/news"),
        (["evaluate"], 2, "see 'summarize evaluate --help'"),
        (["score", "x"], 2, "see 'summarize score --help'"),
        (["-n", "x", "a.txt"], 2, "see 'summarize --help'"),
        (["--sentences", "0", "a.txt"], 2, "--sentences 0"),
        (["-q", "-v", "a.txt"], 2, "contradict"),
        (["backends", "lead"], 0, "lead has no options"),
        (["backends", "textrnk"], 2, "did you mean 'textrank'"),
    ],
)
def test_the_next_step_is_named(run, arguments, code, hint):
    found, out, err = run(*arguments)
    assert (found, out) == (code, "")
    assert hint in err
    assert len(err.splitlines()) == 1


def test_a_backend_tells_its_options(run):
    code, out, err = run("backends", "textrank")
    assert (code, err) == (0, "")
    lines = dict(line.split("\t", 1) for line in out.splitlines())
    assert "tokenizer='regex'" in lines
    assert all(lines.values()), out


def test_help_lists_the_version(run):
    assert "--version" in run("--help")[1]


@pytest.mark.filterwarnings("default")
def test_quiet_writes_no_warnings(run, tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")

    def warns(self, documents):
        import warnings

        warnings.warn("it creaks", stacklevel=2)
        return [[1.0] * len(document.sentences) for document in documents]

    monkeypatch.setattr("summarize.backends.lead.Lead.score", warns)
    assert "creaks" in run("-b", "lead", str(path))[2]
    assert run("-b", "lead", "-q", str(path))[2] == ""


def test_a_sentence_longer_than_asked_is_told(run, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("It rained all night in the port. It stopped.", encoding="utf-8")
    code, out, err = run("-b", "lead", "--words", "1", str(path))
    assert (code, out) == (0, "It rained all night in the port.\n")
    assert "not one whole sentence is as short as asked" in err
    assert run("-b", "lead", "--words", "1", "-q", str(path))[2] == ""


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("not utf-8; encoding= names another", "not utf-8; --encoding names another"),
        ("max_bytes= set to None lifts it", "--max-bytes set to None lifts it"),
        ("allow_private=True permits it", "--allow-private permits it"),
        ("language=None finds it", "--language auto finds it"),
        ("sentences=-1: must be whole", "--sentences -1: must be whole"),
        ("ratio=nan: must be above 0", "--ratio nan: must be above 0"),
        ("engine='torch' can do it", "-o engine=torch can do it"),
        ("max_sentences=None lifts it", "-o max_sentences=null lifts it"),
        # what is no argument of ours stays
        ("http://x.example/?max_bytes=3 is gone", "http://x.example/?max_bytes=3 is gone"),
        ("'limit' is not of the form name=value", "'limit' is not of the form name=value"),
        ("a=1.txt is gone", "a=1.txt is gone"),
    ],
)
def test_arguments_are_told_as_options(message, told):
    from summarize.cli.hints import in_options

    known = ["encoding", "max_bytes", "allow_private", "language", "sentences", "ratio"]
    assert in_options(message, known) == told


@pytest.mark.parametrize(
    ("arguments", "code", "hint"),
    [
        (["evaluate", "rnd.txt"], 1, "rnd.txt: "),
        (["evaluate", "a=1.txt"], 1, "a=1.txt: no such file"),
        (["-l", "klingon", "a.txt"], 2, "or auto to have it found"),
        (["check", "a.txt", "-d", "a.txt", "-l", "klingon"], 2, "or auto to have it found"),
        (["-n", "1", "--words", "9", "a.txt"], 2, "only one of --sentences, --words and --ratio"),
        (["-b", "kl", "-o", "max_sentences=2", "a.txt"], 1, "max_sentences=null"),
        (["batch", "a.csv", "--output", "o.jsonl"], 1, "--encoding names another"),
    ],
)
def test_the_command_line_speaks_its_own_words(run, tmp_path, monkeypatch, arguments, code, hint):
    import random

    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "a.csv").write_bytes(b"text\nIt rained in Li\xe8ge.\n")
    (tmp_path / "rnd.txt").write_bytes(random.Random(0).randbytes(4000))
    found, out, err = run(*arguments)
    assert (found, out) == (code, "")
    assert hint in err
    assert "= " not in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("command", [["evaluate"], ["score", "--candidates", "x", "--references"]])
def test_a_missing_file_is_told_before_a_missing_package(run, monkeypatch, command):
    import sys

    monkeypatch.setitem(sys.modules, "rouge_score", None)
    monkeypatch.setitem(sys.modules, "rouge_score.rouge_scorer", None)
    code, out, err = run(*command, "no-such-file")
    assert (code, out) == (1, "")
    assert "no-such-file: no such file" in err


@pytest.mark.parametrize(
    ("words", "offered", "not_offered"),
    [
        ("summarize eva", "plain,evaluate", "plain,check"),
        ("summarize c", "plain,check", "plain,evaluate"),
        ("summarize --wor", "plain,--words", "plain,--ratio"),
        ("summarize -b te", "plain,textrank", "plain,lead"),
        ("summarize notes", "file,notes", "plain,evaluate"),
        ("summarize evaluate -b te", "plain,textrank", "plain,lead"),
        ("summarize evaluate c", "file,c", "plain,check"),
        ("summarize evaluate --stem p", "plain,porter", "plain,none"),
        ("summarize batch c", "file,c", "plain,check"),
        ("summarize batch -b te", "plain,textrank", "plain,lead"),
        ("summarize fit c", "file,c", "plain,check"),
        ("summarize fit -b ba", "plain,bart", "plain,newsrank"),
        ("summarize check c", "file,c", "plain,cache"),
        ("summarize score --references c", "file,c", "plain,check"),
        ("summarize --format ma", "plain,markdown", "plain,pdf"),
    ],
)
def test_completion(run, monkeypatch, words, offered, not_offered):
    monkeypatch.setenv("_SUMMARIZE_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(words.split()) - 1))
    lines = run()[1].splitlines()
    assert offered in lines
    assert not_offered not in lines


def test_completion_offers_files_beside_commands(run, tmp_path, monkeypatch):
    (tmp_path / "cables.txt").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("_SUMMARIZE_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "summarize ca")
    monkeypatch.setenv("COMP_CWORD", "1")
    assert run()[1].split() == ["file,ca", "plain,cables.txt", "plain,cache"]


def test_each_commands_help_tells_its_exit_statuses(run):
    from summarize.cli.status import MEANINGS

    everywhere = [meaning for _, where, meaning in MEANINGS if not where]
    for command in ("batch", "check", "evaluate", "fit", "score"):
        told = " ".join(run(command, "--help")[1].split())
        for meaning in [*everywhere, *(each for _, where, each in MEANINGS if where == command)]:
            assert meaning in told, (command, meaning)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        (Path("notes.txt"), "summarize.read"),
        (b"It rained.", "decode it"),
        (io.BytesIO(b"It rained."), "summarize.read"),
        (["It rained."], "summarize_many"),
    ],
)
def test_what_is_no_text_is_guided(text, hint):
    with pytest.raises(TypeError, match=hint):
        summarize.summarize(text)


@pytest.mark.parametrize("text", ["https://example.com/a", "notes.txt", "./here/report.PDF"])
def test_a_name_given_for_a_text_is_told(text):
    with pytest.warns(UserWarning, match=r"use summarize\.read"):
        summarize.summarize(text, backend="lead")


@pytest.mark.parametrize(
    "text", ["Rain.", "See report.pdf", "It rained.\nhttps://example.com", "a.b"]
)
def test_a_short_text_is_no_name(text):
    summarize.summarize(text, backend="lead")  # warnings are errors here


def test_a_pipeline_without_torch_names_what_was_called(monkeypatch):
    import sys

    from summarize.compat.transformers import pipeline

    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(summarize.MissingDependencyError, match=r"pipeline.'summarization'. needs"):
        pipeline("summarization", model="any")
    with pytest.raises(ValueError, match="did you mean 'summarization'"):
        pipeline("summarisation")


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["--ratio", "20", "a.txt"], "20 percent is 20%"),
        (["--length", "3", "a.txt"], "did you mean '--words'?"),
        (["-s", "3", "a.txt"], "did you mean '-n'?"),
        (["--lang", "de", "a.txt"], "did you mean '--language'?"),
        (["--model", "x", "a.txt"], "given as -o model=VALUE"),
        (["--output", "x", "a.txt"], "> FILE"),
        (["--text", "It rained."], "an input is named without an option"),
        (["-o", "out.txt", "a.txt"], "> FILE"),
        (["-o", "sentences=2", "a.txt"], "write --sentences"),
        (["batch", "a.csv", "-o", "out.jsonl"], "--output FILE"),
        (["batch", "a.csv", "--out", "out.jsonl"], "did you mean '--output'?"),
        (["batch", "a.csv", "--text", "body"], "did you mean '--text-column'?"),
        (["evaluate", "a.txt", "--output", "r.json"], "did you mean '--save'?"),
        (["evaluate", "a.txt", "-o", "r.json"], "--save FILE"),
        (["score", "--input", "a.txt"], "did you mean '--references'?"),
        (["check", "a.txt", "--doc", "a.txt"], "did you mean '--document'?"),
        (["evaluate", "a.txt", "--backends", "lead"], "did you mean '--backend'?"),
        (["-b", "facebook/bart-large-cnn", "a.txt"], "-o model=facebook/bart-large-cnn"),
    ],
)
def test_a_mistaken_option_is_guided(run, arguments, hint):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert hint in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    ("call", "hint"),
    [
        (lambda: summarize.Summarizer("lead", sentences=2), "given with the text"),
        (lambda: summarize.summarize(TEXT, model="a/b"), "backend='bart'"),
        (lambda: summarize.Summarizer("a/b"), "model='a/b'"),
        (lambda: summarize.evaluate, "summarize.evaluation.evaluate"),
        (lambda: summarize.pipeline, "summarize.compat.transformers.pipeline"),
        (lambda: summarize.Summarizer("lead").summarize_many({"a": TEXT}), "the keys"),
    ],
)
def test_a_mistaken_call_is_guided(call, hint):
    with pytest.raises((TypeError, LookupError, AttributeError)) as caught:
        call()
    assert hint in str(caught.value)


@pytest.mark.parametrize(
    ("prefix", "command"),
    [
        ("/home/a/.local/share/pipx/venvs/summarize", "pipx runpip summarize install"),
        ("/home/a/.local/share/uv/tools/summarize", "uv pip install --python "),
        ("/home/a/project/.venv", "pip install"),
    ],
)
def test_a_missing_extra_is_installed_where_it_is_missing(monkeypatch, prefix, command):
    import sys

    monkeypatch.setattr(sys, "prefix", prefix)
    error = summarize.MissingDependencyError("this", "that", "summarize[web]")
    assert error.command.startswith(command)
    assert error.command.endswith('"summarize[web]"')
