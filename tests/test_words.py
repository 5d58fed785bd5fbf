import tracemalloc

import pytest

from summarize import UnknownLanguageError
from summarize.text.languages import normalize_language
from summarize.text.words import count_words, is_unspaced


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("   \n\t ", 0),
        ("one", 1),
        ("don't re-count U.S. 3.14%", 4),
        ("... !!! — 🙂", 0),
        ("_ __ _a", 1),
        ("a\u00a0b\u2028c", 3),
        ("“Quoted,” he said", 3),
        ("今日は雨だ。", 5),
        ("iPhone手机 ok", 4),
        ("Привет, мир", 2),
        ("हिन्दी में", 2),
        ("한국어 문장", 2),
        ("½ ²", 2),
    ],
)
def test_count_words(text, words):
    assert count_words(text) == words


def test_words_of_a_long_text_are_counted_without_a_list():
    text = "今日は good — rain, "
    words, long = count_words(text), text * 8_000
    tracemalloc.start()
    try:
        assert count_words(long) == 8_000 * words
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 100_000  # a list of them takes megabytes


def test_thai_letters_count_each_but_marks_do_not():
    assert count_words("ที่") == 1


@pytest.mark.parametrize(
    ("text", "unspaced"),
    [("今日は", True), ("hello", False), ("", False), ("今日 is a day", False), ("Тест", False)],
)
def test_is_unspaced(text, unspaced):
    assert is_unspaced(text) is unspaced


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("en", "en"),
        ("en-US", "en"),
        ("EN", "en"),
        ("zh_Hant_TW", "zh"),
        (" de ", "de"),
        ("ceb", "ceb"),
        ("eng", "en"),
        ("GER", "de"),
    ],
)
def test_normalize_language(tag, code):
    assert normalize_language(tag) == code


@pytest.mark.parametrize("tag", ["", "xx", "english", "e", "en-", "12", None, 3, "en\n-US"])
def test_not_a_language(tag):
    with pytest.raises(UnknownLanguageError, match="BCP-47") as caught:
        normalize_language(tag)
    assert caught.value.language == tag
