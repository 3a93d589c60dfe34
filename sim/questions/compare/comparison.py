"""What a comparison found, and what it rests on."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from sim.scenario.errors import InputError, nearest
from sim.scenario.measures import check_measure
from sim.studies.cases import AS_IS, Case

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from sim.measures.conservation import Check
    from sim.measures.run import Run
    from sim.scenario.scenario import Scenario
    from sim.studies.replicate import Failure


@dataclass(frozen=True, slots=True)
class Precision:
    """What became of a precision that was asked for."""

    asked: float  # half-width of the interval of the difference as a share of the mean of `as_is`
    reached: float  # share reached by the widest of the cases
    seeds: int  # seeds it took
    looks: tuple[int, int]  # looks taken, and looks planned within the most seeds allowed
    enough: bool  # whether it was reached

    def sentence(self, where: str = "") -> str:
        """Say it, and where it was asked for."""
        verdict = "was reached" if self.enough else "was not reached"
        return (
            f"A precision of {self.asked:.2%} was asked for{where} and {verdict}: {self.reached:.2%} with "
            f"{self.seeds} seeds. Intervals allow for {self.looks[1]} looks."
        )


@dataclass
class Comparison:
    """What a comparison found. Frames are pandas; a case's effect is always its difference from `as_is`, by seed.

    Attributes:
        scenario: The organization as it is.
        cases: What was compared, by name, `as_is` first.
        measure: The main measure.
        weeks: Weeks of each run.
        seeds: Seeds whose runs finished or failed, in order.
        from_start: Whether each case had a burn-in of its own.
        alpha: Share of intervals that may miss: 0.05, or less where the precision was looked at repeatedly.
        table: case, measure, unit, n, mean, low, high.
        effects: case, measure, unit, better, n, base, difference, low, high, relative, relative_low, relative_high,
            effect_size (mean / standard deviation of the differences), share_better (of the seeds), p, p_holm.
            `p_holm` allows for all cases in the main measure, and for all cases and measures in the others.
        per_seed: case, seed, measure, value.
        weekly: case, week, measure, n, mean, low, high, sd, difference, difference_low, difference_high.
        quarterly: The same by quarter; flows are sums of 13 weeks.
        drivers: case, factor, of, contribution, low, high; see `sim.studies.drivers`.
        flips: Deals of the first seeds won in one case and not in `as_is`; columns `sim.studies.flips.COLUMNS`.
        flip_reasons: case, direction, reason, count, amount.
        deals: Deal logs of the first seeds: case, seed, and the columns of `Run.deals`.
        runs: Whole runs of the first seeds, by case and seed.
        failures: Runs that broke; they are left out.
        precision: What became of the precision asked for, or None.
        interrupted: Whether it was stopped before all seeds were run.
        notes: What a reader must know, one sentence each.
        versions: Version by program, and the commit of the sources where they are known.
        started, finished: When, in UTC.
        worlds: The main measure in plausible worlds: case, world, base, difference, low, high, verdict (`better`,
            `worse` or `cannot be told`); empty unless they were asked for.
        targets: How often each case reaches a target, as `sim.questions.compare.targets.reached_frame` has it.
        checks: What must hold in any run, held against the runs of the first seed; see `flywheel verify` for more.
    """

    scenario: Scenario
    cases: dict[str, Case]
    measure: str
    weeks: int
    seeds: list[int]
    from_start: bool
    alpha: float
    table: pd.DataFrame
    effects: pd.DataFrame
    per_seed: pd.DataFrame
    weekly: pd.DataFrame
    quarterly: pd.DataFrame
    drivers: pd.DataFrame
    flips: pd.DataFrame
    flip_reasons: pd.DataFrame
    deals: pd.DataFrame
    runs: dict[tuple[str, int], Run] = field(repr=False)
    failures: list[Failure]
    precision: Precision | None
    interrupted: bool
    notes: list[str]
    versions: dict[str, str]
    started: dt.datetime
    finished: dt.datetime
    checks: list[Check] = field(default_factory=list)
    worlds: pd.DataFrame | None = None
    targets: pd.DataFrame | None = None

    def effect(self, case: str, measure: str | None = None) -> pd.Series[Any]:
        """Give one row of the effects, by default of the main measure; InputError without such a case or measure."""
        wanted = measure or self.measure
        others = [name for name in self.cases if name != AS_IS]
        if case not in others:
            raise InputError(f"there is no case {case}{nearest(case, others)}")
        check_measure(wanted)
        rows = self.effects[(self.effects["case"] == case) & (self.effects["measure"] == wanted)]
        return rows.iloc[0]


def facts_of(comparison: Comparison) -> dict[str, Any]:
    """Give what one needs beside scenario and seeds to repeat a comparison and to know what it rests on."""
    precision, failures = comparison.precision, comparison.failures
    return {
        **{name: getattr(comparison, name) for name in ("measure", "from_start", "alpha", "interrupted")},
        "cases": {name: _settings(case) for name, case in comparison.cases.items()},
        "precision": asdict(precision) if precision else None,
        "failures": [{"case": run.case, "seed": run.seed, "error": str(run), "trace": run.trace} for run in failures],
        "started": comparison.started.isoformat(timespec="seconds"),
        "finished": comparison.finished.isoformat(timespec="seconds"),
    }


def _settings(case: Case) -> dict[str, Any]:
    """What a case changes, and the digest of the scenario it makes."""
    changes = [item.model_dump(exclude_unset=True, exclude_none=True) for item in case.interventions]
    return {"digest": case.scenario.digest(), "overrides": case.overrides, "interventions": changes}
