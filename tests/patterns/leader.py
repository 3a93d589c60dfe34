"""The leader's flywheel: ratcheted targets met (L1), and what is left of a programme when the push is over (L3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from agents.machinery.clock import WEEKS_PER_YEAR
from sim.engine.world import World
from sim.measures.whole_run import Past
from sim.scenario.scenario import Scenario
from sim.studies.executor import RunStopped
from tests.patterns.making.draws import assumed_draws
from tests.patterns.making.paired import (
    DRAW_KEY,
    Outcome,
    Trial,
    difference,
    in_draws,
    in_parallel,
    level,
    robustness,
    run,
    stacked,
)
from tests.patterns.making.pattern import Finding, Number, Pattern, Plan, verdict_of
from tests.patterns.making.plots import band_table, lines, numbers_table, points

if TYPE_CHECKING:
    import threading
    from collections.abc import Mapping

    from matplotlib.figure import Figure

    from sim.studies.statistics import Floats
    from tests.patterns.making.pattern import Effort, Robustness

DIM = {"strategy.vision_clarity": 0.4, "strategy.goal_communication": 0.4}
"""A leader with a dim vision who talks little."""

RATCHETED = {**DIM, "strategy.ratchet": 1.0, "strategy.stretch": 0.05}
"""The same, who expects all of last year's growth again, and 5% on top."""

ALONE = {
    "vision": {"strategy.vision_clarity": 0.9},
    "communication": {"strategy.goal_communication": 0.9},
    "training": {"training.hours_per_quarter": 18.0},
}
TOGETHER = "together"
GROWTH = 0.05
"""What the goal grows by each year."""

FASTER = 0.08
"""Another growth, shown beside it."""

_FIVE_YEARS = 5 * WEEKS_PER_YEAR
_YEAR_3 = slice(2 * WEEKS_PER_YEAR, 3 * WEEKS_PER_YEAR)
_MOST = 100


def by_year(name: str) -> Any:
    """Read the sum of a weekly measure in each year of the run. [years]."""
    return lambda world: Past.of(world).weekly[name].reshape(-1, WEEKS_PER_YEAR).sum(axis=1)


def _in_year_3(name: str) -> Any:
    return lambda world: float(Past.of(world).weekly[name][_YEAR_3].mean())


def _ladder(start: Mapping[str, float] = DIM) -> Trial:
    cases = {**ALONE, TOGETHER: {key: value for one in ALONE.values() for key, value in one.items()}}
    readings = {
        "bookings": by_year("bookings"), "quota": by_year("quota"), "latent": _in_year_3("latent"),
        "belief": _in_year_3("vision_credibility"),
    }  # fmt: skip
    return Trial("baseline", cases, readings, weeks=_FIVE_YEARS, start=start)


def years_met(case: Mapping[str, Floats], untreated: Floats, growth: float = GROWTH) -> Floats:
    """Years in which bookings reach the goal: those of the untreated first year, larger every year. [seeds].

    Args:
        case: Bookings by seed and year.
        untreated: Bookings of the first year as is. [seeds]
        growth: What the goal grows by, from the first year on.
    """
    years = np.arange(1, case["bookings"].shape[1] + 1)
    goals = untreated[:, None] * (1.0 + growth) ** years[None, :]
    met: Floats = np.sum(case["bookings"] >= goals, axis=1).astype(float)
    return met


def quotas_met(case: Mapping[str, Floats]) -> Floats:
    """Years in which bookings reach the quotas set for the year. [seeds]."""
    met: Floats = np.sum(case["bookings"] >= case["quota"], axis=1).astype(float)
    return met


def _all_met(found: Outcome, growth: float = GROWTH) -> dict[str, Floats]:
    first = found["as_is"]["bookings"][:, 0]
    return {name: years_met(case, first, growth) for name, case in found.items()}


