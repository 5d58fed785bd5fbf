"""transformers v4's ``pipeline("summarization")``, which v5 removed.

>>> from summarize.compat.transformers import pipeline
>>> summarizer = pipeline("summarization", model=FOLDER)  # doctest: +SKIP
>>> summarizer("A long article …", max_length=60)  # doctest: +SKIP
[{'summary_text': '…'}]
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from .. import registry
from ..arguments import whole_number
from ..errors import DocumentTooLongError

__all__ = ["SummarizationPipeline", "pipeline"]

# What v4 took when it was given no model.
_DEFAULT_MODEL = "sshleifer/distilbart-cnn-12-6"
_DEFAULT_REVISION = "a4f8f3e"

Record = dict[str, Any]


def pipeline(
    task: str,
    model: Any = None,
    *,
    tokenizer: Any = None,
    device: Any = None,
    dtype: Any = None,
    torch_dtype: Any = None,
    engine: str = "torch",
    batch_size: int = 1,
    **options: Any,
) -> SummarizationPipeline:
    """Make a summarisation pipeline, called as transformers v4's.

    Args:
        task: ``"summarization"``.
        model: a name on the hub, a folder, or a loaded model with its ``tokenizer``; v4's default
            if ``None``.
        tokenizer: a loaded tokenizer, or the same name or folder as ``model``.
        device: ``None`` for a GPU if there is one, or where a loaded model is; -1 for the
            processor, 0 and up for a GPU, or what ``torch.device`` takes.
        dtype: the type of the weights, as a name or a ``torch.dtype``; ``None`` is float32, or that
            of a loaded model; ``"auto"`` is what is fastest here, which in v4 it was not.
        torch_dtype: the older name of ``dtype``.
        engine: ``"torch"``, ``"ctranslate2"`` or ``"auto"``.
        batch_size: how many texts are written at once, unless a call says otherwise.
        **options: other options of :class:`~summarize.backends.seq2seq.Seq2Seq`, and settings of
            ``generate`` that hold for every call.

    Raises:
        ValueError: for another task.
        TypeError: for a model or a tokenizer of another kind.
    """
    if task != "summarization":
        raise ValueError(f"task={task!r}: only 'summarization' is stood in for")
    if model is None:
        model = _DEFAULT_MODEL
        options.setdefault("revision", _DEFAULT_REVISION)
    dtype = torch_dtype if dtype is None else dtype
    if dtype is None:
        dtype = "float32" if isinstance(model, str | os.PathLike) else "auto"
    backend = registry.load("seq2seq")(
        model=model,
        tokenizer=None if tokenizer == model else tokenizer,
        device=_device(device),
        dtype=str(dtype).removeprefix("torch."),
        engine=engine,
        **options,
    )
    return SummarizationPipeline(backend, batch_size)


class SummarizationPipeline:
    """What :func:`pipeline` returns; called as v4's was.

    Unlike :func:`summarize.summarize` it gives back what the model wrote, cut-off last sentences
    included.
    """

    def __init__(self, backend: Any, batch_size: int) -> None:
        self._backend = backend
        self._batch_size = batch_size

    def __call__(
        self,
        documents: str | Iterable[str],
        *,
        truncation: bool | str = False,
        batch_size: int | None = None,
        return_tensors: bool = False,
        return_text: bool = True,
        clean_up_tokenization_spaces: bool | None = None,
        **generation: Any,
    ) -> list[Record] | Iterator[list[Record]]:
        """Summarise a text, a list of texts, or each text of another iterable.

        Args:
            documents: a text, which gives a list of one record; a list, which gives one record
                each; or another iterable, which gives a generator of lists of one record.
            truncation: cut a text that exceeds the model's window.
            batch_size: how many texts are written at once; the pipeline's own if ``None``.
            return_tensors: give ``summary_token_ids``, a tensor, in place of ``summary_text``.
            return_text: v4's opposite of ``return_tensors``.
            clean_up_tokenization_spaces: whether ``decode`` takes the space before a mark away;
                ``None`` is ``False``, as in v4.
            **generation: settings of ``generate``, such as ``min_length`` and ``max_length``. A
                ``min_length`` of the model's own above ``max_length`` is lowered to it.

        Raises:
            DocumentTooLongError: if a text exceeds the window and ``truncation`` is off. v4 raised
                an ``IndexError`` here, or crashed the GPU.
            TypeError: for a setting that is none, or a text that is none.
        """
        size = self._batch_size if batch_size is None else batch_size
        size = whole_number("batch_size", size)
        # Mistakes are told now, not when a generator is first asked.
        settings = self._backend.resolved(**generation)
        cut = truncation not in (False, None, "do_not_truncate")
        decoding = (
            {}
            if clean_up_tokenization_spaces is None
            else {"clean_up_tokenization_spaces": clean_up_tokenization_spaces}
        )
        tensors = return_tensors or not return_text

        def records(texts: Iterable[str]) -> Iterator[Record]:
            remaining = iter(texts)
            while batch := list(islice(remaining, size)):
                yield from self._records(batch, settings, cut, tensors, decoding)

        if isinstance(documents, str):
            return list(records([documents]))
        if isinstance(documents, list):
            return list(records(documents))
        return ([record] for record in records(documents))

    def _records(
        self,
        texts: Sequence[str],
        settings: Any,
        cut: bool,
        tensors: bool,
        decoding: dict[str, Any],
    ) -> Iterator[Record]:
        from ..backends.seq2seq.settings import Limits

        for text in texts:
            if not isinstance(text, str):
                raise TypeError(f"a text must be a str, not {type(text).__name__}")
        encoded = self._backend.encode(texts, truncate=cut)
        window = self._backend.window
        for ids in encoded:
            if len(ids) > window:
                advice = "truncation=True cuts it, and summarize.summarize reads it without loss"
                raise DocumentTooLongError("seq2seq", len(ids), window, "tokens", advice)
        longest = settings.values["max_length"]
        limits = Limits(min(settings.values["min_length"], longest), longest)
        for tokens in self._backend.write(encoded, settings, limits):
            if tensors:
                import torch

                yield {"summary_token_ids": torch.tensor(tokens)}
            else:
                yield {"summary_text": self._backend.decode(tokens, **decoding)}


def _device(device: Any) -> str:
    if device is None:
        return "auto"
    if isinstance(device, int):
        return "cpu" if device < 0 else f"cuda:{device}"
    return str(device)
