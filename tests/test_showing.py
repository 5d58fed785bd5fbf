"""``--show``, ``--why``, ``--html``, ``check``, and the scores behind them."""

import json
import warnings
from pathlib import Path

import pytest

import summarize
from summarize import Document, Summarizer
from summarize.cli import main
from summarize.cli.batch import Request, outcomes

ARTICLES = Path(__file__).parents[1] / "benchmarks" / "articles"
TEXT = "The river rose by two metres. Nobody was hurt.\n\nA school closed in Ellery on Monday."


@pytest.fixture
def article(tmp_path):
    path = tmp_path / "article.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def run(capsys, *args):
    with pytest.raises(SystemExit) as stopped:
        main([str(each) for each in args])
    found = capsys.readouterr()
    return stopped.value.code, found.out, found.err


@pytest.mark.parametrize("backend", ["newsrank", "lead", "textrank", "kl"])
def test_every_sentence_has_its_score(backend):
    document = summarize.read(ARTICLES / "environment-canola-bears.txt")
    summarizer = Summarizer(backend)
    scores = summarizer.rank(document)
    assert len(scores) == len(document.sentences)
    for sentence in summarizer.summarize(document).sentences:
        assert scores[sentence.sources[0]] == sentence.score
    with pytest.raises(TypeError, match="document must be a str or a Document, not int"):
        summarizer.rank(3)


def test_what_spoke_for_a_sentence():
    document = summarize.read(ARTICLES / "environment-canola-bears.txt")
    [first, last] = Summarizer("newsrank").explain(document, [0, len(document.sentences) - 1])
    assert first["position"] > last["position"]
    [edges] = Summarizer("textrank").explain(document, [0])
    assert list(edges.values()) == sorted(edges.values(), reverse=True)
    assert Summarizer("lead").explain(document, [0]) is None


def test_edges_are_those_of_the_graph():
    text = "The river rose fast. The river rose again. Snow fell in June."
    [edges] = Summarizer("textrank").explain(Document.from_text(text), [0])
    assert list(edges) == ["sentence 2"]


@pytest.mark.filterwarnings("always:rated in haste")
def test_warnings_stay_with_the_input_whose_details_fail(article, monkeypatch):
    def warns(self, documents):
        warnings.warn("rated in haste", stacklevel=1)
        return [[1.0 for _ in each.sentences] for each in documents]

    def fails(*_, **__):
        raise ValueError("no such detail")

    monkeypatch.setattr("summarize.backends.lead.Lead.score", warns)
    monkeypatch.setattr("summarize.cli.details.details", fails)
    [found] = outcomes([str(article)], Request(backend="lead", details=True))
    assert found.summary is None
    assert "no such detail" in str(found.error)
    assert found.warnings == ("rated in haste",)


def test_show_marks_what_was_taken(article, capsys):
    code, output, _ = run(capsys, "-b", "lead", "-n", "1", "--show", article)
    assert code == 0
    assert output.startswith("[The river rose by two metres.] Nobody was hurt.\n\nA school")


def test_why_says_rank_score_and_reasons(article, capsys):
    code, output, _ = run(capsys, "-n", "1", "--why", article)
    assert code == 0
    assert "rank 1, score -" in output
    assert "position " in output
    code, output, _ = run(capsys, "-b", "textrank", "-n", "1", "--why", article, article)
    assert output.count("==> ") == 2


@pytest.mark.parametrize("flag", ["--show", "--why"])
def test_they_do_not_go_with_json(article, capsys, flag):
    code, output, errors = run(capsys, "--json", flag, article)
    assert (code, output) == (2, "")
    assert "do not go with --json" in errors


def test_a_page_of_one_input(article, capsys, tmp_path):
    page = tmp_path / "page.html"
    code, output, _ = run(capsys, "-b", "lead", "-n", "1", "--html", page, article)
    assert (code, output) == (0, "The river rose by two metres.\n")
    assert 'id="s0" href="#d0"' in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_list_of_pages_of_many(article, capsys, tmp_path, jobs):
    page, missing = tmp_path / "all pages.html", tmp_path / "<missing>.txt"
    code, _, _ = run(capsys, "-b", "lead", "-j", jobs, "--html", page, article, missing, article)
    assert code == 1
    listed = page.read_text(encoding="utf-8")
    assert listed.count("<tr><td>") == 2
    assert "&lt;missing&gt;.txt: no such file" in listed
    assert 'href="./all%20pages-pages/00002.html"' in listed
    assert (tmp_path / "all pages-pages" / "00002.html").is_file()


@pytest.mark.parametrize("name", ["page.txt", "no-folder/page.html"])
def test_a_page_that_cannot_be_written_is_told_before(article, capsys, tmp_path, name):
    code, output, _ = run(capsys, "--html", tmp_path / name, article)
    assert (code, output) == (2, "")


@pytest.mark.parametrize(
    ("summary", "options", "status"),
    [
        ("The river rose by two metres.", [], 0),
        ("The river rose by 2 metres.", [], 0),
        ("The river rose by nine metres.", [], 3),
        ("A school closed in Odessa on Monday.", [], 3),
        ("A school did not close in Ellery.", [], 3),
        ("A school rose on metres.", ["--min-score", "0.9"], 3),
        ("The river rose quietly.", [], 0),
    ],
)
def test_check_has_an_exit_status(article, capsys, tmp_path, summary, options, status):
    path = tmp_path / "summary.txt"
    path.write_text(summary, encoding="utf-8")
    code, output, errors = run(capsys, "check", path, "--document", article, *options)
    assert (code, errors) == (status, "")
    assert summary in output
    code, output, _ = run(capsys, "check", path, "-d", article, "--json", *options)
    assert code == status
    assert json.loads(output)["sentences"][0]["text"] == summary


def test_check_writes_a_page_and_tells_of_files(article, capsys, tmp_path):
    path, page = tmp_path / "summary.txt", tmp_path / "page.html"
    path.write_text("The river rose by nine metres.", encoding="utf-8")
    assert run(capsys, "check", path, "-d", article, "--html", page)[0] == 3
    assert ">nine<" in page.read_text(encoding="utf-8")
    code, output, errors = run(capsys, "check", tmp_path / "none", "-d", article)
    assert (code, output) == (1, "")
    assert "no such file" in errors
    assert run(capsys, "check", "-", "-d", "-")[0] == 2


def test_abstractive_backends_rate_no_sentences():
    class Writer:
        window = 10

        def count(self, texts, /):
            return [1 for _ in texts]

        def generate(self, texts, length, /):
            return []

    with pytest.raises(TypeError, match="rates no sentences"):
        Summarizer(Writer()).rank(TEXT)
