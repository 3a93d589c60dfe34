"""What can be mixed, who may not take part, and what a mix costs a year more than as is at list prices.

That is what the model itself would book for it. The rules book each week (`agents.organization.money.book_costs`): pay
and overhead of reps, hours of training, the cost of filling a seat, marketing leads, specialists, managers, and hours
on the playbook. The same is added up here from the scenario's numbers, with every seat filled from the week it is
planned and paid as at quota. What follows from success or failure is no list price: variable pay, vacancies and what
fills them, specialists asked for after a miss. Hours of managers and reps that are only used otherwise cost nothing;
what they are missed for shows in the result.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.machinery.clock import WEEKS_PER_YEAR
from agents.machinery.codes import KIND_NAMES
from agents.machinery.formulas import seats_due, whole_seats, with_burden
from agents.machinery.rule import uncompiled
from sim.engine.state import tree_sizes
from sim.scenario.errors import InputError, repeated
from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.scenario.parameters.base import Parameter, Value
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


COACHING = "enablement.coaching_hours_per_month"
FIELD = "structure.field_hours_per_week"
DEDICATED = "structure.role_specialisation"

STEPS: dict[str, float] = {
    **dict.fromkeys((*SPECIALISTS, TRAINING, REPS, FIELD), 1.0), CODIFICATION: 20.0, LEADS: 0.05, GROWTH: 0.05,
    COACHING: 0.5,
}  # fmt: skip
"""Step of each lever that has a range of its own, in its unit."""

DEFAULT = (*SPECIALISTS, TRAINING, CODIFICATION, COACHING, FIELD, GROWTH)
"""Levers of a mix unless others are named; with a burn-in of each mix's own, reps take the place of growth."""

MOST_VALUES = 10_000


@dataclass(frozen=True, slots=True)
class MixLever:
    """One lever of a mix.

    Attributes:
        dotted: Its parameter.
        grid: What it may be, rising; the value as it is is one of them, and the only one where no step can be paid.
        home: Place of the value as it is.
        step: Between two values.
        price: Spend for the least rise that costs anything; what the least fall saves, where it cannot rise; 0 where
            nothing is booked for it. [currency / year]
    """

    dotted: str
    grid: tuple[Value, ...]
    home: int
    step: float
    price: float

    @property
    def name(self) -> str:
        """What people call it."""
        return parameter(self.dotted).label

    @property
    def unit(self) -> str:
        """Unit of its values."""
        return parameter(self.dotted).unit

    def text(self, place: int) -> str:
        """Write one of its values."""
        value = float(self.grid[place])
        return f"{value:.0%}" if self.dotted == GROWTH else f"{value:,.4g}"


@dataclass(frozen=True, slots=True)
class _Asked:
    """A lever as somebody named it: its range and step, where they were given."""

    dotted: str
    low: float | None = None
    high: float | None = None
    step: float | None = None
    text: str = ""


def levers_of(
    prices: PriceBook, budget: float, asked: Sequence[str] | None, *, reallocate: bool
) -> tuple[tuple[MixLever, ...], list[str]]:
    """Find the levers of a mix with their grids, and say which are left out; InputError if one asked for cannot be.

    Asked for as "KEY", "KEY=LOW..HIGH" or "KEY=LOW..HIGH/STEP", `DEFAULT` where none are; `reallocate` lets what is
    spent today be cut in favour of something else. The budget is yearly. [currency / year]
    """
    scenario = prices.scenario
    notes: list[str] = []
    wanted = []
    usual = [_Asked(REPS if name == GROWTH and prices.from_start else name) for name in DEFAULT]
    for lever in [_read(text) for text in asked] if asked else usual:
        reason = _why_not(lever.dotted, scenario, from_start=prices.from_start)
        if reason and asked:
            raise InputError(f"--lever {lever.text}: {reason}")
        if reason:
            notes.append(f"{parameter(lever.dotted).label} takes no part: {reason}.")
        else:
            wanted.append(lever)
    if twice := repeated(lever.dotted for lever in wanted):
        raise InputError(f"--lever {twice} is given twice; keep one")
    room = budget + (sum(_saving(prices, lever) for lever in wanted) if reallocate else 0.0)
    return tuple(_lever(prices, lever, room, reallocate=reallocate) for lever in wanted), notes


