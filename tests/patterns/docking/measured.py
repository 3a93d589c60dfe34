"""Little's law as an identity over a window, which every run must keep to the last digit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine.state import open_rows

if TYPE_CHECKING:
    from sim.engine.world import World


def gap(world: World) -> float:
    """Compare the open opportunities, summed over the weeks of a run, with the weeks they were open.

    Args:
        world: A run that kept its deals.

    Returns:
        Difference of the two sums over the weeks after the burn-in; 0 in a run that lost or invented none. [weeks]
    """
    end = int(world.state.clock["week"][0])
    begin = world.burn_in
    counted = float(world.state.weekly["opportunities"][begin + 1 : end + 1].sum())
    still = world.state.opportunities["created"][open_rows(world.state)]
    created = np.concatenate([still, *(part["created"] for part in world.closed)])
    closed = np.concatenate([np.full(len(still), end + 1), *(part["closed"] for part in world.closed)])
    return counted - float(np.maximum(0, closed - np.maximum(created, begin + 1)).sum())
