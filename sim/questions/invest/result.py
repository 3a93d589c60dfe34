"""What an investment study found: the mix recommended, the runner-up, the frontier, and how sure one is of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.questions.invest.levers import MixLever
    from sim.questions.invest.terms import Effort
    from sim.scenario.measures import Measure
    from sim.scenario.parameters.base import Value
    from sim.scenario.scenario import Scenario
    from sim.studies.statistics import Interval


@dataclass(frozen=True)
class Mix:
    """One way to spend."""

    changes: Mapping[str, Value]  # parameters that differ from as is, by dotted name; none for as is
    spend: float  # above that of as is, at list prices [currency / year]
    table: pd.DataFrame  # A row a lever: `lever`, `name`, `unit`, `as_is`, `value`, `spend` (currency / year)

    @property
    def is_as_is(self) -> bool:
        """Whether nothing is changed."""
        return not self.changes


@dataclass(frozen=True)
class Investment:
    """The answer to "where should the next money and hours go?".

    All differences are improvements, in the unit of the goal: more is better, whatever the goal. They come from seeds
    (or worlds) that neither the search nor the choice has seen.

    Attributes:
        scenario, budget, goal, robust: What was asked.
        effort: How much was run.
        levers: What was mixed.
        weeks: Weeks of each run.
        from_start: Whether mixes had a burn-in of their own.
        recommendation: The best mix on the seeds of the choice; as is, where nothing was better.
        runner_up: The second best that is another kind of mix; None where there is none.
        as_is, result: Goal as is and with the recommendation.
        against_as_is, against_runner_up: What the recommendation improves.
        better: Share of seeds or worlds in which it is better than as is.
        frontier: The best mix found for each part of the budget, the cheapest first: `spend`, `role`, `difference` from
            as is with `low` and `high`, `on_frontier` (nothing cheaper is as good), a column a lever.
        parts: A row a lever that the recommendation moves: what it adds to the rest of the mix.
        finalists: Mixes that were compared for the choice, the best first.
        evaluated: Every mix of the search: a column a lever, `spend`, `score` and `mean` on the seeds of the search.
        replicates: A row a fresh seed or world: `replicate`, `as_is`, `recommendation`, `runner_up`.
        exhaustive: Whether every mix that can be paid was tried.
        interrupted: Whether the search was ended before its time.
        failures: Runs that broke and were left out, one sentence each.
        notes: What else one should know.
        seeds: Every seed used.
    """

    scenario: Scenario
    budget: float
    goal: Measure
    robust: str
    effort: Effort
    levers: tuple[MixLever, ...]
    weeks: int
    from_start: bool
    recommendation: Mix
    runner_up: Mix | None
    as_is: Interval
    result: Interval
    against_as_is: Interval
    against_runner_up: Interval | None
    better: float
    frontier: pd.DataFrame
    parts: pd.DataFrame
    finalists: pd.DataFrame
    evaluated: pd.DataFrame
    replicates: pd.DataFrame
    exhaustive: bool
    interrupted: bool
    failures: Sequence[str]
    notes: Sequence[str]
    seeds: Sequence[int]

    @property
    def pays(self) -> bool:
        """Whether the recommendation is better than doing nothing, with its whole interval."""
        return not self.recommendation.is_as_is and self.against_as_is.low > 0.0

    @property
    def clear(self) -> bool:
        """Whether it is better than the runner-up, with its whole interval."""
        return self.against_runner_up is not None and self.against_runner_up.low > 0.0

    def _repr_html_(self) -> str:
        """Show the recommendation in a notebook."""
        html: str = self.recommendation.table.to_html(index=False)
        return html


def table_of(levers: Sequence[MixLever], changes: Mapping[str, Value], shares: Mapping[str, float]) -> pd.DataFrame:
    """Write a mix as a table, a row a lever."""
    return pd.DataFrame({
        "lever": lever.dotted, "name": lever.name, "unit": lever.unit, "as_is": lever.grid[lever.home],
        "value": changes.get(lever.dotted, lever.grid[lever.home]), "spend": shares.get(lever.dotted, 0.0),
    } for lever in levers)  # fmt: skip
