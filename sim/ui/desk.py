"""What the views of one visitor share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import solara

if TYPE_CHECKING:
    from sim.ui.choice import Choice
    from sim.ui.run.player import Player


@dataclass(frozen=True, eq=False, slots=True)
class Look:
    """What a visitor has chosen to see of a run; it is found again after a look at another view.

    Attributes:
        panel: What the middle of the live view shows.
        wheel: Which of the three wheels.
        large: Title of the chart that is enlarged; empty if none is.
        measure: What the organization is coloured by.
        picked: Key of the agent whose week is open; empty if none is.
        focus: Row of the manager in the middle of the drawing; the leader if negative.
        stage: Whose stage the accounts are laid out by.
        presenting: Whether only the wheel and one chart are shown, for a room.
        presented: Title of that chart; empty for the first.
    """

    panel: solara.Reactive[str] = field(default_factory=lambda: solara.reactive("wheel"))
    wheel: solara.Reactive[str] = field(default_factory=lambda: solara.reactive("sales"))
    large: solara.Reactive[str] = field(default_factory=lambda: solara.reactive(""))
    measure: solara.Reactive[str] = field(default_factory=lambda: solara.reactive("trust"))
    picked: solara.Reactive[str] = field(default_factory=lambda: solara.reactive(""))
    focus: solara.Reactive[int] = field(default_factory=lambda: solara.reactive(-1))
    stage: solara.Reactive[str] = field(default_factory=lambda: solara.reactive("buying_stage"))
    presenting: solara.Reactive[bool] = field(default_factory=lambda: solara.reactive(False))
    presented: solara.Reactive[str] = field(default_factory=lambda: solara.reactive(""))


@dataclass(frozen=True, eq=False, slots=True)
class Desk:
    """One visitor's desk: setting `choice` opens another run, and `player` plays on when another view is shown."""

    choice: solara.Reactive[Choice]
    player: Player
    view: solara.Reactive[str]
    look: Look = field(default_factory=Look)
