"""How many bytes a study will take, from figures measured on the shipped scenarios."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.errors import InputError

if TYPE_CHECKING:
    from sim.experiments.study.places import Place
    from sim.experiments.study.plan import StudyPlan

ROW_BYTES = 110  # names of run and case
NUMBER_BYTES = 8.5  # a measure of a run
PART_BYTES = 12_000  # head and foot of a file of results, by the ~64 runs it has
_RUNS_A_PART = 40
WEEK_BYTES = 300  # the weekly measures of a week
DEAL_BYTES = 80
_DEALS = 0.016  # an account and week


def kept_bytes(plan: StudyPlan) -> float:
    """Bytes of weekly measures and deals of a run, as they are kept."""
    total = 0.0
    if "weekly" in plan.keep:
        total += WEEK_BYTES * plan.weeks
    if "deals" in plan.keep:
        accounts = float(plan.scenario["structure.n_reps"]) * float(plan.scenario["market.accounts_per_rep"])
        total += DEAL_BYTES * _DEALS * accounts * plan.weeks
    return total


def run_bytes(plan: StudyPlan) -> float:
    """Bytes of a run, as it is kept."""
    return ROW_BYTES + PART_BYTES / _RUNS_A_PART + NUMBER_BYTES * len(plan.measures) + kept_bytes(plan)


def check_room(plan: StudyPlan, missing: int, place: Place) -> None:
    """Refuse what cannot fit.

    Args:
        plan: The study.
        missing: Runs that are still to be done.
        place: Where they go.

    Raises:
        InputError: The disk has less room than they need.
    """
    free = place.free()
    needed = missing * run_bytes(plan)
    if free is not None and needed > free:
        raise InputError(
            f"{missing:,} runs need about {in_bytes(needed)} ({in_bytes(run_bytes(plan))} each) in {place.name}, "
            f"where {in_bytes(free)} are free; run fewer, keep less of each, or name a folder with more room"
        )


def in_bytes(number: float) -> str:
    """Write a number of bytes for people."""
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000:
            return f"{number:.3g} {unit}"
        number /= 1000
    return f"{number:,.3g} TB" if number < 1000 else f"{number:,.0f} TB"
