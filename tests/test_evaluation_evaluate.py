"""Running systems on a corpus: nothing is dropped, and all of it can be repeated."""

import json
import random
from pathlib import Path

import pytest

from summarize import CorpusError, UnknownBackendError, evaluation
from summarize.evaluation import (
    Article,
    Corpus,
    Rouge,
    System,
    evaluate,
    read_corpus,
)
from summarize.evaluation.gate import Baseline
from summarize.evaluation.report import save, table, to_csv, to_json, to_markdown
from summarize.workers import pool

ARTICLES = Path(__file__).parent.parent / "benchmarks" / "articles"


@pytest.fixture(scope="module")
def corpus():
    return read_corpus(ARTICLES).sample(12)


class Choosy:
    """Fails on some documents, as any backend may."""

    name = "choosy"

    def score(self, documents):
        if any("e" not in document.text[:15] for document in documents):
            raise RuntimeError("no 'e'\nat the start")
        return [[1.0] * len(document.sentences) for document in documents]


class Worst:
    """Prefers what is short and late."""

    name = "worst"

    def score(self, documents):
        return [[i - s.words for i, s in enumerate(document.sentences)] for document in documents]


def without_times(text):
    value = json.loads(text)
    del value["environment"]["date"]
    for system in value["systems"]:
        del system["documents_per_second"]
    return value


def test_the_baseline_s_row_is_always_there(corpus):
    result = evaluate(corpus, ["lead"], sentences=1)
    assert [system.label for system in result.systems] == ["lead", "lead-3"]
    assert dict(result.systems[1].length) == {"sentences": 3}
    assert result.systems[1].mean_traits()["words"] > result.systems[0].mean_traits()["words"]


def test_scores_are_those_of_rouge_on_each_summary(corpus):
    result = evaluate(corpus, ["textrank"])
    system = result.systems[0]
    scores = [
        Rouge().score(candidate=summary, references=article.references)
        for summary, article in zip(system.summaries, corpus, strict=True)
    ]
    for column, metric in enumerate(result.metrics):
        mean = result.means["textrank"][metric]
        assert system.fmeasures(column).tolist() == [s[metric].fmeasure for s in scores]
        expected = sum(s[metric].recall for s in scores) / len(scores)
        assert mean.recall == pytest.approx(expected, abs=1e-12)
        assert mean.low < mean.fmeasure < mean.high
    assert result.signature == Rouge().signature(system.summaries[0])


def test_the_saved_results_have_the_documented_keys(corpus):
    saved = json.loads(to_json(evaluate(corpus, ["lead", System("textrank", "tr")], words=60)))
    assert saved["corpus"] == {
        "name": str(ARTICLES),
        "documents": 12,
        "sha256": corpus.sha256,
    }
    assert saved["length"] == {"words": 60}
    assert [system["label"] for system in saved["systems"]] == ["lead", "tr", "lead-3"]
    assert [system["backend"] for system in saved["systems"]] == ["lead", "textrank", "lead"]
    for system in saved["systems"]:
        assert system["documents"] == 12
        assert system["failed"] == 0
        assert system["options"] == {}
        assert set(system["scores"]) == {"rouge1", "rouge2", "rougeL", "rougeLsum"}
        for score in system["scores"].values():
            assert set(score) == {"precision", "recall", "fmeasure", "low", "high"}
            assert all(0 <= value <= 1 for value in score.values())
        assert system["coverage"] == 1.0  # of an extractive summary
        assert system["density"] > 10
        assert 0 <= system["novel_bigrams"] < 0.1
        assert system["compression_ratio"] > 1
        assert system["read_fraction"] == 1.0
        assert system["documents_per_second"] > 0
    assert len(saved["comparisons"]) == 8
    for comparison in saved["comparisons"]:
        a, b = (
            next(s for s in saved["systems"] if s["label"] == comparison[side]) for side in "ab"
        )
        metric = comparison["metric"]
        difference = a["scores"][metric]["fmeasure"] - b["scores"][metric]["fmeasure"]
        assert comparison["difference"] == pytest.approx(difference)
        assert comparison["significant"] is (comparison["p_adjusted"] < 0.05)
        assert comparison["p_value"] <= comparison["p_adjusted"]
    assert {"summarize", "python", "numpy", "processor", "date"} <= set(saved["environment"])


def test_two_runs_give_the_same_bytes_but_for_the_times(corpus):
    runs = [to_json(evaluate(corpus, ["textrank", "luhn"], seed=3)) for _ in range(2)]
    assert without_times(runs[0]) == without_times(runs[1])
    other = to_json(evaluate(corpus, ["textrank", "luhn"], seed=4))
    assert without_times(runs[0]) != without_times(other)


