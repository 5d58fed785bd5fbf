"""Train a small BART from random weights for so many seconds, on a GPU if there is one.

    python benchmarks/small_bart/train.py PACKAGE FOLDER --budget SECONDS [--total SECONDS] …

PACKAGE is what pack.py made. FOLDER gets the model in float16, in pieces, ``dev.jsonl`` with what
it writes of the development texts, and ``log.json``. It needs torch, transformers and numpy.

Openings of 24,000 articles teach a model how openings sound, not how to find things in a text; so
it begins with tasks that can be had from any text, and comes to openings by and by:

- restore: the text has spans masked and sentences shuffled; write one passage of it as it was;
- gap: a sentence that shares much with the others is masked; write it;
- extract: write the sentence of the text that shares most with its opening;
- other: write the first sentence of CNN's and the Daily Mail's articles from the others;
- opening: write the Guardian's opening paragraph from the rest of the article.
"""

from __future__ import annotations

import argparse
import io
import json
import lzma
import math
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as fn
from tokenizers import Tokenizer
from torch.utils.data import DataLoader, IterableDataset
from transformers import BartConfig, BartForConditionalGeneration, GenerationConfig

BOS, PAD, EOS, MASK = 0, 1, 2, 4
WINDOW, WRITTEN, PASSAGE = 512, 96, 192  # tokens read, of a summary, and of a restored passage
IGNORED = -100
ENDING = 60  # seconds; what comes after training
HELD_OUT = 256  # openings that tell how it goes and which weights are kept, never trained on
GENERATION = {
    "num_beams": 4,
    "length_penalty": 1.0,
    "no_repeat_ngram_size": 3,
    "early_stopping": True,
    "forced_bos_token_id": BOS,
    "forced_eos_token_id": EOS,
    "decoder_start_token_id": EOS,
    "bos_token_id": BOS,
    "eos_token_id": EOS,
    "pad_token_id": PAD,
    "min_length": 12,
    "max_length": WRITTEN,
}
# Until which part of the time, how often each task.
STAGES = (
    (0.40, {"restore": 0.60, "gap": 0.10, "extract": 0.15, "other": 0.05, "opening": 0.10}),
    (0.72, {"restore": 0.15, "gap": 0.10, "extract": 0.10, "other": 0.30, "opening": 0.35}),
    (1.00, {"restore": 0.10, "gap": 0.05, "extract": 0.0, "other": 0.10, "opening": 0.75}),
)


class Articles:
    """Articles as tokens, sentence by sentence, with their openings."""

    def __init__(self, arrays, part: str) -> None:
        def ends(name: str) -> np.ndarray:
            return np.concatenate([[0], np.cumsum(arrays[f"{part}_{name}"], dtype=np.int64)])

        self.ids = arrays[f"{part}_ids"]
        self.tokens = arrays[f"{part}_tokens"].astype(np.int32)
        self.openings = arrays[f"{part}_openings"].astype(np.int32)
        self._sentences, self._articles = ends("lengths"), ends("counts")
        self._openings = ends("opening_lengths")

    def __len__(self) -> int:
        return len(self.ids)

    def sentences(self, index: int) -> list[np.ndarray]:
        bounds = self._sentences[self._articles[index] : self._articles[index + 1] + 1]
        return [self.tokens[start:end] for start, end in pairwise(bounds)]

    def opening(self, index: int) -> np.ndarray:
        return self.openings[self._openings[index] : self._openings[index + 1]]


