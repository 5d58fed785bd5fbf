"""One input that fails is one failure, whatever a backend does and however it is called."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

import summarize
from summarize import (
    BackendError,
    BackendLoadError,
    Document,
    DocumentTooLongError,
    EmptyDocumentError,
    Failure,
    Summarizer,
    Summary,
)
from summarize.backends.base import Draft
from summarize.evaluation import Article, Corpus, System, evaluate

posix = pytest.mark.skipif(os.name != "posix", reason="signals and exit codes are POSIX")


class Panic(BaseException):
    """As a Rust extension raises it."""


class Mute(Exception):
    def __str__(self):
        raise ValueError("nothing to say")


class Poisoned:
    """Rates sentences by their words; with "poison" in a text it does something else."""

    def score(self, documents):
        for document in documents:
            if "poison" in document.text:
                return self.poisoned(documents)
        return [self.rated(document) for document in documents]

    def rated(self, document):
        return [float(sentence.words) for sentence in document.sentences]

    def poisoned(self, documents):
        raise ValueError("cannot score this")


class Exits(Poisoned):
    def poisoned(self, documents):
        sys.exit(3)


class Panics(Poisoned):
    def poisoned(self, documents):
        raise Panic("index out of bounds")


class EndsTheGenerator(Poisoned):
    def poisoned(self, documents):
        raise GeneratorExit


class Stops(Poisoned):
    def poisoned(self, documents):
        raise StopIteration


class RunsOut(Poisoned):
    def poisoned(self, documents):
        raise MemoryError


class GoesDeep(Poisoned):
    def poisoned(self, documents):
        return self.poisoned(documents)


class IsMute(Poisoned):
    def poisoned(self, documents):
        raise Mute


class Loses(Poisoned):
    def poisoned(self, documents):
        return [self.rated(document) for document in documents][1:]


class ReturnsNone(Poisoned):
    def poisoned(self, documents):
        return None


class ReturnsWords(Poisoned):
    def poisoned(self, documents):
        return [["much" for _ in document.sentences] for document in documents]


class ReturnsHuge(Poisoned):
    def poisoned(self, documents):
        return [[10**400 for _ in document.sentences] for document in documents]


class ReturnsLazily(Poisoned):
    def poisoned(self, documents):
        return ([1 / 0 for _ in document.sentences] for document in documents)


class ChoosesTooMuch(Poisoned):
    def score(self, documents):
        return [self.rated(document) for document in documents]

    def selector(self, document, scores, length):
        return list(range(4)) if "poison" in document.text else [0]


class Dies(Poisoned):
    def poisoned(self, documents):
        os._exit(9)


FAULTY = [
    Poisoned,
    Exits,
    Panics,
    EndsTheGenerator,
    Stops,
    RunsOut,
    GoesDeep,
    IsMute,
    Loses,
    ReturnsNone,
    ReturnsWords,
    ReturnsHuge,
    ReturnsLazily,
    ChoosesTooMuch,
]
TEXTS = [f"Report {i} came. The river rose. It fell. Boats left early." for i in range(12)]
TEXTS[7] += " poison"


def assert_one_failure(results, texts=TEXTS):
    assert len(results) == len(texts)
    assert [i for i, each in enumerate(results) if isinstance(each, Failure)] == [7]
    failure = results[7]
    assert failure.index == getattr(failure.error, "index", 7) == 7
    return failure


@pytest.mark.parametrize("backend", FAULTY)
def test_one_text_fails_alone(backend):
    results = list(Summarizer(backend()).summarize_many(TEXTS, sentences=1, errors="yield"))
    failure = assert_one_failure(results)
    assert isinstance(failure.error, BackendError | BackendLoadError)
    assert repr(backend.__name__) in str(failure.error)
    with pytest.raises(type(failure.error)):
        Summarizer(backend()).summarize(TEXTS[7], sentences=1)
    stream = Summarizer(backend()).summarize_many(TEXTS, sentences=1)
    assert [next(stream) for _ in range(7)] == results[:7]
    with pytest.raises(type(failure.error)):
        next(stream)


def test_what_a_backend_raises_is_kept_as_the_cause():
    with pytest.raises(BackendError, match=r"ValueError: cannot score this \(test_failures") as e:
        Summarizer(Poisoned()).summarize(TEXTS[7])
    assert (e.value.name, e.value.kind, e.value.index) == ("Poisoned", "ValueError", None)
    assert isinstance(e.value.__cause__, ValueError)
    [failure] = Summarizer(RunsOut()).summarize_many([TEXTS[7]], errors="yield")
    assert failure.kind == "MemoryError"


def test_an_interrupt_is_no_failure():
    class Interrupted(Poisoned):
        def poisoned(self, documents):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(Summarizer(Interrupted()).summarize_many(TEXTS, errors="yield"))


def test_texts_that_are_none_are_failures_of_their_own():
    texts = ["It rained.", " ", None, "Snow fell.", 3]
    results = list(Summarizer("lead").summarize_many(texts, errors="yield"))
    kinds = [getattr(each, "kind", "") for each in results]
    assert kinds == ["", "EmptyDocumentError", "TypeError", "", "TypeError"]
    assert "document 1 of the batch" in str(results[1].error)
    assert isinstance(results[1].alone, EmptyDocumentError)
    assert str(results[1].alone) == str(EmptyDocumentError())
    assert "texts[2]" in str(results[2].error)


def test_too_long_for_the_backend_is_a_failure_with_its_place():
    texts = ["It rained. " * 3, "It rained. " * 300, "Snow fell."]
    results = list(Summarizer("kl").summarize_many(texts, errors="yield"))
    assert [isinstance(each, Failure) for each in results] == [False, True, False]
    assert isinstance(results[1].error, DocumentTooLongError)
    assert results[1].error.index == 1


@pytest.mark.parametrize("errors", ["ignore", None, []])
def test_errors_is_one_of_two(errors):
    with pytest.raises(ValueError, match="errors="):
        Summarizer("lead").summarize_many(TEXTS, errors=errors)


class Records:
    """A backend that writes, and notes how many texts it was given."""

    window = 100

    def __init__(self):
        self.sizes = []

    def count(self, texts):
        return [len(text.split()) for text in texts]

    def generate(self, texts, length):
        self.sizes.append(len(texts))
        return [Draft(text) for text in texts]


def test_the_batch_size_of_an_evaluation_reaches_the_backend():
    backend = Records()
    articles = tuple(Article(str(i), f"Report {i} came.", ("It came.",)) for i in range(100))
    evaluate(Corpus("c", articles), [System(backend)], batch_size=100)
    assert backend.sizes == [100]


def test_long_texts_make_small_batches():
    sizes = []

    class Sizes(Poisoned):
        def score(self, documents):
            sizes.append(len(documents))
            return super().score(documents)

    texts = ["It rained a lot. " * 20_000] * 5 + ["It rained."] * 70
    list(Summarizer(Sizes()).summarize_many(texts, sentences=1))
    assert sizes == [2, 2, 64, 7]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"window": 0}, "window"),
        ({"window": "many"}, "window"),
        ({"window": property(lambda self: 1 / 0)}, "ZeroDivisionError"),
        ({"count": lambda self, texts: [1, 2, 3]}, "3 counts for 1 texts"),
        ({"count": lambda self, texts: ["many"]}, "counts of tokens"),
        ({"count": lambda self, texts: sys.exit()}, "SystemExit"),
        ({"generate": lambda self, texts, length: []}, "0 drafts for 1 documents"),
        ({"generate": lambda self, texts, length: ["x"]}, "something else than drafts"),
        ({"generate": lambda self, texts, length: [Draft(None)]}, "something else than drafts"),
        ({"generate": lambda self, texts, length: None}, "NoneType"),
    ],
)
def test_a_broken_writer_is_named(change, reason):
    with pytest.raises((BackendError, BackendLoadError), match=reason) as caught:
        Summarizer(type("Broken", (Records,), change)()).summarize("It rained.")
    assert caught.value.name == "Broken"


@pytest.mark.parametrize(
    ("chosen", "length", "reason"),
    [
        ([0, 1, 2, 3], {"sentences": 1}, "4 sentences where at most 1"),
        ([0, 1], {"words": 5}, "7 words where at most 5"),
        ([2], {"words": 2}, "6 words where at most 2"),
        ([0, 1], {"ratio": 0.2}, "words where at most 2"),
        ([1, 0], {}, r"\[1, 0\] of 4 sentences"),
        ([0, 0], {}, r"\[0, 0\]"),
        ([-1], {}, r"\[-1\]"),
        ([0.0], {}, r"\[0.0\]"),
        (None, {}, "None"),
    ],
)
def test_a_selector_cannot_break_the_length(chosen, length, reason):
    class Chooses(Poisoned):
        def selector(self, document, scores, length):
            return chosen

    text = "It rained all night. The river rose. Nobody was hurt at all here. Gone."
    with pytest.raises(BackendLoadError, match=reason) as caught:
        Summarizer(Chooses()).summarize(text, **(length or {"sentences": 3}))
    assert caught.value.name == "Chooses"


def test_a_selector_may_choose_the_one_sentence_that_is_too_long():
    class Chooses(Poisoned):
        def selector(self, document, scores, length):
            return [0]

    summary = Summarizer(Chooses()).summarize("It rained. It snowed all day.", words=1)
    assert summary == "It rained."
    assert summary.over_length


def test_what_fails_in_closing_is_a_warning():
    class FailsInClosing(Poisoned):
        def close(self):
            sys.exit(1)

    expected = pytest.warns(UserWarning, match="closing: backend 'FailsInClosing' failed: System")
    with expected, Summarizer(FailsInClosing()) as summarizer:
        assert summarizer.summarize("It rained.") == "It rained."


# --- Several processes --------------------------------------------------------------------------


@posix
def test_jobs_give_what_one_process_gives():
    for backend in (Exits(), RunsOut(), ReturnsNone()):
        summarizer = Summarizer(backend)
        alone = list(summarizer.summarize_many(TEXTS, sentences=1, errors="yield", batch_size=2))
        jobs = list(
            summarizer.summarize_many(TEXTS, sentences=1, errors="yield", batch_size=2, jobs=2)
        )
        assert [str(each) for each in jobs] == [str(each) for each in alone]
        assert_one_failure(jobs)
        assert all(isinstance(each, Summary) for i, each in enumerate(jobs) if i != 7)


@posix
def test_a_text_with_which_processes_die_is_one_failure():
    results = list(Summarizer(Dies()).summarize_many(TEXTS, errors="yield", batch_size=4, jobs=2))
    failure = assert_one_failure(results)
    assert failure.kind == "ProcessDied"
    assert "exit status 9" in str(failure.error)


class DiesOnce(Poisoned):
    def __init__(self, mark):
        self.mark = mark

    def poisoned(self, documents):
        if not os.path.exists(self.mark):
            open(self.mark, "w").close()
            os.kill(os.getpid(), signal.SIGKILL)
        return [self.rated(document) for document in documents]


@posix
def test_a_process_that_is_killed_loses_nothing(tmp_path):
    summarizer = Summarizer(DiesOnce(str(tmp_path / "mark")))
    results = list(summarizer.summarize_many(TEXTS, sentences=1, batch_size=4, jobs=2))
    assert results == list(summarizer.summarize_many(TEXTS, sentences=1))


def test_documents_go_to_other_processes_too():
    documents = [Document.from_text(text) for text in TEXTS[:4]]
    summarizer = Summarizer("lead")
    assert list(summarizer.summarize_many(documents, jobs=2, batch_size=2)) == list(
        map(summarizer, documents)
    )


# --- The command line ---------------------------------------------------------------------------

SLOW_SCORING = """
import os, time
import summarize.workers.pool as pool
pool._START_UP = -1.0
import summarize.evaluation.measuring as measuring
call = measuring.Measure.__call__
def slow(self, output):
    os.write(2, b"scoring\\n")
    time.sleep(0.05)
    return call(self, output)