def test_the_number_of_processes_does_not_matter(corpus, monkeypatch):
    alone = to_json(evaluate(corpus, ["lead"]))
    monkeypatch.setattr(pool, "_START_UP", -1.0)
    monkeypatch.setattr(pool, "_WARM_UP", 2)
    monkeypatch.setattr(pool, "_SAMPLE", 2)
    assert without_times(to_json(evaluate(corpus, ["lead"], processes=2))) == without_times(alone)


def test_the_order_of_the_corpus_does_not_matter_to_means(corpus):
    articles = list(corpus)
    random.Random(0).shuffle(articles)
    shuffled = Corpus("shuffled", tuple(articles))
    one, other = (evaluate(each, ["textrank"]).means["textrank"] for each in (corpus, shuffled))
    assert one["rouge2"].fmeasure == pytest.approx(other["rouge2"].fmeasure, abs=1e-12)


def test_a_failing_document_counts_as_nothing_and_is_listed(corpus):
    empty = Corpus("c", (*corpus.articles, Article("blank", " \n", ("A reference.",))))
    result = evaluate(empty, [System(Choosy()), "lead"], batch_size=4)
    choosy, lead, _ = result.systems
    expected = [article.id for article in corpus if "e" not in article.text[:15]]
    assert [failure.id for failure in choosy.failures] == [*expected, "blank"]
    said = "BackendError: backend 'choosy' failed: RuntimeError: no 'e' at the start (test_"
    assert choosy.failures[0].error.startswith(said)
    assert [failure.id for failure in lead.failures] == ["blank"]
    assert "EmptyDocumentError" in lead.failures[0].error
    failed = [summary == "" for summary in choosy.summaries]
    assert sum(failed) == len(choosy.failures) > 1
    for summary, score in zip(choosy.summaries, choosy.fmeasures(0), strict=True):
        assert (score == 0) == (summary == "")
    assert result.failed
    text = table(result)
    assert f"choosy failed on {len(choosy.failures)}:" in text
    assert "  blank: EmptyDocumentError" in text
    assert "A failed document counts as an empty summary" in text
    assert json.loads(to_json(result))["systems"][0]["failed"] == len(choosy.failures)


def test_a_system_that_fails_throughout_has_a_row(corpus):
    class Broken:
        name = "broken"

        def score(self, documents):
            raise RuntimeError("out of order")

    result = evaluate(corpus, [System(Broken())])
    assert result.means["broken"]["rouge1"].fmeasure == 0.0
    assert set(result.systems[0].mean_traits().values()) == {None}
    assert result.systems[0].documents_per_second is None
    saved = json.loads(to_json(result))["systems"][0]
    assert (saved["failed"], saved["words"]) == (12, None)


def test_several_references_count_by_the_best_one():
    corpus = Corpus("c", (Article("a", "It rained. It stopped.", ("Snow fell.", "It rained.")),))
    result = evaluate(corpus, ["lead"], sentences=1)
    assert result.means["lead"]["rouge1"].fmeasure == 1.0


def test_wrong_systems_are_refused(corpus):
    with pytest.raises(ValueError, match="two systems have the label 'lead'"):
        evaluate(corpus, ["lead", "lead"])
    with pytest.raises(ValueError, match="the label 'lead-3' is the baseline's"):
        evaluate(corpus, [System("lead", "lead-3")])
    with pytest.raises(ValueError, match="at least one system"):
        evaluate(corpus, [])
    with pytest.raises(UnknownBackendError, match="did you mean 'lead'"):
        evaluate(corpus, ["textrank", "lea"])


def test_the_table_marks_what_differs_from_the_first(corpus):
    result = evaluate(corpus, ["textrank", System(Worst())])
    assert result.differs("worst", "rouge1")
    assert not result.differs("textrank", "rouge1")
    row = next(line for line in table(result).splitlines() if line.startswith("worst"))
    assert row.count("*") == sum(result.differs("worst", metric) for metric in result.metrics)


def test_tables_as_files(corpus):
    result = evaluate(corpus, ["textrank", System("lead", "a|b")])
    header, *rows = to_csv(result).splitlines()
    assert header.startswith("label,backend,documents,failed,fallbacks,rouge1_precision,")
    assert [row.split(",")[0] for row in rows] == ["textrank", "a|b", "lead-3"]
    assert {row.count(",") for row in rows} == {header.count(",")}
    assert "| a\\|b |" in to_markdown(result)


