"""What is changed and read in the table of responses (V1): the trials of `tests.patterns.making.responses`."""

from __future__ import annotations

import itertools
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.machinery.clock import WEEKS_PER_YEAR
from agents.machinery.codes import ORIGIN, OUTCOME
from agents.rep.record import CUSTOMER_HOURS
from sim.scenario.scenario import Scenario
from tests.patterns.making.paired import Trial, over, path, total, window

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.engine.world import World
    from sim.studies.cases import Changes
    from sim.studies.statistics import Floats

BANDS = {"over 50K": "scale_over_50k", "under 15K": "scale_under_15k"}
"""Scenarios in which rows are judged too; only net retention guided what they set."""

_WEEKS = 156
_LATER = (WEEKS_PER_YEAR, _WEEKS)
"""Years 2 and 3."""


def _won_by_fifth(world: World) -> Floats:
    """Won and closed opportunities and weeks of the won, by fifth of amount. [3, fifths]."""
    deals = window(world, 0).deals
    place = np.argsort(np.argsort(deals["amount"], kind="stable"), kind="stable") * 5 // max(len(deals), 1)
    won = deals["outcome"] == OUTCOME.WON
    weeks = np.where(won, deals["closed"] - deals["created"], 0)
    found: Floats = np.array([np.bincount(place, each, minlength=5) for each in (won, np.ones(len(deals)), weeks)])
    return found


def _won_by_origin(world: World) -> Floats:
    """Won and closed opportunities by where the need was found. [2, origins]."""
    deals = window(world, 0).deals
    won = deals["outcome"] == OUTCOME.WON
    size = len(ORIGIN)
    found: Floats = np.array([np.bincount(deals["origin"], each, minlength=size) for each in (won, np.ones(len(won)))])
    return found


def _expansion(first: int = 0, last: int | None = None) -> Any:
    """Read bookings at customers in a window. [currency]."""

    def read(world: World) -> float:
        deals = window(world, first, last).deals
        return float(deals["amount"][(deals["outcome"] == OUTCOME.WON) & (deals["origin"] == ORIGIN.CROSS_SELL)].sum())

    return read


def _booked(world: World) -> Floats:
    """Bookings by seat over the run. [seats]."""
    booked: Floats = np.sum([one.booked for one in world.quarters], axis=0)
    return booked


def _booked_in_year(world: World) -> Floats:
    """Bookings by seat over the first year. [seats]."""
    booked: Floats = np.sum([one.booked for one in window(world, 0, WEEKS_PER_YEAR).quarters], axis=0)
    return booked


def _booked_by_gift(world: World) -> Floats:
    """Bookings of the lowest fifth of reps by gift for conversation, the middle and the highest. [3]."""
    booked = _booked(world)[: int(world.scenario["structure.n_reps"])]
    order = np.argsort(world.state.reps["art_conversation"][: len(booked)])
    fifth = len(order) // 5
    parts = (order[:fifth], order[fifth:-fifth], order[-fifth:])
    return np.array([booked[part].sum() for part in parts])


def _value_of_untrained(world: World) -> float:
    """Mean value of a conversation hour of the seats with even numbers. [ratio]."""
    return float(world.state.reps["conversation_power"][: int(world.scenario["structure.n_reps"]) : 2].mean())


def _trust_and_results(world: World) -> float:
    """Correlation over seats of trust in management and attainment of the last year."""
    reps = world.state.reps
    last = window(world, world.horizon - WEEKS_PER_YEAR).quarters
    quota = np.sum([one.quota for one in last], axis=0)
    kept = (reps["active"] == 1) & (reps["tenure"] >= WEEKS_PER_YEAR) & (quota > 0.0)
    results = np.sum([one.booked for one in last], axis=0)[kept] / quota[kept]
    return float(np.corrcoef(reps["rep_trust"][kept], results)[0, 1])


