"""How many replicates a small change needs with keyed chance, and with a single stream of chance."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.engine.world import World

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.scenario.scenario import Scenario

RESHUFFLED = 1_000_003
"""Added to the key of a case to stand for a stream that the change has put out of step."""

WEEKS = 52


@dataclass(frozen=True, slots=True)
class Replicates:
    """Spread of the paired difference.

    Attributes:
        keyed, stream: Standard deviation of the difference, as a share of the mean of bookings.
    """

    keyed: float
    stream: float

    @property
    def gain(self) -> float:
        """Replicates one stream needs for the interval that keyed draws give with one. [ratio]."""
        return (self.stream / self.keyed) ** 2 if self.keyed else float("inf")


def replicates(scenario: Scenario, more: Mapping[str, float], seeds: int) -> Replicates:
    """Run a small change over some seeds, from the same burned-in organizations, with both kinds of chance.

    Args:
        scenario: The organization as it is.
        more: What is added to which parameters.
        seeds: How many.
    """
    overrides = {name: type(scenario[name])(float(scenario[name]) + added) for name, added in more.items()}
    base, keyed, stream = [], [], []
    for seed in range(seeds):
        world = World.begin(scenario, seed, WEEKS, deals=False, tables=False)
        as_is = _bookings(world.fork())
        case, reshuffled = world.fork(overrides), world.fork(overrides)
        reshuffled.state.clock["seed"] += RESHUFFLED
        base.append(as_is)
        keyed.append(_bookings(case) - as_is)
        stream.append(_bookings(reshuffled) - as_is)
    mean = statistics.mean(base)
    return Replicates(statistics.stdev(keyed) / mean, statistics.stdev(stream) / mean)


def _bookings(world: World) -> float:
    """Bookings of the year after the burn-in. [currency]."""
    world.advance(WEEKS)
    return float(world.state.weekly["bookings"][world.burn_in + 1 : world.burn_in + 1 + WEEKS].sum())
