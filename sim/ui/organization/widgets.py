"""The parts of the organization that the browser draws by itself; each is a Vue file beside this one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipyvuetify
import solara
import traitlets

from sim.ui.parts import Boxed, boxed

if TYPE_CHECKING:
    from collections.abc import Callable


_Template: Any = ipyvuetify.VuetifyTemplate  # type: ignore[attr-defined]  # it declares no types


class _Network(_Template):  # type: ignore[misc]  # it declares no types
    template_file = (__file__, "Network.vue")
    drawing = boxed({})
    present = boxed({})
    measure = traitlets.Unicode().tag(sync=True)
    picked = traitlets.Unicode().tag(sync=True)
    told: Any = traitlets.Dict()

    def vue_pick(self, key: str) -> None:
        self.told["pick"](key)

    def vue_open(self, row: int) -> None:
        self.told["open"](row)

    def vue_paint(self, measure: str) -> None:
        self.told["paint"](measure)


@solara.component
def Network(  # noqa: N802 - a component
    drawing: Boxed,
    present: Boxed,
    *,
    measure: str,
    picked: str,
    on_pick: Callable[[str], None],
    on_open: Callable[[int], None],
    on_paint: Callable[[str], None],
) -> None:
    """Everybody and their links; a drawing changes seldom, the present every week.

    Args:
        drawing: Nodes and lines, and what can be coloured by.
        present: Values, states and links of a week.
        measure: What they are coloured by, one of the drawing's measures.
        picked: Key of the node that is chosen, or empty.
        on_pick: Told the key of a node, or an empty one.
        on_open: Told the row of a manager whose group is opened.
        on_paint: Told the name of a measure.
    """
    told = {"pick": on_pick, "open": on_open, "paint": on_paint}
    _Network.element(drawing=drawing, present=present, measure=measure, picked=picked, told=told)


class _Agent(_Template):  # type: ignore[misc]  # it declares no types
    template_file = (__file__, "Agent.vue")
    agent = boxed({})
    focus = traitlets.Int().tag(sync=True)
    told: Any = traitlets.Dict()

    def vue_pick(self, key: str) -> None:
        self.told["pick"](key)

    def vue_open(self, row: int) -> None:
        self.told["open"](row)

    def vue_shut(self, _: object = None) -> None:
        self.told["shut"]()


@solara.component
def Agent(  # noqa: N802
    agent: Boxed,
    focus: int,
    *,
    on_pick: Callable[[str], None],
    on_open: Callable[[int], None],
    on_shut: Callable[[], None],
) -> None:
    """The week of one agent.

    Args:
        agent: What the panel says.
        focus: Row of the manager in the middle of the drawing.
        on_pick: Told the key of another agent.
        on_open: Told the row of a manager whose part is to be drawn alone.
        on_shut: Called when the panel is closed.
    """
    _Agent.element(agent=agent, focus=focus, told={"pick": on_pick, "open": on_open, "shut": on_shut})


class _Matrix(_Template):  # type: ignore[misc]  # it declares no types
    template_file = (__file__, "Matrix.vue")
    table = boxed({})
    stage = traitlets.Unicode().tag(sync=True)
    told: Any = traitlets.Dict()

    def vue_turn(self, stage: str) -> None:
        self.told["turn"](stage)


@solara.component
def Matrix(table: Boxed, stage: str, on_turn: Callable[[str], None]) -> None:  # noqa: N802
    """Accounts in cells; `on_turn` is told whose stages are wanted."""
    _Matrix.element(table=table, stage=stage, told={"turn": on_turn})
