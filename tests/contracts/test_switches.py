"""A switch that is off makes every parameter it governs inert: moving one changes no byte of a run."""

from __future__ import annotations

from functools import cache

import pytest

from agents.machinery.rule import RULES, writes_of
from agents.machinery.state import values_of
from agents.schedule import PHASES
from sim.engine.state import RECORDS, packed
from sim.engine.world import World, compiled_drive
from sim.scenario.parameters import by_name, parameter, sections
from tests.worlds import EVERYTHING, small

WEEKS = 104
SEEDS = range(3, 11)
"""What a governed parameter acts on need not happen with every luck; nothing may happen with any."""

HOST = {
    **EVERYTHING,
    "structure.product_specialists": 3,
    "structure.specialist_hours": 8,
    "structure.overlay_ceiling": 5,
    "operations.wip_limit": 5,
    "market.needs_per_account_year": 1,
    "talent.attrition_per_year": 1.5,
    "talent.market_pay": 120_000.0,
    "management.support_hours_per_deal": 3.0,
    "strategy.stretch": 0.3,
    "strategy.ratchet": 1,
    "management.weight_none": 0,
    "management.weight_overlay": 0,
    "management.weight_prescribe": 0,
    "management.weight_root_cause": 0.5,
    "management.weight_of_target": 0,
    "operations.distortion": 1,
    "motivation.sandbagging": 0.2,
}
"""An organization in which every mechanism is at work: misses are answered, limits bind, people leave."""

IDEAL = {
    "mechanisms.first_come_first_served": True,
    "mechanisms.retelling": True,
    "mechanisms.partial_capacity": True,
    "mechanisms.delay_deters_needs": True,
    "mechanisms.self_funding": False,
}
"""The same with idealised options, which take other ways through the rules."""

NOTED = {
    "coaching": {"managers.coaching_quality", "managers.extra_coaching"},
    "consensus": {"opportunities.disagreement"},
    "exponential_tenure": {"reps.good_fit"},
    "no_decision": {"opportunities.need"},
    "referral": {"buyers.recommends", "buyers.referral", "org.most_referral"},
    "self_funding": {"org.revenue_rate"},
    "training": {"managers.programme_training"},
}
"""Fields that are kept up while a switch is off, for the day somebody turns it on; nothing else sees them."""

SWITCHES = sections()["mechanisms"].parameters()
GOVERNED = [(switch, parameter(name)) for switch in SWITCHES for name in switch.governs if name in by_name()]


@cache
def written() -> list[tuple[str, str]]:
    """Pairs of array and field that rules write week after week: what a run does, not what it begins with."""
    lasting = [name for phase in PHASES if phase.when != "start" for name in phase.rules]
    pairs = set().union(*(writes_of(RULES[name]) for name in lasting))
    return sorted(pair for pair in pairs if pair != ("opportunities", "*"))  # rows that move, field by field the same


@cache
def outcome(seed, *changes):
    """All that rules have written in a run, by field."""
    state = World.lay_out(small(HOST, dict(changes)), seed, WEEKS, deals=False, tables=False).state
    state.clock["measuring"] = 1
    compiled_drive()(state, WEEKS)
    used = packed(state)
    return {
        f"{array}.{field}": (getattr(used, array) if field == "*" else values_of(used, RECORDS[array], field)).tobytes()
        for array, field in written()
    }


def moved(switch, item, *, on, seed=SEEDS[0], options=()):
    """Fields that some other value of a parameter changes."""
    host = (seed, *options, (switch.dotted, on))
    usual = outcome(*host)
    present = small(HOST)[item.dotted]
    far = max(item.low, item.high, key=lambda end: abs(end - present))
    values = [item.type(value) for value in (item.low, item.high, (present + far) / 2)]
    others = [outcome(*host, (item.dotted, value)) for value in values]
    return {name for name in usual if any(other[name] != usual[name] for other in others)}


@pytest.mark.parametrize("switch", SWITCHES, ids=lambda switch: switch.leaf)
def test_a_switch_governs_parameters_there_are_or_says_why_none(switch):
    assert set(switch.governs) <= set(by_name())
    assert bool(switch.governs) != bool(switch.alone)
    assert len(set(switch.governs)) == len(switch.governs)
    assert not any(name.startswith("mechanisms.") for name in switch.governs)


@pytest.mark.slow
@pytest.mark.compiled
def test_what_a_switch_governs_is_inert_without_it():
    offenders = {}
    for switch, item in GOVERNED:
        for options in ((), tuple(IDEAL.items())):
            found = moved(switch, item, on=False, options=options) - NOTED.get(switch.leaf, set())
            if found:
                offenders[f"{item.dotted} without {switch.leaf}"] = found
    assert offenders == {}


@pytest.mark.slow
@pytest.mark.compiled
def test_what_a_switch_governs_acts_with_it():
    idle = [
        f"{item.dotted} with {switch.leaf}"
        for switch, item in GOVERNED
        if all(moved(switch, item, on=True, seed=seed) <= NOTED.get(switch.leaf, set()) for seed in SEEDS)
    ]
    assert idle == [], "then the test above shows nothing"


@pytest.mark.slow
@pytest.mark.compiled
def test_exceptions_are_needed():
    needed = set()
    for switch, item in GOVERNED:
        for seed in SEEDS:
            if not NOTED.get(switch.leaf, set()) <= needed:
                needed |= moved(switch, item, on=False, seed=seed)
    assert set().union(*NOTED.values()) <= needed
