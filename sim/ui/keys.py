"""Keys of a presenter: they act wherever no field, menu or slider needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import solara

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@solara.component_vue("Keys.vue")
def Keys(*, wanted: Sequence[str], event_press: Callable[[str], None]) -> None:  # noqa: N802 - a component
    """Call `event_press` with the name of each of these keys that is pressed; f fills the screen by itself.

    Args:
        wanted: Names such as "space", "left", "right", "shift+right", "escape", or a letter.
        event_press: Given the name; a key that is held down repeats at most seven times a second, space not at all.
    """
