"""Records in, rows out: every form, every fault a row, and nothing lost when a run is ended."""

import csv
import errno
import gc
import gzip
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from summarize import CorpusError, Summarizer, cli
from summarize.cli.output import Output
from summarize.files import make_atomically, write_atomically
from summarize.readers.records import has_records, read_records

posix = pytest.mark.skipif(os.name != "posix", reason="signals are POSIX")
RECORDS = [
    {
        "id": "rain",
        "text": "It rained all day. The river rose. Nobody was hurt.",
        "topic": "weather",
    },
    {"id": "snow", "text": "Snow fell on Monday. Roads closed. Schools too.", "topic": "weather"},
    {"id": "blank", "text": " ", "topic": ""},
    {"id": "köln", "text": "Die Stadt baut. Der Rhein steigt. Es regnet.", "topic": 'a "b", c'},
]


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        with pytest.raises(SystemExit) as stop:
            cli.main(["batch", *map(str, arguments)])
        out, err = capsys.readouterr()
        assert out == ""
        return stop.value.code, err

    return call


def json_lines(path, records=RECORDS):
    lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    Path(path).write_text("".join(lines), encoding="utf-8")
    return path


def rows_of(path):
    return [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]


def as_csv(path, delimiter=",", encoding="utf-8"):
    with open(path, "w", newline="", encoding=encoding) as file:
        writer = csv.DictWriter(file, list(RECORDS[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(RECORDS)


def write_as(name):
    path = Path(name)
    plain = path.with_suffix("") if path.suffix in (".gz", ".zst") else path
    if plain.suffix == ".jsonl":
        json_lines(plain)
    elif plain.suffix == ".json":
        plain.write_text(json.dumps(RECORDS, indent=2), encoding="utf-8")
    elif plain.suffix in (".csv", ".tsv"):
        as_csv(plain, "\t" if plain.suffix == ".tsv" else ",")
    else:
        pyarrow = pytest.importorskip("pyarrow")
        pytest.importorskip("pyarrow.parquet").write_table(
            pyarrow.Table.from_pylist(RECORDS), plain
        )
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(plain.read_bytes()))
    elif path.suffix == ".zst":
        compressor = pytest.importorskip("zstandard").ZstdCompressor()
        path.write_bytes(compressor.compress(plain.read_bytes()))
    return path


FORMS = [
    f"{form}{packed}" for form in ("a.jsonl", "a.json", "a.csv", "a.tsv") for packed in ("", ".gz")
]


@pytest.mark.parametrize("name", [*FORMS, "a.jsonl.zst", "a.csv.zst", "a.parquet"])
def test_every_form_gives_the_same_rows(run, name):
    write_as(name)
    code, err = run(name, "--output", "out.jsonl", "-b", "lead", "-n", 1)
    assert code == 1
    assert err == (
        "summarize: out.jsonl: 4 rows, 1 failed (1 EmptyDocumentError), the first: the document is "
        "empty: there is no text to summarize\n"
    )
    rows = rows_of("out.jsonl")
    assert [row["id"] for row in rows] == ["rain", "snow", "blank", "köln"]
    assert [row["topic"] for row in rows] == [record["topic"] for record in RECORDS]
    assert rows[0]["summary"] == "It rained all day."
    assert rows[0]["sentences"][0].items() >= {"start": 0, "end": 18}.items()
    assert (rows[0]["backend"], rows[0]["read_fraction"]) == ("lead", 1.0)
    assert rows[0]["error"] is rows[2]["summary"] is None
    assert "the document is empty" in rows[2]["error"]
    assert "text" not in rows[0]
    assert sorted(path.name for path in Path().glob("out*")) == ["out.jsonl", "out.jsonl.run.json"]


def test_rows_are_what_the_library_gives(run):
    json_lines("a.jsonl")
    run("a.jsonl", "--output", "out.jsonl", "-n", 2)
    summarizer = Summarizer()
    for record, row in zip(RECORDS, rows_of("out.jsonl"), strict=True):
        if record["id"] != "blank":
            summary = summarizer(record["text"], sentences=2)
            assert row["summary"] == summary
            assert [s["start"] for s in row["sentences"]] == [s.start for s in summary.sentences]


@pytest.mark.parametrize("ending", ["csv", "tsv", "parquet"])
def test_output_by_its_ending(run, ending):
    json_lines("a.jsonl", [*RECORDS, {"id": "=1+2", "text": "Go on.", "n": 5, "list": [1]}])
    assert run("a.jsonl", "--output", f"out.{ending}", "-b", "lead")[0] == 1
    columns = "id topic n list summary sentences backend read_fraction error error_kind".split()
    if ending == "parquet":
        parquet = pytest.importorskip("pyarrow.parquet")
        table = parquet.read_table("out.parquet")
        assert table.column_names == columns
        rows = table.to_pylist()
        assert rows[4]["list"] == [1]
        assert rows[4]["id"] == "=1+2"
        assert rows[0]["sentences"][0]["end"] == 18
    else:
        with open(f"out.{ending}", newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file, delimiter="\t" if ending == "tsv" else ","))
        assert list(rows[0]) == columns
        assert rows[4]["id"] == "'=1+2"  # which a spreadsheet would compute
        assert json.loads(rows[0]["sentences"])[0]["end"] == 18
    assert [row["summary"] or None for row in rows][1:3] == [RECORDS[1]["text"], None]


def test_columns_of_other_names_and_columns_that_collide(run):
    records = [{"nr": 7, "Prose": "It rained. It stopped.", "summary": "Rain.", "lang": "xx"}]
    json_lines("a.jsonl", records)
    options = ["--text-column", "Prose", "--id-column", "nr", "-b", "lead", "-n", 1]
    assert run("a.jsonl", "--output", "out.jsonl", *options)[0] == 0
    [row] = rows_of("out.jsonl")
    assert (row["id"], row["input_summary"], row["summary"]) == (7, "Rain.", "It rained.")
    code, _ = run("a.jsonl", "--output", "b.jsonl", *options, "--language-column", "lang")
    assert (code, rows_of("b.jsonl")[0]["error_kind"]) == (1, "UnknownLanguageError")
    code, _ = run("a.jsonl", "--output", "c.jsonl", "--text-column", "txt")
    assert code == 1
    assert "no column 'txt'; there are: 'nr', 'Prose'" in rows_of("c.jsonl")[0]["error"]


def test_odd_rows_are_rows(run):
    """Empty, null, numbers, lists, ids that are missing or come twice, blank lines, CRLF."""
    lines = [
        b'\xef\xbb\xbf{"ID": 1, "Article": "It rained."}\r',
        b"  \r",
        b'{"ID": 1, "Article": "Snow fell."}\r',
        b'{"id": null, "article": null}',
        b'{"article": 5}',
        b'{"article": ["It rained."]}',
        b'{"article": ""}',
        b'{"other": "It rained."}',
        b"{bad",
        b"[1]",
        b'{"id": 9, "article": "\xff"}',
    ]
    Path("a.jsonl").write_bytes(b"\n".join(lines))
    for form in ("jsonl", "csv", "parquet"):
        code, err = run("a.jsonl", "--output", f"out.{form}", "-b", "lead", "-q")
        assert code == 1
        assert "10 rows, 8 failed (7 CorpusError, 1 EmptyDocumentError)" in err
    rows = rows_of("out.jsonl")
    assert [row["summary"] for row in rows[:2]] == ["It rained.", "Snow fell."]
    unread = [f"line {number}" for number in (9, 10, 11)]
    assert [row["id"] for row in rows] == [1, 1, "4", "5", "6", "7", "8", *unread]


@pytest.mark.parametrize("column", ["article", "document", "Body", "content"])
def test_the_usual_names_are_found(run, column):
    json_lines("a.jsonl", [{"ID": 3, column: "It rained. It stopped.", "other": "No."}])
    assert run("a.jsonl", "--output", "out.jsonl", "-b", "lead", "-n", 1)[0] == 0
    assert rows_of("out.jsonl")[0].items() >= {"id": 3, "summary": "It rained."}.items()


def test_what_is_no_record_is_a_row_of_its_own(run):
    Path("a.jsonl").write_bytes(
        b'{"text": "It rained."}\n{torn\n[1]\n{"text": 5}\n\xff\xfe\n{"text": "Snow."}\n{"t": 1}\n'
    )
    code, err = run("a.jsonl", "--output", "out.jsonl", "-b", "lead")
    rows = rows_of("out.jsonl")
    assert [row["summary"] for row in rows] == ["It rained.", None, None, None, None, "Snow.", None]
    assert "a.jsonl:2: not a whole JSON object" in rows[1]["error"]
    assert code == 1
    assert err.startswith(
        "summarize: out.jsonl: 7 rows, 5 failed (5 CorpusError), the first: a.jso"
    )
    Path("b.csv").write_text("id,text\n1,It rained.\n2,a,b\n3\n")
    assert run("b.csv", "--output", "b.jsonl", "-b", "lead")[0] == 1
    assert [row["error_kind"] for row in rows_of("b.jsonl")] == [None, "CorpusError", "CorpusError"]


def test_a_file_that_cannot_be_read_on_leaves_what_came_before(run):
    Path("a.json").write_text('[{"text": "It rained."}, {"text": "Snow."} {"text": "No."}]')
    code, err = run("a.json", "--output", "out.jsonl", "-b", "lead")
    assert code == 1
    assert "a.json:3: not JSON: a comma is missing" in err
    assert "2 rows are in out.jsonl.part; --resume goes on" in err
    assert not Path("out.jsonl").exists()


def test_folders_lists_and_single_texts(run, tmp_path):
    (tmp_path / "in" / "b").mkdir(parents=True)
    (tmp_path / "in" / "b" / "two.txt").write_text("It rained. It stopped.")
    (tmp_path / "in" / "one.md").write_text("# Snow\n\nSnow fell. It melted.")
    (tmp_path / "in" / ".hidden").write_text("no")
    json_lines("more.jsonl", RECORDS[:1])
    Path("list.txt").write_text("more.jsonl\n\nmissing.txt\n")
    code, _ = run("in", "--files-from", "list.txt", "--output", "out.jsonl", "-b", "lead", "-n1")
    rows = rows_of("out.jsonl")
    assert [row["id"] for row in rows] == ["b/two.txt", "one.md", "rain", "missing.txt"]
    assert rows[1].items() >= {"title": "Snow", "summary": "Snow fell."}.items()
    assert (code, rows[3]["error_kind"]) == (1, "ReadError")


def test_jobs_and_batches_do_not_change_a_byte(run):
    articles = sorted((Path(__file__).parents[1] / "benchmarks" / "articles").glob("*.txt"))
    texts = [path.read_text(encoding="utf-8") for path in articles]
    json_lines("a.jsonl", [{"id": i, "text": text} for i, text in enumerate(texts * 4)])
    for jobs in (1, 2):
        assert run("a.jsonl", "--output", f"{jobs}.jsonl", "--jobs", jobs, "-q") == (0, "")
    assert Path("1.jsonl").read_bytes() == Path("2.jsonl").read_bytes()


def test_mistakes(run):
    json_lines("a.jsonl")
    Path("empty").mkdir()
    for arguments, reason in [
        (["a.jsonl", "--output", "out.txt"], "must end in .jsonl, .ndjson, .csv, .tsv, .parquet"),
        (["a.jsonl", "--output", "no/out.csv"], "there is no folder 'no'"),
        (["--output", "out.csv"], "there is no input"),
        (["empty", "--output", "out.csv"], "no file in this folder"),
        (["a.jsonl", "--output", "out.csv", "-j", "some"], "--jobs"),
        (["a.jsonl", "--output", "out.csv", "-j", "0"], "must be a whole number"),
        (["a.jsonl", "--output", "out.csv", "-b", "leed"], "did you mean 'lead'"),
        (["a.jsonl", "--output", "out.csv", "-o", "x=1"], "has no option 'x'"),
        (["a.jsonl", "--output", "out.csv", "--files-from", "none"], "No such file"),
        (["a.jsonl", "--output", "out.csv", "--address", "x"], "--engine ray"),
        (["a.jsonl", "--output", "out.csv", "-n", "0"], "--sentences 0"),
    ]:
        code, err = run(*arguments)
        assert (code, reason in err) == (2, True), err
        left = sorted(path.name for path in Path().iterdir())
        assert left == ["a.jsonl", "empty"]  # nothing in the way


def test_what_cannot_be_read_at_all_leaves_nothing_in_the_way(run):
    Path("a.csv").write_bytes("id,text\n1,Das Café schloss.\n".encode("cp1252"))
    code, err = run("a.csv", "--output", "out.jsonl", "-b", "lead")
    assert (code, err.count("\n")) == (1, 1)
    assert "a.csv: not utf-8 text" in err
    assert err.endswith("--encoding names another\n")
    assert [path.name for path in Path().iterdir()] == ["a.csv"]
    code, err = run("a.csv", "--output", "out.jsonl", "-b", "lead", "--encoding", "cp1252")
    assert (code, rows_of("out.jsonl")[0]["summary"]) == (0, "Das Café schloss.")


def test_the_output_is_no_input(run, tmp_path):
    json_lines("a.jsonl")
    before = Path("a.jsonl").read_bytes()
    for given in (["a.jsonl"], [tmp_path], ["./a.jsonl"]):
        code, err = run(*given, "--output", "a.jsonl", "-b", "lead")
        assert (code, "would replace it" in err) == (2, True), err
    assert Path("a.jsonl").read_bytes() == before


def test_parquet_that_cannot_be_written_is_told_before_the_work(run, monkeypatch):
    json_lines("a.jsonl")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    code, err = run("a.jsonl", "--output", "out.parquet", "-b", "lead")
    assert (code, "writing Parquet needs the package 'pyarrow'" in err) == (2, True)
    assert [path.name for path in Path().iterdir()] == ["a.jsonl"]


def test_an_input_that_is_not_there_is_told_before_the_work(run):
    json_lines("a.jsonl")
    code, err = run("a.jsonl", "missing.csv", "--output", "out.jsonl", "-b", "lead")
    assert (code, err) == (1, "summarize: missing.csv: no such file or directory\n")
    assert sorted(path.name for path in Path().iterdir()) == ["a.jsonl"]
    code, err = run("-", "--output", "out.jsonl")
    assert (code, "batch reads files" in err) == (2, True)


def test_too_many_errors_stop_it_and_it_goes_on(run):
    json_lines("a.jsonl", [{"text": ""}] * 100 + [{"text": "It rained."}] * 100)
    code, err = run("a.jsonl", "--output", "out.jsonl", "-b", "lead", "--max-errors", 10)
    assert code == 1
    told = r"stopped after (\d+) failures: \1 rows are in out\.jsonl\.part; --resume goes on"
    assert 64 <= int(re.search(told, err)[1]) < 100  # in how many portions depends on the time
    code, err = run("a.jsonl", "--output", "out.jsonl", "-b", "lead")
    assert (code, "go on with it by --resume" in err) == (2, True)
    code, err = run("a.jsonl", "--output", "out.jsonl", "-b", "lead", "--resume", "-n", 1)
    assert (code, "of a run with other settings" in err) == (2, True)
    code, err = run("a.jsonl", "--output", "out.jsonl", "-b", "lead", "--resume")
    assert (code, len(rows_of("out.jsonl"))) == (1, 200)
    assert "200 rows, 100 failed (100 EmptyDocumentError)" in err
    before = Path("out.jsonl").read_bytes()
    assert run("a.jsonl", "--output", "out.jsonl", "-b", "lead", "--resume") == (code, err)
    assert Path("out.jsonl").read_bytes() == before
    json_lines("a.jsonl", RECORDS)
    code, err = run("a.jsonl", "--output", "out.jsonl", "-b", "lead", "--resume")
    assert (code, "of a run with other inputs" in err) == (2, True)


def started(*arguments, **options):
    return subprocess.Popen(
        [sys.executable, "-m", "summarize", "batch", *map(str, arguments)],
        stderr=subprocess.PIPE,
        start_new_session=True,
        **options,
    )


def ended(process):
    process.communicate()
    return process.returncode


SLOW = """
import os
import time
import summarize.backends.lead as lead
score = lead.Lead.score
def slow(self, documents):
    time.sleep(0.02)
    held, parent = os.environ.get("HELD"), os.getppid()
    while held and any(held in each.text for each in documents) and os.getppid() == parent:
        time.sleep(0.02)
    return score(self, documents)
lead.Lead.score = slow
"""


@pytest.fixture
def slow(tmp_path):
    """Two thousand records, and an environment where the work on them takes a second, or never
    ends where there is a text with what HELD says.
    """
    (tmp_path / "sitecustomize.py").write_text(SLOW)
    records = [{"id": i, "text": f"Report {i} came. It was late." * (i % 9)} for i in range(2000)]
    json_lines(tmp_path / "a.jsonl", records)
    return {"cwd": tmp_path, "env": {**os.environ, "PYTHONPATH": str(tmp_path)}}


def written(process, part, least):
    """Wait until so many bytes are written, however long that takes; whether it still runs."""
    while process.poll() is None:
        if part.exists() and part.stat().st_size >= least:
            return True
        time.sleep(0.005)
    return False


@posix
@pytest.mark.parametrize(("form", "times"), [("jsonl", 16), ("csv", 4)])
def test_killed_again_and_again_it_ends_as_if_undisturbed(slow, form, times):
    folder = slow["cwd"]
    asked = ["a.jsonl", "-b", "lead", "-n", 1, "--quiet"]
    assert ended(started(*asked, "--output", f"whole.{form}", **slow)) == 1
    chance = random.Random(form)
    part = folder / f"torn.{form}.part"
    kills = 0
    while kills < times:
        jobs = 1 + kills % 2
        output = ["--output", f"torn.{form}", "--resume", "--jobs", jobs]
        before = part.stat().st_size if part.exists() else 0
        process = started(*asked, *output, **slow)
        if chance.random() < 0.3:  # as it starts
            time.sleep(chance.uniform(0.0, 0.5))
        elif not written(process, part, before + chance.randrange(1, 30_000)):
            assert ended(process) == 1
            (folder / f"torn.{form}").unlink()
            (folder / f"torn.{form}.run.json").unlink()
            continue
        process.send_signal(chance.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGINT]))
        ended(process)
        kills += 1
    assert ended(started(*asked, *output, **slow)) == 1
    whole, torn = ((folder / f"{name}.{form}").read_bytes() for name in ("whole", "torn"))
    assert whole == torn
    assert whole.count(b"\n") == 2000 + (form == "csv")


