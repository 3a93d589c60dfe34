"""What counts as best over seeds or worlds, and how sure one is of a difference.

A replicate is a seed of the organization as the scenario has it, or a plausible world, with luck of
its own. Mixes share replicates, so every comparison is paired. Sources: worst cases and regret, Savage, J. Am. Stat.
Assoc. 46 (1951) 55-67; bootstrap of paired values, Efron and Tibshirani (1993).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.studies.statistics import ALPHA, Interval, bootstrap_interval, mean_interval, paired_effect

if TYPE_CHECKING:
    from sim.studies.statistics import Floats

ROBUST = {
    "mean": "mean",
    "worst_decile": "result that nine worlds of ten exceed",
    "regret": "regret that one world of ten exceeds",
}
"""What can be looked at, in words."""

TENTH = 0.1
RESAMPLES = 4000


def score(robust: str, values: Floats, best: Floats) -> Floats:
    """Make one number of the results of each mix [mixes x replicates], more is better, by a name of `ROBUST`. [mixes].

    Mean, 10th percentile, or less the 90th of what is missed against the best known in each replicate.
    """
    if robust == "mean":
        scores: Floats = values.mean(axis=-1)
    elif robust == "worst_decile":
        scores = np.quantile(values, TENTH, axis=-1)
    else:
        scores = -np.quantile(best - values, 1.0 - TENTH, axis=-1)
    return scores


def level(robust: str, values: Floats, best: Floats, alpha: float = ALPHA) -> Interval:
    """Give a mix's score, of its and of the best results, with its interval. [replicates]."""
    if robust == "mean":
        return mean_interval(values, alpha)
    finite = np.isfinite(values) & np.isfinite(best)
    return _bootstrapped(robust, (values[finite], best[finite]), alpha)


def difference(robust: str, first: Floats, second: Floats, best: Floats, alpha: float = ALPHA) -> Interval:
    """Give the difference in score of two mixes over the same replicates, with its interval; arguments as `level`."""
    if robust == "mean":
        return paired_effect(first, second, alpha=alpha).difference
    finite = np.isfinite(first) & np.isfinite(second) & np.isfinite(best)
    return _bootstrapped(robust, (first[finite], second[finite], best[finite]), alpha)


def _bootstrapped(robust: str, rows: tuple[Floats, ...], alpha: float) -> Interval:
    """Percentile interval of a score, or of the difference of two; replicates are drawn anew."""

    def statistic(*values: Floats, axis: int = -1) -> Floats:
        del axis  # always the last
        scores = [score(robust, mix, values[-1]) for mix in values[:-1]]
        return scores[0] - scores[1] if len(scores) > 1 else scores[0]

    return bootstrap_interval(rows, statistic, RESAMPLES, alpha)
