"""A model's files on this machine: fetched if need and permission be, checked, and read.

Everything is loaded from one local folder, so that what is missing has a name, and nothing else
is looked up on the network once the files are there.

:meta private:
"""

from __future__ import annotations

import contextlib
import copy
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ...errors import BackendLoadError

__all__ = ["ModelFiles", "architecture_tokens", "describe", "find", "load_model", "load_tokenizer"]

_CONFIG = "config.json"
_GENERATION_CONFIG = "generation_config.json"
_WEIGHTS = ("model.safetensors", "model.safetensors.index.json")
_PICKLED_WEIGHTS = ("pytorch_model.bin", "pytorch_model.bin.index.json")
_PIECES = ("spiece.model", "sentencepiece.bpe.model", "sentencepiece.model", "tokenizer.model")
# Any one of these holds a vocabulary. Without one, transformers 5 builds an empty tokenizer.
_VOCABULARIES = ("tokenizer.json", "vocab.json", *_PIECES, "vocab.txt")
_TOKENIZER_FILES = (*_VOCABULARIES, "merges.txt", "*token*.json")


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
        pickled: whether weights may be read from pickles.
        trust_remote_code: whether code in the folder may be run.
        loaded: the model itself, where the caller has loaded it and there are no files.
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
    use_safetensors: bool,
    trust_remote_code: bool,
) -> ModelFiles:
    """Find a model's files: in a folder, in the cache of the hub, or on the hub.

    Raises:
        BackendLoadError: if one is missing, saying which, whether the machine is offline, and what
            to do.
    """
    name = os.fspath(model)
    is_folder = Path(name).is_dir()
    if is_folder:
        folder, offline = Path(name), None
    else:
        weights = [*_WEIGHTS, "model-*.safetensors"]
        if not use_safetensors:
            weights += [*_PICKLED_WEIGHTS, "pytorch_model-*.bin"]
        patterns = [_CONFIG, _GENERATION_CONFIG, *_TOKENIZER_FILES, *weights]
        if trust_remote_code:
            patterns.append("*.py")
        folder, offline = _snapshot(
            name,
            backend,
            patterns,
            revision=revision,
            local_files_only=local_files_only,
            cache_dir=None if cache_dir is None else os.fspath(cache_dir),
            token=token,
        )
    pickled = not use_safetensors and not any((folder / file).is_file() for file in _WEIGHTS)
    required: list[tuple[str, ...]] = [
        (_CONFIG,),
        _VOCABULARIES,
        _PICKLED_WEIGHTS if pickled else _WEIGHTS,
    ]
    for alternatives in required:
        if not any((folder / file).is_file() for file in alternatives):
            raise _missing(name, backend, folder, alternatives, is_folder, offline)
    return ModelFiles(
        name=name,
        backend=backend,
        folder=folder,
        revision=None if is_folder else folder.name,
        config=_read_json(folder / _CONFIG, name, backend),
        generation_config=_read_json(folder / _GENERATION_CONFIG, name, backend),
        pickled=pickled,
        trust_remote_code=trust_remote_code,
    )


def describe(model: Any, backend: str) -> ModelFiles:
    """What :func:`find` would say of a model that the caller has loaded.

    Raises:
        TypeError: if it is no encoder-decoder of transformers.
    """
    config = getattr(model, "config", None)
    if not getattr(config, "is_encoder_decoder", False) or not hasattr(model, "generate"):
        raise TypeError(
            "model must be a name, a folder or an encoder-decoder of transformers, "
            f"not {type(model).__name__}"
        )
    return ModelFiles(
        name=model.name_or_path or type(model).__name__,
        backend=backend,
        folder=Path(),
        revision=None,
        config=model.config.to_dict(),
        generation_config=model.generation_config.to_diff_dict(),
        pickled=False,
        trust_remote_code=False,
        loaded=model,
    )


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

    pieces = next(
        (files.folder / name for name in _PIECES if (files.folder / name).is_file()), None
    )
    if pieces and not (files.folder / "tokenizer.json").is_file():
        for package in ("sentencepiece", "google.protobuf"):
            if _is_missing(package):
                raise files.error(
                    f"its tokenizer is a SentencePiece model ({pieces.name}), which needs "
                    "pip install sentencepiece protobuf"
                )
    with _told(files, "its tokenizer"):
        return AutoTokenizer.from_pretrained(
            files.folder,
            local_files_only=True,
            trust_remote_code=files.trust_remote_code,
        )


