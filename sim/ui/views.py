"""The views a visitor can choose from, in the order of the rail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.ui.lessons.view import Lessons
from sim.ui.live.view import Live

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.ui.desk import Desk


@dataclass(frozen=True, slots=True)
class View:
    """One view.

    Attributes:
        name: What links call it.
        label: What the rail calls it.
        icon: Name of its Material Design icon.
        hint: What it is for, one sentence.
        component: The component that draws it for a desk.
    """

    name: str
    label: str
    icon: str
    hint: str
    component: Callable[[Desk], Any]


VIEWS = (
    View("live", "Live", "mdi-sync", "Play an organization, pull levers and watch what turns and what brakes.", Live),
    View(
        "lessons", "Lessons", "mdi-school-outline", "Guided lessons: predict, watch, and compare with what was measured.",
        Lessons,
    ),
)
FIRST = VIEWS[0].name
