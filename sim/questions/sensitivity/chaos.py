"""Sobol indices from polynomial chaos: a polynomial is fitted to the values, and its coefficients give the shares.

Its terms are products of polynomials that are orthonormal over the ranges, so that the square of a coefficient is the
variance its term brings, and an index is a sum of squares over their total. How well the polynomial foretells points it
was not fitted to is Q^2, from leave-one-out residuals. Chance is taken out of squares and Q^2 as
`sim.questions.sensitivity.indices` does it: both are quadratic forms of the values. Intervals, and what the lack of fit
adds to the squares, are those of the jackknife, all of whose fits follow from one.

Sources: indices, Sudret, Reliability Engineering & System Safety 93 (2008) 964-979; leave-one-out in closed form and
the degree with the best Q^2, Blatman and Sudret, Probabilistic Engineering Mechanics 25 (2010) 183-197; jackknife,
Miller, Biometrika 61 (1974) 1-15.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations, islice
from typing import TYPE_CHECKING

import numpy as np
import scipy

from sim.scenario.errors import InputError
from sim.studies.statistics import ALPHA

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sim.questions.sensitivity.designs import FactorScale, SensitivityDesign
    from sim.studies.statistics import Floats

ENOUGH = 0.95  # Q^2 from which a polynomial is believed
LEAST_DEGREE, MOST_DEGREE = 2, 10
HOPELESS = 0.5  # Q^2 below which more points are not tried
PER_TERM = 4  # points a term; a point left out is then missed by a third more than the fit would with endless points
_APART = 1e-6  # least length of what is a term's own, against the longest
_ROWS = 1024  # fits of the jackknife that are in memory together

Term = tuple[tuple[int, int], ...]  # factors, each with the number of its polynomial


@dataclass(frozen=True)
class Expansion:
    """A fitted polynomial.

    Attributes:
        degree: Highest total degree of a term.
        terms: How many terms there are, the constant included.
        q2: Share of the variance that is not chance which it explains at points left out; not a number where chance
            is all there is.
        shares: `S1`, `ST` [k] and `S2` [k, k] as shares of its own variance.
        widths: Half-widths of the 95% intervals of `shares`, for the polynomial without its lack of fit.
        noise: What chance had added to `ST`. [k]
        ends: Mean in the lowest and in the highest fifth of each factor; not a number for a group. [k, 2]
    """

    degree: int
    terms: int
    q2: float
    shares: dict[str, Floats]
    widths: dict[str, Floats]
    noise: Floats
    ends: Floats


@dataclass(frozen=True)
class _Fit:
    """Least squares, for the mean over seeds and each seed's deviations from it (columns)."""

    terms: list[Term]
    basis: Floats  # [points, terms]
    pull: Floats  # change of the coefficients by a value's change [points, terms]
    coefficients: Floats  # [terms, columns]
    left_out: Floats  # residual of each point for the fit without it [points, columns]
    degree: int
    q2: float


def first_points(scales: Sequence[FactorScale], groups: Sequence[str], least: int) -> int:
    """Give the points to begin with: a power of 2, `least` or more, `PER_TERM` or more a term of degree 2."""
    orders = [_orders(scale, LEAST_DEGREE) for scale in scales]
    terms = 1 + sum(1 for _ in _terms(orders, _alone(groups), LEAST_DEGREE))
    return int(2 ** math.ceil(math.log2(max(least, PER_TERM * terms))))


def expand(design: SensitivityDesign, values: Floats) -> Expansion:
    """Fit the polynomial of the degree, 2 or more, that foretells best, and read the indices off it.

    Values are those at the points, a column a seed, two at least. [points, seeds]

    Raises:
        InputError: The points are too few for degree 2, or do not tell its terms apart.
    """
    mean, seeds = values.mean(axis=1, keepdims=True), values.shape[1]
    columns = np.hstack([mean, values - mean])
    columns -= columns.mean(axis=0)
    weights = np.array([1.0, *[-1.0 / (seeds * (seeds - 1))] * seeds])
    fit = _best(design, columns, weights)
    members = _members(design, fit.terms)
    squares, wanted = fit.coefficients**2, _wanted(members)
    middle = _shares(squares @ weights, wanted)
    resampled = _jackknife(fit, weights, wanted)
    count = len(resampled)
    width = -scipy.special.ndtri(ALPHA / 2.0) * np.sqrt((count - 1) * resampled.var(axis=0))
    unbiased = count * middle - (count - 1) * resampled.mean(axis=0)
    chance = (squares[:, 0] - squares @ weights) @ members / max(squares[1:, 0].sum(), np.finfo(float).tiny)
    k = len(design.counted)
    return Expansion(fit.degree, len(fit.terms), fit.q2, _named(unbiased, k), _named(width, k), chance,
                     _ends(design, fit, float(mean.mean())))  # fmt: skip


