"""How many bytes a study will take, from figures measured on the shipped scenarios."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.scenario.errors import InputError

if TYPE_CHECKING:
    from sim.studies.plan import StudyPlan
    from sim.studies.storage import Storage

ROW_BYTES = 30  # names of run and case
NUMBER_BYTES = 8  # a measure of a run
FILE_BYTES = 500  # of a file, beside its columns
COLUMN_BYTES = 125  # of a column of a file
WEEK_BYTES = 290  # the weekly measures of a week
DEAL_BYTES = 65
_DEALS = 0.016  # an account and week
_COLUMNS = {"weekly": 63, "deals": 26}


def kept_bytes(plan: StudyPlan) -> float:
    """Bytes of weekly measures and deals of a run, as they are kept."""
    total = 0.0
    if "weekly" in plan.keep:
        total += WEEK_BYTES * plan.weeks
    if "deals" in plan.keep:
        total += DEAL_BYTES * _DEALS * accounts_of(plan) * plan.weeks
    return total


def accounts_of(plan: StudyPlan) -> float:
    """Accounts of a plan's organization, about."""
    return float(plan.scenario["structure.n_reps"]) * float(plan.scenario["market.accounts_per_rep"])


def study_bytes(plan: StudyPlan, runs: int, parts: int) -> float:
    """Bytes of runs of a plan, as they are kept in so many parts."""
    columns = 4 + len(plan.measures) + sum(_COLUMNS[kind] for kind in plan.keep)
    files = FILE_BYTES * (1 + len(plan.keep)) + COLUMN_BYTES * columns
    return parts * files + runs * (ROW_BYTES + NUMBER_BYTES * len(plan.measures) + kept_bytes(plan))


def check_room(plan: StudyPlan, missing: int, parts: int, place: Storage) -> None:
    """Raise InputError if `missing` runs, in so many parts, need more room than there is where they go."""
    free = place.free()
    needed = study_bytes(plan, missing, parts)
    if free is not None and needed > free:
        raise InputError(
            f"{missing:,} runs need about {in_bytes(needed)} ({in_bytes(needed / missing)} each) in {place.name}, "
            f"where {in_bytes(free)} are free; run fewer, keep less of each, or name a folder with more room"
        )


def in_bytes(number: float) -> str:
    """Write a number of bytes for people."""
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000:
            return f"{number:.3g} {unit}"
        number /= 1000
    return f"{number:,.3g} TB" if number < 1000 else f"{number:,.0f} TB"
