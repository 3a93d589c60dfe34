"""Surrogates: what a point's outputs would be, without a run.

A quadratic ridge over the active parameters, and a Gaussian process on what it leaves; how wrong both are together is
measured on points that were left out, luck and inert parameters among it.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.scenario.errors import InputError

if TYPE_CHECKING:
    from sim.studies.statistics import Floats

FOLDS = 5
MOST_FOR_LENGTHS = 400  # points from which the length scales of a Gaussian process are chosen
MOST_FOR_PROCESS = 1200  # points a Gaussian process is conditioned on
FEWEST = 60
"""Points below which nothing is fitted."""

COVERED = (0.87, 0.93)
"""Share of points left out that a 90% interval must cover, for an output to cut."""

_NORMAL_90 = 1.6448536269514722
_PENALTIES = np.logspace(-1, 4, 11)


@dataclass(frozen=True)
class Surrogate:
    """Prediction of one output.

    Attributes:
        ridge, process: The two parts, fitted; a process only where it helps on points left out.
        centre, spread: Of the output, by which it was scaled.
        variance: Mean squared error on points left out, less the luck of a mean over their seeds; of the output's unit.
        covered: Share of points left out within the 90% interval.
        explained: Part of the variance of points left out that is predicted.
    """

    ridge: Any
    process: Any
    centre: float
    spread: float
    variance: float
    covered: float
    explained: float

    @property
    def cuts(self) -> bool:
        """Whether it is honest enough about its error to rule a point out."""
        return COVERED[0] <= self.covered <= COVERED[1]

    def predict(self, used: Floats, terms: Floats) -> Floats:
        """Give the output expected at places, by their active columns and `quadratic` of these. [places]."""
        found = self.ridge.predict(terms)
        if self.process is not None:
            found = found + self.process.predict(used)
        return np.asarray(self.centre + self.spread * found)


def quadratic(used: Floats) -> Floats:
    """Give linear terms, squares and products of two, of places around the middle. [places, terms]."""
    x = 2.0 * used - 1.0
    first, second = np.triu_indices(x.shape[1])
    return np.concatenate([x, x[:, first] * x[:, second]], axis=1)


def learn(used: Floats, values: Floats, luck: float) -> Surrogate:
    """Fit one output.

    Args:
        used: Active columns of the points. [points, active].
        values: The output at them; nan is left out. [points].
        luck: Variance of a value by luck alone.

    Raises:
        InputError: Too few points, or scikit-learn is not installed.
    """
    known = np.isfinite(values)
    if known.sum() < FEWEST:
        raise InputError(f"a surrogate needs {FEWEST} points that could be computed; there are {known.sum()}")
    places, values = used[known], values[known]
    low, high = np.quantile(values, (0.005, 0.995))
    values = np.clip(values, low, high)
    centre, spread = float(values.mean()), float(values.std()) or 1.0
    scaled = (values - centre) / spread
    terms = quadratic(places)
    order = np.random.default_rng(len(values)).permutation(len(values))
    left = [np.zeros(len(values)), np.zeros(len(values))]
    kernel = _kernel(places, terms, scaled, luck / spread**2)
    for fold in range(FOLDS):
        out = order[fold::FOLDS]
        rest = np.setdiff1d(order, out)
        ridge, process = _fitted(places[rest], terms[rest], scaled[rest], kernel)
        left[0][out] = scaled[out] - ridge.predict(terms[out])
        left[1][out] = left[0][out] - process.predict(places[out])
    helps = float(np.mean(left[1] ** 2)) < float(np.mean(left[0] ** 2))
    error = left[int(helps)]
    wrong = float(np.mean(error**2))
    ridge, process = _fitted(places, terms, scaled, kernel)
    return Surrogate(
        ridge, process if helps else None, centre, spread,
        variance=max(wrong * spread**2 - luck, 0.05 * wrong * spread**2),
        covered=float(np.mean(np.abs(error) <= _NORMAL_90 * np.sqrt(wrong))),
        explained=1.0 - wrong,
    )  # fmt: skip


def _kernel(places: Floats, terms: Floats, scaled: Floats, luck: float) -> Any:
    """Choose the size, the length and the noise of what a ridge leaves, on some of the points."""
    gaussian, kernels, linear = _learners()
    few = slice(0, MOST_FOR_LENGTHS)
    left = np.zeros(len(scaled[few]))
    for part in (slice(0, None, 2), slice(1, None, 2)):  # each half as the other predicts it: a ridge fits its own
        others = np.ones(len(left), dtype=bool)
        others[part] = False
        ridge = linear.RidgeCV(alphas=_PENALTIES).fit(terms[few][others], scaled[few][others])
        left[part] = scaled[few][part] - ridge.predict(terms[few][part])
    noise = min(max(luck, 1e-3), 1.0)
    kernel = kernels.ConstantKernel(0.1, (1e-4, 10.0)) * kernels.RBF(4.0, (0.5, 100.0))
    kernel += kernels.WhiteKernel(noise, (noise / 3.0, 10.0))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a length at the end of its bounds means that there is nothing to find
        return gaussian.GaussianProcessRegressor(kernel, random_state=0).fit(places[few], left).kernel_


def _fitted(places: Floats, terms: Floats, scaled: Floats, kernel: Any) -> tuple[Any, Any]:
    """Fit a ridge, and a Gaussian process on what it leaves. [the ridge, the process]."""
    gaussian, _, linear = _learners()
    ridge = linear.RidgeCV(alphas=_PENALTIES).fit(terms, scaled)
    many = slice(0, MOST_FOR_PROCESS)
    rest = (scaled - ridge.predict(terms))[many]
    return ridge, gaussian.GaussianProcessRegressor(kernel, optimizer=None).fit(places[many], rest)


def ranked(places: Floats, values: Floats) -> Floats:
    """Give the part of an output's variance that each parameter explains by itself, straight or bent. [parameters]."""
    *_, linear = _learners()
    known = np.isfinite(values)
    x = 2.0 * places[known] - 1.0
    y = values[known]
    low, high = np.quantile(y, (0.005, 0.995))
    y = np.clip(y, low, high)
    y = (y - y.mean()) / (y.std() or 1.0)
    bent = x**2 - (x**2).mean(axis=0)
    fit = linear.RidgeCV(alphas=_PENALTIES).fit(np.concatenate([x, bent], axis=1), y)
    straight, curved = np.split(fit.coef_, 2)
    return np.asarray(straight**2 * x.var(axis=0) + curved**2 * bent.var(axis=0))


def _learners() -> tuple[Any, Any, Any]:
    try:
        from sklearn import gaussian_process, linear_model  # noqa: PLC0415 - an extra, and slow to import
    except ImportError:
        raise InputError(
            "a match needs scikit-learn; install it with: pip install 'sales-flywheel[discover]'"
        ) from None
    return gaussian_process, gaussian_process.kernels, linear_model
