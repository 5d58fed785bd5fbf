"""What is remembered from one text to the next is bounded in bytes, not only in number."""

from __future__ import annotations

import encodings
import gc
import io
import tracemalloc
from itertools import count

import pytest

import summarize
from summarize import Failure, Summarizer, support
from summarize.backends.newsrank.terms import Lexicon
from summarize.evaluation import Rouge

SIZE = 100_000  # characters of a word that is met once
numbers = count()


def text(extra: str = "") -> str:
    word = f"{chr(97 + next(numbers) % 26)}{next(numbers)}x".translate(
        str.maketrans("0123456789", "qwertyuiop")
    )
    return (
        f"The council of {word}{'ab' * (SIZE // 2)} met on Monday. Nobody was hurt. {extra}"
        "The mayor said the work on the wall would begin in June, and end before the winter."
    )


def page() -> bytes:
    body = "".join(f"<p>{text()}</p>" for _ in range(3))
    return f"<html lang=en><title>Walls</title><body><article>{body}</article>".encode()


def mail() -> bytes:
    name = f"x{next(numbers)}{'y' * 900}"  # a header is read as far as its 2,000th character
    return (
        f"From: a@example.org\nSubject: =?{name}?q?Walls?=\nMIME-Version: 1.0\n"
        f'Content-Type: text/plain; charset="{name}z"\n\nThe wall is done. Come and see it.\n'
    ).encode()


rouge = Rouge(["rouge1"])
WORK = {
    "newsrank": lambda: summarize.summarize(text(), backend="newsrank", sentences=2),
    "textrank": lambda: summarize.summarize(text(), backend="textrank", sentences=2),
    "lead": lambda: summarize.summarize(text(), backend="lead", sentences=2),
    "luhn": lambda: summarize.summarize(text(), backend="luhn", sentences=2),
    "german": lambda: summarize.summarize(text(), language="de", sentences=2),
    "support": lambda: support.check(text(), text("It rained. ")),
    "rouge": lambda: rouge.score(candidate=text(), references=text()),
    "page": lambda: summarize.read(io.BytesIO(page()), format="html"),
    "mail": lambda: summarize.read(io.BytesIO(mail()), format="mail"),
}


@pytest.mark.parametrize("work", WORK.values(), ids=WORK)
def test_a_long_word_is_not_remembered(work):
    for _ in range(3):
        work()
    gc.collect()
    tracemalloc.start()
    try:
        work()
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(5):
            work()
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown < SIZE


def test_names_of_encodings_that_are_none_are_not_remembered():
    before = set(encodings._cache)
    for _ in range(3):
        summarize.read(io.BytesIO(mail()), format="mail")
    assert not [name for name in encodings._cache.keys() - before if len(name) > 40]


def test_the_words_of_all_languages_are_bounded_together(monkeypatch):
    monkeypatch.setattr("summarize.backends.newsrank.terms._REMEMBERED_WORDS", 50)
    lexicon = Lexicon(["wall"])
    for language in ("en", "de", "fr", "es", "it", "nl", "pt") * 2:
        words = " ".join(f"word{next(numbers)}a" for _ in range(20))
        document = summarize.Document.from_text(f"{words}.", language=language)
        lexicon.terms([document])
        assert sum(map(len, lexicon._remembered.values())) <= 50 + 20


def test_failures_that_are_kept_do_not_keep_the_texts_beside_them():
    class Poisoned:
        def score(self, documents):
            if any("poison" in document.text for document in documents):
                raise ValueError("poison")
            return [[1.0] * len(document.sentences) for document in documents]

    texts = [text("It was poison. " if i % 10 == 0 else "") for i in range(30)]
    results = Summarizer(Poisoned()).summarize_many(texts, errors="yield")
    gc.collect()
    tracemalloc.start()
    try:
        failures = [result for result in results if isinstance(result, Failure)]
        gc.collect()
        kept = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert len(failures) == 3
    assert [str(failure.error.__cause__) for failure in failures] == ["poison"] * 3
    assert kept < SIZE
