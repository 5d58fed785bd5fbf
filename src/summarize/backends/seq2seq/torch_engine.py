"""The torch engine: transformers' own ``generate``, on a processor or a GPU."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .loading import ModelFiles, load_model
from .settings import Limits, Settings

__all__ = ["TorchEngine"]

# Padded tokens of one pass through the encoder. On a processor eight full articles fill it.
_TOKENS_ON_CPU = 8 * 1024
_TOKENS_ON_GPU = 64 * 1024


class TorchEngine:
    """A model of transformers, loaded.

    Args:
        files: the model's files.
        device: ``"auto"`` for a GPU if there is one, or what ``torch.device`` takes.
        dtype: ``"auto"``, ``"float32"``, ``"bfloat16"`` or ``"float16"``. ``"auto"`` is bfloat16
            where the processor multiplies it natively, float16 on a GPU, float32 elsewhere.

    Attributes:
        name: ``"torch"``.
        device: the device, such as ``"cuda:0"``.
        dtype: the type of the weights, such as ``"float32"``.
    """

    name = "torch"

    def __init__(self, files: ModelFiles, device: str, dtype: str) -> None:
        import torch
        from transformers import GenerationConfig

        self.device = _device(device)
        self.dtype = _dtype(dtype, self.device)
        model = load_model(files, getattr(torch, self.dtype))
        # All that generate() reads is what it is given, whatever transformers read itself.
        model.generation_config = GenerationConfig()
        self._model = model.to(self.device)
        self._pad: int = files.config.get("pad_token_id") or 0
        self._looks_far_from_first = files.model_type == "led"
        on_gpu = self.device.partition(":")[0] == "cuda"
        self._budget = _TOKENS_ON_GPU if on_gpu else _TOKENS_ON_CPU

    def obstacle(self, settings: Settings) -> str | None:
        """There is none: every setting is ``generate``'s own."""
        return None

    def generate(
        self, texts: Sequence[Sequence[int]], settings: Settings, limits: Limits
    ) -> list[list[int]]:
        """Write a draft for each text, as tokens, the decoder's start token included."""
        from transformers import GenerationConfig

        lengths = {"min_length": limits.min_length, "max_length": limits.max_length}
        config = GenerationConfig(**{"pad_token_id": self._pad, **settings.values, **lengths})
        drafts: list[list[int]] = []
        for batch in _batches(texts, self._budget):
            drafts.extend(self._generate(batch, config))
        return drafts

    def _generate(self, texts: Sequence[Sequence[int]], config: Any) -> list[list[int]]:
        """Write one batch; out of memory on a GPU, halve it."""
        import torch

        try:
            return self._generate_at_once(texts, config)
        except torch.OutOfMemoryError:
            if len(texts) == 1:
                raise
        # Outside the handler, whose traceback would keep the failed batch's tensors alive.
        torch.cuda.empty_cache()
        half = (len(texts) + 1) // 2
        return [
            *self._generate(texts[:half], config),
            *self._generate(texts[half:], config),
        ]

    def _generate_at_once(self, texts: Sequence[Sequence[int]], config: Any) -> list[list[int]]:
        import torch

        longest = max(map(len, texts))
        ids = torch.full((len(texts), longest), self._pad, dtype=torch.long)
        mask = torch.zeros((len(texts), longest), dtype=torch.long)
        for row, text in enumerate(texts):
            ids[row, : len(text)] = torch.tensor(text)
            mask[row, : len(text)] = 1
        inputs = {"input_ids": ids.to(self.device), "attention_mask": mask.to(self.device)}
        if self._looks_far_from_first:  # as LED's authors have it for summaries
            attention = torch.zeros_like(inputs["input_ids"])
            attention[:, 0] = 1
            inputs["global_attention_mask"] = attention
        with torch.inference_mode():
            drafts = self._model.generate(**inputs, generation_config=config)
        return [_unpadded(row, config.pad_token_id) for row in drafts.tolist()]

    def close(self) -> None:
        """Let go of the model, and of what a GPU holds for it."""
        import torch

        self._model = None
        if self.device.startswith("cuda"):
            torch.cuda.empty_cache()


def _batches(texts: Sequence[Sequence[int]], budget: int) -> list[Sequence[Sequence[int]]]:
    """Cut ``texts``, in their order, into batches whose padded tokens stay within ``budget``."""
    batches: list[Sequence[Sequence[int]]] = []
    first = longest = 0
    for index, text in enumerate(texts):
        longest = max(longest, len(text))
        if index > first and longest * (index - first + 1) > budget:
            batches.append(texts[first:index])
            first, longest = index, len(text)
    batches.append(texts[first:])
    return batches


def _unpadded(tokens: list[int], pad: int) -> list[int]:
    end = len(tokens)
    while end > 1 and tokens[end - 1] == pad:
        end -= 1
    return tokens[:end]


def _device(device: str) -> str:
    import torch

    if device != "auto":
        return str(torch.device(device))
    return "cuda" if torch.cuda.is_available() else "cpu"


def _dtype(dtype: str, device: str) -> str:
    import torch

    if dtype != "auto":
        return dtype
    if device.startswith("cuda"):
        return "float16"
    # torch has no public question for this; a processor without it computes bfloat16 slower.
    has_bfloat16 = device == "cpu" and (
        torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    )
    return "bfloat16" if has_bfloat16 else "float32"
