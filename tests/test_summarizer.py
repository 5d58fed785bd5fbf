import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

import pytest

import summarize
from summarize import (
    BackendLoadError,
    Document,
    DocumentTooLongError,
    EmptyDocumentError,
    GenerationError,
    Length,
    MissingDependencyError,
    Summarizer,
    UnknownBackendError,
)
from summarize.backends.base import Draft
from summarize.errors import TruncationWarning

ARTICLES = sorted((Path(__file__).parents[1] / "examples" / "articles").glob("*.txt"))
TEXT = "It rained all night. The river rose. Nobody was hurt at all. Boats left early."
BACKENDS = [info.name for info in summarize.available_backends() if info.kind == "extractive"]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_every_backend_on_real_articles(backend, path):
    text = path.read_text(encoding="utf-8").partition("\n")[2]
    summarizer = Summarizer(backend)
    for length in ({"sentences": 2}, {"words": 60}, {"ratio": 0.1}, {}):
        summary = summarizer.summarize(text, **length)
        starts = [sentence.start for sentence in summary.sentences]
        assert starts == sorted(starts)
        assert all(text[s.start : s.end] == s.text for s in summary.sentences)
        assert summary == " ".join(s.text for s in summary.sentences)
        assert len(summary.sentences) <= length.get("sentences", 3 if not length else 99)
        assert summary.words <= length.get("words", 10**9)
        assert summary.words <= length.get("ratio", 1) * summary.document_words
        assert not summary.over_length
        assert summary.backend == backend


@pytest.mark.parametrize("backend", BACKENDS)
def test_empty_documents_are_refused_alike(backend):
    for text in ("", " \n\t", "\ufeff"):
        with pytest.raises(EmptyDocumentError):
            summarize.summarize(text, backend=backend)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("text", ["One sentence here.", "Word", "!!! ... ???", "🙂", "6 × 7 = 42"])
def test_short_texts_come_back_whole(backend, text):
    assert summarize.summarize(text, backend=backend) == text


@pytest.mark.parametrize("backend", BACKENDS)
def test_repeated_sentences_are_picked_once(backend):
    summary = summarize.summarize("The river rose. " * 6, backend=backend)
    # The lead is always a beginning of the document, whatever it says.
    assert summary == ("The river rose. " * 3 if backend == "lead" else "The river rose.").strip()


def test_over_length():
    summary = summarize.summarize(TEXT, backend="lead", words=2)
    assert (summary, summary.over_length) == ("It rained all night.", True)


def test_a_document_is_taken_as_a_text_is():
    document = Document.from_text(TEXT)
    assert summarize.summarize(document, backend="lead") == summarize.summarize(
        TEXT, backend="lead"
    )
    assert list(Summarizer("lead").summarize_many([document, TEXT], sentences=1)) == [
        "It rained all night.",
        "It rained all night.",
    ]


class TestTypes:
    @pytest.mark.parametrize("texts", [[TEXT], (TEXT,), {TEXT}, (t for t in [TEXT])])
    def test_several_texts(self, texts):
        with pytest.raises(TypeError, match="summarize_many"):
            summarize.summarize(texts, backend="lead")

    @pytest.mark.parametrize("text", [None, 3, b"bytes"])
    def test_no_text(self, text):
        with pytest.raises(TypeError, match="must be a str or a Document"):
            summarize.summarize(text, backend="lead")

    @pytest.mark.parametrize("text", [TEXT, Document.from_text(TEXT)])
    def test_one_text_for_many(self, text):
        with pytest.raises(TypeError, match="use summarize for a single text"):
            Summarizer("lead").summarize_many(text)

    @pytest.mark.parametrize("texts", [None, 3])
    def test_nothing_iterable(self, texts):
        with pytest.raises(TypeError, match="iterable"):
            Summarizer("lead").summarize_many(texts)

    @pytest.mark.parametrize("bad", [None, 3, b"bytes", ["nested"]])
    def test_one_of_many_is_named(self, bad):
        with pytest.raises(TypeError, match=r"texts\[2\]"):
            list(Summarizer("lead").summarize_many([TEXT, TEXT, bad]))

    def test_the_backends_name(self):
        with pytest.raises(BackendLoadError, match="neither"):
            Summarizer(3)


