"""An evaluation as a table for people, and as files.

:meta private:
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from ..files import write_atomically
from ..text.controls import one_line
from .results import TRAITS, Evaluation
from .tables import Rows, heading, notes, score_rows, trait_rows

__all__ = [
    "FORMATS",
    "save",
    "table",
    "to_csv",
    "to_json",
    "to_markdown",
    "writer_for",
]


_LISTED_FAILURES = 10
_FORMULA = frozenset("=+-@\t\r\\|%＝＋－＠")  # with \\t and \\r as one_line writes them
_MARKUP = re.compile(r"[\\`|<\[\]*]|^[#>+=~-]")


def table(evaluation: Evaluation) -> str:
    """Return the evaluation as aligned text: scores, traits, notes and failures."""
    parts = [
        one_line(heading(evaluation)),
        "\n".join(_aligned(score_rows(evaluation))),
        "\n".join(_aligned(trait_rows(evaluation))),
        "\n".join(map(one_line, notes(evaluation))),
        "\n".join(_failures(evaluation)),
    ]
    return "\n\n".join(part for part in parts if part)


def to_markdown(evaluation: Evaluation) -> str:
    """Return the same as Markdown."""
    parts = [
        _inert(heading(evaluation)),
        "\n".join(_piped(score_rows(evaluation))),
        "\n".join(_piped(trait_rows(evaluation))),
        "\n".join(f"- {_inert(note)}" for note in notes(evaluation)),
        "\n".join(f"- {_inert(line.strip())}" for line in _failures(evaluation)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def to_json(evaluation: Evaluation) -> str:
    """Return :meth:`Evaluation.to_dict` as JSON."""
    value = evaluation.to_dict()
    # A backend's options may be of any kind, such as a torch.dtype.
    return json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False, default=str) + "\n"


def to_csv(evaluation: Evaluation) -> str:
    """Return a row for each system, scores as fractions."""
    fields = ("precision", "recall", "fmeasure", "low", "high")
    measured = [f"{metric}_{field}" for metric in evaluation.metrics for field in fields]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        [
            "label",
            "backend",
            "documents",
            "failed",
            "fallbacks",
            *measured,
            *TRAITS,
            "documents_per_second",
        ]
    )
    for system in evaluation.systems:
        means = evaluation.means[system.label]
        scores = [
            getattr(means[metric], field) for metric in evaluation.metrics for field in fields
        ]
        traits = system.mean_traits().values()
        counts = (len(evaluation.corpus), len(system.failures), system.fallbacks)
        writer.writerow(
            [
                _cell(system.label),
                _cell(system.backend),
                *counts,
                *scores,
                *traits,
                system.documents_per_second,
            ]
        )
    return out.getvalue()


def save(evaluation: Evaluation, path: str | os.PathLike[str]) -> None:
    """Write the evaluation to a file, whole or not at all.

    Args:
        evaluation: what to write.
        path: the file; its ending, one of :data:`FORMATS`, says how.

    Raises:
        ValueError: for another ending.
        OSError: if it cannot be written.
    """
    target = Path(path)
    write_atomically(target, writer_for(target)(evaluation))


def writer_for(path: Path) -> Callable[[Evaluation], str]:
    """Return the function that makes the text for a file of that name."""
    try:
        return FORMATS[path.suffix.lower()]
    except KeyError:
        raise ValueError(f"{path}: must end in {', '.join(FORMATS)}") from None


def _to_html(evaluation: Evaluation) -> str:
    from .page import to_html

    return to_html(evaluation)


FORMATS: dict[str, Callable[[Evaluation], str]] = {
    ".json": to_json,
    ".csv": to_csv,
    ".md": to_markdown,
    ".html": _to_html,
}


def _failures(evaluation: Evaluation) -> Iterator[str]:
    for system in evaluation.systems:
        if not system.failures:
            continue
        yield f"{one_line(system.label)} failed on {len(system.failures)}:"
        for failure in system.failures[:_LISTED_FAILURES]:
            yield f"  {one_line(failure.id)}: {one_line(failure.error)}"
        if len(system.failures) > _LISTED_FAILURES:
            yield f"  and {len(system.failures) - _LISTED_FAILURES} more (--save FILE.json has all)"


def _cell(text: str) -> str:
    """Text for a cell of a spreadsheet, which would take one that begins so for a formula."""
    text = one_line(text)
    return f"'{text}" if text.lstrip()[:1] in _FORMULA else text


def _inert(text: str) -> str:
    """Foreign text on a line of Markdown: no markup, no row or line of its own."""
    return _MARKUP.sub(r"\\\g<0>", one_line(text))


def _aligned(rows: Rows) -> Iterator[str]:
    rows = [[one_line(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        first, *others = (
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join([first, *others])


def _piped(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    for number, row in enumerate(rows):
        label, *others = row
        cells = [_inert(label), *(one_line(cell).replace("|", chr(92) + "|") for cell in others)]
        yield f"| {' | '.join(cells)} |"
        if number == 0:
            yield "|---" + "|---:" * (len(row) - 1) + "|"
