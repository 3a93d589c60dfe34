"""What all figures share, and those of a comparison: seaborn over matplotlib, without a window or a global setting."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.answers import seaborn_later
from sim.answers.palette import (
    BLUE,
    FAINT,
    HOURS,
    INK,
    MUTED,
    PAPER,
    REPORTED_REASON,
    RULE,
    STYLE,
    TRUE_REASON,
    VERMILLION,
    colours_of,
)
from sim.answers.palette import dashes_of as dashes
from sim.measures.words import MINUS, title_of
from sim.questions.over_worlds import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

sns: Any = seaborn_later

HALF = (5.1, 2.9)
WIDE = 10.4
QUARTER = 13
PAGE_FONTS = "Inter, 'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
"""Fonts of report and figures; all of the reader's own machine."""

SLIDES = 130  # dots per inch of a PNG

_CANVASES = {"svg": FigureCanvasSVG, "png": FigureCanvasAgg}
_METADATA: dict[str, dict[str, Any]] = {"svg": {"Date": None, "Creator": None}, "png": {"Software": None}}


def drawn(size: tuple[float, float], draw: Callable[[Figure], None], kind: str = "png") -> Figure:
    """Draw a figure in the project's style, as it will be in a file of that kind."""
    settings: Any = STYLE  # the declared names are a list of literals
    with mpl.rc_context(settings):
        figure = Figure(figsize=size, layout="constrained")
        _CANVASES[kind](figure)
        draw(figure)
    return figure


def written(size: tuple[float, float], draw: Callable[[Figure], None], kind: str, dpi: int = SLIDES) -> bytes:
    """Draw a figure and give its file, `svg` or `png`: the same bytes for the same data."""
    settings: Any = STYLE
    with mpl.rc_context(settings):
        file, figure = io.BytesIO(), drawn(size, draw, kind)
        figure.set_dpi(dpi if kind == "png" else figure.dpi)
        # The canvas lays out and draws in one go; `savefig` draws a figure twice, first to lay it out.
        canvas: Any = figure.canvas
        getattr(canvas, f"print_{kind}")(file, metadata=_METADATA[kind])
    return file.getvalue()


def svg_of(size: tuple[float, float], draw: Callable[[Figure], None]) -> str:
    """Draw a figure and give its SVG, to stand in a page."""
    text = written(size, draw, "svg").decode()
    return text[text.index("<svg") :].replace("'DejaVu Sans'", PAGE_FONTS.replace("'", "&apos;"))


def compact(value: float) -> str:
    """Write an axis label: 1.2 M, 350 k, 0.5."""
    size = abs(value)
    for scale, mark in ((1e9, " bn"), (1e6, " M"), (1e3, " k")):
        if size >= scale:
            return f"{value / scale:.4g}{mark}".replace("-", MINUS)
    return f"{value:.4g}".replace("-", MINUS)


def value_ticks(axis: Axis, unit: str = "", most: int | None = None, *, points: bool = False) -> None:
    """Write the ticks of an axis, `most` at the most: shares as percentages, differences of shares as points."""
    if most:
        axis.set_major_locator(MaxNLocator(most))
    if unit == "share":
        mark = "" if points else "%"
        axis.set_major_formatter(lambda value, _: f"{value * 100:.4g}{mark}".replace("-", MINUS))
    else:
        axis.set_major_formatter(lambda value, _: compact(value))


def grid_across(ax: Axes) -> None:
    """Put grid lines at the values of a figure with a row for each thing."""
    ax.grid(visible=False, axis="y")
    ax.grid(visible=True, axis="x")


def names_down(ax: Axes, names: Iterable[str]) -> None:
    """Write a name beside each row, the first at the top."""
    labels = list(names)
    ax.set_yticks(range(len(labels)), labels)
    ax.set_ylim(len(labels) - 0.4, -0.6)
    grid_across(ax)


def contribution_bars(ax: Axes, names: Sequence[str], rows: pd.DataFrame, value: str, colours: Any) -> None:
    """Draw a bar from 0 and a line for the interval of each row, the first at the top."""
    heights = np.arange(len(names))[::-1]
    ax.barh(heights, rows[value], color=colours, alpha=0.75, height=0.6)
    ax.hlines(heights, rows["low"], rows["high"], color=INK, linewidth=1.2)
    ax.axvline(0, color=INK, linewidth=1)
    ax.set_yticks(heights, names)
    grid_across(ax)


def panels(figure: Figure, cases: Sequence[str], *, sharex: bool = False) -> Iterable[tuple[Axes, str]]:
    """Put a panel for each case beside the others, all of the same height."""
    axes = np.atleast_1d(figure.subplots(1, len(cases), sharey=True, sharex=sharex))
    return zip(axes, cases, strict=True)


def smoothed(weekly: pd.DataFrame, measure: str, window: int = QUARTER) -> pd.DataFrame:
    """Give one measure as a mean over the last quarter of weeks.

    The band of a mean over weeks is at most the mean of the weeks' bands, and that is what is drawn.
    """
    rows = weekly[weekly["measure"] == measure].sort_values(["case", "week"])
    values = rows.groupby("case", sort=False)[["mean", "low", "high"]]
    smooth = values.rolling(window, min_periods=1).mean().reset_index(level=0, drop=True)
    return rows.assign(**{name: smooth[name] for name in ("mean", "low", "high")})


