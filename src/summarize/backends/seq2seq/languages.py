"""The languages of a multilingual model: what its tokenizer reads and its decoder writes.

:meta private:
"""

from __future__ import annotations

import re
from typing import Any

from .loading import ModelFiles

__all__ = ["languages_of", "set_languages"]


def set_languages(
    files: ModelFiles, tokenizer: Any, source: str | None, target: str | None
) -> dict[str, int]:
    """Make a tokenizer read ``source``; return the generation settings that make it ``target``.

    Args:
        files: the model's files.
        tokenizer: its tokenizer.
        source: a code of the tokenizer's, or its language alone; the tokenizer's own if ``None``.
        target: likewise; the model's own settings if ``None``.

    Raises:
        BackendLoadError: if the model has one language only, or not this one.
    """
    if source is not None:
        tokenizer.src_lang = _code(files, tokenizer, "source_language", source)
    if target is None:
        return {}
    token = tokenizer.convert_tokens_to_ids(_code(files, tokenizer, "target_language", target))
    # The first mBART starts its decoder with the language; mBART-50 and its kin force it next.
    starts = type(tokenizer).__name__.startswith("MBartTokenizer")
    return {"decoder_start_token_id" if starts else "forced_bos_token_id": token}


def _code(files: ModelFiles, tokenizer: Any, option: str, language: str) -> str:
    """The tokenizer's code of a language: ``"de"`` and ``"de-AT"`` are its ``"de_DE"``."""
    codes: list[str] = sorted(getattr(tokenizer, "lang_code_to_id", None) or ())
    if not codes:
        raise files.error(f"{option}={language!r}: it has one language only")
    if language in codes:
        return language
    alike = [code for code in codes if code.partition("_")[0] == language.lower().partition("-")[0]]
    if len(alike) != 1:
        raise files.error(f"{option}={language!r} must be one of {', '.join(alike or codes)}")
    return alike[0]


def languages_of(task: str) -> tuple[str | None, str | None]:
    """The languages that the name of a translation task has, if any.

    >>> languages_of("translation_de_to_fr"), languages_of("summarization")
    (('de', 'fr'), (None, None))
    """
    named = re.fullmatch(r"translation_(\w+?)_to_(\w+)", task)
    return (named[1], named[2]) if named else (None, None)
