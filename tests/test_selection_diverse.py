"""What `selection.diverse` promises beyond what `top` does."""

from __future__ import annotations

import random
import time

import pytest

from summarize.document import Document
from summarize.length import Length
from summarize.selection import Diverse, diverse, tokens, top

FLOOD = (
    "The river rose by two metres on Monday. The river rose by two metres, police said. "
    "He blamed the council. Nobody was hurt in the flood. The bridge at Port Ellery is shut."
)


def chosen(text, scores, **length):
    return diverse(Document.from_text(text), scores, Length(**length))


def test_repetition_gives_way_to_news():
    assert chosen(FLOOD, [-0.5, -0.6, -3.0, -1.0, -1.5], sentences=2) == [0, 3]


def test_repetition_is_taken_when_it_is_all_there_is():
    text = "The river rose by two metres on Monday. The river rose by two metres, police said."
    assert chosen(text, [-0.5, -0.6], sentences=2) == [0, 1]


def test_the_same_sentence_is_taken_once():
    assert chosen("It rained. It rained. It rained.", [-1.0, -0.5, -2.0], sentences=3) == [1]


def test_a_hanging_sentence_gives_way_to_one_as_good():
    assert chosen(FLOOD, [-0.5, -9.0, -1.0, -1.1, -5.0], sentences=2) == [0, 3]


def test_a_hanging_sentence_is_taken_with_what_it_hangs_on():
    assert chosen(FLOOD, [-3.0, -0.5, -1.0, -1.2, -5.0], sentences=2) == [1, 2]


@pytest.mark.parametrize("opening", ["But", "However,", "She", "Meanwhile,", "“We", '"We', "‘We"])
def test_what_hangs(opening):
    closing = {"“": "”", '"': '"', "‘": ""}.get(opening[0], "")
    text = (
        f"Rain fell on Monday. {opening} will repair the bridge.{closing} Nobody was hurt at all."
    )
    assert chosen(text, [-9.0, -1.0, -1.1], sentences=1) == [2]


@pytest.mark.parametrize(
    "quoting", ["“We will,” he said, “repair it.”", "‘We will’, he said.", "'90s' fans came."]
)
def test_a_quotation_with_its_speaker_does_not_hang(quoting):
    text = f"Rain fell on Monday. {quoting} Nobody was hurt at all."
    assert chosen(text, [-9.0, -1.0, -1.1], sentences=1) == [1]


@pytest.mark.parametrize("limit", [5, 8, 12, 20, 33])
def test_words_are_a_ceiling(limit):
    document = Document.from_text(FLOOD)
    picked = diverse(document, [-0.5, -0.6, -3.0, -1.0, -1.5], Length(words=limit))
    assert picked
    assert sum(document.sentences[i].words for i in picked) <= max(limit, 4)


def test_words_left_over_are_used():
    assert chosen(FLOOD, [-0.5, -5.0, -3.0, -1.0, -1.5], words=12) == [0, 2]


def test_too_few_words_give_the_shortest_sentence():
    assert chosen(FLOOD, [-0.5, -5.0, -3.0, -1.0, -1.5], words=1) == [2]


def test_all_of_a_document_may_be_asked_for():
    document = Document.from_text(FLOOD)
    assert diverse(document, [-1.0] * 5, Length(sentences=50)) == [0, 1, 2, 3, 4]
    assert diverse(document, [-1.0] * 5, Length(ratio=1.0)) == [0, 1, 2, 3, 4]


def test_sentences_without_words_come_last():
    document = Document.from_text("It rained. * * * It stopped.")
    assert all(
        document.sentences[i].words
        for i in diverse(document, [-3.0, -0.1, -2.0], Length(sentences=2))
    )


def test_without_redundancy_it_is_top():
    plain = Diverse(words=0.0, pairs=0.0, triples=0.0, length=0.0, hanging=0.0)
    document = Document.from_text(FLOOD)
    for seed in range(50):
        scores = [-random.Random(seed + i).random() for i in range(5)]
        for length in (Length(sentences=1), Length(sentences=3), Length(words=15)):
            assert plain(document, scores, length) == top(document, scores, length)


def test_other_scripts():
    document = Document.from_text("今日は雨だ。今日は雨だった。川が上がった。", language="ja")
    assert diverse(document, [-1.0, -1.1, -1.2], Length(sentences=2)) == [0, 2]


def test_tokens_are_lower_case_without_marks():
    [sentence] = Document.from_text("“Ärger” in the U.S., he said!").sentences
    assert tokens(sentence) == ["ärger", "in", "the", "u", "s", "he", "said"]


def test_ties_go_to_the_earlier():
    text = "Rain fell in Oslo. Snow came to Bergen. Fog hid Tromsø."
    assert chosen(text, [-1.0, -1.0, -1.0], sentences=1) == [0]


@pytest.mark.parametrize("length", [Length(sentences=5), Length(ratio=0.2), Length(words=300)])
def test_long_documents_take_little_time(length):
    words = "rain river bridge council vote town mayor harbour road storm".split()
    pick = random.Random(0)
    text = " ".join(f"The {' '.join(pick.choices(words, k=12))} of {n}." for n in range(5000))
    document = Document.from_text(text)
    scores = [-pick.random() for _ in document.sentences]
    start = time.perf_counter()
    picked = diverse(document, scores, length)
    assert time.perf_counter() - start < 5.0
    assert picked == sorted(set(picked))
