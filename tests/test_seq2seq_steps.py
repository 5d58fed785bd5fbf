"""Drafts by steps of fixed shape against transformers' own ``generate``."""

import random
import warnings
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from summarize.backends.seq2seq import Seq2Seq
from summarize.backends.seq2seq.settings import Limits

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from summarize.backends.seq2seq import graphs, stepping, torch_engine  # noqa: E402

SIZES = {
    "d_model": 32, "vocab_size": 400, "encoder_layers": 2, "decoder_layers": 2,
    "num_hidden_layers": 2, "encoder_attention_heads": 4, "decoder_attention_heads": 4,
    "encoder_ffn_dim": 64, "decoder_ffn_dim": 64, "init_std": 0.6, "max_position_embeddings": 64,
    "decoder_start_token_id": 2,
}  # fmt: skip
FAMILIES = {
    "bart": {}, "mbart": {"scale_embedding": True},
    "pegasus": {"scale_embedding": True, "eos_token_id": 1, "pad_token_id": 0},
}  # fmt: skip


@pytest.fixture(scope="module", params=FAMILIES)
def model(request):
    """Random weights; of double precision, for which nothing is tied but what is really so."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        config = transformers.CONFIG_MAPPING[request.param](**SIZES, **FAMILIES[request.param])
        model = transformers.AutoModelForSeq2SeqLM.from_config(config).eval().double()
        model.final_logits_bias += torch.randn_like(model.final_logits_bias) / 10
    with torch.no_grad():  # the end is likelier, so that many drafts have one
        model.get_input_embeddings().weight[config.eos_token_id] *= 4
    model.generation_config = transformers.GenerationConfig()
    return model


@pytest.fixture(scope="module")
def loop(model):
    return graphs.Loop(stepping.decoder_of(model))


def some_settings(chosen, config):
    longest, end = chosen.choice([2, 3, 8, 20, 31, 40]), config.eos_token_id
    values = {
        "num_beams": chosen.choice([1, 2, 4, 6]),
        "max_length": longest,
        "min_length": min(chosen.choice([0, 0, 3, 10]), longest),
        "no_repeat_ngram_size": chosen.choice([0, 1, 2, 3]),
        "pad_token_id": config.pad_token_id,
        "eos_token_id": chosen.choice([end, end, end, [end, chosen.randrange(4, 400)]]),
        "decoder_start_token_id": config.decoder_start_token_id,
        "forced_bos_token_id": chosen.choice([None, 0, 7]),
        "forced_eos_token_id": chosen.choice([None, end]),
    }
    if values["num_beams"] > 1:
        values["length_penalty"] = chosen.choice([0.0, 0.8, 1.0, 2.0, -1.0])
        values["early_stopping"] = chosen.choice([True, False, "never"])
    return values


def some_texts(chosen, config):
    longest = chosen.choice([3, 9, 40, 60])
    sizes = [chosen.randint(2, longest) for _ in range(chosen.choice([1, 2, 3, 5]))]
    ids = torch.full((len(sizes), max(sizes)), config.pad_token_id)
    mask = torch.zeros_like(ids)
    for row, size in enumerate(sizes):
        ids[row, :size] = torch.tensor([chosen.randrange(4, 400) for _ in range(size)])
        ids[row, size - 1], mask[row, :size] = config.eos_token_id, 1
    return ids, mask


def by_generate(model, ids, mask, values):
    config = transformers.GenerationConfig(**values)
    with torch.inference_mode():
        drafts = model.generate(input_ids=ids, attention_mask=mask, generation_config=config)
    return [torch_engine._ended(row, values["eos_token_id"]) for row in drafts.tolist()]


def by_steps(loop, ids, mask, values):
    drafts = loop.write(ids, mask, *graphs.plan(values, loop.decoder))
    return [torch_engine._ended(row, values["eos_token_id"]) for row in drafts]


class TestEqual:
    def test_log_probabilities(self, loop):
        assert stepping.difference(loop.decoder) < 1e-9

    @pytest.mark.filterwarnings("ignore:.*generation flags")  # of early_stopping and one beam
    def test_drafts_of_many_settings(self, model, loop):
        chosen, ended, drafts = random.Random(5), 0, 0
        for _ in range(30):
            values = some_settings(chosen, model.config)
            texts = some_texts(chosen, model.config)
            expected = by_generate(model, *texts, values)
            assert by_steps(loop, *texts, values) == expected, values
            drafts += len(expected)
            ended += sum(len(draft) < values["max_length"] for draft in expected)
        assert drafts / 10 < ended < drafts

    def test_products_together_are_products(self, model):
        together = stepping.decoder_of(model)
        together.fuse()
        assert stepping.difference(together) < 1e-9

    def test_steps_after_the_end_change_nothing(self, model, loop):
        chosen = random.Random(8)
        for beams in (1, 4):
            values = some_settings(chosen, model.config) | {"num_beams": beams, "max_length": 20}
            texts = some_texts(chosen, model.config)
            by_steps(loop, *texts, values)
            steps = list(loop._kept.values())[-1][0]
            drafts = steps.search.drafts().clone()
            with torch.inference_mode():
                for _ in range(30):
                    steps.step()
            assert steps.search.drafts().equal(drafts)

    def test_few_are_kept_and_what_is_large_is_shared(self, model, monkeypatch):
        monkeypatch.setattr(graphs, "_KEPT", 3)
        loop, ids = graphs.Loop(stepping.decoder_of(model)), torch.full((3, 9), 7)
        settings = {"decoder_start_token_id": 2, "eos_token_id": 1}
        made = []
        for texts, longest in ((3, 60), (1, 8), (2, 8), (1, 20), (3, 8), (1, 20), (1, 8)):
            values = {**settings, "max_length": longest}
            few = ids[:texts]
            loop.write(few, torch.ones_like(few), *graphs.plan(values, loop.decoder))
            made.append([steps for steps, _ in loop._kept.values()][-1])
            assert len(loop._kept) <= 3
        assert made[5] is made[3]  # used again
        assert made[6] is not made[1]  # gone, as that which was not used for longest
        assert len({steps._read.data_ptr() for steps in made}) == 1


class TestPlan:
    @pytest.mark.parametrize(
        "settings",
        [
            {"do_sample": True},
            {"repetition_penalty": 1.2},
            {"num_return_sequences": 2},
            {"bad_words_ids": [[5]]},
            {"suppress_tokens": [5]},
            {"max_time": 1.0},
            {"encoder_no_repeat_ngram_size": 3},
            {"renormalize_logits": True},
            {"prompt_lookup_num_tokens": 3},
            {"a_setting_of_the_future": 1},
            {"forced_eos_token_id": [1, 2]},
            {"decoder_start_token_id": [2, 2]},
            {"decoder_start_token_id": None},
            {"eos_token_id": 400},
            {"max_length": 65},
            {"max_length": 1},
        ],
    )
    def test_what_steps_do_not_know_is_left_to_generate(self, loop, settings):
        known = {"decoder_start_token_id": 2, "eos_token_id": 1, "max_length": 64, "num_beams": 4}
        assert graphs.plan(known, loop.decoder) is not None
        assert graphs.plan({**known, **settings}, loop.decoder) is None

    def test_what_changes_nothing_is_passed_over(self, loop):
        settings = {
            "decoder_start_token_id": 2, "max_length": 20, "temperature": 0.3, "top_k": 50,
            "repetition_penalty": 1.0, "do_sample": False, "use_cache": True, "max_time": None,
        }  # fmt: skip
        assert graphs.plan(settings, loop.decoder) is not None

    def test_numbers_are_rounded_up(self):
        assert [graphs._rounded(n) for n in (1, 2, 3, 4, 5, 6, 7, 9, 13, 33, 49, 64)] == [
            1, 2, 3, 4, 6, 6, 8, 12, 16, 48, 64, 64,
        ]  # fmt: skip


class TestEngine:
    @pytest.fixture
    def trained(self, tiny_bart):
        backend = Seq2Seq(model=tiny_bart.folder, engine="torch", dtype="float32", device="cpu")
        backend.model.double()  # in which no two beams are near enough to swap by rounding
        encoded = backend.encode(tiny_bart.texts)

        def write(limits=None, **settings):
            return backend.write(encoded, backend.resolved(**settings), limits or Limits(8, 60))

        engine, asked = backend._engine, []
        usual = engine._call
        engine._call = lambda *a, **k: asked.append(a) or usual(*a, **k)
        return SimpleNamespace(engine=engine, write=write, asked=asked, backend=backend)

    @pytest.mark.parametrize(
        "settings",
        [
            {},
            {"num_beams": 1},
            {"num_beams": 6, "early_stopping": False, "length_penalty": 0.5},
            {"no_repeat_ngram_size": 2, "early_stopping": "never"},
        ],
    )
    def test_a_trained_model_writes_the_same(self, trained, settings):
        for limits in (Limits(8, 60), Limits(30, 220)):
            by_steps = trained.write(limits, **settings)
            assert trained.asked == []
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(trained.engine, "_loop", None)
                assert trained.write(limits, **settings) == by_steps
            assert trained.asked
            trained.asked.clear()

    def test_other_settings_are_generates(self, trained):
        trained.write(repetition_penalty=1.3)
        assert trained.asked
        assert trained.engine._loop is not None

    def test_other_weights_are_noticed(self, trained):
        loop, expected = trained.engine._loop, trained.write()
        model = trained.backend.model
        with torch.no_grad():
            model.get_decoder().layers[0].fc2.weight *= -1
        changed = trained.write()
        assert changed != expected
        assert trained.engine._loop is not loop
        before = trained.engine._loop
        model.float()
        assert trained.write()
        assert trained.engine._loop is not before
        assert trained.engine._loop.decoder.dtype == torch.float32
        model.double()
        assert trained.write() == changed
        assert trained.asked == []
        heard = []
        model.get_decoder().layers[0].fc1.register_forward_hook(lambda *a: heard.append(1))
        assert trained.write() == changed
        assert heard
        assert trained.asked
        assert trained.engine._loop is None

    @pytest.mark.parametrize("whose", ["", "model", "lm_head"])
    def test_who_listens_to_the_whole_or_to_its_end_is_heard(self, trained, whose):
        expected, heard = trained.write(), []
        part = trained.backend.model.get_submodule(whose)
        part.register_forward_hook(lambda *a: heard.append(1))
        assert trained.write() == expected
        assert heard
        assert trained.asked
        assert stepping.decoder_of(trained.backend.model) is None

    def test_a_release_that_puts_it_together_otherwise(self, tiny_bart, monkeypatch):
        attend = stepping._attend
        monkeypatch.setattr(stepping, "_attend", lambda *states: 1.5 * attend(*states))
        with pytest.warns(UserWarning, match="cannot be written by steps") as caught:
            backend = Seq2Seq(model=tiny_bart.folder, engine="torch", dtype="float32", device="cpu")
        assert (len(caught), backend._engine._loop) == (1, None)

    def test_a_recording_that_fails_is_told_once(self, trained, monkeypatch):
        expected = trained.write()

        def fails(*arguments):
            raise RuntimeError("operation not permitted when stream is capturing")

        monkeypatch.setattr(trained.engine._loop, "_run", fails)
        with pytest.warns(UserWarning, match="when stream is capturing") as caught:
            assert trained.write() == expected
        assert len(caught) == 1
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert trained.write() == expected

    def test_many_threads(self, trained):
        limits = [Limits(8, size) for size in (20, 40, 60, 80)]
        expected = [trained.write(each) for each in limits]
        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(trained.write, limits * 3)) == expected * 3

    def test_a_model_of_the_callers_is_left_as_it_is(self, tiny_bart):
        model = transformers.AutoModelForSeq2SeqLM.from_pretrained(tiny_bart.folder).eval()
        before = {name: id(part) for name, part in model.named_modules()}
        tokenizer = transformers.AutoTokenizer.from_pretrained(tiny_bart.folder)
        backend = Seq2Seq(model=model, tokenizer=tokenizer, engine="torch", device="cpu")
        assert backend._engine._loop is not None
        backend.write(backend.encode(tiny_bart.texts[:2]), backend.settings, Limits(8, 20))
        assert {name: id(part) for name, part in model.named_modules()} == before
        assert all("forward" not in vars(part) for part in model.modules())
