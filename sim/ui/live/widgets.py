"""The parts of the live view that the browser draws by itself; each is a Vue file beside this one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import solara

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Items = Sequence[dict[str, Any]]


@solara.component_vue("Flywheel.vue")
def Flywheel(  # noqa: N802 - a component
    *, stages: Items, weakest: str, turns: float, speed: str, hint: str, week: int, event_drawn: Callable[[int], None]
) -> None:
    """The wheel: stages that fill with their indices, turning at a speed in turns a minute; the browser animates it.

    `event_drawn` is called when the browser has drawn another week.
    """


@solara.component_vue("Numbers.vue")
def Numbers(items: Items) -> None:  # noqa: N802
    """Headline numbers with label, text, change and hint."""


@solara.component_vue("Friction.vue")
def Friction(items: Items) -> None:  # noqa: N802
    """Bars of what brakes the wheel, with label, text, size (0 to 1) and hint."""
