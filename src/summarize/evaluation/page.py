"""An evaluation as one self-contained HTML page: nothing is fetched, nothing is run.

:meta private:
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from importlib.resources import files

import numpy as np

from .charts import Bars, Interval, bar_chart, distribution_chart, interval_chart, scatter_chart
from .fragments import novel_ngrams
from .results import TRAITS, Evaluation, SystemResult
from .tables import heading, metric_name, notes, score_rows, trait_rows
from .tokenizers import unicode_tokenizer

__all__ = ["to_html"]

_SIZES = (1, 2, 3, 4)
_SHOWN = 5  # documents a pair of systems
_WORD = re.compile(r"\w{4,}")
_SCORE = re.compile(r"(?P<mean>[\d.]+)(?P<star>\*?) (?P<interval>\[.*\])")


def to_html(evaluation: Evaluation) -> str:
    """Return the page: tables, intervals, distributions, and where systems differ the most."""
    corpus = evaluation.corpus
    style = files(__package__).joinpath("page.css").read_text(encoding="utf-8")
    charts = [
        _figure(metric_name(metric), chart)
        for metric, chart in zip(evaluation.metrics, _interval_charts(evaluation), strict=True)
    ]
    spreads = [
        _figure(metric_name(metric), chart)
        for metric, chart in zip(evaluation.metrics, _distributions(evaluation), strict=True)
    ]
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Evaluation on {escape(corpus.name)}</title>
<style>
{style}</style>
</head>
<body>
<h1>Evaluation on {escape(corpus.name)}</h1>
<p class="soft">{escape(heading(evaluation))}</p>
<h2>Scores</h2>
{_table(score_rows(evaluation))}
{_table(trait_rows(evaluation))}
{"".join(f'<p class="soft">{escape(note)}</p>' for note in notes(evaluation)[:-1])}
{_failures(evaluation)}
<h2>Means with 95% intervals</h2>
<div class="charts">{"".join(charts)}</div>
<h2>Scores of single documents</h2>
<div class="charts">{"".join(spreads)}</div>
<h2>Length, novelty and support</h2>
<div class="charts">{"".join(_traits(evaluation))}</div>
{_scatter(evaluation)}
{_differences(evaluation)}
<footer>
<p><code>{escape(notes(evaluation)[-1])}</code></p>
<p>{escape(", ".join(f"{name} {value}" for name, value in evaluation.environment.items()))}</p>
</footer>
</body>
</html>
"""


def _figure(caption: str, chart: str) -> str:
    return f"<figure><figcaption>{escape(caption)}</figcaption>{chart}</figure>"


def _interval_charts(evaluation: Evaluation) -> Iterator[str]:
    for metric in evaluation.metrics:
        means = {label: row[metric] for label, row in evaluation.means.items()}
        intervals = [
            Interval(label, 100 * mean.low, 100 * mean.fmeasure, 100 * mean.high)
            for label, mean in means.items()
        ]
        yield interval_chart(intervals, name=metric_name(metric))


def _distributions(evaluation: Evaluation) -> Iterator[str]:
    for column, metric in enumerate(evaluation.metrics):
        scores = [(system.label, 100 * system.fmeasures(column)) for system in evaluation.systems]
        yield distribution_chart(scores, name=metric_name(metric))


def _traits(evaluation: Evaluation) -> Iterator[str]:
    """Charts of what is measured besides ROUGE, where there is anything to measure."""
    for trait, caption in (("words", "Words"), ("support", "Support, %")):
        column = TRAITS.index(trait)
        factor = 100 if trait == "support" else 1
        known = []
        for system in evaluation.systems:
            values = factor * system.traits[:, column]
            values = values[~np.isnan(values)]
            if values.size:
                known.append((system.label, values))
        if known:
            yield _figure(caption, distribution_chart(known, name=caption))
    groups = [group for system in evaluation.systems if (group := _novelty(evaluation, system))]
    if groups:
        caption = "New n-grams, %, by n from 1 to 4"
        yield _figure(caption, bar_chart(groups, name=caption))


def _novelty(evaluation: Evaluation, system: SystemResult) -> Bars | None:
    """The mean share of n-grams that the document does not have, by n."""
    tokenize = unicode_tokenizer(stem="none")
    shares = [
        [novel_ngrams(given, written, n=n) for n in _SIZES]
        for article, summary in zip(evaluation.corpus, system.summaries, strict=True)
        if (written := tokenize(summary)) and (given := tokenize(article.text))
    ]
    if not shares:
        return None
    means = 100 * np.mean(shares, axis=0)
    return Bars(
        system.label,
        tuple((f"{n}-grams", float(mean)) for n, mean in zip(_SIZES, means, strict=True)),
    )


