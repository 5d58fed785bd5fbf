"""One summariser in many threads and processes gives what it gives in one."""

import multiprocessing
import pickle
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

import summarize
from summarize import Document, Summarizer

ARTICLES = sorted((Path(__file__).parents[1] / "benchmarks" / "articles").glob("*.txt"))
TEXTS = [path.read_text(encoding="utf-8") for path in ARTICLES[:12]]
EXTRACTIVE = [info.name for info in summarize.available_backends() if info.kind == "extractive"]
THREADS = 16


def bart(tiny_bart, engine="torch"):
    return Summarizer(
        "bart", model=tiny_bart.folder, engine=engine, dtype="float32", device="cpu", num_beams=1
    )


def in_threads(summarizer, texts):
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(summarizer, texts))


@pytest.mark.parametrize("backend", ["newsrank", "textrank"])
def test_sixteen_threads(backend):
    texts = TEXTS * 8
    summarizer = Summarizer(backend)
    assert in_threads(summarizer, texts) == [summarizer(text) for text in TEXTS] * 8


@pytest.mark.parametrize("engine", ["torch", "ctranslate2"])
def test_sixteen_threads_for_bart(tiny_bart, engine):
    pytest.importorskip(engine)
    texts = [text[:300] for text in tiny_bart.texts] * 2
    with bart(tiny_bart, engine) as summarizer:
        alone = [summarizer(text) for text in texts[: len(texts) // 2]]
        assert in_threads(summarizer, texts) == alone * 2


def test_sixteen_threads_share_a_document():
    document = Document.from_text(TEXTS[0])
    summarizers = [Summarizer(backend) for backend in EXTRACTIVE]
    expected = [summarizer(document) for summarizer in summarizers]
    with ThreadPoolExecutor(THREADS) as pool:
        calls = [pool.submit(each, document) for _ in range(4) for each in summarizers]
        assert [call.result() for call in calls] == expected * 4


@pytest.mark.parametrize("backend", EXTRACTIVE)
def test_a_summarizer_pickles_by_its_options(backend):
    summarizer = Summarizer(backend)
    data = pickle.dumps(summarizer)
    assert len(data) < 300  # the name and the options, not what was loaded
    twin = pickle.loads(data)
    assert (twin.name, twin.options) == (summarizer.name, summarizer.options)
    assert twin(TEXTS[0]) == summarizer(TEXTS[0])


def test_a_summarizer_with_a_model_pickles_by_its_options(tiny_bart):
    with bart(tiny_bart) as summarizer:
        data = pickle.dumps(summarizer)
        assert len(data) < 1000
        with pickle.loads(data) as twin:
            assert twin(tiny_bart.texts[0][:300]) == summarizer(tiny_bart.texts[0][:300])


@pytest.mark.parametrize("backend", ["newsrank", "textrank"])
def test_spawn(backend):
    summarizer = Summarizer(backend)
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        summaries = list(pool.map(summarizer, TEXTS[:4], chunksize=2))
    assert summaries == [summarizer(text) for text in TEXTS[:4]]
    assert [summary.to_dict()["sentences"] for summary in summaries] == [
        summarizer(text).to_dict()["sentences"] for text in TEXTS[:4]
    ]


def test_spawn_with_a_model(tiny_bart):
    text = tiny_bart.texts[0][:300]
    spawn = multiprocessing.get_context("spawn")
    with bart(tiny_bart) as summarizer, ProcessPoolExecutor(1, spawn) as pool:
        assert pool.submit(summarizer, text).result() == summarizer(text)


FORK = """
import multiprocessing, sys, warnings
import summarize

def work(text):
    return str(summarizer(text))

text = open(sys.argv[1], encoding="utf-8").read()
summarizer = summarize.Summarizer({backend!r}, **{options!r})
before = work(text) if {used} else None
with multiprocessing.get_context("fork").Pool(2) as pool:
    forked = pool.map(work, [text] * 4)
assert "torch" not in sys.modules or {backend!r} == "bart"
assert set(forked) == {{before or work(text)}}, forked
print("alike")
"""


def forked(backend, options, text, tmp_path, used=True):
    path = tmp_path / "text.txt"
    path.write_text(text, encoding="utf-8")
    script = FORK.format(backend=backend, options=options, used=used)
    return subprocess.run(
        [sys.executable, "-c", script, path], capture_output=True, check=False, timeout=60
    )


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="fork is safe only on Linux")
@pytest.mark.parametrize("backend", ["newsrank", "textrank"])
def test_fork(backend, tmp_path):
    result = forked(backend, {}, TEXTS[0], tmp_path)
    assert (result.stdout, result.stderr) == (b"alike\n", b"")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="fork is safe only on Linux")
def test_fork_before_torch_has_worked(tiny_bart, tmp_path):
    options = {
        "model": str(tiny_bart.folder),
        "engine": "torch",
        "dtype": "float32",
        "num_beams": 1,
    }
    result = forked("bart", options, tiny_bart.texts[0][:300], tmp_path, used=False)
    assert result.stdout == b"alike\n", result.stderr.decode()
