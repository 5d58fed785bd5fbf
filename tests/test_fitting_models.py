"""`summarize fit --backend bart`: a tiny model, from random weights to what both engines load."""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import CliRunner

from summarize import Summarizer
from summarize.cli.fitting import fit
from summarize.errors import BackendLoadError, CorpusError, MissingDependencyError, SummarizeError
from summarize.evaluation import Rouge
from summarize.evaluation.corpus import Article, Corpus, read_corpus
from summarize.fitting import ModelSettings, fit_model
from summarize.fitting.held_out import folds, joint, split

torch = pytest.importorskip("torch")
pytest.importorskip("accelerate", reason="fitting needs accelerate (extra: fit)")

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
NAMES = "Ada Ben Cleo Dan Eva Finn Gina Hugo Iris Jack Kira Leo Mona Nils".split()
ENGINES = ["torch", *(["ctranslate2"] if find_spec("ctranslate2") else [])]


def story(number):
    pick = random.Random(number)
    name, other = pick.sample(NAMES, 2)
    year, count = pick.randint(1900, 2020), pick.randint(10, 99)
    text = f"In {year} the town built {count} boats. {name} led the work. {other} paid for it."
    return Article(str(number), text, (f"{name} built {count} boats in {year}.",))


def corpus(count, start=0):
    return Corpus("boats", tuple(story(number) for number in range(start, start + count)))


