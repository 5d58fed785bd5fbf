"""The encoder-decoders beside BART, each a small one of random weights in its own form."""

import shutil
import sys
from functools import partial

import pytest

from summarize import BackendLoadError, Length, Summarizer
from summarize.backends.seq2seq import Seq2Seq
from summarize.backends.seq2seq.settings import Limits
from summarize.errors import TruncationWarning

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

SENTENCES = [
    "Heavy rain closed the port of Ellery on Tuesday.",
    "The harbour wall had cracked in two places.",
    "Mayor Ada Roe said repairs would cost $3.4 million.",
    "She spoke after a council meeting.",
    "The port handles a third of all the island's food.",
]
TEXTS = [" ".join(SENTENCES[:n]) for n in (5, 2, 3, 4)]
PIECES = sorted({f"▁{word}" for text in TEXTS for word in text.split()})
LETTERS = [*map(chr, range(33, 127)), "▁"]
SIZES = {"d_model": 32, "vocab_size": 400}
LAYERS = {
    "encoder_layers": 2, "decoder_layers": 2, "num_hidden_layers": 2,
    "encoder_attention_heads": 4, "decoder_attention_heads": 4,
    "encoder_ffn_dim": 64, "decoder_ffn_dim": 64, "init_std": 0.6, "scale_embedding": True,
}  # fmt: skip


def vocabulary(*special):
    """Unigram pieces with their scores, whole words before letters."""
    words = [(piece, -3.0) for piece in PIECES]
    return [*((token, 0.0) for token in special), *words, *((each, -9.0) for each in LETTERS)]


def t5(folder, gated=False):
    tokenizer = transformers.T5Tokenizer(
        vocab=vocabulary("<pad>", "</s>", "<unk>"), model_max_length=64
    )
    config = transformers.T5Config(
        **SIZES, d_kv=8, d_ff=64, num_layers=2, num_decoder_layers=2, num_heads=4,
        decoder_start_token_id=0, initializer_factor=4.0,
        feed_forward_proj="gated-gelu" if gated else "relu",
        tie_word_embeddings=not gated,
        task_specific_params={
            "summarization": {
                "prefix": "summarize: ", "max_length": 30, "min_length": 3, "num_beams": 4,
                "early_stopping": True, "length_penalty": 2.0,
            },
        },
    )  # fmt: skip
    save(folder, tokenizer, transformers.T5ForConditionalGeneration(config))


def pegasus(folder):
    tokenizer = transformers.PegasusTokenizer(
        vocab=vocabulary("<pad>", "</s>", "<mask_1>", "<mask_2>", "<unk>", "<n>"),
        offset=0,
        model_max_length=64,
    )
    config = transformers.PegasusConfig(
        **SIZES, **LAYERS, max_position_embeddings=64, pad_token_id=0, eos_token_id=1,
        decoder_start_token_id=0, forced_eos_token_id=1,
    )  # fmt: skip
    generation = {"num_beams": 8, "max_length": 30, "length_penalty": 0.8, "early_stopping": True}
    save(folder, tokenizer, transformers.PegasusForConditionalGeneration(config), **generation)


def led(folder):
    config = transformers.LEDConfig(
        **SIZES, **LAYERS, attention_window=8, max_encoder_position_embeddings=256,
        max_decoder_position_embeddings=48,
    )  # fmt: skip
    model = transformers.LEDForConditionalGeneration(config)
    save(folder, bart_tokenizer(256), model, num_beams=4, max_length=30, early_stopping=True)


def bart_tokenizer(window):
    pieces = dict.fromkeys(["<s>", "<pad>", "</s>", "<unk>", "<mask>", "Ġ", *LETTERS])
    return transformers.BartTokenizer(
        vocab={piece: number for number, piece in enumerate(pieces)},
        merges=[],
        model_max_length=window,
    )


def mbart(folder):
    special = ("<s>", "<pad>", "</s>", "<unk>")
    languages = transformers.models.mbart.tokenization_mbart.FAIRSEQ_LANGUAGE_CODES
    tokenizer = transformers.MBartTokenizer(
        vocab=[*vocabulary(*special), *((code, 0.0) for code in languages), ("<mask>", 0.0)],
        model_max_length=64,
    )
    german = tokenizer.convert_tokens_to_ids("de_DE")
    config = transformers.MBartConfig(
        **SIZES, **LAYERS, max_position_embeddings=64, decoder_start_token_id=german,
        forced_eos_token_id=2,
    )  # fmt: skip
    model = transformers.MBartForConditionalGeneration(config)
    save(folder, tokenizer, model, num_beams=4, max_length=30, early_stopping=True)


