"""A comparison over what is assumed: at both ends of what nobody has said, and in plausible worlds.

Each plausible world has its own burn-in, and all have the same seeds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.measures.words import amount, title_of
from sim.questions.compare.run import compare, open_unknowns
from sim.questions.over_worlds import NO_PROBABILITY, SEEDS, over_worlds, sentences
from sim.scenario.errors import InputError
from sim.scenario.measures import MEASURES
from sim.scenario.scenario import Scenario
from sim.studies.cases import AS_IS
from sim.studies.folders import WORLDS
from sim.studies.worlds import how_found, worlds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import pandas as pd

    from sim.questions.compare.comparison import Comparison
    from sim.questions.over_worlds import OverWorlds
    from sim.scenario.parameters.base import Value
    from sim.scenario.schema import UnknownSpec
    from sim.studies.cases import Changes
    from sim.studies.worlds import PlausibleWorld


PAIRS_AT_ENDS = 12
"""Pairs of runs at each end. Assumed: enough to see whether an answer turns."""

Ends = dict[tuple[str, str], list[tuple["Value", float, float, float]]]
"""By unknown and case: value, difference and the ends of its 95% interval, at each end of the range."""


def over_ranges(
    scenario: Scenario,
    cases: Sequence[tuple[str, Changes]],
    measure: str,
    *,
    weeks: int | None = None,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[str]:
    """Compare again at both ends of the range of each unknown the measure leans on; one sentence for each case.

    Args:
        scenario: The organization as it is, with its unknowns.
        cases: Changes by name, as `sim.questions.compare.run.compare` takes them.
        measure: The main measure.
        weeks: Weeks of each run, `organization.weeks` unless given.
        workers: Threads.
        progress: Told after each comparison how many are done and how many there are.

    Raises:
        InputError: The scenario marks nothing as unknown, or nothing the measure leans on.
    """
    items = unknowns_of(scenario, measure)
    points = [(item, end) for item in items for end in (item.low, item.high)]
    ends: Ends = {}
    for number, (item, end) in enumerate(points, start=1):
        moved = scenario.override({item.parameter: end}, origin=f"[[unknowns]] {item.name}")
        effects = compare(moved, cases, PAIRS_AT_ENDS, measure=measure, weeks=weeks, workers=workers).effects
        for row in _main(effects, measure).to_dict("records"):
            key = (item.name, str(row["case"]))
            ends.setdefault(key, []).append((end, row["difference"], row["low"], row["high"]))
        if progress:
            progress(number, len(points))
    names = dict.fromkeys(case for _, case in ends)
    return [sentence(case, {name: rows for (name, of), rows in ends.items() if of == case}, scenario, measure)
            for case in names]  # fmt: skip


def unknowns_of(scenario: Scenario, measure: str) -> Sequence[UnknownSpec]:
    """Give what nobody has said and a measure leans on; InputError if there is nothing."""
    items = open_unknowns(scenario, measure)
    if not items:
        raise InputError(f"{scenario.name} marks no [[unknowns]] that {measure} leans on; flywheel crm writes them")
    return items


def _main(effects: pd.DataFrame, measure: str) -> pd.DataFrame:
    return effects[(effects["measure"] == measure) & (effects["case"] != AS_IS)]


def sentence(
    case: str, ends: dict[str, list[tuple[Value, float, float, float]]], scenario: Scenario, measure: str
) -> str:
    """Say between what the difference lies, what moves it most, and where its sign turns.

    Args:
        case: Name of the case.
        ends: By unknown: value, difference, low and high at each end.
        scenario: For the currency.
        measure: Whose difference it is.
    """
    every = [difference for rows in ends.values() for _, difference, _, _ in rows]
    moved = {name: max(row[1] for row in rows) - min(row[1] for row in rows) for name, rows in ends.items()}
    most = max(moved, key=lambda name: moved[name])
    low, high = (
        amount(end, MEASURES[measure].unit, scenario.currency, signed=True) for end in (min(every), max(every))
    )
    signs = {name: {1 if row[2] > 0 else -1 if row[3] < 0 else 0 for row in rows} for name, rows in ends.items()}
    surely = set.union(*signs.values())
    if surely in ({1}, {-1}):
        verdict = "its sign holds at every end"
    elif {1, -1} <= surely:
        verdict = "its sign turns, so find out first"
    else:
        verdict = "it cannot be told from zero at every end"
    return (
        f"Over the plausible ranges of what nobody has said ({PAIRS_AT_ENDS} pairs at each end, one at a time) the "
        f"difference of {title_of(case).lower()} in {MEASURES[measure].label.lower()} lies between {low} and {high}; "
        f"{verdict}; {most} moves it most."
    )


def compare_worlds(
    scenario: Scenario,
    cases: Sequence[tuple[str, Changes]],
    measure: str,
    *,
    count: int | str | None = None,
    seeds: int = SEEDS,
    weeks: int | None = None,
    workers: int | None = None,
    from_start: bool = False,
    folder: Path | str | None = None,
    progress: Callable[[int, int], None] | None = None,
    seen: Callable[[PlausibleWorld, Comparison], None] | None = None,
) -> dict[str, OverWorlds]:
    """Compare in every plausible world.

    Args:
        scenario: The organization as it is.
        cases: Changes by name, as `sim.questions.compare.run.compare` takes them.
        measure: The main measure.
        count: Worlds, or a file that names some; all there are by default.
        seeds: Pairs of runs in each world.
        weeks: Weeks of each run, `organization.weeks` unless given.
        workers: Threads.
        from_start: Give each case that changes parameters a burn-in of its own.
        folder: Where finished seeds are kept, here or at a URL, those of each world in a folder of its own within
            `WORLDS`, so that the same call goes on or adds worlds; in memory only by default.
        progress: Told after each world how many are done and how many there are.
        seen: Shown each world's comparison.

    Returns:
        The effect of each case in each world, by case; with Ctrl-C in those that are finished.

    Raises:
        InputError: There are not so many worlds, they belong to other rules, or a case cannot be used.
        KeyboardInterrupt: It was stopped before a world was finished.
    """
    chosen = worlds(count)
    found: list[tuple[PlausibleWorld, pd.DataFrame]] = []
    names: dict[str, None] = {}
    for number, world in enumerate(chosen, start=1):
        moved = [(name, world.of(case) if isinstance(case, Scenario) else case) for name, case in cases]
        result = compare(
            world.of(scenario), moved, seeds, measure=measure, weeks=weeks, workers=workers, from_start=from_start,
            whole=0, folder=None if folder is None else f"{folder}/{WORLDS}/{world.name}",
        )  # fmt: skip
        if result.interrupted:
            break
        names = dict.fromkeys(name for name in result.cases if name != AS_IS)
        found.append((world, result.effects[result.effects["measure"] == measure]))
        if seen:
            seen(world, result)
        if progress:
            progress(number, len(chosen))
    if not found:
        raise KeyboardInterrupt
    return {case: over_worlds(found, case, measure, seeds) for case in names}


def told(found: dict[str, OverWorlds], scenario: Scenario) -> list[str]:
    """Say what was found of every case, and that it is no probability."""
    active = how_found()["active"]
    lines = [line for case, one in found.items() for line in sentences(one, title_of(case).lower(), scenario, active)]
    return [*lines, NO_PROBABILITY]
