"""The soak of benchmarks/robustness, small: all ways of asking give the same answers."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture(scope="module")
def soak():
    added = [str(FOLDER), str(FOLDER / "robustness")]
    sys.path += added
    import soak

    yield soak
    for path in added:
        sys.path.remove(path)


@pytest.fixture(scope="module")
def expected(soak):
    return dict(soak.in_order(range(120)))


@pytest.mark.parametrize("way", ["in_order", "shuffled", "threads", "batches", "function"])
def test_all_ways_give_the_same(soak, expected, way):
    assert dict(soak.WAYS[way][0](range(120))) == expected
    kinds = {answer for answer in expected.values() if not answer.startswith("[")}
    assert kinds
    assert kinds <= {"EmptyDocumentError", "TypeError"}


def test_all_paths_give_the_same(soak):
    backend, total, differing = soak.compared("lead", 3, [{"words": 60}])
    assert (backend, total, differing) == ("lead", 27, 0)
