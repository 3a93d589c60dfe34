"""Momentum of the flywheels in one run: stage indices, speed, and friction by cause, from the weekly measures alone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from agents.machinery.clock import WEEKS_PER_QUARTER, WEEKS_PER_YEAR
from agents.machinery.formulas import forgetting, half_saturated
from agents.machinery.rule import uncompiled
from sim.measures.weekly import Floats, by_week
from sim.scenario.measures import WEEKLY_MEASURES

if TYPE_CHECKING:
    import pandas as pd

    from agents.machinery.record import Rows
    from sim.engine.world import World
    from sim.scenario.scenario import Scenario

STAGES: dict[str, tuple[tuple[str, str], ...]] = {
    "sales": (
        ("capability", "worth_of_conversations"),
        ("experience", "learned_by_buyers"),
        ("access", "engagement"),
        ("preference", "bookings"),
        ("results", "results"),
    ),
    "leader": (
        ("vision believed", "vision_credibility"),
        ("goals understood", "goal_clarity"),
        ("new behaviour", "method"),
        ("potential in use", "potential_in_use"),
        ("growth", "bookings"),
    ),
    "evil": (
        ("wrong picture", "perception_error"),
        ("target gap", "target_gap"),
        ("attainment", "attainment"),
        ("distrust", "distrust"),
        ("false reports", "false_reports"),
        ("control", "prescriptiveness"),
        ("overlays", "specialists"),
        ("coordination", "hours_coordination"),
        ("customer time", "customer_hours"),
    ),
}
"""Name and weekly measure of each stage of each flywheel; those of the sales flywheel are flows of the whole force."""

SPEED = {"sales": "bookings", "leader": "bookings", "evil": "hours_coordination"}
"""Weekly measure that is the speed of each flywheel: orders; of the vicious one, what it takes from customers."""

CAUSES = ("coordination", "forgetting", "distrust", "churn", "misalignment", "waiting")
"""Causes of friction."""


def series(weekly: Rows, name: str) -> Floats:
    """A weekly measure, attainment over the last 13 weeks; 0 where there is nothing to divide by. [weeks]."""
    if name == "attainment":
        return _ratio(_last_quarter(weekly["bookings"]), _last_quarter(weekly["quota"]))
    return by_week(weekly, WEEKLY_MEASURES[name], nothing=0.0)


@dataclass(frozen=True)
class Momentum:
    """What a run shows of its flywheels."""

    weekly: Rows  # weekly measures, burn-in included. [weeks]
    first: int  # row of week 0
    scenario: Scenario  # what was assumed

    @classmethod
    def of(cls, world: World) -> Momentum:
        """Look at a world's run so far."""
        return cls(world.weekly(-world.burn_in), world.burn_in, world.scenario)

    def indices(self, loop: str) -> pd.DataFrame:
        """Stages of a flywheel relative to the last 13 weeks of the burn-in, as means of 13 weeks. [weeks x stages].

        Where that mean is 0 there is no index, and the column is not a number.
        """
        import pandas as pd  # noqa: PLC0415 - slow to import, and batches do without

        columns = {name: self._index(column)[self.first :] for name, column in STAGES[loop]}
        return pd.DataFrame(columns).rename_axis("week")

    def latest(self, loop: str) -> dict[str, float]:
        """Index of each stage in the last week there is, as `indices` has it; before week 0, of the burn-in's last."""
        return {name: float(self._index(column)[-1]) for name, column in STAGES[loop]}

    def _index(self, column: str) -> Floats:
        values = series(self.weekly, column)
        base = float(values[max(0, self.first - WEEKS_PER_QUARTER) : self.first].mean()) if self.first else 0.0
        return (values if column == "attainment" else _last_quarter(values)) / (base or math.nan)

    def levels(self, loop: str) -> Floats:
        """Speed of a flywheel relative to the last 13 weeks of the burn-in, as means of 13 weeks. [weeks]."""
        return self._index(SPEED[loop])[self.first :]

    def latest_level(self, loop: str) -> float:
        """The last of `levels`; before week 0, 1."""
        return float(self._index(SPEED[loop])[-1])

    def table(self, loop: str) -> Floats:
        """Index of each stage in every week, the burn-in's among them. [weeks, stages]."""
        return np.column_stack([self._index(column) for _, column in STAGES[loop]])

    @cached_property
    def speed(self) -> dict[str, float]:
        """Growth a year of each flywheel's speed, from the last 13 weeks of the burn-in to now.

        Returns:
            (last 13 weeks / last 13 weeks of the burn-in) ** (52 / weeks between) - 1, by flywheel. [share / year]
        """
        return {loop: self._growth(column) for loop, column in SPEED.items()}

    def _growth(self, column: str) -> float:
        values, weeks = series(self.weekly, column), len(self.weekly) - self.first
        if weeks < WEEKS_PER_QUARTER or self.first == 0:
            return math.nan
        before = float(values[max(0, self.first - WEEKS_PER_QUARTER) : self.first].mean())
        now = float(values[-WEEKS_PER_QUARTER:].mean())
        return math.nan if before <= 0.0 else max(now, 0.0) ** (52.0 / weeks) / before ** (52.0 / weeks) - 1.0

    def speeds(self, loop: str) -> Floats:
        """Growth of a flywheel's speed: the year up to each week against the year before it. [weeks].

        Where the record does not go back two years, the weeks it has a year later against the same weeks a year ago,
        a quarter at least. Not a number where there are fewer, nor where there was nothing then.
        """
        return self._yearly(loop)[self.first :]

    def latest_speed(self, loop: str) -> float:
        """The last of `speeds`; before week 0, that of the burn-in's last week. [share / year]."""
        return float(self._yearly(loop)[-1])

    def _yearly(self, loop: str) -> Floats:
        values = series(self.weekly, SPEED[loop])
        growth = np.full(len(values), np.nan)
        sums = np.r_[0.0, np.cumsum(values)]
        ends = np.arange(WEEKS_PER_YEAR + WEEKS_PER_QUARTER, len(values) + 1)
        weeks = np.minimum(ends - WEEKS_PER_YEAR, WEEKS_PER_YEAR)
        now, then = sums[ends] - sums[ends - weeks], sums[ends - WEEKS_PER_YEAR] - sums[ends - WEEKS_PER_YEAR - weeks]
        growth[ends - 1] = np.divide(now, then, out=np.full(len(ends), np.nan), where=then > 0.0) - 1.0
        return growth

    @cached_property
    def friction(self) -> pd.DataFrame:
        """Hours that turn nothing, by cause. [weeks x causes, hours / rep / week].

        coordination: hours of staying in step with colleagues.
        forgetting: (training + coaching) x fading / (fading + rise of method): what only replaces what was forgotten;
            fading = ln 2 / half-life x (1 - reinforcement x coached) x (method - untrained method).
        distrust: inspection + reporting x (1 - honesty): control, and reports that are not true.
        churn: customer hours x contract value lost / won, at most all: what only wins again what was lost.
        misalignment: hours for opportunities x lead of the logged stage x its cost in value.
        waiting: hours for opportunities x hours specialists owe x cost of waiting x deals with a specialist, estimated
            as channels / open opportunities, at most 1.
        """
        import pandas as pd  # noqa: PLC0415 - as above

        table = {name: hours[self.first :] for name, hours in self._hours().items()}
        return pd.DataFrame(table).rename_axis("week")

    def latest_friction(self, weeks: int) -> dict[str, float]:
        """Mean of `friction` over the last weeks, the burn-in's among them. [hours / rep / week]."""
        return {name: float(hours[-weeks:].mean()) for name, hours in self._hours().items()}

    def _hours(self) -> dict[str, Floats]:
        rows = self.weekly
        waiting = rows["waiting"] * np.minimum(1.0, _ratio(rows["channels"], rows["opportunities"]))
        gone = np.minimum(1.0, _ratio(_last_quarter(rows["churned"]), _last_quarter(rows["bookings"])))
        lead = self._number("enablement.misalignment_cost") * rows["misalignment"]
        cost = self._number("structure.waiting_cost") * self._number("mechanisms.waiting")
        causes = (
            rows["hours_coordination"],
            (rows["hours_training"] + rows["hours_coaching"]) * self._replaced(),
            rows["hours_inspection"] + rows["hours_reporting"] * (1.0 - rows["honesty"]),
            series(rows, "customer_hours") * gone,
            rows["hours_opportunities"] * lead,
            rows["hours_opportunities"] * cost * waiting,
        )
        return dict(zip(CAUSES, causes, strict=True))

    def _replaced(self) -> Floats:
        """Part of learning that only makes up for forgetting. [weeks, share]."""
        method, hours = self.weekly["method"], self.weekly["hours_coaching"]
        coached = uncompiled(half_saturated)(hours, self._number("training.coaching_half_hours"))
        half_life, decays = self._number("training.half_life_months"), self._number("mechanisms.training_decay")
        gone = uncompiled(forgetting)(half_life, decays, self._number("training.reinforcement"), coached)
        gone *= np.maximum(0.0, method - self._number("capabilities.untrained_method"))
        rise = _last_quarter(np.diff(method, prepend=method[:1]))
        return _ratio(gone, gone + np.maximum(0.0, rise))

    def _number(self, dotted: str) -> float:
        return float(self.scenario[dotted])


def _ratio(part: Rows, whole: Rows) -> Floats:
    """Divide; 0 where there is nothing to divide by."""
    return np.divide(part, whole, out=np.zeros(len(whole)), where=whole > 0)


def _last_quarter(values: Rows) -> Floats:
    """Mean of the last 13 weeks, of as many as there are at first. [weeks]."""
    sums = np.cumsum(values, dtype=float)
    sums[WEEKS_PER_QUARTER:] -= sums[:-WEEKS_PER_QUARTER].copy()
    means: Floats = sums / np.minimum(np.arange(1, len(values) + 1), WEEKS_PER_QUARTER)
    return means
