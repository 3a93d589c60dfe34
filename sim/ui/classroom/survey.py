"""Market research: some buyers, drawn by lot, are asked what no report shows, so that answers have an error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.studies.statistics import Interval, mean_interval

if TYPE_CHECKING:
    from sim.engine.world import World

ASKED = {"buyer_trust": "Trust", "regard": "Regard", "satisfaction": "Satisfaction", "demand": "Demand"}
"""What buyers are asked, by the name of what they have: shares from 0 to 1, and what they need now against usual."""
SPREAD = 0.5  # standard deviation of what one buyer needs against what all do: assumed [share]


@dataclass(frozen=True, slots=True)
class MarketSurvey:
    """What the buyers of one organization have answered in a quarter."""

    asked: int  # Buyers who were asked
    of: int  # Buyers in open territories
    means: tuple[Interval, ...]  # Of the answers of `ASKED`, with their 95% interval [share]


def take_survey(world: World, interviews: int) -> MarketSurvey:
    """Ask so many buyers of open territories, or all of fewer; organizations of the same luck ask the same ones."""
    state = world.state
    buyers = np.flatnonzero(state.reps["planned"][state.buyers["seat"]] > 0)
    draws = np.random.default_rng((world.seed, world.week, interviews))
    chosen = draws.choice(buyers, min(interviews, len(buyers)), replace=False)
    usual = float(state.p["market_demand"][0]) / float(world.scenario["market.demand"])
    sigma = np.sqrt(np.log1p(SPREAD**2))
    needed = usual * draws.lognormal(-(sigma**2) / 2.0, sigma, len(chosen))
    customers = np.where(state.customer_lines[chosen] > 0, state.satisfaction[chosen], np.nan)
    answers = {"buyer_trust": state.buyer_trust[chosen], "regard": state.regard[chosen], "satisfaction": customers}
    answers["demand"] = needed
    return MarketSurvey(len(chosen), len(buyers), tuple(mean_interval(answers[name]) for name in ASKED))
