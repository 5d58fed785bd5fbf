"""sumy's summarisers over our sentences: LexRank, LSA, Luhn, KL-Sum, SumBasic and Reduction.

The ratings are computed by sumy's own classes (https://github.com/miso-belica/sumy). Ours is
what surrounds them: the words they are given, one rating a sentence also where sentences repeat,
finite ratings for texts without words, and a limit where a method is quadratic or worse.

:meta private:
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Any, ClassVar, Literal

import nltk
import numpy as np
from nltk.tokenize import word_tokenize
from sumy.models.dom import ObjectDocumentModel, Paragraph
from sumy.models.dom import Sentence as DomSentence
from sumy.nlp.stemmers import Stemmer as SumyStemmer
from sumy.nlp.stemmers import null_stemmer
from sumy.nlp.tokenizers import Tokenizer as SumyTokenizer
from sumy.summarizers._summarizer import AbstractSummarizer
from sumy.summarizers.kl import KLSummarizer
from sumy.summarizers.lex_rank import LexRankSummarizer
from sumy.summarizers.lsa import LsaSummarizer
from sumy.summarizers.luhn import LuhnSummarizer
from sumy.summarizers.reduction import ReductionSummarizer
from sumy.summarizers.sum_basic import SumBasicSummarizer

from ..arguments import one_of, whole_number
from ..document import Document
from ..errors import DocumentTooLongError, MissingDependencyError
from ..text.languages import LANGUAGES, stemmer, stop_words
from ..text.words import MARKS, UNSPACED_SCRIPTS
from .threads import one_blas_thread

__all__ = ["LSA", "KLSum", "LexRank", "Luhn", "Reduction", "SumBasic", "SumyBackend"]

# sumy keeps a token if it is letters, apostrophes and hyphens throughout and starts with a
# letter. In a script without spaces, where a token would be a whole clause, pairs of characters
# stand in for words.
_LETTERS = rf"(?:(?=[^\W\d_{UNSPACED_SCRIPTS}])(?:[^\W\d_{UNSPACED_SCRIPTS}]|[{MARKS}])+)"
_REGEX_WORD = re.compile(
    rf"(?<![\w.@/{MARKS}-]){_LETTERS}(?:['’-]{_LETTERS})*(?![\w@/]|[.-]\w)"
    rf"|[{UNSPACED_SCRIPTS}]{{1,2}}"
)
_REGEX_WORD_ASCII = re.compile(
    r"(?<![\w.@/-])[A-Za-z]+(?:['-][A-Za-z]+)*(?![\w@/]|[.-]\w)", re.ASCII
)


class SumyBackend:
    """What the sumy backends share: words, stop words, stemming and the sentence limit.

    Args:
        tokenizer: ``"regex"`` finds words by one regular expression after sumy's own pattern and
            stems them with PyStemmer's Snowball. ``"nltk"`` gives sumy's own words: NLTK's word
            tokeniser and the stemmers of sumy. (NLTK also separates full stops *inside* a
            sentence, such as those of a quotation, if its Punkt data is installed. Nothing is
            ever downloaded.)
        stop_words: the words that do not count, in any case. ``"default"``: those of the
            document's language; ``None``: none, so that every word counts.
        max_sentences: refuse longer documents; ``None`` lifts the limit. Each method has a
            default that keeps a call to some seconds where sentences have ordinary lengths.

    Raises:
        ValueError: for an unknown tokenizer, a limit that is not positive, or ``stop_words`` that
            are no list of words.
    """

    name: ClassVar[str]
    summarizer: ClassVar[Any]
    default_limit: ClassVar[int | None] = None

    def __init__(
        self,
        *,
        tokenizer: Literal["regex", "nltk"] = "regex",
        stop_words: Iterable[str] | Literal["default"] | None = "default",
        max_sentences: int | Literal["default"] | None = "default",
    ) -> None:
        one_of("tokenizer", tokenizer, ("regex", "nltk"))
        self.tokenizer = tokenizer
        self._stop_words = None if stop_words == "default" else _checked(stop_words)
        self.max_sentences: int | None = self.default_limit
        if max_sentences is None:
            self.max_sentences = None
        elif max_sentences != "default":
            self.max_sentences = whole_number("max_sentences", max_sentences, or_none="no limit")

    def score(self, documents: Sequence[Document], /) -> list[Sequence[float]]:
        """Return sumy's rating of each sentence; the lead's where sumy has none.

        Raises:
            DocumentTooLongError: if a document has more than ``max_sentences`` sentences.
            MissingDependencyError: if ``tokenizer="nltk"`` needs a package for the language.
        """
        for document in documents:
            size = len(document.sentences)
            if self.max_sentences is not None and size > self.max_sentences:
                raise DocumentTooLongError(
                    self.name,
                    size,
                    self.max_sentences,
                    "sentences",
                    "use backend 'textrank' or 'newsrank', which take any length, or lift the "
                    "limit with the option max_sentences=None",
                )
        languages = {document.language for document in documents}
        summarizers = {language: self._configured(language) for language in languages}
        with one_blas_thread():
            return [self._score(document, summarizers[document.language]) for document in documents]

    def _score(self, document: Document, summarizer: AbstractSummarizer) -> Sequence[float]:
        words = list(words_of(document, self.tokenizer))
        if any(words):
            with np.errstate(all="ignore"):
                ratings = summarizer(_dom(document, words), len(document.sentences))
            if len(ratings) == len(words) and all(map(math.isfinite, ratings)):
                return [float(rating) for rating in ratings]
        return [1 / place for place in range(1, len(words) + 1)]

    def _configured(self, language: str) -> AbstractSummarizer:
        summarizer: Any = _rating(self.summarizer)(stemmer_for(language, self.tokenizer))
        own = self._stop_words
        summarizer.stop_words = stop_words(language) if own is None else own
        return summarizer


def _checked(stop_words: Iterable[str] | None) -> frozenset[str]:
    words = [] if stop_words is None else stop_words
    if not isinstance(words, str) and isinstance(words, Iterable):
        words = list(words)
        if all(isinstance(word, str) for word in words):
            return frozenset(word.lower().replace("’", "'") for word in words)
    raise ValueError(
        f"stop_words={stop_words!r} must be a list of words, None for none, or 'default'"
    )


# --- Words --------------------------------------------------------------------------------------


def words_of(document: Document, tokenizer: Literal["regex", "nltk"]) -> Iterator[list[str]]:
    """Yield the words of each sentence, in their own case."""
    texts = (sentence.text for sentence in document.sentences)
    if tokenizer == "regex":
        yield from map(_regex_words, texts)
        return
    tokenize = _nltk_tokenizer(_sumy_name(document.language))
    is_word = SumyTokenizer._is_word
    yield from ([word for word in tokenize(text) if is_word(word)] for text in texts)


def _regex_words(text: str) -> list[str]:
    if text.isascii():
        return _REGEX_WORD_ASCII.findall(text)
    # Stop words and stemmers know the straight apostrophe only.
    return _REGEX_WORD.findall(text.replace("’", "'"))


def _nltk_tokenizer(language: str) -> Callable[[str], Iterable[str]]:
    """Sumy's word tokeniser for a language, without constructing its ``Tokenizer``, which fails
    where Punkt's data is not installed.
    """
    special = SumyTokenizer.SPECIAL_WORD_TOKENIZERS.get(language)
    if special is not None:
        return _explained(special.tokenize, language)
    try:
        nltk.data.find("tokenizers/punkt_tab/english/")
    except LookupError:
        return lambda text: word_tokenize(text, preserve_line=True)
    return word_tokenize


_PACKAGES = {
    "arabic": ("pyarabic", "pyarabic"),
    "chinese": ("jieba", "jieba"),
    "hebrew": ("hebrew_tokenizer", "hebrew_tokenizer"),
    "japanese": ("tinysegmenter", "tinysegmenter"),
    "korean": ("konlpy", "konlpy"),
    "thai": ("pythainlp", "pythainlp"),
}


def _explained(
    tokenize: Callable[[str], Iterable[str]], language: str
) -> Callable[[str], Iterable[str]]:
    def tokenize_or_explain(text: str) -> Iterable[str]:
        try:
            return tokenize(text)
        except ValueError as error:
            if language not in _PACKAGES:
                raise
            what = f"sumy's tokenizer for {language}"
            raise MissingDependencyError(what, *_PACKAGES[language]) from error

    return tokenize_or_explain


def stemmer_for(language: str, tokenizer: Literal["regex", "nltk"]) -> Callable[[str], str]:
    """The stemmer for a language; with ``tokenizer="nltk"``, sumy's, which may have none."""
    if tokenizer == "regex":
        return stemmer(language)
    try:
        stem = SumyStemmer(_sumy_name(language))
    except LookupError:
        return null_stemmer
    # sumy's Czech stemmer warns of each word without lower-case letters.
    return lambda word: stem(word) if word.islower() else word