def _test_l1(effort: Effort) -> Finding:
    part = effort.share(_MOST / effort.seeds) if effort.seeds > _MOST else effort
    found = run(_ladder(), part)
    ratcheted = run(_ladder(RATCHETED), part)
    met = _all_met(found)
    others = {"as_is": "none"} | {name: f"{name} alone" for name in ALONE}
    decisive = [
        difference(
            f"years met, together against {words}", met[TOGETHER], met[name], needed="above 0", relative=False,
            unit="years",
        )
        for name, words in others.items()
    ]  # fmt: skip
    second = [
        difference("potential not in use in year 3, together against none", found[TOGETHER]["latent"],
                   found["as_is"]["latent"], needed="below 0", relative=False, unit="share"),
        difference("belief in the vision in year 3, together against none", found[TOGETHER]["belief"],
                   found["as_is"]["belief"], needed="above 0", relative=False, unit="share"),
    ]  # fmt: skip
    levels = [level(f"years met, {others.get(name, name)}", values, "years of 5") for name, values in met.items()]
    faster = _all_met(found, FASTER)
    beside = [
        difference(f"years met at +{FASTER:.0%}, together against none", faster[TOGETHER], faster["as_is"],
                   relative=False, unit="years"),
        difference("years met under the ratchet, together against none", quotas_met(ratcheted[TOGETHER]),
                   quotas_met(ratcheted["as_is"]), relative=False, unit="years"),
        difference("bookings of five years, together", found[TOGETHER]["bookings"].sum(1),
                   found["as_is"]["bookings"].sum(1)),
    ]  # fmt: skip
    told = ", ".join(f"{one.name.removeprefix('years met, ')} {one.value:.2f}" for one in levels)
    return Finding(
        "L1",
        verdict_of([*decisive, *second]),
        f"Of five years whose goal grows by {GROWTH:.0%} are met: {told}. Belief in the vision in year 3 changes by "
        f"{second[1].value:+.2f}, potential not in use by {second[0].value:+.2f}; under a ratchet that expects every "
        f"gain again, {beside[1].value:+.2f} years.",
        (*decisive, *second, *levels, *beside),
        table=numbers_table(levels),
        robustness=in_draws(
            {"L1": _ladder()}, effort, _l1_in_draw, "mean years met of together above each of the others", most=100
        ),
    )


def _l1_in_draw(outcomes: dict[str, Outcome]) -> bool:
    met = {name: float(values.mean()) for name, values in _all_met(outcomes["L1"]).items()}
    return all(met[TOGETHER] > value for name, value in met.items() if name != TOGETHER)


PROGRAMME: tuple[dict[str, Any], ...] = (
    {"week": 0, "parameter": "enablement.process_formality", "action": "add", "value": 0.3},
    {"week": 0, "parameter": "enablement.coaching_hours_per_month", "action": "add", "value": 3.0},
    {"week": 0, "parameter": "management.response", "action": "set", "value": "root_cause"},
)
MANAGERS = {"not adopted": 0.1, "adopted": 0.9}
"""Adoption at the start, and the example the leader sets, which keeps it there."""

PUSH_OVER = {"management.carried_without_adoption": 0.0}
"""When the push is over, managers carry out only what they have adopted; the programme stays on paper."""

KEPT = 0.5
"""A gain has faded if less than this share of it is left two years later, and has stayed otherwise."""

_FOUR_YEARS = 4 * WEEKS_PER_YEAR
_WAYS = {
    "none": ("", False),
    "pushed": ("kept on paper", True),
    "nothing, push over": ("", True),
    "levers back": ("a year only", False),
}
"""What is left of the programme after a year, and whether the push ends then."""


def _test_l3(effort: Effort) -> Finding:
    scenarios = {name: _situation(adoption) for name, adoption in MANAGERS.items()}

    def job(seed: int, stopped: threading.Event) -> dict[str, dict[str, Any]]:
        return {name: _ways(scenario, seed, stopped) for name, scenario in scenarios.items()}

    rows = in_parallel(job, effort.seeds, effort)
    found = {name: stacked([row[name] for row in rows]) for name in MANAGERS}
    gains = {name: _gains(one) for name, one in found.items()}
    decisive = [
        _left("not adopted: year 4 less half of year 2", gains["not adopted"]["pushed"], "below 0"),
        _left("adopted: year 4 less half of year 2", gains["adopted"]["pushed"], "above 0"),
        _left("not adopted, against a twin whose usual coaching ends too", gains["not adopted"]["alone"], "below 0"),
    ]
    back = [
        _left(f"{name}, levers back: year 4 less half of year 2", gains[name]["levers back"], "") for name in MANAGERS
    ]
    levels = [
        level(f"{name}, {what}: gain of year {year + 1}", values[:, year], "of base")
        for name, ways in gains.items()
        for what, values in ways.items()
        for year in (1, 3)
    ]
    years = [band_table(gains[name]["pushed"], range(1, 5), "year", case=name) for name in MANAGERS]
    return Finding(
        "L3",
        verdict_of(decisive),
        _sentence_l3(gains),
        (*decisive, *back, *levels),
        tried=(
            "Adoption decides only how much coaching and field time is carried out; a formal process and root-cause "
            "reviews work the same with managers who have not adopted them. What fades without adoption is coaching, "
            "and with it the usual coaching of before. Where the levers themselves go back after a year, adoption "
            "makes no difference to what is left, because nothing in the model keeps a cancelled programme alive."
        ),
        table=pd.concat(years, ignore_index=True),
        robustness=_l3_in_draws(effort),
    )


def _situation(adoption: float) -> Scenario:
    return Scenario.load("baseline").override(
        {"management.initial_adoption": adoption, "management.leader_example": adoption}
    )


