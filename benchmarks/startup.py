"""How long it takes to import the package and to summarise one file from the command line.

python benchmarks/startup.py
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

from recording import record, table

ARTICLE = sorted((Path(__file__).parent / "articles").glob("*.txt"))[0]
REPEATS = 15
_LIST_MODULES = """
import sys
before = set(sys.modules)
import summarize
ours = {name.partition(".")[0] for name in set(sys.modules) - before}
print(*sorted(ours - set(sys.stdlib_module_names) - {"summarize"}))
"""


def main() -> None:
    imported = [seconds("-c", "import summarize") - seconds("-c", "pass") for _ in range(REPEATS)]
    third_party = run("-c", _LIST_MODULES).stdout.strip()
    rows = [
        (
            "`import summarize`, over an empty interpreter",
            f"{1000 * statistics.median(imported):.1f} ms",
            "< 50 ms",
        ),
        ("third-party modules it loads", third_party or "none", "none"),
    ]
    for backend, reach in (("lead", "< 0.25 s"), ("newsrank", "< 0.30 s"), ("textrank", "–")):
        command = ("-m", "summarize", "-b", backend, str(ARTICLE))
        run(*command)
        spent = statistics.median(seconds(*command) for _ in range(REPEATS))
        rows.append(
            (f"`summarize -b {backend} article.txt`, whole process", f"{spent:.2f} s", reach)
        )
    record("startup", "# Start-up\n\n" + table(("what", "median", "to reach"), rows), ("click",))


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], check=True, capture_output=True, text=True)


def seconds(*arguments: str) -> float:
    start = time.perf_counter()
    run(*arguments)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
