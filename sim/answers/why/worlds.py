"""Why a measure is missed in plausible worlds, in words, a table and a chart."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sim.answers.analysis import ReportSection, TextTable
from sim.answers.chart import Chart, ChartSeries
from sim.answers.why.words import name_in_words
from sim.measures.words import amount, counted, interval, listed
from sim.questions.over_worlds import NO_PROBABILITY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.answers.analysis import Analysis
    from sim.questions.why.deals import WhyOverWorlds
    from sim.questions.why.explain import Why

_TOLD = 3  # ends of the chain that are told
_SHOWN = 20  # causes in the report; all are in the table


def said(why: Why, over: WhyOverWorlds) -> Iterator[str]:
    """Say in how many worlds it is missed, what the levers recover there, and where the chain ends."""
    n, counts, currency = len(over.found), over.verdicts(), why.scenario.currency
    mean, low, high = (why.sign * end for end in over.recovered())
    gain = amount(mean, why.unit, currency, signed=True)
    ends = interval(min(low, high), max(low, high), why.unit, currency, signed=True)
    untold = f", and in {counts['undecided']} that cannot be told" if counts["undecided"] else ""
    yield (
        f"Over {n} plausible worlds with {over.seeds} pairs each, {why.measure.replace('_', ' ')} is missed in "
        f"{counts['missed']} and met in {counts['met']}{untold}: with every lever at its reference it would change by "
        f"{gain} on average ({ends} in nineteen of twenty worlds)."
    )
    m, found = over.explained(), over.ends()
    if m:
        named = [f"{name_in_words(name)} in {count}" for name, count in list(found.items())[:_TOLD]]
        rest = m - sum(list(found.values())[:_TOLD])
        more = f", elsewhere in {rest}" if rest else ""
        here = why.ends[0].path[-1] if why.ends else ""
        same = f" As here, it ends at {name_in_words(here)} in {found[here]} of {m}." if here else ""
        where = counted(m, "world")
        yield f"Something is to be explained in {where}: there the chain ends at {listed(named)}{more}.{same}"
    if over.interrupted:
        yield f"It was stopped: {n} of {over.asked} plausible worlds are finished, and only they count."
    yield NO_PROBABILITY


def with_worlds(analysis: Analysis, why: Why, over: WhyOverWorlds) -> Analysis:
    """Add to an answer what explains the measure in plausible worlds."""
    return replace(
        analysis, answer=[*analysis.answer, *said(why, over)], sections=[*analysis.sections, _section(why, over)],
        tables={**analysis.tables, "worlds": over.every(), "world_causes": over.causes()},
        facts={
            **analysis.facts,
            "worlds": {
                "seeds": over.seeds, "verdicts": dict(over.verdicts()), "ends": dict(over.ends()),
                "causes": over.causes().to_dict("records"),
            },
        },
    )  # fmt: skip


def causes_table(why: Why, over: WhyOverWorlds) -> TextTable:
    """Say of each cause in how many worlds it recovers something and is the largest."""
    unit, currency = why.unit, why.scenario.currency
    rows = [
        [
            name_in_words(row["cause"]), name_in_words(row["of"]), str(row["worlds"]),
            f"{row['helps']} · {row['hurts']}", str(row["first"]),
            amount(row["recovered"], unit, currency, signed=True),
            interval(row["low"], row["high"], unit, currency, signed=True),
        ]
        for row in over.causes().head(_SHOWN).to_dict("records")
    ]  # fmt: skip
    columns = ["cause", "of", "asked in\nworlds", "surely recovers ·\ncosts", "largest\nin", "recovers,\nmean",
               "nineteen of\ntwenty worlds"]  # fmt: skip
    return TextTable(columns, rows, range(2, 7), f"Causes in {len(over.found)} plausible worlds")


def _section(why: Why, over: WhyOverWorlds) -> ReportSection:
    ends = over.ends()
    chart = Chart(
        "worlds", f"Where the chain from {why.measure.replace('_', ' ')} ends in plausible worlds", "bar",
        list(map(name_in_words, ends)),
        [ChartSeries("worlds", [float(count) for count in ends.values()])], "worlds",
        caption=f"Of {len(over.found)} plausible worlds; a share of worlds is no probability.",
    )  # fmt: skip
    return ReportSection("In plausible worlds", NO_PROBABILITY, (), [causes_table(why, over)], [chart])
