"""Our own articles have the shape that they say they have."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from summarize.text.words import count_words

ROOT = Path(__file__).parents[1]
PATHS = sorted((ROOT / "benchmarks" / "articles").glob("*.txt")) + sorted(
    (ROOT / "examples" / "articles").glob("*.txt")
)
COPIED_WORDS = 6


def runs(text):
    words = re.findall(r"[^\W_]+", text.lower())
    return {tuple(words[i : i + COPIED_WORDS]) for i in range(len(words) - COPIED_WORDS + 1)}


def test_there_are_enough():
    subjects = {path.stem.partition("-")[0] for path in PATHS}
    assert len(PATHS) >= 30
    assert len(subjects) == 6


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_shape(path):
    text = path.read_text(encoding="utf-8")
    lead, _, article = text.partition("\n")
    assert text.endswith("\n")
    assert all(line == line.strip() != "" for line in text[:-1].split("\n"))
    assert 60 <= count_words(lead) <= 110
    assert 300 <= count_words(article) <= 700
    assert not runs(lead) & runs(article), "the lead copies the article"


def test_no_two_share_a_passage():
    texts = [runs(path.read_text(encoding="utf-8")) for path in PATHS]
    for number, one in enumerate(texts):
        for other in texts[number + 1 :]:
            assert len(one & other) <= 2


def test_not_all_have_a_dateline_and_not_all_lack_one():
    seconds = [path.read_text(encoding="utf-8").split("\n")[1] for path in PATHS]
    with_dateline = [line for line in seconds if re.match(r"[A-ZÀ-Þ.' ]{4,}[^.]{0,60}[—–-] ", line)]
    assert 10 < len(with_dateline) < len(PATHS) - 3
    assert all(a < b for a, b in pairwise(PATHS[:36]))
