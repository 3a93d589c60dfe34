"""How often a target is reached: shares of runs, by luck, and over plausible worlds by what is assumed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy

from sim.measures.words import amount, listed, title_of
from sim.scenario.errors import InputError
from sim.scenario.measures import MEASURES, check_measure
from sim.studies.statistics import ALPHA

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

_WRITTEN = re.compile(r"\s*(?P<name>[a-z_]+)\s*(?P<sign>>=|<=)\s*(?P<value>[-+0-9.e_]+)\s*(?P<percent>%?)\s*")
NO_FORECAST = (
    "A share of runs is a probability within the model and its assumptions only; it is no forecast of your company."
)


@dataclass(frozen=True, slots=True)
class Target:
    """A level of a measure that is to be reached.

    Attributes:
        measure: Of `sim.scenario.measures.MEASURES`.
        sign: 1 for at least, -1 for at most.
        value: The level, in the measure's unit.
    """

    measure: str
    sign: int
    value: float

    @classmethod
    def read(cls, text: str) -> Target:
        """Read `MEASURE>=VALUE` or `MEASURE<=VALUE`; a share may be written with %. InputError if it is neither."""
        match = _WRITTEN.fullmatch(text)
        try:
            value = float(match["value"]) if match else np.nan
        except ValueError:
            value = np.nan
        if match is None or not np.isfinite(value):
            raise InputError(f'--target "{text}": write MEASURE>=VALUE or MEASURE<=VALUE, such as bookings>=60e6')
        check_measure(match["name"])
        share = MEASURES[match["name"]].unit == "share"
        if match["percent"] and not share:
            raise InputError(f'--target "{text}": {match["name"]} is no share, so it takes no %')
        return cls(match["name"], 1 if match["sign"] == ">=" else -1, value / 100.0 if match["percent"] else value)

    def reached(self, values: np.ndarray) -> np.ndarray:
        """Whether each value reaches it; what could not be measured does not. [values]."""
        return np.asarray(self.sign * values >= self.sign * self.value)

    def words(self, currency: str) -> str:
        """Say it, such as "bookings of at least 60 million USD"."""
        measure = MEASURES[self.measure]
        level = amount(self.value, measure.unit, currency)
        return f"{measure.label.lower()} of at {'least' if self.sign > 0 else 'most'} {level}"


def reached_frame(
    per_seed: pd.DataFrame, targets: Sequence[Target], by_world: Mapping[str, pd.DataFrame] | None = None
) -> pd.DataFrame:
    """Count how often each case reaches each target.

    Args:
        per_seed: case, seed, measure, value; of the scenario as it is.
        targets: What is to be reached.
        by_world: The same of each plausible world, by its name.

    Returns:
        A row for a target and a case: `measure`, `sign`, `value`, `case`, `runs`, `share`, the ends `low`, `high` of
        its Wilson interval, and least, middle and greatest share of a world's runs (NaN without worlds).
    """
    import pandas as pd  # noqa: PLC0415 - slow to import

    rows = []
    for target in targets:
        shares = {world: _shares(frame, target) for world, frame in (by_world or {}).items()}
        for case, hits in _hits(per_seed, target).items():
            ends = scipy.stats.binomtest(int(hits.sum()), len(hits)).proportion_ci(1.0 - ALPHA, method="wilson")
            over = [share[case] for share in shares.values()]
            spread = np.quantile(over, (0.0, 0.5, 1.0)) if over else (np.nan,) * 3
            rows.append(
                (target.measure, target.sign, target.value, case, len(hits), hits.mean(), ends.low, ends.high, *spread)
            )
    columns = ["measure", "sign", "value", "case", "runs", "share", "low", "high", "least", "middle", "greatest"]
    return pd.DataFrame(rows, columns=columns)


def _hits(per_seed: pd.DataFrame, target: Target) -> dict[str, np.ndarray]:
    rows = per_seed[per_seed["measure"] == target.measure]
    return {str(case): target.reached(part["value"].to_numpy()) for case, part in rows.groupby("case", sort=False)}


def _shares(per_seed: pd.DataFrame, target: Target) -> dict[str, float]:
    return {case: float(hits.mean()) for case, hits in _hits(per_seed, target).items()}


def each_target(reached: pd.DataFrame) -> Iterator[tuple[Target, pd.DataFrame]]:
    """Give each target of `reached_frame` with its rows."""
    for _, rows in reached.groupby(["measure", "sign", "value"], sort=False):
        first = rows.iloc[0]
        yield Target(str(first["measure"]), int(first["sign"]), float(first["value"])), rows


def sentences(reached: pd.DataFrame, currency: str) -> list[str]:
    """Say for each target how often each case reaches it, and within what it lies over plausible worlds."""
    said = [
        f"A target of {target.words(currency)} is reached {listed([_clause(row) for row in rows.to_dict('records')])}."
        for target, rows in each_target(reached)
    ]
    return [*said, NO_FORECAST] if said else []


def _clause(row: Mapping[Any, Any]) -> str:
    text = f"in {row['share']:.0%} of {row['runs']:.0f} runs ({row['low']:.0%} to {row['high']:.0%})"
    if np.isfinite(row["middle"]):
        ends = f"{row['least']:.0%} to {row['greatest']:.0%}"
        text += f", in {ends} of those of a plausible world (middle {row['middle']:.0%})"
    return f"by {title_of(str(row['case'])).lower()} {text}"
