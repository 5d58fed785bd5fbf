"""gensim 3.8's summarize, as public code calls it."""

import inspect
from pathlib import Path

import pytest

from summarize import Document
from summarize.compat.gensim import summarize

ARTICLES = sorted((Path(__file__).parents[1] / "examples" / "articles").glob("*.txt"))
TEXT = ARTICLES[0].read_text(encoding="utf-8")
SENTENCES = [sentence.text for sentence in Document.from_text(TEXT).sentences]


def test_the_signature_is_gensims():
    assert str(inspect.signature(summarize)).startswith(
        "(text: 'str', ratio: 'float' = 0.2, word_count: 'int | None' = None, split: 'bool' = False"
    )


@pytest.mark.parametrize("ratio", [0.1, 0.2, 0.35, 0.5, 1.0])
def test_a_ratio_is_a_share_of_sentences(ratio):
    lines = summarize(TEXT, ratio=ratio).split("\n")
    assert len(lines) == int(len(SENTENCES) * ratio)
    places = [SENTENCES.index(line) for line in lines]
    assert places == sorted(places)


def test_the_default_is_a_fifth():
    assert summarize(TEXT) == summarize(TEXT, 0.2) == "\n".join(summarize(TEXT, split=True))


@pytest.mark.parametrize("words", [30, 60, 120, 200])
def test_a_word_count_is_come_near_to(words):
    taken = summarize(TEXT, word_count=words)
    longest = max(len(sentence.split()) for sentence in SENTENCES)
    assert abs(len(taken.split()) - words) <= longest
    assert summarize(TEXT, ratio=0.9, word_count=words) == taken


def test_a_share_of_less_than_one_sentence_is_nothing():
    assert summarize("It rained. The river rose. It fell.", ratio=0.1) == ""
    assert summarize("It rained. The river rose. It fell.", ratio=0.1, split=True) == []
    assert summarize(TEXT, word_count=0) == ""


@pytest.mark.parametrize("text", ["", "  \n "])
def test_no_text_is_no_summary(text):
    assert summarize(text) == ""
    assert summarize(text, split=True) == []


def test_one_sentence_is_refused():
    with pytest.raises(ValueError, match="input must have more than one sentence"):
        summarize("There is but this one.")


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"text": None}, TypeError),
        ({"text": b"It rained. It stopped."}, TypeError),
        ({"text": TEXT, "ratio": 2.0}, ValueError),
        ({"text": TEXT, "ratio": float("nan")}, ValueError),
        ({"text": TEXT, "word_count": -3}, ValueError),
        ({"text": TEXT, "word_count": 1.5}, ValueError),
        ({"text": TEXT, "split": "yes"}, ValueError),
    ],
)
def test_mistakes(options, error):
    with pytest.raises(error):
        summarize(**options)


def test_a_time_of_day_ends_no_sentence():
    text = (
        "The bank closes at 5 p.m. on Fridays. It opens at 9 a.m. the next day. "
        "The manager said the hours would change. Customers asked why."
    )
    assert len(summarize(text, ratio=1.0, split=True)) == 4
