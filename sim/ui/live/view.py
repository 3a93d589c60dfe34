"""The running page: transport, levers, headline numbers, the middle card and the charts of one session."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import solara
from solara.alias import rv

from sim.ui.chooser import Chooser
from sim.ui.controls.view import Controls
from sim.ui.live.charts import CHARTS
from sim.ui.live.present import Presenting
from sim.ui.live.push import travel_text
from sim.ui.live.transport import Past, Transport
from sim.ui.live.untouched import MEANING, effect, tiles
from sim.ui.live.wheel import PresentWheel, Wheel, reading
from sim.ui.live.wheels import kind_of
from sim.ui.live.widgets import Numbers, Pulse, Reading, Switch
from sim.ui.organization.view import Accounts, Organization
from sim.ui.parts import Chart, Heading, Notice, Problem
from sim.ui.theme import use_theme

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.ui.desk import Desk
    from sim.ui.live.wheels import Turning
    from sim.ui.run.player import Player

WELCOME = (
    "What reps can do shapes what buyers experience; that opens doors, wins preference and brings results, which turn "
    "the wheel again. Press Play, move a lever on the left, and watch which stage gains and which one brakes. "
    "All of it is simulated: it compares ways to lead a sales force and forecasts nothing."
)
"""Three sentences for the first visit."""

PANELS = {
    "wheel": ("Wheel", "The flywheels: what turns, how fast, and what brakes it.", Wheel),
    "organization": ("Organization", "Who works with whom, how each is, and what each believes.", Organization),
    "accounts": ("Accounts", "All accounts by how far they have come and how content they are.", Accounts),
}
"""What the middle card may show, by the name its switch tells: label, hint and component for a desk."""

SAID_HINT = (
    "The week in words. Indices compare with the 13 weeks before the start. Dashed lines in the charts mark the start "
    "and each intervention."
)


UNTOUCHED_HINT = f"{MEANING} Grey lines and grey rims show it; it costs the machine a second run."


@solara.component
def Live(desk: Desk) -> None:  # noqa: N802 - a component
    """Everything about the present of one session; only its parts look at the frame, to draw anew what changed."""
    player = desk.player
    if desk.look.presenting.value:
        Presented(desk)
        return
    with running(desk), solara.Div(classes=["fw-body"]):
        Controls(player)
        Headlines(player)
        Middle(desk)
        Charts(desk)


@solara.component
def Presented(desk: Desk) -> None:  # noqa: N802
    """The wheel that is chosen and one of the charts, for a room."""
    player, theme = desk.player, use_theme()
    frame = player.frame.value
    charts = {title: partial(option, frame, theme) for title, _, option in CHARTS}
    said = effect(frame) or dict(reading(frame)).get("Weakest link", "") or dict(reading(frame))["Speed"]

    def wheel() -> Turning:
        with solara.Div(classes=["fw-present-wheel"]):
            PresentWheel(player, kind_of(desk.look.wheel.value), large=True)
        turning: Turning = frame.wheels[desk.look.wheel.value]
        return turning

    with solara.Div(classes=["fw-live"]):
        Presenting(desk, wheel, charts, said)
        Beat(player)


@contextmanager
def running(desk: Desk) -> Iterator[None]:
    """Put around a view what every view that plays has: what is run, transport, the line of time, what went wrong."""
    player = desk.player
    with solara.Div(classes=["fw-live"]):
        with solara.Div(classes=["fw-top"]):
            Chooser(desk.choice, player.problem.set)
            Transport(player, desk.look.presenting)
        Past(player)
        Problem(player.problem)
        Rest(player)
        yield
        # The last to be sent: what it tells is that everything before it was drawn.
        Beat(player)


@solara.component
def Rest(player: Player) -> None:  # noqa: N802
    """Why play has paused by itself."""
    if player.rest.value:
        Notice(player.rest.value, lambda: player.rest.set(""))


@solara.component
def Headlines(player: Player) -> None:  # noqa: N802
    """The headline numbers of the present."""
    with solara.Div(classes=["fw-right"]):
        Numbers(items=tiles(player.frame.value, player.session.world.scenario.currency))


@solara.component
def Beat(player: Player) -> None:  # noqa: N802
    """Tell the player when the browser has drawn."""
    Pulse(week=player.frame.value.week, event_drawn=lambda _: player.drawn.set())


@solara.component
def Middle(desk: Desk) -> None:  # noqa: N802
    """The panel that is chosen, under a switch."""
    chosen = desk.look.panel
    shown = chosen.value if chosen.value in PANELS else "wheel"
    items = [{"name": name, "label": label, "note": "", "hint": hint} for name, (label, hint, _) in PANELS.items()]
    with solara.Div(classes=["fw-card", "fw-middle"]):
        Switch(name="What the middle shows", items=items, chosen=shown, event_choose=chosen.set)
        PANELS[shown][2](desk).key(shown)


@solara.component
def Charts(desk: Desk) -> None:  # noqa: N802
    """The charts and the reading, or one chart that fills their place."""
    player, large = desk.player, desk.look.large
    with solara.Div(classes=["fw-charts", "fw-alone"] if large.value else ["fw-charts"]):
        for number, (title, text, _) in enumerate(CHARTS):
            if large.value in ("", title):
                with solara.Div(classes=["fw-card", "fw-chart"]).key(title):
                    Heading(title, text, left=number % 2 == 1)
                    PresentChart(player, number, large)
        if not large.value:
            with solara.Div(classes=["fw-card", "fw-chart", "fw-said"]).key("said"):
                InWords(player, desk.look.wheel)


@solara.component
def PresentChart(player: Player, number: int, large: solara.Reactive[str]) -> None:  # noqa: N802
    """One of the charts, of the present."""
    title, _, option = CHARTS[number]
    alone = large.value == title
    Chart(
        title, partial(option, player.frame.value, use_theme()),
        size="large" if alone else "small", resized=lambda: large.set("" if alone else title),
    )  # fmt: skip


@solara.component
def InWords(player: Player, wheel: solara.Reactive[str]) -> None:  # noqa: N802
    """Three sentences for the first visit; then the week in words."""
    frame = player.frame.value
    unknown = frame.untouched is not None and frame.arrived is None
    wait = player.await_noise if unknown else (lambda _: None)
    solara.use_thread(wait, dependencies=[unknown], intrusive_cancel=False)
    with solara.Div(classes=["fw-panel"]):
        with solara.Div(classes=["fw-said-head"]):
            Heading("Start here" if frame.week == 0 else "What it says", SAID_HINT, left=True)
            if frame.since is not None:
                Untouched(player)
        if frame.week == 0:
            solara.Text(WELCOME)
            return
        if frame.untouched:
            rv.Html(tag="p", class_="fw-effect", children=[effect(frame)])
            came = travel_text(wheel.value, frame.arrived and frame.arrived[wheel.value])
            rv.Html(tag="p", class_="fw-travel", children=[came])
        Reading(items=reading(frame))


@solara.component
def Untouched(player: Player) -> None:  # noqa: N802
    """The switch of the comparison with the untouched run."""
    on = player.frame.value.compares
    solara.Button(
        "Hide untouched" if on else "Show untouched", text=True, small=True, attributes={"title": UNTOUCHED_HINT},
        icon_name="mdi-eye-off-outline" if on else "mdi-eye-outline",
        on_click=lambda: player.do(lambda: player.branches.compare(on=not on)),
    )  # fmt: skip
