"""Fitting the network of :mod:`.network` with PyTorch.

First each sentence is to be in the greedy ROUGE oracle (softmax cross-entropy over the document's
sentences); then whole summaries are compared: of the candidates that the network itself proposes,
every set of two or three is rated by the sum of its sentences' ratings less its redundancy, as
:class:`summarize.selection.Diverse` counts it, and the softmax of these ratings is drawn to that
of what the sets are worth. The weights are an exponential average over the steps.

:meta private:
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any, NamedTuple, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from ....selection import LENGTH_UNIT
from ..features import FEATURES
from ..network import SPREAD
from ..weights import PLACES, STYLES
from .examples import Example
from .latent import latent_vectors
from .settings import FitSettings
from .style import fit_style

__all__ = ["fit"]

# How many sentences a summary of each style has, in fitting, and among how many it chooses.
_SIZES = (3, 2)
_CANDIDATES = (8, 10)
_LONGEST = 48  # words of a sentence that count
_BATCH = 64
_TEMPERATURE = 0.03
_ORACLE_WEIGHT = 0.3
_PRODUCT = 10.0  # brings e ∘ v to the scale of e
_AVERAGED_PARTS = 4  # the average reaches back a quarter of all steps
_CHARGED = np.array([1.0, 1.0, 0.5, 0.8])  # of each, in selection; best for ROUGE-2, on dev
_REDUNDANCY = (1.0, 0.6, 0.3, 0.5)  # words, pairs, triples, length; where fitting starts


class _Batch(NamedTuple):
    """Documents of one style side by side, padded: tensors of documents × sentences."""

    features: Tensor
    rows: Tensor
    offsets: Tensor
    counts: Tensor
    opening: Tensor
    mask: Tensor
    oracle: Tensor


class _Network(nn.Module):
    """The network of :mod:`.network`, with the names of its weights."""

    def __init__(self, vocabulary: int, settings: FitSettings) -> None:
        super().__init__()
        width, size, hidden = len(_names()), settings.vector, settings.hidden
        self.vectors = nn.EmbeddingBag(vocabulary, size, mode="sum")
        nn.init.normal_(self.vectors.weight, 0, 0.1)
        self.sentence = nn.Linear(width + 3 * size, hidden)
        self.document = nn.Linear(width + size, hidden, bias=False)
        self.place = nn.Embedding(PLACES, hidden)
        nn.init.normal_(self.place.weight, 0, 0.1)
        layers = range(settings.layers)
        self.near = nn.ModuleList(nn.Linear(3 * hidden, hidden) for _ in layers)
        self.far = nn.ModuleList(nn.Linear(2 * hidden, hidden, bias=False) for _ in layers)
        self.rating = nn.Linear(hidden, len(STYLES), bias=False)
        self.redundancy = nn.Parameter(torch.tensor(_REDUNDANCY))
        self.blank = nn.Dropout(settings.dropout)
        self.blank_words = nn.Dropout(settings.word_dropout)

    def forward(self, batch: _Batch) -> Tensor:
        """Return both ratings of each sentence."""
        documents, length = batch.mask.shape
        mask = batch.mask[..., None]
        sentences = mask.sum(1, keepdim=True)

        def mean(values: Tensor) -> Tensor:
            return (values * mask).sum(1, keepdim=True) / sentences

        counts = batch.counts[..., None]
        sums = self.vectors(batch.rows, batch.offsets).view(documents, length, -1) * mask
        v = sums.sum(1, keepdim=True) / counts.sum(1, keepdim=True).clamp(min=1)
        e = sums / counts.clamp(min=1)
        words = torch.cat([e, self.vectors.weight[batch.opening], e * v * _PRODUCT], -1)
        own = self.sentence(torch.cat([batch.features, self.blank_words(words)], -1))
        context = self.document(torch.cat([mean(batch.features), self.blank_words(v)], -1))
        places = self.place.weight[torch.arange(length).clamp(max=PLACES - 1)]
        h = self.blank(functional.relu(own + places + context)) * mask
        for near, far in zip(self.near, self.far, strict=True):
            before = functional.pad(h, (0, 0, 1, 0))[:, :-1]
            after = functional.pad(h, (0, 0, 0, 1))[:, 1:]
            top = (h - 1e4 * (1 - mask)).amax(1, keepdim=True)
            context = far(torch.cat([mean(h), top], -1))
            around = near(torch.cat([h, before, after], -1))
            h = (h + self.blank(functional.relu(around + context))) * mask
        return cast("Tensor", self.rating(h))


def fit(
    examples: Sequence[Example],
    idf: NDArray[np.float64],
    settings: FitSettings,
    report: Callable[[str], None] = lambda line: None,
) -> dict[str, NDArray[Any]]:
    """Fit the network and return its weights by the names that :class:`~.network.Network` reads.

    One thread is the fastest for so small a network; bits depend on the number of threads.

    Args:
        examples: what to fit to.
        idf: of each stem of the lexicon, and behind them that of an unknown one.
        settings: what is chosen by hand.
        report: called with a line for each pass over the examples.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        return _fitted(examples, idf, settings, report)


