"""The commands ``summarize evaluate`` and ``summarize score``.

:meta private:
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from math import isinf
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from ..errors import CorpusError, MissingDependencyError, SummarizeError
from ..text.controls import one_line
from .arguments import (
    Names,
    Paths,
    backend_option,
    check_folder,
    complete_backend,
    jobs_option,
    language_code,
    length_options,
    parse_value,
    time_limit_option,
)
from .console import complain, discard_output, keep_output, write
from .hints import explained
from .status import Status, told_statuses

if TYPE_CHECKING:
    from ..evaluation.corpus import Corpus
    from ..evaluation.evaluator import System
    from ..evaluation.gate import Baseline
    from ..evaluation.results import Evaluation
    from ..evaluation.rouge import Rouge

__all__ = ["evaluate", "score"]

Command = TypeVar("Command", bound=Callable[..., Any])


def _shared_options(command: Command) -> Command:
    """Add what both commands take: how to score, and where to save."""
    options = [
        click.option(
            "-m",
            "--metric",
            "metrics",
            multiple=True,
            type=Names(*(f"rouge{n}" for n in range(1, 10)), "rougeL", "rougeLsum"),
            metavar="NAME",
            help="rouge1 … rouge9, rougeL or rougeLsum. Repeatable. Default: rouge1, rouge2, "
            "rougeL and rougeLsum.",
        ),
        click.option(
            "--stem",
            type=Names("porter", "rouge155", "none"),
            default="porter",
            metavar="NAME",
            help="'porter': the stems of rouge_score; 'rouge155': those of ROUGE-1.5.5 with -m; "
            "'none': words.",
        ),
        click.option("--no-stem", is_flag=True, help="The same as --stem none."),
        click.option(
            "--multi",
            type=Names("best", "pooled"),
            default="best",
            metavar="NAME",
            help="Of several references 'best': the one with the best F1, or 'pooled': all "
            "together, as ROUGE-1.5.5 counts.",
        ),
        click.option(
            "--tokenizer",
            type=Names("default", "unicode"),
            default="default",
            metavar="NAME",
            help="'default': rouge_score's, for a–z and 0–9 only; 'unicode': the same on ASCII, "
            "and every script.",
        ),
        click.option(
            "--split",
            type=Names("sentences", "lines"),
            default="sentences",
            metavar="NAME",
            help="ROUGE-Lsum's sentences: 'sentences', found by this library, or 'lines', the "
            "text's own lines.",
        ),
        click.option(
            "-l",
            "--language",
            metavar="CODE",
            callback=language_code,
            help="Language. Default: auto, the one found.",
        ),
        click.option(
            "--limit", type=click.IntRange(min=1), metavar="N", help="A random sample of N."
        ),
        click.option(
            "--seed",
            type=click.IntRange(min=0),
            default=0,
            metavar="N",
            help="Of the sample, the intervals and the tests. Default: 0.",
        ),
        jobs_option("Processes for scoring", default="auto"),
        click.option(
            "--support",
            is_flag=True,
            help="Also check each summary against its document: a column in the tables.",
        ),
        click.option(
            "--save",
            "saved",
            multiple=True,
            type=click.Path(dir_okay=False, path_type=Path),
            metavar="FILE",
            callback=_check_saved,
            help="Also write the results, by the ending: .json, .csv, .md or .html. Repeatable.",
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def _check_saved(
    ctx: click.Context, param: click.Parameter, paths: Sequence[Path]
) -> Sequence[Path]:
    if not paths:
        return paths
    from ..evaluation.report import writer_for

    for path in paths:
        try:
            writer_for(path)
        except ValueError as error:
            raise click.BadParameter(str(error)) from None
        check_folder(path)
    return paths


@click.command(epilog=told_statuses("evaluate"))
@click.argument("corpus", nargs=-1, required=True, type=Paths())
@click.option(
    "-b",
    "--backend",
    "backends",
    multiple=True,
    metavar="NAME[:LABEL]",
    shell_complete=complete_backend,
    help="A backend, and the name of its row. Repeatable; the others are compared with the first.",
)
@click.option(
    "-o",
    "--option",
    "options",
    multiple=True,
    metavar="[LABEL:]NAME=VALUE",
    help="An option of every backend, or of the one with that label; VALUE is JSON or plain text. "
    "Repeatable.",
)
@length_options
@_shared_options
@click.option("--id-column", default="id", metavar="NAME", help="Default: id.")
@click.option("--article-column", default="article", metavar="NAME", help="Default: article.")
@click.option("--summary-column", default="summary", metavar="NAME", help="Default: summary.")
@click.option(
    "--batch-size",
    type=click.IntRange(min=1),
    default=32,
    metavar="N",
    help="Documents that a backend is given at once. Default: 32.",
)
@time_limit_option("an article, which then fails", "none")
@click.option(
    "--baseline",
    type=click.Path(),
    metavar="FILE",
    help="Saved results (.json) to hold this run against: exit with 3 if a score is significantly "
    "lower. Without -b, its systems are run.",
)
@click.option(
    "--tolerance",
    type=click.FloatRange(min=0),
    default=0.5,
    metavar="POINTS",
    help="The fall, in ROUGE points, that --baseline lets pass. Default: 0.5.",
)
@click.pass_context
def evaluate(
    ctx: click.Context,
    /,
    corpus: Sequence[str],
    backends: Sequence[str],
    options: Sequence[str],
    sentences: int | None,
    words: int | None,
    ratio: float | None,
    language: str | None,
    limit: int | None,
    seed: int,
    jobs: int,
    support: bool,
    saved: Sequence[Path],
    id_column: str,
    article_column: str,
    summary_column: str,
    batch_size: int,
    time_limit: float | None,
    baseline: str | None,
    tolerance: float,
    **scoring: Any,
) -> None:
    """Measure backends by ROUGE on a corpus of articles with reference summaries.

    CORPUS is a folder of .txt files, or such a file: its opening paragraph is the reference, the
    rest the document; records with the columns id, article and summary, which are .jsonl, .json,
    .csv or .tsv, each also .gz or .zst, or .parquet; or hf:NAME[:CONFIG][:SPLIT]. Several make one
    corpus.

    The last row is always lead-3: the first three sentences. A document on which a backend fails
    scores 0 and is listed, and the exit status is then 1.
    """
    from ..evaluation.corpus import Columns, read_corpus
    from ..evaluation.evaluator import evaluate as run
    from ..evaluation.gate import Baseline
    from ..length import Length

    length = Length(sentences=sentences, words=words, ratio=ratio)
    columns = Columns(id_column, article_column, summary_column)
    try:
        with _inputs_first(lambda: read_corpus(*corpus, columns=columns, language=language)):
            rouge = _rouge(language=language, **scoring)
        held_to = Baseline(baseline) if baseline else None
        systems = _systems(backends, options, held_to)
        articles = read_corpus(*corpus, columns=columns, language=language)
        if language is None:
            rouge = _rouge(language=articles.language, **scoring)
        if limit:
            articles = articles.sample(limit, seed=seed)
        if held_to is not None:
            held_to.check_corpus(articles)
        _tell_untokenised(articles, rouge)
        keep_output()
        evaluation = run(
            articles,
            systems,
            sentences=length.sentences,
            words=length.words,
            ratio=length.ratio,
            language=language,
            metric=rouge,
            support=support,
            seed=seed,
            batch_size=batch_size,
            processes=jobs,
            time_limit=None if time_limit is None or isinf(time_limit) else time_limit,
            apart=True,
            progress=True,
        )
        status = _report(evaluation, saved, held_to, tolerance)
    except CorpusError as error:
        _fail(ctx, error)
    except SummarizeError:
        raise
    except (TypeError, ValueError) as error:
        raise click.UsageError(str(error)) from error
    ctx.exit(status)


@click.command(epilog=told_statuses("score"))
@click.option(
    "--references",
    required=True,
    type=Paths(),
    metavar="FILE",
    help="The reference summaries.",
)
@click.option(
    "--candidates",
    required=True,
    multiple=True,
    type=Paths(),
    metavar="FILE[:LABEL]",
    help="The outputs of a system, and the name of its row. Repeatable; the others are compared "
    "with the first.",
)
@_shared_options
@click.option("--id-column", default="id", metavar="NAME", help="Default: id.")
@click.option("--article-column", default="article", metavar="NAME", help="Default: article.")
@click.option("--reference-column", default="summary", metavar="NAME", help="Default: summary.")
@click.option("--candidate-column", default="summary", metavar="NAME", help="Default: summary.")
@click.pass_context
def score(
    ctx: click.Context,
    /,
    references: str,
    candidates: Sequence[str],
    language: str | None,
    limit: int | None,
    seed: int,
    jobs: int,
    support: bool,
    saved: Sequence[Path],
    id_column: str,
    article_column: str,
    reference_column: str,
    candidate_column: str,
    **scoring: Any,
) -> None:
    """Measure existing summaries by ROUGE against references.

    Files of records, which are .jsonl, .json, .csv or .tsv, each also .gz or .zst, or .parquet, are
    matched by their ids. Any others are plain text and matched line by line; in them, <n> stands
    for a line end. Where the references' file has the articles too, the summaries are compared with
    them as well.
    """
    from ..evaluation.corpus import Columns
    from ..evaluation.outputs import read_outputs, read_references, score_outputs

    columns = Columns(id_column, article_column, reference_column)
    try:
        with _inputs_first(lambda: read_references(references, columns)):
            rouge = _rouge(language=language, **scoring)
        corpus = read_references(references, columns)
        if language is None:
            rouge = _rouge(language=corpus.language, **scoring)
        _tell_untokenised(corpus, rouge)
        outputs = [
            read_outputs(path, corpus, label=label, id_column=id_column, column=candidate_column)
            for path, label in map(_file_and_label, candidates)
        ]
        evaluation = score_outputs(
            corpus,
            outputs,
            metric=rouge,
            support=support,
            limit=limit,
            seed=seed,
            processes=jobs,
        )
        status = _report(evaluation, saved)
    except CorpusError as error:
        _fail(ctx, error)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    ctx.exit(status)


@contextmanager
def _inputs_first(read: Callable[[], object]) -> Iterator[None]:
    """Tell what is wrong with the inputs, if anything is, before a package that is missing."""
    try:
        yield
    except MissingDependencyError:
        read()
        raise


def _file_and_label(text: str) -> tuple[str, str]:
    """Read ``FILE[:LABEL]``; a file whose own name has a colon is one."""
    path, colon, label = text.rpartition(":")
    return (path, label) if colon and not Path(text).exists() else (text, "")


def _rouge(
    *,
    metrics: Sequence[str],
    stem: Any,
    no_stem: bool,
    tokenizer: str,
    split: Any,
    multi: Any,
    language: str | None,
) -> Rouge:
    from ..evaluation.rouge import METRICS, Rouge

    try:
        return Rouge(
            metrics or METRICS,
            stem="none" if no_stem else stem,
            tokenizer=tokenizer,
            split=split,
            multi=multi,
            language=language or "en",
        )
    except SummarizeError:
        raise
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def _tell_untokenised(corpus: Corpus, rouge: Rouge) -> None:
    """Say on standard error that references score 0 with anything, and what helps."""
    count = sum(not any(map(rouge.has_tokens, article.references)) for article in corpus)
    if count:
        told = f"{count} of {len(corpus)} references have no token and score 0 with anything"
        hint = "" if rouge.tokenizer == "unicode" else "; --tokenizer unicode knows every script"
        complain(f"{corpus.name}: {told}{hint}")


def _systems(
    backends: Sequence[str], options: Sequence[str], baseline: Baseline | None
) -> list[System]:
    """Read ``-b NAME[:LABEL]`` and ``-o [LABEL:]NAME=VALUE``."""
    from ..evaluation.evaluator import System
    from ..evaluation.results import BASELINE_LABEL
    from ..registry import DEFAULT_BACKEND

    if baseline is not None and not backends:
        names = {
            label: saved["backend"]
            for label, saved in baseline.systems.items()
            if label != BASELINE_LABEL
        }
    else:
        named = [backend.partition(":") for backend in backends or (DEFAULT_BACKEND,)]
        labels = [label or name for name, _, label in named]
        for label in labels:
            if labels.count(label) > 1:
                raise click.UsageError(
                    f"two systems have the label {label!r}; give each its own: -b NAME:LABEL"
                )
        names = dict(zip(labels, (name for name, _, _ in named), strict=True))
    given: dict[str, dict[str, Any]] = {label: {} for label in names}
    for text in options:
        label, name, value = _option(text)
        if label and label not in given:
            raise click.UsageError(f"-o {text}: no -b has the label {label!r}")
        for own in [label] if label else given:
            given[own][name] = value
    if baseline is not None and not backends:
        given = {
            label: {**baseline.system_options(label, own), **own} for label, own in given.items()
        }
    return [System(name, label, given[label]) for label, name in names.items()]


def _option(text: str) -> tuple[str, str, Any]:
    target, equals, value = text.partition("=")
    label, _, name = target.rpartition(":")
    if not equals or not name.isidentifier():
        hint = "; to write to a file: --save FILE" if "=" not in text and "." in text else ""
        raise click.UsageError(f"-o {text}: not of the form NAME=VALUE or LABEL:NAME=VALUE{hint}")
    return label, backend_option(name), parse_value(value)


def _report(
    evaluation: Evaluation,
    saved: Sequence[Path],
    baseline: Baseline | None = None,
    tolerance: float = 0.0,
) -> int:
    """Save, compare, and only then print; return the exit status.

    So the record and the verdict are there whoever reads the report, and whatever stops it.
    """
    from ..evaluation.gate import described
    from ..evaluation.report import save, table

    status = Status.FAILED if evaluation.failed else Status.DONE
    for path in saved:
        try:
            save(evaluation, path)
        except OSError as error:
            complain(f"{path}: {error.strerror or error}")
            status = Status.FAILED
    report = [table(evaluation)]
    if baseline is not None:
        changes = baseline.compare(evaluation, tolerance=tolerance / 100)
        if any(change.verdict == "fell" for change in changes):
            status = Status.BELOW
        report.append(
            f"\nAgainst {one_line(baseline.path)}, with a tolerance of {tolerance:g} points:"
        )
        lines = (*described(changes), *baseline.unmatched(evaluation))
        report += [f"  {one_line(line)}" for line in lines]
    try:
        write("\n".join([*report, ""]))
    except BrokenPipeError:  # whoever read it has seen enough; the verdict stands
        discard_output()
    except OSError as error:
        complain(f"cannot write the output: {error.strerror}")
        discard_output()
        status = status or Status.FAILED
    return status


def _fail(ctx: click.Context, error: CorpusError) -> NoReturn:
    complain(explained(error, [option.name or "" for option in ctx.command.params]))
    ctx.exit(Status.FAILED)
