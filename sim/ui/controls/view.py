"""Levers and shocks by driver, which world they act on, and the list of what was done."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING, Any

import solara

from sim.scenario.errors import InputError
from sim.scenario.parameters import parameter
from sim.ui.controls.evidence import EvidenceButton
from sim.ui.parts import Handler, Heading, boxed_vue
from sim.ui.run.levers import GROUPS, SHOCKS, hint, hint_of_shock, when

if TYPE_CHECKING:
    from sim.ui.run.levers import Lever, Shock
    from sim.ui.run.player import Player

Item = dict[str, Any]

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

    def settle(pulled: Item) -> None:
        player.do(lambda: player.session.pull(pulled["name"], meant(pulled["name"], pulled["value"])))
        spoken.set(spoken.value + 1)

    def strike(asked: Item) -> None:
        player.do(lambda: player.session.intervene(shock_of(asked["name"]).fields(float(asked["value"]))))

    with solara.Div(classes=["fw-card", "fw-left"]):
        Switchboard(player)
        Heading("Levers", LEVERS_HINT)
        Levers(
            groups=catalogue(), now_at=frame.levers, begun=player.session.start, spoken=spoken.value,
            event_settle=settle, event_strike=strike,
        )  # fmt: skip
        with solara.Div(classes=["fw-past"]):
            with solara.Div(classes=["fw-past-head"]):
                Heading("What was done", LOG_HINT)
                EvidenceButton(player)
            entries = [asdict(entry) for entry in frame.entries]
            Log(entries=entries, event_undo=lambda key: player.do(lambda: player.session.undo(key)))


@solara.component
def Switchboard(player: Player) -> None:  # noqa: N802
    """Which world is shown and acted on, and the button that forks it."""
    branches = player.branches
    _ = player.frame.value  # whatever is done ends in a frame
    worlds = [{"letter": branch.letter, "title": branch.title} for branch in branches.all]
    Worlds(
        worlds=worlds, shown=branches.shown, full=branches.full, event_fork=lambda _: player.do(branches.fork),
        event_show=lambda place: player.do(lambda: branches.show(int(place))),
    )  # fmt: skip


@cache
def catalogue() -> list[Item]:
    """All groups with their levers and shocks, as the browser wants them."""
    return [
        {
            **{name: getattr(group, name) for name in ("name", "label", "hint")},
            "levers": [_lever(lever) for lever in group.levers],
            "shocks": [_shock(shock) for shock in group.shocks],
        }
        for group in GROUPS
    ]


def _lever(lever: Lever) -> Item:
    return {
        **{name: getattr(lever, name) for name in ("label", "unit", "low", "high", "step")},
        "name": lever.dotted,
        "choices": [word.replace("_", " ") for word in parameter(lever.dotted).choices],
        "when": when(lever.dotted),
        "hint": hint(lever),
    }


def _shock(shock: Shock) -> Item:
    scale = 100 if shock.unit == "%" else 1
    span = {name: round(getattr(shock, name) * scale, 6) for name in ("value", "low", "high", "step")}
    return {"name": shock.name, "label": shock.label, "unit": shock.unit, **span, "hint": hint_of_shock(shock)}


def meant(name: str, value: float) -> float | str:
    """What a slider or menu means: its number, or the word of a choice; InputError if there is none."""
    choices = parameter(name).choices
    if not choices:
        return value
    if value not in range(len(choices)):
        raise InputError(f"{name} = {value} is not allowed; it must be one of {', '.join(choices)}")
    return choices[int(value)]


def shock_of(name: str) -> Shock:
    """The shock that is called so; InputError if there is none."""
    if name not in SHOCKS:
        raise InputError(f"there is no shock {name}")
    return SHOCKS[name]


@boxed_vue("Levers.vue", "groups", "now_at", "begun")
def Levers(  # noqa: N802
    *, groups: list[Item], now_at: Item, begun: Item, spoken: int, event_settle: Handler, event_strike: Handler
) -> None:
    """Sliders, menus and shocks in groups that fold, with what each lever stands at and stood at when the run began.

    `spoken` changes whenever the server has answered, so that a slider it refused goes back. `event_settle` is given
    name and value when a lever is let go, `event_strike` when a shock is asked for.
    """


@boxed_vue("Log.vue", "entries")
def Log(*, entries: list[Item], event_undo: Handler) -> None:  # noqa: N802
    """What was done, the newest first; `event_undo` is given the key of an entry."""


@boxed_vue("Worlds.vue", "worlds")
def Worlds(  # noqa: N802
    *, worlds: list[Item], shown: int, full: bool, event_show: Handler, event_fork: Handler
) -> None:
    """The worlds by letter, of which one is shown and acted on, and the button that forks it."""
