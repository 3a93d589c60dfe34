"""Figures of a comparison, and of a run, which is a comparison with nothing but as is."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
from matplotlib.ticker import MaxNLocator

from agents.machinery.clock import WEEKS_PER_QUARTER
from sim.answers.analysis import Drawing
from sim.answers.compare.material import AS_IS, QUARTERLY
from sim.answers.figures import HALF, WIDE, contribution_bars, grid_across, sns, value_ticks
from sim.answers.palette import (
    BLUE,
    FAINT,
    HOURS,
    INK,
    MUTED,
    PAPER,
    REPORTED_REASON,
    RULE,
    TRUE_REASON,
    VERMILLION,
    colours_of,
    dashes_of,
)
from sim.measures.wheel import STAGES
from sim.measures.words import title_of
from sim.questions.over_worlds import NO_PROBABILITY, VERDICTS
from sim.scenario.measures import WEEKLY_MEASURES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.answers.compare.material import Material

LINES = ("rep_trust", "buyer_trust")
DRIVERS = "drivers"
"""Name of the figure that stands in a part of its own."""


def drawings(material: Material) -> Iterator[Drawing]:
    """Every figure for which there is something to draw, in the order of the report."""
    weekly, cases = material.weekly, material.all_cases
    measured = set(weekly["measure"]) if len(weekly) else set()
    for measure in map(WEEKLY_MEASURES.__getitem__, QUARTERLY if len(material.quarterly) else ()):
        by_quarter = f"{measure.label} a quarter ({material.currency})"
        title = by_quarter if measure.flow else f"{measure.label} by quarter"
        draw = partial(draw_lines, smoothed(material.quarterly, measure.name, 1), cases, title, measure.unit)
        yield Drawing(f"{measure.name}_by_quarter", f"{title}. {measure.doc}", draw, HALF, wide=False)
    for measure in map(WEEKLY_MEASURES.__getitem__, LINES):
        if measure.name in measured:
            draw = partial(draw_lines, smoothed(weekly, measure.name), cases, measure.label, measure.unit)
            yield Drawing(measure.name, f"{measure.label}. {measure.doc}", draw, HALF, wide=False)
    if any(use in measured for use in HOURS):
        caption = "A rep's week by use. Blue reaches customers, green is learning, red to yellow is internal friction."
        yield Drawing("hours", caption, partial(draw_hours, weekly, cases), (WIDE, 3.5))
    stages = [(column, WEEKLY_MEASURES[column].label) for _, column in STAGES["sales"]]
    if all(measure in measured for measure, _ in stages):
        caption = "The five stages of the sales flywheel; 100 is the mean as is over the first quarter."
        yield Drawing("stages", caption, partial(draw_stages, weekly, cases, stages), (WIDE, 2.9))
    if len(material.losses):
        rows = max(material.losses["reason"].nunique(), 4)
        caption = "Why opportunities were lost: share by true reason, and by the reason reported."
        yield Drawing("losses", caption, partial(draw_losses, material.losses, cases), (WIDE, 1.2 + 0.29 * rows))
    yield from _of_cases(material, list(material.cases))


def _of_cases(material: Material, cases: Sequence[str]) -> Iterator[Drawing]:
    """What a comparison has and a run has not."""
    main = material.measures[material.main]
    if cases and len(material.per_seed):
        caption = "Each pair of runs has the same luck; the coloured line is the mean difference."
        draw = partial(draw_differences, _differences(material), cases, main.unit, main.label)
        yield Drawing("differences", caption, draw, (WIDE, 2.6))
    if len(material.worlds):
        caption = (
            f"{main.label} more than as is in each plausible world; lines are 95% intervals by luck. {NO_PROBABILITY}"
        )
        draw = partial(draw_worlds, material.worlds, cases, main.unit, main.label)
        yield Drawing("plausible_worlds", caption, draw, (WIDE, 3.4))
    if len(material.drivers):
        caption = f"Contribution to the difference in bookings ({material.currency}); thin lines are 95% intervals."
        size = (WIDE, 0.9 + 0.33 * material.drivers["factor"].nunique())
        yield Drawing(DRIVERS, caption, partial(draw_drivers, material.drivers, cases), size)


def _differences(material: Material) -> pd.DataFrame:
    rows = material.per_seed[material.per_seed["measure"] == material.main]
    wide = rows.pivot_table(index="seed", columns="case", values="value")
    minus = wide[list(material.cases)].sub(wide[AS_IS], axis=0).dropna(how="all")
    return minus.melt(var_name="case", value_name="difference").dropna()


def smoothed(weekly: pd.DataFrame, measure: str, window: int = WEEKS_PER_QUARTER) -> pd.DataFrame:
    """Give one measure as a mean over the last rows, a quarter of weeks if not otherwise said.

    The band of a mean over weeks is at most the mean of the weeks' bands, and that is what is drawn.
    """
    rows = weekly[weekly["measure"] == measure].sort_values(["case", "week"])
    values = rows.groupby("case", sort=False)[["mean", "low", "high"]]
    smooth = values.rolling(window, min_periods=1).mean().reset_index(level=0, drop=True)
    return rows.assign(**{name: smooth[name] for name in ("mean", "low", "high")})


def panels(figure: Figure, cases: Sequence[str], *, sharex: bool = False) -> Iterable[tuple[Axes, str]]:
    """Put a panel for each case beside the others, all of the same height."""
    axes = np.atleast_1d(figure.subplots(1, len(cases), sharey=True, sharex=sharex))
    return zip(axes, cases, strict=True)


def draw_lines(rows: pd.DataFrame, cases: Sequence[str], title: str, unit: str, figure: Figure) -> None:
    """Draw one measure over time, a line a case with its 95% band."""
    ax = figure.subplots()
    _lines(ax, rows, cases, unit)
    ax.set_title(title)
    if len(cases) > 1:
        _label_ends(ax, cases)


def draw_stages(
    weekly: pd.DataFrame, cases: Sequence[str], stages: Sequence[tuple[str, str]], figure: Figure
) -> None:  # fmt: skip
    """Draw the stages of the wheel side by side, each measure under its label, as an index: 100 as is at first."""
    axes = figure.subplots(1, len(stages))
    for number, (ax, (measure, label)) in enumerate(zip(axes, stages, strict=True), start=1):
        rows = smoothed(weekly, measure)
        base = float(rows.loc[(rows["case"] == AS_IS) & (rows["week"] < WEEKS_PER_QUARTER), "mean"].mean())
        for name in ("mean", "low", "high"):
            rows[name] = 100.0 * rows[name] / base if base else np.nan
        _lines(ax, rows, cases, "")
        ax.axhline(100, color=MUTED, linewidth=0.8, zorder=1)
        ax.set_title(f"{number}  {label}", fontsize=9)
    _legend(figure, cases)


def _lines(ax: Axes, rows: pd.DataFrame, cases: Sequence[str], unit: str) -> None:
    colours = colours_of(cases)
    patterns = {case: pattern or "" for case, pattern in dashes_of(cases).items()}
    sns.lineplot(
        data=rows, x="week", y="mean", hue="case", style="case", hue_order=list(cases), style_order=list(cases),
        palette=colours, dashes=patterns, errorbar=None, legend=False, ax=ax,
    )  # fmt: skip
    for case, part in rows.groupby("case", sort=False):
        ax.fill_between(part["week"], part["low"], part["high"], color=colours[str(case)], alpha=0.16, linewidth=0)
    _year_axis(ax, -int(-(rows["week"].max() + 1) // WEEKS_PER_QUARTER) * WEEKS_PER_QUARTER)
    ax.set_ylabel("")
    value_ticks(ax.yaxis, unit, 4)


def _year_axis(ax: Axes, weeks: int) -> None:
    step = 52 if weeks > 60 else 13
    ticks = list(range(0, weeks + 1, step))
    ax.set_xticks(ticks, [str(tick // step) for tick in ticks])
    ax.set_xlim(0, weeks)
    ax.set_xlabel("years" if step == 52 else "quarters", fontsize=8)


def _label_ends(ax: Axes, cases: Sequence[str]) -> None:
    """Write each line's name at its end, moved apart where they would touch."""
    low, high = ax.get_ylim()
    gap = (high - low) * 0.085
    ends = sorted((float(np.asarray(line.get_ydata())[-1]), case) for line, case in zip(ax.lines, cases, strict=False))
    heights: list[float] = []
    for value, _ in ends:
        heights.append(max(value, heights[-1] + gap) if heights else value)
    shift = max(0.0, heights[-1] - high) if heights else 0.0
    for (_, case), height in zip(ends, heights, strict=True):
        ax.annotate(
            title_of(case), (1.01, height - shift), xycoords=("axes fraction", "data"), va="center", fontsize=8.5,
            color=colours_of(cases)[case], fontweight="bold", annotation_clip=False,
        )  # fmt: skip