def _ways(scenario: Scenario, seed: int, stopped: threading.Event) -> dict[str, dict[str, Any]]:
    """Run one seed in every way; bookings by year."""
    base = World.begin(scenario, seed, _FOUR_YEARS, deals=False, tables=False)
    ending = [{**one, "until": WEEKS_PER_YEAR} for one in PROGRAMME]
    plans = {
        "": (),
        "kept on paper": scenario.with_interventions(PROGRAMME).interventions[-len(PROGRAMME) :],
        "a year only": scenario.with_interventions(ending).interventions[-len(PROGRAMME) :],
    }
    found = {}
    for name, (programme, over) in _WAYS.items():
        if stopped.is_set():
            raise RunStopped
        world = base.fork()
        for spec in plans[programme]:
            world.plan(spec)
        world.advance(WEEKS_PER_YEAR)
        if over:
            world.override(PUSH_OVER)
        found[name] = {"bookings": by_year("bookings")(world.finish())}
    return found


def _gains(one: Outcome) -> dict[str, Floats]:
    """Bookings above those of a twin, year by year, as a share of the twin's mean. [seeds, years]."""

    def above(way: str, twin: str) -> Floats:
        base = one[twin]["bookings"]
        gain: Floats = (one[way]["bookings"] - base) / base.mean(axis=0)
        return gain

    return {
        "pushed": above("pushed", "none"),
        "alone": above("pushed", "nothing, push over"),
        "levers back": above("levers back", "none"),
    }


def _left(name: str, gains: Floats, needed: str) -> Number:
    return level(name, gains[:, 3] - KEPT * gains[:, 1], "of base", needed=needed)


def _sentence_l3(gains: dict[str, dict[str, Floats]]) -> str:
    def told(name: str, what: str) -> str:
        years = gains[name][what].mean(axis=0)
        return f"{years[1]:+.1%} in year 2 and {years[3]:+.1%} in year 4"

    return (
        f"A year's push ends and the programme stays on paper: bookings are {told('not adopted', 'pushed')} above the "
        f"twin without it where managers have not adopted it, {told('adopted', 'pushed')} where they have. Against a "
        f"twin that loses its usual coaching as well, those who have not still have {told('not adopted', 'alone')}."
    )


def _l3_in_draws(effort: Effort) -> Robustness | None:
    """Share of draws in which less is left without adoption than with it, and less than half."""
    draws = min(effort.draws, 100)
    if draws < 1:
        return None
    situations = {name: _situation(adoption) for name, adoption in MANAGERS.items()}
    drawn = assumed_draws(draws, DRAW_KEY, Scenario.load("baseline"))

    def job(number: int, stopped: threading.Event) -> bool:
        left = {}
        for name, scenario in situations.items():
            world = scenario.override({**drawn[number], "management.initial_adoption": MANAGERS[name]})
            rows = [_ways(world, seed, stopped) for seed in range(effort.draw_seeds)]
            gain = _gains(stacked(rows))["pushed"].mean(axis=0)
            left[name] = float(gain[3] - KEPT * gain[1])
        return left["not adopted"] < 0.0 < left["adopted"]

    known = in_parallel(job, draws, effort)
    rule = "mean gain of year 4 below half of that of year 2 without adoption, and above it with"
    return robustness(sum(known), len(known), effort.draw_seeds, rule)


def _figure_l1(finding: Finding) -> Figure:
    return points(finding, "years of five in which the target is met", percent=False)


def _figure_l3(finding: Finding) -> Figure:
    return lines(finding, "year", "bookings above the twin without the programme")


PATTERNS = (
    Pattern(
        "L1",
        "Vision, communication and training together",
        "leader",
        ("F6", "F7"),
        Plan(
            "baseline, with strategy.vision_clarity 0.4 and strategy.goal_communication 0.4 from the start",
            "strategy.vision_clarity 0.9, strategy.goal_communication 0.9, training.hours_per_quarter 6 to 18: each "
            "alone, and together",
            "260 weeks from week 0",
            "paired difference of the number of years in which bookings reach those of the untreated first year x "
            "1.05 ** year; potential not in use and belief in the vision in year 3",
            "all four intervals of years above 0: against none and against each alone; less potential not in use and "
            "more belief than with none",
        ),
        _test_l1,
        _figure_l1,
        scenarios=("baseline",),
    ),
    Pattern(
        "L3",
        "A push without adoption",
        "leader",
        ("S-d",),
        Plan(
            "baseline, with management.initial_adoption and management.leader_example 0.1, or 0.9",
            "enablement.process_formality +0.3, enablement.coaching_hours_per_month +3, management.response root_cause "
            "from week 0; the push ends in week 52: management.carried_without_adoption 0.5 to 0",
            "208 weeks from week 0",
            "gain of bookings over the twin without programme: that of year 4 less half of that of year 2",
            "interval below 0 where managers have not adopted it, also against a twin whose usual coaching ends with "
            "the push; above 0 where they have",
        ),
        _test_l3,
        _figure_l3,
        scenarios=("baseline",),
    ),
)
