import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from nltk.tokenize import word_tokenize
from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence
from sumy.nlp.stemmers import Stemmer
from sumy.nlp.tokenizers import Tokenizer
from sumy.summarizers.kl import KLSummarizer
from sumy.summarizers.lex_rank import LexRankSummarizer
from sumy.summarizers.lsa import LsaSummarizer
from sumy.summarizers.luhn import LuhnSummarizer
from sumy.summarizers.reduction import ReductionSummarizer
from sumy.summarizers.sum_basic import SumBasicSummarizer
from sumy.summarizers.text_rank import TextRankSummarizer
from sumy.utils import get_stop_words

import summarize
from summarize import Document, DocumentTooLongError, MissingDependencyError, Summarizer
from summarize.backends import textrank
from summarize.backends.sumy import (
    LSA,
    KLSum,
    LexRank,
    Luhn,
    Reduction,
    SumBasic,
    stemmer_for,
    words_of,
)
from summarize.backends.textrank import TextRank
from summarize.text.languages import stop_words

ROOT = Path(__file__).parents[1]
ARTICLES = sorted((ROOT / "examples" / "articles").glob("*.txt"))
PAIRS = {
    TextRank: TextRankSummarizer,
    LexRank: LexRankSummarizer,
    LSA: LsaSummarizer,
    Luhn: LuhnSummarizer,
    KLSum: KLSummarizer,
    SumBasic: SumBasicSummarizer,
    Reduction: ReductionSummarizer,
}


class Words:
    """sumy's words for a sentence, without the Punkt data that its Tokenizer wants."""

    def to_words(self, text):
        words = word_tokenize(text, preserve_line=True)
        return tuple(word for word in words if Tokenizer._is_word(word))


@pytest.fixture(autouse=True)
def no_punkt(monkeypatch):
    monkeypatch.setattr("nltk.data.path", [])


def sumy_picks(summarizer_class, document, count=3):
    summarizer = summarizer_class(Stemmer("english"))
    summarizer.stop_words = get_stop_words("english")
    sentences = [Sentence(sentence.text, Words()) for sentence in document.sentences]
    return [str(s) for s in summarizer(ObjectDocumentModel([Paragraph(sentences)]), count)]


@pytest.mark.parametrize("backend", PAIRS, ids=lambda backend: backend.name)
@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_picks_are_sumys_own(backend, path):
    document = Document.from_text(path.read_text(encoding="utf-8").partition("\n")[2])
    picked = Summarizer(backend.name, tokenizer="nltk").summarize(document)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = sumy_picks(PAIRS[backend], document)
    assert [sentence.text for sentence in picked.sentences] == theirs


class TestTextRank:
    def ratings(self, document):
        summarizer = TextRankSummarizer(Stemmer("english"))
        summarizer.stop_words = get_stop_words("english")

        class Own(Sentence):
            __slots__ = ()
            __eq__ = object.__eq__
            __hash__ = object.__hash__

        sentences = [Own(sentence.text, Words()) for sentence in document.sentences]
        ratings = summarizer.rate_sentences(ObjectDocumentModel([Paragraph(sentences)]))
        return [ratings[sentence] for sentence in sentences]

    @pytest.mark.parametrize("dense", [True, False])
    @pytest.mark.parametrize("path", [*ARTICLES, None])
    def test_ratings_are_sumys(self, path, dense, monkeypatch):
        if not dense:
            monkeypatch.setattr(textrank, "_DENSE_CELLS", 0)
        if path is None:
            text = (
                "Rain. Rain. 1 2 3. Snow. The river rose. The river rose. It is. "
                "Rain and snow and rain and hail fell on the river bank near the river mouth. "
            ) * 3
        else:
            text = path.read_text(encoding="utf-8")
        document = Document.from_text(text)
        ours = TextRank(tokenizer="nltk").score([document])[0]
        assert np.abs(np.array(ours) - self.ratings(document)).max() < 1e-12

    def test_many_distinct_lengths(self, monkeypatch):
        draw = np.random.default_rng(0)
        text = " ".join(
            " ".join(f"w{chr(97 + int(w))}" for w in draw.geometric(0.1, size=n) % 26) + " Z."
            for n in range(1, 120)
        )
        document = Document.from_text(text)
        monkeypatch.setattr(textrank, "_DENSE_CELLS", 0)
        ours = TextRank(tokenizer="nltk").score([document])[0]
        theirs = self.ratings(document)
        assert np.allclose(ours, theirs, rtol=1e-9, atol=0)

    def test_dense_equals_sparse_with_the_default_words(self, monkeypatch):
        documents = [Document.from_text(p.read_text(encoding="utf-8")) for p in ARTICLES]
        dense = TextRank().score(documents)
        monkeypatch.setattr(textrank, "_DENSE_CELLS", 0)
        for one, other in zip(dense, TextRank().score(documents), strict=True):
            assert np.allclose(one, other, rtol=1e-10, atol=0)

    def test_sentences_without_words_are_rated_low(self):
        scores = TextRank().score([Document.from_text("Rain fell on the sea. 1 2 3. Rain fell.")])[
            0
        ]
        assert scores[1] == min(scores)


