"""Fine-tune an encoder-decoder on articles and their summaries, by transformers' own trainer.

A run has a folder of its own beside the one it saves to, ``FOLDER.partial``: its settings, its
checkpoints and its scores. The same call after a kill goes on from the last checkpoint and ends
with the same weights; a run with other settings is refused.

:meta private:
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..arguments import imported
from ..backends.seq2seq import Seq2Seq
from ..backends.seq2seq.loading import ModelFiles, find, load_model
from ..document import Document
from ..errors import CorpusError, EmptyDocumentError, SummarizeError
from ..evaluation.corpus import Corpus
from ..evaluation.evaluator import System, evaluate
from ..evaluation.results import Evaluation
from ..files import write_atomically
from ..selection import text_of
from .card import model_card
from .held_out import is_worse, joint, sentences_of_references, split, worth
from .settings import ModelSettings

__all__ = ["Fitted", "fit_model"]

_BACKEND = "bart"
_MOST_HELD_OUT = 300  # articles on which the models are compared; a BART takes seconds for each
_MOST_FOR_STOPPING = 100  # of these, so many tell when to stop
_RATES = {"t5": 3e-4, "mt5": 3e-4, "umt5": 3e-4, "longt5": 3e-4}
_USUAL_RATE, _LORA_RATE = 3e-5, 3e-4  # BART's authors' own rate; LoRA's usual ten times that
# Padded tokens of one pass: what a processor's caches, or a GPU of 16 GB under a large model, bear.
_TOKENS_ON_CPU, _TOKENS_ON_GPU = 4096, 8192
_CHECKPOINTS = 10  # so many a run, where an epoch does not end sooner
_ENCODED_AT_ONCE = 1000  # articles; a tokenizer keeps much more of each than its tokens
_RUN, _RESULT = "run.json", "model"


@dataclass(frozen=True, slots=True)
class Fitted:
    """What came of a fit.

    Attributes:
        folder: where the model is, or ``None`` if it was not saved.
        evaluation: ``fitted``, ``before`` and ``lead`` on the articles held out; ``None`` if none
            were.
        steps: the steps of the weights that were kept.
        loss: the last mean loss.
    """

    folder: Path | None
    evaluation: Evaluation | None
    steps: int
    loss: float


def fit_model(
    corpora: Sequence[Corpus],
    save: str | os.PathLike[str],
    *,
    model: str | os.PathLike[str] = "facebook/bart-large-cnn",
    settings: ModelSettings | None = None,
    language: str | None = None,
    device: str = "auto",
    force: bool = False,
    report: Callable[[str], None] = lambda line: None,
    revision: str | None = None,
    local_files_only: bool | None = None,
    token: str | bool | None = None,
) -> Fitted:
    """Fine-tune an encoder-decoder; load the result by ``Summarizer("bart", model=FOLDER)``.

    Articles of like lengths go together. Weights are float32; where the device multiplies bfloat16
    natively, the products are in bfloat16. What exceeds the model's window is cut off an article.
    Every so often the model summarises articles held out, and the best by ROUGE is what is kept.
    The lengths that it writes afterwards are those of the references. The same articles, settings,
    device and versions give the same weights, whether the run was killed in between or not.

    Args:
        corpora: articles with references.
        save: the folder for the model, with a model card; it must not exist.
        model: what is fitted: a folder, or a name on the hub.
        settings: what is chosen by hand.
        language: the language of the articles; each one's is found if ``None``.
        device: ``"auto"``, ``"cpu"``, ``"cuda"``, …
        force: save it even if it is worse than before on the articles held out.
        report: called with each line of progress.
        revision: a branch, tag or commit on the hub.
        local_files_only: never use the network.
        token: the hub's access token.

    Returns:
        The scores, and where the model is; nowhere if it is worse than before.

    Raises:
        BackendLoadError: if the model cannot be had or loaded.
        CorpusError: if there are too few articles.
        MissingDependencyError: if the extra ``fit`` is not installed.
        SummarizeError: if ``save`` exists, or an unfinished run there has other settings.
    """
    settings = settings or ModelSettings()
    for package in ("accelerate", "rouge_score", "peft")[: 3 if settings.lora else 2]:
        imported(package, "fitting a model", "fit")
    folder = Path(save)
    if folder.exists():
        raise SummarizeError(f"{folder} exists: a model is saved into a folder of its own")
    files = find(
        model,
        backend=_BACKEND,
        revision=revision,
        local_files_only=local_files_only,
        cache_dir=None,
        token=token,
        use_safetensors=True,
        trust_remote_code=False,
    )
    articles = joint(corpora)
    run = _Run(files, articles, settings, language, device, folder, report)
    with _world_restored(), _quiet():
        trained = run.train()
        fitted = run.result(trained)
        if fitted.evaluation and is_worse(fitted.evaluation, "fitted", "before") and not force:
            return fitted
        return run.save(fitted)


@dataclass(frozen=True, slots=True)
class _Trained:
    checkpoint: Path
    steps: int
    loss: float


class _Run:
    """One fit: its articles, its folder, its model before and after."""

    def __init__(
        self,
        files: ModelFiles,
        articles: Corpus,
        settings: ModelSettings,
        language: str | None,
        device: str,
        folder: Path,
        report: Callable[[str], None],
    ) -> None:
        self.files, self.settings, self.language = files, settings, language
        self.folder, self.report = folder, report
        self.partial = folder.with_name(folder.name + ".partial")
        self.articles = articles
        self.fitted_to, self.held_out = split(
            articles, settings.held_out, most=_MOST_HELD_OUT, seed=settings.seed
        )
        self.before = Seq2Seq(model=files.folder, device=device, dtype="float32", engine="torch")
        self.device = self.before.device
        self.pairs = self._pairs()
        if not self.pairs:
            raise CorpusError(articles.name, "there is nothing to fit to")
        self.lengths = self._lengths()
        self._claim()

    def _pairs(self) -> list[dict[str, list[int]]]:
        """Tokens of each article, as the backend reads it, and of its first reference."""
        texts, references = [], []
        for article in self.fitted_to:
            reference = " ".join(article.references[0].split())
            try:
                document = Document.from_text(article.text, language=self.language)
            except EmptyDocumentError:
                continue
            if reference:
                texts.append(text_of(document, range(len(document.sentences))))
                references.append(reference)
        pairs = []
        for start in range(0, len(texts), _ENCODED_AT_ONCE):
            part = slice(start, start + _ENCODED_AT_ONCE)
            read = self.before.encode(texts[part], truncate=True)
            written = self.before.encode_targets(references[part])
            pairs += [
                {"input_ids": inputs, "labels": labels}
                for inputs, labels in zip(read, written, strict=True)
            ]
        return pairs

    def _lengths(self) -> dict[str, int]:
        """The least and greatest length that the fitted model writes, in the decoder's tokens."""
        sizes = sorted(len(pair["labels"]) + 1 for pair in self.pairs)
        longest = -(-int(sizes[int(0.99 * (len(sizes) - 1))] * 1.25) // 8) * 8
        return {"min_length": int(sizes[int(0.01 * (len(sizes) - 1))] * 0.5), "max_length": longest}

    def _claim(self) -> None:
        """Make the run's folder, or go on with it if it is the same run."""
        own = {
            "articles": self.articles.sha256,
            "model": self.files.name,
            "weights": _fingerprint(self.files),
            "language": self.language,
            "device": self.device,
            **asdict(self.settings),
        }
        path = self.partial / _RUN
        if os.path.lexists(path):
            try:
                theirs = dict(json.loads(path.read_text(encoding="utf-8")))
            except (OSError, ValueError, TypeError, RecursionError) as error:
                raise SummarizeError(
                    f"{path} is damaged: remove {self.partial}, and the fit begins anew"
                ) from error
            differing = sorted(name for name in own if theirs.get(name) != own[name])
            if differing:
                raise SummarizeError(
                    f"{self.partial} is a run that was begun with other settings "
                    f"({', '.join(differing)}); finish it with these, or remove the folder"
                )
            return
        self.partial.mkdir(parents=True, exist_ok=True)
        write_atomically(path, json.dumps(own, indent=1))

    def train(self) -> _Trained:
        """Train, or go on training; the best checkpoint, or the last if nothing is held out."""
        from .trainer import train

        settings = self.settings
        rate = settings.rate or (
            _LORA_RATE if settings.lora else _RATES.get(self.files.model_type, _USUAL_RATE)
        )
        on_gpu = self.device.startswith("cuda")
        longest = max(len(pair["input_ids"]) for pair in self.pairs)
        at_once = max((_TOKENS_ON_GPU if on_gpu else _TOKENS_ON_CPU) // longest, 1)
        at_once = max(
            n
            for n in range(1, settings.batch_size + 1)
            if settings.batch_size % n == 0 and n <= at_once
        )
        self.report(
            f"{len(self.pairs)} articles fitted to, {len(self.held_out or ())} held out; "
            f"{self.files.name} on {self.device}"
        )
        checkpoint, steps, loss = train(
            self._model(),
            self.pairs,
            self.partial / "checkpoints",
            settings=settings,
            rate=rate,
            at_once=at_once,
            on_gpu=on_gpu,
            model_type=self.files.model_type,
            pad=self.before.padding,
            checkpoints=_CHECKPOINTS,
            score=self._score if self.held_out is not None else None,
            report=self.report,
        )
        return _Trained(checkpoint, steps, loss)

    def _model(self) -> Any:
        import torch

        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.settings.seed)  # of an adapter's first weights
            model = load_model(self.files, torch.float32)
            if self.settings.lora is None:
                return model
            from peft import LoraConfig, TaskType, get_peft_model

            rank = self.settings.lora
            config = LoraConfig(
                task_type=TaskType.SEQ_2_SEQ_LM,
                r=rank,
                lora_alpha=2 * rank,
                lora_dropout=0.05,
                target_modules="all-linear",
            )
            return get_peft_model(model, config)

    def _score(self, model: Any) -> float:
        """ROUGE of the model in training on some of the articles held out, in one beam."""
        assert self.held_out is not None
        some = self.held_out.sample(_MOST_FOR_STOPPING, seed=self.settings.seed)
        backend = Seq2Seq(
            model=_base(model),
            tokenizer=self.before.tokenizer,
            engine="torch",
            num_beams=1,
            min_length=self.lengths["min_length"],
            max_length=self.lengths["max_length"],
        )
        system = System(backend, "fitted")
        return worth(evaluate(some, [system], sentences=self._sentences), "fitted")

    @property
    def _sentences(self) -> int:
        return sentences_of_references(self.fitted_to, self.language)

    def result(self, trained: _Trained) -> Fitted:
        """Put the model of a checkpoint together in the run's folder, and measure it."""
        import torch

        merged = self.partial / _RESULT
        if merged.exists():
            shutil.rmtree(merged)
        if self.settings.lora is None:
            model = load_model(_at(self.files, trained.checkpoint), torch.float32)
        else:
            from peft import PeftModel

            adapted = PeftModel.from_pretrained(
                load_model(self.files, torch.float32), trained.checkpoint
            )
            model = adapted.merge_and_unload()
        self._set_lengths(model)
        self.before.tokenizer.save_pretrained(merged)
        model.save_pretrained(merged)
        del model
        if self.held_out is None:
            return Fitted(None, None, trained.steps, trained.loss)
        self.report(f"measuring on {len(self.held_out)} articles held out")
        after = Seq2Seq(model=merged, device=self.device, dtype="float32", engine="torch")
        evaluation = evaluate(
            self.held_out,
            [System(after, "fitted"), System(self.before, "before"), System("lead")],
            sentences=self._sentences,
            language=self.language,
            seed=self.settings.seed,
        )
        return Fitted(None, evaluation, trained.steps, trained.loss)

    def _set_lengths(self, model: Any) -> None:
        """Have the model write as long as its references are, wherever it is asked how long."""
        for name, value in self.lengths.items():
            setattr(model.generation_config, name, value)
        # Twins of these, and what a task of old says, would precede them.
        for name in ("max_new_tokens", "min_new_tokens"):
            setattr(model.generation_config, name, None)
        tasks = getattr(model.config, "task_specific_params", None)
        if isinstance(tasks, dict) and isinstance(tasks.get("summarization"), dict):
            summarization = {**tasks["summarization"], **self.lengths}
            model.config.task_specific_params = {**tasks, "summarization": summarization}

    def save(self, fitted: Fitted) -> Fitted:
        """Write the card, give the folder its name, and remove what is left of the run."""
        merged = self.partial / _RESULT
        card = model_card(
            self.files,
            self.articles,
            len(self.pairs),
            fitted.evaluation,
            self.settings,
            fitted.steps,
        )
        write_atomically(merged / "README.md", card)
        merged.replace(self.folder)
        shutil.rmtree(self.partial)
        return Fitted(self.folder, fitted.evaluation, fitted.steps, fitted.loss)


def _at(files: ModelFiles, folder: Path) -> ModelFiles:
    from dataclasses import replace

    return replace(files, folder=folder)


def _base(model: Any) -> Any:
    """The model of transformers in an adapter's wrapping, which runs with the adapter in it."""
    return model.get_base_model() if hasattr(model, "get_base_model") else model


def _fingerprint(files: ModelFiles) -> str:
    """What tells one model's weights from another's: the commit, or the sizes and times."""
    if files.revision is not None:
        return files.revision
    stats = [(p.name, p.stat().st_size) for p in sorted(files.folder.glob("*.safetensors"))]
    return json.dumps(stats)


@contextlib.contextmanager
def _world_restored() -> Iterator[None]:
    """Leave the random states and the environment as they were: the trainer sets both."""
    import torch

    environment: Mapping[str, str] = dict(os.environ)
    states = random.getstate(), np.random.get_state()
    try:
        with torch.random.fork_rng():
            yield
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])
        for name in set(os.environ) - set(environment):
            del os.environ[name]
        os.environ.update(environment)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Nothing but our own lines: the trainer warns of what it chose itself, and draws bars.

    That articles are longer than the window is told once, by the card.
    """
    from transformers.utils import logging

    level, shown = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.set_verbosity(level)
        if shown:
            logging.enable_progress_bar()
