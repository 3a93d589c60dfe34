"""The arithmetic of measures of a whole run; `sim.scenario.measures` declares them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from agents.machinery.clock import WEEKS_PER_QUARTER, WEEKS_PER_YEAR
from agents.machinery.codes import OUTCOME, REASON
from agents.rep.record import CUSTOMER_HOURS, INTERNAL_HOURS
from sim.engine.world import COMPACT
from sim.measures.conservation import hold_laws
from sim.scenario.measures import MEASURES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from agents.machinery.record import Rows
    from sim.engine.world import Quarter, World
    from sim.scenario.measures import Measure


@dataclass(frozen=True)
class Past:
    """What a run has left behind, as measures see it."""

    weekly: Rows  # weekly measures of the run. [weeks]
    deals: Rows  # closed opportunities, at least with the fields of `COMPACT`. [deals]
    quarters: Sequence[Quarter]  # ends of quarters
    active: Rows  # whether each seat is filled at the end. [seats]
    last: int  # the last week, in the calendar that counts the burn-in

    @classmethod
    def of(cls, world: World) -> Past:
        """Collect it from a world."""
        last = world.burn_in + world.week
        deals = np.concatenate(world.closed) if world.closed else np.empty(0, dtype=COMPACT)
        return cls(world.weekly(), deals, world.quarters, world.state.reps["active"], last)

    def sum(self, *names: str) -> float:
        """Sum of weekly measures over the run."""
        return float(sum(self.weekly[name].sum() for name in names))

    def mean(self, name: str) -> float:
        """Mean of a weekly measure over the run; nan for a run of no weeks."""
        return ratio(self.sum(name), len(self.weekly))

    def over(self, measure: Measure) -> float:
        """A weekly measure over the run: sum of a flow, total over total of a quotient, else mean."""
        if measure.flow:
            return self.sum(*measure.parts)
        return ratio(self.sum(*measure.parts), self.sum(*measure.whole) if measure.whole else len(self.weekly))

    def end(self, name: str) -> float:
        """A weekly measure in the last week; nan for a run of no weeks."""
        return float(self.weekly[name][-1]) if len(self.weekly) else float("nan")

    def won(self, name: str) -> Rows:
        """A field of the deals won. [deals won]."""
        values: Rows = self.deals[name][self.deals["outcome"] == OUTCOME.WON]
        return values

    def years(self) -> list[tuple[Rows, Rows]]:
        """Bookings and quota of each complete year (of what there is, in a shorter run), of seats filled at its end."""
        whole = [quarter for quarter in self.quarters if quarter.end >= WEEKS_PER_QUARTER]
        size = min(4, len(whole))
        years = []
        for start in range(0, len(whole) - size + 1, size) if size else ():
            group = whole[start : start + size]
            quota = np.sum([quarter.quota for quarter in group], axis=0)
            booked = np.sum([quarter.booked for quarter in group], axis=0)
            counted = (group[-1].active == 1) & (quota > 0.0)
            years.append((booked[counted], quota[counted]))
        return years


def summary_of(world: World, names: Iterable[str] = tuple(MEASURES)) -> dict[str, float]:
    """Compute headline measures of a world's run so far; BrokenRunError if something in it does not add up."""
    hold_laws(world)
    past = Past.of(world)
    return {name: measured(name, past) for name in names}


def ratio(part: float, whole: float) -> float:
    """Divide; nan where there is nothing to divide by."""
    return part / whole if whole else float("nan")


def measured(measure: Measure | str, past: Past) -> float:
    """Compute a measure, or the headline measure of a name; nan where it is not defined, as a win rate of no deals."""
    chosen = MEASURES[measure] if isinstance(measure, str) else measure
    own = _ARITHMETIC.get(chosen.name)
    return float(own(past) if own else past.over(chosen))


