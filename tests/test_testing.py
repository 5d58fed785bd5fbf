"""Each check of the public contract suite fails on a backend that is broken for it."""

import logging
import os
import random
import signal
import subprocess
import sys
import time
import warnings

import numpy as np
import pytest

import summarize
from summarize import DocumentTooLongError
from summarize.backends.base import Draft
from summarize.testing import CHECKS, Subject, check_backend

# Those that write need a model: tests/test_seq2seq.py.
BACKENDS = [
    info.name
    for info in summarize.available_backends()
    if info.installed and info.kind == "extractive"
]


@pytest.mark.parametrize("backend", BACKENDS)
def test_our_backends_keep_the_contract(backend):
    check_backend(backend)


class Sound:
    """Keeps the contract; the broken ones below each change one thing."""

    def score(self, documents):
        return [self.rate(document) for document in documents]

    def rate(self, document):
        return [float(sentence.words) for sentence in document.sentences]


class TooFew(Sound):
    def score(self, documents):
        return super().score(documents)[:1]


class WrongOrder(Sound):
    def score(self, documents):
        return super().score(documents)[::-1]


class OneScoreShort(Sound):
    def rate(self, document):
        return super().rate(document)[1:]


class NotFinite(Sound):
    def rate(self, document):
        return [float("inf")] * len(document.sentences)


class FailsWithoutWords(Sound):
    def rate(self, document):
        return [1 / sentence.words for sentence in document.sentences]


class FailsOnOneSentence(Sound):
    def rate(self, document):
        return [1 / (len(document.sentences) - 1)] * len(document.sentences)


class FailsOnRepeats(Sound):
    def rate(self, document):
        return [1.0] * len({sentence.text for sentence in document.sentences})


class FailsOnOtherScripts(Sound):
    def rate(self, document):
        document.text.encode("latin-1")
        return super().rate(document)


class FailsWithoutPunctuation(Sound):
    def rate(self, document):
        if not any(mark in document.text for mark in ".!。"):
            raise ValueError("no sentence end")
        return super().rate(document)


class FailsOnCapitals(Sound):
    def rate(self, document):
        return [1.0 for sentence in document.sentences if not sentence.text.isupper()]


class Slow(Sound):
    def rate(self, document):
        if len(document.sentences) > 1000:
            time.sleep(0.3)
        return super().rate(document)


class Unsteady(Sound):
    calls = 0

    def rate(self, document):
        self.calls += 1
        return [self.calls] * len(document.sentences)


class DependsOnTheBatch(Sound):
    def score(self, documents):
        return [[len(documents)] * len(document.sentences) for document in documents]


class ChangesItsInput(Sound):
    def score(self, documents):
        documents.append(documents[0])
        return super().score(documents[:-1])


class ChangesADocument(Sound):
    def rate(self, document):
        object.__setattr__(document, "text", document.text.upper())
        return super().rate(document)


class SeedsRandom(Sound):
    def rate(self, document):
        random.seed(time.perf_counter_ns())
        return super().rate(document)


class SeedsNumPy(Sound):
    def rate(self, document):
        np.random.seed(time.perf_counter_ns() % 2**32)
        return super().rate(document)


class SetsTheEnvironment(Sound):
    def rate(self, document):
        os.environ["SUMMARIZE_TEST"] = str(time.perf_counter_ns())
        return super().rate(document)


class ChangesDirectory(Sound):
    def rate(self, document):
        os.chdir(os.path.dirname(os.getcwd()))
        return super().rate(document)


class SetsLogging(Sound):
    def rate(self, document):
        logging.getLogger().setLevel(logging.getLogger().level + 1)
        return super().rate(document)


class Warns(Sound):
    def rate(self, document):
        warnings.warn("noise", stacklevel=1)
        return super().rate(document)


class FiltersWarnings(Sound):
    def rate(self, document):
        warnings.simplefilter("ignore")
        return super().rate(document)


