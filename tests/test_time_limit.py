"""An input that takes too long is ended, and alone; the others are done."""

import io
import json
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import time

import pytest

from summarize import BackendError, Failure, ReadError, Summarizer, read
from summarize.backends.base import Draft
from summarize.readers import limited

_PLUGIN = """
import os, time

class Slow:
    def score(self, documents):
        for document in documents:
            while "endless" in document.text:
                open("at-work", "w").close()
            if "fatal" in document.text:
                os._exit(5)
        return [[1.0 for _ in each.sentences] for each in documents]
"""

linux = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for children")


@pytest.fixture
def run(tmp_path):
    info = tmp_path / "plugins" / "slow-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: slow\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[summarize.backends]\nslow = slow:Slow\n")
    (info.parent / "slow.py").write_text(_PLUGIN)
    environment = os.environ | {"PYTHONPATH": str(info.parent), "OPENBLAS_NUM_THREADS": "1"}

    def start(*args, **options):
        command = [sys.executable, "-m", "summarize", *map(str, args)]
        options = {"stdin": subprocess.DEVNULL} | options
        return subprocess.Popen(
            command,
            env=environment,
            cwd=tmp_path,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **options,
        )

    def run(*args, given=None):
        options = {} if given is None else {"stdin": subprocess.PIPE}
        with start(*args, **options) as process:
            out, err = process.communicate(given, timeout=60)
        return process.returncode, out, err

    run.start = start
    return run


@pytest.mark.parametrize("jobs", [1, 2])
def test_one_endless_and_one_fatal_input_stop_no_other(run, tmp_path, jobs):
    for number in range(12):
        (tmp_path / f"{number:02}.txt").write_text(f"Report {number}. The river rose.")
    (tmp_path / "03.txt").write_text("This is endless. The river rose.")
    (tmp_path / "07.txt").write_text("This is fatal. The river rose.")
    status, out, err = run(
        "-b", "slow", "-j", jobs, "--time-limit", 1, "--json", *sorted(tmp_path.glob("*.txt"))
    )
    assert status == 1
    assert len(out.splitlines()) == 10
    assert [line.partition(".txt: ")[2] for line in err.splitlines()] == [
        "it was not done in 1 s and was stopped; --time-limit allows more",
        "the process that worked on it died (exit status 5)",
    ]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_record_that_takes_too_long_is_a_row_that_says_so(run, tmp_path, jobs):
    texts = ["The river rose."] * 20
    texts[4] = "This is endless."
    (tmp_path / "in.jsonl").write_text("".join(json.dumps({"text": t}) + "\n" for t in texts))
    status, _, _ = run(
        "batch", "in.jsonl", "--output", "out.jsonl", "-b", "slow", "-j", jobs, "--time-limit", 1
    )
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert status == 1
    assert [row["error_kind"] for row in rows] == [None] * 4 + ["TimeLimit"] + [None] * 15


def test_one_input_alone_and_standard_input_have_the_limit_too(run, tmp_path):
    status, out, err = run("-b", "slow", "--time-limit", 0.5, given="This is endless.")
    assert (status, out) == (1, "")
    assert (
        err == "summarize: -: it was not done in 0.5 s and was stopped; --time-limit allows more\n"
    )
    assert run("-b", "slow", given="It rained.") == (0, "It rained.\n", "")


@linux
def test_standard_input_beside_others_has_the_limit_too(run, tmp_path):
    for name in ("a", "b", "c"):
        (tmp_path / name).write_text(f"{name} rose in the night.")
    status, out, err = run(
        *("-b", "slow", "-j", 2, "--time-limit", 1, "--json", "a", "-", "b", "c"),
        given="This is endless.",
    )
    assert (status, [json.loads(line)["path"] for line in out.splitlines()]) == (1, ["a", "b", "c"])
    assert err == "summarize: -: it was not done in 1 s and was stopped; --time-limit allows more\n"


def test_an_article_that_takes_too_long_fails_in_evaluate(run, tmp_path):
    articles = [
        {"id": str(i), "article": f"Report {i} came. It rained.", "summary": "It rained."}
        for i in range(6)
    ]
    articles[2]["article"] = "This is endless. It rained."
    (tmp_path / "c.jsonl").write_text("".join(json.dumps(each) + "\n" for each in articles))
    status, out, err = run(
        *("evaluate", "c.jsonl", "-b", "slow", "--time-limit", 1, "-j", 1, "--save", "r.json")
    )
    assert status == 1
    slow, lead = json.loads((tmp_path / "r.json").read_text())["systems"]
    assert [each["id"] for each in slow["failures"]] == ["2"]
    assert "not done in 1 s, its time limit" in out + err
    assert not lead["failures"]