def flipped(data, at):
    return data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: data[:7],
        lambda data: data * 2,
        lambda data: b"x" + data,
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: data.replace(b"storm", b"calm"),
        lambda data: b"".join(data.splitlines(keepends=True)[::-1]),
        lambda data: b"".join(data.splitlines(keepends=True)[1:]),
        lambda data: data + b"[\n",
        lambda data: b"\0" * len(data) + b"\n",
        *(
            lambda data, share=share: flipped(data, int(share * len(data)))
            for share in (0, 0.3, 0.6)
        ),
    ],
)
@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_rows_that_were_damaged_are_made_again(run, form, damage):
    """Also those that are whole, but another run's, or stand where they were not written."""
    texts = [{"text": f"Report {i} came of a storm. It was late."} for i in range(9)]
    json_lines("a.jsonl", [*texts, {"text": ""}, {"text": ""}])
    asked = ["a.jsonl", "--output", f"out.{form}", "-b", "lead", "-n", 1]
    assert run(*asked)[0] == 1
    whole = Path(f"out.{form}").read_bytes()
    Path(f"out.{form}").unlink()
    Path(f"out.{form}.run.json").unlink()
    code, _ = run(*asked, "--max-errors", 1)
    assert (code, Path(f"out.{form}").exists()) == (1, False)
    part = Path(f"out.{form}.part")
    part.write_bytes(damage(part.read_bytes()))
    assert run(*asked, "--resume")[0] == 1
    assert Path(f"out.{form}").read_bytes() == whole
    assert not part.exists()


