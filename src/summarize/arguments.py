"""What more than one command of the command line reads the same way."""

from __future__ import annotations

import json
from typing import Any

import click

__all__ = ["Share", "parse_value"]


class Share(click.ParamType[float]):
    """A share of a document: ``20%`` or ``0.2``."""

    name = "share"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the share as a fraction."""
        text = str(value).strip()
        try:
            return float(text[:-1]) / 100 if text.endswith("%") else float(text)
        except ValueError:
            self.fail(f"{value!r} is not a share such as 20% or 0.2", param, ctx)


def parse_value(text: str) -> Any:
    """Return the value of ``-o NAME=VALUE``: JSON if it is that, else the text itself.

    >>> parse_value("3"), parse_value("null"), parse_value("nltk")
    (3, None, 'nltk')
    """
    try:
        return json.loads(text)
    except ValueError:
        return text
