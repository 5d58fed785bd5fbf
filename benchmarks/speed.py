"""How fast the backends are against their peers, and how their time grows with the text.

    python benchmarks/speed.py [--data FOLDER] [--model PATH]

FOLDER holds the development data, ``cnndm/dev_cased.jsonl.gz`` and ``nltk_data`` (sumy's own
pipeline needs NLTK's Punkt). Without it the articles beside this script are used, and sumy is
given our sentences. PATH is a BART checkpoint; without it the row of Hugging Face is skipped.
"""

from __future__ import annotations

import argparse
import importlib
import itertools
import statistics
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import matplotlib
import nltk
from matplotlib import pyplot
from recording import RESULTS, record, table
from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence
from sumy.nlp.stemmers import Stemmer
from sumy.nlp.tokenizers import Tokenizer
from sumy.parsers.plaintext import PlaintextParser
from sumy.utils import get_stop_words
from textrank import LineTokenizer, generated, paired, seconds

import summarize
from summarize import Document, Summarizer
from summarize.evaluation import read_corpus

ARTICLES = Path(__file__).parent / "articles"
SAMPLE = 50
REPEATS = 5
SIZES = (10, 100, 1_000, 10_000, 100_000)
PATIENCE = 300.0  # seconds that a peer's next size may be expected to take

SUMY_METHODS = {
    "textrank": "text_rank:TextRankSummarizer",
    "lexrank": "lex_rank:LexRankSummarizer",
    "lsa": "lsa:LsaSummarizer",
    "luhn": "luhn:LuhnSummarizer",
    "kl": "kl:KLSummarizer",
    "sum-basic": "sum_basic:SumBasicSummarizer",
    "reduction": "reduction:ReductionSummarizer",
}

Pipeline = Callable[[str], object]
Row = tuple[str, ...]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, help="folder of the development data")
    parser.add_argument("--model", help="a BART checkpoint, for Hugging Face's generate")
    options = parser.parse_args()
    texts, source, has_punkt = articles(options.data)
    words = statistics.mean(len(text.split()) for text in texts)
    rows = [*sumy_rows(texts, has_punkt), *summa_rows(texts)]
    hugging_face, skipped = hugging_face_rows(texts, options.model)
    growth = dict(growths(has_punkt))
    plot(growth)
    own = "with its own splitting" if has_punkt else "given our sentences"
    body = "\n\n".join(
        [
            "# Speed",
            f"{len(texts)} articles of {words:.0f} words ({source}), 3 sentences each, from text "
            f"to summary; sumy {own}. The two sides take turns {REPEATS} times: the median of the "
            "ratios, and the least and the greatest.",
            table(("backend", "peer", "ours", "peer's", "times faster"), [*rows, *hugging_face]),
            *skipped,
            "## Growth",
            "Seconds from text to 3 sentences, for generated texts of so many sentences; "
            f"– is not tried, being expected to take more than {PATIENCE:.0f} s.",
            table(("sentences", *growth), growth_rows(growth)),
            "![Seconds against sentences](speed-growth.svg)",
        ]
    )
    record("speed", body, ("sumy", "nltk", "summa", "transformers", "numpy", "scipy"))


def articles(data: Path | None) -> tuple[list[str], str, bool]:
    if data is None:
        return [article.text for article in read_corpus(ARTICLES)], "our own", False
    corpus = read_corpus(data / "cnndm" / "dev_cased.jsonl.gz").sample(SAMPLE)
    nltk.data.path.insert(0, str(data / "nltk_data"))
    has_punkt = (data / "nltk_data").is_dir()
    return [article.text for article in corpus], "CNN", has_punkt


# --- Peers --------------------------------------------------------------------------------------


def sumy_pipeline(method: str, has_punkt: bool) -> Pipeline:
    """sumy as its README uses it: parse, rate, take three."""
    module, _, name = SUMY_METHODS[method].partition(":")
    factory = getattr(importlib.import_module(f"sumy.summarizers.{module}"), name)
    summarizer = factory(Stemmer("english"))
    summarizer.stop_words = get_stop_words("english")
    tokenizer = Tokenizer("english") if has_punkt else LineTokenizer()

    def parsed(text: str) -> ObjectDocumentModel:
        if has_punkt:
            return PlaintextParser.from_string(text, tokenizer).document
        sentences = Document.from_text(text).sentences
        return ObjectDocumentModel([Paragraph([Sentence(s.text, tokenizer) for s in sentences])])

    return lambda text: summarizer(parsed(text), 3)


def summa_pipeline() -> Pipeline | None:
    if find_spec("summa") is None:
        return None
    from summa.summarizer import summarize as summa_summarize

    return lambda text: summa_summarize(text, ratio=0.2)


