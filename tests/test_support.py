"""What of a summary its document supports: sources, numbers, names, negations, words."""

import doctest
import pickle
import time
from pathlib import Path

import pytest

import summarize
from summarize import Document, EmptyDocumentError, Summarizer
from summarize.backends.base import Draft
from summarize.support import Evidence, check
from summarize.support.quantities import is_number, quantities
from summarize.support.tokens import Tokenizer

ARTICLES = Path(__file__).parents[1] / "benchmarks" / "articles"
TEXT = (
    "Ellery, 3 May — Mayor Ada Roe said the harbour wall cracked in two places on Tuesday. "
    "Repairs would cost $3,412,000, she told the World Health Organization in Geneva. "
    "The council did not vote on the plan, which engineers from Iraq had drawn up. "
    "Some 1,250 of the 4,800 islanders lost power for 36 hours, and 12 boats sank. "
    '"We will never leave the island," said Tom Hale, 52, a fisherman. '
    "Ben Okoro, who lost his boat, could swim ashore. Unemployment rose to 7.5% in 2019."
)


def wrong(summary, text=TEXT, **options):
    document = Document.from_text(text, **options)
    return [(each.kind, each.text) for each in check(summary, document).unsupported]


@pytest.mark.parametrize(
    "sentence",
    [
        "The harbour wall cracked in 2 places on Tuesday.",
        "Repairs would cost $3.4 million.",
        "Repairs would cost about 3.4m dollars.",
        "Nearly 5,000 islanders live there, and a dozen boats sank.",
        "More than 1,200 lost power for 36 hours.",
        "Twelve boats sank.",
        "Unemployment rose to 7.5 per cent in 2019.",
        "Ada Roe told the WHO in Geneva what repairs would cost.",
        "A. Roe said the harbour wall cracked.",
        "Mayor Ada Roe said repairs would cost $3,412,000.",
        "The council didn't vote on the plan, which Iraqi engineers had drawn up.",
        "The council did not vote on the plan.",
        "“We will never leave the island,” said the fisherman.",
        "“We will never … the island,” said the fisherman.",
        "Ben Okoro could swim ashore.",
        "Tom Hale is 52.",
    ],
)
def test_what_the_document_says_in_other_words_is_supported(sentence):
    assert [kind for kind, _ in wrong(sentence) if kind != "words"] == []


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The harbour wall cracked in three places on Tuesday.", [("number", "three")]),
        ("Repairs would cost $3.6 million.", [("number", "$3.6 million")]),
        ("Repairs would cost £3,412,000.", [("number", "£3,412,000")]),
        ("Unemployment rose to 7.5 dollars.", [("number", "7.5")]),
        ("Unemployment rose to 7.5% in 2091.", [("number", "2091")]),
        ("Unemployment rose to 7.5% in 2020.", [("number", "2020")]),
        # 36 is the document's, but elsewhere.
        ("Some 36 of the 4,800 islanders lost power.", [("number", "36")]),
        ("Mayor Ada Smith said the harbour wall cracked.", [("name", "Smith")]),
        ("Mayor Ada Roe said the wall cracked on Friday.", [("name", "Friday")]),
        # Tom Hale is in the document, but did not say this.
        ("Mayor Tom Hale said the harbour wall cracked in two places.", [("name", "Tom Hale")]),
        ("She told the World Health Organization in Ellery.", [("name", "Ellery")]),
        ("The council did vote on the plan.", [("negation", "did vote")]),
        ("The council voted on the plan.", [("negation", "council voted")]),
        ("The harbour wall had not cracked in two places.", [("negation", "not")]),
        ("Ben Okoro could not swim ashore.", [("negation", "not")]),
        ("Ben Okoro couldn't swim ashore.", [("negation", "n't")]),
        ("“We will always leave the island,” said Tom Hale.", [("quotation", None)]),
        ("The harbour wall was painted by schoolchildren.", [("words", None)]),
    ],
)
def test_what_it_does_not_say_is_marked(sentence, expected):
    found = wrong(sentence)
    for kind, text in expected:
        assert any(k == kind and (text is None or t == text) for k, t in found), found


def test_marks_are_places_in_the_summary():
    summary = "Twelve boats sank. Repairs would cost $9 million."
    support = check(summary, TEXT)
    [found] = support.unsupported
    assert summary[found.start : found.end] == found.text == "$9 million"
    for sentence in support.sentences:
        assert summary[sentence.start : sentence.end] == sentence.text
        assert 0 <= sentence.score <= 1
    assert support.to_dict()["sentences"][1]["unsupported"][0]["kind"] == "number"


def test_sources_of_a_sentence_made_of_two():
    document = Document.from_text(TEXT)
    [sentence] = check("Tom Hale, a fisherman, lost power for 36 hours.", document).sentences
    assert {source.sentence for source in sentence.sources} == {3, 4}
    for source in sentence.sources:
        own = document.sentences[source.sentence]
        assert (source.start, source.end) == (own.start, own.end)
    assert sentence.score < check("12 boats sank.", document).score


@pytest.mark.parametrize("backend", ["newsrank", "lead", "textrank"])
def test_extractive_summaries_are_supported_whole(backend):
    for path in sorted(ARTICLES.glob("*.txt"))[::4]:
        document = summarize.read(path)
        summary = summarize.summarize(document, backend=backend)
        for support in (summary.check(document), check(str(summary), document)):
            assert support.score == 1.0
            assert support.unsupported == ()
            sources = [[s.sentence for s in each.sources] for each in support.sentences]
            assert sources == [list(each.sources) for each in summary.sentences]


def test_a_summary_made_of_words_of_two_lines_is_its_sentences():
    text = "The river\nrose   fast. Nobody was hurt."
    summary = summarize.summarize(text, backend="lead", sentences=2)
    assert summary.check(text).score == 1.0


