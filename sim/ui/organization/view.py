"""The organization as a network whose agents can be opened, and its accounts as a matrix; both move with the run."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
import solara

from sim.ui.organization.accounts import STAGES, matrix
from sim.ui.organization.leaders import manager_panel
from sim.ui.organization.people import pool_panel, rep_panel, specialist_panel
from sim.ui.organization.plan import Plan, draw, leader_of, manager_key, names_of, shape
from sim.ui.organization.present import MEASURES, channels, headcounts, states, summary, values
from sim.ui.parts import Handler, Heading, boxed_vue

if TYPE_CHECKING:
    from collections.abc import Callable

    from agents.machinery.state import State
    from sim.scenario.scenario import Scenario
    from sim.ui.desk import Desk
    from sim.ui.organization.facts import WeekPanel
    from sim.ui.run.session import Session

NETWORK_HINT = (
    "Everybody who sells, this week. Grey lines: who reports to whom. Coloured curves: deals that a rep shares with an "
    "overlay specialist, brighter with the hours it takes to stay in step. Choose somebody for the week behind it."
)
ACCOUNTS_HINT = (
    "All accounts, this week. Columns: how far they have come with us. Rows: satisfaction of customers, trust of the "
    "others. The area of the coloured part is contract value a year: installed, at stake, or what needs would bring."
)

_MEASURES = [asdict(measure) for measure in MEASURES.values()]
_PANELS: dict[str, tuple[Callable[[State, Scenario, int], WeekPanel], str]] = {
    "rep": (rep_panel, "reps"),
    "manager": (manager_panel, "managers"),
    "leader": (manager_panel, "managers"),
    "specialist": (specialist_panel, "specialists"),
    "pool": (pool_panel, "kinds"),
}
"""Who makes the panel of each kind of agent, and which records have a row for each."""

_STAGES = [{"name": name, "label": label, "doc": doc} for name, (label, doc) in STAGES.items()]


@boxed_vue("Network.vue", "drawing", "present")
def Network(  # noqa: N802 - a component
    *,
    drawing: Any,
    present: Any,
    measure: str,
    picked: str,
    event_pick: Handler,
    event_open: Handler,
    event_paint: Handler,
) -> None:
    """Everybody and their links: a drawing that changes seldom, and the present of every week."""


@boxed_vue("Agent.vue", "agent")
def AgentWeek(  # noqa: N802
    *, agent: dict[str, Any], focus: int, event_pick: Handler, event_open: Handler, event_shut: Handler
) -> None:
    """The week of one agent; `focus` is the row of the manager in the middle of the drawing."""


@boxed_vue("Matrix.vue", "table")
def Matrix(*, table: dict[str, Any], stage: str, event_turn: Handler) -> None:  # noqa: N802
    """Accounts in cells, by the stages of the buyers or by those logged."""


@solara.component
def Organization(desk: Desk) -> None:  # noqa: N802
    """Everybody who sells with their links, and the week of whoever is chosen."""
    session, frame = desk.player.session, desk.player.frame.value
    measure, picked, focus = desk.look.measure, desk.look.picked, desk.look.focus
    with session.lock:
        state, scenario = session.world.state, session.world.scenario
        middle = focus.value if 0 <= focus.value < len(state.managers) else leader_of(state)
        form = solara.use_memo(lambda: shape(state), [frame, session])
        plan = solara.use_memo(lambda: draw(state, scenario, middle), [form, middle])
        drawing = solara.use_memo(lambda: _drawn(state, scenario, plan), [plan])
        present = solara.use_memo(lambda: present_of(state, plan, measure.value), [frame, session, plan, measure.value])
        panel = solara.use_memo(lambda: panel_of(state, scenario, picked.value), [frame, session, picked.value])

    def pick(key: str) -> None:
        if not key or _exists(session, key):
            picked.set(key)
            if key and plan.find(key) < 0:
                focus.set(home(session, key))

    def unfold(row: int) -> None:
        key = manager_key(session.world.state, row)
        if _exists(session, key):
            focus.set(row)
            picked.set(key)

    def paint(name: str) -> None:
        if name in MEASURES:
            measure.set(name)

    with solara.Div(classes=["fw-org", *(["fw-org-open"] if panel else [])]):
        with solara.Div(classes=["fw-org-net"]):
            Heading("The organization", NETWORK_HINT)
            Network(
                drawing=drawing,
                present=present,
                measure=measure.value,
                picked=picked.value,
                event_pick=pick,
                event_open=unfold,
                event_paint=paint,
            )
        if panel:
            AgentWeek(
                agent=asdict(panel), focus=middle, event_pick=pick, event_open=unfold, event_shut=lambda _: pick("")
            )


@solara.component
def Accounts(desk: Desk) -> None:  # noqa: N802
    """All accounts by how far they have come and how content they are."""
    session, frame = desk.player.session, desk.player.frame.value
    stage = desk.look.stage

    def table() -> dict[str, Any]:
        with session.lock:
            cells = matrix(session.world.state, stage.value, session.world.scenario.currency)
        return {**cells, "stages": _STAGES}

    def turn(name: str) -> None:
        if name in STAGES:
            stage.set(name)

    with solara.Div(classes=["fw-org"]), solara.Div(classes=["fw-org-net"]):
        Heading("Accounts", ACCOUNTS_HINT)
        cells = solara.use_memo(table, [frame, session, stage.value])
        Matrix(table=cells, stage=stage.value, event_turn=turn)


def panel_of(state: State, scenario: Scenario, key: str) -> WeekPanel | None:
    """The week of an agent named by its key; None if there is none of that name."""
    kind, _, number = key.partition(":")
    maker, records = _PANELS.get(kind, (None, ""))
    if maker is None or not number.isdecimal() or int(number) >= len(getattr(state, records)):
        return None
    return maker(state, scenario, int(number))


def home(session: Session, key: str) -> int:
    """Row of the manager whose drawing shows an agent: a rep's own, a manager itself, else the leader."""
    kind, _, number = key.partition(":")
    with session.lock:
        state = session.world.state
        if kind == "rep":
            return int(state.reps["manager"][int(number)])
        return int(number) if kind == "manager" else leader_of(state)


def _exists(session: Session, key: str) -> bool:
    with session.lock:
        return panel_of(session.world.state, session.world.scenario, key) is not None


def _drawn(state: State, scenario: Scenario, plan: Plan) -> dict[str, Any]:
    names = names_of(state, scenario)
    nodes = [{"key": node.key, **asdict(node)} for node in plan.nodes]
    path = [{"row": row, "label": names[row] if row != leader_of(state) else "All"} for row in plan.path]
    grouped = any(node.kind == "group" for node in plan.nodes)
    return {"measures": _MEASURES, "nodes": nodes, "lines": plan.lines, "path": path, "grouped": grouped}


def present_of(state: State, plan: Plan, measure: str) -> dict[str, Any]:
    """The week of everybody drawn, as short arrays."""
    shown = [round(100 * value) if np.isfinite(value) else None for value in values(state, plan, measure).tolist()]
    return {
        "values": shown,
        "states": states(state, plan),
        "heads": headcounts(state, plan),
        "links": channels(state, plan),
        "summary": summary(state, plan),
    }
