"""What ``pythons.py`` runs inside another Python: compiles, imports and doctests our sources.

It prints JSON. The repository is ``/root`` there, and wheels of pure Python are in ``/wheels``.
"""

from __future__ import annotations

import contextlib
import doctest
import importlib
import io
import json
import sys
import time
import warnings
from pathlib import Path
from typing import Any

ROOT = Path("/root")
told: dict[str, Any] = {
    "python": sys.version.split()[0],
    **dict.fromkeys(("files", "modules", "imported", "doctests", "passed", "wanting"), 0),
    "faults": [],
}


class Runner(doctest.DocTestRunner):
    """Tells what fails for want of a package, and its followers, from what fails by itself."""

    wanting = False  # whether something in the docstring did

    def report_unexpected_exception(self, out: Any, test: Any, example: Any, exc_info: Any) -> None:
        error = exc_info[1]
        while error is not None and not isinstance(error, ImportError):
            error = error.__cause__ or error.__context__
        self.wanting = self.wanting or error is not None
        self.report_failure(out, test, example, repr(exc_info[1]))

    def report_failure(self, out: Any, test: Any, example: Any, got: str) -> None:
        absent = ("No module named", "needs the package", "can't start new thread")
        if self.wanting or any(each in got for each in absent):
            told["wanting"] += 1
        else:
            told["faults"].append(f"{test.name}: `{example.source.strip()}` gives {got.strip()!r}")


def main() -> None:
    sys.dont_write_bytecode = True
    warnings.simplefilter("error")
    for folder in ("src", "tests", "examples", "benchmarks", "docs"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            told["files"] += 1
            try:
                compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
            except Exception as error:
                told["faults"].append(f"{path}: {error!r}")
    time.thread_time = time.process_time  # WebAssembly's has no threads
    sys.path[:0] = ["/root/src", *map(str, Path("/wheels").glob("*.whl"))]
    for path in sorted((ROOT / "src").rglob("*.py")):
        if path.name != "__main__.py":
            told["modules"] += 1
            check_module(".".join(path.relative_to(ROOT / "src").with_suffix("").parts))
    print(json.dumps(told))


def check_module(name: str) -> None:
    try:
        module = importlib.import_module(name.removesuffix(".__init__"))
    except ImportError:
        return
    except Exception as error:
        told["faults"].append(f"{name}: {error!r}")
        return
    told["imported"] += 1
    for test in doctest.DocTestFinder(exclude_empty=True).find(module):
        runner = Runner(verbose=False, optionflags=doctest.NORMALIZE_WHITESPACE)
        with contextlib.redirect_stdout(io.StringIO()):
            failed, attempted = runner.run(test, out=lambda text: None)[:2]
        told["doctests"] += attempted
        told["passed"] += attempted - failed


main()
