"""ROUGE: rouge_score's values, in every language, with a recipe."""

import logging
import pickle
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rouge_score import rouge_scorer

from summarize import Document, MissingDependencyError, summarize
from summarize.evaluation import METRICS, Rouge
from summarize.evaluation.lcs import lcs_indices, lcs_length, union_lcs_hits
from summarize.evaluation.tokenizers import default_tokenizer, unicode_tokenizer
from summarize.workers import pool

ARTICLES = sorted((Path(__file__).parent.parent / "benchmarks" / "articles").glob("*.txt"))

WORDS = st.lists(st.sampled_from("abcd"), max_size=12)
TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=80)


def pairs(count, seed):
    """Candidates that share words, phrases and whole lines with their references."""
    draw = random.Random(seed)
    sentences = [
        sentence.text
        for path in ARTICLES
        for sentence in Document.from_text(path.read_text(encoding="utf-8")).sentences
    ]
    for _ in range(count):
        reference = draw.sample(sentences, draw.randint(1, 4))
        candidate = [draw.choice(reference), *draw.sample(sentences, draw.randint(0, 3))]
        words = " ".join(draw.sample(candidate, len(candidate))).split()
        for _ in range(draw.randint(0, 15)):
            words[draw.randrange(len(words))] = draw.choice(words)
        cut = draw.randrange(len(words))
        yield f"{' '.join(words[:cut])}\n{' '.join(words[cut:])}", "\n".join(reference)


def as_tuples(scores):
    return {name: (s.precision, s.recall, s.fmeasure) for name, s in scores.items()}


@pytest.mark.parametrize("stem", [True, False])
def test_equals_rouge_score(stem):
    theirs = rouge_scorer.RougeScorer([*METRICS, "rouge3"], use_stemmer=stem)
    ours = Rouge([*METRICS, "rouge3"], stem=stem, split="lines")
    for candidate, reference in pairs(1000, seed=stem):
        expected = theirs.score(reference, candidate)
        found = as_tuples(ours.score(candidate=candidate, references=reference))
        for metric, score in expected.items():
            assert found[metric] == pytest.approx(tuple(score), abs=1e-9), (candidate, reference)


def test_equals_rouge_score_with_our_sentences():
    theirs = rouge_scorer.RougeScorer(["rougeLsum"], use_stemmer=True)
    ours = Rouge(["rougeLsum"])
    for candidate, reference in pairs(100, seed=7):
        split = [
            "\n".join(
                sentence.text
                for sentence in Document.from_text(
                    text, dateline="keep", furniture="keep"
                ).sentences
            )
            for text in (reference, candidate)
        ]
        found = ours.score(candidate=candidate, references=reference)["rougeLsum"]
        assert found.fmeasure == pytest.approx(theirs.score(*split)["rougeLsum"].fmeasure, abs=1e-9)


def test_best_of_several_references_as_rouge_score():
    theirs = rouge_scorer.RougeScorer(METRICS, use_stemmer=True)
    ours = Rouge(split="lines")
    texts = list(pairs(60, seed=3))
    references = [reference for _, reference in texts]
    for candidate, _ in texts[:20]:
        several = random.Random(candidate).sample(references, 3)
        expected = theirs.score_multi(several, candidate)
        found = as_tuples(ours.score(candidate=candidate, references=several))
        assert found == {metric: pytest.approx(tuple(s)) for metric, s in expected.items()}


@given(WORDS, WORDS)
def test_common_subsequences_are_those_of_the_table(reference, candidate):
    table = rouge_scorer._lcs_table(reference, candidate)
    assert lcs_length(reference, candidate) == table[-1][-1]
    expected = rouge_scorer._backtrack_norec(table, reference, candidate)
    assert lcs_indices(reference, candidate)[::-1] == expected


@given(st.lists(WORDS, max_size=4), st.lists(WORDS, max_size=4))
def test_union_of_common_subsequences_is_rouge_score_s(references, candidates):
    hits = union_lcs_hits(references, candidates)
    expected = rouge_scorer._summary_level_lcs(references, candidates)
    size = sum(map(len, candidates))
    assert expected.precision == (hits / size if size and sum(map(len, references)) else 0)


@pytest.mark.parametrize("text", ["", " \n ", "!!! ... ???", "हिन्दी"])
def test_a_text_without_tokens_scores_nothing(text):
    for candidate, reference in [(text, "It rained."), ("It rained.", text), (text, text)]:
        scores = Rouge().score(candidate=candidate, references=[reference])
        assert set(as_tuples(scores).values()) == {(0.0, 0.0, 0.0)}


