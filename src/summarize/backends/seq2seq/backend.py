"""The backend: texts to tokens, the engine's drafts to texts.

:meta private:
"""

from __future__ import annotations

import copy
import os
import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal, get_args

from ...arguments import flag, one_of, stacklevel, whole_number
from ...document import Document
from ...errors import BackendLoadError
from ...length import Length
from ...text.words import count_words
from ..base import Brief, Draft
from . import ctranslate2_engine
from .engine import Engine
from .languages import languages_of, set_languages
from .loading import ModelFiles, architecture_tokens, describe, find, load_tokenizer
from .settings import GenerationSettings, Limits, limits, resolve
from .torch_engine import TorchEngine

__all__ = ["Seq2Seq"]

EngineName = Literal["auto", "torch", "ctranslate2"]
DType = Literal["auto", "float32", "bfloat16", "float16", "int8"]

_NAME = "bart"
_UNKNOWN_LENGTH = 10**9  # tokenizers say 10**30 where they know none
_UNBOUNDED_WINDOW = 1024
# The encoder's positions, by the names that architectures give them.
_POSITIONS = ("max_encoder_position_embeddings", "max_position_embeddings", "n_positions")
_RELATIVE = frozenset({"t5", "mt5", "umt5", "longt5"})  # no position is too far for these
_LONE = re.compile("[\ud800-\udfff]")
_LINE_BREAK = "<n>"  # how PEGASUS writes it
_END_MARKS = tuple(".!?…。！？।\"'”’»)")


