"""The CTranslate2 engine: int8 and float32 on a processor, from weights converted once.

CTranslate2 is what the extra ``cpu`` installs. A model is converted on first use, which takes
the memory of its float32 weights and of what they become, and kept (:mod:`.conversions`).

:meta private:
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from .conversions import load_converted
from .loading import ModelFiles, load_model
from .settings import GenerationSettings, Limits

__all__ = ["CTranslate2Engine", "obstacle"]

_ARCHITECTURES = frozenset({"bart", "mbart", "pegasus", "t5", "mt5"})
_DTYPES = ("auto", "float32", "int8")
_DTYPES_ON_CUDA = (*_DTYPES, "float16", "bfloat16")
# What the converter reads of a configuration, and an architecture of transformers has for good.
_FIXED: Mapping[str, Mapping[str, bool]] = {
    "bart": {"normalize_before": False, "normalize_embedding": True},
    "mbart": {"normalize_before": True, "normalize_embedding": True},
    "pegasus": {"normalize_before": True, "normalize_embedding": False},
}
# Settings that this engine hands on, and settings that change nothing here.
_UNDERSTOOD = frozenset(
    "max_length min_length num_beams length_penalty no_repeat_ngram_size repetition_penalty "
    "early_stopping do_sample forced_bos_token_id forced_eos_token_id decoder_start_token_id "
    "bos_token_id eos_token_id pad_token_id bad_words_ids".split()
)
_TOKENS_A_BATCH = 8 * 1024


def obstacle(
    files: ModelFiles, device: str, dtype: str, settings: GenerationSettings, *, asked: bool = False
) -> str | None:
    """Why CTranslate2 cannot do what is asked for; ``None`` if it can.

    Args:
        files: the model's files.
        device: as asked for.
        dtype: as asked for.
        settings: the generation settings.
        asked: whether the engine is asked for by name; only then it runs on CUDA.
    """
    if find_spec("ctranslate2") is None:
        return 'it is not installed: pip install "summarize[cpu]"'
    on_cuda = asked and device.partition(":")[0] == "cuda"
    if on_cuda and not _cuda_devices():
        return f"device={device!r}: it finds no GPU here"
    if device != "cpu" and not on_cuda and (device != "auto" or _has_accelerator()):
        return f"device={device!r} is no processor"
    if dtype not in (_DTYPES_ON_CUDA if on_cuda else _DTYPES):
        return f"it does not compute in dtype={dtype!r}"
    if files.loaded is not None:
        return "it converts a model's files, not a loaded model"
    if files.model_type not in _ARCHITECTURES:
        return f"it does not know the architecture {files.model_type!r}"
    return _unknown_setting(settings.values)


def _unknown_setting(values: Mapping[str, Any]) -> str | None:
    unknown = sorted(_effective(values) - _UNDERSTOOD)
    if unknown:
        return f"it does not know the setting {unknown[0]!r}"
    for name in ("decoder_start_token_id", "eos_token_id"):
        if values.get(name) is None:
            return f"it needs the setting {name!r}"
    if values.get("do_sample"):
        return "sampling is left to torch"
    if values["num_beams"] > 1 and values.get("early_stopping") is not True:
        return "its beam search always stops early (early_stopping=True)"
    return None


class CTranslate2Engine:
    """A model converted for CTranslate2, loaded.

    CTranslate2 knows no start token but a target's prefix, and forces no first and no last token:
    the first two are given as that prefix, and the last is added where the limit is reached.

    In float32 its drafts are those of ``generate``, token for token, but for one thing. A token
    that is forbidden at a step, by ``no_repeat_ngram_size``, ``repetition_penalty``,
    ``bad_words_ids`` or before ``min_length``, is taken out before the probabilities of that step
    are normalised and not, as by ``generate``, afterwards. Where much of the probability was the
    forbidden token's, as when a ``min_length`` forces a text past its end, another beam may win.

    Args:
        files: the model's files.
        device: ``"auto"`` or ``"cpu"`` for the processor, or such as ``"cuda:0"``.
        dtype: ``"float32"``, or ``"int8"``, which ``"auto"`` is too; on CUDA also the half types.
        threads: how many threads write; its own choice if ``None``.
    """

    name = "ctranslate2"

    def __init__(
        self, files: ModelFiles, device: str, dtype: str, threads: int | None = None
    ) -> None:
        self._process = os.getpid()
        self._threads = threads or 0  # 0 is its own choice
        self.dtype = "int8" if dtype == "auto" else dtype
        self.device = "cpu" if device == "auto" else device
        self._translator = load_converted(
            files, self.dtype, lambda folder: _convert(files, self.dtype, folder), self._load
        )

    def _load(self, folder: Path) -> Any:
        import ctranslate2

        kind, _, index = self.device.partition(":")
        return ctranslate2.Translator(
            str(folder),
            device=kind,
            device_index=int(index or 0),
            compute_type=self.dtype,
            intra_threads=self._threads,
        )

    def obstacle(self, settings: GenerationSettings) -> str | None:
        """Why it cannot write by these settings; ``None`` if it can."""
        return _unknown_setting(settings.values)

    def generate(
        self, texts: Sequence[Sequence[int]], settings: GenerationSettings, limits: Limits
    ) -> list[list[int]]:
        """Write a draft for each text, as tokens, the decoder's start token included."""
        if self._translator is None:
            raise ValueError("the model is closed: make another Summarizer")
        if self._process != os.getpid():  # it would wait for ever for threads that stayed behind
            raise RuntimeError(
                "the model was loaded before the fork that made this process, which does not have "
                "its threads; make the Summarizer in each process, or start them by spawn"
            )
        values = settings.values
        start, forced = values["decoder_start_token_id"], values.get("forced_bos_token_id")
        prefix = [str(number) for number in (start, forced) if number is not None]
        ends = values["eos_token_id"]
        ends = ends if isinstance(ends, list) else [ends]
        # Its lengths do not count the start token. Where generate forces the last token that the
        # limit allows, the search ends one token earlier, and the token is put on.
        last = values.get("forced_eos_token_id")
        most = max(limits.max_length - (1 if last is None else 2), 1)
        penalty = float(values.get("length_penalty", 1.0))
        beams = values["num_beams"]
        results = self._translator.translate_batch(
            [list(map(str, text)) for text in texts],
            target_prefix=[prefix] * len(texts),
            max_batch_size=_TOKENS_A_BATCH,
            batch_type="tokens",
            beam_size=beams,
            num_hypotheses=1 if last is None else beams,
            return_scores=True,
            length_penalty=penalty,
            repetition_penalty=values.get("repetition_penalty", 1.0),
            no_repeat_ngram_size=values.get("no_repeat_ngram_size", 0),
            suppress_sequences=[list(map(str, ids)) for ids in values.get("bad_words_ids") or ()],
            max_input_length=0,
            max_decoding_length=most,
            min_decoding_length=min(max(limits.min_length - 1, 0), most),
            end_token=ends,
            return_end_token=True,
        )
        drafts = []
        for result in results:
            hypotheses = [list(map(int, hypothesis)) for hypothesis in result.hypotheses]
            best = 0
            if last is not None:
                best = _best(hypotheses, result.scores, ends, penalty)
                if hypotheses[best][-1] not in ends:
                    hypotheses[best].append(last)
            drafts.append([start, *hypotheses[best]])
        return drafts

    def close(self) -> None:
        """Let go of the model; a fork's copy, whose threads are not there, is left alone."""
        if self._process != os.getpid():
            return
        if self._translator is not None:
            self._translator.unload_model()
        self._translator = None


