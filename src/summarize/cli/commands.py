"""The group of all commands, and what each way of ending means for the exit status.

:meta private:
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
import warnings
from collections.abc import Sequence
from glob import escape
from pathlib import Path
from typing import NoReturn

import click
from click.shell_completion import CompletionItem, shell_complete

from ..errors import SummarizeError
from ..version import __version__
from .console import complain, discard_output, output, show_warning, use_utf8
from .hints import explained, in_options, meant_command, meant_option
from .status import Status, told_statuses
from .summarizing import backends, text

__all__ = ["run"]

_DEFAULT_COMMAND = "text"
_COMPLETION = "_SUMMARIZE_COMPLETE"
# Commands that are imported when they are called: where each is, and what the list says of it.
_LATE = {
    "batch": (
        "summarize.cli.recording:batch",
        "Summarize every record of data files into one file of rows.",
    ),
    "cache": ("summarize.cli.cache:cache", "List or clear the converted models that are kept."),
    "check": ("summarize.cli.checking:check", "Check a summary against its document."),
    "evaluate": (
        "summarize.cli.evaluating:evaluate",
        "Measure backends by ROUGE on a corpus.",
    ),
    "fit": ("summarize.cli.fitting:fit", "Fit newsrank or BART on a corpus of one's own."),
    "score": ("summarize.cli.evaluating:score", "Measure existing summaries by ROUGE."),
}

_EPILOG = f"""
\b
Examples:
  summarize article.txt                    three sentences
  summarize --words 60 article.txt         at most 60 words
  summarize -b lead -n 2 *.txt             another backend, several files
  summarize https://example.com/article    a web page
  summarize < article.pdf                  standard input
  summarize -j 4 --json *.txt > out.jsonl  four at a time, one JSON object a line
  summarize -o max_sentences=null -b kl f  a backend's own option
  summarize ./backends                     a file named like a command

{told_statuses(None)}

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
        if not args and ctx.resilient_parsing:  # of the completion, which asks the group
            return super().parse_args(ctx, args)
        commands = [name for name, command in self.commands.items() if not command.hidden]
        commands += _LATE
        if not args or args[0] not in (*commands, "--help", "-h", "--version"):
            meant = meant_command(args[0], commands) if args else None
            if meant is not None:
                raise click.UsageError(
                    f"there is no command and no file {args[0]!r}; did you mean "
                    f"'summarize {meant}'?",
                    ctx,
                )
            args = [_DEFAULT_COMMAND, *args]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands and what the default command takes: its options, and files."""
        default = self.commands[_DEFAULT_COMMAND]
        with click.Context(default, parent=ctx, resilient_parsing=True) as inner:
            found = default.shell_complete(inner, incomplete)
        commands = super().shell_complete(ctx, incomplete) if incomplete[:1].isalpha() else []
        if not incomplete.startswith("-"):
            found.append(CompletionItem(incomplete, type="file"))
        if commands:  # with which the shell would offer no file
            found += [CompletionItem(path.name) for path in Path().glob(f"{escape(incomplete)}*")]
        return [*found, *commands]

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        default = self.commands[_DEFAULT_COMMAND]
        names = ctx.help_option_names
        with click.Context(default, info_name=ctx.info_name, help_option_names=names) as inner:
            default.format_usage(inner, formatter)
            default.format_help_text(inner, formatter)
            default.format_options(inner, formatter)
        with formatter.section("About"):
            formatter.write_dl([("--version", "Show the version and exit.")])
        with formatter.section("Commands"):
            own = [
                (name, command.get_short_help_str())
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


cli.add_command(text)
cli.add_command(backends)


def run(args: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit with its status."""
    warnings.showwarning = show_warning
    try:
        use_utf8()
        status = _status(args)
        stream = output()
        if stream is not None:  # as it is where the caller closed it
            stream.flush()
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second one would break the exit
        status = Status.INTERRUPTED
    except BrokenPipeError:
        status = Status.DONE  # whoever read the output has seen enough
        discard_output()
    except OSError as error:
        status = Status.FAILED
        complain(_explained(error))
        discard_output()
    sys.exit(status)


def _options(context: click.Context | None) -> list[str]:
    """The long options of the command that was run, as arguments: ``max_bytes``."""
    if context is None or context.invoked_subcommand is None:
        return []
    command = cli.get_command(context, context.invoked_subcommand)
    assert command is not None
    return _long_options(command)


def _long_options(command: click.Command) -> list[str]:
    found = [option for each in command.params for option in each.opts]
    return [each.removeprefix("--").replace("-", "_") for each in found if each.startswith("--")]


def _explained(error: OSError) -> str:
    if error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return f"cannot write the output: {error.strerror}" if error.strerror else str(error)


def _status(args: Sequence[str] | None) -> int:
    instruction = os.environ.get(_COMPLETION)
    if instruction:
        return shell_complete(cli, {}, "summarize", _COMPLETION, instruction)
    context: click.Context | None = None
    try:
        context = cli.make_context("summarize", list(sys.argv[1:] if args is None else args))
        with context:
            cli.invoke(context)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        where: click.Context | None = getattr(error, "ctx", None)
        path = where.command_path.removesuffix(f" {_DEFAULT_COMMAND}") if where else "summarize"
        told = in_options(error.format_message(), _options(context))
        if isinstance(error, click.NoSuchOption):
            known = _long_options(where.command) if where else []
            told = f"no such option {error.option_name!r}{meant_option(error.option_name, known)}"
        complain(f"{told} (see '{path} --help')")
    except SummarizeError as error:
        complain(explained(error, _options(context)))
    else:
        return Status.DONE
    return Status.USAGE