def _legend(figure: Figure, cases: Sequence[str]) -> None:
    colours, patterns = colours_of(cases), dashes_of(cases)
    handles = [
        mpl.lines.Line2D([], [], color=colours[case], dashes=patterns[case] or (1, 0), label=title_of(case))
        for case in cases
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles), fontsize=8.5, handlelength=2.6)


def draw_hours(weekly: pd.DataFrame, cases: Sequence[str], figure: Figure) -> None:
    """Draw a rep's week by use, stacked, one panel a case."""
    wide = weekly.pivot_table(index=["case", "week"], columns="measure", values="mean")
    uses = [use for use in HOURS if use in wide.columns]
    for ax, case in panels(figure, cases):
        hours = wide.loc[case, uses].rolling(WEEKS_PER_QUARTER, min_periods=1).mean()
        ax.stackplot(
            hours.index, hours.to_numpy().T, colors=[HOURS[use][1] for use in uses], edgecolor=PAPER, linewidth=0.4
        )
        ax.set_title(title_of(case))
        _year_axis(ax, int(hours.index.max()) + 1)
        value_ticks(ax.yaxis, most=4)
    figure.axes[0].set_ylabel("hours a week")
    patches = [mpl.patches.Patch(color=HOURS[use][1], label=HOURS[use][0]) for use in reversed(uses)]
    figure.legend(handles=patches, loc="outside right center", fontsize=8.5, handlelength=1, labelspacing=0.45)


