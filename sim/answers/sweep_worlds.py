"""A sweep over plausible worlds in words, tables and figures: luck and what is not known apart."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sim.answers.analysis import Drawing, ReportSection, TextTable
from sim.answers.chart import Chart, ChartSeries
from sim.answers.figures import WIDE, grid_across, value_ticks
from sim.answers.over_worlds import verdicts_chart
from sim.answers.palette import AS_IS as GREY
from sim.answers.palette import BLUE, INK, MUTED
from sim.answers.sweep import best_and_worst, labels_of
from sim.measures.words import amount, counted, interval
from sim.questions.over_worlds import NO_PROBABILITY, frame_of, sentences
from sim.questions.sweep.worlds import best_values
from sim.scenario.measures import MEASURES
from sim.scenario.parameters import parameter
from sim.studies.cases import AS_IS
from sim.studies.worlds import how_found

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd
    from matplotlib.figure import Figure

    from sim.answers.analysis import Analysis
    from sim.questions.over_worlds import OverWorlds
    from sim.questions.sweep.run import Sweep
    from sim.questions.sweep.worlds import SweepOverWorlds

_TOLD = 3  # parameters whose direction is told, those that move the measure most over worlds


def with_worlds(analysis: Analysis, sweep: Sweep, over: SweepOverWorlds, asked: int) -> Analysis:
    """Add to a sweep's answer what it is in plausible worlds, of which so many were asked for."""
    contrasts, frame = over.contrasts(), frame_of(over.cases())
    tables = {"worlds": frame}
    if contrasts:
        tables["world_directions"] = frame_of(contrasts).rename(columns={"case": "parameter"})
        tables["world_values"] = over.values()
    return replace(
        analysis, answer=[*analysis.answer, *said(sweep, over)], notes=[*analysis.notes, *_notes(over, asked)],
        sections=[*analysis.sections, _section(sweep, over, frame)], tables={**analysis.tables, **tables},
        facts={**analysis.facts, "worlds": len(over.found), "seeds_in_worlds": over.seeds, "best_in": over.best()},
    )  # fmt: skip


def said(sweep: Sweep, over: SweepOverWorlds) -> Iterator[str]:
    """Say in how many worlds the best case helps and stays the best, and which way each parameter goes there."""
    best = str(sweep.ranked().dropna(subset="difference")["case"].iloc[0])
    named = sweep.design.labels
    yield from sentences(over.cases()[best], f"“{named[best]}”", sweep.study.plan.scenario, how_found()["active"])
    yield _same(over, best, named)
    for name, one in _by_size(over)[:_TOLD]:
        yield _direction(sweep, over, name, one)
    yield NO_PROBABILITY


def _notes(over: SweepOverWorlds, asked: int) -> Iterator[str]:
    """Say what is missing."""
    done, failed = len(over.found), sum(one.failed for one in over.found)
    if over.interrupted:
        yield f"It was stopped: {done} of {asked} plausible worlds are finished, and only they count."
    elif done < asked:
        yield f"{counted(asked - done, 'plausible world')} left out: not every case has the measure there."
    if failed:
        yield f"In plausible worlds {counted(failed, 'run')} failed and were left out."


def _section(sweep: Sweep, over: SweepOverWorlds, frame: pd.DataFrame) -> ReportSection:
    shown = best_and_worst(sweep)
    tables = [directions_table(sweep, over)] if sweep.design.factors else []
    charts = [
        verdicts_chart(frame, shown["case"], over.measure, labels_of(sweep, shown)),
        *([_contrasts(sweep, over)] if tables else []),
    ]
    return ReportSection("In plausible worlds", NO_PROBABILITY, [_drawing(sweep, over, shown)], tables, charts)


def _same(over: SweepOverWorlds, best: str, named: Mapping[str, str]) -> str:
    """Say in how many worlds the best case is the best one."""
    counts, n = over.best(), len(over.found)
    behind = over.told_apart(best)
    text = (
        f"In {counts[best]} of {n} plausible worlds “{named[best]}” has the best mean of all cases, in "
        f"{n - counts[best] - behind} more it cannot be told from the best, in {behind} another is surely better"
    )
    other = next((case for case in counts if case != best), None)
    after = named[AS_IS] if other in (None, AS_IS) else f"“{named[other]}”"
    return f"{text}; next is {after}, best in {counts[other]}." if other else f"{text}."


def _by_size(over: SweepOverWorlds) -> list[tuple[str, OverWorlds]]:
    """Parameters and what their highest value brings against their lowest, those that move most first."""
    return sorted(over.contrasts().items(), key=lambda pair: -abs(float(pair[1].difference.mean())))


