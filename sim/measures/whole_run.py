"""Measures of a whole run: each a number with a unit, a definition and the direction that is better."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from agents.machinery.clock import WEEKS_PER_QUARTER, WEEKS_PER_YEAR
from agents.machinery.codes import OUTCOME, REASON
from sim.engine.world import COMPACT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from agents.machinery.record import Rows
    from sim.engine.world import Quarter, World

CUSTOMER_HOURS = ("hours_opportunities", "hours_prospecting", "hours_growth")
"""Uses of hours that reach a buyer."""

INTERNAL_HOURS = (
    "hours_admin",
    "hours_reporting",
    "hours_inspection",
    "hours_coordination",
    "hours_switching",
    "hours_training",
    "hours_coaching",
)
"""Uses of hours that do not."""


@dataclass(frozen=True)
class Past:
    """What a run has left behind, as measures see it.

    Attributes:
        weekly: Weekly measures of the run. [weeks]
        deals: Closed opportunities, at least with the fields of `COMPACT`. [deals]
        quarters: Ends of quarters.
        active: Whether each seat is filled at the end. [seats]
        last: The last week, in the calendar that counts the burn-in.
    """

    weekly: Rows
    deals: Rows
    quarters: Sequence[Quarter]
    active: Rows
    last: int

    @classmethod
    def of(cls, world: World) -> Past:
        """Collect it from a world."""
        last = world.burn_in + world.week
        deals = np.concatenate(world.closed) if world.closed else np.empty(0, dtype=COMPACT)
        weekly = world.state.weekly[world.burn_in + 1 : last + 1]
        return cls(weekly, deals, world.quarters, world.state.reps["active"], last)

    def sum(self, *names: str) -> float:
        """Sum of weekly measures over the run."""
        return float(sum(self.weekly[name].sum() for name in names))

    def mean(self, name: str) -> float:
        """Mean of a weekly measure over the run; nan for a run of no weeks."""
        return ratio(self.sum(name), len(self.weekly))

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


@dataclass(frozen=True, slots=True)
class Measure:
    """One headline measure of a run.

    Attributes:
        name: Key in `run.summary`.
        unit: Its unit.
        doc: Its definition.
        better: 1 if more is better, -1 if less is, 0 if neither.
        of: Computes it; nan where it is not defined, such as a win rate without a closed deal.
    """

    name: str
    unit: str
    doc: str
    better: int
    of: Callable[[Past], float]


MEASURES: dict[str, Measure] = {}
"""Every headline measure by name, in the order of listings."""


def _measure(unit: str, better: int = 0) -> Callable[[Callable[[Past], float]], Callable[[Past], float]]:
    def register(function: Callable[[Past], float]) -> Callable[[Past], float]:
        name = function.__name__
        MEASURES[name] = Measure(name, unit, (function.__doc__ or "").strip(), better, function)
        return function

    return register


def summary_of(world: World) -> dict[str, float]:
    """Compute every headline measure of a world's run so far."""
    past = Past.of(world)
    return {name: float(measure.of(past)) for name, measure in MEASURES.items()}


def ratio(part: float, whole: float) -> float:
    """Divide; nan where there is nothing to divide by."""
    return part / whole if whole else float("nan")


@_measure("currency", 1)
def net_contribution(past: Past) -> float:
    """Gross margin x (bookings + renewals) - all sales cost."""
    return past.sum("net_contribution")


@_measure("currency", 1)
def bookings(past: Past) -> float:
    """Annual contract value of all orders signed."""
    return past.sum("bookings")


@_measure("currency / quarter", 1)
def bookings_per_quarter(past: Past) -> float:
    """Bookings / quarter of 13 weeks."""
    return ratio(past.sum("bookings") * WEEKS_PER_QUARTER, len(past.weekly))


@_measure("currency", 1)
def renewed(past: Past) -> float:
    """Contract value renewed."""
    return past.sum("renewed")


@_measure("currency / year", 1)
def recurring_end(past: Past) -> float:
    """Recurring revenue in the last week."""
    return past.end("recurring")


@_measure("currency", -1)
def cost(past: Past) -> float:
    """All sales cost."""
    return past.sum("cost")


@_measure("ratio", 1)
def sales_efficiency(past: Past) -> float:
    """(Bookings + renewals) / sales cost."""
    return ratio(past.sum("bookings", "renewed"), past.sum("cost"))


@_measure("share", 1)
def win_rate(past: Past) -> float:
    """Won / all closed opportunities, the disqualified included."""
    return ratio(len(past.won("closed")), len(past.deals))


@_measure("share", 1)
def win_rate_qualified(past: Past) -> float:
    """Won / closed opportunities that were not disqualified."""
    return ratio(len(past.won("closed")), int(np.sum(past.deals["true_reason"] != REASON.DISQUALIFIED)))


@_measure("share", -1)
def no_decision_rate(past: Past) -> float:
    """Ended in no decision / all closed opportunities, the disqualified included."""
    return ratio(int(np.sum(past.deals["outcome"] == OUTCOME.NO_DECISION)), len(past.deals))


@_measure("share", -1)
def loss_rate(past: Past) -> float:
    """Lost to a competitor / all closed opportunities."""
    return ratio(int(np.sum(past.deals["outcome"] == OUTCOME.LOST)), len(past.deals))


@_measure("opportunities / year", 1)
def won_per_year(past: Past) -> float:
    """Opportunities won a year."""
    return ratio(len(past.won("closed")) * WEEKS_PER_YEAR, len(past.weekly))