measuring.Measure.__call__ = slow
"""


@posix
@pytest.mark.parametrize("wait", [1, 230], ids=["alone", "in processes"])
def test_evaluate_is_interrupted_while_it_scores(tmp_path, wait):
    (tmp_path / "sitecustomize.py").write_text(SLOW_SCORING)
    records = [{"id": i, "article": f"It rained {i}.", "summary": "Rain."} for i in range(2000)]
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text("".join(f"{json.dumps(record)}\n" for record in records))
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in the background
    process = subprocess.Popen(
        [sys.executable, "-m", "summarize", "evaluate", str(corpus), "-b", "lead", "-j", "2"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    signal.signal(signal.SIGINT, before)
    for _ in range(wait):
        assert process.stderr.readline() == b"scoring\n"
    os.killpg(process.pid, signal.SIGINT)
    begin = time.monotonic()
    out, err = process.communicate(timeout=20)
    assert time.monotonic() - begin < 2
    assert (process.returncode, out) == (130, b"")
    assert set(err.splitlines()) <= {b"scoring"}


NOISY = """
import os
import summarize.backends.lead as lead
score = lead.Lead.score
def noisy(self, documents):
    print("noise")
    os.write(1, b"low noise\\n")
    return score(self, documents)
lead.Lead.score = noisy
"""


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_what_a_backend_prints_is_no_answer(tmp_path, jobs):
    (tmp_path / "sitecustomize.py").write_text(NOISY)
    names = [f"{number}.txt" for number in range(3)]
    for name in names:
        (tmp_path / name).write_text("It rained.")
    result = subprocess.run(
        [sys.executable, "-m", "summarize", "-b", "lead", "--json", "-j", jobs, *names],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        check=True,
    )
    assert [json.loads(line)["path"] for line in result.stdout.splitlines()] == names
    assert result.stderr.count(b"low noise") == 3
    assert result.stderr.count(b"noise") == 6


def test_the_library_says_what_failed():
    assert summarize.Failure is Failure
    assert summarize.BackendError is BackendError
