"""A surrogate index: what the readings of a trial say that rolling out is worth, with weights learned on other worlds.

A linear model of readings and kinds of idea, its coefficients shrunk towards none, so that a trial that tells little
is judged by what ideas of that kind usually bring, and a kind of which little is known by what ideas usually bring.

Sources: surrogate index, Athey, Chetty, Imbens and Kang, NBER 26463 (2019); ridge, Hoerl and Kennard, Technometrics 12
(1970) 55-67; its penalty by leaving each one out in closed form, Allen, Technometrics 16 (1974) 125-127.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.studies.statistics import Floats

    Numbers = np.ndarray[Any, np.dtype[np.int64]]

FOLDS = 10
PENALTIES = 10.0 ** np.arange(-1.0, 5.5, 0.5)


@dataclass(frozen=True, slots=True)
class Ridge:
    """A linear model: `mean` and, for every standard deviation a feature lies above its centre, its weight more."""

    mean: float
    centre: Floats  # [features]
    spread: Floats  # [features]
    weights: Floats  # [features, unit of the mean]

    @classmethod
    def fit(cls, features: Floats, values: Floats, penalties: Sequence[float] | Floats = PENALTIES) -> Ridge:
        """Fit it to values by features [n] and [n, features]; of the penalties the one that predicts best is taken.

        Features that do not vary get no weight; with fewer than 3 values none does.
        """
        mean, centre = float(values.mean()), features.mean(axis=0)
        spread = np.where(np.ptp(features, axis=0) > 0, features.std(axis=0), 1.0)
        if len(values) < 3:
            return cls(mean, centre, spread, np.zeros(len(centre)))
        left, sizes, right = np.linalg.svd((features - centre) / spread, full_matrices=False)
        inside = left.T @ (values - mean)

        def error(penalty: float) -> float:
            kept = sizes**2 / (sizes**2 + penalty)
            leverage = 1.0 / len(values) + left**2 @ kept
            return float(np.mean(((values - mean - left @ (kept * inside)) / (1.0 - leverage)) ** 2))

        penalty = min(penalties, key=error)
        return cls(mean, centre, spread, right.T @ (sizes / (sizes**2 + penalty) * inside))

    def predict(self, features: Floats) -> Floats:
        """Expected values of new features. [n, features] to [n]."""
        expected: Floats = self.mean + (features - self.centre) / self.spread @ self.weights
        return expected


def features_of(kinds: Sequence[str], readings: Floats) -> Floats:
    """Put a column for each kind of idea before the readings. [n] and [n, readings] to [n, kinds + readings]."""
    names = sorted(set(kinds))
    return np.hstack([np.array([[kind == name for name in names] for kind in kinds], dtype=float), readings])


def folds_of(n: int) -> Numbers:
    """Deal worlds to folds of about one size, by chance that is the same every time. [n]."""
    folds: Numbers = np.random.default_rng(0).permutation(n) % min(FOLDS, max(n, 1))
    return folds


def cross_fitted(features: Floats, values: Floats, folds: Numbers) -> Floats:
    """Expect each value from a model that was fitted to the other folds alone; not a number where there are none.

    Args:
        features: [n, features]
        values: What was found. [n]
        folds: Number of the fold of each. [n]
    """
    expected = np.full(len(values), np.nan)
    for fold in np.unique(folds):
        judged = folds == fold
        if not judged.all():
            expected[judged] = Ridge.fit(features[~judged], values[~judged]).predict(features[judged])
    return expected
