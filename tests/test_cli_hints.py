"""Likely mistakes, and whether the message names the right next step."""

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
