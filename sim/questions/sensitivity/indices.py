"""Indices from points and the values found there, with the luck of replicates taken out.

Every value is a mean over seeds, the same at all points, so that the luck all points share drops out of every
difference. What is left of chance is told apart by the deviations of single seeds: an index is a quadratic form of the
values, so with R seeds the part of it that is chance is the sum over seeds of the same form of the deviations, divided
by R (R - 1). It is taken from the variance and from each index alike, by the same estimators: those of SALib, or of
`sim.questions.sensitivity.chaos`.

Sources: first and total order, Saltelli et al., Computer Physics Communications 181 (2010) 259-270; second order,
Saltelli, ibid. 145 (2002) 280-297; mu*, Campolongo, Cariboni and Saltelli, Environmental Modelling & Software 22 (2007)
1509-1518; unbiased parts by products over different replicates, Searle, Casella and McCulloch, Variance Components
(1992), ch. 4.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import scipy

from sim.questions.sensitivity.chaos import ENOUGH, PER_TERM, Expansion, expand
from sim.questions.sensitivity.designs import CHAOS, LEVELS, MORRIS, SensitivityDesign, key
from sim.scenario.errors import InputError
from sim.studies.statistics import ALPHA, holm

if TYPE_CHECKING:
    from sim.studies.statistics import Floats

RESAMPLES = {"morris": 1000, "sobol": 200}  # bootstrap samples of an interval; those of Sobol's indices resample blocks
MOST_LOST = 0.2  # greatest share of blocks that may be lost to failed points
MOST_NOISE = 0.9  # share of chance above which no index is given
FEWEST_BLOCKS = 4
BLOCKS = {"morris": "trajectories", "sobol": "blocks of points", "chaos": "points"}  # what a block is called
_LOW, _HIGH = 0.2, 0.8  # lowest and highest fifth of a range


@dataclass(frozen=True, slots=True)
class Noise:
    """What chance does to the values."""

    share: float  # of the variance between points of the mean over seeds, how much is chance; may exceed 1 by bad luck
    single: float  # the same for a single run
    sd: float  # standard deviation of one run at a point, beyond the luck that all points share [unit of the measure]
    shared_sd: float  # standard deviation of the luck that all points of a seed share [unit of the measure]


@dataclass(frozen=True)
class Indices:
    """What the points of one design say.

    Attributes:
        design: The points that counted.
        values: Found there, a column a seed. [points, seeds]
        table: A row a factor or group, the most important first. For `morris`: `parameter`, `mu`, `mu_star`,
            `mu_star_low`, `mu_star_high`, `sigma`, `noise_floor` (mu* of a factor without effect), in the unit of the
            measure for a move over the whole range, and `clear` (above that floor). Else: `parameter`, `s1`,
            `s1_low`, `s1_high`, `st`, `st_low`, `st_high` as shares of the variance, `noise` (what chance had added to
            `st`), `clear` (`st` above 0), `at_low`, `at_high` (mean of the measure in the lowest and highest fifth of
            the range; not a number for a group). `clear` allows for many factors being looked at (Holm). Intervals
            from a polynomial leave open whose the share is that it does not explain.
        pairs: A row a pair: `first`, `second`, `s2`, `s2_low`, `s2_high`, `clear` (different from 0), greatest first;
            empty for `morris`.
        noise: What chance does.
        lost: Blocks left out because a point in them failed.
        fit: For `chaos` the polynomial.
    """

    design: SensitivityDesign
    values: Floats
    table: pd.DataFrame
    pairs: pd.DataFrame
    noise: Noise
    lost: int
    fit: Expansion | None = None

    @property
    def enough(self) -> bool:
        """Whether the design can answer: a polynomial explains enough, or there is nothing but chance to explain."""
        return self.fit is None or self.noise.share > MOST_NOISE or not self.fit.q2 < ENOUGH

    @property
    def means(self) -> Floats:
        """Mean over seeds at the points whose spread is what is explained. [points]."""
        means: Floats = self.values.mean(axis=1)[_independent(self.design)]
        return means


def analyse(design: SensitivityDesign, values: Floats, *, resamples: int | None = None) -> Indices:
    """Work out the indices, with intervals of so many bootstrap samples.

    Values are those at the points, a column a seed; not a number where a run failed. [points, seeds]

    Raises:
        InputError: Fewer than two seeds, or too many blocks hold a failed point.
    """
    if values.shape[1] < 2:
        raise InputError("chance cannot be told from the parameters with one seed; give at least 2")
    whole = np.isfinite(values).all(axis=1).reshape(design.blocks, design.block).all(axis=1)
    lost = int(design.blocks - whole.sum())
    _check_lost(design, lost)
    rows = np.repeat(whole, design.block)
    kept, results = replace(design, points=design.points[rows]), values[rows]
    size = resamples or RESAMPLES.get(design.kind, 0)
    noise = _noise(results[_independent(kept)])
    if kept.kind == MORRIS:
        return Indices(kept, results, _morris(kept, results, size), pd.DataFrame(), noise, lost)
    if kept.kind == CHAOS:
        fit = expand(kept, results)
        return Indices(kept, results, *_chaos(kept, fit, noise), noise, lost, fit)
    return Indices(kept, results, *_sobol(kept, results, noise, size), noise, lost)


def _check_lost(design: SensitivityDesign, lost: int) -> None:
    what = BLOCKS[design.kind]
    if lost > MOST_LOST * design.blocks:
        raise InputError(
            f"{lost} of {design.blocks} {what} hold a run that failed or has no such measure, more than a fifth; "
            "narrow the ranges, or name the parameters to vary"
        )
    if design.blocks - lost < FEWEST_BLOCKS:
        raise InputError(f"{design.blocks - lost} {what} are too few; at least {FEWEST_BLOCKS} are needed")


def _independent(design: SensitivityDesign) -> Any:
    """Points whose spread is that of the measure: of a Saltelli block the first and the last."""
    if design.kind in (MORRIS, CHAOS):
        return np.arange(len(design.points))
    place = np.arange(len(design.points)) % design.block
    return np.flatnonzero((place == 0) | (place == design.block - 1))


def _deviations(values: Floats) -> Floats:
    """Deviations of single seeds from the mean of a point, without the luck all points share. [points, seeds]."""
    own: Floats = values - values.mean(axis=1, keepdims=True)
    own -= own.mean(axis=0)
    return own


def _noise(values: Floats) -> Noise:
    """Split the variance between points."""
    seeds = values.shape[1]
    chance = float(_deviations(values).var(axis=0).sum()) / (seeds * (seeds - 1))
    between = float(values.mean(axis=1).var())
    truth = max(between - chance, 0.0)
    spread = math.sqrt(float(values.mean(axis=0).var(ddof=1)))
    whole = truth + seeds * chance
    return Noise(chance / between if between else 0.0, seeds * chance / whole if whole else 0.0,
                 math.sqrt(seeds * chance), spread)  # fmt: skip


def _morris(design: SensitivityDesign, values: Floats, resamples: int) -> pd.DataFrame:
    """Elementary effects: their mean size, its interval, their spread, and what chance alone would show."""
    from SALib.analyze import morris  # noqa: PLC0415 - slow to import

    def effects(of: Floats, samples: int) -> Any:
        use = key(design.seed, 3)
        return morris.analyze(design.problem, design.points, of, samples, num_levels=LEVELS, seed=use)

    seeds, count = values.shape[1], design.blocks
    raw = effects(values.mean(axis=1), resamples)
    alone = [effects(column, 2) for column in _deviations(values).T]
    pairs = seeds * (seeds - 1)
    spread = sum(seed["sigma"] ** 2 for seed in alone) / pairs
    square = sum(seed["sigma"] ** 2 * (count - 1) / count + seed["mu"] ** 2 for seed in alone) / pairs
    mean, wide = raw["mu_star"], raw["mu_star_conf"]
    numbers = {
        "mu": raw["mu"], "mu_star": mean, "mu_star_low": mean - wide, "mu_star_high": mean + wide,
        "sigma": np.sqrt(np.maximum(raw["sigma"] ** 2 - spread, 0.0)), "noise_floor": np.sqrt(2.0 / math.pi * square),
    }  # fmt: skip
    table = pd.DataFrame({"parameter": design.counted, **numbers}).astype(dict.fromkeys(numbers, "float64"))
    table["clear"] = _clear(table["mu_star"] - table["noise_floor"], wide)
    return table.sort_values("mu_star", ascending=False, kind="stable", ignore_index=True)


def _clear(above: Any, wide: Any, sides: int = 1) -> Any:
    """Tell which values are above 0 by more than their interval leaves open, many being looked at."""
    size, error = np.asarray(above, dtype=float), np.asarray(wide, dtype=float) / -scipy.special.ndtri(ALPHA / 2.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = np.where(error > 0.0, sides * scipy.special.ndtr(-size / error), np.where(size > 0.0, 0.0, 1.0))
    return holm(np.where(np.isfinite(size), p, 1.0)) < ALPHA


def _sobol(
    design: SensitivityDesign, values: Floats, noise: Noise, resamples: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """First, total and second order, as shares of the variance that is not chance."""
    count = len(design.counted)
    mean = values.mean(axis=1)
    variance = float(mean[_independent(design)].var())
    truth = 1.0 - noise.share if noise.share <= MOST_NOISE else math.nan
    nothing = {name: np.zeros((count, count) if "S2" in name else count) for name in _NAMES}
    raw = _salib(design, mean, resamples) if variance > 0.0 else nothing
    chance = {name: np.zeros_like(raw[name]) for name in ("S1", "ST", "S2")}
    seeds = values.shape[1]
    for column in _deviations(values).T:
        weight = float(column[_independent(design)].var())
        if weight > 0.0 and variance > 0.0:
            indices = _salib(design, column, 2)
            for name in chance:
                chance[name] += indices[name] * weight / (variance * seeds * (seeds - 1))
    at = {name: (raw[name] - chance[name]) / truth for name in chance}
    wide = {name: raw[f"{name}_conf"] / truth for name in chance}
    ends = np.array([_fifths(design, mean, name) for name in design.counted])
    return _sobol_table(design, at, wide, chance=chance["ST"], ends=ends), _pairs(design, at["S2"], wide["S2"])


def _chaos(design: SensitivityDesign, fit: Expansion, noise: Noise) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Shares from a polynomial; what it misses may be anybody's, and widens every interval by as much.

    A share is clear only above what of it may have got into its terms: all that is missed, by terms to points.
    """
    truth = 1.0 if noise.share <= MOST_NOISE else math.nan
    at, wide = ({name: of / truth for name, of in values.items()} for values in (fit.shares, fit.widths))
    missed = max(1.0 - fit.q2, 0.0) if math.isfinite(fit.q2) else 0.0
    table = _sobol_table(design, at, wide, chance=fit.noise, ends=fit.ends, missed=missed)
    return table, _pairs(design, at["S2"], wide["S2"], missed)


