"""A model's files: what is needed of them chosen, checked, and read.

Everything is loaded from one local folder, so that what is missing has a name, and nothing else
is looked up on the network once the files are there. Where they come from is the work of
:mod:`.hub`.

What can run code: nothing by default. Safetensors hold numbers and no code. Pickled weights are
read by torch's restricted unpickler (``weights_only=True``), which builds tensors and refuses all
else; its known holes are closed since torch 2.10 (CVE-2025-32434, CVE-2026-24747), and an older
one is refused. ``trust_remote_code=True`` runs the Python files of a repository: that is its
meaning.

:meta private:
"""

from __future__ import annotations

import contextlib
import copy
import fnmatch
import functools
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ...errors import BackendLoadError, MissingDependencyError
from .hub import Source, source_of

__all__ = ["ModelFiles", "architecture_tokens", "describe", "find", "load_model", "load_tokenizer"]

_CONFIG = "config.json"
_GENERATION_CONFIG = "generation_config.json"
_ADAPTER_CONFIG = "adapter_config.json"
# Each: weights in one file, and the index of those in several.
_SAFETENSORS = ("model.safetensors", "model.safetensors.index.json")
_PICKLES = ("pytorch_model.bin", "pytorch_model.bin.index.json")
_ADAPTERS = ("adapter_model.safetensors", "adapter_model.bin")
_OF_OTHERS = {
    "tf_model.h5": "TensorFlow",
    "flax_model.msgpack": "Flax",
    "rust_model.ot": "Rust",
    "model.onnx": "ONNX",
    "onnx/model.onnx": "ONNX",
}
_PIECES = (
    "spiece.model",
    "sentencepiece.bpe.model",
    "sentencepiece.model",
    "tokenizer.model",
    "source.spm",
)
# Any one of these holds a vocabulary. Without one, transformers 5 builds an empty tokenizer.
_VOCABULARIES = ("tokenizer.json", "vocab.json", *_PIECES, "vocab.txt")
_TOKENIZER_FILES = (*_VOCABULARIES, "target.spm", "merges.txt", "*token*.json", "*.jinja")
_SAFE_TORCH = (2, 10)
_ONLY_READ = frozenset(
    "bert roberta xlm-roberta distilbert albert electra camembert deberta deberta-v2 mpnet "
    "modernbert longformer big_bird xlnet".split()
)
# Positions that are computed from their numbers alone, as their modules are named.
_COMPUTED = "Sinusoidal"


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A model's folder, and what its two configurations say.

    Attributes:
        name: the model as the caller named it.
        backend: the name of the backend, for errors.
        folder: where its files are.
        revision: the commit on the hub, or ``None`` for a folder of one's own.
        config: ``config.json``.
        generation_config: ``generation_config.json``, empty if there is none.
        pickled: whether its weights are pickled.
        trust_remote_code: whether code in the folder may be run.
        loaded: the model itself, where the caller has loaded it and there are no files.
        adapter: the folder of a PEFT adapter that is merged into the weights, if it is one.
        causal: whether it is a decoder alone, for the backend ``instruct``.
    """

    name: str
    backend: str
    folder: Path
    revision: str | None
    config: dict[str, Any]
    generation_config: dict[str, Any]
    pickled: bool
    trust_remote_code: bool
    loaded: Any = None
    adapter: Path | None = None
    causal: bool = False

    @property
    def model_type(self) -> str:
        """The architecture, such as ``"bart"``."""
        return str(self.config.get("model_type", ""))

    def error(self, reason: str) -> BackendLoadError:
        """An error that names the model."""
        return BackendLoadError(self.backend, f"model {self.name!r}: {reason}")


def find(
    model: str | os.PathLike[str],
    *,
    backend: str,
    revision: str | None,
    local_files_only: bool | None,
    cache_dir: str | os.PathLike[str] | None,
    token: str | bool | None,
    use_safetensors: bool | None,
    trust_remote_code: bool,
    needs_tokenizer: bool = True,
    causal: bool = False,
) -> ModelFiles:
    """Find a model's files: in a folder, in the cache of the hub, or on the hub.

    The configuration is read first, and a model that cannot write from a text is refused before
    its weights are fetched. Of several kinds of weights one is taken: safetensors, else those that
    the hub's own service has made of the pickles, else the pickles. Of a PEFT adapter, the model
    that it belongs to is found, and both are used.

    Raises:
        BackendLoadError: if one is missing, saying which, whether the machine is offline, and what
            to do.
    """
    where: dict[str, Any] = {
        "backend": backend,
        "local_files_only": local_files_only,
        "cache_dir": cache_dir,
        "token": token,
    }
    source = source_of(model, revision=revision, **where)
    where["causal"] = causal
    if _ADAPTER_CONFIG in source.files and _CONFIG not in source.files:
        return _with_adapter(source, where, use_safetensors, trust_remote_code, needs_tokenizer)
    if _CONFIG not in source.files:
        raise source.missing(_CONFIG)
    config = _read_json(source, _CONFIG)
    if causal:
        _check_causal(source, config, trust_remote_code)
    else:
        _check_kind(source, config, trust_remote_code)
    source, weights = _weights(source, use_safetensors)
    if needs_tokenizer and not any(name in source.files for name in _VOCABULARIES):
        raise source.missing(" or ".join(_VOCABULARIES[:2]))
    wanted = {_CONFIG, _GENERATION_CONFIG, *weights, *_matching(source.files, _TOKENIZER_FILES)}
    if trust_remote_code:
        wanted.update(_matching(source.files, ("*.py",)))
    folder = source.folder(wanted & source.files)
    for name in wanted & source.files:
        if not (folder / name).is_file():
            raise source.missing(name)
    own = _read_json(source, _GENERATION_CONFIG) if _GENERATION_CONFIG in source.files else {}
    return ModelFiles(
        name=os.fspath(model),
        backend=backend,
        folder=folder,
        revision=source.revision,
        config=config,
        generation_config=own,
        pickled=not any(name.endswith(".safetensors") for name in weights),
        trust_remote_code=trust_remote_code,
        causal=causal,
    )


def _with_adapter(
    source: Source,
    where: Mapping[str, Any],
    use_safetensors: bool | None,
    trust_remote_code: bool,
    needs_tokenizer: bool,
) -> ModelFiles:
    """Find an adapter, and the model that it changes."""
    if _is_missing("peft"):
        raise MissingDependencyError("a PEFT adapter", "peft", "summarize[fit]")
    settings = _read_json(source, _ADAPTER_CONFIG)
    base = settings.get("base_model_name_or_path")
    if not isinstance(base, str) or not base:
        raise source.error(f"its {_ADAPTER_CONFIG} names no base model")
    weights = [name for name in _ADAPTERS if name in source.files]
    if not weights:
        raise source.missing(_ADAPTERS[0])
    own_tokenizer = any(name in source.files for name in _VOCABULARIES)
    wanted = {_ADAPTER_CONFIG, weights[0], *_matching(source.files, _TOKENIZER_FILES)}
    folder = source.folder(wanted)
    try:
        found = find(
            base,
            revision=settings.get("revision"),
            use_safetensors=use_safetensors,
            trust_remote_code=trust_remote_code,
            needs_tokenizer=needs_tokenizer and not own_tokenizer,
            **where,
        )
    except BackendLoadError as error:
        raise source.error(f"it is an adapter of {base!r}: {error.reason}") from error
    return replace(found, name=source.name, adapter=folder)


def _check_kind(source: Source, config: Mapping[str, Any], trust_remote_code: bool) -> None:
    """Refuse a model that does not read a text and then write one."""
    from transformers.models.auto.modeling_auto import (
        MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING_NAMES as KNOWN,
    )

    kind = str(config.get("model_type", ""))
    if kind in KNOWN or config.get("is_encoder_decoder"):
        return
    if trust_remote_code and "AutoModelForSeq2SeqLM" in (config.get("auto_map") or {}):
        return
    named = " ".join(map(str, config.get("architectures") or ()))
    if kind in _ONLY_READ or "MaskedLM" in named or "Classification" in named:
        what = f"reads and does not write ({kind}, an encoder)"
    elif "CausalLM" in named or "LMHead" in named:
        what = f"is a decoder alone ({kind}); the backend 'instruct' is for such models"
    else:
        what = f"is no encoder-decoder ({kind or 'its config.json names no model_type'})"
    raise source.error(f"it {what}; an encoder-decoder such as BART, PEGASUS or T5 is needed")


def _check_causal(source: Source, config: Mapping[str, Any], trust_remote_code: bool) -> None:
    """Refuse a model that does not go on with a text."""
    from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES as KNOWN

    kind = str(config.get("model_type", ""))
    if config.get("is_encoder_decoder"):
        raise source.error(
            f"it is an encoder-decoder ({kind}); the backend 'bart' is for such models"
        )
    if kind in KNOWN and kind not in _ONLY_READ:
        return
    if trust_remote_code and "AutoModelForCausalLM" in (config.get("auto_map") or {}):
        return
    raise source.error(
        f"it is no model that goes on with a text ({kind or 'its config.json names no model_type'})"
    )


def _weights(source: Source, use_safetensors: bool | None) -> tuple[Source, list[str]]:
    """Choose the files of the weights, and where they come from."""
    kinds = {None: (_SAFETENSORS, _PICKLES), True: (_SAFETENSORS,), False: (_PICKLES, _SAFETENSORS)}
    for kind in kinds[use_safetensors]:
        for place in (source, source.conversion() if kind is _SAFETENSORS else None):
            if place is None:
                continue
            single, index = kind
            if single in place.files:
                return place, [_safe_to_read(place, single)]
            if index in place.files:
                shards = _shards(place, index)
                return place, [index, *(_safe_to_read(place, shard) for shard in shards)]
    pickles = next((name for name in _PICKLES if name in source.files), None)
    if pickles is not None:
        raise source.error(
            f"it has pickled weights alone ({pickles}), and use_safetensors=True refuses those"
        )
    others = sorted({kind for name, kind in _OF_OTHERS.items() if name in source.files})
    if others:
        raise source.error(f"its weights are for {' and '.join(others)} alone, not for PyTorch")
    raise source.missing(_SAFETENSORS[0])


def _shards(source: Source, index: str) -> list[str]:
    """The files that an index of weights names."""
    names = sorted(set((_read_json(source, index).get("weight_map") or {}).values()))
    if not names:
        raise source.error(f"its {index} names no file")
    for name in names:
        if name not in source.files:
            raise source.missing(name)
    return names


def _safe_to_read(source: Source, name: str) -> str:
    """Refuse pickles where this torch's restricted unpickler is known to have holes."""
    if name.endswith(".safetensors"):
        return name
    import torch

    version = tuple(int(part) for part in torch.__version__.split(".")[:2])
    if version < _SAFE_TORCH:
        raise source.error(
            f"its weights are pickled ({name}), which torch {torch.__version__} does not read "
            "safely: pip install 'torch>=2.10'"
        )
    return name


