"""Whole numbers people give when they start a run: seeds and weeks."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sim.scenario.errors import InputError, repeated
from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

LARGEST_SEED = 2**63 - 1


def check_seed(seed: Any) -> int:
    """Return the seed as an integer; InputError if it is no whole number from 0 to 2**63 - 1."""
    return check_whole("seed", seed, 0, LARGEST_SEED)


def check_weeks(weeks: Any) -> int:
    """Return the number of weeks as an integer; InputError if it is none that `organization.weeks` allows."""
    bounds = parameter("organization.weeks")
    return check_whole("weeks", weeks, int(bounds.low or 1), int(bounds.high or 1))


def weeks_of(scenario: Scenario, weeks: int | None) -> int:
    """Give the weeks of each run, those of the scenario unless others are asked for; InputError as `check_weeks`."""
    return check_weeks(int(scenario["organization.weeks"]) if weeks is None else weeks)


def read_seeds(seeds: int | Iterable[int], least: int, most: int) -> tuple[int, ...]:
    """Give the seeds: so many from 0 on, or those listed; InputError for too few or too many, or one listed twice."""
    if not isinstance(seeds, Iterable):
        if not _is_whole(seeds, least, most):
            needed = "an interval needs" if least > 1 and isinstance(seeds, int) else "it must be a whole number"
            raise InputError(f"{seeds} seeds are not allowed; {needed} from {least} to {most:,}")
        return tuple(range(int(seeds)))
    listed = tuple(check_seed(seed) for seed in seeds)
    if len(listed) < least:
        raise InputError(f"{len(listed)} seeds are not enough; there must be at least {least}")
    if (seed := repeated(listed)) is not None:
        raise InputError(f"seed {seed} is listed twice; each seed counts once")
    return listed


def longest() -> int:
    """Weeks of the longest run there can be."""
    return int(parameter("organization.weeks").high or 1)


def check_whole(name: str, number: Any, low: int, high: int) -> int:
    """Return a number as an integer; InputError, which calls it by its name, if it is no whole one in the range."""
    if not _is_whole(number, low, high):
        raise InputError(f"{name} = {number!r} is not allowed; it must be a whole number from {low:,} to {high:,}")
    return operator.index(number)


def _is_whole(number: Any, low: int, high: int) -> bool:
    try:
        return not isinstance(number, bool) and low <= operator.index(number) <= high
    except TypeError:
        return False
