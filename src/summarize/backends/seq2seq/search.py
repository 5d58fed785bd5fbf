"""The search of transformers' ``generate``, as steps of fixed shape that stay on the device.

Beam search is that of ``GenerationMixin._beam_search`` (transformers 5), greedy search that of
``_sample`` without sampling, with the processors that models for summaries use: no repeated
n-gram, a least length, forced first and last tokens. All that changes from step to step is in
tensors, also the number of tokens written, so that one recording of a step serves all of them,
and nothing is read back: whether the search is over is a tensor too, and a step after that
changes nothing.

:meta private:
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

__all__ = ["Rules", "Search", "Shape"]

_NEVER = -1e9  # transformers' score of what must not be chosen, finite so that sums stay numbers


class Shape(NamedTuple):
    """What decides the shapes and the operations of a step.

    Attributes:
        texts: how many texts.
        source: how many tokens of each are kept, padding included.
        beams: how many beams a text; one is greedy search.
        length: how many tokens there is room for.
        ngram: the ``no_repeat_ngram_size``, 0 for none.
        ends: the tokens that end a draft.
        early: whether ``early_stopping`` is ``True``.
        forced: whether the first or the last token is forced.
    """

    texts: int
    source: int
    beams: int
    length: int
    ngram: int
    ends: tuple[int, ...]
    early: bool
    forced: bool


@dataclass(frozen=True, slots=True)
class Rules:
    """What else a search goes by, which may change from call to call.

    Attributes:
        start: the token that each draft starts with.
        shortest: the ``min_length``.
        longest: the ``max_length``.
        length_penalty: the power of its length that a draft's score is divided by.
        never: whether ``early_stopping`` is ``"never"``.
        first: the token that must come first, if any.
        last: the token that must come at ``longest``, if any.
    """

    start: int
    shortest: int
    longest: int
    length_penalty: float
    never: bool
    first: int | None
    last: int | None


class Search:
    """The state of one search, on the device, and how one step changes it.

    Args:
        shape: its shape.
        vocabulary: how many tokens there are.
        device: where.

    Attributes:
        over: whether the search is over, as a tensor.
    """

    def __init__(self, shape: Shape, vocabulary: int, device: Any) -> None:
        import torch

        self.shape = shape
        texts, beams, length = shape.texts, shape.beams, shape.length

        def full(*size: int, value: Any = 0, dtype: Any = torch.long) -> Any:
            return torch.full(size, value, dtype=dtype, device=device)

        # Of each beam: its tokens, and which beam of the cache has the keys of each.
        self._history = full(texts, beams, 2, length)
        self._written = full(1)
        self._idle = full(texts, 1, dtype=torch.bool)  # rows that only fill up the shape
        self._ended = full(texts, beams, dtype=torch.bool)
        self._running = full(texts, beams, dtype=torch.float32)
        self._drafts = full(texts, beams, length)
        self._scores = full(texts, beams, dtype=torch.float32)
        self._hopeful = full(texts, 1, dtype=torch.bool)
        self.over = full(1, dtype=torch.bool)
        # The rules, by the number of tokens written where they depend on it.
        self._shortest, self._longest = full(1), full(1)
        self._forced = full(length + 1)
        self._divisors = full(length + 1, dtype=torch.float32)
        self._best_divisors = full(length + 1, dtype=torch.float32)
        self._beams = torch.arange(beams, device=device)
        self._vocabulary = torch.arange(vocabulary, device=device)
        # Numbers as tensors: those that torch makes of Python's are one more kernel each.
        self._zero, self._infinity, self._banned, self._never = (
            full(value=value, dtype=torch.float32)
            for value in (0.0, float("inf"), -float("inf"), _NEVER)
        )
        ngram = shape.ngram
        self._offsets = torch.arange(1 - ngram, 0, device=device) if ngram > 1 else self._beams[:0]
        self._ends_of_windows = torch.arange(max(ngram, 1) - 1, length, device=device)

    def start(self, rules: Rules, texts: int) -> None:
        """Begin a search for the first ``texts`` rows; the others are idle."""
        import torch

        shape, length = self.shape, self.shape.length
        self._history.zero_()
        self._history[:, :, 0, 0] = rules.start
        self._history[:, :, 1] = -1  # no beam's
        self._written.fill_(1)
        self._idle.zero_()
        self._idle[texts:] = True
        self._ended.copy_(self._idle.expand_as(self._ended))
        self._running.fill_(_NEVER)
        self._running[:, 0] = 0.0
        self._drafts.copy_(self._history[:, :, 0])
        self._scores.fill_(_NEVER)
        self._hopeful.copy_(~self._idle)
        self.over.zero_()
        self._shortest.fill_(rules.shortest)
        self._longest.fill_(rules.longest)
        forced = [-1] * (length + 1)
        if rules.first is not None:
            forced[1] = rules.first
        if rules.last is not None and rules.longest > 1:
            forced[rules.longest - 1] = rules.last
        divisors = [float(max(n, 1)) ** rules.length_penalty for n in range(length + 1)]
        best = divisors
        if rules.never and rules.length_penalty > 0:
            best = [float(rules.longest - 1) ** rules.length_penalty] * (length + 1)
        if shape.forced:
            self._forced.copy_(torch.tensor(forced))
        self._divisors.copy_(torch.tensor(divisors, dtype=torch.float64))
        self._best_divisors.copy_(torch.tensor(best, dtype=torch.float64))

    def put(self, tokens: Any) -> None:
        """Have every beam of a text end with a token, in a place of its own; for trials."""
        if int(self._history[0, 0, 1, 0]) >= 0:
            self._written += 1
        self._history[:, :, 0].index_copy_(
            2, self._written - 1, tokens[:, None, None].expand(*self._running.shape, 1)
        )

    def tokens(self) -> tuple[Any, Any]:
        """The last token of each beam, and its position."""
        position = self._written - 1
        return self._history[:, :, 0].index_select(2, position).flatten(), position

    def lineage(self, position: Any) -> Any:
        """Of each beam, whether the key in each place of the cache is one of its own tokens'.

        Returns:
            Booleans of the shape (texts, beams, beams of the cache, positions).
        """
        slots = self._history[:, :, 1]
        texts, beams, _ = slots.shape
        slots.index_copy_(2, position, self._beams[None, :, None].expand(texts, beams, 1))
        return slots[:, :, None] == self._beams[:, None]

    def advance(self, logits: Any) -> None:
        """Take the next token of each beam, by the model's logits.

        Args:
            logits: of the shape (texts × beams, vocabulary).
        """
        if self.shape.beams == 1:
            self._advance_greedily(logits)
        else:
            self._advance_beams(logits)

    def drafts(self) -> Any:
        """The best draft of each text so far, of the shape (texts, length)."""
        return self._history[:, 0, 0] if self.shape.beams == 1 else self._drafts[:, 0]

    def _restricted(self, scores: Any) -> Any:
        """Scores with what the rules forbid at minus infinity; those given may be overwritten."""
        import torch

        shape = self.shape
        if 0 < shape.ngram <= shape.length:
            tokens = self._history[:, :, 0].flatten(0, 1)
            prefix = tokens.index_select(1, (self._written + self._offsets).clamp(min=0))
            windows = tokens.unfold(1, shape.ngram, 1)
            again = (windows[..., :-1] == prefix[:, None]).all(-1)
            again &= self._ends_of_windows < self._written
            last = windows[..., -1]
            scores.scatter_reduce_(
                1, last, torch.where(again, self._banned, self._infinity), "amin"
            )
        short = self._written < self._shortest
        for end in shape.ends:
            scores[:, end].masked_fill_(short, -float("inf"))
        if shape.forced:
            token = self._forced.index_select(0, self._written)
            alone = torch.where(self._vocabulary == token, self._zero, self._banned)
            scores = torch.where(token < 0, scores, alone)
        return scores

    def _next(self) -> Any:
        """The place of the next token; when the search is over, some place."""
        return self._written.clamp(max=self.shape.length - 1)

    def _is_end(self, tokens: Any) -> Any:
        """Whether tokens end a draft, as the end itself or as the last there is room for."""
        ended = (self._written + 1 >= self._longest).expand_as(tokens)
        for end in self.shape.ends:
            ended = ended | (tokens == end)
        return ended

    def _advance_greedily(self, logits: Any) -> None:
        import torch

        scores = self._restricted(logits.to(torch.float32, copy=True))
        token = scores.argmax(-1, keepdim=True)
        history = self._history[:, :, 0].index_copy(2, self._next(), token[:, :, None])
        ended = self._ended | self._is_end(token)
        # What is written behind an end is cut off by whoever reads the draft.
        self._settle((self._history[:, :, 0], history), (self._ended, ended), over=ended.all())

    def _advance_beams(self, logits: Any) -> None:
        import torch

        texts, beams = self.shape.texts, self.shape.beams
        written, place = self._written, self._next()
        scores = self._restricted(torch.log_softmax(logits, -1, dtype=torch.float32))
        vocabulary = scores.shape[-1]
        total = scores.view(texts, beams, vocabulary) + self._running[:, :, None]
        kept = max(2, 1 + len(self.shape.ends)) * beams
        best, index = total.view(texts, -1).topk(kept)
        parent, token = index // vocabulary, index % vocabulary
        ended = self._is_end(token)

        # The best that have not ended are the beams of the next step.
        running, order = (best + ended.float() * _NEVER).topk(beams)
        history = _chosen(self._history, parent.gather(1, order))
        history[:, :, 0].index_copy_(2, place, token.gather(1, order)[:, :, None])

        # Those among the first that have ended may take the place of a finished draft.
        just = ended[:, :beams]
        score = best[:, :beams] / self._divisors.index_select(0, written)
        if self.shape.early:
            score = score + self._ended.all(1, keepdim=True).float() * _NEVER
        score = score + (~self._hopeful).float() * _NEVER
        score = score + (~just).float() * _NEVER
        candidates = _chosen(self._history[:, :, 0], parent[:, :beams])
        candidates.index_copy_(2, place, token[:, :beams, None])
        scores, order = torch.cat((self._scores, score), 1).topk(beams)
        drafts = _chosen(torch.cat((self._drafts, candidates), 1), order)
        finished = torch.cat((self._ended, just), 1).gather(1, order)

        # Whether a beam may still become better than the worst of the finished drafts.
        worst = torch.where(finished, scores.amin(1, keepdim=True), self._never)
        possible = running[:, :1] / self._best_divisors.index_select(0, written)
        hopeful = self._hopeful & (possible > worst).any(1, keepdim=True)
        ends = ~hopeful.any() | (ended | self._idle).all()
        if self.shape.early:
            ends = ends | finished.all()
        self._settle(
            (self._history, history),
            (self._running, running),
            (self._drafts, drafts),
            (self._scores, scores),
            (self._ended, finished),
            (self._hopeful, hopeful),
            over=ends,
        )

    def _settle(self, *changes: tuple[Any, Any], over: Any) -> None:
        """Make a step's changes, unless the search was over before it."""
        import torch

        for old, new in changes:
            torch.where(self.over, old, new, out=old)
        self._written += ~self.over
        self.over |= over


def _chosen(states: Any, beams: Any) -> Any:
    """Of (texts, beams, …), for each text the beams of these numbers."""
    index = beams.view(*beams.shape, *([1] * (states.dim() - 2)))
    return states.gather(1, index.expand(*beams.shape, *states.shape[2:]))
