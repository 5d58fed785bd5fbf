import re
from pathlib import Path

import pytest

from summarize import Document
from summarize.text.dateline import dateline_end


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
        "LONDON, June 3 2020 (Reuters) - ",
        "London, 3 June 2020 (Reuters) - ",
        "PARIS, 12 mai (AFP) - ",
        "ŁÓDŹ, Poland (AP) — ",
        "МОСКВА (ТАСС) — ",
        "SAN FRANCISCO, (AP) _ ",
        "WASHINGTON (AP): ",
        "BERLIN, Jan 3, 2020: ",
        "McLEAN, Va. — ",
        "By Émile Zola. ",
        "By JANE DOE\n",
        "By Jane Doe | ",
        "Published 3 May 2010\nBy Jane Doe\n",
        "(The Hollywood Reporter)",
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
        "U.S. - China talks resumed.",
        "IBM – The company said profits fell.",
        "NOTE - All times are local.",
        "UPDATE — The match is over.",
        "JOHN - Hello there. MARY - Hi.",
        "THE GREAT GATSBY — A novel.",
        "Apple (the company) — In 2007 it grew.",
        "He (John) - I mean Jack - left.",
        "Smith (Conservative) - Yes.",
        "By Christmas Eve\nMost had left.",
        "By Lake Superior. A hut stands.",
        "By Monday Morning. It rained.",
        "Rain: The facts.",
        "",
    ],
)
def test_is_left_in(text):
    assert dateline_end(text) == 0


@pytest.mark.parametrize(
    "text",
    [
        "A" * 200_000,
        "AA " * 50_000,
        "By Jane " * 20_000,
        "(" * 100_000,
        "A, " * 50_000,
        "Published" + " " * 10_000 + "yesterday, it rained.",
        "Published" + "\n" * 10_000 + "x",
        "Published " + "1 " * 50_000,
        "A" + " " * 100_000,
        "By Jane " + " " * 100_000,
        "By. " + " " * 100_000 + "!",
        "LONDON" + " " * 100_000 + "(AP) - The",
    ],
    ids=lambda text: text[:12],
)
def test_odd_texts_are_left_in_at_once(text):
    # The first of these once took minutes: the suite would hang here.
    assert dateline_end(text) == 0


ARTICLES = sorted((Path(__file__).parents[1] / "benchmarks" / "articles").glob("*.txt"))


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_no_article_begins_with_its_dateline(path):
    text = path.read_text(encoding="utf-8").partition("\n")[2]
    first = Document.from_text(text).sentences[0].text
    assert not first.startswith("By ")
    assert not re.match(r"[A-ZÀ-Þ. ]{4,}[,(—–-]", first), first
