"""The backend "newsrank": its contract, its network, and what it makes of texts."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import pytest

from summarize import Summarizer, summarize
from summarize.backends.newsrank import NewsRank
from summarize.backends.newsrank.backend import WEIGHTS
from summarize.backends.newsrank.features import FEATURES, Table, features, layout
from summarize.backends.newsrank.network import Network
from summarize.backends.newsrank.terms import Lexicon
from summarize.backends.newsrank.weights import archived, load
from summarize.document import Document
from summarize.errors import BackendLoadError
from summarize.selection import Diverse
from summarize.testing import check_backend

ARTICLES = sorted((Path(__file__).parents[1] / "benchmarks" / "articles").glob("*.txt"))

NEWS = (
    "The council of Port Ellery voted on Tuesday to close its harbour after engineers found "
    "cracks in the sea wall. Boats may leave until the end of May. The mayor, Ada Roe, said the "
    "walls were unsafe. “We have no choice,” she said. Repairs will cost $3.4 million, the council "
    "said. But nobody knows who will pay. The harbour opened in 1911. It has two cranes."
)
GERMAN = (
    "Der Stadtrat von Hamburg hat am Dienstag beschlossen, den alten Hafen zu schließen. "
    "Ingenieure hatten Risse in der Mauer des Hafens gefunden. Die Boote dürfen bis Ende Mai "
    "bleiben. Das ist schade. Die Arbeiten am Hafen kosten nach Angaben des Stadtrats drei "
    "Millionen Euro. Niemand weiß, wer sie bezahlt. Der Hafen wurde 1911 eröffnet."
)
SPANISH = (
    "El ayuntamiento de Cádiz decidió el martes cerrar el puerto viejo. Los ingenieros habían "
    "encontrado grietas en el muro del puerto. Los barcos pueden quedarse hasta finales de mayo. "
    "Es una pena. Las obras del puerto costarán tres millones de euros, según el ayuntamiento. "
    "Nadie sabe quién las pagará. El puerto se abrió en 1911."
)


# Of NEWS, with the weights in the package.
SCORES = (
    -1.0778903,
    -2.0148240,
    -2.0419651,
    -3.1721778,
    -2.3534560,
    -2.7215529,
    -2.2246913,
    -2.4563859,
)


@pytest.fixture(scope="module")
def newsrank():
    return NewsRank()


@pytest.mark.parametrize("style", ["auto", "highlights", "lead"])
def test_contract(style):
    check_backend("newsrank", style=style)


def test_it_is_a_built_in_with_its_own_selector(newsrank):
    assert isinstance(newsrank.selector, Diverse)
    assert Summarizer("newsrank").summarize(NEWS, sentences=1) == NEWS.partition(" Boats")[0]


def test_scores_are_logarithms_of_shares(newsrank):
    [scores] = newsrank.score([Document.from_text(NEWS)])
    assert np.exp(scores).sum() == pytest.approx(1.0)
    assert newsrank.score([]) == []


def test_scores_are_these_on_every_platform(newsrank):
    [scores] = newsrank.score([Document.from_text(NEWS)])
    assert scores == pytest.approx(SCORES, abs=1e-6)


def test_styles_differ(newsrank):
    document = Document.from_text(NEWS)
    [auto], [highlights], [lead] = (
        NewsRank(style=style).score([document]) for style in ("auto", "highlights", "lead")
    )
    assert highlights != lead
    assert auto not in (highlights, lead)


def test_an_unknown_style_is_refused():
    with pytest.raises(ValueError, match="style='bullets'"):
        NewsRank(style="bullets")


@pytest.mark.parametrize("content", [None, b"", b"no archive"])
def test_weights_that_are_none(tmp_path, content):
    path = tmp_path / "weights.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BackendLoadError, match=r"weights\.npz"):
        NewsRank(weights=path)


def test_weights_that_are_a_single_array_or_damaged(tmp_path):
    single, damaged = tmp_path / "single.npy", tmp_path / "weights.npz"
    np.save(single, np.zeros(3))
    content = bytearray(WEIGHTS.read_bytes())
    content[len(content) // 2] ^= 0xFF
    damaged.write_bytes(content)
    for path in (single, damaged):
        with pytest.raises(BackendLoadError, match=path.name):
            NewsRank(weights=path)


def test_an_archive_of_something_else(tmp_path):
    path = tmp_path / "weights.npz"
    np.savez(path, a=np.zeros(3))
    with pytest.raises(BackendLoadError, match="it names no format"):
        NewsRank(weights=path)


def test_no_pickles_are_loaded(tmp_path):
    path = tmp_path / "weights.npz"
    np.savez(path, stems=np.array([{}], dtype=object))
    with pytest.raises(BackendLoadError):
        NewsRank(weights=path)


def test_the_weights_are_small_and_plain():
    assert WEIGHTS.stat().st_size < 3_000_000
    arrays = load(WEIGHTS)
    assert all(array.dtype.kind in "fiu" for array in arrays.values())
    assert all(np.isfinite(array).all() for array in arrays.values())


def test_one_column_a_feature(newsrank):
    documents = [Document.from_text(text) for text in (NEWS, "* * * ...", GERMAN, "今日は雨だ。")]
    lexicon = Lexicon(["the", "harbour"])
    table = Table(["the", "harbour"], np.array([0.1, 5.0, 8.0]))
    places = layout(documents)
    found = features(documents, places, lexicon.terms(documents), table)
    assert found.matrix.shape == (len(places.document), sum(map(len, FEATURES.values())))
    assert np.isfinite(found.matrix).all()
    assert found.rows.max() == 2


def feature(name, text, **changes):
    names = [each for group in FEATURES.values() for each in group]
    documents = [replace(Document.from_text(text), **changes)]
    table = Table(["he", "but", "the"], np.array([1.0, 1.0, 0.1, 8.0]))
    terms = Lexicon(["he", "but", "the"]).terms(documents)
    matrix = features(documents, layout(documents), terms, table).matrix
    return matrix[:, names.index(name)].round(4).tolist()


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("place", [1, 0.5, 0.3333]),
        ("last", [0, 0, 1]),
        ("opens_quote", [0, 0, 1]),
        ("quotes", [0, 0, 2]),
        ("commas", [0, 1, 1]),
        ("asks", [0, 0, 0]),
        ("closed", [1, 1, 1]),
        ("opens_connective", [0, 1, 0]),
        ("opens_the", [1, 0, 0]),
        ("returns", [0.5031, 0, 0]),
        ("digits", [0, 0.2, 0]),
    ],
)
def test_features(name, values):
    text = "The river rose. But the river, 2 fell. “It was bad,” he said."
    assert feature(name, text) == values


def test_a_word_is_first_once_in_each_document():
    documents = [Document.from_text("Rain fell. Snow fell."), Document.from_text("Rain.")]
    lexicon, table = Lexicon(["rain"]), Table(["rain"], np.array([1.0, 8.0]))
    found = features(documents, layout(documents), lexicon.terms(documents), table)
    assert found.rows.tolist() == [0, 1, 1, 1, 0]
    assert found.first.tolist() == [True, True, True, False, True]


def test_new_words_are_those_not_seen_before():
    assert feature("new", "Rain fell. Rain fell. Snow fell.") == [1.0, 0.0, 0.5]


def test_words_of_other_languages_are_unknown():
    assert feature("unknown", "The he but.", language="de") == [1.0]
    assert feature("unknown", "The he but.") == [0.0]


@pytest.mark.parametrize(
    ("text", "language", "dull"), [(GERMAN, "de", "schade"), (SPANISH, "es", "pena")]
)
def test_other_languages(text, language, dull):
    summary = Summarizer("newsrank").summarize(text, sentences=2, language=language)
    assert summary.sentences[0].start == 0
    assert dull not in summary


def test_a_long_document_takes_little_time(newsrank):
    text = " ".join(f"Ward {n} of the town counted {n * 7 % 501} votes." for n in range(20_000))
    document = Document.from_text(text)
    start = time.perf_counter()
    [scores] = newsrank.score([document])
    assert time.perf_counter() - start < 5.0
    assert len(scores) == 20_000


def test_it_imports_numpy_sentencex_and_pystemmer_only():
    code = (
        "import sys; from summarize import Summarizer; Summarizer('newsrank')('It rained.');"
        "others = ('nltk', 'scipy', 'sumy', 'torch', 'sklearn', 'tqdm');"
        "print([name for name in others if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_network_is_what_its_docstring_says():
    arrays = load(WEIGHTS)
    network = Network(arrays)
    lexicon = Lexicon(arrays["stems"].tobytes().decode().split("\n"))
    table = Table(arrays["stems"].tobytes().decode().split("\n"), arrays["idf"].astype(float))
    documents = [Document.from_text(NEWS)]
    places, terms = layout(documents), lexicon.terms(documents)
    found = features(documents, places, terms, table)
    rows = found.rows
    ratings = [network.rate(found, terms, places, s) for s in ("highlights", "lead", "auto")]

    x = np.clip((found.matrix - arrays["mean"]) / arrays["deviation"], -4, 4)
    vectors = arrays["vectors"] * arrays["unit"].astype(float)
    parts = np.split(vectors[rows], np.cumsum(terms.counts)[:-1])
    e = np.array([part.mean(axis=0) for part in parts])
    o = np.array([part[0] for part in parts])
    v = vectors[rows].mean(axis=0)
    own = np.concatenate([x, e, o, e * v], axis=1) @ arrays["sentence"]
    context = np.concatenate([x.mean(axis=0), v]) @ arrays["document"]
    h = np.maximum(own + arrays["place"][: len(x)] + context, 0)
    zero = np.zeros((1, h.shape[1]))
    around = np.concatenate([h, np.vstack([zero, h[:-1]]), np.vstack([h[1:], zero])], axis=1)
    context = np.concatenate([h.mean(axis=0), h.max(axis=0)]) @ arrays["far_0"]
    h = h + np.maximum(around @ arrays["near_0"] + context + arrays["bias_0"], 0)
    y = h @ arrays["rating"]
    stems = list({row for row in rows if row < len(lexicon)})
    odds = arrays["style"][stems].sum() / np.sqrt(len(stems)) + arrays["style"][-1]
    t = 1 / (1 + np.exp(-odds))
    np.testing.assert_allclose(ratings[0], y[:, 0], atol=1e-5)
    np.testing.assert_allclose(ratings[1], y[:, 1], atol=1e-5)
    np.testing.assert_allclose(ratings[2], (1 - t) * y[:, 0] + t * y[:, 1], atol=1e-5)


def test_loaded_weights_are_kept_and_a_changed_file_is_read_again(tmp_path):
    from summarize.backends.newsrank import backend

    path = tmp_path / "weights.npz"
    arrays = load(backend.WEIGHTS)
    for factor in (1.0, 2.0):
        arrays["rating"] = arrays["rating"] * np.float32(factor)
        path.write_bytes(archived(arrays))
        os.utime(path, (factor, factor))
        first, second = NewsRank(weights=path), NewsRank(weights=path)
        assert first._network is second._network
    assert NewsRank()._network is NewsRank()._network is not first._network
    for number in range(6):
        (tmp_path / f"{number}.npz").write_bytes(archived(arrays))
        NewsRank(weights=tmp_path / f"{number}.npz")
    assert len(backend._kept) <= 4


def test_scores_are_the_same_whatever_is_beside_them():
    backend = NewsRank()
    documents = [Document.from_text(path.read_text(encoding="utf-8")) for path in ARTICLES]
    alone = [backend.score([document])[0] for document in documents]
    for batch in (backend.score(documents), backend.score(documents[::-1])[::-1]):
        for together, single in zip(batch, alone, strict=True):
            assert together == pytest.approx(single, rel=1e-12)


def test_words_without_end_are_not_remembered():
    backend = NewsRank()
    backend.score([Document.from_text("x" * 100_000 + " is a word. It is long.")])
    assert max(map(len, backend._lexicon._remembered["en"])) <= 50


@pytest.mark.parametrize("count", [3, 4, 5])
def test_a_sentence_that_only_cites_is_not_chosen(count):
    text = (
        "The court ruled for Moor Harbour on Tuesday. The town had not paid for its wall. Harrow, "
        "602 F.3d at 106. A claim accrues when payment is due and is not made. Anders v. Libby "
        "Inc., 477 U.S. 242, 248 (1986). The company asked for interest as well. See, e.g., Moor "
        "v. Lin, 602 F. Supp. 3d 100, 104 (S.D.N.Y. 2022). Each party bears its own costs."
    )
    assert "F.3d" not in str(summarize(text, sentences=count))
    assert "U.S." not in str(summarize(text, sentences=count))


# --- Weights that are not what this version computes with ----------------------------------------


def _damaged(arrays, name, change):
    return {**arrays, name: change(arrays[name])}


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("mean", lambda array: array[:-1], "'mean' is of shape"),
        ("sentence", lambda array: array.T.copy(), "is of shape"),
        ("vectors", lambda array: array[:-5], "'vectors' is of shape"),
        ("vectors", lambda array: array.ravel(), "no matrix"),
        ("idf", lambda array: array[:10], "'idf' is of shape"),
        ("rating", lambda array: array[:, :1], "'rating' is of shape"),
        ("near_0", lambda array: array[:3], "'near_0' is of shape"),
        ("place", lambda array: array * float("nan"), "'place' has values that are no numbers"),
        ("deviation", lambda array: array * 0, "'deviation' has values that are not above 0"),
        ("unit", lambda array: array.astype("U"), "no numbers"),
        ("sentence", lambda array: array.astype("float64"), "'sentence' is of type float64"),
        ("vectors", lambda array: array.astype("int16"), "'vectors' is of type int16"),
        ("stems", lambda array: array[:, None], "no array of bytes"),
        ("stems", lambda array: np.where(array == array[0], 255, array), "not UTF-8"),
        ("format", lambda array: array[:-1], "its format is 'newsrank weight', not"),
        (
            "version",
            lambda array: array + 1,
            "it is of version 2, and this package reads version 1",
        ),
        ("version", lambda array: array[None], "its version is no number"),
        ("features", lambda array: array[::-1], "it was fitted on other features"),
        ("features", lambda array: array[:-4], "it was fitted on other features"),
        ("redundancy", lambda array: array[:2], "'redundancy' is of shape"),
    ],
)
def test_weights_of_another_form_are_one_error(tmp_path, name, change, message):
    with np.load(WEIGHTS) as archive:
        arrays = dict(archive)
    path = tmp_path / "own.npz"
    np.savez(path, **_damaged(arrays, name, change))
    with pytest.raises(BackendLoadError, match=message) as caught:
        Summarizer("newsrank", weights=path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("name", ["version", "features", "stems", "style", "far_0", "bias_0"])
def test_weights_that_lack_an_array_are_one_error(tmp_path, name):
    with np.load(WEIGHTS) as archive:
        arrays = {key: archive[key] for key in archive.files if key != name}
    np.savez(tmp_path / "own.npz", **arrays)
    with pytest.raises(BackendLoadError, match=f"it has no '{name}'"):
        Summarizer("newsrank", weights=tmp_path / "own.npz")


def test_weights_of_before_there_was_a_format_are_refused_with_the_way_out(tmp_path):
    np.savez(tmp_path / "old.npz", **load(WEIGHTS))
    with pytest.raises(BackendLoadError, match="'summarize fit' makes weights anew") as caught:
        Summarizer("newsrank", weights=tmp_path / "old.npz")
    assert "an older version" in str(caught.value)
    assert "old.npz" in str(caught.value)


def test_an_array_that_nobody_knows_is_refused(tmp_path):
    with pytest.raises(ValueError, match="it has 'more', which"):
        archived({**load(WEIGHTS), "more": np.zeros(3)})


def test_a_file_among_the_weights_that_is_no_array_is_told(tmp_path):
    path = tmp_path / "own.npz"
    with ZipFile(WEIGHTS) as before, ZipFile(path, "w", ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(name, b"text" if name == "stems.npy" else before.read(name))
    with pytest.raises(ValueError, match="'stems' is no array"):
        load(path)
    with pytest.raises(BackendLoadError, match="no weights in"):
        NewsRank(weights=path)


def test_weights_cut_or_changed_anywhere_are_one_error_or_the_same_weights(tmp_path):
    content = WEIGHTS.read_bytes()
    right = load(WEIGHTS)
    path = tmp_path / "own.npz"
    for number in range(60):
        place = number * len(content) // 60 + number
        damaged = content[:place] if number % 2 else bytearray(content)
        if not number % 2:
            damaged[place] ^= 1 << number % 8
        path.write_bytes(damaged)
        try:
            found = load(path)
        except ValueError:
            continue
        assert found.keys() == right.keys()
        assert all(np.array_equal(found[name], right[name]) for name in right)


def test_an_archive_that_unpacks_to_more_than_weights_have_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("summarize.backends.newsrank.weights._LARGEST", 1 << 26)
    path = tmp_path / "own.npz"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive, archive.open("a.npy", "w") as file:
        for _ in range(100):
            file.write(bytes(1 << 20))
    with pytest.raises(BackendLoadError, match=r"unpacks to 0\.1 GB"):
        NewsRank(weights=path)


# --- Documents that are rated in parts ------------------------------------------------------------


def test_a_long_document_is_rated_in_parts_that_know_their_places(monkeypatch):
    from summarize.backends.newsrank import backend as module
    from summarize.backends.newsrank import features as seen

    text = " ".join(path.read_text(encoding="utf-8") for path in ARTICLES)
    document = Document.from_text(text)
    backend = NewsRank()
    [whole] = backend.score([document])
    monkeypatch.setattr(module, "_SURELY_WHOLE", 100)
    assert backend.score([document]) == [whole]
    monkeypatch.setattr(seen, "_LARGEST_PART", 300)
    found = list(seen.parts(document))
    assert len(found) > 3
    assert [s for part, _ in found for s in part.sentences] == list(document.sentences)
    places = np.concatenate([layout.place for _, layout in found])
    assert places.tolist() == list(range(len(document.sentences)))
    starts = [int(layout.place[0]) for _, layout in found]
    assert [layout.before for _, layout in found] == [
        sum(sentence.words for sentence in document.sentences[:start]) for start in starts
    ]
    short = Document.from_text(NEWS)
    rated = backend.score([short, document, short])
    assert rated[0] == rated[2] == pytest.approx(SCORES, abs=1e-6)
    assert sum(np.exp(rated[1])) == pytest.approx(1)
    assert np.corrcoef(rated[1], whole)[0, 1] > 0.7
    chosen = [0, len(document.sentences) - 1, starts[1]]
    explained = backend.explain(document, chosen)
    assert [set(parts) for parts in explained] == [set(FEATURES)] * 3
    assert explained[1:] == backend.explain(document, chosen[1:])


def test_what_holds_many_words_between_spaces_is_rated_in_parts(monkeypatch):
    from summarize.backends.newsrank import backend as module
    from summarize.backends.newsrank import features as seen

    document = Document.from_text(" ".join(["A" + "-a" * 500 + "."] * 60))
    backend = NewsRank()
    [whole] = backend.score([document])
    assert len(list(seen.parts(document))) == 1
    monkeypatch.setattr(module, "_LONG", 1_000)
    monkeypatch.setattr(seen, "_LARGEST_PART", 100)
    assert len(list(seen.parts(document))) > 2
    [rated] = backend.score([document])
    assert len(rated) == len(whole) == len(document.sentences)