def _matching(names: frozenset[str], patterns: tuple[str, ...]) -> set[str]:
    """The files at the top of a repository that match one of the patterns."""
    return {
        name
        for name in names
        if "/" not in name and any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)
    }


def describe(model: Any, backend: str) -> ModelFiles:
    """What :func:`find` would say of a model that the caller has loaded.

    A compiled model's ``generate`` is that of the model it was made of, which is taken; so is the
    model within a ``PeftModel``, whose layers hold the adapter.

    Raises:
        TypeError: if it is no encoder-decoder of transformers.
        ValueError: if it is in training mode, or is adapted by a prompt that PEFT puts before it.
    """
    model = _unwrapped(model)
    config = getattr(model, "config", None)
    if not getattr(config, "is_encoder_decoder", False) or not hasattr(model, "generate"):
        raise TypeError(
            "model must be a name, a folder or an encoder-decoder of transformers, "
            f"not {type(model).__name__}"
        )
    if getattr(model, "training", False):
        raise ValueError("model is in training mode, whose dropout is random: call model.eval()")
    return ModelFiles(
        name=getattr(model, "name_or_path", "") or type(model).__name__,
        backend=backend,
        folder=Path(),
        revision=None,
        config=model.config.to_dict(),
        generation_config=model.generation_config.to_diff_dict(),
        pickled=False,
        trust_remote_code=False,
        loaded=model,
    )