_NAMES = ("S1", "S1_conf", "ST", "ST_conf", "S2", "S2_conf")


def _salib(design: SensitivityDesign, of: Floats, resamples: int) -> dict[str, Floats]:
    from SALib.analyze import sobol  # noqa: PLC0415 - slow to import

    indices = sobol.analyze(
        design.problem, of, calc_second_order=True, num_resamples=resamples, seed=key(design.seed, 4)
    )
    return {name: np.array(indices[name]) for name in _NAMES}


def _sobol_table(
    design: SensitivityDesign, at: dict[str, Floats], wide: dict[str, Floats], *, chance: Floats,
    ends: Floats, missed: float = 0.0,
) -> pd.DataFrame:  # fmt: skip
    columns: dict[str, Any] = {"parameter": design.counted}
    for name in ("S1", "ST"):
        columns[name.lower()] = at[name]
        columns[f"{name.lower()}_low"], columns[f"{name.lower()}_high"] = _interval(at[name], wide[name], missed)
    table = pd.DataFrame({**columns, "noise": chance, "clear": _clear(at["ST"], wide["ST"] + missed / PER_TERM)})
    table[["at_low", "at_high"]] = ends
    return table.sort_values("st", ascending=False, kind="stable", ignore_index=True)


def _interval(at: Any, wide: Any, missed: float) -> tuple[Any, Any]:
    """Ends of a share's interval, if so much of the variance may or may not be its own."""
    inside = at * (1.0 - missed)
    return inside - wide, inside + missed + wide


def _fifths(design: SensitivityDesign, mean: Floats, name: str) -> tuple[float, float]:
    """Mean of the measure where a factor is in its lowest and in its highest fifth."""
    members = [number for number, group in enumerate(design.groups) if group == name]
    if len(members) > 1:
        return math.nan, math.nan
    rows = _independent(design)
    place, means = design.points[rows, members[0]], mean[rows]
    low, high = means[place < _LOW], means[place > _HIGH]
    return (float(low.mean()), float(high.mean())) if len(low) and len(high) else (math.nan, math.nan)


def _pairs(design: SensitivityDesign, at: Floats, wide: Floats, missed: float = 0.0) -> pd.DataFrame:
    rows = [
        (design.counted[a], design.counted[b], at[a, b], *_interval(at[a, b], wide[a, b], missed), wide[a, b])
        for a, b in combinations(range(len(design.counted)), 2)
    ]
    table = pd.DataFrame(rows, columns=["first", "second", "s2", "s2_low", "s2_high", "wide"])
    table["clear"] = _clear(np.abs(table["s2"]), table.pop("wide") + missed / PER_TERM, sides=2)
    return table.sort_values("s2", ascending=False, kind="stable", ignore_index=True)
