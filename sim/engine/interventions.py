"""What is done to a running organization: a lever is pulled or an event happens, for whom, from when, until when.

The scenario's timeline, `SalesOrg.intervene` and the page use the same objects. An intervention is resolved to rows
of the state before anything runs, so a name nobody bears is refused at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.engine.names import manager_names, rep_names
from sim.engine.state import regions
from sim.scenario.errors import InputError, nearest
from sim.scenario.parameters import parameter
from sim.scenario.parameters.base import plain
from sim.scenario.parameters.events import EVENTS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from agents.machinery.state import State
    from sim.scenario.parameters.base import Parameter
    from sim.scenario.scenario import Scenario
    from sim.scenario.schema import InterventionSpec

Numbers = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class Change:
    """What an intervention did to some numbers, kept so that it can be undone, or done again to other ones."""

    array: str  # array of the state and its field
    name: str
    rows: Numbers  # rows changed [n]
    before: Numbers  # what they held [n]
    week: int  # week of the calendar, burn-in included, at whose end it happened
    action: str  # what was done: "set", "add", "scale", or "approach" (go this share of the way to 1)
    value: float  # how much
    spec: InterventionSpec | None = None  # the intervention whose lever's range the result must keep; None for events

    def after(self, before: Numbers) -> Numbers:
        """Do the same to other numbers, which the rows would have held [n]; InputError outside the lever's range."""
        after = _done(self.action, self.value, before)
        if self.spec:
            lever = parameter(self.spec.parameter)
            after = np.rint(after) if lever.type is int else after
            _check_range(lever, after, self.spec)
        return after


@dataclass(frozen=True, slots=True)
class Order:
    """An intervention with its target found."""

    spec: InterventionSpec  # the intervention
    reps: Numbers  # rows of the reps concerned [n]
    managers: Numbers  # rows of the managers concerned [n]


@dataclass(slots=True)
class Applied:
    """An entry of the log of interventions."""

    week: int  # week of the run at whose start it happened
    spec: InterventionSpec  # the intervention
    changes: list[Change] = field(default_factory=list, repr=False)  # what it changed
    undone: int | None = None  # week at whose start it was undone; None while it lasts
    verdict: str = ""  # what became of it where pilot teams tried it first

    @property
    def label(self) -> str:
        """What figures and timelines call it."""
        return self.spec.label or describe(self.spec)


def describe(spec: InterventionSpec) -> str:
    """Say what an intervention does in a few words, such as "set training.hours_per_quarter 12"."""
    if spec.event:
        return " ".join([spec.event, *(f"{name} {plain(value)}" for name, value in spec.arguments.items())])
    return f"{spec.action} {spec.parameter} {spec.value}"


def resolve(spec: InterventionSpec, scenario: Scenario, state: State) -> Order:
    """Find the rows that a checked intervention concerns, in any state of the organization, which is not changed.

    InputError if a region, team or agent does not exist, or the lever or event cannot have that target.
    """
    where = f"intervention in week {spec.week}"
    lever = parameter(spec.parameter, where).lever if spec.parameter else None
    target = spec.target
    everybody = np.flatnonzero(state.reps["idle"] == 0)
    if target.everyone:
        return Order(spec, everybody, np.arange(len(state.managers)))
    if lever == "organization" or spec.event in _FOR_EVERYONE:
        raise InputError(
            f'{where}: {spec.parameter or spec.event} belongs to the whole organization; target must be "everyone"'
        )
    if target.agents:
        reps, managers = _agents(target.agents, lever, scenario, state, where)
    elif target.region:
        managers = _region(target.region, scenario, state, where)
        reps = _members(managers, state)
    else:
        names = manager_names(scenario, int(np.sum(state.managers["level"] == 1)))
        managers = np.array([_row(team, names, "team", where) for team in target.teams], dtype=np.int64)
        reps = _members(managers, state)
    return Order(spec, np.intersect1d(reps, everybody), managers)


def _region(name: str, scenario: Scenario, state: State, where: str) -> Numbers:
    named = [region for region in regions(scenario) if region]
    if name not in named:
        hint = nearest(name, named) if named else "; this organization has no regions"
        raise InputError(f'{where}: there is no region "{name}"{hint}')
    code = regions(scenario).index(name)
    return np.flatnonzero((state.managers["region"] == code) & (state.managers["level"] == 1))


def _agents(
    wanted: Sequence[str | int], lever: str | None, scenario: Scenario, state: State, where: str
) -> tuple[Numbers, Numbers]:
    """Rows of named agents; a number means a manager where a manager's lever is pulled, else a rep."""
    bosses = manager_names(scenario, len(state.managers))
    sellers = rep_names(scenario, int(np.sum(state.reps["idle"] == 0)))
    managers: list[int] = []
    reps: list[int] = []
    for agent in wanted:
        if lever == "manager":
            managers.append(_row(agent, bosses, "manager", where))
        elif agent in bosses:
            reps.extend(_members(np.array([bosses.index(str(agent))]), state))
        else:
            reps.append(_row(agent, sellers, "seller", where, also=bosses))
    return np.unique(np.array(reps, dtype=np.int64)), np.unique(np.array(managers, dtype=np.int64))


