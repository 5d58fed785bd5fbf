"""The CTranslate2 engine: int8 and float32 on a processor, from weights converted once.

CTranslate2 is what the extra ``cpu`` installs. A model is converted on first use and kept under
the user's cache folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from .loading import ModelFiles, load_model
from .settings import Limits, Settings

__all__ = ["CTranslate2Engine", "cache_folder", "obstacle"]

_ARCHITECTURES = frozenset({"bart", "mbart", "pegasus", "t5", "mt5", "m2m_100"})
_DTYPES = ("auto", "float32", "int8")
# Settings that this engine hands on, and settings that change nothing here.
_UNDERSTOOD = frozenset(
    "max_length min_length num_beams length_penalty no_repeat_ngram_size repetition_penalty "
    "early_stopping do_sample forced_bos_token_id forced_eos_token_id decoder_start_token_id "
    "bos_token_id eos_token_id pad_token_id".split()
)
_TOKENS_A_BATCH = 8 * 1024


def obstacle(files: ModelFiles, device: str, dtype: str, settings: Settings) -> str | None:
    """Why CTranslate2 cannot do what is asked for; ``None`` if it can."""
    if find_spec("ctranslate2") is None:
        return 'it is not installed: pip install "summarize[cpu]"'
    if device != "cpu" and (device != "auto" or _has_gpu()):
        return f"device={device!r} is no processor"
    if dtype not in _DTYPES:
        return f"it does not compute in dtype={dtype!r}"
    if files.model_type not in _ARCHITECTURES:
        return f"it does not know the architecture {files.model_type!r}"
    return _unknown_setting(settings.values)


def _unknown_setting(values: Mapping[str, Any]) -> str | None:
    unknown = sorted(_effective(values) - _UNDERSTOOD)
    if unknown:
        return f"it does not know the setting {unknown[0]!r}"
    if values.get("do_sample"):
        return "sampling is left to torch"
    if values["num_beams"] > 1 and values.get("early_stopping") is not True:
        return "its beam search always stops early (early_stopping=True)"
    return None


class CTranslate2Engine:
    """A model converted for CTranslate2, loaded.

    CTranslate2 forces no first and no last token, so the first is given as the target's prefix,
    and the last is added where the limit is reached.

    Args:
        files: the model's files.
        tokenizer: its tokenizer.
        dtype: ``"float32"``, or ``"int8"``, which ``"auto"`` is too.
    """

    name = "ctranslate2"
    device = "cpu"

    def __init__(
        self,
        files: ModelFiles,
        tokenizer: Any,
        dtype: str,
    ) -> None:
        import ctranslate2

        self.dtype = "int8" if dtype == "auto" else dtype
        folder = _converted(files, tokenizer, self.dtype)
        self._translator = ctranslate2.Translator(
            str(folder), device="cpu", compute_type=self.dtype
        )
        self._tokenizer = tokenizer

    def obstacle(self, settings: Settings) -> str | None:
        """Why it cannot write by these settings; ``None`` if it can."""
        return _unknown_setting(settings.values)

    def generate(
        self, texts: Sequence[Sequence[int]], settings: Settings, limits: Limits
    ) -> list[list[int]]:
        """Write a draft for each text, as tokens, the decoder's start token included."""
        values = settings.values
        tokens = self._tokenizer.convert_ids_to_tokens
        start, forced = values.get("decoder_start_token_id"), values.get("forced_bos_token_id")
        prefix = [] if forced is None else tokens([forced])
        # Its lengths do not count the start token. Where generate forces the last token that the
        # limit allows, the search ends one token earlier, and the token is put on.
        last = values.get("forced_eos_token_id")
        most = max(limits.max_length - (1 if last is None else 2), 1)
        results = self._translator.translate_batch(
            [tokens(list(text)) for text in texts],
            target_prefix=[prefix] * len(texts) if prefix else None,
            max_batch_size=_TOKENS_A_BATCH,
            batch_type="tokens",
            beam_size=values["num_beams"],
            length_penalty=values.get("length_penalty", 1.0),
            repetition_penalty=values.get("repetition_penalty", 1.0),
            no_repeat_ngram_size=values.get("no_repeat_ngram_size", 0),
            max_input_length=0,
            max_decoding_length=most,
            min_decoding_length=min(max(limits.min_length - 1, 0), most),
            return_end_token=True,
        )
        first = [] if start is None else [start]
        drafts = [
            first + self._tokenizer.convert_tokens_to_ids(result.hypotheses[0])
            for result in results
        ]
        end = values.get("eos_token_id")
        return [draft if last is None or draft[-1] == end else [*draft, last] for draft in drafts]

    def close(self) -> None:
        """Let go of the model."""
        self._translator.unload_model()


def cache_folder() -> Path:
    """Where converted models are kept: ``summarize/ctranslate2`` in the user's cache folder."""
    if os.name == "nt":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "summarize" / "ctranslate2"


def _converted(files: ModelFiles, tokenizer: Any, dtype: str) -> Path:
    """The converted model; converted now if it is not in the cache.

    It is written beside its place and renamed into it, so that no process sees half of it, and of
    two that convert at once the second uses what the first has written.
    """
    folder = cache_folder() / _key(files, dtype)
    if (folder / "model.bin").is_file():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f"{folder.name}.", dir=folder.parent))
    try:
        _converter(files, tokenizer).convert(str(unfinished), quantization=dtype, force=True)
        with contextlib.suppress(OSError):  # a folder that is not empty: another was first
            unfinished.rename(folder)
    except Exception as error:
        raise files.error(f"CTranslate2 cannot convert it: {error}") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return folder


def _converter(files: ModelFiles, tokenizer: Any) -> Any:
    """CTranslate2's converter, given the model and the tokenizer that we loaded, not its own."""
    import torch
    from ctranslate2.converters import TransformersConverter

    class Loaded(TransformersConverter):
        def load_model(self, *args: Any, **options: Any) -> Any:
            model = load_model(files, torch.float32)
            if files.model_type == "bart" and not hasattr(model.config, "normalize_before"):
                # transformers 5 saves it no more, and the converter reads it.
                model.config.normalize_before = False
            return model

        def load_tokenizer(self, *args: Any, **options: Any) -> Any:
            return tokenizer

    return Loaded(str(files.folder))


def _key(files: ModelFiles, dtype: str) -> str:
    """A name for what was converted, from what, by which versions.

    A model of the hub is known by its commit, a folder of one's own by its files' sizes and times.
    """
    if files.revision is not None:
        source: object = files.revision
    else:
        weights = [*files.folder.glob("*.safetensors"), *files.folder.glob("*.bin")]
        source = [
            (str(path.resolve()), path.stat().st_size, path.stat().st_mtime_ns)
            for path in sorted([*weights, *files.folder.glob("*.json")])
        ]
    versions = {name: _version(name) for name in ("ctranslate2", "transformers")}
    facts = json.dumps([files.name, source, versions, dtype], sort_keys=True)
    digest = hashlib.sha256(facts.encode()).hexdigest()[:16]
    return f"{Path(files.name).name}-{dtype}-{digest}"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _effective(values: Mapping[str, Any]) -> set[str]:
    """The settings that differ from what they are when nobody sets them."""
    from transformers import GenerationConfig

    defaults = {**GenerationConfig().to_dict(), **GenerationConfig._get_default_generation_params()}
    return {name for name, value in values.items() if value != defaults.get(name)}


def _has_gpu() -> bool:
    import torch

    return torch.cuda.is_available()
