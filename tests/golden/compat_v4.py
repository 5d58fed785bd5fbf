"""What transformers v4's pipelines answered: small models, calls, and the script that asked.

    pip install transformers==4.57.6 torch
    python tests/golden/compat_v4.py

writes ``compat_v4.json`` beside it, which ``tests/test_compat_golden.py`` holds
:mod:`summarize.compat.transformers` to. The models' weights are numbers of Python's ``random``, the
same on every machine. Each answer is that of single and of double precision; calls of which these
differ, by drafts whose scores are nearly tied, are left out and named.
"""

from __future__ import annotations

import hashlib
import json
import random
import tempfile
import warnings
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).with_suffix(".json")
WORDS = (
    "heavy rain closed the port of Ellery on Tuesday . , harbour wall had cracked in two places "
    "Mayor Ada Roe said repairs would cost $3.4 million She spoke after a council meeting that "
    "handles third all island 's food it is n't clear who will pay for them and when"
).split()
SPECIAL = ["<s>", "<pad>", "</s>", "<unk>"]
TEXT = (
    "heavy rain closed the port of Ellery on Tuesday . the harbour wall had cracked in two places "
    ". Mayor Ada Roe said repairs would cost $3.4 million ."
)
OTHER = "it is n't clear who will pay for them , and when ."
SHORT = "She spoke ."
LONG = " ".join([TEXT] * 4)
WINDOW = 64

LAYERS = {
    "d_model": 16, "encoder_layers": 2, "decoder_layers": 2, "num_hidden_layers": 2,
    "encoder_attention_heads": 2, "decoder_attention_heads": 2, "encoder_ffn_dim": 32,
    "decoder_ffn_dim": 32, "max_position_embeddings": 320,
}  # fmt: skip
IDS = {"bos_token_id": 0, "pad_token_id": 1, "eos_token_id": 2, "decoder_start_token_id": 2}
T5 = {
    "d_model": 16, "d_kv": 8, "d_ff": 32, "num_layers": 2, "num_decoder_layers": 2, "num_heads": 2,
    **IDS, "decoder_start_token_id": 1,
}  # fmt: skip
# By name: the architecture, its configuration, its generation settings.
MODELS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "bare": ("bart", {**LAYERS, **IDS}, {}),
    "bart": ("bart", {**LAYERS, **IDS}, {"max_length": 26}),
    "bart-cnn": (
        "bart",
        {**LAYERS, **IDS},
        {
            "num_beams": 4, "max_length": 40, "min_length": 10, "length_penalty": 2.0,
            "no_repeat_ngram_size": 3, "early_stopping": True, "forced_bos_token_id": 0,
            "forced_eos_token_id": 2,
        },
    ),
    "mbart": ("mbart", {**LAYERS, **IDS}, {"num_beams": 5, "max_length": 30}),
    "pegasus": (
        "pegasus",
        {**LAYERS, **IDS, "decoder_start_token_id": 1},
        {"num_beams": 8, "max_length": 32, "length_penalty": 0.8, "forced_eos_token_id": 2},
    ),
    "marian": (
        "marian",
        {**LAYERS, **IDS, "decoder_start_token_id": 1},
        {"num_beams": 4, "max_length": 32, "bad_words_ids": [[1]]},
    ),
    "t5": (
        "t5",
        {
            **T5,
            "task_specific_params": {
                "summarization": {
                    "prefix": "said : ", "max_length": 30, "min_length": 5, "num_beams": 4,
                    "length_penalty": 2.0, "early_stopping": True, "no_repeat_ngram_size": 3,
                },
                "translation_en_to_de": {"prefix": "in ", "max_length": 22, "num_beams": 3},
            },
        },
        {"max_length": 28},
    ),
}  # fmt: skip

Call = dict[str, Any]
# What is asked of every model: constructor's options, texts, the call's options.
CALLS: list[Call] = [
    {"texts": TEXT},
    {"texts": TEXT, "call": {"max_length": 12}},
    {"texts": TEXT, "call": {"max_length": 24, "min_length": 20}},
    {"texts": TEXT, "call": {"max_new_tokens": 9}},
    {"texts": TEXT, "call": {"num_beams": 1}},
    {"texts": TEXT, "call": {"num_beams": 3, "length_penalty": 0.5, "early_stopping": False}},
    {"texts": TEXT, "call": {"num_beams": 2, "early_stopping": "never", "length_penalty": -1.0}},
    {"texts": TEXT, "call": {"no_repeat_ngram_size": 2, "max_length": 30}},
    {"texts": TEXT, "call": {"repetition_penalty": 1.6, "max_length": 20}},
    {"texts": TEXT, "call": {"num_beams": 4, "num_return_sequences": 3, "max_length": 15}},
    {"texts": TEXT, "call": {"return_tensors": True, "max_length": 15}},
    {"texts": TEXT, "call": {"clean_up_tokenization_spaces": True, "max_length": 30}},
    {"texts": [TEXT, OTHER, SHORT], "call": {"max_length": 20}},
    {"texts": [TEXT, OTHER, SHORT], "call": {"max_length": 20, "batch_size": 2}},
    {"texts": LONG, "call": {"truncation": True, "max_length": 20}},
    {"texts": TEXT, "make": {"max_new_tokens": 20}, "call": {"max_length": 6}},
    {"texts": TEXT, "make": {"max_length": 10, "num_beams": 2}},
    {"texts": SHORT, "call": {"min_length": 30, "max_length": 12}},
]
# What is asked of some, by model and task.
MORE: list[Call] = [
    {"model": "bare", "texts": TEXT, "call": {"max_length": 12, "num_beams": 1}},
    {"model": "bare", "texts": TEXT, "call": {"max_new_tokens": 12}},
    {"model": "bart", "texts": []},
    {"model": "bart", "texts": ""},
    {"model": "bart", "texts": [TEXT, OTHER], "call": {"num_beams": 2, "num_return_sequences": 2}},
    {"model": "bart", "texts": LONG, "call": {"max_length": 20}},
    {"model": "bart", "texts": TEXT, "call": {"max_length": 100}},
    {"model": "bart", "texts": TEXT, "call": {"bad_words_ids": [[5], [7, 8]], "max_length": 20}},
    {"model": "bart", "texts": TEXT, "call": {"forced_bos_token_id": 9, "max_length": 20}},
    {"model": "bart", "texts": TEXT, "make": {"truncation": True}, "call": {"max_length": 20}},
    {"model": "bart-cnn", "texts": LONG, "call": {"truncation": "longest_first"}},
    {"model": "bart-cnn", "task": "text2text-generation", "texts": TEXT},
    {"model": "t5", "task": "text2text-generation", "texts": TEXT},
    {"model": "t5", "task": "translation_en_to_de", "texts": TEXT},
    {"model": "t5", "task": "translation_en_to_de", "texts": [TEXT, SHORT]},
    {"model": "marian", "task": "translation", "texts": TEXT},
    {"model": "t5", "texts": LONG, "call": {"max_length": 20}},
]


