"""Models as they lie on the hub: each layout loads, or is one sentence that says what to do."""

import json
import shutil

import pytest
from loopback_hub import LoopbackHub, Repository, commit

from summarize import BackendLoadError, MissingDependencyError
from summarize.backends.seq2seq import Seq2Seq
from summarize.backends.seq2seq.settings import Limits

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

SETTINGS = {"engine": "torch", "dtype": "float32", "device": "cpu"}


@pytest.fixture
def hub(monkeypatch):
    served = LoopbackHub()
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", served.url)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.setattr(
        "huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE",
        served.url + "/{repo_id}/resolve/{revision}/{filename}",
    )
    yield served
    served.close()


@pytest.fixture
def add(hub, tiny_bart, tmp_path):
    """Put a repository on the hub: the tiny BART, with ``change`` made to its folder."""

    def added(name="roe/tiny", change=lambda folder: None, revision="main", **about):
        folder = tmp_path / "hub" / name / revision
        shutil.copytree(tiny_bart.folder, folder)
        change(folder)
        repository = hub.repositories.setdefault(name, Repository({}, **about))
        repository.folders[revision] = folder
        return folder

    return added


@pytest.fixture
def load(tmp_path):
    def loaded(name="roe/tiny", **options):
        return Seq2Seq(model=name, cache_dir=tmp_path / "cache", **{**SETTINGS, **options})

    return loaded


def tensors(folder):
    from safetensors.torch import load_file

    return load_file(folder / "model.safetensors")


def pickle_only(folder):
    torch.save(tensors(folder), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()


def both(folder):
    torch.save(tensors(folder), folder / "pytorch_model.bin")


def sharded(folder):
    from safetensors.torch import save_file

    weights = sorted(tensors(folder).items())
    (folder / "model.safetensors").unlink()
    halves = {"model-00001-of-00002.safetensors": dict(weights[:20])}
    halves["model-00002-of-00002.safetensors"] = dict(weights[20:])
    for name, part in halves.items():
        save_file(part, folder / name, metadata={"format": "pt"})
    places = {key: name for name, part in halves.items() for key in part}
    index = {"metadata": {}, "weight_map": places}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))


def first_words(backend, tiny_bart):
    ids = backend.encode(tiny_bart.texts[:1])
    return backend.decode(backend.write(ids, backend.settings, Limits(1, 20))[0])


@pytest.mark.parametrize(
    ("change", "fetched"),
    [
        (lambda folder: None, {"model.safetensors"}),
        (pickle_only, {"pytorch_model.bin"}),
        (both, {"model.safetensors"}),
        (
            sharded,
            {
                "model.safetensors.index.json",
                "model-00001-of-00002.safetensors",
                "model-00002-of-00002.safetensors",
            },
        ),
    ],
    ids=["safetensors", "pickle only", "both", "sharded"],
)
def test_one_kind_of_weights_is_fetched(hub, add, load, tiny_bart, change, fetched):
    folder = add(change=change)
    (folder / "tf_model.h5").write_bytes(b"large")
    backend = load()
    own = Seq2Seq(model=tiny_bart.folder, **SETTINGS)
    assert first_words(backend, tiny_bart) == first_words(own, tiny_bart)
    taken = set(hub.fetched)
    assert {name for name in taken if "model" in name and "token" not in name} == fetched
    assert backend._files.revision == commit("roe/tiny")
    assert load(local_files_only=True).settings == backend.settings  # all that it needs is here


def test_the_hubs_own_conversion_is_preferred_to_pickles(hub, add, load, tiny_bart):
    add(change=pickle_only)
    add(revision="refs/pr/3")
    hub.repositories["roe/tiny"].parents["refs/pr/3"] = commit("roe/tiny")
    hub.repositories["roe/tiny"].discussions.append(
        {"num": 3, "author": {"name": "SFconvertbot"}, "status": "open", "isPullRequest": True,
         "title": "Adding `safetensors` variant of this model",
         "createdAt": "2026-01-01T00:00:00.000Z", "repo": {"name": "roe/tiny", "type": "model"}}
    )  # fmt: skip
    backend = load()
    assert "pytorch_model.bin" not in hub.fetched
    assert backend._files.revision == commit("roe/tiny", "refs/pr/3")
    hub.fetched.clear()
    assert load(local_files_only=True)._files.revision == backend._files.revision


def test_pickles_are_refused_where_safetensors_are_asked_for(add, load):
    add(change=pickle_only)
    with pytest.raises(BackendLoadError, match=r"pickled weights alone \(pytorch_model.bin\)"):
        load(use_safetensors=True)


def test_a_pickle_that_would_run_code_is_refused(add, load, tmp_path):
    class Trap:
        def __reduce__(self):
            return (open, (str(tmp_path / "ran"), "w"))

    def trapped(folder):
        torch.save({"model.shared.weight": Trap()}, folder / "pytorch_model.bin")
        (folder / "model.safetensors").unlink()

    add(change=trapped)
    with pytest.raises(BackendLoadError, match="its weights cannot be loaded"):
        load()
    assert not (tmp_path / "ran").exists()


