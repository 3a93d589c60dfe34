"""Run the toy in both drives and print, as JSON, what was compiled and what came out."""

import json
import os
import sys
import time
from pathlib import Path

import numpy as np

from agents.machinery.clock import CLOCK, advance_clock
from agents.machinery.rule import RULES
from agents.machinery.state import State
from agents.schedule import MANAGERS, PHASES, REPS
from sim.engine import compiler
from sim.engine.kernel import ARRAYS, kernel


def fresh():
    """A toy state."""
    nothing = dict.fromkeys(State._fields, np.zeros(0))
    return State(**nothing | {"clock": CLOCK.allocate(1), "reps": REPS.allocate(6), "managers": MANAGERS.allocate(1)})


def by_agents(state, weeks):
    """The agent drive, without Mesa."""
    for _ in range(weeks):
        advance_clock(state)
        for phase in PHASES:
            rows = getattr(state, ARRAYS[phase.agent])
            due = phase.when == "week" or state.clock[0].quarter_end
            for i in range(len(rows)) if due else ():
                for name in phase.rules:
                    RULES[name].entry(state, i)


def build(name, *_):
    """Note what is compiled; a helper, where there is one, is given the time to compile the last rule first."""
    built.append(name)
    end = time.monotonic() + 120
    while "helped" in sys.argv and not list(Path(os.environ["FLYWHEEL_CACHE_DIR"]).glob("*/advance_clock.bin")):
        if time.monotonic() > end:
            sys.exit("no helper came")
        time.sleep(0.05)


built: list[str] = []
if "helped" in sys.argv:
    compiler.WORTH_HELP = 1
    compiler.usable_cores = lambda: 2
state, other, backwards = fresh(), fresh(), fresh()
optimisation = int(compiler._config.OPT)
was_cached = compiler.is_cached(state)
compiler.kernel_entry(state, build)(state, 29)
json_state = [rows.tolist() for rows in state]
if "rules" in sys.argv:
    compiler.ensure_compiled(other, "rules", lambda name, *_: built.append(name))
    if "another layout" in sys.argv:
        compiler.kernel_entry(state._replace(p=np.zeros(0, dtype="i4")), build)
    by_agents(other, 29)
    kernel(PHASES, backwards=True)(backwards, 29)
same = [all((a == b).all() for a, b in zip(state, one, strict=True)) for one in (other, backwards)]
restored = optimisation == int(compiler._config.OPT)
result = {"built": built, "was_cached": was_cached, "state": json_state, "same": same, "restored": restored}
sys.stdout.write(json.dumps(result))
