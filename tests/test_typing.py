"""What type checkers say of a user's code."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TYPING = ROOT / "tests" / "typing"


def planted():
    lines = (TYPING / "mistakes.py").read_text(encoding="utf-8").splitlines()
    places = {("mistakes.py", n) for n, line in enumerate(lines, 1) if line.endswith("# MISTAKE")}
    assert len(places) == 5
    return places


def test_mypy_finds_the_mistakes_and_nothing_else(monkeypatch):
    api = pytest.importorskip("mypy.api")
    monkeypatch.chdir(ROOT)  # its settings and its cache are those of the library's own run
    files = [TYPING / "right.py", TYPING / "mistakes.py"]
    out, err, _ = api.run(["--strict", "--no-error-summary", *map(str, files)])
    assert err == ""
    found = {(Path(line.split(":")[0]).name, int(line.split(":")[1])) for line in out.splitlines()}
    assert found == planted(), out


def test_pyright_finds_the_mistakes_and_nothing_else(tmp_path):
    # basedpyright is pyright with Node.js in a wheel: pyright's own package fetches it.
    if importlib.util.find_spec("basedpyright") is None:
        pytest.skip("basedpyright is not installed")
    settings = {"include": [str(TYPING)], "typeCheckingMode": "strict"}  # pyright's strictest
    project = tmp_path / "pyrightconfig.json"
    project.write_text(json.dumps(settings), encoding="utf-8")
    command = [sys.executable, "-m", "basedpyright", "--outputjson", "--project", str(project)]
    done = subprocess.run(
        [*command, "--pythonpath", sys.executable], capture_output=True, text=True, check=False
    )
    told = json.loads(done.stdout)
    assert told["summary"]["filesAnalyzed"] == 2, done.stdout
    found = {
        (Path(each["file"]).name, each["range"]["start"]["line"] + 1)
        for each in told["generalDiagnostics"]
    }
    assert found == planted(), done.stdout
