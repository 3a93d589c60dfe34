"""Runs of one organization with some of its levers at their reference: same week 0, same luck, each run made once.

Beside them stands what managers see, what the CRM says and what is, in one run.

The reference of a lever is its value in the scenario `healthy` (or another one that is named) after that has been put
in the phase and ACV band of the organization asked about; numbers of specialists are taken per seat. An event counts
as a cause too: its reference is that it does not happen. A lever that interventions move is held at its reference.
With itself as its reference, a scenario is compared with what it was before its interventions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from agents.machinery.codes import OUTCOME, REASON, Cause, Reason
from agents.machinery.rule import uncompiled
from agents.manager.belief import reported_potential
from sim.engine.names import manager_names
from sim.engine.state import open_rows
from sim.engine.world import World
from sim.questions.why.graph import EVENT, all_levers, readings_of
from sim.scenario.errors import InputError
from sim.scenario.parameters import parameter
from sim.scenario.parameters.base import plain
from sim.scenario.scenario import Scenario
from sim.studies.executor import Batch, go_on_unless

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable

    from agents.machinery.record import Rows
    from sim.scenario.parameters.base import Value
    from sim.scenario.schema import InterventionSpec
    from sim.studies.statistics import Floats


COLUMNS = (
    "attainment",
    "potential_believed",
    "potential_crm",
    "potential_true",
    "pipeline_logged",
    "pipeline_true",
    "honesty",
)
"""What is read of a team, at the end of the run; attainment over the whole run."""


@dataclass(frozen=True)
class TeamView:
    """What one run shows of its front-line teams."""

    teams: tuple[str, ...]  # names of the teams
    levels: Floats  # `COLUMNS` by team; currency a quarter for potential, currency for pipelines [teams, columns]
    told: Floats  # losses with a reason, by team and reported reason [teams, reasons]
    true: Floats  # the same by true reason [teams, reasons]
    named: Floats  # misses by team and cause the manager named [teams, causes]
    causes: Floats  # misses by team and true cause [teams, causes]
    right: Floats  # misses whose true cause was named, by team [teams]

    @classmethod
    def of(cls, world: World) -> TeamView:
        """Read it from a finished run that kept its deals and tables."""
        managers = world.state.managers
        front = np.flatnonzero(managers["level"] == 1)
        names = manager_names(world.scenario, len(managers))
        deals = np.concatenate([world.state.deals[:0], *world.closed])
        losses = deals[(deals["outcome"] != OUTCOME.WON) & (deals["true_reason"] != REASON.DISQUALIFIED)]
        tables = [quarter.managers for quarter in world.quarters if quarter.managers is not None]
        named, causes, right = (np.zeros((len(front), len(Cause))) for _ in range(3))
        for table in tables:
            rows, team = table[front], np.arange(len(front))
            missed = rows["true_cause"] > 0
            np.add.at(named, (team[missed], rows["named_cause"][missed]), 1.0)
            np.add.at(causes, (team[missed], rows["true_cause"][missed]), 1.0)
            np.add.at(right, (team[missed], (rows["named_cause"] == rows["true_cause"])[missed].astype(int)), 1.0)
        return cls(
            tuple(names[row] for row in front),
            _levels(world, front),
            _counted(losses["manager"], losses["reported_reason"], front),
            _counted(losses["manager"], losses["true_reason"], front),
            named,
            causes,
            right[:, 1],
        )


def _counted(manager: Rows, reason: Rows, front: Rows) -> Floats:
    """Count losses by team and reason."""
    counts = np.zeros((int(front.max(initial=-1)) + 1, len(Reason)))
    np.add.at(counts, (manager, reason), 1.0)
    counted: Floats = counts[front]
    return counted


def _levels(world: World, front: Rows) -> Floats:
    """Read the columns of every team."""
    state = world.state
    managers = state.managers
    seats = state.reps["manager"]
    booked, quota = (
        sum((getattr(quarter, name) for quarter in world.quarters), np.zeros(len(seats)))
        for name in ("booked", "quota")
    )
    rows = state.opportunities[open_rows(state)]
    of_team = seats[state.buyers["seat"][rows["account"]]]
    pipelines = [rows["amount"] * rows[stage] for stage in ("sales_stage", "buying_stage")]
    signal = uncompiled(reported_potential)
    levels = []
    for manager in front.tolist():
        mine, deals = seats == manager, of_team == manager
        team = managers[manager]
        asked = float(quota[mine].sum())
        logged, true = (float(amounts[deals].sum()) for amounts in pipelines)
        attained = float(booked[mine].sum()) / asked if asked > 0 else np.nan
        crm = float(signal(state, manager))
        levels.append((attained, float(team.belief), crm, float(team.truth), logged, true, float(team.honesty_heard)))
    return np.array(levels, dtype=float).reshape(len(front), len(COLUMNS))


HEALTHY = "healthy"


@dataclass(frozen=True)
class Reference:
    """Levers of a scenario that are off their reference."""

    name: str  # of the reference scenario
    scenario: Scenario  # the organization asked about, without its interventions
    interventions: tuple[InterventionSpec, ...]  # these
    off: dict[str, Value | None]  # reference by lever, of those off it; None for an event, which should not happen

    @classmethod
    def of(cls, scenario: Scenario, reference: str | Scenario = HEALTHY) -> Reference:
        """Find what is off; InputError if the reference changes over time, so that it is no one practice."""
        model = reference if isinstance(reference, Scenario) else Scenario.load(reference)
        if model.interventions and model.name != scenario.name:
            raise InputError(f"the reference {model.name} changes over time; name a scenario without interventions")
        cell = {name: scenario[name] for name in ("market.phase", "market.acv_band")}
        model = model.override(cell, origin="the reference")
        moved = {spec.parameter for spec in scenario.interventions if spec.parameter}
        off: dict[str, Value | None] = {}
        for dotted in all_levers():
            value = _scaled(dotted, model, scenario)
            if dotted in moved or scenario[dotted] != value:
                off[dotted] = value
        off |= {EVENT + str(spec.event): None for spec in scenario.interventions if spec.event}
        return cls(model.name, replace(scenario, interventions=()), scenario.interventions, off)

    def overrides(self, levers: frozenset[str]) -> dict[str, Value]:
        """Give the parameters to change at week 0 so that these levers are at their reference."""
        return {name: value for name, value in self.off.items() if name in levers and value is not None}

    def planned(self, levers: frozenset[str]) -> list[InterventionSpec]:
        """List the interventions that still happen when these levers are at their reference."""
        return [
            spec
            for spec in self.interventions
            if (spec.parameter or "") not in levers and EVENT + str(spec.event) not in levers
        ]

    def now(self, lever: str) -> str:
        """Say where a lever is."""
        specs = [spec for spec in self.interventions if lever in (spec.parameter, EVENT + str(spec.event))]
        if lever.startswith(EVENT):
            return f"happens in week {specs[0].week}"
        value = written(lever, self.scenario[lever])
        texts = [
            written(lever, spec.value) if spec.action == "set" else f"{spec.action} {spec.value}" for spec in specs
        ]
        later = [f"{text} from week {spec.week}" for text, spec in zip(texts, specs, strict=True)]
        return ", then ".join([value, *later])

    def aim(self, lever: str) -> str:
        """Say where its reference is."""
        value = self.off[lever]
        return "does not happen" if value is None else written(lever, value)


def _scaled(dotted: str, model: Scenario, scenario: Scenario) -> Value:
    """Value in the reference; people are counted per seat."""
    value = model[dotted]
    if dotted.startswith("structure.") and dotted.endswith("_specialists"):
        return round(float(value) * float(scenario["structure.n_reps"]) / float(model["structure.n_reps"]))
    return value


def written(dotted: str, value: object) -> str:
    """Write a lever's value with its unit."""
    if isinstance(value, str | bool):
        return str(value).lower()
    number = plain(float(value))  # type: ignore[arg-type]  # what is no word is a number
    if dotted == "operations.wip_limit" and value == 0:
        return "0 (no limit)"
    unit = parameter(dotted).unit
    return number if unit in ("", "share", "ratio") else f"{number} {unit}"


