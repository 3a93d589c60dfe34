"""Draws of what is assumed: the plausible worlds, in an order of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.studies.worlds import plausible_draws

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario


def assumed_draws(count: int, key: int, scenario: Scenario) -> list[dict[str, float]]:
    """Give the values of a scenario in so many plausible worlds, by dotted name.

    Raises:
        InputError: The worlds there are belong to other rules.
    """
    return plausible_draws(count, key, scenario)
