"""What the views of one visitor share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import solara

    from sim.ui.choice import Choice
    from sim.ui.run.player import Player


@dataclass(frozen=True, eq=False, slots=True)
class Desk:
    """One visitor's desk.

    Attributes:
        choice: What is run; setting it opens another run.
        player: Plays the run; it goes on when another view is shown.
        view: Name of the view shown.
    """

    choice: solara.Reactive[Choice]
    player: Player
    view: solara.Reactive[str]
