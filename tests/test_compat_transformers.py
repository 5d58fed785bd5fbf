"""transformers v4's pipeline("summarization"), on v5."""

import json
import pickle

import pytest

from summarize import DocumentTooLongError
from summarize.compat.transformers import SummarizationPipeline, pipeline

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from test_seq2seq_families import (  # noqa: E402 - it needs both
    FAMILIES,
    LAYERS,
    SIZES,
    bart_tokenizer,
    save,
)

SENTENCE = "The harbour wall had cracked in two places."


@pytest.fixture(scope="module")
def summarizer(tiny_bart):
    return pipeline("summarization", model=str(tiny_bart.folder), device=-1)


@pytest.fixture(scope="module")
def expected(tiny_bart):
    """What transformers' own classes write for each text, one by one."""
    tokenizer = transformers.AutoTokenizer.from_pretrained(tiny_bart.folder)
    model = transformers.AutoModelForSeq2SeqLM.from_pretrained(tiny_bart.folder).eval()

    def generate(text, **options):
        inputs = tokenizer(text, return_tensors="pt", truncation=True, max_length=256)
        with torch.inference_mode():
            [tokens] = model.generate(**inputs, **options)
        return tokenizer.decode(tokens, skip_special_tokens=True)

    return generate


def test_what_v5_says_is_what_the_readme_quotes():
    with pytest.raises(KeyError, match="summarization"):
        transformers.pipeline("summarization")


def test_a_string(summarizer, expected, tiny_bart):
    text = tiny_bart.texts[0]
    assert summarizer(text) == [{"summary_text": expected(text)}]


@pytest.mark.parametrize("batch_size", [1, 3])
def test_a_list(summarizer, expected, tiny_bart, batch_size):
    texts = tiny_bart.texts[:4]
    assert summarizer(texts, batch_size=batch_size) == [
        {"summary_text": expected(text)} for text in texts
    ]


def test_a_generator(summarizer, expected, tiny_bart):
    taken = []

    def texts():
        for text in tiny_bart.texts[:3]:
            taken.append(text)
            yield text

    results = summarizer(texts())
    assert taken == []
    assert next(iter(results)) == [{"summary_text": expected(tiny_bart.texts[0])}]
    assert len(taken) == 1
    assert len(list(results)) == 2


@pytest.mark.parametrize(
    "options",
    [
        {"max_length": 40, "min_length": 30},
        {"max_length": 40},
        {"num_beams": 1},
        {"max_new_tokens": 25},
        {"num_beams": 2, "length_penalty": 0.5, "early_stopping": False},
    ],
)
def test_generation_settings(summarizer, expected, tiny_bart, options):
    text = tiny_bart.texts[1]
    assert summarizer(text, **options) == [{"summary_text": expected(text, **options)}]


def test_settings_of_the_pipeline_hold_for_every_call(tiny_bart, expected):
    summarizer = pipeline("summarization", model=tiny_bart.folder, num_beams=1, max_length=40)
    text = tiny_bart.texts[2]
    options = {"num_beams": 1, "max_length": 40}
    assert summarizer(text) == [{"summary_text": expected(text, **options)}]
    options["max_length"] = 20
    assert summarizer(text, max_length=20) == [{"summary_text": expected(text, **options)}]


def test_sampling_follows_the_callers_seed(summarizer, tiny_bart):
    def sampled(seed):
        torch.manual_seed(seed)
        return summarizer(
            tiny_bart.texts[0], do_sample=True, num_beams=1, temperature=3.0, max_length=60
        )

    with torch.random.fork_rng():
        assert sampled(1) == sampled(1)
        assert len({sampled(seed)[0]["summary_text"] for seed in range(4)}) > 1


def test_a_least_length_above_the_greatest_is_lowered(summarizer, tiny_bart):
    [record] = summarizer(tiny_bart.texts[0], max_length=6, return_tensors=True)
    assert len(record["summary_token_ids"]) == 6


def test_tensors(summarizer, tiny_bart):
    records = summarizer(tiny_bart.texts[:2], return_tensors=True)
    assert all(torch.is_tensor(record["summary_token_ids"]) for record in records)
    assert summarizer(tiny_bart.texts[0], return_text=False)[0].keys() == {"summary_token_ids"}


def test_clean_up(summarizer, tiny_bart):
    for value in (True, False):
        [record] = summarizer(tiny_bart.texts[0], clean_up_tokenization_spaces=value)
        assert record["summary_text"]


