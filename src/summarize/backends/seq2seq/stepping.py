"""One step of a decoder of BART's family, as a function of fixed shapes.

The keys and values of the tokens written are kept in one tensor of the drafts' full length. They
stay where they were written: which of them belong to a beam is told by a mask, so that beams take
each other's place without moving them, and each is read once for all beams of a text. So are the
keys and values of what the encoder read, of which there is one set a text.

The modules are the model's own. What is written here once more is how they are put together, and
:func:`difference` tries whether that is how this release of transformers does it.

:meta private:
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from . import beams
from .search import Rules, Search, Shape

__all__ = ["Decoder", "Steps", "decoder_of", "difference"]

# By architecture, the class's name, and whether the normalisation comes before what it is for.
_KNOWN = {
    "bart": ("BartForConditionalGeneration", False),
    "mbart": ("MBartForConditionalGeneration", True),
    "pegasus": ("PegasusForConditionalGeneration", True),
}


def decoder_of(model: Any) -> Decoder | None:
    """The decoder of a model that is written as it is known here; ``None`` of any other."""
    name, _ = _KNOWN.get(getattr(model.config, "model_type", ""), ("", False))
    ours = type(model).__module__.startswith("transformers.models.")
    if not ours or type(model).__name__ != name or getattr(model, "hf_device_map", None):
        return None
    decoder = Decoder(model)
    return decoder if decoder.is_plain() else None


def difference(decoder: Decoder) -> float:
    """How far log-probabilities by steps are from the model's own, at the most, in a short trial.

    Two texts of several lengths are read, and three tokens written.
    """
    import torch

    model, device = decoder.model, decoder.device
    low = min(4, decoder.vocabulary - 1)
    ids = torch.arange(9, device=device).expand(2, -1) % (decoder.vocabulary - low) + low
    mask = torch.ones_like(ids)
    mask[0, 5:] = 0
    written = ids[:, :3].flip(1)
    shape = Shape(2, 16, 1, 8, 0, (), early=False, forced=False)
    with torch.inference_mode():
        states = model.get_encoder()(input_ids=ids, attention_mask=mask, return_dict=True)[0]
        expected = model(input_ids=ids, attention_mask=mask, decoder_input_ids=written).logits
        caches = (
            torch.empty(size, dtype=decoder.dtype, device=device)
            for size in Steps.sizes(decoder, shape)
        )
        steps = Steps(decoder, shape, *caches)
        steps.take(states, mask)
        steps.search.start(Rules(0, 0, 7, 1.0, False, None, None), 2)
        far = 0.0
        for number in range(3):
            steps.search.put(written[:, number])
            both = (steps.logits(), expected[:, number])
            ours, theirs = (torch.log_softmax(each.float(), -1) for each in both)
            far = max(far, float((ours - theirs).abs().max()))
    return far


class Decoder:
    """The decoder of a model of BART's family.

    Args:
        model: the model.
    """

    def __init__(self, model: Any) -> None:
        self.model = model
        self._inner = model.get_decoder()
        self._before = _KNOWN[model.config.model_type][1]
        attention = self._inner.layers[0].self_attn
        self.heads, self.width = attention.num_heads, attention.head_dim
        self.layers = len(self._inner.layers)
        self.vocabulary: int = model.lm_head.weight.shape[0]
        positions = self._inner.embed_positions
        self._first = getattr(positions, "offset", 0)
        self.positions: int = positions.weight.shape[0] - self._first
        bias = model.final_logits_bias
        self._bias = bias if bool(bias.any()) else None
        self._fused: list[tuple[Any, Any]] | None = None
        self._weights = self._signature()

    @property
    def name(self) -> str:
        """The model's name."""
        return self.model.name_or_path or type(self.model).__name__

    @property
    def dtype(self) -> Any:
        """The type of the weights."""
        return self.model.lm_head.weight.dtype

    @property
    def device(self) -> Any:
        """The device of the weights."""
        return self.model.lm_head.weight.device

    def is_plain(self) -> bool:
        """Whether its modules are torch's own, on one device, and nothing listens to them."""
        from torch import nn

        projections = (
            getattr(attention, name)
            for layer in self._inner.layers
            for attention in (layer.self_attn, layer.encoder_attn)
            for name in ("q_proj", "k_proj", "v_proj", "out_proj")
        )
        dense = (part for layer in self._inner.layers for part in (layer.fc1, layer.fc2))
        linear = (*projections, *dense, self.model.lm_head)
        places = {weight.device for weight in self._inner.parameters()}
        types = {weight.dtype for weight in self._inner.parameters()}
        return (
            not any(map(_is_watched, self._modules()))
            and all(type(module) is nn.Linear for module in linear)
            and places == {self.device}
            and types == {self.dtype}
            and self.dtype.is_floating_point
            and not self.model.training
        )

    def is_changed(self) -> bool:
        """Whether its weights are others than they were, or elsewhere, or are listened to."""
        return self.model.training or self._signature() != self._weights

    def _modules(self) -> Iterator[Any]:
        """What a step calls, or does the work of."""
        yield from (self.model, self.model.base_model, self.model.lm_head)
        yield from self._inner.modules()

    def _signature(self) -> list[tuple[int, int]]:
        found = []
        for module in self._modules():
            if _is_watched(module):
                found.append((0, id(module)))
            for weight in module._parameters.values():
                if weight is not None:
                    found.append((weight.data_ptr(), weight._version))
        return found

    def fuse(self) -> None:
        """Compute queries, keys and values of the tokens written by one product, of a copy."""
        import torch

        names = ("q_proj", "k_proj", "v_proj")
        fused = []
        with torch.no_grad():
            for layer in self._inner.layers:
                parts = [getattr(layer.self_attn, name) for name in names]
                bias = None if parts[0].bias is None else torch.cat([each.bias for each in parts])
                fused.append((torch.cat([each.weight for each in parts]), bias))
        self._fused = fused

    def read(self, states: Any, layer: int) -> tuple[Any, Any]:
        """The keys and values of the encoder's states, each (texts, heads, tokens, width)."""
        attention = self._inner.layers[layer].encoder_attn

        def split(x: Any) -> Any:
            return x.view(*x.shape[:2], self.heads, self.width).transpose(1, 2)

        return split(attention.k_proj(states)), split(attention.v_proj(states))

    def logits(
        self, tokens: Any, position: Any, cache: Any, read: Any, own: Any, padding: Any
    ) -> Any:
        """The logits of the next token, of the shape (texts × beams, vocabulary).

        Args:
            tokens: the last token of each beam, beam after beam of text after text.
            position: theirs, a tensor of one number.
            cache: the keys and values of the tokens written, which gets those of the last:
                (layers, 2, texts, heads, beams, length, width).
            read: those of the texts: (layers, 2, texts, heads, tokens, width).
            own: a mask that is added to the attention to tokens written, (texts, 1, beams, beams
                × length).
            padding: one for the attention to the texts, (texts, 1, 1, tokens).
        """
        inner = self._inner
        texts, _, beams, _ = own.shape
        states = inner.embed_tokens(tokens)
        if hasattr(inner, "embed_scale"):  # PEGASUS multiplies here, the others in the embedding
            states = states * inner.embed_scale
        states = states + inner.embed_positions.weight.index_select(0, position + self._first)
        if hasattr(inner, "layernorm_embedding"):
            states = inner.layernorm_embedding(states)
        padding = padding.expand(texts, self.heads, beams, -1)
        own = own.expand(-1, self.heads, -1, -1)
        for number, layer in enumerate(inner.layers):

            def written(x: Any, number: int = number, layer: Any = layer) -> Any:
                query, new = self._projected(x, number, layer, texts, beams)
                cache[number].index_copy_(4, position, new)
                keys, values = cache[number].flatten(3, 4)
                return layer.self_attn.out_proj(_attend(query, keys, values, own))

            def source(x: Any, number: int = number, layer: Any = layer) -> Any:
                query = layer.encoder_attn.q_proj(x).view(texts, beams, self.heads, self.width)
                keys, values = read[number]
                attended = _attend(query.transpose(1, 2), keys, values, padding)
                return layer.encoder_attn.out_proj(attended)

            def dense(x: Any, layer: Any = layer) -> Any:
                return layer.fc2(layer.activation_fn(layer.fc1(x)))

            for part, norm in (
                (written, layer.self_attn_layer_norm),
                (source, layer.encoder_attn_layer_norm),
                (dense, layer.final_layer_norm),
            ):
                if self._before:
                    states = states + part(norm(states))
                else:
                    states = norm(states + part(states))
        if self._before:
            states = inner.layer_norm(states)
        logits = self.model.lm_head(states)
        return logits if self._bias is None else logits + self._bias

    def _projected(
        self, states: Any, number: int, layer: Any, texts: int, beams: int
    ) -> tuple[Any, Any]:
        """The queries, and the keys and values as the cache has them, of the last tokens."""
        import torch
        from torch.nn.functional import linear

        size = (texts, beams, -1, self.heads, self.width)
        if self._fused is not None:
            every = linear(states, *self._fused[number]).view(size)
            query, rest = every[:, :, 0], every[:, :, 1:]
        else:
            attention = layer.self_attn
            query = attention.q_proj(states).view(size)[:, :, 0]
            rest = torch.cat(
                (attention.k_proj(states).view(size), attention.v_proj(states).view(size)), 2
            )
        return query.transpose(1, 2), rest.permute(2, 0, 3, 1, 4)[..., None, :]


