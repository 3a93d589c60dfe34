"""How everybody drawn is this week: a measure to colour by, the state of each seat, and coordination between people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.machinery.codes import PURSUIT
from agents.machinery.formulas import deal_hours, hours_asked, load
from agents.machinery.rule import uncompiled
from agents.rep.record import REPS
from sim.engine.state import open_rows
from sim.measures.words import counted

if TYPE_CHECKING:
    from agents.machinery.record import Rows
    from agents.machinery.state import State
    from sim.ui.organization.plan import Plan

FILLED, RAMPING, VACANT, UNPLANNED = range(4)  # states of a seat
BRIGHT = 2.0  # coordination on one channel at which it is drawn at its brightest [hours / rep / week]


@dataclass(frozen=True, slots=True)
class Colouring:
    """Something to colour by."""

    name: str  # What the switch calls it
    label: str  # What the legend calls it
    doc: str  # Definition, with its unit
    edges: tuple[int, int, int, int]  # Where the colour changes, five colours in all [percent]


MEASURES = {measure.name: measure for measure in (
    Colouring(
        "trust", REPS["rep_trust"].label,
        f"{REPS['rep_trust'].doc} Managers and the leader show the mean of the filled seats below; overlay specialists "
        "have no trust in the model. Unit: share.",
        (30, 45, 60, 75),
    ),
    Colouring(
        "load", "Load",
        "Hours asked for over the hours of a week. Reps: what open opportunities need and everything else but "
        "prospecting; specialists: coordination and the hours the deals joined ask for; managers: hours used. Above "
        "100 % something is left undone. Unit: share.",
        (60, 80, 100, 120),
    ),
    Colouring(
        "attainment", "Attainment",
        f"{REPS['attainment'].doc} Managers: of all seats below. Specialists have no quota: deals joined over their "
        "own target of deals. Unit: ratio, in percent.",
        (50, 75, 100, 125),
    ),
)}  # fmt: skip
"""Measures by name."""


def values(state: State, plan: Plan, measure: str) -> Rows:
    """What each node shows of a measure, nan where it has none. [nodes]."""
    shown = np.full(len(plan.nodes), np.nan)
    of_reps, of_managers, of_specialists = _OF[measure](state)
    sums, filled = _by_leaf(state, plan, of_reps)
    for number, node in enumerate(plan.nodes):
        if node.kind in ("leader", "manager") or (node.kind == "group" and measure == "attainment"):
            shown[number] = of_managers[node.row]
        elif node.kind in ("rep", "group"):
            shown[number] = sums[number] / filled[number] if filled[number] else np.nan
        elif node.kind == "specialist":
            shown[number] = of_specialists[node.row]
        else:
            employed = (state.specialists["kind"] == node.row) & (state.specialists["active"] == 1)
            shown[number] = of_specialists[employed].mean() if employed.any() else np.nan
    return shown


def states(state: State, plan: Plan) -> list[int]:
    """State of each node's seat; groups, managers and specialists are `FILLED`. [nodes]."""
    reps = state.reps
    seats = np.where(reps["tenure"] < state.p["talent_ramp_weeks"][0], RAMPING, FILLED)
    seats = np.where(reps["active"] == 0, np.where(reps["planned"] == 1, VACANT, UNPLANNED), seats)
    return [int(seats[node.row]) if node.kind == "rep" else FILLED for node in plan.nodes]


def headcounts(state: State, plan: Plan) -> list[int]:
    """People each node stands for: 0 or 1 for a seat, filled seats for a group, employed for a pool. [nodes]."""
    _, filled = _by_leaf(state, plan, np.zeros(len(state.reps)))
    heads = []
    for number, node in enumerate(plan.nodes):
        employed = int(state.kinds["count"][node.row]) if node.kind == "pool" else 1
        heads.append(int(filled[number]) if node.kind in ("rep", "group") else employed)
    return heads


@dataclass(frozen=True, eq=False, slots=True)
class Shared:
    """Deals that reps share with overlay specialists."""

    seat: Rows  # Seat of the rep [joined deals]
    kind: Rows  # Kind of the specialist [joined deals]


def pursued(state: State) -> Rows:
    """Rows of the opportunities reps pursue."""
    rows = open_rows(state)
    worked: Rows = rows[state.opportunities["pursuit"][rows] == PURSUIT.PURSUED]
    return worked


def seats_of(state: State, rows: Rows) -> Rows:
    """Seat that works on each opportunity. [rows]."""
    seats: Rows = state.buyers["seat"][state.opportunities["account"][rows]]
    return seats


def shared_deals(state: State, rows: Rows | None = None) -> Shared:
    """Pairs of a rep and a kind of specialist on each pursued deal."""
    deals_open = pursued(state) if rows is None else rows
    joined = state.opportunities["joined"][deals_open] & state.org["kinds_employed"]
    kinds, deals = np.nonzero([joined >> kind & 1 for kind in range(len(state.kinds))])
    return Shared(seats_of(state, deals_open)[deals], kinds)


