"""Worlds to discover something in: ranges as people type them, worlds drawn and run in pairs, or taken from a study.

A world is an organization with other values of what is not known, of what differs between markets, and of how much is
done; they are drawn by Latin hypercube. In each it is run as it is and with the case, from the same burned-in
organization and with the same seeds; what is discovered in is the mean difference.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import scipy

from sim.engine.world import prepare
from sim.questions.discover.find import FEWEST
from sim.questions.discover.tree import check_extra
from sim.scenario.errors import InputError, nearest
from sim.scenario.measures import MEASURES
from sim.scenario.parameters import parameter
from sim.scenario.seeds import check_seed
from sim.scenario.settings import read_settings
from sim.studies.cases import AS_IS
from sim.studies.draws import plausible_range
from sim.studies.executor import Batch, RunStopped
from sim.studies.plan import StudyPlan, check_changes
from sim.studies.run import run_study
from sim.studies.statistics import ALPHA
from sim.studies.worlds import plausible_draws

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from sim.questions.discover.box import Flags
    from sim.scenario.parameters.base import Parameter, Value
    from sim.scenario.scenario import Scenario
    from sim.studies.run import Study


MARKET_FACTS = (
    "market.deal_size", "market.needs_per_account_year", "market.cycle_weeks", "market.group_size", "market.complexity",
    "buyers.effort_scale",
)  # fmt: skip
"""What differs between markets and is measured rather than assumed; varied unless something else is named."""


@dataclass(frozen=True, slots=True)
class Varied:
    """What is drawn for one parameter, evenly.

    Attributes:
        item: The parameter.
        low, high: Ends of its range, in its unit; not used for words.
        words: Values of a choice or a switch, each as likely; empty for numbers.
    """

    item: Parameter
    low: float = 0.0
    high: float = 0.0
    words: tuple[Value, ...] = ()

    def value(self, at: float) -> Value:
        """Give the value at a place from 0 to below 1."""
        if self.words:
            return self.words[int(at * len(self.words))]
        if self.item.type is int:
            return int(self.low) + int(at * (int(self.high) - int(self.low) + 1))
        return float(f"{self.low + at * (self.high - self.low):.6g}")

    def __str__(self) -> str:
        """Say it as it is typed."""
        if self.words:
            return ":".join(map(_typed, self.words))
        return f"{self.low:.6g}:{self.high:.6g}"


@dataclass(frozen=True, slots=True)
class CaseDecision:
    """What a case does at week 0: parameters it sets by dotted name, and those drawn anew for every world."""

    name: str
    fixed: Mapping[str, Value]
    drawn: Sequence[Varied] = field(default_factory=tuple)

    @property
    def names(self) -> tuple[str, ...]:
        """Every parameter it sets."""
        return (*self.fixed, *(varied.item.dotted for varied in self.drawn))

    def column(self, varied: Varied) -> str:
        """Name the input that says how much is done."""
        return f"{self.name}: {varied.item.dotted}"


def read_decision(text: str, scenario: Scenario) -> CaseDecision:
    """Read `name: key=value, key=low:high`; InputError without a name or anything set, or if something is wrong."""
    name, colon, rest = (part.strip() for part in text.partition(":"))
    if not colon or not name or "=" in name or not rest:
        raise InputError(f'--case "{text}": a case is written "name: key=value", or "name: key=low:high" to draw it')
    origin = f'--case "{name}"'
    parts = [part.strip() for part in rest.split(",") if part.strip()]
    ranges = [part for part in parts if ":" in part.partition("=")[2]]
    fixed = read_settings([part for part in parts if part not in ranges], origin)
    drawn = tuple(_varied(part, scenario, origin) for part in ranges)
    decision = CaseDecision(name, fixed, drawn)
    if doubled := {key for key in decision.names if decision.names.count(key) > 1}:
        raise InputError(f"{origin}: {', '.join(sorted(doubled))} is given twice; keep one")
    for at in (0.0, np.nextafter(1.0, 0.0)):
        changes = {**fixed, **{varied.item.dotted: varied.value(float(at)) for varied in drawn}}
        check_changes(changes, origin, from_start=False)
        scenario.override(changes, origin)
    if not drawn and all(scenario[key] == value for key, value in fixed.items()):
        raise InputError(f"{origin}: nothing in it differs from {scenario.name}; there would be nothing to compare")
    return decision


def read_varied(texts: Sequence[str], scenario: Scenario, decision: CaseDecision | None = None) -> tuple[Varied, ...]:
    """Read what differs between worlds: `NAME`, or `NAME=low:high`; the facts of the market if nothing is named.

    InputError for a name that is unknown, given twice or set by the case, and for a range that is empty or not allowed.
    """
    taken = decision.names if decision else ()
    if not texts:
        texts = [name for name in MARKET_FACTS if name not in taken]
    chosen: dict[str, Varied] = {}
    for text in texts:
        varied = _varied(text, scenario, "--vary")
        name = varied.item.dotted
        if name in chosen:
            raise InputError(f"--vary {text}: {name} is given twice; keep one")
        if name in taken:
            raise InputError(f"--vary {text}: the case sets {name}; give its range there, as in {name}=low:high")
        if name in ("organization.weeks", "organization.burn_in_weeks"):
            raise InputError(f"--vary {text}: the length of a run must be the same in all worlds")
        chosen[name] = varied
    return tuple(chosen.values())


def _varied(text: str, scenario: Scenario, origin: str) -> Varied:
    name, equals, ends = (part.strip() for part in text.partition("="))
    item = parameter(name, origin)
    if item.type in (str, bool):
        return _words(item, ends, text, origin)
    if equals:
        return _range(item, ends, text, origin)
    middle = float(scenario[name])
    around = plausible_range(item, middle)
    if around is None:
        raise InputError(
            f"{origin} {text}: no range is known around {middle:g}; give one, as in {name}=low:high, within "
            f"{item.allowed.partition('from ')[2]}"
        )
    return Varied(item, *(map(round, around) if item.type is int else around))


def _range(item: Parameter, ends: str, text: str, origin: str) -> Varied:
    words = ends.split(":")
    if len(words) != 2:
        raise InputError(f"{origin} {text}: a range is written {item.dotted}=low:high")
    low, high = _allowed(item, words, text, origin)
    if not float(low) < float(high):
        raise InputError(f"{origin} {text}: the range is empty; its first end must be below its second")
    return Varied(item, float(low), float(high))


def _allowed(item: Parameter, words: Sequence[str], text: str, origin: str) -> list[Value]:
    values = [item.parse(word, origin) for word in words]
    for value in values:
        if not item.allows(value):
            raise InputError(f"{origin} {text}: {item.dotted} = {value} is not allowed; it must be {item.allowed}")
    return values


def _words(item: Parameter, ends: str, text: str, origin: str) -> Varied:
    everything: tuple[Value, ...] = item.choices if item.type is str else (False, True)
    if not ends:
        return Varied(item, words=everything)
    words = tuple(dict.fromkeys(_allowed(item, ends.split(":"), text, origin)))
    if len(words) < 2:
        raise InputError(f"{origin} {text}: one value does not vary; give at least two, as in {item.dotted}=a:b")
    return Varied(item, words=words)


def draw(
    scenario: Scenario, decision: CaseDecision, varied: Sequence[Varied], n: int, seed: int, *, only: bool = False
) -> tuple[pd.DataFrame, list[dict[str, Value]], list[dict[str, Value]]]:
    """Draw worlds by Latin hypercube: every range is cut into n parts, and each part is used once.

    Args:
        scenario: The organization around which is drawn.
        decision: What the case does; what it sets is drawn in no other way.
        varied: What differs between worlds, evenly within its range.
        n: Worlds.
        seed: Key of the draw.
        only: Whether nothing else differs; otherwise all that is assumed is as in a plausible world.

    Returns:
        What describes each world [n x inputs]; the values of each world and what the case sets there, by dotted name.

    Raises:
        InputError: The number of worlds is not allowed.
    """
    names = [part.item.dotted for part in varied]
    assumed: list[dict[str, float]] = [{} for _ in range(n)] if only else plausible_draws(n, seed, scenario)
    taken = {*names, *decision.names}
    left = [{name: value for name, value in world.items() if name not in taken} for world in assumed]
    together = [*varied, *decision.drawn]
    rng = np.random.default_rng((seed, len(together)))
    points = scipy.stats.qmc.LatinHypercube(d=len(together), rng=rng).random(n) if together else np.empty((n, 0))
    drawn = [[part.value(float(at)) for part, at in zip(together, row, strict=True)] for row in points]
    facts = [dict(zip(names, row, strict=False)) for row in drawn]
    done = [row[len(names) :] for row in drawn]
    columns = [decision.column(part) for part in decision.drawn]
    rows = [
        {**fact, **dict(zip(columns, more, strict=True)), **rest}
        for fact, more, rest in zip(facts, done, left, strict=True)
    ]
    worlds: list[dict[str, Value]] = [{**rest, **fact} for rest, fact in zip(left, facts, strict=True)]
    keys = [part.item.dotted for part in decision.drawn]
    return pd.DataFrame(rows), worlds, [{**decision.fixed, **dict(zip(keys, more, strict=True))} for more in done]


def _typed(value: Value) -> str:
    return ("on" if value else "off") if isinstance(value, bool) else str(value)


MOST_WORLDS = 100_000
MOST_SEEDS = 1000


@dataclass(frozen=True)
class Worlds:
    """Worlds and what came out in each.

    Attributes:
        scenario: The organization around which they lie.
        inputs: What describes each world. [worlds x inputs]
        results: What came out, a column a seed: the case's measure minus that of as is, or of a study the measure
            itself. [worlds x seeds]
        measure: Name of the measure.
        decision: What the case does; None for a study.
        weeks: Weeks of each run.
        left_out: Worlds of which no run went well, by what went wrong.
        asked: Worlds there should have been.
        interrupted: Whether it was stopped before all were done.
    """

    scenario: Scenario
    inputs: pd.DataFrame
    results: pd.DataFrame
    measure: str
    decision: CaseDecision | None
    weeks: int
    left_out: Mapping[str, int]
    asked: int
    interrupted: bool = False

    @cached_property
    def mean(self) -> pd.Series[float]:
        """Mean over the seeds of each world. [worlds]."""
        return self.results.mean(axis=1)

    @cached_property
    def half_width(self) -> NDArray[np.float64]:
        """Half of the 95% interval of each world's mean, from the spread of seeds within all worlds together.

        One spread for all, because few seeds of one world give none; not a number with one seed a world. [worlds]
        """
        count = self.results.notna().sum(axis=1).to_numpy(dtype=float)
        freedom = int((count - 1.0).sum())
        if freedom < 1:
            return np.full(len(count), math.nan)
        squares = float(np.nansum((self.results.to_numpy() - self.mean.to_numpy()[:, None]) ** 2))
        width = -float(scipy.special.stdtrit(freedom, ALPHA / 2.0)) * math.sqrt(squares / freedom)
        return np.asarray(width / np.sqrt(count), dtype=float)

    def outcome(self, above: float = 0.0) -> pd.Series[bool]:
        """Tell of each world whether its mean lies above a value in the unit of the measure. [worlds]."""
        return self.mean > above

    def unclear(self, above: float = 0.0) -> Flags | None:
        """Tell of each world whether its interval holds the value, so that luck may decide; None with one seed."""
        if np.isnan(self.half_width).all():
            return None
        return np.asarray(np.abs(self.mean.to_numpy() - above) <= self.half_width, dtype=bool)


@dataclass(frozen=True)
class _Job:
    """What is run in every world."""

    scenario: Scenario
    draws: Sequence[Mapping[str, Value]]
    decision: CaseDecision
    changes: Sequence[Mapping[str, Value]]
    seeds: int
    weeks: int
    measure: str
    folder: Path | None

    def plan(self, world: int) -> StudyPlan:
        """Plan one world: as it is and with the case, from one burned-in organization."""
        scenario = self.scenario.override(dict(self.draws[world]), f"world {world}")
        cases = {AS_IS: {}, self.decision.name: self.changes[world]}
        return StudyPlan.of(scenario, cases, self.seeds, weeks=self.weeks, measures=[self.measure])

    def __call__(self, world: int, stopped: threading.Event) -> NDArray[np.float64] | str:
        """Run one world: the differences by seed, or what went wrong."""
        if stopped.is_set():
            raise RunStopped
        plan = self.plan(world)
        study = run_study(plan, self.folder / plan.key if self.folder else None, workers=1)
        values = study.matrix(self.measure)
        pair = values.loc[[AS_IS, self.decision.name]].to_numpy(dtype=float)
        gaps: NDArray[np.float64] = pair[1] - pair[0]
        if np.isfinite(gaps).any():
            return gaps
        return str(study.failures["error"].iloc[0]) if len(study.failures) else f"{self.measure} is not defined"


def run_worlds(
    scenario: Scenario, case: str, vary: Sequence[str] = (), *, samples: int = 400, seeds: int = 2,
    measure: str = "net_contribution", seed: int = 0, weeks: int | None = None, only: bool = False,
    workers: int | None = None, progress: Callable[[int, int], None] | None = None, folder: Path | None = None,
) -> Worlds:  # fmt: skip
    """Draw worlds and run each as it is and with a case. The answer is the same for any number of workers.

    Args:
        scenario: The organization around which worlds are drawn.
        case: What is done at week 0, such as "overlays: structure.product_specialists=9"; a range, as in
            "overlays: structure.product_specialists=4:24", is drawn as well.
        vary: What differs between worlds, `NAME` or `NAME=low:high`; facts of the market by default.
        samples: Worlds, 40 or more.
        seeds: Pairs of runs in each world; with one the luck in it is not known.
        measure: Of `sim.scenario.measures.MEASURES`.
        seed: Key of the draw.
        weeks: Weeks of each run; the scenario's own by default.
        only: Whether nothing but `vary` differs between worlds; otherwise everything that is assumed does.
        workers: Threads; as many as there are cores by default.
        progress: Told how many worlds are done and how many there are.
        folder: Where runs are kept, a study for each world: the same call goes on where it was stopped.

    Raises:
        InputError: Something cannot be used; nothing was run.
        KeyboardInterrupt: It was stopped before there were worlds enough.
        RuntimeError: Too few worlds could be run.
    """
    check_extra()
    _check_counts(samples, seeds, measure)
    decision = read_decision(case, scenario)
    varied = read_varied(vary, scenario, decision)
    inputs, draws, changes = draw(scenario, decision, varied, samples, check_seed(seed), only=only)
    horizon = int(scenario["organization.weeks"]) if weeks is None else weeks
    job = _Job(scenario, draws, decision, changes, seeds, horizon, measure, folder)
    job.plan(0)
    batch = Batch(job, workers)
    prepare()
    gaps: dict[int, NDArray[np.float64]] = {}
    wrong: list[str] = []
    with batch.stop_on_interrupt():
        for done, (world, result) in enumerate(batch.run(range(samples)), start=1):
            if isinstance(result, str):
                wrong.append(result)
            else:
                gaps[world] = result
            if progress:
                progress(done, samples)
    _check_enough(len(gaps), wrong, stopped=batch.stopped.is_set())
    values = pd.DataFrame.from_dict(gaps, orient="index").sort_index()
    return Worlds(
        scenario, inputs.loc[values.index].reset_index(drop=True), values.reset_index(drop=True), measure, decision,
        horizon, {text: wrong.count(text) for text in dict.fromkeys(wrong)}, samples, batch.stopped.is_set(),
    )  # fmt: skip


def worlds_of(study: Study, measure: str) -> Worlds:
    """Take a study's cases as worlds, by the parameters that differ; InputError if they or the measure cannot serve."""
    if measure not in study.plan.measures:
        kept = nearest(measure, study.plan.measures) or f"; it has {', '.join(study.plan.measures)}"
        raise InputError(f'the study did not keep the measure "{measure}"{kept}')
    cases = study.cases
    if cases.shape[1] == 1:
        raise InputError("the cases of the study differ in nothing, so there is nothing to discover")
    values = study.matrix(measure)
    there = values.notna().any(axis=1).to_numpy()
    if there.sum() < FEWEST:
        raise InputError(
            f"the study has {there.sum()} cases with {measure}; to discover anything there must be at least {FEWEST}"
        )
    errors = study.failures.groupby("case")["error"].first()
    wrong = [str(errors.get(name, f"{measure} is not defined")) for name in values.index[~there]]
    return Worlds(
        study.plan.scenario, cases.loc[there].drop(columns="case").reset_index(drop=True),
        values.loc[there].reset_index(drop=True), measure, None, study.plan.weeks,
        {text: wrong.count(text) for text in dict.fromkeys(wrong)}, len(cases), study.interrupted,
    )  # fmt: skip


def _check_counts(samples: Any, seeds: Any, measure: str) -> None:
    if measure not in MEASURES:
        raise InputError(f'unknown measure "{measure}"{nearest(measure, MEASURES)}')
    if type(samples) is not int or not FEWEST <= samples <= MOST_WORLDS:
        raise InputError(
            f"{samples} samples are not allowed; it must be a whole number from {FEWEST} to {MOST_WORLDS:,}: "
            "half of them find the limits, the other half judge them"
        )
    if type(seeds) is not int or not 1 <= seeds <= MOST_SEEDS:
        raise InputError(f"{seeds} seeds are not allowed; it must be a whole number from 1 to {MOST_SEEDS:,}")


def _check_enough(count: int, wrong: Sequence[str], *, stopped: bool) -> None:
    if count >= FEWEST:
        return
    if stopped:
        raise KeyboardInterrupt
    raise RuntimeError(f"only {count} worlds could be run, {len(wrong)} could not; the first: {wrong[0]}")
