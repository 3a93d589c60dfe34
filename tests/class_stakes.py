"""Measure what choices move in a class as it is proposed: `python -m tests.class_stakes`; five minutes on one core.

It plays the class itself, with every character and one seat that never decides, writes `sim/ui/classroom/stakes.json`,
and puts the table into docs/class.md.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.engine.digest import model_digest
from sim.measures.words import amount
from sim.ui.classroom.characters import CHARACTERS
from sim.ui.classroom.room import Room
from sim.ui.classroom.stakes import ALONE, STAKES, stakes, stakes_table
from sim.ui.classroom.terms import USUAL_SCENARIO, ClassTerms, proposed_terms

SEEDS = range(20)
DOCUMENT = Path(__file__).parents[1] / "docs" / "class.md"
TABLE = re.compile(r"(<!-- python -m tests.class_stakes -->\n\n).*?(?=\n\n)", re.DOTALL)


def digest() -> str:
    """Hash of the model this was measured with."""
    return model_digest([USUAL_SCENARIO])


def terms_of(seed: int) -> ClassTerms:
    """The class as it is proposed, with everybody who can play along."""
    return replace(proposed_terms(), seed=seed, characters=tuple(CHARACTERS))


def played(seed: int) -> dict[str, list[float]]:
    """Net contribution and bookings to the end of the class, by character, and of a seat that never decides."""
    room = Room("STAKES", terms_of(seed))
    alone = room.join("left alone")
    for _ in range(room.terms.quarters):
        room.open(room.trainer)
        room.close(room.trainer)
    assert not any(seat.problem for seat in room.seats.values())
    ended = {seat.character or ALONE: seat.past for seat in (alone, *room.characters)}
    return {name: [round(past[-1].total), round(sum(one.bookings for one in past[1:]))] for name, past in ended.items()}


def measured() -> dict[str, object]:
    """Everything that is kept."""
    terms, runs = proposed_terms(), dict[str, list[list[float]]]()
    for seed in SEEDS:
        for name, ended in played(seed).items():
            runs.setdefault(name, []).append(ended)
        sys.stdout.write(f"seed {seed} is played\n")
    scenario = terms.scenario
    return {
        "model": digest(), "title": scenario.title, "quarters": terms.quarters, "offered": list(terms.offered),
        "budget": amount(terms.budget, "currency", scenario.currency), "seeds": [SEEDS.start, SEEDS.stop - 1],
        "runs": runs,
    }  # fmt: skip


def stored() -> dict[str, Any]:
    """What was measured last."""
    found: dict[str, Any] = json.loads(STAKES.read_text("utf-8"))
    return found


if __name__ == "__main__":
    STAKES.write_text(json.dumps(measured(), indent=1) + "\n", encoding="utf-8")
    stakes.cache_clear()
    DOCUMENT.write_text(TABLE.sub(lambda found: found[1] + stakes_table(), DOCUMENT.read_text("utf-8")), "utf-8")
