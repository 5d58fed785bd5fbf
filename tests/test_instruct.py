"""A local model that follows instructions: tiny ones of random weights, and one that learnt."""

import json
import shutil
from pathlib import Path

import pytest

from summarize import BackendLoadError, Document, GenerationError, Length, Summarizer
from summarize.backends.base import Brief
from summarize.testing import check_backend

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from summarize.backends.instruct import Instruct  # noqa: E402

ARTICLES = Path(__file__).parents[1] / "benchmarks" / "articles"
ANSWER = "Here is a summary: The council closed its harbour on Tuesday."
SUMMARY = "The council closed its harbour on Tuesday."
TEMPLATE = (
    "{% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] }}</s>"
    "{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}"
    "{% if enable_thinking %}<think>{% endif %}"
)
NO_SYSTEM = (
    "{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}"
    "{% endif %}" + TEMPLATE
)
TEXTS = [
    "The council of Port Ellery voted on Tuesday to close its harbour. Boats may leave until May.",
    "It rained in the night. The river rose by two metres. Nobody was hurt. " * 6,
    "Two men were freed. They had been held for a week, police said.",
    "Snow.",
]


@pytest.fixture(scope="module")
def untrained(tmp_path_factory):
    """A Llama of random weights with a tokenizer and a chat template of its own."""
    from tokenizers import ByteLevelBPETokenizer
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("llama") / "random"
    pairs = ByteLevelBPETokenizer()
    special = ["<pad>", "</s>", "<|system|>", "<|user|>", "<|assistant|>", "<think>"]
    texts = [path.read_text(encoding="utf-8") for path in sorted(ARTICLES.glob("*.txt"))]
    pairs.train_from_iterator(texts, vocab_size=1200, special_tokens=special, show_progress=False)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=pairs._tokenizer, eos_token="</s>", pad_token="<pad>"
    )
    tokenizer.chat_template = TEMPLATE
    tokenizer.save_pretrained(folder)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        config = LlamaConfig(
            vocab_size=len(tokenizer),
            hidden_size=32,
            intermediate_size=64,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=2,
            max_position_embeddings=4096,
            pad_token_id=0,
            bos_token_id=None,
            eos_token_id=1,
        )
        LlamaForCausalLM(config).save_pretrained(folder)
    return folder


def made(folder, **options):
    defaults = {"device": "cpu", "dtype": "float32", "max_tokens": 40}
    return Instruct(model=folder, **{**defaults, **options})


def brief(text, length=None, **more):
    return Brief(text, Document.from_text(text, **more), length or Length())


