"""What holds for any text, any backend and any length."""

import copy
import json
import math
import pickle
from functools import cache

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import summarize
from summarize import Document, EmptyDocumentError, Length, Summarizer, UnknownLanguageError
from summarize.errors import InvalidLengthError
from summarize.text.words import count_words

EXTRACTIVE = [info.name for info in summarize.available_backends() if info.kind == "extractive"]

quick = settings(
    derandomize=True,
    deadline=None,
    max_examples=100,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
each_backend = pytest.mark.parametrize("backend", EXTRACTIVE)


@cache
def summarizer(backend):
    return Summarizer(backend)


# --- Texts ------------------------------------------------------------------------------------

WORDS = st.sampled_from(
    "the a of river rose mayor said council not harbour boats It He They Ellery Roe NATO U.S. Dr. "
    "e.g. 3.14 $1.5 12 Jan. p.m. don't well-known naïve Zoë I ca. No. x@y.org www.a.com/b.c "
    "雨 洪水 市长 река мост дождь पानी नदी ฝน مطر".split()
)
MARKS = st.sampled_from(
    [". ", ".", "! ", "? ", "; ", ", ", "… ", "?! ", ".” ", '." ', "。", "। ", " — "]
)
OPENINGS = st.sampled_from(["", "", "", "“", '"', "'", "(", "« ", "- ", "• ", "1. ", "„"])
HEADS = st.sampled_from(
    [
        "",
        "LONDON (Reuters) — ",
        "By Jane Roe. ",
        "By Jane Roe\n",
        "(CNN)",
        "\ufeff",
        "PARIS, May 3 - ",
    ]
)
GAPS = st.sampled_from(["", "", "", "\n", "\n\n", "\r\n", "\n\f", "\u2028", "\t", "\u00a0", "   "])


@st.composite
def sentence_like(draw):
    words = draw(st.lists(WORDS, min_size=1, max_size=9))
    return draw(OPENINGS) + " ".join(words) + draw(MARKS) + draw(GAPS)


article_like = st.builds(
    lambda head, parts: head + "".join(parts), HEADS, st.lists(sentence_like(), max_size=14)
)
any_text = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.characters(categories=["Cs", "Cc", "Cf", "Zs", "Zl", "Zp"]),
        st.sampled_from(" .!?\n\"'()“”。"),
    ),
    max_size=60,
)
texts = st.one_of(
    article_like, any_text, st.builds("{}{}{}".format, article_like, any_text, article_like)
)
lengths = st.one_of(
    st.just({}),
    st.builds(lambda n: {"sentences": n}, st.integers(1, 12)),
    st.builds(lambda n: {"words": n}, st.integers(1, 80)),
    st.builds(lambda r: {"ratio": r}, st.floats(0, 1, exclude_min=True)),
)


# --- Documents --------------------------------------------------------------------------------


@quick
@given(texts, st.sampled_from(["en", "de", "zh", "ja", "hi", "ar", "ru", "th"]))
def test_sentences_are_the_texts_own(text, language):
    try:
        document = Document.from_text(text, language=language)
    except EmptyDocumentError:
        assert not text.replace("\ufeff", "").strip()
        return
    assert document.text == text
    end = 0
    for sentence in document.sentences:
        assert end <= sentence.start < sentence.end <= len(text)
        assert " ".join(text[sentence.start : sentence.end].split()) == sentence.text != ""
        assert sentence.words == count_words(sentence.text)
        end = sentence.end
    places = [(part.first, part.last) for part in document.paragraphs]
    assert [first for first, _ in places] == [0, *(last for _, last in places)][:-1]
    assert places[-1][1] == len(document.sentences)


@quick
@given(texts)
def test_what_is_kept_is_all_there_is(text):
    assume(text.replace("\ufeff", "").strip())
    document = Document.from_text(text, dateline="keep", furniture="keep")
    covered = "".join(text[sentence.start : sentence.end] for sentence in document.sentences)
    covered = covered.replace("\ufeff", " ")
    assert "".join(covered.split()) == "".join(text.replace("\ufeff", " ").split())


# --- Summaries --------------------------------------------------------------------------------