def _unwrapped(model: Any) -> Any:
    """The model of transformers within what ``torch.compile`` or PEFT have put around it."""
    while True:
        kind = type(model)
        if kind.__module__.startswith("torch._dynamo"):
            model = model._orig_mod
        elif kind.__module__.partition(".")[0] == "peft" and hasattr(model, "get_base_model"):
            if getattr(model.active_peft_config, "is_prompt_learning", False):
                way = model.active_peft_config.peft_type.value
                raise ValueError(
                    f"model is adapted by {way}, a prompt that is not among its weights; an "
                    "adapter such as LoRA is needed"
                )
            model = model.get_base_model()
        else:
            return model


def architecture_tokens(files: ModelFiles) -> dict[str, Any]:
    """The special tokens that an architecture has where a model's configuration names none."""
    from transformers import CONFIG_MAPPING

    if files.model_type not in CONFIG_MAPPING:
        return {}
    defaults = CONFIG_MAPPING[files.model_type]().to_dict()
    return {name: defaults[name] for name in defaults if name.endswith("_token_id")}


def load_tokenizer(files: ModelFiles) -> Any:
    """Load the tokenizer.

    Raises:
        BackendLoadError: if it cannot be loaded.
    """
    from transformers import AutoTokenizer

    folder = files.folder
    if files.adapter is not None and any((files.adapter / n).is_file() for n in _VOCABULARIES):
        folder = files.adapter
    pieces = next((folder / name for name in _PIECES if (folder / name).is_file()), None)
    if pieces and not (folder / "tokenizer.json").is_file():
        for package in ("sentencepiece", "google.protobuf"):
            if _is_missing(package):
                raise files.error(
                    f"its tokenizer is a SentencePiece model ({pieces.name}), which needs "
                    "pip install sentencepiece protobuf"
                )
    with _told(files, "its tokenizer"):
        return AutoTokenizer.from_pretrained(
            folder,
            local_files_only=True,
            trust_remote_code=files.trust_remote_code,
        )