def test_truncation(summarizer, expected, tiny_bart):
    text = " ".join(tiny_bart.texts)
    with pytest.raises(DocumentTooLongError, match="truncation=True"):
        summarizer(text)
    for truncation in (True, "longest_first", "only_first"):
        assert summarizer(text, truncation=truncation) == [{"summary_text": expected(text)}]


def test_the_other_engine(tiny_bart, expected):
    pytest.importorskip("ctranslate2")
    summarizer = pipeline(
        "summarization",
        model=tiny_bart.folder,
        device="cpu",
        engine="ctranslate2",
        torch_dtype=torch.float32,
    )
    text = tiny_bart.texts[0]
    assert summarizer(text) == [{"summary_text": expected(text)}]
    with pytest.raises(ValueError, match="engine='torch' can do it"):
        summarizer(text, do_sample=True)


def test_a_loaded_model(tiny_bart, expected):
    tokenizer = transformers.AutoTokenizer.from_pretrained(tiny_bart.folder)
    model = transformers.AutoModelForSeq2SeqLM.from_pretrained(tiny_bart.folder)
    before = model.generation_config.to_dict()
    summarizer = pipeline("summarization", model=model, tokenizer=tokenizer)
    texts = tiny_bart.texts[:2]
    assert summarizer(texts) == [{"summary_text": expected(text)} for text in texts]
    assert model.generation_config.to_dict() == before
    with pytest.raises(ValueError, match="needs tokenizer="):
        pipeline("summarization", model=model)


def test_a_tokenizer_by_name(tiny_bart, expected):
    folder = str(tiny_bart.folder)
    text = tiny_bart.texts[0]
    summarizer = pipeline("summarization", model=folder, tokenizer=folder)
    assert summarizer(text) == [{"summary_text": expected(text)}]
    with pytest.raises(TypeError, match="tokenizer must be a loaded one"):
        pipeline("summarization", model=folder, tokenizer="another")


def test_mistakes(summarizer, tiny_bart):
    with pytest.raises(ValueError, match=r"not one of those stood in for, 'summarization', "):
        pipeline("fill-mask")
    with pytest.raises(ValueError, match="needs model="):
        pipeline("translation")
    with pytest.raises(ValueError, match="v5 knows 'pt' alone"):
        pipeline("summarization", framework="tf")
    with pytest.raises(TypeError, match="documents must be a text or texts, not int"):
        summarizer(3)
    with pytest.raises(TypeError, match="not a mapping"):
        summarizer({"text": "It rained."})
    with pytest.raises(ValueError, match="max_length=9999 exceeds the 256 positions"):
        summarizer(tiny_bart.texts[0], max_length=9999)
    with pytest.raises(ValueError, match="num_return_sequences=5 must be at most num_beams=2"):
        summarizer(tiny_bart.texts[0], num_return_sequences=5, num_beams=2)
    with pytest.raises(TypeError, match="a name, a folder or an encoder-decoder"):
        pipeline("summarization", model=object())
    with pytest.raises(TypeError, match="did you mean 'num_beams'"):
        summarizer(tiny_bart.texts[0], num_beam=2)
    with pytest.raises(TypeError, match="must be a str"):
        summarizer([tiny_bart.texts[0], None])
    with pytest.raises(ValueError, match="batch_size"):
        summarizer(tiny_bart.texts, batch_size=0)


# --- What v4's own test of its pipeline asks of each architecture ---------------------------------

CNN = "(CNN) A ferry was held in port on Tuesday."


LIKE_BART = {**SIZES, **LAYERS, "max_position_embeddings": 64}
LIKE_T5 = {
    "vocab_size": 400, "d_model": 32, "d_kv": 8, "d_ff": 64, "num_layers": 2, "num_heads": 4,
    "num_decoder_layers": 2, "decoder_start_token_id": 0,
}  # fmt: skip
OTHERS = {
    "bart": LIKE_BART,
    "bigbird_pegasus": {**LIKE_BART, "attention_type": "original_full"},
    "blenderbot": LIKE_BART,
    "blenderbot-small": LIKE_BART,
    "fsmt": {
        **LIKE_BART, "src_vocab_size": 400, "tgt_vocab_size": 400, "langs": ["en", "de"],
    },
    "longt5": LIKE_T5,
    "m2m_100": LIKE_BART,
    "marian": {**LIKE_BART, "pad_token_id": 1, "decoder_start_token_id": 1},
    "mt5": LIKE_T5,
    "mvp": LIKE_BART,
    "nllb-moe": {**LIKE_BART, "num_experts": 2, "decoder_sparse_step": 0, "encoder_sparse_step": 0},
    "pegasus_x": {**LIKE_BART, "block_size": 16, "stagger_local_blocks": False},
    "plbart": LIKE_BART,
    "prophetnet": {
        "vocab_size": 400, "hidden_size": 32, "num_encoder_layers": 1, "num_decoder_layers": 1,
        "num_encoder_attention_heads": 2, "num_decoder_attention_heads": 2, "encoder_ffn_dim": 64,
        "decoder_ffn_dim": 64, "max_position_embeddings": 64,
    },
    "switch_transformers": {**LIKE_T5, "num_experts": 2},
    "umt5": LIKE_T5,
}  # fmt: skip


