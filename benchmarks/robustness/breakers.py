"""How many of the inputs that break other summarisers ours take, for every backend concerned.

python benchmarks/robustness/breakers.py
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

HERE = Path(__file__).parent
TESTS = HERE.parents[1] / "tests" / "test_breakers.py"
BREAKERS = 36

sys.path.insert(0, str(HERE.parent))
from recording import record, table  # noqa: E402


def main() -> None:
    cases = run()
    kinds = Counter((number, outcome) for number, _, outcome in cases)
    names: dict[int, dict[str, None]] = {}
    for number, name, _ in cases:
        names.setdefault(number, {})[name] = None
    rows = []
    for number in range(1, BREAKERS + 1):
        passed, failed, skipped = (kinds[number, each] for each in ("passed", "failed", "skipped"))
        count = f"{passed} of {passed + failed}" + (f", {skipped} skipped" if skipped else "")
        rows.append((str(number), "; ".join(names.get(number, {})), count))
    whole = sum(1 for number in names if kinds[number, "passed"] and not kinds[number, "failed"])
    passed = sum(1 for *_, outcome in cases if outcome == "passed")
    failed = sum(1 for *_, outcome in cases if outcome == "failed")
    head = (
        f"Inputs that break other summarisers, each held to its outcome for every backend, reader, "
        f"metric or command that it concerns: {whole} of {BREAKERS} inputs, {passed} of "
        f"{passed + failed} cases."
    )
    body = f"# Robustness\n\n{head}\n\n{table(('#', 'input', 'cases passed'), rows)}"
    record("robustness", body, ("sumy", "numpy", "torch", "trafilatura"))
    sys.exit(whole < BREAKERS)


def run() -> list[tuple[int, str, str]]:
    """Run the tests; return each one's number, name and outcome."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        subprocess.run(
            [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", TESTS],
            cwd=TESTS.parents[1],
            stdout=sys.stderr,
            check=False,
        )
        cases = list(ElementTree.parse(report).iter("testcase"))
    return [(*numbered(case.get("name", "")), outcome(case)) for case in cases]


def numbered(name: str) -> tuple[int, str]:
    match = re.match(r"test_(\d\d)_(\w+)", name)
    assert match is not None, name
    return int(match[1]), match[2].replace("_", " ")


def outcome(case: ElementTree.Element) -> str:
    if case.find("skipped") is not None:
        return "skipped"
    return "passed" if case.find("failure") is None and case.find("error") is None else "failed"


if __name__ == "__main__":
    main()
