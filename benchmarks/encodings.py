"""How often a text of 600 characters is read in the encoding that it is in, without being told.

    python benchmarks/encodings.py --data FOLDER

FOLDER holds `segmentation/*.jsonl.gz` (`language`, `text`) and `guardian/dev.jsonl.gz` (`article`).
Texts are cut to 600 characters and written in the encodings that their language was written in;
right is what comes back letter for letter. chardet alone chooses from the same encodings.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import defaultdict
from pathlib import Path

from recording import record, table

from summarize.errors import ReadError
from summarize.readers.encoding import _IN_USE, decode_detecting

WESTERN = "cp1252 latin-1 iso8859_15 mac_roman cp850"
ENCODINGS = dict.fromkeys(("en", "de", "fr", "it", "pt"), WESTERN) | {
    "nl": "cp1252 latin-1",
    "fi": "cp1252 latin-1 iso8859_15",
    "sv": "cp1252 latin-1 iso8859_15 cp850",
    "pl": "cp1250 iso8859_2 cp852",
    "uk": "cp1251 koi8_u iso8859_5 cp866",
    "el": "cp1253 iso8859_7",
    "zh": "gb18030 big5",
}
LENGTH, MOST = 600, 60


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER")
    texts = samples(parser.parse_args().data)
    rows = []
    sums = [0, 0, 0]
    for language, names in ENCODINGS.items():
        for encoding in names.split():
            counts = [0, 0, 0]
            for text in texts[language]:
                data = text.encode(encoding, "ignore")
                if data.isascii():
                    continue
                right = data.decode(encoding)
                for place, found in enumerate((right, ours(data), chardets(data))):
                    counts[place] += found == right
            sums = [a + b for a, b in zip(sums, counts, strict=True)]
            rows.append((language, encoding, *shown(counts)))
    rows.append(("all", "", *shown(sums)))
    head = ("language", "encoding", "texts", "right", "chardet alone")
    record("encodings", "# Encodings\n\n" + table(head, rows), ("chardet",))


def shown(counts: list[int]) -> tuple[str, ...]:
    return (f"{counts[0]:,}", *(f"{each / max(1, counts[0]):.3f}" for each in counts[1:]))


def ours(data: bytes) -> str | None:
    try:
        return decode_detecting(data, "a")[0]
    except ReadError:
        return None


def chardets(data: bytes) -> str | None:
    import chardet

    encoding = chardet.detect(data, include_encodings=_IN_USE)["encoding"]
    return data.decode(encoding, "replace") if encoding else None


def samples(folder: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for line in lines(folder / "guardian" / "dev.jsonl.gz")[:300]:
        found["en"].append(line["article"][:LENGTH])
    rests: dict[str, str] = defaultdict(str)
    for name in ("ud_dev", "klexikon_dev"):
        for line in lines(folder / "segmentation" / f"{name}.jsonl.gz"):
            language = line["language"]
            rests[language] += " " + line["text"]
            while len(rests[language]) >= LENGTH:
                if len(found[language]) < (MOST if language != "en" else 360):
                    found[language].append(rests[language][:LENGTH].strip())
                rests[language] = rests[language][LENGTH:]
    return found


def lines(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


if __name__ == "__main__":
    main()
