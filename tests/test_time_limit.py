"""An input that takes too long is ended, and alone; the others are done."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

_PLUGIN = """
import os, time

class Slow:
    def score(self, documents):
        for document in documents:
            while "endless" in document.text:
                pass
            if "fatal" in document.text:
                os._exit(5)
        return [[1.0 for _ in each.sentences] for each in documents]
"""


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


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for the child")
def test_no_work_outlives_its_parent(run, tmp_path):
    with run.start("-b", "slow", stdin=subprocess.PIPE) as process:
        process.stdin.write("This is endless.")
        process.stdin.close()
        children = f"/proc/{process.pid}/task/{process.pid}/children"
        deadline = time.monotonic() + 30
        while not (child := _read(children)) and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.3)  # until it is at work
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        while _is_alive(child) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert child
        assert not _is_alive(child)


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
