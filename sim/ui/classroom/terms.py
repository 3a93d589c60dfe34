"""What a class is about, and how much of everything it can have."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario
from sim.ui.classroom.characters import check_characters
from sim.ui.classroom.demand import USUAL_DEMAND, check_demand
from sim.ui.classroom.options import USUAL, usual_budget

USUAL_SCENARIO, USUAL_QUARTERS = "baseline", 8
MOST_SEATS = 40  # of people
MOST_QUARTERS = 16
MOST_MEMBERS = 5  # of a team
MOST_REPS = 120  # reps of an organization that thirty seats can still play within two seconds a quarter


@dataclass(frozen=True, slots=True)
class ClassTerms:
    """What a class is about."""

    scenario: Scenario  # The organization everybody begins with
    seed: int  # Key of all chance, the same for everybody
    budget: float  # Spend above that of the organization as it is [currency / quarter]
    quarters: int  # How many are played
    offered: tuple[str, ...] = USUAL  # Names of what is decided
    team: int = 1  # People who hold a seat together at most
    characters: tuple[str, ...] = ()  # Keys of those that play along from the beginning
    demand: float = USUAL_DEMAND  # Of the market from the first quarter on, which nobody else reads [% of usual]

    def check(self) -> ClassTerms:
        """Give the terms of a class that can be played, with the scenario made long enough for it.

        Raises:
            InputError: A number is not allowed, or the organization is too large.
        """
        if not 1 <= self.quarters <= MOST_QUARTERS:
            raise InputError(f"quarters = {self.quarters} is not allowed; it must be 1 to {MOST_QUARTERS}")
        if not (np.isfinite(self.budget) and 0 <= self.budget <= 1e12):
            raise InputError(f"budget = {self.budget:,.6g} is not allowed; it must be an amount from 0")
        if not 1 <= self.team <= MOST_MEMBERS:
            raise InputError(f"people on a seat = {self.team} is not allowed; it must be 1 to {MOST_MEMBERS}")
        check_characters(self.characters)
        check_demand(self.demand, self.scenario)
        reps = int(self.scenario["structure.n_reps"])
        if reps > MOST_REPS:
            raise InputError(f"a class can lead organizations of up to {MOST_REPS} reps; this one has {reps:,}")
        weeks = max(13 * self.quarters, int(self.scenario["organization.weeks"]))
        longer = self.scenario.override({"organization.weeks": weeks})
        return replace(self, scenario=longer, budget=float(self.budget))

    def kept(self) -> dict[str, Any]:
        """What has to be kept of them; characters are kept as seats, and demand by quarter."""
        return {
            "scenario": self.scenario.to_toml(), "seed": self.seed, "budget": self.budget, "quarters": self.quarters,
            "offered": self.offered, "team": self.team,
        }  # fmt: skip


def proposed_terms() -> ClassTerms:
    """The class as the form proposes it."""
    scenario = Scenario.load(USUAL_SCENARIO)
    return ClassTerms(scenario, 1, float(round(usual_budget(scenario, USUAL_QUARTERS))), USUAL_QUARTERS)
