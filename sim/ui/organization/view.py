"""The organization as a network whose agents can be opened, and its accounts as a matrix; both move with the run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import solara

from sim.ui.organization.accounts import STAGES, matrix
from sim.ui.organization.leaders import manager_panel
from sim.ui.organization.people import pool_panel, rep_panel, specialist_panel
from sim.ui.organization.plan import Plan, draw, leader_of, names_of, shape
from sim.ui.organization.present import MEASURES, channels, headcounts, states, summary, values
from sim.ui.organization.widgets import Agent, Matrix, Network
from sim.ui.parts import Boxed, Heading

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

_MEASURES = [{"name": one.name, "label": one.label, "doc": one.doc, "edges": one.edges} for one in MEASURES.values()]
_STAGES = [{"name": name, "label": label, "doc": doc} for name, (label, doc) in STAGES.items()]


@solara.component
def Organization(desk: Desk) -> None:  # noqa: N802 - a component
    """Everybody who sells with their links, and the week of whoever is chosen."""
    session, frame = desk.player.session, desk.player.frame.value
    measure, picked, focus = desk.look.measure, desk.look.picked, desk.look.focus
    with session.lock:
        state, scenario = session.world.state, session.world.scenario
        middle = focus.value if 0 <= focus.value < len(state.managers) else leader_of(state)
        form = solara.use_memo(lambda: shape(state), [frame, session])
        plan = solara.use_memo(lambda: draw(state, scenario, middle), [form, middle])
        drawing = solara.use_memo(lambda: Boxed(_drawn(state, scenario, plan)), [plan])
        present = solara.use_memo(
            lambda: Boxed(present_of(state, plan, measure.value)), [frame, session, plan, measure.value]
        )
        panel = solara.use_memo(lambda: panel_of(state, scenario, picked.value), [frame, session, picked.value])

    def pick(key: str) -> None:
        if not key or _exists(session, key):
            picked.set(key)
            if key and plan.find(key) < 0:
                focus.set(home(session, key))

    def unfold(row: int) -> None:
        key = _key_of(session, row)
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
                drawing, present, measure=measure.value, picked=picked.value, on_pick=pick, on_open=unfold,
                on_paint=paint,
            )  # fmt: skip
        if panel:
            Agent(Boxed(panel.option()), middle, on_pick=pick, on_open=unfold, on_shut=lambda: pick(""))


@solara.component
def Accounts(desk: Desk) -> None:  # noqa: N802
    """All accounts by how far they have come and how content they are."""
    session, frame = desk.player.session, desk.player.frame.value
    stage = desk.look.stage

    def table() -> Boxed:
        with session.lock:
            found = matrix(session.world.state, stage.value, session.world.scenario.currency)
        return Boxed({**found, "stages": _STAGES})

    def turn(name: str) -> None:
        if name in STAGES:
            stage.set(name)

    with solara.Div(classes=["fw-org"]), solara.Div(classes=["fw-org-net"]):
        Heading("Accounts", ACCOUNTS_HINT)
        Matrix(solara.use_memo(table, [frame, session, stage.value]), stage.value, turn)


def panel_of(state: State, scenario: Scenario, key: str) -> WeekPanel | None:
    """The week of an agent named by its key; None if there is none of that name."""
    kind, _, number = key.partition(":")
    makers: dict[str, tuple[Callable[[State, Scenario, int], WeekPanel], int]] = {
        "rep": (rep_panel, len(state.reps)),
        "manager": (manager_panel, len(state.managers)),
        "leader": (manager_panel, len(state.managers)),
        "specialist": (specialist_panel, len(state.specialists)),
        "pool": (pool_panel, len(state.kinds)),
    }
    maker, rows = makers.get(kind, (rep_panel, 0))
    return maker(state, scenario, int(number)) if number.isdecimal() and int(number) < rows else None


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


def _key_of(session: Session, row: int) -> str:
    with session.lock:
        return f"{'leader' if row == leader_of(session.world.state) else 'manager'}:{row}"


def _drawn(state: State, scenario: Scenario, plan: Plan) -> dict[str, Any]:
    """A plan as the browser takes it."""
    names = names_of(state, scenario)
    nodes = [
        {"key": node.key, "kind": node.kind, "row": node.row, "label": node.label, "mark": node.mark, "x": node.x,
         "y": node.y}
        for node in plan.nodes
    ]  # fmt: skip
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
