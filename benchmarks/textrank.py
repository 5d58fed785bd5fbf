"""Our TextRank against sumy's: the same ratings, how much faster, and what a long text costs.

    python benchmarks/textrank.py [--data FOLDER]

FOLDER holds the development data, ``cnndm/dev_cased.jsonl.gz`` and ``nltk_data`` (sumy's own
pipeline needs NLTK's Punkt). Without it the articles beside this script are used, and sumy is
given our sentences.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import nltk
import numpy as np
from nltk.tokenize import word_tokenize
from recording import record, table
from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence
from sumy.nlp.stemmers import Stemmer
from sumy.nlp.tokenizers import Tokenizer
from sumy.parsers.plaintext import PlaintextParser
from sumy.summarizers.text_rank import TextRankSummarizer
from sumy.utils import get_stop_words

from summarize import Document, Summarizer
from summarize.backends.textrank import TextRank

ARTICLES = Path(__file__).parent / "articles"
PARITY_DOCUMENTS = 200
FIRST_ARTICLES = 200  # of the development data, whatever their length
LONG_SENTENCES = 100_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, help="folder of the development data")
    parser.add_argument("--long", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.long:
        print(*rank_long_document())
        return
    has_punkt = arguments.data is not None and (arguments.data / "nltk_data").is_dir()
    if has_punkt:
        nltk.data.path.insert(0, str(arguments.data / "nltk_data"))
    texts = development_articles(arguments.data) if arguments.data else own_articles()
    rows = [
        *parity_rows(texts, has_punkt),
        *speed_rows(texts, has_punkt),
        long_row(),
    ]
    body = table(("what", "measured", "to reach"), rows)
    record("textrank", f"# TextRank against sumy's\n\n{body}", ("sumy", "nltk", "numpy", "scipy"))


# --- Documents ----------------------------------------------------------------------------------


def own_articles() -> list[str]:
    paths = sorted(ARTICLES.glob("*.txt"))
    return [path.read_text(encoding="utf-8").partition("\n")[2] for path in paths]


def development_articles(data: Path) -> list[str]:
    with gzip.open(data / "cnndm" / "dev_cased.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line)["article"] for line in lines]


def generated(sentences: int, seed: int, longest: int = 40) -> str:
    """A text of words drawn by Zipf's law, with a few repeated and a few word-less sentences."""
    draw = random.Random(seed)
    letters = "abcdefghijklmnopqrstuvwxyz"
    vocabulary = ["".join(draw.choices(letters, k=draw.randint(2, 9))) for _ in range(20_000)]
    weights = list(itertools.accumulate(1 / (rank + 10) for rank in range(len(vocabulary))))
    made: list[str] = []
    for _ in range(sentences):
        if made and draw.random() < 0.02:
            made.append(draw.choice(made))
        elif draw.random() < 0.02:
            made.append("12 345.")
        else:
            top = longest if draw.random() < 0.01 else 40
            words = draw.choices(vocabulary, cum_weights=weights, k=draw.randint(3, top))
            made.append(" ".join(words).capitalize() + ".")
    return " ".join(made)


# --- sumy ---------------------------------------------------------------------------------------


class OwnSentence(Sentence):
    """sumy's sentence, equal only to itself: sumy gives repeated sentences one shared rating."""

    __slots__ = ()
    __eq__ = object.__eq__
    __hash__ = object.__hash__


class LineTokenizer:
    """sumy's words for one sentence where Punkt is not installed."""

    def to_words(self, text: str) -> tuple[str, ...]:
        words = word_tokenize(text, preserve_line=True)
        return tuple(word for word in words if Tokenizer._is_word(word))


def sumy_summarizer() -> TextRankSummarizer:
    summarizer = TextRankSummarizer(Stemmer("english"))
    summarizer.stop_words = get_stop_words("english")
    return summarizer


def sumy_ratings(document: Document, tokenizer: object) -> list[float]:
    sentences = [OwnSentence(sentence.text, tokenizer) for sentence in document.sentences]
    ratings = sumy_summarizer().rate_sentences(ObjectDocumentModel([Paragraph(sentences)]))
    return [float(ratings[sentence]) for sentence in sentences]


def sumy_picks(document: Document, tokenizer: object) -> list[str]:
    sentences = [Sentence(sentence.text, tokenizer) for sentence in document.sentences]
    picks = sumy_summarizer()(ObjectDocumentModel([Paragraph(sentences)]), 3)
    return [str(sentence) for sentence in picks]


# --- Measurements -------------------------------------------------------------------------------


