"""Momentum over years, from weekly bookings of many runs: acceleration, echo and multiplier of a pulse, coasting.

Source of the reading of a multiplier: a loop that returns the share R of what is put into it returns R / (1 - R) over
all its turns (the sum of a geometric series); where the base grows, the multiplier grows with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents.machinery.clock import WEEKS_PER_QUARTER, WEEKS_PER_YEAR

if TYPE_CHECKING:
    from sim.measures.weekly import Floats

EARLY, MIDDLE, LATE = (1, 2), (3, 4), (5, 6)
"""Years between whose mean bookings acceleration is measured."""

WEEKS = LATE[1] * WEEKS_PER_YEAR
"""Weeks of a run it takes. [weeks]"""


def of_years(bookings: Floats, years: tuple[int, int]) -> Floats:
    """Bookings a year in the mean of some years, the first and the last of them from 1. [runs, weeks] -> [runs]."""
    first, last = years
    mean: Floats = WEEKS_PER_YEAR * bookings[:, (first - 1) * WEEKS_PER_YEAR : last * WEEKS_PER_YEAR].mean(axis=1)
    return mean


def acceleration(bookings: Floats, early: tuple[int, int] = EARLY, late: tuple[int, int] = LATE) -> Floats:
    """Growth of bookings between two spans of years, as a rate a year.

    Args:
        bookings: Orders of each week. [runs, weeks]
        early: First and last year of the earlier span.
        late: Of the later span.

    Returns:
        ln(bookings late / bookings early) / years between their middles; not a number where there were none.
        [runs, 1 / year]
    """
    gap = (sum(late) - sum(early)) / 2.0
    before, after = of_years(bookings, early), of_years(bookings, late)
    both = (before > 0.0) & (after > 0.0)
    ratio = np.divide(after, before, out=np.ones(len(bookings)), where=both)
    rates: Floats = np.where(both, np.log(ratio) / gap, np.nan)
    return rates


def echoes(pulsed: Floats, twin: Floats) -> Floats:
    """What a pulse adds to bookings of each whole year, as a share of the twins' mean in it. [runs, years].

    Args:
        pulsed: Orders of each week after the pulse. [runs, weeks]
        twin: Orders without it, of the same luck. [runs, weeks]
    """
    years = twin.shape[1] // WEEKS_PER_YEAR
    weeks = years * WEEKS_PER_YEAR
    added = (pulsed - twin)[:, :weeks].reshape(len(twin), years, WEEKS_PER_YEAR).sum(axis=2)
    usual = twin[:, :weeks].reshape(len(twin), years, WEEKS_PER_YEAR).sum(axis=2).mean(axis=0)
    shares: Floats = np.divide(added, usual, out=np.full(added.shape, np.nan), where=usual > 0.0)
    return shares


def multiplier(pulsed: Floats, twin: Floats, value: Floats, weeks: int) -> Floats:
    """Bookings a pulse has added up to a week, for each unit of it. [runs].

    Args:
        pulsed: Orders of each week after the pulse. [runs, weeks]
        twin: Orders without it, of the same luck. [runs, weeks]
        value: Value of the pulse. [runs, currency / year]
        weeks: Weeks after the pulse that count.
    """
    gained: Floats = (pulsed - twin)[:, :weeks].sum(axis=1) / value
    return gained


def coasting_week(stopped: Floats, twin: Floats) -> float:
    """First week whose last 13 weeks bring less than half of what the twins have; their number of weeks if none does.

    Args:
        stopped: Orders of each week after everything that drives the wheel was stopped. [runs, weeks]
        twin: Orders where nothing was. [runs, weeks]
    """
    quarter = np.ones(WEEKS_PER_QUARTER)
    left = np.convolve(stopped.mean(axis=0), quarter, "valid")
    usual = np.convolve(twin.mean(axis=0), quarter, "valid")
    below = np.flatnonzero(left < usual / 2.0)
    return float(below[0] + WEEKS_PER_QUARTER) if len(below) else float(twin.shape[1])
