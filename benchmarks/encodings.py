"""How often a text of 600 characters is read in the encoding that it is in, without being told.

    python benchmarks/encodings.py --data FOLDER

FOLDER holds `segmentation/*.jsonl.gz` (`language`, `text`) and `guardian/`, `xsum/`, `bbc/` and
`cnndm/` (`article`). Texts are cut to 600 characters and written in the encodings that their
language was written in; right is what comes back letter for letter. chardet alone chooses from the
same encodings. The rules were made on the openings of guardian/dev, xsum, cnndm and the first 2,500
articles of guardian/train, and on the first 60 texts of each other language ("seen"); bbc, later
articles of guardian/train and the other texts were not looked at ("unseen").
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import defaultdict
from itertools import islice
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
LENGTH, SEEN, UNSEEN = 600, 60, 400
NEWS = {
    "guardian/train": ("seen", 0, 2_500),
    "guardian/dev": ("seen", 0, None),
    "xsum/train": ("seen", 0, None),
    "cnndm/dev_cased": ("seen", 0, None),
    "bbc/all": ("unseen", 0, None),
    "guardian/train ": ("unseen", 10_000, 15_000),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER")
    folder = parser.parse_args().data
    seen, unseen = prose(folder)
    for name, (kind, start, end) in NEWS.items():
        texts = seen if kind == "seen" else unseen
        articles = lines(folder / f"{name.strip()}.jsonl.gz", end)[start:]
        texts.setdefault("en", []).extend(line["article"][:LENGTH] for line in articles)
    rows = [*measured("seen", seen), *measured("unseen", unseen)]
    head = ("texts of", "language", "encoding", "texts", "right", "chardet alone")
    explained = " ".join(__doc__.split("\n\n")[2].split())
    record("encodings", f"# Encodings\n\n{explained}\n\n" + table(head, rows), ("chardet",))


def measured(name: str, texts: dict[str, list[str]]) -> list[tuple[str, ...]]:
    rows = []
    sums = [0, 0, 0]
    for language, names in ENCODINGS.items():
        for encoding in names.split() if texts.get(language) else ():
            counts = [0, 0, 0]
            for text in texts[language]:
                data = text.encode(encoding, "ignore")
                if data.isascii() or is_utf_8(data):
                    continue
                right = data.decode(encoding)
                for place, found in enumerate((right, ours(data), chardets(data))):
                    counts[place] += found == right
            sums = [a + b for a, b in zip(sums, counts, strict=True)]
            if counts[0]:
                rows.append((name, language, encoding, *shown(counts)))
    rows.append((name, "all", "", *shown(sums)))
    print(*rows[-1], flush=True)
    return rows


def shown(counts: list[int]) -> tuple[str, ...]:
    return (f"{counts[0]:,}", *(f"{each / max(1, counts[0]):.3f}" for each in counts[1:]))


def is_utf_8(data: bytes) -> bool:
    """Whether a text was damaged before it came here: what is written as cp1252 is UTF-8 then."""
    try:
        data.decode("utf-8")
    except UnicodeError:
        return False
    return True


def ours(data: bytes) -> str | None:
    try:
        return decode_detecting(data, "a")[0]
    except ReadError:
        return None


def chardets(data: bytes) -> str | None:
    import chardet

    encoding = chardet.detect(data, include_encodings=_IN_USE)["encoding"]
    return data.decode(encoding, "replace") if encoding else None


def prose(folder: Path) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Texts of every language but English: those that were seen, and others."""
    found: dict[str, list[str]] = defaultdict(list)
    rests: dict[str, str] = defaultdict(str)
    for name in ("ud_dev", "klexikon_dev"):
        for line in lines(folder / "segmentation" / f"{name}.jsonl.gz"):
            language = line["language"]
            rests[language] += " " + line["text"]
            while len(rests[language]) >= LENGTH:
                found[language].append(rests[language][:LENGTH].strip())
                rests[language] = rests[language][LENGTH:]
    found.pop("en", None)
    seen = {language: texts[:SEEN] for language, texts in found.items()}
    return seen, {language: texts[SEEN : SEEN + UNSEEN] for language, texts in found.items()}


def lines(path: Path, most: int | None = None) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in islice(file, most)]


if __name__ == "__main__":
    main()
