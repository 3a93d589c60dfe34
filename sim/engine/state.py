"""What exists at the start: the records of all agents, laid out from a scenario and a seed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.buyer.record import BUYERS, DEALS, OPPORTUNITIES, SLOTS
from agents.machinery.clock import CLOCK
from agents.machinery.codes import KIND_NAMES
from agents.machinery.record import copied
from agents.machinery.state import State
from agents.manager.record import MANAGERS
from agents.organization.measuring import WEEKLY
from agents.organization.record import LINES, ORGANIZATION
from agents.rep.record import REPS
from agents.specialist.record import KINDS, SPECIALISTS
from sim.scenario.parameters import all_parameters, params_dtype, params_record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agents.machinery.record import Record, Rows
    from sim.scenario.parameters.base import Parameter
    from sim.scenario.scenario import Scenario

RECORDS: dict[str, Record] = {
    record.name: record
    for record in (
        CLOCK, ORGANIZATION, LINES, BUYERS, SLOTS, OPPORTUNITIES, REPS, SPECIALISTS, KINDS, MANAGERS, WEEKLY, DEALS,
    )
}  # fmt: skip
"""Every record of the model by the name of its array in the state."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How many of each there are, and who belongs where."""

    seats: int  # seats of the sales force, filled or not
    filled: int  # seats filled at the start
    teams: np.ndarray[Any, np.dtype[np.int64]]  # team of each seat [seats]
    accounts: np.ndarray[Any, np.dtype[np.int64]]  # accounts of each seat [seats]
    potential: np.ndarray[Any, np.dtype[np.float64]] | None  # of each seat, relative to the mean; None if drawn [seats]
    n_lines: int  # product lines
    idle_reps: int = 0  # agents outside the model, for tests
    idle_specialists: int = 0