def _best(
    hypotheses: Sequence[Sequence[int]], scores: Sequence[float], ends: list[int], penalty: float
) -> int:
    """The hypothesis that ``generate`` rates best: to it, a forced last token is one more, certain.

    A score is the sum of the logarithms of the probabilities over the length to the power of
    ``penalty``.
    """
    rated = [
        score
        if hypothesis[-1] in ends
        else score * (len(hypothesis) / (len(hypothesis) + 1)) ** penalty
        for hypothesis, score in zip(hypotheses, scores, strict=True)
    ]
    return rated.index(max(rated))


def _convert(files: ModelFiles, dtype: str, folder: Path) -> None:
    """Write the converted model into an empty folder."""
    _converter(files).convert(str(folder), quantization=dtype, force=True)


def _converter(files: ModelFiles) -> Any:
    """CTranslate2's converter, given the model as we load it, and numbers for its vocabulary."""
    import torch
    from ctranslate2.converters import TransformersConverter

    class Loaded(TransformersConverter):
        def load_model(self, *args: Any, **options: Any) -> Any:
            model = load_model(files, torch.float32)
            self._size = model.get_input_embeddings().num_embeddings
            for name, value in _FIXED.get(files.model_type, {}).items():
                setattr(model.config, name, value)
            if not getattr(model.config, "scale_decoder_outputs", True):
                # How transformers 5 writes what the converter reads as tie_word_embeddings=False.
                model.config.tie_word_embeddings = False
            return model

        def load_tokenizer(self, *args: Any, **options: Any) -> Any:
            return _Numbers(self._size)

        def _load(self) -> Any:
            spec = super()._load()
            spec.config.decoder_start_token = None  # it comes with each call, as target prefix
            return spec

    return Loaded(str(files.folder))


class _Numbers:
    """What the converter asks a tokenizer for, with each token's own number for its name.

    So a model may have more embeddings than its tokenizer has tokens, or fewer, and a token that
    is there twice is still two.
    """

    unk_token = pad_token = bos_token = eos_token = "0"  # each call says what its tokens are

    def __init__(self, size: int) -> None:
        self._size = size

    def get_vocab(self) -> dict[str, int]:
        return {str(number): number for number in range(self._size)}

    def convert_ids_to_tokens(self, number: int) -> str:
        return str(number)


def _effective(values: Mapping[str, Any]) -> set[str]:
    """The settings that differ from what they are when nobody sets them."""
    from transformers import GenerationConfig

    defaults = {**GenerationConfig().to_dict(), **GenerationConfig._get_default_generation_params()}
    return {name for name, value in values.items() if value != defaults.get(name)}


def _has_accelerator() -> bool:
    import torch

    return torch.accelerator.is_available()


def _cuda_devices() -> int:
    import ctranslate2

    count: int = ctranslate2.get_cuda_device_count()
    return count
