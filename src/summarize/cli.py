"""The command line: arguments in, library calls, text out."""

from __future__ import annotations

import codecs
import importlib
import json
import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal, NoReturn

import click
from click.shell_completion import CompletionItem, shell_complete

from . import __version__
from .arguments import Share, parse_value
from .errors import (
    BackendLoadError,
    EmptyDocumentError,
    InvalidLengthError,
    MissingDependencyError,
    ReadError,
    SummarizeError,
)
from .registry import BUILT_IN, DEFAULT_BACKEND, available

if TYPE_CHECKING:
    from .document import Document
    from .summary import Summary

__all__ = ["main"]

_OK, _INPUT_FAILED, _USAGE, _INTERRUPTED = 0, 1, 2, 130
_DEFAULT_COMMAND = "text"
_COMPLETION = "_SUMMARIZE_COMPLETE"
# Commands that are imported when they are called: where each is, and what the list says of it.
_LATE = {
    "evaluate": (
        "summarize.evaluation.commands:evaluate",
        "Measure backends by ROUGE on a corpus.",
    ),
    "fit": ("summarize.fitting:fit", "Fit newsrank's weights on a corpus of one's own."),
    "score": ("summarize.evaluation.commands:score", "Measure existing summaries by ROUGE."),
}

_EPILOG = """
\b
Examples:
  summarize article.txt                    three sentences
  summarize --words 60 article.txt         at most 60 words
  summarize -b lead -n 2 *.txt             another backend, several files
  curl -s URL | html2text | summarize      standard input
  summarize --json *.txt > out.jsonl       one JSON object a line
  summarize -o max_sentences=null -b kl f  a backend's own option
  summarize ./backends                     a file named like a command

\b
Exit status:
  0 all done    1 an input failed (the others were printed)
  2 wrong usage, unknown backend or missing extra
  3 evaluate: a score fell below its baseline        130 interrupted

\b
Shell completion:
  eval "$(_SUMMARIZE_COMPLETE=bash_source summarize)"    (also zsh_source, fish_source)
"""


