"""What must come of extreme assumptions, and which way a result must move when one number does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from agents.machinery.codes import KIND_NAMES, OUTCOME, REASON
from agents.rep.record import CUSTOMER_HOURS
from sim.engine.state import open_rows
from sim.engine.world import World
from sim.measures.conservation import Check
from sim.scenario.errors import ScenarioError
from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from agents.machinery.record import Rows
    from sim.scenario.parameters.base import Value
    from sim.scenario.scenario import Scenario

_Condition: TypeAlias = "Callable[[Scenario, int, int], tuple[str, bool]]"
"""Runs a scenario with a seed for some weeks; gives what it found in words, and whether it is what must be."""

_CONDITIONS: dict[str, _Condition] = {}  # extreme conditions by what must come of them
TOLERANCE = 0.01
"""A relation may fail by this share of the mean as is: chance meets other deals when a run goes another way."""

NO_SPECIALISTS = {f"structure.{kind}_specialists": 0 for kind in KIND_NAMES}


@dataclass(frozen=True, slots=True)
class Relation:
    """What may not happen to a measure when a parameter is moved."""

    says: str  # in words
    parameter: str  # its dotted name
    move: Callable[[float], float]  # gives the new value from the old one; the parameter's range is kept
    measure: Callable[[Rows], float]  # gives the measure from the weekly measures of a run
    sign: int  # 1 where it must not fall, -1 where it must not rise


def _mean(*names: str) -> Callable[[Rows], float]:
    return lambda weekly: float(sum(weekly[name].mean() for name in names))


def _taken_up(weekly: Rows) -> float:
    """Needs taken up: what has been closed, and what is open at the end beyond what was at first."""
    closed = weekly["won"].sum() + weekly["lost"].sum() + weekly["no_decision"].sum()
    return float(closed + weekly["opportunities"][-1] - weekly["opportunities"][0])


_customer_hours = _mean(*CUSTOMER_HOURS)

RELATIONS = (
    Relation("more needs: no fewer taken up", "market.needs_per_account_year", lambda x: 1.5 * x, _taken_up, 1),
    Relation("a higher price gap: no more wins", "market.price_gap", lambda x: x + 0.2, _mean("won"), -1),
    Relation("stronger competitors: no more wins", "market.competitor_strength", lambda x: x + 1.0, _mean("won"), -1),
    Relation("more pull of the status quo: no more wins", "market.status_quo", lambda x: x + 1.0, _mean("won"), -1),
    Relation("costlier channels: no more customer hours", "structure.hours_per_channel", lambda x: 2 * x + 0.2,
             _customer_hours, -1),
    Relation("dearer switching: no more customer hours", "operations.switching_hours", lambda x: 2 * x + 0.1,
             _customer_hours, -1),
    Relation("a longer week: no fewer customer hours", "operations.week_hours", lambda x: x + 5, _customer_hours, 1),
    Relation("faster forgetting: no more method", "training.half_life_months", lambda x: x / 2, _mean("method"), -1),
    Relation("people leave sooner: no fewer leavers", "talent.attrition_per_year", lambda x: 2 * x + 0.1,
             _mean("leavers"), 1),
    Relation("trust is lost faster: no more trust", "motivation.trust_loss_ratio", lambda x: 2 * x, _mean("rep_trust"),
             -1),
    Relation("dearer managers: no less cost", "management.cost", lambda x: 1.2 * x, _mean("cost"), 1),
    Relation("less gross margin: no more net contribution", "organization.gross_margin", lambda x: 0.8 * x,
             _mean("net_contribution"), -1),
)  # fmt: skip
"""Checked under equal luck: the same seeds, each case with a burn-in of its own."""


def changed(scenario: Scenario, settings: Mapping[str, Any]) -> Scenario:
    """Change parameters and leave out the timeline, which could undo the change."""
    return replace(scenario.override(settings, "verify"), interventions=())


def check_relations(scenario: Scenario, seeds: Sequence[int], weeks: int) -> Iterable[Check]:
    """Move one number at a time, with equal luck and without the timeline, and see which way its measure goes."""
    as_is = _runs(changed(scenario, {}), seeds, weeks)
    for relation in RELATIONS:
        item = parameter(relation.parameter)
        before = float(item.number(scenario[relation.parameter]))
        after = float(np.clip(relation.move(before), item.low, item.high))
        if after == before:
            words = f"not tried: {relation.parameter} = {before:g} is the end of its range"
            yield Check(relation.says, words, holds=True)
            continue
        try:
            moved = changed(scenario, {relation.parameter: after})
        except ScenarioError as error:
            yield Check(relation.says, f"not tried: {error.problems[0].text}", holds=True)
            continue
        yield _judge(relation, as_is, _runs(moved, seeds, weeks), (before, after))


def _judge(relation: Relation, as_is: list[Rows], other: list[Rows], values: tuple[float, float]) -> Check:
    base = np.array([relation.measure(rows) for rows in as_is])
    differences = np.array([relation.measure(rows) for rows in other]) - base
    mean = float(differences.mean())
    size = abs(float(base.mean()))
    holds = bool(relation.sign * mean >= -TOLERANCE * size)
    share = f" ({mean / size:+.1%})" if size else ""
    words = f"{relation.parameter} {values[0]:g} to {values[1]:g}: {mean:+.3g}{share}, mean of {len(base)} seeds"
    return Check(relation.says, words, holds)


def _runs(scenario: Scenario, seeds: Sequence[int], weeks: int) -> list[Rows]:
    return [World.begin(scenario, seed, weeks, deals=False, tables=False).finish().weekly() for seed in seeds]


def check_extremes(scenario: Scenario, seeds: Sequence[int], weeks: int) -> Iterable[Check]:
    """Take assumptions to their ends, without the timeline, where every seed must show the outcome known beforehand."""
    for says, condition in _CONDITIONS.items():
        outcomes = [condition(scenario, seed, weeks) for seed in seeds]
        words = dict.fromkeys(text for text, _ in outcomes)
        yield Check(says, "; ".join(list(words)[:2]), all(holds for _, holds in outcomes))


def _extreme(says: str) -> Callable[[_Condition], _Condition]:
    def register(condition: _Condition) -> _Condition:
        _CONDITIONS[says] = condition
        return condition

    return register


def _run(scenario: Scenario, seed: int, weeks: int, settings: Mapping[str, Value]) -> World:
    return World.begin(changed(scenario, settings), seed, weeks).finish()


def _deals(world: World) -> Rows:
    rows: Rows = np.concatenate([world.state.deals[:0], *world.closed])
    return rows


def _arisen(world: World) -> int:
    """Needs of the run that were taken up."""
    created = world.state.opportunities["created"][open_rows(world.state)]
    still = np.count_nonzero(created > world.burn_in)
    return int(still + np.count_nonzero(_deals(world)["created"] > world.burn_in))


@_extreme("no reps: nobody is seen and nothing is taken up")
def _no_reps(scenario: Scenario, seed: int, weeks: int) -> tuple[str, bool]:
    world = World.begin(changed(scenario, {}), seed, weeks)
    for name, value in {"active": 0, "planned": 0, "idle": 1}.items():
        world.state.reps[name] = value
    world.finish()
    hours = float(sum(world.weekly()[name].sum() for name in CUSTOMER_HOURS))
    taken = _arisen(world)
    return f"{hours:g} customer hours, {taken} needs taken up", hours == 0.0 and taken == 0


@_extreme("no needs: no opportunity arises, and sales still cost")
def _no_needs(scenario: Scenario, seed: int, weeks: int) -> tuple[str, bool]:
    silence = {
        "market.needs_per_account_year": 0.0, "mechanisms.prospecting": False, "mechanisms.marketing": False,
        "mechanisms.bass_needs": False, "structure.telesales_specialists": 0,
    }  # fmt: skip
    world = _run(scenario, seed, weeks, silence)
    taken, cost = _arisen(world), float(world.weekly()["cost"].min())
    return f"{taken} needs taken up, cost in every week: {'yes' if cost > 0 else 'no'}", taken == 0 and cost > 0


@_extreme("no fit: customers are less satisfied and fewer needs are won")
def _no_fit(scenario: Scenario, seed: int, weeks: int) -> tuple[str, bool]:
    unfit = {"buyers.fit_mean": 0.0, "buyers.fit_spread": 0.0, "buyers.fit_noise": 0.0}
    without, usual = (_run(scenario, seed, weeks, settings).weekly() for settings in (unfit, {}))
    felt = [float(rows["satisfaction"][-1]) for rows in (without, usual)]
    wins = [float(rows["won"].sum()) for rows in (without, usual)]
    words = f"satisfaction {felt[0]:.2f} instead of {felt[1]:.2f}, {wins[0]:g} wins instead of {wins[1]:g}"
    return words, felt[0] < felt[1] and wins[0] <= wins[1]


@_extreme("endless hours: hardly an opportunity is lost for want of attention")
def _endless_hours(scenario: Scenario, seed: int, weeks: int) -> tuple[str, bool]:
    most = parameter("operations.week_hours").high or 0.0
    ends = {"operations.week_hours": most, "operations.wip_limit": 3, "operations.switching_hours": 0.0}
    lack, usual = (_neglected(_run(scenario, seed, weeks, settings)) for settings in (ends, {}))
    return f"{lack:.1%} of losses with {most:g} hours a week, {usual:.1%} as is", lack <= usual


def _neglected(world: World) -> float:
    """Share of what was lost, not disqualified, that was lost for want of attention."""
    deals = _deals(world)
    lost = deals[(deals["outcome"] != OUTCOME.WON) & (deals["true_reason"] != REASON.DISQUALIFIED)]
    return float(np.mean(lost["true_reason"] == REASON.ATTENTION)) if len(lost) else 0.0


@_extreme("no competitors: nothing is lost to one")
def _no_competitors(scenario: Scenario, seed: int, weeks: int) -> tuple[str, bool]:
    lost = float(_run(scenario, seed, weeks, {"mechanisms.competition": False}).weekly()["lost"].sum())
    return f"{lost:g} lost", lost == 0.0


@_extreme("certain wins: no process that ends is lost")
def _certain_wins(scenario: Scenario, seed: int, weeks: int) -> tuple[str, bool]:
    weekly = _run(scenario, seed, weeks, {"mechanisms.certain_wins": True}).weekly()
    return f"{weekly['lost'].sum():g} lost", bool(weekly["lost"].sum() == 0.0)


@_extreme("no specialists: no channels and no coordination hours")
def _no_specialists(scenario: Scenario, seed: int, weeks: int) -> tuple[str, bool]:
    settings: dict[str, Value] = {**NO_SPECIALISTS, "management.response": "none"}
    weekly = _run(scenario, seed, weeks, settings).weekly()
    channels, hours = float(weekly["channels"].max()), float(weekly["coordination_everyone"].max())
    return f"{channels:g} channels, {hours:g} hours", channels == 0.0 and hours == 0.0


@_extreme("nobody leaves: no leaver in any week")
def _nobody_leaves(scenario: Scenario, seed: int, weeks: int) -> tuple[str, bool]:
    stay = {"mechanisms.attrition": False, "mechanisms.self_funding": False, "talent.headcount_growth_per_year": 0.0}
    leavers = float(_run(scenario, seed, weeks, stay).weekly()["leavers"].sum())
    return f"{leavers:g} leavers", leavers == 0.0


@_extreme("no margin: what is sold brings nothing, and net contribution is the cost")
def _no_margin(scenario: Scenario, seed: int, weeks: int) -> tuple[str, bool]:
    weekly = _run(scenario, seed, weeks, {"organization.gross_margin": 0.0}).weekly()
    gap = float(np.abs(weekly["net_contribution"] + weekly["cost"]).max())
    return f"largest gap {gap:.1e}", bool(gap <= 1e-9 * max(1.0, float(weekly["cost"].max())))
