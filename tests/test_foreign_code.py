"""Code of others: each fault is the failure of one input, on every path and for any number of jobs.

An input names its fault, so that one run has a whole table of them.
"""

import json
import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks, signals and limits")

_PLUGIN = """
import atexit, ctypes, multiprocessing, os, re, signal, sys, threading, time, warnings

class Mute(Exception):
    def __str__(self):
        sys.exit(0)

class Unsendable(Exception):
    def __reduce__(self):
        return os._exit, (0,)

def nothing(): pass
def fork_that_returns(): os.fork()
def interrupt(): raise KeyboardInterrupt
def mute(): raise Mute
def unsendable(): raise Unsendable
def exit(): sys.exit(0)
def end(): os._exit(0)
def crash(): ctypes.string_at(0)
def stop_in_a_generator(): raise StopIteration
def escape(): raise ValueError("\\x1b[2J red\\nforged.txt: fine")
def change_folder(): os.chdir("/")
def lose_output(): sys.stdout = sys.stderr = 7
def close_output(): os.closerange(1, 2)
def pool():
    with multiprocessing.Pool(2) as pool:
        assert pool.map(abs, [-1, 2, -3]) == [1, 2, 3]
def speak(): print("an answer"); os.write(1, b"an answer\\n")
def warn_as_errors(): warnings.simplefilter("error"); warnings.showwarning = None
def end_at_exit(): atexit.register(os._exit, 0)
def stay(): threading.Thread(target=time.sleep, args=(1000,)).start()
def interrupt_itself(): os.kill(os.getpid(), signal.SIGINT)

FAULTS = dict(globals())

class Foreign:
    def __init__(self, down=False, closing=""):
        self.down, self.closing = down, closing

    def score(self, documents):
        for document in documents:
            for fault in re.findall(r"The fault (\\w+) came", document.text):
                FAULTS[fault]()
        taken = 3 if self.down else 1
        return [[float(i == taken) for i, _ in enumerate(each.sentences)] for each in documents]

    def close(self):
        if self.closing:
            FAULTS[self.closing]()

class Unloadable:
    def __init__(self):
        os._exit(0)
"""
FAIL = {
    "interrupt": "KeyboardInterrupt",
    "mute": "Mute",
    "unsendable": "Unsendable",
    "exit": "SystemExit",
    "end": "ProcessDied",
    "crash": "ProcessDied",
    "stop_in_a_generator": "StopIteration",
    "escape": "ValueError",
}
DO_NO_HARM = [
    *("pool", "speak", "fork_that_returns", "change_folder", "warn_as_errors", "end_at_exit"),
    *("stay", "interrupt_itself", "lose_output", "close_output"),
]

RIVER = "The river rose by two metres after the long rain of Monday."
BOATS = "Nine boats of the northern fleet left the harbour early on Friday."


def text_of(fault):
    return f"The fault {fault} came. {RIVER} It fell. {BOATS}"


@pytest.fixture(scope="module")
def tmp_path(tmp_path_factory):
    return tmp_path_factory.mktemp("foreign")


@pytest.fixture(scope="module")
def start(tmp_path):
    info = tmp_path / "plugins" / "foreign-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: foreign\nVersion: 1\n")
    (info / "entry_points.txt").write_text(
        "[summarize.backends]\nforeign = foreign:Foreign\nunloadable = foreign:Unloadable\n"
    )
    (info.parent / "foreign.py").write_text(_PLUGIN)
    environment = os.environ | {"PYTHONPATH": str(info.parent), "OPENBLAS_NUM_THREADS": "1"}

    def start(*args, **options):
        command = [sys.executable, "-m", "summarize", *map(str, args)]
        return subprocess.run(
            command,
            check=False,
            env=environment,
            cwd=tmp_path,
            text=True,
            timeout=60,
            stdin=subprocess.DEVNULL,
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options},
        )

    return start