class ReturnsNothing(Sound):
    def score(self, documents):
        return None


class ReturnsAGenerator(Sound):
    def score(self, documents):
        return (row for row in super().score(documents))


class ReturnsStrings(Sound):
    def rate(self, document):
        return ["1.0" for _ in document.sentences]


class ShortOnUnusualTexts(Sound):
    def score(self, documents):
        return [] if documents[0].words < 3 else super().score(documents)


class ChoosesNothing(Sound):
    def selector(self, document, scores, length):
        return []


class ChoosesWhatIsNotThere(Sound):
    def selector(self, document, scores, length):
        return [99]


class ChoosesAll(Sound):
    def selector(self, document, scores, length):
        return list(range(len(document.sentences)))


class ChoosesAtRandom(Sound):
    calls = 0

    def selector(self, document, scores, length):
        self.calls += 1
        return [self.calls % len(document.sentences)]


class ChangesScores(Sound):
    def selector(self, document, scores, length):
        scores[0] = 99.0
        return [0]


class ChoosesWithoutWordsOnly(Sound):
    def selector(self, document, scores, length):
        return [i for i, s in enumerate(document.sentences) if s.words][: length.sentences or 1]


class SeedsWhenMade(Sound):
    def __init__(self):
        random.seed(7)


class PrintsWhenMade(Sound):
    def __init__(self):
        print("loading")  # noqa: T201


class PrintsOnce(Sound):
    printed = False

    def rate(self, document):
        if not self.printed:
            print("warming up")  # noqa: T201
        self.printed = True
        return super().rate(document)


class SeedsTorch(Sound):
    def rate(self, document):
        torch = pytest.importorskip("torch")
        torch.manual_seed(time.perf_counter_ns())
        return super().rate(document)


class SetsTorchThreads(Sound):
    threads = 2

    def rate(self, document):
        torch = pytest.importorskip("torch")
        self.threads = 5 - self.threads
        torch.set_num_threads(self.threads)
        return super().rate(document)


class DependsOnHashes(Sound):
    def rate(self, document):
        return [float(hash(sentence.text) % 1000) for sentence in document.sentences]


class ChangesMetadata(Sound):
    def rate(self, document):
        document.metadata["seen"] = "yes"
        return super().rate(document)


class ClosesOnce(Sound):
    file = None

    def close(self):
        if self.file == "closed":
            raise ValueError("closed already")
        self.file = "closed"


class RowsOfAnother(Sound):
    """Swaps the rows of documents of as many sentences."""

    def score(self, documents):
        rows = super().score(documents)
        by_size = {}
        for index, row in enumerate(rows):
            by_size.setdefault(len(row), []).append(index)
        for indices in by_size.values():
            swapped = [rows[index] for index in reversed(indices)]
            for index, row in zip(indices, swapped, strict=True):
                rows[index] = row
        return rows


class RemembersBySize(Sound):
    """Takes what it has seen of one document for another of as many sentences."""

    def __init__(self):
        self.seen = {}

    def rate(self, document):
        row = self.seen.setdefault(len(document.sentences), super().rate(document))
        return list(row)


class EnglishOnly(Sound):
    def rate(self, document):
        return {"en": super().rate(document)}[document.language]


class DeepRecursion(Sound):
    def rate(self, document):
        def deep(n):
            return [] if n == 0 else [1.0, *deep(n - 1)]

        return deep(len(document.sentences))


class Exits(Sound):
    def rate(self, document):
        raise SystemExit(3)


class TypeErrors(Sound):
    def rate(self, document):
        return len(document)


class Refuses(Sound):
    def rate(self, document):
        raise DocumentTooLongError("x", 3, 1, "sentences", "shorten it")


class ScoresAreComplex(Sound):
    def rate(self, document):
        return [1j for _ in document.sentences]


class ScoresAreHuge(Sound):
    def rate(self, document):
        return [10**400 for _ in document.sentences]


