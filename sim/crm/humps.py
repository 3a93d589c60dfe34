"""Two humps of cycles: first orders go through the long process, reorders of what is installed through a short one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.crm.assumed import Setting
from sim.crm.durations import WEEK
from sim.measures.whole_run import grouped_median
from sim.scenario.errors import InputError
from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt
    import pandas as pd

    from sim.crm.load import CrmData
    from sim.crm.moments import Moments

LONGER, SHORTER = "cycle_longer_days", "share_of_shorter"
"""Measures of a run that stand for humps: median of the cycles beyond the cut [days], share of the others [share]."""

EFFORT, SHARE = "buyers.reorder_effort", "buyers.reorder_share"


@dataclass(frozen=True, slots=True)
class Humps:
    """Where the cycles of an export gather.

    Attributes:
        short, long: Medians of the shorter and the longer cycles. [days]
        share: Of the shorter among all. [share]
    """

    short: float
    long: float
    share: float

    @classmethod
    def of(cls, moments: Moments) -> Humps | None:
        """Take them from the moments of an export; None where cycles have one hump."""
        short, long = moments.cycle_short_days.value, moments.cycle_long_days.value
        return cls(short, long, moments.cycle_short_share.value) if short < long else None

    @classmethod
    def parted(cls, data: CrmData) -> Humps:
        """Take them from an export that must have two.

        Raises:
            InputError: Its cycles have one hump.
        """
        found = cls.of(data.moments)
        if found is None:
            raise InputError(
                "--reorders takes the shorter of two humps of cycles for reorders, and these have one hump"
            )
        return found

    def settings(self) -> dict[str, Setting]:
        """Give the process of a reorder, and a share of reorders to begin the search with, by dotted name.

        About half of the needs are for what is installed, it is assumed to begin with.
        """
        least = parameter(EFFORT).low or 0.0
        where = f"cycles gather at {self.short:.0f} and {self.long:.0f} days; the shorter are taken for reorders"
        return {
            EFFORT: Setting(max(self.short / self.long, least), where),
            SHARE: Setting(min(2.0 * self.share, 1.0), "trial"),
        }

    def reorders(self, tried: float, found: float) -> Setting:
        """Solve the share of reorders, to which the share of short cycles is in proportion, from one that was tried."""
        value = min(tried * self.share / found, 1.0) if found > 0.0 else 1.0
        most = "; more there cannot be" if value == 1.0 else ""
        what = f"solved for the share of short cycles: data {self.share:.2f}, model {found:.2f} at {tried:.2f}{most}"
        return Setting(value, what)

    def measured(self, days: pd.Series) -> dict[str, float]:
        """Measure the cycles of a run, in whole weeks, as `LONGER` and `SHORTER`; not a number where none is long."""
        longer = days > (self.short + self.long) / 2.0
        median = grouped_median((days[longer] / WEEK).round().to_numpy()) * WEEK
        return {LONGER: median, SHORTER: float(np.mean(~longer))}

    def beside(self, values: Mapping[str, npt.NDArray[np.float64]]) -> str:
        """Put the humps of runs, each measured as `measured`, beside the export in words."""
        long, share = (float(np.mean(values[name])) for name in (LONGER, SHORTER))
        return (
            f"two buying processes: {self.share:.0%} of cycles gather at {self.short:.0f} days and are taken "
            f"for reorders, the others at {self.long:.0f}; in the model {share:.0%} are short, the others at {long:.0f}"
        )