def test_a_row_on_ray_has_the_same_limit(run, tmp_path):
    pytest.importorskip("ray")
    texts = ["It rained. It stopped.", "This is endless.", "This is fatal.", "Snow fell."]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps({"text": each}) + "\n" for each in texts))
    rows = {}
    for engine in ("local", "ray"):
        status, _, err = run(
            *("batch", "in.jsonl", "-b", "slow", "-n", 1, "--output", f"{engine}.jsonl"),
            *("--engine", engine, "--time-limit", 1),
        )
        assert status == 1, err
        rows[engine] = (tmp_path / f"{engine}.jsonl").read_text()
    assert rows["ray"] == rows["local"]
    kinds = [json.loads(line)["error_kind"] for line in rows["ray"].splitlines()]
    assert kinds == [None, "TimeLimit", "ProcessDied", None]


@pytest.mark.parametrize("option", ["jobs=2", "time_limit=5"])
def test_options_of_the_command_are_none_of_a_backend(run, option):
    status, _, err = run("-o", option, given="It rained.")
    assert status == 2
    assert f"write --{option.partition('=')[0].replace('_', '-')}" in err


@linux
@pytest.mark.parametrize("jobs", [1, 2])
def test_no_work_outlives_its_parent(run, tmp_path, jobs):
    for name in ("a", "b"):
        (tmp_path / name).write_text("This is endless.")
    with run.start("-b", "slow", "-j", jobs, "a", "b") as process:
        deadline = time.monotonic() + 30
        while not (tmp_path / "at-work").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        children = _read(f"/proc/{process.pid}/task/{process.pid}/children").split()
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        while any(map(_is_alive, children)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(children) >= jobs
        assert not any(map(_is_alive, children))


def _is_alive(child):
    return _read(f"/proc/{child}/stat").rpartition(")")[2].split()[:1] not in ([], ["Z"])


def _read(path):
    try:
        with open(path) as file:
            return file.read().strip()
    except OSError:
        return ""


@pytest.mark.parametrize("value", ["0", "-1", "nan", "soon"])
def test_what_is_no_limit_is_refused(run, value):
    status, _, err = run("--time-limit", value, given="It rained.")
    assert status == 2
    assert "is not a positive number or 'none'" in err


# --- The library ----------------------------------------------------------------------------------


class Sleeper:
    """Rates all sentences alike; an endless text sends it to sleep."""

    def score(self, documents):
        for document in documents:
            while "endless" in document.text:
                time.sleep(60)
        return [[1.0 for _ in each.sentences] for each in documents]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_text_that_takes_too_long_is_one_failure_of_many(jobs):
    texts = [f"Report {i} came. The river rose." for i in range(30)]
    texts[13] = "This is endless. The river rose."
    results = list(
        Summarizer(Sleeper()).summarize_many(
            texts, sentences=1, errors="yield", jobs=jobs, time_limit=1
        )
    )
    assert not multiprocessing.active_children()
    assert [i for i, each in enumerate(results) if isinstance(each, Failure)] == [13]
    failure = results.pop(13)
    assert (failure.index, failure.kind, failure.error.index) == (13, "TimeLimit", 13)
    assert "it was not done in 1 s, its time limit, and was stopped" in str(failure.error)
    del texts[13]
    assert results == list(Summarizer(Sleeper()).summarize_many(texts, sentences=1))


def test_a_text_that_takes_too_long_is_an_error_unless_asked_otherwise():
    texts = ["It rained.", "This is endless.", "Snow fell."]
    stream = Summarizer(Sleeper()).summarize_many(texts, time_limit=1)
    assert next(stream) == "It rained."
    with pytest.raises(BackendError, match="not done in 1 s") as caught:
        next(stream)
    assert (caught.value.kind, caught.value.index) == ("TimeLimit", 1)
    assert not multiprocessing.active_children()


def test_who_stops_asking_leaves_nothing_at_work():
    texts = ["It rained.", "This is endless.", "Snow fell."]
    stream = Summarizer(Sleeper()).summarize_many(texts, time_limit=600, batch_size=1)
    assert next(stream) == "It rained."
    stream.close()
    assert not multiprocessing.active_children()


class Explains(Sleeper):
    def explain(self, document, numbers):
        if "faulty" in document.text:
            sys.exit(0)
        return [{"weight": number} for number in numbers]


def test_ranking_and_explaining_have_the_limit_too():
    for summarizer, limits in (
        (Summarizer(Explains()), {"time_limit": 1}),
        (Summarizer(Explains(), time_limit=1), {}),
    ):
        with summarizer:
            assert summarizer.rank("It rained. It stopped.", **limits) == (1.0, 1.0)
            told = summarizer.explain("It rained. It stopped.", [1, 0], **limits)
            assert told == ({"weight": 1.0}, {"weight": 0.0})
            with pytest.raises(BackendError, match="not done in 1 s") as caught:
                summarizer.rank("This is endless.", **limits)
            assert caught.value.kind == "TimeLimit"
            with pytest.raises(BackendError, match="'Explains' failed: SystemExit"):
                summarizer.explain("This is faulty.", [0], **limits)
            with pytest.raises(IndexError, match="numbers has 3, and the document 1 sentences"):
                summarizer.explain("It rained.", [3], **limits)
    assert not multiprocessing.active_children()
    with pytest.raises(ValueError, match="time_limit=0"):
        Summarizer("lead").rank("It rained.", time_limit=0)


@pytest.mark.skipif(os.name != "posix", reason="pipes with a name are POSIX")
def test_reading_has_a_limit_too(tmp_path):
    path = tmp_path / "rain.md"
    path.write_text("# Rain\n\nIt rained. It stopped.\n")
    document = read(path, time_limit=30)
    assert (document.text, document.title) == (read(path).text, read(path).title)
    assert read(io.BytesIO(b"It rained."), time_limit=30).text == "It rained."
    os.mkfifo(tmp_path / "endless")
    began = time.monotonic()
    with pytest.raises(ReadError, match=r"endless: it was not read in 0.5 s, its time_limit"):
        read(tmp_path / "endless", time_limit=0.5)
    assert time.monotonic() - began < 30
    with pytest.raises(ReadError, match="no such file"):
        read(tmp_path / "nothing.txt", time_limit=30)
    with path.open("rb") as file, pytest.raises(TypeError, match="which another process can read"):
        read(file, time_limit=30)
    with pytest.raises(ValueError, match="time_limit=-1"):
        read(path, time_limit=-1)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("# Rain\n\n" + "It rained. " * 20_000, "<text>"),
        (io.StringIO("It rained. " * 20_000), "<text>"),
        (io.BytesIO(b"It rained. " * 20_000), "<stream>"),
        ("http://ann:secret@example.org/rain", "http://…@example.org/rain"),
        ("named", "rain.txt"),
    ],
)
@pytest.mark.parametrize("dies", [False, True])
def test_what_took_too_long_or_died_is_named_in_short(monkeypatch, source, name, dies):
    def in_order(_, batches, *, lost, late, **__):
        for [each] in batches:
            yield lost(each, 9) if dies else late(each)

    monkeypatch.setattr(limited, "in_order", in_order)
    if source == "named":
        source = io.BytesIO(b"It rained.")
        source.name = "rain.txt"
    with pytest.raises(ReadError) as caught:
        read(source, format="markdown", time_limit=0.001)
    reason = "the process that read it died (exit status 9)"
    reason = reason if dies else "it was not read in 0.001 s, its time_limit"
    assert str(caught.value) == f"{name}: {reason}"
    assert len(pickle.dumps(caught.value)) < 1000