class Seq2Seq:
    """A summariser of Hugging Face: BART, DistilBART, PEGASUS, T5, LED, mBART and their kin.

    A model's own generation settings hold (:mod:`~summarize.backends.seq2seq.settings`), as they
    did in transformers v4's pipeline. A word limit or ratio becomes a token limit with room to end
    the last sentence; a number of sentences leaves the model's own limits as they are.

    T5's prefix is the model's own or ``prefix=``; PEGASUS's ``<n>`` becomes a space; LED's first
    token sees the whole text; mBART and mBART-50 read ``source_language`` and write
    ``target_language``.

    The same text gives the same draft whatever batch it is in, up to rounding: in half precision
    or int8, padding changes the last digits of the sums, and two beams nearly alike may swap.

    Args:
        model: a name on the hub, a folder, or a loaded model, which stays as it is but for a
            ``device`` that it is moved to, and needs a ``tokenizer``. It may be a ``PeftModel``, or
            what ``torch.compile`` made of one, which here writes as it did uncompiled.
        tokenizer: a loaded tokenizer in place of the model's own.
        device: ``"auto"`` for the accelerator that torch finds (CUDA, XPU, MPS), else the
            processor; ``"cpu"``, ``"cuda:1"``, …; a number for that GPU, -1 for the processor.
        dtype: the type of the weights, as a name or a ``torch.dtype``: ``"float32"``,
            ``"bfloat16"``, ``"float16"``, or ``"int8"`` for CTranslate2; ``"auto"`` takes what is
            fastest: int8 for CTranslate2, else bfloat16 where the processor multiplies it natively,
            on a GPU float16 (bfloat16 for a checkpoint stored so, and for T5 and PEGASUS, which
            overflow in float16), float32 elsewhere.
        engine: ``"torch"``, ``"ctranslate2"``, or ``"auto"``: CTranslate2 if it is installed, the
            device is a processor, and it knows the architecture and all that is asked for. By name
            it also runs on CUDA.
        revision: a branch, tag or commit on the hub.
        local_files_only: never use the network. ``None`` leaves that to ``HF_HUB_OFFLINE``.
        cache_dir: where the hub's files are kept; its own default if ``None``.
        token: the hub's access token, for a gated model; what ``hf auth login`` stored if ``None``.
        use_safetensors: ``None`` reads safetensors, else what the hub's own service has made of
            the pickled weights, else those, by torch's restricted unpickler; ``True`` reads nothing
            but safetensors, ``False`` prefers the pickled weights.
        trust_remote_code: run the model's own code, with all that it may do.
        window: how many tokens the model reads at once; its own number if ``None``.
        threads: how many threads write on a processor. ``None`` is the engine's own choice, all
            processors, which is slow where others are at work on them too. Of torch it is a setting
            of the whole process.
        prefix: what to put before each text; the model's own if ``None``.
        source_language: the language of the texts, of a model that has several: the tokenizer's
            own code, such as ``"de_DE"``, or its language alone, ``"de"``. ``None`` is the
            tokenizer's own choice, English for mBART.
        target_language: the same for the summaries; the model's own setting if ``None``.
        task: whose settings and prefix in the model's ``task_specific_params`` hold. Of
            ``"translation_de_to_fr"`` a model of several languages also takes these two.
        **generation: settings of ``generate``, such as ``num_beams=1``.

    Attributes:
        window: how many tokens the model reads at once, special ones included.
        positions: how many tokens the decoder can write, or ``None`` if nothing bounds it.
        settings: the resolved generation settings.

    Raises:
        BackendLoadError: if the model cannot be had or loaded.
        TypeError: for an option that is none.
        ValueError: for an option's value that is none.
    """

    def __init__(
        self,
        *,
        model: str | os.PathLike[str] | Any = "facebook/bart-large-cnn",
        tokenizer: Any = None,
        device: str | int | Any = "auto",
        dtype: DType | Any = "auto",
        engine: EngineName = "auto",
        revision: str | None = None,
        local_files_only: bool | None = None,
        cache_dir: str | os.PathLike[str] | None = None,
        token: str | bool | None = None,
        use_safetensors: bool | None = None,
        trust_remote_code: bool = False,
        window: int | None = None,
        threads: int | None = None,
        prefix: str | None = None,
        source_language: str | None = None,
        target_language: str | None = None,
        task: str = "summarization",
        **generation: Any,
    ) -> None:
        from transformers import GenerationConfig

        one_of("engine", engine, get_args(EngineName))
        dtype = one_of("dtype", str(dtype).removeprefix("torch."), get_args(DType))
        device = _device_name(device)
        flag("trust_remote_code", trust_remote_code)
        for name, value in (
            ("use_safetensors", use_safetensors),
            ("local_files_only", local_files_only),
        ):
            if value is not None:
                flag(name, value)
        if window is not None:
            window = whole_number("window", window)
        if threads is not None:
            threads = whole_number("threads", threads)
        self._threads = threads
        known = set(GenerationConfig().to_dict()) - {"_from_model_config", "transformers_version"}
        resolve(generation, {}, {}, known, prefix)  # mistakes are told before anything is fetched
        if isinstance(model, str | os.PathLike):
            files = find(
                model,
                backend=_NAME,
                revision=revision,
                local_files_only=local_files_only,
                cache_dir=cache_dir,
                token=token,
                use_safetensors=use_safetensors,
                trust_remote_code=trust_remote_code,
                needs_tokenizer=tokenizer is None,
            )
        else:
            files = describe(model, _NAME)
            if tokenizer is None or dtype != "auto":
                raise ValueError("a loaded model needs tokenizer=, and has a dtype of its own")
        if tokenizer is None:
            tokenizer = load_tokenizer(files)
        elif not callable(tokenizer):
            raise TypeError(f"tokenizer must be a loaded one, not {type(tokenizer).__name__}")
        self._tokenizer = tokenizer
        self._task = task
        if source_language is target_language is None and hasattr(tokenizer, "src_lang"):
            source_language, target_language = languages_of(task)
        self._known = known
        self._call = {
            **set_languages(files, self._tokenizer, source_language, target_language),
            **generation,
        }
        self._prefix = prefix
        self._files = files
        self.settings = self.resolved()
        self.window = window or _window(files, self._tokenizer)
        self.positions = _decoder_positions(files)
        self._embeddings = int(files.config.get("vocab_size") or len(self._tokenizer))
        self._why: dict[str, str] = {}
        self._engine = self._loaded(engine, device, dtype)

    def _loaded(self, engine: EngineName, device: str, dtype: str) -> Engine:
        files = self._files
        if engine != "torch":
            obstacle = ctranslate2_engine.obstacle(
                files, device, dtype, self.settings, asked=engine == "ctranslate2"
            )
            if obstacle is None:
                try:
                    return ctranslate2_engine.CTranslate2Engine(files, device, dtype, self._threads)
                except BackendLoadError as error:
                    if engine == "ctranslate2" or dtype == "int8":
                        raise
                    obstacle = error.reason
                    warnings.warn(f"{error}; using the engine 'torch'", stacklevel=stacklevel())
            if engine == "ctranslate2":
                raise files.error(f"the engine 'ctranslate2' cannot run it: {obstacle}")
            self._why = {"engine_reason": f"ctranslate2: {obstacle}"}
        if dtype == "int8":
            why = self._why.get("engine_reason", "the engine is 'torch'")
            raise files.error(f"dtype='int8' needs the engine 'ctranslate2'; {why}")
        return TorchEngine(files, device, dtype, self._threads)

    def count(self, texts: Sequence[str], /) -> list[int]:
        """Return the tokens of each text, with its prefix and the special tokens."""
        return [len(ids) for ids in self._encoded(texts)]

    def generate(self, texts: Sequence[str], length: Length, /) -> list[Draft]:
        """Write a draft for each text.

        Where a word limit ended a draft within its first sentence, the text is written again
        under the model's own limit.

        Raises:
            ValueError: if a text exceeds the window.
        """
        return self._generated(texts, length, self.settings)

    def generate_for(self, briefs: Sequence[Brief], /) -> list[Draft]:
        """Write a draft for each brief, as :meth:`generate` does, without what is unsupported.

        What an earlier draft said without support is forbidden, word for word.

        Raises:
            ValueError: if a text exceeds the window.
        """
        drafts: dict[int, Draft] = {}
        alike = [(brief.length, brief.unsupported) for brief in briefs]
        for length, unsupported in dict.fromkeys(alike):
            same = [i for i, each in enumerate(alike) if each == (length, unsupported)]
            settings = self._without(unsupported)
            written = self._generated([briefs[i].text for i in same], length, settings)
            drafts.update(zip(same, written, strict=True))
        return [drafts[index] for index in range(len(briefs))]

    def _without(self, phrases: Sequence[str]) -> GenerationSettings:
        """The settings, with phrases that are not to be written, at a start and behind a space."""
        if not phrases:
            return self.settings
        ways = [way for phrase in phrases for way in (phrase, f" {phrase}")]
        ways = [_LONE.sub("\ufffd", way) for way in ways]
        encoded = self._tokenizer(ways, add_special_tokens=False, verbose=False)["input_ids"]
        own = self.settings.values.get("bad_words_ids") or []
        forbidden = [list(ids) for ids in dict.fromkeys(map(tuple, [*own, *encoded])) if ids]
        values = {**self.settings.values, "bad_words_ids": forbidden}
        return replace(self.settings, values=MappingProxyType(values))

    def _generated(
        self, texts: Sequence[str], length: Length, settings: GenerationSettings
    ) -> list[Draft]:
        encoded = self._encoded(texts)
        for ids in encoded:
            if len(ids) > self.window:
                raise ValueError(f"a text of {len(ids)} tokens exceeds the window of {self.window}")
        asked = [self._limits(text, ids, length) for text, ids in zip(texts, encoded, strict=True)]
        drafts = self._drafts(encoded, asked, settings)
        if length.sentences is None:
            own = [self._limits(t, ids, Length()) for t, ids in zip(texts, encoded, strict=True)]
            again = [
                index
                for index, draft in enumerate(drafts)
                if own[index].max_length > asked[index].max_length and _is_fragment(draft)
            ]
            longer = self._drafts([encoded[i] for i in again], [own[i] for i in again], settings)
            for index, draft in zip(again, longer, strict=True):
                drafts[index] = draft
        return drafts

    def close(self) -> None:
        """Let go of the model."""
        self._engine.close()

    def encode(self, texts: Sequence[str], *, truncate: bool = False) -> list[list[int]]:
        """Return each text's tokens, with its prefix; cut to the window if ``truncate``."""
        encoded = self._encoded(texts)
        return [self._cut(ids) for ids in encoded] if truncate else encoded

    def encode_targets(self, texts: Sequence[str]) -> list[list[int]]:
        """Return each text's tokens as the model is to write them, cut to what it can write."""
        encoded: list[list[int]] = self._tokenizer(text_target=list(texts), verbose=False)[
            "input_ids"
        ]
        most = self.positions or self.window
        return [ids if len(ids) <= most else [*ids[: most - 1], ids[-1]] for ids in encoded]

    @property
    def padding(self) -> int:
        """The token that fills up a batch."""
        return int(self._files.config.get("pad_token_id") or 0)

    def resolved(self, **generation: Any) -> GenerationSettings:
        """Return the settings with some of the call's own, which precede the constructor's.

        Raises:
            TypeError, ValueError: as the constructor does.
        """
        files = self._files
        call = {**_without_twins(self._call, generation), **generation}
        config = files.config
        if not files.generation_config:
            config = {**architecture_tokens(files), **config}
        return resolve(call, config, files.generation_config, self._known, self._prefix, self._task)

    def write(
        self, encoded: Sequence[Sequence[int]], settings: GenerationSettings, limits: Limits
    ) -> list[list[int]]:
        """Write a draft for each of the encoded texts, as tokens, by these settings.

        Raises:
            ValueError: if the engine cannot.
        """
        obstacle = self._engine.obstacle(settings)
        if obstacle is not None:
            raise ValueError(f"engine {self._engine.name!r}: {obstacle}; engine='torch' can do it")
        return self._engine.generate(encoded, settings, limits)

    def sequences(
        self,
        encoded: Sequence[Sequence[int]],
        settings: GenerationSettings,
        limits: Limits,
        *,
        returned: int = 1,
        **extra: Any,
    ) -> list[list[list[int]]]:
        """Write several drafts for each of the encoded texts, as tokens.

        Args:
            encoded: from :meth:`encode`.
            settings: from :meth:`resolved`.
            limits: how long the drafts may be.
            returned: how many drafts a text, at most the number of beams where none is drawn.
            **extra: arguments of ``generate`` that are no settings, such as ``logits_processor``.

        Raises:
            ValueError: if the engine cannot.
        """
        if returned == 1 and not extra:
            return [[draft] for draft in self.write(encoded, settings, limits)]
        if not isinstance(self._engine, TorchEngine):
            raise ValueError("several drafts a text, or processors, need engine='torch'")
        return self._engine.sequences(encoded, settings, limits, returned=returned, **extra)

    @property
    def model(self) -> Any:
        """The model of transformers.

        Raises:
            AttributeError: if the engine is another.
        """
        if not isinstance(self._engine, TorchEngine):
            raise AttributeError(f"the engine {self._engine.name!r} has no model of transformers")
        return self._engine.model

    @property
    def tokenizer(self) -> Any:
        """The tokenizer."""
        return self._tokenizer

    @property
    def device(self) -> str:
        """The device that the model is on."""
        return self._engine.device

    @property
    def dtype(self) -> str:
        """The type of the weights."""
        return self._engine.dtype

    def save_pretrained(self, folder: str | os.PathLike[str]) -> None:
        """Save the model, its generation settings and its tokenizer into a folder."""
        from transformers import GenerationConfig

        model = copy.copy(self.model)
        known = {k: v for k, v in self._files.generation_config.items() if k in self._known}
        model.generation_config = GenerationConfig(**known)
        model.save_pretrained(folder)
        self._tokenizer.save_pretrained(folder)

    def decode(self, tokens: Sequence[int], **options: Any) -> str:
        """Return the text of a draft."""
        # As v4's pipeline did; transformers 5 warns where a tokenizer's own file says otherwise.
        options = {"clean_up_tokenization_spaces": False, **options}
        text: str = self._tokenizer.decode(tokens, skip_special_tokens=True, **options)
        return text.replace(_LINE_BREAK, " ") if "pegasus" in self._files.model_type else text

    def _cut(self, ids: list[int]) -> list[int]:
        """Take tokens out of a text's end until it fits the window; its last special ones stay.

        The tokenizer is never asked to: a fast one keeps that as a setting, which all threads of
        the process share, and so cuts the texts of another.
        """
        if len(ids) <= self.window:
            return ids
        closing = self._closing_tokens
        return ids[: self.window - closing] + ids[len(ids) - closing :]

    @cached_property
    def _closing_tokens(self) -> int:
        """How many special tokens the tokenizer puts behind a text."""
        mask = self._tokenizer("a", return_special_tokens_mask=True, verbose=False)
        flags = mask["special_tokens_mask"]
        return next((i for i, special in enumerate(reversed(flags)) if not special), 0)

    def _encoded(self, texts: Sequence[str]) -> list[list[int]]:
        # A lone half of a character pair, which tokenizers refuse, is read as an unknown character.
        prefixed = [_LONE.sub("\ufffd", self.settings.prefix + text) for text in texts]
        # verbose=False: that a text exceeds the window is told by us, once, and where it matters.
        encoded: list[list[int]] = self._tokenizer(prefixed, verbose=False)["input_ids"]
        if len(self._tokenizer) <= self._embeddings:
            return encoded
        unknown = self._tokenizer.unk_token_id  # DistilBART has no embedding for a "<mask>"
        return [[i if i < self._embeddings else unknown for i in ids] for ids in encoded]

    def _limits(self, text: str, ids: Sequence[int], length: Length) -> Limits:
        words = count_words(text)
        limit = length.word_limit(words)
        return limits(
            self.settings,
            read=len(ids),
            words=limit,
            text_words=words,
            positions=self.positions,
        )

    def _drafts(
        self, encoded: Sequence[list[int]], asked: Sequence[Limits], settings: GenerationSettings
    ) -> list[Draft]:
        """Write within each text's own limits: texts that share them go to the engine together."""
        tokens: dict[int, list[int]] = {}
        for each in dict.fromkeys(asked):
            same = [index for index, limits_ in enumerate(asked) if limits_ == each]
            written = self._engine.generate([encoded[i] for i in same], settings, each)
            tokens.update(zip(same, written, strict=True))
        return [self._draft(tokens[index], asked[index], settings) for index in range(len(encoded))]

    def _draft(self, tokens: Sequence[int], asked: Limits, settings: GenerationSettings) -> Draft:
        text = self.decode(tokens).strip()
        options = {
            "model": self._files.name,
            "revision": self._files.revision,
            "engine": self._engine.name,
            **self._why,
            "device": self._engine.device,
            "dtype": self._engine.dtype,
            "prefix": settings.prefix,
            **settings.values,
            "min_length": asked.min_length,
            "max_length": asked.max_length,
        }
        complete = len(tokens) < asked.max_length or text.endswith(_END_MARKS)
        return Draft(text, complete=complete, options=MappingProxyType(options))