def mbart50(folder):
    special = ("<s>", "<pad>", "</s>", "<unk>")
    languages = transformers.models.mbart50.tokenization_mbart50.FAIRSEQ_LANGUAGE_CODES
    tokenizer = transformers.MBart50Tokenizer(
        vocab=[*vocabulary(*special), *((code, 0.0) for code in languages), ("<mask>", 0.0)],
        model_max_length=64,
    )
    config = transformers.MBartConfig(
        **SIZES, **LAYERS, max_position_embeddings=64, decoder_start_token_id=2,
        forced_eos_token_id=2, tokenizer_class="MBart50Tokenizer",
    )  # fmt: skip
    model = transformers.MBartForConditionalGeneration(config)
    save(folder, tokenizer, model, num_beams=4, max_length=30, early_stopping=True)


def save(folder, tokenizer, model, **generation):
    assert len(tokenizer) <= model.config.vocab_size, len(tokenizer)
    for name, value in generation.items():
        setattr(model.generation_config, name, value)
    with torch.no_grad():  # the end is likelier, so that some drafts have one
        model.get_input_embeddings().weight[model.config.eos_token_id] *= 2
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


FAMILIES = {
    "t5": t5, "t5-1.1": partial(t5, gated=True), "pegasus": pegasus, "led": led, "mbart": mbart,
    "mbart-50": mbart50,
}  # fmt: skip


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    made = {}
    for family, make in FAMILIES.items():
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(5)
            made[family] = tmp_path_factory.mktemp("families") / family
            make(made[family])
    return made


@pytest.fixture(params=FAMILIES)
def family(request):
    return request.param


@pytest.fixture
def folder(folders, family):
    return folders[family]


def on_torch(folder, **options):
    return Seq2Seq(model=folder, engine="torch", dtype="float32", device="cpu", **options)


def write(backend, texts=TEXTS):
    """The drafts, as tokens, within the model's own limits."""
    values = backend.settings.values
    limits = Limits(values["min_length"], values["max_length"])
    return backend.write(backend.encode(texts), backend.settings, limits)


def generate(folder, texts, prefix="", first_token_sees_all=False, **arguments):
    """The same by transformers' own classes, one text at a time, up to the first end."""
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model = transformers.AutoModelForSeq2SeqLM.from_pretrained(folder).eval()
    drafts = []
    for text in texts:
        inputs = tokenizer(prefix + text, return_tensors="pt")
        if first_token_sees_all:
            attention = torch.zeros_like(inputs["input_ids"])
            attention[0, 0] = 1
            inputs["global_attention_mask"] = attention
        with torch.inference_mode():
            [draft] = model.generate(**inputs, **arguments).tolist()
        drafts.append(draft)
    return drafts


# What a call of transformers v5 has to say itself for what v4's pipeline did.
BY_HAND = {
    "t5": {
        "prefix": "summarize: ", "max_length": 30, "min_length": 3, "num_beams": 4,
        "early_stopping": True, "length_penalty": 2.0,
    },
    "pegasus": {},
    "led": {"first_token_sees_all": True},
    "mbart": {},
    "mbart-50": {},
}  # fmt: skip
BY_HAND["t5-1.1"] = BY_HAND["t5"]