@pytest.mark.parametrize(
    "told",
    [
        *("", "[", "[" * 100_000, "null", "[]", "{}", '{"run": null}', '{"run": []}', "9" * 5000),
        *(
            "RUN, 'rows': 'x'",
            "RUN, 'rows': 1e999",
            "RUN, 'rows': 2",
            "RUN, 'rows': 2, 'failed': []",
        ),
    ],
)
def test_what_a_run_was_asked_for_may_be_damaged(run, told):
    json_lines("a.jsonl", RECORDS)
    asked = ["a.jsonl", "--output", "out.jsonl", "-b", "lead"]
    run(*asked)
    file = Path("out.jsonl.run.json")
    known = json.dumps(json.loads(file.read_text())["run"])
    file.write_text("{" + told.replace("RUN", f'"run": {known}').replace("'", '"') + "}")
    if not told.startswith("RUN"):
        file.write_text(told)
    code, err = run(*asked, "--resume")
    assert (code, err.count("\n")) == (2, 1)
    assert "out.jsonl.run.json is damaged" in err or "is of a run with other" in err


def test_an_output_that_was_changed_is_not_whole(run):
    json_lines("a.jsonl", RECORDS)
    asked = ["a.jsonl", "--output", "out.jsonl", "-b", "lead"]
    run(*asked)
    whole = Path("out.jsonl").read_bytes()
    Path("out.jsonl").write_bytes(whole[:-20])
    code, err = run(*asked, "--resume")
    assert (code, "out.jsonl is not as it was written; remove it" in err) == (2, True)
    Path("out.jsonl").unlink()
    run(*asked, "--resume")
    assert Path("out.jsonl").read_bytes() == whole


