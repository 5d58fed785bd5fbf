import gzip
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import summarize
from summarize.cli import main

ARTICLES = sorted((Path(__file__).parents[1] / "examples" / "articles").glob("*.txt"))
ARTICLE = str(ARTICLES[0])
TEXT = "It rained all night. The river rose. Nobody was hurt at all. Boats left early."


def run(*arguments, stdin=None, env=None, cwd=None):
    environment = {k: v for k, v in os.environ.items() if k != "SUMMARIZE_BACKEND"} | (env or {})
    return subprocess.run(
        [sys.executable, "-m", "summarize", *map(str, arguments)],
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        env=environment,
        cwd=cwd,
        check=False,
    )


@pytest.fixture
def inside(monkeypatch, capsysbinary):
    """Run the command line in this process, where what a new one does would tell nothing more."""

    def run_inside(*arguments, stdin):
        stream = SimpleNamespace(buffer=io.BytesIO(stdin.encode()), isatty=lambda: False)
        monkeypatch.setattr(sys, "stdin", stream)
        monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")
        monkeypatch.delenv("SUMMARIZE_BACKEND", raising=False)
        with pytest.raises(SystemExit) as stop:
            main([*map(str, arguments)])
        captured = capsysbinary.readouterr()
        return subprocess.CompletedProcess(arguments, stop.value.code, captured.out, captured.err)

    return run_inside


def out(result):
    return result.stdout.decode()


def err(result):
    return result.stderr.decode()


def one_line(result, status, *parts):
    assert result.returncode == status, err(result)
    assert out(result) == ""
    assert err(result).count("\n") == 1
    assert err(result).startswith("summarize: ")
    for part in parts:
        assert part in err(result)


def test_a_file():
    result = run(ARTICLE)
    expected = summarize.summarize(Path(ARTICLE).read_text(encoding="utf-8"))
    assert (out(result), err(result), result.returncode) == (f"{expected}\n", "", 0)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["-n", "2"], "It rained all night. The river rose."),
        (["--sentences", "1"], "It rained all night."),
        (["--words", "7"], "It rained all night. The river rose."),
        (["--ratio", "30%"], "It rained all night."),
        (["--ratio", "0.3"], "It rained all night."),
        (["--ratio=100 %"], TEXT),
    ],
)
def test_lengths(inside, arguments, expected):
    result = inside("-b", "lead", *arguments, stdin=TEXT)
    assert (out(result), result.returncode) == (expected + "\n", 0)


@pytest.mark.parametrize("arguments", [[], ["-"]])
def test_standard_input(arguments):
    result = run("-b", "lead", "-n", 1, *arguments, stdin=TEXT)
    assert out(result) == "It rained all night.\n"


def test_many_files(tmp_path):
    for name, text in (("a.txt", TEXT), ("b.txt", "Snow fell."), ("empty.txt", " ")):
        (tmp_path / name).write_text(text)
    (tmp_path / "image.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0")
    result = run(
        "-b",
        "lead",
        "-n1",
        "a.txt",
        "missing.txt",
        ".",
        "empty.txt",
        "image.png",
        "b.txt",
        cwd=tmp_path,
    )
    assert result.returncode == 1
    assert out(result) == "==> a.txt <==\nIt rained all night.\n\n==> b.txt <==\nSnow fell.\n"
    lines = err(result).splitlines()
    starts = ["missing.txt: no such file", ".: is a directory", "empty.txt: empty", "image.png: "]
    assert len(lines) == len(starts)
    for line, start in zip(lines, starts, strict=True):
        assert line.startswith(f"summarize: {start}")


def test_the_first_summary_printed_comes_first(tmp_path):
    (tmp_path / "a.txt").write_text("It rained.")
    result = run("-b", "lead", "missing.txt", "a.txt", cwd=tmp_path)
    assert out(result) == "==> a.txt <==\nIt rained.\n"