Levers = frozenset[str]
NONE: Levers = frozenset()

_ROOM = 5_000_000  # opportunity slots of burned-in organizations that are kept, some 2 GB


class TwinRuns:
    """Makes and remembers runs.

    Attributes:
        reference: The organization and what is off.
        weeks: Weeks of each run.
        seeds: Keys of chance.
        views: What was seen and said in each run as it is, in the order of the seeds.
        made: Runs made so far.
    """

    def __init__(
        self,
        reference: Reference,
        weeks: int,
        seeds: Iterable[int],
        workers: int | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """Prepare; nothing is run yet."""
        self.reference = reference
        self.weeks = weeks
        self.seeds = tuple(seeds)
        self.views: list[TeamView] = []
        self.made = 0
        self._workers = workers
        self._progress = progress or (lambda *_: None)
        self._found: dict[tuple[int, Levers], dict[str, float]] = {}
        self._worlds: dict[int, World] = {}

    @property
    def everything(self) -> Levers:
        """All levers that are off."""
        return frozenset(self.reference.off)

    def run(self, wanted: dict[int, list[Levers]]) -> None:
        """Make the missing runs, of sets of levers at their reference by seed; KeyboardInterrupt if stopped."""
        missing = {
            seed: todo
            for seed, sets in wanted.items()
            if (todo := [levers for levers in dict.fromkeys(sets) if (seed, levers) not in self._found])
        }
        total = self.made + sum(map(len, missing.values()))

        def job(seed: int, stopped: threading.Event) -> tuple[dict[Levers, dict[str, float]], TeamView | None]:
            return self._runs(seed, missing[seed], stopped)

        batch: Batch[tuple[dict[Levers, dict[str, float]], TeamView | None]] = Batch(job, self._workers)
        with batch.stop_on_interrupt():
            for seed, (readings, view) in batch.run(tuple(missing)):
                self._found |= {(seed, levers): values for levers, values in readings.items()}
                if view is not None:
                    self.views.append(view)
                self.made += len(readings)
                self._progress(self.made, total)
        if batch.stopped.is_set():
            raise KeyboardInterrupt

    def _runs(
        self, seed: int, sets: list[Levers], stopped: threading.Event
    ) -> tuple[dict[Levers, dict[str, float]], TeamView | None]:
        base = self._at_week_0(seed)
        readings, view = {}, None
        for levers in sets:
            go_on_unless(stopped)
            world = base.fork(self.reference.overrides(levers))
            for spec in self.reference.planned(levers):
                world.plan(spec)
            world.advance(self.weeks)
            readings[levers] = readings_of(world)
            if not levers:
                view = TeamView.of(world)
        return readings, view

    def _at_week_0(self, seed: int) -> World:
        """The organization before week 0; kept where all of them fit into memory."""
        world = self._worlds.get(seed)
        if world is None:
            world = World.begin(self.reference.scenario, seed, self.weeks)
            if len(world.state.opportunities) * len(self.seeds) <= _ROOM:
                self._worlds[seed] = world
        return world

    def all_seeds(self, *sets: Levers) -> None:
        """Make these runs for every seed."""
        self.run({seed: list(sets) for seed in self.seeds})

    def values(self, measure: str, levers: Levers = NONE) -> Floats:
        """Read a measure of runs that have been made. [seeds]."""
        return np.array([self._found[seed, levers][measure] for seed in self.seeds])

    def value(self, seed: int, measure: str, levers: Levers) -> float:
        """Read a measure of one run that has been made."""
        return self._found[seed, levers][measure]