def _read(text: str) -> _Asked:
    """Read "KEY", "KEY=LOW..HIGH" or "KEY=LOW..HIGH/STEP"."""
    key, equals, rest = (part.strip() for part in text.partition("="))
    item = parameter(key, "--lever")
    if not equals:
        return _Asked(item.dotted, text=text)
    span, slash, step = rest.partition("/")
    low, dots, high = span.partition("..")
    try:
        numbers = [float(low), float(high), *([float(step)] if slash else [])]
    except ValueError:
        numbers = [math.nan]
    if not dots or not all(map(math.isfinite, numbers)):
        raise InputError(f"--lever {text}: a range is written {key}=LOW..HIGH or {key}=LOW..HIGH/STEP")
    return _Asked(item.dotted, numbers[0], numbers[1], numbers[2] if slash else None, text)


def _why_not(dotted: str, scenario: Scenario, *, from_start: bool) -> str:
    """Say why a parameter cannot be part of a mix; empty if it can."""
    item = parameter(dotted)
    counted = item.type in (int, float) and (item.lever is not None or dotted == REPS) and item.section != "market"
    chance = scenario["mechanisms.self_funding"] or scenario["mechanisms.poisson_hiring"]
    fixed = item.when == "start" and not from_start
    spare = float(scenario[REPS]) * float(scenario["structure.growth_room"])
    weeks = [spec.week for spec in scenario.interventions if spec.parameter == dotted]
    reasons = {
        f"{dotted} is not something an organization decides on by a number": not counted,
        f"{dotted} has no list price, since its cost depends on how many customers there will be": dotted == DEDICATED,
        f"{dotted} cannot change overnight; {GROWTH} can, or give each mix its own burn-in (--from-start)": fixed,
        "the sellers of this organization are named one by one": dotted == REPS and scenario.teams,
        "the number of seats follows from a budget or from chance in this scenario": dotted == GROWTH and chance,
        "there are no spare seats; raise structure.growth_room": dotted == GROWTH and spare < 1.0,
        f"the scenario's own timeline changes {dotted} in week {weeks[0] if weeks else 0}": weeks,
    }
    return next((reason for reason, applies in reasons.items() if applies), "")


def _saving(prices: PriceBook, asked: _Asked) -> float:
    """Most that cutting a lever can save. [currency / year]."""
    least = _least(parameter(asked.dotted)) if asked.low is None else asked.low
    return max(0.0, -prices.spend({asked.dotted: _typed(asked.dotted, least)}))


def _least(item: Parameter) -> float:
    return max(float(item.low or 0.0), 0.0)


def _typed(dotted: str, value: float) -> Value:
    item = parameter(dotted)
    return round(value) if item.type is int else float(f"{value:.10g}")


def _lever(prices: PriceBook, asked: _Asked, room: float, *, reallocate: bool) -> MixLever:
    """Lay out a lever's grid through the value as it is."""
    item, home = parameter(asked.dotted), float(prices.scenario[asked.dotted])
    tenth = ((asked.high or 0.0) - (asked.low or 0.0)) / 10.0
    step = STEPS.get(asked.dotted, tenth) if asked.step is None else asked.step
    if asked.low is None and asked.dotted not in STEPS:
        raise InputError(f"--lever {asked.dotted}: it has no usual range; give one, as in {asked.dotted}=LOW..HIGH")
    if item.type is int:
        step = max(1.0, float(round(step)))
    if asked.low is None or asked.high is None:
        top = _top(prices.scenario, item, home, step)
        price = _price(prices, item, (home, top, step))
        low = home if price > 0.0 and not reallocate else _least(item)
        high = _payable(prices, item, (home, top, step), room) if price > 0.0 else top
    else:
        low, high = asked.low, asked.high
        _check_range(item, asked, home, step)
        price = _price(prices, item, (home, high, step))
    below, above = (math.floor(span / step + 1e-9) for span in (home - low, high - home))
    values = [_typed(item.dotted, home + k * step) for k in range(-below, above + 1)]
    return MixLever(item.dotted, tuple(values), below, step, price)