class Writer:
    """Writes what it is told to."""

    window = 1000

    def __init__(self, text):
        self.text = text

    def count(self, texts, /):
        return [len(text.split()) for text in texts]

    def generate(self, texts, length, /):
        return [Draft(self.text) for _ in texts]


def test_abstractive_summaries_have_sources():
    summary = Summarizer(Writer("Twelve boats sank. Repairs cost $3.4 million.")).summarize(TEXT)
    assert [each.sources for each in summary.sentences] == [(3,), (1,)]
    assert summary.fallback is None
    assert [each.kind for each in summary.check(TEXT).unsupported] == []


@pytest.mark.parametrize(
    ("draft", "fallback"), [("", "empty"), (" \n", "empty"), ("word " * 40, "longer")]
)
def test_a_summary_that_is_not_the_models_says_so(draft, fallback):
    text = TEXT if fallback == "empty" else "It rained. The river rose."
    document = Document.from_text(text)
    summary = Summarizer(Writer(draft)).summarize(document, sentences=2)
    assert summary.fallback == fallback
    assert summary.to_dict()["fallback"] == fallback
    assert pickle.loads(pickle.dumps(summary)).fallback == fallback
    for number, each in enumerate(summary.sentences):
        assert each.sources == (number,)
        assert " ".join(text[each.start : each.end].split()) == each.text
    assert summary.check(document).score == 1.0


@pytest.mark.parametrize(
    ("text", "language", "sentence", "expected"),
    [
        (
            "Der Fluss stieg um 3,4 Meter. Sie kam.",
            "de",
            "Der Fluss stieg um 3,4 Meter.",
            [],
        ),
        (
            "Der Fluss stieg nicht über 1.200 Meter.",
            "de",
            "Der Fluss stieg über 1.300 Meter.",
            [("negation", "stieg über"), ("number", "1.300")],
        ),
        (
            "El río no subió el martes.",
            "es",
            "El río subió el martes.",
            [("negation", "río subió")],
        ),
        ("河水在星期二上涨了3米。没有人受伤。", "zh", "河水上涨了5米。", [("number", "5")]),
    ],
)
def test_other_languages(text, language, sentence, expected):
    assert wrong(sentence, text, language=language) == expected


def read_numbers(tokens):
    places = [place for place, word in enumerate(tokens.words) if is_number(word)]
    return list(quantities(tokens, places, "en"))


@pytest.mark.parametrize(
    ("text", "values", "unit"),
    [
        ("3.4 million people", (3.4e6,), ""),
        ("two hundred and fifty", (250.0,), ""),
        ("a dozen", (12.0,), ""),
        ("twenty-five", (25.0,), ""),
        ("half a million", (5e5,), ""),
        ("£1.2bn", (1.2, 1.2e9), "pound"),
        ("21st", (21.0,), "ordinal"),
        ("9:45 pm", (1305.0,), "time"),
        ("12 percent", (12.0,), "%"),
        ("1,234,567", (1234567.0,), ""),
    ],
)
def test_numbers_are_read(text, values, unit):
    tokens = Tokenizer("en")(text)
    [found] = read_numbers(tokens)
    assert (found.values, found.unit) == (pytest.approx(values), unit)


@pytest.mark.parametrize(
    "text", ["1.2.3", "9" * 400, "٣٤", "²³", "one", "", "::", "1:99999", "\ud800 3", "N'T n't"]
)
def test_odd_numbers_raise_nothing(text):
    tokens = Tokenizer("en")(text)
    read_numbers(tokens)
    check(text, f"It rained {text} times. It stopped.")


def test_empty_summaries_and_documents():
    assert check("", TEXT).score == 1.0
    assert check(" … !", TEXT).unsupported == ()
    with pytest.raises(EmptyDocumentError):
        check("Rain.", " ")
    with pytest.raises(TypeError, match="document must be a Document or a str, not list"):
        check("Rain.", ["Rain."])
    with pytest.raises(TypeError, match="summary must be a str, not list"):
        check(["Rain."], "Rain.")


def test_the_title_supports_too():
    document = Document.from_text("The wall cracked on Monday.", title="Ellery floods")
    assert check("The wall in Ellery cracked on Monday.", document).unsupported == ()


def seconds(document, summary):
    best = 9.0
    for _ in range(2):
        start = time.process_time()
        Evidence(document).check(summary)
        best = min(best, time.process_time() - start)
    return best


@pytest.mark.parametrize(
    ("part", "summary"),
    [
        ("The mayor of Ellery said the river rose 3 metres in 2019. ", "The mayor said it rose. "),
        ("rain " * 50 + ". ", "rain " * 40 + "fell. "),
        ('He said "no" and "no" and "no". ', 'He "said no". She said "maybe not" to Ada. '),
        ("1 2 3 4 5 6 7 8 9. ", "9 8 7 6 5 4 3 2 1. "),
    ],
)
def test_time_is_linear(part, summary):
    small, large = ((Document.from_text(part * n), summary * (n // 8)) for n in (200, 800))
    assert seconds(*large) < 4 * 2.5 * seconds(*small) + 0.05


def test_the_page_of_the_documentation_is_true():
    path = Path(__file__).parents[1] / "docs" / "support.md"
    failed, tried = doctest.testfile(str(path), module_relative=False)
    assert tried > 2
    assert failed == 0


def test_a_checks_repr_fits_a_line():
    text = "The river rose two metres. " * 60
    assert repr(check(text, text)) == "<Support 100%: 60 sentences, 0 unsupported>"
    assert repr(check("It rose three metres.", text)).endswith(": 1 sentence, 1 unsupported>")
