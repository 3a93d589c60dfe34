"""Whole numbers people give when they start a run: seeds and weeks."""

import operator
from typing import Any

from sim.scenario.errors import InputError
from sim.scenario.parameters import parameter

LARGEST_SEED = 2**63 - 1


def check_seed(seed: Any) -> int:
    """Return the seed as an integer.

    Raises:
        InputError: It is no whole number from 0 to 2**63 - 1.
    """
    return _whole(seed, "seed", 0, LARGEST_SEED)


def check_weeks(weeks: Any) -> int:
    """Return the number of weeks as an integer.

    Raises:
        InputError: It is no whole number that `organization.weeks` allows.
    """
    bounds = parameter("organization.weeks")
    return _whole(weeks, "weeks", int(bounds.low or 1), int(bounds.high or 1))


def longest() -> int:
    """Weeks of the longest run there can be."""
    return int(parameter("organization.weeks").high or 1)


def _whole(number: Any, name: str, low: int, high: int) -> int:
    try:
        whole = operator.index(number)
    except TypeError:
        whole = low - 1
    if isinstance(number, bool) or not low <= whole <= high:
        raise InputError(f"{name} = {number!r} is not allowed; it must be a whole number from {low} to {high}")
    return whole
