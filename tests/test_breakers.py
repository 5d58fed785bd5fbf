"""Thirty-six inputs that break other summarisers, each against all of ours that it concerns.

The number of a test is that of the input. ``benchmarks/robustness/breakers.py`` counts them.
"""

import http.server
import io
import math
import os
import random
import subprocess
import sys
import sysconfig
import threading
import time
import unicodedata
import warnings
from pathlib import Path

import pytest

import summarize
from summarize import (
    Document,
    DocumentTooLongError,
    EmptyDocumentError,
    Length,
    ReadError,
    Summarizer,
    UnknownLanguageError,
    read,
)
from summarize.backends.base import Draft
from summarize.errors import InvalidLengthError, TruncationWarning

ROOT = Path(__file__).parents[1]
ARTICLES = sorted((ROOT / "examples" / "articles").glob("*.txt"))
ARTICLE = ARTICLES[0].read_text(encoding="utf-8")
EXTRACTIVE = [info.name for info in summarize.available_backends() if info.kind == "extractive"]
UNLIMITED = ["lead", "newsrank", "textrank"]
LIMITED = [name for name in EXTRACTIVE if name not in UNLIMITED]

each_backend = pytest.mark.parametrize("backend", EXTRACTIVE)


@pytest.fixture(scope="module")
def bart(tiny_bart):
    """A small BART whose window is 256 tokens."""
    with Summarizer("bart", model=tiny_bart.folder, engine="torch", dtype="float32") as summarizer:
        yield summarizer


def summary_of(text, backend, **options):
    """The summary, held to what holds for every one."""
    document = text if isinstance(text, Document) else Document.from_text(text)
    summary = summarize.summarize(document, backend=backend, **options)
    assert summary.strip()
    assert summary.words <= document.words
    starts = [sentence.start for sentence in summary.sentences]
    assert starts == sorted(set(starts))
    for sentence in summary.sentences:
        assert " ".join(document.text[sentence.start : sentence.end].split()) == sentence.text
        assert math.isfinite(sentence.score)
    return summary


def command(*arguments, stdin=None, cwd=None):
    return subprocess.run(
        [sys.executable, "-m", "summarize", *map(str, arguments)],
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        cwd=cwd,
        check=False,
    )


# --- 1: nothing -------------------------------------------------------------------------------

NOTHING = ["", " ", "\n\t\r\n", "\ufeff", "\u3000\u00a0\u2028"]


@each_backend
def test_01_nothing(backend):
    for text in NOTHING:
        with pytest.raises(EmptyDocumentError):
            summarize.summarize(text, backend=backend)


def test_01_nothing_for_bart(bart):
    for text in NOTHING:
        with pytest.raises(EmptyDocumentError):
            bart(text)


def test_01_nothing_on_the_command_line():
    result = command(stdin=b" \n")
    assert (result.returncode, result.stdout) == (1, b"")
    assert result.stderr == b"summarize: -: empty: there is no text to summarize\n"


# --- 2 to 12: what a text can look like -------------------------------------------------------


@each_backend
@pytest.mark.parametrize("count", [1, 2, 4])
def test_02_few_sentences(backend, count):
    text = "It rained all night. The river rose. Boats left early. Nobody was hurt at all."
    text = ".".join(text.split(".")[:count]) + "."
    assert summary_of(text, backend, sentences=4) == text
    assert len(summary_of(text, backend, ratio=0.2).sentences) == 1


@each_backend
def test_03_no_space_behind_a_full_stop(backend):
    text = "The bank cut its rate today.Stocks fell.Traders were surprised.Bonds rose."
    summary = summary_of(text, backend, sentences=4)
    assert "".join(sentence.text for sentence in summary.sentences) == text
    assert len(summary.sentences) == 4


@each_backend
def test_04_one_sentence_six_times(backend):
    summary = summary_of("The river rose. " * 6, backend, sentences=3)
    # The lead is always a beginning of the document, whatever it says.
    assert summary == ("The river rose. " * 3 if backend == "lead" else "The river rose.").strip()


