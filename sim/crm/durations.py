"""Medians of durations that are noted in whole days, or in whole weeks as in the program's own exports."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.measures.whole_run import grouped_median

if TYPE_CHECKING:
    import pandas as pd

    from agents.machinery.record import Rows

WEEK = 7.0  # days to which the model's durations are rounded; medians are interpolated within them. [days]


def rounded_to(days: Rows) -> float:
    """Step in which durations are noted: a week where all are whole weeks. [days]."""
    return WEEK if len(days) and not np.any(np.mod(days, WEEK)) else 1.0


def median_days(days: pd.Series, step: float) -> float:
    """Median of durations; interpolated within the week, as the model's is, where they are noted in weeks. [days]."""
    return grouped_median(days.dropna().to_numpy() / step) * step if step == WEEK else float(days.median())