def test_files_of_which_each_has_a_fault(start, tmp_path):
    names = [f"{number:02}.txt" for number in range(len(FAIL) + len(DO_NO_HARM) + 1)]
    for name, fault in zip(names, ["nothing", *DO_NO_HARM, *FAIL], strict=True):
        (tmp_path / name).write_text(text_of(fault))
    limits = {"1": "60", "2": "none"}
    runs = [
        start("-b", "foreign", "-n", "1", "-j", jobs, "--time-limit", limit, *names)
        for jobs, limit in limits.items()
    ]
    for run in runs:
        assert run.returncode == 1
        assert run.stdout.count("==> ") == 1 + len(DO_NO_HARM)
        assert "an answer" not in run.stdout
        lines = [line for line in run.stderr.splitlines() if line != "an answer"]
        assert [line.partition(": ")[2][:6] for line in lines] == [
            f"{name[:2]}.txt" for name in names[-len(FAIL) :]
        ]
        assert "Traceback" not in run.stderr
        assert r"ValueError: \x1b[2J red forged.txt: fine" in run.stderr
    assert len({(run.stdout, tuple(sorted(set(run.stderr.splitlines())))) for run in runs}) == 1


def test_records_of_which_each_has_a_fault(start, tmp_path):
    faults = ["nothing", *FAIL, *DO_NO_HARM]
    records = [{"id": fault, "text": text_of(fault)} for fault in faults]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(each) + "\n" for each in records))
    found = []
    for jobs in ("1", "2"):
        run = start("batch", "in.jsonl", "-b", "foreign", "-j", jobs, "--output", f"{jobs}.jsonl")
        assert run.returncode == 1
        rows = [json.loads(line) for line in (tmp_path / f"{jobs}.jsonl").read_text().splitlines()]
        assert [row["id"] for row in rows] == faults
        assert {row["id"]: row["error_kind"] for row in rows if row["error"]} == FAIL
        found.append(rows)
    assert found[0] == found[1]


@pytest.fixture(scope="module")
def corpus(start, tmp_path):
    faults = ["nothing"] * 12 + [*FAIL, *DO_NO_HARM]
    rows = [{"id": i, "article": text_of(f), "summary": RIVER} for i, f in
            enumerate(faults)]  # fmt: skip
    (tmp_path / "corpus.jsonl").write_text("".join(json.dumps(each) + "\n" for each in rows))
    run = start("evaluate", "corpus.jsonl", "-b", "foreign", "-n", "1", "--save", "b.json")
    assert run.returncode == 1  # its failures
    return tmp_path / "corpus.jsonl"


@pytest.mark.parametrize("streams", ["open", "closed"])
def test_the_verdict_survives_what_a_backend_does(start, corpus, tmp_path, streams):
    options = {}
    if streams == "closed":
        options = {"preexec_fn": lambda: [os.close(number) for number in (0, 1, 2)]}
    closing = "end" if streams == "open" else "warn_as_errors"
    run = start(
        *("evaluate", corpus, "-b", "foreign", "-n", "1", "-o", "down=true"),
        *("-o", f"closing={closing}", "--baseline", "b.json", "--save", "now.json"),
        **options,
    )
    assert run.returncode == 3
    saved = json.loads((tmp_path / "now.json").read_text(encoding="utf-8"))
    [system, _] = saved["systems"]
    assert len(system["failures"]) == len(FAIL)
    if streams == "open":
        assert "foreign ROUGE-1 fell" in run.stdout
        assert "an answer" not in run.stdout


def test_a_backend_that_ends_who_loads_it(start, corpus):
    run = start("evaluate", corpus, "-b", "unloadable", "--limit", "2")
    assert run.returncode == 2
    assert run.stdout == ""
    [line] = run.stderr.splitlines()
    assert "unloadable" in line
    assert "a process that loads it dies" in line
    assert "jobs" not in line


def test_a_backend_that_cannot_be_loaded_is_told_before_others_are_run(start, corpus):
    run = start("evaluate", corpus, "-b", "foreign", "-b", "unloadable")
    assert (run.returncode, run.stdout) == (2, "")
    [line] = run.stderr.splitlines()  # without the answers that the first backend prints
    assert "unloadable" in line
    run = start("evaluate", corpus, "-b", "lead", "-b", "foreign", "-o", "foreign:up=1")
    assert (run.returncode, run.stdout) == (2, "")
    assert "backend 'foreign' has no option 'up'" in run.stderr


def test_options_of_a_foreign_backend_are_taken_from_no_file(start, corpus, tmp_path):
    saved = json.loads((tmp_path / "b.json").read_text(encoding="utf-8"))
    saved["systems"][0]["options"] = {"closing": "end"}
    (tmp_path / "other.json").write_text(json.dumps(saved), encoding="utf-8")
    run = start("evaluate", corpus, "-n", "1", "--baseline", "other.json")
    assert run.returncode == 1
    assert "-o foreign:closing=" in run.stderr
