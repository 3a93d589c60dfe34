"""The same comparison in plausible worlds, each with its own burn-in, all with the same seeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.measures.words import title_of
from sim.questions.compare.run import compare
from sim.questions.over_worlds import NO_PROBABILITY, SEEDS, over_worlds, sentences
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
    from sim.studies.cases import Changes
    from sim.studies.worlds import PlausibleWorld


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
