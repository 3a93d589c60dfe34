"""The trainer's card for the hidden demand, folded up until it is asked for: the page may be on the wall."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import solara

from sim.ui.classroom.demand import LEVELS, USUAL_DEMAND
from sim.ui.classroom.hidden import demand_set, set_demand
from sim.ui.parts import Heading, add_menu

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.ui.classroom.room import Room

LEVEL_TEXTS = {str(percent): f"{name}: {percent} %" for percent, name in LEVELS.items()}
_EXPLAINED = (
    "How often buyers need something by themselves, in % of usual, the same for every organization, for characters and "
    "for the one left alone. Nobody reads it before the class is over; market research can estimate it."
)


def choose_level(percent: int, choose: Callable[[int], None]) -> None:
    """Draw a menu of demands."""

    def take(text: str) -> None:
        if text in LEVEL_TEXTS:  # anything else is made up
            choose(int(text))

    add_menu(LEVEL_TEXTS, str(percent), take, label="Hidden demand of the market")


@solara.component
def HiddenDemand(room: Room, do: Callable[..., None], turn: tuple[Any, ...]) -> None:  # noqa: N802, ARG001 - as Running
    """What is set, and for which quarter it can be set; another turn is drawn anew."""
    shown, wanted = solara.use_reactive(False), solara.use_reactive("")
    level = solara.use_reactive(USUAL_DEMAND)
    quarters = {str(one): f"Quarter {one}" for one in range(room.closed + 1, room.terms.quarters + 1)}
    if room.phase == "over":
        return
    with solara.Div(classes=["fw-card"]):
        Heading("Hidden demand", _EXPLAINED)
        if not shown.value:
            solara.Button("Show it to me", on_click=lambda: shown.set(True), outlined=True)
            return
        last = room.terms.quarters
        solara.Text(demand_set(room, last) or "The market's demand is as it is.", classes=["fw-muted"])
        if (done := room.yardstick.done) < 1.0 and not room.yardstick.problem:
            solara.Text(f"Players by lot and other seeds: {done:.0%} run.", classes=["fw-muted"])
        with solara.Div(classes=["fw-actions"]):
            if quarters:
                quarter = wanted.value if wanted.value in quarters else next(iter(quarters))
                choose_level(level.value, level.set)
                add_menu(quarters, quarter, wanted.set, label="From the start of")
                act = partial(set_demand, room, quarter=int(quarter), percent=level.value)
                solara.Button("Set it in secret", on_click=partial(do, act), outlined=True)
            solara.Button("Hide it", on_click=lambda: shown.set(False), text=True)
