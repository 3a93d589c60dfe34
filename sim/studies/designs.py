"""Designs: which combinations of values an experiment tries, as cases of a study.

A design depends on its scenario, its factors and its own seed only. A case that changes nothing is left out, for
`as_is` is always there; of several cases that change the same, the first stays; both are said in the design's notes.

Sources: Latin hypercube, McKay, Beckman and Conover, Technometrics 21 (1979) 239-245; scrambled Sobol sequence, Owen,
J. Complexity 14 (1998) 466-489; both by `scipy.stats.qmc`. What a full factorial and one at a time can and cannot tell:
Saltelli et al., Global Sensitivity Analysis (2008), ch. 2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import scipy

from sim.scenario.errors import InputError, repeated
from sim.scenario.parameters import parameter
from sim.scenario.seeds import check_seed, check_whole
from sim.studies.cases import AS_IS
from sim.studies.factors import check_levels, value_text
from sim.studies.plan import StudyCase

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from sim.scenario.parameters.base import Value
    from sim.scenario.scenario import Scenario
    from sim.studies.factors import Factor

Kind = Literal["factorial", "latin", "sobol", "one-at-a-time", "cases"]
DESIGNS: tuple[Kind, ...] = ("factorial", "latin", "sobol", "one-at-a-time")  # designs that are made from factors
MOST_CASES = 1_000_000
FACTORIAL_LEVELS = 3
"""Levels of each factor of a full factorial unless something else is said: both ends and the middle."""

ENDS = 2  # levels of each factor one at a time unless something else is said: both ends
_LONGEST_NAME = 80


@dataclass(frozen=True)
class Design:
    """Cases to try.

    Attributes:
        kind: How they were chosen; `cases` for those that were listed.
        cases: Without `as_is`; all different, and different from it.
        factors: What is varied; empty for cases that were listed.
        notes: What a reader must know, one sentence each.
        holds_as_is: Whether `as_is` is one of the combinations, and was left out because it is there already.
    """

    kind: Kind
    cases: tuple[StudyCase, ...]
    factors: tuple[Factor, ...] = ()
    notes: tuple[str, ...] = ()
    holds_as_is: bool = False

    @cached_property
    def labels(self) -> dict[str, str]:
        """What people call each case, as is among them: what it changes, where it is named by that; else its name."""
        named = {
            case.name: case_in_words(case.changes) if case.name == case_name(case.changes) else case.name
            for case in self.cases
        }
        return {AS_IS: "as is", **named}


def full_factorial(scenario: Scenario, factors: Sequence[Factor], levels: int = FACTORIAL_LEVELS) -> Design:
    """Try every combination of the factors' levels; InputError without factors, with one twice, or above 1,000,000.

    `levels` are those over each range that has no number of its own.
    """
    check_factors(factors)
    values = [factor.values(check_levels(levels)) for factor in factors]
    total = math.prod(map(len, values))
    if total > MOST_CASES:
        counts = " x ".join(str(len(row)) for row in values)
        raise InputError(
            f"a full factorial of {counts} levels has {total:,} cases, and at most {MOST_CASES:,} are allowed; "
            "take fewer levels or parameters, or a Latin hypercube"
        )
    names = [factor.dotted for factor in factors]
    named = _named((dict(zip(names, row, strict=True)) for row in product(*values)), total, by_values=True)
    return _design("factorial", scenario, named, factors, _fewer(factors, values, levels))


def latin_hypercube(scenario: Scenario, factors: Sequence[Factor], samples: int, seed: int = 0) -> Design:
    """Cut each range into as many equal parts as there are samples, 2 to 1,000,000, and use each part once.

    InputError without factors, with one twice, or for a number that is not allowed; `seed` is the design's key.
    """
    check_factors(factors)
    sampler = scipy.stats.qmc.LatinHypercube(d=len(factors), rng=np.random.default_rng(check_seed(seed)))
    return _sampled("latin", scenario, factors, sampler.random(check_samples(samples)))


def sobol_sequence(scenario: Scenario, factors: Sequence[Factor], samples: int, seed: int = 0) -> Design:
    """Fill the space of the factors evenly with a scrambled Sobol sequence of 2 to 1,000,000 samples.

    It is balanced if their number is a power of two, and a note says so if not. InputError without factors, with one
    twice, or for a number that is not allowed; `seed` is the key of the scrambling.
    """
    check_factors(factors)
    power = (check_samples(samples) - 1).bit_length()
    sampler = scipy.stats.qmc.Sobol(d=len(factors), rng=np.random.default_rng(check_seed(seed)))
    notes = []
    if samples != 2**power:
        notes.append(
            f"{samples:,} samples are no power of two, and so the Sobol sequence is not balanced; "
            f"{2 ** (power - 1):,} or {2**power:,} would be."
        )
    return _sampled("sobol", scenario, factors, sampler.random_base2(power)[:samples], notes)


def one_at_a_time(scenario: Scenario, factors: Sequence[Factor], levels: int = ENDS) -> Design:
    """Change each factor alone, to each level; the base is `as_is`. InputError without factors, or with one twice.

    `levels` are those over each range that has no number of its own; 2 are its ends.
    """
    check_factors(factors)
    values = [factor.values(check_levels(levels)) for factor in factors]
    pairs = [(factor.dotted, value) for factor, row in zip(factors, values, strict=True) for value in row]
    changes = [{dotted: value} for dotted, value in pairs if value != scenario[dotted]]
    return _design("one-at-a-time", scenario, _named(changes, len(changes), by_values=True), factors,
                   _fewer(factors, values, levels))  # fmt: skip


def listed_cases(scenario: Scenario, cases: Iterable[StudyCase]) -> Design:
    """Try listed cases; InputError if none is left, or one that is called `as_is` changes something."""
    return _design("cases", scenario, cases, ())


def make_design(
    kind: str, scenario: Scenario, factors: Sequence[Factor], *, samples: int | None = None, levels: int | None = None,
    seed: int = 0,
) -> Design:  # fmt: skip
    """Make a design by its name, of `DESIGNS`.

    `latin` and `sobol` need samples and have a seed; `factorial` and `one-at-a-time` have levels. InputError if it is
    unknown, or something it needs is missing or not allowed.
    """
    if kind in ("latin", "sobol"):
        if samples is None:
            raise InputError(f'design = "{kind}" needs samples, the number of its cases, such as samples = 64')
        return (latin_hypercube if kind == "latin" else sobol_sequence)(scenario, factors, samples, seed)
    if kind == "factorial":
        return full_factorial(scenario, factors, levels or FACTORIAL_LEVELS)
    if kind == "one-at-a-time":
        return one_at_a_time(scenario, factors, levels or ENDS)
    raise InputError(f'there is no design "{kind}"; choose one of {", ".join(DESIGNS)}')


def check_samples(samples: Any) -> int:
    """Give a number of samples; InputError if it is no whole number from 2 to 1,000,000."""
    return check_whole("samples", samples, 2, MOST_CASES)


def check_factors(factors: Sequence[Factor]) -> None:
    """Raise InputError for a design without factors, or with one twice."""
    names = [factor.dotted for factor in factors]
    if not names:
        raise InputError("a design needs at least one parameter that is varied")
    if twice := repeated(names):
        raise InputError(f"{twice} is varied twice; name each parameter once")


def case_name(changes: Mapping[str, Value], digits: int = 10) -> str:
    """Name a case by its values, as `product_specialists=12 + wip_limit=8`, with so many digits; may be too long."""
    leaves = [dotted.rpartition(".")[2] for dotted in changes]
    short = len(set(leaves)) == len(leaves)
    names = leaves if short else changes
    return " + ".join(
        f"{name}={value_text(value, digits)}" for name, value in zip(names, changes.values(), strict=True)
    )


def case_in_words(changes: Mapping[str, Value], digits: int = 4) -> str:
    """Say what a case changes as people call it, as `product specialists 12 + WIP limit 8`."""
    return " + ".join(f"{parameter(dotted).label} {value_text(value, digits)}" for dotted, value in changes.items())


def _sampled(
    kind: Kind, scenario: Scenario, factors: Sequence[Factor], points: NDArray[np.float64], notes: Sequence[str] = ()
) -> Design:
    """Make cases of points in the unit cube. [samples x factors]."""
    changes = ({part.dotted: part.at(float(at)) for part, at in zip(factors, row, strict=True)} for row in points)
    return _design(kind, scenario, _named(changes, len(points), by_values=False), factors, notes)


def _named(changes: Iterable[dict[str, Value]], total: int, *, by_values: bool) -> Iterable[StudyCase]:
    """Name cases by their values, or by their number where that would be too long."""
    digits = len(str(total))
    for number, values in enumerate(changes, start=1):
        name = case_name(values) if by_values else ""
        yield StudyCase(name if 0 < len(name) <= _LONGEST_NAME else f"case {number:0{digits}d}", values)


def _design(
    kind: Kind, scenario: Scenario, cases: Iterable[StudyCase], factors: Sequence[Factor], notes: Sequence[str] = ()
) -> Design:
    """Leave out cases that change nothing, or the same as another."""
    first: dict[tuple[tuple[str, Value], ...], str] = {(): AS_IS}
    kept: list[StudyCase] = []
    same: list[tuple[str, str]] = []
    for case in cases:
        key = tuple(sorted((name, value) for name, value in case.changes.items() if value != scenario[name]))
        if case.name == AS_IS and key:
            raise InputError(f'case "{AS_IS}": this name is reserved for no change; choose another')
        if key in first:
            same.append((case.name, first[key]))
        else:
            first[key] = case.name
            kept.append(case)
    if not kept:
        raise InputError("no case changes anything, so there is nothing to compare with the organization as it is")
    every = (*notes, *_same_note(kind, same, len(kept)))
    return Design(kind, tuple(kept), tuple(factors), every, any(other == AS_IS for _, other in same))


def _same_note(kind: Kind, same: Sequence[tuple[str, str]], kept: int) -> list[str]:
    """Say what was left out because it is there already."""
    shown = [(name, other) for name, other in same if name != AS_IS]
    if not shown or (kind != "cases" and len(shown) == 1 and shown[0][1] == AS_IS):
        return []
    left = f"{len(shown):,} cases were" if len(shown) > 1 else "One case was"
    if kind != "cases":
        return [f"{left} left out that repeat another or as_is, which leaves {kept:,} different ones."]
    rest = f", and {len(shown) - 3:,} more" if len(shown) > 3 else ""
    pairs = "; ".join(f'"{name}" is the same as "{other}"' for name, other in shown[:3])
    return [f"{left} left out: {pairs}{rest}."]


def _fewer(factors: Sequence[Factor], values: Sequence[Sequence[Value]], levels: int) -> list[str]:
    """Say where a range of whole numbers holds fewer levels than asked for."""
    return [
        f"{factor.dotted} takes {len(row)} levels rather than {factor.count or levels}: {factor.describe()} holds no "
        "more whole numbers."
        for factor, row in zip(factors, values, strict=True)
        if not factor.listed and len(row) < (factor.count or levels)
    ]
