"""The running page: transport, levers, headline numbers, wheel and charts of one session."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import solara
from solara.alias import rv

from agents.clock import WEEKS_PER_YEAR
from sim.ui.chooser import Chooser
from sim.ui.live.charts import CHARTS
from sim.ui.live.readings import FULL_TURN, STAGES, Frame
from sim.ui.live.widgets import Flywheel, Friction, Levers, Log, Numbers
from sim.ui.parts import Chart, Heading, Problem
from sim.ui.run.levers import LEVERS, hint
from sim.ui.run.player import PACES, Player
from sim.ui.theme import use_theme

if TYPE_CHECKING:
    from sim.ui.desk import Desk

WELCOME = (
    "What reps can do shapes what buyers experience; that opens doors, wins preference and brings results, which turn "
    "the wheel again. Press Play, move a lever on the left, and watch which stage gains and which one brakes. "
    "All of it is simulated: it compares ways to lead a sales force and forecasts nothing."
)
"""Three sentences for the first visit."""

WHEEL_HINT = (
    "Speed of the wheel: growth of stage 5 (installed value x satisfaction) over the last 13 weeks, as a yearly rate. "
    f"The wheel turns {FULL_TURN:.0f} times a minute at e-fold growth a year, backwards when results shrink. "
    "The dashed ring is the index 100: the mean of the 13 weeks before the start."
)


@solara.component
def Live(desk: Desk) -> None:  # noqa: N802 - a component
    """Everything about the present of one session."""
    player, theme = desk.player, use_theme()
    frame = player.frame.value
    with solara.Div(classes=["fw-live"]):
        with solara.Div(classes=["fw-top"]):
            Chooser(desk.choice, player.problem.set)
            Transport(player)
        Problem(player.problem)
        with solara.Div(classes=["fw-body"]):
            Controls(player, frame)
            with solara.Div(classes=["fw-right"]):
                Numbers(items=frame.numbers)
            Wheel(player, frame)
            with solara.Div(classes=["fw-charts"]):
                for title, text, option in CHARTS:
                    with solara.Div(classes=["fw-card", "fw-chart"]):
                        Heading(title, text, left=title != CHARTS[0][0])
                        Chart(title, partial(option, frame, theme))


@solara.component
def Transport(player: Player) -> None:  # noqa: N802
    """Play, pause, step, reset, and the date."""
    frame, playing = player.frame.value, player.playing.value
    session = player.session
    still = playing or frame.over

    def toggle() -> None:
        player.playing.set(not playing)

    def to_quarter_end() -> None:
        player.do(lambda: player.branches.advance(session.to_quarter_end))

    def reset() -> None:
        player.playing.set(False)
        player.do(player.branches.reset)

    with solara.Div(classes=["fw-group", "fw-transport"]):
        solara.Button(
            "Pause" if playing else "Play", icon_name="mdi-pause" if playing else "mdi-play", on_click=toggle,
            color="primary", classes=["fw-play"], disabled=frame.over,
        )  # fmt: skip
        solara.Button("Week", on_click=lambda: player.do(player.branches.advance), outlined=True, disabled=still)
        solara.Button("Quarter", on_click=to_quarter_end, outlined=True, disabled=still)
        solara.Button("Reset", on_click=reset, text=True, disabled=frame.week == 0 and not frame.entries)
        items = [{"text": name.capitalize(), "value": name} for name in PACES]
        rv.Select(
            items=items, v_model=player.pace.value, on_v_model=player.pace.set, label="Pace", dense=True,
            hide_details=True, class_="fw-pace",
        )  # fmt: skip
        solara.Div(classes=["fw-space"])
        Clock(frame)


@solara.component
def Clock(frame: Frame) -> None:  # noqa: N802
    """Week of the run and its date."""
    year, week = divmod(frame.week, WEEKS_PER_YEAR)
    end = " (the end)" if frame.over else ""
    with solara.Div(classes=["fw-clock"], attributes={"title": f"{year} years and {week} weeks after the start"}):
        rv.Html(tag="b", children=[f"Week {frame.week}{end}"])
        rv.Html(tag="span", children=[f"{frame.date:%d %b %Y}"])


@solara.component
def Controls(player: Player, frame: Frame) -> None:  # noqa: N802
    """Levers, and what was done with them."""

    def settle(pulled: dict[str, Any]) -> None:
        player.do(lambda: player.session.pull(pulled["name"], pulled["value"]))

    def undo(key: str) -> None:
        player.do(lambda: player.session.undo(key))

    items = [
        {
            "name": lever.dotted,
            "label": lever.label,
            "unit": lever.unit,
            "low": min(0.0, frame.levers[lever.dotted]),
            "high": max(lever.high, frame.levers[lever.dotted]),
            "step": lever.step,
            "value": frame.levers[lever.dotted],
            "hint": hint(lever),
        }
        for lever in LEVERS
    ]
    entries = [
        {"key": one.key, "week": one.week, "text": one.text, "undone": one.undone, "undoable": one.undoable}
        for one in frame.entries
    ]
    with solara.Div(classes=["fw-card", "fw-left"]):
        Heading("Levers", "Each acts on the running organization as an intervention; hold the pointer on a name.")
        Levers(items=items, event_settle=settle)
        with solara.Div(classes=["fw-past"]):
            Heading("What was done", "Interventions with the week in which they begin; the newest can be undone.")
            Log(entries=entries, event_undo=undo)


@solara.component
def Wheel(player: Player, frame: Frame) -> None:  # noqa: N802
    """The flywheel, what brakes it, and what to look at."""
    with solara.Div(classes=["fw-card", "fw-middle"]):
        Heading("The sales flywheel", WHEEL_HINT)
        with solara.Div(classes=["fw-turn"]):
            Flywheel(
                stages=frame.stages,
                weakest=frame.weakest if frame.week else "",
                turns=round(frame.turns, 3) if player.playing.value else 0.0,
                speed=yearly(frame.growth),
                hint=WHEEL_HINT,
                week=frame.week,
                event_drawn=lambda _: player.drawn.set(),
            )
        Heading(
            "Friction", "What brakes the wheel: hours that reach no buyer, and distrust. Rest on a line to learn more."
        )
        Friction(items=frame.friction)
        with solara.Div(classes=["fw-caption"]):
            solara.Text(WELCOME if frame.week == 0 else reading(frame))


def reading(frame: Frame) -> str:
    """What the wheel says, in words."""
    weakest = next(stage for stage in frame.stages if stage["name"] == frame.weakest)
    moves = "has lost most" if round(weakest["index"] * 100) < 100 else "has gained least"
    return (
        f"{STAGES[frame.weakest]} stands at {weakest['text']}, with 100 before the start: the stage that {moves} "
        f"(orange). Results change by {yearly(frame.growth)} a year. Dashed lines in the charts mark the start "
        "and each intervention."
    )


def yearly(growth: float) -> str:
    """Growth as a signed percentage; beyond tenfold, the factor."""
    if growth >= 9:
        return f"{growth + 1:.0f}-fold"
    sign = "+" if growth >= 0 else "\N{MINUS SIGN}"
    return f"{sign}{abs(growth) * 100:.0f} %"