# --- Ratios -------------------------------------------------------------------------------------


def sumy_rows(texts: list[str], has_punkt: bool) -> Iterator[Row]:
    for method in SUMY_METHODS:
        yield ratio_row(Summarizer(method), "sumy", sumy_pipeline(method, has_punkt), texts)


def summa_rows(texts: list[str]) -> Iterator[Row]:
    pipeline = summa_pipeline()
    if pipeline is None:
        yield "textrank", "summa", "–", "–", "skipped: summa is not installed"
    else:
        yield ratio_row(Summarizer("textrank"), "summa", pipeline, texts)


def ratio_row(summarizer: Summarizer, peer: str, pipeline: Pipeline, texts: list[str]) -> Row:
    def ours() -> None:
        for _ in summarizer.summarize_many(texts):
            pass

    def theirs() -> None:
        for text in texts:
            pipeline(text)

    ours()
    ratio, low, high = paired(theirs, ours, REPEATS)
    spent = [1000 * seconds(call) / len(texts) for call in (ours, theirs)]
    shown = f"{ratio:.1f} ({low:.1f}–{high:.1f})"
    return summarizer.name, peer, *(f"{each:.1f} ms" for each in spent), shown


def hugging_face_rows(texts: list[str], model: str | None) -> tuple[list[Row], list[str]]:
    """Ours against ``generate`` on one text at a time, as the removed pipeline called it."""
    if model is None:
        reason = "no --model"
    elif find_spec("transformers") is None or find_spec("torch") is None:
        reason = "transformers or torch is not installed"
    elif "bart" not in {info.name for info in summarize.available_backends()}:
        reason = "there is no backend 'bart'"
    else:
        from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

        tokenizer = AutoTokenizer.from_pretrained(model)
        network = AutoModelForSeq2SeqLM.from_pretrained(model)

        def generate(text: str) -> object:
            read = tokenizer(text, truncation=True, return_tensors="pt")
            return tokenizer.batch_decode(network.generate(**read), skip_special_tokens=True)

        ours = Summarizer("bart", model=model)
        made = next(ours.summarize_many(texts[:1]))
        size = network.num_parameters() / 1e6
        how = f"{made.options['engine']} in {made.options['dtype']}"
        note = (
            f"The BART has {size:.1f} million parameters; ours runs it on {how}, `generate` on "
            "torch in float32."
        )
        return [ratio_row(ours, "Hugging Face generate", generate, texts[:8])], [note]
    return [], [f"Hugging Face `generate` is skipped: {reason}."]


# --- Growth -------------------------------------------------------------------------------------


def growths(has_punkt: bool) -> Iterator[tuple[str, list[float | None]]]:
    for backend in dict.fromkeys(("lead", "textrank", summarize.DEFAULT_BACKEND)):
        yield backend, list(times(Summarizer(backend).summarize, power=1))
    yield "sumy TextRank", list(times(sumy_pipeline("textrank", has_punkt), power=2))
    summa = summa_pipeline()
    if summa is not None:
        yield "summa", list(times(summa, power=2))


def times(pipeline: Pipeline, power: int) -> Iterator[float | None]:
    """Seconds at each size; ``None`` from where they are expected to exceed our patience, growing
    with that power of the size.
    """
    pipeline(generated(SIZES[0], seed=0))
    spent: float | None = 0.0
    for before, size in itertools.pairwise((SIZES[0], *SIZES)):
        if spent is None or spent * (size / before) ** power > PATIENCE:
            spent = None
            yield None
            continue
        text = generated(size, seed=size)
        repeats = 5 if size <= 1_000 else 1
        spent = min(seconds(lambda text=text: pipeline(text)) for _ in range(repeats))
        yield spent


def growth_rows(growth: dict[str, list[float | None]]) -> list[Row]:
    columns = [
        [
            "–" if spent is None else f"{spent:.4f}" if spent < 0.1 else f"{spent:.2f}"
            for spent in each
        ]
        for each in growth.values()
    ]
    return [(f"{size:,}", *cells) for size, *cells in zip(SIZES, *columns, strict=True)]


def plot(growth: dict[str, list[float | None]]) -> None:
    matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "summarize"})
    figure, axes = pyplot.subplots(figsize=(7, 4.2), layout="constrained")
    for name, spent in growth.items():
        points = [(size, each) for size, each in zip(SIZES, spent, strict=True) if each is not None]
        axes.loglog(*zip(*points, strict=True), marker="o", label=name)
    axes.set(xlabel="sentences", ylabel="seconds")
    axes.grid(alpha=0.3)
    axes.legend(frameon=False)
    figure.savefig(RESULTS / "speed-growth.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
