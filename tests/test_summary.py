import copy
import json
import pickle

import pytest

import summarize
from summarize import Document, Length, Summary
from summarize.summary import summary_of

TEXT = "LONDON (AP) — It rained all night. The river rose. Nobody was hurt. Boats left early."
DOCUMENT = Document.from_text(TEXT)


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
    with pytest.raises(AttributeError):
        summary.sentences[0].text = "other"


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


@pytest.mark.parametrize(("words", "over"), [(8, False), (7, False), (6, True), (1, True)])
def test_over_length_is_more_words_than_the_ceiling(words, over):
    text = "It rained all night. The river rose."
    made = summary_of(DOCUMENT, text, (), Length(words=words), timings={}, backend="mine")
    assert made.words == 7
    assert made.over_length is over


def test_sentences_are_a_ceiling_that_no_summary_exceeds():
    made = summary_of(DOCUMENT, TEXT, (), Length(), timings={}, backend="mine")
    assert made.over_length is False


def test_what_is_not_said_of_a_summary():
    made = Summary("It rained.", sentences=(), backend="mine", document_words=4)
    assert (made.read_fraction, made.truncated, made.over_length) == (1.0, False, False)
    assert (made.options, made.timings) == ({}, {})
    assert made.compression_ratio == 2.0


def test_facts_are_named():
    with pytest.raises(TypeError):
        Summary("It rained.", (), backend="mine", document_words=4)
    with pytest.raises(TypeError):
        summary_of(DOCUMENT, TEXT, (), Length(), {}, backend="mine")


def test_a_sentence_is_no_larger_than_its_fields(summary):
    assert not hasattr(summary.sentences[0], "__dict__")