@each_backend
def test_05_only_stop_words(backend):
    assert summary_of("It is. He was. They were. It was not.", backend, sentences=2)


@each_backend
@pytest.mark.parametrize("text", ["!!! ... ???", "12 34. 56 78.", "🙂 🙂🙂", "§ † ‡", "___", "—"])
def test_06_no_letters(backend, text):
    assert summary_of(text, backend) == text


@each_backend
def test_07_all_capitals(backend):
    text = ARTICLE.partition("\n")[2].upper()
    summary = summary_of(text, backend)
    assert 1 <= len(summary.sentences) <= 3
    assert summary.words < summary.document_words / 2


@each_backend
def test_08_a_line_in_capitals(backend):
    text = "The alliance met on Monday.\nNATO AND EU REACT.\nNobody spoke to the press."
    summary = summary_of(text, backend, sentences=3)
    assert [sentence.text for sentence in summary.sentences] == text.split("\n")


@each_backend
@pytest.mark.parametrize("gap", [" ", "\n"])
def test_09_no_punctuation(backend, gap):
    words = [word.strip('.,;:!?"“”') for word in ARTICLE.split()][:400]
    text = gap.join(" ".join(words[first : first + 9]) for first in range(0, 400, 9))
    summary = summary_of(text, backend, words=60)
    assert summary.words <= 60
    assert not summary.over_length


SCRIPTS = {
    "zh": "外交部发言人周一表示谈判将继续。双方没有达成协议。记者问了三个问题。会议周二继续",
    "ja": "首相は月曜日に会見した。交渉は続く。記者は三つの質問をした。会議は火曜日に続く",
    "hi": "प्रधानमंत्री ने सोमवार को कहा। बातचीत जारी है। कोई समझौता नहीं हुआ। बैठक मंगलवार को होगी",
    "th": "นายกรัฐมนตรีกล่าวเมื่อวันจันทร์ การเจรจายังดำเนินต่อไป ไม่มีข้อตกลง",
    "ar": "قال الرئيس يوم الاثنين إن المحادثات مستمرة. لم يتفق أحد. سأل الصحفيون. يجتمعون غدا",
}


@each_backend
@pytest.mark.parametrize("language", SCRIPTS)
def test_10_scripts(backend, language):
    text = SCRIPTS[language]
    document = Document.from_text(text, language=language)
    whole = summary_of(document, backend, sentences=9)
    assert "".join(whole.split()) == "".join(text.split())  # the clause without a full stop too
    assert summary_of(document, backend, sentences=1).words <= whole.words
    bare = text.translate(str.maketrans(dict.fromkeys("。।.")))
    assert summary_of(Document.from_text(bare, language=language), backend)


@each_backend
@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "en",
            [
                "Growth was 3.14 percent, the U.S. said.",
                "Dr. Roe and J. Smith saw example.com/a.html.",
            ],
        ),
        ("en", ["It sells fruit, e.g. apples, for $1.50.", "It opened ca. 1900."]),
        ("de", ["Es gibt z.B. drei Häuser.", "Sie kosten ca. 3,5 Mio. Euro."]),
    ],
)
def test_11_abbreviations(backend, language, sentences):
    document = Document.from_text(" ".join(sentences), language=language)
    summary = summary_of(document, backend, sentences=9)
    assert [sentence.text for sentence in summary.sentences] == sentences
    assert summary in document.text


LAYOUTS = {
    "wrapped": lambda text: "\n".join(
        line for part in text.split("\n") for line in [*_wrapped(part), ""]
    ),
    "crlf": lambda text: text.replace("\n", "\r\n"),
    "form feed": lambda text: text.replace("\n", "\n\f"),
    "line separator": lambda text: text.replace("\n", "\u2028"),
    "no-break space": lambda text: text.replace(" ", "\u00a0"),
    "byte-order mark": lambda text: "\ufeff" + text,
}