@pytest.fixture(autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(False)


def untrained(folder, dropout=0.1):
    """A BART of random weights with a tokenizer of its own."""
    sys.path.insert(0, str(BENCHMARKS))
    try:
        from train_bart import train
    finally:
        sys.path.remove(str(BENCHMARKS))
    pairs = [(a.text, a.references[0]) for a in corpus(200)]
    train(pairs, folder, vocabulary=400, d_model=32, layers=1, window=64, max_length=24, epochs=0)
    config = json.loads((folder / "config.json").read_text())
    config["dropout"] = dropout  # so that a run that is killed has a random state to find again
    config["task_specific_params"] = {"summarization": {"min_length": 56, "max_length": 142}}
    (folder / "config.json").write_text(json.dumps(config))


@pytest.fixture(scope="session")
def start(tmp_path_factory):
    folder = tmp_path_factory.mktemp("start") / "bart"
    untrained(folder)
    return folder


@pytest.fixture(scope="session")
def learned(start, tmp_path_factory):
    """What came of a fit to twelve articles, long enough to know them by heart."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    save = tmp_path_factory.mktemp("learned") / "m"
    result = fitted(start, save, corpus(12), epochs=120, evaluate_every=360)
    torch.set_num_threads(threads)
    return result


def fitted(start, save, articles=None, *, report=lambda line: None, force=False, **settings):
    defaults = {"held_out": 0, "epochs": 4, "rate": 5e-3, "batch_size": 4, "evaluate_every": 3}
    return fit_model(
        [articles or corpus(16)],
        save,
        model=start,
        device="cpu",
        settings=ModelSettings(**{**defaults, **settings}),
        report=report,
        force=force,
    )


def weights(folder):
    from safetensors.torch import load_file

    return load_file(folder / "model.safetensors")


def same(first, second):
    a, b = weights(first), weights(second)
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


class TestFitting:
    def test_it_learns_its_articles_and_both_engines_load_it(self, learned):
        articles = corpus(12)
        assert learned.evaluation is None
        for engine in ENGINES:
            with Summarizer("bart", model=learned.folder, engine=engine, dtype="float32") as bart:
                summaries = list(bart.summarize_many(a.text for a in articles))
            scores = [
                Rouge().score(candidate=s, references=a.references)["rouge1"].fmeasure
                for s, a in zip(summaries, articles, strict=True)
            ]
            assert sum(scores) / len(scores) > 0.9
        assert summaries[0].options["max_length"] < 60  # as the references, not as the task of old
        assert not learned.folder.with_name("m.partial").exists()

    def test_a_card_says_what_it_is(self, start, tmp_path):
        articles = corpus(16)
        result = fitted(start, tmp_path / "m", articles, held_out=0.25, steps=4, force=True)
        card = (tmp_path / "m" / "README.md").read_text(encoding="utf-8")
        assert articles.sha256 in card
        assert "12 of the 16 articles" in card
        assert {s.label for s in result.evaluation.systems} == {
            "fitted", "before", "lead", "lead-3",
        }  # fmt: skip
        assert len(result.evaluation.corpus) == 4
        assert "| fitted |" in card
        assert "| before |" in card

    def test_a_run_that_was_killed_ends_equal(self, start, tmp_path):
        """Killed within an epoch, behind a checkpoint, with dropout and early stopping."""
        settings = {"held_out": 0.25, "epochs": 3, "force": True}
        fitted(start, tmp_path / "whole", **settings)

        def kill(line):
            if line.startswith("step 6 "):
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            fitted(start, tmp_path / "killed", report=kill, **settings)
        assert not (tmp_path / "killed").exists()
        lines = []
        fitted(start, tmp_path / "killed", report=lines.append, **settings)
        assert any(line.startswith("going on from step ") for line in lines)
        assert same(tmp_path / "whole", tmp_path / "killed")

    @pytest.mark.slow
    def test_nor_does_sigkill_change_it(self, start, tmp_path):
        """The command itself, ended as nothing can hold up, while it writes a checkpoint."""
        path = tmp_path / "boats.jsonl"
        rows = [
            {"id": a.id, "article": a.text, "summary": a.references[0]} for a in corpus(16).articles
        ]
        path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        options = {
            "--backend": "bart", "--model": start, "--save": tmp_path / "killed", "--device": "cpu",
            "--held-out": 0, "--epochs": 3, "--rate": 5e-3, "--batch-size": 4,
        }  # fmt: skip
        flags = [str(part) for pair in options.items() for part in pair]
        command = [sys.executable, "-m", "summarize", "fit", str(path), *flags]
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
        ) as process:
            lines = []
            for line in process.stdout:
                lines.append(line)
                if line.startswith("step 6 "):
                    process.kill()
        assert process.returncode == -signal.SIGKILL, lines
        articles = read_corpus(path)
        settings = {"held_out": 0.0, "epochs": 3, "evaluate_every": None}
        lines = []
        fitted(start, tmp_path / "killed", articles, report=lines.append, **settings)
        assert any(re.match("going on from step [5-9]", line) for line in lines)
        fitted(start, tmp_path / "whole", articles, **settings)
        assert same(tmp_path / "whole", tmp_path / "killed")

    def test_a_checkpoint_half_written_is_not_gone_on_with(self, start, tmp_path):
        def kill(line):
            if line.startswith("step 6 "):
                raise KeyboardInterrupt

        fitted(start, tmp_path / "whole")
        with pytest.raises(KeyboardInterrupt):
            fitted(start, tmp_path / "killed", report=kill)
        checkpoints = tmp_path / "killed.partial" / "checkpoints"
        states = (None, '{"global_step": 9, "log_hist', "[]", '{"log_history": [7]}', "null")
        for step, state in enumerate(states, 6):
            (checkpoints / f"checkpoint-{step}").mkdir(exist_ok=True)
            if state:
                (checkpoints / f"checkpoint-{step}" / "trainer_state.json").write_text(state)
        torn = shutil.copytree(checkpoints / "checkpoint-3", checkpoints / "checkpoint-12")
        [weights] = torn.glob("*.safetensors")
        weights.write_bytes(weights.read_bytes()[:-1])
        flipped = shutil.copytree(checkpoints / "checkpoint-3", checkpoints / "checkpoint-15")
        data = bytearray((flipped / "optimizer.pt").read_bytes())
        data[len(data) // 2] ^= 1
        (flipped / "optimizer.pt").write_bytes(data)
        lines = []
        fitted(start, tmp_path / "killed", report=lines.append)
        assert "going on from step 3" in lines
        assert same(tmp_path / "whole", tmp_path / "killed")

    @pytest.mark.parametrize("told", ["", "[", "[" * 100_000, "7", "[1]", None])
    def test_a_run_whose_settings_are_damaged_is_one_line(self, start, tmp_path, told):
        file = tmp_path / "m.partial" / "run.json"
        file.parent.mkdir()
        file.mkdir() if told is None else file.write_text(told)
        with pytest.raises(SummarizeError, match=r"run\.json is damaged: remove .*m\.partial, and"):
            fitted(start, tmp_path / "m")

    def test_a_checkpoint_that_cannot_be_read_is_not_removed(self, tmp_path):
        from summarize.fitting.trainer import _last_whole

        state = tmp_path / "checkpoint-3" / "trainer_state.json"
        state.mkdir(parents=True)  # any error but that it is missing
        with pytest.raises(OSError, match="trainer_state"):
            _last_whole(tmp_path)
        assert state.exists()

    def test_other_settings_do_not_go_on_with_it(self, start, tmp_path):
        def kill(line):
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            fitted(start, tmp_path / "m", report=kill)
        with pytest.raises(SummarizeError, match="with other settings \\(articles, epochs\\)"):
            fitted(start, tmp_path / "m", corpus(10), epochs=5)

    @pytest.mark.skipif(find_spec("peft") is None, reason="LoRA needs peft (extra: fit)")
    def test_lora_is_merged_and_both_engines_load_it(self, start, tmp_path):
        fitted(start, tmp_path / "m", lora=4)
        assert weights(tmp_path / "m").keys() == weights(start).keys()
        assert not same(start, tmp_path / "m")
        texts = {}
        for engine in ENGINES:
            with Summarizer("bart", model=tmp_path / "m", engine=engine, dtype="float32") as bart:
                texts[engine] = str(bart(story(1).text))
        assert len(set(texts.values())) == 1

    def test_it_ends_when_it_gets_no_better(self, start, tmp_path, monkeypatch):
        scores = iter([0.3, 0.5, 0.4, 0.5, 0.9])
        monkeypatch.setattr("summarize.fitting.model._Run._score", lambda *_: next(scores))
        lines = []
        result = fitted(
            start, tmp_path / "m", held_out=0.25, epochs=30, patience=2, evaluate_every=1,
            force=True, report=lines.append,
        )  # fmt: skip
        assert result.steps == 2
        assert sum("ROUGE" in line for line in lines) == 4

    def test_the_world_is_left_alone(self, start, tmp_path, capfd):
        state, environment = random.getstate(), dict(os.environ)
        before = torch.get_rng_state()
        fitted(start, tmp_path / "m", steps=2)
        assert random.getstate() == state
        assert torch.equal(torch.get_rng_state(), before)
        assert dict(os.environ) == environment
        assert capfd.readouterr() == ("", "")


class TestRefusals:
    def test_what_is_worse_than_before_is_not_saved(self, learned, tmp_path):
        good, save = learned.folder, tmp_path / "worse"
        settings = {"held_out": 0.4, "steps": 2, "rate": 0.9, "evaluate_every": 2}
        result = fitted(good, save, corpus(12), **settings)
        assert result.folder is None
        assert not save.exists()
        assert result.evaluation.means["fitted"]["rouge1"].fmeasure < 0.3
        lines = []
        result = fitted(good, save, corpus(12), **settings, force=True, report=lines.append)
        assert result.folder == save
        assert "going on from step 2" in lines

    def test_a_folder_that_exists(self, start, tmp_path):
        with pytest.raises(SummarizeError, match="a folder of its own"):
            fitted(start, tmp_path)

    def test_no_model(self, tmp_path):
        (tmp_path / "empty").mkdir()
        with pytest.raises(BackendLoadError, match=r"config\.json"):
            fitted(tmp_path / "empty", tmp_path / "m")

    def test_nothing_to_fit_to(self, start, tmp_path):
        empty = Corpus("empty", (Article("1", " ", ("x",)), Article("2", "x", (" ",))))
        with pytest.raises(CorpusError, match="nothing to fit to"):
            fitted(start, tmp_path / "m", empty)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("held_out", 1.0),
            ("held_out", -0.1),
            ("epochs", 0),
            ("steps", True),
            ("rate", 0.0),
            ("batch_size", 2.5),
            ("lora", 0),
            ("patience", None),
        ],
    )
    def test_settings(self, name, value):
        with pytest.raises(ValueError, match=name):
            ModelSettings(**{name: value})

    def test_without_accelerate_it_says_what_to_install(self, monkeypatch, start, tmp_path):
        monkeypatch.setitem(sys.modules, "accelerate", None)
        with pytest.raises(MissingDependencyError, match=r"summarize\[fit\]"):
            fitted(start, tmp_path / "m")

    def test_the_command(self, start, tmp_path):
        path = tmp_path / "boats.jsonl"
        rows = [{"id": a.id, "article": a.text, "summary": a.references[0]} for a in corpus(10)]
        path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        own = [
            "-b",
            "bart",
            "--model",
            str(start),
            "--save",
            str(tmp_path / "m"),
            "--device",
            "cpu",
        ]
        runs = CliRunner()
        result = runs.invoke(fit, [str(path), *own, "--steps", "2", "--held-out", "20%", "--force"])
        assert result.exit_code == 0, result.output
        assert (tmp_path / "m" / "model.safetensors").is_file()
        assert "fitted" in result.output
        for wrong, said in (
            (["--style", "lead"], "--style is for --backend newsrank"),
            (["--rate", "2"], "rate=2.0 must be"),
        ):
            result = runs.invoke(fit, [str(path), *own[:-1], "cpu", *wrong])
            assert (result.exit_code, said in result.output) == (2, True)
        result = runs.invoke(fit, [str(path), "--save", str(tmp_path / "w.npz"), "--epochs", "2"])
        assert (result.exit_code, "--epochs is for --backend bart" in result.output) == (2, True)


class TestHeldOut:
    def test_parts_have_nothing_in_common_and_do_not_depend_on_the_order(self):
        whole = corpus(40)
        turned = Corpus("turned", whole.articles[::-1])
        rest, held = split(whole, 0.25, most=100, seed=3)
        assert {a.id for a in rest} | {a.id for a in held} == {a.id for a in whole}
        assert (len(rest), len(held)) == (30, 10)
        assert {a.id for a in split(turned, 0.25, most=100, seed=3)[1]} == {a.id for a in held}
        assert {a.id for a in split(whole, 0.25, most=100, seed=4)[1]} != {a.id for a in held}
        assert split(whole, 0, most=100, seed=3)[1] is None
        assert len(split(whole, 0.9, most=5, seed=3)[1]) == 5

    def test_folds(self):
        parts = folds(corpus(23), 5, seed=0)
        assert sorted(map(len, parts)) == [4, 4, 5, 5, 5]
        assert len({a.id for part in parts for a in part}) == 23

    def test_a_text_is_there_once(self):
        twice = joint([corpus(3), corpus(4)])
        assert len(twice) == 4


def test_our_own_articles_are_read():
    assert len(read_corpus(BENCHMARKS / "articles")) == 36
