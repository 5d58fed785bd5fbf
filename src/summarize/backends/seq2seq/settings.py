"""A model's generation settings, resolved as the summarisation pipeline of transformers v4 did.

Four sources, the first that names a setting has it:

1. the call;
2. ``task_specific_params["summarization"]`` of ``config.json``, with the prefix;
3. ``generation_config.json``;
4. ``config.json``.

Where none sets them, the pipeline's own last defaults hold: 4 beams and 256 new tokens.
transformers v5 reads neither 2 nor, where a ``generation_config.json`` exists, 4.

All lengths here are in tokens of the decoder, its start token included, as ``max_length`` counts
them: ``max_new_tokens=n`` is ``max_length=n + 1``.

:meta private:
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ...arguments import flag, whole_number

__all__ = ["GenerationSettings", "Limits", "limits", "resolve"]

_DEFAULTS = {"num_beams": 4, "max_length": 257, "min_length": 0}
_NEW_TOKENS = {"max_new_tokens": "max_length", "min_new_tokens": "min_length"}
# What decides how many texts come back, and with what: one draft a text is the contract.
_OURS = frozenset(
    "num_return_sequences return_dict_in_generate use_cache output_attentions "
    "output_hidden_states output_scores output_logits".split()
)
# What a search with one beam has no use for, and transformers warns of.
_OF_BEAMS = frozenset({"early_stopping", "length_penalty"})

# A word limit of W becomes W * (tokens a word) * 1.25 + 32 tokens: room to end the sentence.
_ROOM_SHARE = 1.25
_ROOM_TOKENS = 32
_STEP = 16
"""Limits are rounded up to this, so that texts of a batch share them."""
_RATE_STEP = 0.25
_LEAST_RATE, _GREATEST_RATE = 1.0, 4.0


@dataclass(frozen=True, slots=True)
class GenerationSettings:
    """What ``generate`` is called with.

    Attributes:
        values: the generation settings by transformers' names, ``max_length`` and ``min_length``
            among them.
        prefix: what is put before each text.
        given: the names that the call set.
    """

    values: Mapping[str, Any]
    prefix: str
    given: frozenset[str]


@dataclass(frozen=True, slots=True, order=True)
class Limits:
    """How many tokens a draft may and must have, the decoder's start token included."""

    min_length: int
    max_length: int


def resolve(
    call: Mapping[str, Any],
    config: Mapping[str, Any],
    generation_config: Mapping[str, Any],
    known: Collection[str],
    prefix: str | None = None,
    task: str = "summarization",
) -> GenerationSettings:
    """Resolve the settings of one model.

    Args:
        call: the caller's settings.
        config: the model's ``config.json``.
        generation_config: its ``generation_config.json``, empty if it has none.
        known: every name that is a generation setting.
        prefix: the caller's prefix; the model's own if ``None``.
        task: whose settings in ``task_specific_params`` hold.

    Raises:
        TypeError: if the call sets something that is not a generation setting.
        ValueError: if the call sets both a length and its twin in new tokens, or a length that is
            no whole number.

    >>> config = {"num_beams": 6, "task_specific_params": {"summarization": {"num_beams": 4}}}
    >>> settings = resolve({"max_new_tokens": 60}, config, {}, {"num_beams", "max_new_tokens"})
    >>> dict(settings.values)
    {'num_beams': 4, 'max_length': 61, 'min_length': 0}
    """
    _check(call, known)
    if config.get("force_bos_token_to_be_generated") and config.get("forced_bos_token_id") is None:
        # How the first BART files say what forced_bos_token_id says now.
        config = {**config, "forced_bos_token_id": config.get("bos_token_id")}
    own = (config.get("task_specific_params") or {}).get(task) or {}
    values = dict(_DEFAULTS)
    for source in (config, generation_config, own, call):
        values.update(_lengths({k: source[k] for k in source if k in known and k not in _OURS}))
    # None takes a setting away; what must be set is then what it is where nobody sets it.
    values = _DEFAULTS | {name: value for name, value in values.items() if value is not None}
    if values["num_beams"] == 1:
        values = {name: values[name] for name in values if name in call or name not in _OF_BEAMS}
    if prefix is None:
        prefix = own.get("prefix", config.get("prefix")) or ""
    return GenerationSettings(MappingProxyType(values), prefix, frozenset(_lengths(call)))


