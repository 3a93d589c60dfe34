"""The few kinds of figure that patterns need, drawn from the stored table of a finding.

Columns have fixed names: `what`, `value`, `low`, `high` for points; `case`, a horizontal axis, `value`, `low`, `high`
for lines; `panel` splits a table over panels side by side.
"""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from sim.answers.palette import BLUE, CASES, INK, MUTED, RULE, VERMILLION

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.axes import Axes

    from sim.studies.statistics import Floats
    from tests.patterns.making.pattern import Finding, Number

DPI = 110
_LABEL = 34  # characters of a line of a label


def blank(
    width: float = 6.4, height: float = 3.6, panels: int = 1, *, share: bool = False
) -> tuple[Figure, list[Axes]]:
    """Make a figure with panels side by side.

    Args:
        width: Of the whole. [inches]
        height: Of the whole. [inches]
        panels: How many.
        share: Whether they share the vertical axis.
    """
    figure = Figure(figsize=(width, height), dpi=DPI, layout="constrained")
    FigureCanvasAgg(figure)
    found = figure.subplots(1, panels, squeeze=False, sharey=share)
    return figure, list(found[0])


def numbers_table(numbers: Iterable[Number]) -> pd.DataFrame:
    """Lay out numbers for `points`: what, value, low, high."""
    rows = [(one.name, one.value, one.low, one.high) for one in numbers]
    return pd.DataFrame(rows, columns=["what", "value", "low", "high"]).astype({"low": float, "high": float})


def band_table(values: Floats, at: Sequence[float], axis: str, **labels: str) -> pd.DataFrame:
    """Lay out means over seeds with their 95% intervals for `lines`.

    Args:
        values: By seed and place on the axis. [seeds, places]
        at: Places on the horizontal axis. [places]
        axis: Name of that axis.
        labels: Further columns, such as case="as_is".
    """
    from sim.studies.statistics import mean_interval  # noqa: PLC0415 - scipy is slow to import

    found = [mean_interval(column) for column in np.asarray(values).T]
    frame = {axis: list(at), "value": [one.mean for one in found]}
    frame |= {"low": [one.low for one in found], "high": [one.high for one in found]}
    return pd.DataFrame({name: [text] * len(found) for name, text in labels.items()} | frame)


def table_of(finding: Finding) -> pd.DataFrame:
    """The table of a finding.

    Raises:
        ValueError: It has none.
    """
    if finding.table is None:
        raise ValueError(f"the finding of {finding.pattern} has no table to draw")
    return finding.table


def points(finding: Finding, label: str, *, percent: bool = True) -> Figure:
    """Numbers one below the other, each with its interval, against a line at 0."""
    rows = table_of(finding)
    figure, (ax,) = blank(7.2, 1.0 + 0.42 * len(rows))
    for place, (value, low, high) in enumerate(rows[["value", "low", "high"]].to_numpy(dtype=float)):
        clear = low > 0.0 or high < 0.0
        ax.plot([low, high], [place, place], color=INK, linewidth=1.2)
        ax.plot(value, place, "o", color=BLUE if clear else MUTED, markersize=6)
    ax.axvline(0.0, color=MUTED, linewidth=0.9)
    ax.set_yticks(range(len(rows)), [fill(one, _LABEL) for one in rows["what"]])
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.grid(visible=True, axis="x")
    ax.grid(visible=False, axis="y")
    ax.set_xlabel(label)
    if percent:
        ax.xaxis.set_major_formatter("{x:+.0%}" if _wide(rows) else "{x:+.1%}")
    return figure


def _wide(rows: pd.DataFrame) -> bool:
    return bool(np.nanmax(np.abs(rows[["value", "low", "high"]].to_numpy(dtype=float))) > 0.1)


