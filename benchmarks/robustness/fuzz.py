"""Coverage-guided fuzzing of the splitter and of the readers, by atheris.

    pip install atheris
    python benchmarks/robustness/fuzz.py splitter --seconds 600
    python benchmarks/robustness/fuzz.py repeated --seconds 600
    python benchmarks/robustness/fuzz.py readers --seconds 600

``repeated`` gives the splitter a few characters again and again, to find what takes it more than
linear time. Each starts from the files in ``corpus/TARGET``. An input that breaks what
``targets.py`` asks for does not end it: the first of each kind is written there, as
``found-HASH``, where ``tests/test_fuzz_corpus.py`` runs it again. Exits with 1 if there was one.
The result is recorded in ``results/robustness-fuzz-TARGET.md``.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import logging
import pkgutil
import re
import subprocess
import sys
import tempfile
import traceback
import warnings
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
INSTRUMENTED = {
    "splitter": ["summarize"],
    "repeated": ["summarize"],
    "readers": ["summarize", "docx", "trafilatura", "chardet"],
}
DICTIONARIES = {
    "splitter": "splitter.dict",
    "repeated": "splitter.dict",
    "readers": "readers.dict",
}
_INSIDE = "--inside"
MAX_LENGTH = 4096
HANG = 60  # seconds after which an input is given up with the process


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("target", choices=sorted(INSTRUMENTED))
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    sys.exit(supervise(options.target, options.seconds, options.seed))


def supervise(target: str, seconds: int, seed: int) -> int:
    """Fuzz in another process, which libFuzzer ends in its own way; record what came of it."""
    sys.path.insert(0, str(HERE.parent))
    from recording import record, table

    own = HERE / "corpus" / target
    with tempfile.TemporaryDirectory() as folder:
        grown, findings = Path(folder, "grown"), Path(folder, "findings.jsonl")
        grown.mkdir()
        findings.touch()
        command = [
            sys.executable, __file__, _INSIDE, target, findings, grown, own,
            f"-max_total_time={seconds}", f"-max_len={MAX_LENGTH}", f"-timeout={HANG}",
            f"-seed={seed}", f"-dict={HERE / DICTIONARIES[target]}",
            f"-artifact_prefix={own}/found-",
            "-print_final_stats=1", "-rss_limit_mb=2048", "-verbosity=1",
        ]  # fmt: skip
        done = subprocess.run(list(map(str, command)), stderr=subprocess.PIPE, check=False)
        found = [json.loads(line) for line in findings.read_text().splitlines()]
        kept = len(list(grown.iterdir()))
    text = done.stderr.decode(errors="replace")
    executions = last(r"stat::number_of_executed_units:\s*(\d+)", text)
    if executions is None or done.returncode:  # a hang, too much memory or a crash ends it
        sys.stderr.write(text[-3000:])
        sys.exit("the fuzzing process ended before its time")
    rows = [
        ("time", f"{seconds} s"),
        ("executions", f"{int(executions):,}"),
        ("edges and counters reached", last(r"cov: (\d+)", text) or "?"),
        ("inputs that reached something new", f"{kept:,}"),
        ("findings", str(len(found))),
        *(("", f"{each['kind']} (`{each['file']}`)") for each in found),
    ]
    title = f"# Fuzzing: {target}\n\n"
    record(f"robustness-fuzz-{target}", title + table(("what", "measured"), rows), ("atheris",))
    return 1 if found else 0


def last(pattern: str, text: str) -> str | None:
    matches = re.findall(pattern, text)
    return matches[-1] if matches else None


def fuzz(target: str, findings: Path, libfuzzer: list[str]) -> None:
    import atheris

    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    atheris.enabled_hooks.add("str")
    with atheris.instrument_imports(include=INSTRUMENTED[target]):
        sys.path.insert(0, str(HERE))
        import targets

        for name in modules(target):  # what would else be imported later, and not instrumented
            importlib.import_module(name)
    known: set[str] = set()
    check = targets.TARGETS[target]

    def once(data: bytes) -> None:
        try:
            targets.timed(check, data)
        except Exception as error:
            kind = kind_of(error)
            if kind not in known:
                known.add(kind)
                path = targets.CORPUS / target / f"found-{hashlib.sha1(data).hexdigest()[:12]}"
                path.write_bytes(data)
                with findings.open("a") as stream:
                    stream.write(json.dumps({"kind": kind, "file": path.name}) + "\n")

    atheris.Setup([sys.argv[0], *libfuzzer], once)
    atheris.Fuzz()


def modules(target: str) -> Iterator[str]:
    import summarize

    for found in pkgutil.walk_packages(summarize.__path__, "summarize."):
        if found.name.startswith(f"summarize.{'readers' if target == 'readers' else 'segment'}"):
            yield found.name
    if target == "readers":
        yield from INSTRUMENTED[target][1:]


def kind_of(error: Exception) -> str:
    """The error's type, what it says without numbers, and where it was raised."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    said = re.sub(r"\d+(?:[.,]\d+)*", "N", str(error).partition("\n")[0])[:80]
    return f"{type(error).__name__}: {said} ({Path(frame.filename).name}, {frame.name})"


if __name__ == "__main__":
    if sys.argv[1:2] == [_INSIDE]:
        fuzz(sys.argv[2], Path(sys.argv[3]), sys.argv[4:])
    else:
        main()
