"""Write the golden run anew: `python -m tests.golden.make`.

Only a change that is meant to move results may do so, and then CHANGELOG.md says so under "Results shift".
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from sim.measures.run import simulate
from tests.worlds import small

FILE = Path(__file__).with_name("small.json")
SEED, WEEKS = 7, 104

BELIEVABLE = {
    "bookings": (1e5, 3e7, "six reps for two years at a territory of 100 to 2500 thousand a year each"),
    "net_contribution": (-2e6, 8e6, "three quarters of 6 to 12 million signed and renewed, less 2 million a year"),
    "win_rate": (0.03, 0.45, "a fifth to a third of all needs taken up is won, by six reps in two years at times more"),
    "no_decision_rate": (0.2, 0.9, "more ends in no decision than with a competitor"),
    "loss_rate": (0.02, 0.5, "less than what ends in no decision"),
    "attainment": (0.2, 2.5, "quotas of six reps follow last year's luck, so the ratio strays far from 1"),
    "cycle_days": (30.0, 200.0, "around the nine weeks of market.cycle_weeks and a little more"),
    "deal_size": (1e4, 1e5, "around market.deal_size, higher where large territories win"),
    "selling_share": (0.2, 0.6, "about a third of a rep's week reaches a buyer"),
    "coordination_hours": (0.01, 5.0, "one specialist for six reps: an hour or so a week"),
    "rep_trust": (0.2, 0.9, "starts at 0.6 and moves slowly"),
    "turnover": (0.0, 1.2, "leavers of six seats: a fifth to a half a year, with much luck"),
}
"""Headline numbers with the least and the greatest value one would believe, and why."""


def golden() -> dict[str, float]:
    """Run the small organization and give its headline numbers."""
    summary = simulate(small(), seed=SEED, weeks=WEEKS).summary
    return {name: float(summary[name]) for name in BELIEVABLE}


if __name__ == "__main__":
    FILE.write_text(json.dumps(golden(), indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(f"{FILE.name} is written; say in CHANGELOG.md, under Results shift, what moved and why\n")
