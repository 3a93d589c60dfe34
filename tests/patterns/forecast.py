"""Reality (R2): a CRM export calibrated on its earlier quarters, judged on its last."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.answers.palette import BLUE, INK, MUTED, ORANGE, VERMILLION
from sim.scenario.errors import InputError
from tests.patterns.making.pattern import Finding, Number, Pattern, Plan, verdict_of
from tests.patterns.making.plots import blank, table_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tests.patterns.making.holdout import Forecast
    from tests.patterns.making.pattern import Effort

COVERED = 0.9
"""Share of cells whose 95% interval must contain what happened."""

ALL = "All teams"
ENOUGH = 100
"""Runs of the forecast from which there is a verdict: the ends of a 95% interval need them."""

NAMES = {
    "wins": "wins",
    "win_rate": "win rate on closed",
    "cycle_days": "median cycle",
    "bookings": "bookings without the largest line",
    "largest_line": "bookings of the largest line",
}


WHY = (
    "Where cycles have two humps the median of a team jumps between them. The model spreads deals over teams by their "
    "accounts and lines alone, so that the level of a single team is missed by more than a forecast that knows it."
)


def _test(effort: Effort) -> Finding:
    from sim.questions.calibrate.search import Search  # noqa: PLC0415 - slow to import, and only for who has an export
    from tests.patterns.making.holdout import forecast  # noqa: PLC0415 - as above
    from tests.patterns.making.imports import exports  # noqa: PLC0415 - as above

    if effort.crm is None:
        raise InputError("pattern R2 needs a CRM export: flywheel validate --pattern R2 --crm DIR")
    particles = max(60, effort.seeds // 2)
    search = Search(particles, populations=8, runs=15 * particles)
    shared = {"runs": max(20, effort.seeds), "workers": effort.workers, "progress": effort.progress}
    return judged({name: forecast(data, search, **shared) for name, data in exports(effort).items()})


def judged(found: Mapping[str, Forecast]) -> Finding:
    """Judge forecasts by the share of cells they cover, and by the interval score against that of the naive ones.

    Args:
        found: Of the last quarter, by the name of the export; the last one is told first.
    """
    parts, told = [], []
    for name, one in reversed(found.items()):
        cells = one.judged
        count, inside, naive = len(cells), int(cells["inside"].sum()), int(cells["naive_inside"].sum())
        numbers = _numbers(name, one)
        parts += numbers
        told.append(
            f"{name}: the 95% intervals of a fit on the quarters before {one.quarter} cover {inside} of {count} cells "
            f"of {one.quarter} (team x measure), a naive forecast that draws from the earlier closings {naive}; the "
            f"interval score is {numbers[2].value:.2f} of the naive one's"
        )
    return Finding(
        "R2",
        verdict_of(parts),
        f"{'. '.join(f'{text[0].upper()}{text[1:]}' for text in told)}.",
        tuple(parts),
        tried=" ".join([*(f"{name}: {_tried(one)}" for name, one in found.items()), WHY]),
        table=pd.concat([kept(one.cells, name) for name, one in found.items()], ignore_index=True),
        where=" ".join(filter(None, (_where(name, one.judged) for name, one in found.items()))),
    )


def _numbers(export: str, found: Forecast) -> list[Number]:
    cells = found.judged
    enough = found.runs >= ENOUGH
    share, score = float(cells["inside"].mean()), scored(cells)
    numbers = [
        Number("cells covered", share, "share", n=found.runs, needed=f"at least {COVERED:.0%}",
               met=share >= COVERED if enough else None),
        Number("cells covered by the naive forecast", float(cells["naive_inside"].mean()), "share"),
        Number("interval score over the naive forecast's", score, "ratio", n=found.runs, needed="below 1",
               met=score < 1.0 if enough else None),
    ]  # fmt: skip
    for measure, rows in cells.groupby("measure", sort=False):
        numbers.append(Number(f"{NAMES[str(measure)]}: teams covered", float(rows["inside"].mean()), "share"))
    for prefix, name in (("", "model"), ("naive_", "naive forecast")):
        numbers += [_error(cells, prefix, name), _width(cells, prefix, name)]
    return [replace(one, name=f"{export}, {one.name}") for one in numbers]


def scored(cells: pd.DataFrame) -> float:
    """Interval score over that of the naive forecast, both relative to what happened, mean over cells. [ratio].

    Cells in which nothing happened are left out.
    """
    from sim.questions.calibrate.worlds import interval_score  # noqa: PLC0415 - slow to import

    some = cells[cells["data"] != 0.0]
    model, naive = (
        sum(
            interval_score(row["data"], row[f"{prefix}low"], row[f"{prefix}high"]) / abs(row["data"])
            for row in some.to_dict("records")
        )
        for prefix in ("", "naive_")
    )
    return float(model / naive)


def kept(cells: pd.DataFrame, export: str) -> pd.DataFrame:
    """Lay out what is stored: teams by number and everything relative to what happened, so that no export is copied.

    Args:
        cells: As `Forecast.cells`; cells in which nothing happened are left out, since nothing is relative to them.
        export: What the page calls it.
    """
    numbers = {name: f"team {number}" for number, name in enumerate(dict.fromkeys(cells["team"]), start=1)}
    teams = {name: f"{export}, {number}" for name, number in (numbers | {ALL: ALL.lower()}).items()}
    some = cells[cells["data"] != 0.0]
    table = some[["measure"]].assign(team=some["team"].map(teams))
    for prefix in ("", "naive_"):
        for end in ("low", "median", "high"):
            table[f"{prefix}{end}"] = some[f"{prefix}{end}"] / some["data"]
        table[f"{prefix}inside"] = some[f"{prefix}inside"]
    return table.reset_index(drop=True)


def _error(cells: pd.DataFrame, prefix: str, name: str) -> Number:
    error = np.abs(cells[f"{prefix}median"] / cells["data"] - 1.0)
    return Number(f"{name}: median absolute error over cells", float(np.median(error)), "share")


def _width(cells: pd.DataFrame, prefix: str, name: str) -> Number:
    width = (cells[f"{prefix}high"] - cells[f"{prefix}low"]) / cells["data"]
    return Number(f"{name}: median width of the interval, of the data", float(np.median(width)), "share")


def _where(export: str, cells: pd.DataFrame) -> str:
    """Name the cells outside."""
    missed = cells[~cells["inside"].astype(bool)]
    if missed.empty:
        return ""
    parts = []
    for measure, rows in missed.groupby("measure", sort=False):
        above = int((rows["data"] > rows["high"]).sum())
        below = len(rows) - above
        words = " and ".join(f"{n} {side}" for n, side in ((above, "above"), (below, "below")) if n)
        parts.append(f"{NAMES[str(measure)]}: {words} the interval")
    return f"{export}: outside are {'; '.join(parts)}."


def _tried(found: Forecast) -> str:
    """What was fitted, and what the data do not tell."""
    fit = found.calibration
    unknown = [str(row["parameter"]) for row in fit.posterior.to_dict("records") if "cannot" in str(row["verdict"])]
    words = f" The data cannot tell {', '.join(unknown)}." if unknown else ""
    last = float(fit.populations["tolerance"].iloc[-1])
    near = f" The search ended at distance {last:.3g} of the targets, and {fit.tolerance:.3g} was asked for."
    return (
        f"{len(fit.plan.priors)} parameters fitted to {', '.join(one.measure for one in fit.plan.targets)} in "
        f"{fit.runs:,} runs ({len(fit.draws)} draws); {found.runs} runs of the forecast, each a draw with new "
        f"luck.{words}{near}"
    )


def _figure(finding: Finding) -> Figure:
    """Every cell with both intervals, relative to what happened."""
    cells = table_of(finding)
    names = [name for name in NAMES if name in set(cells["measure"])]
    teams = [str(name) for name in dict.fromkeys(cells["team"])]
    figure, axes = blank(2.3 * len(names) + 2.6, 0.28 * len(teams) + 1.6, len(names), share=True)
    for ax, name in zip(axes, names, strict=True):
        _panel(ax, cells[cells["measure"] == name], teams)
        ax.set_title(NAMES[name].replace(" without", "\nwithout").replace(" of the", "\nof the"), fontsize=9)
    axes[0].plot([], [], color=BLUE, linewidth=2.0, label="model, 95%")
    axes[0].plot([], [], color=ORANGE, linewidth=2.0, label="naive, 95%")
    axes[0].plot([], [], "|", color=INK, markersize=9, label="what happened")
    figure.legend(loc="outside lower center", ncols=3)
    return figure


def _panel(ax: Axes, rows: pd.DataFrame, teams: list[str]) -> None:
    """One measure of every team."""
    places = {name: place for place, name in enumerate(teams)}
    for row in rows.to_dict("records"):
        place = places[str(row["team"])]
        for prefix, colour, shift in (("", BLUE, -0.14), ("naive_", ORANGE, 0.14)):
            ax.plot(
                [float(row[f"{prefix}low"]), float(row[f"{prefix}high"])],
                [place + shift] * 2,
                color=colour,
                linewidth=2.0,
            )
            ax.plot(float(row[f"{prefix}median"]), place + shift, "o", color=colour, markersize=3.5)
        ax.plot(1.0, place, "|", color=INK if row["inside"] else VERMILLION, markersize=13, markeredgewidth=2.0)
    ax.axvline(1.0, color=MUTED, linewidth=0.7)
    ax.set_yticks(range(len(teams)), teams)
    ax.set_ylim(len(teams) - 0.5, -0.5)
    ax.xaxis.set_major_formatter("{x:.0%}")
    ax.tick_params(axis="x", labelsize=7)
    ax.grid(visible=False, axis="y")


PATTERNS = (
    Pattern(
        "R2",
        "A CRM export, forecast",
        "reality",
        (),
        Plan(
            "made from an export the program made itself (scale_under_15k, 16 reps, two years), and from one given "
            "with --crm",
            "none; parameters fitted to the whole quarters before the last: win rate on closed, median cycle, wins",
            "the export's last whole quarter, after the quarters that were fitted",
            "of each manager's team wins, win rate on closed, median cycle, and bookings without the line with the "
            "largest deals: whether the 95% interval of the forecast contains what happened, and the interval score",
            f"at least {COVERED:.0%} of cells covered, interval score below that of a naive draw from earlier closings",
        ),
        _test,
        _figure,
        modules=(
            "tests.patterns.making.holdout", "tests.patterns.making.imports", "sim.crm.until", "sim.crm.durations",
            "sim.questions.calibrate.find", "sim.questions.calibrate.worlds",
            "sim.questions.calibrate.search", "sim.questions.calibrate.worlds", "sim.questions.calibrate.plan",
        ),
        needs_export=True,
    ),
)  # fmt: skip