def _price(prices: PriceBook, item: Parameter, span: tuple[float, float, float]) -> float:
    """Spend for the least rise that costs anything, up to a value by steps. [currency / year]."""
    home, top, step = span
    steps = range(1, min(math.floor((top - home) / step + 1e-9), MOST_VALUES) + 1)
    rises = (prices.spend({item.dotted: _typed(item.dotted, home + k * step)}) for k in steps)
    if steps:
        return next((cost for cost in rises if cost > 0.0), 0.0)
    return max(0.0, -prices.spend({item.dotted: _typed(item.dotted, max(home - step, _least(item)))}))


def _check_range(item: Parameter, asked: _Asked, home: float, step: float) -> None:
    low, high = float(asked.low or 0.0), float(asked.high or 0.0)
    for end in (low, high):
        if not item.allows(_typed(item.dotted, end)):
            raise InputError(f"--lever {asked.text}: {end:,.10g} is not allowed; it must be {item.allowed}")
    if not low <= home <= high or low >= high:
        raise InputError(f"--lever {asked.text}: the range must rise and contain the value as it is, {home:,.10g}")
    if not step > 0.0 or (high - low) / step > MOST_VALUES:
        raise InputError(f"--lever {asked.text}: the step must be above 0, with at most {MOST_VALUES:,} steps")


def _top(scenario: Scenario, item: Parameter, home: float, step: float) -> float:
    """Upper end of a lever's own range, whatever it costs."""
    top = float(item.high or 0.0)
    if item.dotted == COACHING:
        hours = _free_hours(scenario) / float(scenario["structure.span_of_control"])
        top = min(top, max(home, hours * 52.0 / 12.0))
    if item.dotted == FIELD:
        top = min(top, max(home, _free_hours(scenario)))
    if item.dotted == GROWTH:  # beyond, all spare seats are planned within the first quarter
        top = min(top, max(home, 4.0 * math.log1p(float(scenario["structure.growth_room"])) + step))
    return top


def _payable(prices: PriceBook, item: Parameter, span: tuple[float, float, float], room: float) -> float:
    """Highest value that money buys, from a value up to another by steps; the first, where nothing is bought."""
    home, top, step = span
    low, high = 0, min(math.floor((top - home) / step + 1e-9), MOST_VALUES)
    while low < high:
        middle = (low + high + 1) // 2
        fits = prices.spend({item.dotted: _typed(item.dotted, home + middle * step)}) <= room
        low, high = (middle, high) if fits else (low, middle - 1)
    bought = home + low * step
    return bought if prices.spend({item.dotted: _typed(item.dotted, bought)}) > 0.0 else home


def _free_hours(scenario: Scenario) -> float:
    """Hours a manager has for coaching and the field at most. [hours / week]."""
    return max(0.0, float(scenario["management.week_hours"]) - float(scenario["management.office_hours"]))


def affordable(levers: Sequence[MixLever], budget: float, currency: str, *, reallocate: bool) -> tuple[MixLever, ...]:
    """Leave out the levers of which not even a step can be paid; InputError if the budget is below any option."""
    able = tuple(lever for lever in levers if len(lever.grid) > 1)
    paid = [lever for lever in levers if lever.price > 0.0]
    if paid and (budget > 0.0 or not able) and not (reallocate and able):
        least = min(paid, key=lambda lever: lever.price)
        if least.price > budget:
            raise InputError(
                f"a budget of {budget:,.0f} {currency} a year is smaller than any option: the cheapest is more "
                f"{least.name} (from {least.text(least.home)}, {least.dotted}) at {least.price:,.0f} {currency} a "
                "year; raise the budget, or name a lever that costs less or nothing"
            )
    if not able:
        raise InputError("nothing can be mixed: none of the levers can take another value; name others with --lever")
    return able
