"""Where each agent of the organization is drawn: rings around whoever leads, computed once for a shape of the tree.

Seats stand on the outer ring team by team, their managers within, overlay specialists innermost. A large organization
is drawn by groups: all seats below one manager are one node, which can be opened.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from agents.machinery.codes import KIND_NAMES, Kind
from agents.machinery.rule import uncompiled
from agents.specialist.queueing import queues
from sim.engine.names import manager_names, rep_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.machinery.record import Rows
    from agents.machinery.state import State
    from sim.scenario.scenario import Scenario

MOST_SEATS = 120  # most seats drawn one by one
MOST_GROUPS = 80  # most groups of seats drawn at once
MOST_SPECIALISTS = 64
"""Most overlay specialists drawn one by one on a ring, by its radius; beyond, and beside groups, there is one node for
each kind. [specialists / radius]"""

STAGGERED = (64, 36)  # nodes beyond which the outer ring has two rows: seats, and groups

KINDS: dict[int, tuple[str, str]] = {
    kind: (name.replace("_", " ").capitalize(), name.split("_")[-1][0].upper())
    for kind, name in zip(Kind, KIND_NAMES, strict=True)
}
"""Name and letter of each kind of overlay specialist; the letter is that of its last word."""

_GAP = 0.7  # slots between two teams
_FIRST, _LAST = (0.72, 0.62), 0.30  # radii of the outermost ring within one or two rows of seats, and of the innermost
_WIDE = 0.46  # radius of the innermost ring where many stand there and one ring is around it
_ALONE = 0.5  # radius of the only ring within the seats
_INDENT = 0.87  # radius of the outer ring's second row


@dataclass(frozen=True, slots=True)
class PlanNode:
    """Somebody, or a group, in the drawing."""

    kind: str  # "leader", "manager", "rep", "specialist", "group" (below a manager) or "pool" (a kind's specialists)
    row: int  # Row of managers, reps or specialists; of the manager for a group, the code of the kind for a pool
    label: str
    mark: str  # What is written within
    x: float  # Place, the outer ring has radius 1 [radii]
    y: float

    @property
    def key(self) -> str:
        """What the browser calls it."""
        return f"{self.kind}:{self.row}"


@dataclass(frozen=True, eq=False, slots=True)
class Plan:
    """A drawing without its colours."""

    focus: int  # Row of the manager in the middle
    nodes: tuple[PlanNode, ...]  # Everybody drawn: the middle first, then managers, the outer ring, specialists
    lines: tuple[tuple[int, int], ...]  # Reporting lines as pairs of nodes, the boss first
    path: tuple[int, ...]  # Rows of managers from the leader down to the middle
    leaf_of: Rows  # Node of each seat's rep or group, -1 where it is not drawn [seats]
    helper_of: Rows  # Node of the specialist or pool that covers a seat, by kind; -1 where there is none [kinds, seats]

    def find(self, key: str) -> int:
        """Number of a node, -1 if it is not drawn."""
        return next((number for number, node in enumerate(self.nodes) if node.key == key), -1)


def shape(state: State) -> tuple[Any, ...]:
    """What a drawing depends on: it is made again when this changes, and never else."""
    managers = state.managers
    return (
        state.reps["manager"].tobytes(),
        state.reps["idle"].tobytes(),
        managers["boss"].tobytes(),
        tuple(_counts(state).tolist()),
        tuple(_takes_turns(state, kind) for kind in KINDS),
        len(state.specialists),
    )


def names_of(state: State, scenario: Scenario) -> list[str]:
    """Names of managers, by row; a leader whom the scenario does not name is called so."""
    names = manager_names(scenario, len(state.managers))
    return names if len(scenario.teams) >= len(names) else [*names[:-1], "Leader"]


def leader_of(state: State) -> int:
    """Row of the leader: the last manager."""
    return len(state.managers) - 1


def manager_key(state: State, row: int) -> str:
    """What the browser calls a manager or the leader."""
    return f"{'leader' if row == leader_of(state) else 'manager'}:{row}"


def draw(state: State, scenario: Scenario, focus: int) -> Plan:
    """Place everybody below the manager of a row, who stands in the middle; names are the scenario's."""
    seats = _seats_below(state, focus)
    tiers = _tiers(state, seats)
    top = int(state.managers["level"][focus])
    level = _level_of_leaves(tiers, top)
    owner, leaves = pd.factorize(tiers[level])
    _, firsts = np.unique(owner, return_index=True)
    bosses = (tiers[level + 1] if level + 1 < len(tiers) else np.full(len(seats), focus))[firsts]
    angles = _angles(bosses)
    rows = 2 if len(leaves) > STAGGERED[level > 0] else 1
    radii = _radii(top - level - 1, _FIRST[rows - 1])
    names = names_of(state, scenario)
    nodes, node_of = [_manager(state, focus, names, (0.0, 0.0))], {focus: 0}
    for tier in range(top - 1, level, -1):
        for row in dict.fromkeys(tiers[tier].tolist()):
            node_of[row] = len(nodes)
            place = _polar(radii[tier - level - 1], float(angles[owner][tiers[tier] == row].mean()))
            nodes.append(_manager(state, row, names, place))
    lines = [(node_of[int(state.managers["boss"][row])], number) for row, number in node_of.items() if row != focus]
    lines += [(node_of[int(boss)], len(nodes) + number) for number, boss in enumerate(bosses)]
    leaf_of = np.full(len(state.reps), -1, dtype=np.int64)
    leaf_of[seats] = len(nodes) + owner
    kind, leaf_names = ("group", names) if level else ("rep", rep_names(scenario, len(state.reps)))
    for number, row in enumerate(leaves.tolist()):
        place = _polar(_INDENT if rows == 2 and number % 2 else 1.0, float(angles[number]))
        nodes.append(PlanNode(kind, row, leaf_names[row], "", *place))
    helpers, helper_of = _helpers(state, seats, len(nodes), radii, pooled=level > 0)
    return Plan(focus, (*nodes, *helpers), tuple(lines), _path(state, focus), leaf_of, helper_of)