def _leavers(world: World) -> Floats:
    """Seats filled, quits and dismissals by third of attainment of the quarter before. [3, thirds]."""
    found = np.zeros((3, 3))
    for before, after in itertools.pairwise(world.quarters):
        if before.reps is None or after.reps is None:
            continue
        filled = np.flatnonzero((before.active == 1) & (before.quota > 0.0))
        attainment = before.booked[filled] / before.quota[filled]
        place = np.argsort(np.argsort(attainment, kind="stable"), kind="stable") * 3 // max(len(filled), 1)
        found[0] += np.bincount(place, minlength=3)
        for row, name in enumerate(("quits", "dismissals"), start=1):
            left = after.reps[name][filled] - before.reps[name][filled]
            found[row] += np.bincount(place, left, minlength=3)
    return found


def _of(name: str, dotted: str, change: Callable[[float], float]) -> dict[str, Any]:
    return {dotted: change(float(Scenario.load(name)[dotted]))}  # type: ignore[arg-type]  # numbers, all of them


def _levers(name: str) -> dict[str, Changes]:
    """Changes at week 0 that rows ask about in a scenario of the three bands."""
    of = lambda dotted, change: _of(name, dotted, change)  # noqa: E731 - one line of shorthand
    return {
        "longer week": of("operations.week_hours", lambda old: old * 1.1),
        "shorter week": of("operations.week_hours", lambda old: old * 0.9),
        "training": of("training.hours_per_quarter", lambda old: old + 12.0),
        "no specialists": {"structure.product_specialists": 0},
        "twice the specialists": of("structure.product_specialists", lambda old: int(2 * old)),
    }


def _baseline() -> dict[str, Changes]:
    of = lambda dotted, change: _of("baseline", dotted, change)  # noqa: E731 - one line of shorthand
    formal = of("enablement.process_formality", lambda old: old + 0.25)
    return _levers("baseline") | {
        "less administration": of("operations.admin_hours", lambda old: old * 0.9),
        "twice the limit": of("operations.wip_limit", lambda old: 2.0 * old),
        "no limit": {"operations.wip_limit": 0.0},
        "prospecting": of("operations.protected_prospecting_hours", lambda old: old + 3.0),
        "qualification": of("strategy.qualification_threshold", lambda old: old + 0.15),
        "profile": of("strategy.icp_clarity", lambda old: old + 0.2),
        "training and coaching": of("training.hours_per_quarter", lambda old: old + 12.0)
        | of("enablement.coaching_hours_per_month", lambda old: old + 2.0),
        "formality": formal | of("enablement.coaching_formality", lambda old: old + 0.25),
        "alignment": of("enablement.alignment", lambda old: old + 0.2),
        "more pay": of("talent.on_target_earnings", lambda old: old * 1.1),
        "less pay": of("talent.on_target_earnings", lambda old: old * 0.9),
        "more variable": of("talent.variable_share", lambda old: old + 0.1),
        "less variable": of("talent.variable_share", lambda old: old - 0.1),
        "stretch .1": of("strategy.stretch", lambda old: old + 0.1),
        "stretch .4": of("strategy.stretch", lambda old: old + 0.4),
        "stop": {"training.hours_per_quarter": 0.0, "enablement.coaching_hours_per_month": 0.0},
    }


def _force(name: str) -> Changes:
    """A tenth more seats in the same market."""
    seats = float(Scenario.load(name)["structure.n_reps"])
    more = round(seats * 1.1)
    return {
        "structure.n_reps": more,
        **_of(name, "market.accounts_per_rep", lambda old: max(1, round(old * seats / more))),
    }


FIRMS = 12
"""Simulated firms of row 22."""


def _firms() -> dict[str, Changes]:
    """Firms that differ in what keeps their reps inside, evenly spread, in an order of their own for each part."""
    spread = np.linspace(-1.0, 1.0, FIRMS)
    return {
        f"firm {number}": {
            "operations.admin_hours": 17.0 + 3.0 * float(spread[number]),
            "operations.reporting_hours": 2.5 + 1.0 * float(spread[5 * number % FIRMS]),
            "operations.switching_hours": 0.1 + 0.04 * float(spread[7 * number % FIRMS]),
        }
        for number in range(FIRMS)
    }