@each_backend
@quick
@given(text=texts, length=lengths)
def test_summaries(backend, text, length):
    try:
        summary = summarizer(backend)(text, **length)
    except EmptyDocumentError:
        assert not text.replace("\ufeff", "").strip()
        return
    document = Document.from_text(text)
    own = {(sentence.start, sentence.end): sentence.text for sentence in document.sentences}
    assert summary.strip()
    assert [own[sentence.start, sentence.end] for sentence in summary.sentences] == [
        sentence.text for sentence in summary.sentences
    ]
    starts = [sentence.start for sentence in summary.sentences]
    assert starts == sorted(set(starts))
    assert all(math.isfinite(sentence.score) for sentence in summary.sentences)
    assert summary.words <= summary.document_words == document.words
    assert len(summary.sentences) <= length.get("sentences", 3 if not length else math.inf)
    limit = Length(**length).word_limit(document.words)
    assert summary.over_length == (limit is not None and summary.words > limit)
    assert not summary.over_length or len(summary.sentences) == 1
    assert summarizer(backend)(text, **length) == summary
    round_trips(summary)


def round_trips(summary):
    for twin in (pickle.loads(pickle.dumps(summary)), copy.deepcopy(summary), copy.copy(summary)):
        assert twin == summary
        assert twin.to_dict() == summary.to_dict()
    record = summary.to_dict()
    # Lone surrogates are the one thing that JSON escapes for their own sake.
    assert json.loads(json.dumps(record)) == json.loads(json.dumps(record, ensure_ascii=False))
    assert json.loads(json.dumps(record))["summary"] == summary


@pytest.mark.parametrize("backend", ["lead", "newsrank", "textrank"])
@quick
@given(st.lists(texts, max_size=5), st.integers(1, 4))
def test_a_batch_is_one_by_one(backend, batch, size):
    full = [text for text in batch if text.replace("\ufeff", "").strip()]
    alone = [summarizer(backend)(text) for text in full]
    assert list(summarizer(backend).summarize_many(full, batch_size=size)) == alone


# --- Lengths ----------------------------------------------------------------------------------

NUMBERS = st.one_of(
    st.none(),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.text(max_size=4),
    st.fractions(),
    st.complex_numbers(),
    st.binary(max_size=2),
)


@quick
@given(NUMBERS, NUMBERS, NUMBERS, st.integers(0, 10**6))
def test_lengths(sentences, words, ratio, document_words):
    given_ones = [value for value in (sentences, words, ratio) if value is not None]
    try:
        length = Length(sentences=sentences, words=words, ratio=ratio)
    except InvalidLengthError:
        return
    assert len(given_ones) <= 1
    [(name, value)] = length.to_dict().items()
    assert value == (given_ones or [3])[0]
    limit = length.word_limit(document_words)
    assert (limit is None) == (name == "sentences")
    if name == "ratio":
        assert 0 <= limit <= document_words


@quick
@given(st.integers(1, 10**9), st.floats(0, 1, exclude_min=True), st.integers(0, 10**9))
def test_a_share_is_a_ceiling(count, share, document_words):
    assert Length(words=count).word_limit(document_words) == count
    limit = Length(ratio=share).word_limit(document_words)
    assert limit <= share * document_words + 1e-6
    assert limit > share * document_words - 1


@quick
@given(st.one_of(st.none(), st.integers(), st.binary(), st.lists(st.text(max_size=3), max_size=2)))
def test_what_is_no_text_is_a_type_error(value):
    with pytest.raises(TypeError):
        summarizer("lead")(value)
    with pytest.raises(TypeError):
        Document.from_text(value)


@quick
@given(st.text(max_size=12))
def test_any_language_is_known_or_refused(language):
    try:
        document = Document.from_text("It rained. It fell.", language=language)
    except UnknownLanguageError:
        return
    assert document.language.isascii()


# --- ROUGE ------------------------------------------------------------------------------------


@quick
@given(
    texts, texts, st.sampled_from(["default", "unicode"]), st.sampled_from(["sentences", "lines"])
)
def test_rouge(candidate, reference, tokenizer, split):
    pytest.importorskip("rouge_score")
    from summarize.evaluation import Rouge

    rouge = Rouge(["rouge1", "rouge2", "rougeL", "rougeLsum"], tokenizer=tokenizer, split=split)
    scores = rouge.score(candidate=candidate, references=[reference])
    swapped = rouge.score(candidate=reference, references=[candidate])
    both = rouge.score(candidate=candidate, references=[reference, candidate])
    for metric, score in scores.items():
        values = (score.precision, score.recall, score.fmeasure)
        assert all(0 <= value <= 1 for value in values)
        assert min(values[:2]) - 1e-12 <= score.fmeasure <= max(values[:2]) + 1e-12
        assert (score.fmeasure == 0) == (score.precision * score.recall == 0)
        assert both[metric].fmeasure >= score.fmeasure
        if metric != "rougeLsum":  # whose union of subsequences has a direction
            assert swapped[metric].precision == score.recall
    assert scores["rougeL"].fmeasure <= scores["rouge1"].fmeasure + 1e-12
    assert both["rouge1"].fmeasure in (0, 1)