def test_json_lines(tmp_path):
    (tmp_path / "a.txt").write_text("LONDON (AP) — " + TEXT, encoding="utf-8")
    result = run("--json", "-b", "lead", "-n1", "a.txt", "a.txt", cwd=tmp_path)
    first, second = map(json.loads, out(result).splitlines())
    assert first["path"] == second["path"] == "a.txt"
    assert first["summary"] == "It rained all night."
    assert first["sentences"] == [
        {"text": "It rained all night.", "start": 14, "end": 34, "score": 1.0, "sources": [0]}
    ]
    assert (first["backend"], first["read_fraction"]) == ("lead", 1.0)
    timings = first["timings"]
    assert timings["split"] > 1e-5
    assert timings["total"] == pytest.approx(sum(timings.values()) / 2)


def test_json_has_what_the_file_says_and_on_request_its_text(tmp_path):
    text = "# Rain\n\nIt rained in **Köln**. The river rose.\n"
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    [plain, whole] = (
        json.loads(out(run("--json", *options, "-b", "lead", "-n1", "a.md", cwd=tmp_path)))
        for options in ([], ["--with-document"])
    )
    assert "document" not in plain
    assert "metadata" not in plain
    assert whole["title"] == plain["title"] == "Rain"
    assert whole["source"] == "a.md"
    [sentence] = whole["sentences"]
    assert whole["document"][sentence["start"] : sentence["end"]] == "It rained in Köln."
    one_line(run("--with-document", "a.md", cwd=tmp_path), 2, "--with-document is for --json")


def test_json_is_not_escaped(tmp_path):
    assert "今日は雨だ。" in out(run("--json", "-b", "lead", "-l", "ja", stdin="今日は雨だ。"))


def test_options_of_the_backend(inside):
    assert out(inside("-b", "kl", "-o", "max_sentences=null", "-n1", stdin=TEXT))
    assert out(inside("-b", "kl", "-o", "max_sentences=None", "-n1", stdin=TEXT))
    one_line(inside("-b", "kl", "-o", "max_sentences=2", stdin=TEXT), 1, "-: the document has 4")
    one_line(inside("-b", "kl", "-o", "tokenizer=words", stdin=TEXT), 2, "'regex' or 'nltk'")
    one_line(inside("-b", "kl", "-o", "limit=2", stdin=TEXT), 2, "no option 'limit'", "tokenizer")
    one_line(inside("-b", "kl", "-o", "limit", stdin=TEXT), 2, "NAME=VALUE")


def test_default_backend_from_the_environment():
    first = run("-n1", stdin=TEXT, env={"SUMMARIZE_BACKEND": "lead"})
    assert out(first) == "It rained all night.\n"
    one_line(run(stdin=TEXT, env={"SUMMARIZE_BACKEND": "leed"}), 2, "did you mean 'lead'")
    assert run(stdin=TEXT, env={"SUMMARIZE_BACKEND": ""}).returncode == 0


def test_verbose():
    result = run("-v", "-b", "lead", "-n1", stdin=TEXT)
    assert out(result) == "It rained all night.\n"
    assert err(result).startswith("summarize: -: lead read 100% of 15 words and kept 4 (0.")


def test_a_file_that_holds_a_files_name_is_no_mistake(tmp_path):
    (tmp_path / "article.txt").write_text("It rained.")
    (tmp_path / "name.txt").write_text("article.txt")
    assert err(run("-b", "lead", "name.txt", cwd=tmp_path)) == ""


def test_a_warning_is_one_line(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import summarize.backends.lead as lead, warnings\n"
        "score = lead.Lead.score\n"
        "def warn(self, documents):\n"
        "    warnings.warn('half was read')\n"
        "    return score(self, documents)\n"
        "lead.Lead.score = warn\n"
    )
    result = run("-b", "lead", "-n1", stdin=TEXT, env={"PYTHONPATH": str(tmp_path)})
    assert (out(result), result.returncode) == ("It rained all night.\n", 0)
    assert err(result) == "summarize: -: warning: half was read\n"


def test_datelines():
    text = "LONDON (AP) — It rained."
    assert out(run("-b", "lead", stdin=text)) == "It rained.\n"
    assert out(run("-b", "lead", "--keep-dateline", stdin=text)) == text + "\n"


