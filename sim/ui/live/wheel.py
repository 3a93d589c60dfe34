"""The three wheels with what brakes them, and what they say in words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import solara

from sim.measures.words import NONE
from sim.ui.live.wheels import KINDS, Turning, WheelKind, kind_of, yearly
from sim.ui.live.widgets import Friction, Switch, add_links_key, turning_wheel
from sim.ui.parts import Heading
from sim.ui.share.widgets import SavePicture

if TYPE_CHECKING:
    from sim.ui.desk import Desk
    from sim.ui.live.readings import Frame
    from sim.ui.run.player import Player

FRICTION_HINT = (
    "What brakes the wheel, by cause, in hours of a rep that turn nothing. Causes can overlap: an hour for an "
    "opportunity can be lost to waiting and to misalignment. Rest on a cause to learn more."
)

STILL = 0.02  # change of coordination below which the evil wheel is said to keep its speed [share / year]


@solara.component
def Wheel(desk: Desk) -> None:  # noqa: N802 - a component
    """The wheel that is chosen, with the speed of all three, and what brakes it."""
    chosen = desk.look.wheel
    kind = kind_of(chosen.value)
    with solara.Div(classes=["fw-panel"]):
        Speeds(desk.player, chosen)
        with solara.Div(classes=["fw-turn"]):
            with solara.Div(classes=["fw-about"]):
                About(desk.player, kind)
                SavePicture(selector=".fw-wheel", name=kind.title)
            PresentWheel(desk.player, kind)
        Heading("Friction, hours a week", FRICTION_HINT, up=True)
        PresentFriction(desk.player)


@solara.component
def About(player: Player, kind: WheelKind) -> None:  # noqa: N802
    """What a wheel is and shows."""
    Heading("About", f"{kind.title}. {player.frame.value.wheels[kind.name].about}")


@solara.component
def Speeds(player: Player, chosen: solara.Reactive[str]) -> None:  # noqa: N802
    """The switch between the wheels, with the speed of each."""
    wheels = player.frame.value.wheels
    items = [
        {
            "name": kind.name,
            "label": kind.label,
            "note": yearly(wheels[kind.name].growth),
            "hint": f"What {kind.output} gained or lost: the last year against the year before, or as much of both as "
            "there is. Unit: share / year.",
        }
        for kind in KINDS
    ]
    Switch(name="Which wheel", items=items, chosen=chosen.value, event_choose=chosen.set)


@solara.component
def WhichWheel(chosen: solara.Reactive[str]) -> None:  # noqa: N802
    """The switch between the wheels where several worlds are shown."""
    items = [{"name": kind.name, "label": kind.label, "note": "", "hint": kind.hint} for kind in KINDS]
    Switch(name="Which wheel", items=items, chosen=chosen.value, event_choose=chosen.set)


@solara.component
def PresentWheel(player: Player, kind: WheelKind, *, large: bool = False) -> None:  # noqa: N802
    """One wheel of the present; it stands while the run does."""
    frame = player.frame.value
    untouched = frame.untouched.wheels[kind.name] if frame.untouched else None
    playing = player.playing.value
    with solara.Div(classes=["fw-turning"]):
        turning_wheel(
            frame.wheels[kind.name], untouched, begun=frame.week > 0, playing=playing, week=frame.week, large=large,
            arrived=(frame.arrived or {}).get(kind.name, ()),
        )  # fmt: skip
        if not large:
            add_links_key(frame.wheels[kind.name])


@solara.component
def PresentFriction(player: Player) -> None:  # noqa: N802
    """What brakes the wheels now."""
    Friction(items=player.frame.value.friction)


def reading(frame: Frame) -> list[tuple[str, str]]:
    """What the wheels say, as terms and sentences."""
    sales, evil = frame.wheels["sales"], frame.wheels["evil"]
    speed = f"Orders at {percent(sales.level)} of those before the start, {yearly(sales.growth)} a year."
    said = [("Speed", speed)]
    if sales.stage:
        said.append(("Weakest link", weakest(sales)))
    largest = max(frame.friction, key=lambda cause: cause["hours"])
    said.append(("Friction", f"{largest['label']} costs most, {largest['text']} a week."))
    if not math.isnan(evil.growth):
        said.append(("Evil wheel", f"{spin(evil.growth)}: coordination {yearly(evil.growth)} a year."))
    return said


def weakest(wheel: Turning) -> str:
    """What the marked stage of a wheel says."""
    stage = wheel.stage or {"label": "", "text": "", "index": 1.0}
    moves = "has lost most" if round(stage["index"] * 100) < 100 else "has gained least"
    return f"{stage['label']} {moves}, now at {stage['text']}."


def percent(level: float) -> str:
    """A level against that before the start, in per cent; a dash where it is not known."""
    return f"{level * 100:.0f} %" if math.isfinite(level) else NONE


def spin(growth: float) -> str:
    """What the evil wheel does at a growth of coordination a year."""
    if abs(growth) < STILL:
        return "Keeps its speed"
    return "Gains speed" if growth > 0 else "Runs down"
