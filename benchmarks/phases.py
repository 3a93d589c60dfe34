"""Where a run's time goes: every phase of the week timed by itself, in the run it belongs to.

python -m benchmarks.phases [SCENARIO] [--runs 5]    of a shipped scenario or a file; baseline unless said

All phases are compiled into one function that runs the one it is told, so that rules are in line as in the drive. What
a call costs, measured with a phase that does not exist, is taken off; of several runs the quickest counts for each.
"""

import argparse
import time
from typing import Any

import numpy as np

from agents.machinery.clock import advance_clock
from agents.machinery.rule import RULES, compiled_function
from agents.schedule import PHASES
from sim.engine.compiler import layout_types
from sim.engine.kernel import WALKS, arrays_apart, phase_source, rules_of
from sim.engine.state import copy_of
from sim.engine.world import World
from sim.scenario.scenario import Scenario

CLOCK, NOTHING = -1, -2
"""What the function does beside the phases: begin a week, or nothing."""


def source() -> str:
    """Give the source of `run_phase(s, which)`, where `which` is a place in the schedule."""
    lines = ["def run_phase(s, which):", f"    if which == {CLOCK}:", "        advance_clock(s)"]
    lines.append("    clock = s.clock[0]")
    for number, phase in enumerate(PHASES):
        lines += [f"    if which == {number}:", *(f"        {line}" for line in phase_source(phase))]
    return "\n".join(lines) + "\n"


def phase_by_phase() -> Any:
    """Make that function, not compiled yet."""
    rules = {name: RULES[name].dispatcher for name in rules_of(PHASES)}
    names: dict[str, Any] = {"advance_clock": advance_clock, **WALKS, **rules}
    exec(source(), names)  # noqa: S102 - our own text, from names checked against the registry
    return arrays_apart(compiled_function(names["run_phase"]))


def times_of(scenario: Scenario, runs: int) -> tuple[np.ndarray, int]:
    """Time the phases of a run with its burn-in. [ns, the clock and each phase], and the weeks it has."""
    world = World.lay_out(scenario, 0)
    weeks = world.burn_in + world.horizon
    types = layout_types(world.state)
    function = phase_by_phase()
    function.compile(types)
    entry = function.overloads[types].entry_point
    best = np.full(len(PHASES) + 1, np.inf)
    for _ in range(runs):
        state, found, empty = copy_of(world.state), np.zeros(len(PHASES) + 1), 0
        for _ in range(weeks):
            for which in range(CLOCK, len(PHASES)):
                start = time.perf_counter_ns()
                entry(state, which)
                found[which + 1] += time.perf_counter_ns() - start
            start = time.perf_counter_ns()
            entry(state, NOTHING)
            empty += time.perf_counter_ns() - start
        best = np.minimum(best, np.maximum(found - empty, 0.0))
    return best, weeks


def main() -> None:
    """Print the phases, the longest first."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("scenario", nargs="?", default="baseline")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    times, weeks = times_of(Scenario.load(options.scenario), options.runs)
    names = ["clock", *(phase.name for phase in PHASES)]
    print(f"{options.scenario}: {times.sum() / 1e6:.1f} ms in {weeks} weeks of the compiled drive")
    for place in np.argsort(-times):
        if times[place] >= times.sum() / 200:
            print(f"{names[place]:16}{times[place] / 1e6:8.2f} ms{times[place] / times.sum():8.1%}")


if __name__ == "__main__":
    main()