def _ends(over: SweepOverWorlds, name: str) -> tuple[str, str]:
    """Name the lowest and the highest value, or part of the range, of a parameter."""
    rows = over.found[0].responses
    labels = rows.loc[rows["parameter"] == name, "label"]
    return str(labels.iloc[0]), str(labels.iloc[-1])


def _direction(sweep: Sweep, over: SweepOverWorlds, name: str, one: OverWorlds) -> str:
    measure, currency = MEASURES[over.measure], sweep.study.plan.scenario.currency
    n, (mean, low, high) = len(over.found), one.interval()
    first, last = _ends(over, name)
    value, worlds = best_values(over.values())[name]
    words = ("better", "worse") if measure.better else ("higher", "lower")
    return (
        f"{parameter(name).title} at {last} instead of {first} is surely {words[0]} in "
        f"{int(one.helps.sum())} of {n} plausible worlds and surely {words[1]} in {int(one.hurts.sum())}: "
        f"{measure.label.lower()} {amount(mean, measure.unit, currency, signed=True)} on average "
        f"({interval(low, high, measure.unit, currency, signed=True)}); its best value is {value} in {worlds}."
    )


def directions_table(sweep: Sweep, over: SweepOverWorlds) -> TextTable:
    """Say of each parameter which way it goes, and which of its values is best, in how many worlds."""
    measure, currency, n = MEASURES[over.measure], sweep.study.plan.scenario.currency, len(over.found)
    best, rows = best_values(over.values()), []
    for name, one in _by_size(over):
        mean, low, high = one.interval()
        better, worse = int(one.helps.sum()), int(one.hurts.sum())
        rows.append([
            parameter(name).label, " to ".join(_ends(over, name)), amount(mean, measure.unit, currency, signed=True),
            interval(low, high, measure.unit, currency, signed=True), f"{one.by_worlds():.0%}",
            f"{better} · {worse} · {n - better - worse}", f"{best[name][0]} (in {best[name][1]})",
        ])  # fmt: skip
    columns = [
        "parameter", "from lowest to highest", "mean\nover worlds", "in nineteen of\ntwenty worlds",
        "variance that is\nthe worlds'", "worlds: better ·\nworse · not told", "best value",
    ]  # fmt: skip
    return TextTable(columns, rows, range(2, 6), f"{measure.label} by parameter in {n} plausible worlds")


def _contrasts(sweep: Sweep, over: SweepOverWorlds) -> Chart:
    names, ends = [], []
    for name, one in _by_size(over):
        names.append(f"{parameter(name).title}: {' to '.join(_ends(over, name))}")
        ends.append(one.interval())
    mean, low, high = map(list, zip(*ends, strict=True))
    measure = MEASURES[over.measure]
    return Chart(
        "directions", f"{measure.label} over plausible worlds: highest against lowest value", "bar", names,
        [ChartSeries("difference", mean, low, high)], measure.unit, sweep.study.plan.scenario.currency, signed=True,
        caption="Lines hold nineteen of twenty worlds, luck included; they are no intervals of a mean.",
    )  # fmt: skip


def _drawing(sweep: Sweep, over: SweepOverWorlds, shown: pd.DataFrame) -> Drawing:
    cases, measure = over.cases(), MEASURES[over.measure]
    ends = np.array([cases[case].interval() for case in shown["case"]])

    def draw(figure: Figure) -> None:
        ax = figure.subplots()
        heights = np.arange(len(shown))[::-1]
        for row, case in zip(heights, shown["case"], strict=True):
            values = cases[case].difference
            ax.scatter(values, np.full(len(values), row - 0.22), s=9, color=MUTED, alpha=0.55, linewidths=0)
        ax.hlines(heights - 0.22, ends[:, 1], ends[:, 2], color=MUTED, linewidth=1.0)
        ax.hlines(heights, shown["low"], shown["high"], color=BLUE, linewidth=4.0, alpha=0.55)
        ax.scatter(shown["difference"], heights, s=34, color=BLUE, zorder=3)
        ax.axvline(0, color=GREY, linewidth=1)
        ax.set_yticks(heights, labels_of(sweep, shown), color=INK)
        grid_across(ax)
        value_ticks(ax.xaxis, measure.unit, points=True)
        ax.set_xlabel(f"{measure.label}, difference from as is")
        ax.set_ylim(-0.7, len(shown) - 0.3)

    caption = (
        "Luck and what is not known: blue the difference from as is at the scenario's own values with its 95% interval "
        f"by luck; below it, grey, the difference in each of {len(over.found)} plausible worlds, and the line in which "
        "nineteen of twenty lie."
    )
    return Drawing("worlds", caption, draw, (WIDE, 1.1 + 0.36 * len(shown)))