def summary(state: State, plan: Plan) -> str:
    """How many there are below whoever stands in the middle, in words."""
    drawn = plan.leaf_of >= 0
    filled, planned = (int(((state.reps[name] == 1) & drawn).sum()) for name in ("active", "planned"))
    specialists = counted(int(sum(state.kinds["count"])), "specialist")
    return f"{filled:,} reps in {max(filled, planned):,} seats, {specialists}"


def channel_hours(state: State) -> float:
    """What one channel costs, over both ends. [hours / week / channel]."""
    return float(state.p["structure_hours_per_channel"][0] * state.p["mechanisms_coordination"][0])


def channels(state: State, plan: Plan) -> list[list[float]]:
    """Coordination between nodes: specialist, rep (or group), hours a week, and brightness from 0 to 1.

    A vacant seat spends no hours, and has no link.
    """
    rows = pursued(state)
    filled = state.reps["active"][seats_of(state, rows)] == 1
    deals = shared_deals(state, rows[filled])
    helper, leaf, n = plan.helper_of[deals.kind, deals.seat], plan.leaf_of[deals.seat], len(plan.nodes)
    drawn = (helper >= 0) & (leaf >= 0)
    pairs, count = np.unique(helper[drawn] * n + leaf[drawn], return_counts=True)
    hours = count * channel_hours(state)
    people = np.bincount(plan.leaf_of[plan.leaf_of >= 0], minlength=n)[pairs % n]
    bright = np.minimum(1.0, hours / people / BRIGHT)
    columns = (pairs // n, pairs % n, np.round(hours, 2), np.round(bright, 2))
    return [list(link) for link in zip(*(column.tolist() for column in columns), strict=True)]


def below(state: State, each: Rows) -> Rows:
    """Sum over the seats below each manager. [managers]."""
    total = np.concatenate(([0.0], np.cumsum(each[state.roster])))
    first = state.managers["first_member"]
    sums: Rows = total[first + state.managers["n_members"]] - total[first]
    return sums


def loads(state: State) -> Rows:
    """Hours asked of each rep over the hours of a week, as the model itself tires people by it. [seats]."""
    p, reps = state.p[0], state.reps
    per_cycle = p.motivation_needed_hours_per_cycle
    asked = uncompiled(hours_asked)(reps["n_open"], per_cycle, p.buyers_effort_scale, p.market_cycle_weeks)
    used = reps["hours_opportunities"], reps["hours_prospecting"]
    shares: Rows = uncompiled(load)(p.operations_week_hours, *used, asked)
    return shares


def specialist_loads(state: State) -> Rows:
    """Coordination and hours that joined deals ask for, over the hours of a week. [specialists]."""
    p, specialists = state.p[0], state.specialists
    on_deals = uncompiled(deal_hours)(specialists["load"], p.structure_specialist_hours_per_deal)
    shares: Rows = (specialists["hours_coordination"] + on_deals) / p.structure_specialist_hours
    return shares


def manager_hours(state: State) -> dict[str, Rows]:
    """Hours of each manager's week by use. [managers]."""
    managers = state.managers
    return {
        "office_hours": managers["office_hours"],
        "inspection_hours": managers["inspection_hours"],
        "coaching_done": managers["coaching_done"] * below(state, state.reps["active"] * 1.0),
        "dive_hours": managers["dive_hours"],
    }


def _by_leaf(state: State, plan: Plan, each: Rows) -> tuple[Rows, Rows]:
    """Sum over the filled seats of each node, and how many are filled. [nodes]."""
    drawn = (plan.leaf_of >= 0) & (state.reps["active"] == 1)
    leaf = plan.leaf_of[drawn]
    return np.bincount(leaf, each[drawn], len(plan.nodes)), np.bincount(leaf, minlength=len(plan.nodes))


def _mean_below(state: State, each: Rows) -> Rows:
    active = state.reps["active"] * 1.0
    return _quotient(below(state, each * active), below(state, active))


def _quotient(values: Rows, counts: Rows) -> Rows:
    """Values over counts, nan where nothing is counted."""
    quotients: Rows = np.divide(values, counts, out=np.full(len(counts), np.nan), where=counts > 0)
    return quotients


def _trust(state: State) -> tuple[Rows, Rows, Rows]:
    trust = state.reps["rep_trust"]
    return trust, _mean_below(state, trust), np.full(len(state.specialists), np.nan)


def _load(state: State) -> tuple[Rows, Rows, Rows]:
    used = np.sum(list(manager_hours(state).values()), axis=0)
    return loads(state), used / state.p[0].management_week_hours, specialist_loads(state)


def _attainment(state: State) -> tuple[Rows, Rows, Rows]:
    own = _quotient(state.specialists["load"], state.specialists["target"])
    return state.reps["attainment"], state.managers["attainment"], own


_OF: dict[str, Any] = {"trust": _trust, "load": _load, "attainment": _attainment}