def draw_losses(losses: pd.DataFrame, cases: Sequence[str], figure: Figure) -> None:
    """Draw why deals were lost: the true share of each reason and the reported one, joined by a line."""
    order = losses.groupby("reason")[["true", "reported"]].mean().sort_values(["true", "reported"]).index
    for ax, case in panels(figure, cases, sharex=True):
        shares = losses[losses["case"] == case].set_index("reason")[["true", "reported"]]
        rows = shares.reindex(order, fill_value=0.0)
        heights = np.arange(len(order))
        ax.hlines(heights, rows["true"], rows["reported"], color=RULE, linewidth=2.4, zorder=1)
        ax.scatter(rows["true"], heights, color=TRUE_REASON, s=34, label="True", zorder=3)
        ax.scatter(
            rows["reported"], heights, facecolor=PAPER, edgecolor=REPORTED_REASON, linewidth=1.8, s=34, marker="D",
            label="Reported", zorder=2,
        )  # fmt: skip
        ax.set_yticks(heights, [reason_label(reason) for reason in order])
        grid_across(ax)
        ax.set_title(title_of(case))
        ax.xaxis.set_major_formatter("{x:.0%}")
        ax.xaxis.set_major_locator(MaxNLocator(4))
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2, fontsize=8.5)


def reason_label(reason: str) -> str:
    """Name a loss reason as a reader sees it."""
    return {"offering": "our offering"}.get(reason, reason).replace("_", " ").capitalize()


def draw_differences(
    differences: pd.DataFrame, cases: Sequence[str], unit: str, label: str, figure: Figure
) -> None:  # fmt: skip
    """Draw how paired differences (case, seed, difference) spread over the seeds: their mean is a line, 0 is marked."""
    for ax, case in panels(figure, cases, sharex=True):
        values = differences.loc[differences["case"] == case, "difference"]
        colour = colours_of(cases)[case]
        apart = np.ptp(values) > 1e-9 * np.abs(values).max()  # equal differences have no bins
        bins = min(30, max(8, len(values) // 6)) if apart else 1
        sns.histplot(x=values, bins=bins, color=colour, alpha=0.6, edgecolor=PAPER, linewidth=0.6, ax=ax)
        ax.axvline(0, color=INK, linewidth=1)
        ax.axvline(values.mean(), color=colour, linewidth=2)
        ax.set_title(f"{title_of(case)} against as is", color=colour, fontsize=9)
        ax.set_ylabel("seeds")
        ax.yaxis.set_major_locator(MaxNLocator(3, integer=True))
        ax.set_xlabel(f"difference in {label.lower()}")
        value_ticks(ax.xaxis, unit, points=True)


def draw_worlds(worlds: pd.DataFrame, cases: Sequence[str], unit: str, label: str, figure: Figure) -> None:
    """Draw a case's difference in every plausible world with its interval by luck, worst first."""
    for ax, case in panels(figure, cases):
        rows = worlds[worlds["case"] == case].sort_values("difference")
        for verdict, colour in zip(VERDICTS, (BLUE, VERMILLION, FAINT), strict=True):
            places = np.flatnonzero(rows["verdict"] == verdict)
            part = rows.iloc[places]
            ax.vlines(places, part["low"], part["high"], color=colour, linewidth=1.2)
            ax.plot(places, part["difference"], "o", color=colour, markersize=3.5, label=f"{verdict}: {len(part)}")
        ax.axhline(0.0, color=INK, linewidth=0.8)
        ax.set_title(title_of(case))
        ax.set_xticks([])
        ax.set_xlabel(f"{len(rows)} plausible worlds, least first")
        value_ticks(ax.yaxis, unit, points=True)
        ax.legend(frameon=False, fontsize="small", loc="upper left")  # values rise to the right
    figure.supylabel(label, fontsize="medium")


def draw_drivers(drivers: pd.DataFrame, cases: Sequence[str], figure: Figure) -> None:
    """Draw what each factor adds to or takes from the difference, with its interval."""
    factors = list(dict.fromkeys(drivers["factor"]))
    for ax, case in panels(figure, cases, sharex=True):
        rows = drivers[drivers["case"] == case].set_index("factor").reindex(factors)
        contribution_bars(ax, factors, rows, "contribution", colours_of(cases)[case])
        ax.set_title(title_of(case))
        value_ticks(ax.xaxis, most=6)
