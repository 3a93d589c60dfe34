"""Worlds that could as well be true: draws of the parameters whose values are assumed rather than measured.

The bounds of a parameter are physical: what the model can take, not what is plausible. A draw therefore lies around
the scenario's own value: from two thirds to one and a half times of it, or of the odds of a share from 0 to 1, drawn
evenly on the logarithm; of a utility from 1 below to 1 above. So the scenario's value is the median. From half to
twice, all at once, would leave every twentieth organization without a sale, which is no world anybody lives in. What is
known better declares a narrower range, `Parameter.within`. Decisions of the organization (its levers), whole numbers,
switches, choices and numbers of seats are no uncertainty about the world and stay as they are; so does a value at the
end of its bounds.

Source: Latin hypercube, McKay, Beckman and Conover, Technometrics 21 (1979) 239-245, by `scipy.stats.qmc`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy

from sim.scenario.parameters import all_parameters
from sim.scenario.seeds import check_seed, check_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.scenario.parameters.base import Parameter
    from sim.scenario.scenario import Scenario

MOST_DRAWS = 100_000

STRUCTURE = ("structure.growth_room",)
"""Numbers that decide how many seats there are; worlds are to differ in how they work, not in size."""

_SIZE_OPEN = ("assumed", "order only", "sign")  # words by which evidence says that it gives a direction, not a size


def assumed_draws(
    n: int, seed: int, scenario: Scenario | None = None, whole_sections: Sequence[str] = ()
) -> list[dict[str, float]]:
    """Draw worlds by Latin hypercube: each parameter's range is cut into n equal parts, and each part is used once.

    Args:
        n: Worlds, from 1 to 100,000.
        seed: Key of the draw, 0 to 2**63 - 1; the same for the same seed, scenario and number of worlds.
        scenario: Around whose values is drawn; around the defaults by default. What an experiment sets itself it must
            override after these.
        whole_sections: Sections whose measured values are drawn as well, such as that of a lever whose effect is not
            known for this organization.

    Returns:
        For each world the values by dotted name, in the order of a scenario file, as `Scenario.override` takes them.

    Raises:
        InputError: The number of worlds or the seed is not allowed.
    """
    check_whole("worlds", n, 1, MOST_DRAWS)
    drawn = [(item, middle) for item, middle in _middles(scenario, whole_sections) if plausible_range(item, middle)]
    points = scipy.stats.qmc.LatinHypercube(d=len(drawn), rng=np.random.default_rng(check_seed(seed))).random(n)
    return [
        {item.dotted: plausible_value(item, middle, float(at)) for (item, middle), at in zip(drawn, row, strict=True)}
        for row in points
    ]


def plausible_range(item: Parameter, middle: float) -> tuple[float, float] | None:
    """Give the range a parameter is drawn from around a value, in its unit; None if it has none there."""
    ends = sorted((plausible_value(item, middle, 0.0), plausible_value(item, middle, 1.0)))
    return (ends[0], ends[1]) if ends[0] < ends[1] else None


def is_uncertain(item: Parameter, whole_sections: Sequence[str] = ()) -> bool:
    """Tell whether a parameter is an uncertain fact about the world, no decision; of `whole_sections` all facts are.

    Evidence that gives only a direction counts as assumed.
    """
    decision = item.lever is not None and item.section != "market"
    if decision or item.type is not float or item.dotted in STRUCTURE:
        return False
    open_size = item.source.kind == "evidence" and any(words in item.source.text for words in _SIZE_OPEN)
    return item.source.kind == "assumed" or open_size or item.section in whole_sections


def _middles(scenario: Scenario | None, whole_sections: Sequence[str]) -> list[tuple[Parameter, float]]:
    """List what is drawn, with the value in the middle of its range."""
    items = [item for item in all_parameters() if is_uncertain(item, whole_sections)]
    return [(item, float(scenario[item.dotted] if scenario else item.default)) for item in items]


def plausible_value(item: Parameter, middle: float, at: float) -> float:
    """Give the value at a place from 0 to 1 of the range, with six digits, within the parameter's bounds."""
    low, high = float(item.low or 0.0), float(item.high or 0.0)
    if high == 1.0 and middle == 1.0:
        return middle
    factor = item.within ** (2.0 * at - 1.0)
    if item.unit == "utility":
        value = middle + (2.0 * at - 1.0)
    elif low >= 0.0 and high == 1.0:
        odds = factor * (middle - low) / (1.0 - middle)
        value = (low + odds) / (1.0 + odds)
    else:
        value = middle * factor
    return min(max(float(f"{value:.6g}"), low), high)
