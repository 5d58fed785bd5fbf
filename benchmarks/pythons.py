"""Whether each Python that the package allows can have it: wheels, and our sources.

python benchmarks/pythons.py [--pyodide FOLDER ...]

The first table asks the package index, through pip, for a wheel of each compiled package that a
plain install brings, for each Python and platform; nothing is installed. What is pure Python is the
same everywhere and not asked for.

The second runs another Python than the one at hand, in WebAssembly, where one is to be had: a
FOLDER in which ``npm install pyodide@VERSION`` was done (0.27 is Python 3.12, 0.28 is 3.13, 314 is
3.14), and Node.js. There every file is compiled, every module imported and every doctest run, with
warnings as errors (``pythons_inside.py``). NumPy and the like have no wheels for it, so what needs
them is left out; the last sentencex of pure Python stands in for the compiled one.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.tags import compatible_tags, cpython_tags, mac_platforms
from packaging.utils import canonicalize_name, parse_wheel_filename
from recording import record, table

ROOT = Path(__file__).parents[1]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PLATFORMS = {
    "Linux, x86-64": "manylinux_2_28_x86_64 manylinux_2_17_x86_64 manylinux2014_x86_64",
    "Linux, ARM64": "manylinux_2_28_aarch64 manylinux_2_17_aarch64 manylinux2014_aarch64",
    "Alpine (musl), x86-64": "musllinux_1_2_x86_64 musllinux_1_1_x86_64",
    "Alpine (musl), ARM64": "musllinux_1_2_aarch64 musllinux_1_1_aarch64",
    "macOS 14, ARM64": " ".join(mac_platforms((14, 0), "arm64")),
    "macOS 14, x86-64": " ".join(mac_platforms((14, 0), "x86_64")),
    "Windows, x86-64": "win_amd64",
    "Windows, ARM64": "win_arm64",
}
STAND_INS = ("chardet", "click", "markdown-it-py", "mdurl", "sentencex<1", "tqdm")
START = """
import { loadPyodide } from "pyodide";
import { readFileSync } from "node:fs";
const [root, wheels] = process.argv.slice(2);
const python = await loadPyodide();
python.mountNodeFS("/root", root);
python.mountNodeFS("/wheels", wheels);
python.runPython(readFileSync(root + "/benchmarks/pythons_inside.py", "utf-8"));
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pyodide", nargs="+", default=[], metavar="FOLDER")
    options = parser.parse_args()
    compiled, pure = needed()
    rows = [
        (platform, *(wanting(compiled, python, tags.split()) for python in PYTHONS))
        for platform, tags in PLATFORMS.items()
    ]
    body = (
        "# Pythons\n\nWheels of the compiled packages that a plain install brings, for each Python "
        "and platform: the packages that have none, and must be built.\n\n"
        + table(("", *PYTHONS), rows)
        + f"\n\nAsked for: {', '.join(compiled)}. Pure Python, and not asked for: "
        + f"{', '.join(pure)}."
    )
    if options.pyodide:
        body += "\n\n" + inside(options.pyodide)
    record("pythons", body)


def needed() -> tuple[list[str], list[str]]:
    """The packages of a plain install, those that are compiled and those that are not."""
    names = ["summarize"]
    for name in names:
        for text in distribution(name).requires or ():
            requirement = Requirement(text)
            wanted = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
            other = canonicalize_name(requirement.name)
            if wanted and other not in names:
                names.append(other)
    kinds: tuple[list[str], list[str]] = ([], [])
    for name in sorted(names[1:]):
        is_pure = "Root-Is-Purelib: true" in (distribution(name).read_text("WHEEL") or "")
        kinds[is_pure].append(name)
    return kinds


@cache
def wheels_of(package: str) -> tuple[str, ...]:
    """The names of the wheels, of the versions that we take, which pip finds on the index."""
    done = subprocess.run(
        [sys.executable, "-m", "pip", "index", "versions", package, "-vvv"],
        check=True,
        capture_output=True,
        text=True,
    )
    names = set(re.findall(r"[\w.+-]+\.whl", done.stdout + done.stderr))
    taken = versions(package)
    return tuple(
        name
        for name in names
        if canonicalize_name(name.partition("-")[0]) == package
        and taken.contains(parse_wheel_filename(name)[1])
    )


def versions(package: str) -> SpecifierSet:
    """The versions that we take; any, if only another package asks for it."""
    for text in distribution("summarize").requires or ():
        requirement = Requirement(text)
        if canonicalize_name(requirement.name) == package and requirement.marker is None:
            return requirement.specifier
    return SpecifierSet()


def wanting(packages: list[str], python: str, systems: list[str]) -> str:
    """The packages that have no wheel, as a cell of the table."""
    version = tuple(map(int, python.split(".")))
    tags = {*cpython_tags(version, platforms=systems), *compatible_tags(version, platforms=systems)}
    without = [
        package
        for package in packages
        if all(tags.isdisjoint(parse_wheel_filename(name)[3]) for name in wheels_of(package))
    ]
    return ", ".join(without) or "–"


def inside(folders: list[str]) -> str:
    rows = []
    faults = []
    with tempfile.TemporaryDirectory() as wheels:
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--dest",
            wheels,
        ]
        command += ["--only-binary=:all:", "--python-version", "3.14", "--platform", "any"]
        subprocess.run([*command, *STAND_INS], check=True)
        for folder in folders:
            start = Path(folder, "start.mjs")
            start.write_text(START, encoding="utf-8")
            done = subprocess.run(
                ["node", start.name, str(ROOT), wheels],
                cwd=folder,
                check=True,
                capture_output=True,
                text=True,
            )
            told = json.loads(done.stdout.splitlines()[-1])
            rows.append(
                (
                    told["python"],
                    str(told["files"]),
                    f"{told['imported']} of {told['modules']}",
                    f"{told['passed']} of {told['doctests']}",
                    str(told["wanting"]),
                    str(len(told["faults"])),
                )
            )
            faults += [f"- {told['python']}: {fault}" for fault in told["faults"]]
    header = (
        "Python",
        "files compiled",
        "modules imported",
        "doctests passed",
        "want a package",
        "other faults",
    )
    return (
        "Our sources in other Pythons (Pyodide), with warnings as errors:\n\n"
        + table(header, rows)
        + (
            "\n\nThe faults, of which sentencex 0.6 losing a last mark makes most:\n\n"
            if faults
            else ""
        )
        + "\n".join(faults)
    )


if __name__ == "__main__":
    main()