def test_what_is_equal_goes_on_behind_its_rows(tmp_path):
    path = tmp_path / "out.jsonl"
    line = b'{"id": "%d", "error_kind": null}\n'
    begun = Output(path, {"x": 1, "y": True}, resume=False)
    begun.open()
    begun.write([line % 1, line % 2])
    begun.close()
    for number, same in enumerate(({"x": 1.0, "y": 1, "z": None}, {"x": True, "y": 1.0}), 2):
        later = Output(path, same, resume=True)
        later.open()
        assert later.rows == number
        later.write([line % (number + 1)])
        later.close()
    last = Output(path, {"x": 1, "y": True}, resume=True)
    last.open()
    last.finish()
    assert path.read_bytes() == b"".join(line % i for i in (1, 2, 3, 4))
    assert Output(path, {"x": 1.0, "y": 1}, resume=True).complete


def test_equal_to_what_was_asked_for_before_there_were_rows(tmp_path):
    path = tmp_path / "out.jsonl"
    first = Output(path, {"x": 1}, resume=False)
    first.open()
    first.close()
    first.part.unlink()
    for rows in (0, 1):
        later = Output(path, {"x": 1.0}, resume=True)
        later.open()
        assert later.rows == rows
        later.write([b'{"error_kind": null}\n'])
        later.close()