@pytest.fixture(scope="module")
def folder(untrained, tmp_path_factory):
    """The same, when it has learnt to answer whatever it is asked with one sentence."""
    backend = made(untrained)
    answer = [*backend._tokenizer(ANSWER, add_special_tokens=False)["input_ids"], 1]
    model = backend._model.train()
    for parameter in model.parameters():
        parameter.requires_grad_(True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    prompts = [backend.prompt_ids(brief(text))[-40:] for text in TEXTS]
    for step in range(150):
        prompt = prompts[step % len(prompts)]
        ids = torch.tensor([[*prompt, *answer]])
        labels = torch.tensor([[*[-100] * len(prompt), *answer]])
        loss = model(input_ids=ids, labels=labels).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    assert loss < 0.05
    folder = tmp_path_factory.mktemp("llama") / "trained"
    shutil.copytree(untrained, folder)
    model.save_pretrained(folder)
    return folder


class TestTokens:
    def test_the_prompt_is_that_of_the_template(self, untrained):
        backend = made(untrained, focus="what does it cost?")
        tokenizer = backend._tokenizer
        ids = backend.prompt_ids(brief(TEXTS[0], Length(words=20), title="Harbour", language="en"))
        from summarize.backends.prompting import Prompt, messages

        asked = messages(
            Prompt(focus="what does it cost?"),
            brief(TEXTS[0], Length(words=20), title="Harbour", language="en"),
        )
        rendered = "".join(f"<|{m['role']}|>{m['content']}</s>" for m in asked) + "<|assistant|>"
        assert ids == tokenizer(rendered, add_special_tokens=False)["input_ids"]
        assert ids == tokenizer.apply_chat_template(
            asked, add_generation_prompt=True, tokenize=True, return_dict=False
        )
        assert "at most 20 words" in rendered

    def test_it_is_not_asked_to_think_unless_told(self, untrained):
        think = made(untrained)._tokenizer.convert_tokens_to_ids("<think>")
        assert made(untrained).prompt_ids(brief("Snow."))[-1] != think
        thinking = made(untrained, template={"enable_thinking": True})
        assert thinking.prompt_ids(brief("Snow."))[-1] == think

    def test_a_template_that_knows_no_system(self, untrained, tmp_path):
        copy = tmp_path / "copy"
        shutil.copytree(untrained, copy)
        (copy / "chat_template.jinja").write_text(NO_SYSTEM, encoding="utf-8")
        backend = made(copy)
        text = backend._tokenizer.decode(backend.prompt_ids(brief("Snow.")))
        assert text.startswith("<|user|>You are an editor")
        assert "Snow." in text

    def test_a_batch_is_one_by_one(self, untrained):
        """Also of random weights, whose answers are as long as they may be."""
        backend = made(untrained, max_tokens=12)
        prompts = [backend.prompt_ids(brief(text)) for text in TEXTS]
        together = backend.write(prompts)
        assert together == [backend.write([prompt])[0] for prompt in prompts]
        assert together == backend.write(prompts[::-1])[::-1]
        assert len({len(prompt) for prompt in prompts}) > 1

    def test_it_is_what_generate_gives(self, untrained):
        from transformers import AutoModelForCausalLM

        backend = made(untrained, max_tokens=12)
        model = AutoModelForCausalLM.from_pretrained(untrained).eval()
        for text in TEXTS:
            prompt = backend.prompt_ids(brief(text))
            expected = model.generate(torch.tensor([prompt]), max_new_tokens=12, do_sample=False)[
                0
            ].tolist()
            assert backend.write([prompt]) == [expected[len(prompt) :]]

    def test_batches_stay_within_the_budget(self, untrained, monkeypatch):
        monkeypatch.setattr("summarize.backends.instruct._TOKENS_ON_CPU", 1000)
        backend = made(untrained, max_tokens=12)
        sizes = []
        plain = backend._written
        monkeypatch.setattr(
            backend, "_written", lambda prompts: sizes.append(len(prompts)) or plain(prompts)
        )
        prompts = [backend.prompt_ids(brief(text)) for text in TEXTS]
        assert len(backend.write(prompts)) == 4
        assert max(sizes) * (max(map(len, prompts)) + 12) < 4000
        assert len(sizes) > 1


class TestSummaries:
    def test_contract(self, folder):
        check_backend("instruct", model=folder, device="cpu", dtype="float32", max_tokens=40)

    def test_a_summary_is_cleaned_and_tells_what_it_cost(self, folder):
        with Summarizer("instruct", model=folder, dtype="float32", max_tokens=40) as instruct:
            summary = instruct(TEXTS[0] + " It closed.", words=30)
        assert summary == SUMMARY
        cost = summary.options["cost"]
        assert cost["prompt_tokens"] > 200
        assert 10 < cost["completion_tokens"] <= 40
        assert summary.support is not None
        json.dumps(summary.to_dict())

    def test_what_is_cut_off_is_no_summary(self, untrained, folder):
        with pytest.raises(GenerationError, match="cut off at 5 tokens"):
            made(folder, max_tokens=5).generate([TEXTS[0]], Length())
        assert isinstance(made(untrained).generate_for([brief("Snow.")])[0], GenerationError)

    def test_refusals(self, folder, monkeypatch):
        backend = made(folder)
        for text, said in (("I'm sorry, I can't help with that.", "refused"), (" ", "nothing")):
            ids = [*backend._tokenizer(text, add_special_tokens=False)["input_ids"], 1]
            monkeypatch.setattr(backend, "write", lambda prompts, ids=ids: [ids] * len(prompts))
            with pytest.raises(GenerationError, match=said):
                backend.generate([TEXTS[0]], Length())


class TestRefusals:
    def test_no_chat_template(self, untrained, tmp_path):
        copy = tmp_path / "copy"
        shutil.copytree(untrained, copy)
        (copy / "chat_template.jinja").unlink()
        with pytest.raises(BackendLoadError, match="no chat template"):
            made(copy)

    def test_an_encoder_decoder(self, tiny_bart):
        with pytest.raises(BackendLoadError, match="backend 'bart' is for such models"):
            made(tiny_bart.folder)

    @pytest.mark.parametrize(
        ("option", "value", "kind"),
        [
            ("max_tokens", 0, ValueError),
            ("window", 50, ValueError),
            ("dtype", "int8", ValueError),
            ("prompt", "{words}", ValueError),
            ("num_return_sequences", 2, TypeError),
            ("nothing", 2, TypeError),
        ],
    )
    def test_options(self, untrained, option, value, kind):
        with pytest.raises(kind, match=option):
            made(untrained, **{option: value})
