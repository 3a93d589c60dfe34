"""Points: sets of values of all that is assumed, as places in a unit cube and as values of parameters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import scipy

from sim.scenario.parameters import all_parameters
from sim.studies.draws import is_uncertain, plausible_range, plausible_value

if TYPE_CHECKING:
    from sim.scenario.parameters.base import Parameter
    from sim.studies.statistics import Floats

DEFAULTS = "defaults"
"""Name of the point at which every parameter keeps its default."""


@dataclass(frozen=True)
class Space:
    """Everything that is assumed, each within its plausible range around the default.

    Attributes:
        items: Parameters, in the order of a scenario file.
    """

    items: tuple[Parameter, ...]

    @classmethod
    def whole(cls) -> Space:
        """Give the space of all parameters that are assumed and have a plausible range."""
        known = (item for item in all_parameters() if is_uncertain(item))
        return cls(tuple(item for item in known if plausible_range(item, float(item.default))))

    @cached_property
    def names(self) -> list[str]:
        """Dotted names of the parameters."""
        return [item.dotted for item in self.items]

    @property
    def size(self) -> int:
        """Number of parameters."""
        return len(self.items)

    def values(self, place: Floats) -> dict[str, float]:
        """Give the values at a place. [parameters], each from 0 to 1; one half is the default."""
        return {
            item.dotted: plausible_value(item, float(item.default), float(at))
            for item, at in zip(self.items, place, strict=True)
        }

    def sobol(self, count: int, key: int) -> Floats:
        """Give quasi-random places, scrambled by a key. [count, parameters]."""
        engine = scipy.stats.qmc.Sobol(d=self.size, rng=np.random.default_rng(key))
        places: Floats = engine.random_base2(max(count - 1, 1).bit_length())[:count]
        return np.round(places, 6)

    @property
    def middle(self) -> Floats:
        """The place of the defaults."""
        return np.full(self.size, 0.5)