def test_a_text_that_takes_too_long_is_not_in_the_error():
    with pytest.raises(ReadError) as caught:
        read("# Rain\n\n" + "It rained. " * 20_000, format="markdown", time_limit=0.001)
    assert str(caught.value) == "<text>: it was not read in 0.001 s, its time_limit"


def test_a_summarizer_has_a_limit_of_its_own():
    with Summarizer(Sleeper(), time_limit=1) as summarizer:
        assert repr(summarizer) == "Summarizer('Sleeper', time_limit=1)"
        with pytest.raises(BackendError, match="not done in 1 s") as caught:
            summarizer("This is endless.")
        assert (caught.value.kind, caught.value.index) == ("TimeLimit", None)
        assert summarizer("It rained. It stopped.", sentences=1) == "It rained."
        many = summarizer.summarize_many(["Snow fell.", "It is endless."], errors="yield")
        assert [isinstance(each, Failure) for each in many] == [False, True]
    assert not multiprocessing.active_children()


class Writer:
    """Writes what is short; an endless text sends it to sleep."""

    window = 1000

    def count(self, texts):
        return [len(text.split()) for text in texts]

    def generate(self, texts, length):
        for text in texts:
            while "endless" in text:
                time.sleep(60)
        return [Draft("It rained.") for _ in texts]


def test_what_writes_has_the_limit_too():
    texts = ["It rained in the night.", "This is endless.", "It rained at noon."]
    results = list(
        Summarizer(Writer()).summarize_many(texts, errors="yield", time_limit=1, sentences=1)
    )
    assert [isinstance(each, Failure) for each in results] == [False, True, False]
    assert results[1].kind == "TimeLimit"


@pytest.mark.parametrize("value", [0, -1, True, "5", float("nan"), float("inf")])
def test_what_is_no_limit_is_an_error(value):
    said = r"time_limit=.* must be a positive number of seconds, or None for no limit"
    with pytest.raises(ValueError, match=said):
        Summarizer("lead", time_limit=value)
    with pytest.raises(ValueError, match=said):
        Summarizer("lead").summarize_many(["It rained."], time_limit=value)
