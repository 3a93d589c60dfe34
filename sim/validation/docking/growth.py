"""X5, a sales force that funds itself and outruns its delivery: Forrester's market growth model of 1968.

His head-count times 100, so that whole people come close to his continuum. One currency unit of his is one of ours: a
unit delivered earns 48, half of which is margin, and the sales budget is a share of the margin.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.validation.docking.bare import MONTH, judged, lay_out, over_seeds
from sim.validation.docking.little import gap
from sim.validation.pattern import Finding, Number, Pattern, Plan, verdict_of
from sim.validation.plots import blank

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sim.engine import World
    from sim.experiments.statistics import Floats
    from sim.parameters.base import Value
    from sim.validation.pattern import Effort

SCALE = 100
"""Our people for one of his salesmen."""

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


@dataclass(frozen=True, slots=True)
class History:
    """A run by week, in his units.

    Attributes:
        salesmen: In hundreds of people. [weeks]
        orders: Units a month, in hundreds. [weeks]
        gap: Little's gap of the opportunities. [weeks]
    """

    salesmen: Floats
    orders: Floats
    gap: float


def parameters(budget: float, seats: float, *, limited: bool) -> dict[str, Value]:
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
        "structure.n_reps": SALESMEN * SCALE,
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


def history(seed: int, months: int, budget: float, seats: float, *, limited: bool) -> History:
    """Run him: a constant force brings his backlog of two months, then hiring and the table begin."""
    world = lay_out(parameters(budget, seats, limited=limited), seed)
    world.advance(-world.week)
    world.override({"mechanisms.self_funding": True, "mechanisms.delay_deters_needs": limited})
    world.advance(round(months * MONTH))
    return _in_his_units(world)


def _in_his_units(world: World) -> History:
    rows = world.state.weekly[world.burn_in + 1 : world.burn_in + 1 + world.week]
    orders = rows["bookings"] / PRICE * MONTH / SCALE
    return History(rows["reps"] / SCALE, orders, gap(world))