def _scatter(evaluation: Evaluation) -> str:
    """The first system's scores against each other one's, article by article."""
    first, *others = evaluation.systems
    name = metric_name(evaluation.metrics[0])
    charts = [
        _figure(
            f"{first.label} and {other.label}",
            scatter_chart(
                (100 * first.fmeasures(0)).tolist(),
                (100 * other.fmeasures(0)).tolist(),
                names=(first.label, other.label),
            ),
        )
        for other in others
    ]
    if not charts:
        return ""
    return (
        f"<h2>Article by article, {escape(name)}</h2>"
        '<p class="soft">Above the line the system named on the left is better.</p>'
        f'<div class="charts">{"".join(charts)}</div>'
    )


def _table(rows: list[list[str]]) -> str:
    header, *body = rows
    lines = [f"<tr>{''.join(f'<th>{escape(cell)}</th>' for cell in header)}</tr>"]
    for number, row in enumerate(body):
        cells = "".join(f"<td>{_cell(cell)}</td>" for cell in row)
        style = "other" if number else "first"
        lines.append(f'<tr class="{style}">{cells}</tr>')
    return f'<div class="wide"><table>{"".join(lines)}</table></div>'


def _cell(cell: str) -> str:
    score = _SCORE.fullmatch(cell)
    if score is None:
        return escape(cell)
    return (
        f'{score["mean"]}<span class="star">{score["star"]}</span> '
        f"<small>{escape(score['interval'])}</small>"
    )


def _failures(evaluation: Evaluation) -> str:
    items = [
        f"<li>{escape(system.label)}, {escape(failure.id)}: {escape(failure.error)}</li>"
        for system in evaluation.systems
        for failure in system.failures
    ]
    if not items:
        return ""
    return (
        f"<details><summary>{len(items)} failed</summary>"
        f"<article><ul>{''.join(items)}</ul></article></details>"
    )


def _differences(evaluation: Evaluation) -> str:
    """Show the documents where the first system and each other one differ the most."""
    first, *others = evaluation.systems
    if not others:
        return ""
    name = metric_name(evaluation.metrics[0])
    blocks = []
    for number, other in enumerate(others):
        difference = first.fmeasures(0) - other.fmeasures(0)
        ranking = np.argsort(-np.abs(difference), kind="stable")[:_SHOWN].tolist()
        articles = [
            _document(evaluation, first, other, index) for index in ranking if difference[index]
        ]
        if articles:
            heads = f"{escape(first.label)} and {escape(other.label)}"
            blocks.append(
                f"<details{'' if number else ' open'}><summary>{heads}</summary>"
                f"{''.join(articles)}</details>"
            )
    return (
        f"<h2>Where systems differ the most, by {escape(name)}</h2>"
        '<p class="soft">Words of four letters or more that the reference has too are marked.</p>'
        f"{''.join(blocks) or '<p>They nowhere differ.</p>'}"
    )


def _document(evaluation: Evaluation, first: SystemResult, other: SystemResult, index: int) -> str:
    article = evaluation.corpus.articles[index]
    words = {word.lower() for text in article.references for word in _WORD.findall(text)}
    columns = [
        f'<div class="system-{style}"><h4>{escape(system.label)} · '
        f"{100 * float(system.fmeasures(0)[index]):.1f}</h4>"
        f"<p>{_marked(system.summaries[index], words)}</p></div>"
        for system, style in ((first, "first"), (other, "other"))
    ]
    references = "".join(f"<p>{escape(text)}</p>" for text in article.references)
    return (
        f"<article><h3>{escape(article.id)}</h3>"
        f'<div class="texts">{"".join(columns)}<div><h4>Reference</h4>{references}</div></div>'
        "</article>"
    )


def _marked(text: str, words: set[str]) -> str:
    parts: list[str] = []
    end = 0
    for match in _WORD.finditer(text):
        if match[0].lower() in words:
            parts.append(escape(text[end : match.start()]))
            parts.append(f"<mark>{escape(match[0])}</mark>")
            end = match.end()
    parts.append(escape(text[end:]))
    return "".join(parts) or "(no summary)"