def made(name, folder):
    """A model of one architecture, small and of random weights, with BART's tokenizer."""
    if name in FAMILIES:
        return FAMILIES[name](folder)
    config = transformers.CONFIG_MAPPING[name](**OTHERS[name])
    model = transformers.AutoModelForSeq2SeqLM.from_config(config)
    return save(folder, bart_tokenizer(64), model)


def test_encoder_decoder_windows_are_those_of_its_halves(tmp_path):
    half = {
        "vocab_size": 400, "hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2,
        "intermediate_size": 64,
    }  # fmt: skip
    config = transformers.EncoderDecoderConfig.from_encoder_decoder_configs(
        transformers.BertConfig(**half, max_position_embeddings=48),
        transformers.BertConfig(**half, max_position_embeddings=40),
    )
    config.decoder_start_token_id, config.pad_token_id = 0, 1
    config.eos_token_id = 2
    transformers.EncoderDecoderModel(config).save_pretrained(tmp_path)
    bart_tokenizer(10**30).save_pretrained(tmp_path)
    summarizer = pipeline("summarization", tmp_path, device=-1, max_new_tokens=12)
    assert (summarizer._backend.window, summarizer._backend.positions) == (48, 40)
    assert summarizer("Rain.")[0].keys() == {"summary_text"}
    with pytest.raises(DocumentTooLongError):
        summarizer("This " * 100)


@pytest.mark.parametrize("family", [*FAMILIES, *OTHERS])
def test_as_v4_tested_its_own(tmp_path, family):
    made(family, tmp_path)
    summarizer = SummarizationPipeline(model=tmp_path, device=-1, max_new_tokens=20)
    [record] = summarizer(CNN)
    assert record.keys() == {"summary_text"}
    assert isinstance(record["summary_text"], str)
    [record] = summarizer(CNN, num_beams=2, min_length=2, max_length=5, return_tensors=True)
    assert len(record["summary_token_ids"]) <= 5
    too_long = "This " * 1000
    with pytest.raises(DocumentTooLongError):
        summarizer(too_long)
    assert summarizer(too_long, truncation="only_first")[0].keys() == {"summary_text"}


def test_lengths_of_the_constructor_give_way_to_those_of_the_call(tiny_bart):
    summarizer = pipeline("summarization", tiny_bart.folder, max_new_tokens=20, device=-1)
    tensors = {"return_tensors": True}
    assert len(summarizer(tiny_bart.texts[0], **tensors)[0]["summary_token_ids"]) == 21
    assert len(summarizer(tiny_bart.texts[0], max_length=9, **tensors)[0]["summary_token_ids"]) == 9
    with pytest.raises(ValueError, match="only one of max_new_tokens and max_length"):
        summarizer(tiny_bart.texts[0], max_length=9, max_new_tokens=9)


def test_attributes(summarizer, tiny_bart, tmp_path):
    assert summarizer.task == "summarization"
    assert summarizer.framework == "pt"
    assert summarizer.device == torch.device("cpu")
    assert summarizer.dtype == summarizer.torch_dtype == torch.float32
    assert summarizer.model.config.model_type == "bart"
    assert summarizer.tokenizer("Rain.")["input_ids"]
    assert summarizer.generation_config.num_beams == 4
    summarizer.save_pretrained(tmp_path)
    again = pipeline("summarization", tmp_path, device=-1)
    assert again(tiny_bart.texts[0]) == summarizer(tiny_bart.texts[0])


