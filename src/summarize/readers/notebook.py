"""Jupyter notebooks (.ipynb): the text of their Markdown cells.

:meta private:
"""

from __future__ import annotations

import json
from typing import Any

from ..errors import ReadError
from .extracted import Extracted, damaged
from .markdown import read_markdown
from .sources import beyond

__all__ = ["MAX_VALUES", "read_notebook"]

MAX_VALUES = 5_000_000  # objects, lists, texts: each takes up to thirty times its characters


def read_notebook(
    text: str, name: str, *, encoding: str | None = None, limited: bool = True
) -> Extracted:
    r"""Return the running text of a notebook's Markdown cells; code and its output are left out.

    Args:
        text: the file's text.
        name: what errors call it.
        encoding: what to note as its encoding.
        limited: whether more objects, lists and texts than :data:`MAX_VALUES` are refused; as for
            :func:`.markdown.read_markdown` too.

    Raises:
        ReadError: if it is damaged, has no running text, or is beyond a limit.

    >>> cell = '{"cell_type": "markdown", "source": ["# Rain\\n", "It *rained*."]}'
    >>> read_notebook('{"nbformat": 4, "cells": [' + cell + "]}", "a.ipynb")
    Extracted(text='It rained.', title='Rain', language=None, metadata={})
    """
    values = text.count("{") + text.count("[") + text.count('"') // 2
    if limited and values > MAX_VALUES:
        raise beyond(name, f"a notebook of more than {MAX_VALUES:,} values")
    try:
        notebook = json.loads(text.removeprefix("\ufeff"))
        cells = _cells(notebook)
        markdown = "\n\n".join(map(_source, filter(_is_text, cells)))
    except (ValueError, RecursionError, TypeError, AttributeError) as error:
        raise damaged(name, "notebook", error) from error
    if not markdown.strip():
        raise ReadError(name, "no text in this notebook, only code")
    return read_markdown(markdown, name, encoding=encoding, limited=limited)


def _cells(notebook: Any) -> list[Any]:
    """The cells; notebooks of the third format have them in worksheets."""
    cells = list(notebook.get("cells") or ())
    for sheet in notebook.get("worksheets") or ():
        cells.extend(sheet.get("cells") or ())
    return cells


def _is_text(cell: Any) -> bool:
    return bool(cell.get("cell_type") == "markdown")


def _source(cell: Any) -> str:
    source = cell.get("source") or ""
    return source if isinstance(source, str) else "".join(map(str, source))
