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
    """One panel."""

    name: str  # What the switch tells
    label: str  # What the switch calls it
    hint: str  # What it shows, one sentence
    component: Callable[[Desk], Any]  # The component that fills the card for a desk


PANELS: tuple[MiddlePanel, ...] = (
    MiddlePanel("wheel", "Wheel", "The flywheels: what turns, how fast, and what brakes it.", Wheel),
    MiddlePanel(
        "organization", "Organization", "Who works with whom, how each is, and what each believes.", Organization
    ),
    MiddlePanel("accounts", "Accounts", "All accounts by how far they have come and how content they are.", Accounts),
)


@solara.component
def Middle(desk: Desk) -> None:  # noqa: N802 - a component
    """The panel that is chosen, under a switch if there are several."""
    chosen = desk.look.panel
    shown = next((one for one in PANELS if one.name == chosen.value), PANELS[0])
    with solara.Div(classes=["fw-card", "fw-middle"]):
        if len(PANELS) > 1:
            items = [{"name": one.name, "label": one.label, "note": "", "hint": one.hint} for one in PANELS]
            Switch(name="What the middle shows", items=items, chosen=shown.name, event_choose=chosen.set)
        shown.component(desk).key(shown.name)
