"""compat's pipelines against what transformers v4's answered, call by call."""

import json
import sys
import warnings
from pathlib import Path

import pytest

from summarize.compat.transformers import pipeline

pytest.importorskip("torch")
pytest.importorskip("transformers")

sys.path.insert(0, str(Path(__file__).parent / "golden"))
try:
    import compat_v4
finally:
    sys.path.pop(0)

GOLDEN = json.loads(compat_v4.GOLDEN.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A pipeline for a call, each made once; in double precision, as v4's were."""
    home, pipelines = tmp_path_factory.mktemp("v4"), {}

    def made(call):
        folder = home / call["model"]
        if not folder.exists():
            told = compat_v4.make(call["model"], folder)
            assert told == GOLDEN["weights"][call["model"]], "other weights than v4 had"
        key = compat_v4.pipeline_key(call)
        if key not in pipelines:
            pipelines[key] = pipeline(call["task"], folder, device=-1, **call["make"])
            pipelines[key].model.double()
        return pipelines[key]

    return made


def why_otherwise(call):
    """Why compat answers otherwise on purpose; ``None`` where it answers as v4 did."""
    options = {**call["make"], **call["call"]}
    if call["texts"] == compat_v4.LONG and "truncation" not in options:
        return "more tokens than the tokenizer says the model reads are an error, not a try"
    if options.get("min_length", 0) > options.get("max_length", 99):
        return "lengths that contradict each other are an error"
    if "max_new_tokens" in call["make"] and "max_length" in call["call"]:
        return "the call's max_length holds, not the pipeline's max_new_tokens"
    if call["model"] == "t5" and "num_beams" in call["make"]:
        return "settings of the pipeline hold before the model's task_specific_params"
    return None


def as_asked(call):
    """A call as v4 understood it: 4.57 took its own 4 beams for the 5 or 8 of the model's own."""
    beams = compat_v4.MODELS[call["model"]][2].get("num_beams", 4)
    if beams == 4 or "num_beams" in call["make"] or "num_beams" in call["call"]:
        return call
    return {**call, "call": {"num_beams": 4, **call["call"]}}


@pytest.mark.parametrize("name", GOLDEN["answers"])
def test_as_v4_answered(made, name):
    call = compat_v4.calls()[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        answered = compat_v4.answer(made(call), as_asked(call))
    assert (answered == GOLDEN["answers"][name]) is (why_otherwise(call) is None)


def test_every_call_has_its_answer():
    assert {*GOLDEN["answers"], *GOLDEN["nearly tied"]} == compat_v4.calls().keys()