class ReturnsADict(Sound):
    def rate(self, document):
        return dict.fromkeys(range(len(document.sentences)), 1.0)


class SetsTheRecursionLimit(Sound):
    def rate(self, document):
        sys.setrecursionlimit(sys.getrecursionlimit() + 1)
        return super().rate(document)


class TakesSignals(Sound):
    def rate(self, document):
        signal.signal(signal.SIGTERM, lambda *_: None)
        return super().rate(document)


class ReplacesStandardOutput(Sound):
    def rate(self, document):
        sys.stdout = sys.stderr
        return super().rate(document)


class PrintsBelowPython(Sound):
    def rate(self, document):
        os.write(1, b"done")
        return super().rate(document)


class Prints(Sound):
    def rate(self, document):
        print("done")  # noqa: T201 - what is wrong with it
        return super().rate(document)


@pytest.fixture(autouse=True)
def _restored(monkeypatch):
    """What the broken backends change is put back."""
    monkeypatch.setenv("SUMMARIZE_TEST", "")
    directory, level, filters = os.getcwd(), logging.getLogger().level, list(warnings.filters)
    limit, handler = sys.getrecursionlimit(), signal.getsignal(signal.SIGTERM)
    torch = sys.modules.get("torch")
    threads = torch.get_num_threads() if torch else 0
    yield
    sys.setrecursionlimit(limit)
    signal.signal(signal.SIGTERM, handler)
    if torch:
        torch.set_num_threads(threads)
    os.chdir(directory)
    logging.getLogger().setLevel(level)
    warnings.filters[:] = filters


def test_a_sound_backend_passes():
    check_backend(Sound())


BROKEN = {
    TooFew: "one result a document",
    WrongOrder: "one score a sentence, in order",
    OneScoreShort: "one score a sentence",
    NotFinite: "finite scores",
    FailsWithoutWords: "for no words at all",
    FailsOnOneSentence: "for one sentence",
    FailsOnRepeats: "one score a sentence",
    FailsOnOtherScripts: "for non-ASCII text",
    FailsWithoutPunctuation: "for no punctuation|for one word",
    FailsOnCapitals: "one score a sentence",
    Slow: "2,000 sentences",
    Unsteady: "same input gives the same output",
    DependsOnTheBatch: "a batch gives what one by one gives",
    ChangesItsInput: "inputs are left as they were",
    ChangesADocument: "inputs are left as they were",
    SeedsRandom: "the random state",
    SeedsNumPy: "NumPy's random state",
    SetsTheEnvironment: "the environment",
    ChangesDirectory: "the working directory",
    SetsLogging: "logging",
    Warns: "no warnings",
    FiltersWarnings: "warning filters|no warnings",
    Prints: "nothing on standard output",
    PrintsBelowPython: "nothing on standard output",
    ReturnsNothing: "a list of results",
    ReturnsAGenerator: "a list of results",
    ReturnsStrings: "scores that are numbers",
    ShortOnUnusualTexts: "one result a document",
    ChoosesNothing: "a summary of",
    ChoosesWhatIsNotThere: "a summary of",
    ChoosesAll: "4 sentences where at most 1 were asked for.*a summary of",
    ChoosesAtRandom: "the same scores give the same choice",
    ChangesScores: "a summary of",
    ChoosesWithoutWordsOnly: "a summary of",
    PrintsOnce: "nothing on standard output",
    SeedsTorch: "torch's seed",
    SetsTorchThreads: "torch's threads",
    DependsOnHashes: "whatever PYTHONHASHSEED is: the document .* and ",
    ChangesMetadata: "inputs are left as they were: .*metadata was",
    ClosesOnce: r"closed already .*a second close\(\)",
    RowsOfAnother: "a batch gives what one by one gives: .* in a batch",
    RemembersBySize: "the same output in another process",
    EnglishOnly: "KeyError.*'ar'",
    DeepRecursion: "nested too deep",
    Exits: "SystemExit: 3",
    TypeErrors: "TypeError: object of type 'Document'",
    Refuses: "DocumentTooLongError: the document has 3 sentences",
    ScoresAreComplex: "scores that are numbers",
    ScoresAreHuge: "finite scores",
    ReturnsADict: "a sequence of scores",
    SetsTheRecursionLimit: "the recursion limit is left as it was: .* from 1",
    TakesSignals: "signal handling is left as it was: .*'SIGTERM' from",
    ReplacesStandardOutput: "nothing on standard output",
    SeedsWhenMade: "the random state is left as it was",
    PrintsWhenMade: "nothing on standard output",
}


