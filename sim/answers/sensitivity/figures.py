"""The figures of a sensitivity analysis: screening, shares of the variance, pairs, chance."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, ListedColormap
from matplotlib.ticker import PercentFormatter

from sim.answers.analysis import Drawing
from sim.answers.figures import HALF, WIDE, names_down, sns, value_ticks
from sim.answers.palette import AS_IS, BLUE, INK, MUTED, ORANGE, PAPER, RULE, SKY, VERMILLION, WASH
from sim.answers.wording import label_of
from sim.measures.words import short_unit
from sim.scenario.measures import MEASURES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.questions.sensitivity.run import Sensitivity

MOST_BARS = 20
_LABELLED = 8


def ranking(study: Sensitivity) -> Drawing:
    """Bars of first and total indices with their intervals."""
    table = study.sobol[:MOST_BARS]
    caption = (
        "Share of the variance due to each, alone (dark) and counting what it does together with others (light). Lines "
        "are 95% intervals; where both bars are alike it acts alone."
    )
    return Drawing("indices", caption, partial(_draw_ranking, table=table), (WIDE, 1.2 + 0.42 * len(table)))


def pairs(study: Sensitivity) -> Drawing:
    """Heat map of second-order indices."""
    names = list(study.sobol["parameter"][:MOST_BARS])
    caption = (
        "Share of the variance due to two parameters acting together, beyond what each does alone. Grey ones "
        "cannot be told from 0 when all pairs are looked at."
    )
    draw = partial(_draw_pairs, table=study.second, names=names)
    return Drawing("pairs", caption, draw, (WIDE, 1.8 + 0.4 * len(names)))


def screening(study: Sensitivity) -> Iterator[Drawing]:
    """Scatter of mu* and sigma, and bars of mu*, beside each other."""
    table, size = study.morris, (HALF[0], 4.4)
    unit = short_unit(MEASURES[study.measure].unit, study.scenario.currency, signed=True)
    yield Drawing(
        "screening",
        "Each dot is a parameter: how far it moves the measure on average over its range (mu*), and how much that "
        "depends on the other parameters (sigma, without chance). Above the line the dependence is the greater part.",
        partial(_draw_scatter, table=table, unit=unit), size, wide=False,
    )  # fmt: skip
    yield Drawing(
        "screening_ranking",
        "Mean size of the effect of a move over the whole range, with its 95% interval; the tick on each bar is what "
        "chance alone would show.",
        partial(_draw_bars, table=table[:MOST_BARS], unit=unit), size, wide=False,
    )  # fmt: skip


def chance(study: Sensitivity) -> Drawing:
    """Stacked bars of parameters and chance, for one run and for the mean over seeds."""
    indices = study.variance or study.screening
    shares = (indices.noise.single, indices.noise.share) if indices else (0.0, 0.0)
    caption = (
        "Variance between points that is due to the parameters and to chance. The luck that all points of a seed share "
        "drops out of every difference and is not in it."
    )
    labels = ("one run", f"mean of {len(study.seeds)} seeds")
    return Drawing("chance", caption, partial(_draw_chance, labels=labels, shares=shares), (WIDE, 1.7))


def _draw_ranking(figure: Figure, table: pd.DataFrame) -> None:
    ax = figure.subplots()
    rows = np.arange(len(table))
    for shift, name, label, colour in (
        (-0.19, "s1", "alone (first order)", BLUE),
        (0.19, "st", "with others (total)", SKY),
    ):
        ax.barh(rows + shift, table[name], 0.36, color=colour, label=label)
        _intervals(ax, table, name, rows + shift, elinewidth=0.9, capsize=2)
    _inked_names(ax, map(label_of, table["parameter"]))
    ax.axvline(0, color=MUTED, linewidth=0.8)
    ax.xaxis.set_major_formatter(PercentFormatter(1.0, 0))
    ax.set_xlabel("share of the variance")
    figure.legend(loc="outside upper left", ncols=2)


def _intervals(ax: Axes, table: pd.DataFrame, name: str, heights: np.ndarray[Any, Any], **style: Any) -> None:
    ends = np.abs([table[name] - table[f"{name}_low"], table[f"{name}_high"] - table[name]])
    ax.errorbar(table[name], heights, xerr=ends, fmt="none", ecolor=INK, **style)


def _inked_names(ax: Axes, names: Iterable[str]) -> None:
    names_down(ax, names)
    ax.tick_params(axis="y", labelcolor=INK)


def _draw_pairs(figure: Figure, table: pd.DataFrame, names: list[str]) -> None:
    ax = figure.subplots()
    index = {name: number for number, name in enumerate(names)}
    grid = np.full((len(names), len(names)), np.nan)
    clear = np.zeros(grid.shape, dtype=bool)
    for row in table.to_dict("records"):
        if row["first"] in index and row["second"] in index:
            low, high = sorted((index[row["first"]], index[row["second"]]))
            grid[high, low], clear[high, low] = row["s2"], row["clear"]
    grid, clear = grid[1:, :-1], clear[1:, :-1]
    largest = max(float(np.max(np.abs(grid[clear]), initial=0.0)), 0.01)
    shown = [label_of(name) for name in names]
    labels = {"xticklabels": shown[:-1], "yticklabels": shown[1:], "linewidths": 1.0, "linecolor": PAPER, "ax": ax}
    numbers = {"annot": True, "fmt": ".0%"}
    sns.heatmap(
        grid, mask=clear | np.isnan(grid), cmap=ListedColormap([WASH]), cbar=False, annot_kws={"color": MUTED},
        **numbers, **labels,
    )  # fmt: skip
    colours = LinearSegmentedColormap.from_list("two_sided", [VERMILLION, PAPER, BLUE])
    sns.heatmap(
        grid, mask=~clear, cmap=colours, vmin=-largest, vmax=largest, cbar=bool(clear.any()),
        cbar_kws={"format": PercentFormatter(1.0, 0), "label": "share of the variance"}, **numbers, **labels,
    )  # fmt: skip
    ax.grid(visible=False)
    ax.tick_params(axis="both", labelcolor=INK)
    ax.set_xticklabels(ax.get_xticklabels(), rotation=30, ha="right", rotation_mode="anchor")
    ax.set_yticklabels(ax.get_yticklabels(), rotation=0)


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
    value_ticks(ax.xaxis, most=5)
    value_ticks(ax.yaxis, most=5)
    ax.grid(visible=True, axis="both")
    ax.set_xlabel(f"mu*: mean size of the effect, {unit}")
    ax.set_ylabel(f"sigma: spread of the effect, {unit}")
    ax.legend(loc="best", title=None)


def _label_dots(ax: Axes, table: pd.DataFrame, top: float) -> None:
    """Write the leaders' names beside their dots, each far enough above the one below."""
    below = -np.inf
    for row in table.sort_values("sigma").to_dict("records"):
        below = max(row["sigma"], below + 0.055 * top)
        label = label_of(row["parameter"])
        ax.text(row["mu_star"] + 0.02 * ax.get_xlim()[1], below, label, fontsize=7.5, va="center")


