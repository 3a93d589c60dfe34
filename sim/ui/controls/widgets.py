"""The parts of the controls that the browser draws by itself; each is a Vue file beside this one.

What they are given travels in closed boxes: it is sent only when it changes, and never searched for components.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipyvuetify
import solara
import traitlets

from sim.ui.parts import Boxed, boxed

if TYPE_CHECKING:
    from collections.abc import Callable


class _Levers(ipyvuetify.VuetifyTemplate):  # type: ignore[misc, name-defined]  # it declares no types
    template_file = (__file__, "Levers.vue")
    groups = boxed([])
    now_at = boxed([])
    begun = boxed([])
    spoken = traitlets.Int(0).tag(sync=True)
    settled: Any = traitlets.Callable(None, allow_none=True)
    struck: Any = traitlets.Callable(None, allow_none=True)

    def vue_settle(self, pulled: dict[str, Any]) -> None:
        self.settled(pulled)

    def vue_strike(self, shock: dict[str, Any]) -> None:
        self.struck(shock)


class _Log(ipyvuetify.VuetifyTemplate):  # type: ignore[misc, name-defined]
    template_file = (__file__, "Log.vue")
    entries = boxed([])
    undone: Any = traitlets.Callable(None, allow_none=True)

    def vue_undo(self, key: str) -> None:
        self.undone(key)


class _Worlds(ipyvuetify.VuetifyTemplate):  # type: ignore[misc, name-defined]
    template_file = (__file__, "Worlds.vue")
    worlds = boxed([])
    shown = traitlets.Int(0).tag(sync=True)
    full = traitlets.Bool(default_value=False).tag(sync=True)
    showing: Any = traitlets.Callable(None, allow_none=True)
    forking: Any = traitlets.Callable(None, allow_none=True)

    def vue_show(self, place: int) -> None:
        self.showing(int(place))

    def vue_fork(self, _: object) -> None:
        self.forking()


@solara.component
def Levers(  # noqa: N802 - a component
    *,
    groups: Boxed,
    now_at: Boxed,
    begun: Boxed,
    spoken: int,
    settle: Callable[[dict[str, Any]], None],
    strike: Callable[[dict[str, Any]], None],
) -> None:
    """Sliders, menus and shocks in groups that fold.

    Args:
        groups: Name, label, hint, levers and shocks of each group.
        now_at: What each lever stands at, by name.
        begun: What it stood at when the run began.
        spoken: Changes whenever the server has answered, so that a slider it refused goes back.
        settle: Given name and value when a lever is let go.
        strike: Given name and value when a shock is asked for.
    """
    _Levers.element(groups=groups, now_at=now_at, begun=begun, spoken=spoken, settled=settle, struck=strike)


@solara.component
def Log(entries: Boxed, undo: Callable[[str], None]) -> None:  # noqa: N802
    """What was done, the newest first; `undo` is given the key of an entry."""
    _Log.element(entries=entries, undone=undo)


@solara.component
def Worlds(  # noqa: N802
    *, worlds: Boxed, shown: int, full: bool, show: Callable[[int], None], fork: Callable[[], None]
) -> None:
    """The worlds by letter, of which one is shown and acted on, and the button that forks it."""
    _Worlds.element(worlds=worlds, shown=shown, full=full, showing=show, forking=fork)