def test_what_a_killed_run_left_of_its_last_copy_is_removed(tmp_path, monkeypatch):
    path, other = tmp_path / "out.jsonl", tmp_path / "out.jsonl2.jsonl"
    killed = Output(path, {}, resume=False)
    killed.open()
    killed.write([b'{"error_kind": null}\n'])
    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", lambda *_, **__: None)  # as where nothing is tidied up
        patched.setattr(Path, "replace", lambda *_: 1 / 0)
        for each in (path, other):
            with pytest.raises(ZeroDivisionError):
                make_atomically(each, lambda target: target.write_bytes(b"half"))
    killed.close()
    [kept] = tmp_path.glob(".out.jsonl2.jsonl.*")
    later = Output(path, {}, resume=True)
    later.open()
    assert [each for each in tmp_path.iterdir() if each.name.startswith(".")] == [kept]
    unlink = Path.unlink

    def unlink_closed(self, **options):  # as on Windows
        assert self != later.part or later._file is None
        unlink(self, **options)

    monkeypatch.setattr(Path, "unlink", unlink_closed)
    later.finish()
    assert path.read_bytes() == b'{"error_kind": null}\n'
    assert not later.part.exists()


@posix
@pytest.mark.parametrize("how", [["-j", 1], ["-j", 2], ["-j", 1, "--time-limit", "none"]], ids=str)
@pytest.mark.parametrize(
    ("number", "status", "said"),
    [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")],
)
def test_it_ends_in_order(slow, number, status, said, how):
    slow["env"]["HELD"] = "Report 1000 came."  # before which it cannot be done
    process = started("a.jsonl", "-b", "lead", "--output", "out.jsonl", *how, **slow)
    assert written(process, slow["cwd"] / "out.jsonl.part", 1), process.communicate()
    process.send_signal(number)
    _, err = process.communicate()
    assert process.returncode == status
    assert err.startswith(f"summarize: {said}".encode())
    assert re.search(rb": [\d,]+ (row is|rows are) in out.jsonl.part; --resume goes on with", err)
    assert err.count(b"\n") == 1


@posix
@pytest.mark.parametrize(
    ("number", "status", "said"),
    [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")],
)
def test_it_ends_in_order_while_it_looks_at_its_inputs(run, monkeypatch, number, status, said):
    json_lines("a.jsonl")
    monkeypatch.setattr(
        "summarize.cli.recording.fingerprint", lambda path: signal.raise_signal(number)
    )
    code, err = run("a.jsonl", "-b", "lead", "--output", "out.jsonl")
    assert (code, err) == (status, f"summarize: {said} before the first row\n")
    assert [path.name for path in Path().iterdir()] == ["a.jsonl"]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks at /proc")
def test_a_run_that_was_killed_leaves_no_lock(slow):
    """Not even for the moment in which its other process learns that it is alone."""
    slow["env"]["HELD"] = "Report 1000 came."
    asked = ["a.jsonl", "-b", "lead", "--output", "out.jsonl", "--resume", "--quiet"]
    process = started(*asked, **slow)
    assert written(process, slow["cwd"] / "out.jsonl.part", 1), process.communicate()
    [child] = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    opened = Path(f"/proc/{child}/fd").iterdir()
    assert not any("out.jsonl.part" in os.readlink(each) for each in opened)
    process.kill()
    ended(process)


@pytest.mark.parametrize("step", ["fsync", "replace", "chmod", "umask"])
@pytest.mark.parametrize("before", [None, "old"])
@pytest.mark.parametrize("name", ["out.json", "n" * 250 + ".json"], ids=["short", "long"])
def test_a_file_is_old_or_new_and_never_half(tmp_path, monkeypatch, step, before, name):
    """Whatever step fails, and whoever makes it."""

    def fails(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / name
    writers = (
        lambda text: write_atomically(path, text),
        lambda text: make_atomically(path, lambda target: target.write_text(text)),
    )
    for write in writers:
        path.unlink(missing_ok=True)
        if before:
            path.write_text(before)
        with monkeypatch.context() as patched:
            patched.setattr(os, step, fails)
            with pytest.raises(OSError, match="No space left"):
                write("new")
        assert [each.read_text() for each in tmp_path.iterdir()] == ([before] if before else [])
        write("new")
        assert [each.read_text() for each in tmp_path.iterdir()] == ["new"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_one_line(run, monkeypatch):
    from summarize.cli.output import Output

    json_lines("a.jsonl")

    def full(self, lines):
        with open("/dev/full", "wb") as file:
            file.write(b"x")

    monkeypatch.setattr(Output, "write", full)
    code, err = run("a.jsonl", "--output", "out.jsonl", "-b", "lead")
    assert code == 1
    assert "No space left on device: 0 rows are in out.jsonl.part" in err


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.csv", "a.tsv", "a.jsonl.gz", "hf:xsum"])
def test_records_given_to_the_plain_command_are_refused(capsys, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    if name != "hf:xsum":
        write_as(name)
    with pytest.raises(SystemExit) as stop:
        cli.main(["-b", "lead", name])
    out, err = capsys.readouterr()
    assert (stop.value.code, out) == (1, "")
    assert "summarize batch" in err


# --- The reader ---------------------------------------------------------------------------------


def test_names_of_records():
    for name in ("a.CSV", "a.tsv.gz", "x/a.json.zst", "a.parquet", "hf:x"):
        assert has_records(name)
    for name in ("a.txt", "a.csv.txt", "json", "a.jsonl.bz2"):
        assert not has_records(name)


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "",
        '[{"a": 1}]',
        '\ufeff [ {"a": "x"} , {"a": 2.5} ] ',
        '{"a": 1}',
        '{"a": 1}\n{"a": 2}',
        '[{"a": "\\"]}, {"}]',
    ],
)
def test_json_that_is_whole(tmp_path, text, monkeypatch):
    path = tmp_path / "a.json"
    path.write_text(text, encoding="utf-8")
    values = json.loads(text.lstrip("\ufeff")) if text.lstrip("\ufeff ").startswith("[") else None
    for block in (1, 3, 1 << 16):
        monkeypatch.setattr("summarize.readers.records._BLOCK", block)
        found = [record.fields for record in read_records(str(path))]
        if values is not None:
            assert found == values


@pytest.mark.parametrize(
    "text", ['[{"a": 1}', '[{"a": 1},', '[{"a": 1} x', "[{]", '{"a": 1', "[1]", '"x"', "[{} {}]"]
)
def test_json_that_is_not(tmp_path, text):
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(CorpusError):
        list(read_records(str(path)))


def test_csv_of_which_only_the_beginning_is_read(tmp_path, monkeypatch):
    told = []
    monkeypatch.setattr(sys, "unraisablehook", told.append)
    path = tmp_path / "a.csv"
    path.write_text("id,text\n1,It rained.\n2,It snowed.\n")
    rows = read_records(str(path))
    assert next(rows).text(None) == "It rained."
    rows.close()
    gc.collect()
    assert told == []


def test_a_long_field_and_the_limit_of_the_program_s_own(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id;text\n1;" + "It rained. " * 30_000 + "\n")
    before = csv.field_size_limit()
    [record] = read_records(str(path))
    assert len(record.text(None)) == 330_000
    assert csv.field_size_limit() == before


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings_of_csv(tmp_path, encoding):
    path = tmp_path / "a.csv"
    as_csv(path, encoding=encoding)
    options = {"encoding": encoding} if encoding == "cp1252" else {}
    assert [record.id for record in read_records(str(path), **options)][-1] == "köln"
    if options:
        with pytest.raises(CorpusError, match="encoding= names another"):
            list(read_records(str(path)))


def test_a_row_of_more_than_it_takes_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("summarize.readers.records._LARGEST_ROW", 1000)
    for name in ("a.jsonl", "a.json"):
        path = tmp_path / name
        path.write_text('{"text": "' + "x" * 200_000 + '"}')
        with pytest.raises(CorpusError, match="64 MiB"):
            list(read_records(str(path)))


def test_a_broken_lines_id_is_no_records_own(run):
    rows = [{"id": "1", "text": "It rained."}, {"id": "2", "text": "It stopped."}]
    lines = [json.dumps(row) for row in rows]
    Path("a.jsonl").write_text("\n".join([lines[0], '{"id": "broken', lines[1]]), encoding="utf-8")
    code, _ = run("a.jsonl", "--output", "out.jsonl", "-b", "lead")
    told = [json.loads(line) for line in Path("out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert code == 1
    assert [row["id"] for row in told] == ["1", "line 2", "2"]


@pytest.mark.skipif(sys.platform != "linux", reason="file systems there take any bytes")
def test_names_that_are_not_utf_8_stay_apart_in_every_form(run, tmp_path):
    names = [os.fsdecode(name) for name in (b"rain\xfe.txt", b"rain\xff.txt", b"snow\x1b[2J.txt")]
    folder = tmp_path / "in"
    folder.mkdir()
    for name in names:
        (folder / name).write_text("It rained. It stopped.")
    shown = ["rain\\udcfe.txt", "rain\\udcff.txt"]
    assert run("in", "-b", "lead", "-q", "--output", "o.jsonl") == (0, "")
    assert [row["id"] for row in rows_of("o.jsonl")] == names
    assert run("in", "-b", "lead", "-q", "--output", "o.jsonl", "--resume") == (0, "")
    assert run("in", "-b", "lead", "-q", "--output", "o.csv") == (0, "")
    with open("o.csv", encoding="utf-8", newline="") as file:
        assert [row["id"] for row in csv.DictReader(file)] == [*shown, r"snow\x1b[2J.txt"]
    parquet = pytest.importorskip("pyarrow.parquet")
    assert run("in", "-b", "lead", "-q", "--output", "o.parquet") == (0, "")
    assert parquet.read_table("o.parquet").column("id").to_pylist() == [*shown, names[2]]
    printed = subprocess.run(
        [sys.executable, "-m", "summarize", "-b", "lead", "--json", *names],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    assert [json.loads(line)["path"] for line in printed.stdout.splitlines()] == names
