"""SalesOrg: the organization as an ordinary Mesa model, for watching, teaching and extending.

Its agents step through the same rules on the same records as the compiled drive, so both give the same bytes.
"""

from __future__ import annotations

import copy
import secrets
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

import mesa  # type: ignore[import-untyped, unused-ignore]

from agents.buyer.agent import Buyer
from agents.machinery.agent import ModelAgent, overridden_rules
from agents.machinery.clock import advance_clock
from agents.machinery.codes import KIND_NAMES
from agents.machinery.rule import RULES
from agents.manager.agent import Manager
from agents.organization.measuring import WEEKLY
from agents.rep.agent import Rep
from agents.schedule import PHASES, Phase
from agents.specialist.agent import OverlaySpecialist
from sim.engine.compiler import compile_with_progress
from sim.engine.kernel import ARRAYS, rows_of
from sim.engine.state import layout
from sim.engine.world import World
from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario
from sim.scenario.seeds import check_seed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agents.machinery.state import State
    from sim.engine.interventions import Applied
    from sim.scenario.parameters.base import Value
    from sim.scenario.schema import InterventionSpec

MOST_ACCOUNTS = 100_000
"""Mesa objects are for organizations people look at."""

_KINDS = {"buyer": Buyer, "rep": Rep, "specialist": OverlaySpecialist, "manager": Manager}
_DUE = {"start": "first_week", "quarter": "quarter_end", "year": "year_end"}


