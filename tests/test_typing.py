"""What a type checker says of a user's code."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TYPING = ROOT / "tests" / "typing"


def test_mypy_finds_the_mistakes_and_nothing_else(monkeypatch):
    api = pytest.importorskip("mypy.api")
    monkeypatch.chdir(ROOT)  # its settings and its cache are those of the library's own run
    files = [TYPING / "right.py", TYPING / "mistakes.py"]
    out, err, _ = api.run(["--strict", "--no-error-summary", *map(str, files)])
    assert err == ""
    found = {(Path(line.split(":")[0]).name, int(line.split(":")[1])) for line in out.splitlines()}
    lines = (TYPING / "mistakes.py").read_text(encoding="utf-8").splitlines()
    planted = {number for number, line in enumerate(lines, 1) if line.endswith("# MISTAKE")}
    assert len(planted) == 5
    assert found == {("mistakes.py", number) for number in planted}, out