def test_defaults_of_the_constructor(tiny_bart, expected):
    long = " ".join(tiny_bart.texts)
    summarizer = pipeline(
        "summarization", tiny_bart.folder, truncation=True, return_tensors=True, batch_size=2,
        model_kwargs={"torch_dtype": torch.float32, "use_safetensors": True}, num_workers=4,
        framework="pt", use_fast=True, device_map={"": "cpu"}, num_beams=2,
        generation_config=transformers.GenerationConfig(num_beams=3, max_new_tokens=12),
    )  # fmt: skip
    [record] = summarizer(long)
    assert len(record["summary_token_ids"]) == 13
    assert summarizer(long, return_tensors=False)[0].keys() == {"summary_text"}
    assert summarizer.generation_config.num_beams == 2
    with pytest.raises(DocumentTooLongError):
        summarizer(long, truncation=False)
    with pytest.raises(ValueError, match="only one of device and device_map"):
        pipeline("summarization", tiny_bart.folder, device=0, device_map="cpu")
    with pytest.raises(TypeError, match="is given loaded"):
        pipeline("summarization", tiny_bart.folder, device_map={"encoder": 0, "decoder": 1})


def test_several_drafts_a_text(summarizer, tiny_bart):
    texts = tiny_bart.texts[:2]
    drafts = summarizer(texts, num_return_sequences=3, max_length=20)
    assert [len(each) for each in drafts] == [3, 3]
    best = summarizer(texts, max_length=20)
    assert [each[0] for each in drafts] == best
    assert len({record["summary_text"] for record in drafts[0]}) == 3
    with torch.random.fork_rng():
        drawn = summarizer(
            texts[0], num_return_sequences=4, do_sample=True, num_beams=1, temperature=3.0,
            max_length=20,
        )  # fmt: skip
    assert len(drawn) == 4


def test_processors_and_criteria_reach_generate(summarizer, tiny_bart):
    class Stop(transformers.StoppingCriteria):
        def __call__(self, input_ids, scores, **_):
            return torch.full((len(input_ids),), input_ids.shape[1] >= 7)

    [record] = summarizer(
        tiny_bart.texts[0], stopping_criteria=transformers.StoppingCriteriaList([Stop()]),
        num_beams=1, min_length=0, return_tensors=True,
    )  # fmt: skip
    assert len(record["summary_token_ids"]) == 7


def test_a_dataset_is_read_by_its_length(summarizer, tiny_bart):
    class Texts:
        """Map-style: no index is beyond its end."""

        def __len__(self):
            return 3

        def __getitem__(self, index):
            return tiny_bart.texts[index % 8]

    results = summarizer(Texts(), max_length=12)
    assert len(results) == 3
    assert [len(records) for records in results] == [1, 1, 1]
    with pytest.raises(TypeError, match="without a length"):
        len(summarizer(iter(tiny_bart.texts)))


def test_it_pickles(tiny_bart, expected):
    summarizer = pickle.loads(
        pickle.dumps(pipeline("summarization", tiny_bart.folder, device=-1, max_length=20))
    )
    text = tiny_bart.texts[0]
    assert summarizer(text) == [{"summary_text": expected(text, max_length=20)}]


def test_the_other_tasks(tmp_path, tiny_bart, expected):
    text = tiny_bart.texts[0]
    writer = pipeline("text2text-generation", tiny_bart.folder, device=-1)
    assert writer(text) == [{"generated_text": expected(text)}]
    FAMILIES["t5"](tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    config["task_specific_params"] = {
        "summarization": {"prefix": "summarize: "},
        "translation_en_to_de": {"prefix": "translate English to German: ", "max_length": 9},
    }
    (tmp_path / "config.json").write_text(json.dumps(config))
    translator = pipeline("translation_en_to_de", tmp_path, device=-1)
    assert translator.task == "translation_en_to_de"
    assert translator.generation_config.max_length == 9
    assert translator._backend.settings.prefix == "translate English to German: "
    assert translator(SENTENCE)[0].keys() == {"translation_text"}


@pytest.mark.parametrize("way", ["task", "src_lang"])
def test_translation_names_the_languages_of_a_model_that_has_several(tmp_path, way):
    FAMILIES["mbart-50"](tmp_path)
    if way == "task":
        translator = pipeline("translation_cs_to_fr", tmp_path, device=-1, max_length=9)
    else:
        translator = pipeline(
            "translation", tmp_path, device=-1, max_length=9, src_lang="cs_CZ", tgt_lang="fr_XX"
        )
    forced = translator.generation_config.forced_bos_token_id
    assert translator.tokenizer.convert_ids_to_tokens(forced) == "fr_XX"
    assert translator.tokenizer.src_lang == "cs_CZ"
