"""How a wheel moves in plausible worlds, in words, a table and figures."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from sim.answers.analysis import Drawing, ReportSection, TextTable
from sim.answers.chart import Chart, ChartSeries
from sim.answers.figures import WIDE, value_ticks
from sim.answers.palette import BLUE, FAINT, INK, MUTED, SKY, VERMILLION
from sim.measures.words import counted, interval, listed, percent
from sim.questions.over_worlds import NO_PROBABILITY, ranges_of
from sim.questions.wheel.worlds import HORIZON, VERDICTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.figure import Figure

    from sim.answers.analysis import Analysis
    from sim.questions.wheel.worlds import WheelOverWorlds

_COLOURS = dict(zip(VERDICTS, (BLUE, SKY, MUTED, VERMILLION, FAINT), strict=True))


def with_worlds(analysis: Analysis, over: WheelOverWorlds) -> Analysis:
    """Add to a wheel's answer how it moves in plausible worlds."""
    done = len(over.worlds)
    stopped = f"It was stopped: {done} of {over.asked} plausible worlds are finished, and only they count."
    return replace(
        analysis, answer=[*analysis.answer, *_said(over)], notes=[*analysis.notes, *[stopped] * over.interrupted],
        sections=[*analysis.sections, _section(over)], tables={**analysis.tables, "worlds": over.table},
        facts={**analysis.facts, "worlds": dict(over.counts())},
    )  # fmt: skip


def _said(over: WheelOverWorlds) -> Iterator[str]:
    n, counts = len(over.worlds), over.counts()
    mean, low, high = (float(np.expm1(end)) for end in over.spread("acceleration"))
    named = [f"it {verdict} in {counts[verdict]}" for verdict in VERDICTS[:-1]]
    yield (
        f"Over {n} plausible worlds with {over.seeds} sets of twin runs each, {listed(named)}, and in "
        f"{counts[VERDICTS[-1]]} it cannot be told: bookings change by {percent(mean)} a year on average "
        f"({interval(low, high, 'share', '', signed=True)} in nineteen of twenty worlds); {over.by_worlds():.0%} of "
        "the variance between worlds is theirs, the rest luck."
    )
    if np.isfinite(over.spread("multiplier")[0]):
        mean, low, high = over.spread("multiplier")
        yield (
            f"A unit of contract value that is there one morning has added {mean:.2f} of bookings after {HORIZON} "
            f"weeks on average over worlds ({interval(low, high, '', '')} in nineteen of twenty)."
        )
    if apart := over.apart():
        yield f"Worlds in which the wheel accelerates have {ranges_of(apart)}."
    yield NO_PROBABILITY


def _section(over: WheelOverWorlds) -> ReportSection:
    counts, n = over.counts(), len(over.worlds)
    rows = []
    for verdict in VERDICTS:
        part = over.table.loc[over.table["verdict"] == verdict, "acceleration"]
        ends = _ends(part.min(), part.max()) if len(part) else ""
        rows.append([verdict, f"{counts[verdict]} of {n}", ends])
    table = TextTable(["the wheel", "worlds", "change of bookings a year,\nleast to greatest"], rows, (1, 2))
    chart = Chart(
        "worlds", "How the wheel moves in plausible worlds", "bar", list(VERDICTS),
        [ChartSeries("worlds", [float(counts[verdict]) for verdict in VERDICTS])], "worlds",
        caption="By each world's own interval; a share of worlds is no probability.",
    )  # fmt: skip
    picture = Drawing(
        "worlds", f"Acceleration in each of {counted(n, 'plausible world')} with its 95% interval, least first.",
        partial(_draw, over), (WIDE, 3.2),
    )  # fmt: skip
    return ReportSection("In plausible worlds", NO_PROBABILITY, [picture], [table], [chart])


def _ends(low: float, high: float) -> str:
    return interval(float(np.expm1(low)), float(np.expm1(high)), "share", "", signed=True)


def _draw(over: WheelOverWorlds, figure: Figure) -> None:
    """Draw every world's acceleration, coloured by its verdict."""
    ax = figure.subplots()
    rows = over.table.sort_values("acceleration")
    for verdict in VERDICTS:
        places = np.flatnonzero(rows["verdict"] == verdict)
        if len(places):
            part = rows.iloc[places]
            ax.vlines(places, np.expm1(part["low"]), np.expm1(part["high"]), color=_COLOURS[verdict], linewidth=1.4)
            label = f"{verdict}: {len(part)}"
            ax.plot(places, np.expm1(part["acceleration"]), "o", color=_COLOURS[verdict], markersize=4, label=label)
    ax.axhline(0.0, color=INK, linewidth=0.8)
    ax.set_xticks([])
    ax.set_ylabel("change of bookings a year")
    value_ticks(ax.yaxis, "share")
    ax.legend(frameon=False, fontsize="small")