def test_encodings():
    data = "Es regnete in Köln und überall; die Brücke über den Rhein blieb geöffnet.".encode(
        "cp1252"
    )
    one_line(run("-b", "lead", "--encoding", "utf-8", stdin=data), 1, "-: not utf-8", "--encoding ")
    for options in (["--encoding", "cp1252"], []):
        result = run("-b", "lead", "-l", "de", "-v", *options, stdin=data)
        assert out(result).encode("cp1252") == data + b"\n"
    assert "text in cp1252" in err(result)


def test_standard_input_is_read_as_bytes():
    data = gzip.compress("Es regnete in Köln.".encode("utf-16"))
    assert out(run("-b", "lead", stdin=data)) == "Es regnete in Köln.\n"


def test_limits(inside, tmp_path):
    (tmp_path / "a.txt").write_text(TEXT)
    one_line(
        run("-b", "lead", "--max-bytes", 20, "a.txt", cwd=tmp_path), 1, "a.txt: ", "--max-bytes "
    )
    one_line(inside("-b", "lead", "--max-bytes", 20, stdin=TEXT), 1, "-: larger")
    for limit in (0, "none", 2000):
        assert inside("-b", "lead", "--max-bytes", limit, "--max-pages", limit, stdin=TEXT).stdout
    for limit in ("-1", "2k", "1.5"):
        one_line(inside("--max-bytes", limit, stdin=TEXT), 2, "--max-bytes", "not a whole number")
    for timeout in (0, -1, "inf", "nan"):
        one_line(inside("--timeout", timeout, stdin=TEXT), 2, "--timeout", "not a positive")


def test_web_pages():
    one_line(run("ftp://localhost/a"), 1, "ftp://localhost/a: ", "http")
    url = "http://127.0.0.1:9/article"
    one_line(run(url), 1, f"{url}: ", "--allow-private")
    one_line(run("--allow-private", "--timeout", 5, url), 1, f"{url}: ")


def test_output_is_utf_8_whatever_the_locale():
    result = run(
        "-b", "lead", stdin="Köln — 今日.", env={"PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    )
    assert (out(result), result.returncode) == ("Köln — 今日.\n", 0)


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["-b", "text-rank"], ["did you mean 'textrank'"]),
        (["-n", "0"], ["--sentences 0: must be a whole number, 1 or more"]),
        (["-n", "x"], ["'x' is not a valid integer"]),
        (["--words", "-3"], ["--words -3"]),
        (["--ratio", "150%"], ["--ratio 1.5"]),
        (["--ratio", "%"], ["20% or 0.2"]),
        (["--ratio", "nan"], ["--ratio nan"]),
        (["-n", "2", "--words", "3"], ["only one of"]),
        (["-l", "xx"], ["'xx' is not a language code"]),
        (["--frobnicate"], ["--frobnicate"]),
    ],
)
def test_wrong_usage(inside, arguments, parts):
    one_line(inside(*arguments, stdin=TEXT), 2, *parts)


def test_missing_package(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.util as u\n"
        "find = u.find_spec\n"
        "u.find_spec = lambda name, *a: None if name == 'sumy' else find(name, *a)\n"
    )
    result = run("-b", "lexrank", stdin=TEXT, env={"PYTHONPATH": str(tmp_path)})
    one_line(result, 2, "needs the package 'sumy'", "pip install")
    result = run("backends", env={"PYTHONPATH": str(tmp_path)})
    assert "not installed: pip install" in out(result)


def test_missing_package_of_a_language():
    result = run("-b", "kl", "-l", "ja", "-o", "tokenizer=nltk", "-", stdin="今日は雨だ。")
    one_line(result, 2, "pip install", "tinysegmenter")


def test_a_reader_that_is_not_installed_stops_no_other_input(tmp_path):
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.modules['pypdfium2'] = None")
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4\n1 0 obj\nendobj\n%%EOF\n")
    (tmp_path / "b.txt").write_text("It rained.")
    environment = {"PYTHONPATH": str(tmp_path)}
    result = run("-b", "lead", "a.pdf", "b.txt", cwd=tmp_path, env=environment)
    assert (out(result), result.returncode) == ("==> b.txt <==\nIt rained.\n", 2)
    assert err(result).startswith("summarize: a.pdf: ")
    assert 'pip install "summarize[documents]"' in err(result)


