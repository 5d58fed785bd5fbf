"""Drafts by steps of fixed shape, on a CUDA device recorded once and then replayed.

What takes the time of ``generate`` on a GPU is telling it what to do: some 900 kernels a step,
one after the other, for a fifth of the time in which the GPU has something to do. A CUDA graph is
that recorded: a step is then one call. It needs every tensor to stay in its place, and nothing
to be read back, which is what :mod:`.search` and :mod:`.stepping` are for. A recording is kept
for each shape, a bounded number; shapes are rounded up so that many texts share one.

Without CUDA the same steps are computed one by one.

:meta private:
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from typing import Any

from .search import Rules, Shape
from .stepping import Decoder, Steps

__all__ = ["Loop", "plan"]

_KEPT = 16
"""Recordings; each needs little memory, as all share what is large."""
_LEAST = 1 << 25
"""Numbers that there is room for at once, 64 MB in half precision: most single texts, so that
longer ones need no new place, for which all is recorded again."""
_SOURCE_STEP = 128
_LENGTH_STEP = 16
# The device is told this many steps more than it is known to have done.
_AHEAD = 2

# Settings that the steps know, and values of others that change nothing.
_KNOWN = frozenset(
    "num_beams max_length min_length length_penalty early_stopping no_repeat_ngram_size "
    "forced_bos_token_id forced_eos_token_id bos_token_id eos_token_id pad_token_id "
    "decoder_start_token_id".split()
)
_ONLY_DRAWING = frozenset(
    "temperature top_k top_p min_p top_h typical_p epsilon_cutoff eta_cutoff".split()
)
_NEUTRAL: Mapping[str, tuple[object, ...]] = {
    "do_sample": (False,),
    "num_return_sequences": (1,),
    "num_beam_groups": (1,),
    "diversity_penalty": (0, 0.0),
    "repetition_penalty": (1, 1.0),
    "encoder_repetition_penalty": (1, 1.0),
    "encoder_no_repeat_ngram_size": (0,),
    "renormalize_logits": (False,),
    "remove_invalid_values": (False,),
    "use_cache": (True,),
}


def plan(
    settings: Mapping[str, Any], decoder: Decoder
) -> tuple[Callable[[int, int], Shape], Rules] | None:
    """How the settings of ``generate`` are followed by steps; ``None`` if they cannot be.

    Args:
        settings: by transformers' names, lengths among them; what is ``None`` is not set.
        decoder: the decoder.

    Returns:
        What makes the shape of so many texts of so many tokens, and the rules.
    """
    given = {name: value for name, value in settings.items() if value is not None}
    for name, value in given.items():
        if name not in _KNOWN | _ONLY_DRAWING and value not in _NEUTRAL.get(name, ()):
            return None
    start = given.get("decoder_start_token_id", given.get("bos_token_id"))
    ends = given.get("eos_token_id", ())
    ends = tuple(ends) if isinstance(ends, list | tuple) else (ends,)
    first: Any = given.get("forced_bos_token_id")
    last: Any = given.get("forced_eos_token_id")
    if isinstance(last, list | tuple) and len(last) == 1:
        [last] = last
    early = given.get("early_stopping", False)
    longest, beams = given.get("max_length", 0), given.get("num_beams", 1)
    tokens = [start, *ends, *(token for token in (first, last) if token is not None)]
    if (
        not all(isinstance(token, int) and 0 <= token < decoder.vocabulary for token in tokens)
        or early not in (True, False, "never")
        or not 1 < longest <= decoder.positions
        or max(2, 1 + len(ends)) * beams > beams * decoder.vocabulary
    ):
        return None
    rules = Rules(
        start=tokens[0],
        shortest=given.get("min_length", 0),
        longest=longest,
        length_penalty=float(given.get("length_penalty", 1.0)),
        never=early == "never",
        first=first,
        last=last,
    )

    def shape(texts: int, source: int) -> Shape:
        return Shape(
            texts=_rounded(texts),
            source=math.ceil(source / _SOURCE_STEP) * _SOURCE_STEP,
            beams=beams,
            length=math.ceil(longest / _LENGTH_STEP) * _LENGTH_STEP,
            ngram=given.get("no_repeat_ngram_size", 0),
            ends=ends,
            early=early is True,
            forced=first is not None or last is not None,
        )

    return shape, rules


class Loop:
    """Drafts by steps, of one model.

    Args:
        decoder: the model's decoder.
        record: whether steps are recorded, which needs CUDA; by default, whether it is there.

    Attributes:
        decoder: the decoder.
    """

    def __init__(self, decoder: Decoder, *, record: bool | None = None) -> None:
        self.decoder = decoder
        self._record = decoder.device.type == "cuda" if record is None else record
        self._lock = threading.RLock()  # what is in the tensors is one call's
        self._kept: OrderedDict[Shape, tuple[Steps, Any]] = OrderedDict()
        self._storage: list[Any] = [None, None]
        self._pool: Any = None
        if self._record:
            decoder.fuse()

    def write(
        self, ids: Any, mask: Any, shape: Callable[[int, int], Shape], rules: Rules
    ) -> list[list[int]]:
        """Write a draft for each text, as tokens up to ``rules.longest``, its end anywhere.

        Args:
            ids: the texts, (texts, tokens).
            mask: what of them is no padding.
            shape: from :func:`plan`.
            rules: from :func:`plan`.
        """
        import torch

        texts = ids.shape[0]
        with self._lock, torch.inference_mode(), self._on_device():
            steps, graph = self._steps(shape(*ids.shape))
            encoder = self.decoder.model.get_encoder()
            states = encoder(input_ids=ids, attention_mask=mask, return_dict=True)[0]
            steps.take(states, mask)
            del states
            steps.search.start(rules, texts)
            if graph is None:
                self._run(steps, rules)
            else:
                self._replay(steps, graph, rules)
            drafts: list[list[int]] = steps.search.drafts()[:texts, : rules.longest].tolist()
        return drafts

    def forget(self) -> None:
        """Let go of the recordings and of the memory they share."""
        with self._lock:
            self._kept.clear()
            self._storage = [None, None]
            self._pool = None

    def _run(self, steps: Steps, rules: Rules) -> None:
        for _ in range(rules.longest - 1):
            steps.step()
            if steps.search.over:
                break

    def _replay(self, steps: Steps, graph: Any, rules: Rules) -> None:
        """Replay the recording until the search is over.

        Whether it is over is asked of a step that lies behind, so that the device never waits for
        the answer. The steps it did meanwhile changed nothing.
        """
        import torch

        over = torch.zeros(rules.longest, dtype=torch.bool, pin_memory=True)
        asked: list[Any] = []
        for number in range(rules.longest - 1):
            graph.replay()
            over[number : number + 1].copy_(steps.search.over, non_blocking=True)
            event = torch.cuda.Event()
            event.record()
            asked.append(event)
            behind = number - _AHEAD
            if behind >= 0 and behind + 2 >= rules.shortest:  # a step adds the second token first
                asked[behind].synchronize()
                if over[behind]:
                    break

    def _steps(self, shape: Shape) -> tuple[Steps, Any]:
        """The tensors of a shape, and the recording of their step, or ``None`` without CUDA."""
        if shape in self._kept:
            self._kept.move_to_end(shape)
            return self._kept[shape]
        sizes = Steps.sizes(self.decoder, shape)
        if any(_is_short(held, size) for held, size in zip(self._storage, sizes, strict=True)):
            needed = [
                max(
                    math.prod(size),
                    _LEAST if self._record else 0,
                    0 if held is None else held.numel(),
                )
                for held, size in zip(self._storage, sizes, strict=True)
            ]
            self.forget()  # first, so that old and new are never there together
            self._storage = [self._empty(count) for count in needed]
        while len(self._kept) >= _KEPT:
            self._kept.popitem(last=False)
        cache, read = (
            held[: math.prod(size)].view(size)
            for held, size in zip(self._storage, sizes, strict=True)
        )
        steps = Steps(self.decoder, shape, cache, read)
        self._kept[shape] = steps, self._recorded(steps) if self._record else None
        return self._kept[shape]

    def _recorded(self, steps: Steps) -> Any:
        """Record one step."""
        import torch

        idle = Rules(0, 0, steps.shape.length, 1.0, False, None, None)
        steps.blank()
        steps.search.start(idle, steps.shape.texts)
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):  # what libraries set up at first is not to be recorded
            for _ in range(2):
                steps.step()
        torch.cuda.current_stream().wait_stream(stream)
        if self._pool is None:
            self._pool = torch.cuda.graph_pool_handle()
        graph = torch.cuda.CUDAGraph()
        # Only this thread's calls are recorded, and only this thread's can spoil it.
        with torch.cuda.graph(graph, pool=self._pool, capture_error_mode="thread_local"):
            steps.step()
        return graph

    def _empty(self, count: int) -> Any:
        import torch

        return torch.empty(count, dtype=self.decoder.dtype, device=self.decoder.device)

    def _on_device(self) -> Any:
        import torch

        if self.decoder.device.type == "cuda":
            return torch.cuda.device(self.decoder.device)
        return nullcontext()


def _is_short(held: Any, size: tuple[int, ...]) -> bool:
    return held is None or held.numel() < math.prod(size)


def _rounded(texts: int) -> int:
    """A number of texts, rounded up to a power of two, or to that and a half."""
    power = 1 << max(texts - 1, 0).bit_length()
    return power * 3 // 4 if power >= 4 and texts <= power * 3 // 4 else power
