"""Verification: whether the program does in one's own scenario what its description says, run on demand.

It says nothing about whether the model is true; `flywheel validate` holds it against what was measured.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents.machinery.clock import WEEKS_PER_QUARTER, advance_clock
from agents.machinery.rule import RULES
from agents.schedule import PHASES
from sim.engine.compiler import compile_with_progress
from sim.engine.kernel import rows_of
from sim.engine.state import packed
from sim.engine.world import World
from sim.measures.conservation import Check, check_laws
from sim.questions.verify.extremes import check_extremes, check_relations
from sim.scenario.errors import InputError
from sim.studies.executor import Batch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from agents.machinery.state import State
    from sim.scenario.scenario import Scenario

SEEDS = 4
WEEKS = 52
_ROWS = 2_000_000  # accounts times weeks that are stepped one by one
_DUE = {"start": "first_week", "quarter": "quarter_end", "year": "year_end"}


def verify(
    scenario: Scenario, seeds: int = SEEDS, weeks: int = WEEKS, *, workers: int | None = None,
    progress: Callable[[str], None] | None = None,
) -> dict[str, list[Check]]:  # fmt: skip
    """Check conservation, extremes, directions, order, luck and workers in one scenario.

    Args:
        scenario: The organization.
        seeds: Seeds 0, 1, ... of every check.
        weeks: Weeks of each run.
        workers: Threads to be compared with one; 3 unless given.
        progress: Told the name of each part before it begins.

    Returns:
        Checks by part.

    Raises:
        InputError: There are too few seeds or weeks.
    """
    check_size(seeds, weeks)
    numbers = range(seeds)
    parts: dict[str, Callable[[], Iterable[Check]]] = {
        "Conservation": lambda: _conserved(scenario, numbers, weeks),
        "Extreme conditions": lambda: check_extremes(scenario, numbers[:2], weeks),
        "Directions, equal luck": lambda: check_relations(scenario, numbers, weeks),
        "Order and luck": lambda: _repeatable(scenario, numbers, weeks, workers or 3),
    }
    checks = {}
    for name, part in parts.items():
        if progress:
            progress(name)
        checks[name] = list(part())
    return checks


def check_size(seeds: int, weeks: int) -> None:
    """Raise InputError for too few seeds or weeks to show anything."""
    if seeds < 2:
        raise InputError(f"{seeds} seeds are not enough to verify; give at least 2")
    if weeks < WEEKS_PER_QUARTER:
        raise InputError(f"{weeks} weeks are not enough to verify; give at least {WEEKS_PER_QUARTER}")


def _conserved(scenario: Scenario, seeds: Sequence[int], weeks: int) -> list[Check]:
    """Hold the laws against the organization as it is, at every quarter's end and at the end of each run."""
    worlds = []
    for seed in seeds:
        world = World.begin(scenario, seed, weeks)
        while world.week < weeks:
            world.advance(min(WEEKS_PER_QUARTER, weeks - world.week))
            worlds.append(world.snapshot() if world.week < weeks else world)
    return check_laws(worlds)


def _repeatable(scenario: Scenario, seeds: Sequence[int], weeks: int, workers: int) -> Iterable[Check]:
    begun = World.begin(scenario, seeds[0], weeks)
    yield _order(begun)
    runs = [_bytes(World.begin(scenario, seed, weeks).finish()) for seed in seeds]
    again = _bytes(begun.fork().finish())
    yield Check("the same seed gives the same run", _same(again == runs[0]), again == runs[0])
    pieces = begun.fork()
    while pieces.week < weeks:
        pieces.advance(1)
    same = _bytes(pieces) == runs[0]
    yield Check("a run in single weeks is the run in one piece", _same(same), same)
    different = len(set(runs))
    yield Check("every seed brings its own luck", f"{different} different runs of {len(runs)}", different == len(runs))
    others = Batch(lambda seed, _: _bytes(World.begin(scenario, seed, weeks).finish()), workers).run(seeds)
    equal = [result for _, result in others] == runs
    yield Check(f"one worker or {workers}: the same runs", _same(equal), equal)


def _order(begun: World) -> Check:
    """Run some weeks with the agents of every phase visited from the last to the first, rule by rule."""
    accounts = len(begun.state.buyers)
    weeks = max(1, min(WEEKS_PER_QUARTER, _ROWS // accounts))
    forward, backward = begun.fork(), begun.fork()
    forward.advance(weeks)
    compile_with_progress(begun.state, "rules")
    backward.advance(weeks, backwards)
    for world in (forward, backward):  # the log has the deals of a week in the order of the visits
        deals = np.concatenate([world.state.deals[:0], *world.closed])
        world.closed = [np.sort(deals, order=["closed", "account", "line"])]
    equal = _bytes(forward) == _bytes(backward)
    return Check("the order of agents within a phase does not matter", f"{_same(equal)} after {weeks} weeks", equal)


def backwards(state: State, n_weeks: int) -> None:
    """Move a state on as the schedule says, each phase from its last agent to its first."""
    for _ in range(n_weeks):
        advance_clock(state)
        for phase in PHASES:
            if phase.when != "week" and not state.clock[_DUE[phase.when]][0]:
                continue
            entries = [RULES[name].entry for name in phase.rules]
            for row in rows_of(state, phase, backwards=True):
                for entry in entries:
                    entry(state, row)


def _bytes(world: World) -> bytes:
    """Everything a run has left: every record but the emptied log, and every deal."""
    return b"".join(array.tobytes() for array in (*packed(world.state), *world.closed))


def _same(equal: bool) -> str:  # noqa: FBT001 - a verdict in words
    return "same bytes" if equal else "other bytes"