def _manager(state: State, row: int, names: Sequence[str], place: tuple[float, float]) -> PlanNode:
    return PlanNode(manager_key(state, row).partition(":")[0], row, names[row], "", *place)


def _polar(radius: float, angle: float) -> tuple[float, float]:
    return round(radius * math.cos(angle), 4), round(radius * math.sin(angle), 4)


def _path(state: State, focus: int) -> tuple[int, ...]:
    path = [focus]
    while path[0] != leader_of(state):
        path.insert(0, int(state.managers["boss"][path[0]]))
    return tuple(path)


def _seats_below(state: State, focus: int) -> Rows:
    """Seats below a manager in the order of their teams; those that only tests have are left out."""
    manager = state.managers[focus]
    seats = state.roster[manager.first_member : manager.first_member + manager.n_members]
    working: Rows = seats[state.reps["idle"][seats] == 0]
    return working


def _tiers(state: State, seats: Rows) -> list[Rows]:
    """The seats, then the manager of each seat on each level. [levels + 1][seats]."""
    tiers = [seats, state.reps["manager"][seats]]
    while (state.managers["level"][tiers[-1]] < state.managers["level"][leader_of(state)]).any():
        tiers.append(state.managers["boss"][tiers[-1]])
    return tiers


def _level_of_leaves(tiers: list[Rows], top: int) -> int:
    """0 to draw every seat, else the lowest level of managers whose teams are few enough to be drawn."""
    if len(tiers[0]) <= MOST_SEATS:
        return 0
    fits = (level for level in range(1, top) if len(np.unique(tiers[level])) <= MOST_GROUPS)
    return next(fits, max(0, top - 1))


def _angles(bosses: Rows) -> Rows:
    """Angles around the ring, from the top on, with a gap where another team begins."""
    changes = np.concatenate(([False], bosses[1:] != bosses[:-1]))
    slot = np.arange(len(bosses)) + _GAP * np.cumsum(changes)
    teams = int(changes.sum()) + 1
    slots = len(bosses) + _GAP * (teams if teams > 1 else 0)
    angles: Rows = -math.pi / 2 + 2 * math.pi * (slot + 0.5 * (1 + _GAP)) / max(slots, 1.0)
    return angles


def _radii(between: int, first: float) -> list[float]:
    """Radius of each ring of managers, the lowest level first, then that of the specialists."""
    radii: list[float] = np.linspace(first, _LAST, between + 1).tolist() if between > 0 else [_ALONE]
    return radii


def _helpers(state: State, seats: Rows, first: int, radii: list[float], *, pooled: bool) -> tuple[list[PlanNode], Rows]:
    """Specialists on the innermost ring, kind by kind, and who covers which seat."""
    counts = _counts(state)
    per_kind = len(state.specialists) // len(counts)
    numbers = np.arange(len(state.reps))
    cover = [np.unique(seats % count) if count else seats[:0] for count in counts]
    wide = _WIDE if len(radii) == 2 else radii[-1]
    many = sum(map(len, cover))
    crowded = pooled or many > MOST_SPECIALISTS * wide
    radius = wide if MOST_SPECIALISTS * radii[-1] < many and not crowded else radii[-1]
    helper_of = np.full((len(counts), len(state.reps)), -1, dtype=np.int64)
    helpers: list[tuple[str, int, str, str]] = []
    for kind, (name, letter) in KINDS.items():
        count = int(counts[kind])
        if count and (crowded or _takes_turns(state, kind)):
            helper_of[kind] = first + len(helpers)
            helpers.append(("pool", int(kind), f"{name} specialists", letter))
        elif count:
            node = np.full(count, -1, dtype=np.int64)
            node[cover[kind]] = first + len(helpers) + np.arange(len(cover[kind]))
            helper_of[kind] = node[numbers % count]
            helpers += [
                ("specialist", kind * per_kind + number, f"{name} specialist {number + 1}", letter)
                for number in cover[kind].tolist()
            ]
    turn = 2 * math.pi / max(len(helpers), 1)
    angles = [turn * (number + 0.5) - math.pi / 2 for number in range(len(helpers))]
    return [PlanNode(*helper, *_polar(radius, angle)) for helper, angle in zip(helpers, angles, strict=True)], helper_of


def _takes_turns(state: State, kind: int) -> bool:
    """Whether whoever of several is free first takes the next job, so that a seat has no specialist of its own."""
    return bool(uncompiled(queues)(state, kind) and state.p["structure_specialist_pool"][0] > 1)


def _counts(state: State) -> Rows:
    """Specialists employed of each kind, who cover somebody. [kinds]."""
    counts: Rows = np.minimum(state.kinds["count"], len(state.specialists) // len(state.kinds))
    return counts
