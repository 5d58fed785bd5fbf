import copy
import json
import pickle

import pytest

import summarize
from summarize import Summary

TEXT = "LONDON (AP) — It rained all night. The river rose. Nobody was hurt. Boats left early."


@pytest.fixture
def summary():
    return summarize.summarize(TEXT, backend="lead", sentences=2)


def test_is_its_text(summary):
    assert summary == "It rained all night. The river rose."
    assert isinstance(summary, str)
    assert f"{summary:>40}".strip() == summary
    assert type(str(summary)) is str
    assert {summary: 1}["It rained all night. The river rose."] == 1
    assert summary.replace("rose", "fell").endswith("fell.")


def test_sentences_are_at_their_offsets(summary):
    for sentence in summary.sentences:
        assert TEXT[sentence.start : sentence.end] == sentence.text
    assert [s.sources for s in summary.sentences] == [(0,), (1,)]
    assert [s.score for s in summary.sentences] == [1.0, 0.5]


def test_figures(summary):
    assert (summary.words, summary.document_words) == (7, 13)
    assert summary.compression_ratio == pytest.approx(13 / 7)
    assert (summary.read_fraction, summary.truncated, summary.over_length) == (1.0, False, False)
    assert summary.backend == "lead"
    assert set(summary.timings) == {"split", "backend", "select", "total"}
    assert summary.timings["total"] == pytest.approx(
        sum(value for name, value in summary.timings.items() if name != "total")
    )


@pytest.mark.parametrize(
    "copied",
    [
        lambda s: pickle.loads(pickle.dumps(s)),
        lambda s: pickle.loads(pickle.dumps(s, protocol=0)),
        copy.copy,
        copy.deepcopy,
    ],
)
def test_copies_keep_everything(summary, copied):
    twin = copied(summary)
    assert twin == summary
    assert twin.to_dict() == summary.to_dict()
    assert type(twin) is Summary


def test_is_immutable(summary):
    with pytest.raises(AttributeError, match="immutable"):
        summary.backend = "other"
    with pytest.raises(AttributeError):
        summary.new = 1
    with pytest.raises(AttributeError, match="immutable"):
        del summary.sentences
    with pytest.raises(TypeError):
        summary.timings["total"] = 0


def test_json(summary):
    assert json.loads(json.dumps(summary)) == str(summary)
    plain = json.loads(json.dumps(summary.to_dict()))
    assert plain["summary"] == summary
    assert plain["sentences"][0] == {
        "text": "It rained all night.",
        "start": 14,
        "end": 34,
        "score": 1.0,
        "sources": [0],
    }


def test_a_text_without_words():
    summary = summarize.summarize("!!! ???", backend="lead")
    assert (summary, summary.words, summary.compression_ratio) == ("!!! ???", 0, 1.0)