def lines(finding: Finding, axis: str, label: str, *, percent: str = "", axis_label: str = "") -> Figure:
    """Lines with bands by case over a horizontal axis, one panel for each value of `panel`.

    Args:
        finding: Whose table is drawn.
        axis: Column of the horizontal axis.
        label: Of the vertical axis.
        percent: Which axes are shares: "x", "y" or "xy".
        axis_label: Of the horizontal axis; its name by default.
    """
    rows = table_of(finding)
    names = list(dict.fromkeys(rows["panel"])) if "panel" in rows else [""]
    figure, panels = blank(3.6 + 3.2 * len(names), 3.4, len(names))
    for ax, name in zip(panels, names, strict=True):
        part = rows[rows["panel"] == name] if name else rows
        draw_lines(ax, part, axis)
        ax.set_title(name)
        ax.set_xlabel(axis_label or axis)
        ax.set_ylabel(label)
        _as_shares(ax, percent)
    return figure


def draw_lines(ax: Axes, rows: pd.DataFrame, axis: str) -> None:
    """Draw one panel of `lines`."""
    cases = list(dict.fromkeys(rows["case"])) if "case" in rows else [""]
    for case, colour in zip(cases, CASES, strict=False):
        part = rows[rows["case"] == case] if case else rows
        ax.fill_between(part[axis], part["low"], part["high"], color=colour, alpha=0.18, linewidth=0)
        ax.plot(part[axis], part["value"], color=colour, label=case, marker="o" if len(part) < 16 else "", markersize=4)
    if len(cases) > 1:
        ax.legend()


def _as_shares(ax: Axes, percent: str) -> None:
    if "x" in percent:
        ax.xaxis.set_major_formatter("{x:.0%}")
    if "y" in percent:
        ax.yaxis.set_major_formatter("{x:.0%}")


def heat(
    rows: pd.DataFrame, ax: Axes, index: str, columns: str, *, percent: bool = True, starred: str = "", bar: str = ""
) -> None:
    """Draw a heat map of `value`, blue above 0 and red below.

    Args:
        rows: A row for each cell.
        ax: Where.
        index: Column of the vertical axis.
        columns: Column of the horizontal axis.
        percent: Whether values are shares.
        starred: Column that says which cells are marked with a star; none by default.
        bar: Label of the colour bar; none without.
    """
    order = {name: list(dict.fromkeys(rows[name])) for name in (index, columns)}

    def grid(name: str) -> pd.DataFrame:
        found: pd.DataFrame = rows.pivot_table(name, index, columns, aggfunc="first", observed=False, dropna=False)
        return found.reindex(index=order[index], columns=order[columns])

    values = grid("value").astype(float)
    marks = grid(starred).astype(bool) if starred else values.isna() & False
    words = values.map(lambda value: "" if np.isnan(value) else (f"{value:+.0%}" if percent else f"{value:.2g}"))
    words += marks.map(lambda marked: "*" if marked else "")
    most = float(np.nanmax(np.abs(values.to_numpy()))) or 1.0
    options: dict[str, Any] = {"cbar_kws": {"label": bar}} if bar else {}
    colours = sns.diverging_palette(20, 245, s=85, l=55, as_cmap=True)
    sns.heatmap(
        values,
        ax=ax,
        annot=words,
        fmt="",
        cmap=colours,
        vmin=-most,
        vmax=most,
        linewidths=1.0,
        linecolor="white",
        cbar=bool(bar),
        annot_kws={"color": INK, "fontsize": 8},
        **options,
    )
    ax.grid(visible=False)
    ax.tick_params(axis="y", rotation=0)
    ax.tick_params(axis="x", rotation=0)


def mark(ax: Axes, at: float, text: str) -> None:
    """Draw a vertical line with a word at its top."""
    ax.axvline(at, color=VERMILLION, linewidth=0.9, linestyle=(0, (4, 3)))
    ax.annotate(
        text,
        (at, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(3, -9),
        textcoords="offset points",
        color=VERMILLION,
        fontsize=8,
    )


def frame_line(ax: Axes) -> None:
    """A quiet line at 0."""
    ax.axhline(0.0, color=RULE, linewidth=1.0)
