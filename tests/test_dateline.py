import re
from pathlib import Path

import pytest

from summarize import Document
from summarize.dateline import dateline_end


@pytest.mark.parametrize(
    "prefix",
    [
        "LONDON (Reuters) — ",
        "LONDON (Reuters) - ",
        "(CNN) -- ",
        "(CNN)",
        "New Delhi (CNN) ",
        "Kabul, Afghanistan (CNN) -- ",
        "BERLIN (Any Agency) – ",
        "Berlin (dpa) - ",
        "BRATISLAVA, March 4 — ",
        "TROMSØ, Norway, Feb. 9 — ",
        "NEW YORK — ",
        "WASHINGTON, D.C., Jan. 3, 2020 – ",
        "WASHINGTON—",
        "SPLIT, Croatia, March 5 (Adriatic Newswire) – ",
        "By Jane Doe. ",
        "By Jane Doe\n",
        "By Jane Doe and J. K. Roe. ",
        "By Jane Doe, Science Editor. ",
        "By. Frank Coletta for Daily News. ",
        "By Jane Doe. Published: 12:01 EST, 3 March 2014. ",
        "By Jane Doe. KABUL, Afghanistan (AP) — ",
        "  \n LONDON (AP) — ",
    ],
)
@pytest.mark.parametrize("rest", ["The vote was close. Nobody spoke.", "“No,” she said."])
def test_is_taken_off(prefix, rest):
    text = prefix + rest
    assert text[dateline_end(text) :] == rest


@pytest.mark.parametrize(
    "text",
    [
        "The vote was close.",
        "NASA — the agency — said on Monday that it would wait.",
        "By Monday morning, it was raining.",
        "By Jane Doe's account, it rained.",
        "Rain (see the map) fell.",
        "By Jane Doe.",
        "(AP) —",
        "LONDON (Reuters) — ",
        "A 12-year-old - the youngest - won.",
        "U.S. officials said so.",
        "",
    ],
)
def test_is_left_in(text):
    assert dateline_end(text) == 0


def test_takes_time_linear_in_the_text():
    for text in ("A" * 200_000, "AA " * 50_000, "By Jane " * 20_000, "(" * 100_000, "A, " * 50_000):
        assert dateline_end(text) == 0


ARTICLES = sorted((Path(__file__).parents[1] / "benchmarks" / "articles").glob("*.txt"))


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_no_article_begins_with_its_dateline(path):
    text = path.read_text(encoding="utf-8").partition("\n")[2]
    first = Document.from_text(text).sentences[0].text
    assert not first.startswith("By ")
    assert not re.match(r"[A-ZÀ-Þ. ]{4,}[,(—–-]", first), first
