"""What a mix of levers costs a year more than as is, at list prices: what the model itself would book for it.

The rules book each week (`agents.organization.money.book_costs`): pay and overhead of reps, hours of training, the
cost of filling a seat, marketing leads, specialists, managers, and hours on the playbook. The same is added up here
from the scenario's numbers, with every seat filled from the week it is planned and paid as at quota. What follows from
success or failure is no list price: variable pay, vacancies and what fills them, specialists asked for after a miss.
Hours of managers and reps that are only used otherwise cost nothing; what they are missed for shows in the result.
"""

from __future__ import annotations

import math
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.machinery.clock import WEEKS_PER_YEAR
from agents.machinery.codes import KIND_NAMES
from agents.machinery.formulas import seats_due, whole_seats, with_burden
from agents.machinery.rule import uncompiled
from sim.engine.state import tree_sizes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.scenario.parameters.base import Value
    from sim.scenario.scenario import Scenario

SPECIALISTS = tuple(f"structure.{kind}_specialists" for kind in KIND_NAMES)
TRAINING = "training.hours_per_quarter"
CODIFICATION = "training.codification_hours_per_quarter"
LEADS = "operations.marketing_leads_per_week"
GROWTH = "talent.headcount_growth_per_year"
REPS = "structure.n_reps"
PRICED = (*SPECIALISTS, TRAINING, CODIFICATION, GROWTH, REPS, LEADS)
"""Levers the model books money for, in the order in which a mix's spend is shared out among them."""

_QUARTERS = 4


class PriceBook:
    """List prices of one organization over one horizon; from the start, mixes have a burn-in of their own."""

    def __init__(self, scenario: Scenario, weeks: int, *, from_start: bool = False) -> None:
        self.scenario, self.weeks, self.from_start = scenario, weeks, from_start
        self._as_is = self.yearly({})

    def spend(self, changes: Mapping[str, Value]) -> float:
        """Yearly cost of changes above that of as is; negative where it saves. [currency / year]."""
        return self.yearly(changes) - self._as_is

    def shares(self, changes: Mapping[str, Value]) -> dict[str, float]:
        """Share a mix's spend out among its levers, which it adds up to; what is not priced has none.

        Further seats want training and leads too; that is counted with the lever that comes later in `PRICED`.
        """
        spends: dict[str, float] = {}
        before, so_far = self._as_is, {}
        for dotted in PRICED:
            if dotted in changes:
                so_far[dotted] = changes[dotted]
                now = self.yearly(so_far)
                spends[dotted], before = now - before, now
        return spends

    def yearly(self, changes: Mapping[str, Value]) -> float:
        """Cost of a year at list prices, mean over the run. [currency / year]."""
        value = partial(self._value, changes)
        seats, opened = self._seats(changes)
        cost = seats * self.seat(changes) + opened * value("talent.replacement_cost")
        cost += sum(value(kind) for kind in SPECIALISTS) * value("structure.specialist_cost")
        cost += _QUARTERS * value(CODIFICATION) * value("training.cost_per_hour")
        return cost + self._managers(changes) * value("management.cost")

    def seat(self, changes: Mapping[str, Value]) -> float:
        """Cost of a year of one filled seat: pay as at quota, overhead, training and leads. [currency / year]."""
        value = partial(self._value, changes)
        cost: float = uncompiled(with_burden)(value("talent.on_target_earnings"), value("talent.pay_burden"))
        cost += _QUARTERS * value(TRAINING) * value("training.cost_per_hour") * value("mechanisms.training")
        leads = WEEKS_PER_YEAR * value(LEADS) * value("mechanisms.marketing")
        return cost + leads * value("operations.marketing_cost_per_lead")

    def _value(self, changes: Mapping[str, Value], dotted: str) -> float:
        return float(changes.get(dotted, self.scenario[dotted]))

    def _seats(self, changes: Mapping[str, Value]) -> tuple[float, float]:
        """Planned seats, mean over the run, and seats opened a year."""
        planned = self.planned(changes)
        opened = float(np.maximum(np.diff(planned), 0).sum())
        return float(planned[1:].mean()), opened * WEEKS_PER_YEAR / self.weeks

    def planned(self, changes: Mapping[str, Value]) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Planned seats at the end of the burn-in and of each week of the run. [weeks + 1]."""
        as_is = self.scenario
        reps = int(changes.get(REPS, as_is[REPS]))
        room = reps + math.floor(reps * float(as_is["structure.growth_room"]))
        later = float(changes.get(GROWTH, as_is[GROWTH]))
        first = later if self.from_start else float(as_is[GROWTH])
        burn_in = int(as_is["organization.burn_in_weeks"])
        return planned_seats(reps, room, (first, later), burn_in, self.weeks)

    def _managers(self, changes: Mapping[str, Value]) -> int:
        reps, span = int(changes.get(REPS, self.scenario[REPS])), float(self.scenario["structure.span_of_control"])
        return sum(tree_sizes(max(1, math.ceil(reps / span), len(self.scenario.teams)), span))


@cache
def planned_seats(
    reps: int, room: int, growth: tuple[float, float], burn_in: int, weeks: int
) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Planned seats as the rule `staff` plans them: `reps` filled at the start, `room` for all; not to be changed.

    Growth is yearly, during the burn-in and after it. At the end of the burn-in, then of each week. [weeks + 1]
    """
    planned, due = reps, 0.0
    seats = [planned]
    for week in range(burn_in + weeks):
        due += uncompiled(seats_due)(growth[week >= burn_in], planned)
        whole = uncompiled(whole_seats)(due, planned, room)
        planned, due = planned + whole, min(due - whole, 1.0)
        seats.append(planned)
    return np.array(seats[burn_in:], dtype=np.int64)
