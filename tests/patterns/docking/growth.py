"""X5, a sales force that funds itself and outruns its delivery: Forrester's market growth model of 1968.

His head-count times 100, so that whole people come close to his continuum. One currency unit of his is one of ours: a
unit delivered earns 48, half of which is margin, and the sales budget is a share of the margin.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tests.patterns.docking.engine_only import MONTH, judged, lay_out, line_table, over_seeds
from tests.patterns.docking.measured import gap
from tests.patterns.making.pattern import Finding, Number, Pattern, Plan, verdict_of
from tests.patterns.making.plots import lines

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.figure import Figure

    from sim.engine.world import World
    from sim.scenario.parameters.base import Value
    from sim.studies.statistics import Floats
    from tests.patterns.making.pattern import Effort

SCALE, SMALL_SCALE = 100, 10
"""Our people for one of his salesmen: in the test, and where there is little time."""

ENOUGH = 200
"""Seeds of an effort from which the test runs at its full scale, with one run for as many seeds."""

SALESMEN, SALES, SALARY, CAPACITY = 10, 400.0, 2000.0, 12_000.0
"""At the start (SDF-12); units a salesman sells a month (SDF-04); cost a month (SDF-02); units a month (SDF-12)."""

BUDGET, MORE_BUDGET = 12.0, 13.6
"""Sales budget for a unit delivered, as it was and in run E (SDF-03)."""

ADJUSTMENT, COMPANY, MARKET = 20.0, 4.0, 6.0
"""Months of hiring (SDF-01), until the company knows of a delay (SDF-06) and until the market does (SDF-07)."""

PRICE, MARGIN = 48.0, 0.5
USUAL = 0.7
ACCOUNTS, HAZARD = 20, 0.02
"""Accounts of a seat, and their needs a week; small, so that a table of parts thins them out in proportion."""

SETTLING = 208
"""Weeks with a constant force, in which backlog and what is known of the delay settle at two months."""

LONG, SHORT = 200, 48
"""Months of the runs with and without a limit of delivery."""


YEAR, SMOOTH = 52, 13
"""Weeks over which the settled force, and orders around their peak, are averaged."""

PUBLISHED = {24: 36.1, 36: 67.6, 48: 126.8}
"""Salesmen of run A by month (SDF-14)."""


@dataclass(frozen=True, slots=True)
class Run:
    """One of his runs.

    Attributes:
        months: Length.
        budget: Sales budget for a unit delivered.
        seats: Most salesmen there is room for.
        limited: Whether delivery capacity is fixed, or as good as without limit.
    """

    months: int
    budget: float
    seats: float
    limited: bool


RUNS = {
    "A": Run(SHORT, BUDGET, 140.0, limited=False),
    "D": Run(LONG, BUDGET, 80.0, limited=True),
    "E": Run(LONG, MORE_BUDGET, 90.0, limited=True),
}


@dataclass(frozen=True, slots=True)
class History:
    """A run by week, in his units.

    Attributes:
        salesmen: People over the scale. [weeks]
        orders: Units a month over the scale. [weeks]
        gap: Little's gap of the opportunities. [weeks]
    """

    salesmen: Floats
    orders: Floats
    gap: float


def parameters(budget: float, seats: float, scale: int, *, limited: bool) -> dict[str, Value]:
    """His constants; an order is so large that a rep sells `SALES` a month times the part of orders that comes.

    Orders fall a little less than in proportion to needs, since an account with an order rests for a week: the size of
    an order is right where all needs are served, or in a limited run where `USUAL` of them are (1% off at its ends).
    """
    part = USUAL if limited else 1.0
    chance = 1.0 - math.exp(-HAZARD * part)
    orders = ACCOUNTS * chance / (1.0 + chance) * MONTH / part
    return {
        "mechanisms.certain_wins": True,
        "mechanisms.churn": True,
        "mechanisms.delivery": True,
        "mechanisms.partial_capacity": True,
        "structure.n_reps": SALESMEN * scale,
        "structure.growth_room": seats / SALESMEN - 1.0,
        "structure.span_of_control": 50.0,
        "market.accounts_per_rep": ACCOUNTS,
        "market.needs_per_account_year": 52.0 * HAZARD,
        "market.deal_size": SALES / orders * PRICE,
        "market.product_maturity": 1.0,
        "market.new_line_maturity": 1.0,
        "market.expected_bookings_per_rep_year": 12.0 * SALES * PRICE,
        "organization.delivery_capacity": CAPACITY / (SALESMEN * SALES) if limited else 100.0,
        "organization.minimum_delivery_weeks": 0.0,
        "organization.company_notices_weeks": COMPANY * MONTH,
        "organization.market_notices_weeks": MARKET * MONTH,
        "organization.gross_margin": MARGIN,
        "organization.revenue_smoothing": 1.0 / MONTH,
        "organization.burn_in_weeks": SETTLING,
        "talent.budget_share": budget / PRICE / MARGIN,
        "talent.on_target_earnings": 12.0 * SALARY,
        "talent.pay_burden": 0.0,
        "talent.headcount_adjustment_weeks": ADJUSTMENT * MONTH,
        "buyers.fit_mean": 0.0,
        "buyers.fit_spread": 0.0,
        "buyers.fit_noise": 0.0,
        "buyers.delivery_weeks": 1.0,
        "buyers.churn_per_year": 3.0,
        "buyers.churn_sensitivity": 20.0,
    }


def history(plan: Run, seed: int, scale: int) -> History:
    """Run him: a constant force brings his backlog of two months, then hiring and the table begin."""
    limited = plan.limited
    world = lay_out(parameters(plan.budget, plan.seats, scale, limited=limited), seed)
    world.advance(-world.week)
    world.override({"mechanisms.self_funding": True, "mechanisms.delay_deters_needs": limited})
    world.advance(round(plan.months * MONTH))
    return _in_his_units(world, scale)


def _in_his_units(world: World, scale: int) -> History:
    rows = world.weekly()
    orders = rows["bookings"] / PRICE * MONTH / scale
    return History(rows["reps"] / scale, orders, gap(world))


def _at(values: Floats, month: float) -> float:
    """Value at the end of a month."""
    return float(values[round(month * MONTH) - 1])


def _peak(orders: Floats) -> float:
    """Month in which orders, averaged over a quarter around it, are highest."""
    smooth = np.convolve(orders, np.ones(SMOOTH) / SMOOTH, "valid")
    return (float(np.argmax(smooth)) + SMOOTH / 2.0) / MONTH


def numbers_of(found: Mapping[str, History]) -> tuple[Number, ...]:
    """Hold the three runs against his."""
    free, fixed, more = found["A"], found["D"], found["E"]
    growth = math.log(_at(free.salesmen, SHORT) / _at(free.salesmen, SHORT / 2)) / (SHORT / 2)
    settled = {name: float(found[name].salesmen[-YEAR:].mean()) for name in ("D", "E")}
    ahead = {month: _at(free.salesmen, month) for month in PUBLISHED}
    worst = max(abs(one.gap) for one in found.values())
    return (
        judged("A: growth of the force", 100.0 * growth, 5.2, 0.2, "% a month"),
        *(judged(f"A: salesmen at month {m}", ahead[m], was, 0.03 * was, "salesmen") for m, was in PUBLISHED.items()),
        judged("D: orders are highest", _peak(fixed.orders), 41.0, 2.0, "month"),
        judged("D: force in the last year", settled["D"], 71.1, 0.02 * 71.1, "salesmen"),
        judged("E: more salesmen than in D", 100.0 * (settled["E"] / settled["D"] - 1.0), 14.7, 1.0, "%"),
        judged("E: more orders than in D", 100.0 * (more.orders.sum() / fixed.orders.sum() - 1.0), 2.0, 1.0, "%"),
        judged("Little's law, greatest gap", worst, 0.0, 0.0, "weeks"),
    )


def _mean(own: list[History]) -> History:
    """Mean of a run over its seeds."""
    salesmen, orders = (np.mean([getattr(one, part) for one in own], axis=0) for part in ("salesmen", "orders"))
    return History(salesmen, orders, max(abs(one.gap) for one in own))


def _test(effort: Effort) -> Finding:
    full = effort.seeds >= ENOUGH
    scale = SCALE if full else SMALL_SCALE
    seeds, names = max(1, effort.seeds // ENOUGH), list(RUNS)
    all_runs = replace(effort, seeds=seeds * len(names))  # a job for each run and seed, so that all workers have some
    jobs = over_seeds(lambda job: history(RUNS[names[job % len(names)]], job // len(names), scale), all_runs)
    found = {name: _mean(jobs[place :: len(names)]) for place, name in enumerate(names)}
    numbers = tuple(replace(one, n=seeds, met=one.met if full else None) for one in numbers_of(found))
    value = {one.name: one.value for one in numbers}
    sentence = (
        f"With {scale} people for one salesman: without a limit the force grows {value['A: growth of the force']:.1f}% "
        f"a month (Forrester 5.2); with fixed capacity orders are highest in month "
        f"{value['D: orders are highest']:.0f} (41) and the force settles at "
        f"{value['D: force in the last year']:.1f} (71.1); a budget of 13.6 instead of 12 buys "
        f"{value['E: more salesmen than in D']:+.1f}% salesmen (+14.7) and {value['E: more orders than in D']:+.1f}% "
        "orders (+2.0) over 200 months."
    )
    return Finding("X5", verdict_of(numbers), sentence, numbers, table=_table(found))


def _table(found: Mapping[str, History]) -> pd.DataFrame:
    """Force and orders by month."""
    import pandas as pd  # noqa: PLC0415 - slow to import, and listing patterns does without

    parts = []
    for name, one in found.items():
        months = range(1, round(len(one.salesmen) / MONTH) + 1)
        smooth = np.convolve(one.orders, np.ones(SMOOTH) / SMOOTH, "same")
        for panel, values in (("salesmen", one.salesmen), ("orders, units a month", smooth)):
            if name == "A" and panel != "salesmen":
                continue
            curve = line_table([_at(values, month) for month in months], list(months), "month", f"run {name}")
            parts.append(curve.assign(panel=panel))
    return pd.concat(parts, ignore_index=True)


def _figure(finding: Finding) -> Figure:
    return lines(finding, "month", "")


PATTERNS = (
    Pattern(
        "X5",
        "A sales force that outruns its delivery",
        "docking",
        (),
        Plan(
            "everything off but self-funding, delivery and certain wins; Forrester 1968 (SDF-01 to SDF-15) times 100",
            "delivery capacity without limit (A), fixed (D), fixed with a sales budget of 13.6 instead of 12 (E)",
            "48 months (A), 200 months (D, E) after four years with a constant force",
            "log growth of months 24 to 48; month of most orders (13-week mean); force of the last year; all orders",
            "5.2 ± 0.2% a month; month 41 ± 2; 71.1 ± 2%; +14.7 ± 1% salesmen for +2.0 ± 1% orders",
        ),
        _test,
        _figure,
        modules=("tests.patterns.docking.engine_only", "tests.patterns.docking.measured"),
    ),
)
