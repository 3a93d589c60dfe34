"""How a push travels: which stage of a wheel has left the noise of such differences, in this run, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.measures.wheel import STAGES
from sim.measures.words import listed
from sim.ui.live.wheels import LEAST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.measures.weekly import Floats

BEYOND = 3.0
"""Standard deviations of the noise: more than the two of a single look, because every week is looked at."""

MANY = 3  # stages from which on those within the noise are not named

STEADY = 2  # weeks for which a difference must have left the noise


@dataclass(frozen=True, slots=True)
class Arrival:
    """A stage a push has come to: in which week of the run, and whether it differs beyond noise now."""

    stage: str
    week: int
    now: bool


def arrivals(loop: str, indices: Floats, untouched: Floats, noise: Floats, since: int) -> tuple[Arrival, ...]:
    """The stages a push has come to, the first one first.

    Args:
        loop: Wheel.
        indices: Its stages from week `since` on. [weeks, stages]
        untouched: The same without the push. [weeks, stages]
        noise: Standard deviation of such differences by week since the push; its last row counts on. [weeks, stages]
        since: Week at whose beginning the push was made.
    """
    if not len(indices):
        return ()
    band = noise[np.minimum(np.arange(len(indices)), len(noise) - 1)]
    with np.errstate(invalid="ignore"):
        beyond = np.abs(indices - untouched) > np.maximum(BEYOND * band, LEAST)
    steady = np.lib.stride_tricks.sliding_window_view(np.pad(beyond, ((STEADY - 1, 0), (0, 0))), STEADY, axis=0)
    found = []
    for place, (stage, _) in enumerate(STAGES[loop]):
        weeks = np.flatnonzero(steady[:, place].all(axis=-1))
        if len(weeks):
            found.append(Arrival(stage, since + int(weeks[0]) + 1, bool(beyond[-1, place])))
    return tuple(sorted(found, key=lambda one: one.week))


def travel_text(loop: str, arrived: Sequence[Arrival] | None) -> str:
    """Say where a push has come to, in the order it did; None stands for a noise that is not known yet."""
    if arrived is None:
        return "How far such runs part by luck alone is being measured; then stages light as the push comes to them."
    if not arrived:
        return "The push has come to no stage of this wheel beyond the noise yet."
    came = [f"{one.stage} in week {one.week}{'' if one.now else ' (gone again)'}" for one in arrived]
    rest = [stage for stage, _ in STAGES[loop] if stage not in {one.stage for one in arrived}]
    others = listed(rest) if len(rest) < MANY else "the others"
    still = f"; {others} {'is' if len(rest) == 1 else 'are'} within the noise" if rest else ""
    return f"The push has come to {listed(came)}{still}."