def basis(design: SensitivityDesign, degree: int, most: int) -> tuple[list[Term], Floats]:
    """Terms of a degree, and their values at the points [points, terms]; no more than so many terms.

    Terms have products of factors that are counted one by one; a member of a group of several is in none.
    """
    orders = [_orders(scale, degree) for scale in design.scales]
    terms: list[Term] = [(), *islice(_terms(orders, _alone(design.groups), degree), most)]
    values = [_polynomials(place, scale, degree) for place, scale in zip(design.points.T, design.scales, strict=True)]
    matrix = np.ones((len(design.points), len(terms)))
    for column, term in enumerate(terms):
        for factor, number in term:
            matrix[:, column] *= values[factor][:, number]
    return terms, matrix


def leave_one_out(matrix: Floats, of: Floats) -> tuple[Floats, Floats, Floats]:
    """Fit by least squares; LinAlgError if terms cannot be told apart.

    Args:
        matrix: Values of the terms. [points, terms]
        of: What is fitted, a column a fit. [points, columns]

    Returns:
        Coefficients [terms, columns], residual of each point for the fit without it [points, columns], and how far a
        point pulls the coefficients for each unit of that residual [points, terms].
    """
    root = np.linalg.cholesky(matrix.T @ matrix)  # terms are nearly orthonormal, so nothing is lost by the product
    if np.diag(root).min() < _APART * np.diag(root).max():
        raise np.linalg.LinAlgError
    pull: Floats = scipy.linalg.cho_solve((root, True), matrix.T).T
    coefficients = pull.T @ of
    left_out = (of - matrix @ coefficients) / (1.0 - (pull * matrix).sum(axis=1, keepdims=True))
    return coefficients, left_out, pull


def _best(design: SensitivityDesign, columns: Floats, weights: Floats) -> _Fit:
    """Fit degree after degree, as far as there are points for the terms, and keep the best."""
    best: _Fit | None = None
    variance, most = float(columns.var(axis=0) @ weights), len(columns) // PER_TERM
    for degree in range(LEAST_DEGREE, MOST_DEGREE + 1):
        terms, matrix = basis(design, degree, most if best else len(columns))
        if len(terms) > most and best:
            break
        try:
            coefficients, left_out, pull = leave_one_out(matrix, columns)
        except np.linalg.LinAlgError:
            break
        missed = (left_out**2).mean(axis=0)
        if best is None or missed[0] < (best.left_out[:, 0] ** 2).mean():
            q2 = 1.0 - float(missed @ weights) / variance if variance > 0.0 else math.nan
            best = _Fit(terms, matrix, pull, coefficients, left_out, degree, q2)
        elif len(terms) == len(best.terms):
            break
    if best is None:
        raise InputError(
            f"the {len(columns)} points whose runs went well do not carry a polynomial of degree {LEAST_DEGREE}; "
            "narrow the ranges, name fewer parameters, or use --method saltelli"
        )
    return best


def _jackknife(fit: _Fit, weights: Floats, wanted: Floats) -> Floats:
    """Shares without one point after the other, with chance taken out. [points, shares]."""
    before = fit.coefficients**2 @ weights
    found = []
    for rows in np.array_split(np.arange(len(fit.pull)), math.ceil(len(fit.pull) / _ROWS)):
        pull, residual = fit.pull[rows], fit.left_out[rows]
        change = pull**2 * (residual**2 @ weights)[:, None] - 2.0 * pull * ((residual * weights) @ fit.coefficients.T)
        found.append(_shares(before + change, wanted))
    return np.concatenate(found)


