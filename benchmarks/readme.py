"""Write README.md from the results.

    python benchmarks/readme.py [--check]

``--check`` writes nothing and fails if the file is not what the results make.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from recording import RESULTS

README = Path(__file__).parent / "README.md"
ORDER = (
    "quality-articles",
    "quality-",
    "speed",
    "textrank",
    "segmentation",
    "bart",
    "gpu",
    "support",
    "chat",
    "fit",
    "small-bart",
    "startup",
    "evaluation",
    "robustness",
    "mutation",
)
INTRODUCTION = """\
# Benchmarks

Each section is a file in [results](results), printed and written by the command that stands below
it; `python benchmarks/readme.py` makes this page of them. Needed: `pip install -e ".[dev]"`, and
for the peers `pip install summa pysbd`.
Scripts that take `--data FOLDER` read corpora that are not part
of this repository: JSON lines of `id`, `article` and `summary`, as `summarize evaluate` takes them;
without it they use our own [articles](articles) or skip the row, saying so.

The headline is the lead task: the body of an article in, its opening paragraph as the reference.
[results/baseline.json](results/baseline.json) holds our backends to their scores on it. CI runs

    summarize evaluate benchmarks/articles --baseline benchmarks/results/baseline.json

which exits with 3 if a score has fallen by more than half a ROUGE point and by more than chance.
After an improvement, `python benchmarks/quality.py --baseline` raises the bar.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="only say whether it is up to date")
    options = parser.parse_args()
    text = page()
    if not options.check:
        README.write_text(text, encoding="utf-8")
    elif README.read_text(encoding="utf-8") != text:
        sys.exit("benchmarks/README.md is not what the results make: python benchmarks/readme.py")


def page() -> str:
    paths = sorted(RESULTS.glob("*.md"), key=lambda path: (place(path.stem), path.stem))
    return "\n".join([INTRODUCTION, *(section(path) for path in paths)])


def place(name: str) -> int:
    """The first place in ``ORDER`` whose name begins this one; the last for any other."""
    fitting = (number for number, start in enumerate(ORDER) if name.startswith(start))
    return next(fitting, len(ORDER))


def section(path: Path) -> str:
    """A result's text, its headings one level down and its plots found from here."""
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"^#", "##", text, flags=re.MULTILINE)
    return re.sub(r"\]\((?=[\w-]+\.svg\))", "](results/", text)


if __name__ == "__main__":
    main()