@pytest.mark.parametrize(
    "text",
    [
        "भारत के प्रधानमंत्री ने सोमवार को कहा कि हिन्दी बोलो।",
        "قال رئيس الوزراء إنّ المفاوضات مستمرّة.",
        "外交部发言人周一表示，谈判将继续。",
        "Cristóbal está aquí; Zoë naïve façade.",
        "นายกรัฐมนตรีกล่าวเมื่อวันจันทร์",
        "Президент сообщил об этом в понедельник.",
        "می‌خواهم",
    ],
)
def test_every_script_matches_itself(text):
    scores = Rouge(["rouge1", "rougeL", "rougeLsum"], tokenizer="unicode").score(
        candidate=text, references=[text]
    )
    assert {score.fmeasure for score in scores.values()} == {1.0}


def test_the_unicode_tokenizer_sees_what_the_default_one_confuses():
    options = {"candidate": "Cristóbal está", "references": "Crist bal est"}
    assert Rouge(["rouge1"]).score(**options)["rouge1"].fmeasure == 1.0
    assert Rouge(["rouge1"], tokenizer="unicode").score(**options)["rouge1"].fmeasure == 0.0


def test_the_unicode_tokenizer_takes_composed_and_decomposed_letters_alike():
    tokenize = unicode_tokenizer(stem="porter")
    assert tokenize("Zoe\u0308 Cafe\u0301") == tokenize("Zoë Café") == ["zoë", "café"]


@given(st.text(alphabet=[chr(code) for code in range(128)]))
def test_the_unicode_tokenizer_is_the_default_one_on_ascii(text):
    for stem in (True, False):
        assert unicode_tokenizer(stem=stem)(text) == default_tokenizer(stem=stem)(text)


@given(TEXTS)
def test_the_default_tokenizer_is_rouge_score_s(text):
    from rouge_score.tokenizers import DefaultTokenizer

    assert default_tokenizer(stem="porter")(text) == DefaultTokenizer(use_stemmer=True).tokenize(
        text
    )
    assert default_tokenizer(stem="none")(text) == DefaultTokenizer().tokenize(text)


def test_the_split_of_sentences_is_explicit_and_signed():
    text = "The river rose. It rained."
    swapped = "It rained. The river rose."
    by_sentence = Rouge(["rougeLsum"]).score(candidate=text, references=swapped)["rougeLsum"]
    by_line = Rouge(["rougeLsum"], split="lines").score(candidate=text, references=swapped)
    assert by_sentence.fmeasure == 1.0
    assert by_line["rougeLsum"].fmeasure == pytest.approx(3 / 5)
    assert "|split:sentences/sentences|" in by_sentence.signature
    assert "|split:lines/lines|" in by_line["rougeLsum"].signature


def test_a_summary_has_its_own_sentences():
    summary = summarize("It rained. The river rose. It fell.", backend="lead", sentences=2)
    scores = Rouge().score(candidate=summary, references=["The river rose. It rained."])
    assert scores["rougeLsum"].fmeasure == 1.0
    assert "|split:own/sentences|" in scores["rougeLsum"].signature


def test_a_signature_names_all_that_makes_the_number():
    score = Rouge(["rouge2"], stem=False).score(candidate="a b", references="a b")["rouge2"]
    parts = dict(part.split(":", 1) for part in score.signature.split("|"))
    assert parts.keys() == set("metric stem tok split lang refs rouge_score summarize".split())
    assert (parts["metric"], parts["stem"], parts["rouge_score"]) == ("rouge2", "none", "0.1.2")
    assert "ROUGE-2 100.00" in str(score)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"metrics": ["rougel"]}, "unknown metric 'rougel'; did you mean 'rougeL'"),
        ({"metrics": ["ROUGE-L-sum"]}, "did you mean 'rougeLsum'"),
        ({"metrics": ["rouge_2"]}, "did you mean 'rouge2'"),
        ({"metrics": ["rouge10"]}, "did you mean 'rouge1'"),
        ({"metrics": ["rouge0"]}, "unknown metric 'rouge0'"),
        ({"metrics": []}, "at least one metric"),
        ({"tokenizer": "unicod"}, "did you mean 'unicode'"),
        ({"split": "line"}, "did you mean 'lines'"),
        ({"stem": "poter"}, "unknown stem 'poter'; did you mean 'porter'"),
        ({"multi": "bes"}, "unknown multi 'bes'; did you mean 'best'"),
    ],
)
def test_an_unknown_option_is_refused_with_the_nearest(options, message):
    with pytest.raises(ValueError, match=message):
        Rouge(**options)


