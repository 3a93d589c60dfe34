"""Draws of assumed parameters: valid, evenly spread, around the scenario's own values, and decisions left alone."""

import numpy as np
import pytest

from sim.scenario.errors import InputError
from sim.scenario.parameters import all_parameters, parameter
from sim.scenario.scenario import Scenario
from sim.studies.draws import STRUCTURE, assumed_draws, is_uncertain, plausible_range
from tests.worlds import small

FACTOR = 1.5


@pytest.mark.parametrize("name", ["baseline", "pmf_under_15k", "evil", "lean_starved"])
def test_every_draw_is_a_valid_scenario(name):
    scenario = Scenario.load(name)
    for draw in assumed_draws(8, seed=1, scenario=scenario, whole_sections=("training", "talent")):
        scenario.override(draw)


def test_each_part_of_each_range_is_used_once():
    n = 16
    draws = assumed_draws(n, seed=4)
    for dotted in draws[0]:
        ranks = np.argsort(np.argsort([draw[dotted] for draw in draws]))
        middle = float(parameter(dotted).default)
        low, high = plausible_range(parameter(dotted), middle)
        assert sorted(ranks) == list(range(n))
        values = np.sort([draw[dotted] for draw in draws])
        assert low <= values[0] <= values[n // 2 - 1] <= middle * (1 + 1e-5) <= values[n // 2] * (1 + 2e-5)
        assert values[-1] <= high


def test_the_same_seed_gives_the_same_worlds_and_another_seed_others():
    assert assumed_draws(3, seed=7) == assumed_draws(3, seed=7) != assumed_draws(3, seed=8)


def test_a_draw_lies_around_the_value_of_the_scenario():
    changed = small({"buyers.trust_fade": 0.1})
    values = [draw["buyers.trust_fade"] for draw in assumed_draws(20, seed=2, scenario=changed)]
    assert min(values) >= 0.1 / FACTOR - 1e-6
    assert max(values) <= 0.1 * FACTOR + 1e-6


def test_of_a_share_the_odds_are_drawn():
    low, high = plausible_range(parameter("organization.gross_margin"), 0.75)
    assert (low / (1 - low), high / (1 - high)) == pytest.approx((3 / FACTOR, 3 * FACTOR), rel=1e-4)


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_a_share_of_nothing_or_all_is_not_drawn(value):
    assert plausible_range(parameter("organization.gross_margin"), value) is None


def test_no_decision_count_switch_or_number_of_seats_is_drawn():
    drawn = [parameter(dotted) for dotted in assumed_draws(1, seed=1, whole_sections=("structure", "mechanisms"))[0]]
    assert all(item.type is float and (item.lever is None or item.section == "market") for item in drawn)
    assert "structure.growth_room" not in [item.dotted for item in drawn]


def test_a_whole_section_adds_what_is_measured_in_it():
    few, more = assumed_draws(1, seed=1)[0], assumed_draws(1, seed=1, whole_sections=("training",))[0]
    added = more.keys() - few.keys()
    assert "training.half_life_months" in added
    assert {parameter(dotted).section for dotted in added} == {"training"}


def test_what_only_says_a_direction_counts_as_assumed():
    assert is_uncertain(parameter("training.reinforcement"))
    assert not is_uncertain(parameter("talent.on_target_earnings"))


def test_everything_assumed_that_is_no_decision_is_drawn():
    drawn = assumed_draws(1, seed=1)[0]
    missing = [
        item.dotted
        for item in all_parameters()
        if item.source.kind == "assumed" and item.lever is None and item.type is float and item.dotted not in drawn
    ]
    own_pay = "talent.market_pay"  # 0 stands for what the firm itself pays: there is nothing to draw around
    no_surroundings = {
        item for item in missing if plausible_range(parameter(item), float(parameter(item).default)) is None
    }
    assert set(missing) == {*STRUCTURE, own_pay} | no_surroundings


def test_a_utility_is_drawn_from_one_below_to_one_above():
    low, high = plausible_range(parameter("buyers.weight_preference"), 1.4)
    assert (low, high) == pytest.approx((0.4, 2.4))


def test_what_is_known_better_declares_a_narrower_range():
    assert plausible_range(parameter("operations.week_hours"), 45.0) == pytest.approx(
        (45.0 / 1.15, 45.0 * 1.15), rel=1e-4
    )


@pytest.mark.parametrize("n", [0, -1, True, 1.5, 100_001])
def test_a_number_of_worlds_that_is_not_allowed_is_refused(n):
    with pytest.raises(InputError, match="from 1 to 100,000"):
        assumed_draws(n, seed=1)
