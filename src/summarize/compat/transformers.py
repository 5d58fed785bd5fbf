"""transformers v4's pipelines that write text, which v5 removed.

``"summarization"``, and with it ``"text2text-generation"`` and ``"translation"``. The calls, their
results and the settings that hold are as v4 documented them. What v4 did badly is not stood in
for: a text beyond the model's window is an error that says what helps, not a crash.

>>> from summarize.compat.transformers import pipeline
>>> summarizer = pipeline("summarization", model=FOLDER)  # doctest: +SKIP
>>> summarizer("A long article …", max_length=60)  # doctest: +SKIP
[{'summary_text': '…'}]
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from functools import partial
from itertools import islice
from typing import Any, overload

from .. import registry
from ..arguments import imported, whole_number
from ..errors import DocumentTooLongError

__all__ = [
    "SummarizationPipeline",
    "Text2TextGenerationPipeline",
    "TranslationPipeline",
    "pipeline",
]

# What v4 took when it was given no model.
_DEFAULT_MODEL = "sshleifer/distilbart-cnn-12-6"
_DEFAULT_REVISION = "a4f8f3e"
_TRANSLATION = re.compile(r"translation(_\w{1,40}_to_\w{1,40})?")

Record = dict[str, Any]


def pipeline(
    task: str,
    model: Any = None,
    config: Any = None,
    tokenizer: Any = None,
    *,
    framework: str | None = None,
    revision: str | None = None,
    use_fast: bool = True,
    token: str | bool | None = None,
    device: Any = None,
    device_map: Any = None,
    dtype: Any = None,
    torch_dtype: Any = None,
    trust_remote_code: bool | None = None,
    model_kwargs: Mapping[str, Any] | None = None,
    **options: Any,
) -> Text2TextGenerationPipeline:
    """Make a pipeline, called as transformers v4's.

    Args:
        task: ``"summarization"``, ``"text2text-generation"``, ``"translation"`` or such as
            ``"translation_en_to_de"``.
        model: a name on the hub, a folder, or a loaded model with its ``tokenizer``; for a summary
            v4's default if ``None``.
        config: the same name or folder as ``model``, or ``None``.
        tokenizer: a loaded tokenizer, or the same name or folder as ``model``.
        framework: ``"pt"``; v5 has no other.
        revision: a branch, tag or commit on the hub.
        use_fast: without effect: v5 has one kind of tokenizers.
        token: the hub's access token.
        device: ``None`` for an accelerator if there is one, or where a loaded model is; -1 for the
            processor, 0 and up for a GPU, or what ``torch.device`` takes.
        device_map: ``"auto"`` or one device for all of the model, in place of ``device``.
        dtype: the type of the weights, as a name or a ``torch.dtype``; ``None`` is float32, or that
            of a loaded model; ``"auto"`` is what is fastest here, which in v4 it was not.
        torch_dtype: the older name of ``dtype``.
        trust_remote_code: run the model's own code.
        model_kwargs: more of these options, by the names of ``from_pretrained``.
        **options: those of :class:`Text2TextGenerationPipeline`.

    Raises:
        ValueError: for another task or framework.
        TypeError: for a model or a tokenizer of another kind, or an option that is none.
    """
    translation = _TRANSLATION.fullmatch(task)
    if task not in _CLASSES and not translation:
        names = [*_CLASSES, "translation_XX_to_YY"]
        near = difflib.get_close_matches(task, names, n=1, cutoff=0.7)
        hint = f"did you mean {near[0]!r}?" if near else "transformers.pipeline may have it"
        raise ValueError(
            f"task={task!r} is not one of those stood in for, {', '.join(map(repr, names))}; {hint}"
        )
    if framework not in (None, "pt"):
        raise ValueError(f"framework={framework!r}: v5 knows 'pt' alone")
    if model is None:
        if task != "summarization":
            raise ValueError(f"task={task!r} needs model=")
        model = _DEFAULT_MODEL
        revision = revision or _DEFAULT_REVISION
    if config is not None and config != model:
        raise TypeError("config must be the model's own: change its config.json instead")
    given = {
        "revision": revision,
        "token": token,
        "device": device,
        "device_map": device_map,
        "dtype": torch_dtype if dtype is None else dtype,
        "trust_remote_code": trust_remote_code,
    }
    given = {name: value for name, value in given.items() if value is not None}
    kind = TranslationPipeline if translation else _CLASSES[task]
    return kind(model, tokenizer, task=task, **{**(model_kwargs or {}), **given, **options})


class Text2TextGenerationPipeline:
    """What :func:`pipeline` returns; called as v4's was.

    Unlike :func:`summarize.summarize` it gives back what the model wrote, cut-off last sentences
    included. It may be pickled: the model is then loaded again, or goes with it if it was given
    loaded.

    Args:
        model: a name on the hub, a folder, or a loaded model with its ``tokenizer``.
        tokenizer: a loaded tokenizer, or the same name or folder as ``model``.
        task: whose settings in the model's ``task_specific_params`` hold.
        device: as for :func:`pipeline`.
        device_map: as for :func:`pipeline`.
        dtype: as for :func:`pipeline`.
        torch_dtype: the older name of ``dtype``.
        engine: ``"torch"``, ``"ctranslate2"`` or ``"auto"``.
        batch_size: how many texts are written at once, unless a call says otherwise.
        num_workers: without effect: no other process prepares the texts.
        truncation: what holds where a call does not say otherwise.
        return_tensors: the same.
        return_text: the same.
        clean_up_tokenization_spaces: the same.
        generation_config: a ``GenerationConfig``, or settings by name; the call's own precede it.
        **options: other options of :class:`~summarize.backends.seq2seq.Seq2Seq`, and settings of
            ``generate`` that hold for every call.

    Attributes:
        task: the task.
        model: the model of transformers; none with ``engine="ctranslate2"``.
        tokenizer: its tokenizer.
        device: the ``torch.device`` that it is on.
        dtype: the ``torch.dtype`` of its weights.
        framework: ``"pt"``.
        generation_config: the settings that hold for every call.
    """

    return_name = "generated"
    framework = "pt"
    default_task = "text2text-generation"

    def __init__(
        self,
        model: Any,
        tokenizer: Any = None,
        *,
        task: str = "",
        device: Any = None,
        device_map: Any = None,
        dtype: Any = None,
        torch_dtype: Any = None,
        engine: str = "torch",
        batch_size: int = 1,
        num_workers: int | None = None,
        truncation: bool | str | None = None,
        return_tensors: bool | None = None,
        return_text: bool | None = None,
        clean_up_tokenization_spaces: bool | None = None,
        generation_config: Any = None,
        **options: Any,
    ) -> None:
        self._made_by = partial(
            type(self),
            model,
            tokenizer,
            task=task,
            device=device,
            device_map=device_map,
            dtype=dtype,
            torch_dtype=torch_dtype,
            engine=engine,
            batch_size=batch_size,
            truncation=truncation,
            return_tensors=return_tensors,
            return_text=return_text,
            clean_up_tokenization_spaces=clean_up_tokenization_spaces,
            generation_config=generation_config,
            **options,
        )
        self.task = task or self.default_task
        dtype = torch_dtype if dtype is None else dtype
        if dtype is None:
            dtype = "float32" if isinstance(model, str | os.PathLike) else "auto"
        self._returned, options = _taken(options, "num_return_sequences", 1)
        settings = {**_settings_of(generation_config), **options}
        self._defaults = {
            "truncation": truncation,
            "return_tensors": return_tensors,
            "return_text": return_text,
            "clean_up_tokenization_spaces": clean_up_tokenization_spaces,
        }
        self._batch_size = whole_number("batch_size", batch_size)
        for module in ("torch", "transformers"):  # the error names what was called
            imported(module, f"pipeline({self.task!r})", "bart")
        self._backend = registry.load("seq2seq")(
            model=model,
            tokenizer=None if isinstance(tokenizer, str) and tokenizer == model else tokenizer,
            device=_device(device, device_map),
            dtype=dtype,
            engine=engine,
            task=self.task,
            **settings,
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return self._made_by, ()

    @property
    def model(self) -> Any:
        """The model of transformers."""
        return self._backend.model

    @property
    def tokenizer(self) -> Any:
        """The tokenizer."""
        return self._backend.tokenizer

    @property
    def device(self) -> Any:
        """The ``torch.device`` that the model is on."""
        import torch

        return torch.device(self._backend.device)

    @property
    def dtype(self) -> Any:
        """The ``torch.dtype`` of the weights."""
        import torch

        return getattr(torch, self._backend.dtype)

    torch_dtype = dtype

    @property
    def generation_config(self) -> Any:
        """The settings that hold for every call, as a ``GenerationConfig``."""
        from transformers import GenerationConfig

        return GenerationConfig(**self._backend.settings.values)

    def save_pretrained(self, save_directory: str | os.PathLike[str]) -> None:
        """Save the model, its generation settings and its tokenizer into a folder."""
        self._backend.save_pretrained(save_directory)

    @overload
    def __call__(self, documents: str | list[str], **options: Any) -> list[Record]: ...
    @overload
    def __call__(self, documents: Iterable[str], **options: Any) -> Iterator[list[Record]]: ...
    def __call__(
        self,
        documents: str | Iterable[str],
        *,
        truncation: bool | str | None = None,
        batch_size: int | None = None,
        num_workers: int | None = None,
        return_tensors: bool | None = None,
        return_text: bool | None = None,
        clean_up_tokenization_spaces: bool | None = None,
        num_return_sequences: int | None = None,
        generation_config: Any = None,
        stopping_criteria: Any = None,
        logits_processor: Any = None,
        **generation: Any,
    ) -> Any:
        """Write for a text, a list of texts, or each text of another iterable.

        Args:
            documents: a text, which gives a list of one record; a list, which gives one record
                each; or another iterable, a map-style dataset among them, which gives an iterator
                of lists of one record, with a length if it has one. With
                ``num_return_sequences``, lists of so many records.
            truncation: cut a text that exceeds the model's window.
            batch_size: how many texts are written at once; the pipeline's own if ``None``.
            num_workers: without effect.
            return_tensors: give ``summary_token_ids``, a tensor, in place of ``summary_text``.
            return_text: v4's opposite of ``return_tensors``.
            clean_up_tokenization_spaces: whether ``decode`` takes the space before a mark away;
                ``None`` is ``False``, as in v4.
            num_return_sequences: how many drafts a text.
            generation_config: settings, which those by name precede.
            stopping_criteria: transformers' own list of them, for ``generate``.
            logits_processor: the same.
            **generation: settings of ``generate``, such as ``min_length`` and ``max_length``. A
                ``min_length`` of the model's own above ``max_length`` is lowered to it.

        Raises:
            DocumentTooLongError: if a text exceeds the window and ``truncation`` is off. v4 raised
                an ``IndexError`` here, or crashed the GPU.
            TypeError: for a setting that is none, or a text that is none.
            ValueError: for a setting of a wrong value, such as a ``max_length`` beyond the
                decoder's positions.
        """
        size = self._batch_size if batch_size is None else whole_number("batch_size", batch_size)
        returned = self._returned if num_return_sequences is None else num_return_sequences
        call = _Call(
            self,
            {**_settings_of(generation_config), **generation},
            cut=self._own("truncation", truncation) not in (None, False, "do_not_truncate"),
            tensors=bool(self._own("return_tensors", return_tensors))
            or self._own("return_text", return_text) is False,
            clean=self._own("clean_up_tokenization_spaces", clean_up_tokenization_spaces),
            returned=whole_number("num_return_sequences", returned),
            extra={
                name: value
                for name, value in (
                    ("stopping_criteria", stopping_criteria),
                    ("logits_processor", logits_processor),
                )
                if value
            },
        )
        if isinstance(documents, str):
            return next(call.results([documents], 1))
        if isinstance(documents, list):
            for document in documents:
                _check_text(document)
            each = list(call.results(documents, size))
            return [records[0] for records in each] if call.returned == 1 else each
        texts = _texts_of(documents)
        length = len(documents) if isinstance(documents, Sized) else None
        return _Results(call.results(texts, size), length)

    def _own(self, name: str, value: Any) -> Any:
        return self._defaults[name] if value is None else value


class SummarizationPipeline(Text2TextGenerationPipeline):
    """v4's ``pipeline("summarization")``; see :class:`Text2TextGenerationPipeline`."""

    return_name = "summary"
    default_task = "summarization"


