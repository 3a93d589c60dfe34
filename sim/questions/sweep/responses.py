"""How a measure goes with each parameter that a design varies.

One at a time: the paired difference from `as_is` at each value. Full factorial: the mean of it over all combinations of
the other parameters. Both have exactly the cases they want, so that only the seeds are chance. In a sample (Latin
hypercube, Sobol sequence) the cases themselves are chance too: the range is cut into equal parts, and the variance of a
part's mean is that of the mean over cases plus that of the mean over seeds, which counts what is left of both twice and
so errs to the safe side (Owen, Ann. Appl. Stat. 1 (2007) 386-411); Satterthwaite's degrees of freedom.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import scipy

from sim.studies.effects import moments
from sim.studies.factors import value_text
from sim.studies.statistics import ALPHA, Floats, half_width

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.studies.designs import Design
    from sim.studies.factors import Factor
    from sim.studies.run import Study

MOST_PARTS = 8  # a range is cut into at most so many parts
CASES_PER_PART = 8  # about so many cases of a sample are in each part of a range
COLUMNS = ("parameter", "measure", "position", "label", "value", "cases", "seeds", "difference", "low", "high")


@dataclass(frozen=True, slots=True)
class DesignPart:
    """Cases that share a value, or a part of the range."""

    label: str
    value: float
    rows: list[int]  # of the matrix with as_is at 0


def responses_of(study: Study, design: Design, alpha: float = ALPHA) -> pd.DataFrame:
    """Give the mean difference from `as_is` by the value of each parameter.

    Args:
        study: Its first case is `as_is`, then the design's in their order.
        design: Its factors are the parameters.
        alpha: Share of intervals that may miss; each holds by itself.

    Returns:
        A row a parameter, measure and value: columns `COLUMNS`; `value` is a number, or the position among the
        words or switches that were tried; for parts of a range the mean of what was tried there. Empty for cases that
        were listed.
    """
    rows = []
    parts = {factor.dotted: list(parts_of(study, design, factor)) for factor in design.factors}
    sampled = design.kind in ("latin", "sobol")
    for measure in study.plan.measures:
        values = study.matrix(measure).to_numpy(dtype=float)
        gaps = values - values[0]
        for dotted, parts_of_factor in parts.items():
            for position, part in enumerate(parts_of_factor):
                interval = interval_of(gaps[part.rows], alpha, sampled=sampled)
                rows.append((dotted, measure, position, part.label, part.value, len(part.rows), *interval))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def interval_of(gaps: Floats, alpha: float, *, sampled: bool) -> tuple[int, float, float, float]:
    """Seeds, mean, low and high of differences [cases x seeds]; no number where too few cases or seeds are known.

    `sampled` says that the cases are a sample too, and not all there are.
    """
    n_seeds, mean, sd = map(float, moments(moments(gaps.T)[1]))
    width = _width([(sd, n_seeds)] + [_spread(gaps)] * sampled, alpha)
    return int(n_seeds), mean, mean - width, mean + width


def contrast_of(first: Floats, last: Floats, alpha: float, *, sampled: bool) -> tuple[float, float, float]:
    """Mean, low and high of how far some cases lie above others over the same seeds, both [cases x seeds].

    No number where too few seeds are known; `sampled` as for `interval_of`.
    """
    n_seeds, mean, sd = map(float, moments(moments(last.T)[1] - moments(first.T)[1]))
    width = _width([(sd, n_seeds)] + [_spread(first), _spread(last)] * sampled, alpha)
    return mean, mean - width, mean + width


def _spread(gaps: Floats) -> tuple[float, float]:
    """Spread of the means of cases, and how many there are."""
    n_cases, _, spread = map(float, moments(moments(gaps)[1]))
    return spread, n_cases


def _width(spreads: list[tuple[float, float]], alpha: float) -> float:
    """Half-width of an interval to which several spreads add, each with its count (Satterthwaite)."""
    sd, count = np.array(spreads).T
    with np.errstate(invalid="ignore", divide="ignore"):
        parts = sd**2 / count
        freedom = parts.sum() ** 2 / (parts**2 / (count - 1.0)).sum()
    if len(spreads) == 1 or not parts.sum() > 0:
        return float(half_width(count[0], sd[0], alpha))
    return float(-scipy.special.stdtrit(freedom, alpha / 2.0) * np.sqrt(parts.sum()))


def parts_of(study: Study, design: Design, factor: Factor) -> Iterator[DesignPart]:
    """Yield the cases at each value of a parameter, or in each part of its range, from the lowest on."""
    base = study.plan.scenario[factor.dotted]
    values = [base, *(case.changes.get(factor.dotted, base) for case in design.cases)]
    rows = list(range(1, len(values)))
    if design.kind == "one-at-a-time":
        rows = [0, *(row for row in rows if factor.dotted in design.cases[row - 1].changes)]
    elif design.kind == "factorial" and design.holds_as_is:
        rows = [0, *rows]
    distinct = sorted({values[row] for row in rows}, key=lambda value: _place(factor, value))
    if design.kind in ("one-at-a-time", "factorial") or factor.listed or len(distinct) <= MOST_PARTS:
        words = factor.item.type in (bool, str)
        for place, value in enumerate(distinct):
            same = [row for row in rows if values[row] == value]
            yield DesignPart(value_text(value, 4), float(place) if words else _place(factor, value), same)
    else:
        yield from _cut(factor, np.array(values, dtype=float), np.array(rows))


def _cut(factor: Factor, values: Floats, rows: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Iterator[DesignPart]:
    """Cut the range into equal parts."""
    low, high = float(factor.low or 0.0), float(factor.high or 0.0)
    edge = 0.5 if factor.item.type is int else 0.0
    number = int(np.clip(len(rows) // CASES_PER_PART, 2, MOST_PARTS))
    edges = np.linspace(low - edge, high + edge, number + 1)
    parts = np.clip(np.digitize(values[rows], edges) - 1, 0, number - 1)
    for place in range(number):
        inside = rows[parts == place]
        if len(inside) > 1:
            some = values[inside]
            yield DesignPart(f"{some.min():.4g} to {some.max():.4g}", float(some.mean()), inside.tolist())


def _place(factor: Factor, value: object) -> float:
    """Where a value stands among others: itself, or its position among the words that are allowed."""
    if isinstance(value, str):
        return float(factor.item.choices.index(value))
    return float(value)  # type: ignore[arg-type]  # a parameter's value is a word or something like a number