@_measure("ratio", 1)
def attainment(past: Past) -> float:
    """Bookings / quota over the whole run."""
    return ratio(past.sum("bookings"), past.sum("quota"))


@_measure("share", 1)
def share_at_quota(past: Past) -> float:
    """Share of reps whose year's bookings reach the year's quota, mean over complete years."""
    shares = [float(np.mean(booked >= quota)) for booked, quota in past.years() if len(quota)]
    return ratio(sum(shares), len(shares))


@_measure("ratio", 1)
def median_attainment(past: Past) -> float:
    """Median over reps of the year's bookings / the year's quota, mean over complete years."""
    medians = [float(np.median(booked / quota)) for booked, quota in past.years() if len(quota)]
    return ratio(sum(medians), len(medians))


@_measure("days", -1)
def cycle_days(past: Past) -> float:
    """Median time from the need to the order, of opportunities won."""
    weeks = past.won("closed") - past.won("created")
    return float(np.median(weeks)) * 7.0 if len(weeks) else float("nan")


@_measure("days", -1)
def cycle_closed_days(past: Past) -> float:
    """Median time from the need to its end, of closed opportunities not disqualified, interpolated within its week."""
    counted = past.deals[past.deals["true_reason"] != REASON.DISQUALIFIED]
    return grouped_median(counted["closed"] - counted["created"]) * 7.0


def grouped_median(weeks: Rows) -> float:
    """Median of whole numbers taken as rounded: interpolated within the one on which it falls; nan for none."""
    if not len(weeks):
        return float("nan")
    middle = float(np.sort(weeks)[len(weeks) // 2])
    below, equal = float(np.sum(weeks < middle)), float(np.sum(weeks == middle))
    return middle - 0.5 + (len(weeks) / 2.0 - below) / equal


@_measure("currency", 1)
def deal_size(past: Past) -> float:
    """Mean amount of opportunities won."""
    amounts = past.won("amount")
    return ratio(float(amounts.sum()), len(amounts))


@_measure("currency / rep / year", 1)
def bookings_per_rep_year(past: Past) -> float:
    """Bookings / filled seat and year."""
    return ratio(past.sum("bookings") * WEEKS_PER_YEAR, past.sum("reps"))


@_measure("share")
def top20_share(past: Past) -> float:
    """Share of the last year's bookings that the best fifth of the reps brought."""
    recent = (past.deals["outcome"] == OUTCOME.WON) & (past.deals["closed"] > past.last - WEEKS_PER_YEAR)
    by_seat = np.bincount(past.deals["seat"][recent], past.deals["amount"][recent], minlength=len(past.active))
    best = int(np.ceil(0.2 * max(int(past.active.sum()), 1)))
    return ratio(float(np.sort(by_seat)[::-1][:best].sum()), float(by_seat.sum()))


@_measure("share", 1)
def selling_share(past: Past) -> float:
    """Hours that reach a buyer / working hours of reps."""
    customer = past.sum(*CUSTOMER_HOURS)
    return ratio(customer, customer + past.sum(*INTERNAL_HOURS, "hours_unused"))


@_measure("hours / rep / week", -1)
def coordination_hours(past: Past) -> float:
    """Hours reps spend staying in step with colleagues."""
    return past.mean("hours_coordination")


@_measure("opportunities / rep")
def opportunities_per_rep(past: Past) -> float:
    """Open opportunities per filled seat."""
    return ratio(past.sum("opportunities"), past.sum("reps"))


@_measure("share", 1)
def rep_trust(past: Past) -> float:
    """Reps' trust in management, mean over the run."""
    return past.mean("rep_trust")


@_measure("share", 1)
def honesty(past: Past) -> float:
    """Honesty of reported reasons, mean over the run."""
    return past.mean("honesty")


@_measure("share", 1)
def buyer_trust(past: Past) -> float:
    """Accounts' trust in the seller, mean over the run."""
    return past.mean("buyer_trust")


@_measure("share", 1)
def satisfaction(past: Past) -> float:
    """Customers' satisfaction, mean over the run."""
    return past.mean("satisfaction")


@_measure("leavers / rep / year", -1)
def turnover(past: Past) -> float:
    """Reps who left / filled seat and year."""
    return ratio(past.sum("leavers") * WEEKS_PER_YEAR, past.sum("reps"))


@_measure("share", -1)
def churn_rate(past: Past) -> float:
    """Contract value lost at renewal / contract value up for renewal."""
    return ratio(past.sum("churned"), past.sum("churned", "renewed"))


@_measure("share", -1)
def perception_error(past: Past) -> float:
    """Managers' relative error about their teams' potential, mean over the run."""
    return past.mean("perception_error")


@_measure("share", 1)
def understanding(past: Past) -> float:
    """Managers' understanding of the field, mean over the run."""
    return past.mean("understanding")


@_measure("specialists / rep")
def overlay_ratio_end(past: Past) -> float:
    """Overlay specialists / filled seats in the last week."""
    return ratio(past.end("specialists"), past.end("reps"))


@_measure("share", -1)
def external_reported_share(past: Past) -> float:
    """Share of losses reported as price, competition or offering, of losses with a reason."""
    return ratio(past.sum("external_reported"), past.sum("losses_known"))


@_measure("share", -1)
def external_true_share(past: Past) -> float:
    """Share of losses truly due to price or fit, of losses with a reason."""
    return ratio(past.sum("external_true"), past.sum("losses_known"))
