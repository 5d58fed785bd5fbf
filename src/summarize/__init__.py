"""Lead summaries of texts, by interchangeable backends.

>>> import summarize
>>> summarize.summarize("It rained. The river rose.", backend="lead", sentences=1)
'It rained.'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .version import __version__ as __version__

if TYPE_CHECKING:
    from .backends.base import BackendInfo
    from .document import Document, Paragraph, Sentence
    from .errors import (
        BackendError,
        BackendLoadError,
        CorpusError,
        DocumentTooLongError,
        EmptyDocumentError,
        GenerationError,
        InvalidLengthError,
        MissingDependencyError,
        ReadError,
        SummarizeError,
        TruncationWarning,
        UnknownBackendError,
        UnknownLanguageError,
    )
    from .length import Length
    from .readers import read
    from .registry import DEFAULT_BACKEND
    from .registry import available as available_backends
    from .summarizer import Summarizer, summarize
    from .summary import Failure, Summary, SummarySentence

__all__ = [
    "DEFAULT_BACKEND",
    "BackendError",
    "BackendInfo",
    "BackendLoadError",
    "CorpusError",
    "Document",
    "DocumentTooLongError",
    "EmptyDocumentError",
    "Failure",
    "GenerationError",
    "InvalidLengthError",
    "Length",
    "MissingDependencyError",
    "Paragraph",
    "ReadError",
    "Sentence",
    "SummarizeError",
    "Summarizer",
    "Summary",
    "SummarySentence",
    "TruncationWarning",
    "UnknownBackendError",
    "UnknownLanguageError",
    "available_backends",
    "read",
    "summarize",
]

_HOMES = {
    "DEFAULT_BACKEND": "registry",
    "BackendInfo": "backends.base",
    "Document": "document",
    "Failure": "summary",
    "Length": "length",
    "Paragraph": "document",
    "Sentence": "document",
    "Summarizer": "summarizer",
    "Summary": "summary",
    "SummarySentence": "summary",
    "available_backends": "registry:available",
    "read": "readers",
    "summarize": "summarizer",
}
# Public names of other modules that are looked for here.
_ELSEWHERE = {
    "Rouge": "evaluation",
    "check_backend": "testing",
    "evaluate": "evaluation",
    "pipeline": "compat.transformers",
    "read_corpus": "evaluation",
    "summarize_dataset": "scale",
}

if not TYPE_CHECKING:  # to a checker, a name that is not imported above is a mistake

    def __getattr__(name: str) -> Any:
        if name not in __all__:
            import difflib

            near = difflib.get_close_matches(name, __all__, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            if name in _ELSEWHERE:
                hint = f"; it is summarize.{_ELSEWHERE[name]}.{name}"
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}{hint}")
        import importlib

        module, _, attribute = _HOMES.get(name, "errors").partition(":")
        value = getattr(importlib.import_module(f"{__name__}.{module}"), attribute or name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
