import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarize import Document, Length, summarize
from summarize.selection import opening, text_of, top


def document(text, **options):
    return Document.from_text(text, **options)


RIVER = document(
    "It rained all through Monday night. The river rose by a metre. Nobody at all was hurt there. "
    "Boats left for the sea."
)


def test_the_best_in_document_order():
    assert top(RIVER, [1, 4, 2, 3], Length(sentences=2)) == [1, 3]


def test_ties_go_to_the_earlier():
    assert top(RIVER, [1, 1, 1, 1], Length(sentences=2)) == [0, 1]
    assert top(RIVER, [0, 1, 1, 1], Length(sentences=2)) == [1, 2]


def test_words_are_a_ceiling_and_what_does_not_fit_is_passed_over():
    assert top(RIVER, [4, 3, 2, 1], Length(words=11)) == [0, 3]
    assert top(RIVER, [4, 3, 2, 1], Length(words=17)) == [0, 1, 3]


def test_of_stubs_alone_one_word_is_as_good_as_three():
    assert top(document("Rain. It snowed."), [2, 1], Length(sentences=1)) == [0]


STUBS = document(
    "No. It rained all through Monday night. Click here! The river rose by a metre. Ada: yes, so "
    "they say. Boats left for the sea."
)


@pytest.mark.parametrize("scores", [[9, 1, 8, 2, 7, 3], [1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1]])
def test_stubs_fill_nothing_while_anything_else_is_left(scores):
    for length in (Length(sentences=3), Length(words=16), Length(words=17)):
        assert set(top(STUBS, scores, length)) <= {1, 3, 5}
    assert top(STUBS, scores, Length(sentences=6)) == [0, 1, 2, 3, 4, 5]


def test_stubs_come_in_the_order_of_their_scores_when_the_rest_is_in():
    assert top(STUBS, [9, 1, 8, 2, 7, 3], Length(sentences=4)) == [0, 1, 3, 5]
    assert top(STUBS, [1, 1, 8, 2, 7, 3], Length(sentences=5)) == [1, 2, 3, 4, 5]
    assert top(STUBS, [9, 1, 8, 2, 7, 3], Length(words=18)) == [0, 1, 3, 5]


def test_the_best_stub_is_taken_where_nothing_else_fits():
    assert top(STUBS, [8, 1, 9, 2, 7, 3], Length(words=4)) == [2]
    assert top(STUBS, [8, 1, 9, 2, 7, 3], Length(words=1)) == [0]


def test_in_a_script_without_spaces_a_stub_has_two_and_a_half_times_as_many_letters():
    made = document(
        "今日は雨だ。川の水が二メートル上がった。明日は晴れるらしいと言った。", language="ja"
    )
    assert [sentence.words for sentence in made.sentences] == [5, 13, 13]
    assert top(made, [9, 1, 2], Length(sentences=2)) == [1, 2]
    twelve = document("今日は雨だったと言われた。川の水が二メートル上がった。", language="ja")
    assert top(twelve, [9, 1], Length(sentences=1)) == [1]


def test_ratio():
    assert RIVER.words == 23
    assert top(RIVER, [4, 3, 2, 1], Length(ratio=0.53)) == [0, 1]


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
    assert text_of(RIVER, [2, 3]) == "Nobody at all was hurt there. Boats left for the sea."
    chinese = document("今天下雨。河水上涨。没有人受伤。", language="zh")
    assert text_of(chinese, [0, 1]) == "今天下雨。河水上涨。"
    assert text_of(chinese, [0, 2]) == "今天下雨。没有人受伤。"
    tight = document("A.B test.Stocks fell. Then rose.")
    assert text_of(tight, [0, 1, 2]) == "A.B test.Stocks fell. Then rose."


CHINESE = "今天下雨。" * 300 + "明天天晴。桥梁关闭。学校开放。船只离港。"


def test_what_touches_in_the_document_touches_in_the_summary():
    made = document(CHINESE, language="zh")
    texts = [sentence.text for sentence in made.sentences]
    assert "".join(texts) == CHINESE
    for before in range(len(texts) - 5, len(texts)):
        for after in range(before + 1, len(texts)):
            assert text_of(made, [before, after]) == texts[before] + texts[after]


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
    assert text_of(spaced, indices) == expected


def test_the_end_of_a_line_is_no_space_where_the_script_puts_none():
    lines = document("今天下雨。\n\n河水上涨。\n　　没有人受伤。", language="zh")
    assert text_of(lines, [0, 1, 2]) == "今天下雨。河水上涨。没有人受伤。"
    assert text_of(lines, [0, 2]) == "今天下雨。没有人受伤。"
    korean = document("비가 많이 왔다.\n\n강이 불었다.", language="ko")
    assert text_of(korean, [0, 1]) == "비가 많이 왔다. 강이 불었다."


def test_words_that_are_spaced_run_together_only_where_they_do_in_the_document():
    tight = document("Rain fell. " * 300 + "A.B test.Stocks fell.Then they rose.Boats left.")
    last = len(tight.sentences) - 1
    assert text_of(tight, [last - 2, last - 1]) == "Stocks fell.Then they rose."
    assert text_of(tight, [last - 1, last]) == "Then they rose.Boats left."
    assert text_of(tight, [last - 2, last]) == "Stocks fell. Boats left."


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
    # Nothing but stubs that is left out would still fit; and they only if all else is in.
    rest = set(range(len(made.sentences))) - set(chosen)
    whole = {i for i, sentence in enumerate(made.sentences) if sentence.words >= 5}
    assert all(made.sentences[i].words > words - total for i in rest & whole)
    if not rest & whole:
        assert all(made.sentences[i].words > words - total for i in rest)
    elif chosen and not set(chosen) <= whole:
        assert len(chosen) == 1


def test_what_has_no_word_is_not_the_shortest_sentence():
    assert top(document("It rained.\n\n* * *\n\nBoats left us."), [1, 9, 2], Length(words=1)) == [0]


# --- The opening --------------------------------------------------------------------------------


@pytest.mark.parametrize("words", range(1, 30))
def test_the_opening_ends_before_the_first_sentence_that_does_not_fit(words):
    made = document("It rained. The river rose by two metres in the night. Snow. Boats left us.")
    chosen = opening(made, [], Length(words=words))
    assert chosen == list(range(len(chosen)))
    total = sum(made.sentences[i].words for i in chosen)
    assert total <= words or chosen == [0]
    if len(chosen) < 4:
        assert total + made.sentences[len(chosen)].words > words


def test_the_opening_in_sentences_and_as_a_share():
    made = document("It rained. It rained. The river rose.")
    assert opening(made, [], Length(sentences=2)) == [0, 1]
    assert opening(made, [], Length(sentences=9)) == [0, 1, 2]
    assert opening(made, [], Length(ratio=1.0)) == [0, 1, 2]
    assert opening(made, [], Length(ratio=0.1)) == [0]


def test_the_lead_is_its_first_sentence_even_where_only_a_later_one_fits():
    text = "The river rose by two metres in the night. Boats left us."
    summary = summarize(text, backend="lead", words=4)
    assert (summary, summary.over_length) == ("The river rose by two metres in the night.", True)
