"""Draws one picture of ROUGE and one of speed from the results beside.

python benchmarks/pictures.py
"""

from __future__ import annotations

import re

from recording import RESULTS

from summarize.evaluation.charts import Bars, bar_chart
from summarize.evaluation.report import write_atomically

CORPORA = {
    "quality-cnndm": "CNN/DailyMail",
    "quality-cnndm-cased": "CNN, true casing",
    "quality-guardian": "Guardian, opening paragraph",
    "quality-articles": "our own articles",
}
SYSTEMS = ("lead", "textrank", "newsrank")
STYLE = (
    "text{fill:#1c2330;font:12px system-ui,sans-serif}.axis{stroke:#d9dee6}"
    ".tick{fill:#566072;font-size:11px}.first,.other{fill:#2b6199}"
    "@media (prefers-color-scheme:dark){text{fill:#e4e8ee}.axis{stroke:#343c48}"
    ".tick{fill:#a3adbb}.first,.other{fill:#79b0e6}}"
)


def main() -> None:
    groups = [
        Bars(title, tuple((system, rouge(name, system)) for system in SYSTEMS))
        for name, title in CORPORA.items()
    ]
    picture("rouge", bar_chart(groups, name="ROUGE-1 F1, %", style=STYLE))
    rows = table("speed")
    groups = [
        Bars(
            f"{row[0]} against {row[1]}",
            (("ours", milliseconds(row[2])), (row[1], milliseconds(row[3]))),
        )
        for row in rows
        if len(row) == 5 and row[2].endswith(" ms") and row[0] != "bart"
    ]
    picture("speed", bar_chart(groups, name="Milliseconds an article of 632 words", style=STYLE))


def table(name: str) -> list[list[str]]:
    """The cells of the rows of a result's tables."""
    lines = (RESULTS / f"{name}.md").read_text(encoding="utf-8").splitlines()
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in lines
        if line.startswith("|")
    ]


def rouge(name: str, system: str) -> float:
    """The first score in a system's row: ROUGE-1."""
    row = next(row for row in table(name) if row[0] == system)
    found = re.match(r"[\d.]+", row[1])
    assert found, row
    return float(found[0])


def milliseconds(cell: str) -> float:
    return float(cell.removesuffix(" ms"))


def picture(name: str, chart: str) -> None:
    write_atomically(RESULTS / f"{name}.svg", f"{chart}\n")
    print(RESULTS / f"{name}.svg")


if __name__ == "__main__":
    main()
