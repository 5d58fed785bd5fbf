"""``summarize evaluate`` and ``summarize score``: what they print, write and exit with."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from summarize import cli

ARTICLES = str(Path(__file__).parent.parent / "benchmarks" / "articles")


@pytest.fixture
def run(capsys):
    def call(*arguments):
        with pytest.raises(SystemExit) as stop:
            cli.main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return stop.value.code, out, err

    return call


def json_lines(path, records):
    path.write_text("".join(f"{json.dumps(each)}\n" for each in records), encoding="utf-8")
    return path


# --- evaluate -----------------------------------------------------------------------------------


def test_evaluate_prints_a_table_and_saves_it(run, tmp_path):
    names = [f"out{ending}" for ending in (".json", ".csv", ".md", ".html")]
    saves = [part for name in names for part in ("--save", tmp_path / name)]
    code, out, err = run(
        "evaluate", ARTICLES, "-b", "lead", "-b", "textrank:tr", "--limit", 5, *saves
    )
    assert (code, err) == (0, "")
    assert "5 documents" in out
    assert [line.split()[0] for line in out.splitlines()[3:6]] == ["lead", "tr", "lead-3"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)
    saved = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert [system["backend"] for system in saved["systems"]] == ["lead", "textrank", "lead"]


def test_evaluate_without_a_backend_runs_the_default_one(run):
    from summarize import DEFAULT_BACKEND

    code, out, _ = run("evaluate", ARTICLES, "--limit", 2, "-m", "rouge2")
    assert code == 0
    assert out.splitlines()[3].startswith(DEFAULT_BACKEND)
    assert "ROUGE-1" not in out


def test_options_go_to_all_or_to_one(run, tmp_path):
    path = tmp_path / "out.json"
    code, _, _ = run(
        *("evaluate", ARTICLES, "--limit", 2, "-b", "kl", "-b", "kl:other", "--save", path),
        *("-o", "max_sentences=null", "-o", "other:max_sentences=900"),
    )
    assert code == 0
    systems = json.loads(path.read_text(encoding="utf-8"))["systems"]
    assert [system["options"] for system in systems] == [
        {"max_sentences": None},
        {"max_sentences": 900},
        {},
    ]


def test_evaluate_reads_columns_and_lengths(run, tmp_path):
    records = [{"key": "a", "text": "It rained. It stopped.", "highlights": "It rained."}]
    path = json_lines(tmp_path / "a.jsonl", records)
    columns = ["--id-column", "key", "--article-column", "text", "--summary-column", "highlights"]
    code, out, _ = run("evaluate", path, "-b", "lead", "--ratio", "50%", *columns)
    assert code == 0
    assert "summaries of at most 50% of the words" in out
    assert "lead    100.00 [100.0, 100.0]" in out


def test_a_document_that_fails_is_listed_and_exits_with_1(run, tmp_path):
    records = [
        {"id": "good", "article": "It rained.", "summary": "Rain."},
        {"id": "bad", "article": " ", "summary": "Nothing."},
    ]
    code, out, _ = run("evaluate", json_lines(tmp_path / "a.jsonl", records), "-b", "lead")
    assert code == 1
    assert "lead failed on 1:\n  bad: EmptyDocumentError: the document is empty" in out


def test_the_gate_exits_with_3_and_names_what_fell(run, tmp_path):
    path = tmp_path / "baseline.json"
    assert run("evaluate", ARTICLES, "-b", "textrank", "--save", path)[0] == 0
    code, out, _ = run("evaluate", ARTICLES, "--baseline", path)
    assert code == 0
    assert out.endswith("with a tolerance of 0.5 points:\n  8 scores held\n")
    code, out, _ = run("evaluate", ARTICLES, "-b", "sum-basic:textrank", "--baseline", path)
    assert code == 3
    assert "  textrank ROUGE-1 fell: " in out
    both = ("-b", "luhn", "-b", "sum-basic:textrank", "--tolerance", 30)
    code, out, _ = run("evaluate", ARTICLES, *both, "--baseline", path)
    assert code == 0
    assert out.endswith("  8 scores held\n  luhn is not in the baseline\n")
    code, _, err = run("evaluate", ARTICLES, "-b", "luhn", "--baseline", path)
    assert code == 1  # nothing that could have fallen
    assert "baseline.json: has none of these systems, only textrank\n" in err
    code, out, _ = run(
        *("evaluate", ARTICLES, "-b", "sum-basic:textrank", "--baseline", path, "--tolerance", 30)
    )
    assert code == 0
    code, _, err = run("evaluate", ARTICLES, "-n", 1, "--baseline", path)
    assert code == 1
    assert "baseline.json: textrank was run at" in err


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["-m", "rougel"], 2, "did you mean 'rougeL'?"),
        (["-b", "textrang"], 2, "did you mean 'textrank'?"),
        (["-b", "lead:lead-3"], 2, "the label 'lead-3' is the baseline's"),
        (["-b", "lead", "-b", "lead"], 2, "two systems have the label 'lead'"),
        (["-o", "novalue"], 2, "not of the form NAME=VALUE"),
        (["-o", "other:a=1"], 2, "no -b has the label 'other'"),
        (["-b", "lead", "-o", "a=1"], 2, "backend 'lead' has no option 'a'"),
        (["-n", "0"], 2, "--sentences 0"),
        (["-n", "2", "--words", "9"], 2, "only one of"),
        (["--ratio", "lots"], 2, "'lots' is not a share"),
        (["-l", "klingon"], 2, "not a language code"),
        (["--tokenizer", "moses"], 2, "unknown tokenizer 'moses'"),
        (["--split", "line"], 2, "did you mean 'lines'?"),
        (["--limit", "0"], 2, "--limit"),
        (["--save", "out.xlsx"], 2, "must end in .json, .csv, .md, .html"),
        (["--save", "no/such/folder/out.md"], 2, "there is no folder"),
        (["--baseline", "no.json"], 1, "no.json: no such file"),
        (["no/such/corpus"], 1, "no/such/corpus: no such file"),
        (["--baseline", ARTICLES], 1, "is a directory"),
    ],
)
def test_bad_input_is_one_clear_line(run, arguments, code, message):
    found, out, err = run("evaluate", ARTICLES, *arguments)
    assert (found, out) == (code, "")
    assert message in err
    assert err.count("\n") == 1


def test_evaluate_needs_a_corpus(run):
    code, _, err = run("evaluate")
    assert code == 2
    assert "CORPUS" in err


# --- score --------------------------------------------------------------------------------------

REFERENCES = [
    {"id": "a", "summary": "It rained in the night."},
    {"id": "b", "summary": ["The river rose.", "The water rose."]},
    {"id": "c", "summary": "Nobody was hurt."},
]


def test_score_matches_records_by_id(run, tmp_path):
    references = json_lines(tmp_path / "references.jsonl", REFERENCES)
    same = [{"id": r["id"], "summary": [r["summary"]][0]} for r in REFERENCES[::-1]]
    same[1]["summary"] = "The water rose."
    good = json_lines(tmp_path / "good.v1.jsonl", same)
    bad = json_lines(tmp_path / "bad.jsonl", [{**r, "summary": "Snow."} for r in same])
    saved = tmp_path / "out.json"
    code, out, err = run(
        *("score", "--references", references, "--save", saved),
        *("--candidates", good, "--candidates", f"{bad}:worse"),
    )
    assert (code, err) == (0, "")
    rows = [line.split()[:2] for line in out.splitlines()[3:5]]
    assert rows == [["good", "100.00"], ["worse", "0.00"]]
    assert "lead-3" not in out
    result = json.loads(saved.read_text(encoding="utf-8"))
    assert result["length"] == {}
    assert [system["label"] for system in result["systems"]] == ["good", "worse"]
    assert result["systems"][0]["scores"]["rouge1"]["fmeasure"] == 1.0
    assert result["systems"][0]["coverage"] is None
    assert len(result["comparisons"]) == 4


def test_score_compares_with_the_articles_where_there_are_any(run, tmp_path):
    records = [{"id": "a", "article": "It rained. It stopped.", "summary": "Rain."}]
    references = json_lines(tmp_path / "references.jsonl", records)
    candidate = json_lines(tmp_path / "c.jsonl", [{"id": "a", "out": "It rained."}])
    code, out, _ = run(
        *("score", "--references", references, "--candidates", candidate),
        *("--candidate-column", "out"),
    )
    assert code == 0
    assert "compression  coverage  density" in out


def test_score_matches_lines_of_text(run, tmp_path):
    references = tmp_path / "references.txt"
    references.write_text("It rained.<n>It stopped.\nSnow.\n", encoding="utf-8")
    candidates = tmp_path / "candidates.txt"
    candidates.write_text("It stopped.<n>It rained.\r\n\r\n", encoding="utf-8")
    code, out, _ = run(
        "score", "--references", references, "--candidates", candidates, "--split", "lines"
    )
    assert code == 0
    # By lines, the first is right throughout and the second, empty, is wrong.
    assert out.splitlines()[3].split()[-3] == "50.00"
    assert "split:lines/lines" in out


@pytest.mark.parametrize(
    ("records", "message"),
    [
        ([], "3 of 3 ids are missing ('a', 'b', 'c')"),
        (["a", "b"], "1 of 3 ids are missing ('c')"),
        (["a", "b", "c", "d"], "1 ids are not in the references ('d')"),
        (["a", "x", "y", "z", "w"], "2 of 3 ids are missing ('b', 'c') and 4 ids are not in"),
    ],
)
def test_ids_that_do_not_match_are_counted_and_named(run, tmp_path, records, message):
    references = json_lines(tmp_path / "references.jsonl", REFERENCES)
    candidates = [{"id": name, "summary": "x"} for name in records]
    path = json_lines(tmp_path / "c.jsonl", candidates)
    code, out, err = run("score", "--references", references, "--candidates", path)
    assert (code, out) == (1, "")
    assert message in err
    assert err.count("\n") == 1


def test_other_mismatches_are_one_clear_line(run, tmp_path):
    references = json_lines(tmp_path / "references.jsonl", REFERENCES)
    lines = tmp_path / "lines.txt"
    lines.write_text("one\ntwo\n", encoding="utf-8")
    half = tmp_path / "half.jsonl"
    half.write_text('{"id": "a", "summary": "x"}\n{"id": "b", "summ', encoding="utf-8")
    cut = tmp_path / "cut.jsonl.gz"
    cut.write_bytes(gzip.compress(references.read_bytes())[:-9])
    empty = tmp_path / "empty.jsonl"
    empty.write_text("", encoding="utf-8")
    faults = {
        lines: "has 2 summaries for the 3 references in",
        half: "half.jsonl:2: not a whole JSON object",
        cut: "the gzip data is corrupt or cut off",
        tmp_path / "none.jsonl": "none.jsonl: no such file",
    }
    for path, message in faults.items():
        code, out, err = run("score", "--references", references, "--candidates", path)
        assert (code, out, err.count("\n")) == (1, "", 1)
        assert message in err
    code, _, err = run("score", "--references", empty, "--candidates", references)
    assert code == 1
    assert "empty.jsonl: there is no article in it" in err
    lines.write_text("one\ntwo\nthree\n", encoding="utf-8")
    twice = ("--candidates", lines, "--candidates", lines)
    code, _, err = run("score", "--references", references, *twice)
    assert code == 2
    assert "two systems have the label 'lines'" in err


def test_references_without_a_token_are_told_with_the_option_that_helps(run, tmp_path):
    lines = tmp_path / "hindi.txt"
    lines.write_text("हिन्दी\nनदी\nriver\n", encoding="utf-8")
    code, out, err = run("score", "--references", lines, "--candidates", lines)
    assert code == 0
    assert "2 of 3 references have no token and score 0 with anything; --tokenizer unicode" in err
    code, out, err = run(
        "score", "--references", lines, "--candidates", lines, "--tokenizer", "unicode"
    )
    assert (code, err) == (0, "")
    assert "100.00" in out


def test_stems_and_references_of_rouge155_are_options(run, tmp_path):
    references = tmp_path / "references.jsonl"
    references.write_text('{"id": "1", "summary": ["the children", "a child"]}\n', "utf-8")
    candidates = tmp_path / "candidates.jsonl"
    candidates.write_text('{"id": "1", "summary": "child"}\n', "utf-8")
    code, out, _ = run(
        *("score", "--references", references, "--candidates", candidates, "-m", "rouge1"),
        *("--stem", "rouge155", "--multi", "pooled"),
    )
    assert code == 0
    assert "stem:rouge155" in out
    assert "refs:2|multi:pooled" in out
    assert "66.67" in out


# --- The verdict, whoever reads it ----------------------------------------------------------------


@pytest.fixture(scope="module")
def too_high(tmp_path_factory):
    """A baseline that every run falls below."""
    path = tmp_path_factory.mktemp("gate") / "high.json"
    with pytest.raises(SystemExit):
        cli.main(["evaluate", ARTICLES, "-b", "lead", "--save", str(path)])
    saved = json.loads(path.read_text(encoding="utf-8"))
    for system in saved["systems"]:
        for scores in system["per_document"].values():
            scores[:] = [min(1.0, score + 0.2) for score in scores]
    path.write_text(json.dumps(saved), encoding="utf-8")
    return path


def gate(*arguments, **streams):
    command = [sys.executable, "-m", "summarize", "evaluate", ARTICLES, *map(str, arguments)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, **streams)


@pytest.mark.parametrize("reader", ["gone", "full", "closed"])
def test_the_verdict_survives_its_reader(too_high, tmp_path, reader):
    saved = tmp_path / "new.json"
    arguments = ("--baseline", too_high, "--save", saved)
    if reader == "gone":
        read, written = os.pipe()
        os.close(read)
        running = gate(*arguments, stdout=written)
        os.close(written)
    elif reader == "full":
        with open("/dev/full", "w") as full:
            running = gate(*arguments, stdout=full)
    else:
        running = gate(*arguments, preexec_fn=lambda: os.close(1))
    _, err = running.communicate()
    assert running.returncode == 3, err
    assert "Traceback" not in err
    assert json.loads(saved.read_text(encoding="utf-8"))["systems"]


def test_a_result_that_cannot_be_saved_does_not_hide_the_verdict(
    run, too_high, tmp_path, monkeypatch
):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("summarize.evaluation.report.save", full)
    code, out, err = run("evaluate", ARTICLES, "--baseline", too_high, "--save", tmp_path / "n.md")
    assert code == 3
    assert "fell" in out
    assert "n.md: No space left on device" in err
    code, _, _ = run("evaluate", ARTICLES, "-b", "lead", "--save", tmp_path / "n.md")
    assert code == 1


@pytest.mark.parametrize(
    "step",
    [
        "tempfile.mkstemp",
        "pathlib.Path.write_bytes",
        "os.fsync",
        "os.umask",
        "pathlib.Path.replace",
    ],
)
@pytest.mark.parametrize("form", ["json", "csv", "md", "html"])
def test_a_result_is_old_or_new_wherever_saving_fails(run, tmp_path, monkeypatch, step, form):
    path = tmp_path / f"n.{form}"
    path.write_text("those of before")

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(step, full)
    code, _, err = run("evaluate", ARTICLES, "-b", "lead", "--limit", 2, "--save", path)
    assert (code, path.read_text()) == (1, "those of before")
    assert "No space left on device" in err
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_a_baseline_is_data_and_runs_nothing(run, too_high, tmp_path):
    saved = json.loads(too_high.read_text(encoding="utf-8"))
    path = tmp_path / "b.json"
    for option, value in (
        ("trust_remote_code", True),
        ("use_safetensors", False),
        ("url", "http://x"),
        ("headers", "Authorization"),
        ("cache_dir", "/somewhere"),
    ):
        saved["systems"][0]["options"] = {option: value}
        path.write_text(json.dumps(saved), encoding="utf-8")
        code, _, err = run("evaluate", ARTICLES, "--baseline", path)
        assert code == 1
        told = value if isinstance(value, str) else json.dumps(value)
        assert f"-o {option}={told}, which is never taken from a file" in err
        assert f"-o lead:{option}=" in err
    for option, value in (("jobs", 100_000), ("time_limit", 0.001), ("backend", "bart")):
        saved["systems"][0]["options"] = {option: value}
        path.write_text(json.dumps(saved), encoding="utf-8")
        code, _, err = run("evaluate", ARTICLES, "--baseline", path)
        assert code == 1
        assert "which is never taken from a file" in err


@pytest.mark.parametrize(
    "damage",
    [
        lambda saved: saved.pop("articles"),
        lambda saved: saved.update(articles=[]),
        lambda saved: saved.update(systems={}),
        lambda saved: saved.update(signature=3),
        lambda saved: saved["corpus"].update(sha256=None),
        lambda saved: saved["systems"].append(saved["systems"][0]),
        lambda saved: saved["systems"][0].update(options=[1]),
        lambda saved: saved["systems"][0].update(backend=None),
        lambda saved: saved["systems"][0]["per_document"].update(rouge1=[0.1]),
        lambda saved: saved["systems"][0]["per_document"]["rouge1"].__setitem__(0, "high"),
        lambda saved: saved["systems"][0]["per_document"]["rouge1"].__setitem__(0, float("nan")),
        lambda saved: saved["systems"][0].pop("per_document"),
        lambda saved: saved["systems"][0].update(label=""),
        lambda saved: saved["systems"].pop(0),
    ],
)
def test_a_malformed_baseline_is_one_line(run, too_high, tmp_path, damage):
    saved = json.loads(too_high.read_text(encoding="utf-8"))
    damage(saved)
    path = tmp_path / "b.json"
    path.write_text(json.dumps(saved), encoding="utf-8")
    code, out, err = run("evaluate", ARTICLES, "--baseline", path)
    assert (code, out) == (1, "")
    assert "b.json: not an evaluation saved by" in err
    assert len(err.splitlines()) == 1


def test_other_articles_are_told_before_anything_is_run(run, too_high, monkeypatch):
    def never(*_, **__):
        raise AssertionError("it was run")

    monkeypatch.setattr("summarize.evaluation.evaluator.evaluate", never)
    code, _, err = run("evaluate", ARTICLES, "--baseline", too_high, "--limit", 3)
    assert code == 1
    assert "made on other articles than these" in err


# --- The cost of listing the commands -----------------------------------------------------------


def test_the_commands_import_nothing_heavy_before_they_run():
    code = (
        "import sys, summarize.cli.evaluating\n"
        "print(sorted({'numpy', 'nltk', 'rouge_score', 'sentencex', 'tqdm'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
