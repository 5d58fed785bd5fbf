import math

import numpy as np
import pytest

from summarize import InvalidLengthError, Length, summarize

TEXT = "It rained all night. The river rose. Nobody was hurt. Boats left the harbour early."


@pytest.mark.parametrize("parameter", ["sentences", "words"])
@pytest.mark.parametrize(
    "value", [0, -3, 0.2, 3.0, math.nan, math.inf, True, False, "3", "-3", "12.5%", b"3", [3], 1j]
)
def test_invalid_counts(parameter, value):
    with pytest.raises(InvalidLengthError) as caught:
        summarize(TEXT, backend="lead", **{parameter: value})
    assert caught.value.parameter == parameter
    assert caught.value.value is value
    assert str(caught.value).startswith(f"{parameter}={value!r}: must be ")


@pytest.mark.parametrize(
    "value",
    [0, 0.0, -0.1, 1.01, 20, math.nan, math.inf, -math.inf, True, "0.2", "20%", 10**400, None],
)
def test_invalid_ratios(value):
    if value is None:
        assert Length(ratio=None).sentences == 3
        return
    with pytest.raises(InvalidLengthError, match=r"^ratio="):
        Length(ratio=value)


def test_at_most_one():
    with pytest.raises(InvalidLengthError, match=r"only one .*sentences and words") as caught:
        Length(sentences=2, words=30)
    assert (caught.value.parameter, caught.value.value) == ("words", 30)
    with pytest.raises(InvalidLengthError, match="words and ratio"):
        Length(words=2, ratio=0.5)


@pytest.mark.parametrize("value", [2, np.int64(2), np.uint8(2)])
def test_whole_numbers_of_any_type(value):
    assert (
        summarize(TEXT, backend="lead", sentences=value) == "It rained all night. The river rose."
    )
    assert type(Length(words=value).words) is int


@pytest.mark.parametrize("value", [1, 1.0, np.float32(1)])
def test_the_whole_document(value):
    assert summarize(TEXT, backend="lead", ratio=value) == TEXT


def test_huge_counts():
    assert summarize(TEXT, backend="lead", sentences=10**9) == TEXT
    assert summarize(TEXT, backend="lead", words=10**9) == TEXT


def test_word_limit_survives_rounding():
    assert Length(ratio=0.29).word_limit(100) == 29
    assert Length(words=7).word_limit(100) == 7
    assert Length(sentences=7).word_limit(100) is None


def test_to_dict():
    assert Length().to_dict() == {"sentences": 3}
    assert Length(ratio=0.5).to_dict() == {"ratio": 0.5}


def test_one_is_enough():
    assert Length(sentences=1).sentences == 1
    assert Length(words=1).words == 1


def test_is_a_value():
    length = Length(words=60)
    assert length == Length(words=60)
    assert len({length, Length(words=60), Length(words=61)}) == 2
    with pytest.raises(AttributeError):
        length.words = 61
    assert not hasattr(length, "__dict__")


def test_what_is_counted_is_named():
    with pytest.raises(TypeError):
        Length(60)
