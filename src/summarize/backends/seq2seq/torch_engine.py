"""The torch engine: transformers' own ``generate``, and for BART's family faster steps of it.

BART, mBART and PEGASUS write by steps of fixed shape
(:mod:`~summarize.backends.seq2seq.graphs`), which a GPU replays, where the settings are such that
these know them. All else is written by ``generate``, whose beams share what they have in common
(:mod:`~summarize.backends.seq2seq.beams`).

:meta private:
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

from ...arguments import stacklevel
from .beams import beam_cache, share_among_beams, share_no_longer
from .graphs import Loop, plan
from .loading import ModelFiles, load_model
from .settings import GenerationSettings, Limits
from .stepping import decoder_of, difference

__all__ = ["TorchEngine", "choose_dtype", "device_of"]

# Padded tokens of one pass through the encoder. On a processor eight full articles fill it.
_TOKENS_ON_CPU = 8 * 1024
_TOKENS_ON_GPU = 64 * 1024
_BY_STEPS = frozenset({"cpu", "cuda"})  # the devices that they were measured on
_BATCHES_BETWEEN_TRIES = 32  # one retried batch in so many costs three per cent at most
# Trained in bfloat16, whose range float16 does not have.
_OVERFLOWS_FLOAT16 = frozenset({"t5", "mt5", "umt5", "longt5", "pegasus", "bigbird_pegasus"})


class TorchEngine:
    """A model of transformers, loaded.

    Args:
        files: the model's files, or the model that the caller has loaded.
        device: ``"auto"`` for an accelerator if there is one, or what ``torch.device`` takes.
        dtype: ``"auto"``, ``"float32"``, ``"bfloat16"`` or ``"float16"``. ``"auto"`` is bfloat16
            where the processor multiplies it natively, on a GPU float16 (bfloat16 for a checkpoint
            stored so, and for T5 and PEGASUS, which overflow in float16), float32 elsewhere.
        threads: how many threads the process has for torch; as it is if ``None``.

    Attributes:
        name: ``"torch"``.
        device: the device, such as ``"cuda:0"``.
        dtype: the type of the weights, such as ``"float32"``.

    Raises:
        BackendLoadError: if the weights cannot be loaded, or there is no such GPU.
        ValueError: if ``device`` is none that torch knows.
    """

    name = "torch"

    def __init__(
        self, files: ModelFiles, device: str, dtype: str, threads: int | None = None
    ) -> None:
        import torch
        from transformers import GenerationConfig

        if threads is not None:
            torch.set_num_threads(threads)

        if files.loaded is None:
            self.device = device_of(device, files)
            stored = files.config.get("dtype") or files.config.get("torch_dtype")
            self.dtype = choose_dtype(dtype, self.device, files.model_type, str(stored))
        else:
            own = str(files.loaded.device)
            self.device = own if device == "auto" else device_of(device, files)
            self.dtype = str(files.loaded.dtype).removeprefix("torch.")
        model = load_model(files, getattr(torch, self.dtype))
        # All that generate() reads is what it is given, whatever transformers read itself.
        model.generation_config = GenerationConfig()
        if getattr(model, "hf_device_map", None) is None:  # else its parts have their places
            model = model.to(self.device)
        self._model = model
        # A model of the caller's is left as it is.
        self._shared = files.loaded is None and share_among_beams(model)
        self._pad: int = files.config.get("pad_token_id") or 0
        self._attention_window = _attention_window(files.config)
        if self._shared and not self._agrees_with_plain_beams(files):
            share_no_longer(model)
            self._shared = False
        self._loop = self._steps_of(files)
        self._most = _TOKENS_ON_CPU if self.device == "cpu" else _TOKENS_ON_GPU
        self._budget = self._most
        self._since_short = 0

    def _agrees_with_plain_beams(self, files: ModelFiles) -> bool:
        """Whether beams that share their attention write what plain ones do; two steps are tried.

        A release of transformers may change what :mod:`.beams` stands in for. Then the plain way
        is gone, which is slower, and a warning says so.
        """
        import torch
        from transformers import GenerationConfig

        own = files.config
        end = own.get("eos_token_id")
        config = GenerationConfig(
            num_beams=2,
            max_length=3,
            min_length=3,
            pad_token_id=self._pad,
            eos_token_id=end,
            decoder_start_token_id=own.get("decoder_start_token_id", own.get("bos_token_id")) or 0,
            return_dict_in_generate=True,
            output_scores=True,
        )
        texts = [[*range(4, 4 + size), end if isinstance(end, int) else 2] for size in (5, 9)]
        # Log-probabilities down to -30 or so, of which a half type has two or three digits.
        near = 1e-3 if self.dtype == "float32" else 0.5
        try:
            shared, plain = (self._call(texts, config, shared=each) for each in (True, False))
            if torch.allclose(shared.scores[0], plain.scores[0], atol=near) and torch.allclose(
                shared.sequences_scores, plain.sequences_scores, atol=near
            ):
                return True
            reason = "their scores differ"
        except Exception as error:  # of whatever kind: it cannot be used
            reason = f"{type(error).__name__}: {error}"
        warnings.warn(
            f"model {files.name!r}: its beams cannot share their attention with this release of "
            f"transformers ({reason}); writing without, which is slower",
            stacklevel=stacklevel(),
        )
        return False

    def _steps_of(self, files: ModelFiles) -> Loop | None:
        """What writes the model's drafts by steps; ``None`` if nothing does.

        Whether the steps put its modules together as this release of transformers does is tried.
        """
        if self.device.partition(":")[0] not in _BY_STEPS:
            return None
        near = 0.5 if self.dtype in ("float16", "bfloat16") else 1e-3
        try:
            decoder = decoder_of(self._model)
            if decoder is None:
                return None
            far = difference(decoder)
            if far < near:
                return Loop(decoder)
            reason = f"its scores differ by {far:.2g}"
        except Exception as error:  # of whatever kind: it cannot be used
            reason = f"{type(error).__name__}: {error}"
        self._warn_of_steps(files.name, reason)
        return None

    def _warn_of_steps(self, name: str, reason: str) -> None:
        warnings.warn(
            f"model {name!r}: its drafts cannot be written by steps of fixed shape ({reason}); "
            "writing by transformers' generate, which is slower",
            stacklevel=stacklevel(),
        )

    def obstacle(self, settings: GenerationSettings) -> str | None:
        """There is none: every setting is ``generate``'s own."""
        return None

    def generate(
        self, texts: Sequence[Sequence[int]], settings: GenerationSettings, limits: Limits
    ) -> list[list[int]]:
        """Write a draft for each text, as tokens, the decoder's start token included."""
        lengths = {"min_length": limits.min_length, "max_length": limits.max_length}
        values = {"pad_token_id": self._pad, **settings.values, **lengths}
        if self._model is None:
            raise ValueError("the model is closed: make another Summarizer")
        drafts: list[list[int]] = []
        while len(drafts) < len(texts):
            batch = _batch(texts[len(drafts) :], self._budget)
            written = self._generate(batch, values)
            if written is None:
                self._budget, self._since_short = max(map(len, batch)) * len(batch) // 2, 0
                warnings.warn(
                    f"out of memory with {len(batch)} texts at once; going on with half of that",
                    stacklevel=stacklevel(),
                )
            else:
                drafts.extend(written)
                self._grow_back()
        return drafts

    def sequences(
        self,
        texts: Sequence[Sequence[int]],
        settings: GenerationSettings,
        limits: Limits,
        *,
        returned: int,
        **extra: Any,
    ) -> list[list[list[int]]]:
        """Write several drafts for each text, all texts at once.

        Args:
            texts: the texts, as tokens.
            settings: what ``generate`` is called with.
            limits: how long the drafts may be.
            returned: how many drafts a text.
            **extra: arguments of ``generate`` that are no settings.
        """
        from transformers import GenerationConfig

        lengths = {"min_length": limits.min_length, "max_length": limits.max_length}
        values = {"pad_token_id": self._pad, **settings.values, **lengths}
        config = GenerationConfig(**values, num_return_sequences=returned)
        drawn = bool(config.do_sample) and returned > 1  # then its rows are copies, not beams
        rows = self._call(texts, config, shared=self._shared and not drawn, **extra).tolist()
        drafts = [_ended(row, config.eos_token_id) for row in rows]
        return [drafts[start : start + returned] for start in range(0, len(drafts), returned)]

    @property
    def model(self) -> Any:
        """The model of transformers; ``None`` once closed."""
        return self._model

    def _grow_back(self) -> None:
        """Try more at once again, some batches after memory was short: others come and go."""
        if self._budget < self._most:
            self._since_short += 1
            if self._since_short >= _BATCHES_BETWEEN_TRIES:
                self._budget, self._since_short = min(2 * self._budget, self._most), 0

    def _generate(
        self, texts: Sequence[Sequence[int]], values: Mapping[str, Any]
    ) -> list[list[int]] | None:
        """Write one batch; ``None`` if the memory does not suffice for several texts at once."""
        import torch

        try:
            return self._generate_at_once(texts, values)
        except (torch.OutOfMemoryError, RuntimeError) as error:
            if len(texts) == 1 or not _is_out_of_memory(error):
                raise
        # Outside the handler, whose traceback would keep the failed batch's tensors alive.
        _empty_cache(self.device)
        return None

    def _generate_at_once(
        self, texts: Sequence[Sequence[int]], values: Mapping[str, Any]
    ) -> list[list[int]]:
        from transformers import GenerationConfig

        drafts = self._by_steps(texts, values)
        if drafts is None:
            config = GenerationConfig(**values)
            drafts = self._call(texts, config, shared=self._shared).tolist()
        return [_ended(row, values.get("eos_token_id")) for row in drafts]

    def _by_steps(
        self, texts: Sequence[Sequence[int]], values: Mapping[str, Any]
    ) -> list[list[int]] | None:
        """Write one batch by steps; ``None`` if that cannot be, or not by these settings."""
        import torch

        loop = self._loop
        if loop is None:
            return None
        if loop.decoder.is_changed():  # by whoever the model was given to, or came from
            changed = decoder_of(self._model)
            loop = self._loop = None if changed is None else Loop(changed)
        planned = None if loop is None else plan(values, loop.decoder)
        if loop is None or planned is None:
            return None
        try:
            return loop.write(*self._padded(texts), *planned)
        except (torch.OutOfMemoryError, RuntimeError) as error:
            loop.forget()
            if not _is_out_of_memory(error):
                self._loop = None
                self._warn_of_steps(loop.decoder.name, f"{type(error).__name__}: {error}")
            elif len(texts) > 1:
                raise
        _empty_cache(self.device)  # of one text, generate may need less
        return None

    def _padded(self, texts: Sequence[Sequence[int]]) -> tuple[Any, Any]:
        """The texts as rows of the same width, and what of them is no padding."""
        import torch

        width = max(map(len, texts))
        if self._attention_window is not None:  # else LED pads itself, and prints that it did
            width += -width % self._attention_window
        ids = torch.full((len(texts), width), self._pad, dtype=torch.long)
        mask = torch.zeros((len(texts), width), dtype=torch.long)
        for row, text in enumerate(texts):
            ids[row, : len(text)] = torch.tensor(text)
            mask[row, : len(text)] = 1
        return ids.to(self.device), mask.to(self.device)

    def _call(
        self, texts: Sequence[Sequence[int]], config: Any, *, shared: bool, **extra: Any
    ) -> Any:
        """Call ``generate``, its beams sharing their attention or not."""
        import torch

        ids, mask = self._padded(texts)
        inputs = {"input_ids": ids, "attention_mask": mask}
        if self._attention_window is not None:
            # The first token sees all others, and they it: so LED's authors have it for summaries.
            attention = torch.zeros_like(inputs["input_ids"])
            attention[:, 0] = 1
            inputs["global_attention_mask"] = attention
        if config.num_beams > 1 and config.cache_implementation is None:
            inputs |= beam_cache(self._model, config.num_beams, shared)
        with torch.inference_mode():
            return self._model.generate(**inputs, generation_config=config, **extra)

    def close(self) -> None:
        """Let go of the model, and of what a GPU holds for it."""
        self._model = self._loop = None
        _empty_cache(self.device)


