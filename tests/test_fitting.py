"""`summarize fit`: from articles to weights that newsrank takes."""

from __future__ import annotations

import gzip
import json
import random
import sys

import numpy as np
import pytest
from click.testing import CliRunner

from summarize import Summarizer
from summarize.backends.newsrank.features import Table, features, layout
from summarize.backends.newsrank.fitting.examples import Worth, vocabulary
from summarize.backends.newsrank.fitting.latent import latent_vectors
from summarize.backends.newsrank.fitting.settings import FitSettings
from summarize.backends.newsrank.fitting.style import fit_style
from summarize.backends.newsrank.network import Network
from summarize.backends.newsrank.style import log_odds
from summarize.backends.newsrank.terms import Lexicon
from summarize.cli.fitting import fit
from summarize.document import Document
from summarize.errors import CorpusError, MissingDependencyError, SummarizeError
from summarize.evaluation.corpus import Article, Corpus, read_corpus
from summarize.fitting import fit_weights, measure_weights

torch = pytest.importorskip("torch", reason="fitting needs PyTorch (extra: fit)")

WORDS = (
    "rain river bridge council vote town mayor harbour road storm police school fire wall".split()
)
SMALL = FitSettings(vector=4, hidden=8, seed=3)


@pytest.fixture(autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(False)  # the command turns it on


def story(number):
    pick = random.Random(number)
    return [f"The {' '.join(pick.choices(WORDS, k=9))} in {number}." for _ in range(12)]


def corpus(name="corpus", *, lines=2, articles=30):
    made = []
    for number in range(articles):
        sentences = story(number)
        joint = "\n" if lines > 1 else " "
        reference = joint.join([sentences[1], sentences[4]])
        made.append(Article(f"{name}-{number}", " ".join(sentences), (reference,)))
    return Corpus(name, tuple(made))


@pytest.fixture
def jsonl(tmp_path):
    path = tmp_path / "corpus.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for article in corpus():
            row = {"id": article.id, "article": article.text, "summary": article.references[0]}
            file.write(json.dumps(row) + "\n")
    return path


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "leads"
    path.mkdir()
    for number in range(8):
        sentences = story(number)
        text = f"{sentences[0]}\n\n{' '.join(sentences[1:6])}\n\n{' '.join(sentences[6:])}"
        (path / f"{number}.txt").write_text(text, encoding="utf-8")
    return path


def test_the_command_makes_weights_that_newsrank_takes(jsonl, folder, tmp_path):
    path = tmp_path / "weights.npz"
    result = CliRunner().invoke(fit, [str(jsonl), str(folder), "--save", str(path)])
    assert result.exit_code == 0, result.output
    assert "as highlights" in result.output
    assert "as lead" in result.output
    text = " ".join(story(99))
    summary = Summarizer("newsrank", weights=str(path)).summarize(text, sentences=2)
    assert len(summary.sentences) == 2


def test_the_same_seed_gives_the_same_weights():
    first, second = (fit_weights([corpus()], settings=SMALL) for _ in range(2))
    assert first.keys() == second.keys()
    assert all(np.array_equal(first[name], second[name]) for name in first)


def test_another_seed_gives_others():
    other = fit_weights([corpus()], settings=FitSettings(vector=4, hidden=8, seed=4))
    assert not np.array_equal(
        fit_weights([corpus()], settings=SMALL)["sentence"], other["sentence"]
    )


def test_it_learns():
    settings = FitSettings(vector=4, hidden=16, oracle_passes=80, set_passes=20, rate=1e-2)
    weights = fit_weights([corpus(articles=100)], settings=settings)
    stems = weights["stems"].tobytes().decode().split("\n")
    documents = [Document.from_text(" ".join(story(number))) for number in range(200, 220)]
    places, terms = layout(documents), Lexicon(stems).terms(documents)
    found = features(documents, places, terms, Table(stems, weights["idf"].astype(float)))
    ratings = Network(weights).rate(found, terms, places, "highlights").reshape(20, 12)
    best = np.argsort(-ratings, axis=1)[:, :2]
    assert np.isin(best, [1, 4]).mean() > 0.8


def test_one_style_serves_for_both():
    weights = fit_weights([corpus(lines=1)], settings=SMALL)
    assert np.array_equal(weights["rating"][:, 0], weights["rating"][:, 1])


def test_the_style_may_be_said():
    lines = []
    fit_weights([corpus(lines=1)], style="highlights", settings=SMALL, report=lines.append)
    assert "as highlights" in lines[0]


def test_random_state_is_left_alone():
    before = torch.get_rng_state(), np.random.get_state()[1].tobytes()
    fit_weights([corpus()], settings=SMALL)
    assert torch.equal(before[0], torch.get_rng_state())
    assert before[1] == np.random.get_state()[1].tobytes()


def test_too_few_articles():
    with pytest.raises(CorpusError, match="too few"):
        fit_weights([Corpus("one", (Article("1", "It rained.", ("Rain.",)),))])


def test_without_pytorch_the_command_says_what_to_install(monkeypatch, jsonl, tmp_path):
    for name in [name for name in sys.modules if name.partition(".")[0] == "torch"]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.delitem(sys.modules, "summarize.backends.newsrank.fitting.training")
    result = CliRunner().invoke(fit, [str(jsonl), "--save", str(tmp_path / "w.npz")])
    assert isinstance(result.exception, MissingDependencyError)
    assert "summarize[fit]" in str(result.exception)


def test_worth_is_rouge(jsonl):
    rouge = pytest.importorskip("rouge_score.rouge_scorer")
    scorer = rouge.RougeScorer(["rouge1", "rouge2"], use_stemmer=True)
    for article in read_corpus(jsonl):
        sentences = [sentence.text for sentence in Document.from_text(article.text).sentences]
        worth = Worth(sentences, article.references[0])
        for index in range(3):
            scores = scorer.score(article.references[0], sentences[index])
            expected = scores["rouge1"].fmeasure + scores["rouge2"].fmeasure / 2
            assert worth.of(np.array([[index]]))[0] == pytest.approx(expected)
        assert set(worth.oracle(2)) == {1, 4}


def test_a_folder_that_is_not_there_is_told_before_the_work(jsonl, tmp_path):
    result = CliRunner().invoke(fit, [str(jsonl), "--save", str(tmp_path / "none" / "w.npz")])
    assert (result.exit_code, "there is no folder" in result.output) == (2, True)


def test_the_vocabulary_is_the_commonest_stems():
    documents = [Document.from_text(text) for text in ("Rain, rain. It rained.", "It snowed.")]
    stems, idf = vocabulary(documents, 2)
    assert stems == ["it", "rain"]
    assert idf == pytest.approx([np.log(3 / 2.5), np.log(3 / 1.5), idf[2]])
    assert idf[2] >= idf[1]


def test_style_is_read_off_the_stems_a_document_has():
    rows = [np.array([0, 1, 1, 5]), np.array([1, 2]), np.array([3, 2, 5]), np.array([3, 4])]
    weights = fit_style([own.astype(np.int32) for own in rows], [0, 0, 1, 1], 5)
    assert weights.shape == (6,)
    # The second document of the batch has the stems of the last one; 5 is none of the lexicon's.
    of = np.array([0, 0, 1, 1, 1])
    low, high = log_odds(weights, np.array([0, 1, 3, 4, 5]), of, 2)
    assert low < -2 < 2 < high
    assert high == pytest.approx((weights[3] + weights[4]) / np.sqrt(2) + weights[-1])


def test_latent_vectors_bring_together_what_stands_together():
    rows = [np.array(own, np.int32) for own in ([0, 1], [0, 1, 1], [2, 3], [3, 2, 2], [0, 1, 4])]
    vectors = latent_vectors(rows, np.ones(5), 2)
    assert vectors.shape == (5, 2)
    cosines = vectors @ vectors.T
    assert cosines[0, 1] > 0.9 * cosines[0, 0] > 0
    assert abs(cosines[0, 2]) < 0.1 * cosines[0, 0]
    assert not vectors[4].any()
    assert np.linalg.norm(vectors[:4], axis=1) == pytest.approx([0.1 * 2**0.5] * 4, rel=1e-2)


def test_latent_vectors_of_few_documents_are_short():
    assert latent_vectors([np.array([0, 1], np.int32)], np.ones(3), 4).shape == (3, 0)
    two = [np.array([0, 1], np.int32), np.array([1, 2], np.int32)]
    assert latent_vectors(two, np.ones(4), 4).shape == (4, 1)


class TestHeldOut:
    """What is fitted is measured on articles that it has not seen, and kept if it is worth it."""

    @pytest.fixture
    def noise(self, tmp_path):
        """Articles whose references say nothing that could be learnt."""
        path = tmp_path / "noise.jsonl"
        with path.open("w", encoding="utf-8") as file:
            for number in range(12):
                text = f"The council of Kiel voted in {number} to close the harbour. " + " ".join(
                    story(number)[:8]
                )
                row = {"id": str(number), "article": text, "summary": text.partition(".")[0] + "."}
                file.write(json.dumps(row) + "\n")
        return path

    def invoke(self, *arguments):
        return CliRunner().invoke(fit, list(map(str, arguments)))

    def test_scores_are_told(self, jsonl, tmp_path):
        result = self.invoke(jsonl, "--save", tmp_path / "w.npz", "--force")
        assert result.exit_code == 0
        for label in ("fitted", "before", "lead"):
            assert f"\n{label} " in result.output
        assert "30 articles held out, 5 fits" in result.output

    def test_what_is_worse_is_not_saved(self, monkeypatch, noise, tmp_path):
        monkeypatch.setattr("summarize.cli.fitting.is_worse", lambda *_: True)
        path = tmp_path / "w.npz"
        path.write_bytes(b"those of before")
        result = self.invoke(noise, "--save", path)
        assert (result.exit_code, path.read_bytes()) == (1, b"those of before")
        assert "worse than before: not saved; --force saves it all the same" in result.output
        result = self.invoke(noise, "--save", path, "--force")
        assert (result.exit_code, path.read_bytes() != b"those of before") == (0, True)

    def test_a_full_disk_leaves_the_old_weights(self, monkeypatch, noise, tmp_path):
        path = tmp_path / "w.npz"
        path.write_bytes(b"those of before")

        def full(self, target):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("pathlib.Path.replace", full)
        result = self.invoke(noise, "--save", path, "--force")
        assert isinstance(result.exception, SummarizeError)
        assert "no space left" in str(result.exception)
        assert path.read_bytes() == b"those of before"
        assert [each.name for each in tmp_path.glob("*w.npz*")] == ["w.npz"]

    def test_a_large_corpus_is_split_once(self, monkeypatch):
        monkeypatch.setattr("summarize.fitting.newsrank._FEW_ARTICLES", 20)
        lines = []
        evaluation, weights = measure_weights([corpus()], settings=SMALL, report=lines.append)
        assert len(evaluation.corpus) == 3
        assert lines[0] == "measuring on 3 articles held out"
        assert "27 articles" in lines[1]
        assert "stems" in weights

    def test_too_few_to_hold_any_out(self):
        with pytest.raises(CorpusError, match="fewer than 10 articles"):
            measure_weights([corpus(articles=9)])

    def test_a_folder_is_no_file(self, noise, tmp_path):
        assert self.invoke(noise, "--save", tmp_path).exit_code == 2