@pytest.mark.parametrize(
    ("error", "reason"), [(MemoryError, "more memory"), (RecursionError, "nested too deep")]
)
@pytest.mark.parametrize("place", ["summarize.readers.read", "summarize.backends.lead.Lead.score"])
def test_an_input_that_is_too_much(inside, monkeypatch, place, error, reason):
    def too_much(*_, **__):
        raise error

    monkeypatch.setattr(place, too_much)
    one_line(inside("-b", "lead", stdin=TEXT), 1, "-: ", reason)


def test_a_wrong_encoding_is_wrong_usage():
    one_line(run("--encoding", "nope", ARTICLE), 2, "unknown encoding 'nope'")
    one_line(run("--encoding", "\udcff", ARTICLE), 2, "unknown encoding '\\udcff'")


def test_what_an_argument_lifts_is_named_as_an_option(tmp_path):
    (tmp_path / "a.json").write_text('{"a": 1}')
    result = run("a.json", cwd=tmp_path)
    one_line(result, 1, "(--format text takes it as it stands)")
    one_line(run(""), 1, "'': no such file")


def test_an_interrupt_while_the_program_is_loaded(tmp_path):
    (tmp_path / "click.py").write_text("raise KeyboardInterrupt")
    result = run(ARTICLE, env={"PYTHONPATH": str(tmp_path)})
    assert (result.returncode, err(result)) == (130, "")


def test_the_help_has_no_marks_of_its_own():
    assert "\\b" not in out(run("check", "--help"))


def test_standard_input_given_twice():
    one_line(run("-", "-", stdin=TEXT), 2, "given twice")


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-"])
def test_closed_streams(closed):
    command = f"'{sys.executable}' -m summarize -b lead '{ARTICLE}' {closed}"
    result = subprocess.run(["bash", "-c", command], capture_output=True, check=False)
    assert result.returncode == 0
    assert b"Traceback" not in result.stderr
    named = f"'{sys.executable}' -m summarize -b lead - <&-"
    result = subprocess.run(["bash", "-c", named], capture_output=True, check=False)
    one_line(result, 1, "-: standard input is closed")
    without_files = f"'{sys.executable}' -m summarize <&-"
    result = subprocess.run(["bash", "-c", without_files], capture_output=True, check=False)
    assert result.returncode == 2
    assert b"Traceback" not in result.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("gone", ["2>/dev/full", "2> >(exec true)"])
def test_complaints_that_cannot_be_written_stop_nothing(tmp_path, gone):
    (tmp_path / "a.txt").write_text("It rained.")
    files = " ".join(f"missing-{number} a.txt" for number in range(20))
    command = f"trap '' PIPE; '{sys.executable}' -m summarize -b lead {files} {gone}"
    result = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, check=False)
    assert out(result).count("It rained.") == 20
    assert (err(result), result.returncode) == ("", 1)


def test_a_name_with_a_line_end_is_one_line():
    one_line(run("-b", "lead", "two\nlines\x1b[1m"), 1, r"two\nlines\x1b[1m: no such file")


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize(
    "error", ["ValueError('no')", "OSError(2, 'no')", "BrokenPipeError(32, 'no')", "SystemExit(0)"]
)
def test_a_backend_that_fails_with_one_input_stops_no_other(tmp_path, error, jobs):
    (tmp_path / "sitecustomize.py").write_text(
        "import summarize.backends.lead as lead\n"
        "score = lead.Lead.score\n"
        "def fails(self, documents):\n"
        f"    if 'now' in documents[0].text: raise {error}\n"
        "    return score(self, documents)\n"
        "lead.Lead.score = fails\n"
    )
    (tmp_path / "a.txt").write_text("It rained.")
    (tmp_path / "b.txt").write_text("It snowed.")
    files = ["a.txt", "b.txt", "a.txt"]
    result = run("-b", "lead", "-j", jobs, *files, cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)})
    assert (out(result).count("It rained."), result.returncode) == (2, 1)
    kind = type(eval(error)).__name__
    assert err(result).startswith(f"summarize: b.txt: backend 'lead' failed: {kind}: ")
    assert err(result).endswith(" (sitecustomize.py, line 4)\n")
    assert err(result).count("\n") == 1