def limits(
    settings: GenerationSettings,
    *,
    read: int,
    words: int | None,
    text_words: int,
    positions: int | None,
) -> Limits:
    """The limits for one text. They depend on the text alone, not on the others of its batch.

    - Under a word limit, ``max_length`` is what so many words may take, at the text's own rate of
      tokens a word, with room to end the last sentence; it may exceed the model's own setting, but
      not one that the call gave.
    - ``max_length`` never exceeds the text's own tokens (rounded up to 16): a summary is not
      longer than its document. Nor does it exceed the decoder's positions.
    - Where these lowered ``max_length``, or the call set one below the model's ``min_length``,
      ``min_length`` is at most half of it.

    Args:
        settings: the resolved settings.
        read: the tokens that the model reads, special ones included.
        words: the word limit, or ``None``.
        text_words: the words of the text.
        positions: how many tokens the decoder can write, or ``None`` if nothing bounds it.

    >>> bart = GenerationSettings({"min_length": 56, "max_length": 142}, " ", frozenset())
    >>> limits(bart, read=1000, words=None, text_words=800, positions=1024)
    Limits(min_length=56, max_length=142)
    >>> limits(bart, read=1000, words=20, text_words=800, positions=1024)
    Limits(min_length=32, max_length=64)
    >>> limits(bart, read=30, words=None, text_words=22, positions=1024)
    Limits(min_length=16, max_length=32)
    """
    own: int = settings.values["max_length"]
    longest = own
    if words is not None:
        longest = _step_up(words * _rate(read, text_words) * _ROOM_SHARE + _ROOM_TOKENS)
        if "max_length" in settings.given:
            longest = min(longest, own)
    longest = min(longest, _step_up(read), positions or longest)
    shortest: int = settings.values["min_length"]
    if longest < own or shortest > longest:
        shortest = min(shortest, longest // 2)
    return Limits(shortest, longest)


def _rate(tokens: int, words: int) -> float:
    """Tokens a word, in steps, so that texts alike share it."""
    rate = math.ceil(tokens / max(words, 1) / _RATE_STEP) * _RATE_STEP
    return min(max(rate, _LEAST_RATE), _GREATEST_RATE)


def _step_up(tokens: float) -> int:
    return max(math.ceil(tokens / _STEP), 1) * _STEP


_NUMBERS = frozenset(
    "temperature top_k top_p min_p typical_p epsilon_cutoff eta_cutoff repetition_penalty "
    "encoder_repetition_penalty length_penalty diversity_penalty no_repeat_ngram_size "
    "encoder_no_repeat_ngram_size num_beam_groups max_time".split()
)
_SWITCHES = frozenset({"do_sample", "renormalize_logits", "remove_invalid_values", "use_cache"})


def _check(call: Mapping[str, Any], known: Collection[str]) -> None:
    for name in call:
        if name not in known or name in _OURS:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"; did you mean {close[0]!r}?" if close and name not in _OURS else ""
            raise TypeError(f"{name!r} is neither an option nor a generation setting{hint}")
    for new_tokens, length in _NEW_TOKENS.items():
        if call.get(new_tokens) is not None and call.get(length) is not None:
            raise ValueError(f"give only one of {new_tokens} and {length}")
    for name in ("max_length", "max_new_tokens", "min_length", "min_new_tokens", "num_beams"):
        value = call.get(name)
        least = 0 if name.startswith("min") else 1
        if value is not None:
            whole_number(name, value, least=least)
    for name in _NUMBERS & call.keys():
        value = call[name]
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise ValueError(f"{name}={value!r} must be a number")
    for name in _SWITCHES & call.keys():
        if call[name] is not None:
            flag(name, call[name])
    if _above(call):
        raise ValueError("the least length that the call asks for exceeds the greatest")


def _above(call: Mapping[str, Any]) -> bool:
    lengths = _lengths(call)
    least, greatest = lengths.get("min_length"), lengths.get("max_length")
    return least is not None and greatest is not None and least > greatest


def _lengths(source: Mapping[str, Any]) -> dict[str, Any]:
    """The same settings with lengths that all count the decoder's start token."""
    values = {name: value for name, value in source.items() if name not in _NEW_TOKENS}
    for new_tokens, length in _NEW_TOKENS.items():
        if source.get(new_tokens) is not None:  # within one source it precedes its twin
            values[length] = source[new_tokens] + 1
    return values
