"""One visitor's run: a world that is played, pulled at, undone and reset. Nothing here draws.

Levers wait until the coming week begins, so that a slider moved to and fro within a week is one intervention or none.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import RLock
from typing import TYPE_CHECKING, Any

from agents.clock import WEEKS_PER_QUARTER, WEEKS_PER_YEAR
from sim.compiler import ensure_compiled, is_cached
from sim.engine import World
from sim.errors import InputError
from sim.interventions import FINAL
from sim.parameters import parameter
from sim.ui.run.levers import LEVERS, shown, value_of

if TYPE_CHECKING:
    from sim.compiler import Report
    from sim.interventions import Applied
    from sim.parameters.base import Parameter
    from sim.scenario import Scenario

_LABELS = {lever.dotted: lever for lever in LEVERS}
_RECENT = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list of interventions.

    Attributes:
        key: What `undo` wants.
        week: Week of the run at whose start it happens or has happened.
        text: What it does.
        undone: Week at whose start it was undone, or None.
        undoable: Whether it can be undone now.
    """

    key: str
    week: int
    text: str
    undone: int | None
    undoable: bool


class Session:
    """A world with its past at hand; safe to use from several threads.

    Attributes:
        world: The present. Look at it within `lock`.
        lock: Held by whoever moves or reads the world.
        moments: Worlds of the past by their week: the start, the last four ends of quarters and every end of a year.
        changed: Levers that were pulled and act when the coming week begins, by dotted name.
    """

    def __init__(self, world: World) -> None:
        self.lock = RLock()
        self.world = world
        self.changed: dict[str, float] = {}
        self.moments: dict[int, World] = {}
        self._first = world.week
        self._keep_moment()

    @classmethod
    def begin(cls, scenario: Scenario, seed: int = 0, progress: Report | None = None) -> Session:
        """Compile what is not compiled yet, make an organization and run its burn-in.

        Args:
            scenario: What is assumed.
            seed: Key of all chance.
            progress: Told what is compiled next, how many are done and how many there are (0 while that is unknown,
                since another visitor's session may be compiling the same).

        Raises:
            InputError: The seed or an intervention of the scenario cannot be used.
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

    def advance(self, weeks: int = 1) -> int:
        """Pull the levers that were changed, then run some weeks; return how many were run (fewer at the very end).

        Raises:
            InputError: An intervention that falls due cannot be carried out.
        """
        with self.lock:
            begin, end = self.week, min(self.week + weeks, longest())
            if begin < end:
                self._pull()
            while self.week < end:
                self.world.advance(min(end - self.week, self.to_quarter_end))
                if self.to_quarter_end == WEEKS_PER_QUARTER:
                    self._keep_moment()
            return end - begin

    @property
    def to_quarter_end(self) -> int:
        """Weeks to the next end of a quarter, 1 to 13."""
        return WEEKS_PER_QUARTER - (self.world.burn_in + self.week) % WEEKS_PER_QUARTER

    def value(self, dotted: str) -> float:
        """What a lever stands at, or will when the coming week begins; in its unit."""
        with self.lock:
            return self.changed.get(dotted, value_of(self.world.state, dotted))

    def pull(self, dotted: str, value: float) -> None:
        """Set a lever for everyone from the coming week on.

        Raises:
            InputError: It is no lever, or the value is out of range.
        """
        item = parameter(dotted)
        if item.lever is None:
            raise InputError(f"{dotted} cannot change while a run goes on")
        exact = int(value) if item.type is int and float(value).is_integer() else value
        if not item.allows(exact):
            raise InputError(f"{dotted} = {value} is not allowed; it must be {item.allowed}")
        with self.lock:
            if exact == value_of(self.world.state, dotted):
                self.changed.pop(dotted, None)
            else:
                self.changed[dotted] = exact

    def undo(self, key: str) -> None:
        """Take back an intervention named by the key of its entry.

        Raises:
            InputError: There is none, or it cannot be undone (any more).
        """
        with self.lock:
            if key in self.changed:
                del self.changed[key]
                return
            entry = next((one for one in self.entries() if one.key == key), None)
            if entry is None or not entry.undoable:
                raise InputError(f"{entry.text if entry else key} cannot be undone; take back later changes first")
            self.world.undo(self.world.log[int(key)])

    def entries(self) -> list[Entry]:
        """What was and will be done, the newest first."""
        with self.lock:
            waiting = [
                Entry(dotted, self.week, _from_to(parameter(dotted), value_of(self.world.state, dotted), value), None,
                      undoable=True)
                for dotted, value in self.changed.items()
            ]  # fmt: skip
            done = [
                Entry(str(row), one.week, _text(one), one.undone, undoable=self._undoable(row))
                for row, one in enumerate(self.world.log)
            ]
            return [*waiting[::-1], *done[::-1]]

    def reset(self) -> None:
        """Return to week 0, as the scenario has it."""
        self.rewind(self._first)

    def rewind(self, week: int) -> None:
        """Return to a week of the past, with what had been done until then.

        Raises:
            InputError: The week lies in the future or before the start.
        """
        with self.lock:
            if not self._first <= week <= self.week:
                raise InputError(f"week {week} cannot be returned to; it must be {self._first} to {self.week}")
            nearest = max(moment for moment in self.moments if moment <= week)
            kept = self.world.log
            self.changed.clear()
            log_of_deals = self.world.state.deals
            self.world.restore(self.moments[nearest])
            self.world.state = self.world.state._replace(deals=log_of_deals)
            self._replay(kept, week)
            self.moments = {moment: world for moment, world in self.moments.items() if moment <= week}

    def _replay(self, log: list[Applied], week: int) -> None:
        """Run on to a week and do again what had been done by hand on the way."""
        own = [one for one in log if one.week >= self.week]
        undone = [(one.undone, row) for row, one in enumerate(log) if one.undone is not None and one.spec.until is None]
        while self.week < week:
            for at, row in undone:
                if at == self.week and row < len(self.world.log) and self.world.log[row].undone is None:
                    self.world.undo(self.world.log[row])
            for one in own:
                if one.week == self.week and one.spec not in self.world.planned:
                    self._intervene(one.spec.model_dump(exclude_defaults=True) | {"week": one.week})
            self.world.advance(1)

    def _pull(self) -> None:
        while self.changed:
            dotted, value = next(iter(self.changed.items()))
            del self.changed[dotted]
            self._intervene({"week": self.week, "parameter": dotted, "action": "set", "value": value})

    def _intervene(self, fields: dict[str, Any]) -> None:
        """Give the world an intervention for this week, which may lie beyond the scenario's own horizon."""
        if self.week >= int(self.world.scenario["organization.weeks"]):
            self.world.override({"organization.weeks": longest()})
        self.world.intervene(fields)

    def _undoable(self, row: int) -> bool:
        """Whether nothing that stands has changed the same numbers since."""
        one = self.world.log[row]
        if one.undone is not None or one.spec.event in FINAL:
            return False
        own = {(change.array, change.name) for change in one.changes}
        later = [other for other in self.world.log[row + 1 :] if other.undone is None]
        return not any((change.array, change.name) in own for other in later for change in other.changes)

    def _keep_moment(self) -> None:
        """Keep the present without the room for the log of deals, which is empty between weeks and mostly air."""
        moment = self.world.snapshot()
        moment.state = moment.state._replace(deals=moment.state.deals[:0].copy())
        self.moments[self.week] = moment
        oldest = self.week - _RECENT * WEEKS_PER_QUARTER
        for week in list(self.moments):
            years_end = (self.world.burn_in + week) % WEEKS_PER_YEAR == 0
            if self._first < week <= oldest and not years_end:
                del self.moments[week]


def longest() -> int:
    """Weeks of the longest run there can be."""
    return int(parameter("organization.weeks").high or 1)


def _from_to(item: Parameter, before: float, after: float) -> str:
    lever = _LABELS.get(item.dotted)
    if lever is None:
        return f"{item.dotted} {before:,.4g} to {after:,.4g}"
    return f"{lever.label}: {shown(lever, before).removesuffix(lever.unit).strip()} to {shown(lever, after)}"


def _text(applied: Applied) -> str:
    spec = applied.spec
    if spec.label or spec.action != "set" or not spec.parameter or not applied.changes:
        return applied.label
    item = parameter(spec.parameter)
    return _from_to(item, float(applied.changes[0].before.mean()), item.number(spec.value))
