"""The figures of a sensitivity analysis: screening, shares of the variance, pairs, chance."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import seaborn as sns
from matplotlib.colors import LinearSegmentedColormap, ListedColormap
from matplotlib.ticker import MaxNLocator, PercentFormatter

from sim.answers.analysis import Drawing
from sim.answers.figures import compact
from sim.answers.palette import AS_IS, BLUE, INK, MUTED, ORANGE, PAPER, RULE, SKY, VERMILLION, WASH
from sim.measures.words import short_unit
from sim.scenario.measures import MEASURES
from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

    from sim.questions.sensitivity.run import Sensitivity

MOST_BARS = 20
_HALF = 5.1  # inches, of a figure beside another
_LABELLED = 8


def ranking(found: Sensitivity) -> Drawing:
    """Bars of first and total indices with their intervals."""
    table = found.sobol[:MOST_BARS]
    caption = (
        "Share of the variance due to each, alone (dark) and counting what it does together with others (light). Lines "
        "are 95% intervals; where both bars are alike it acts alone."
    )
    return Drawing("indices", caption, partial(_draw_ranking, table=table), (10.4, 1.2 + 0.42 * len(table)))


def pairs(found: Sensitivity) -> Drawing:
    """Heat map of second-order indices."""
    names = list(found.sobol["parameter"][:MOST_BARS])
    caption = (
        "Share of the variance due to two parameters acting together, beyond what each does alone. Grey ones "
        "cannot be told from 0 when all pairs are looked at."
    )
    draw = partial(_draw_pairs, table=found.second, names=names)
    return Drawing("pairs", caption, draw, (10.4, 1.8 + 0.4 * len(names)))


def screening(found: Sensitivity) -> Iterator[Drawing]:
    """Scatter of mu* and sigma, and bars of mu*, beside each other."""
    table, unit = found.morris, _unit(found)
    height = 4.4
    yield Drawing(
        "screening",
        "Each dot is a parameter: how far it moves the measure on average over its range (mu*), and how much that "
        "depends on the other parameters (sigma, without chance). Above the line the dependence is the greater part.",
        partial(_draw_scatter, table=table, unit=unit), (_HALF, height), wide=False,
    )  # fmt: skip
    yield Drawing(
        "screening_ranking",
        "Mean size of the effect of a move over the whole range, with its 95% interval; the tick on each bar is what "
        "chance alone would show.",
        partial(_draw_bars, table=table[:MOST_BARS], unit=unit), (_HALF, height), wide=False,
    )  # fmt: skip


def chance(found: Sensitivity) -> Drawing:
    """Stacked bars of parameters and chance, for one run and for the mean over seeds."""
    indices = found.variance or found.screening
    shares = (indices.noise.single, indices.noise.share) if indices else (0.0, 0.0)
    caption = (
        "Variance between points that is due to the parameters and to chance. The luck that all points of a seed share "
        "drops out of every difference and is not in it."
    )
    labels = ("one run", f"mean of {len(found.seeds)} seeds")
    return Drawing("chance", caption, partial(_draw_chance, labels=labels, shares=shares), (10.4, 1.7))


def _unit(found: Sensitivity) -> str:
    return short_unit(MEASURES[found.measure].unit, found.scenario.currency, signed=True)


def _draw_ranking(figure: Figure, table: pd.DataFrame) -> None:
    ax = figure.subplots()
    rows = np.arange(len(table))
    for shift, name, label, colour in (
        (-0.19, "s1", "alone (first order)", BLUE),
        (0.19, "st", "with others (total)", SKY),
    ):
        ends = np.abs([table[name] - table[f"{name}_low"], table[f"{name}_high"] - table[name]])
        ax.barh(rows + shift, table[name], 0.36, color=colour, label=label)
        ax.errorbar(table[name], rows + shift, xerr=ends, fmt="none", ecolor=INK, elinewidth=0.9, capsize=2)
    _names_down(ax, table["parameter"])
    ax.axvline(0, color=MUTED, linewidth=0.8)
    ax.xaxis.set_major_formatter(PercentFormatter(1.0, 0))
    ax.set_xlabel("share of the variance")
    figure.legend(loc="outside upper left", ncols=2)


def _names_down(ax: Axes, names: Iterable[str]) -> None:
    words = list(names)
    ax.set_yticks(np.arange(len(words)), words)
    ax.tick_params(axis="y", labelcolor=INK)
    ax.set_ylim(len(words) - 0.4, -0.6)
    ax.grid(visible=False, axis="y")
    ax.grid(visible=True, axis="x")


def _draw_pairs(figure: Figure, table: pd.DataFrame, names: list[str]) -> None:
    ax = figure.subplots()
    place = {name: number for number, name in enumerate(names)}
    grid = np.full((len(names), len(names)), np.nan)
    clear = np.zeros(grid.shape, dtype=bool)
    for row in table.to_dict("records"):
        if row["first"] in place and row["second"] in place:
            low, high = sorted((place[row["first"]], place[row["second"]]))
            grid[high, low], clear[high, low] = row["s2"], row["clear"]
    grid, clear = grid[1:, :-1], clear[1:, :-1]
    largest = max(float(np.max(np.abs(grid[clear]), initial=0.0)), 0.01)
    labels = {"xticklabels": names[:-1], "yticklabels": names[1:], "linewidths": 1.0, "linecolor": PAPER, "ax": ax}
    numbers = {"annot": True, "fmt": ".0%"}
    sns.heatmap(
        grid, mask=clear | np.isnan(grid), cmap=ListedColormap([WASH]), cbar=False, annot_kws={"color": MUTED},
        **numbers, **labels,
    )  # fmt: skip
    sns.heatmap(
        grid, mask=~clear, cmap=_two_sided(), vmin=-largest, vmax=largest, cbar=bool(clear.any()),
        cbar_kws={"format": PercentFormatter(1.0, 0), "label": "share of the variance"}, **numbers, **labels,
    )  # fmt: skip
    ax.grid(visible=False)
    ax.tick_params(axis="both", labelcolor=INK)
    ax.set_xticklabels(ax.get_xticklabels(), rotation=30, ha="right", rotation_mode="anchor")
    ax.set_yticklabels(ax.get_yticklabels(), rotation=0)


def _two_sided() -> LinearSegmentedColormap:
    return LinearSegmentedColormap.from_list("two_sided", [VERMILLION, PAPER, BLUE])


def _draw_scatter(figure: Figure, table: pd.DataFrame, unit: str) -> None:
    ax = figure.subplots()
    sns.scatterplot(
        data=table.assign(what=np.where(table["kept"], "kept", "screened out")), x="mu_star", y="sigma", hue="what",
        palette={"kept": BLUE, "screened out": AS_IS}, hue_order=["kept", "screened out"], s=26, linewidth=0, ax=ax,
    )  # fmt: skip
    reach = float(table["mu_star"].max()) * 1.15 or 1.0
    top = max(float(table["sigma"].max()) * 1.15, 0.3 * reach)
    ax.plot([0, min(reach, top)], [0, min(reach, top)], color=MUTED, linewidth=0.8, linestyle=(0, (4, 2)))
    ax.set_xlim(0, reach * 1.25)
    ax.set_ylim(0, top)
    _label_dots(ax, table[table["kept"]][:_LABELLED], top)
    _plain_axis(ax.xaxis)
    _plain_axis(ax.yaxis)
    ax.grid(visible=True, axis="both")
    ax.set_xlabel(f"mu*: mean size of the effect, {unit}")
    ax.set_ylabel(f"sigma: spread of the effect, {unit}")
    ax.legend(loc="best", title=None)


def _label_dots(ax: Axes, table: pd.DataFrame, top: float) -> None:
    """Write the leaders' names beside their dots, each far enough above the one below."""
    below = -np.inf
    for row in table.sort_values("sigma").to_dict("records"):
        height = max(row["sigma"], below + 0.055 * top)
        below = height
        label = parameter(row["parameter"]).label
        ax.text(row["mu_star"] + 0.02 * ax.get_xlim()[1], height, label, fontsize=7.5, va="center")