class TestWords:
    def words(self, text, **options):
        document = Document.from_text(text, **options)
        return [word for sentence in words_of(document, "regex") for word in sentence]

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("Rain fell, twice.", ["Rain", "fell", "twice"]),
            ("A well-known U.S. firm", ["A", "well-known", "firm"]),
            ("3.14 COVID-19 19th x2", []),
            ("“Smith’s” (quoted) don’t", ["Smith's", "quoted", "don't"]),
            ("'quoted' l’homme", ["quoted", "l'homme"]),
            ("हिन्दी में लिखा गया", ["हिन्दी", "में", "लिखा", "गया"]),
            ("العَرَبِيَّة لغة", ["العَرَبِيَّة", "لغة"]),
            ("Cafe\u0301 re\u0301sume\u0301", ["Cafe\u0301", "re\u0301sume\u0301"]),
            ("see example.com/a or me@example.com now", ["see", "or", "now"]),
            ("Привет, мир", ["Привет", "мир"]),
        ],
    )
    def test_regex(self, text, words):
        assert self.words(text) == words

    def test_a_script_without_spaces_gives_pairs(self):
        assert self.words("今日は雨だ。", language="ja") == ["今日", "は雨", "だ"]

    def test_overlap_with_sumys_own_words(self):
        shared = total = 0
        for path in sorted((ROOT / "benchmarks" / "articles").glob("*.txt")):
            document = Document.from_text(path.read_text(encoding="utf-8"))
            summaries = [Summarizer("textrank", tokenizer=t)(document) for t in ("regex", "nltk")]
            picks = [{sentence.start for sentence in summary.sentences} for summary in summaries]
            shared += len(picks[0] & picks[1])
            total += len(picks[0])
        assert shared / total >= 0.9

    def test_punkt_is_used_only_if_it_is_there(self):
        document = Document.from_text('"It was late. We left," he said.')
        assert "late" not in next(words_of(document, "nltk"))


