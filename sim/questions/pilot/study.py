"""What a study of pilots found: outcomes by world, and what each strategy brings, risks and gets wrong."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import asdict, dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.questions.pilot.reading import NAMES, measures_frame, power_frame, share_interval, with_index
from sim.questions.pilot.terms import INDEX, PilotDesign
from sim.scenario.parameters import parameter
from sim.scenario.parameters.base import plain
from sim.studies.statistics import ALPHA, Interval, bootstrap_interval, mean_interval

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.questions.pilot.terms import PilotTerms
    from sim.scenario.scenario import Scenario
    from sim.scenario.schema import InterventionSpec
    from sim.studies.replicate import Failure
    from sim.studies.statistics import Flags, Floats

FEWEST = 20  # worlds below which there is no verdict

NEVER, NOW = "never", "now"
TRIALS = (
    "world", "idea", "teams", "quarters", "verdict", "looks", "gain", "net", "other", NEVER, NOW, "rolled_out",
    "dropped", "scale", *NAMES,
)  # fmt: skip
ROLLED_OUT, DROPPED = "rolled out", "dropped"
LOW_SHARE = 0.1  # the low end of outcomes that is reported: one world in ten is worse

_RESAMPLES = 2000
_ENDS = ("mean", "low", "high")


@dataclass(frozen=True, slots=True)
class TrialOutcome:
    """How one trial ended."""

    design: PilotDesign  # its size and length
    verdict: str  # "rolled out" or "dropped"
    looks: int  # looks at the difference in differences; more than one where the first said to wait
    gain: float  # difference in differences at the last look [share]
    net: float  # net contribution as decided [currency]
    other: float  # net contribution had the verdict been the opposite [currency]
    readings: Sequence[float] = (0.0,) * len(NAMES)  # differences in differences, in the order of `NAMES` [shares]

    @property
    def branches(self) -> tuple[float, float]:
        """Net contribution rolled out after the trial, and dropped. [currency]."""
        return (self.net, self.other) if self.verdict == ROLLED_OUT else (self.other, self.net)


@dataclass(slots=True)
class WorldResult:
    """What one world brought."""

    world: int  # its number, which is also the key of its luck
    idea: int = 0  # number of what was tried in it
    never: float = float("nan")  # net contribution over the horizon [currency]
    now: float = float("nan")
    scale: float = 1.0  # bookings of a year, as in the quarters before the trials [currency]
    outcomes: list[TrialOutcome] = field(default_factory=list)  # one for each design
    failure: Failure | None = None  # what broke; then nothing else counts


@dataclass(frozen=True)
class PilotStudy:
    """Results of `pilot`.

    Attributes:
        scenario: The organization as it is.
        ideas: What was tried, one after the other; the levers of an idea are pulled together.
        terms: Sizes, lengths, threshold, second look, spill-over.
        weeks: Weeks of each run.
        asked: Worlds asked for.
        outcomes: One row a world: `world`, `idea`, net contribution if `never` and if `now`. [currency]
        trials: One row a world and design: `world`, `idea`, `teams`, `quarters`, `verdict`, `looks`, `gain` [share],
            `net` as decided, `other` had the verdict been the opposite, `never`, `now`, `rolled_out` and `dropped`
            after the trial, `scale` (bookings of a year before it) [currency], a column for each reading [shares], and
            what rolling out is expected to be worth by the `index` and by what is `usual` for its kind. [currency]
        draws: One row a world: what was drawn, by dotted name.
        strategies: One row for never, now and each design; see `strategies_frame`.
        power: How often a trial is read right, by design and idea; see `sim.questions.pilot.reading.power_frame`.
        measures: What each reading tells, by design; see `sim.questions.pilot.reading.measures_frame`.
        failures: Worlds that broke and were left out.
        interrupted: Whether it was stopped.
        notes: What must be known about it, one sentence each.
        versions: Versions of programs.
        started, finished: When.
    """

    scenario: Scenario
    ideas: tuple[tuple[InterventionSpec, ...], ...]
    terms: PilotTerms
    weeks: int
    asked: int
    outcomes: pd.DataFrame
    trials: pd.DataFrame
    draws: pd.DataFrame
    strategies: pd.DataFrame
    power: pd.DataFrame
    measures: pd.DataFrame
    failures: tuple[Failure, ...]
    interrupted: bool
    notes: tuple[str, ...]
    versions: dict[str, str]
    started: dt.datetime
    finished: dt.datetime

    @classmethod
    def of(
        cls,
        scenario: Scenario,
        ideas: tuple[tuple[InterventionSpec, ...], ...],
        terms: PilotTerms,
        results: Sequence[WorldResult],
        *,
        draws: Sequence[Mapping[str, float]],
        interrupted: bool,
        **facts: Any,
    ) -> PilotStudy:
        """Make the tables from what the worlds brought."""
        failures = tuple(result.failure for result in results if result.failure)
        whole = [result for result in results if not result.failure]
        columns = ["world", "idea", NEVER, NOW]
        outcomes = pd.DataFrame([attrgetter(*columns)(result) for result in whole], columns=columns)
        kinds = [kind_of(idea) for idea in ideas]
        trials = with_index(trials_frame(whole), kinds)
        trials = decided_by_index(trials) if terms.read == INDEX else trials
        drawn = pd.DataFrame([draws[result.world] for result in whole])
        drawn.insert(0, "world", outcomes["world"])
        return cls(
            scenario,
            ideas,
            terms,
            outcomes=outcomes,
            trials=trials,
            draws=drawn,
            strategies=strategies_frame(outcomes, trials),
            power=power_frame(trials, terms.threshold),
            measures=measures_frame(trials, kinds),
            failures=failures,
            interrupted=interrupted,
            notes=tuple(_notes(len(whole), facts["asked"], failures, interrupted=interrupted)),
            finished=dt.datetime.now(dt.UTC),
            **facts,
        )

    @property
    def lever(self) -> str:
        """What was tried, in a few words, such as "WIP limit = 8"."""
        if len(self.ideas) > 1:
            return f"one of {len(self.ideas)} ideas"
        return ", ".join(f"{parameter(str(spec.parameter)).label} {_change(spec)}" for spec in self.ideas[0])

    def net_of(self, design: PilotDesign) -> Floats:
        """Net contribution of a design by world, in the order of `outcomes`. [worlds, currency]."""
        rows = self.trials[(self.trials["teams"] == design.teams) & (self.trials["quarters"] == design.quarters)]
        return np.asarray(rows["net"], dtype=float)

    def best(self) -> tuple[PilotDesign, tuple[PilotDesign, ...]]:
        """Find the design with the highest mean, and those that cannot be told from it.

        The intervals of the paired differences hold together for all of them (Bonferroni).
        """
        designs = self.terms.designs
        first = max(designs, key=lambda design: float(self.net_of(design).mean()))
        alpha = ALPHA / max(len(designs) - 1, 1)
        others = [design for design in designs if design != first]
        gaps = {other: mean_interval(self.net_of(first) - self.net_of(other), alpha) for other in others}
        return first, tuple(design for design, gap in gaps.items() if gap.contains_zero)


def describe(idea: Sequence[InterventionSpec]) -> str:
    """Say what an idea changes, such as "operations.wip_limit = 8"."""
    return ", ".join(f"{spec.parameter} {_change(spec)}" for spec in idea)


def kind_of(idea: Sequence[InterventionSpec]) -> str:
    """Kind of an idea, which is the section of its first lever: what such ideas usually bring is known."""
    return idea[0].parameter.partition(".")[0]


def _change(spec: InterventionSpec) -> str:
    if spec.action == "add":
        return f"{spec.value:+g}"
    value = spec.value if isinstance(spec.value, str) else plain(spec.value)
    return f"x {value}" if spec.action == "scale" else f"= {value}"


def _notes(done: int, asked: int, failures: Sequence[Failure], *, interrupted: bool) -> list[str]:
    notes = []
    if interrupted:
        notes.append(f"It was stopped: {done} of {asked} worlds were finished, and only they count.")
    if failures:
        notes.append(f"{len(failures)} worlds failed and were left out; first: {failures[0]}.")
    if done < FEWEST:
        notes.append(f"{done} worlds are too few for a verdict; it takes at least {FEWEST}.")
    return notes


def trials_frame(results: Sequence[WorldResult]) -> pd.DataFrame:
    """Make the table of trials, with the columns of `PilotStudy.trials`."""
    rows = [
        {"world": result.world, "idea": result.idea, NEVER: result.never, NOW: result.now, "scale": result.scale}
        | asdict(trial.design)
        | asdict(trial)
        | dict(zip(("rolled_out", "dropped"), trial.branches, strict=True))
        | dict(zip(NAMES, trial.readings, strict=True))
        for result in results
        for trial in result.outcomes
    ]
    return pd.DataFrame(rows, columns=list(TRIALS))


def decided_by_index(trials: pd.DataFrame) -> pd.DataFrame:
    """Decide each trial by the index: it is rolled out where that is expected to be worth more than nothing."""
    rolled = np.asarray(trials["index"] > 0, dtype=bool)
    kept, taken = (trials[name].to_numpy(dtype=float) for name in ("rolled_out", "dropped"))
    return trials.assign(
        verdict=np.where(rolled, ROLLED_OUT, DROPPED),
        net=np.where(rolled, kept, taken),
        other=np.where(rolled, taken, kept),
    )


def strategies_frame(outcomes: pd.DataFrame, trials: pd.DataFrame) -> pd.DataFrame:
    """Summarize strategies over worlds, with 95% intervals; differences are paired by world.

    Args:
        outcomes: As in `PilotStudy`.
        trials: As in `PilotStudy`.

    Returns:
        A row for never, now and each design. `strategy`, `teams`, `quarters`, `n`; mean, low and high of `net`, its
        10th percentile `p10`, `regret` (the better of never and now, less the strategy), `vs_now`, `vs_never`,
        `p10_vs_now`, `p10_vs_never`, `p10_gain` (10th percentile of what is gained over never: the risk of the decision
        rather than of the world), `p10_gain_vs_now` [currency], `wrong` (share of decisions that were worse than their
        opposite), `waiting` (what is lost by rolling out after the trial rather than at once, where rolling out at once
        pays) [currency], as columns such as `net_mean`; `rolled_out`, `rolled_out_where_pays` and
        `rolled_out_where_harms` [shares], `wrong_rolled_out` and `wrong_dropped` [shares of all worlds],
        `lost_by_wrong` (mean over all worlds of what they cost) [currency].
    """
    never, now = (np.asarray(outcomes[name], dtype=float) for name in (NEVER, NOW))
    nobody, everybody = np.zeros(len(never), dtype=bool), np.ones(len(never), dtype=bool)
    strategies = [_Strategy(NEVER, None, never, now, nobody), _Strategy(NOW, None, now, never, everybody)]
    for teams, quarters in sorted(set(zip(trials.get("teams", ()), trials.get("quarters", ()), strict=True))):
        part = trials[(trials["teams"] == teams) & (trials["quarters"] == quarters)]
        net, other = (np.asarray(part[name], dtype=float) for name in ("net", "other"))
        rolled = np.asarray(part["verdict"] == ROLLED_OUT, dtype=bool)
        design = PilotDesign(int(teams), int(quarters))
        strategies.append(_Strategy(str(design), design, net, other, rolled))
    return pd.DataFrame([_row(strategy, never, now) for strategy in strategies])


@dataclass(frozen=True, slots=True)
class _Strategy:
    """What a strategy brought in each world, what the opposite decision would have brought, who decided for it."""

    name: str
    design: PilotDesign | None
    net: Floats
    other: Floats
    rolled: Flags


def _row(strategy: _Strategy, never: Floats, now: Floats) -> dict[str, Any]:
    """Summarize a strategy."""
    wrong, pays = strategy.net < strategy.other, now > never
    measured = {
        "net": mean_interval(strategy.net),
        "p10": low_end(strategy.net),
        "regret": mean_interval(np.maximum(never, now) - strategy.net),
        "vs_now": mean_interval(strategy.net - now),
        "vs_never": mean_interval(strategy.net - never),
        "p10_vs_now": low_end(strategy.net, now),
        "p10_vs_never": low_end(strategy.net, never),
        "p10_gain": low_end(strategy.net - never),
        "p10_gain_vs_now": low_end(strategy.net - never, now - never),
        "wrong": share_interval(wrong),
        "waiting": mean_interval((now - np.where(strategy.rolled, strategy.net, strategy.other))[pays]),
    }
    row: dict[str, Any] = {
        "strategy": strategy.name,
        "teams": strategy.design.teams if strategy.design else 0,
        "quarters": strategy.design.quarters if strategy.design else 0,
        "n": len(strategy.net),
    }
    for key, interval in measured.items():
        row |= {f"{key}_{end}": getattr(interval, end) for end in _ENDS}
    row |= {
        "rolled_out": _share(strategy.rolled),
        "rolled_out_where_pays": _share(strategy.rolled[pays]),
        "rolled_out_where_harms": _share(strategy.rolled[~pays]),
        "wrong_rolled_out": _share(wrong & strategy.rolled),
        "wrong_dropped": _share(wrong & ~strategy.rolled),
        "lost_by_wrong": float(np.mean(np.maximum(strategy.other - strategy.net, 0.0)))
        if len(strategy.net)
        else math.nan,
    }
    return row


def _share(mask: Flags) -> float:
    return float(np.mean(mask)) if len(mask) else math.nan


def low_end(values: Floats, base: Floats | None = None) -> Interval:
    """10th percentile over worlds, or its difference between two strategies, with a bootstrap interval.

    Values are by world, and so is the `base` that is taken off; worlds are drawn anew with both. [n]
    """

    def statistic(*parts: Floats, axis: int = -1) -> Any:
        ends = [np.quantile(part, LOW_SHARE, axis=axis) for part in parts]
        return ends[0] if len(ends) == 1 else ends[0] - ends[1]

    return bootstrap_interval((values,) if base is None else (values, base), statistic, _RESAMPLES)