class Rarity:
    """What sharing a token says: the rarer the token, the more."""

    def __init__(self, articles: list[Articles], vocabulary: int) -> None:
        counts = sum(np.bincount(each.tokens, minlength=vocabulary) for each in articles)
        share = (counts + 1) / counts.sum()
        self.weights = np.clip(-np.log(share) - 5.0, 0.0, 6.0)  # nothing for the commonest hundred

    def shared(self, sentences: list[np.ndarray], with_tokens: np.ndarray) -> np.ndarray:
        """F1 of the weights that each sentence shares with these tokens."""
        everything = np.concatenate(sentences)
        starts = np.cumsum([0, *map(len, sentences[:-1])])
        weights = self.weights[everything]
        hits = np.add.reduceat(weights * np.isin(everything, with_tokens), starts)
        own = np.add.reduceat(weights, starts)
        return 2 * hits / (own + self.weights[with_tokens].sum() + 1e-6)

    def central(self, sentences: list[np.ndarray]) -> np.ndarray:
        """How much of each sentence's weight is in other sentences too, short ones aside."""
        everything = np.concatenate([np.unique(each) for each in sentences])
        starts = np.cumsum([0, *(len(np.unique(each)) for each in sentences[:-1])])
        found = np.bincount(everything, minlength=len(self.weights))
        weights = self.weights[everything]
        hits = np.add.reduceat(weights * (found[everything] > 1), starts)
        return hits / (np.add.reduceat(weights, starts) + 40.0)


class Task(IterableDataset):
    """Batches of one task without end: what is read, and what is written."""

    def __init__(self, name, articles, own, rarity, size, seed) -> None:
        self.name, self.articles, self.own, self.rarity = name, articles, own, rarity
        self.size, self.seed = size, seed
        self.width = PASSAGE if name == "restore" else WRITTEN

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        worker = torch.utils.data.get_worker_info()
        rng = np.random.default_rng([self.seed, worker.id if worker else 0, len(self.name)])
        while True:
            rows = [getattr(self, self.name)(rng) for _ in range(self.size)]
            yield padded(rows, self.width)

    def draw(self, rng) -> tuple[Articles, int]:
        """An article of either kind, the Guardian's as often as they are."""
        index = int(rng.integers(sum(map(len, self.own))))
        for articles, own in zip(self.articles, self.own, strict=True):
            if index < len(own):
                return articles, int(own[index])
            index -= len(own)
        raise AssertionError

    def restore(self, rng):
        articles, index = self.draw(rng)
        sentences = articles.sentences(index)
        first = int(rng.integers(max(len(sentences) - 8, 1)))
        read = fitting(sentences[first:])
        # Often the first passage: where to look is learnt by places before it is by content.
        start = int(rng.integers(max(len(read) - 3, 1))) if rng.random() < 0.65 else 0
        passage = np.concatenate(read[start:])
        if rng.random() < 0.3:
            read = [read[i] for i in rng.permutation(len(read))]
        return masked(np.concatenate(read), rng), passage

    def gap(self, rng):
        articles, index = self.draw(rng)
        sentences = articles.sentences(index)
        first = int(rng.integers(max(len(sentences) - 12, 1)))
        read = fitting(sentences[first:])
        best = np.argsort(-self.rarity.central(read))[:3]
        chosen = int(rng.choice(best))
        written = read[chosen]
        read[chosen] = np.array([MASK], dtype=np.int32)
        return np.concatenate(read), written

    def extract(self, rng):
        articles, index = self.draw(rng)
        read = fitting(articles.sentences(index))
        best = int(np.argmax(self.rarity.shared(read, articles.opening(index))))
        return np.concatenate(read), read[best]

    def other(self, rng):
        return self._opening(self.articles[1], int(rng.choice(self.own[1])), rng)

    def opening(self, rng):
        return self._opening(self.articles[0], int(rng.choice(self.own[0])), rng)

    def _opening(self, articles, index, rng):
        sentences = articles.sentences(index)
        # Some left out: the same article is another one the next time.
        kept = [each for each in sentences if rng.random() > 0.08] or sentences
        return np.concatenate(fitting(kept)), articles.opening(index)


def fitting(sentences: list[np.ndarray]) -> list[np.ndarray]:
    """The first sentences, as many tokens as are read, the last one cut."""
    kept, left = [], WINDOW - 2
    for each in sentences:
        if left <= 0:
            break
        kept.append(each[:left])
        left -= len(each)
    return kept


