"""transformers v4's pipeline("summarization"), on v5."""

import pytest

from summarize import DocumentTooLongError
from summarize.compat.transformers import pipeline

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")


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
    with pytest.raises(ValueError, match="only 'summarization'"):
        pipeline("translation")
    with pytest.raises(TypeError, match="a name, a folder or an encoder-decoder"):
        pipeline("summarization", model=object())
    with pytest.raises(TypeError, match="did you mean 'num_beams'"):
        summarizer(tiny_bart.texts[0], num_beam=2)
    with pytest.raises(TypeError, match="must be a str"):
        summarizer([tiny_bart.texts[0], None])
    with pytest.raises(ValueError, match="batch_size"):
        summarizer(tiny_bart.texts, batch_size=0)