def _is_out_of_memory(error: Exception) -> bool:
    """Whether an error says so, in one of the ways that the devices have."""
    import torch

    if isinstance(error, torch.OutOfMemoryError):
        return True
    text = str(error).lower()
    return "out of memory" in text or "alloc_failed" in text or "can't allocate memory" in text


def _empty_cache(device: str) -> None:
    """Give back what a device holds for tensors that are gone."""
    import torch

    empty = getattr(getattr(torch, device.partition(":")[0], None), "empty_cache", None)
    if device != "cpu" and empty is not None:
        empty()


def _batch(texts: Sequence[Sequence[int]], budget: int) -> Sequence[Sequence[int]]:
    """The first of ``texts``, as many as padded stay within ``budget`` tokens, and at least one."""
    longest = 0
    for index, text in enumerate(texts):
        longest = max(longest, len(text))
        if index and longest * (index + 1) > budget:
            return texts[:index]
    return texts


def _attention_window(config: Mapping[str, Any]) -> int | None:
    """The width of which LED's inputs have to be a multiple; ``None`` for other architectures."""
    if config.get("model_type") != "led":
        return None
    window = config.get("attention_window", 512)
    return int(window if isinstance(window, int) else max(window))


def _ended(tokens: list[int], ends: int | list[int] | None) -> list[int]:
    """Cut off what ``generate`` fills a draft up with: the padding, or else the end once more."""
    among = ends if isinstance(ends, list) else [ends]
    # BART's start token is its end token, so the first is passed over.
    last = next((i for i, token in enumerate(tokens) if i and token in among), len(tokens))
    return tokens[: last + 1]