class Steps:
    """The tensors of one shape, and the step that reads and writes them.

    Args:
        decoder: the decoder.
        shape: the shape.
        cache: what :meth:`sizes` says, for the tokens written.
        read: the same for the texts.
    """

    def __init__(self, decoder: Decoder, shape: Shape, cache: Any, read: Any) -> None:
        import torch

        self.shape = shape
        self._decoder = decoder
        self._cache, self._read = cache, read
        self._padding = torch.zeros(
            (shape.texts, 1, 1, shape.source), dtype=decoder.dtype, device=decoder.device
        )
        self._zero = torch.zeros((), dtype=decoder.dtype, device=decoder.device)
        self.search = Search(shape, decoder.vocabulary, decoder.device)

    @staticmethod
    def sizes(decoder: Decoder, shape: Shape) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The sizes of the two caches: of the tokens written, and of the texts."""
        texts, heads, width = shape.texts, decoder.heads, decoder.width
        return (
            (decoder.layers, 2, texts, heads, shape.beams, shape.length, width),
            (decoder.layers, 2, texts, heads, shape.source, width),
        )

    def take(self, states: Any, mask: Any) -> None:
        """Take over what the encoder read.

        Args:
            states: its states, (texts, tokens, width of the model), of as many texts as there are.
            mask: what of them is no padding, (texts, tokens).
        """
        texts, tokens = mask.shape
        self._cache.zero_()  # what a mask hides must still be a number
        self._read[:, :, :, :, tokens:] = 0
        self._read[:, :, texts:] = 0
        for layer in range(self._decoder.layers):
            keys, values = self._decoder.read(states, layer)
            self._read[layer, 0, :texts, :, :tokens] = keys
            self._read[layer, 1, :texts, :, :tokens] = values
        self._padding.fill_(float("-inf"))
        self._padding[texts:] = 0.0
        self._padding[:texts, 0, 0, :tokens].masked_fill_(mask.bool(), 0.0)

    def blank(self) -> None:
        """Have texts of zeros."""
        self._cache.zero_()
        self._read.zero_()
        self._padding.zero_()

    def step(self) -> None:
        """Write the next token of each beam."""
        self.search.advance(self.logits())

    def logits(self) -> Any:
        """What the model says to the tokens written so far."""
        import torch

        tokens, position = self.search.tokens()
        own = self.search.lineage(position).flatten(2)[:, None]
        bias = torch.where(own, self._zero, float("-inf"))
        return self._decoder.logits(tokens, position, self._cache, self._read, bias, self._padding)


def _is_watched(module: Any) -> bool:
    """Whether a module's call does more than its class says, but for what :mod:`.beams` changes."""
    forward = vars(module).get("forward")
    ours = isinstance(forward, partial) and forward.func.__module__ == beams.__name__
    return bool(
        module._forward_hooks or module._forward_pre_hooks or (forward is not None and not ours)
    )


def _attend(query: Any, keys: Any, values: Any, mask: Any) -> Any:
    """Attention of (texts, heads, beams, width), as rows of the shape (texts × beams, states)."""
    from torch.nn.functional import scaled_dot_product_attention

    attended = scaled_dot_product_attention(query, keys, values, mask)
    return attended.transpose(1, 2).flatten(2).flatten(0, 1)
