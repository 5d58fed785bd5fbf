"""A tiny BART from random weights, with its own byte-level BPE, for the tests of the backend.

It is trained on a few of our own articles until it writes their summaries back; with no epochs the
weights stay random. The recipe of a model that is trained on a corpus is in ``small_bart``.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import torch
from tokenizers import ByteLevelBPETokenizer
from transformers import BartConfig, BartForConditionalGeneration, BartTokenizer, GenerationConfig

SPECIAL = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
GENERATION = {
    "num_beams": 4,
    "length_penalty": 2.0,
    "no_repeat_ngram_size": 3,
    "early_stopping": True,
    "forced_bos_token_id": 0,
    "forced_eos_token_id": 2,
    "decoder_start_token_id": 2,
    "bos_token_id": 0,
    "eos_token_id": 2,
    "pad_token_id": 1,
}


def train(
    articles: Sequence[tuple[str, str]],
    folder: Path,
    *,
    vocabulary: int = 2000,
    d_model: int = 128,
    layers: int = 2,
    window: int = 512,
    max_length: int = 142,
    epochs: int = 60,
    batch_size: int = 8,
    rate: float = 2e-3,
    enough: float = 0.02,
    seed: int = 0,
) -> float:
    """Train on pairs of text and summary, save into ``folder``, and return the last epoch's loss.

    Texts are cut to the window. Training ends after ``epochs``, or at a mean loss of ``enough``.
    """
    tokenizer = train_tokenizer([text for pair in articles for text in pair], folder, vocabulary)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = BartForConditionalGeneration(
            BartConfig(
                vocab_size=len(tokenizer),
                max_position_embeddings=window,
                d_model=d_model,
                encoder_layers=layers,
                decoder_layers=layers,
                num_hidden_layers=layers,  # else transformers 5 builds twelve
                encoder_attention_heads=4,
                decoder_attention_heads=4,
                encoder_ffn_dim=2 * d_model,
                decoder_ffn_dim=2 * d_model,
                dropout=0.0,
                attention_dropout=0.0,
                activation_dropout=0.0,
                init_std=d_model**-0.5 / 2,
                **{name: GENERATION[name] for name in GENERATION if name.endswith("_token_id")},
            )
        )
        loss = fit(model, tokenizer, articles, window, max_length, epochs, batch_size, rate, enough)
    model.generation_config = GenerationConfig(**GENERATION, max_length=max_length, min_length=8)
    model.save_pretrained(folder)
    return loss


def train_tokenizer(texts: Sequence[str], folder: Path, vocabulary: int) -> BartTokenizer:
    """Train a byte-level BPE tokenizer of BART's form and save it into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    byte_pairs = ByteLevelBPETokenizer()
    byte_pairs.train_from_iterator(
        texts, vocab_size=vocabulary, special_tokens=SPECIAL, show_progress=False
    )
    byte_pairs.save_model(str(folder))
    tokenizer = BartTokenizer.from_pretrained(folder, model_max_length=512)
    return tokenizer


def fit(
    model: BartForConditionalGeneration,
    tokenizer: BartTokenizer,
    articles: Sequence[tuple[str, str]],
    window: int,
    max_length: int,
    epochs: int,
    batch_size: int,
    rate: float,
    enough: float,
) -> float:
    """Minimise the cross-entropy of the summaries, by AdamW with a linear decay."""
    tokenizer.model_max_length = window
    tokenizer.save_pretrained(tokenizer.name_or_path)
    if not epochs:
        return float("inf")
    pairs = [
        (
            tokenizer(text, truncation=True, max_length=window)["input_ids"],
            tokenizer(summary, truncation=True, max_length=max_length - 1)["input_ids"],
        )
        for text, summary in articles
    ]
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.0)
    steps = epochs * -(-len(pairs) // batch_size)
    warmup = max(steps // 20, 1)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warmup, max(1 - step / steps, 0.05))
    )
    order = list(range(len(pairs)))
    shuffle = random.Random(0).shuffle
    loss = float("inf")
    model.train()
    for _ in range(epochs):
        shuffle(order)
        losses = []
        for first in range(0, len(order), batch_size):
            batch = [pairs[index] for index in order[first : first + batch_size]]
            inputs, labels = (padded(rows) for rows in zip(*batch, strict=True))
            output = model(
                input_ids=inputs,
                attention_mask=(inputs != 1).long(),
                labels=labels.masked_fill(labels == 1, -100),
            )
            output.loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
            schedule.step()
            losses.append(output.loss.item())
        loss = sum(losses) / len(losses)
        if loss <= enough:
            break
    model.eval()
    return loss


def padded(rows: Sequence[Sequence[int]]) -> torch.Tensor:
    longest = max(map(len, rows))
    return torch.tensor([[*row, *[1] * (longest - len(row))] for row in rows])