def test_an_older_torch_reads_no_pickles(add, load, monkeypatch):
    add(change=pickle_only)
    monkeypatch.setattr(torch, "__version__", "2.9.1+cpu")
    with pytest.raises(BackendLoadError, match=r"pip install 'torch>=2\.10'"):
        load()


@pytest.mark.parametrize(
    ("status", "message"),
    [
        ((403, "GatedRepo"), "it is gated: accept its terms on http.*/roe/tiny, then 'hf auth lo"),
        ((401, "Unauthorized"), "hf auth login"),
        ((429, "TooMany"), r"HTTP 429\); the hub has had too many requests"),
        ((500, "Broken"), r"HTTP 500\); where there is a network, 'hf download roe/tiny"),
    ],
)
def test_a_refusal_says_what_to_do(add, load, status, message):
    add(status=status)
    with pytest.raises(BackendLoadError, match=message) as caught:
        load()
    assert str(caught.value).startswith("backend 'bart'") or "model 'roe/tiny'" in str(caught.value)


def test_a_name_that_is_none(hub, load):
    with pytest.raises(BackendLoadError, match="no model of that name on the hub, or it is privat"):
        load("roe/tyni")
    with pytest.raises(BackendLoadError, match="neither a folder here nor a name on the hub"):
        load("roe/tiny/but/far")


def test_a_revision_that_is_none_names_those_that_are(add, load):
    add()
    add(revision="old")
    with pytest.raises(BackendLoadError, match="it has no revision 'odl'; it has main, old"):
        load(revision="odl")
    assert load(revision="old")._files.revision == commit("roe/tiny", "old")


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"]}, "is a decoder alone"),
        ({"model_type": "llama", "architectures": ["LlamaForCausalLM"]}, "backend 'instruct'"),
        ({"model_type": "bert", "architectures": ["BertForMaskedLM"]}, "reads and does not write"),
        ({}, "its config.json names no model_type"),
    ],
)
def test_another_kind_of_model_is_refused_before_its_weights_are_fetched(
    hub, add, load, config, message
):
    add(change=lambda folder: (folder / "config.json").write_text(json.dumps(config)))
    with pytest.raises(BackendLoadError, match=message):
        load()
    assert hub.fetched == ["config.json"]


def test_weights_for_other_libraries_are_told(add, load):
    def flax(folder):
        (folder / "model.safetensors").rename(folder / "flax_model.msgpack")

    add(change=flax)
    with pytest.raises(BackendLoadError, match="its weights are for Flax alone"):
        load()


def test_no_tokenizer_is_needed_where_one_is_given(add, load, tiny_bart):
    def without(folder):
        for path in [*folder.glob("*token*"), *folder.glob("vocab*"), *folder.glob("merges*")]:
            path.unlink()

    add(change=without)
    with pytest.raises(BackendLoadError, match=r"no tokenizer\.json or vocab\.json"):
        load()
    own = transformers.AutoTokenizer.from_pretrained(tiny_bart.folder)
    assert load(tokenizer=own).count(["Rain fell."])


def test_a_hub_that_is_not_there_is_told(hub, add, load, monkeypatch):
    add()
    first = load()
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    assert load().settings == first.settings  # the cache has all of it
    with pytest.raises(BackendLoadError, match="the hub cannot be reached"):
        load("roe/other")


def adapted(folder, base):
    """Make a folder that of a PEFT adapter, which changes something."""
    peft = pytest.importorskip("peft")
    model = transformers.AutoModelForSeq2SeqLM.from_pretrained(folder)
    torch.manual_seed(0)
    config = peft.LoraConfig(
        r=2, target_modules=["q_proj"], task_type="SEQ_2_SEQ_LM", init_lora_weights=False
    )
    changed = peft.get_peft_model(model, config)
    changed.save_pretrained(folder)
    for path in folder.iterdir():
        if "adapter" not in path.name:
            path.unlink()
    settings = json.loads((folder / "adapter_config.json").read_text())
    settings["base_model_name_or_path"] = base
    (folder / "adapter_config.json").write_text(json.dumps(settings))
    return changed.merge_and_unload()


@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning")  # peft's
def test_an_adapter_is_merged_into_its_model(hub, add, load):
    merged = []
    add("roe/base")
    add("roe/adapter", change=lambda folder: merged.append(adapted(folder, "roe/base")))
    loaded = load("roe/adapter")
    own = dict(loaded._engine._model.state_dict())
    plain = load("roe/base")._engine._model.state_dict()
    for name, expected in merged[0].state_dict().items():
        assert torch.allclose(own[name], expected, atol=1e-6), name
    assert any(not torch.equal(own[name], plain[name]) for name in own)
    assert loaded._files.name == "roe/adapter"


