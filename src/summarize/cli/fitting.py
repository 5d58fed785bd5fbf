"""``summarize fit CORPUS --save …``: newsrank or an encoder-decoder, fitted on one's own articles.

:meta private:
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..arguments import imported
from ..backends.calling import described
from ..errors import SummarizeError
from ..evaluation.corpus import Corpus, read_corpus
from ..evaluation.report import table
from ..fitting.held_out import is_worse
from ..text.controls import one_line, visible
from .arguments import Paths, Share, check_folder, language_code
from .status import Status, told_statuses

if TYPE_CHECKING:
    from ..evaluation.results import Evaluation

__all__ = ["fit"]

_NEWSRANK, _MODEL = "newsrank", "bart"
# Which backend each option is of, if it is not of both.
_OF = {
    "style": _NEWSRANK,
    **dict.fromkeys(
        ("model", "held_out", "epochs", "steps", "rate", "batch_size", "lora", "patience"), _MODEL
    ),
    "device": _MODEL,
}


def _check_saved(ctx: click.Context, param: click.Parameter, path: Path) -> Path:
    check_folder(path)
    return path


@click.command(epilog=told_statuses("fit"))
@click.argument("corpora", nargs=-1, required=True, type=Paths(), metavar="CORPUS...")
@click.option(
    "--save",
    required=True,
    type=click.Path(path_type=Path),
    metavar="PATH",
    callback=_check_saved,
    help="Where to put what was fitted: newsrank's weights in a file (.npz), a model in a folder.",
)
@click.option(
    "-b",
    "--backend",
    type=click.Choice([_NEWSRANK, _MODEL]),
    default=_NEWSRANK,
    show_default=True,
    help="What to fit; 'bart' is any encoder-decoder of Hugging Face.",
)
@click.option(
    "--style",
    type=click.Choice(["auto", "highlights", "lead"]),
    help="newsrank: what the reference summaries are, highlights (several lines) or opening "
    "paragraphs. Default: auto.",
)
@click.option(
    "--model", type=Paths(), metavar="NAME", help="bart: the model, a folder or a name on the hub."
)
@click.option(
    "--held-out", type=Share(), metavar="SHARE", help="bart: not fitted to. Default: 10%."
)
@click.option("--epochs", type=click.IntRange(min=1), help="bart: passes, at most. Default: 3.")
@click.option("--steps", type=click.IntRange(min=1), help="bart: end after N steps.", metavar="N")
@click.option("--rate", type=float, help="bart: learning rate. Default: by the model.")
@click.option(
    "--batch-size", type=click.IntRange(min=1), help="bart: a step's articles. Default: 16."
)
@click.option(
    "--lora", type=click.IntRange(min=1), metavar="RANK", help="bart: by LoRA, rank 16 or so."
)
@click.option(
    "--patience",
    type=click.IntRange(min=1),
    help="bart: end after so many measurements without a better one. Default: 3.",
)
@click.option("--device", metavar="NAME", help="bart: cpu, cuda, … Default: a GPU if there is one.")
@click.option(
    "-l",
    "--language",
    metavar="CODE",
    callback=language_code,
    help="Language. Default: auto, each article's is found.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Of everything random.")
@click.option("--force", is_flag=True, help="Save it even if it is worse than before.")
@click.pass_context
def fit(
    ctx: click.Context,
    /,
    corpora: Sequence[str],
    save: Path,
    backend: str,
    language: str | None,
    seed: int,
    force: bool,
    **options: Any,
) -> None:
    """Fit newsrank, or fine-tune BART, on articles of one's own.

    A CORPUS is a file of records (.jsonl, .json, .csv or .tsv, each also .gz or .zst, or .parquet)
    with "article" and "summary" in each, or a folder of .txt files whose opening paragraphs are
    their summaries. Articles held out are summarized before and after; what scores lower than
    before is not saved (exit status 1) without --force. Use newsrank's weights by "summarize -o
    weights=FILE", a model by "summarize -b bart -o model=FOLDER". A fit of a model that was killed
    goes on where it was, by the same command.
    """
    given = {name: value for name, value in options.items() if value is not None}
    for name in given:
        if _OF[name] != backend:
            raise click.UsageError(f"--{name.replace('_', '-')} is for --backend {_OF[name]}")
    read = [read_corpus(source, language=language) for source in corpora]
    fit_one = _fit_newsrank if backend == _NEWSRANK else _fit_model
    ctx.exit(fit_one(read, save, given, language=language, seed=seed, force=force))


def _report(line: str) -> None:
    click.echo(visible(line), err=True)


def _fit_newsrank(
    corpora: Sequence[Corpus],
    save: Path,
    options: Mapping[str, Any],
    *,
    language: str | None,
    seed: int,
    force: bool,
) -> int:
    from ..backends.newsrank.fitting.settings import FitSettings
    from ..fitting.newsrank import measure_weights, save_weights

    torch = imported("torch", "fitting", "fit")
    if save.is_dir():
        raise click.UsageError(f"--save {save} is a folder; newsrank's weights are a file")
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    try:
        evaluation, weights = measure_weights(
            corpora, language=language, settings=FitSettings(seed=seed), report=_report, **options
        )
        if not _shown(evaluation, force):
            return Status.FAILED
        save_weights(weights, save)
    except OSError as error:
        raise SummarizeError(f"{save}: {(error.strerror or str(error)).lower()}") from error
    _report(f"{one_line(str(save))}: {save.stat().st_size / 1e6:.2f} MB")
    return Status.DONE


def _shown(evaluation: Evaluation, force: bool) -> bool:
    """Print the scores; whether what was fitted may be saved."""
    _report(table(evaluation))
    if not is_worse(evaluation, "fitted", "before"):
        return True
    kept = "saved all the same (--force)" if force else "not saved; --force saves it all the same"
    _report(f"On the articles held out it is worse than before: {kept}.")
    return force


def _fit_model(
    corpora: Sequence[Corpus],
    save: Path,
    options: Mapping[str, Any],
    *,
    language: str | None,
    seed: int,
    force: bool,
) -> int:
    from ..fitting.model import fit_model
    from ..fitting.settings import ModelSettings

    place = {name: options[name] for name in ("model", "device") if name in options}
    chosen = {name: options[name] for name in options if name not in place}
    try:
        settings = ModelSettings(seed=seed, **chosen)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    try:
        fitted = fit_model(
            corpora,
            save,
            settings=settings,
            language=language,
            force=force,
            report=_report,
            **place,
        )
    except SummarizeError:
        raise
    except Exception as error:  # what writes a checkpoint has errors of its own for a full disk
        raise SummarizeError(f"{save}: {described(error)}; the run is kept beside it") from error
    if fitted.evaluation is not None:
        _shown(fitted.evaluation, force)
    if fitted.folder is None:
        kept = one_line(f"{save}.partial")
        _report(f"{kept} keeps the run: the same command with --force saves it.")
        return Status.FAILED
    _report(f"{one_line(str(save))}: step {fitted.steps}, loss {fitted.loss:.4f}")
    return Status.DONE
