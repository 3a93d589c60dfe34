"""Twin runs with the same luck: one undisturbed, others with a link cut, pushed or carried out differently."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.machinery.clock import WEEKS_PER_QUARTER
from agents.machinery.state import values_of
from sim.engine.state import RECORDS, open_rows
from sim.questions.wheel.links import attach, linked_drive, number_of
from sim.questions.wheel.loops import program_of
from sim.scenario.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from agents.machinery.state import State
    from sim.engine.world import World
    from sim.questions.wheel.loops import Link, Loop
    from sim.studies.statistics import Floats

FLOWS = frozenset({"booked", "renewed", "churned"})
"""Fields that are orders of one week: their level is the sum of the last quarter."""

_CUSTOMERS = frozenset({"satisfaction"})
"""Fields of accounts that mean something for customers only."""


def levels_of(state: State, links: Sequence[Link]) -> list[float]:
    """Levels of some fields now, in their units; 0 where there is nobody. [links].

    Means are over what is alive: open opportunities, filled seats, front-line managers, working specialists, all
    accounts (customers for satisfaction). Orders and installed value are sums.
    """
    alive: dict[str, Any] = {}
    levels = []
    for array, name in links:
        values = values_of(state, RECORDS[array], name)
        if name in FLOWS or name == "installed_value":
            levels.append(float(values.sum()))
            continue
        group = array if name not in _CUSTOMERS else "customers"
        if group not in alive:
            alive[group] = _alive(state, group)
        counted = values if alive[group] is None else values[alive[group]]
        # What `mean` does, without its checks: this runs every week of every twin.
        levels.append(float(np.add.reduce(counted)) / len(counted) if len(counted) else 0.0)
    return levels


def _alive(state: State, group: str) -> Any:
    """Rows that count, None for all."""
    if group == "opportunities":
        return open_rows(state)
    if group in ("reps", "specialists"):
        return np.flatnonzero(getattr(state, group)["active"] == 1)
    if group == "managers":
        return np.flatnonzero(state.managers["level"] == 1)
    return np.flatnonzero(state.customer_lines > 0) if group == "customers" else None


@dataclass(frozen=True, slots=True)
class Twins:
    """A world before the experiment, from which its twins part."""

    world: World  # with factors on its links; it is forked, never run
    links: tuple[Link, ...]  # fields that are watched
    drive: Callable[[State, int], None]  # what moves a twin on
    weeks: int  # weeks of each twin

    @classmethod
    def of(cls, world: World, loop: Loop, weeks: int) -> Twins:
        """Prepare a world; it is changed, and must not be run by itself any more."""
        program = program_of(loop)
        world.state = attach(world.state, program.links)
        world.checked = False  # a push may lift a number above its bound, which is what it is for
        return cls(world, loop.links, linked_drive(world.state, program), weeks)

    def run(
        self, factors: Callable[[int, Floats], Mapping[Link, float]], watched: Sequence[Link] | None = None
    ) -> Floats:
        """Run a twin: levels of the watched fields, all by default, by week; nan for the others. [weeks x links].

        `factors` is called before each week with the number of weeks run and the levels so far (those to come are 0),
        and gives the factors that differ from those of the week before.
        """
        twin = self.world.fork()
        links = self.links if watched is None else tuple(watched)
        columns = [self.links.index(link) for link in links]
        levels = np.full((self.weeks, len(self.links)), np.nan)
        levels[:, columns] = 0.0
        for week in range(self.weeks):
            for link, factor in factors(week, levels).items():
                twin.state.p[number_of(link)] = factor
            twin.advance(1, self.drive)
            levels[week, columns] = levels_of(twin.state, links)
        return levels

    def carried_out(self, execution: Mapping[Link, float]) -> Floats:
        """Run a twin whose links are carried out as given, 1 for those not named; shape as `run`."""
        return self.run(lambda week, _: execution if week == 0 else {})

    def end_of(self, execution: Mapping[Link, float], weeks: int, watched: Link) -> Floats:
        """Run such a twin and watch one field at the end: its column in the last weeks of `carried_out`. [weeks]."""
        twin = self.world.fork()
        for link, factor in execution.items():
            twin.state.p[number_of(link)] = factor
        twin.advance(self.weeks - weeks, self.drive)
        levels = np.zeros(weeks)
        for week in range(weeks):
            twin.advance(1, self.drive)
            (levels[week],) = levels_of(twin.state, [watched])
        return levels

    def cut(
        self, base: Floats, fields: Sequence[Link], push: float, standing: Mapping[Link, float] | None = None,
        watched: Sequence[Link] | None = None,
    ) -> Floats:  # fmt: skip
        """Run a twin in which what some fields pass on is played back from the undisturbed one, larger by the push.

        Whoever reads a field gets its value times the level of the undisturbed twin over its own, a week before: in
        the mean what the undisturbed twin has. For orders, whose levels differ much by luck alone, it is 1 less the
        difference over the mean of both, which is the same for small differences and does not add on average.
        `standing` factors hold throughout, in the undisturbed twin too; fields that are cut are watched as well.
        """
        always = standing or {}
        columns = {link: self.links.index(link) for link in fields}

        def factors(week: int, levels: Floats) -> dict[Link, float]:
            changed = {} if week else dict(always)
            for link, column in columns.items():
                played = _played_back(base[:week, column], levels[:week, column], is_flow=link[1] in FLOWS)
                changed[link] = (1.0 + push) * always.get(link, 1.0) * played
            return changed

        return self.run(factors, None if watched is None else tuple({*watched, *fields}))


def _played_back(base: Floats, levels: Floats, *, is_flow: bool) -> float:
    """Factor that takes back what a field has gained over the undisturbed twin. [weeks so far] both."""
    span = WEEKS_PER_QUARTER if is_flow else 1
    was, now = float(base[-span:].sum()), float(levels[-span:].sum())
    if was <= 0.0 or now <= 0.0:
        return 1.0
    return max(0.0, 1.0 - 2.0 * (now - was) / (now + was)) if is_flow else was / now


def check_alive(base: Floats, loop: Loop) -> None:
    """Raise InputError for a stage whose measure is zero in every week of the undisturbed twin."""
    for stage in loop.stages:
        if not base[:, loop.links.index(stage.fields[0])].any():
            name = ".".join(stage.fields[0])
            raise InputError(
                f"the stage {stage.name} ({name}) is constantly zero here, so no share of it can pass round the loop; "
                "switch on what it needs, or leave the stage out"
            )
