import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarize import Document, Length
from summarize.selection import joined, top


def document(text, **options):
    return Document.from_text(text, **options)


RIVER = document("It rained all night. The river rose. Nobody was hurt at all. Boats left.")


def test_the_best_in_document_order():
    assert top(RIVER, [1, 4, 2, 3], Length(sentences=2)) == [1, 3]


def test_ties_go_to_the_earlier():
    assert top(RIVER, [1, 1, 1, 1], Length(sentences=2)) == [0, 1]
    assert top(RIVER, [0, 1, 1, 1], Length(sentences=2)) == [1, 2]


def test_words_are_a_ceiling_and_what_does_not_fit_is_passed_over():
    assert top(RIVER, [4, 3, 2, 1], Length(words=6)) == [0, 3]
    assert top(RIVER, [4, 3, 2, 1], Length(words=9)) == [0, 1, 3]


def test_one_word_is_a_sentence_like_any_other():
    assert top(document("Rain. It snowed."), [2, 1], Length(sentences=1)) == [0]


def test_ratio():
    assert RIVER.words == 14
    assert top(RIVER, [4, 3, 2, 1], Length(ratio=0.5)) == [0, 1]


def test_never_empty():
    assert top(RIVER, [4, 3, 2, 1], Length(words=1)) == [3]
    assert top(RIVER, [4, 3, 2, 1], Length(ratio=0.001)) == [3]


def test_of_the_shortest_the_best_is_taken_if_none_fits():
    made = document("It rained all night. It rained. It snowed. It stopped.")
    assert top(made, [9, 1, 2, 2], Length(words=1)) == [2]


@pytest.mark.parametrize(
    "text",
    [
        "It rained. It rained. The river rose.",
        "It rained. IT RAINED! The river rose.",
        "It rained. “It rained.” The river rose.",
    ],
)
def test_repeated_sentences_are_picked_once(text):
    assert top(document(text), [3, 2, 1], Length(sentences=3)) == [0, 2]
    assert top(document(text), [2, 3, 1], Length(words=100)) == [1, 2]


def test_a_question_does_not_repeat_its_answer():
    assert top(document("He left? He left. Rain."), [3, 2, 1], Length(sentences=3)) == [0, 1, 2]


def test_composed_and_decomposed_letters_repeat_each_other():
    assert top(document("Caf\u00e9. Cafe\u0301."), [1, 2], Length(sentences=2)) == [1]


def test_marks_without_words_come_last():
    starred = document("It rained.\n\n* * *\n\nThe river rose.\n\n* * *\n\nBoats left.")
    scores = [1, 9, 2, 8, 3]
    assert top(starred, scores, Length(sentences=2)) == [2, 4]
    assert top(starred, scores, Length(words=5)) == [2, 4]
    assert top(starred, scores, Length(sentences=9)) == [0, 1, 2, 4]


def test_a_text_of_marks_only():
    assert top(document("!!! ... ???"), [1, 2], Length(sentences=1)) == [1]


def test_joined_by_one_space_or_by_nothing():
    assert joined(RIVER, [0, 3]) == "It rained all night. Boats left."
    chinese = document("今天下雨。河水上涨。没有人受伤。", language="zh")
    assert joined(chinese, [0, 1]) == "今天下雨。河水上涨。"
    assert joined(chinese, [0, 2]) == "今天下雨。没有人受伤。"
    tight = document("A.B test.Stocks fell. Then rose.")
    assert joined(tight, [0, 1, 2]) == "A.B test.Stocks fell. Then rose."
    lines = document("今天下雨。\n河水上涨。", language="zh")
    assert joined(lines, [0, 1]) == "今天下雨。 河水上涨。"


CHINESE = "今天下雨。" * 300 + "明天天晴。桥梁关闭。学校开放。船只离港。"


def test_what_touches_in_the_document_touches_in_the_summary():
    made = document(CHINESE, language="zh")
    texts = [sentence.text for sentence in made.sentences]
    assert "".join(texts) == CHINESE
    for before in range(len(texts) - 5, len(texts)):
        for after in range(before + 1, len(texts)):
            assert joined(made, [before, after]) == texts[before] + texts[after]


@pytest.mark.parametrize(
    ("indices", "expected"),
    [
        ([0, 1], "今天下雨。河水上涨。"),
        ([1, 2], "河水上涨。 没有人受伤。"),
        ([0, 2], "今天下雨。 没有人受伤。"),
        ([1, 3], "河水上涨。 明天天晴。"),
        ([0, 3], "今天下雨。明天天晴。"),
    ],
)
def test_a_space_beside_what_is_left_out_stays(indices, expected):
    spaced = document("今天下雨。河水上涨。 没有人受伤。明天天晴。", language="zh")
    assert joined(spaced, indices) == expected


def test_words_that_are_spaced_run_together_only_where_they_do_in_the_document():
    tight = document("Rain fell. " * 300 + "A.B test.Stocks fell.Then they rose.Boats left.")
    last = len(tight.sentences) - 1
    assert joined(tight, [last - 2, last - 1]) == "Stocks fell.Then they rose."
    assert joined(tight, [last - 1, last]) == "Then they rose.Boats left."
    assert joined(tight, [last - 2, last]) == "Stocks fell. Boats left."


@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=12),
    st.data(),
)
def test_lengths_hold_for_any_scores(sizes, data):
    text = " ".join(f"S{i} " + "w " * (size - 1) + "x." for i, size in enumerate(sizes))
    made = document(text)
    scores = data.draw(
        st.lists(st.floats(-5, 5), min_size=len(made.sentences), max_size=len(made.sentences))
    )
    words = data.draw(st.integers(1, 60))
    chosen = top(made, scores, Length(words=words))
    total = sum(made.sentences[i].words for i in chosen)
    shortest = min(sentence.words for sentence in made.sentences)
    assert chosen == sorted(set(chosen))
    assert total <= words or (len(chosen) == 1 and shortest > words and total == shortest)
    # Nothing that is left out would still fit.
    rest = set(range(len(made.sentences))) - set(chosen)
    assert all(made.sentences[i].words > words - total for i in rest)


def test_what_has_no_word_is_not_the_shortest_sentence():
    assert top(document("It rained.\n\n* * *\n\nBoats left us."), [1, 9, 2], Length(words=1)) == [0]
