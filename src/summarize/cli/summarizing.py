"""The commands of the command line: summaries of inputs, and the list of backends.

:meta private:
"""

from __future__ import annotations

import codecs
import json
import math
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import MissingDependencyError
from ..registry import BUILT_IN, DEFAULT_BACKEND, available
from ..text.controls import one_line
from .arguments import (
    Names,
    backend_options,
    check_folder,
    complete_backend,
    jobs_option,
    language_code,
    length_options,
    time_limit_of,
    time_limit_option,
)
from .console import complain, write
from .showing import Pages, explain, show
from .status import Status

if TYPE_CHECKING:
    from .batch import Outcome

__all__ = ["backends", "text"]

_HOW = ("engine", "dtype", "engine_reason")  # what -v says of a model


def _known_encoding(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    try:
        codecs.lookup(value or "utf-8")
    except (LookupError, ValueError):  # of a name that is no text
        raise click.BadParameter(f"unknown encoding {value!r}") from None
    return value


def _known_format(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    from ..readers.formats import format_name

    try:
        return value if value is None else format_name(value)
    except ValueError as error:
        raise click.BadParameter(str(error).partition(" ")[2]) from None


def _positive(ctx: click.Context, param: click.Parameter, value: float | None) -> float | None:
    if value is not None and not 0 < value < math.inf:  # also refuses NaN
        raise click.BadParameter(f"{value:g} is not a positive number")
    return value


def _known_proxy(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is not None:
        from ..readers.fetching import known_proxy

        try:
            known_proxy(value)
        except ValueError as error:
            raise click.BadParameter(str(error).removeprefix("proxy is ")) from None
    return value


class _Size(click.ParamType[int]):
    """A limit: a number; ``none``, or 0, for no limit."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        text = str(value).strip().lower()
        if text == "none":
            return 0
        if not text.isdecimal():
            self.fail(f"{value!r} is not a whole number or 'none'", param, ctx)
        return int(text)


@click.command("text", hidden=True)
@click.argument("inputs", nargs=-1, type=click.Path(), metavar="[FILE|URL]...")
@backend_options
@length_options
@click.option(
    "-l",
    "--language",
    metavar="CODE",
    callback=language_code,
    help="Language of the text. Default: auto, what the file says, else the one found, else en.",
)
@jobs_option("Work on N inputs at a time, in as many processes")
@time_limit_option("an input", "60, but none for our backends that write")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a document and line.")
@click.option(
    "--with-document", is_flag=True, help="With --json: the text that the offsets refer to."
)
@click.option(
    "--html",
    "html",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Also write a page with the summary beside the text; of several inputs, a list of pages.",
)
@click.option("--show", "shown", is_flag=True, help="Print the text with the summary marked in it.")
@click.option("--why", is_flag=True, help="Print why each sentence was taken.")
@click.option("-q", "--quiet", is_flag=True, help="No warnings on standard error, errors alone.")
@click.option("-v", "--verbose", is_flag=True, help="Say on standard error what was done.")
@click.option("--keep-dateline", is_flag=True, help="Leave 'LONDON (Reuters) —' in.")
@click.option(
    "--keep-furniture", is_flag=True, help="Take headings, captions and share bars for sentences."
)
@click.option(
    "--format",
    type=Names(
        *"text markdown html rst org subtitles mail notebook pdf docx odt pptx epub rtf".split()
    ),
    metavar="NAME",
    callback=_known_format,
    help="What the inputs are, where their content cannot say: text, markdown, html, rst, org, "
    "subtitles, mail, notebook, pdf, docx, odt, pptx, epub, rtf.",
)
@click.option(
    "--encoding",
    metavar="NAME",
    callback=_known_encoding,
    help="Encoding of the files. Default: by their mark, else UTF-8, else the likeliest.",
)
@click.option(
    "--max-bytes", type=_Size(), metavar="N", help="Refuse larger inputs; 'none' lifts the limit."
)
@click.option(
    "--max-pages", type=_Size(), metavar="N", help="Refuse longer PDFs; 'none' lifts the limit."
)
@click.option(
    "--timeout",
    type=float,
    metavar="SECONDS",
    callback=_positive,
    help="How long fetching a URL may take.",
)
@click.option("--allow-private", is_flag=True, help="Fetch URLs on private networks too.")
@click.option(
    "--proxy",
    metavar="URL",
    callback=_known_proxy,
    help="Fetch URLs through this proxy; 'environment' for those of HTTP_PROXY and the like.",
)
@click.pass_context
def text(
    ctx: click.Context,
    /,
    inputs: Sequence[str],
    *,
    backend: str | None,
    sentences: int | None,
    words: int | None,
    ratio: float | None,
    options: dict[str, Any],
    jobs: int,
    time_limit: float | None,
    as_json: bool,
    with_document: bool,
    html: Path | None,
    shown: bool,
    why: bool,
    quiet: bool,
    verbose: bool,
    keep_dateline: bool,
    keep_furniture: bool,
    **reading: Any,
) -> None:
    """Summarize files, web pages or standard input into a few whole sentences."""
    from ..length import Length
    from .batch import Request, outcomes

    if not inputs:
        if sys.stdin is None or sys.stdin.isatty():
            click.echo(ctx.find_root().get_help(), err=True)
            ctx.exit(Status.USAGE)
        inputs = ("-",)
    if quiet and verbose:
        raise click.UsageError("--quiet and --verbose contradict each other")
    _check_usage(inputs, as_json=as_json, with_document=with_document, marked=shown or why)
    if html is not None:
        check_folder(html)
    pages = None if html is None else Pages(html, several=len(inputs) > 1)
    _prepare(backend, jobs)
    length: dict[str, Any] = {"sentences": sentences, "words": words, "ratio": ratio}
    Length(**length)
    request = Request(
        backend=backend or None,
        options=options,
        length=length,
        reading=_reading(
            **reading,
            dateline="keep" if keep_dateline else None,
            furniture="keep" if keep_furniture else None,
        ),
        with_document=with_document,
        details=pages is not None or shown or why,
        reasons=why,
    )
    limit = time_limit_of(time_limit, request.backend)
    form = _json if as_json else _section if len(inputs) > 1 else _plain
    first = True
    status = Status.DONE
    with closing(outcomes(inputs, request, jobs=jobs, time_limit=limit)) as stream:
        for outcome in stream:
            for warning in () if quiet else outcome.warnings:
                complain(f"{outcome.path}: warning: {warning}")
            if pages is not None:
                pages.add(outcome)
            if outcome.error is not None:
                complain(outcome.complaint())
                missing = isinstance(outcome.error, MissingDependencyError)
                status = max(status, Status.USAGE if missing else Status.FAILED)
                continue
            if shown or why:
                _present(outcome, shown=shown, why=why, named=len(inputs) > 1)
            else:
                write(form(outcome, first))
            first = False
            _tell(outcome, quiet=quiet, verbose=verbose)
    if pages is not None:
        pages.close()
    ctx.exit(status)


def _check_usage(
    inputs: Sequence[str], *, as_json: bool, with_document: bool, marked: bool
) -> None:
    if inputs.count("-") > 1:
        raise click.UsageError("standard input, '-', is given twice")
    if with_document and not as_json:
        raise click.UsageError("--with-document is for --json")
    if as_json and marked:
        raise click.UsageError("--show and --why print text; they do not go with --json")


def _prepare(backend: str | None, jobs: int) -> None:
    entry = BUILT_IN.get(backend or DEFAULT_BACKEND)
    if entry is not None and entry.kind == "extractive":
        # More threads would only wait for each other on matrices this small.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    elif entry is not None and jobs > 1:
        local = "torch" in entry.requires
        why = "uses every processor" if local else "asks for -o concurrency=N texts at once"
        raise click.UsageError(f"--jobs is for extractive backends; {backend!r} {why} by itself")


def _present(outcome: Outcome, *, shown: bool, why: bool, named: bool) -> None:
    """Print the text with the summary marked in it, and why."""
    if named:
        write(f"==> {one_line(outcome.path)} <==\n")
    if shown:
        show(outcome)
    if why:
        explain(outcome)


def _reading(**options: Any) -> dict[str, Any]:
    """The options that were given, for ``summarize.read``; a limit of 0 is none."""
    given = {
        name: value for name, value in options.items() if value is not None and value is not False
    }
    return given | {name: None for name in ("max_bytes", "max_pages") if given.get(name) == 0}


def _plain(outcome: Outcome, first: bool) -> str:
    return f"{outcome.summary}\n"


def _section(outcome: Outcome, first: bool) -> str:
    # A name must not be able to forge another's heading, in a pipe either.
    return f"{'' if first else chr(10)}==> {one_line(outcome.path)} <==\n{outcome.summary}\n"


def _json(outcome: Outcome, first: bool) -> str:
    return json.dumps(outcome.to_dict(), ensure_ascii=False) + "\n"


def _tell(outcome: Outcome, *, quiet: bool, verbose: bool) -> None:
    """Say on standard error what is to be known of a summary that was written."""
    if outcome.summary is not None and outcome.summary.over_length and not quiet:
        complain(f"{outcome.path}: warning: not one whole sentence is as short as asked")
    if verbose:
        complain(f"{outcome.path}: {_account(outcome)}")


def _account(outcome: Outcome) -> str:
    summary = outcome.summary
    assert summary is not None
    how = [f"{summary.timings['total']:.3f} s"]
    how += [str(summary.options[name]) for name in _HOW if name in summary.options]
    if summary.language is not None:
        how.append(f"language {summary.language}, {summary.language_origin}")
    if "encoding" in outcome.metadata:
        how.append(f"text in {outcome.metadata['encoding']}")
    passed = ", ".join(f"{why} {times}" for why, times in summary.skipped.items())
    read, words = summary.read_fraction, summary.document_words
    if read and not summary.truncated:
        words = round(words / read)  # those of the lines passed over too
    return (
        f"{summary.backend} read {min(read, 0.99) if read < 1 else 1:.0%} of {words} words "
        f"and kept {summary.words} ({', '.join(how)}){'; passed over: ' if passed else ''}{passed}"
    )


@click.command(short_help="List the backends, or the options of one.")
@click.argument("name", required=False, shell_complete=complete_backend)
def backends(name: str | None) -> None:
    """List the backends, and what those that cannot run need; with a NAME, its options.

    An option is given as -o NAME=VALUE.
    """
    if name is not None:
        _write_options(name)
        return

    def rows() -> Iterator[tuple[str, str, str]]:
        for info in available():
            entry = BUILT_IN.get(info.name)
            if info.name == DEFAULT_BACKEND:
                note = "default"
            elif info.installed:
                note = "" if entry else f"from {info.origin}"
            else:
                extra = f"[{info.extra}]" if info.extra else ""
                note = f'not installed: pip install "summarize{extra}"'
            yield info.name, info.kind or "plugin", note

    table = list(rows())
    widths = [max(len(row[column]) for row in table) for column in (0, 1)]
    for own, kind, note in table:
        write(f"{own:{widths[0]}}  {kind:{widths[1]}}  {note}".rstrip() + "\n")


def _write_options(name: str) -> None:
    """Write a backend's options, one a line, each with its default and what it is."""
    import inspect

    from ..registry import load

    backend = load(name)
    told: dict[str, str] = {}
    for each in reversed(backend.__mro__[:-1]):
        told |= _argument_texts(inspect.cleandoc(vars(each).get("__doc__") or ""))
    parameters = [
        each
        for each in inspect.signature(backend).parameters.values()
        if each.kind in (each.KEYWORD_ONLY, each.POSITIONAL_OR_KEYWORD)
    ]
    if not parameters:
        complain(f"{name} has no options")
    for option in parameters:
        default = "" if option.default is option.empty else f"={option.default!r}"
        text = told.get(option.name, "").replace("``", "")
        write(f"{option.name}{default}\t{text}".rstrip() + "\n")


def _argument_texts(docstring: str) -> dict[str, str]:
    r"""What the section "Args:" of a docstring says of each argument.

    >>> _argument_texts("Rain.\n\nArgs:\n    a, b: how much\n        in mm.\n\nRaises:\n    x")
    {'a': 'how much in mm.', 'b': 'how much in mm.'}
    """
    texts: dict[str, str] = {}
    names: list[str] = []
    _, _, section = docstring.partition("\nArgs:\n")
    for line in section.splitlines():
        if line.strip() and not line.startswith("    "):
            break
        head, colon, rest = line.strip().partition(": ")
        if line.startswith("     "):
            for name in names:
                texts[name] += f" {line.strip()}"
        elif colon:
            names = [name.strip() for name in head.split(",")]
            texts.update(dict.fromkeys(names, rest))
    return texts