def load_model(files: ModelFiles, dtype: Any) -> Any:
    """Load the weights, in ``dtype``, onto the processor.

    Of a model that the caller has loaded it is a shallow copy, with settings of its own.

    Raises:
        BackendLoadError: if they cannot be loaded, or do not fill the model.
    """
    from transformers import AutoModelForCausalLM, AutoModelForSeq2SeqLM

    _survive_forks()
    if files.loaded is not None:
        return copy.copy(files.loaded)
    kind: Any = AutoModelForCausalLM if files.causal else AutoModelForSeq2SeqLM
    with _told(files, "its weights"), _no_progress_bars():
        model, report = kind.from_pretrained(
            files.folder,
            dtype=dtype,
            local_files_only=True,
            use_safetensors=not files.pickled,
            weights_only=True,
            trust_remote_code=files.trust_remote_code,
            output_loading_info=True,
        )
    missing = sorted(set(report["missing_keys"]) - _recomputed(model))
    if missing:
        raise files.error(
            f"{len(missing)} of its weights are not in its files ({missing[0]} is the first); "
            "a summary from random numbers is none"
        )
    if files.adapter is not None:
        model = _merged(files, model)
    return model.eval()


@functools.cache
def _survive_forks() -> None:
    """Let torch compute in one thread in a child made by *fork*.

    Such a child has none of the other threads, and torch would wait for them for ever.
    """
    import torch

    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=functools.partial(torch.set_num_threads, 1))


def _recomputed(model: Any) -> set[str]:
    """The names of positions that are no weights: PEGASUS's and Marian's sines and cosines.

    Old files leave them out. They are written here once more, whatever transformers made of them.
    """
    names = set()
    for name, module in model.named_modules():
        if _COMPUTED in type(module).__name__ and hasattr(module, "create_weight"):
            module.weight.data.copy_(module.create_weight())
            names.add(f"{name}.weight")
    return names


def _merged(files: ModelFiles, model: Any) -> Any:
    """A model with an adapter's changes added to its weights."""
    from peft import PeftModel

    with _told(files, "its adapter"):
        return PeftModel.from_pretrained(model, str(files.adapter)).merge_and_unload()


def _read_json(source: Source, name: str) -> dict[str, Any]:
    path = source.folder([name]) / name
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise source.missing(name) from None
    except (OSError, ValueError, RecursionError) as error:
        raise source.error(f"{path} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise source.error(f"{path} is not a JSON object")
    return content


def _is_missing(package: str) -> bool:
    try:
        return find_spec(package) is None
    except ModuleNotFoundError:  # of a package within a package, neither of which is there
        return True


@contextlib.contextmanager
def _told(files: ModelFiles, what: str) -> Iterator[None]:
    """Turn whatever transformers raises while loading into an error of ours."""
    try:
        yield
    except Exception as error:  # from ImportError to SafetensorError: each means the same to us
        raise files.error(f"{what} cannot be loaded from {files.folder}: {error}") from error


@contextlib.contextmanager
def _no_progress_bars() -> Iterator[None]:
    """Keep transformers from drawing bars on the caller's terminal."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    if shown:
        logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()