def calls() -> dict[str, Call]:
    """All calls, by a name that says what they are."""
    every = [{"model": model, **call} for model in MODELS if model != "bare" for call in CALLS]
    found = {}
    for each in every + MORE:
        call = {"task": "summarization", "make": {}, "call": {}, **each}
        texts = call["texts"]
        what = (
            f"{len(texts)} texts" if isinstance(texts, list) else
            {TEXT: "text", OTHER: "other", SHORT: "short", LONG: "long", "": "empty"}[texts]
        )  # fmt: skip
        options = [f"{key}={value}" for key, value in {**call["make"], **call["call"]}.items()]
        name = " ".join([call["model"], call["task"], what, *options])
        found[name + (" (made)" if call["make"] else "")] = call
    return found


def make(name: str, folder: Path) -> str:
    """Save a model with its tokenizer into a folder; return what tells its weights."""
    import torch
    import transformers
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    vocabulary = {piece: number for number, piece in enumerate([*SPECIAL, ":", *WORDS])}
    vocabulary = {piece: number for number, piece in enumerate(vocabulary)}
    inner = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    inner.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    inner.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=inner, bos_token="<s>", pad_token="<pad>", eos_token="</s>",
        unk_token="<unk>", model_max_length=WINDOW,
    )  # fmt: skip
    kind, settings, generation = MODELS[name]
    config = transformers.CONFIG_MAPPING[kind](**settings, vocab_size=len(vocabulary))
    model = transformers.AutoModelForSeq2SeqLM.from_config(config)
    computed = {
        f"{path}.weight"
        for path, module in model.named_modules()
        if "Sinusoidal" in type(module).__name__
    }
    told = hashlib.sha256()
    with torch.no_grad():
        for path, weight in sorted(model.named_parameters()):
            if path in computed:
                continue
            chosen = random.Random(f"3 {name} {path}")
            spread = 0.2 if weight.dim() == 1 else _spread(path)
            values = [spread * (2 * chosen.random() - 1) for _ in range(weight.numel())]
            if weight.dim() == 1 and path.endswith("norm.weight"):
                values = [1 + value for value in values]
            weight.copy_(torch.tensor(values).view_as(weight))
            if weight.shape[0] == len(vocabulary):  # the end is likelier
                weight[IDS["eos_token_id"]] *= 1.8
            told.update(path.encode() + weight.numpy().tobytes())
    for key, value in generation.items():
        setattr(model.generation_config, key, value)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return told.hexdigest()[:16]


def _spread(path: str) -> float:
    """How far a matrix's numbers go from zero: so far that drafts say more than one word."""
    if "shared" in path or "embed_tokens" in path or "lm_head" in path:
        return 0.6
    return 3.0 if "encoder_attn.out_proj" in path else 1.5


def pipeline_key(call: Call) -> str:
    """What tells apart the pipelines that calls are made to."""
    return json.dumps([call["model"], call["task"], call["make"]])


def answer(pipeline: Any, call: Call) -> Any:
    """What a pipeline answers to a call, as JSON has it; an error by its kind."""
    try:
        return plain(pipeline(call["texts"], **call["call"]))
    except Exception as error:
        return {"error": type(error).__name__}


def plain(answered: Any) -> Any:
    if isinstance(answered, dict):
        return {key: plain(value) for key, value in answered.items()}
    if isinstance(answered, list):
        return [plain(each) for each in answered]
    return answered.tolist() if hasattr(answered, "tolist") else answered


def main() -> None:
    import torch
    import transformers

    transformers.logging.set_verbosity_error()
    warnings.simplefilter("ignore")
    found: dict[str, Any] = {
        "made by": f"transformers {transformers.__version__}, torch {torch.__version__}",
        "weights": {},
        "answers": {},
        "nearly tied": [],
    }
    with tempfile.TemporaryDirectory() as place:
        for name in MODELS:
            found["weights"][name] = make(name, Path(place) / name)
        made: dict[str, Any] = {}
        for name, call in calls().items():
            key = pipeline_key(call)
            if key not in made:
                folder = str(Path(place) / call["model"])
                made[key] = [
                    transformers.pipeline(call["task"], folder, device=-1, **call["make"])
                    for _ in range(2)
                ]
                made[key][0].model.double()
            double, single = (answer(pipeline, call) for pipeline in made[key])
            if double == single:
                found["answers"][name] = double
            else:
                found["nearly tied"].append(name)
    lines = json.dumps(found, indent=0, ensure_ascii=False)
    GOLDEN.write_text(lines + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
