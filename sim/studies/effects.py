"""Paired differences of many cases from `as_is` at once, in every measure of a study.

The same arithmetic as `sim.studies.statistics.paired_effect`, over whole matrices [cases x seeds]. Beside each
case's own interval stands one that holds for all cases together (Bonferroni: Student's interval at alpha / cases),
which is the one to read of a case that was chosen among many.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.scenario.measures import MEASURES
from sim.studies.statistics import ALPHA, Floats, half_width, holm, p_of

if TYPE_CHECKING:
    from sim.studies.run import Study


def effects_of(study: Study, measure: str, alpha: float = ALPHA) -> pd.DataFrame:
    """Compare every case with the first one, `as_is`.

    Args:
        study: Its first case is `as_is`.
        measure: The main measure.
        alpha: Share of intervals that may miss.

    Returns:
        A row a case and measure: case, measure, unit, better, n (pairs of runs), mean, base (mean of `as_is` over the
        same seeds), difference with low and high, low_all and high_all (which hold for all cases of the measure
        together), relative (share of the size of base), share_better (of the seeds; ties count half), p, p_holm. The
        last allows for all cases in the main measure, and for all cases and measures in the others.
    """
    parts = [_of_measure(study, name, alpha) for name in study.plan.measures]
    table = pd.concat(parts, ignore_index=True)
    main = (table["measure"] == measure).to_numpy()
    p = table["p"].to_numpy(dtype=float)
    table["p_holm"] = np.where(main, holm(np.where(main, p, np.nan)), holm(p))
    return table


def differences(study: Study, measure: str) -> Floats:
    """Give the paired differences of all cases but the first from the first. [cases - 1 x seeds]."""
    values = study.matrix(measure).to_numpy(dtype=float)
    gaps: Floats = values[1:] - values[0]
    return gaps


def not_told_from(study: Study, measure: str, case: str, alpha: float = ALPHA) -> list[str]:
    """Name the cases, `as_is` among them, whose paired difference from a case is no finding after Holm's correction.

    The case is usually the best one; alpha is the share of sets of findings with a false one.
    """
    values = study.matrix(measure)
    others = [name for name in values.index if name != case]
    gaps = values.loc[others].to_numpy(dtype=float) - values.loc[case].to_numpy(dtype=float)
    p = holm(p_of(*moments(gaps)))
    return [name for name, level in zip(others, p, strict=True) if not level <= alpha]


def moments(values: Floats) -> tuple[Floats, Floats, Floats]:
    """Count, mean and standard deviation along the last axis; what is no number is left out."""
    finite = np.isfinite(values)
    n = finite.sum(axis=-1).astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(finite, values, 0.0).sum(axis=-1) / n
        squares = np.where(finite, values - mean[..., None], 0.0) ** 2
        sd = np.where(n > 1, np.sqrt(squares.sum(axis=-1) / (n - 1)), np.nan)
    return n, mean, sd


def _of_measure(study: Study, measure: str, alpha: float) -> pd.DataFrame:
    about = MEASURES[measure]
    values = study.matrix(measure).to_numpy(dtype=float)
    gaps = values[1:] - values[0]
    n, mean, sd = moments(gaps)
    width, wide = half_width(n, sd, alpha), half_width(n, sd, alpha / max(1, len(gaps)))
    base = moments(np.where(np.isfinite(gaps), values[0], np.nan))[1]
    gains = gaps * (about.better or 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        relative = mean / np.abs(base)
        share = ((gains > 0).sum(axis=1) + (gains == 0).sum(axis=1) / 2.0) / n
    return pd.DataFrame({
        "case": [case.name for case in study.plan.cases[1:]], "measure": measure, "unit": about.unit,
        "better": about.better, "n": n.astype(int), "mean": moments(values[1:])[1], "base": base, "difference": mean,
        "low": mean - width, "high": mean + width, "low_all": mean - wide, "high_all": mean + wide,
        "relative": np.where(np.isfinite(relative), relative, np.nan), "share_better": share,
        "p": p_of(n, mean, sd),
    })  # fmt: skip
