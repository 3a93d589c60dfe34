"""The parts of the controls that the browser draws by itself; each is a Vue file beside this one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.ui.parts import boxed_vue

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Item = Mapping[str, Any]
    _Told = Callable[[Any], None]


@boxed_vue("Levers.vue", "groups", "now_at", "begun")
def Levers(  # noqa: N802 - a component
    *,
    groups: Sequence[Item],
    now_at: Item,
    begun: Item,
    spoken: int,
    event_settle: Callable[[Item], None],
    event_strike: Callable[[Item], None],
) -> None:
    """Sliders, menus and shocks in groups that fold.

    Args:
        groups: Name, label, hint, levers and shocks of each group.
        now_at: What each lever stands at, by name.
        begun: What it stood at when the run began.
        spoken: Changes whenever the server has answered, so that a slider it refused goes back.
        event_settle: Given name and value when a lever is let go.
        event_strike: Given name and value when a shock is asked for.
    """


@boxed_vue("Log.vue", "entries")
def Log(*, entries: Sequence[Item], event_undo: Callable[[str], None]) -> None:  # noqa: N802
    """What was done, the newest first; `event_undo` is given the key of an entry."""


@boxed_vue("Worlds.vue", "worlds")
def Worlds(  # noqa: N802
    *,
    worlds: Sequence[Item],
    shown: int,
    full: bool,
    event_show: Callable[[int], None],
    event_fork: Callable[[Any], None],
) -> None:
    """The worlds by letter, of which one is shown and acted on, and the button that forks it."""
