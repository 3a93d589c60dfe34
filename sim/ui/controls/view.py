"""Levers and shocks by driver, which world they act on, and the list of what was done."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import solara

from sim.scenario.errors import InputError
from sim.scenario.parameters import parameter
from sim.ui.controls.evidence import EvidenceButton
from sim.ui.controls.widgets import Levers, Log, Worlds
from sim.ui.parts import Boxed, Heading
from sim.ui.run.levers import GROUPS, SHOCKS, hint, hint_of_shock, when

if TYPE_CHECKING:
    from sim.ui.run.levers import Lever, Shock
    from sim.ui.run.player import Player

LEVERS_HINT = (
    "Each acts on the running organization as an intervention. Rest on a name for its definition, unit, range, source "
    "and when it acts. The notch on a slider is where the run began."
)
LOG_HINT = (
    "Interventions with the week in which they begin. What was done by hand can be undone; later changes of the same "
    "numbers first."
)


@solara.component
def Controls(player: Player) -> None:  # noqa: N802 - a component
    """Levers, shocks, and what was done with them."""
    frame, spoken = player.frame.value, solara.use_reactive(0)

    def settle(pulled: dict[str, Any]) -> None:
        player.do(lambda: player.session.pull(pulled["name"], meant(pulled["name"], pulled["value"])))
        spoken.set(spoken.value + 1)

    def strike(shock: dict[str, Any]) -> None:
        player.do(lambda: player.session.intervene(shock_of(shock["name"]).fields(float(shock["value"]))))

    def undo(key: str) -> None:
        player.do(lambda: player.session.undo(key))

    with solara.Div(classes=["fw-card", "fw-left"]):
        Switchboard(player)
        Heading("Levers", LEVERS_HINT)
        Levers(
            groups=catalogue(), now_at=Boxed(frame.levers), begun=Boxed(player.session.start), spoken=spoken.value,
            settle=settle, strike=strike,
        )  # fmt: skip
        with solara.Div(classes=["fw-past"]):
            with solara.Div(classes=["fw-past-head"]):
                Heading("What was done", LOG_HINT)
                EvidenceButton(player)
            Log(Boxed([entry_of(one) for one in frame.entries]), undo)


@solara.component
def Switchboard(player: Player) -> None:  # noqa: N802
    """Which world is shown and acted on, and the button that forks it."""
    branches = player.branches
    _ = player.frame.value  # whatever is done ends in a frame
    items = [{"letter": one.letter, "title": one.title} for one in branches.all]
    Worlds(
        worlds=Boxed(items), shown=branches.shown, full=branches.full,
        show=lambda place: player.do(lambda: branches.show(place)), fork=lambda: player.do(branches.fork),
    )  # fmt: skip


@cache
def catalogue() -> Boxed:
    """All groups with their levers and shocks, as the browser wants them."""
    return Boxed(
        [
            {
                "name": group.name,
                "label": group.label,
                "hint": group.hint,
                "levers": [_lever(one) for one in group.levers],
                "shocks": [_shock(one) for one in group.shocks],
            }
            for group in GROUPS
        ]
    )


def _lever(one: Lever) -> dict[str, Any]:
    item = parameter(one.dotted)
    return {
        "name": one.dotted,
        "label": one.label,
        "unit": one.unit,
        "low": one.low,
        "high": one.high,
        "step": one.step,
        "choices": [word.replace("_", " ") for word in item.choices],
        "when": when(one.dotted),
        "hint": hint(one),
    }


def _shock(one: Shock) -> dict[str, Any]:
    scale = 100 if one.unit == "%" else 1
    span = {name: round(getattr(one, name) * scale, 6) for name in ("value", "low", "high", "step")}
    return {"name": one.name, "label": one.label, "unit": one.unit, **span, "hint": hint_of_shock(one)}


def entry_of(one: Any) -> dict[str, Any]:
    """A line of the list of what was done, as the browser wants it."""
    return {name: getattr(one, name) for name in ("key", "week", "text", "undone", "undoable", "own")}


def meant(name: str, value: float) -> float | str:
    """What a slider or menu means: its number, or the word of a choice.

    Raises:
        InputError: There is no such choice.
    """
    choices = parameter(name).choices
    if not choices:
        return value
    if value not in range(len(choices)):
        raise InputError(f"{name} = {value} is not allowed; it must be one of {', '.join(choices)}")
    return choices[int(value)]


def shock_of(name: str) -> Shock:
    """The shock that is called so.

    Raises:
        InputError: There is none.
    """
    if name not in SHOCKS:
        raise InputError(f"there is no shock {name}")
    return SHOCKS[name]