class _Commands(click.Group):
    """A group whose default command needs no name: ``summarize article.txt``.

    Commands in :data:`_LATE` are imported when they are called.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*super().list_commands(ctx), *_LATE]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _LATE:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = _LATE[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = ("--help", "-h", "--version")
        if not args or args[0] not in (*self.commands, *_LATE, *own):
            args = [_DEFAULT_COMMAND, *args]
        return super().parse_args(ctx, args)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        default = self.commands[_DEFAULT_COMMAND]
        with click.Context(default, info_name=ctx.info_name) as inner:
            default.format_usage(inner, formatter)
            default.format_help_text(inner, formatter)
            default.format_options(inner, formatter)
        with formatter.section("Commands"):
            own = [
                (name, command.get_short_help_str(limit=80))
                for name, command in self.commands.items()
                if not command.hidden
            ]
            late = [(name, text) for name, (_, text) in _LATE.items()]
            formatter.write_dl(sorted([*own, *late]))
        self.format_epilog(ctx, formatter)


@click.group(
    cls=_Commands,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="summarize %(version)s")
def cli() -> None:
    pass


def _complete_backend(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    return [CompletionItem(info.name) for info in available() if info.name.startswith(incomplete)]


def _parse_options(
    ctx: click.Context, param: click.Parameter, values: Sequence[str]
) -> dict[str, Any]:
    options: dict[str, Any] = {}
    for text in values:
        name, equals, value = text.partition("=")
        if not equals or not name.isidentifier():
            raise click.BadParameter(f"{text!r} is not of the form name=value")
        options[name] = parse_value(value)
    return options


@cli.command(_DEFAULT_COMMAND, hidden=True)
@click.argument("files", nargs=-1, type=click.Path())
@click.option(
    "-b",
    "--backend",
    metavar="NAME",
    envvar="SUMMARIZE_BACKEND",
    shell_complete=_complete_backend,
    help="How to summarize; 'summarize backends' lists them. Default: $SUMMARIZE_BACKEND, else "
    f"{DEFAULT_BACKEND}.",
)
@click.option("-n", "--sentences", type=int, metavar="N", help="At most N sentences. Default: 3.")
@click.option("--words", type=int, metavar="N", help="At most N words.")
@click.option("--ratio", type=Share(), metavar="SHARE", help="At most this share: 20% or 0.2.")
@click.option(
    "-l", "--language", default="en", metavar="CODE", help="Language of the text. Default: en."
)
@click.option(
    "-o",
    "--option",
    "options",
    multiple=True,
    metavar="NAME=VALUE",
    callback=_parse_options,
    help="An option of the backend; VALUE is JSON or plain text. Repeatable.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a document and line.")
@click.option("-v", "--verbose", is_flag=True, help="Say on standard error what was done.")
@click.option("--keep-dateline", is_flag=True, help="Leave 'LONDON (Reuters) —' in.")
@click.option(
    "--encoding", metavar="NAME", help="Encoding of the files. Default: by their mark, else UTF-8."
)
@click.pass_context
def text(
    ctx: click.Context,
    files: Sequence[str],
    backend: str | None,
    sentences: int | None,
    words: int | None,
    ratio: float | None,
    language: str,
    options: dict[str, Any],
    as_json: bool,
    verbose: bool,
    keep_dateline: bool,
    encoding: str | None,
) -> None:
    """Summarize text files, or standard input, into a few whole sentences."""
    from .length import Length
    from .summarizer import Summarizer
    from .words import normalize_language

    if not files:
        if sys.stdin is None or sys.stdin.isatty():
            click.echo(ctx.find_root().get_help(), err=True)
            ctx.exit(_USAGE)
        files = ("-",)
    if files.count("-") > 1:
        raise click.UsageError("standard input, '-', is given twice")
    Length(sentences=sentences, words=words, ratio=ratio)
    normalize_language(language)
    if encoding is not None:
        _check_encoding(encoding)
    try:
        summarizer = Summarizer(backend or None, **options)
    except (TypeError, ValueError) as error:
        raise click.UsageError(str(error)) from error
    failed = False
    with summarizer:
        for number, path in enumerate(files):
            try:
                summary = summarizer.summarize(
                    _read(path, encoding, language, keep_dateline),
                    sentences=sentences,
                    words=words,
                    ratio=ratio,
                )
            except (MissingDependencyError, BackendLoadError):
                raise  # no other file would fare better
            except SummarizeError as error:
                failed = _complain(_explained(path, error))
            else:
                _print(path, summary, as_json, first=number == 0, several=len(files) > 1)
                if verbose:
                    _complain(f"{path}: {_account(summary)}")
    if failed:
        ctx.exit(_INPUT_FAILED)


def _explained(path: str, error: SummarizeError) -> str:
    if isinstance(error, EmptyDocumentError):
        return f"{path}: empty: there is no text to summarize"
    return str(error) if isinstance(error, ReadError) else f"{path}: {error}"


def _check_encoding(encoding: str) -> None:
    try:
        codecs.lookup(encoding)
    except LookupError:
        raise click.BadParameter(
            f"unknown encoding {encoding!r}", param_hint="--encoding"
        ) from None


def _read(path: str, encoding: str | None, language: str, keep_dateline: bool) -> Document:
    from .document import Document
    from .readers import decode, read

    dateline: Literal["strip", "keep"] = "keep" if keep_dateline else "strip"
    if path != "-":
        return read(path, encoding=encoding, language=language, dateline=dateline)
    text = decode(sys.stdin.buffer.read(), path, encoding)
    return Document.from_text(text, language=language, dateline=dateline)


def _print(path: str, summary: Summary, as_json: bool, *, first: bool, several: bool) -> None:
    if as_json:
        print(json.dumps({"path": path, **summary.to_dict()}, ensure_ascii=False), flush=True)
        return
    if several:
        print(f"{'' if first else chr(10)}==> {path} <==")
    print(summary, flush=True)


def _account(summary: Summary) -> str:
    how = [f"{summary.timings['total']:.3f} s"]
    how += [str(summary.options[name]) for name in ("engine", "dtype") if name in summary.options]
    return (
        f"{summary.backend} read {summary.read_fraction:.0%} of {summary.document_words} words "
        f"and kept {summary.words} ({', '.join(how)})"
    )


def _show_warning(message: Warning | str, *_: object, **__: object) -> None:
    _complain(f"warning: {message}")


def _complain(message: str) -> bool:
    print(f"summarize: {message}", file=sys.stderr)
    return True


@cli.command()
def backends() -> None:
    """List the backends, and what those that cannot run need."""

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
    for name, kind, note in table:
        print(f"{name:{widths[0]}}  {kind:{widths[1]}}  {note}".rstrip())


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit with its status."""
    warnings.showwarning = _show_warning
    try:
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(encoding="utf-8", errors="replace")
        status = _run(args)
        if sys.stdout is not None:  # it is None where the caller closed it
            sys.stdout.flush()
    except KeyboardInterrupt:
        status = _INTERRUPTED
    except BrokenPipeError:
        status = _OK  # whoever read the output has seen enough
        _discard_output()
    except OSError as error:
        status = _INPUT_FAILED
        _complain(f"cannot write the output: {error.strerror}")
        _discard_output()
    sys.exit(status)


def _discard_output() -> None:
    """Keep the interpreter from flushing at its exit what cannot be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(args: Sequence[str] | None) -> int:
    instruction = os.environ.get(_COMPLETION)
    if instruction:
        return shell_complete(cli, {}, "summarize", _COMPLETION, instruction)
    try:
        with cli.make_context("summarize", list(sys.argv[1:] if args is None else args)) as context:
            cli.invoke(context)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        _complain(f"{error.format_message()} (see 'summarize --help')")
    except InvalidLengthError as error:
        _complain(f"--{error}".replace("=", " ", 1))
    except SummarizeError as error:
        _complain(str(error))
    else:
        return _OK
    return _USAGE