class TranslationPipeline(Text2TextGenerationPipeline):
    """v4's ``pipeline("translation_XX_to_YY")``; see :class:`Text2TextGenerationPipeline`.

    Args:
        model: as there.
        tokenizer: as there.
        task: ``"translation"``, or with the languages, which a multilingual tokenizer then takes.
        src_lang: the language of the texts, of a model that has several.
        tgt_lang: the language to write in.
        **options: as there.
    """

    return_name = "translation"
    default_task = "translation"

    def __init__(
        self,
        model: Any,
        tokenizer: Any = None,
        *,
        task: str = "",
        src_lang: str | None = None,
        tgt_lang: str | None = None,
        **options: Any,
    ) -> None:
        options = {"source_language": src_lang, "target_language": tgt_lang, **options}
        super().__init__(model, tokenizer, task=task, **options)


_CLASSES: dict[str, type[Text2TextGenerationPipeline]] = {
    "summarization": SummarizationPipeline,
    "text2text-generation": Text2TextGenerationPipeline,
}


class _Call:
    """One call of a pipeline: its settings, checked now, not when a generator is first asked."""

    def __init__(
        self,
        pipeline: Text2TextGenerationPipeline,
        generation: Mapping[str, Any],
        *,
        cut: bool,
        tensors: bool,
        clean: bool | None,
        returned: int,
        extra: Mapping[str, Any],
    ) -> None:
        from ..backends.seq2seq.settings import Limits

        self._backend = backend = pipeline._backend
        self._name = pipeline.return_name
        self._settings = backend.resolved(**generation)
        self._cut = cut
        self._tensors = tensors
        self._decoding = {} if clean is None else {"clean_up_tokenization_spaces": clean}
        self.returned = returned
        self._extra = extra
        values = self._settings.values
        longest = values["max_length"]
        if backend.positions is not None and longest > backend.positions:
            raise ValueError(
                f"max_length={longest} exceeds the {backend.positions} positions of the decoder"
            )
        drawn = values.get("do_sample") or returned <= values["num_beams"]
        if returned > 1 and not drawn:
            raise ValueError(
                f"num_return_sequences={returned} must be at most num_beams={values['num_beams']}"
            )
        self._limits = Limits(min(values["min_length"], longest), longest)

    def results(self, texts: Iterable[str], size: int) -> Iterator[list[Record]]:
        """Yield the records of each text."""
        remaining = iter(texts)
        while batch := list(islice(remaining, size)):
            yield from self._batch(batch)

    def _batch(self, texts: Sequence[str]) -> Iterator[list[Record]]:
        for text in texts:
            _check_text(text)
        encoded = self._backend.encode(texts, truncate=self._cut)
        window = self._backend.window
        for ids in encoded:
            if len(ids) > window:
                advice = "truncation=True cuts it, and summarize.summarize reads it without loss"
                raise DocumentTooLongError("seq2seq", len(ids), window, "tokens", advice)
        drafts = self._backend.sequences(
            encoded, self._settings, self._limits, returned=self.returned, **self._extra
        )
        for each in drafts:
            yield [self._record(tokens) for tokens in each]

    def _record(self, tokens: Sequence[int]) -> Record:
        if self._tensors:
            import torch

            return {f"{self._name}_token_ids": torch.tensor(tokens)}
        return {f"{self._name}_text": self._backend.decode(tokens, **self._decoding)}


