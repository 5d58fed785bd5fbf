"""The loop itself: transformers' ``Seq2SeqTrainer`` on accelerate, measured by our own ROUGE.

:meta private:
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from torch.utils.data import Sampler
from transformers import (
    PrinterCallback,
    ProgressCallback,
    Seq2SeqTrainer,
    Seq2SeqTrainingArguments,
    TrainerCallback,
)
from transformers.trainer_pt_utils import get_length_grouped_indices
from transformers.trainer_utils import get_last_checkpoint

from ..backends.seq2seq.conversions import is_whole, write_manifest
from ..backends.seq2seq.torch_engine import choose_dtype
from ..errors import SummarizeError
from .settings import ModelSettings

__all__ = ["train"]

_METRIC = "eval_rouge"
_STATE = "trainer_state.json"
_IGNORED = -100  # a label that counts for nothing

Pair = dict[str, list[int]]


def train(
    model: Any,
    pairs: Sequence[Pair],
    folder: Path,
    *,
    settings: ModelSettings,
    rate: float,
    at_once: int,
    on_gpu: bool,
    model_type: str,
    pad: int,
    checkpoints: int,
    score: Callable[[Any], float] | None,
    report: Callable[[str], None],
) -> tuple[Path, int, float]:
    """Minimise the cross-entropy of the references; go on from the last checkpoint there is.

    Args:
        model: what is trained.
        pairs: the tokens of each article and its reference.
        folder: for the checkpoints.
        settings: what is chosen by hand.
        rate: the learning rate at its highest.
        at_once: articles of one pass, of which a step accumulates several.
        on_gpu: whether the model goes to a GPU.
        model_type: the architecture.
        pad: the padding's token.
        checkpoints: how many a run has at least.
        score: rates the model in training; the best checkpoint by it is kept. The last if ``None``.
        report: called with a line at each checkpoint.

    Returns:
        The checkpoint that is kept, its steps, and the last mean loss.
    """
    an_epoch = -(-len(pairs) // settings.batch_size)
    total = settings.steps or an_epoch * settings.epochs
    every = settings.evaluate_every or max(min(an_epoch, total // checkpoints), 1)
    wider = "cuda" if on_gpu else "cpu"
    # float16, which a GPU without bfloat16 would run in, needs its losses scaled: float32 there.
    bfloat16 = choose_dtype("auto", wider, "t5" if on_gpu else model_type) == "bfloat16"
    arguments = Seq2SeqTrainingArguments(
        output_dir=str(folder),
        per_device_train_batch_size=at_once,
        gradient_accumulation_steps=settings.batch_size // at_once,
        num_train_epochs=float(settings.epochs),
        max_steps=settings.steps or -1,
        learning_rate=rate,
        lr_scheduler_type="linear",
        warmup_steps=max(total // 20, 1),
        optim="adamw_torch",
        bf16=bfloat16,
        use_cpu=not on_gpu,
        eval_strategy="no" if score is None else "steps",
        save_strategy="steps",
        eval_steps=every,
        save_steps=every,
        logging_steps=every,
        save_total_limit=2,
        load_best_model_at_end=score is not None,
        metric_for_best_model=None if score is None else _METRIC,
        greater_is_better=True,
        train_sampling_strategy="group_by_length",
        remove_unused_columns=False,
        seed=settings.seed,
        report_to="none",
        disable_tqdm=True,
        dataloader_pin_memory=on_gpu,
    )

    class Trainer(Seq2SeqTrainer):
        """Seq2SeqTrainer, with articles in an order that a resumed run knows, and our ROUGE."""

        def _get_train_sampler(self, train_dataset: Any = None) -> Any:
            return _Grouped(
                [len(p["input_ids"]) for p in pairs], settings.batch_size, settings.seed
            )

        def evaluate(self, *_: Any, **__: Any) -> dict[str, float]:
            assert score is not None
            model.eval()
            with torch.random.fork_rng():
                metrics = {_METRIC: score(model)}
            model.train()
            self.log(metrics)
            self.control = self.callback_handler.on_evaluate(
                self.args, self.state, self.control, metrics
            )
            return metrics

    class Watch(TrainerCallback):
        """Tells how it goes, and ends a run that no longer gets better."""

        def on_log(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            entry = state.log_history[-1]
            shown = [f"step {state.global_step} of {state.max_steps}"]
            shown += [f"loss {entry['loss']:.4f}"] if "loss" in entry else []
            shown += [f"ROUGE {100 * entry[_METRIC]:.2f}"] if _METRIC in entry else []
            if len(shown) > 1:
                report(", ".join(shown))

        def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            write_manifest(folder / f"checkpoint-{state.global_step}", model_type, "float32")

        def on_evaluate(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            if _is_exhausted(state.log_history, settings.patience):
                control.should_training_stop = True

    last = _last_whole(folder)
    history: list[dict[str, Any]] = []
    if last is not None:
        state = _state(last)
        history = state["log_history"]
        report(f"going on from step {state['global_step']}")
        if state["global_step"] >= total or _is_exhausted(history, settings.patience):
            return _kept(last, state)
    examples: Any = list(pairs)
    trainer = Trainer(
        model=model,
        args=arguments,
        train_dataset=examples,
        eval_dataset=examples,  # it asks for one; ours are what score() knows
        data_collator=lambda rows: _collated(rows, pad),
    )
    for shown in (PrinterCallback, ProgressCallback):
        trainer.remove_callback(shown)
    trainer.add_callback(Watch())
    trainer.train(resume_from_checkpoint=None if last is None else str(last))
    last = _last_whole(folder)
    assert last is not None
    return _kept(last, _state(last))


def _last_whole(folder: Path) -> Path | None:
    """The last checkpoint; one that a kill left half written, or that was damaged, is removed."""
    while folder.is_dir() and (last := get_last_checkpoint(str(folder))) is not None:
        try:
            _state(Path(last))
        except (FileNotFoundError, ValueError):
            shutil.rmtree(last)
        else:
            if is_whole(Path(last)):
                return Path(last)
            shutil.rmtree(last)
    return None


def _state(checkpoint: Path) -> dict[str, Any]:
    state = json.loads((checkpoint / _STATE).read_text(encoding="utf-8"))
    if not (
        isinstance(state, dict)
        and isinstance(state.get("global_step"), int)
        and isinstance(state.get("log_history"), list)
        and all(isinstance(entry, dict) for entry in state["log_history"])
    ):
        raise ValueError(f"{checkpoint / _STATE} is not of a trainer")
    return state


def _kept(last: Path, state: dict[str, Any]) -> tuple[Path, int, float]:
    best = state.get("best_model_checkpoint")
    losses = [entry["loss"] for entry in state["log_history"] if "loss" in entry]
    # The path in the state is that of where the run was then; its name is what counts.
    kept = last if best is None else last.parent / Path(best).name
    if not is_whole(kept):
        run = last.parent.parent
        raise SummarizeError(f"{kept} is damaged: remove {run}, and the fit begins anew")
    return kept, int(kept.name.rpartition("-")[2]), losses[-1] if losses else float("nan")


def _is_exhausted(history: Sequence[dict[str, Any]], patience: int) -> bool:
    """Whether so many of the last measurements were no better than the best before them."""
    scores = [entry[_METRIC] for entry in history if _METRIC in entry]
    return len(scores) - 1 - scores.index(max(scores)) >= patience if scores else False


class _Grouped(Sampler[int]):
    """The order of an epoch: articles of like lengths together. It depends on seed and epoch only.

    transformers' own sampler draws from the global state, which a resumed run has to have.
    """

    def __init__(self, lengths: list[int], batch: int, seed: int) -> None:
        self._lengths, self._batch, self._seed = lengths, batch, seed
        self._epoch = 0

    def set_epoch(self, epoch: int) -> None:
        self._epoch = epoch

    def __len__(self) -> int:
        return len(self._lengths)

    def __iter__(self) -> Iterator[int]:
        generator = torch.Generator().manual_seed(self._seed * 1_000_003 + self._epoch)
        return iter(get_length_grouped_indices(self._lengths, self._batch, generator=generator))


def _collated(rows: Sequence[Pair], pad: int) -> dict[str, torch.Tensor]:
    width = max(len(row["input_ids"]) for row in rows)
    length = max(len(row["labels"]) for row in rows)
    inputs = torch.full((len(rows), width), pad)
    mask = torch.zeros((len(rows), width), dtype=torch.long)
    labels = torch.full((len(rows), length), _IGNORED)
    for index, row in enumerate(rows):
        inputs[index, : len(row["input_ids"])] = torch.tensor(row["input_ids"])
        mask[index, : len(row["input_ids"])] = 1
        labels[index, : len(row["labels"])] = torch.tensor(row["labels"])
    return {"input_ids": inputs, "attention_mask": mask, "labels": labels}
