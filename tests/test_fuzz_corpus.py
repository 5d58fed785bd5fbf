"""The inputs that fuzzing starts from, and those that it has found, hold what must hold of any."""

import sys
from pathlib import Path

import pytest

ROBUSTNESS = Path(__file__).parents[1] / "benchmarks" / "robustness"
sys.path.insert(0, str(ROBUSTNESS))
try:
    import targets
finally:
    sys.path.remove(str(ROBUSTNESS))

FILES = sorted(path for path in targets.CORPUS.rglob("*") if path.is_file())


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_an_input_of_the_corpus(path):
    targets.timed(targets.TARGETS[path.parent.name], path.read_bytes())


def test_the_corpus_has_seeds_for_every_target():
    assert {path.parent.name for path in FILES} == set(targets.TARGETS)


@pytest.mark.parametrize("target", sorted(targets.TARGETS))
@pytest.mark.parametrize("data", [b"", b"\0", b"\xff", bytes(range(256)), b"\0It rained."])
def test_small_inputs(target, data):
    targets.timed(targets.TARGETS[target], data)