class _Results(Iterator[list[Record]]):
    """The records of each text of an iterable, with a length where that has one."""

    def __init__(self, results: Iterator[list[Record]], length: int | None) -> None:
        self._results = results
        self._length = length

    def __next__(self) -> list[Record]:
        return next(self._results)

    def __len__(self) -> int:
        if self._length is None:
            raise TypeError("the texts come from an iterable without a length")
        return self._length


def _texts_of(documents: Any) -> Iterable[str]:
    """The texts of a dataset, by its length and index where it has both; else of the iterable."""
    if hasattr(documents, "__len__") and hasattr(documents, "__getitem__"):
        if isinstance(documents, Mapping):
            raise TypeError("documents must be a text or texts, not a mapping")
        item: Callable[[int], str] = documents.__getitem__
        return map(item, range(len(documents)))
    if not isinstance(documents, Iterable):
        raise TypeError(f"documents must be a text or texts, not {type(documents).__name__}")
    return documents


def _check_text(text: object) -> None:
    if not isinstance(text, str):
        raise TypeError(f"a text must be a str, not {type(text).__name__}")


def _settings_of(generation_config: Any) -> dict[str, Any]:
    """The settings that a ``GenerationConfig``, or a mapping, has by itself."""
    if generation_config is None:
        return {}
    if isinstance(generation_config, Mapping):
        return dict(generation_config)
    found: dict[str, Any] = generation_config.to_diff_dict()
    return {name: found[name] for name in found if name != "transformers_version"}


def _taken(options: dict[str, Any], name: str, default: Any) -> tuple[Any, dict[str, Any]]:
    rest = {key: value for key, value in options.items() if key != name}
    return options.get(name, default), rest


def _device(device: Any, device_map: Any) -> Any:
    if device_map is not None:
        if device is not None:
            raise ValueError("give only one of device and device_map")
        places = {*device_map.values()} if isinstance(device_map, Mapping) else {device_map}
        if len(places) > 1:
            raise TypeError("a model on several devices is given loaded: model=, tokenizer=")
        [device] = places
    return "auto" if device is None else device
