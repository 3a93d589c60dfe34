"""How everybody drawn is this week: a measure to colour by, the state of each seat, and coordination between people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.machinery.codes import PURSUIT
from agents.machinery.formulas import deal_hours, hours_asked, is_on, load
from agents.machinery.rule import uncompiled
from agents.rep.record import REPS

if TYPE_CHECKING:
    from agents.machinery.record import Rows
    from agents.machinery.state import State
    from sim.ui.organization.plan import Plan

FILLED, RAMPING, VACANT, UNPLANNED = range(4)
"""States of a seat."""

BRIGHT = 2.0
"""Coordination on one channel at which it is drawn at its brightest. [hours / rep / week]"""


@dataclass(frozen=True, slots=True)
class Colouring:
    """Something to colour by.

    Attributes:
        name: What the switch calls it.
        label: What the legend calls it.
        doc: Definition, with its unit.
        edges: Where the colour changes, five colours in all. [percent]
    """

    name: str
    label: str
    doc: str
    edges: tuple[int, int, int, int]


MEASURES = {one.name: one for one in (
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
    nodes = plan.nodes
    shown = np.full(len(nodes), np.nan)
    mine, his, theirs = _OF[measure](state)
    shares, filled = _by_leaf(state, plan, mine)
    for number, node in enumerate(nodes):
        if node.kind == "group" and measure == "attainment":
            shown[number] = his[node.row]
        elif node.kind in ("rep", "group"):
            shown[number] = shares[number] / filled[number] if filled[number] else np.nan
        elif node.kind in ("leader", "manager"):
            shown[number] = his[node.row]
        elif node.kind == "specialist":
            shown[number] = theirs[node.row]
        else:
            employed = (state.specialists["kind"] == node.row) & (state.specialists["active"] == 1)
            shown[number] = theirs[employed].mean() if employed.any() else np.nan
    return shown


def states(state: State, plan: Plan) -> list[int]:
    """State of each node's seat; groups, managers and specialists are `FILLED`. [nodes]."""
    reps = state.reps
    ramping = reps["tenure"] < state.p["talent_ramp_weeks"][0]
    seats = np.where(ramping, RAMPING, FILLED)
    seats = np.where(reps["active"] == 0, np.where(reps["planned"] == 1, VACANT, UNPLANNED), seats)
    return [int(seats[node.row]) if node.kind == "rep" else FILLED for node in plan.nodes]


def headcounts(state: State, plan: Plan) -> list[int]:
    """People each node stands for: 0 or 1 for a seat, filled seats for a group, employed for a pool. [nodes]."""
    _, filled = _by_leaf(state, plan, np.zeros(len(state.reps)))
    found = []
    for number, node in enumerate(plan.nodes):
        employed = int(state.kinds["count"][node.row]) if node.kind == "pool" else 1
        found.append(int(filled[number]) if node.kind in ("rep", "group") else employed)
    return found


@dataclass(frozen=True, eq=False, slots=True)
class Shared:
    """Deals that reps share with overlay specialists.

    Attributes:
        seat: Seat of the rep. [joined deals]
        kind: Kind of the specialist. [joined deals]
        row: Row of the opportunity. [joined deals]
    """

    seat: Rows
    kind: Rows
    row: Rows


def pursued(state: State) -> Rows:
    """Rows of the opportunities reps pursue; only the accounts with one are looked into."""
    busy = np.flatnonzero(state.buyers["busy"])
    n = len(state.lines)
    rows = (busy[:, None] * n + np.arange(n)).ravel()
    found: Rows = rows[state.opportunities["pursuit"][rows] == PURSUIT.PURSUED]
    return found


def shared_deals(state: State, rows: Rows | None = None) -> Shared:
    """Pairs of a rep and a kind of specialist on each pursued deal."""
    open_rows = pursued(state) if rows is None else rows
    seat = state.buyers["seat"][open_rows // len(state.lines)]
    joined = state.opportunities["joined"][open_rows]
    parts = []
    for kind in range(len(state.kinds)):
        on = np.broadcast_to(uncompiled(is_on)(joined, kind, state.kinds["count"][kind]), joined.shape) == 1
        parts.append((seat[on], np.full(int(on.sum()), kind), open_rows[on]))
    return Shared(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def summary(state: State, plan: Plan) -> str:
    """How many there are below whoever stands in the middle, in words."""
    drawn = plan.leaf_of >= 0
    filled, planned = (int(((state.reps[name] == 1) & drawn).sum()) for name in ("active", "planned"))
    employed = int(sum(state.kinds["count"]))
    return f"{filled:,} reps in {max(filled, planned):,} seats, {employed:,} specialist{'' if employed == 1 else 's'}"


def channel_hours(state: State) -> float:
    """What one channel costs, over both ends. [hours / week / channel]."""
    return float(state.p["structure_hours_per_channel"][0] * state.p["mechanisms_coordination"][0])


def channels(state: State, plan: Plan) -> list[list[float]]:
    """Coordination between nodes: specialist, rep (or group), hours a week, and brightness from 0 to 1.

    A vacant seat spends no hours, and has no link.
    """
    rows = pursued(state)
    filled = state.reps["active"][state.buyers["seat"][rows // len(state.lines)]] == 1
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
    found: Rows = total[first + state.managers["n_members"]] - total[first]
    return found


def loads(state: State) -> Rows:
    """Hours asked of each rep over the hours of a week, as the model itself tires people by it. [seats]."""
    p, reps = state.p[0], state.reps
    per_cycle = p.motivation_needed_hours_per_cycle
    asked = uncompiled(hours_asked)(reps["n_open"], per_cycle, p.buyers_effort_scale, p.market_cycle_weeks)
    found: Rows = uncompiled(load)(
        p.operations_week_hours, reps["hours_opportunities"], reps["hours_prospecting"], asked
    )
    return found


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
    filled = below(state, active)
    found: Rows = np.divide(below(state, each * active), filled, out=np.full(len(filled), np.nan), where=filled > 0)
    return found


def _trust(state: State) -> tuple[Rows, Rows, Rows]:
    trust = state.reps["rep_trust"]
    return trust, _mean_below(state, trust), np.full(len(state.specialists), np.nan)


def _load(state: State) -> tuple[Rows, Rows, Rows]:
    p, specialists = state.p[0], state.specialists
    on_deals = uncompiled(deal_hours)(specialists["load"], p.structure_specialist_hours_per_deal)
    asked = specialists["hours_coordination"] + on_deals
    used = np.sum(list(manager_hours(state).values()), axis=0)
    return loads(state), used / p.management_week_hours, asked / p.structure_specialist_hours


def _attainment(state: State) -> tuple[Rows, Rows, Rows]:
    target = state.specialists["target"]
    own = np.divide(state.specialists["load"], target, out=np.full(len(target), np.nan), where=target > 0)
    return state.reps["attainment"], state.managers["attainment"], own


_OF: dict[str, Any] = {"trust": _trust, "load": _load, "attainment": _attainment}