class TestLanguages:
    @pytest.mark.parametrize(
        "language",
        "ar cs da de el en es fi fr he hu it ja ko nb nl pl pt ro ru sk sv th uk zh".split(),
    )
    def test_every_language_of_sumy(self, language):
        text = "Der Fluß stieg. Der Fluß fiel. Είδε το ποτάμι. Było zimno. 今日は雨だ。 นี่คือ. שלום."
        summary = summarize.summarize(text, backend="textrank", language=language, sentences=2)
        assert len(summary.sentences) == 2

    def test_stop_words_and_stems(self):
        assert "und" in stop_words("de")
        assert "что" in stop_words("ru")
        assert (
            stemmer_for("de", "regex")("flüsse") == stemmer_for("de", "nltk")("flüsse") == "fluss"
        )
        assert stemmer_for("cs", "regex")("řekami") == stemmer_for("cs", "nltk")("řekami") == "řek"
        assert stemmer_for("el", "regex")("ποταμοί") != "ποταμοί"

    @pytest.mark.parametrize("backend", ["textrank", "lexrank", "lsa", "luhn", "kl", "sum-basic"])
    def test_stop_words_are_an_option(self, backend):
        text = (
            "The mud is here. The sea is there. Rain fell on the river. The rain is here and there."
        )
        document = Document.from_text(text)
        scores = [
            Summarizer(backend, stop_words=words).backend.score([document])[0]
            for words in ("default", None, [], ("RAIN", "river"), {"rain", "river"})
        ]
        assert scores[0] != scores[1] == scores[2] != scores[3] == scores[4]

    @pytest.mark.parametrize("words", ["the", 3, ["the", 3], b"the"])
    def test_stop_words_that_are_none(self, words):
        with pytest.raises(ValueError, match="must be a list of words, None for none, or"):
            Summarizer("textrank", stop_words=words)

    def test_a_language_that_sumy_does_not_know(self):
        assert stemmer_for("ka", "regex")("მდინარე") == "მდინარე"
        assert stop_words("ka") == frozenset()
        text = "მდინარე ადიდდა. ხიდი ჩაინგრა. მდინარე ხიდთან ადიდდა."
        assert len(summarize.summarize(text, language="ka", sentences=1, backend="textrank")) > 5

    def test_a_tokenizer_that_is_not_installed(self):
        with pytest.raises(MissingDependencyError, match="pip install") as caught:
            summarize.summarize("今日は雨だ。", backend="lexrank", language="ja", tokenizer="nltk")
        assert caught.value.package == "tinysegmenter"


@pytest.mark.parametrize("backend", PAIRS, ids=lambda backend: backend.name)
class TestEveryMethod:
    @pytest.mark.parametrize(
        "text",
        [
            "!!! ... ???",
            "1 2 3. 4 5 6.",
            "It is. He was.",
            "Rain. Rain. Rain.",
            "Rain fell. Snow fell.",
            "🙂 🙂",
            "a. b. c. d.",
        ],
    )
    def test_is_finite_and_quiet_on_any_text(self, backend, text):
        document = Document.from_text(text)
        scores = backend().score([document])[0]
        assert len(scores) == len(document.sentences)
        assert np.isfinite(scores).all()

    def test_rates_each_repeated_sentence(self, backend):
        scores = backend().score([Document.from_text("The river rose. " * 5 + "Rain fell.")])[0]
        assert len(scores) == 6

    def test_limit(self, backend):
        text = " ".join(f"River {n} rose." for n in range(8))
        with pytest.raises(DocumentTooLongError, match=r"textrank.*max_sentences=None") as caught:
            summarize.summarize(text, backend=backend.name, max_sentences=7)
        assert (caught.value.size, caught.value.limit, caught.value.unit) == (8, 7, "sentences")
        assert summarize.summarize(text, backend=backend.name, max_sentences=None)
        assert summarize.summarize(text, backend=backend.name, max_sentences=8)

    @pytest.mark.parametrize(
        "options",
        [
            {"tokenizer": "punkt"},
            {"max_sentences": 0},
            {"max_sentences": True},
            {"max_sentences": "9"},
        ],
    )
    def test_bad_options(self, backend, options):
        with pytest.raises(ValueError, match=next(iter(options))):
            backend(**options)


def test_textrank_has_no_limit():
    assert TextRank().max_sentences is None


def test_blas_has_one_thread_while_scores_are_made_and_what_it_had_after():
    from threadpoolctl import threadpool_info

    from summarize.backends.threads import one_blas_thread

    def threads():
        return {each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"}

    before = threads()
    with ThreadPoolExecutor(4) as pool, one_blas_thread():
        list(pool.map(summarize.Summarizer("lsa"), ["It rained. It snowed a lot."] * 8))
        assert threads() == {1}
    assert threads() == before
