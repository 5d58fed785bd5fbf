"""``summarize fit CORPUS --save weights.npz``: newsrank fitted on articles of one's own.

:meta private:
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np

from ..arguments import imported
from ..backends.newsrank.fitting.settings import Settings
from ..evaluation.corpus import read_corpus
from ..fitting import fit_weights
from ..text.controls import one_line, visible
from .arguments import check_folder, language_code

__all__ = ["fit"]


def _check_saved(ctx: click.Context, param: click.Parameter, path: Path) -> Path:
    check_folder(path)
    return path


@click.command()
@click.argument("corpora", nargs=-1, required=True, metavar="CORPUS...")
@click.option(
    "--save",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    callback=_check_saved,
    help="Where to put the weights (.npz).",
)
@click.option(
    "--style",
    type=click.Choice(["auto", "highlights", "lead"]),
    default="auto",
    show_default=True,
    help="What the reference summaries are: highlights (several lines) or opening paragraphs.",
)
@click.option(
    "-l",
    "--language",
    metavar="CODE",
    callback=language_code,
    help="Language. Default: auto, each article's is found.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Of everything random.")
def fit(corpora: Sequence[str], save: Path, style: Any, language: str | None, seed: int) -> None:
    """Fit newsrank to articles of one's own.

    A CORPUS is a .jsonl or .jsonl.gz file with "article" and "summary" in each line, or a folder
    of .txt files whose opening paragraphs are their summaries. Use the weights by
    "summarize -o weights=FILE".
    """
    torch = imported("torch", "fitting", "fit")
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    weights = fit_weights(
        [read_corpus(source, language=language) for source in corpora],
        style=style,
        language=language,
        settings=Settings(seed=seed),
        report=lambda line: click.echo(visible(line), err=True),
    )
    with save.open("wb") as file:
        np.savez_compressed(file, **weights)  # type: ignore[arg-type]
    click.echo(f"{one_line(str(save))}: {save.stat().st_size / 1e6:.2f} MB", err=True)
