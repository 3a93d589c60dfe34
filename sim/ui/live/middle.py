"""The middle card of the live view: one panel of several, chosen by a switch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import solara

from sim.ui.live.wheel import Wheel
from sim.ui.live.widgets import Switch
from sim.ui.organization.view import Accounts, Organization

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.ui.desk import Desk


@dataclass(frozen=True, slots=True)
class MiddlePanel:
    """One panel: what the switch tells and calls it, what it shows, and what fills the card for a desk."""

    name: str
    label: str
    hint: str
    component: Callable[[Desk], Any]


PANELS = (
    MiddlePanel("wheel", "Wheel", "The flywheels: what turns, how fast, and what brakes it.", Wheel),
    MiddlePanel(
        "organization", "Organization", "Who works with whom, how each is, and what each believes.", Organization
    ),
    MiddlePanel("accounts", "Accounts", "All accounts by how far they have come and how content they are.", Accounts),
)


@solara.component
def Middle(desk: Desk) -> None:  # noqa: N802 - a component
    """The panel that is chosen, under a switch."""
    chosen = desk.look.panel
    shown = next((panel for panel in PANELS if panel.name == chosen.value), PANELS[0])
    items = [{"name": panel.name, "label": panel.label, "note": "", "hint": panel.hint} for panel in PANELS]
    with solara.Div(classes=["fw-card", "fw-middle"]):
        Switch(name="What the middle shows", items=items, chosen=shown.name, event_choose=chosen.set)
        shown.component(desk).key(shown.name)