def _draw_bars(figure: Figure, table: pd.DataFrame, unit: str) -> None:
    ax = figure.subplots()
    rows = np.arange(len(table))
    ax.barh(rows, table["mu_star"], 0.7, color=[BLUE if kept else RULE for kept in table["kept"]])
    _intervals(ax, table, "mu_star", rows, elinewidth=0.8, capsize=1.5)
    ax.plot(table["noise_floor"], rows, linestyle="none", marker="|", color=VERMILLION, markersize=9, label="chance")
    _inked_names(ax, map(label_of, table["parameter"]))
    ax.tick_params(axis="y", labelsize=7.5)
    ax.set_xlim(left=0)
    value_ticks(ax.xaxis, most=5)
    ax.set_xlabel(f"mu*, {unit}")
    ax.legend(loc="lower right")


def _draw_chance(figure: Figure, labels: tuple[str, ...], shares: tuple[float, ...]) -> None:
    ax = figure.subplots()
    rows, noise = np.arange(len(labels)), np.clip(shares, 0.0, 1.0)
    ax.barh(rows, 1.0 - noise, 0.6, color=BLUE, label="parameters")
    ax.barh(rows, noise, 0.6, left=1.0 - noise, color=ORANGE, label="chance")
    for row, share in enumerate(noise):
        ax.text(1.01, row, f"{share:.1%} chance", va="center", fontsize=8)
    _inked_names(ax, labels)
    ax.set_xlim(0, 1.12)
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1.0])
    ax.xaxis.set_major_formatter(PercentFormatter(1.0, 0))
    figure.legend(loc="outside upper left", ncols=2)
