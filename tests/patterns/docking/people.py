"""X1, hiring and leaving: Poisson hires with exponential tenure are an M/G/infinity queue."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import scipy

from tests.patterns.docking.engine_only import (
    MONTH,
    STRICT,
    by_chance,
    expected,
    judged,
    lay_out,
    line_table,
    over_seeds,
)
from tests.patterns.docking.measured import gap
from tests.patterns.making.pattern import Finding, Number, Pattern, Plan, verdict_of
from tests.patterns.making.plots import band_table, lines

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sim.engine.world import World
    from sim.studies.statistics import Floats
    from tests.patterns.making.pattern import Effort

HIRES, GOOD, STAY, GO = 12 / 52, 0.2, 208.0, 26.0
"""Hires a week, share of good fits, mean tenure of good and of poor fits. [1 / week, share, weeks, weeks]"""

TWO_YEARS = 104
SETTLED = tuple(1040 + 520 * number for number in range(4))
"""Weeks at which a settled head-count is read, far enough apart to be all but independent."""

_FIRST = 4
_PARAMETERS = {
    "mechanisms.poisson_hiring": True,
    "mechanisms.exponential_tenure": True,
    "mechanisms.attrition": True,
    "talent.hires_per_week": HIRES,
    "talent.good_fit_share": GOOD,
    "talent.good_fit_tenure_weeks": STAY,
    "talent.poor_fit_tenure_weeks": GO,
    "structure.n_reps": _FIRST,
    "structure.growth_room": 20.0,
    "market.accounts_per_rep": 1,
}
"""Eighty-four seats; whoever sat on the first four before the beginning is not counted."""


def _heads(world: World) -> tuple[float, float, float, float]:
    """Good and poor fits hired so far who are here: whole, and with this week's hires as half a week of theirs."""
    reps = world.state.reps
    here = (reps["active"] == 1) & (reps["holder"] > 1)
    good = reps["good_fit"] == 1
    part = np.where(reps["tenure"] > 0, 1.0, 0.5)
    return (
        float((here & good).sum()),
        float((here & ~good).sum()),
        float(part[here & good].sum()),
        float(part[here & ~good].sum()),
    )


def _history(seed: int) -> tuple[Floats, Floats, float]:
    """Head-counts of a seed by quarter to week 104, then settled ones. [9 x 4], [settled x 4]."""
    world = lay_out(_PARAMETERS, seed)
    young = [_heads(world)]
    for _ in range(TWO_YEARS // 13):
        world.advance(13)
        young.append(_heads(world))
    settled = []
    for week in SETTLED:
        world.advance(week - world.week)
        settled.append(_heads(world))
    return np.array(young), np.array(settled), gap(world)


def hired(t: float, rate: float, tenure: float) -> float:
    """Mean head-count t weeks after an empty beginning. [reps]."""
    return rate * tenure * (1.0 - math.exp(-t / tenure))


def _spread(settled: Floats) -> Number:
    """Variance over mean of whole head-counts; 1 for a Poisson distribution, by the chi-squared of dispersion."""
    counts = settled[:, :, :2].sum(axis=2).ravel()
    free = counts.size - 1
    ratio = float(counts.var(ddof=1) / counts.mean())
    low, high = (ratio * free / scipy.stats.chi2.isf(part, free) for part in (0.025, 0.975))
    tolerance = float(scipy.stats.norm.isf(STRICT / 2) * math.sqrt(2.0 / free))
    found = judged("variance of head-count / mean", ratio, 1.0, tolerance, "ratio", interval=(low, high), n=counts.size)
    return by_chance(found, 1.0, tolerance)


def _test(effort: Effort) -> Finding:
    histories = over_seeds(_history, effort)
    young = np.array([one[0] for one in histories])
    settled = np.array([one[1] for one in histories])
    good, poor = hired(TWO_YEARS, HIRES * GOOD, STAY), hired(TWO_YEARS, HIRES * (1 - GOOD), GO)
    total = HIRES * (GOOD * STAY + (1 - GOOD) * GO)
    means = settled[:, :, 2:].sum(axis=2).mean(axis=1)
    numbers = (
        expected("good fits at month 24", young[:, -1, 2], good, "reps"),
        expected("poor fits at month 24", young[:, -1, 3], poor, "reps"),
        expected("settled head-count, mean", means, total, "reps"),
        _spread(settled),
        judged("Little's law, greatest gap", max(abs(one[2]) for one in histories), 0.0, 0.0, "weeks"),
    )
    sentence = (
        f"Settled head-count {numbers[2].value:.2f} (exact {total:.1f}), its variance {numbers[3].value:.2f} of its "
        f"mean (exact 1); at month 24 {numbers[0].value:.2f} good fits (exact {good:.2f}) and {numbers[1].value:.2f} "
        f"poor ones (exact {poor:.2f})."
    )
    return Finding("X1", verdict_of(numbers), sentence, numbers, table=_table(young))


def _table(young: Floats) -> pd.DataFrame:
    """Means of good and poor fits by month, beside the exact curves."""
    import pandas as pd  # noqa: PLC0415 - slow to import, and listing patterns does without

    weeks = [13 * quarter for quarter in range(young.shape[1])]
    months = [week / MONTH for week in weeks]
    parts = []
    for column, name, rate, tenure in ((2, "good fits", HIRES * GOOD, STAY), (3, "poor fits", HIRES * (1 - GOOD), GO)):
        parts.append(band_table(young[:, :, column], months, "month", case=f"{name}, engine"))
        parts.append(line_table([hired(week, rate, tenure) for week in weeks], months, "month", f"{name}, exact"))
    return pd.concat(parts, ignore_index=True)


def _figure(finding: Finding) -> Figure:
    return lines(finding, "month", "reps", axis_label="months from an empty beginning")


PATTERNS = (
    Pattern(
        "X1",
        "Hiring and leaving",
        "docking",
        (),
        Plan(
            "everything off but Poisson hires and exponential tenure",
            "12 hires a year, 20% good fits, leaving with probability 1 - exp(-1/208) or 1 - exp(-1/26) a week",
            "month 24 of an empty beginning; settled: weeks 1040 to 2600, every 520",
            "mean head-count (a week's hires count half in their week); variance over mean of whole head-counts",
            "9.6(1 - e^(-t/48)) and 4.8(1 - e^(-t/6)) at month 24, mean and variance 14.4, within 99.9%",
        ),
        _test,
        _figure,
        modules=("tests.patterns.docking.engine_only", "tests.patterns.docking.measured"),
    ),
)
