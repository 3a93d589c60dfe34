"""Measure what better execution of each link does in the sound organizations: `python -m tests.wheel_norm`.

Seeds are others than those of any study. A loop of which some link cannot be told from nothing keeps 0 there, and is
ranked without a norm.
"""

from __future__ import annotations

import json
import sys

from scenarios import norms_path
from sim.engine.digest import model_digest
from sim.measures.loops import LOOPS
from sim.questions.wheel.gain import SOUND, Question, turn_wheel
from sim.scenario.scenario import Scenario

SEEDS = range(100_000, 100_096)


def digest() -> str:
    """Hash of the model the norms belong to."""
    return model_digest(SOUND.values())


def measured() -> dict[str, object]:
    """Rises by scenario, loop and stage."""
    found: dict[str, object] = {"model": digest(), "seeds": [SEEDS.start, SEEDS.stop - 1]}
    for name in SOUND.values():
        found[name] = {}
        for loop in LOOPS.values():
            wheel = turn_wheel(Scenario.load(name), loop, SEEDS, Question(at=()))
            rises = {
                stage.name: round(rise.mean, 5) if rise.low > 0.0 else 0.0
                for stage, rise in zip(loop.stages, wheel.rises, strict=True)
            }
            found[name][loop.name] = rises  # type: ignore[index]  # a table of tables
            sys.stdout.write(f"{name}, {loop.name}: {rises}\n")
    return found


if __name__ == "__main__":
    norms_path().write_text(json.dumps(measured(), indent=1) + "\n", encoding="utf-8")
