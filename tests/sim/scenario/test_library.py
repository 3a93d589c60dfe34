"""The shipped scenarios as a library: every claim and every driver has one, and every head says what was found."""

import re
from pathlib import Path

import pytest

from scenarios import list_loops, list_scenarios, loop_path_of
from sim.engine.world import World
from sim.measures.loops import LOOPS, find_loop
from sim.measures.whole_run import summary_of
from sim.scenario.claims import claims
from sim.scenario.parameters import parameter
from sim.scenario.parameters.base import DRIVERS
from sim.scenario.scenario import Scenario
from tests.loops import for_each
from tests.patterns.drivers import LEVERS

SHIPPED = {name: Scenario.load(name) for name in list_scenarios()}
GOOD = {one.name: one.good for levers in LEVERS.values() for one in levers} | {
    "structure.span_of_control": -1, "operations.reporting_hours": -1, "operations.measurement_quality": 1,
    "talent.ramp_weeks": -1, "training.initial_playbook": 1, "capabilities.starting_method": 1,
    "motivation.initial_trust": 1, "motivation.initial": 1,
}  # fmt: skip
"""Which way good practice moves what the weak scenarios change."""


@for_each("name", SHIPPED)
def test_a_head_says_what_was_found_by_which_command_and_where_it_does_not_hold(name):
    head = SHIPPED[name]
    assert head.claims
    assert set(head.claims) <= set(claims())
    assert re.search(r"\d", head.found)
    assert re.search(r"\(flywheel \w+", head.found)
    assert len(head.fails) > 20
    assert head.pair in {"", *SHIPPED} - {name}


@for_each("name", SHIPPED)
def test_commands_in_heads_name_scenarios_that_exist(name):
    said = f"{SHIPPED[name].found} {SHIPPED[name].fails}"
    for pair, other in re.findall(r"flywheel compare (\w+) --with (\w+)", said):
        assert {pair, other} <= set(SHIPPED)
    for one in re.findall(r"flywheel (?:run|wheel|why) (\w+)", said):
        assert one in SHIPPED


def test_every_claim_has_a_scenario():
    assert set(claims()) == {claim for head in SHIPPED.values() for claim in head.claims}


@pytest.mark.parametrize("driver", DRIVERS)
def test_every_driver_has_a_scenario_in_which_it_alone_is_weaker_than_in_the_baseline(driver):
    weak, baseline = SHIPPED[f"weak_{driver}"], SHIPPED["baseline"]
    changed = [name for name, value in weak.values.items() if value != baseline[name]]
    assert weak.pair == "baseline"
    assert changed
    for name in changed:
        assert parameter(name).driver == driver
        assert (float(weak[name]) - float(baseline[name])) * GOOD[name] < 0


def test_the_table_for_readers_names_scenarios_that_exist():
    page = (Path(__file__).parents[3] / "docs" / "ask.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    cells = {name for name in SHIPPED if SHIPPED[name].claims == ("W1", "W2")}
    assert named <= set(SHIPPED)
    assert set(SHIPPED) - cells - {f"weak_{driver}" for driver in DRIVERS} <= named


def test_pairs_run_equally_long():
    for head in SHIPPED.values():
        if head.pair:
            assert head["organization.weeks"] == SHIPPED[head.pair]["organization.weeks"]


def test_shipped_loops_are_read_by_name():
    assert list_loops()
    for name in list_loops():
        assert name not in LOOPS
        assert find_loop(name).name == name
        assert loop_path_of(name).exists()
    with pytest.raises(KeyError):
        loop_path_of("no such loop")


def _bookings(name: str) -> float:
    worlds = [World.begin(SHIPPED[name], seed, 104, deals=False, tables=False).finish() for seed in range(3)]
    return sum(summary_of(world)["bookings"] for world in worlds)


@pytest.mark.slow
@pytest.mark.parametrize("driver", ["operations", "enablement", "training", "talent"])
def test_what_the_heads_say_of_the_strong_drivers_is_so(driver):
    assert _bookings(f"weak_{driver}") < 0.95 * _bookings("baseline")