def layout(scenario: Scenario, idle_reps: int = 0, idle_specialists: int = 0) -> Layout:
    """Work out seats, teams and territories; real teams and sellers where the scenario names them."""
    filled = int(scenario["structure.n_reps"])
    room = math.floor(filled * float(scenario["structure.growth_room"]))
    seats = filled + room
    lines = len(scenario.lines) or int(scenario["market.n_lines"])
    usual = int(scenario["market.accounts_per_rep"])
    accounts = np.full(seats, usual, dtype=np.int64)
    span = float(scenario["structure.span_of_control"])
    n_teams = max(1, math.ceil(filled / span), len(scenario.teams))
    teams = np.array([seat * n_teams // filled if seat < filled else seat % n_teams for seat in range(seats)])
    potential = None
    if scenario.teams:
        potential = np.ones(seats)
        sellers = {seller.name: seller for seller in scenario.sellers}
        names = seat_names(scenario)
        homes = {name: number for number, team in enumerate(scenario.teams) for name in team.sellers}
        for seat, name in enumerate(names):
            teams[seat] = homes[name]
            if name in sellers:
                accounts[seat] = sum(sellers[name].accounts.values()) or usual
                potential[seat] = sellers[name].potential
    return Layout(seats, filled, teams.astype(np.int64), accounts, potential, lines, idle_reps, idle_specialists)


def seat_names(scenario: Scenario) -> list[str]:
    """Names of real sellers in the order of their seats; empty for a made organization."""
    return [name for team in scenario.teams for name in team.sellers]


def initial_state(
    scenario: Scenario, seed: int, *, weeks: int, log_deals: int = 0, idle_reps: int = 0, idle_specialists: int = 0
) -> State:
    """Lay out every record of the model; who people are is drawn by the first phases of week 1.

    Args:
        scenario: What is assumed.
        seed: Key of all chance; any integer of 63 bits.
        weeks: Weeks to be measured, the burn-in included.
        log_deals: Rows of the deal log between two emptyings.
        idle_reps: Reps outside the model, for tests.
        idle_specialists: Specialists outside the model, for tests.

    Returns:
        A state at week 0 of the burn-in.
    """
    plan = layout(scenario, idle_reps, idle_specialists)
    clock = CLOCK.allocate(1)
    clock["seed"] = seed
    n_managers = tree_sizes(int(plan.teams.max()) + 1, float(scenario["structure.span_of_control"]))
    per_kind = _specialists_per_kind(scenario, plan.seats) + plan.idle_specialists
    buyers = int(plan.accounts.sum())
    state = State(
        clock=clock,
        p=params_record(scenario),
        org=ORGANIZATION.allocate(1),
        lines=LINES.allocate(plan.n_lines),
        buyers=BUYERS.allocate(buyers),
        **BUYERS.allocate_columns(buyers),
        slots=SLOTS.allocate(buyers * plan.n_lines),
        opportunities=OPPORTUNITIES.allocate_unset(buyers * plan.n_lines),
        reps=REPS.allocate(plan.seats + plan.idle_reps),
        specialists=SPECIALISTS.allocate(len(KIND_NAMES) * per_kind),
        kinds=KINDS.allocate(len(KIND_NAMES)),
        managers=MANAGERS.allocate(sum(n_managers)),
        roster=np.zeros(plan.seats + plan.idle_reps, dtype=np.int64),
        neighbours=np.zeros((buyers, int(scenario["buyers.neighbours"])), dtype=np.int64),
        weekly=WEEKLY.allocate(weeks + 1),
        deals=DEALS.allocate_unset(log_deals),
    )
    _fill_lines(state, scenario)
    _fill_reps(state, scenario, plan)
    _fill_managers(state, scenario, n_managers)
    _fill_buyers(state, plan)
    _fill_specialists(state, per_kind, plan)
    return state


@cache
def pattern_state() -> State:
    """A state of one row each, for the types of every state of the model."""
    arrays = {name: record.allocate(1) for name, record in RECORDS.items()}
    numbers = np.zeros(1, dtype=np.int64)
    columns = BUYERS.allocate_columns(1)
    return State(
        **arrays, **columns, p=np.zeros(1, dtype=params_dtype()), roster=numbers, neighbours=numbers.reshape(1, 1)
    )


def open_rows(state: State) -> Rows:
    """Rows of `opportunities` that are in a pipeline, seat by seat. [opportunities]."""
    return stretches(state.reps["first_account"] * len(state.lines), state.reps["n_open"])


def stretches(first: Rows, counts: Rows) -> Rows:
    """Numbers that follow each other: counts[k] of them from first[k] on, one run after another. [sum of counts]."""
    before = np.cumsum(counts) - counts
    rows: Rows = np.repeat(first - before, counts) + np.arange(int(counts.sum()))
    return rows


def packed(state: State) -> State:
    """Give a state without the rows nobody reads: of the pipelines what is in them, and an emptied log of deals."""
    return state._replace(opportunities=state.opportunities[open_rows(state)], deals=state.deals[:0])


def unpacked(state: State, log_deals: int) -> State:
    """Give a packed state the room to run on, with that many rows for the log of deals."""
    opportunities = OPPORTUNITIES.allocate_unset(len(state.slots))
    opportunities[open_rows(state)] = state.opportunities
    return state._replace(opportunities=opportunities, deals=DEALS.allocate_unset(log_deals))


def copy_of(state: State) -> State:
    """Copy a state but for its log of deals, which is left empty."""
    return unpacked(State(*(copied(array) for array in packed(state))), len(state.deals))


def tree_sizes(n_teams: int, span: float) -> list[int]:
    """Managers on each level, front line first, up to one leader. [managers]."""
    sizes = [n_teams]
    while sizes[-1] > 1:
        sizes.append(math.ceil(sizes[-1] / span))
    return sizes


def _specialists_per_kind(scenario: Scenario, seats: int) -> int:
    return max(seats, *(int(scenario[f"structure.{kind}_specialists"]) for kind in KIND_NAMES))


def _fill_lines(state: State, scenario: Scenario) -> None:
    if scenario.lines:
        for row, line in zip(state.lines, scenario.lines, strict=True):
            row.share, row.price, row.amount_sd, row.readiness = line.share, line.price, line.amount_sd, line.readiness
        return
    lines = state.lines
    lines["share"] = 1.0 / len(lines)
    lines["price"] = float(scenario["market.deal_size"])
    lines["amount_sd"] = float(scenario["market.deal_size_sd"])
    lines["readiness"] = float(scenario["market.product_maturity"])
    lines["readiness"][-1] = float(scenario["market.new_line_maturity"])


def _fill_reps(state: State, scenario: Scenario, plan: Layout) -> None:
    """Seats with their teams, territories and levers; idle ones hang on the first team and do nothing."""
    reps = state.reps
    n = plan.seats
    reps["manager"][:n] = plan.teams
    reps["n_accounts"][:n] = plan.accounts
    reps["first_account"][:n] = np.concatenate(([0], np.cumsum(plan.accounts)[:-1]))
    reps["idle"][n:] = 1
    reps["active"][: plan.filled] = 1
    reps["planned"][: plan.filled] = 1
    if plan.potential is not None:
        reps["potential"][:n] = plan.potential
    copy_levers(reps, "reps", scenario)


def copy_levers(rows: Rows, array: str, scenario: Scenario) -> None:
    """Give every row of an array its own copy of the levers that can be pulled for some agents only."""
    for item in all_parameters():
        if item.array == array:
            rows[item.field_name] = item.number(scenario[item.dotted])


def check_levers(parameters: Iterable[Parameter]) -> None:
    """Raise TypeError for a lever of reps or managers that their record has no field for."""
    for item in parameters:
        if item.array != "p" and item.field_name not in (RECORDS[item.array].dtype.names or ()):
            raise TypeError(
                f"{item.dotted} is a lever of {item.array}, and the record {item.array} has no field "
                f"{item.field_name}; declare it in agents/{item.lever}/record.py"
            )


check_levers(all_parameters())


def _fill_managers(state: State, scenario: Scenario, sizes: list[int]) -> None:
    """The tree: front-line managers by team, then level on level up to the leader; seats sorted by team."""
    managers, reps = state.managers, state.reps
    order = np.argsort(reps["manager"], kind="stable")
    state.roster[:] = order
    counts = np.bincount(reps["manager"], minlength=sizes[0])
    first = np.concatenate(([0], np.cumsum(counts)))
    below = 0
    for level, size in enumerate(sizes, start=1):
        start = sum(sizes[: level - 1])
        for number in range(size):
            row = managers[start + number]
            row.level = level
            if level == 1:
                row.first_member, row.n_members = first[number], counts[number]
                row.region = _region_of(scenario, number)
            else:
                children = _children(below, start, number, size)
                row.first_member = managers[children[0]].first_member
                row.n_members = sum(int(managers[child].n_members) for child in children)
                for child in children:
                    managers[child].boss = start + number
        below = start
    managers[len(managers) - 1].boss = len(managers) - 1
    copy_levers(managers, "managers", scenario)


def _children(first: int, end: int, number: int, bosses: int) -> range:
    """Rows of the managers from `first` up to `end` who report to one of their bosses, dealt out evenly in order."""
    below = end - first
    return range(first - -number * below // bosses, first - -(number + 1) * below // bosses)


def regions(scenario: Scenario) -> list[str]:
    """Names of regions by their code; a made organization has one."""
    return sorted({team.region for team in scenario.teams}) or [""]


def _region_of(scenario: Scenario, team: int) -> int:
    if team < len(scenario.teams):
        return regions(scenario).index(scenario.teams[team].region)
    return 0


def _fill_buyers(state: State, plan: Layout) -> None:
    state.buyers["seat"] = np.repeat(np.arange(plan.seats), plan.accounts)


def _fill_specialists(state: State, per_kind: int, plan: Layout) -> None:
    """Places for specialists of each kind; idle ones stand at the end of the first kind's and cover nobody."""
    specialists = state.specialists
    specialists["kind"] = np.repeat(np.arange(len(KIND_NAMES)), per_kind)
    specialists["number"] = np.tile(np.arange(per_kind), len(KIND_NAMES))
    if plan.idle_specialists:
        specialists["idle"][per_kind - plan.idle_specialists : per_kind] = 1
