"""Pack what a small BART is trained on, so that the machine with the GPU needs nothing else.

    python benchmarks/small_bart/pack.py PACKAGE --data DATA [--vocabulary N] [--limit N]

PACKAGE gets a tokenizer, trained here, and ``articles.xz``: the tokens of the Guardian's articles
and their opening paragraphs, of CNN's and the Daily Mail's with the first sentence cut off as
their opening, and the development texts, sentence by sentence as ``Summarizer`` reads them.
"""

from __future__ import annotations

import argparse
import io
import lzma
import random
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from train_bart import train_tokenizer

from summarize import Document
from summarize.errors import EmptyDocumentError
from summarize.evaluation import read_corpus

LONGEST = 1200  # tokens of an article; what is beyond is read by no task
LONGEST_ELSEWHERE = 700  # CNN's serve to learn the language and to find things in a text
SOURCES = {
    "train": "guardian/train.jsonl.gz",
    "other": "cnndm/train.jsonl.gz",
    "dev": "guardian/dev.jsonl.gz",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("package", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--vocabulary", type=int, default=12000)
    parser.add_argument("--limit", type=int, help="only so many articles of each corpus")
    options = parser.parse_args()
    start = time.perf_counter()
    parts = {}
    for part, path in SOURCES.items():
        corpus = read_corpus(options.data / path)
        articles = list(corpus)[: options.limit]
        parts[part] = [pair for pair in (as_pair(a, part) for a in articles) if pair]
        print(f"{part}: {len(parts[part])} articles, {time.perf_counter() - start:.0f} s")
    known = [pair for part in ("train", "other") for pair in parts[part]]
    sample = random.Random(0).sample(known, min(len(known), 12000))
    texts = [" ".join([opening, *sentences]) for _, sentences, opening in sample]
    tokenizer = train_tokenizer(texts, options.package / "tokenizer", options.vocabulary)
    tokenizer.model_max_length = 512
    tokenizer.save_pretrained(options.package / "tokenizer")
    print(f"tokenizer: {len(tokenizer)} tokens, {time.perf_counter() - start:.0f} s")
    arrays: dict[str, np.ndarray] = {}
    for part, pairs in parts.items():
        most = LONGEST_ELSEWHERE if part == "other" else LONGEST
        arrays |= {f"{part}_{name}": a for name, a in as_arrays(pairs, tokenizer, most).items()}
    packed = io.BytesIO()
    np.savez(packed, **arrays)
    with lzma.open(options.package / "articles.xz", "wb", filters=FILTERS) as file:
        file.write(packed.getvalue())
    size = (options.package / "articles.xz").stat().st_size / 2**20
    counts = ", ".join(f"{part} {len(arrays[f'{part}_tokens']):,}" for part in parts)
    print(f"{size:.1f} MiB; tokens: {counts}; {time.perf_counter() - start:.0f} s")


# Tokens are pairs of bytes, which LZMA compresses better when it knows.
FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 6, "lc": 0, "lp": 1, "pb": 1, "dict_size": 1 << 25}]


def as_pair(article, part: str) -> tuple[str, list[str], str] | None:
    """An article's id, its sentences without the opening, and the opening."""
    try:
        document = Document.from_text(article.text, language="en")
    except EmptyDocumentError:
        return None
    sentences = [" ".join(sentence.text.split()) for sentence in document.sentences]
    opening = " ".join(article.references[0].split())
    if part == "other":
        opening, *sentences = sentences
    if not opening or len(sentences) < 2:
        return None
    return article.id, sentences, opening


def as_arrays(pairs, tokenizer, most: int) -> dict[str, np.ndarray]:
    """Tokens end to end, the length of each sentence, and how many sentences an article has."""
    tokens, lengths, counts, openings, opening_lengths = [], [], [], [], []
    for _, sentences, opening in pairs:
        # The first begins without a space, the others with theirs, as in one text.
        pieces = [sentences[0], *(f" {sentence}" for sentence in sentences[1:])]
        encoded = tokenizer([*pieces, opening], add_special_tokens=False)["input_ids"]
        kept, total = 0, 0
        for ids in encoded[:-1]:
            if kept and total + len(ids) > most:
                break
            kept, total = kept + 1, total + len(ids)
            tokens.append(np.array(ids, dtype=np.uint16))
            lengths.append(len(ids))
        counts.append(kept)
        openings.append(np.array(encoded[-1], dtype=np.uint16))
        opening_lengths.append(len(encoded[-1]))
    return {
        "ids": np.array([each[0] for each in pairs]),
        "tokens": np.concatenate(tokens),
        "lengths": np.array(lengths, dtype=np.uint16),
        "counts": np.array(counts, dtype=np.uint16),
        "openings": np.concatenate(openings),
        "opening_lengths": np.array(opening_lengths, dtype=np.uint16),
    }


if __name__ == "__main__":
    main()