def _sumy_name(language: str) -> str:
    """What sumy calls a language, if it knows it: ``"norwegian"``."""
    known = LANGUAGES.get(language)
    return known.name.partition(" ")[0].lower() if known is not None else language


# --- Our sentences as sumy's --------------------------------------------------------------------


class _Sentence(DomSentence):
    """A sentence that is equal only to itself, so that repeated sentences have ratings of their
    own, and whose words are given.
    """

    __slots__ = ("_words",)

    def __init__(self, text: str, words: Sequence[str]) -> None:
        super().__init__(text, None)
        self._words = tuple(words)

    words = property(lambda self: self._words)
    __eq__ = object.__eq__
    __ne__ = object.__ne__
    __hash__ = object.__hash__


def _dom(document: Document, words: Sequence[Sequence[str]]) -> ObjectDocumentModel:
    pairs = zip(document.sentences, words, strict=True)
    return ObjectDocumentModel([Paragraph(_Sentence(s.text, w) for s, w in pairs)])


class _Ratings:
    """Makes a sumy summariser return its ratings, in document order, instead of sentences."""

    @staticmethod
    def _get_best_sentences(
        sentences: Sequence[_Sentence], count: int, rating: Any, *args: Any, **kwargs: Any
    ) -> list[float]:
        rate = rating.__getitem__ if isinstance(rating, dict) else rating
        return [rate(sentence, *args, **kwargs) for sentence in sentences]