def _wrapped(line, width=70):
    words, row = line.split(), ""
    for word in words:
        if row and len(row) + len(word) >= width:
            yield row
            row = ""
        row = f"{row} {word}".strip()
    yield row


@each_backend
@pytest.mark.parametrize("layout", LAYOUTS)
def test_12_layouts(backend, layout):
    assert summary_of(LAYOUTS[layout](ARTICLE), backend) == summary_of(ARTICLE, backend)


# --- 13 to 17: bytes, characters and sizes ----------------------------------------------------

KOELN = "Es regnete in Köln. Die Brücke über den Rhein blieb für Fußgänger geöffnet."


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-16", "utf-16-le", "utf-8-sig"])
def test_13_encodings(encoding):
    assert read(io.BytesIO(KOELN.encode(encoding))).sentences[0].text == "Es regnete in Köln."
    result = command("-b", "lead", "-l", "de", stdin=KOELN.encode(encoding))
    assert result.stdout.decode() == f"{KOELN}\n"
    assert result.returncode == 0


ODD = {
    "surrogate": "The man\ud800 left. He was late. \udfff\ud800 Nobody knew.",
    "nul": "The man\0 left. He\0was late. \0\0 Nobody knew.",
    "marks": "\u202eThe man left.\u202c He \u200ewas\u200f late. \u2066Nobody\u2069 knew.",
    "composed": unicodedata.normalize("NFC", "Zoë Café spoke. Ångström left. Nobody knew."),
    "decomposed": unicodedata.normalize("NFD", "Zoë Café spoke. Ångström left. Nobody knew."),
    "stacked": "Z" + "\u0301" * 500 + "algo left. He was late. Nobody knew.",
}


@each_backend
@pytest.mark.parametrize("odd", ODD)
def test_14_odd_characters(backend, odd):
    assert len(summary_of(ODD[odd], backend, sentences=2).sentences) == 2


@pytest.mark.parametrize("odd", ["marks", "composed", "decomposed", "stacked"])
def test_14_odd_characters_on_the_command_line(odd):
    result = command("-b", "lead", stdin=ODD[odd].encode())
    assert (result.stdout.decode(), result.stderr, result.returncode) == (f"{ODD[odd]}\n", b"", 0)


def test_14_a_nul_on_the_command_line():
    text = f"The man\0 left. {'He was late. ' * 9}"
    result = command("-b", "lead", "-n", 1, stdin=text.encode())
    assert (result.stdout, result.returncode) == (b"The man\0 left.\n", 0)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="names of any bytes are Linux's")
def test_14_a_surrogate_on_the_command_line(tmp_path):
    name = os.fsdecode(b"caf\xe9.txt")
    (tmp_path / name).write_text("It rained.")
    result = command("-b", "lead", name, "missing", cwd=tmp_path)
    assert (result.stdout, result.returncode) == (b"==> caf\\udce9.txt <==\nIt rained.\n", 1)


@each_backend
def test_15_an_endless_word(backend):
    start = time.perf_counter()
    assert summary_of("x" * 200_000, backend) == "x" * 200_000
    assert time.perf_counter() - start < 10


@each_backend
def test_15_a_megabyte_in_one_line(backend):
    text = ("The river rose by %d metres on Monday and fell again on Tuesday. " * 15_000)[: 10**6]
    text = "".join(f"{part}{number}" for number, part in enumerate(text.split("%d")))
    start = time.perf_counter()
    if backend in UNLIMITED:
        assert len(summary_of(text, backend, sentences=2).sentences) == 2
    else:
        with pytest.raises(DocumentTooLongError, match="'textrank'"):
            summarize.summarize(text, backend=backend)
    assert time.perf_counter() - start < 20


