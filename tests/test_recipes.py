"""The recipes under examples/records do what they say."""

import runpy
from pathlib import Path

import pytest

RECIPES = Path(__file__).parents[1] / "examples" / "records"
TEXTS = ["It rained. It stopped.", " ", "Snow fell. It melted."]
pytestmark = pytest.mark.filterwarnings("default")


def test_pandas():
    pandas = pytest.importorskip("pandas")
    recipe = runpy.run_path(str(RECIPES / "with_pandas.py"))
    frame = recipe["add_summaries"](pandas.DataFrame({"text": TEXTS}, index=[5, 6, 7]))
    assert list(frame.columns) == ["text", "summary", "error"]
    assert frame["summary"][7].startswith("Snow")
    assert frame["summary"].isna().tolist() == [False, True, False]
    assert "empty" in frame["error"][6]


def test_datasets(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    datasets = pytest.importorskip("datasets")
    recipe = runpy.run_path(str(RECIPES / "with_datasets.py"))
    rows = datasets.Dataset.from_dict({"text": TEXTS}).map(
        recipe["summarize_batch"], batched=True, batch_size=2
    )
    assert [bool(summary) for summary in rows["summary"]] == [True, False, True]
    assert "empty" in rows[1]["error"]
