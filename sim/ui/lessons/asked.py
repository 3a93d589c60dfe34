"""A question with what was predicted and, once it is revealed, what was measured, as the browser draws it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import solara

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@solara.component_vue("Asked.vue")
def Asked(  # noqa: N802
    *, question: str, options: Sequence[str], low: float | None, high: float | None, unit: str, chosen: float | None,
    revealed: bool, answer: int | None, measured: str, event_guess: Callable[[float], None], closed: bool = False,
) -> None:  # fmt: skip
    """A question with options or a field for a number, unless it is `closed`.

    `event_guess` is given the option's place or the number.
    """