@pytest.mark.parametrize(
    ("broken", "what"), BROKEN.items(), ids=lambda v: getattr(v, "__name__", "")
)
@pytest.mark.filterwarnings("default")
def test_a_broken_backend_is_found_out(broken, what):
    with pytest.raises(AssertionError, match=f"contract: .*({what})"):
        check_backend(broken(), seconds=0.2 if broken is Slow else 120)


def test_refusing_a_long_document_is_allowed():
    class Refuses(Sound):
        def rate(self, document):
            if len(document.sentences) > 100:
                raise DocumentTooLongError("x", 2000, 100, "sentences", "shorten it")
            return super().rate(document)

    check_backend(Refuses())


class Writer:
    window = 1000

    def count(self, texts):
        return [len(text.split()) + 2 for text in texts]

    def generate(self, texts, length):
        return [Draft(text[:20]) for text in texts]


def test_a_sound_abstractive_backend_passes():
    check_backend(Writer())


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"window": 0}, "positive window"),
        ({"count": lambda self, texts: [1]}, "one token count a text"),
        ({"count": lambda self, texts: [0.5 for _ in texts]}, "whole, positive token counts"),
        ({"generate": lambda self, texts, length: [Draft("") for _ in texts]}, "not empty"),
        (
            {"generate": lambda self, texts, length: [Draft(str(len(texts))) for _ in texts]},
            "a batch gives what one by one gives",
        ),
        (
            {"generate": lambda self, texts, length: [type("D", (), {"text": "x"}) for _ in texts]},
            "of the type Draft",
        ),
    ],
)
def test_a_broken_abstractive_backend_is_found_out(change, what):
    broken = type("Broken", (Writer,), change)
    with pytest.raises(AssertionError, match=f"contract: .*{what}"):
        check_backend(broken())


def test_every_check_is_shown_to_fail():
    def fails(check, broken):
        try:
            check(Subject(broken, "broken", seconds=0.2))
        except AssertionError:
            return True
        return False

    windowless = type("Windowless", (Writer,), {"window": 0})
    uncounted = type("Uncounted", (Writer,), {"count": lambda self, texts: [1]})
    unshown = [
        check.__name__
        for check in CHECKS
        if not any(fails(check, broken()) for broken in (*BROKEN, windowless, uncounted))
    ]
    assert unshown == []


def test_a_class_is_made_with_its_options():
    class Sized(Sound):
        def __init__(self, *, size):
            self.size = size

    check_backend(Sized, size=3)
    with pytest.raises(AssertionError, match=r"contract: .*TypeError.*making 'Sized'"):
        check_backend(Sized)
    with pytest.raises(AssertionError, match=r"the random state is left as it was: making"):
        check_backend(SeedsWhenMade)


def test_what_is_no_backend_is_told():
    with pytest.raises(AssertionError, match=r"contract: score\(\), or window"):
        check_backend(object())


def test_a_backend_of_a_script_itself(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "from summarize.testing import check_backend\n"
        "class Longest:\n"
        "    def score(self, documents):\n"
        "        return [[float(s.words) for s in each.sentences] for each in documents]\n"
        "check_backend(Longest)\n"
        "check_backend(Longest())\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
