"""The running page: transport, levers, headline numbers, the middle card and the charts of one session."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import solara

from sim.ui.chooser import Chooser
from sim.ui.controls.view import Controls
from sim.ui.live.charts import CHARTS
from sim.ui.live.middle import Middle
from sim.ui.live.transport import Past, Transport
from sim.ui.live.wheel import reading
from sim.ui.live.widgets import Numbers, Pulse, Reading
from sim.ui.parts import Chart, Heading, Problem
from sim.ui.theme import use_theme

if TYPE_CHECKING:
    from sim.ui.desk import Desk
    from sim.ui.live.readings import Frame

WELCOME = (
    "What reps can do shapes what buyers experience; that opens doors, wins preference and brings results, which turn "
    "the wheel again. Press Play, move a lever on the left, and watch which stage gains and which one brakes. "
    "All of it is simulated: it compares ways to lead a sales force and forecasts nothing."
)
"""Three sentences for the first visit."""

SAID_HINT = (
    "The week in words. Indices compare with the 13 weeks before the start. Dashed lines in the charts mark the start "
    "and each intervention."
)


@solara.component
def Live(desk: Desk) -> None:  # noqa: N802 - a component
    """Everything about the present of one session."""
    player = desk.player
    frame = player.frame.value
    with solara.Div(classes=["fw-live"]):
        with solara.Div(classes=["fw-top"]):
            Chooser(desk.choice, player.problem.set)
            Transport(player)
        Past(player)
        Problem(player.problem)
        with solara.Div(classes=["fw-body"]):
            Controls(player, frame)
            with solara.Div(classes=["fw-right"]):
                Numbers(items=frame.numbers)
            Middle(desk)
            Charts(frame)
        # The last to be sent: what it tells is that everything before it was drawn.
        Pulse(week=frame.week, event_drawn=lambda _: player.drawn.set())


@solara.component
def Charts(frame: Frame) -> None:  # noqa: N802
    """The charts and the reading, or one chart that fills their place."""
    theme, large = use_theme(), solara.use_reactive("")
    with solara.Div(classes=["fw-charts", "fw-alone"] if large.value else ["fw-charts"]):
        for place, (title, text, option) in enumerate(CHARTS):
            if large.value in ("", title):
                with solara.Div(classes=["fw-card", "fw-chart"]).key(title):
                    Grow(title, large)
                    Heading(title, text, left=place % 2 == 1)
                    Chart(title, partial(option, frame, theme))
        if not large.value:
            Said(frame)


@solara.component
def Grow(title: str, large: solara.Reactive[str]) -> None:  # noqa: N802
    """A button that lets a chart fill the place of all, and back."""
    alone = large.value == title
    hint = "Show all charts" if alone else f"Enlarge {title}"
    solara.Button(
        icon_name="mdi-arrow-collapse" if alone else "mdi-arrow-expand", icon=True, small=True, classes=["fw-grow"],
        on_click=lambda: large.set("" if alone else title), attributes={"title": hint, "aria-label": hint},
    )  # fmt: skip


@solara.component
def Said(frame: Frame) -> None:  # noqa: N802
    """Three sentences for the first visit; then the week in words."""
    with solara.Div(classes=["fw-card", "fw-chart", "fw-said"]):
        if frame.week == 0:
            Heading("Start here", SAID_HINT, left=True)
            solara.Text(WELCOME)
        else:
            Heading("What it says", SAID_HINT, left=True)
            Reading(items=reading(frame))