def line_chart(
    weekly: pd.DataFrame, measure: str, cases: Sequence[str], title: str, unit: str = "", *, window: int = QUARTER
) -> str:
    """Draw one measure over time, a line a case with its 95% band, as the mean over `window` rows."""

    def draw(figure: Figure) -> None:
        ax = figure.subplots()
        _lines(ax, smoothed(weekly, measure, window), cases, unit)
        ax.set_title(title)
        if len(cases) > 1:
            _label_ends(ax, cases)

    return svg_of(HALF, draw)


def stages_chart(weekly: pd.DataFrame, cases: Sequence[str], stages: Sequence[tuple[str, str]]) -> str:
    """Draw the stages of the wheel side by side, each measure under its label, as an index: 100 as is at first."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots(1, len(stages))
        for number, (ax, (measure, label)) in enumerate(zip(axes, stages, strict=True), start=1):
            rows = smoothed(weekly, measure)
            base = float(rows.loc[(rows["case"] == "as_is") & (rows["week"] < QUARTER), "mean"].mean())
            for name in ("mean", "low", "high"):
                rows[name] = 100.0 * rows[name] / base if base else np.nan
            _lines(ax, rows, cases, "")
            ax.axhline(100, color=MUTED, linewidth=0.8, zorder=1)
            ax.set_title(f"{number}  {label}", fontsize=9)
        _legend(figure, cases)

    return svg_of((WIDE, 2.9), draw)


def _lines(ax: Axes, rows: pd.DataFrame, cases: Sequence[str], unit: str) -> None:
    colours = colours_of(cases)
    patterns = {case: pattern or "" for case, pattern in dashes(cases).items()}
    sns.lineplot(
        data=rows, x="week", y="mean", hue="case", style="case", hue_order=list(cases), style_order=list(cases),
        palette=colours, dashes=patterns, errorbar=None, legend=False, ax=ax,
    )  # fmt: skip
    for case, part in rows.groupby("case", sort=False):
        ax.fill_between(part["week"], part["low"], part["high"], color=colours[str(case)], alpha=0.16, linewidth=0)
    _year_axis(ax, -int(-(rows["week"].max() + 1) // QUARTER) * QUARTER)
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
    colours, patterns = colours_of(cases), dashes(cases)
    handles = [
        mpl.lines.Line2D([], [], color=colours[case], dashes=patterns[case] or (1, 0), label=title_of(case))
        for case in cases
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles), fontsize=8.5, handlelength=2.6)


def hours_chart(weekly: pd.DataFrame, cases: Sequence[str]) -> str:
    """Draw a rep's week by use, stacked, one panel a case."""
    wide = weekly.pivot_table(index=["case", "week"], columns="measure", values="mean")
    uses = [use for use in HOURS if use in wide.columns]

    def draw(figure: Figure) -> None:
        for ax, case in panels(figure, cases):
            hours = wide.loc[case, uses].rolling(QUARTER, min_periods=1).mean()
            ax.stackplot(
                hours.index, hours.to_numpy().T, colors=[HOURS[use][1] for use in uses], edgecolor=PAPER, linewidth=0.4
            )
            ax.set_title(title_of(case))
            _year_axis(ax, int(hours.index.max()) + 1)
            value_ticks(ax.yaxis, most=4)
        figure.axes[0].set_ylabel("hours a week")
        patches = [mpl.patches.Patch(color=HOURS[use][1], label=HOURS[use][0]) for use in reversed(uses)]
        figure.legend(handles=patches, loc="outside right center", fontsize=8.5, handlelength=1, labelspacing=0.45)

    return svg_of((WIDE, 3.5), draw)


def losses_chart(losses: pd.DataFrame, cases: Sequence[str]) -> str:
    """Draw why deals were lost: the true share of each reason and the reported one, joined by a line."""
    order = losses.groupby("reason")[["true", "reported"]].mean().sort_values(["true", "reported"]).index

    def draw(figure: Figure) -> None:
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

    return svg_of((WIDE, 0.8 + 0.29 * max(len(order), 4) + 0.4), draw)


def reason_label(reason: str) -> str:
    """Name a loss reason as a reader sees it."""
    return {"offering": "our offering"}.get(reason, reason).replace("_", " ").capitalize()


def differences_chart(differences: pd.DataFrame, cases: Sequence[str], unit: str, label: str) -> str:
    """Draw how paired differences (case, seed, difference) spread over the seeds: their mean is a line, 0 is marked."""

    def draw(figure: Figure) -> None:
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

    return svg_of((WIDE, 2.6), draw)


def worlds_chart(worlds: pd.DataFrame, cases: Sequence[str], unit: str, label: str) -> str:
    """Draw a case's difference in every plausible world with its interval by luck, worst first, as SVG."""

    def draw(figure: Figure) -> None:
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
            ax.legend(frameon=False, fontsize="small")
        figure.supylabel(label, fontsize="medium")

    return svg_of((WIDE, 3.4), draw)


def drivers_chart(drivers: pd.DataFrame, cases: Sequence[str]) -> str:
    """Draw what each factor adds to or takes from the difference, with its interval."""
    factors = list(dict.fromkeys(drivers["factor"]))

    def draw(figure: Figure) -> None:
        for ax, case in panels(figure, cases, sharex=True):
            rows = drivers[drivers["case"] == case].set_index("factor").reindex(factors)
            contribution_bars(ax, factors, rows, "contribution", colours_of(cases)[case])
            ax.set_title(title_of(case))
            value_ticks(ax.xaxis, most=6)

    return svg_of((WIDE, 0.9 + 0.33 * len(factors)), draw)
