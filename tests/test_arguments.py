"""Arguments are checked alike everywhere, and a missing extra is told alike."""

import io
import sys
from fractions import Fraction

import numpy as np
import pytest

import summarize
from summarize import InvalidLengthError, Length, MissingDependencyError, Summarizer
from summarize.arguments import flag, imported, one_of, positive, whole_number
from summarize.evaluation import Article, Corpus, evaluate

NO_WHOLE_NUMBERS = [True, False, 0, -1, 1.0, 1.5, "1", np.float64(2), np.bool_(True), b"1", [1]]
CORPUS = Corpus("c", (Article("1", "It rained. It stopped.", ("It rained.",)),))


def many(**options):
    return list(Summarizer("lead").summarize_many(["It rained."], **options))


TAKES_A_COUNT = {
    "sentences": lambda value: summarize.summarize("It rained.", backend="lead", sentences=value),
    "words": lambda value: Length(words=value),
    "batch_size": lambda value: many(batch_size=value),
    "jobs": lambda value: many(jobs=value),
    "max_bytes": lambda value: summarize.read(io.BytesIO(b"It rained."), max_bytes=value),
    "max_pages": lambda value: summarize.read(io.BytesIO(b"It rained."), max_pages=value),
    "max_sentences": lambda value: Summarizer("kl", max_sentences=value),
    "limit": CORPUS.sample,
    "processes": lambda value: evaluate(CORPUS, ["lead"], processes=value),
}


@pytest.mark.parametrize("value", NO_WHOLE_NUMBERS, ids=repr)
@pytest.mark.parametrize("name", TAKES_A_COUNT)
def test_what_is_no_whole_number_is_refused_alike(name, value):
    with pytest.raises(ValueError, match=rf"{name}=.*must be a whole number, 1 or more"):
        TAKES_A_COUNT[name](value)


@pytest.mark.parametrize("name", TAKES_A_COUNT)
def test_whole_numbers_of_any_type_are_taken(name):
    TAKES_A_COUNT[name](np.int64(1 if name != "max_bytes" else 100))


def test_a_whole_number_becomes_an_int():
    assert type(whole_number("n", np.uint8(7))) is int
    assert type(Length(sentences=np.int32(2)).sentences) is int
    with pytest.raises(ValueError, match="n=-1 must be a whole number, 0 or more, or None for all"):
        whole_number("n", -1, least=0, or_none="all")


@pytest.mark.parametrize("value", [0, -1, True, "1", float("nan"), float("inf"), 10**400, None])
def test_what_is_no_positive_number(value):
    with pytest.raises(ValueError, match=r"a=.* must be a positive number of seconds"):
        positive("a", value, unit="of seconds")
    with pytest.raises(InvalidLengthError, match="ratio"):
        Length(ratio=value if value is not None else 2)


def test_numbers_of_any_type_are_taken():
    assert positive("a", Fraction(1, 2)) == positive("a", np.float32(0.5)) == 0.5
    assert Length(ratio=Fraction(1, 2)).ratio == 0.5


@pytest.mark.parametrize("value", [0, 1, "no", None, np.bool_(True)])
def test_a_flag_is_a_bool(value):
    with pytest.raises(ValueError, match=r"a=.* must be True or False"):
        flag("a", value)


def test_one_of_some():
    assert one_of("a", "x", ("x", "y")) == "x"
    for value in ("z", None, ["x"]):
        with pytest.raises(ValueError, match=r"a=.* must be 'x', 'y' or 'z!'"):
            one_of("a", value, ("x", "y", "z!"))


def test_a_missing_extra_is_told_with_its_command(monkeypatch):
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with pytest.raises(MissingDependencyError) as caught:
        imported("pypdfium2.version", "reading PDF", "documents")
    assert caught.value.package == "pypdfium2"
    assert caught.value.command == 'pip install "summarize[documents]"'
    assert str(caught.value).startswith("reading PDF needs the package 'pypdfium2': pip install")