def grouped_median(weeks: Rows) -> float:
    """Median of whole numbers taken as rounded: interpolated within the one on which it falls; nan for none."""
    if not len(weeks):
        return float("nan")
    middle = float(np.sort(weeks)[len(weeks) // 2])
    below, equal = float(np.sum(weeks < middle)), float(np.sum(weeks == middle))
    return middle - 0.5 + (len(weeks) / 2.0 - below) / equal


def _share_at_quota(past: Past) -> float:
    shares = [float(np.mean(booked >= quota)) for booked, quota in past.years() if len(quota)]
    return ratio(sum(shares), len(shares))


def _median_attainment(past: Past) -> float:
    medians = [float(np.median(booked / quota)) for booked, quota in past.years() if len(quota)]
    return ratio(sum(medians), len(medians))


def _cycle_days(past: Past) -> float:
    return grouped_median(past.won("closed") - past.won("created")) * 7.0


def _cycle_closed_days(past: Past) -> float:
    counted = past.deals[past.deals["true_reason"] != REASON.DISQUALIFIED]
    return grouped_median(counted["closed"] - counted["created"]) * 7.0


def _deal_size(past: Past) -> float:
    amounts = past.won("amount")
    return ratio(float(amounts.sum()), len(amounts))


def _top20_share(past: Past) -> float:
    recent = (past.deals["outcome"] == OUTCOME.WON) & (past.deals["closed"] > past.last - WEEKS_PER_YEAR)
    by_seat = np.bincount(past.deals["seat"][recent], past.deals["amount"][recent], minlength=len(past.active))
    best = int(np.ceil(0.2 * max(int(past.active.sum()), 1)))
    return ratio(float(np.sort(by_seat)[::-1][:best].sum()), float(by_seat.sum()))


def _selling_share(past: Past) -> float:
    customer = past.sum(*CUSTOMER_HOURS)
    return ratio(customer, customer + past.sum(*INTERNAL_HOURS, "hours_unused"))


_ARITHMETIC: dict[str, Callable[[Past], float]] = {
    "bookings_per_quarter": lambda past: ratio(past.sum("bookings") * WEEKS_PER_QUARTER, len(past.weekly)),
    "recurring_end": lambda past: past.end("recurring"),
    "sales_efficiency": lambda past: ratio(past.sum("bookings", "renewed"), past.sum("cost")),
    "cost_of_new_value": lambda past: ratio(past.sum("cost"), past.sum("bookings")),
    "win_rate": lambda past: ratio(len(past.won("closed")), len(past.deals)),
    "win_rate_qualified": lambda past: ratio(
        len(past.won("closed")), int(np.sum(past.deals["true_reason"] != REASON.DISQUALIFIED))
    ),
    "no_decision_rate": lambda past: ratio(int(np.sum(past.deals["outcome"] == OUTCOME.NO_DECISION)), len(past.deals)),
    "loss_rate": lambda past: ratio(int(np.sum(past.deals["outcome"] == OUTCOME.LOST)), len(past.deals)),
    "won_per_year": lambda past: ratio(len(past.won("closed")) * WEEKS_PER_YEAR, len(past.weekly)),
    "share_at_quota": _share_at_quota,
    "median_attainment": _median_attainment,
    "cycle_days": _cycle_days,
    "cycle_closed_days": _cycle_closed_days,
    "deal_size": _deal_size,
    "bookings_per_rep_year": lambda past: ratio(past.sum("bookings") * WEEKS_PER_YEAR, past.sum("reps")),
    "top20_share": _top20_share,
    "selling_share": _selling_share,
    "coordination_hours": lambda past: past.mean("hours_coordination"),
    "opportunities_per_rep": lambda past: ratio(past.sum("opportunities"), past.sum("reps")),
    "turnover": lambda past: ratio(past.sum("leavers") * WEEKS_PER_YEAR, past.sum("reps")),
    "churn_rate": lambda past: ratio(past.sum("churned"), past.sum("churned", "renewed")),
    "overlay_ratio_end": lambda past: ratio(past.end("specialists"), past.end("reps")),
}
"""How each headline measure is computed that is not simply a weekly one over the run."""
