"""Charts as SVG elements, coloured by the classes ``first`` and ``other`` of the page's style.

:meta private:
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Bars", "Interval", "bar_chart", "distribution_chart", "interval_chart", "scatter_chart"]

_WIDTH = 460
_LEFT = 110  # the room for labels
_RIGHT = 44  # and for values
_ROW = 24
_TALL_ROW = 44
_BINS = 25
_LABEL_LENGTH = 15
_BAR, _GAP = 17, 8
_MANY_DOTS = 500


@dataclass(frozen=True, slots=True)
class Interval:
    """A labelled mean with its interval, in per cent."""

    label: str
    low: float
    mean: float
    high: float


def interval_chart(intervals: Sequence[Interval], *, name: str, style: str = "") -> str:
    """Draw a dot and a line for each; a dashed line goes through the first dot.

    Args:
        intervals: what to draw, from top to bottom.
        name: the metric's.
        style: rules for the chart's classes, for a chart that is not in a page with its own.

    >>> chart = interval_chart([Interval("lead", 35.0, 37.5, 40.0)], name="ROUGE-1")
    >>> chart.startswith("<svg"), chart.count("<circle")
    (True, 1)
    """
    low = min(interval.low for interval in intervals)
    high = max(interval.high for interval in intervals)
    margin = 0.06 * (high - low) or 1.0
    scale = _Scale(max(0.0, low - margin), high + margin)
    bottom = _ROW * len(intervals) + 6
    parts = [f"<style>{style}</style>"] if style else []
    parts += _axis(scale, bottom)
    guide = scale(intervals[0].mean)
    parts.append(f'<line class="guide" x1="{guide}" x2="{guide}" y1="0" y2="{bottom}"/>')
    for row, each in enumerate(intervals):
        y = _ROW * row + _ROW / 2 + 3
        kind = "other" if row else "first"
        parts.append(_label(each.label, y, kind))
        parts.append(
            f'<g class="{kind}"><line x1="{scale(each.low)}" x2="{scale(each.high)}" y1="{y}" '
            f'y2="{y}" stroke-width="2"/><circle cx="{scale(each.mean)}" cy="{y}" r="4"/></g>'
        )
        parts.append(f'<text x="{_WIDTH}" y="{y + 4}" text-anchor="end">{each.mean:.2f}</text>')
    return _svg(parts, bottom + 20, f"{name}: means with 95% intervals")


def distribution_chart(scores: Sequence[tuple[str, NDArray[np.float64]]], *, name: str) -> str:
    """Draw a histogram for each label's scores, in per cent, all on one axis.

    >>> chart = distribution_chart([("lead", np.array([0.0, 20.0, 40.0]))], name="ROUGE-1")
    >>> chart.count("<rect")
    3
    """
    top = max(float(values.max()) for _, values in scores)
    scale = _Scale(0.0, max(5.0, 5 * math.ceil(top / 5)))
    edges = np.linspace(0.0, scale.high, _BINS + 1)
    counts = [np.histogram(values, edges)[0] for _, values in scores]
    tallest = max(int(row.max()) for row in counts)
    bottom = _TALL_ROW * len(scores) + 4
    parts = list(_axis(scale, bottom))
    for row, ((label, values), bars) in enumerate(zip(scores, counts, strict=True)):
        base = _TALL_ROW * (row + 1)
        style = "other" if row else "first"
        parts.append(_label(label, base - _TALL_ROW / 2 + 4, style))
        parts.append(f'<g class="{style}">')
        for left, right, count in zip(edges[:-1], edges[1:], bars.tolist(), strict=True):
            if count:
                height = round((_TALL_ROW - 8) * count / tallest, 1)
                width = round(scale(float(right)) - scale(float(left)) - 1, 1)
                parts.append(
                    f'<rect x="{scale(float(left))}" y="{base - height}" width="{width}" '
                    f'height="{height}"/>'
                )
        parts.append("</g>")
        mean = float(values.mean())
        middle = scale(mean)
        parts.append(
            f'<line class="{style}" x1="{middle}" x2="{middle}" y1="{base - _TALL_ROW + 6}" '
            f'y2="{base}" stroke-width="1.5"/>'
        )
        parts.append(
            f'<text x="{_WIDTH}" y="{base - _TALL_ROW / 2 + 8}" text-anchor="end">{mean:.1f}</text>'
        )
    return _svg(parts, bottom + 20, f"{name}: how the documents' scores are spread")


class Bars(NamedTuple):
    """A labelled group of values, each with its own name."""

    label: str
    values: tuple[tuple[str, float], ...]


def bar_chart(groups: Sequence[Bars], *, name: str, style: str = "") -> str:
    """Draw a bar for each value, one group below the other.

    >>> chart = bar_chart([Bars("lead", (("1-grams", 0.0), ("2-grams", 4.0)))], name="Novel")
    >>> chart.count("<rect")
    2
    """
    top = max((value for group in groups for _, value in group.values), default=1.0)
    scale = _Scale(0.0, top or 1.0)
    rows = sum(len(group.values) + 1 for group in groups)
    bottom = _BAR * rows + _GAP * len(groups)
    parts = [f"<style>{style}</style>"] if style else []
    parts += _axis(scale, bottom)
    y = float(_GAP) / 2
    for number, group in enumerate(groups):
        kind = "other" if number else "first"
        parts.append(f'<text x="{_LEFT}" y="{y + _BAR - 4}">{escape(group.label)}</text>')
        for said, value in group.values:
            y += _BAR
            width = max(round(scale(value) - _LEFT, 1), 0.5)
            parts.append(_label(said, y + _BAR / 2, "tick"))
            parts.append(
                f'<g class="{kind}"><rect x="{_LEFT}" y="{y + 2}" width="{width}" '
                f'height="{_BAR - 4}"/></g>'
                f'<text x="{_WIDTH}" y="{y + _BAR - 4}" text-anchor="end">{value:,.3g}</text>'
            )
        y += _BAR + _GAP
    return _svg(parts, bottom + 20, name)


def scatter_chart(x: Sequence[float], y: Sequence[float], *, names: tuple[str, str]) -> str:
    """Draw a dot for each article: one system's score by another's, in per cent, on one scale.

    Dots above the diagonal are articles on which the second system is better.

    >>> scatter_chart([10.0, 20.0], [15.0, 5.0], names=("lead", "mine")).count("<circle")
    2
    """
    top = max(5.0, 5 * math.ceil(max([*x, *y], default=5.0) / 5))
    scale = _Scale(0.0, top)
    height = _WIDTH - _LEFT - _RIGHT

    def up(value: float) -> float:
        return round(8 + height * (1 - value / top), 1)

    parts = list(_axis(scale, height + 8))
    for tick in scale.ticks():
        parts.append(
            f'<line class="axis" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{up(tick)}" '
            f'y2="{up(tick)}"/><text class="tick" x="{_LEFT - 6}" y="{up(tick) + 4}" '
            f'text-anchor="end">{tick:g}</text>'
        )
    parts.append(
        f'<line class="guide" x1="{scale(0)}" y1="{up(0)}" x2="{scale(top)}" y2="{up(top)}"/>'
    )
    size = 3 if len(x) <= _MANY_DOTS else 1.5
    dots = dict.fromkeys((scale(a), up(b)) for a, b in zip(x, y, strict=True))
    parts += [f'<circle class="other" cx="{a}" cy="{b}" r="{size}"/>' for a, b in dots]
    across, along = (escape(each) for each in names)
    parts.append(f'<text x="0" y="20">{along} ↑</text>')
    parts.append(
        f'<text x="{_WIDTH - _RIGHT}" y="{height + 40}" text-anchor="end">{across} →</text>'
    )
    return _svg(parts, height + 46, f"{names[1]} by {names[0]}, a dot an article")


@dataclass(frozen=True, slots=True)
class _Scale:
    """From a value to its place on the horizontal axis."""

    low: float
    high: float

    def __call__(self, value: float) -> float:
        span = _WIDTH - _LEFT - _RIGHT
        return round(_LEFT + span * (value - self.low) / (self.high - self.low), 1)

    def ticks(self) -> Iterator[float]:
        rough = (self.high - self.low) / 6
        power = 10 ** math.floor(math.log10(rough))
        step = next(nice * power for nice in (1, 2, 5, 10) if nice * power >= rough)
        for number in range(math.ceil(self.low / step), math.floor(self.high / step) + 1):
            yield number * step


def _axis(scale: _Scale, bottom: float) -> Iterator[str]:
    for tick in scale.ticks():
        x = scale(tick)
        yield f'<line class="axis" x1="{x}" x2="{x}" y1="0" y2="{bottom}"/>'
        yield f'<text class="tick" x="{x}" y="{bottom + 15}" text-anchor="middle">{tick:g}</text>'


def _label(label: str, y: float, style: str) -> str:
    short = label if len(label) <= _LABEL_LENGTH else f"{label[: _LABEL_LENGTH - 1]}…"
    return (
        f'<text class="{style}" x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{escape(short)}'
        f"<title>{escape(label)}</title></text>"
    )


def _svg(parts: Sequence[str], height: float, title: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-label="{escape(title)}"><title>{escape(title)}</title>{"".join(parts)}</svg>'
    )
