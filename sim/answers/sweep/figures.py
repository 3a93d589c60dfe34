"""The figures of a sweep: its best and worst cases, responses to each parameter, and a map of two of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import seaborn as sns
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from sim.answers.analysis import Drawing
from sim.answers.figures import WIDE, compact, grid_across, value_ticks
from sim.answers.palette import AS_IS, BLUE, INK, MUTED, PAPER, RULE, VERMILLION
from sim.measures.words import MINUS, short_unit, title_of
from sim.scenario.measures import MEASURES
from sim.studies.factors import value_text

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.questions.sweep.run import Sweep
    from sim.studies.factors import Factor

MOST_PANELS = 12
"""Parameters whose response is drawn, those that move the measure most."""

SHOWN = 8
"""Best cases shown, and worst ones."""

_COLUMNS = 3
_ANNOTATED = 64  # cells of a map whose numbers still fit
_LONGEST = 60  # letters of a case's name beside a figure


def drawings_of(sweep: Sweep) -> dict[str, Drawing]:
    """Make what can be drawn of a sweep, by name: `cases`, and `map` or `responses` where there are some."""
    drawings = {"cases": _cases_drawing(sweep)}
    if sweep.design.kind == "factorial" and len(sweep.design.factors) == 2:
        drawings["map"] = _map_drawing(sweep)
    if len(sweep.responses):
        drawings["responses"] = _responses_drawing(sweep)
    return drawings


def by_span(sweep: Sweep) -> list[str]:
    """Name the parameters, those first between whose values the main measure's mean differs most."""
    rows = sweep.responses[sweep.responses["measure"] == sweep.measure]
    spans = rows.groupby("parameter", sort=False)["difference"].agg(np.ptp).sort_values(ascending=False, kind="stable")
    return [str(name) for name in spans.index]


def _short(name: str) -> str:
    """Cut a long name for the side of a figure."""
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


def best_and_worst(sweep: Sweep, most: int = SHOWN) -> pd.DataFrame:
    """Give the rows of the effects to be shown, best first: all, or as many of both ends."""
    ranked = sweep.ranked().dropna(subset="difference")
    return ranked if len(ranked) <= 2 * most else ranked.iloc[[*range(most), *range(len(ranked) - most, len(ranked))]]


def _cases_drawing(sweep: Sweep) -> Drawing:
    rows = best_and_worst(sweep)

    def draw(figure: Figure) -> None:
        ax = figure.subplots()
        heights = np.arange(len(rows))[::-1]
        ax.hlines(heights, rows["low_all"], rows["high_all"], color=BLUE, linewidth=1.2)
        ax.hlines(heights, rows["low"], rows["high"], color=BLUE, linewidth=4.0, alpha=0.55)
        ax.scatter(rows["difference"], heights, s=34, color=BLUE, zorder=3)
        ax.axvline(0, color=AS_IS, linewidth=1)
        ax.set_yticks(heights, [_short(name) for name in rows["case"]], color=INK)
        grid_across(ax)
        ax.xaxis.set_major_locator(MaxNLocator(7))
        ax.xaxis.set_major_formatter(_ticks(sweep.measure))
        ax.set_xlabel(_difference_label(sweep))
        ax.set_ylim(-0.7, len(rows) - 0.3)
        if len(rows) < sweep.effects["case"].nunique():
            ax.axhline(len(rows) - SHOWN - 0.5, color=RULE, linewidth=0.8)

    which = "The cases" if len(rows) == sweep.effects["case"].nunique() else f"The {SHOWN} best and {SHOWN} worst cases"
    caption = (
        f"{which}: mean difference from as is (dot), its own 95% interval (thick), and the interval that holds for all "
        "cases together (thin)."
    )
    return Drawing("cases", caption, draw, (WIDE, 1.1 + 0.27 * len(rows)))


def _responses_drawing(sweep: Sweep) -> Drawing:
    names = by_span(sweep)[:MOST_PANELS]
    factors = {factor.dotted: factor for factor in sweep.design.factors}
    columns = min(_COLUMNS, len(names))
    lines = math.ceil(len(names) / columns)

    def draw(figure: Figure) -> None:
        axes = np.atleast_1d(figure.subplots(lines, columns, sharey=True, squeeze=False)).ravel()
        for ax, name in zip(axes, names, strict=False):
            _response(ax, sweep, factors[name])
        for ax in axes[len(names) :]:
            ax.set_visible(False)
        figure.supylabel(_difference_label(sweep), fontsize=9, color=MUTED)

    how = {
        "one-at-a-time": "each changed alone; the band is the 95% interval over seeds",
        "factorial": "the mean over all combinations of the others; the band is the 95% interval over seeds",
    }.get(sweep.design.kind, "the mean of each part of the range (dots: cases); the band is its 95% interval")
    label = MEASURES[sweep.measure].label.lower()
    caption = f"How {label} goes with each parameter: {how}. The dashed line is the value as is."
    return Drawing("responses", caption, draw, (WIDE if columns > 1 else 6.4, 0.5 + 2.4 * lines))