def load_model(files: ModelFiles, dtype: Any) -> Any:
    """Load the weights, in ``dtype``, onto the processor.

    Of a model that the caller has loaded it is a shallow copy, with settings of its own.

    Raises:
        BackendLoadError: if they cannot be loaded, or do not fill the model.
    """
    from transformers import AutoModelForSeq2SeqLM

    if files.loaded is not None:
        return copy.copy(files.loaded)
    with _told(files, "its weights"), _no_progress_bars():
        model, report = AutoModelForSeq2SeqLM.from_pretrained(
            files.folder,
            dtype=dtype,
            local_files_only=True,
            use_safetensors=not files.pickled,
            trust_remote_code=files.trust_remote_code,
            output_loading_info=True,
        )
    missing = sorted(report["missing_keys"])
    if missing:
        raise files.error(
            f"{len(missing)} of its weights are not in its files ({missing[0]} is the first); "
            "a summary from random numbers is none"
        )
    return model.eval()


def _snapshot(
    name: str,
    backend: str,
    patterns: list[str],
    *,
    revision: str | None,
    local_files_only: bool | None,
    cache_dir: str | None,
    token: str | bool | None,
) -> tuple[Path, str | None]:
    """The hub's folder for a model, and why it may be incomplete: how the machine is offline."""
    from huggingface_hub import constants, snapshot_download
    from huggingface_hub.errors import (
        HFValidationError,
        LocalEntryNotFoundError,
        OfflineModeIsEnabled,
    )

    offline: str | None = None
    if local_files_only:
        offline = "local_files_only=True forbids to fetch it"
    elif constants.HF_HUB_OFFLINE and local_files_only is None:
        offline = "the machine is offline (HF_HUB_OFFLINE is set)"
    try:
        folder = snapshot_download(
            name,
            revision=revision,
            allow_patterns=patterns,
            local_files_only=offline is not None,
            cache_dir=cache_dir,
            token=token,
        )
    except HFValidationError as error:
        raise BackendLoadError(
            backend, f"model {name!r} is neither a folder here nor a name on the hub: {error}"
        ) from error
    except (LocalEntryNotFoundError, OfflineModeIsEnabled) as error:
        why = offline or f"the hub cannot be reached, the machine may be offline ({_cause(error)})"
        begun: str | None = getattr(error, "snapshot_path", None)
        if begun is not None:  # some of its files are there, and find() says which is not
            return Path(begun), why
        raise BackendLoadError(
            backend, f"model {name!r} has no {_CONFIG} in the cache, and {why}; {_advice(name)}"
        ) from error
    # An unknown name or revision, no permission, a lost connection, a proxy's refusal: the last two
    # are errors of whichever HTTP library the hub's uses.
    except Exception as error:
        raise BackendLoadError(
            backend, f"model {name!r} cannot be fetched: {_cause(error)}; {_advice(name)}"
        ) from error
    return Path(folder), offline


def _missing(
    name: str,
    backend: str,
    folder: Path,
    alternatives: tuple[str, ...],
    is_folder: bool,
    offline: str | None,
) -> BackendLoadError:
    pickles = [file for file in folder.glob("*.bin") if alternatives == _WEIGHTS]
    file = " or ".join(alternatives[:2]) if alternatives != _WEIGHTS else _WEIGHTS[0]
    if pickles:
        what = (
            f"its weights are pickled ({pickles[0].name}), which can run code when they are "
            "loaded; use_safetensors=False accepts that"
        )
    elif is_folder:
        what = f"the folder has no {file}"
    else:
        what = f"its file {file} is missing from {folder}"
        what += f", and {offline}; {_advice(name)}" if offline else ": the hub has none"
    return BackendLoadError(backend, f"model {name!r}: {what}")


def _advice(name: str) -> str:
    return (
        f"where there is a network, 'hf download {name} --local-dir FOLDER' fetches it, "
        "and model='FOLDER' then points to it"
    )


def _cause(error: BaseException) -> str:
    first = error.__cause__ or error
    return f"{type(first).__name__}: {str(first).strip().partition(chr(10))[0]}"


def _read_json(path: Path, name: str, backend: str) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise BackendLoadError(
            backend, f"model {name!r}: {path} cannot be read: {error}"
        ) from error
    if not isinstance(content, dict):
        raise BackendLoadError(backend, f"model {name!r}: {path} is not a JSON object")
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