def _draw_bars(figure: Figure, table: pd.DataFrame, unit: str) -> None:
    ax = figure.subplots()
    rows = np.arange(len(table))
    ends = np.abs([table["mu_star"] - table["mu_star_low"], table["mu_star_high"] - table["mu_star"]])
    ax.barh(rows, table["mu_star"], 0.7, color=[BLUE if kept else RULE for kept in table["kept"]])
    ax.errorbar(table["mu_star"], rows, xerr=ends, fmt="none", ecolor=INK, elinewidth=0.8, capsize=1.5)
    ax.plot(table["noise_floor"], rows, linestyle="none", marker="|", color=VERMILLION, markersize=9, label="chance")
    _names_down(ax, table["parameter"])
    ax.tick_params(axis="y", labelsize=7.5)
    ax.set_xlim(left=0)
    _plain_axis(ax.xaxis)
    ax.set_xlabel(f"mu*, {unit}")
    ax.legend(loc="lower right")


def _draw_chance(figure: Figure, labels: tuple[str, ...], shares: tuple[float, ...]) -> None:
    ax = figure.subplots()
    rows, noise = np.arange(len(labels)), np.clip(shares, 0.0, 1.0)
    ax.barh(rows, 1.0 - noise, 0.6, color=BLUE, label="parameters")
    ax.barh(rows, noise, 0.6, left=1.0 - noise, color=ORANGE, label="chance")
    for row, share in enumerate(noise):
        ax.text(1.01, row, f"{share:.1%} chance", va="center", fontsize=8)
    _names_down(ax, labels)
    ax.set_xlim(0, 1.12)
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1.0])
    ax.xaxis.set_major_formatter(PercentFormatter(1.0, 0))
    figure.legend(loc="outside upper left", ncols=2)


def _plain_axis(axis: Axis) -> None:
    axis.set_major_locator(MaxNLocator(5))
    axis.set_major_formatter(lambda value, _: compact(value))