@pytest.mark.parametrize("part", ["•  El| “", '• `py"f', "」e.g. ```\n", "“It rained. ", "(«‹„"])
def test_15_quotations_that_never_close(part):
    start = time.perf_counter()
    assert Document.from_text(part * (60_000 // len(part))).sentences
    assert time.perf_counter() - start < 5


def test_15_an_endless_word_for_bart(bart):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TruncationWarning)
        assert bart("x" * 20_000).strip()


@pytest.mark.parametrize("beyond", [-1, 0, 1])
def test_16_around_the_window(bart, beyond):
    words = ["It rained."]
    while bart.backend.count([" ".join(words)])[0] < bart.backend.window + beyond:
        words.append("a")
    text = " ".join(words)
    assert bart.backend.count([text]) == [bart.backend.window + beyond]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        summary = bart(text)
    assert summary.truncated is (beyond > 0)
    assert [each.category for each in caught] == [TruncationWarning] * (beyond > 0)


@pytest.fixture(scope="module")
def hundred_thousand():
    draw = random.Random(17)
    names = [f"{first}{second}" for first in "bdfgklmn" for second in ("ara", "elo", "ino", "umi")]
    return Document.from_text(
        " ".join(
            f"The {draw.choice(names)} saw {draw.choice(names)} at {n}." for n in range(100_000)
        )
    )


@pytest.mark.parametrize("backend", UNLIMITED)
def test_17_a_hundred_thousand_sentences(backend, hundred_thousand):
    start = time.perf_counter()
    assert len(summarize.summarize(hundred_thousand, backend=backend).sentences) == 3
    assert time.perf_counter() - start < 60


@pytest.mark.parametrize("backend", LIMITED)
def test_17_a_hundred_thousand_sentences_are_refused_at_once(backend, hundred_thousand):
    start = time.perf_counter()
    with pytest.raises(DocumentTooLongError, match="'textrank'") as caught:
        summarize.summarize(hundred_thousand, backend=backend)
    assert (caught.value.size, caught.value.unit) == (100_000, "sentences")
    assert time.perf_counter() - start < 10


# --- 18 to 24: how it is called ---------------------------------------------------------------

NO_LENGTHS = [
    ("sentences", 0),
    ("sentences", -3),
    ("sentences", "-3"),
    ("sentences", 0.2),
    ("sentences", True),
    ("sentences", math.nan),
    ("sentences", 1e9),
    ("words", 0),
    ("words", "12.5%"),
    ("words", math.inf),
    ("ratio", "12.5%"),
    ("ratio", "150%"),
    ("ratio", "%"),
    ("ratio", 0),
    ("ratio", 1.5),
    ("ratio", -0.5),
    ("ratio", math.nan),
    ("ratio", True),
]


@pytest.mark.parametrize(("parameter", "value"), NO_LENGTHS)
@each_backend
def test_18_lengths(backend, parameter, value):
    for call in (summarize.Summarizer(backend).summarize, lambda text, **length: Length(**length)):
        with pytest.raises(InvalidLengthError, match=parameter) as caught:
            call("It rained.", **{parameter: value})
        assert caught.value.parameter == parameter


def test_18_lengths_for_bart(bart):
    for parameter, value in NO_LENGTHS:
        with pytest.raises(InvalidLengthError, match=parameter):
            bart("It rained.", **{parameter: value})


@pytest.mark.parametrize(
    ("option", "value"),
    [("-n", "0"), ("-n", "-3"), ("--ratio", "150%"), ("--ratio", "%"), ("--words", "nan")],
)
def test_18_lengths_on_the_command_line(option, value):
    result = command(option, value, stdin=b"It rained.")
    assert (result.returncode, result.stdout, result.stderr.count(b"\n")) == (2, b"", 1)


@each_backend
def test_19_more_than_there_is(backend):
    text = "It rained all night. The river rose. Nobody was hurt at all."
    for length in ({"sentences": 3}, {"sentences": 4}, {"sentences": 10**9}, {"words": 10**9}):
        summary = summary_of(text, backend, **length)
        assert (summary, summary.over_length) == (text, False)


def test_20_least_and_greatest_length(tiny_bart):
    options = {"model": tiny_bart.folder, "engine": "torch", "dtype": "float32"}
    with pytest.raises(ValueError, match="the least length"):
        Summarizer("bart", min_length=56, max_length=45, **options)
    with Summarizer("bart", max_length=5, **options) as short:  # below the model's own least
        assert short(tiny_bart.texts[0]).options["max_length"] == 5
        summary = short("It rained all night.")
    assert summary.words <= 4


def test_21_a_short_text_is_summarized(bart, tiny_bart):
    text = tiny_bart.texts[0][:1000]
    summary = bart(text, sentences=1)
    assert summary != text
    assert summary.words < summary.document_words / 2


def test_22_options_are_honoured_or_refused(bart, tiny_bart):
    options = {"model": tiny_bart.folder, "engine": "torch", "dtype": "float32"}
    assert bart(tiny_bart.texts[0]).options["num_beams"] == 4
    with Summarizer("bart", num_beams=1, **options) as greedy:
        assert greedy(tiny_bart.texts[0]).options["num_beams"] == 1
    with pytest.raises(TypeError, match=r"num_beans.*did you mean 'num_beams'"):
        Summarizer("bart", num_beans=1, **options)


@each_backend
def test_22_unknown_options_are_refused(backend):
    with pytest.raises(TypeError, match="has no option 'num_beams'"):
        Summarizer(backend, num_beams=1)


@each_backend
def test_23_types(backend):
    summarizer = Summarizer(backend)
    for text in (None, b"bytes", 3):
        with pytest.raises(TypeError, match="must be a str or a Document"):
            summarizer(text)
    for texts in (["It rained."], ("It rained.",), (each for each in ["It rained."])):
        with pytest.raises(TypeError, match="summarize_many"):
            summarizer(texts)
    with pytest.raises(TypeError, match=r"texts\[1\]"):
        list(summarizer.summarize_many(["It rained.", None]))
    with pytest.raises(TypeError, match="use summarize for a single text"):
        summarizer.summarize_many("It rained.")


def test_23_types_for_bart(bart):
    for text in (None, b"bytes", 3, ["It rained."]):
        with pytest.raises(TypeError, match="must be a str or a Document"):
            bart(text)
    with pytest.raises(TypeError, match=r"texts\[1\]"):
        list(bart.summarize_many(["It rained.", None]))


def batches(summarizer, texts):
    alone = [summarizer(text) for text in texts]
    for size in (1, 32):
        assert list(summarizer.summarize_many(texts, batch_size=size)) == alone
    order = random.Random(24).sample(range(len(texts)), len(texts))
    permuted = summarizer.summarize_many([texts[place] for place in order])
    assert list(permuted) == [alone[place] for place in order]


@each_backend
def test_24_batches(backend):
    batches(Summarizer(backend), [path.read_text(encoding="utf-8") for path in ARTICLES])


def test_24_batches_for_bart(bart, tiny_bart):
    batches(bart, tiny_bart.texts[:4])


# --- 25 to 29: hangs, numbers, pages, languages ----------------------------------------------


class Lengthening:
    """A backend that writes more than it reads, with a window of few tokens."""

    def __init__(self, window):
        self.window = window
        self.calls = 0

    def count(self, texts):
        return [len(text.split()) for text in texts]

    def generate(self, texts, length):
        self.calls += len(texts)
        assert self.calls < 10_000
        return [Draft(f"{text} and more of it.") for text in texts]


@pytest.mark.parametrize("window", [1, 2, 12, 50])
def test_25_parts_end(window):
    summarizer = Summarizer(Lengthening(window), long="chunk")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TruncationWarning)
        summary = summarizer("The river rose by two metres on Monday. " * 30)
    assert 0 < summary.words <= summary.document_words


