"""The command line on many inputs, broken ones among them, and while it is stopped."""

import contextlib
import gzip
import io
import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from summarize.cli import console

ARTICLES = sorted((Path(__file__).parents[1] / "benchmarks" / "articles").glob("*.txt"))
COMMAND = [sys.executable, "-m", "summarize", "-b", "lead"]

posix = pytest.mark.skipif(os.name != "posix", reason="signals and process groups are POSIX")


@pytest.fixture(autouse=True)
def _interruptible():
    """Interrupts are ignored by what is run in the background, and by all that it starts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def run(*arguments, cwd=None, env=None, **options):
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        capture_output="stdout" not in options,
        check=False,
        **options,
    )


def bash(command, cwd=None):
    summarize = " ".join(f"'{part}'" for part in COMMAND)
    return subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command.replace('summarize', summarize)}"],
        cwd=cwd,
        capture_output=True,
        check=False,
    )


def broken_files(folder):
    """Thirty inputs that are no text, each in one of ten ways."""
    ways = {
        "missing": None,
        "empty": b"",
        "blank": b" \n\t\r\n",
        "image.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)),
        "noise.bin": bytes((i * i) % 256 for i in range(4000)),
        "torn-utf16": b"\xff\xfeI",
        "torn.pdf": b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog",
        "torn.gz": gzip.compress(b"It rained. " * 99)[:30],
        "torn.docx": b"PK\x03\x04\x14\0\0\0",
    }
    for number in range(3):
        for name, data in ways.items():
            path = folder / f"{number}-{name}"
            if data is not None:
                path.write_bytes(data)
            yield path.name
        (folder / f"{number}-folder").mkdir()
        yield f"{number}-folder"


@pytest.fixture(scope="module")
def thousand(tmp_path_factory):
    """A folder, its 1,000 files in the order they are given, and the 30 of them that are broken."""
    folder = tmp_path_factory.mktemp("thousand")
    broken = list(broken_files(folder))
    names = [f"{number:03}.txt" for number in range(970)]
    for number, name in enumerate(names):
        (folder / name).write_text(f"Boat number {number} left the harbour. It was late.")
    for place, name in enumerate(broken):
        names.insert(place * 33, name)
    return folder, names, broken


@pytest.mark.parametrize("jobs", [1, 2])
def test_thirty_broken_files_of_a_thousand(thousand, jobs):
    folder, names, broken = thousand
    result = run("--jobs", jobs, "-n1", *names, cwd=folder)
    expected = [
        f"==> {name} <==\nBoat number {int(name[:-4])} left the harbour.\n"
        for name in names
        if name not in broken
    ]
    assert len(names) == 1000
    assert result.stdout.decode() == "\n".join(expected)
    complaints = result.stderr.decode().splitlines()
    assert [line.split(": ")[:2] for line in complaints] == [["summarize", name] for name in broken]
    assert result.returncode == 1


def test_many_jobs_print_what_one_prints():
    files = [path for path in ARTICLES for _ in range(2)][:64]
    one, four = (run("-b", "newsrank", "--jobs", jobs, *files) for jobs in (1, "auto"))
    assert len(files) == 64
    assert one.stdout.count(b"==>") == 64
    assert (four.stdout, four.stderr, four.returncode) == (one.stdout, b"", 0)


def test_jobs_for_one_input_start_no_process(tmp_path):
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.modules['multiprocessing'] = None")
    result = run("--jobs", 4, ARTICLES[0], env={"PYTHONPATH": str(tmp_path)})
    assert (result.returncode, result.stderr) == (0, b"")


def test_jobs_and_mistakes():
    for arguments, reason in [
        (["-b", "leed"], b"did you mean 'lead'"),
        (["-o", "limit=3"], b"has no option 'limit'"),
        (["-b", "bart"], b"--jobs is for extractive backends"),
        (["--jobs", "0"], b"--jobs"),
    ]:
        result = run("--jobs", 2, *arguments, ARTICLES[0], ARTICLES[1])
        assert (result.stdout, result.returncode) == (b"", 2)
        assert reason in result.stderr
        assert result.stderr.count(b"\n") == 1


def test_jobs_and_streams_of_the_shell():
    result = bash(
        "echo It rained. | summarize -j 2 - <(echo Snow fell.) <(echo It blew.) /dev/null"
    )
    sections = [part.partition(" <==\n")[2] for part in result.stdout.decode().split("\n\n")]
    assert [section.strip() for section in sections] == ["It rained.", "Snow fell.", "It blew."]
    assert result.stderr.decode().startswith("summarize: /dev/null: empty")
    assert result.returncode == 1


def test_an_input_whose_process_dies_is_one_that_failed(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import os, summarize.backends.lead as lead\n"
        "score = lead.Lead.score\n"
        "def dies(self, documents):\n"
        "    bomb = any('bomb' in document.text for document in documents)\n"
        "    return os._exit(9) if bomb else score(self, documents)\n"
        "lead.Lead.score = dies\n"
    )
    names = [f"{number}.txt" for number in range(8)]
    for name in names:
        (tmp_path / name).write_text("A bomb." if name in ("2.txt", "5.txt") else f"It is {name}.")
    result = run("-j", 2, *names, cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)})
    assert result.stdout.count(b"==>") == 6
    assert [line.partition(" died")[0] for line in result.stderr.decode().splitlines()] == [
        f"summarize: {name}: the process that worked on it" for name in ("2.txt", "5.txt")
    ]
    assert result.returncode == 1


@posix
@pytest.mark.parametrize("jobs", [1, 3])
def test_an_interrupt_leaves_no_traceback_and_no_half_line(jobs):
    process = subprocess.Popen(
        [*COMMAND, "--json", "--with-document", "-j", str(jobs), *map(str, ARTICLES * 200)],
        bufsize=0,  # what readline() had read ahead, communicate() would not return
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,  # the interrupt goes to its whole group, as a terminal sends it
    )
    first = process.stdout.readline()
    os.killpg(process.pid, signal.SIGINT)
    stdout, stderr = process.communicate(timeout=20)
    assert (process.returncode, stderr) == (130, b"")
    lines = (first + stdout).split(b"\n")
    assert lines.pop() == b""
    assert [json.loads(line)["path"] for line in lines] == [
        str(path) for path in (ARTICLES * 200)[: len(lines)]
    ]
    assert len(lines) < 200 * len(ARTICLES)
    assert group_is_gone(process.pid)


def group_is_gone(group):
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


@posix
def test_an_interrupt_while_it_waits_for_its_input():
    process = subprocess.Popen(
        [*COMMAND, str(ARTICLES[0]), "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=20)
    assert (process.returncode, stderr) == (130, b"")


@pytest.mark.parametrize("times", [0, 1, 2])
def test_an_interrupt_waits_for_the_end_of_a_write_and_a_second_does_not(monkeypatch, times):
    written = []

    class Output(io.StringIO):
        def write(self, text):
            for _ in range(times):
                signal.raise_signal(signal.SIGINT)
            written.append(text)

    monkeypatch.setattr(sys, "stdout", Output())
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt) if times else contextlib.nullcontext():
        console.write("It rained.")
    assert written == ["It rained."] * (times < 2)
    assert signal.getsignal(signal.SIGINT) is before


def test_a_write_in_another_thread(capsys):
    with ThreadPoolExecutor(1) as pool:
        pool.submit(console.write, "It rained.").result()
    assert capsys.readouterr().out == "It rained."


@posix
def test_no_process_is_left_behind_one_that_is_killed():
    process = subprocess.Popen(
        [*COMMAND, "-j", "2", *map(str, ARTICLES * 200)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    process.stdout.readline()
    process.kill()
    _, stderr = process.communicate(timeout=20)
    assert stderr == b""
    assert group_is_gone(process.pid)


@posix
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_closed_pipe_is_silent(jobs):
    files = f"'{ARTICLES[0]}' " * 400
    result = bash(f"summarize -j {jobs} {files} | head -n 1")
    assert result.stdout.decode() == f"==> {ARTICLES[0]} <==\n"
    assert (result.stderr, result.returncode) == (b"", 0)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_full_disk(jobs):
    with open("/dev/full", "w") as full:
        result = run("-j", jobs, *ARTICLES[:3], stdout=full, stderr=subprocess.PIPE)
    assert result.returncode == 1
    assert result.stderr == b"summarize: cannot write the output: No space left on device\n"
