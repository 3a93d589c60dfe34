"""Factors: parameters that an experiment varies, each with the values it may take.

Where no range is given, it lies around the scenario's own value, never at the physical bounds:

* a fact about the world (no lever): as in `sim.studies.draws`, from two thirds to one and a half times the value,
  or the odds of a share;
* a decision of the organization (a lever outside the market): from half to twice;
* a whole number: the same, to the next whole number outwards, and at least one to each side;
* a value of 0 or at the end of a share, which has no surroundings: from it to the far end of the range around the
  default; and specialists of a kind there are none of: from 0 to one for six seats (row OVL-01 of the evidence);
* a switch: off and on; a choice: all its words.

What has no range by these rules needs one from the user.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.scenario.errors import InputError, nearest
from sim.scenario.parameters import parameter
from sim.scenario.parameters.base import plain
from sim.studies.draws import plausible_range

if TYPE_CHECKING:
    from sim.scenario.parameters.base import Parameter, Value
    from sim.scenario.scenario import Scenario

DECISION_FACTOR = 2.0  # a decision is varied from 1 / DECISION_FACTOR to DECISION_FACTOR times the scenario's
FACT_FACTOR = 1.5  # the same for whole numbers that are no decision
SEATS_PER_SPECIALIST = 6
"""Where there are no specialists of a kind, at most one for so many seats is tried (usual coverage is 1:3 to 1:6)."""

MOST_LEVELS = 1000
RANGE = "range"  # word for: the plausible range around the scenario's value
_KEYS = ("low", "high", "levels")
_SPECIALISTS = "_specialists"


@dataclass(frozen=True, slots=True)
class Factor:
    """A parameter and the values an experiment gives it.

    Attributes:
        item: The parameter.
        low, high: Ends of its range in its unit; None where values are listed.
        listed: Values in their order; empty for a range.
        count: Levels asked for over the range; None if a design's own number is meant.
    """

    item: Parameter
    low: float | None = None
    high: float | None = None
    listed: tuple[Value, ...] = ()
    count: int | None = None

    @property
    def dotted(self) -> str:
        """Name of the parameter."""
        return self.item.dotted

    def at(self, place: float) -> Value:
        """Give the value at a place from 0 to 1 of the range; listed and whole values share the places evenly."""
        if self.listed:
            return self.listed[min(int(place * len(self.listed)), len(self.listed) - 1)]
        low, high = self._ends()
        if self.item.type is int:
            return int(low + min(math.floor(place * (high - low + 1)), high - low))
        return _six_digits(low + place * (high - low), low, high)

    def values(self, count: int) -> tuple[Value, ...]:
        """Give `count` values (or its own number of them) evenly over the range; all if listed or fewer whole."""
        if self.listed:
            return self.listed
        low, high = self._ends()
        number = self.count or count
        if self.item.type is int:
            number = min(number, int(high - low) + 1)
            return tuple(int(value) for value in np.round(np.linspace(low, high, number)))
        return tuple(_six_digits(float(value), low, high) for value in np.linspace(low, high, number))

    def describe(self) -> str:
        """Say what values it takes, such as `0 to 12` or `none, mixed`."""
        if self.listed:
            return ", ".join(value_text(value) for value in self.listed)
        low, high = self._ends()
        return f"{plain(low)} to {plain(high)}"

    def _ends(self) -> tuple[float, float]:
        return float(self.low or 0.0), float(self.high or 0.0)


def factor(scenario: Scenario, dotted: str, given: Any = RANGE) -> Factor:
    """Read what values a parameter takes.

    Args:
        scenario: The organization, around whose value a range lies that is not given.
        dotted: Name of the parameter, such as `structure.product_specialists`.
        given: `"range"`, a pair of ends, `{low, high}` with a number of `levels` if wanted, `{levels}` with a list, or
            a list of words or switches.

    Raises:
        InputError: The parameter is unknown, or its values are not allowed; the message begins with its name.
    """
    item = parameter(dotted)
    try:
        return _read(scenario, item, given)
    except InputError as error:
        raise InputError(f"{item.dotted}: {error}") from None


def _read(scenario: Scenario, item: Parameter, given: Any) -> Factor:
    if isinstance(given, str):
        if given != RANGE:
            raise InputError(f'"{given}" is no range; write "{RANGE}", [low, high] or {{levels = [...]}}')
        return default_factor(scenario, item)
    if isinstance(given, Mapping):
        return _table(scenario, item, given)
    if not isinstance(given, Sequence):
        raise InputError(f"{value_text(given)} is one value; a range is written [low, high]")
    if item.type in (bool, str):
        return _listed(item, given)
    if len(given) != 2:
        raise InputError(
            f"a list of {len(given)} is no range; write [low, high], or {{levels = [...]}} for values of your own"
        )
    return _range(item, given[0], given[1])


def _table(scenario: Scenario, item: Parameter, given: Mapping[str, Any]) -> Factor:
    for key in given:
        if key not in _KEYS:
            raise InputError(f'"{key}" is not a key of a range{nearest(str(key), _KEYS)}')
    levels = given.get("levels")
    if isinstance(levels, Sequence) and not isinstance(levels, str):
        if "low" in given or "high" in given:
            raise InputError("a list of levels needs no low and high; keep one of both")
        return _listed(item, levels)
    if "low" not in given and "high" not in given:
        whole = default_factor(scenario, item)
    elif "low" in given and "high" in given:
        whole = _range(item, given["low"], given["high"])
    else:
        raise InputError(f"{'high' if 'low' in given else 'low'} is missing; a range has both ends")
    if levels is None:
        return whole
    if whole.listed:
        raise InputError(f"{item.allowed} are its levels; a number of levels has no meaning")
    return replace(whole, count=check_levels(levels))


def check_levels(levels: Any) -> int:
    """Give a number of levels; InputError if it is no whole number from 2 to 1,000."""
    if type(levels) is not int or not 2 <= levels <= MOST_LEVELS:
        raise InputError(
            f"levels = {value_text(levels)} is not allowed; "
            f"it must be a list of values, or a whole number from 2 to {MOST_LEVELS:,}"
        )
    return levels


def _range(item: Parameter, low: Any, high: Any) -> Factor:
    if item.type in (bool, str):
        raise InputError(f"it has no range, for it must be {item.allowed}; write {{levels = [...]}} or a list")
    for value in (low, high):
        _check(item, value)
    if not low < high:
        raise InputError(f"the range is empty: low = {value_text(low)} must be below high = {value_text(high)}")
    return Factor(item, float(low), float(high))


def _listed(item: Parameter, values: Sequence[Any]) -> Factor:
    if not values:
        raise InputError("the list of levels is empty; name at least one value")
    for number, value in enumerate(values):
        _check(item, value)
        if value in values[:number]:
            raise InputError(f"{value_text(value)} is listed twice; name each level once")
    return Factor(item, listed=tuple(float(value) if item.type is float else value for value in values))


def _check(item: Parameter, value: Any) -> None:
    if not item.allows(value):
        raise InputError(f"{value_text(value)} is not allowed; it must be {item.allowed}")


def default_factor(scenario: Scenario, item: Parameter) -> Factor:
    """Give the values a parameter takes where none are given, by this module's rules; InputError if it has no range."""
    if item.type is bool:
        return Factor(item, listed=(False, True))
    if item.type is str:
        return Factor(item, listed=item.choices)
    value, default = float(scenario[item.dotted]), float(item.default)
    ends = _around(item, value)
    if ends is None and value != default and (beyond := _around(item, default)):
        ends = (min(value, beyond[0]), max(value, beyond[1]))
    if ends is None and item.leaf.endswith(_SPECIALISTS):
        ends = (0.0, float(math.ceil(float(scenario["structure.n_reps"]) / SEATS_PER_SPECIALIST)))
    if ends is None or ends[0] >= ends[1]:
        raise InputError(
            f"its value {plain(value)} has no plausible range around it; give one: [low, high] within {item.allowed}"
        )
    return Factor(item, *ends)


