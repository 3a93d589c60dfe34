"""Field studies replayed (V2): members drawn, arms run with the same luck, and the answer beside what was published.

An answer is computed from means over seeds, with its interval by leaving out one seed after the other (jackknife).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from sim.engine.world import World
from sim.scenario.errors import InputError
from sim.scenario.parameters import by_name
from tests.patterns.making.paired import FEWEST, Trial, in_parallel, over, stacked, window
from tests.patterns.making.pattern import Number
from tests.patterns.making.replay_file import BOOKINGS, LOT
from tests.patterns.making.responses import jackknife

if TYPE_CHECKING:
    import threading

    from agents.machinery.record import Rows
    from sim.studies.statistics import Floats
    from tests.patterns.making.paired import Outcome, Reading
    from tests.patterns.making.pattern import Effort
    from tests.patterns.making.replay_file import Gain, Group, Published, Replay
    from tests.patterns.making.responses import Means

Standing = Literal["inside", "outside", "order as published", "order reversed", "cannot be told"]

LOT_KEY = 2012
"""Key of the draw by lot, beside the seed."""

EVERYONE = "everyone"
"""Name of the reading of a headline measure, which has no group."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """A study beside the model's answer.

    Attributes:
        replay: The study.
        value: The answer, a relative change. [share of base]
        low, high: Ends of its 95% interval; nan with fewer than two seeds.
        n: Seeds.
    """

    replay: Replay
    value: float
    low: float
    high: float
    n: int

    @property
    def said(self) -> Standing:
        """What the comparison comes to."""
        return judged(self.replay.published, self.low, self.high, self.n)

    @property
    def verdict(self) -> str:
        """What it comes to in words, with the distance of a value outside its range."""
        ends = self.replay.published.range
        if self.said != "outside" or ends is None:
            return self.said
        off = max(ends[0] - self.value, self.value - ends[1])
        return f"outside by {off * 100:.2f} points"

    @property
    def number(self) -> Number:
        """As a number of a finding; None for `met` where it cannot be told."""
        met = {"inside": True, "order as published": True, "cannot be told": None}.get(self.said, False)
        low, high = (None, None) if math.isnan(self.low) else (100.0 * self.low, 100.0 * self.high)
        words = needed(self.replay.published)
        name = f"{', '.join(self.replay.sources)}: {self.replay.title}"
        return Number(name, 100.0 * self.value, "% of base", low, high, self.n, words, met)


def needed(published: Published) -> str:
    """The range or order in words."""
    if published.order is not None:
        return f"interval {published.order}"
    low, high = published.range or (math.nan, math.nan)
    return f"interval within {low * 100:.3g}% to {high * 100:.3g}%"


def judged(published: Published, low: float, high: float, n: int) -> Standing:
    """Hold an interval against what was published.

    The whole interval decides: inside or outside a range, on either side of 0 for an order. One that has an end of the
    range or 0 within it cannot be told, and neither can one of fewer than `FEWEST` seeds.
    """
    if n < FEWEST or math.isnan(low):
        return "cannot be told"
    if published.range is None:
        above, below = low > 0.0, high < 0.0
        if not (above or below):
            return "cannot be told"
        return "order as published" if above == (published.order == "above 0") else "order reversed"
    least, most = published.range
    if least <= low and high <= most:
        return "inside"
    return "outside" if high < least or low > most else "cannot be told"


def replayed(replay: Replay, effort: Effort) -> Replayed:
    """Run a study over the seeds of an effort and compute its answer.

    Raises:
        InputError: The number of seeds or workers is not allowed.
        KeyboardInterrupt: It was stopped.
    """
    if effort.seeds < 2:
        raise InputError(f"{effort.seeds} seeds are not allowed; an interval needs at least 2")

    def job(seed: int, stopped: threading.Event) -> dict[str, dict[str, Any]]:
        return trial_of(replay, seed).resolved().run(seed, stopped)

    return answered(replay, stacked(in_parallel(job, effort.seeds, effort)))


def answered(replay: Replay, outcome: Outcome) -> Replayed:
    """Compute the answer of a study from its readings by arm and group. [seeds] each."""

    def gain(asked: Gain, means: Means) -> float:
        name = asked.group or EVERYONE
        return float(means[asked.arm][name] / means[asked.against][name] - 1.0)

    def answer(means: Means) -> float:
        first, *others = (gain(asked, means) for asked in replay.gains)
        return (first - sum(others)) / replay.answer.over

    return Replayed(replay, *jackknife(answer, outcome))


def trial_of(replay: Replay, seed: int) -> Trial:
    """Lay out the arms of a study for a seed, with the members of its groups as they are when the arms part."""
    scenario = replay.loaded()
    world = World.begin(scenario, seed, replay.weeks, deals=False, tables=False)
    seats = {name: members(group, world) for name, group in replay.groups.items()}
    readings: dict[str, Reading] = {name: _of_seats(replay, rows) for name, rows in seats.items()}
    if not replay.gains[0].group:
        readings = {EVERYONE: over(replay.measure, *replay.window)}
    cases = replay.cases({name: [int(seat) for seat in rows] for name, rows in seats.items()})
    return Trial(scenario, cases, readings, weeks=replay.weeks, from_start=replay.from_start, tables=True)


def members(group: Group, world: World) -> Rows:
    """Choose the members of a group among the seats filled now.

    Returns:
        Seats, in ascending order. [members]
    """
    reps = world.state.reps
    seats = np.flatnonzero((reps["active"] == 1) & (reps["idle"] == 0))
    if group.by == LOT:
        place = by_lot(reps["manager"][seats], world.seed)
    else:
        place = ranks(_results(seats, world) if group.by == BOOKINGS else reps[group.by][seats].astype(float))
    inside = np.any([(low <= place) & (place < high) for low, high in group.parts], axis=0)
    chosen: Rows = seats[inside]
    return chosen


def by_lot(teams: Rows, seed: int) -> Floats:
    """Draw places within each team, evenly spread from 0 up to 1, keyed by the seed. [seats].

    Args:
        teams: Team of each seat. [seats]
        seed: That of the run.
    """
    luck = np.random.default_rng([LOT_KEY, seed]).random(len(teams))
    place = np.zeros(len(teams))
    for team in np.unique(teams):
        place[teams == team] = ranks(luck[teams == team])
    return place


def ranks(values: Floats) -> Floats:
    """Places of values from 0 up to 1, lowest first, earlier first among equals. [n]."""
    place: Floats = np.empty(len(values))
    place[np.argsort(values, kind="stable")] = np.arange(len(values)) / max(len(values), 1)
    return place


def _results(seats: Rows, world: World) -> Floats:
    """Places by bookings of the last four quarters, the least first. [seats]."""
    order = world.best_first(seats)[::-1]
    place = np.empty(len(world.state.reps))
    place[order] = np.arange(len(order))
    return place[seats]


def _of_seats(replay: Replay, seats: Rows) -> Reading:
    """Read a measure of the table of reps: mean over the filled seats of a group and the quarters of the window."""

    def read(world: World) -> float:
        values = []
        for quarter in window(world, *replay.window).quarters:
            table: Any = quarter.reps
            filled = seats[table["active"][seats] == 1]
            values.append(float(table[replay.measure][filled].mean()))
        return float(np.mean(values))

    return read


def cited_by(replay: Replay) -> list[str]:
    """Name the parameters of the model whose default cites or names a row this study is held against."""
    rows = set(replay.sources)
    sources = {name: item.source for name, item in by_name().items()}
    return [
        name
        for name, source in sources.items()
        if rows & set(source.rows) or any(row in source.text for row in rows)
    ]  # fmt: skip