def _fitted(
    examples: Sequence[Example],
    idf: NDArray[np.float64],
    settings: FitSettings,
    report: Callable[[str], None],
) -> dict[str, NDArray[Any]]:
    random = np.random.default_rng(settings.seed)
    stacked = np.concatenate([example.features for example in examples])
    scale = stacked.mean(axis=0), stacked.std(axis=0) + 1e-3
    del stacked
    network = _Network(len(idf), settings)
    rows = [example.rows for example in examples]
    latent = torch.from_numpy(latent_vectors(rows, idf, settings.vector))
    with torch.no_grad():
        network.vectors.weight[:, : latent.shape[1]] = latent.float()
    words = list(network.vectors.parameters())
    others = [p for name, p in network.named_parameters() if not name.startswith("vectors")]
    optimizer = torch.optim.AdamW(
        [{"params": words, "weight_decay": 0.0}, {"params": others, "weight_decay": 0.01}],
        lr=settings.rate,
    )
    passes = settings.oracle_passes + settings.set_passes
    steps = passes * len(_batches(examples, np.random.default_rng(0)))
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, settings.rate, total_steps=steps + 1, pct_start=0.1
    )
    decay = max(1 - _AVERAGED_PARTS / steps, 0.0)
    average = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(decay))  # type: ignore[no-untyped-call]
    for number in range(passes):
        losses = []
        start = time.monotonic()
        for chosen in _batches(examples, random):
            batch = _collate(chosen, scale, random)
            style = chosen[0].style
            scores = network(batch)[..., style].masked_fill(batch.mask == 0, -1e4)
            loss = -(batch.oracle * functional.log_softmax(scores, 1)).sum(1).mean()
            if number >= settings.oracle_passes:
                loss = _ORACLE_WEIGHT * loss + _set_loss(chosen, scores, network.redundancy, style)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            average.update_parameters(network)
            losses.append(loss.item())
        seconds = time.monotonic() - start
        report(f"pass {number + 1} of {passes}: loss {np.mean(losses):.4f}, {seconds:.0f} s")
    styles = [example.style for example in examples]
    odds = fit_style(rows, styles, len(idf) - 1)
    return {**_exported(average.module, scale), "style": odds.astype(np.float32)}


def _batches(examples: Sequence[Example], random: np.random.Generator) -> list[list[Example]]:
    """Group examples of one style and of similar length, in random order."""
    batches = []
    for style in range(len(STYLES)):
        own = [example for example in examples if example.style == style]
        order = np.argsort([len(e.counts) + random.uniform(0, 6) for e in own], kind="stable")
        batches += [
            [own[i] for i in order[start : start + _BATCH]] for start in range(0, len(own), _BATCH)
        ]
    return [batches[i] for i in random.permutation(len(batches))]


