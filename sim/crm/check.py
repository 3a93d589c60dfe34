"""Model against data: the measures of an export beside those of the as-is case."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.scenario.measures import MEASURES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from sim.crm.load import CrmData
    from sim.crm.moments import Moment
    from sim.scenario.schema import DataCheckSpec

TOLERANCE = 0.1  # relative distance between model and data that counts as agreeing. [share]
COLUMNS = ("measure", "unit", "data", "model", "low", "high", "difference", "fitted", "verdict")


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


def targets(data: CrmData) -> list[ExportTarget]:
    """Give what the export says about measures of the model, as far as it says anything.

    Like is compared with like: an export without a stage for no decision has it among the lost, so the model's win
    rate counts all opportunities that were worked to an end, and not the disqualified, which no export closes.
    """
    moments = data.moments
    asked = [
        _target("win_rate_qualified", moments.win_rate_full_quarters, fitted=True),
        _target("cycle_closed_days", moments.cycle_median_full_quarters_days, fitted=True),
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


def check_table(checks: Iterable[ExportTarget | DataCheckSpec], means: Mapping[str, float]) -> pd.DataFrame:
    """Put the model, the mean of each measure in the as-is case, beside what the data say.

    Returns:
        Columns `COLUMNS`, one row for each check; values in the unit of the measure, difference relative to the data.
    """
    import pandas as pd  # noqa: PLC0415 - slow to import

    return pd.DataFrame([_row(check, means.get(check.name, math.nan)) for check in checks], columns=list(COLUMNS))


def _row(check: ExportTarget | DataCheckSpec, model: float) -> tuple[Any, ...]:
    if isinstance(check, ExportTarget):
        data, (low, high) = check.value, check.limits
    else:
        data, low, high = check.target, check.low, check.high
    verdict = "agrees" if low <= model <= high else "differs"
    difference = model / data - 1.0 if data else math.nan
    unit = check.unit or MEASURES[check.name].unit
    return check.name, unit, data, model, low, high, difference, check.fitted, verdict


def check_texts(table: pd.DataFrame) -> pd.DataFrame:
    """Write a table of `check_table` in texts: Measure, Data, Model, Difference, Agrees within, Verdict."""
    import pandas as pd  # noqa: PLC0415 - as above

    rows = table.to_dict("records")
    return pd.DataFrame(
        {
            "Measure": [f"{MEASURES[str(row['measure'])].label} ({row['unit']})" for row in rows],
            "Data": [_number(row["data"]) for row in rows],
            "Model": [_number(row["model"]) for row in rows],
            "Difference": [f"{row['difference']:+.1%}" if math.isfinite(row["difference"]) else "-" for row in rows],
            "Agrees within": [f"{_number(row['low'])} to {_number(row['high'])}" for row in rows],
            "Verdict": [f"{row['verdict']} ({'fitted' if row['fitted'] else 'not fitted'})" for row in rows],
        }
    )


def _number(value: float) -> str:
    if not math.isfinite(value):
        return "-"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
