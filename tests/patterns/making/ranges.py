"""Pattern R1: one evidence row per measure and scenario, and whether the model's mean lies in its range."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.engine.world import World
from sim.measures.whole_run import summary_of
from sim.measures.words import digits
from sim.scenario.errors import InputError
from sim.scenario.evidence import evidence_row
from sim.scenario.measures import MEASURES
from sim.scenario.scenario import Scenario
from sim.studies.executor import Batch, RunStopped
from sim.studies.statistics import Interval, mean_interval

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping, Sequence

    from sim.scenario.evidence import Row
    from sim.studies.statistics import Floats

SEEDS = 200
"""Seeds 0 to 199, the same in every scenario."""

PHASES = ("pmf", "gtm_fit", "scale")
BANDS = ("under_15k", "15k_to_50k", "over_50k")
SCENARIOS = ("baseline", *(f"{phase}_{band}" for phase in PHASES for band in BANDS))
"""What is validated: the baseline and the nine cells of phase and ACV band."""

LABELS = {
    "win_rate": "win rate",
    "no_decision_rate": "no decision",
    "cycle_days": "cycle",
    "share_at_quota": "share of reps at quota",
    "top20_share": "top-20% share of revenue",
    "selling_share": "selling share of time",
    "turnover": "turnover",
    "cost_of_new_value": "sales cost per unit of new value",
}
"""Measures of a run that have evidence, with their names in the table."""

_EVERYWHERE = {
    "no_decision_rate": "WIN-14",
    "share_at_quota": "QUO-01",
    "top20_share": "STA-04",
    "selling_share": "TIM-08",
    "turnover": "TUR-01",
}
_BY_BAND = {
    "under_15k": {"win_rate": "WIN-03", "cycle_days": "CYC-01"},
    "15k_to_50k": {"win_rate": "WIN-04", "cycle_days": "CYC-02"},
    "over_50k": {"win_rate": "WIN-05", "cycle_days": "CYC-03"},
}
_AT_SCALE = {"cost_of_new_value": "DER-08"}
_BASELINE = {"win_rate": "WIN-01", "cycle_days": "CYC-02"}

Values = dict[str, dict[str, "Floats"]]
"""Measures by scenario and name, one value a seed. [seeds]"""


@dataclass(frozen=True, slots=True)
class Target:
    """One named row of R1: a measure of a scenario and the evidence it is held against.

    Attributes:
        scenario, measure: Which number of which shipped scenario.
        evidence: Row of the evidence table that gives the range.
    """

    scenario: str
    measure: str
    evidence: str

    @property
    def name(self) -> str:
        """Such as "baseline: win rate (WIN-01)"."""
        return f"{self.scenario}: {LABELS[self.measure]} ({self.evidence})"

    @property
    def range(self) -> tuple[float, float]:
        """Least and greatest value that count as inside, in the unit of the measure.

        Raises:
            ValueError: The evidence row has no range.
        """
        row = evidence_row(self.evidence)
        if row.low is None or row.high is None:
            raise ValueError(f"{self.evidence} gives no range to validate with")
        return row.low, row.high


@dataclass(frozen=True, slots=True)
class Verdict:
    """A target, what the model gives, and how far off that is.

    Attributes:
        target: What was asked.
        found: Mean over seeds with its 95% interval.
    """

    target: Target
    found: Interval

    @property
    def evidence(self) -> Row:
        """The row of the evidence table."""
        return evidence_row(self.target.evidence)

    @property
    def miss(self) -> float:
        """How far the mean lies above (+) or below (-) the range; 0 inside, nan without a value."""
        low, high = self.target.range
        mean = self.found.mean
        return math.nan if math.isnan(mean) else mean - min(max(mean, low), high)

    @property
    def inside(self) -> bool:
        """Whether the mean lies within the range."""
        return self.miss == 0.0

    @property
    def text(self) -> str:
        """The verdict in words, such as "outside (2.1 points above)"."""
        if self.inside:
            return "inside"
        if math.isnan(self.miss):
            return "outside (no value in any run)"
        way = "above" if self.miss > 0 else "below"
        unit = MEASURES[self.target.measure].unit
        size = digits(abs(self.miss)) if unit == "ratio" else f"{digits(abs(self.miss))} days"
        if unit not in ("days", "ratio"):
            size = f"{digits(abs(self.miss) * 100)} points"
        return f"outside ({size} {way})"


def _targets() -> tuple[Target, ...]:
    found = []
    for scenario in SCENARIOS:
        own = _BASELINE if scenario == "baseline" else _BY_BAND[scenario.removeprefix(_phase(scenario) + "_")]
        rows = own | _EVERYWHERE | (_AT_SCALE if _phase(scenario) == "scale" else {})
        found += [Target(scenario, measure, rows[measure]) for measure in LABELS if measure in rows]
    return tuple(found)


def _phase(scenario: str) -> str:
    return next((phase for phase in PHASES if scenario.startswith(phase)), "scale")


TARGETS = _targets()
"""Every row of R1, in the order of the table."""


def measured(
    seeds: int = SEEDS,
    *,
    scenarios: Sequence[str] = SCENARIOS,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Values:
    """Run the scenarios over the same seeds and keep their headline measures.

    Args:
        seeds: How many; 0, 1, ...
        scenarios: Names of shipped scenarios.
        workers: Threads, as many as there are cores by default.
        progress: Told after each seed how many runs are done and how many there are.

    Raises:
        InputError: The number of seeds or of workers is not allowed.
        KeyboardInterrupt: It was stopped before all seeds were finished.
    """
    check_seeds(seeds)
    loaded = {name: Scenario.load(name) for name in scenarios}

    def job(seed: int, stopped: threading.Event) -> dict[str, dict[str, float]]:
        return {name: _summary(scenario, seed, stopped) for name, scenario in loaded.items()}

    batch = Batch(job, workers)
    rows = []
    with batch.stop_on_interrupt():
        for _, row in batch.run(range(seeds)):
            rows.append(row)
            if progress:
                progress(len(rows) * len(loaded), seeds * len(loaded))
    if len(rows) < seeds:
        raise KeyboardInterrupt
    return {name: {key: np.array([row[name][key] for row in rows]) for key in MEASURES} for name in loaded}


def readings_table(values: Values) -> pd.DataFrame:
    """Lay out what is kept of the runs: scenario, reading, mean, low, high and n of each measure of R1.

    The reading `usual` has every measure as defined; `qualified` has win rate and no decision without the disqualified,
    and `disqualified`, their share of all closed opportunities. A run without a single win has no share of no decision
    there and is left out of its mean.

    Args:
        values: As `measured` gives them.
    """
    rows = []
    for scenario, measures in values.items():
        kept = {("usual", name): measures[name] for name in LABELS}
        some = np.where(measures["win_rate"] > 0.0, measures["win_rate"], np.nan)
        won = measures["win_rate_qualified"]
        share = np.where(measures["win_rate"] > 0.0, won, np.nan)
        kept |= {
            ("qualified", "win_rate"): won,
            ("qualified", "no_decision_rate"): 1.0 - won - measures["loss_rate"] * won / some,
            ("qualified", "disqualified"): 1.0 - measures["win_rate"] / share,
        }
        for (reading, name), column in kept.items():
            one = mean_interval(column)
            rows.append((scenario, reading, name, one.mean, one.low, one.high, one.n))
    return pd.DataFrame(rows, columns=["scenario", "reading", "measure", "mean", "low", "high", "n"])


def intervals(table: pd.DataFrame, reading: str = "usual") -> dict[tuple[str, str], Interval]:
    """Give the intervals of a table of `readings_table` by scenario and measure."""
    part = table[table["reading"] == reading]
    columns = (part[name] for name in ("scenario", "measure", "n", "mean", "low", "high"))
    return {
        (str(scenario), str(measure)): Interval(int(n), float(mean), float(low), float(high))
        for scenario, measure, n, mean, low, high in zip(*columns, strict=True)
    }


def check_seeds(seeds: int) -> None:
    """Refuse a number of seeds no interval can be made of.

    Raises:
        InputError: It is not from 2 to 1,000,000.
    """
    if not 2 <= seeds <= 1_000_000:
        raise InputError(f"{seeds} seeds are not allowed; an interval needs from 2 to 1,000,000")


def _summary(scenario: Scenario, seed: int, stopped: threading.Event) -> dict[str, float]:
    if stopped.is_set():
        raise RunStopped
    return summary_of(World.begin(scenario, seed, deals=False, tables=False).finish())


def judged(found: Mapping[tuple[str, str], Interval]) -> list[Verdict]:
    """Hold what the scenarios gave against the evidence.

    Args:
        found: Intervals by scenario and measure; those left out have no rows.
    """
    return [
        Verdict(target, found[target.scenario, target.measure])
        for target in TARGETS
        if (target.scenario, target.measure) in found
    ]
