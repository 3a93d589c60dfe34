"""X4, a team of n on one deal: n(n - 1)/2 channels eat the hours that more people bring."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tests.patterns.docking.engine_only import judged, lay_out, line_table, over_seeds
from tests.patterns.making.pattern import Finding, Pattern, Plan, verdict_of
from tests.patterns.making.plots import band_table, lines

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sim.engine.world import World
    from sim.studies.statistics import Floats
    from tests.patterns.making.pattern import Effort

WEEK = 10.0
"""Working hours of everybody."""

COSTS = (0.4, 0.3)
"""Cost of a channel, both ends together, in weeks of a person."""

PEOPLE = (1, 2, 3, 4, 5)
KINDS = ("telesales", "product", "industry", "installed_base")
"""Who joins the rep, in this order; telesales first, since it stays only with needs it found itself."""

_PARAMETERS = {
    "mechanisms.coordination": True,
    "operations.week_hours": WEEK,
    "structure.specialist_hours": WEEK,
    "structure.specialist_hours_per_deal": 40.0,
    "structure.specialist_target_deals": 1.0,
    "structure.telesales_leaves_at": 1.0,
    "structure.n_reps": 1,
    "market.accounts_per_rep": 1,
    "market.initial_installed_share": 1.0,
    "market.cycle_weeks": 104.0,
    "buyers.patience": 10.0,
    "structure.telesales_needs_per_week": 50.0,
}


def output(people: int, cost: float) -> float:
    """Hours on the deal of so many people, in weeks of one: n(1 - k(n - 1)/2). [weeks / week]."""
    return people * (1.0 - cost * (people - 1) / 2.0)


def _assembled(people: int, cost: float, seed: int) -> World:
    """One deal with so many people on it, all of them as busy as they can be."""
    parameters = {**_PARAMETERS, "structure.hours_per_channel": cost * WEEK}
    parameters |= {f"structure.{kind}_specialists": 1 for kind in KINDS[: people - 1]}
    if people == 1:
        parameters["market.needs_per_account_year"] = 50.0
    world = lay_out(parameters, seed)
    world.advance(12)
    return world


def worked(people: int, cost: float, seed: int) -> tuple[float, float]:
    """Hours left for the deal, in weeks of one person, and the people on it. [weeks / week, people]."""
    world = _assembled(people, cost, seed)
    rep, others = world.state.reps[0], world.state.specialists
    uses = ("hours_opportunities", "hours_prospecting", "hours_growth", "hours_unused")
    hours = sum(float(rep[use]) for use in uses) + float(others["hours_on_deals"].sum())
    return hours / WEEK, 1.0 + int(world.state.opportunities[0]["joined"]).bit_count()


def _test(effort: Effort) -> Finding:
    few = effort.share(0.1)
    measured = np.array(
        over_seeds(lambda seed: [[worked(n, cost, seed) for n in PEOPLE] for cost in COSTS], few)
    )  # seeds x costs x people x (output, people)
    numbers, parts = [], []
    for place, cost in enumerate(COSTS):
        found = measured[:, place, :, 0].mean(axis=0)
        numbers += [
            judged(f"{n} people at k = {cost}", value, output(n, cost), 1e-9, "weeks of work", n=few.seeds)
            for n, value in zip(PEOPLE, found, strict=True)
        ]
        square, slope, _ = np.polyfit(PEOPLE, found, 2)
        numbers.append(judged(f"best team at k = {cost}", -slope / square / 2.0, 1 / cost + 0.5, 1e-6, "people"))
        parts.append((measured[:, place, :, 0], cost))
    crowd = float(np.abs(measured[:, :, :, 1] - np.array(PEOPLE)).max())
    numbers.append(judged("people missing on a deal", crowd, 0.0, 0.0, "people"))
    sentence = (
        f"One to five people at k = {COSTS[0]} get {', '.join(f'{one.value:.2f}' for one in numbers[:5])} weeks "
        f"of work done a week, n(1 - k(n - 1)/2) to the last digit; the best team is {numbers[5].value:.2f} people "
        f"(exact {1 / COSTS[0] + 0.5:.2f}), at k = {COSTS[1]} {numbers[11].value:.2f} (exact {1 / COSTS[1] + 0.5:.2f})."
    )
    return Finding("X4", verdict_of(numbers), sentence, tuple(numbers), table=_table(parts))


def _table(parts: list[tuple[Floats, float]]) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - slow to import, and listing patterns does without

    tables = []
    for values, cost in parts:
        tables.append(band_table(values, PEOPLE, "people", case=f"engine, k = {cost}"))
        tables.append(line_table([output(n, cost) for n in PEOPLE], PEOPLE, "people", f"exact, k = {cost}"))
    return pd.concat(tables, ignore_index=True)


def _figure(finding: Finding) -> Figure:
    return lines(finding, "people", "hours on the deal / a person's week", axis_label="people on one deal")


PATTERNS = (
    Pattern(
        "X4",
        "A team of n on one deal",
        "docking",
        (),
        Plan(
            "everything off but coordination; a rep and up to four kinds of specialist on one deal",
            f"a channel costs k = {COSTS[0]} or {COSTS[1]} of a person's week",
            "one week",
            "hours of everybody that reach the deal, in weeks of one person; vertex of the parabola through them",
            "n(1 - k(n - 1)/2) and its peak at 1/k + 1/2, exactly",
        ),
        _test,
        _figure,
        modules=("tests.patterns.docking.engine_only",),
    ),
)
