"""History matching: what is ruled out by a surrogate, and places that are not ruled out yet.

Implausibility of a place in one output is its distance outside the range over the root of what may make up for it: the
surrogate's error, luck and the model's own discrepancy. A place is ruled out by its third-largest implausibility, in
the last wave by its second-largest (Vernon, Goldstein and Bower, Bayesian Analysis 5 (2010) 619-670).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.scenario.errors import InputError
from tests.patterns.matching.surrogate import learn, quadratic, ranked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.studies.statistics import Floats
    from tests.patterns.matching.outputs import Output
    from tests.patterns.matching.surrogate import Surrogate

CUT = 3.0
MOST_ACTIVE = 40
_BLOCK = 4000
_STEPS = 12  # of a random walk at each level of the ladder
_LEVEL = 0.2  # part of the places that reaches the next level
_STARTS = 4000
_LADDER = 40
_FALLS = 0.99  # of a level, at least, the next must be below
_MOVED = 8.0  # active parameters that a step moves, on average


@dataclass(frozen=True)
class Wave:
    """What has been learned from all runs so far.

    Attributes:
        outputs: What places are held against.
        active: Columns of a place that matter.
        surrogates: By id of the output; only those that may cut.
        every: All surrogates, for the record.
        luck: Variance of an output by luck with one seed, by id.
    """

    outputs: tuple[Output, ...]
    active: tuple[int, ...]
    surrogates: Mapping[str, Surrogate]
    every: Mapping[str, Surrogate]
    luck: Mapping[str, float]

    def implausibility(self, places: Floats) -> Floats:
        """Give the implausibility of places in each output that cuts. [places, outputs]."""
        parts = []
        for start in range(0, len(places), _BLOCK):
            block = places[start : start + _BLOCK]
            used = block[:, self.active]
            terms = quadratic(used)
            cutting = [one for one in self.outputs if one.id in self.surrogates]
            parts.append(np.stack([self._of(one, used, terms) for one in cutting], axis=1))
        return np.concatenate(parts)

    def _of(self, one: Output, used: Floats, terms: Floats) -> Floats:
        surrogate = self.surrogates[one.id]
        spread = np.sqrt(surrogate.variance + one.discrepancy**2)
        return np.asarray(one.outside(surrogate.predict(used, terms)) / spread)

    def settled(self) -> bool:
        """Whether the surrogates are surer than luck and model together, so that more of them rule out nothing."""
        return all(
            one.variance < self.luck[name] + {o.id: o for o in self.outputs}[name].discrepancy ** 2
            for name, one in self.surrogates.items()
        )


def learned(
    outputs: Sequence[Output], places: Floats, values: Mapping[str, Floats], seeds: Floats, luck: Mapping[str, float]
) -> Wave:
    """Choose what is active, and fit a surrogate to each output.

    Args:
        outputs: What is held against ranges.
        places: All places that were run. [points, parameters].
        values: By id of the output, at each point. [points].
        seeds: Seeds behind each value. [points].
        luck: Variance by luck with one seed, by id.
    """
    active = most_active(outputs, places, values, luck)
    used, by_luck = places[:, active], float(np.mean(1.0 / seeds))
    every = {one.id: learn(used, values[one.id], luck[one.id] * by_luck) for one in outputs}
    return Wave(tuple(outputs), active, {name: one for name, one in every.items() if one.cuts}, every, dict(luck))


def most_active(
    outputs: Sequence[Output], places: Floats, values: Mapping[str, Floats], luck: Mapping[str, float]
) -> tuple[int, ...]:
    """Choose the parameters that move outputs most, measured by what would count as moved; at most 40."""
    total = np.zeros(places.shape[1])
    for one in outputs:
        known = values[one.id][np.isfinite(values[one.id])]
        clipped = np.clip(known, *np.quantile(known, (0.005, 0.995)))
        counts = float(clipped.var()) / (one.discrepancy**2 + luck[one.id])
        total += ranked(places, values[one.id]) * min(counts, 25.0)
    return tuple(sorted(int(number) for number in np.argsort(-total)[:MOST_ACTIVE]))


def not_ruled_out(wave: Wave, size: int, count: int, nth: int, key: int) -> tuple[Floats, float]:
    """Find places that are not ruled out, evenly among them, by a ladder of ever stricter cuts.

    From a level to the next, the places that reach it are copied and moved about at random within it (subset
    simulation: Au and Beck, Probabilistic Engineering Mechanics 16 (2001) 263-277). What is not active is anywhere.

    Args:
        wave: What is known.
        size: Number of parameters.
        count: Places wanted.
        nth: Which largest implausibility counts, 3 for the third.
        key: Of the draw.

    Returns:
        The places [count, parameters], and the part of the whole space that is left.

    Raises:
        InputError: Nothing is left.
    """
    rng = np.random.default_rng(key)
    places = rng.random((max(_STARTS, count), size))
    worst = _nth(wave, places, nth)
    left, before = 1.0, np.inf
    for _ in range(_LADDER):
        level = max(CUT, float(np.quantile(worst, _LEVEL)))
        if level > _FALLS * before:  # the ladder ends above what is asked for
            break
        before = level
        inside = worst <= level
        left *= float(inside.mean())
        chosen = rng.choice(np.flatnonzero(inside), len(places))
        places, worst = places[chosen], worst[chosen]
        walk = _Walk(wave, level, nth, 0.6 * places[:, wave.active].std(axis=0), rng)
        for _ in range(_STEPS):
            places, worst = walk.step(places, worst)
        if level <= CUT:
            break
    good = np.flatnonzero(worst <= CUT)
    if not len(good):
        raise InputError("no set of values is left that reaches all ranges; see which rows exclude each other")
    found = places[rng.choice(good, count, replace=len(good) < count)]
    quiet = [column for column in range(size) if column not in wave.active]
    found[:, quiet] = rng.random((count, len(quiet)))
    return np.round(found, 6), left


def _nth(wave: Wave, places: Floats, nth: int) -> Floats:
    values = wave.implausibility(places)
    return np.asarray(np.sort(values, axis=1)[:, -min(nth, values.shape[1])])


@dataclass(frozen=True, slots=True)
class _Walk:
    """Moves places about at random, within the space and a level of implausibility."""

    wave: Wave
    level: float
    nth: int
    spread: Floats
    rng: np.random.Generator

    def step(self, places: Floats, worst: Floats) -> tuple[Floats, Floats]:
        """Move each place in a few of its active parameters, where that keeps it within the level."""
        active = self.wave.active
        some = self.rng.random((len(places), len(active))) < min(1.0, _MOVED / len(active))
        tried = places.copy()
        tried[:, active] = _reflected(tried[:, active] + self.rng.normal(size=some.shape) * self.spread * some)
        value = _nth(self.wave, tried, self.nth)
        kept = value <= self.level
        return np.where(kept[:, None], tried, places), np.where(kept, value, worst)


def _reflected(moved: Floats) -> Floats:
    """Bring what has left the range from 0 to 1 back, as a mirror at its ends would."""
    folded = np.abs(moved) % 2.0
    return np.where(folded > 1.0, 2.0 - folded, folded)