def _shares(squares: Floats, wanted: Floats) -> Floats:
    """Sums of squares as shares of the last sum, which is of all; 0 where that is 0."""
    sums: Floats = squares @ wanted
    total = sums[..., -1:]
    return np.divide(sums[..., :-1], total, out=np.zeros_like(sums[..., :-1]), where=total > 0.0)


def _wanted(members: np.ndarray[tuple[int, int], np.dtype[np.bool_]]) -> Floats:
    """Which term counts for which index: first orders, totals, pairs; last, all but the constant. [terms, shares]."""
    size, pairs = members.sum(axis=1), combinations(range(members.shape[1]), 2)
    both = [members[:, a] & members[:, b] & (size == 2) for a, b in pairs]
    return np.column_stack([members & (size == 1)[:, None], members, *both, size > 0]).astype(np.float64)


def _named(row: Floats, k: int) -> dict[str, Floats]:
    second = np.zeros((k, k))
    second[np.triu_indices(k, 1)] = row[2 * k :]
    return {"S1": row[:k], "ST": row[k : 2 * k], "S2": second}


def _ends(design: SensitivityDesign, fit: _Fit, mean: float) -> Floats:
    """Mean of the polynomial over the lowest and highest fifth of each factor, over all there is of the others."""
    ends = np.full((len(design.counted), 2), math.nan)
    for row, name in enumerate(design.counted):
        members = [number for number, group in enumerate(design.groups) if group == name]
        if len(members) == 1:
            own = [at for at, term in enumerate(fit.terms) if {factor for factor, _ in term} <= {*members}]
            values = mean + fit.basis[:, own] @ fit.coefficients[own, 0]
            place = design.points[:, members[0]]
            ends[row] = values[place < 0.2].mean(), values[place > 0.8].mean()
    return ends


def _members(design: SensitivityDesign, terms: list[Term]) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Which factors or groups are in which term. [terms, k]."""
    member = np.zeros((len(terms), len(design.counted)), dtype=bool)
    for row, term in enumerate(terms):
        for factor, _ in term:
            member[row, design.counted.index(design.groups[factor])] = True
    return member


def _alone(groups: Sequence[str]) -> list[bool]:
    """Which factors are in a group with others."""
    return [list(groups).count(group) > 1 for group in groups]


def _terms(
    orders: Sequence[Sequence[int]], alone: Sequence[bool], left: int, start: int = 0, of: Term = ()
) -> Iterator[Term]:
    """Go through the terms, except the constant, whose orders sum to `left` or less."""
    for factor in range(start, len(orders)):
        if of and alone[factor]:
            continue
        for number, order in enumerate(orders[factor]):
            if order <= left:
                term = (*of, (factor, number))
                yield term
                if not alone[factor]:
                    yield from _terms(orders, alone, left - order, factor + 1, term)


def _orders(scale: FactorScale, degree: int) -> list[int]:
    """Order of each polynomial of a factor; words to choose from have no order, so each counts as 1."""
    if not scale.ordered:
        return [1] * (scale.count - 1)
    return list(range(1, 1 + (min(degree, scale.count - 1) if scale.count else degree)))


def _polynomials(place: Floats, scale: FactorScale, degree: int) -> Floats:
    """Polynomials that are orthonormal over the values of a factor: Legendre's for any number. [points, orders]."""
    most = len(_orders(scale, degree))
    if not scale.count:
        norms: Floats = np.sqrt(2.0 * np.arange(1, most + 1) + 1.0)
        legendre: Floats = np.asarray(np.polynomial.legendre.legvander(2.0 * place - 1.0, most), dtype=np.float64)
        return legendre[:, 1:] * norms
    values = (2.0 * np.arange(scale.count) + 1.0) / scale.count - 1.0
    q, _ = np.linalg.qr(np.polynomial.legendre.legvander(values, most))
    at = np.minimum((place * scale.count).astype(int), scale.count - 1)
    discrete: Floats = np.asarray(q[at, 1:] * math.sqrt(scale.count), dtype=np.float64)
    return discrete