def _collate(
    chosen: Sequence[Example],
    scale: tuple[NDArray[np.float32], NDArray[np.float32]],
    random: np.random.Generator,
) -> _Batch:
    length = max(len(example.counts) for example in chosen)
    size = len(chosen)
    features = np.zeros((size, length, len(_names())), np.float32)
    counts = np.zeros((size, length), np.int64)
    opening = np.zeros((size, length), np.int64)
    mask = np.zeros((size, length), np.float32)
    oracle = np.full((size, length), 1e-3, np.float32)
    for row, example in enumerate(chosen):
        n = len(example.counts)
        features[row, :n] = example.features
        if random.random() < 0.5:
            _repartition(features[row, :n], example.style, random)
        counts[row, :n] = example.counts
        starts = np.cumsum(example.counts) - example.counts
        filled = example.counts > 0
        opening[row, :n][filled] = example.rows[starts[filled]]
        mask[row, :n] = 1.0
        oracle[row, example.oracle] += 1.0
    features = np.clip((features - scale[0]) / scale[1], -SPREAD, SPREAD) * mask[..., None]
    oracle *= mask
    rows = np.concatenate([example.rows for example in chosen]).astype(np.int64)
    flat = counts.reshape(-1)
    return _Batch(
        torch.from_numpy(features),
        torch.from_numpy(rows),
        torch.from_numpy(np.cumsum(flat) - flat),
        torch.from_numpy(counts.astype(np.float32)),
        torch.from_numpy(opening),
        torch.from_numpy(mask),
        torch.from_numpy(oracle / oracle.sum(axis=1, keepdims=True)),
    )


def _repartition(features: NDArray[np.float32], style: int, random: np.random.Generator) -> None:
    """Take a document's paragraphs away, or give it some, so that style is not read off them."""
    n = len(features)
    starts = np.zeros(n)
    if style == STYLES.index("highlights"):
        starts = (random.random(n) < random.uniform(0.25, 0.9)).astype(float)
    starts[0] = 1.0
    run = np.cumsum(starts).astype(int) - 1
    names = _names()
    features[:, names.index("paragraphs")] = starts.mean()
    features[:, names.index("starts_paragraph")] = starts
    features[:, names.index("paragraph_sentences")] = np.log(np.bincount(run)[run])


def _set_loss(chosen: Sequence[Example], scores: Tensor, redundancy: Tensor, style: int) -> Tensor:
    """The cross-entropy between what sets of candidates are worth and how they are rated."""
    size, candidates = _SIZES[style], _CANDIDATES[style]
    long = [i for i, example in enumerate(chosen) if len(example.counts) >= candidates]
    if not long:
        return scores.sum() * 0.0
    scores = scores[long]
    with torch.no_grad():
        noise = -torch.log(-torch.log(torch.rand_like(scores).clamp(1e-6, 1 - 1e-6)))
        pool = (scores + 0.5 * noise).topk(candidates, dim=1).indices
    sets = np.array(list(combinations(range(candidates), size)))
    worth = np.stack(
        [chosen[i].worth.of(own[sets]) for i, own in zip(long, pool.numpy(), strict=True)]
    )
    wanted = torch.softmax(torch.from_numpy(worth).float() / _TEMPERATURE, 1)
    overlaps = torch.from_numpy(_overlaps([chosen[i] for i in long], pool.numpy(), size))
    costs = (overlaps * redundancy).sum(-1)
    rated = scores.gather(1, pool)[:, torch.from_numpy(sets)].sum(-1)
    for first, second in combinations(range(size), 2):
        rated = rated - costs[:, sets[:, first], sets[:, second]]
    return -(wanted * functional.log_softmax(rated, 1)).sum(1).mean()


