"""What the evaluation says of support and fallbacks, and its page's plots."""

import csv
import io
import re
import xml.etree.ElementTree as ET

import pytest

from summarize.backends.base import Draft
from summarize.evaluation import Article, Corpus, System, evaluate
from summarize.evaluation.charts import Bars, bar_chart, scatter_chart
from summarize.evaluation.outputs import Outputs, score_outputs
from summarize.evaluation.page import to_html
from summarize.evaluation.report import table, to_csv

TEXT = "The river rose by two metres. Nobody was hurt. A school closed in Ellery."
ARTICLES = (
    Article("a", TEXT, ("The river rose.",)),
    Article("b", f"Snow fell. {TEXT}", ("Snow.",)),
)


class Writer:
    """Writes nothing for texts that begin with snow."""

    name = "writer"
    window = 1000

    def count(self, texts, /):
        return [len(text.split()) for text in texts]

    def generate(self, texts, length, /):
        return [
            Draft("" if text.startswith("Snow") else "The river rose by nine metres.")
            for text in texts
        ]


@pytest.fixture(scope="module")
def evaluation():
    systems = [System("lead", "<lead> & co"), System(Writer())]
    return evaluate(Corpus("rain", ARTICLES), systems, support=True)


def test_support_and_fallbacks_are_columns(evaluation):
    lead, writer, baseline = evaluation.systems
    assert [lead.fallbacks, writer.fallbacks, baseline.fallbacks] == [0, 1, 0]
    assert lead.mean_traits()["support"] == 1.0
    assert writer.mean_traits()["support"] < 1.0
    text = table(evaluation)
    assert re.search(r"novel bigrams +support +documents/s +stood in +failed", text)
    assert "stood in: the document's own sentences" in text
    rows = list(csv.DictReader(io.StringIO(to_csv(evaluation))))
    assert [row["fallbacks"] for row in rows] == ["0", "1", "0"]
    assert float(rows[1]["support"]) < 1
    assert evaluation.to_dict()["systems"][1]["fallbacks"] == 1


def test_neither_is_there_unasked():
    text = table(evaluate(Corpus("rain", ARTICLES), ["lead"]))
    assert "support" not in text
    assert "stood in" not in text


def test_existing_outputs_are_checked_too():
    outputs = [Outputs("mine", "mine", ("The river rose by nine metres.", "Snow fell."))]
    scored = score_outputs(Corpus("rain", ARTICLES), outputs, support=True)
    first, second = scored.systems[0].traits[:, -1]
    assert first < second == 1.0


def test_the_page_has_its_plots(evaluation):
    page = to_html(evaluation)
    for caption in ("Words", "Support, %", "New n-grams, %, by n from 1 to 4"):
        assert f"<figcaption>{caption}</figcaption>" in page
    assert page.count("a dot an article") == 2 * 2
    for chart in re.findall(r"<svg.*?</svg>", page, re.DOTALL):
        ET.fromstring(chart)
    assert "<lead>" not in page


def test_charts_are_svg_whatever_the_values():
    for chart in (
        bar_chart([Bars("<a>", (("1", 0.0),)), Bars("b", (("1", 1e9),))], name="<n>"),
        bar_chart([], name="none"),
        scatter_chart([], [], names=("<a>", "b")),
        scatter_chart([0.0] * 600, [100.0] * 600, names=("a", "b")),
    ):
        ET.fromstring(chart)
    assert scatter_chart([1.0, 1.0], [2.0, 2.0], names=("a", "b")).count("<circle") == 1
