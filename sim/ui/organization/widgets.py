"""The parts of the organization that the browser draws by itself; each is a Vue file beside this one."""

from __future__ import annotations

from typing import Any

import ipyvuetify
import traitlets

from sim.ui.parts import boxed


def _handler() -> Any:
    return traitlets.Callable(None, allow_none=True)


class _PeoplePart(ipyvuetify.VuetifyTemplate):  # type: ignore[misc, name-defined]  # it declares no types
    pick_agent: Any = _handler()  # given the key of an agent, or an empty one
    open_group: Any = _handler()  # given the row of a manager whose part of the organization is to be drawn alone

    def vue_pick(self, key: str) -> None:
        self.pick_agent(key)

    def vue_open(self, row: int) -> None:
        self.open_group(row)


class Network(_PeoplePart):
    """Everybody and their links; a drawing changes seldom, the present every week."""

    template_file = (__file__, "Network.vue")
    drawing = boxed({})  # nodes and lines, and what can be coloured by
    present = boxed({})  # values, states and links of a week
    measure = traitlets.Unicode().tag(sync=True)  # what they are coloured by, one of the drawing's measures
    picked = traitlets.Unicode().tag(sync=True)  # key of the node that is chosen, or empty
    paint: Any = _handler()

    def vue_paint(self, measure: str) -> None:
        """Colour by another measure."""
        self.paint(measure)


class AgentWeek(_PeoplePart):
    """The week of one agent."""

    template_file = (__file__, "Agent.vue")
    agent = boxed({})  # what the panel says
    focus = traitlets.Int().tag(sync=True)  # row of the manager in the middle of the drawing

    def vue_shut(self, _: object = None) -> None:
        """Close the panel."""
        self.pick_agent("")


class Matrix(ipyvuetify.VuetifyTemplate):  # type: ignore[misc, name-defined]
    """Accounts in cells."""

    template_file = (__file__, "Matrix.vue")
    table = boxed({})
    stage = traitlets.Unicode().tag(sync=True)
    choose_stage: Any = _handler()

    def vue_turn(self, stage: str) -> None:
        """Lay accounts out by the stages of the buyers, or by those logged."""
        self.choose_stage(stage)