SEATS_LEFT = (0, 8, 16, 24, 32, 40)
"""Seats whose holders leave in row 20, one a team."""


@cache
def trials() -> dict[str, Trial]:
    """What is run, by key; cases of one trial go on from the same past."""
    usual = {name: over(name) for name in ("bookings", "net_contribution", "win_rate", "turnover", "cost")}
    usual |= {"hours": _customer_hours, "later": total("bookings", *_LATER), "cycle": over("cycle_days")}
    usual |= {"orders": over("won_per_year"), "per_rep": over("bookings_per_rep_year")}
    booked = {"bookings": over("bookings")}
    stay = {"mechanisms.attrition": False}
    frozen = {"strategy.quota_from_history": 0.0, "strategy.ratchet": 0.0}
    coached = "enablement.coaching_hours_per_month"
    everything = usual | {
        "fifths": _won_by_fifth, "origins": _won_by_origin, "expansion": _expansion(), "method": path("method"),
        "recurring": path("recurring"), "churned": total("churned", 0, WEEKS_PER_YEAR),
        "expansion of year 1": _expansion(0, WEEKS_PER_YEAR), "trust": _trust_and_results,
    }  # fmt: skip
    found = {
        "baseline": Trial("baseline", _baseline(), everything),
        "lean_before": Trial("lean_before", {"limit": {"operations.wip_limit": 20.0}}, booked),
        "lean_starved": Trial(
            "lean_starved", {"prospecting": _of("lean_starved", "operations.protected_prospecting_hours",
            lambda old: old + 3.0)},
            booked,
        ),
        "coached": Trial("baseline", {"over 3": {coached: 3.5}}, booked, start={coached: 1.5, **frozen}),
        "coached much": Trial("baseline", {"beyond 5": {coached: 7.0}}, booked, start={coached: 5.0, **frozen}),
        "gifts": Trial(
            "baseline", {"coaching": _of("baseline", coached, lambda old: old + 2.0)}, {"gifts": _booked_by_gift},
            start=stay
        ),
        "colleagues": Trial(
            "baseline",
            {"half": [{"week": 0, "parameter": "training.hours_per_quarter", "action": "add", "value": 38.0,
            "until": 13,
                       "target": {"agents": list(range(1, 48, 2))}}]},
            {"untrained": _value_of_untrained}, weeks=26, start=stay,
        ),
        "leaving": Trial(
            "baseline",
            {"left": [{"week": 0, "event": "star_leaves", "arguments": {"count": len(SEATS_LEFT)},
                       "target": {"agents": list(SEATS_LEFT)}}]},
            {"year": lambda world: float(_booked_in_year(world)[list(SEATS_LEFT)].sum())},
            weeks=WEEKS_PER_YEAR, start=stay,
        ),
        "leavers": Trial("baseline", {}, {"leavers": _leavers}, tables=True),
        "price": Trial(
            "baseline",
            {"dearer": _of("baseline", "market.price_gap", lambda old: 1.05 * (1.0 + old) - 1.0)
             | _of("baseline", "market.deal_size", lambda old: 1.05 * old)},
            usual, from_start=True,
        ),
        "status quo": Trial(
            "baseline",
            {f"raised {more:g}": _of("baseline", "market.status_quo", lambda old,
            more=more: old + more) for more in (0.3, 0.6)},
            usual, from_start=True,
        ),
        "firms": Trial(
            "baseline", _firms(), {"share": over("share_at_quota"), "selling": over("selling_share")}, from_start=True
        ),
    }  # fmt: skip
    for name in ("baseline", *BANDS.values()):
        found[f"force, {name}"] = Trial(name, {"more": _force(name)}, usual, from_start=True)
    for name in BANDS.values():
        found[name] = Trial(name, _levers(name), everything)
    return found


def _customer_hours(world: World) -> float:
    """Hours with buyers over the run. [hours / rep / week]."""
    past = window(world, 0)
    return float(sum(past.mean(name) for name in CUSTOMER_HOURS))
