"""What the beams of one text have in common: the keys and values of the encoder's states.

transformers repeats the encoder's states for each beam, computes keys and values of every copy,
reads all of them at each step, and reorders them with the beams, though the copies are the same.
Here the beams of a text share one, and nothing is reordered. Of the architectures in
:data:`_ALIKE` the beams' queries become rows of one product; of the others only the reordering is
saved. The drafts are the same, up to rounding.

:meta private:
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from inspect import signature
from typing import Any

__all__ = ["beam_cache", "share_among_beams", "share_no_longer"]

# Their decoders' attention to the encoder is written alike.
_ALIKE = frozenset({"bart", "mbart", "pegasus"})
_CACHE_NAMES = ("cache", "past_key_values")  # since transformers 5.24, and before
_PADDING_AS_MASK = frozenset({"sdpa", "eager"})


def share_among_beams(model: Any) -> bool:
    """Let a model's cross-attention read what :func:`beam_cache` holds once for all beams.

    Returns:
        Whether it does; ``False`` for an architecture of another form, which is left as it is.
    """
    config = model.config
    if config.model_type not in _ALIKE or config._attn_implementation not in _PADDING_AS_MASK:
        return False
    for layer in model.get_decoder().layers:
        attention = layer.encoder_attn
        attention.forward = partial(_attend, attention, attention.forward)
    return True


def share_no_longer(model: Any) -> None:
    """Undo :func:`share_among_beams`."""
    for layer in model.get_decoder().layers:
        vars(layer.encoder_attn).pop("forward", None)


def beam_cache(model: Any, beams: int, shared: bool) -> dict[str, Any]:
    """Make the cache of one call of ``generate`` with several beams, as the argument that takes it.

    Args:
        model: the model.
        beams: how many.
        shared: what :func:`share_among_beams` returned for the model.
    """
    from transformers import DynamicCache, EncoderDecoderCache

    class CrossAttentionCache(DynamicCache):  # type: ignore[misc, unused-ignore]
        """Keys and values of the encoder's states; beams of one text have the same."""

        shared_by = beams if shared else None

        def reorder_cache(self, beam_idx: Any) -> None:
            """Do nothing: a beam takes the place of another of the same text."""

    config = model.config.get_text_config(decoder=True)
    cache = EncoderDecoderCache(DynamicCache(config=config), CrossAttentionCache(config=config))
    known = signature(model.forward).parameters
    return {next(name for name in _CACHE_NAMES if name in known): cache}


def _attend(
    attention: Any,
    usual: Callable[..., Any],
    hidden_states: Any,
    key_value_states: Any = None,
    *,
    attention_mask: Any = None,
    **options: Any,
) -> Any:
    """The forward pass of a cross-attention whose cache is shared by beams; the usual one, if not.

    The queries are those of all beams, beam after beam of text after text; keys and values, and
    the mask of the texts' padding, are taken of each text's first beam.
    """
    both: Any = next((options[name] for name in _CACHE_NAMES if name in options), None)
    cache: Any = getattr(both, "cross_attention_cache", None)
    beams = getattr(cache, "shared_by", None)
    if beams is None:
        return usual(
            hidden_states,
            key_value_states=key_value_states,
            attention_mask=attention_mask,
            **options,
        )
    from torch.nn.functional import scaled_dot_product_attention

    rows, steps, width = hidden_states.shape
    texts = rows // beams

    def heads(states: Any) -> Any:
        return states.reshape(texts, -1, attention.num_heads, attention.head_dim).transpose(1, 2)

    index = attention.layer_idx
    if both.is_updated.get(index):
        keys, values = cache.layers[index].keys, cache.layers[index].values
    else:
        read = key_value_states[::beams]
        keys, values = cache.update(
            heads(attention.k_proj(read)).contiguous(),
            heads(attention.v_proj(read)).contiguous(),
            index,
        )
        both.is_updated[index] = True
    mask = None if attention_mask is None else attention_mask[::beams, :, :1]
    attended = scaled_dot_product_attention(
        heads(attention.q_proj(hidden_states)), keys, values, mask, scale=attention.scaling
    )
    return attention.out_proj(attended.transpose(1, 2).reshape(rows, steps, width)), None