def _row(wanted: str | int, names: list[str], what: str, where: str, also: Sequence[str] = ()) -> int:
    if isinstance(wanted, int):
        if 0 <= wanted < len(names):
            return wanted
        raise InputError(f"{where}: there is no {what} {wanted}; the numbers are 0 to {len(names) - 1}")
    if wanted in names:
        return names.index(wanted)
    raise InputError(f'{where}: there is no {what} "{wanted}"{nearest(wanted, [*names, *also])}')


def _members(managers: Numbers, state: State) -> Numbers:
    """Rows of the reps below some managers."""
    spans = [
        state.roster[row["first_member"] : row["first_member"] + row["n_members"]] for row in state.managers[managers]
    ]
    return np.unique(np.concatenate([*spans, np.empty(0, dtype=np.int64)]))


def apply(order: Order, state: State, best: Callable[[Numbers], Numbers]) -> list[Change]:
    """Do what a resolved intervention says, now; `best` sorts rows of reps by bookings of four quarters, best first.

    InputError if the result would be outside the allowed range, or nobody is left to leave or to hire.
    """
    if order.spec.event:
        return _EVENTS[order.spec.event](order, state, best)
    return pull(order, state)


def undo(ended: Applied, log: Sequence[Applied], state: State) -> None:
    """Make the numbers what they would be if an intervention had never been.

    Later interventions on the same numbers that still last are done again to what the rows held before this one.

    Args:
        ended: The intervention that is undone.
        log: Every intervention so far, in order; those that last get to know what they replace now.
        state: Changed in place.

    Raises:
        InputError: A later intervention would then leave its lever's range; nothing has been changed.
    """
    lasting = [entry for entry in log if entry.undone is None and entry is not ended]
    changes = {id(entry): list(entry.changes) for entry in lasting}
    results = []
    for change in ended.changes:
        value = change.before.copy()
        for entry, place in _later(change, ended, log):
            other = changes[id(entry)][place]
            _, mine, theirs = np.intersect1d(change.rows, other.rows, assume_unique=True, return_indices=True)
            before = other.before.copy()
            before[theirs] = value[mine]
            changes[id(entry)][place] = replace(other, before=before)
            value[mine] = other.after(value[mine])
        results.append((change, value))
    for entry in lasting:
        entry.changes = changes[id(entry)]
    for change, value in results:
        getattr(state, change.array)[change.name][change.rows] = value


def rebase(log: Sequence[Applied], array: str, name: str, value: float) -> None:
    """Let a number that has been set past the timeline stay when what was done to it before ends."""
    for entry in log:
        entry.changes = [
            replace(change, before=np.full_like(change.before, value))
            if (change.array, change.name) == (array, name)
            else change
            for change in entry.changes
        ]


def _later(change: Change, ended: Applied, log: Sequence[Applied]) -> list[tuple[Applied, int]]:
    """What was done to the same field after a change and still lasts, in order: entry of the log, place in it."""
    own = next(number for number, entry in enumerate(log) if entry is ended)
    later = [
        ((other.week, number), entry, place)
        for number, entry in enumerate(log)
        if entry.undone is None and entry is not ended
        for place, other in enumerate(entry.changes)
        if (other.array, other.name) == (change.array, change.name) and (other.week, number) > (change.week, own)
    ]
    return [(entry, place) for _, entry, place in sorted(later, key=lambda item: item[0])]


def _done(action: str, value: float, before: Numbers) -> Numbers:
    """What numbers become."""
    if action == "set":
        return np.full(len(before), value)
    if action == "add":
        return before + value
    return before * value if action == "scale" else before + value * (1.0 - before)


def pull(order: Order, state: State) -> list[Change]:
    """Set, add to or scale a lever for its rows."""
    spec = order.spec
    lever = parameter(spec.parameter)
    rows = {"p": np.zeros(1, dtype=np.int64), "reps": order.reps, "managers": order.managers}[lever.array]
    value = lever.number(spec.value) if spec.action == "set" else float(spec.value)
    return [_change(state, (lever.array, lever.field_name), rows, spec.action, value, spec=spec)]


def _check_range(lever: Parameter, after: Numbers, spec: InterventionSpec) -> None:
    if lever.low is None or lever.high is None:
        return
    for value in after:
        if not lever.low <= value <= lever.high:
            raise InputError(
                f"intervention in week {spec.week}: to {spec.action} {lever.dotted} by {spec.value} makes it "
                f"{plain(float(value))}; it must be {lever.allowed}"
            )