def responses_of(sweep: Sweep, name: str) -> pd.DataFrame:
    """Give how the main measure goes with one parameter."""
    rows = sweep.responses
    return rows[(rows["parameter"] == name) & (rows["measure"] == sweep.measure)]


def _response(ax: Axes, sweep: Sweep, factor: Factor) -> None:
    rows = responses_of(sweep, factor.dotted).sort_values("value")
    words = factor.item.type in (str, bool)
    if sweep.design.kind in ("latin", "sobol") and not words:
        table = sweep.study.cases.set_index("case")[factor.dotted]
        effects = sweep.effects[sweep.effects["measure"] == sweep.measure]
        ax.scatter(effects["case"].map(table), effects["difference"], s=7, color=MUTED, alpha=0.35, linewidths=0)
    ax.axhline(0, color=AS_IS, linewidth=0.8)
    if words:
        ax.errorbar(rows["value"], rows["difference"], (rows["high"] - rows["low"]) / 2, fmt="o", color=BLUE, ms=5)
        ax.xaxis.set_major_locator(FixedLocator(rows["value"].tolist()))
        labels = dict(zip(rows["value"], rows["label"], strict=True))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: labels.get(value, "")))
        ax.tick_params(axis="x", labelrotation=30 if len(rows) > 3 else 0)
    else:
        sns.lineplot(x=rows["value"], y=rows["difference"], color=BLUE, marker="o", markersize=5, ax=ax)
        ax.fill_between(rows["value"], rows["low"], rows["high"], color=BLUE, alpha=0.16, linewidth=0)
        as_is = float(sweep.study.plan.scenario[factor.dotted])
        ax.axvline(as_is, color=AS_IS, linewidth=0.9, dashes=(3, 2))
        ax.xaxis.set_major_locator(MaxNLocator(5, integer=factor.item.type is int))
        value_ticks(ax.xaxis)
    ax.set_title(title_of(factor.item.leaf), fontsize=9)
    ax.set_xlabel(factor.item.unit, fontsize=8)
    ax.set_ylabel("")
    ax.yaxis.set_major_locator(MaxNLocator(5))
    ax.yaxis.set_major_formatter(_ticks(sweep.measure))


def _map_drawing(sweep: Sweep) -> Drawing:
    first, second = sorted(sweep.design.factors, key=lambda factor: factor.dotted != by_span(sweep)[0])
    table = map_table(sweep, first.dotted, second.dotted)

    def draw(figure: Figure) -> None:
        ax = figure.subplots()
        largest = float(np.nanmax(np.abs(table.to_numpy()))) or 1.0
        colours = LinearSegmentedColormap.from_list("difference", [VERMILLION, PAPER, BLUE])
        numbers = table.iloc[::-1].map(lambda value: _mark(value, sweep.measure)) if table.size <= _ANNOTATED else None
        sns.heatmap(
            table.iloc[::-1], ax=ax, cmap=colours, vmin=-largest, vmax=largest, linewidths=1, linecolor=PAPER,
            annot=numbers, fmt="", annot_kws={"fontsize": 8},
            cbar_kws={"format": _ticks(sweep.measure), "label": _difference_label(sweep)},
            xticklabels=[value_text(value) for value in table.columns],
            yticklabels=[value_text(value) for value in table.index[::-1]],
        )  # fmt: skip
        ax.set_xlabel(_axis_label(first))
        ax.set_ylabel(_axis_label(second))
        ax.tick_params(axis="y", labelrotation=0)

    caption = (
        f"{MEASURES[sweep.measure].label} of every combination, mean difference from as is; blue is more, red is less."
    )
    return Drawing("map", caption, draw, (WIDE, 1.4 + 0.5 * max(3, len(table))))


def map_table(sweep: Sweep, across: str, up: str) -> pd.DataFrame:
    """Lay out the mean differences of the main measure. [values of `up` x values of `across`]."""
    rows = sweep.effects[sweep.effects["measure"] == sweep.measure].set_index("case")["difference"]
    cases = sweep.study.cases.set_index("case")
    inside = cases if sweep.design.holds_as_is else cases.drop(index="as_is")
    differences = rows.reindex(inside.index).fillna({"as_is": 0.0})
    return inside.assign(difference=differences).pivot_table("difference", up, across, dropna=False, observed=False)


def _axis_label(factor: Factor) -> str:
    unit = f" ({factor.item.unit})" if factor.item.unit else ""
    return f"{title_of(factor.item.leaf)}{unit}"


def _difference_label(sweep: Sweep) -> str:
    measure = MEASURES[sweep.measure]
    unit = short_unit(measure.unit, sweep.study.plan.scenario.currency, signed=True)
    return f"{measure.label}, difference from as is{f' ({unit})' if unit else ''}"


def _ticks(measure: str) -> FuncFormatter:
    return FuncFormatter(lambda value, _: _mark(value, measure))


def _mark(value: float, measure: str) -> str:
    """Write a difference on an axis or in a cell; shares in points."""
    if not math.isfinite(value):
        return ""
    shown = value * 100 if MEASURES[measure].unit == "share" else value
    text = compact(float(f"{shown:.3g}"))
    return text if text.startswith(MINUS) or not shown else f"+{text}"
