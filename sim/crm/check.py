"""Model against data: the measures of an export beside those of the as-is case."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.scenario.measures import MEASURES
from sim.studies.statistics import mean_interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd
    from numpy.typing import ArrayLike

    from sim.crm.load import CrmData
    from sim.crm.moments import Moment
    from sim.scenario.schema import DataCheckSpec

TOLERANCE = 0.1  # relative distance between model and data that counts as agreeing. [share]
COLUMNS = (
    "measure", "unit", "data", "model", "mean_low", "mean_high", "spread_low", "spread_high", "low", "high",
    "difference", "fitted", "verdict",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ExportTarget:
    """A measure of the export that the model has too."""

    name: str  # measure of a run, see `sim.scenario.measures.MEASURES`
    value: float  # what the export says, in the measure's unit
    fitted: bool  # whether a parameter is solved to meet it; the others are a test of the model
    source: str  # the rows and how it was taken

    @property
    def unit(self) -> str:
        """Unit of the measure."""
        return MEASURES[self.name].unit

    @property
    def limits(self) -> tuple[float, float]:
        """Least and largest value of the model that agrees."""
        return self.value * (1.0 - TOLERANCE), self.value * (1.0 + TOLERANCE)


def targets(data: CrmData, *, reorders: bool = False) -> list[ExportTarget]:
    """Give what the export says about measures of the model, as far as it says anything.

    Like is compared with like: an export without a stage for no decision has it among the lost, so the model's win
    rate counts all opportunities that were worked to an end, and not the disqualified, which no export closes. With
    `reorders` the median of all cycles, which lies where few end, is not fitted.
    """
    moments = data.moments
    asked = [
        _target("win_rate_qualified", moments.win_rate_full_quarters, fitted=True),
        _target("cycle_closed_days", moments.cycle_median_full_quarters_days, fitted=not reorders),
        _target("won_per_year", moments.wins_per_quarter, fitted=True, times=4.0),
        _target("bookings_per_quarter", moments.bookings_per_quarter, fitted=True),
        _target("cycle_days", moments.cycle_won_days),
        _target("top20_share", moments.top_fifth_share),
    ]
    if not data.opportunities["outcome"].isin(["lost", "no_decision"]).any():
        asked = asked[1:]  # everything that is closed was won, so the rate says nothing
    return [target for target in asked if math.isfinite(target.value) and target.value > 0.0]


def _target(name: str, moment: Moment, *, fitted: bool = False, times: float = 1.0) -> ExportTarget:
    return ExportTarget(name, moment.value * times, fitted, f"{moment.rows:,} rows; {moment.source}")


def check_table(checks: Iterable[ExportTarget | DataCheckSpec], values: Mapping[str, ArrayLike]) -> pd.DataFrame:
    """Put the model, each measure of the as-is case by seed, beside what the data say.

    A measure agrees where the 95% interval of its mean over seeds lies within the limits, and so will the mean over
    other seeds; it differs where that lies outside, and cannot be told from either in between. One value alone is
    judged by itself.

    Args:
        checks: What the data say.
        values: Values of each measure, one a seed, in the measure's unit.

    Returns:
        Columns `COLUMNS`, one row for each check; values in the unit of the measure, difference relative to the data.
        The model's mean, the ends of its 95% interval, and of the middle 95% of seeds.
    """
    import pandas as pd  # noqa: PLC0415 - slow to import

    rows = [_row(check, np.atleast_1d(np.asarray(values.get(check.name, math.nan), dtype=float))) for check in checks]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(check: ExportTarget | DataCheckSpec, values: np.ndarray) -> tuple[Any, ...]:
    if isinstance(check, ExportTarget):
        data, (low, high) = check.value, check.limits
    else:
        data, low, high = check.target, check.low, check.high
    mean = mean_interval(values)
    ends = (mean.low, mean.high) if mean.n > 1 else (mean.mean, mean.mean)
    within = [low <= end <= high for end in ends]
    touches = any(within) or ends[0] < low <= high < ends[1]
    verdict = "agrees" if all(within) else "cannot be told" if touches else "differs"
    spread = np.quantile(values, [0.025, 0.975]) if np.isfinite(values).all() else (math.nan, math.nan)
    difference = mean.mean / data - 1.0 if data else math.nan
    unit = check.unit or MEASURES[check.name].unit
    return (
        check.name, unit, data, mean.mean, *ends, *map(float, spread), low, high, difference, check.fitted, verdict
    )  # fmt: skip


def check_texts(table: pd.DataFrame) -> pd.DataFrame:
    """Write a table of `check_table` in texts: Measure, Data, Model, 95% of seeds, Difference and so on."""
    import pandas as pd  # noqa: PLC0415 - as above

    rows = table.to_dict("records")
    return pd.DataFrame(
        {
            "Measure": [f"{MEASURES[str(row['measure'])].label} ({row['unit']})" for row in rows],
            "Data": [_number(row["data"]) for row in rows],
            "Model": [_number(row["model"]) for row in rows],
            "95% of seeds": [f"{_number(row['spread_low'])} to {_number(row['spread_high'])}" for row in rows],
            "Difference": [_difference(row) for row in rows],
            "Agrees within": [f"{_number(row['low'])} to {_number(row['high'])}" for row in rows],
            "Verdict": [f"{row['verdict']} ({'fitted' if row['fitted'] else 'not fitted'})" for row in rows],
        }
    )


def _difference(row: Mapping[Any, Any]) -> str:
    """Give the model's distance to the data, with the half-width of its interval."""
    if not math.isfinite(row["difference"]):
        return "-"
    half = (row["mean_high"] - row["mean_low"]) / 2.0 / abs(row["data"])
    return f"{row['difference']:+.1%}" + (f" ± {half:.1%}" if half > 0.0 else "")


def _number(value: float) -> str:
    if not math.isfinite(value):
        return "-"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
