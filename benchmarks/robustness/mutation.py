"""How many mutants of the core modules their tests kill.

    python benchmarks/robustness/mutation.py [MODULE ...] [--save]

A mutant is a module with one small change, such as ``<`` for ``<=``; cosmic-ray makes them (``pip
install cosmic-ray``). Each is imported in place of its module in a forked process that runs the
module's own tests. It is killed if one of them fails, or if they take far longer than usual; it
survives if all pass, and is printed with its line. Annotations and docstrings are not mutated, as
nothing depends on them, and changes with the same effect on the syntax tree are one mutant.
Hypothesis draws the same examples each time and stores none. ``--save`` writes results/mutation.md.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import importlib.abc
import importlib.machinery
import importlib.util
import io
import os
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import hypothesis
import numpy
import pytest
import sentencex
import Stemmer
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

sys.path.insert(0, str(Path(__file__).parents[1]))
from recording import record, table

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "summarize"
TESTS = {
    "document": ("test_document.py",),
    "length": ("test_length.py",),
    "selection": ("test_selection.py", "test_selection_diverse.py"),
    "summary": ("test_summary.py",),
}
FAILED = 1
TIMES, SECONDS = 5, 5  # a mutant may take so many times as long as the module itself, and so longer
INHERITED = (hypothesis, numpy, sentencex, Stemmer)  # imported here so that no fork has to


@dataclass(frozen=True)
class Mutant:
    """A module with one change.

    Attributes:
        module: the module's name.
        operator: cosmic-ray's name of the change.
        line: the number of the line that is changed.
        code: the whole module, changed.
    """

    module: str
    operator: str
    line: int
    code: str

    def __str__(self) -> str:
        changed = self.code.splitlines()[self.line - 1].strip()
        return f"{self.module}.py:{self.line}: {changed}  ({self.operator})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=", ".join(TESTS))
    parser.add_argument("--save", action="store_true", help="write results/mutation.md")
    options = parser.parse_args()
    if unknown := set(options.modules).difference(TESTS):
        parser.error(f"no tests are named for {', '.join(unknown)}; there are {', '.join(TESTS)}")
    hypothesis.settings.register_profile("mutation", derandomize=True, database=None)
    hypothesis.settings.load_profile("mutation")
    rows = []
    survivors: list[Mutant] = []
    for module in options.modules or TESTS:
        every, survived = survey(module)
        rows.append(row(module, every, len(survived)))
        survivors += survived
        print(*rows[-1], flush=True)
    rows.append(row("all", sum(int(cells[1]) for cells in rows), len(survivors)))
    if options.save:
        record(
            "mutation",
            "# Mutants killed by the tests\n\n"
            "Every change that cosmic-ray makes to a core module, against that module's own "
            "tests.\n\n"
            f"{table(('module', 'mutants', 'killed', 'share'), rows)}\n\n"
            "Those that survive:\n\n"
            + "\n".join(f"- `{mutant}`" for mutant in sorted(survivors, key=place)),
            ("cosmic-ray", "pytest", "hypothesis"),
        )


def survey(module: str) -> tuple[int, list[Mutant]]:
    """Run the tests on each mutant of a module; return how many there are and which survive."""
    limit = round(TIMES * usual_seconds(module)) + SECONDS
    every = 0
    survived = []
    for mutant in mutants(module):
        every += 1
        if not killed(mutant, limit):
            survived.append(mutant)
            print(f"survived: {mutant}", flush=True)
    return every, survived


def row(module: str, every: int, survived: int) -> tuple[str, str, str, str]:
    dead = every - survived
    return module, str(every), str(dead), f"{dead / every:.1%}"


def place(mutant: Mutant) -> tuple[str, int]:
    return mutant.module, mutant.line


def mutants(module: str) -> Iterator[Mutant]:
    """Every mutant that does something else than the module, each once."""
    code = (SOURCE / f"{module}.py").read_text(encoding="utf-8")
    nodes = list(ast_nodes(get_ast(code)))
    seen = {behaviour(code)}
    for name in operator_names():
        make = get_operator(name)
        if make.arguments():  # an operator that must be told what to change
            continue
        operator = make()
        places = [start for node in nodes for start, _ in operator.mutation_positions(node)]
        for occurrence, (line, _) in enumerate(places):
            changed = mutate_code(code, operator, occurrence)
            if changed is None or not parses(changed) or behaviour(changed) in seen:
                continue
            seen.add(behaviour(changed))
            yield Mutant(module, name.rpartition("/")[2], line, changed)


def parses(code: str) -> bool:
    try:
        ast.parse(code)
    except SyntaxError:  # such as another operator for the star of keyword-only arguments
        return False
    return True


def behaviour(code: str) -> str:
    """The code without annotations, docstrings and layout."""
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(None)
        elif isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.FunctionDef):
            node.returns = None
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            node.body = [part for part in node.body if not is_constant(part)] or [ast.Pass()]
    return ast.unparse(tree)


def is_constant(node: ast.AST) -> bool:
    """Whether a statement is only a docstring or an ellipsis."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def usual_seconds(module: str) -> float:
    """How long a module's tests take on the module as it is, which they must pass."""
    started = time.monotonic()
    child = os.fork()
    if not child:
        os._exit(tested(module))
    _, status = os.waitpid(child, 0)
    if status:
        sys.exit(f"the tests of {module} fail without a mutant")
    return time.monotonic() - started


def killed(mutant: Mutant, limit: int) -> bool:
    """Whether the tests fail on a mutant or take more than ``limit`` seconds."""
    child = os.fork()
    if not child:
        signal.alarm(limit)  # ends the process, whatever it does
        status = FAILED
        with contextlib.suppress(BaseException):
            sys.meta_path.insert(0, Finder(mutant))
            status = tested(mutant.module)
        os._exit(status)
    _, status = os.waitpid(child, 0)
    return status != 0


def tested(module: str) -> int:
    """Run a module's tests up to the first that fails; return 0 if all pass."""
    files = [str(ROOT / "tests" / name) for name in TESTS[module]]
    options = ["-x", "-q", "-p", "no:cacheprovider", "--assert=plain", f"--rootdir={ROOT}"]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return int(pytest.main([*options, *files]))


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives the mutant where its module is imported."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant
        self.path = str(SOURCE / f"{mutant.module}.py")

    def find_spec(
        self, name: str, path: object = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != f"summarize.{self.mutant.module}":
            return None
        return importlib.util.spec_from_file_location(name, self.path, loader=self)

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.mutant.code, self.path, "exec"), module.__dict__)


if __name__ == "__main__":
    main()