@pytest.mark.parametrize("error", ["RuntimeError('no model')", "OSError(2, 'no model')"])
def test_a_backend_that_cannot_be_opened(inside, monkeypatch, error):
    def fails(self):
        raise eval(error)

    monkeypatch.setattr("summarize.backends.lead.Lead.__init__", fails)
    one_line(inside("-b", "lead", stdin=TEXT), 2, "backend 'lead' cannot be used", "no model")


def test_a_file_that_cannot_be_saved_has_a_name(monkeypatch, capsys):
    def fails(*_):
        raise PermissionError(13, "Permission denied", "weights.npz")

    monkeypatch.setattr("summarize.cli.commands._status", fails)
    with pytest.raises(SystemExit) as stop:
        main([])
    assert (stop.value.code, capsys.readouterr().err) == (
        1,
        "summarize: weights.npz: Permission denied\n",
    )


def test_commands():
    result = run("backends")
    assert result.returncode == 0
    assert f"{summarize.DEFAULT_BACKEND:8}" in out(result)
    assert "default" in out(result)
    assert len(out(result).splitlines()) == len(summarize.available_backends())


def test_a_file_named_like_a_command(tmp_path):
    (tmp_path / "backends").write_text("It rained.")
    assert out(run("-b", "lead", "./backends", cwd=tmp_path)) == "It rained.\n"
    assert "lead" in out(run("backends", cwd=tmp_path))


def test_the_default_command_takes_no_name(tmp_path):
    (tmp_path / "text").write_text("It rained.")
    assert out(run("-b", "lead", "text", cwd=tmp_path)) == "It rained.\n"
    assert out(run("text", "-b", "lead", stdin=TEXT, cwd=tmp_path)) == "It rained.\n"


def test_version_and_help():
    assert out(run("--version")) == f"summarize {summarize.__version__}\n"
    for flag in ("--help", "-h"):
        text = out(run(flag))
        assert text.startswith("Usage: summarize [OPTIONS] [FILE|URL]...")
        for part in ("--words", "--jobs", "backends", "Examples:", "Exit status:", "completion"):
            assert part in text
    assert "Usage: summarize backends" in out(run("backends", "--help"))


def test_shell_completion():
    result = run(
        env={
            "_SUMMARIZE_COMPLETE": "bash_complete",
            "COMP_WORDS": "summarize -b l",
            "COMP_CWORD": "2",
        }
    )
    assert "plain,lead" in out(result).splitlines()
    assert "plain,textrank" not in out(result).splitlines()


def test_lone_surrogates_are_shown(tmp_path):
    # A file name may hold bytes that are not UTF-8; they arrive as lone surrogates.
    name = os.fsdecode(b"caf\xe9.txt")
    try:
        (tmp_path / name).write_text("It rained.")
    except OSError:
        pytest.skip("the file system takes only UTF-8 names")
    result = run("-b", "lead", name, name, cwd=tmp_path)
    section = "==> caf\\udce9.txt <==\nIt rained.\n"
    assert (out(result), result.returncode) == (f"{section}\n{section}", 0)


def test_a_password_in_a_url_is_not_repeated(inside):
    result = inside("http://ada:secret@127.0.0.1/", stdin="")
    one_line(result, 1, "user name or password")
    assert "secret" not in err(result)


def test_headings_are_kept_if_asked_for(inside, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("Rain closes the port\n\nIt rained all day. The river rose by a metre.\n")
    assert not out(inside(path, "-b", "lead", stdin="")).startswith("Rain closes")
    assert out(inside(path, "-b", "lead", "--keep-furniture", stdin="")).startswith("Rain closes")