def masked(tokens: np.ndarray, rng) -> np.ndarray:
    """Spans of about three tokens, a quarter of all, each replaced by one mask."""
    spans = max(int(len(tokens) * 0.25 / 3), 1)
    hidden = np.zeros(len(tokens) + 1, dtype=np.int32)
    starts = rng.integers(0, len(tokens), spans)
    np.add.at(hidden, starts, 1)
    np.add.at(hidden, np.minimum(starts + 1 + rng.poisson(2.0, spans), len(tokens)), -1)
    gone = np.cumsum(hidden[:-1]) > 0
    first = gone & ~np.concatenate([[False], gone[:-1]])
    return np.where(gone, MASK, tokens)[~gone | first]


def padded(rows, width: int) -> tuple[torch.Tensor, torch.Tensor]:
    # Half the size of what a GPU computes with: batches go through shared memory.
    read = np.full((len(rows), WINDOW), PAD, dtype=np.int16)
    written = np.full((len(rows), width), IGNORED, dtype=np.int16)
    for i, (source, target) in enumerate(rows):
        row = np.concatenate([[BOS], source[: WINDOW - 2], [EOS]])
        read[i, : len(row)] = row
        row = np.concatenate([[BOS], target, [EOS]])[:width]  # an end cut off is none
        written[i, : len(row)] = row
    return torch.from_numpy(read), torch.from_numpy(written)


