"""What is chosen by hand for fine-tuning a model.

:meta private:
"""

from __future__ import annotations

from dataclasses import dataclass

from ..arguments import whole_number

__all__ = ["ModelSettings"]


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """What is chosen by hand for :func:`fit_model`.

    Attributes:
        held_out: the share of the articles that is not fitted to but measured on, at most 300 of
            them; 0 measures nothing, and then nothing is known of the result.
        epochs: passes over the articles, at most.
        steps: end after so many steps, whatever the epochs; the learning rate falls to 0 by then.
        rate: the learning rate at its highest; 3e-5 if ``None``, 3e-4 for T5 and for LoRA.
        batch_size: articles of one step; what the device does not take at once is accumulated.
        lora: the rank of a low-rank adapter that is fitted in place of the weights, and merged
            into them at the end; ``None`` fits all weights.
        patience: how many measurements without a better one end the run.
        evaluate_every: steps from one measurement, and checkpoint, to the next; an epoch or a
            tenth of the run, whichever is less, if ``None``.
        seed: of everything random.
    """

    held_out: float = 0.1
    epochs: int = 3
    steps: int | None = None
    rate: float | None = None
    batch_size: int = 16
    lora: int | None = None
    patience: int = 3
    evaluate_every: int | None = None
    seed: int = 1

    def __post_init__(self) -> None:
        if isinstance(self.held_out, bool) or not 0 <= self.held_out < 1:
            raise ValueError(f"held_out={self.held_out!r} must be 0 or a share below 1")
        if self.rate is not None and not 0 < self.rate < 1:
            raise ValueError(f"rate={self.rate!r} must be above 0 and below 1")
        for name in ("epochs", "steps", "batch_size", "lora", "patience", "evaluate_every"):
            value = getattr(self, name)
            if value is not None or name not in ("steps", "lora", "evaluate_every"):
                object.__setattr__(self, name, whole_number(name, value))
