"""The world: an organization at a moment of its run, and the compiled drive that moves it on.

Weeks of the run count from 0, the first after the burn-in; those of the burn-in are negative. The drive runs in
segments that end where somebody has to look: at the ends of quarters and before weeks with an intervention.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.machinery.clock import WEEKS_PER_QUARTER, WEEKS_PER_YEAR
from agents.machinery.codes import KIND_NAMES as KINDS
from sim.engine import interventions, rollout
from sim.engine.bounds import BOUNDS, BrokenRunError, breaches, keeps_bounds
from sim.engine.compiler import compile_with_progress, kernel_entry
from sim.engine.interventions import Applied, Order
from sim.engine.quarter_table import reps_of_quarter
from sim.engine.state import RECORDS, copy_of, initial_state, packed, pattern_state, unpacked
from sim.scenario.errors import InputError, ScenarioError
from sim.scenario.parameters import parameter
from sim.scenario.seeds import check_seed, check_weeks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from agents.machinery.record import Rows
    from agents.machinery.state import State
    from sim.engine.rollout import Pilot
    from sim.scenario.parameters.base import Value
    from sim.scenario.scenario import Scenario
    from sim.scenario.schema import InterventionSpec

_NEEDED = ("seat", "origin", "created", "closed", "amount", "outcome", "true_reason")
COMPACT = np.dtype([(name, RECORDS["deals"].dtype[name]) for name in _NEEDED])
"""What a summary needs of a deal."""


@dataclass(frozen=True, slots=True)
class Quarter:
    """What is kept of the reps and managers at the end of a quarter.

    Attributes:
        end: Weeks of the run that have passed.
        booked: Bookings of the quarter by seat. [seats]
        quota: Quota of the quarter by seat. [seats]
        active: Whether the seat was filled at its end. [seats]
        holder: Holder of the seat at its end. [seats]
        reps, managers: The whole records, with the sums of the quarter that has ended; None if not kept.
    """

    end: int
    booked: Rows
    quota: Rows
    active: Rows
    holder: Rows
    reps: Rows | None
    managers: Rows | None


class World:
    """An organization at a moment of its run, with everything kept of its past.

    One world belongs to one thread; the compiled drive releases the GIL, so worlds run beside each other.

    Attributes:
        scenario: What is assumed, with every intervention planned so far.
        seed: Key of all chance.
        horizon: Weeks the run is meant to have; more can be run.
        state: The records.
        closed: Parts of the deal log, full rows or those of `COMPACT`.
        quarters: What was kept at the end of each quarter of the run.
        log: Interventions that have happened.
        trials: Those of them that are tried by pilot teams and not decided yet.
        checked: Whether a number that leaves its bounds ends the run.
        drive: What moves it on where rules are somebody's own; None for the compiled drive.
    """

    drive: Callable[[State, int], None] | None = None

    def __init__(self, scenario: Scenario, seed: int, horizon: int, state: State, *, deals: bool, tables: bool) -> None:
        self.scenario, self.seed, self.horizon = scenario, seed, horizon
        self.state = state
        self.closed: list[Rows] = []
        self.quarters: list[Quarter] = []
        self.log: list[Applied] = []
        self._burn_in = int(scenario["organization.burn_in_weeks"])
        self._keep_deals, self._keep_tables = deals, tables
        self._planned: list[Order] = []
        self.trials: list[Pilot] = []
        self._recent: list[tuple[Rows, Rows]] = []
        self._closing: Rows | None = None
        self._origin, self.checked = scenario, True
        self._overridden: list[tuple[int, Mapping[str, Value]]] = []

    @classmethod
    def lay_out(
        cls, scenario: Scenario, seed: int = 0, weeks: int | None = None, *, deals: bool = True, tables: bool = True
    ) -> World:
        """Make an organization that stands before its burn-in; one with rules of its own goes on by them.

        Args:
            scenario: What is assumed.
            seed: Key of all chance, 0 to 2**63 - 1.
            weeks: Weeks of the run, `organization.weeks` unless given.
            deals: Whether every closed deal is kept, or only what a summary needs.
            tables: Whether the records of reps and managers are kept every quarter.

        Raises:
            InputError: The seed, the weeks or an intervention cannot be used.
        """
        if scenario.rules is not None:
            return scenario.rules.at_hand.laid_out(scenario, seed, weeks, deals=deals)  # type: ignore[no-any-return]  # theirs
        return cls.laid_out(scenario, seed, weeks, deals=deals, tables=tables)

    @classmethod
    def laid_out(cls, scenario: Scenario, seed: int, weeks: int | None, *, deals: bool, tables: bool = True) -> World:
        """Make it whoever moves it on; as `lay_out`."""
        seed = check_seed(seed)
        horizon = check_weeks(int(scenario["organization.weeks"]) if weeks is None else weeks)
        burn_in = int(scenario["organization.burn_in_weeks"])
        state = initial_state(scenario, seed, weeks=burn_in + horizon)
        slots = len(state.slots)
        # Untouched pages cost no memory, so the room is for many times the deals a quarter brings.
        state = state._replace(deals=RECORDS["deals"].allocate_unset(4 * min(slots, 1_000_000) + slots))
        world = cls(scenario, seed, horizon, state, deals=deals, tables=tables)
        for spec in scenario.interventions:
            world.plan(spec)
        interventions.rehearse(world._planned, world.state)
        return world

    @classmethod
    def begin(
        cls, scenario: Scenario, seed: int = 0, weeks: int | None = None, *, deals: bool = True, tables: bool = True
    ) -> World:
        """Make an organization and run its burn-in, so that it stands before week 0; arguments as `lay_out`."""
        world = cls.lay_out(scenario, seed, weeks, deals=deals, tables=tables)
        world.advance(-world.week)
        return world

    @property
    def week(self) -> int:
        """Weeks of the run that have passed; negative during the burn-in."""
        return int(self.state.clock["week"][0]) - self._burn_in

    @property
    def burn_in(self) -> int:
        """Weeks of the burn-in."""
        return self._burn_in

    def weekly(self, first: int = 0, end: int | None = None) -> Rows:
        """Look at the measures of some weeks of the run. [weeks].

        Args:
            first: First week; those of the burn-in are negative, and what lies before it is left out.
            end: The week after the last; all that have passed by default.

        Returns:
            A view of the records as they are, not a copy.
        """
        passed = self.week if end is None else end
        rows: Rows = self.state.weekly[max(1, self._burn_in + first + 1) : self._burn_in + passed + 1]
        return rows

    @property
    def planned(self) -> list[InterventionSpec]:
        """Interventions that have not happened yet."""
        return [order.spec for order in self._planned]

    def finish(self) -> World:
        """Run to the horizon; return this world."""
        self.advance(max(0, self.horizon - self.week))
        return self

    def advance(self, weeks: int, drive: Callable[[State, int], None] | None = None) -> None:
        """Run a number of weeks, past the horizon too.

        Args:
            weeks: How many, 0 or more.
            drive: What moves the state on; its own drive unless given.

        Raises:
            InputError: An intervention cannot be carried out, or another drive is given where rules are somebody's own.
            RuntimeError: The deal log was full.
            BrokenRunError: A number left its bounds; looked for at the end of each year and of the run.
        """
        if self.drive and drive not in (None, self.drive):
            raise InputError("links of a wheel are turned in the shipped rules only, and these are somebody's own")
        end = self.week + weeks
        self._make_room(end)
        while self.week < end:
            self._intervene()
            clock = self.state.clock
            clock["measuring"] = self.week >= 0
            if clock["week"][0] % WEEKS_PER_QUARTER == WEEKS_PER_QUARTER - 1:
                self._closing = self.state.reps.copy()
            move = drive or self.drive or compiled_drive()
            move(self.state, self._next_stop(end) - self.week)
            if clock["week"][0] % WEEKS_PER_QUARTER == 0:
                self._close_quarter()
            self._drain()
            if clock["week"][0] % WEEKS_PER_YEAR == 0 or self.week == self.horizon:
                self._check_bounds()

    def _check_bounds(self) -> None:
        """Refuse to go on with numbers that cannot be.

        Raises:
            BrokenRunError: There is one; the sentence says what, whose and since when.
        """
        if self.checked and not keeps_bounds(self.state):
            raise BrokenRunError(f"{self._first_breach()}; a run that breaks its bounds is no result")

    def _first_breach(self) -> str:
        """Run anew until a number leaves its bounds, and say which; by this week, where the past cannot be repeated."""
        twin = World.lay_out(self._origin, self.seed, self.horizon, deals=False, tables=False)
        twin.checked = False
        for spec in self.scenario.interventions[len(self._origin.interventions) :]:
            twin.plan(spec)
        while twin.week < self.week:
            for week, overrides in self._overridden:
                if week == twin.week:
                    twin.override(overrides)
            twin.advance(1)
            if not keeps_bounds(twin.state):
                return f"week {twin.week - 1}: {next(breaches(twin.state))}"
        return f"by week {self.week - 1}: {next(breaches(self.state))}"

    def _next_stop(self, end: int) -> int:
        """The next week before which somebody has to look."""
        into_quarter = int(self.state.clock["week"][0]) % WEEKS_PER_QUARTER
        to_last_week = WEEKS_PER_QUARTER - 1 - into_quarter
        stops = [end, self.week + (to_last_week or 1)]
        if self.week < 0:
            stops.append(0)
        stops += [order.spec.week for order in self._planned if order.spec.week > self.week]
        ends = [applied.spec.until for applied in self._lasting()]
        stops += [end for end in ends if end is not None and end > self.week]
        return min(stops)

    def _make_room(self, end: int) -> None:
        """Lengthen the table of weekly measures for weeks beyond the horizon."""
        missing = self._burn_in + end + 1 - len(self.state.weekly)
        if missing > 0:
            more = RECORDS["weekly"].allocate(max(missing, WEEKS_PER_QUARTER))
            self.state = self.state._replace(weekly=np.concatenate([self.state.weekly, more]))

    def _drain(self) -> None:
        """Empty the deal log."""
        clock, deals = self.state.clock, self.state.deals
        used = int(clock["n_deals"][0])
        if used >= len(deals):
            raise RuntimeError(
                f"the log of deals was full with {len(deals):,} rows before week {self.week}, so deals are missing; "
                "run fewer accounts, or lower market.needs_per_account_year"
            )
        if used:
            rows = deals[:used]
            self.closed.append(rows.copy() if self._keep_deals else _compact(rows))
        clock["n_deals"] = 0

    def _close_quarter(self) -> None:
        """Keep what the quarter brought; its sums have been reset, so they come from before its last week."""
        reps = self.state.reps
        before = self._closing
        if before is None:
            raise RuntimeError("the quarter's last week began unseen")
        booked = before["booked_quarter"] + reps["booked"]
        self._recent = [*self._recent[-3:], (reps["holder"].copy(), booked)]
        self._closing = None
        if self.week <= 0:
            return
        kept = (reps_of_quarter(before, self.state), self.state.managers.copy()) if self._keep_tables else (None, None)
        held = before["quota"].copy(), reps["active"].copy(), reps["holder"].copy()
        self.quarters.append(Quarter(self.week, booked, *held, *kept))

    def best_first(self, rows: Rows) -> Rows:
        """Sort rows of reps by what their present holders booked in the last four quarters, best first."""
        holder = self.state.reps["holder"]
        total = sum((np.where(held == holder, booked, 0.0) for held, booked in self._recent), np.zeros(len(holder)))
        order: Rows = rows[np.argsort(-total[rows], kind="stable")]
        return order

    def plan(self, spec: InterventionSpec) -> None:
        """Add an intervention to the timeline.

        Raises:
            InputError: It lies in the past, concerns nobody or cannot be undone.
        """
        if spec.week < self.week:
            raise InputError(f"an intervention in week {spec.week} comes too late; week {self.week} is next")
        interventions.check_undoable(spec)
        order = interventions.resolve(spec, self.scenario, self.state)
        if spec.rollout == "bullets":
            rollout.pilot_of(order, self.scenario, self.state)
        self._planned.append(order)
        self._planned.sort(key=lambda order: order.spec.week)

    def intervene(self, fields: Mapping[str, Any]) -> None:
        """Add an intervention to the timeline and to the scenario, so that the scenario says what was done.

        Args:
            fields: As a scenario's [[interventions]] table.

        Raises:
            InputError: It is not possible; the message says why.
        """
        try:
            scenario = self.scenario.with_interventions([fields])
        except ScenarioError as error:
            problems = [f"{problem.key}: {problem.text}" if problem.key else problem.text for problem in error.problems]
            raise InputError("the intervention is not possible; " + "; ".join(problems)) from error
        self.plan(scenario.interventions[-1])
        self.scenario = scenario

    def undo(self, applied: Applied) -> None:
        """Undo an intervention of the log from the next week on; what was done to the same numbers since stays done.

        Raises:
            InputError: It has been undone already or cannot be, or a later one would leave its lever's range.
        """
        if applied.undone is not None:
            raise InputError(f"{applied.label} was undone in week {applied.undone} already")
        if applied.spec.event in interventions.FINAL:
            raise InputError(f"{applied.spec.event} cannot be undone")
        interventions.undo(applied, self.log, self.state)
        applied.undone = self.week

    def _lasting(self) -> list[Applied]:
        return [applied for applied in self.log if applied.undone is None]

    def _intervene(self) -> None:
        """Undo what ends, judge what was tried and apply what begins this week."""
        rollout.settle(self)
        for applied in self._lasting():
            if applied.spec.until is not None and applied.spec.until <= self.week:
                self.undo(applied)
        while self._planned and self._planned[0].spec.week <= self.week:
            whole = self._planned.pop(0)
            if whole.spec.rollout == "bullets":
                self.trials.append(rollout.begin(self, whole))
            else:
                changes = interventions.apply(whole, self.state, self.best_first)
                self.log.append(Applied(self.week, whole.spec, changes))
            self._make_places()

    def booked_a_quarter(self, quarters: int) -> Rows:
        """Bookings of each rep in a quarter, as a mean over this many of the last, 4 at most. [currency / quarter]."""
        last = [booked for _, booked in self._recent[-quarters:]]
        return np.mean(last, axis=0) if last else np.zeros(len(self.state.reps))

    def _make_places(self) -> None:
        """Make places for specialists where a lever asks for more than there are."""
        wanted = max(int(self.state.p[f"structure_{kind}_specialists"][0]) for kind in KINDS)
        per_kind = len(self.state.specialists) // len(KINDS)
        if wanted <= per_kind:
            return
        rows = RECORDS["specialists"].allocate(wanted * len(KINDS))
        rows["kind"], rows["number"] = np.repeat(np.arange(len(KINDS)), wanted), np.tile(np.arange(wanted), len(KINDS))
        old = np.concatenate([kind * wanted + np.arange(per_kind) for kind in range(len(KINDS))])
        rows[old] = self.state.specialists
        self.state = self.state._replace(specialists=rows)

    def fork(self, overrides: Mapping[str, Value] | None = None) -> World:
        """Make a twin with the same past and the same luck, which other assumptions may send another way from now on.

        Args:
            overrides: Parameters changed now, for everybody, by dotted name.

        Raises:
            InputError: A parameter is unknown, out of range, or cannot change overnight.
        """
        twin = copy.deepcopy(self)
        twin.override(overrides or {})
        return twin

    def override(self, overrides: Mapping[str, Value]) -> None:
        """Change parameters now, for everybody; as `fork`, in place."""
        fixed = [dotted for dotted in overrides if parameter(dotted).when == "start"]
        if fixed:
            raise InputError(
                f"{', '.join(fixed)} cannot change overnight; with --from-start each case gets a burn-in of its own"
            )
        if not overrides:
            return
        self.scenario = self.scenario.override(overrides)
        self._overridden.append((self.week, overrides))
        for dotted in overrides:
            item = parameter(dotted)
            value = item.number(self.scenario[dotted])
            getattr(self.state, item.array)[item.field_name] = value
            interventions.rebase(self.log, item.array, item.field_name, value)
        if "organization.weeks" in overrides:
            self.horizon = int(self.scenario["organization.weeks"])
        self._make_places()

    def snapshot(self) -> World:
        """Keep this moment, to be given to `restore` later."""
        return copy.deepcopy(self)

    def restore(self, moment: World) -> None:
        """Return to a moment kept by `snapshot`, which stays usable."""
        self.__dict__.update(copy.deepcopy(moment).__dict__, drive=self.drive)

    def __deepcopy__(self, memo: dict[int, Any]) -> World:
        """Copy the arrays; what is never changed (scenario, parts of the log, quarters) is shared."""
        twin = copy.copy(self)
        memo[id(self)] = twin
        twin.state = copy_of(self.state)
        twin.drive = copy.deepcopy(self.drive, memo)
        for name in ("closed", "quarters", "_planned", "_recent", "_overridden"):
            setattr(twin, name, list(getattr(self, name)))
        twin.log = [copy.copy(one) for one in self.log]
        places = {id(one): number for number, one in enumerate(self.log)}
        twin.trials = [replace(one, applied=twin.log[places[id(one.applied)]]) for one in self.trials]
        return twin

    def __getstate__(self) -> dict[str, Any]:
        """Leave what nobody reads out of pickles."""
        return {**self.__dict__, "state": packed(self.state), "_room": len(self.state.deals)}

    def __setstate__(self, kept: dict[str, Any]) -> None:
        """Give pipelines and the deal log their room again."""
        room = kept.pop("_room")
        self.__dict__.update(kept)
        self.state = unpacked(self.state, room)


def _compact(rows: Rows) -> Rows:
    few = np.empty(len(rows), dtype=COMPACT)
    for name in COMPACT.names or ():
        few[name] = rows[name]
    return few


@cache
def compiled_drive() -> Callable[[State, int], None]:
    """Give the compiled drive; compile it first if nobody has."""
    prepare()
    return kernel_entry(pattern_state())


def prepare() -> None:
    """Compile what the compiled drive needs, with a bar on standard error that says so; nothing if it is cached."""
    compile_with_progress(pattern_state())
    compile_with_progress(pattern_state(), program=BOUNDS)