def _overlaps(chosen: Sequence[Example], pool: NDArray[np.intp], size: int) -> NDArray[np.float32]:
    """What :class:`summarize.selection.Diverse` charges for, of each pair of candidates."""
    candidates = pool.shape[1]
    words = np.full((len(chosen), candidates, _LONGEST), -1, np.int64)
    counts = np.zeros((len(chosen), candidates), np.float32)
    means = np.ones(len(chosen), np.float32)
    for row, (example, own) in enumerate(zip(chosen, pool, strict=True)):
        for column, sentence in enumerate(own):
            hashes = example.words[sentence]
            words[row, column, : len(hashes)] = hashes[:_LONGEST]
            counts[row, column] = len(hashes)
        means[row] = max(float(np.mean([len(hashes) for hashes in example.words])), 1.0)
    pairs = _joined(words[..., :-1], words[..., 1:])
    triples = _joined(pairs[..., :-1], words[..., 2:])
    first, second = np.triu_indices(candidates, 1)
    result = np.zeros((len(chosen), candidates, candidates, 4), np.float32)
    charged = [
        _shared(words, first, second),
        _shared(pairs, first, second),
        _shared(triples, first, second) > 0,
        counts[:, first] * counts[:, second] / (LENGTH_UNIT * size * means[:, None]),
    ]
    result[:, first, second] = result[:, second, first] = np.stack(charged, axis=-1)
    return result


def _joined(first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
    mixed = (first * 1_000_003 + second) & ((1 << 62) - 1)
    return np.where((first < 0) | (second < 0), -1, mixed)


def _shared(
    units: NDArray[np.int64], first: NDArray[np.intp], second: NDArray[np.intp]
) -> NDArray[np.float32]:
    """The share of the smaller set of units that is in the other one."""
    ordered = np.sort(units, axis=-1)
    new = ordered >= 0
    new[..., 1:] &= ordered[..., 1:] != ordered[..., :-1]
    sizes = new.sum(-1)
    distinct = np.where(new, ordered, -1)
    both = np.sort(np.concatenate([distinct[:, first], distinct[:, second]], axis=-1), axis=-1)
    shared = ((both[..., 1:] == both[..., :-1]) & (both[..., 1:] >= 0)).sum(-1)
    smaller = np.minimum(sizes[:, first], sizes[:, second])
    return np.asarray(shared / np.maximum(smaller, 1), np.float32)


def _exported(
    network: Any, scale: tuple[NDArray[np.float32], NDArray[np.float32]]
) -> dict[str, NDArray[Any]]:
    """The weights as :class:`~.network.Network` names them, word vectors in 8 bits."""
    state = {
        name: tensor.numpy().astype(np.float64) for name, tensor in network.state_dict().items()
    }
    size = state["vectors.weight"].shape[1]
    unit = np.abs(state["vectors.weight"]).max(axis=0) / 127
    sentence = state["sentence.weight"].T.copy()
    sentence[-size:] *= _PRODUCT
    arrays: dict[str, NDArray[Any]] = {
        "sentence": sentence,
        "document": state["document.weight"].T,
        "place": state["place.weight"] + state["sentence.bias"],
        "rating": state["rating.weight"].T,
        "redundancy": state["redundancy"].clip(0) * _CHARGED,
        "mean": scale[0],
        "deviation": scale[1],
        "unit": unit,
    }
    for layer in range(len(network.near)):
        arrays[f"near_{layer}"] = state[f"near.{layer}.weight"].T
        arrays[f"bias_{layer}"] = state[f"near.{layer}.bias"]
        arrays[f"far_{layer}"] = state[f"far.{layer}.weight"].T
    single = {name: array.astype(np.float32) for name, array in arrays.items()}
    vectors = np.rint(state["vectors.weight"] / unit).astype(np.int8)
    return {**single, "vectors": vectors}


def _names() -> list[str]:
    return [name for group in FEATURES.values() for name in group]
