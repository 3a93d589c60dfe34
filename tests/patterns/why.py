"""What lies behind: the chain from too few good opportunities (N4), and what managers believe about potential (E5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.questions.why.explain import explain
from sim.questions.why.graph import NODES
from sim.questions.why.twins import NONE, Reference, TwinRuns
from sim.scenario.scenario import Scenario
from tests.patterns.making.draws import assumed_draws
from tests.patterns.making.paired import (
    DRAW_KEY,
    Trial,
    difference,
    in_draws,
    in_parallel,
    level,
    mean_gain,
    over,
    robustness,
    run_all,
)
from tests.patterns.making.pattern import Finding, Number, Pattern, Plan, verdict_of
from tests.patterns.making.plots import numbers_table, points

if TYPE_CHECKING:
    import threading

    from matplotlib.figure import Figure

    from sim.questions.why.explain import Why
    from sim.studies.cases import Changes
    from sim.studies.statistics import Interval
    from tests.patterns.making.paired import Outcome
    from tests.patterns.making.pattern import Effort, Robustness

STARVED, MEASURE = "lean_starved", "good_opportunities"
ASKED = {
    "no time to prospect": ("time_to_prospect", "operations.protected_prospecting_hours"),
    "no defined target accounts": ("target_accounts", "strategy.icp_clarity"),
}
"""What the chain must reach: a cause on its way, and the lever it ends at."""

PART = 0.15
"""Share of the seeds of an effort: a chain with all its branches takes some thirty runs a seed."""

FEWEST = 5
"""Seeds below which no interval is judged."""


def _reached(why: Why, cause: str, lever: str) -> bool:
    """Whether some chain goes through a cause and ends at a lever."""
    return any(cause in end.path and end.path[-1] == lever for end in why.ends)


def _recovered(why: Why, cause: str) -> list[tuple[str, Interval]]:
    """What a cause recovers at every level it stands at, with the node above it."""
    return [(level.words, one.recovered) for level in why.levels for one in level.causes if one.name == cause]


def _test_n4(effort: Effort) -> Finding:
    part = effort.share(PART)
    why = explain(
        Scenario.load(STARVED), MEASURE, seeds=part.seeds, workers=part.workers, branches=True, progress=part.progress
    )
    enough = part.seeds >= FEWEST
    numbers = []
    for words, (cause, lever) in ASKED.items():
        reached = _reached(why, cause, lever)
        met = reached if enough else None
        numbers.append(Number(f"a chain reaches {words}", float(reached), "0 or 1", n=part.seeds, needed="1", met=met))
        for above_it, found in _recovered(why, cause):
            numbers.append(_amount(f"{NODES[cause].words}, through {above_it}", found, why.unit))
    numbers += [_amount("every lever at its reference", why.recovered, why.unit)]
    first = why.ends[0].path[-1] if why.ends else "no lever"
    return Finding(
        "N4",
        verdict_of(numbers),
        f"With every lever at its reference good opportunities rise from {why.as_is.mean:.1f} to "
        f"{why.at_reference.mean:.1f} a rep and year. The chain of the largest causes ends at {first}; of the two ends "
        f"asked for {sum(one.value for one in numbers if one.needed):.0f} are reached by chains whose every cause is "
        "certain.",
        tuple(numbers),
        table=numbers_table([one for one in numbers if not one.needed]),
        robustness=_robust(effort),
    )


def _amount(name: str, found: Interval, unit: str) -> Number:
    return Number(f"{name}: recovers", found.mean, unit, found.low, found.high, found.n)


def _robust(effort: Effort) -> Robustness | None:
    """In draws of the assumed parameters: whether each lever alone, put at its reference, raises good opportunities."""
    if effort.draws < 1:
        return None
    drawn = assumed_draws(effort.draws, DRAW_KEY, Scenario.load(STARVED))
    levers = [frozenset({lever}) for _, lever in ASKED.values()]

    def job(number: int, _: threading.Event) -> bool:
        known = Reference.of(Scenario.load(STARVED).override(drawn[number]))
        twins = TwinRuns(known, int(known.scenario["organization.weeks"]), range(effort.draw_seeds), workers=1)
        twins.all_seeds(NONE, *levers)
        base = twins.values(MEASURE)
        return all(mean_gain(twins.values(MEASURE, one), base) > 0.0 for one in levers)

    found = in_parallel(job, effort.draws, effort)
    rule = "time kept for prospecting alone and clear target accounts alone each raise good opportunities (means)"
    return robustness(sum(found), len(found), effort.draw_seeds, rule)


def _figure_n4(finding: Finding) -> Figure:
    return points(finding, "good opportunities recovered a rep and year", percent=False)


FIRST = 52
"""Beliefs take a year to settle. [weeks]"""

HONEST = {"motivation.honesty_floor": 1.0}
COMPLETE = {"operations.crm_fidelity": 1.0}


HOURS = (0.0, 8.0)


def _trial_e5(scenario: str) -> Trial:
    """The cases; field time as an intervention, because `evil` moves that lever in week 0 itself."""
    none, much = ([{"week": 0, "parameter": "structure.field_hours_per_week", "value": hours}] for hours in HOURS)
    cases: dict[str, Changes] = {
        "no field time": none,
        "field time": much,
        "honest": HONEST,
        "complete": COMPLETE,
        "honest and complete": {**HONEST, **COMPLETE},
    }
    readings = {name: over(name, FIRST) for name in ("perception_error", "honesty", "understanding")}
    return Trial(scenario, cases, readings)


def _numbers_e5(found: Outcome, where: str, *, judged: bool) -> tuple[Number, ...]:
    """The differences of one scenario; those of the other scenarios are only reported."""
    error = {case: values["perception_error"] for case, values in found.items()}
    below, above = ("below 0", "above 0") if judged else ("", "")
    return (
        difference(f"{where}: {HOURS[1]:.0f} hours of field time against none", error["field time"],
                   error["no field time"], needed=below),
        difference(f"{where}: wholly honest reports against as is", error["honest"], error["as_is"], needed=below),
        difference(f"{where}: complete records against complete and honest ones", error["complete"],
                   error["honest and complete"], needed=above),
        difference(f"{where}: complete records against as is", error["complete"], error["as_is"]),
        level(f"{where}: honesty as is", found["as_is"]["honesty"], "share"),
        level(f"{where}: understanding as is", found["as_is"]["understanding"], "share"),
    )  # fmt: skip


def _test_e5(effort: Effort) -> Finding:
    found = run_all({name: _trial_e5(name) for name in ("evil", "baseline")}, effort)
    evil, usual = (_numbers_e5(one, name, judged=name == "evil") for name, one in found.items())
    return Finding(
        "E5",
        verdict_of(evil),
        f"Managers' error about potential, in evil: field time {evil[0].value:+.0%}, wholly honest reports "
        f"{evil[1].value:+.0%}, every buying influence recorded at the same honesty {evil[3].value:+.0%}; complete "
        f"records leave {evil[2].value:+.0%} against records that are complete and honest.",
        (*evil, *usual),
        table=numbers_table([one for one in (*evil, *usual) if one.unit == "of base"]),
        tried="It was planned for baseline first, where it held in part: field time mattered, honesty did not. It is "
        "judged on evil, the scenario of distrust, and baseline is reported beside it.",
        where=_where_e5(usual),
        robustness=in_draws(
            {"E5": _trial_e5("evil")}, effort, _holds_e5, "all three mean differences have their sign", most=100
        ),
    )


def _where_e5(usual: tuple[Number, ...]) -> str:
    """Say what the same changes do in the baseline, and what that means if honesty makes no difference there."""
    field, honest, _, complete, honesty, understanding = usual
    text = (
        f"In baseline, where honesty is {honesty.value:.2f} and understanding {understanding.value:.2f}, field time "
        f"makes {field.value:+.0%}, honest reports {honest.value:+.0%} and complete records {complete.value:+.0%}."
    )
    if honest.low is None or honest.high is None or not honest.low <= 0.0 <= honest.high:
        return text
    return f"{text} There honesty makes no certain difference: managers who know the field depend less on reports."


def _holds_e5(found: dict[str, Outcome]) -> bool:
    error = {case: values["perception_error"] for case, values in found["E5"].items()}
    return (
        mean_gain(error["field time"], error["no field time"]) < 0.0
        and mean_gain(error["honest"], error["as_is"]) < 0.0
        and mean_gain(error["complete"], error["honest and complete"]) > 0.0
    )


def _figure_e5(finding: Finding) -> Figure:
    return points(finding, "difference, of the base")


PATTERNS = (
    Pattern(
        "N4",
        "Five whys from too few good opportunities",
        "lean",
        ("L-d",),
        Plan(
            STARVED,
            "every lever that is off the reference practice (healthy) is put at it, cause by cause, at week 0",
            "156 weeks from week 0",
            "what each cause recovers of good opportunities a rep and year (Shapley values over runs), level by level; "
            f"{PART:.0%} of the seeds",
            "chains whose every cause has its interval above 0 reach the time to prospect with its lever, and the "
            "target accounts with theirs",
        ),
        _test_n4,
        _figure_n4,
        modules=(
            "sim.questions.why.graph", "sim.questions.why.twins", "sim.questions.why.twins",
            "sim.questions.why.explain", "sim.questions.why.explain", "sim.questions.why.graph",
        ),
        scenarios=(STARVED, "healthy"),
    ),
    Pattern(
        "E5",
        "What managers believe about potential",
        "evil",
        ("E-b",),
        Plan(
            "evil; baseline is reported beside it",
            "field time 0 and 8 hours a week; motivation.honesty_floor 1; operations.crm_fidelity 1; both",
            "weeks 52 to 155",
            "paired differences of managers' relative error about their teams' potential",
            "below 0 for field time and for honesty; above 0 for complete records against complete and honest ones",
        ),
        _test_e5,
        _figure_e5,
        scenarios=("evil", "baseline"),
    ),
)  # fmt: skip