def test_the_page_stands_alone(corpus, tmp_path):
    hostile = Article(
        "<script>alert(1)</script>", "It <b>rained</b>. It & they stopped.", ("<i>Rain.</i>",)
    )
    result = evaluate(
        Corpus("a <corpus>", (*corpus.articles, hostile)),
        ["textrank", System(Choosy(), "<choosy>")],
    )
    save(result, tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "<b>" not in page
    assert "<choosy>" not in page
    assert "<i>" not in page
    assert "src=" not in page
    assert "url(" not in page
    assert page.count("<svg") == 12
    assert "Where systems differ the most, by ROUGE-1" in page


def test_a_page_of_one_document(tmp_path):
    corpus = Corpus("c", (Article("a", "It rained. It stopped.", ("It rained.",)),))
    save(evaluate(corpus, ["lead"]), tmp_path / "page.html")
    assert "They nowhere differ." in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_a_file_is_written_whole_or_not_at_all(corpus, tmp_path, monkeypatch):
    target = tmp_path / "out.json"
    target.write_text("before", encoding="utf-8")
    result = evaluate(corpus, ["lead"])

    def fail(*arguments, **options):
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", fail)
        with pytest.raises(OSError, match="the disk is full"):
            save(result, target)
    assert target.read_text(encoding="utf-8") == "before"
    assert list(tmp_path.iterdir()) == [target]
    save(result, target)
    assert json.loads(target.read_text(encoding="utf-8"))["corpus"]["documents"] == 12
    with pytest.raises(ValueError, match=r"must end in \.json, \.csv, \.md, \.html"):
        save(result, tmp_path / "out.txt")


def test_the_public_names_are_there():
    assert set(evaluation.__all__) == set(evaluation._HOMES)
    for name in evaluation.__all__:
        assert getattr(evaluation, name) is not None
    assert set(evaluation.__all__) <= set(dir(evaluation))
    with pytest.raises(AttributeError, match="no attribute 'rouge_score'"):
        evaluation.rouge_score  # noqa: B018


# --- The gate -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def baseline(corpus, tmp_path_factory):
    path = tmp_path_factory.mktemp("gate") / "baseline.json"
    save(evaluate(corpus, ["textrank"]), path)
    return Baseline(path)


def test_the_same_backend_holds_in_any_order_of_the_articles(corpus, baseline):
    reordered = Corpus("other name", corpus.articles[::-1])
    changes = baseline.compare(evaluate(reordered, ["textrank"]))
    assert {(change.label, change.verdict) for change in changes} == {
        ("textrank", "held"),
        ("lead-3", "held"),
    }
    assert len(changes) == 8
    assert all(change.now == pytest.approx(change.before) for change in changes)


def test_a_worse_backend_falls_and_a_better_one_rises(corpus, baseline, tmp_path):
    worse = evaluate(corpus, [System(Worst(), "textrank")])
    fell = {(c.label, c.metric): c for c in baseline.compare(worse) if c.verdict == "fell"}
    assert ("textrank", "rouge1") in fell
    assert all(label == "textrank" for label, _ in fell)
    save(worse, tmp_path / "worse.json")
    changes = Baseline(tmp_path / "worse.json").compare(evaluate(corpus, ["textrank"]))
    rose = {(change.label, change.metric) for change in changes if change.verdict == "rose"}
    assert rose == set(fell)


def test_a_fall_within_the_tolerance_is_let_pass(corpus, baseline):
    worse = evaluate(corpus, [System(Worst(), "textrank")])
    assert {c.verdict for c in baseline.compare(worse, tolerance=0.5)} == {"held"}


def test_a_baseline_of_something_else_is_refused(corpus, baseline, tmp_path):
    smaller = Corpus("c", corpus.articles[1:])
    with pytest.raises(CorpusError, match="made on other articles"):
        baseline.compare(evaluate(smaller, ["textrank"]))
    with pytest.raises(CorpusError, match=r"scored by .*stem:porter.*, not by .*stem:none"):
        baseline.compare(evaluate(corpus, ["textrank"], metric=Rouge(stem=False)))
    with pytest.raises(CorpusError, match=r"textrank was run at \{'sentences': 3\}, not"):
        baseline.compare(evaluate(corpus, ["textrank"], words=50))
    for content in ("", "[]", '{"systems": []}'):
        path = tmp_path / "bad.json"
        path.write_text(content, encoding="utf-8")
        with pytest.raises(CorpusError, match="not an evaluation saved by"):
            Baseline(path)
    with pytest.raises(CorpusError, match="no such file"):
        Baseline(tmp_path / "none.json")


def test_every_repr_fits_a_screen(corpus):
    result = evaluate(corpus, ["lead"])
    score = Rouge().score(candidate="It rained.", references="It rained.")["rouge1"]
    objects = [corpus, corpus.articles[0], result, *result.systems, *result.comparisons]
    for each in [*objects, Rouge(), score]:
        assert len(repr(each)) < 400
        assert "object at 0x" not in repr(each)