class Network:
    """BART's own modules, run without what training does not need, so that it compiles well."""

    def __init__(self, model: BartForConditionalGeneration, dropout: float) -> None:
        self.model, self.dropout = model, dropout
        self.heads = model.config.encoder_attention_heads
        self.encode, self.decode, self.lose = self._encode, self._decode, self._lose

    def compile(self) -> None:
        for name in ("encode", "decode", "lose"):
            setattr(self, name, torch.compile(getattr(self, name), dynamic=False))

    def loss(self, read, written, smoothing: float = 0.1) -> torch.Tensor:
        hidden = self.hidden(read, written)
        return self.lose(hidden, self.model.model.shared.weight, written, smoothing)

    def hidden(self, read, written) -> torch.Tensor:
        """The decoder's last states, for each token that is to be written."""
        bart = self.model.model
        mask = (read != PAD)[:, None, None, :]
        state = self._embedded(bart.encoder, read)
        for layer in bart.encoder.layers:
            state = self.encode(layer, state, mask)
        known = torch.cat([torch.full_like(written[:, :1], EOS), written[:, :-1]], dim=1)
        own = self._embedded(bart.decoder, known.masked_fill(known == IGNORED, PAD))
        for layer in bart.decoder.layers:
            own = self.decode(layer, own, state, mask)
        return own

    def _embedded(self, half, tokens):
        places = half.embed_positions.weight[2 : 2 + tokens.shape[1]]
        return self._drop(half.layernorm_embedding(half.embed_tokens(tokens) + places))

    def _drop(self, state):
        return fn.dropout(state, self.dropout, self.model.training)

    def _attend(self, module, state, to, mask=None, causal=False):
        def split(values):
            return values.view(*values.shape[:2], self.heads, -1).transpose(1, 2)

        found = fn.scaled_dot_product_attention(
            split(module.q_proj(state)),
            split(module.k_proj(to)),
            split(module.v_proj(to)),
            attn_mask=mask,
            is_causal=causal,
        )
        return self._drop(module.out_proj(found.transpose(1, 2).flatten(2)))

    def _feed(self, layer, state):
        fed = self._drop(layer.fc2(fn.gelu(layer.fc1(state))))
        return layer.final_layer_norm(state + fed)

    def _encode(self, layer, state, mask):
        seen = self._attend(layer.self_attn, state, state, mask)
        return self._feed(layer, layer.self_attn_layer_norm(state + seen))

    def _decode(self, layer, state, read, mask):
        seen = self._attend(layer.self_attn, state, state, causal=True)
        state = layer.self_attn_layer_norm(state + seen)
        seen = self._attend(layer.encoder_attn, state, read, mask)
        return self._feed(layer, layer.encoder_attn_layer_norm(state + seen))

    @staticmethod
    def _lose(hidden, embeddings, written, smoothing: float):
        logits = fn.linear(hidden, embeddings).float()
        return fn.cross_entropy(logits.flatten(0, 1), written.flatten(), label_smoothing=smoothing)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("package", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--budget", type=float, default=360.0, help="seconds of training")
    parser.add_argument("--total", type=float, help="seconds until all has to be done")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--d-model", type=int, default=512)
    parser.add_argument("--encoder-layers", type=int, default=4)
    parser.add_argument("--decoder-layers", type=int, default=3)
    parser.add_argument("--rate", type=float, default=8e-4)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--workers", type=int, default=3, help="processes for each task's batches")
    parser.add_argument("--dev", type=int, help="write so many of the development texts")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(options.seed)
    started = time.perf_counter()
    packed = lzma.decompress((options.package / "articles.xz").read_bytes())
    arrays = dict(np.load(io.BytesIO(packed)).items())
    tokenizer = Tokenizer.from_file(str(options.package / "tokenizer" / "tokenizer.json"))
    log = Log(started)
    train, other, dev = (Articles(arrays, part) for part in ("train", "other", "dev"))
    held, kept = held_out(len(train))
    own = (kept, np.arange(len(other)))
    rarity = Rarity([train, other], tokenizer.get_vocab_size())
    batches = {
        name: loader(
            Task(name, (train, other), own, rarity, options.batch_size, options.seed), options
        )
        for name in STAGES[0][1]
    }
    # The processes that make batches were started before CUDA was, which does not bear forking.
    model = new_model(tokenizer.get_vocab_size(), options).to(options.device)
    log.say(f"torch {torch.__version__} on {device_name(options.device)}")
    log.say(f"{sum(p.numel() for p in model.parameters()):,} parameters, data read")
    network = Network(model, options.dropout)
    model = fit(network, batches, examples(train, held), options, log)
    model.half().save_pretrained(options.folder, max_shard_size="15MB")
    shutil.copytree(options.package / "tokenizer", options.folder, dirs_exist_ok=True)
    log.say("saved")
    texts = write(model.to(options.device), dev, options, tokenizer)
    with (options.folder / "dev.jsonl").open("w", encoding="utf-8") as file:
        for identity, text in zip(dev.ids, texts, strict=False):
            file.write(json.dumps({"id": str(identity), "summary": text}) + "\n")
    log.say(f"{len(texts)} development texts written, {len(set(texts))} different")
    for text in texts[:6]:
        print("   ", text)
    log.entries["settings"] = {
        key: str(value) if isinstance(value, Path) else value
        for key, value in vars(options).items()
    }
    log.entries["versions"] = f"torch {torch.__version__}, {device_name(options.device)}"
    (options.folder / "log.json").write_text(json.dumps(log.entries, indent=1) + "\n")


def held_out(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Which of so many articles are not trained on, and which are."""
    held = min(HELD_OUT, count // 10)
    order = np.random.default_rng(0).permutation(count)
    return order[:held], order[held:]


class Log:
    """What happened, when: printed, and kept for the result's page."""

    def __init__(self, started: float) -> None:
        self.started, self.entries = started, {"curve": []}

    def say(self, line: str) -> None:
        print(f"{time.perf_counter() - self.started:6.1f} s  {line}", flush=True)

    def keep(self, **entry) -> None:
        self.entries["curve"].append(entry)
        self.say(", ".join(f"{key} {value:.4g}" for key, value in entry.items()))


def device_name(device: str) -> str:
    return torch.cuda.get_device_name() if device.startswith("cuda") else device


def new_model(vocabulary: int, options) -> BartForConditionalGeneration:
    config = BartConfig(
        vocab_size=vocabulary,
        max_position_embeddings=WINDOW,
        d_model=options.d_model,
        encoder_layers=options.encoder_layers,
        decoder_layers=options.decoder_layers,
        num_hidden_layers=options.encoder_layers,
        encoder_attention_heads=max(options.d_model // 64, 1),
        decoder_attention_heads=max(options.d_model // 64, 1),
        encoder_ffn_dim=3 * options.d_model,
        decoder_ffn_dim=3 * options.d_model,
        dropout=options.dropout,
        attention_dropout=0.0,
        init_std=options.d_model**-0.5 / 2,
        **{name: GENERATION[name] for name in GENERATION if name.endswith("_token_id")},
    )
    model = BartForConditionalGeneration(config)
    model.generation_config = GenerationConfig(**GENERATION)
    return model


def loader(task: Task, options) -> Iterator:
    return iter(
        DataLoader(
            task,
            batch_size=None,
            num_workers=options.workers,
            pin_memory=options.device.startswith("cuda"),
            prefetch_factor=4 if options.workers else None,
        )
    )


def fit(network: Network, batches, held, options, log: Log) -> BartForConditionalGeneration:
    """Train until the time is up; return the weights that write best of the articles held out."""
    model, on_gpu = network.model, options.device.startswith("cuda")
    agree(network, held)
    decayed = [p for p in model.parameters() if p.ndim > 1]
    others = [p for p in model.parameters() if p.ndim <= 1]
    groups = [{"params": decayed, "weight_decay": 0.02}, {"params": others, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=options.rate, betas=(0.9, 0.98), fused=on_gpu)
    draw = np.random.default_rng(options.seed)

    def forward(read, written):
        with torch.autocast("cuda", torch.bfloat16, enabled=on_gpu):
            return network.loss(read, written)

    def batch(name: str):
        return on_device(next(batches[name]), options.device)

    model.train()
    if on_gpu:
        torch.backends.cuda.matmul.allow_tf32 = True
        try:
            network.compile()
            for name in ("restore", "opening"):
                forward(*batch(name)).backward()
            torch.cuda.synchronize()
            log.say("compiled")
        except Exception as error:  # a compiler that fails costs speed, not the run
            log.say(f"not compiled: {type(error).__name__}: {str(error)[:300]}")
            network = Network(model, options.dropout)
        optimizer.zero_grad(set_to_none=True)
    start, budget = time.perf_counter(), options.budget
    if options.total is not None:  # starting and compiling took some; saving and writing will
        budget = min(budget, options.total - (start - log.started) - ENDING)
    log.say(f"training for {budget:.0f} s")
    measure_at = [0.2, 0.4, 0.6, 0.75, 0.85, 0.92]
    best, kept, steps, counts = -1.0, None, 0, Counter()
    running: dict[str, torch.Tensor] = {}
    while True:
        part = min((time.perf_counter() - start) / budget, 1.0)
        if part >= 1.0 or (measure_at and part >= measure_at[0]):
            measure_at = measure_at[1:]
            losses = {name: float(value) for name, value in running.items()}
            score = measured(network, held, options)
            spent = time.perf_counter() - start
            log.keep(
                step=steps, seconds=spent, rate=optimizer.param_groups[0]["lr"], **losses, **score
            )
            if part > 0.5 and score["shared"] > best:
                best = score["shared"]
                kept = {n: v.detach().clone() for n, v in model.state_dict().items()}
            if part >= 1.0:
                break
        rate = options.rate * min(
            (part + 0.002) / 0.05, 0.5 + 0.5 * math.cos(math.pi * part) + 0.01
        )
        for group in optimizer.param_groups:
            group["lr"] = rate
        shares = next(tasks for until, tasks in STAGES if part < until)
        name = str(draw.choice(list(shares), p=np.array(list(shares.values()))))
        loss = forward(*batch(name))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0, foreach=True)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        value = loss.detach()
        running[name] = value if name not in running else 0.98 * running[name] + 0.02 * value
        counts[name] += 1
        steps += 1
        if on_gpu and steps % 20 == 0:
            torch.cuda.synchronize()  # the clock is to see what is done, not what is queued
    log.entries["steps"] = dict(counts)
    log.say(f"{steps} steps: {dict(counts)}; best {best:.4f}")
    if kept is not None:
        model.load_state_dict(kept)
    return model.eval()


@torch.no_grad()
def agree(network: Network, held) -> None:
    """Refuse to train what transformers would run differently."""
    model = network.model.eval()
    read, written = on_device([each[:2] for each in held], model.device)
    theirs = model(
        input_ids=read, attention_mask=(read != PAD).long(), labels=written, use_cache=False
    ).logits
    ours = fn.linear(network.hidden(read, written), model.model.shared.weight)
    used = written != IGNORED
    difference = (theirs - ours)[used].abs().max().item()
    if not difference < 0.02:  # rounding, TF32's too
        raise AssertionError(f"our forward pass differs from transformers' by {difference}")


def on_device(batch, device) -> tuple[torch.Tensor, torch.Tensor]:
    read, written = (each.to(device, non_blocking=True).long() for each in batch)
    return read, written


def examples(articles: Articles, indices) -> tuple[torch.Tensor, torch.Tensor]:
    return padded(
        [(np.concatenate(fitting(articles.sentences(i))), articles.opening(i)) for i in indices],
        WRITTEN,
    )


@torch.no_grad()
def measured(network: Network, held, options) -> dict[str, float]:
    """The loss on the articles held out, and how much a quick draft shares with their openings."""
    model = network.model.eval()
    plain = Network(model, 0.0)
    losses, scores, drafts = [], [], set()
    on_gpu = options.device.startswith("cuda")
    for first in range(0, len(held[0]), options.batch_size):
        some = [each[first : first + options.batch_size] for each in held]
        read, written = on_device(some, options.device)
        with torch.autocast("cuda", torch.bfloat16, enabled=on_gpu):
            losses.append(plain.loss(read, written, 0.0).item())
            output = model.generate(
                input_ids=read,
                attention_mask=(read != PAD).long(),
                num_beams=1,
                min_length=12,
                max_length=WRITTEN,
            )
        for draft, reference in zip(output.tolist(), written.tolist(), strict=True):
            drafts.add(tuple(draft))
            scores.append(mean_f1(cleaned(draft), cleaned(reference)))
    model.train()
    return {
        "held_out_loss": float(np.mean(losses)),
        "shared": float(np.mean(scores)),
        "different": len(drafts) / len(scores),
    }


def cleaned(tokens: list[int]) -> list[int]:
    return [token for token in tokens if token > MASK]


def mean_f1(draft: list[int], reference: list[int]) -> float:
    """The mean of the F1 of shared tokens and of shared pairs of tokens."""
    values = []
    for size in (1, 2):
        grams = [
            Counter(tuple(row[i : i + size]) for i in range(len(row) - size + 1))
            for row in (draft, reference)
        ]
        total = sum(map(Counter.total, grams))
        values.append(2 * (grams[0] & grams[1]).total() / total if total else 0.0)
    return sum(values) / 2


@torch.no_grad()
def write(model, articles: Articles, options, tokenizer) -> list[str]:
    """What the model writes of each article, by its own settings."""
    count = len(articles) if options.dev is None else min(options.dev, len(articles))
    read, _ = examples(articles, range(count))
    if not options.device.startswith("cuda"):
        model.float()
    texts = []
    for first in range(0, count, options.batch_size):
        some = read[first : first + options.batch_size].long().to(options.device)
        output = model.generate(input_ids=some, attention_mask=(some != PAD).long())
        texts += tokenizer.decode_batch(output.tolist(), skip_special_tokens=True)
    return [" ".join(text.split()) for text in texts]


if __name__ == "__main__":
    main()