@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning")  # peft's
@pytest.mark.filterwarnings("ignore:.*script_method:DeprecationWarning")  # torch.compile's own
@pytest.mark.parametrize("compiled", [False, True])
def test_a_peft_model_given_loaded_writes_as_merged(tiny_bart, compiled):
    peft = pytest.importorskip("peft")
    model = transformers.AutoModelForSeq2SeqLM.from_pretrained(tiny_bart.folder)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        config = peft.LoraConfig(r=2, target_modules=["q_proj"], init_lora_weights=False)
        model = peft.get_peft_model(model, config).double().eval()
    given = torch.compile(model, backend="eager") if compiled else model
    tokenizer = transformers.AutoTokenizer.from_pretrained(tiny_bart.folder)
    settings = model.get_base_model().generation_config.to_dict()

    def write(model):
        backend = Seq2Seq(model=model, tokenizer=tokenizer, engine="torch", device="cpu")
        encoded = backend.encode(tiny_bart.texts[:3])
        return [
            backend.write(encoded, backend.resolved(num_beams=beams), Limits(5, 40))
            for beams in (1, 4)
        ]

    adapted = write(given)
    assert model.get_base_model().generation_config.to_dict() == settings
    with model.disable_adapter():
        assert write(given) != adapted
    assert write(given) == adapted
    assert write(model.merge_and_unload()) == adapted


@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning")  # peft's
def test_a_prompt_that_peft_puts_before_a_model_is_refused(tiny_bart):
    peft = pytest.importorskip("peft")
    model = transformers.AutoModelForSeq2SeqLM.from_pretrained(tiny_bart.folder)
    config = peft.PrefixTuningConfig(task_type="SEQ_2_SEQ_LM", num_virtual_tokens=4)
    tokenizer = transformers.AutoTokenizer.from_pretrained(tiny_bart.folder)
    with pytest.raises(ValueError, match="adapted by PREFIX_TUNING, a prompt"):
        Seq2Seq(model=peft.get_peft_model(model, config).eval(), tokenizer=tokenizer)


@pytest.mark.filterwarnings("ignore:.*script_method:DeprecationWarning")  # torch.compile's own
@pytest.mark.parametrize("way", ["module", "in place", "forward"])
def test_a_compiled_model_given_loaded_writes_the_same(tiny_bart, way):
    model = transformers.AutoModelForSeq2SeqLM.from_pretrained(tiny_bart.folder).double()
    tokenizer = transformers.AutoTokenizer.from_pretrained(tiny_bart.folder)

    def write(model, **settings):
        backend = Seq2Seq(model=model, tokenizer=tokenizer, engine="torch", device="cpu")
        encoded = backend.encode(tiny_bart.texts[:2])
        return backend.write(encoded, backend.resolved(**settings), Limits(5, 30))

    both = ({}, {"repetition_penalty": 1.1})  # by steps, by generate
    expected = [write(model, **settings) for settings in both]
    if way == "module":
        model = torch.compile(model, backend="eager")
    elif way == "in place":
        model.compile(backend="eager")
    else:
        model.forward = torch.compile(model.forward, backend="eager")
    assert [write(model, **settings) for settings in both] == expected
    if way == "module":
        with pytest.raises(ValueError, match=r"call model\.eval\(\)"):
            write(model.train())


@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning")  # peft's
def test_an_adapter_says_that_its_model_is_missing_or_peft_is(hub, add, load, monkeypatch):
    add("roe/adapter", change=lambda folder: adapted(folder, "roe/gone"))
    with pytest.raises(BackendLoadError, match=r"is an adapter of 'roe/gone': .* no model of"):
        load("roe/adapter")
    monkeypatch.setattr(
        "summarize.backends.seq2seq.loading._is_missing", lambda package: package == "peft"
    )
    with pytest.raises(MissingDependencyError, match="peft"):
        load("roe/adapter")


def test_positions_that_old_files_leave_out_are_computed(tmp_path):
    from safetensors.torch import load_file, save_file
    from test_seq2seq_families import pegasus

    pegasus(tmp_path)
    before = load_file(tmp_path / "model.safetensors")
    whole = Seq2Seq(model=tmp_path, **SETTINGS)._engine._model
    kept = {name: each for name, each in before.items() if "embed_positions" not in name}
    save_file(kept, tmp_path / "model.safetensors", metadata={"format": "pt"})
    loaded = Seq2Seq(model=tmp_path, **SETTINGS)._engine._model
    for name, expected in whole.state_dict().items():
        assert torch.equal(loaded.state_dict()[name], expected), name


def test_a_fetch_that_was_broken_off_says_which_file_is_missing(hub, add, load, tmp_path):
    add()
    load()
    [snapshot] = (tmp_path / "cache" / "models--roe--tiny" / "snapshots").iterdir()
    (snapshot / "model.safetensors").unlink()
    with pytest.raises(BackendLoadError, match=r"its file model\.safetensors is missing from"):
        load(local_files_only=True)