def device_of(device: str, files: ModelFiles) -> str:
    """The device that is asked for: of ``"auto"``, an accelerator if there is one."""
    import torch

    if device == "auto":
        found = torch.accelerator.current_accelerator(check_available=True)
        return "cpu" if found is None else found.type
    try:
        chosen = torch.device(device)
    except (RuntimeError, TypeError) as error:
        raise ValueError(f"device={device!r} is none that torch knows: {error}") from error
    if chosen.type == "cuda" and (chosen.index or 0) >= torch.cuda.device_count():
        raise files.error(f"device={device!r}: torch finds {torch.cuda.device_count()} GPUs here")
    return str(chosen)


def choose_dtype(dtype: str, device: str, model_type: str, stored: str = "") -> str:
    """The type of the weights; for ``"auto"``, what :class:`TorchEngine` says.

    Args:
        dtype: as asked for.
        device: where they will be.
        model_type: the architecture.
        stored: the type that the checkpoint has them in.

    >>> choose_dtype("float32", device="cpu", model_type="bart")
    'float32'
    """
    import torch

    if dtype != "auto":
        return dtype
    if device != "cpu":
        if model_type not in _OVERFLOWS_FLOAT16 and stored != "bfloat16":
            return "float16"
        has_it = not device.startswith("cuda") or torch.cuda.is_bf16_supported()
        return "bfloat16" if has_it else "float32"
    # torch has no public question for this; a processor without it computes bfloat16 slower.
    has_bfloat16 = device == "cpu" and (
        torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    )
    return "bfloat16" if has_bfloat16 else "float32"
