"""A sensitivity analysis over plausible worlds: which parameters decide there, and how far their ranks vary."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sim.answers.analysis import ReportSection, TextTable
from sim.answers.chart import Chart, series_of
from sim.answers.wording import label_of
from sim.measures.words import counted, interval, percent
from sim.questions.over_worlds import NO_PROBABILITY
from sim.questions.sensitivity.chaos import ENOUGH

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sim.answers.analysis import Analysis
    from sim.questions.sensitivity.run import SensitivityOverWorlds

_NEXT = 2  # parameters told after the first


def with_worlds(analysis: Analysis, over: SensitivityOverWorlds) -> Analysis:
    """Add to an answer how the parameters rank in plausible worlds."""
    ranks = over.ranks()
    return replace(
        analysis, answer=[*analysis.answer, *_said(over)], notes=[*analysis.notes, *_notes(over)],
        sections=[*analysis.sections, _section(over)],
        tables={**analysis.tables, "world_ranks": ranks, "world_shares": over.shares()},
        facts={**analysis.facts, "worlds": len(over.found), "points_in_worlds": over.points},
        units={**analysis.units, **dict.fromkeys(("st_low", "st_high"), "share")},
    )  # fmt: skip


def _said(over: SensitivityOverWorlds) -> Iterator[str]:
    n, rows = len(over.found), over.ranks().to_dict("records")
    first = rows[0]
    often = max(rows, key=lambda row: row["first"])
    yield (
        f"In {n} plausible worlds, each with {over.points} points x {over.seeds} runs of the {len(rows)} that matter "
        f"and all else as it is there, {label_of(often['parameter'])} decides most in {often['first']} of {n}. "
        f"On average {_ranked(first)}; {'; '.join(map(_ranked, rows[1 : 1 + _NEXT]))}."
    )
    same = int(over.orders().iloc[0])
    yield f"The most frequent order of all {len(rows)} is that of {counted(same, 'world')} of {n}. {NO_PROBABILITY}"


def _ranked(row: Mapping[Any, Any]) -> str:
    place = f"{row['rank']:.1f} ({row['rank_low']:g} to {row['rank_high']:g})"
    share = f"{percent(row['st'], signed=False)} ({interval(row['st_low'], row['st_high'], 'share', '')})"
    return f"{label_of(row['parameter'])} is at place {place} with a share of {share}"


def _notes(over: SensitivityOverWorlds) -> Iterator[str]:
    if over.interrupted:
        yield f"It was stopped: {len(over.found)} of {over.asked} plausible worlds count."
    elif len(over.found) < over.asked:
        yield f"{counted(over.asked - len(over.found), 'plausible world')} left out: no shares can be told there."
    if over.rough:
        yield (
            f"In {over.rough} of {len(over.found)} plausible worlds the small polynomial explains less than "
            f"{ENOUGH:.0%}; ranks are meant, and shares there are rough."
        )


def _section(over: SensitivityOverWorlds) -> ReportSection:
    ranks, n = over.ranks(), len(over.found)
    rows = [
        [
            label_of(row["parameter"]), f"{row['rank']:.1f}", f"{row['rank_low']:g} to {row['rank_high']:g}",
            f"{row['first']}", f"{row['clear']}", percent(row["st"], signed=False),
            interval(row["st_low"], row["st_high"], "share", ""),
        ]
        for row in ranks.to_dict("records")
    ]  # fmt: skip
    columns = ["parameter", "mean place", "best and\nworst", f"first in\n(of {n})", "above 0\nin", "mean share",
               "least and\ngreatest"]  # fmt: skip
    series = [series_of("share", ranks, "st", "st_{}")]
    chart = Chart(
        "worlds", "Shares in plausible worlds", "bar", list(map(label_of, ranks["parameter"])), series, "share",
        caption="Mean share of the variance; lines go from the least to the greatest of all worlds.",
    )  # fmt: skip
    lead = (
        f"A polynomial through {over.points} points in each of {n} worlds, over the same ranges; all that is not in "
        f"the table is as in the world. {NO_PROBABILITY}"
    )
    return ReportSection("In plausible worlds", lead, (), [TextTable(columns, rows, range(1, 7))], [chart])
