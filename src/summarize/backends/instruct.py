"""A local model that follows instructions: any causal model of transformers with a chat template.

It is asked as ``chat`` asks a server, and what it answers is cleaned and refused alike.

:meta private:
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from ..arguments import flag, one_of, whole_number
from ..errors import GenerationError
from .base import Brief, Draft
from .prompting import Asking, Prompt, encodable, judged, longest_brief, messages
from .seq2seq.loading import ModelFiles, find, load_model, load_tokenizer
from .seq2seq.torch_engine import choose_dtype, device_of

__all__ = ["Instruct"]

_NAME = "instruct"
_DTYPES = ("auto", "float32", "bfloat16", "float16")
_UNKNOWN_LENGTH = 10**9  # tokenizers say 10**30 where they know none
_ASSUMED_CONTEXT = 2048
_POSITIONS = ("max_position_embeddings", "n_positions", "max_seq_len", "seq_length")
# Padded tokens of one batch, prompts and answers: what the keys and values of a few billion
# parameters leave room for beside them.
_TOKENS_ON_CPU, _TOKENS_ON_GPU = 8 * 1024, 32 * 1024
_ROOM = 16  # tokens that a text may have more within the prompt than alone
# What decides how many answers come, and in which form.
_OURS = frozenset(
    "num_return_sequences return_dict_in_generate output_scores output_logits max_length "
    "max_new_tokens min_length streamer pad_token_id eos_token_id".split()
)


class Instruct(Asking):
    """A model of Hugging Face that follows instructions, asked for a lead on this machine.

    The prompt is that of ``chat``, in the model's own chat template. Texts are padded on the left
    and go together; the likeliest words are taken unless ``generation`` has ``do_sample``. A
    refusal, an empty answer and one that was cut off are a
    :class:`~summarize.errors.GenerationError` of that document.

    Args:
        model: a name on the hub, or a folder.
        prompt: instructions in place of the built-in ones, as for ``chat``.
        style: how it is to be written, such as ``"for children"``.
        focus: what it is to answer, such as ``"what does it cost?"``.
        device: ``"auto"``, ``"cpu"``, ``"cuda"``, ``"cuda:1"``, …
        dtype: the type of the weights: ``"float32"``, ``"bfloat16"``, ``"float16"``, or ``"auto"``,
            which takes what is fastest, as for ``bart``.
        window: how many tokens the model reads and writes together; its own number if ``None``.
        max_tokens: how many tokens an answer may have, thoughts included.
        template: what the chat template is given besides; it is told not to have the model think.
        revision: a branch, tag or commit on the hub.
        local_files_only: never use the network. ``None`` leaves that to ``HF_HUB_OFFLINE``.
        cache_dir: where the hub's files are kept.
        token: the hub's access token, for a gated model.
        use_safetensors: read nothing but safetensors; ``None`` reads pickles where there is
            nothing else.
        trust_remote_code: run the model's own code.
        **generation: settings of ``generate``, such as ``repetition_penalty=1.1``.

    Attributes:
        window: how many tokens a text may have.

    Raises:
        BackendLoadError: if the model cannot be had or loaded, or has no chat template.
        TypeError: for an option that is none.
        ValueError: for an option's value that is none.
    """

    name = _NAME

    def __init__(
        self,
        *,
        model: str | os.PathLike[str],
        prompt: str | None = None,
        style: str | None = None,
        focus: str | None = None,
        device: str = "auto",
        dtype: str = "auto",
        window: int | None = None,
        max_tokens: int = 512,
        template: Mapping[str, Any] | None = None,
        revision: str | None = None,
        local_files_only: bool | None = None,
        cache_dir: str | os.PathLike[str] | None = None,
        token: str | bool | None = None,
        use_safetensors: bool | None = None,
        trust_remote_code: bool = False,
        **generation: Any,
    ) -> None:
        import torch
        from transformers import GenerationConfig

        self._prompt = Prompt(prompt, style, focus)
        one_of("dtype", dtype, _DTYPES)
        flag("trust_remote_code", trust_remote_code)
        self._max_tokens = whole_number("max_tokens", max_tokens)
        if window is not None:
            window = whole_number("window", window)
        known = set(GenerationConfig().to_dict())
        for option in generation:
            if option not in known or option in _OURS:
                raise TypeError(f"{option!r} is neither an option nor a generation setting")
        files = find(
            model,
            backend=_NAME,
            revision=revision,
            local_files_only=local_files_only,
            cache_dir=cache_dir,
            token=token,
            use_safetensors=use_safetensors,
            trust_remote_code=trust_remote_code,
            causal=True,
        )
        self._files = files
        self._tokenizer = load_tokenizer(files)
        if not getattr(self._tokenizer, "chat_template", None):
            raise files.error("its tokenizer has no chat template: it does not follow instructions")
        self._template = {"enable_thinking": False, **(template or {})}
        self.device = device_of(device, files)
        stored = str(files.config.get("dtype") or files.config.get("torch_dtype"))
        self.dtype = choose_dtype(dtype, self.device, files.model_type, stored)
        self._model = load_model(files, getattr(torch, self.dtype)).to(self.device)
        self._generation = dict(generation)
        self._ends = self._end_tokens()
        pad = self._tokenizer.pad_token_id
        self._pad = int(pad if pad is not None else min(self._ends, default=0))
        self._settings = GenerationConfig(
            **{
                "do_sample": False,
                **generation,
                "max_new_tokens": self._max_tokens,
                "pad_token_id": self._pad,
                "eos_token_id": sorted(self._ends) or None,
            }
        )
        # All that generate() reads is what it is given.
        self._model.generation_config = GenerationConfig()
        context = window or _context(files, self._tokenizer)
        used = len(self.prompt_ids(longest_brief())) + self._max_tokens + _ROOM
        self._fit_into(context, used, max_tokens)

    def __repr__(self) -> str:
        return f"Instruct(model={self._files.name!r}, device={self.device!r})"

    def _end_tokens(self) -> set[int]:
        """Every token at which an answer ends: the model's own, and the tokenizer's."""
        own = self._files.generation_config.get("eos_token_id")
        if own is None:
            own = self._files.config.get("eos_token_id")
        ends = set(own) if isinstance(own, list) else {own}
        return {int(end) for end in ends | {self._tokenizer.eos_token_id} if end is not None}

    def prompt_ids(self, brief: Brief) -> list[int]:
        """Return the tokens of the prompt for a text, in the model's own template."""
        asked = messages(self._prompt, brief)
        try:
            ids = self._templated(asked)
        except Exception:  # a template's own: some know no message of the system
            joint = "\n\n".join(message["content"] for message in asked)
            ids = self._templated([{"role": "user", "content": joint}])
        return ids

    def _templated(self, asked: Sequence[Mapping[str, str]]) -> list[int]:
        ids = self._tokenizer.apply_chat_template(
            list(asked),
            add_generation_prompt=True,
            tokenize=True,
            return_dict=False,
            **self._template,
        )
        return list(map(int, ids))

    def count(self, texts: Sequence[str], /) -> list[int]:
        """Return the tokens of each text by itself."""
        plain = [encodable(text) for text in texts]
        encoded = self._tokenizer(plain, add_special_tokens=False, verbose=False)
        return [len(ids) or 1 for ids in encoded["input_ids"]]

    def generate_for(self, briefs: Sequence[Brief], /) -> list[Draft | GenerationError]:
        """Write a draft for each brief, texts of like lengths together, in their order."""
        prompts = [self.prompt_ids(brief) for brief in briefs]
        answers = self.write(prompts)
        return [
            self._draft(prompt, answer) for prompt, answer in zip(prompts, answers, strict=True)
        ]

    def write(self, prompts: Sequence[Sequence[int]]) -> list[list[int]]:
        """Return the tokens that follow each prompt, the end's included, if it came."""
        budget = _TOKENS_ON_GPU if self.device.startswith("cuda") else _TOKENS_ON_CPU
        order = sorted(range(len(prompts)), key=lambda index: -len(prompts[index]))
        answers: dict[int, list[int]] = {}
        while order:
            width = len(prompts[order[0]]) + self._max_tokens
            batch, order = _cut(order, max(budget // width, 1))
            written = self._written([prompts[index] for index in batch])
            answers.update(zip(batch, written, strict=True))
        return [answers[index] for index in range(len(prompts))]

    def _written(self, prompts: Sequence[Sequence[int]]) -> list[list[int]]:
        import torch

        width = max(map(len, prompts))
        ids = torch.full((len(prompts), width), self._pad, dtype=torch.long)
        mask = torch.zeros((len(prompts), width), dtype=torch.long)
        for row, prompt in enumerate(prompts):
            ids[row, width - len(prompt) :] = torch.tensor(prompt)
            mask[row, width - len(prompt) :] = 1
        with torch.inference_mode():
            written = self._model.generate(
                input_ids=ids.to(self.device),
                attention_mask=mask.to(self.device),
                generation_config=self._settings,
            )
        return [self._ended(row[width:]) for row in written.tolist()]

    def _ended(self, tokens: list[int]) -> list[int]:
        """Cut off what fills an answer up behind its end."""
        last = next((i for i, token in enumerate(tokens) if token in self._ends), len(tokens))
        return tokens[: last + 1]

    def _draft(self, prompt: Sequence[int], answer: Sequence[int]) -> Draft | GenerationError:
        if not answer or answer[-1] not in self._ends:
            return GenerationError(
                _NAME,
                f"the answer was cut off at {self._max_tokens} tokens; max_tokens= sets how many it"
                " may have",
            )
        summary, why = judged(self._tokenizer.decode(answer, skip_special_tokens=True))
        if why is not None:
            return GenerationError(_NAME, why)
        options = {
            "model": self._files.name,
            "revision": self._files.revision,
            "device": self.device,
            "dtype": self.dtype,
            "max_tokens": self._max_tokens,
            "window": self._context,
            **self._generation,
            "cost": {
                "requests": 1,
                "prompt_tokens": len(prompt),
                "completion_tokens": len(answer),
            },
        }
        return Draft(summary, options=MappingProxyType(options))

    def close(self) -> None:
        """Let go of the model."""
        self._model = None


def _cut(items: list[int], size: int) -> tuple[list[int], list[int]]:
    return items[:size], items[size:]


def _context(files: ModelFiles, tokenizer: Any) -> int:
    """How many tokens the model reads and writes together, by its own files."""
    nested = files.config.get("text_config")
    configs = [files.config, nested if isinstance(nested, dict) else {}]
    bounds = [config[name] for config in configs for name in _POSITIONS if name in config]
    bounds = [*bounds[:1], tokenizer.model_max_length]
    known = [bound for bound in bounds if isinstance(bound, int) and bound < _UNKNOWN_LENGTH]
    return min(known, default=_ASSUMED_CONTEXT)