@cache
def _rating(summarizer: Any) -> Any:
    return type(f"Rating{summarizer.__name__}", (_Ratings, summarizer), {})


# --- The methods --------------------------------------------------------------------------------


class LexRank(SumyBackend):
    """LexRank: centrality in the graph of tf-idf cosines above 0.1.

    Erkan & Radev (2004), "LexRank: Graph-based Lexical Centrality as Salience in Text
    Summarization", JAIR 22. Quadratic in sentences, in pure Python. See :class:`SumyBackend` for
    the options.
    """

    name = "lexrank"
    summarizer = LexRankSummarizer
    default_limit = 500


class _QuietLsa(LsaSummarizer):
    """sumy's LSA with its terms in a fixed order, and without its warning about short texts."""

    def _create_dictionary(self, document: ObjectDocumentModel) -> dict[str, int]:
        return {word: row for row, word in enumerate(sorted(super()._create_dictionary(document)))}

    def _create_matrix(self, document: ObjectDocumentModel, dictionary: dict[str, int]) -> Any:
        matrix = np.zeros((len(dictionary), len(document.sentences)))
        for column, sentence in enumerate(document.sentences):
            for word in map(self.stem_word, sentence.words):
                if word in dictionary:
                    matrix[dictionary[word], column] += 1
        return matrix


class LSA(SumyBackend):
    """Latent semantic analysis: the length of a sentence's vector in the latent topics.

    Steinberger & Ježek (2004), "Using Latent Semantic Analysis in Text Summarization and Summary
    Evaluation". sumy keeps every singular value, so the rating is the norm of the sentence's
    column of the term-by-sentence matrix: long sentences rate high. Cubic in sentences. See
    :class:`SumyBackend` for the options.
    """

    name = "lsa"
    summarizer = _QuietLsa
    default_limit = 500


class Luhn(SumyBackend):
    """Luhn's significance factor: clusters of frequent words.

    Luhn (1958), "The Automatic Creation of Literature Abstracts", IBM Journal 2(2). Words ×
    distinct words. See :class:`SumyBackend` for the options.
    """

    name = "luhn"
    summarizer = LuhnSummarizer
    default_limit = 3000


class KLSum(SumyBackend):
    """KL-Sum: greedily keeps the summary's word distribution near the document's.

    Haghighi & Vanderwende (2009), "Exploring Content Models for Multi-Document Summarization".
    The rating is the negative rank at which a sentence is added. Cubic in sentences, in pure
    Python. See :class:`SumyBackend` for the options.
    """

    name = "kl"
    summarizer = KLSummarizer
    default_limit = 150


class SumBasic(SumyBackend):
    """SumBasic: greedily takes the sentence of the most probable words, then squares theirs.

    Nenkova & Vanderwende (2005), "The Impact of Frequency on Summarization". The rating is the
    negative rank at which a sentence is taken. Quadratic in sentences. See :class:`SumyBackend`
    for the options.
    """

    name = "sum-basic"
    summarizer = SumBasicSummarizer
    default_limit = 2000


class Reduction(SumyBackend):
    """Reduction: the sum of a sentence's TextRank edges, without the power iteration.

    After the Ruby library of that name (https://github.com/adamfabish/Reduction). Quadratic in
    sentences, in pure Python. See :class:`SumyBackend` for the options.
    """

    name = "reduction"
    summarizer = ReductionSummarizer
    default_limit = 500