class TestEveryFamily:
    def test_equals_generate(self, folder, family):
        backend = on_torch(folder)
        drafts = write(backend)
        assert drafts == generate(folder, TEXTS, **BY_HAND[family])
        assert len({tuple(draft) for draft in drafts}) == len(TEXTS)
        assert drafts == [write(backend, [text])[0] for text in TEXTS]

    def test_ctranslate2_equals_torch(self, folder, family):
        pytest.importorskip("ctranslate2")
        backend = Seq2Seq(model=folder, dtype="float32", device="cpu")
        if family == "led":
            assert backend._engine.name == "torch"
            options = Summarizer(backend)(TEXTS[0]).options
            assert (
                options["engine_reason"] == "ctranslate2: it does not know the architecture 'led'"
            )
            return
        assert backend._engine.name == "ctranslate2"
        assert write(backend) == write(on_torch(folder))

    def test_counts_its_tokens(self, folder, family):
        backend = on_torch(folder)
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
        prefix = "summarize: " if family.startswith("t5") else ""
        assert backend.count(TEXTS) == [len(tokenizer(prefix + text).input_ids) for text in TEXTS]
        assert backend.window == (256 if family == "led" else 64)

    def test_keeps_to_lengths(self, folder, capfd):
        summarizer = Summarizer(on_torch(folder, no_repeat_ngram_size=2))
        for words in (3, 12):
            for summary in summarizer.summarize_many(TEXTS, words=words):
                assert summary.words <= words or summary.over_length
        [draft] = summarizer.backend.generate(TEXTS[:1], Length(sentences=1))
        read = summarizer.backend.count(TEXTS[:1])[0]
        assert draft.options["max_length"] == min(30, 16 * -(-read // 16))
        assert capfd.readouterr() == ("", "")

    def test_reads_beyond_its_window(self, folder):
        text = " ".join(TEXTS * 3)
        with pytest.warns(TruncationWarning):
            summary = Summarizer(on_torch(folder))(text)
        assert summary.truncated
        assert 0 < summary.read_fraction < 0.7


class TestT5:
    def test_a_prefix_of_ones_own(self, folders):
        own = on_torch(folders["t5"], prefix="Tuesday. ")
        assert write(own) == generate(
            folders["t5"], TEXTS, **{**BY_HAND["t5"], "prefix": "Tuesday. "}
        )
        assert Summarizer(own)(TEXTS[0]).options["prefix"] == "Tuesday. "

    def test_no_position_is_too_far(self, folders):
        assert on_torch(folders["t5"], window=500).window == 500


def test_pegasus_line_breaks_become_spaces(folders):
    backend = on_torch(folders["pegasus"])
    tokens = backend.encode(["Heavy rain", "The port"])
    line_break = backend._tokenizer.convert_tokens_to_ids("<n>")
    assert backend.decode([0, *tokens[0][:-1], line_break, *tokens[1]]).split() == [
        "Heavy", "rain", "The", "port",
    ]  # fmt: skip


def test_a_sentencepiece_model_says_what_it_needs(folders, tmp_path, monkeypatch):
    folder = tmp_path / "pegasus"
    shutil.copytree(folders["pegasus"], folder)
    (folder / "tokenizer.json").rename(folder / "spiece.model")
    monkeypatch.setitem(sys.modules, "sentencepiece", None)
    with pytest.raises(BackendLoadError, match="pip install sentencepiece protobuf"):
        on_torch(folder)


def test_led_reads_across_its_attention_window(folders):
    """The batch is padded to a multiple of the window, which changes nothing."""
    backend = on_torch(folders["led"])
    texts = [SENTENCES[0][:n] for n in (5, 6, 7, 13, 14, 48)]
    assert {count % 8 for count in backend.count(texts)} > {0, 1, 7}
    assert write(backend, texts) == [write(backend, [text])[0] for text in texts]


class TestLanguages:
    @pytest.mark.parametrize(
        ("family", "setting"),
        [("mbart", "decoder_start_token_id"), ("mbart-50", "forced_bos_token_id")],
    )
    @pytest.mark.parametrize("engine", ["torch", "ctranslate2"])
    def test_from_one_into_another(self, folders, family, setting, engine):
        if engine == "ctranslate2":
            pytest.importorskip("ctranslate2")
        folder = folders[family]
        backend = Seq2Seq(
            model=folder, engine=engine, dtype="float32", device="cpu",
            source_language="cs", target_language="fr-CA",
        )  # fmt: skip
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder, src_lang="cs_CZ")
        french = tokenizer.convert_tokens_to_ids("fr_XX")
        model = transformers.AutoModelForSeq2SeqLM.from_pretrained(folder).eval()
        for text, draft in zip(TEXTS, write(backend), strict=True):
            inputs = tokenizer(text, return_tensors="pt")
            assert tokenizer.convert_tokens_to_ids("cs_CZ") in inputs["input_ids"]
            with torch.inference_mode():
                [expected] = model.generate(**inputs, **{setting: french}).tolist()
            assert draft == expected
            assert french in draft[:2]
            assert "fr_XX" not in backend.decode(draft)

    @pytest.mark.parametrize(
        ("family", "options", "message"),
        [
            ("mbart", {"source_language": "tlh"}, "source_language='tlh' must be one of ar_AR, "),
            ("mbart-50", {"target_language": "en_US"}, "target_language='en_US' must be one of"),
            ("t5", {"source_language": "en"}, "it has one language only"),
            ("pegasus", {"target_language": "de"}, "it has one language only"),
        ],
    )
    def test_one_that_it_does_not_know(self, folders, family, options, message):
        with pytest.raises(BackendLoadError, match=message):
            on_torch(folders[family], **options)