def parity_rows(texts: Sequence[str], has_punkt: bool) -> list[tuple[str, ...]]:
    tokenizer = Tokenizer("english") if has_punkt else LineTokenizer()
    articles = [Document.from_text(text, language="en") for text in texts[:PARITY_DOCUMENTS]]
    made = [
        Document.from_text(generated(n, seed=n), language="en") for n in (50, 200, 500, 1000, 2000)
    ]
    exact, plain = TextRank(tokenizer="nltk"), TextRank()
    worst, same, comparable, overlaps = 0.0, 0, 0, []
    for document in [*articles, *made]:
        theirs = np.array(sumy_ratings(document, tokenizer))
        ours = np.array(exact.score([document])[0])
        worst = max(worst, float(np.abs(theirs - ours).max()))
    for document in articles:
        ours = exact.score([document])[0]
        if distinct(document) and no_ties(ours):
            comparable += 1
            picked = [document.sentences[i].text for i in best(ours)]
            same += picked == sumy_picks(document, tokenizer)
        shared = set(best(ours)) & set(best(plain.score([document])[0]))
        overlaps.append(len(shared) / min(3, len(ours)))
    count = f"{len(articles)} articles and {len(made)} generated documents to 2,000 sentences"
    return [
        (f"largest difference of a rating, {count}", f"{worst:.1e}", "≤ 1e-9"),
        ("same three picks, no repeats or ties", f"{same} of {comparable}", "all"),
        ("overlap of picks, default words", f"{statistics.mean(overlaps):.3f}", "≥ 0.95"),
    ]


def best(ratings: Sequence[float]) -> list[int]:
    ranking = sorted(range(len(ratings)), key=lambda i: (-ratings[i], i))
    return sorted(ranking[:3])


def distinct(document: Document) -> bool:
    texts = [sentence.text for sentence in document.sentences]
    no_headings = not any(text.isupper() for text in texts)  # sumy drops what is all in capitals
    return len(set(texts)) == len(texts) and no_headings


def no_ties(ratings: Sequence[float]) -> bool:
    ordered = sorted(ratings, reverse=True)[:4]
    return all(a - b > 1e-12 for a, b in itertools.pairwise(ordered))


def speed_rows(texts: Sequence[str], has_punkt: bool) -> list[tuple[str, ...]]:
    document = Document.from_text(generated(1000, seed=7), language="en")
    tokenizer = Tokenizer("english") if has_punkt else LineTokenizer()
    backend = TextRank()
    backend.score([document])
    ratio, low, high = paired(
        lambda: sumy_ratings(document, tokenizer), lambda: backend.score([document]), repeats=5
    )
    rows = [
        ("1,000 sentences, times faster than sumy", f"{ratio:.0f} ({low:.0f}–{high:.0f})", "≥ 50")
    ]
    if has_punkt:
        middling = [text for text in texts if 480 <= len(text.split()) <= 600][:100]
        for articles in (middling, texts[:FIRST_ARTICLES]):
            rows += end_to_end_rows(articles)
    return rows


def end_to_end_rows(articles: Sequence[str]) -> list[tuple[str, ...]]:
    words = statistics.mean(len(text.split()) for text in articles)
    rows = []
    for backend, reach in (("textrank", "≥ 5"), ("newsrank", "≥ 15")):
        ours = partial(all_summaries, Summarizer(backend), articles)
        ours()  # what is read once a process is no part of it
        ratio, low, high = paired(partial(sumy_pipeline, articles), ours, repeats=7)
        what = f"{backend}, {len(articles)} articles of {words:.0f} words end to end"
        measured = f"{ratio:.1f} ({low:.1f}–{high:.1f})"
        rows.append((f"{what}, times faster than sumy's TextRank", measured, reach))
    return rows


def sumy_pipeline(texts: Sequence[str]) -> None:
    tokenizer, summarizer = Tokenizer("english"), sumy_summarizer()
    for text in texts:
        summarizer(PlaintextParser.from_string(text, tokenizer).document, 3)


def all_summaries(summarizer: Summarizer, texts: Sequence[str]) -> None:
    for _ in summarizer.summarize_many(texts):
        pass


def paired(
    theirs: Callable[[], object], ours: Callable[[], object], repeats: int
) -> tuple[float, float, float]:
    """Median, least and greatest of theirs ÷ ours, the two taking turns."""
    ratios = sorted(seconds(theirs) / seconds(ours) for _ in range(repeats))
    return statistics.median(ratios), ratios[0], ratios[-1]


def seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def rank_long_document() -> tuple[float, float]:
    """Seconds and peak gigabytes of one call, in a process of its own."""
    text = generated(LONG_SENTENCES, seed=1, longest=1000)
    summarizer = Summarizer("textrank")
    spent = seconds(lambda: summarizer.summarize(text))
    return spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def long_row() -> tuple[str, ...]:
    script = [sys.executable, __file__, "--long"]
    output = subprocess.run(script, check=True, capture_output=True, text=True).stdout
    spent, peak = map(float, output.split())
    what = f"{LONG_SENTENCES:,} sentences of 3 to 1,000 words, the whole call"
    return what, f"{spent:.1f} s, {peak:.2f} GB", "< 20 s, < 1.5 GB"


if __name__ == "__main__":
    main()
