"""What a point is held against: matched rows of the table of responses (V1), and levels of the baseline (R1).

The rows held aside are read in the same way, to judge what was found; no stage of a match asks for them.

How far a value may lie outside its range before the model is at fault was fixed before anything was run: on the
logarithm of a level .10, on an answer .02 or a quarter of the range, whichever is more (Vernon, Goldstein and Bower,
Bayesian Analysis 5 (2010) 619-670, call it model discrepancy).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy

from sim.engine.world import World
from sim.studies.cases import AS_IS
from sim.studies.statistics import ALPHA
from tests.patterns.making.changes import BANDS, trials
from tests.patterns.making.paired import over, stacked
from tests.patterns.making.ranges import LABELS, TARGETS
from tests.patterns.making.responses import jackknife, rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sim.studies.cases import Case
    from tests.patterns.making.paired import Outcome, Trial
    from tests.patterns.making.responses import Means

ON_LEVELS = 0.10  # model discrepancy on the logarithm of a level
ON_ANSWERS = 0.02  # least model discrepancy of an answer, in its unit
OF_RANGE = 0.25  # or this part of its range

Runs = dict[str, dict[str, dict[str, Any]]]
"""Readings of one seed by trial, case and name."""


@dataclass(frozen=True, slots=True)
class Output:
    """One number of a point and the range it is held against.

    Attributes:
        id: Of its row, such as "3 none", or "level: win rate".
        what: In words.
        trial: Key of the trial it is read in.
        value: Computes it from means over seeds.
        low, high: Range; on the logarithm for levels. None: no such end.
        discrepancy: By how much the model itself may be wrong, on the same scale.
        logarithmic: Whether it is a level, compared on the logarithm.
    """

    id: str
    what: str
    trial: str
    value: Callable[[Means], float]
    low: float | None
    high: float | None
    discrepancy: float
    logarithmic: bool = False

    def of(self, outcome: Outcome, *, error: bool = True) -> tuple[float, float]:
        """Compute it on the scale of its range, with its standard error over seeds if wanted; nan if it cannot be."""
        with np.errstate(all="ignore"):
            try:
                if not error:
                    return self._scaled(_means(outcome)), math.nan
                value, low, high, n = jackknife(self._scaled, outcome)
            except (ArithmeticError, ValueError, np.linalg.LinAlgError):
                return math.nan, math.nan
        return value, (high - low) / 2.0 / float(scipy.stats.t.ppf(1.0 - ALPHA / 2.0, n - 1)) if n > 1 else math.nan

    def _scaled(self, means: Means) -> float:
        value = self.value(means)
        return float(np.log(value)) if self.logarithmic else value

    def outside(self, value: Any) -> Any:
        """How far a value lies outside the range, on its scale; 0 inside. Works on arrays."""
        below = 0.0 if self.low is None else np.maximum(self.low - value, 0.0)
        above = 0.0 if self.high is None else np.maximum(value - self.high, 0.0)
        return below + above


def _means(outcome: Outcome) -> Means:
    return {case: {name: values.mean(0) for name, values in one.items()} for case, one in outcome.items()}


@cache
def outputs(*, held: bool = False) -> tuple[Output, ...]:
    """List everything a point is held against, or the rows held aside; what a band sets is no part of a point."""
    answers = [
        Output(row.id, row.what, row.trial, row.value, row.low, row.high, _discrepancy(row.low, row.high))
        for row in rows()
        if (not row.matched if held else row.matched and row.trial not in BANDS.values())
    ]
    levels = [
        Output(
            f"level: {LABELS[one.measure]}", f"{LABELS[one.measure]} of the baseline ({one.evidence})", "baseline",
            _level(one.measure), math.log(one.range[0]), math.log(one.range[1]), ON_LEVELS, logarithmic=True,
        )
        for one in TARGETS if one.scenario == "baseline" and not held
    ]  # fmt: skip
    return (*answers, *levels)


def _discrepancy(low: float | None, high: float | None) -> float:
    return ON_ANSWERS if low is None or high is None else max(ON_ANSWERS, OF_RANGE * (high - low))


def _level(measure: str) -> Callable[[Means], float]:
    return lambda means: float(means[AS_IS][measure])


class _Noting(dict[str, Any]):
    """Means of one case that note which readings are asked for."""

    def __init__(self, known: dict[str, Any], noted: set[str]) -> None:
        super().__init__(known)
        self._noted = noted

    def __getitem__(self, name: str) -> Any:
        self._noted.add(name)
        return super().__getitem__(name)


@dataclass(frozen=True)
class Needed:
    """A trial with only the cases that are needed, and what is read of each.

    Attributes:
        trial: The trial.
        readings: Names by case.
    """

    trial: Trial
    readings: Mapping[str, frozenset[str]]

    def run(self, cases: Sequence[Case], seed: int) -> dict[str, dict[str, Any]]:
        """Run every case for a seed, and read of it what is needed."""
        base = self._begin(cases[0], seed)
        found = {}
        for case in cases:
            if case.name not in self.readings:
                continue
            apart = self.trial.from_start and case.name != AS_IS
            world = self._begin(case, seed) if apart else base.fork(case.overrides)
            for spec in () if apart else case.interventions:
                world.plan(spec)
            world.advance(self.trial.weeks)
            found[case.name] = {name: self.trial.readings[name](world) for name in self.readings[case.name]}
        return found

    def _begin(self, case: Case, seed: int) -> World:
        return World.begin(case.scenario, seed, self.trial.weeks, deals=False, tables=self.trial.tables)


@cache
def needed(*, held: bool = False) -> dict[str, Needed]:
    """Give the trials with only the cases and readings that some output asks for, found by asking for each once."""
    import threading  # noqa: PLC0415 - once

    never = threading.Event()
    asked: dict[str, dict[str, set[str]]] = {}
    whole = {key: trials()[key] for key in dict.fromkeys(one.trial for one in outputs(held=held))}
    whole["baseline"] = replace(
        whole["baseline"], readings={**whole["baseline"].readings, **{name: over(name) for name in LABELS}}
    )
    for key, trial in whole.items():
        found = stacked([trial.resolved().run(0, never)])
        noted: dict[str, set[str]] = {case: set() for case in found}
        means = {
            case: _Noting({name: values[0] for name, values in one.items()}, noted[case]) for case, one in found.items()
        }
        with np.errstate(all="ignore"):
            for one in outputs(held=held):
                if one.trial == key:
                    one.value(means)  # type: ignore[arg-type]  # a dict that notes
        asked[key] = {case: names for case, names in noted.items() if names}
    return {
        key: Needed(
            replace(trial, cases={case: change for case, change in trial.cases.items() if case in asked[key]}),
            {case: frozenset(names) for case, names in asked[key].items()},
        )
        for key, trial in whole.items()
    }


def evaluated(runs: Sequence[Runs], *, errors: bool = True, held: bool = False) -> dict[str, tuple[float, float]]:
    """Compute every output of a place, by id, with its standard error if wanted, from the readings of its seeds."""
    outcomes = {key: stacked([run[key] for run in runs]) for key in runs[0]}
    return {one.id: one.of(outcomes[one.trial], error=errors) for one in outputs(held=held)}