def test_wrong_texts_are_refused():
    with pytest.raises(TypeError, match="candidate must be a str, not NoneType"):
        Rouge().score(candidate=None, references=["a"])
    with pytest.raises(TypeError, match="a reference must be a str, not bytes"):
        Rouge().score(candidate="a", references=[b"a"])
    with pytest.raises(ValueError, match="at least one reference"):
        Rouge().score(candidate="a", references=[])
    with pytest.raises(ValueError, match="1 candidates for 2 references"):
        Rouge().score_many(candidates=["a"], references=["a", "b"])
    with pytest.raises(ValueError, match="processes=0 must be a whole number, 1 or more"):
        Rouge().score_many(candidates=["a"], references=["a"], processes=0)


def test_many_are_scored_as_one_by_one_in_however_many_processes(monkeypatch):
    monkeypatch.setattr(pool, "_START_UP", -1.0)
    monkeypatch.setattr(pool, "_WARM_UP", 2)
    monkeypatch.setattr(pool, "_SAMPLE", 2)
    texts = list(pairs(30, seed=5))
    candidates = [candidate for candidate, _ in texts]
    references = [[reference] for _, reference in texts]
    rouge = Rouge()
    alone = [
        rouge.score(candidate=candidate, references=reference)
        for candidate, reference in zip(candidates, references, strict=True)
    ]
    for count in (1, 2):
        assert alone == rouge.score_many(
            candidates=candidates, references=references, processes=count
        )


def test_a_rouge_can_be_sent_to_another_process():
    rouge = pickle.loads(pickle.dumps(Rouge(["rouge1"], stem=False, tokenizer="unicode")))
    assert rouge.signature() == Rouge(["rouge1"], stem=False, tokenizer="unicode").signature()


def test_nothing_is_logged(caplog):
    with caplog.at_level(logging.DEBUG):
        Rouge().score(candidate="It rained.", references="It rained.")
    assert not caplog.records


def test_without_rouge_score_the_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "rouge_score", None)
    with pytest.raises(MissingDependencyError, match=r'pip install "summarize\[eval\]"'):
        Rouge()


# --- As the Perl script ROUGE-1.5.5 counts --------------------------------------------------------


def test_pooled_references_add_up_hits_and_sizes():
    pooled = Rouge(["rouge1", "rouge2", "rougeL", "rougeLsum"], stem=False, multi="pooled")
    references = ["the river rose", "a river rose fast today"]
    rouge1, rouge2, rouge_l, rouge_lsum = pooled.values("the river rose fast", references)
    assert rouge1[:2] == ((3 + 3) / (4 + 4), (3 + 3) / (3 + 5))
    assert rouge2[:2] == ((2 + 2) / (3 + 3), (2 + 2) / (2 + 4))
    assert rouge_l[:2] == rouge_lsum[:2] == ((3 + 3) / (4 + 4), (3 + 3) / (3 + 5))
    one = Rouge(stem=False, multi="pooled").values("the river rose fast", references[:1])
    assert one == Rouge(stem=False).values("the river rose fast", references[:1])


def test_the_signature_tells_the_references_and_what_they_are():
    best, pooled = Rouge(), Rouge(multi="pooled")
    assert "|refs:1|rouge_score" in best.signature()
    assert (
        "|refs:2|multi:best|"
        in best.score(candidate="a", references=["a", "b"])["rouge1"].signature
    )
    assert "|refs:1-3|multi:pooled|" in pooled.signature("", [["a"], ["a", "b", "c"]])


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("children", "child"),  # WordNet's exceptions
        ("abaci", "abacus"),
        ("went", "go"),
        ("ran", "ran"),  # three letters: never looked at
        ("economies", "economi"),  # Porter's
        ("possibly", "possibl"),  # -bli, a departure of Porter's own program
        ("documents", "docum"),  # -ent behind -ment, ROUGE's own
        ("congressional", "congress"),
    ],
)
def test_stems_of_rouge155(word, stem):
    assert default_tokenizer(stem="rouge155")(word) == [stem]


def test_texts_are_given_by_name():
    with pytest.raises(TypeError, match="'candidate' and 'references'"):
        Rouge().score("It rained.", "It rained.")
    with pytest.raises(TypeError, match="by name: candidate=…, references=…"):
        Rouge().score("It rained.", candidate="It rained.", references="It rained.")


def test_the_means_of_many_are_those_of_an_evaluation():
    texts = list(pairs(30, seed=5))
    candidates, references = zip(*texts, strict=True)
    found = Rouge().score_corpus(candidates=candidates, references=references)
    rows = Rouge().score_many(candidates=candidates, references=references)
    mean = sum(row["rougeL"].fmeasure for row in rows) / len(rows)
    assert found["rougeL"].fmeasure == pytest.approx(mean)
    assert found["rougeL"].low < mean < found["rougeL"].high
    with pytest.raises(ValueError, match="at least one"):
        Rouge().score_corpus(candidates=[], references=[])
