"""What is varied, from where to where, and at which points the model is asked, by SALib and scipy.

Sources: trajectories, Morris, Technometrics 33 (1991) 161-174; blocks of a Sobol sequence, Saltelli, Computer Physics
Communications 145 (2002) 280-297; scrambled Sobol sequence, Owen, J. Complexity 14 (1998) 466-489. Points lie in the
unit cube: 0 and 1 are the ends of each factor's range.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import scipy

from sim.scenario.errors import InputError, nearest
from sim.scenario.parameters import all_parameters, parameter
from sim.scenario.parameters.base import DRIVERS, plain
from sim.studies.draws import is_uncertain, plausible_range, plausible_value
from sim.studies.factors import is_decision

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sim.scenario.parameters.base import Parameter, Value
    from sim.scenario.scenario import Scenario
    from sim.studies.statistics import Floats


LEVELS = 4  # places of a factor's range that the screening uses
MORRIS: Literal["morris"] = "morris"
SOBOL: Literal["sobol"] = "sobol"
CHAOS: Literal["chaos"] = "chaos"


@dataclass(frozen=True, slots=True)
class FactorScale:
    """What values a factor takes."""

    count: int = 0  # so many, in equal parts of its range; 0 for any number
    ordered: bool = True  # whether they are numbers, and no words to choose from


@dataclass(frozen=True)
class SensitivityDesign:
    """Points that belong together in blocks; a block is worth nothing without all of its points."""

    kind: Literal["morris", "sobol", "chaos"]  # a block is a trajectory, a base point with its exchanges, or a point
    names: tuple[str, ...]  # factors, in the order of the columns of `points` [factors]
    groups: tuple[str, ...]  # what each factor is counted as: its own name, or that of a group [factors]
    points: Floats  # places in the unit cube, block after block [points, factors]
    seed: int  # key of the sample and of resampling
    scales: tuple[FactorScale, ...] = ()  # of a polynomial's design what values each factor takes [factors]

    @cached_property
    def counted(self) -> tuple[str, ...]:
        """Factors and groups that get indices, in the order of SALib. [k]."""
        return tuple(dict.fromkeys(self.groups))

    @property
    def block(self) -> int:
        """Points of a block."""
        return block_of(self.kind, len(self.counted))

    @property
    def blocks(self) -> int:
        """How many blocks there are."""
        return len(self.points) // self.block

    @property
    def problem(self) -> dict[str, Any]:
        """What SALib calls a problem; new each time, because SALib writes into it."""
        return _problem(self.names, self.groups)


def block_of(kind: str, count: int) -> int:
    """Points of a block: a trajectory moves each factor once, a Saltelli block exchanges each both ways."""
    return {MORRIS: count + 1, SOBOL: 2 * count + 2, CHAOS: 1}[kind]


def morris_design(names: Sequence[str], trajectories: int, seed: int) -> SensitivityDesign:
    """Lay out trajectories, each of which moves every factor once by two thirds of its range."""
    from SALib.sample import morris  # noqa: PLC0415 - slow to import

    points = morris.sample(_problem(names, names), trajectories, num_levels=LEVELS, seed=key(seed, 1))
    return SensitivityDesign(MORRIS, tuple(names), tuple(names), points, seed)


def sobol_design(names: Sequence[str], groups: Sequence[str], samples: int, seed: int) -> SensitivityDesign:
    """Lay out a scrambled Sobol sequence with Saltelli's exchanges for first, second and total order.

    Factors of one group are exchanged together; `samples` are base points, a power of 2; `seed` is the scrambling's
    key.
    """
    from SALib.sample import sobol  # noqa: PLC0415 - slow to import

    points = sobol.sample(_problem(names, groups), samples, calc_second_order=True, seed=key(seed, 2))
    return SensitivityDesign(SOBOL, tuple(names), tuple(groups), points, seed)


def chaos_design(
    names: Sequence[str], groups: Sequence[str], points: int, seed: int, scales: Sequence[FactorScale] = ()
) -> SensitivityDesign:
    """Lay out a scrambled Sobol sequence to fit a polynomial to; a longer one begins with the shorter one.

    `points` is a power of 2; `seed` is the scrambling's key; factors take any number unless `scales` say otherwise.
    """
    sampler = scipy.stats.qmc.Sobol(len(names), rng=np.random.default_rng(key(seed, 5)))
    places = sampler.random_base2(points.bit_length() - 1)
    kinds = tuple(scales) or (FactorScale(),) * len(names)
    return SensitivityDesign(CHAOS, tuple(names), tuple(groups), places, seed, kinds)


def key(seed: int, use: int) -> int:
    """Make the seed of one use of chance; never 0, which SALib takes for none and turns to the global generator."""
    return int(np.random.SeedSequence([seed, use]).generate_state(1)[0]) + 1


def _problem(names: Sequence[str], groups: Sequence[str]) -> dict[str, Any]:
    problem: dict[str, Any] = {"num_vars": len(names), "names": [*names], "bounds": [[0.0, 1.0]] * len(names)}
    return problem if tuple(groups) == tuple(names) else {**problem, "groups": [*groups]}


FEWEST = 2
Range = tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class VariedParameter:
    """A parameter that is varied.

    Attributes:
        item: The parameter.
        low, high: Ends of its range, in its unit; of a switch or a choice the positions of its first and last value.
        middle: Value in the middle of a plausible range, which is evenly drawn on the logarithm (of the odds, for a
            share from 0 to 1); None for a range that was given, which is evenly drawn.
    """

    item: Parameter
    low: float
    high: float
    middle: float | None = None

    @property
    def name(self) -> str:
        """Dotted name of the parameter."""
        return self.item.dotted

    @property
    def is_decision(self) -> bool:
        """Whether it is a decision of the organization rather than a fact about the world."""
        return is_decision(self.item)

    @property
    def words(self) -> str:
        """What the parameter means, to stand within a sentence."""
        text = self.item.doc.split(";")[0].split(":")[0].strip().rstrip(".")
        return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text

    @property
    def range_text(self) -> str:
        """Its range with its unit."""
        if self.item.type in (bool, str):
            return "off or on" if self.item.type is bool else " or ".join(self.item.choices)
        unit = f" {self.item.unit}" if self.item.unit else ""
        digits = ",.0f" if max(abs(self.low), abs(self.high)) >= 1000.0 else ".4g"
        return f"{self.low:{digits}} to {self.high:{digits}}{unit}"

    @property
    def scale(self) -> FactorScale:
        """What values it takes."""
        count = 0 if self.item.type is float else int(self.high - self.low) + 1
        return FactorScale(count, ordered=self.item.type is not str)

    def value(self, at: float) -> Value:
        """Value at a place from 0 to 1 of the range; whole numbers, switches and choices get equal parts of it."""
        if self.item.type is float:
            if self.middle is not None:
                return plausible_value(self.item, self.middle, at)
            return min(max(float(f"{self.low + at * (self.high - self.low):.6g}"), self.low), self.high)
        count = self.scale.count
        position = int(self.low) + min(int(at * count), count - 1)
        if self.item.type is str:
            return self.item.choices[position]
        return bool(position) if self.item.type is bool else position


def choose_factors(
    scenario: Scenario, parameters: Mapping[str, Range] | Iterable[str] | None = None, *, drivers: Iterable[str] = (),
    levers: bool = False,
) -> tuple[tuple[VariedParameter, ...], tuple[str, ...]]:  # fmt: skip
    """Choose what is varied; the uncertain facts about the world unless something else is asked for.

    Args:
        scenario: The organization, whose values lie in the middle of ranges that are not given.
        parameters: Dotted names, each alone or as `name=low:high`; or ranges (or None) by name.
        drivers: Drivers whose decisions are varied.
        levers: Whether all decisions are varied.

    Returns:
        Factors in the order of a scenario file, and the names of decisions left out because there is no range around
        the scenario's value.

    Raises:
        InputError: A name, driver or range cannot be used, or fewer than two factors are left.
    """
    given = _given(parameters)
    chosen = {name: _named(scenario, name, ends) for name, ends in given.items()}
    wanted = _decisions(drivers, levers=levers)
    if not given and not wanted:
        wanted = [item for item in all_parameters() if is_uncertain(item)]
    left_out = []
    for item in wanted:
        if item.dotted not in chosen:
            if factor := _around(scenario, item):
                chosen[item.dotted] = factor
            else:
                left_out.append(item.dotted)
    if len(chosen) < FEWEST:
        raise InputError(f"a sensitivity analysis needs at least {FEWEST} parameters, not {len(chosen)}; name more")
    ordered = (chosen[item.dotted] for item in all_parameters() if item.dotted in chosen)
    return tuple(ordered), tuple(left_out)


def _decisions(drivers: Iterable[str], *, levers: bool) -> list[Parameter]:
    """List the decisions with a number; switches and choices are varied only when they are named."""
    asked = tuple(drivers)
    for driver in asked:
        if driver not in DRIVERS:
            raise InputError(f"--driver {driver}: this is no driver{nearest(driver, DRIVERS)}")
    candidates = [item for item in all_parameters() if levers or item.driver in asked]
    return [item for item in candidates if is_decision(item) and item.type in (int, float)]


def _given(parameters: Mapping[str, Range] | Iterable[str] | None) -> dict[str, Range]:
    """Read names and ranges; each name once."""
    if parameters is None:
        return {}
    if hasattr(parameters, "items"):
        return dict(parameters.items())
    ranges: dict[str, Range] = {}
    for text in [parameters] if isinstance(parameters, str) else parameters:
        name, equals, ends = (part.strip() for part in text.partition("="))
        if name in ranges:
            raise InputError(f"--parameter {text}: {name} is given twice; keep one")
        ranges[name] = _ends(text, name, ends) if equals else None
    return ranges


def _ends(text: str, name: str, ends: str) -> tuple[float, float]:
    """Read `low:high`."""
    item = parameter(name, "--parameter")
    if item.type in (bool, str):
        raise InputError(f"--parameter {text}: this takes no range; name {name} alone")
    low, _, high = ends.partition(":")
    try:
        return float(low), float(high)
    except ValueError:
        way = f"write {name}=low:high, such as {name}={_example(item)}"
        raise InputError(f"--parameter {text}: this is no range; {way}") from None


def _example(item: Parameter) -> str:
    low, high = plausible_range(item, float(item.default)) or (float(item.low or 0), float(item.high or 0))
    return f"{low:.4g}:{high:.4g}"


def _named(scenario: Scenario, name: str, ends: Range) -> VariedParameter:
    """Make the factor of a parameter that was named."""
    item = parameter(name, "--parameter")
    if ends is None:
        if factor := _around(scenario, item):
            return factor
        raise InputError(
            f"--parameter {name}: there is no plausible range around its value {scenario[name]}; give one, such as "
            f"{name}={plain(item.low).replace(',', '')}:{plain(item.high).replace(',', '')}"
        )
    low, high = ends
    origin = f"--parameter {name}={low:.4g}:{high:.4g}"
    if item.type in (bool, str):
        raise InputError(f"{origin}: this takes no range; name {name} alone")
    if not (item.allows(_typed(item, low)) and item.allows(_typed(item, high))):
        raise InputError(f"{origin}: both ends must be {item.allowed}")
    if not low < high:
        raise InputError(f"{origin}: the range is empty; its lower end comes first")
    return VariedParameter(item, float(low), float(high))


def _typed(item: Parameter, end: float) -> float:
    """Turn 3.0 into 3 where whole numbers are wanted, so that 3.5 stays what it is."""
    return int(end) if item.type is int and math.isfinite(end) and float(end).is_integer() else end


def _around(scenario: Scenario, item: Parameter) -> VariedParameter | None:
    """Make a factor around the scenario's value; None where there is no room."""
    if item.type in (bool, str):
        return VariedParameter(item, 0.0, float(max(len(item.choices), 2) - 1))
    middle = float(scenario[item.dotted])
    ends = plausible_range(item, middle)
    if ends is None:
        return None
    if item.type is int:
        low, high = math.ceil(ends[0]), math.floor(ends[1])
        return VariedParameter(item, float(low), float(high)) if low < high else None
    return VariedParameter(item, *ends, middle)