def _without_twins(own: Mapping[str, Any], call: Mapping[str, Any]) -> dict[str, Any]:
    """The constructor's settings but for a length that the call gives in its other unit."""
    other = {"max_length": "max_new_tokens", "min_length": "min_new_tokens"}
    twins = {**other, **{new: old for old, new in other.items()}}
    replaced = {twins[name] for name in call if name in twins}
    return {name: value for name, value in own.items() if name not in replaced}


def _device_name(device: object) -> str:
    """The name of a device that is given as transformers takes it: a number is that of a GPU."""
    if isinstance(device, bool):
        raise ValueError(f"device={device!r} must be a name such as 'cuda:1', or a number")
    if isinstance(device, int):
        return "cpu" if device < 0 else f"cuda:{device}"
    return str(device)


def _window(files: ModelFiles, tokenizer: Any) -> int:
    config = _part(files.config, "encoder")
    bounds = [tokenizer.model_max_length]
    if files.model_type not in _RELATIVE:
        bounds.extend(config[name] for name in _POSITIONS[:1] if name in config)
        if len(bounds) == 1:
            bounds.extend(config[name] for name in _POSITIONS[1:] if name in config)
    known = [bound for bound in bounds if isinstance(bound, int) and bound < _UNKNOWN_LENGTH]
    if known:
        return min(known)
    own = config.get("n_positions")
    return own if isinstance(own, int) else _UNBOUNDED_WINDOW


def _decoder_positions(files: ModelFiles) -> int | None:
    if files.model_type in _RELATIVE:
        return None
    config = _part(files.config, "decoder")
    for name in ("max_decoder_position_embeddings", "max_position_embeddings"):
        if isinstance(config.get(name), int):
            return int(config[name])
    return None


def _part(config: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The configuration of one half, where the model was put together of two."""
    part = config.get(name)
    return part if isinstance(part, dict) else config


def _is_fragment(draft: Draft) -> bool:
    """Whether the limit ended a draft within its first sentence."""
    if draft.complete or not draft.text:
        return False
    return len(Document.from_text(draft.text, dateline="keep", furniture="keep").sentences) == 1
