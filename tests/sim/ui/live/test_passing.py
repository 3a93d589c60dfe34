"""Links of a wheel as wide as what they pass on: kept for shipped scenarios, plain and explained for any other."""

import json
import math

import pytest

from scenarios import links_path, list_scenarios
from sim.engine.digest import model_digest
from sim.measures.loops import LOOPS
from sim.measures.wheel import STAGES
from sim.scenario.scenario import Scenario
from sim.studies.statistics import Interval
from sim.ui.live import passing as module
from sim.ui.live.passing import OTHERWISE, STRONGEST, link_look, passing

KEPT = json.loads(links_path().read_text(encoding="utf-8"))


def test_every_shipped_scenario_has_figures_of_these_rules_on_seeds_of_no_study():
    assert KEPT["model"] == model_digest(()), "the rules have changed: python -m tests.wheel_links"
    now = {Scenario.load(name).digest() for name in list_scenarios()}
    assert set(KEPT["scenarios"]) == now, "scenarios have changed: python -m tests.wheel_links"
    assert KEPT["seeds"][0] >= 100_000


def test_every_figure_is_a_mean_within_its_interval_or_a_sentence():
    for one in KEPT["scenarios"].values():
        assert list(one["loops"]) == list(LOOPS)
        for loop, found in one["loops"].items():
            if isinstance(found, str):
                assert "stage" in found
                continue
            assert list(found) == [stage.name for stage in LOOPS[loop].stages]
            for mean, low, high in found.values():
                assert low <= mean <= high


@pytest.mark.parametrize("loop", STAGES)
def test_each_stage_that_is_measured_has_one_link_to_the_next_that_is(loop: str):
    links = passing(Scenario.load("baseline"), loop).links
    assert len(links) == len(LOOPS[loop].stages)
    assert [one["to"] for one in links] == [*(one["from"] for one in links[1:]), links[0]["from"]]
    names = [STAGES[loop][one["from"]][0] for one in links]
    assert [OTHERWISE.get(name, (name, 1))[0] for name in names] == [stage.name for stage in LOOPS[loop].stages]


def test_a_shipped_scenario_has_links_as_wide_as_its_figures_and_says_with_how_many_sets():
    scenario = Scenario.load("baseline")
    found = KEPT["scenarios"][scenario.digest()]["loops"]["sales"]
    drawn = passing(scenario, "sales")
    for (name, (mean, low, high)), one in zip(found.items(), drawn.links, strict=True):
        clear = low > 0 or high < 0
        assert one["width"] == pytest.approx(3 + 11 * min(1, abs(mean) / STRONGEST) if clear else 2.0, abs=0.06)
        assert (one["kind"] == "unclear") is not clear
        assert f"push of 1% on {name}" in one["link"]
    assert f"in {KEPT['seeds'][1] - KEPT['seeds'][0] + 1} sets of twin runs" in drawn.about


def test_what_is_no_shipped_scenario_has_plain_links_and_says_why():
    changed = Scenario.load("baseline").override({"operations.wip_limit": 9})
    for scenario in (changed, Scenario.from_text("[structure]\nn_reps = 6\n")):
        drawn = passing(scenario, "evil")
        assert {one["kind"] for one in drawn.links} == {"plain"}
        assert len({one["width"] for one in drawn.links}) == 1
        assert "this one is none of them" in drawn.about


def test_figures_of_other_rules_are_not_drawn(monkeypatch: pytest.MonkeyPatch):
    module._passing.cache_clear()
    monkeypatch.setattr(module, "model_digest", lambda _: "0" * 12)
    drawn = passing(Scenario.load("baseline"), "sales")
    module._passing.cache_clear()
    assert {one["kind"] for one in drawn.links} == {"plain"}
    assert "by other rules" in drawn.about


def test_a_loop_that_cannot_be_turned_says_why(monkeypatch: pytest.MonkeyPatch):
    scenario = Scenario.load("baseline")
    known = {scenario.digest(): {"name": "baseline", "loops": {"evil": "the stage x is constantly zero here."}}}
    monkeypatch.setattr(module, "_kept", lambda: {**KEPT, "scenarios": known})
    module._passing.cache_clear()
    drawn = passing(scenario, "evil")
    module._passing.cache_clear()
    assert {one["kind"] for one in drawn.links} == {"plain"}
    assert "the stage x is constantly zero here" in drawn.about


@pytest.mark.parametrize(
    ("mean", "low", "high", "sign", "kind"),
    [
        (0.5, 0.1, 0.9, 1, "raises"),
        (0.5, 0.1, 0.9, -1, "lowers"),
        (-0.5, -0.9, -0.1, 1, "lowers"),
        (0.5, -0.1, 1.1, 1, "unclear"),
        (0.0, 0.0, 0.0, 1, "unclear"),
        (math.nan, math.nan, math.nan, 1, "unclear"),
    ],
)
def test_a_link_raises_lowers_or_cannot_be_told(mean: float, low: float, high: float, sign: int, kind: str):
    look = link_look("a", "b", Interval(5, mean, low, high), sign)
    assert look["kind"] == kind
    assert (look["width"] == 2.0) is (kind == "unclear")


def test_the_strongest_is_as_wide_as_any():
    assert link_look("a", "b", Interval(5, 9.0, 8.0, 10.0))["width"] == 14.0
    assert link_look("a", "b", Interval(5, -STRONGEST, -2.0, -1.0))["width"] == 14.0