def is_decision(item: Parameter) -> bool:
    """Tell whether a parameter is a decision of the organization rather than a fact about the world."""
    return item.lever is not None and item.section != "market"


def _around(item: Parameter, value: float) -> tuple[float, float] | None:
    """Range around a value; None where there is none."""
    decision = is_decision(item)
    low, high = float(item.low or 0.0), float(item.high or 0.0)
    if value == 0.0 or (high == 1.0 and value == high and item.type is float):
        return None
    if item.type is float and not decision:
        return plausible_range(item, value)
    times = DECISION_FACTOR if decision else FACT_FACTOR
    if item.type is int:
        below, above = min(math.floor(value / times), value - 1), max(math.ceil(value * times), value + 1)
        return max(below, low), min(above, high)
    if low >= 0.0 and high == 1.0:
        odds = value / (1.0 - value)
        ends = [share / (1.0 + share) for share in (odds / times, odds * times)]
    else:
        ends = sorted((value / times, value * times))
    return _six_digits(ends[0], low, high), _six_digits(ends[1], low, high)


def _six_digits(value: float, low: float, high: float) -> float:
    return min(max(float(f"{value:.6g}"), low), high)


def value_text(value: Any, digits: int = 10) -> str:
    """Write a value as a file would: 12, 0.5, true, mixed; whole numbers whole, others with so many digits."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.{digits}g}"
    return str(value)
