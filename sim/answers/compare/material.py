"""What a report is made of: plain frames and words, whatever experiment they come from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.scenario.measures import Measure
    from sim.scenario.scenario import Scenario

AS_IS = "as_is"
WEEKS_PER_QUARTER = 13
QUARTERLY = ("bookings", "attainment")
"""Measures of which a figure by quarter is shown."""


@dataclass(frozen=True)
class Material:
    """Everything a comparison's report shows. Frames may be empty; what they would show is then left out.

    Attributes:
        scenario: The organization as it is.
        main: Measure that decides.
        measures: Every measure by name, in the order of the effect table.
        weeks: Weeks compared.
        seeds: Seeds that all cases share.
        weekly: case, week, measure, mean, low, high.
        question: What was asked, one sentence.
        cases: What each case changes, in words, by its name; without `as_is`.
        table: case, measure, mean, low, high.
        effects: case, measure, difference, low, high, relative (to the mean as is), effect_size, share_better.
        per_seed: case, seed, measure, value.
        quarterly: The same by quarter, at its middle week; flows are sums of 13 weeks.
        losses: case, reason, true, reported: share of all losses by reason.
        flips: Examples of opportunities won under one case and not under the other, as the table that is shown.
        flip_reasons: How many part at which point, as the table that is shown.
        drivers: case, factor, contribution, low, high: parts of the difference in bookings, in currency.
        parts: The same for the difference in net contribution.
        worlds: case, world, difference, low, high, verdict of the main measure in plausible worlds; often empty.
        targets: measure, sign, value, case, runs, share, low, high: how often a target is reached; often empty.
        data_check: measure, data, model, low, high, verdict: the as-is case against an export; often empty.
        versions: Version by program.
        command: Command that repeats it.
        failures: What was left out, one sentence each.
        notes: Anything a reader must know, such as that it was stopped early.
        touched: Dotted names of the parameters that a case changes.
        verified: How many checks of the runs themselves hold, one sentence; the report's last line.
    """

    scenario: Scenario
    main: str
    measures: Mapping[str, Measure]
    weeks: int
    seeds: Sequence[int]
    weekly: pd.DataFrame
    question: str = ""
    cases: Mapping[str, Sequence[str]] = field(default_factory=dict)
    table: pd.DataFrame = field(default_factory=pd.DataFrame)
    effects: pd.DataFrame = field(default_factory=pd.DataFrame)
    per_seed: pd.DataFrame = field(default_factory=pd.DataFrame)
    quarterly: pd.DataFrame = field(default_factory=pd.DataFrame)
    losses: pd.DataFrame = field(default_factory=pd.DataFrame)
    flips: pd.DataFrame = field(default_factory=pd.DataFrame)
    flip_reasons: pd.DataFrame = field(default_factory=pd.DataFrame)
    drivers: pd.DataFrame = field(default_factory=pd.DataFrame)
    parts: pd.DataFrame = field(default_factory=pd.DataFrame)
    worlds: pd.DataFrame = field(default_factory=pd.DataFrame)
    targets: pd.DataFrame = field(default_factory=pd.DataFrame)
    data_check: pd.DataFrame = field(default_factory=pd.DataFrame)
    versions: Mapping[str, str] = field(default_factory=dict)
    command: str = ""
    failures: Sequence[str] = ()
    notes: Sequence[str] = ()
    touched: Sequence[str] = ()
    verified: str = ""

    @property
    def all_cases(self) -> list[str]:
        """`as_is` and the others."""
        return [AS_IS, *self.cases]

    @property
    def currency(self) -> str:
        """Label of all amounts."""
        return self.scenario.currency

    def effect(self, case: str, measure: str) -> pd.Series[float]:
        """Give one row of the effects."""
        return _row(self.effects, case, measure)

    def mean(self, case: str, measure: str) -> pd.Series[float]:
        """Give one row of the table of means."""
        return _row(self.table, case, measure)


def _row(table: pd.DataFrame, case: str, measure: str) -> pd.Series[float]:
    return table[(table["case"] == case) & (table["measure"] == measure)].iloc[0]


def middle_week(quarter: pd.Series[int]) -> pd.Series[float]:
    """Give the middle week of each quarter."""
    return quarter * WEEKS_PER_QUARTER + WEEKS_PER_QUARTER / 2


def loss_shares(deals: pd.DataFrame) -> pd.DataFrame:
    """Share of losses by reason, as they truly were and as they were reported; disqualified ones are left out.

    `deals` has a row for each closed opportunity: case, outcome, true_reason, reported_reason.
    """
    lost = deals[(deals["outcome"] != "won") & ~deals["true_reason"].isin(["disqualified", "none"])]
    parts = []
    for case, rows in lost.groupby("case", sort=False, observed=True):
        counts = {name: rows[f"{name}_reason"].astype(str).value_counts() for name in ("true", "reported")}
        reasons = sorted({*counts["true"].index, *counts["reported"].index})
        shares = {name: count.reindex(reasons, fill_value=0) / len(rows) for name, count in counts.items()}
        parts.append(pd.DataFrame(shares).rename_axis("reason").reset_index().assign(case=case))
    columns = ["case", "reason", "true", "reported"]
    return pd.concat(parts)[columns] if parts else pd.DataFrame(columns=columns)
