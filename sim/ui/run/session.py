"""One visitor's run: a world that is played, acted on, undone and returned to its past. Nothing here draws.

What is done waits until the coming week begins, so that a slider moved to and fro within a week is one intervention or
none, and a run repeated from its scenario meets everything in the same order.
"""

from __future__ import annotations

from copy import copy
from operator import itemgetter
from threading import RLock
from typing import TYPE_CHECKING, Any

from agents.machinery.clock import WEEKS_PER_QUARTER, WEEKS_PER_YEAR
from sim.engine import interventions
from sim.engine.compiler import ensure_compiled, is_cached
from sim.engine.rollout import pilot_of
from sim.engine.state import RECORDS
from sim.engine.world import World
from sim.scenario.errors import InputError, ScenarioError
from sim.scenario.parameters import parameter
from sim.scenario.seeds import longest
from sim.ui.limits import SPECIALISTS, check_specialists
from sim.ui.run.actions import Entry, Fields, checked, ended, fields_of, without, words_done, words_of
from sim.ui.run.levers import LEVERS, value_of
from sim.ui.run.moments import PackedWorld

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sim.engine.compiler import Report
    from sim.engine.interventions import Applied
    from sim.scenario.scenario import Scenario

_RECENT = 4

_PULLED = {"week", "parameter", "action", "value"}
"""Fields of a lever that was pulled."""


