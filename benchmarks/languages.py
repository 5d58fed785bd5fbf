"""Which language a text is in: ours and two small libraries, on texts whose language is known.

    python benchmarks/languages.py --data FOLDER

FOLDER holds English corpora (``cnndm/dev.jsonl.gz`` …, with "article" and "summary") and
``segmentation/*.jsonl.gz`` (treebanks with their language, German articles). The peers are
py3langid and lingua (``pip install py3langid lingua-language-detector``), which are given whole
texts and all their languages; of each set they read about 200 texts. Three of
the XSum articles are in Welsh, and counted as such.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from time import process_time

from recording import record, table

from summarize import Document
from summarize.text.detection import language_of

Text = tuple[str, str]  # a language and a text in it
Detector = Callable[[str], str]
ENGLISH = ("cnndm/dev", "guardian/dev", "xsum/train", "dialogsum/dev", "qmsum/dev", "bbc/all")
PEER_TEXTS = 200
SHORT = 60  # characters, at least, of a single sentence
WELSH = ("Mae'r BBC yn deall", "Yn ogystal â thrafod", "Dywedodd arweinydd y")


def rows(path: Path) -> Iterator[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def sets(folder: Path) -> Iterator[tuple[str, list[Text]]]:
    for name in ENGLISH:
        records = list(rows(folder / f"{name}.jsonl.gz"))
        texts = [each["article"] for each in records]
        yield name, [("cy" if text.startswith(WELSH) else "en", text) for text in texts]
        if name == "cnndm/dev":
            yield f"{name}, summaries", [("en", each["summary"]) for each in records]
    legal = rows(folder / "segmentation/legal_dev.jsonl.gz")
    yield "US rulings", [("en", each["text"]) for each in legal]
    german = rows(folder / "segmentation/klexikon_dev.jsonl.gz")
    yield "klexikon", [("de", each["text"]) for each in german]
    treebanks = list(rows(folder / "segmentation/ud_dev.jsonl.gz"))
    for language in sorted({each["language"] for each in treebanks}):
        own = [each for each in treebanks if each["language"] == language]
        yield f"UD {language}", [(language, each["text"]) for each in own]
        sentences = [each["text"][a:b] for each in own for a, b in each["sentences"]]
        short = [(language, text) for text in sentences if len(text) >= SHORT]
        yield f"UD {language}, single sentences", short


def ours(text: str) -> str:
    return language_of(text)[0]


def peers() -> Iterator[tuple[str, Detector]]:
    if find_spec("py3langid"):
        import py3langid

        yield "py3langid", lambda text: py3langid.classify(text)[0]
    if find_spec("lingua"):
        from lingua import LanguageDetectorBuilder

        detector = LanguageDetectorBuilder.from_all_languages().with_low_accuracy_mode().build()

        def by_lingua(text: str) -> str:
            found = detector.detect_language_of(text)
            return found.iso_code_639_1.name.lower() if found else ""

        yield "lingua (low accuracy mode)", by_lingua


def measured(detect: Detector, texts: Sequence[Text]) -> str:
    detect(texts[0][1])
    start = process_time()
    found = [detect(text) for _, text in texts]
    spent = (process_time() - start) / len(texts)
    right = sum(a == b for a, (b, _) in zip(found, texts, strict=True))
    return f"{right:,} of {len(texts):,} ({right / len(texts):.2%}), {1000 * spent:.2f} ms"


def cut(folder: Path) -> str:
    """The share of German gold sentences in which a sentence begins, without ``language=``."""
    shown = []
    for language in (None, "en"):
        broken = total = 0
        for each in rows(folder / "segmentation/klexikon_dev.jsonl.gz"):
            document = Document.from_text(each["text"], language=language)
            starts = {sentence.start for sentence in document.sentences}
            total += len(each["sentences"])
            broken += sum(any(a < s < b for s in starts) for a, b in each["sentences"])
        shown.append(f"{broken:,} of {total:,} ({broken / total:.2%})")
    return f"German gold sentences cut: {shown[0]}; read as English, {shown[1]}."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    folder = parser.parse_args().data
    others = list(peers())
    lines = []
    for name, texts in sets(folder):
        few = texts[:: max(1, len(texts) // PEER_TEXTS)]
        lines.append(
            (name, measured(ours, texts), *(measured(detect, few) for _, detect in others))
        )
    header = ("texts", "this library", *(name for name, _ in others))
    body = "# The language of a text: right, and CPU time a text\n\n" + table(header, lines)
    record("languages", f"{body}\n\n{cut(folder)}", ("py3langid", "lingua-language-detector"))


if __name__ == "__main__":
    main()