def test_25_parts_end_for_bart(tiny_bart):
    options = {"model": tiny_bart.folder, "engine": "torch", "dtype": "float32", "num_beams": 1}
    with (
        Summarizer("bart", long="chunk", window=40, **options) as summarizer,
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore", TruncationWarning)
        assert summarizer(tiny_bart.texts[0]).strip()


@each_backend
def test_26_ratings_are_finite(backend):
    texts = [
        "one. two. three. four.",
        "a b. c d. e f. g h.",  # nothing in common
        "same words here. here same words. words here same.",
        "!!! ???\n...\nword. word word. word word word.",
        " ".join(f"{'word ' * (n % 7 + 1)}{n}." for n in range(60)),
    ]
    documents = [Document.from_text(text) for text in texts]
    for document, ratings in zip(
        documents, Summarizer(backend).backend.score(documents), strict=True
    ):
        assert len(ratings) == len(document.sentences)
        assert all(math.isfinite(rating) for rating in ratings)


@each_backend
def test_27_a_corpus_of_one_document(backend):
    text = (
        "The harbour wall of Ellery cracked on Tuesday. Engineers closed the harbour of Ellery. "
        "The wall of the harbour will be repaired. Bananas are yellow."
    )
    chosen = summary_of(text, backend, sentences=1)
    assert chosen.sentences[0].sources != (3,)  # not the last one for want of weights
    article = summary_of(ARTICLE, backend, sentences=99)
    assert len({sentence.score for sentence in article.sentences}) > 1


NO_ARTICLE = {
    "no body": b"<!DOCTYPE html><html><head><title>Rain</title></head></html>",
    "tags only": b"<html><body><div><p></p></div></body></html>",
    "script only": b"<html><body><script>document.write('It rained.')</script></body></html>",
    "boilerplate": b"<html><body><nav><a href='/'>Home</a> <a href='/n'>News</a></nav>"
    b"<footer>Cookie settings</footer></body></html>",
}


@pytest.mark.parametrize("page", NO_ARTICLE)
def test_28_pages_without_an_article(page, tmp_path):
    pytest.importorskip("trafilatura")
    path = tmp_path / "page.html"
    path.write_bytes(NO_ARTICLE[page])
    with pytest.raises((ReadError, EmptyDocumentError)):
        read(path)
    result = command(path.name, cwd=tmp_path)
    assert (result.returncode, result.stdout, result.stderr.count(b"\n")) == (1, b"", 1)
    assert result.stderr.startswith(b"summarize: page.html: ")


def test_28_an_empty_page(tmp_path):
    pytest.importorskip("trafilatura")
    path = tmp_path / "page.html"
    path.write_bytes(b"")
    with pytest.raises((ReadError, EmptyDocumentError)):
        read(path)


class _Refusing(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_error(403)

    def log_message(self, *_):
        pass


def test_28_a_page_that_is_refused():
    with http.server.HTTPServer(("127.0.0.1", 0), _Refusing) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            url = f"http://127.0.0.1:{server.server_port}/article"
            with pytest.raises(ReadError, match="403"):
                read(url, allow_private=True)
            result = command("--allow-private", url)
        finally:
            server.shutdown()
            thread.join()
    assert (result.returncode, result.stdout, result.stderr.count(b"\n")) == (1, b"", 1)
    assert b"403" in result.stderr


@each_backend
def test_29_languages(backend):
    text = "It rained all night. The river rose. Nobody was hurt at all."
    for language in ("en-US", "EN", "en_GB"):
        assert summarize.summarize(text, backend=backend, language=language) == text
    for language in ("xx", "", "english"):
        with pytest.raises(UnknownLanguageError, match="BCP-47"):
            summarize.summarize(text, backend=backend, language=language)


# --- 30 to 33, 36: ROUGE ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def rouge():
    pytest.importorskip("rouge_score")
    from summarize.evaluation import Rouge

    return Rouge


@pytest.mark.parametrize(
    ("candidate", "reference"), [("", "It rained."), ("It rained.", ""), ("", "")]
)
def test_30_rouge_of_nothing(rouge, candidate, reference):
    scores = rouge().score(candidate=candidate, references=[reference])
    assert {score.fmeasure for score in scores.values()} == {0.0}
    with pytest.raises(ValueError, match="at least one reference"):
        rouge().score(candidate=candidate, references=[])


@pytest.mark.parametrize("text", ["हिन्दी में समाचार", "Cristóbal está", *SCRIPTS.values()])
def test_31_rouge_of_every_script(rouge, text):
    unicode = rouge(["rouge1", "rougeL"], tokenizer="unicode")
    scores = unicode.score(candidate=text, references=[text])
    assert {score.fmeasure for score in scores.values()} == {1.0}
    stripped = text.replace("ó", " ").replace("á", " ")
    if stripped != text:
        assert unicode.score(candidate=stripped, references=[text])["rouge1"].fmeasure < 1


def test_32_rouge_lsum_says_how_it_splits(rouge):
    text, swapped = "The river rose. It rained.", "It rained. The river rose."
    values = {}
    for split, gap in [("sentences", " "), ("lines", " "), ("lines", "\n")]:
        first, second = (each.replace(". ", f".{gap}") for each in (text, swapped))
        score = rouge(["rougeLsum"], split=split).score(candidate=first, references=second)
        values[split, gap] = score["rougeLsum"].fmeasure
        assert f"|split:{split}/{split}|" in score["rougeLsum"].signature
    assert values == {("sentences", " "): 1.0, ("lines", " "): 0.6, ("lines", "\n"): 1.0}


@pytest.mark.parametrize(("name", "nearest"), [("rouge10", "rouge1"), ("rougel", "rougeL")])
def test_33_rouge_metrics_of_no_name(rouge, name, nearest):
    with pytest.raises(ValueError, match=f"unknown metric '{name}'; did you mean '{nearest}'"):
        rouge([name])


def test_36_the_same_scores_three_times():
    pytest.importorskip("scipy")
    from summarize.evaluation.significance import bootstrap_intervals

    scores = [0.2, 0.9, 0.4, 0.35, 0.5, 0.1, 0.6, 0.3, 0.8]
    intervals = {bootstrap_intervals(scores).tobytes() for _ in range(3)}
    assert len(intervals) == 1
    assert bootstrap_intervals(scores, seed=1).tobytes() not in intervals


# --- 34 and 35: the command -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "status"), [(["missing.txt"], 1), (["--frobnicate"], 2), (["-b", "leed", "-"], 2)]
)
def test_34_what_goes_wrong_is_one_line(arguments, status):
    result = command(*arguments)
    assert (result.returncode, result.stdout, result.stderr.count(b"\n")) == (status, b"", 1)
    assert result.stderr.startswith(b"summarize: ")


@pytest.mark.skipif(os.name != "posix", reason="a shell with pipes")
def test_34_a_closed_pipe():
    pipeline = f"set -o pipefail; '{sys.executable}' -m summarize -b lead {'%s ' * 300}| head -n 1"
    files = tuple(f"'{path}'" for path in ARTICLES * 300)[:300]
    result = subprocess.run(["bash", "-c", pipeline % files], capture_output=True, check=False)
    assert (result.returncode, result.stderr) == (0, b"")
    assert result.stdout.count(b"\n") == 1


@pytest.mark.parametrize("jobs", [1, 2])
def test_35_a_script_of_the_same_name(tmp_path, jobs):
    script = Path(sysconfig.get_path("scripts")) / "summarize"
    if not script.exists():
        pytest.skip("the command is not installed")
    (tmp_path / "summarize.py").write_text("raise SystemExit('the wrong one')")
    (tmp_path / "a.txt").write_text("It rained.")
    result = subprocess.run(
        [script, "-b", "lead", "-j", str(jobs), "a.txt", "a.txt"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert result.stdout == b"==> a.txt <==\nIt rained.\n\n==> a.txt <==\nIt rained.\n"
    assert result.returncode == 0


def test_35_the_readme_says_what_hides_the_package():
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert "A `summarize.py` of your own in the current folder hides the package" in readme