class Session:
    """A world with its past at hand; safe to use from several threads.

    Attributes:
        world: The present. Look at it within `lock`.
        lock: Held by whoever moves or reads the world.
        moments: The past by week: the start, the last four ends of quarters and every end of a year.
        opened: The scenario as it was opened, with its own length.
        start: What each lever of the page stood at when the run began.
        waiting: What happens when the coming week begins, in order; a lever by its dotted name.
    """

    def __init__(self, world: World) -> None:
        self.lock = RLock()
        self.world = world
        self.opened = world.scenario
        self.waiting: dict[str, Fields] = {}
        self.moments: dict[int, PackedWorld] = {}
        self.start = {lever.dotted: value_of(world.state, lever.dotted) for lever in LEVERS}
        self._first = world.week
        self._own = len(world.scenario.interventions)
        self._weeks = int(world.scenario["organization.weeks"])
        self._count = 0
        self._keep_moment()

    @classmethod
    def begin(cls, scenario: Scenario, seed: int = 0, progress: Report | None = None) -> Session:
        """Compile what is not compiled yet, make an organization and run its burn-in; InputError if it cannot be used.

        `progress` is told what is compiled next, how many are done and how many there are (0 while that is unknown,
        since another visitor's session may be compiling the same).
        """
        world = World.lay_out(scenario, seed, tables=False)
        if progress and not is_cached(world.state):
            progress("", 0, 0)
        ensure_compiled(world.state, progress=progress)
        world.advance(-world.week)
        return cls(world)

    @property
    def week(self) -> int:
        """Weeks of the run that have passed."""
        return self.world.week

    @property
    def over(self) -> bool:
        """Whether the run is as long as a run can be."""
        return self.week >= longest()

    @property
    def to_quarter_end(self) -> int:
        """Weeks to the next end of a quarter, 1 to 13."""
        return WEEKS_PER_QUARTER - (self.world.burn_in + self.week) % WEEKS_PER_QUARTER

    def advance(self, weeks: int = 1) -> int:
        """Do what waits, InputError if it cannot be done, then run some weeks; return how many (fewer at the end)."""
        with self.lock:
            begin, end = self.week, min(self.week + weeks, longest())
            if begin < end:
                self._act()
            while self.week < end:
                self.world.advance(min(end - self.week, self.to_quarter_end))
                if self.to_quarter_end == WEEKS_PER_QUARTER:
                    self._keep_moment()
            return end - begin

    def value(self, dotted: str) -> float:
        """What a lever stands at, or will when the coming week begins; in its unit."""
        with self.lock:
            waiting = self.waiting.get(dotted)
            return parameter(dotted).number(waiting["value"]) if waiting else value_of(self.world.state, dotted)

    def pull(self, dotted: str, value: float | str) -> None:
        """Set a lever for everyone from the coming week on, in its unit, or to a word of its choices.

        Raises:
            InputError: It is no lever, or the value is out of range or more than the page plays.
        """
        item = parameter(dotted)
        if item.lever is None:
            raise InputError(f"{dotted} cannot change while a run goes on")
        exact = int(value) if item.type is int and float(value).is_integer() else value
        if not item.allows(exact):
            raise InputError(f"{dotted} = {value} is not allowed; it must be {item.allowed}")
        with self.lock:
            if dotted in SPECIALISTS:
                check_specialists(
                    item.number(exact) + sum(self.value(other) for other in SPECIALISTS if other != dotted)
                )
            if item.number(exact) == value_of(self.world.state, dotted):
                self.waiting.pop(dotted, None)
            else:
                self._wait(dotted, {"parameter": dotted, "action": "set", "value": exact})

    def intervene(self, fields: Mapping[str, Any]) -> None:
        """Do what an [[interventions]] table says, but when the coming week begins; InputError if it is impossible."""
        with self.lock:
            self._count += 1
            self._wait(f"action {self._count}", without(fields, "week"))

    def _wait(self, key: str, fields: Fields) -> None:
        """Let something wait, once everything that waits has been done to a copy."""
        waiting = {**self.waiting, key: fields}
        self._rehearse(waiting)
        self.waiting = waiting

    def undo(self, key: str) -> None:
        """Take back an intervention named by the key of its entry; InputError if it cannot be undone (any more)."""
        with self.lock:
            if key in self.waiting:
                del self.waiting[key]
                return
            entry = next((entry for entry in self.entries() if entry.key == key), None)
            if entry is not None and entry.own:
                raise InputError(f"{entry.text} belongs to the scenario and cannot be undone; do the opposite instead")
            if entry is None or not entry.undoable:
                raise InputError(f"{entry.text if entry else key} cannot be undone; take back later changes first")
            self.world.undo(self.world.log[int(key)])

    def entries(self) -> list[Entry]:
        """What was and will be done, the newest first."""
        with self.lock:
            by_hand = {id(applied) for applied in self._by_hand().values()}
            waiting = [
                Entry(key, self.week, words_of(fields, self.world), undoable=True)
                for key, fields in self.waiting.items()
            ]
            done = [
                Entry(
                    str(row), applied.week, words_done(applied), applied.undone, own=id(applied) not in by_hand,
                    undoable=id(applied) in by_hand and self._undoable(row),
                )
                for row, applied in enumerate(self.world.log)
            ]  # fmt: skip
            return [*waiting[::-1], *done[::-1]]

    def manual_actions(self) -> list[Fields]:
        """What was done by hand, in order: fields of interventions; what was undone has `until`, the week of that."""
        with self.lock:
            done = [fields_of(applied.spec, ended(applied)) for applied in self._by_hand().values()]
            return [*done, *({"week": self.week, **fields} for fields in self.waiting.values())]

    @property
    def touched(self) -> int | None:
        """Week in which something was first done by hand; None if nothing was, whatever waits."""
        with self.lock:
            return min((applied.week for applied in self._by_hand().values()), default=None)

    def scenario(self) -> Scenario:
        """The run so far as a scenario: run with the same seed, it does the same to the last digit.

        It has what waits too, and ends when the session's own scenario does, or with the quarter after the present.
        """
        with self.lock:
            actions = self.manual_actions()
            least = max(self.week, *(fields["week"] + 1 for fields in actions)) if actions else self.week
            return self._with(actions, least)

    def as_given(self) -> Scenario:
        """The scenario as it was opened, as long as `scenario()`: the same without what was done by hand."""
        with self.lock:
            return self.scenario().with_interventions(self._own_rows(), instead=True)

    def _with(self, actions: list[Fields], least: int) -> Scenario:
        """The session's scenario with actions, and so long that they fit."""
        quarters = -(-least // WEEKS_PER_QUARTER)
        weeks = self._weeks if least <= self._weeks else min(quarters * WEEKS_PER_QUARTER, longest())
        scenario = self.world.scenario.with_interventions((), instead=True)
        if weeks != scenario["organization.weeks"]:
            scenario = scenario.override({"organization.weeks": weeks})
        return scenario.with_interventions([*self._own_rows(), *actions])

    def _own_rows(self) -> list[Fields]:
        """Interventions of the scenario itself, but for those that were not possible."""
        happened, planned = self._happened(), self.world.planned
        specs = self.world.scenario.interventions[: self._own]
        return [fields_of(spec) for place, spec in enumerate(specs) if place in happened or spec in planned]

    def repeat(
        self, actions: Iterable[Mapping[str, Any]], weeks: int, each: Callable[[World], None] | None = None
    ) -> None:
        """Run to a week and do by hand on the way what `manual_actions` gives; InputError if it is not possible.

        Args:
            actions: All of them from the start of the run, those this run has seen included.
            weeks: Week to run to; what begins in it waits.
            each: Called with the world after every week.
        """
        with self.lock:
            if weeks > longest():
                raise InputError(f"a run cannot have {weeks} weeks; it has at most {longest():,}")
            ordered = sorted(map(checked, actions), key=itemgetter("week"))
            while True:
                self._undo_now(ordered, weeks)
                for fields in ordered:
                    if fields["week"] == self.week:
                        self._repeat_one(fields if (fields.get("until") or 0) > weeks else without(fields, "until"))
                if self.week >= weeks:
                    return
                stops = [fields.get(key) or 0 for fields in ordered for key in ("week", "until")]
                next_stop = min([weeks, *(stop for stop in stops if stop > self.week)])
                self.advance(1 if each else next_stop - self.week)
                if each:
                    each(self.world)

    def _repeat_one(self, fields: Fields) -> None:
        """Let something wait as it did the first time: a lever by its name, so that it can be moved on."""
        name = fields.get("parameter")
        if isinstance(name, str) and name in self.start and set(fields) == _PULLED and fields["action"] == "set":
            self._wait(name, without(fields, "week"))
        else:
            self.intervene(fields)

    def _undo_now(self, actions: list[Fields], weeks: int) -> None:
        by_hand = self._by_hand()
        for number, fields in enumerate(actions):
            if fields.get("until") == self.week <= weeks and number in by_hand and by_hand[number].undone is None:
                self.world.undo(by_hand[number])

    def reset(self) -> None:
        """Return to week 0, as the scenario has it."""
        self.rewind(self._first)

    def rewind(self, week: int) -> None:
        """Return to a week of the past, with what was done by hand before it; InputError if it is none."""
        with self.lock:
            if not self._first <= week <= self.week:
                raise InputError(f"week {week} cannot be returned to; it must be {self._first} to {self.week}")
            actions = [
                fields if (fields.get("until") or 0) < week else without(fields, "until")
                for fields in self.manual_actions()
                if fields["week"] < week
            ]
            self.waiting.clear()
            self.moments[max(moment for moment in self.moments if moment <= week)].restore(self.world)
            self.repeat(actions, week)
            self.moments = {moment: world for moment, world in self.moments.items() if moment <= week}

    def fork(self) -> Session:
        """Make a session with the same past, which it shares, and the same luck; what waits waits in both."""
        with self.lock:
            twin = copy(self)
            twin.lock = RLock()
            twin.world = self.world.fork()
            twin.waiting = dict(self.waiting)
            twin.moments = dict(self.moments)
            return twin

    def _act(self) -> None:
        while self.waiting:
            fields = self.waiting.pop(next(iter(self.waiting)))
            self._lengthen()
            self.world.intervene({"week": self.week, **fields})

    def _lengthen(self) -> None:
        """Make room for interventions beyond the scenario's own horizon."""
        if self.week >= int(self.world.scenario["organization.weeks"]):
            self.world.override({"organization.weeks": longest()})

    def _rehearse(self, waiting: Mapping[str, Fields]) -> None:
        """Do what waits to a copy; InputError if something of it is not possible."""
        self._lengthen()
        world = self.world
        weekly = RECORDS["weekly"].allocate(world.burn_in + self.week + 2)
        copies = {name: getattr(world.state, name).copy() for name in ("p", "org", "reps", "managers")}
        rehearsal = world.state._replace(**copies, weekly=weekly)
        try:
            scenario = world.scenario.with_interventions([{"week": self.week, **fields} for fields in waiting.values()])
        except ScenarioError as error:
            texts = [f"{problem.key}: {problem.text}" if problem.key else problem.text for problem in error.problems]
            raise InputError("this is not possible; " + "; ".join(texts)) from error
        for spec in scenario.interventions[len(world.scenario.interventions) :]:
            interventions.check_undoable(spec)
            order = interventions.resolve(spec, scenario, rehearsal)
            if spec.rollout == "bullets":
                pilot_of(order, scenario, rehearsal)
            interventions.apply(order, rehearsal, world.best_first)

    def _happened(self) -> dict[int, Applied]:
        """What has happened, in order, each by its place in the scenario; what failed has none."""
        specs = self.world.scenario.interventions
        by_week = iter(sorted(range(len(specs)), key=lambda place: specs[place].week))
        happened = {}
        for applied in self.world.log:
            place = next((place for place in by_week if specs[place] == applied.spec), None)
            if place is not None:
                happened[place] = applied
        return happened

    def _by_hand(self) -> dict[int, Applied]:
        """What has been done by hand, in order, by its number."""
        return {place - self._own: applied for place, applied in self._happened().items() if place >= self._own}

    def _undoable(self, row: int) -> bool:
        """Whether something done by hand stands, and nothing that stands has changed the same numbers since."""
        applied = self.world.log[row]
        if applied.undone is not None or applied.spec.event in interventions.FINAL:
            return False
        own = {(change.array, change.name) for change in applied.changes}
        later = [other for other in self.world.log[row + 1 :] if other.undone is None]
        return not any((change.array, change.name) in own for other in later for change in other.changes)

    def _keep_moment(self) -> None:
        self.moments[self.week] = PackedWorld.of(self.world, self.moments.get(self._first))
        oldest = self.week - _RECENT * WEEKS_PER_QUARTER
        for week in list(self.moments):
            years_end = (self.world.burn_in + week) % WEEKS_PER_YEAR == 0
            if self._first < week <= oldest and not years_end:
                del self.moments[week]