def test_the_name_of_a_file_is_warned_of(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("article.txt").write_text(TEXT)
    with pytest.warns(UserWarning, match=r"summarize\.read\('article\.txt'\)"):
        summarize.summarize("article.txt", backend="lead")


class TestMany:
    def test_order_and_batches(self):
        texts = [f"Number {n} came. It went." for n in range(70)]
        expected = [f"Number {n} came." for n in range(70)]
        for batch_size in (1, 7, 32, 1000):
            many = Summarizer("textrank").summarize_many(texts, sentences=1, batch_size=batch_size)
            lead = Summarizer("lead").summarize_many(texts, sentences=1, batch_size=batch_size)
            assert list(lead) == expected
            assert list(many) == [Summarizer("textrank").summarize(t, sentences=1) for t in texts]

    def test_streams(self):
        taken = []

        def texts():
            for n in range(1000):
                taken.append(n)
                yield f"Number {n} came."

        summaries = Summarizer("lead").summarize_many(texts(), batch_size=4)
        assert next(summaries) == "Number 0 came."
        assert len(taken) == 4

    def test_mistakes_are_told_at_once(self):
        summarizer = Summarizer("lead")
        with pytest.raises(ValueError, match="sentences"):
            summarizer.summarize_many([TEXT], sentences=0)
        with pytest.raises(ValueError, match="language"):
            summarizer.summarize_many([TEXT], language="xx")
        with pytest.raises(ValueError, match="dateline"):
            summarizer.summarize_many([TEXT], dateline="x")
        for batch_size in (0, -1, True, 2.5, "8"):
            with pytest.raises(ValueError, match="batch_size"):
                summarizer.summarize_many([TEXT], batch_size=batch_size)

    @pytest.mark.parametrize("batch_size", [1, 2, 32])
    @pytest.mark.parametrize(
        ("bad", "error"),
        [(" ", EmptyDocumentError), (None, TypeError), ("Rain fell. " * 5, DocumentTooLongError)],
    )
    def test_an_error_loses_no_finished_summary(self, batch_size, bad, error):
        summarizer = Summarizer("kl", max_sentences=4)
        summaries = summarizer.summarize_many([TEXT, TEXT, bad, TEXT], batch_size=batch_size)
        assert next(summaries) == next(summaries) == summarizer(TEXT)
        with pytest.raises(error) as caught:
            next(summaries)
        assert getattr(caught.value, "index", 2) == 2

    def test_an_error_of_the_callers_own_loses_none_either(self):
        def texts():
            yield TEXT
            raise KeyError("source")

        summaries = Summarizer("lead").summarize_many(texts())
        assert next(summaries).startswith("It rained")
        with pytest.raises(KeyError, match="source"):
            next(summaries)

    def test_nothing(self):
        assert list(Summarizer("lead").summarize_many([])) == []

    def test_progress_goes_to_standard_error(self, capsys):
        list(Summarizer("lead").summarize_many([TEXT] * 3, progress=True))
        captured = capsys.readouterr()
        assert captured.out == ""
        assert "0/3" in captured.err


class TestBackends:
    def test_unknown(self):
        with pytest.raises(UnknownBackendError, match="did you mean 'textrank'") as caught:
            Summarizer("text-rank")
        assert caught.value.suggestion == "textrank"
        assert "lead" in caught.value.available
        with pytest.raises(UnknownBackendError) as caught:
            Summarizer("zzzz")
        assert caught.value.suggestion is None

    def test_unknown_option(self):
        with pytest.raises(TypeError, match="'lead' has no option 'x'; it has no options"):
            Summarizer("lead", x=1)
        with pytest.raises(
            TypeError, match="'kl' has no option 'limit'; its options are tokenizer"
        ):
            summarize.summarize(TEXT, backend="kl", limit=1)

    def test_missing_dependency(self, monkeypatch):
        monkeypatch.setattr("summarize.registry.find_spec", lambda name: None)
        monkeypatch.setitem(sys.modules, "sumy", None)  # another test may have imported it
        with pytest.raises(MissingDependencyError) as caught:
            Summarizer("textrank")
        assert caught.value.package == "sumy"
        assert caught.value.command == 'pip install "summarize"'
        installed = {info.name: info.installed for info in summarize.available_backends()}
        assert (installed["lead"], installed["textrank"]) == (True, False)

    def test_an_object_of_ones_own(self):
        class Last:
            closed = False

            def score(self, documents):
                return [range(len(document.sentences)) for document in documents]

            def close(self):
                self.closed = True

        backend = Last()
        with Summarizer(backend) as summarizer:
            summary = summarizer(TEXT, sentences=1)
            assert (summary, summary.backend) == ("Nobody was hurt at all.", "Last")
        assert backend.closed
        with pytest.raises(TypeError, match="has no option"):
            Summarizer(backend, x=1)

    @pytest.mark.parametrize(
        ("scores", "message"),
        [
            ([], "0 results for 1 documents"),
            ([[1.0]], "1 scores for 4 sentences"),
            ([[1.0, 2.0, float("nan"), 1.0]], "not finite"),
            (None, "rows of numbers"),
            ([None], "rows of numbers"),
            ([["1", "2", "3", "4"]], "rows of numbers"),
        ],
    )
    def test_broken_scores(self, scores, message):
        class Broken:
            def score(self, documents):
                return scores

        with pytest.raises(BackendLoadError, match=message):
            Summarizer(Broken()).summarize(TEXT)

    @pytest.mark.parametrize("chosen", [[], [99], [1, 0], [0, 0], [-1]])
    def test_a_broken_selector(self, chosen):
        class Broken:
            def score(self, documents):
                return [[0.0] * len(document.sentences) for document in documents]

            def selector(self, document, scores, length):
                return chosen

        with pytest.raises(BackendLoadError, match="a selector that chose"):
            Summarizer(Broken()).summarize(TEXT)

    def test_a_class_instead_of_an_object(self):
        with pytest.raises(TypeError, match=r"make one: Echo\(\)"):
            Summarizer(Echo)

    def test_a_selector_of_ones_own(self):
        class Ends:
            def score(self, documents):
                return [[0.0] * len(document.sentences) for document in documents]

            @staticmethod
            def selector(document, scores, length):
                return [0, len(document.sentences) - 1]

        assert Summarizer(Ends())(TEXT) == "It rained all night. Boats left early."


class Echo:
    """An abstractive backend that writes what it is told to."""

    window = 50

    def __init__(self, draft):
        self.draft = draft

    def count(self, texts):
        return [len(text.split()) for text in texts]

    def generate(self, texts, length):
        return [Draft(self.draft) for _ in texts]


class TestAbstractive:
    def test_whole_sentences_within_the_length(self):
        echo = Summarizer(Echo("Rain came. The river is up. All are well."))
        assert echo(TEXT, sentences=2) == "Rain came. The river is up."
        assert echo(TEXT, words=5) == "Rain came."
        assert echo(TEXT) == "Rain came. The river is up. All are well."
        assert echo(TEXT).sentences[0].start is None

    def test_over_length(self):
        summary = Summarizer(Echo("The river is up."))(TEXT, words=2)
        assert (summary, summary.over_length) == ("The river is up.", True)

    def test_never_longer_than_the_document(self):
        assert (
            Summarizer(Echo("The river rose by two metres."))("The river rose.")
            == "The river rose."
        )

    def test_never_empty(self):
        assert Summarizer(Echo(" "))(TEXT, sentences=1) == "It rained all night."

    def test_a_document_beyond_the_window_is_not_cut_in_silence(self):
        with pytest.warns(TruncationWarning, match="longer than its window"):
            summary = Summarizer(Echo("Rain."))("It rained. It stopped. " * 30)
        assert (summary.truncated, summary.read_fraction) == (True, 4 / 120)

    def test_one_draft_a_document(self):
        class Silent(Echo):
            def generate(self, texts, length):
                return []

        with pytest.raises(BackendLoadError, match="0 drafts for 1 documents"):
            Summarizer(Silent(""))(TEXT)

    def test_drafts_are_drafts(self):
        class Strings(Echo):
            def generate(self, texts, length):
                return list(texts)

        with pytest.raises(BackendLoadError, match="something else than drafts"):
            Summarizer(Strings(""))(TEXT)


@pytest.mark.parametrize("backend", BACKENDS)
def test_threads(backend):
    texts = [path.read_text(encoding="utf-8") for path in ARTICLES] * 4
    summarizer = Summarizer(backend)
    alone = [summarizer(text) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(summarizer, texts)) == alone


def test_pickles():
    twin = pickle.loads(pickle.dumps(Summarizer("kl", max_sentences=7)))
    assert (twin.name, twin.options, twin.backend.max_sentences) == ("kl", {"max_sentences": 7}, 7)
    assert repr(twin) == "Summarizer('kl', max_sentences=7)"
    twin = pickle.loads(pickle.dumps(Summarizer(Echo("Rain."))))
    assert twin(TEXT) == "Rain."


def test_same_summaries_in_any_process():
    script = (
        "import summarize, sys, pathlib; t = pathlib.Path(sys.argv[1]).read_text('utf-8')\n"
        "for b in sys.argv[2:]: print(summarize.summarize(t, backend=b))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script, str(ARTICLES[0]), *BACKENDS],
            check=True,
            capture_output=True,
            env={"PYTHONHASHSEED": seed, "PATH": ""},
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(outputs) == 1


class Told:
    """Asks for the documents, and fails with those whose title says so."""

    window = 1000

    def __init__(self):
        self.briefs = []

    def count(self, texts):
        return [len(text.split()) for text in texts]

    def generate(self, texts, length):
        raise AssertionError("generate_for is called in its place")

    def generate_for(self, briefs):
        self.briefs.extend(briefs)
        return [
            GenerationError("told", "it refused") if brief.document.title == "No" else Draft("Yes.")
            for brief in briefs
        ]


class TestBriefs:
    TEXT = "It rained in the night. The river rose by two metres."

    def test_a_backend_that_asks_is_given_the_document(self):
        backend = Told()
        document = Document.from_text(self.TEXT, language="de", title="Regen")
        assert Summarizer(backend).summarize(document, words=5) == "Yes."
        [brief] = backend.briefs
        assert (brief.document, brief.text, brief.length) == (document, self.TEXT, Length(words=5))

    def test_lengths_that_differ_go_together(self):
        backend = Told()
        texts = [self.TEXT, " ".join([self.TEXT] * 200)]
        with pytest.warns(TruncationWarning):
            assert len(list(Summarizer(backend).summarize_many(texts, ratio=0.5))) == 2
        assert [brief.length.to_dict() for brief in backend.briefs] == [
            {"ratio": 0.5},
            {"words": 1100},
        ]

    def test_what_fails_with_one_text_is_raised_when_its_turn_comes(self):
        texts = [Document.from_text(self.TEXT, title=title) for title in ("Yes", "No", "Yes")]
        done = []
        with pytest.raises(GenerationError, match="wrote no summary: it refused") as caught:
            done.extend(Summarizer(Told()).summarize_many(texts))
        assert (done, caught.value.index) == (["Yes."], 1)
        with pytest.raises(GenerationError):
            Summarizer(Told())(texts[1])

    @pytest.mark.parametrize("returned", [[], [Draft("Yes."), Draft("Yes.")], [None], ["Yes."]])
    def test_what_is_no_draft_is_refused(self, returned):
        backend = Told()
        backend.generate_for = lambda briefs: returned
        with pytest.raises(BackendLoadError, match="drafts"):
            Summarizer(backend)(self.TEXT)

    def test_keys_are_not_shown(self):
        options = {"api_key": "sk-secret", "url": "http://me:secret@host/v1"}
        summarizer = Summarizer(Told())
        summarizer.options = options
        assert "secret" not in repr(summarizer)
        assert "host/v1" in repr(summarizer)


def test_single_texts_in_processes_of_their_own():
    texts = ["It rained in the night. The river rose. Nobody was hurt.", "Snow fell. It melted."]
    with summarize.Summarizer("lead", jobs=2) as summarizer:
        assert repr(summarizer) == "Summarizer('lead', jobs=2)"
        alone = [summarize.summarize(text, backend="lead", sentences=1) for text in texts]
        assert [summarizer(text, sentences=1) for text in texts] == alone
        assert summarizer(summarize.Document.from_text(texts[0]), words=4) == alone[0]
        with pytest.raises(summarize.EmptyDocumentError, match=r"^the document is empty"):
            summarizer(" ")
        with pytest.raises(summarize.InvalidLengthError):
            summarizer(texts[0], sentences=0)
        there = pickle.loads(pickle.dumps(summarizer))  # which starts no processes of its own
        assert repr(there) == "Summarizer('lead')"
        assert list(summarizer.summarize_many(texts, sentences=1)) == alone
    with pytest.raises(RuntimeError, match="has been closed"):
        summarizer(texts[0])
    with pytest.raises(ValueError, match="jobs=0"):
        summarize.Summarizer("lead", jobs=0)


def test_jobs_that_make_no_sense_are_told_before_a_backend_is_loaded():
    with pytest.raises(ValueError, match="jobs='many'"):
        summarize.Summarizer("no-such-backend", jobs="many")


@pytest.mark.parametrize(("backend", "together"), [(Told(), False), ("lead", True)])
def test_only_what_is_rated_is_done_together(monkeypatch, backend, together):
    given = []
    monkeypatch.setattr(
        "summarize.summarizer.Crew", lambda *a, joins, **k: given.append(joins) or nullcontext()
    )
    Summarizer(backend, jobs=2)
    [joins] = given
    assert joins((None, "It rained.")) is together
    assert not joins((None, "It rained. " * 10_000))


@pytest.mark.parametrize("backend", ["newsrank", "textrank"])
@pytest.mark.parametrize("number", [-1, 4])
def test_there_is_nothing_to_explain_of_a_sentence_that_is_not_there(backend, number):
    with pytest.raises(IndexError, match=rf"{number}, and the document 4 sentences"):
        Summarizer(backend).explain(TEXT, [0, number])