def _change(
    state: State,
    where: tuple[str, str],
    rows: Numbers,
    action: str,
    value: float,
    *,
    spec: InterventionSpec | None = None,
) -> Change:
    """Do something to a field of some rows."""
    array, name = where
    column = getattr(state, array)[name]
    change = Change(array, name, rows, column[rows].copy(), int(state.clock["week"][0]), action, value, spec)
    column[rows] = change.after(change.before)
    return change


def _argument(spec: InterventionSpec, name: str) -> float:
    default = EVENTS[spec.event].arguments[name].default
    return float(spec.arguments.get(name, default if default is not None else 0.0))


def _star_leaves(order: Order, state: State, best: Callable[[Numbers], Numbers]) -> list[Change]:
    count = int(_argument(order.spec, "count"))
    present = order.reps[state.reps["active"][order.reps] == 1]
    if count > len(present):
        raise InputError(
            f"intervention in week {order.spec.week}: star_leaves wants {count} of {len(present)} reps to leave"
        )
    rows = best(present)[:count]
    # Who leaves within the week is counted as it ends; whoever is gone before it begins would be missed.
    state.weekly["leavers"][state.clock["week"][0] + 1] += count
    values = {"active": 0, "left": 1, "vacant_weeks": 0}
    return [_change(state, ("reps", name), rows, "set", value) for name, value in values.items()]


def _hire(order: Order, state: State, _: Callable[[Numbers], Numbers]) -> list[Change]:
    count = int(_argument(order.spec, "count"))
    spare = order.reps[state.reps["planned"][order.reps] == 0]
    if count > len(spare):
        raise InputError(
            f"intervention in week {order.spec.week}: hire wants {count} more seats and {len(spare)} are spare; "
            "raise structure.growth_room"
        )
    return [_change(state, ("reps", "planned"), spare[:count], "set", 1)]


def _organization(state: State, field_name: str, action: str, value: float) -> Change:
    return _change(state, ("p", field_name), np.zeros(1, dtype=np.int64), action, value)


def _demand_shock(order: Order, state: State, _: Callable[[Numbers], Numbers]) -> list[Change]:
    return [_organization(state, "market_demand", "scale", _argument(order.spec, "factor"))]


def _competitor_shock(order: Order, state: State, _: Callable[[Numbers], Numbers]) -> list[Change]:
    return [_organization(state, "market_competitor_strength", "add", _argument(order.spec, "strength"))]


def _icp_project(order: Order, state: State, _: Callable[[Numbers], Numbers]) -> list[Change]:
    gain = _argument(order.spec, "gain")
    state.org[0].icp_clarity += gain * (1.0 - state.org[0].icp_clarity)
    return [_organization(state, "strategy_icp_clarity", "approach", gain)]


def _quota_change(order: Order, state: State, _: Callable[[Numbers], Numbers]) -> list[Change]:
    factor = _argument(order.spec, "factor")
    return [_change(state, ("reps", name), order.reps, "scale", factor) for name in ("quota", "annual_quota")]


_EVENTS: dict[str, Callable[[Order, State, Callable[[Numbers], Numbers]], list[Change]]] = {
    "star_leaves": _star_leaves,
    "hire": _hire,
    "demand_shock": _demand_shock,
    "competitor_shock": _competitor_shock,
    "icp_project": _icp_project,
    "quota_change": _quota_change,
}

_FOR_EVERYONE = ("demand_shock", "competitor_shock", "icp_project")
FINAL = ("star_leaves",)
"""Events that cannot be undone."""


def check_undoable(spec: InterventionSpec) -> None:
    """Raise InputError for the end of an event that cannot be undone."""
    if spec.until is not None and spec.event in FINAL:
        raise InputError(f"intervention in week {spec.week}: {spec.event} cannot be undone; leave out until")


def rehearse(orders: Sequence[Order], state: State) -> None:
    """Pull all planned levers on a copy, so that a sum or product out of range is an InputError before the run."""
    if not any(order.spec.action != "set" for order in orders):
        return
    stage = state._replace(p=state.p.copy(), reps=state.reps.copy(), managers=state.managers.copy())
    log: list[Applied] = []
    for order in orders:
        if order.spec.parameter:
            _end(log, order.spec.week, stage)
            log.append(Applied(order.spec.week, order.spec, pull(order, stage)))
    _end(log, None, stage)


def _end(log: list[Applied], week: int | None, stage: State) -> None:
    """Undo in a rehearsal what ends by a week, or all that ends, in the order of their ends."""
    ending = [
        (entry.spec.until, number) for number, entry in enumerate(log) if entry.undone is None and entry.spec.until
    ]
    for until, number in sorted((until, number) for until, number in ending if week is None or until <= week):
        undo(log[number], log, stage)
        log[number].undone = until
