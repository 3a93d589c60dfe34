"""Runs of many seeds of an organization that has a year behind it at week 0: what its sheets look back on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agents.machinery.clock import WEEKS_PER_QUARTER, WEEKS_PER_YEAR
from sim.engine.world import prepare
from sim.scenario.errors import InputError
from sim.scenario.seeds import read_seeds, weeks_of
from sim.studies.executor import Batch, check_workers, go_on_unless

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable

    from sim.scenario.scenario import Scenario

SEEDS = 20
MOST_SEEDS = 10_000


@dataclass(frozen=True, slots=True)
class SheetRuns:
    """What was found for each seed, in their order."""

    seeds: list[int]
    weeks: int
    found: list[Any]
    interrupted: bool


def run_sheet(
    read: Callable[[Scenario, int, int], Any], scenario: Scenario, seeds: int | Iterable[int], *,
    weeks: int | None = None, workers: int | None = None, progress: Callable[[int, int], None] | None = None,
) -> SheetRuns:  # fmt: skip
    """Read something off a run of each seed.

    Args:
        read: Runs the scenario with a seed and so many weeks, and gives what is wanted of it.
        scenario: The organization.
        seeds: How many, or which.
        weeks: Weeks of each run; the scenario's own by default.
        workers: Threads, as many as there are cores by default.
        progress: Told after each seed how many are done and how many there are.

    Raises:
        InputError: There is no whole quarter, or no year of burn-in to look back on.
        KeyboardInterrupt: It was stopped before two seeds were finished.
    """
    horizon, chosen = weeks_of(scenario, weeks), read_seeds(seeds, 2, MOST_SEEDS)
    if horizon < WEEKS_PER_QUARTER:
        raise InputError(f"{horizon} weeks have no whole quarter; give at least {WEEKS_PER_QUARTER}")
    burn_in = int(scenario["organization.burn_in_weeks"])
    if burn_in < WEEKS_PER_YEAR:
        raise InputError(
            f"this looks back on the last year, and organization.burn_in_weeks is {burn_in}; "
            f"set it to at least {WEEKS_PER_YEAR}"
        )
    check_workers(workers)
    prepare()

    def job(seed: int, stopped: threading.Event) -> Any:
        go_on_unless(stopped)
        return read(scenario, seed, horizon)

    batch = Batch(job, workers, scenario)
    found = list(batch.results(chosen, progress))
    if len(found) < 2:
        raise KeyboardInterrupt
    return SheetRuns(list(chosen[: len(found)]), horizon, found, batch.stopped.is_set())