class SalesOrg(mesa.Model):  # type: ignore[misc, unused-ignore]
    """A sales organization that steps week by week; it stands at week 0, its burn-in done.

    A class derived from this one may name other classes of agents, whose rules may be plain Python:

        class Lucky(Rep):
            def collect_results(self):
                super().collect_results()
                self.booked += 1.0

        class Org(SalesOrg):
            rep_class = Lucky

    Args:
        scenario: What is assumed, or the name or path of it.
        rng: Key of all chance, 0 to 2**63 - 1; None draws one.
        weeks: Weeks of the run, `organization.weeks` unless given; more can be run.
        deals: Whether every closed deal is kept, or only what a summary needs.
        burn_in: Whether the burn-in is run; without, it stands before it.
        agent_classes: Classes to be used instead of others, such as {Rep: Lucky}.
        buyer_class: Class of the accounts.
        rep_class: Class of the reps, such as Lucky.
        specialist_class: Class of the overlay specialists.
        manager_class: Class of the managers.
        **dotted: Parameters that differ, such as `**{"structure.n_reps": 20}` or `structure__n_reps=20`.

    Attributes:
        assumptions: The scenario. (Newer Mesa has a `scenario` of its own.)
        seed: The key in use.
        world: The organization's records and its past.
        phase: The phase of the week that agents are stepping through.
        time: Weeks since week 0. Mesa's clock only goes on: to return to an earlier moment, keep a `fork` from then;
            `world.restore` moves the records and leaves the clock.

    Raises:
        InputError: Something in the arguments cannot be used, or there are too many accounts for Mesa objects.
    """

    buyer_class: type[ModelAgent] = Buyer
    rep_class: type[ModelAgent] = Rep
    specialist_class: type[ModelAgent] = OverlaySpecialist
    manager_class: type[ModelAgent] = Manager

    phase: Phase

    def __init__(
        self,
        scenario: Scenario | str = "baseline",
        rng: int | None = None,
        *,
        weeks: int | None = None,
        deals: bool = True,
        burn_in: bool = True,
        agent_classes: Mapping[type, type] | None = None,
        buyer_class: type | None = None,
        rep_class: type | None = None,
        specialist_class: type | None = None,
        manager_class: type | None = None,
        **dotted: Value,
    ) -> None:
        self.seed = secrets.randbelow(2**63) if rng is None else check_seed(rng)
        super().__init__(rng=self.seed)
        named = {"buyer": buyer_class, "rep": rep_class, "specialist": specialist_class, "manager": manager_class}
        self._classes = self._choose(agent_classes or {}, named)
        chosen = scenario if isinstance(scenario, Scenario) else Scenario.load(scenario)
        settings = {name.replace("__", ".", 1): value for name, value in dotted.items()}
        assumed = chosen.override(settings, "SalesOrg") if settings else chosen
        accounts = int(layout(assumed).accounts.sum())
        if accounts > MOST_ACCOUNTS:
            raise InputError(
                f"{accounts:,} accounts are too many for Mesa objects, at most {MOST_ACCOUNTS:,}; "
                "use simulate without classes of your own"
            )
        self.world = World.laid_out(assumed, self.seed, weeks, deals=deals)
        if any(map(_is_own, self._classes.values())):
            self.world.drive = self._drive
        self._rows: dict[str, list[ModelAgent]] = {kind: [] for kind in _KINDS}
        self._enrol()
        compile_with_progress(self.state, "rules")
        if burn_in:
            self.world.advance(-self.world.week)
        self.time = 0.0
        reporters: dict[str, Any] = {
            measure.name: partial(_last_week, measure.name) for measure in WEEKLY if measure.name != "week"
        }
        self.datacollector = mesa.DataCollector(model_reporters={"seed": _seed, **reporters})

    @classmethod
    def laid_out(cls, scenario: Scenario, seed: int, weeks: int | None, *, deals: bool) -> World:
        """Make a world before its burn-in that this class moves on, for those who know worlds only.

        Raises:
            InputError: The class has a week of its own, which nobody else can run.
        """
        if cls.step is not SalesOrg.step:
            raise InputError(f"{cls.__name__} has a step of its own, which no question runs; put it into its agents")
        return cls(scenario, seed, weeks=weeks, deals=deals, burn_in=False).world

    def _choose(self, given: Mapping[type, type], named: Mapping[str, type | None]) -> dict[str, type[ModelAgent]]:
        """Choose a class for each kind of agent: one that was given or named, else that of this class."""
        for unknown in given.keys() - set(_KINDS.values()):
            names = ", ".join(usual.__name__ for usual in _KINDS.values())
            raise InputError(f"agent_classes: {unknown!r} is no class of agents; the classes are {names}")
        chosen = {}
        for kind, usual in _KINDS.items():
            if usual in given and named[kind] is not None:
                raise InputError(f"{kind}_class and agent_classes both name a class for {usual.__name__}; give one")
            chosen[kind] = _fitting(given.get(usual, named[kind] or getattr(self, f"{kind}_class")), usual)
        return chosen

    @property
    def assumptions(self) -> Scenario:
        """What is assumed, with the interventions made so far."""
        return self.world.scenario

    @property
    def state(self) -> State:
        """The records of all agents."""
        return self.world.state

    @property
    def log(self) -> list[Applied]:
        """Interventions that have happened."""
        return self.world.log

    def step(self) -> None:
        """Run one week: what is due of the timeline, then every phase; then collect the week's measures."""
        self.world.advance(1, self._drive)
        self.time = float(self.world.week)
        self.running = self.world.week < self.world.horizon
        self.datacollector.collect(self)

    def run_for(self, weeks: int) -> None:
        """Run a number of weeks."""
        for _ in range(weeks):
            self.step()

    def to_run(self) -> Any:
        """Give the run so far, a `sim.Run` as `simulate` gives it; running on does not change it."""
        # A run's tables are made of measures, a floor up; `sim` finds them by name, as it does for users.
        return import_module("sim").Run(self.world.snapshot())

    def intervene(self, spec: InterventionSpec | None = None, **fields: Any) -> None:
        """Add an intervention to the timeline, from the next week unless it says otherwise.

        Args:
            spec: The intervention, or nothing.
            **fields: Its fields, as in a scenario's [[interventions]], such as `parameter`, `value`, `target`.

        Raises:
            InputError: It is not possible; the message says why.
        """
        given = spec.model_dump(exclude_unset=True) if spec else {}
        self.world.intervene({"week": self.world.week, **given, **fields})

    def undo(self, applied: Applied) -> None:
        """Put back what an intervention of the log has replaced."""
        self.world.undo(applied)

    def fork(self, overrides: Mapping[str, Value] | None = None) -> SalesOrg:
        """Make a twin with the same past and luck; parameters given differ from now on."""
        twin = copy.deepcopy(self)
        twin.world.override(overrides or {})
        return twin

    def _drive(self, state: State, n_weeks: int) -> None:
        """Move the state on, phase by phase and row by row."""
        self._enrol()
        for _ in range(n_weeks):
            advance_clock(state)
            for phase in PHASES:
                if phase.when == "week" or state.clock[_DUE[phase.when]][0]:
                    self.phase = phase
                    self._run_phase(state)

    def _run_phase(self, state: State) -> None:
        phase = self.phase
        each = RULES[phase.rules[0]].each
        rows = rows_of(state, phase)
        if phase.agent in _KINDS and each != "territory" and _is_own(self._classes[phase.agent]):
            agents = self._rows[phase.agent]
            for row in rows:
                agent = agents[int(state.opportunities["account"][row]) if each else row]
                agent.opportunity = row if each else -1
                agent.step()
        else:
            # What `step` of an unchanged class would do, three times as fast.
            entries = [RULES[name].entry for name in phase.rules]
            for row in rows:
                for entry in entries:
                    entry(state, row)

    def _enrol(self) -> None:
        """Make an agent for every row that has none; specialists move up when places are added to each kind."""
        old, new = (len(rows) // len(KIND_NAMES) for rows in (self._rows["specialist"], self.state.specialists))
        if old != new:
            for agent in self._rows["specialist"]:
                agent.row = agent.row // old * new + agent.row % old
        for kind, agents in self._rows.items():
            rows = len(getattr(self.state, ARRAYS[kind]))
            if rows > len(agents):
                missing = sorted(set(range(rows)) - {agent.row for agent in agents})
                agents += [self._classes[kind](self, row) for row in missing]
                agents.sort(key=lambda agent: agent.row)


def _fitting(chosen: Any, usual: type[ModelAgent]) -> type[ModelAgent]:
    if not (isinstance(chosen, type) and issubclass(chosen, usual)):
        raise InputError(f"{chosen!r} cannot stand for {usual.__name__}; derive it from that class")
    return chosen


def _is_own(kind: type[ModelAgent]) -> bool:
    """Whether a class of agents does anything in Python of its own."""
    return kind.step is not ModelAgent.step or bool(overridden_rules(kind))


def _last_week(name: str, org: SalesOrg) -> float:
    return float(org.state.weekly[name][org.state.clock["week"][0]])


def _seed(org: SalesOrg) -> int:
    return org.seed
