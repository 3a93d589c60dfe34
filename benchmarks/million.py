"""What a million runs cost, worked out from the rows that are kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from benchmarks.sizes import defaults
from sim.studies.chunks import Grid
from sim.studies.cost import PRICE, StudyCost, duration
from sim.studies.plan import StudyPlan
from sim.studies.size import in_bytes, study_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.table import Row

RUNS = 1_000_000
CORES = 2, 16, 100
_RUN, _KEPT = "default scenario, one run", "store and scheduler, share of a run"
_TWO, _WORKER, _STUDY = "two workers against one", "memory of a process that runs", "memory of a study"


def million(rows: Iterable[Row]) -> str:
    """Give the table as Markdown.

    Raises:
        KeyError: A row it rests on is not kept.
    """
    found = list(rows)
    run = _number(found, _RUN, r"^([\d.]+) ms") / 1000
    kept = _number(found, _KEPT, r"([\d.]+) ms of processor time each", note=True) / 1000
    each = _number(found, _TWO, r"^([\d.]+) times") / 2
    worker = _number(found, _WORKER, r"^([\d.]+) MB") * 1e6
    reads = _number(found, _STUDY, r"and ([\d.]+) MB", note=True) * 1e6
    cost, parts = _cost(run + kept, worker)
    weekly, deals = (_cost(run, worker, keep)[0].disk for keep in ("weekly", "deals"))
    taken = f"{run * 1000:.0f} ms a run, a year of burn-in and three years; {kept * 1000:.1f} ms to plan and keep it"
    lines = [
        ("processor", taken, f"{cost.core_hours:.1f} core-hours"),
        *((f"time on {cores} cores", f"two workers do {2 * each:.2f} times the work of one; as much of each core",
           duration(cost.wall(cores, each))) for cores in CORES),
        ("memory", "of each worker that is a process; threads share it", in_bytes(worker)),
        ("memory", "of who plans, hands out and reads 100,000 runs", in_bytes(reads)),
        ("disk", f"all measures of {RUNS:,} runs in {parts:,} files", in_bytes(cost.disk)),
        ("disk, weekly measures kept too", "", in_bytes(weekly)),
        ("disk, deals kept too", "", in_bytes(deals)),
        (f"price at {PRICE:g} USD a core-hour", "an assumed price; `flywheel sweep --plan --core-hour` takes yours",
         f"{cost.price(PRICE):.2f} USD"),
    ]  # fmt: skip
    return "\n".join(
        ["| what | measured | a million runs |", "|---|---|---|", *(f"| {' | '.join(one)} |" for one in lines)]
    )


def _cost(seconds: float, memory: float, *keep: str) -> tuple[StudyCost, int]:
    cases = {f"c{number}": {"training.hours_per_quarter": number / 1000} for number in range(1000)}
    plan = StudyPlan.of(defaults(), cases, RUNS // len(cases), keep=keep)
    parts = Grid(plan).parts(max(CORES))
    return StudyCost(RUNS, seconds, study_bytes(plan, RUNS, parts), memory), parts


def _number(rows: list[Row], what: str, pattern: str, *, note: bool = False) -> float:
    for row in rows:
        if row.what.startswith(what) and (number := re.search(pattern, row.note if note else row.measured)):
            return float(number[1])
    raise KeyError(what)
