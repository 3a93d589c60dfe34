"""What values a parameter is given: ranges, levels, and what is plausible where nothing is said."""

import pytest

from sim.scenario.errors import InputError
from sim.scenario.parameters import all_parameters, parameter
from sim.scenario.scenario import Scenario
from sim.studies.factors import MOST_LEVELS, Factor, default_factor, factor

BASE = Scenario.from_text("")


def ends(dotted, scenario=BASE):
    found = default_factor(scenario, parameter(dotted))
    return found.low, found.high


@pytest.mark.parametrize(
    ("dotted", "value", "low", "high"),
    [
        ("operations.wip_limit", 12.0, 6.0, 24.0),  # a decision: half to twice
        ("enablement.alignment", 0.5, 1 / 3, 2 / 3),  # a share: half to twice the odds
        ("market.demand", 1.2, 0.8, 1.8),  # the market is a fact
        ("market.n_lines", 3, 2, 5),  # whole, to the next whole number outwards
        ("structure.specialist_pool", 1, 1, 2),  # within the bounds
        ("management.overlays_per_response", 1, 0, 2),  # at least one to each side
        ("structure.telesales_specialists", 0, 0, 4),  # none: up to one for six of 24 seats
        ("operations.crm_fidelity", 1.0, 1 / 3, 1.0),  # the end of a share: the range around the default as well
    ],
)
def test_a_plausible_range_lies_around_the_scenario_s_value(dotted, value, low, high):
    scenario = BASE.override({"structure.n_reps": 24, dotted: value})
    assert ends(dotted, scenario) == pytest.approx((low, high), rel=1e-5)


def test_no_range_is_the_physical_one_by_default():
    for item in all_parameters():
        if item.type in (int, float):
            try:
                found = default_factor(BASE, item)
            except InputError:
                continue
            assert (found.low, found.high) != (item.low, item.high), item.dotted
            assert item.low <= found.low < found.high <= item.high
            assert found.low <= BASE[item.dotted] <= found.high


def test_what_has_no_surroundings_needs_a_range():
    with pytest.raises(
        InputError, match=r"structure.role_specialisation: its value 0 has no plausible range.*give one"
    ):
        factor(BASE, "structure.role_specialisation")


def test_places_are_shared_evenly_by_whole_numbers_words_and_switches():
    places = [(one + 0.5) / 120 for one in range(120)]
    for given, dotted, kinds in (
        ([0, 5], "structure.product_specialists", {0, 1, 2, 3, 4, 5}),
        (["none", "mixed", "train"], "management.response", {"none", "mixed", "train"}),
        ("range", "mechanisms.ratchet", {False, True}),
    ):
        drawn = [factor(BASE, dotted, given).at(place) for place in places]
        assert {value: drawn.count(value) for value in kinds} == dict.fromkeys(kinds, 120 // len(kinds))
        assert all(parameter(dotted).allows(value) for value in drawn)


def test_places_of_a_range_run_from_end_to_end():
    one = factor(BASE, "operations.wip_limit", [4, 20])
    assert [one.at(place) for place in (0.0, 0.25, 1.0)] == [4.0, 8.0, 20.0]
    assert factor(BASE, "structure.product_specialists", [0, 5]).at(1.0) == 5


@pytest.mark.parametrize(
    ("given", "count", "values"),
    [
        ([0, 12], 3, (0, 6, 12)),
        ([0, 12], 4, (0, 4, 8, 12)),
        ([0, 2], 9, (0, 1, 2)),
        ({"low": 0, "high": 12, "levels": 2}, 5, (0, 12)),
        ({"levels": [7, 1]}, 5, (7, 1)),
    ],
)
def test_levels_are_even_and_whole_where_they_must_be(given, count, values):
    found = factor(BASE, "structure.product_specialists", given).values(count)
    assert found == values
    assert all(type(value) is int for value in found)


@pytest.mark.parametrize(
    ("dotted", "given", "part"),
    [
        ("structure.product_specialist", "range", "did you mean structure.product_specialists"),
        ("structure.product_specialists", [5, 5], "the range is empty: low = 5 must be below high = 5"),
        ("structure.product_specialists", [6, 2], "the range is empty"),
        ("structure.product_specialists", [0, 2.5], "2.5 is not allowed; it must be a whole number from 0 to 50,000"),
        ("structure.product_specialists", [0, 60_000], "60000 is not allowed"),
        ("structure.product_specialists", [False, 3], "false is not allowed"),
        ("structure.product_specialists", [0, 3, 6], "write [low, high], or {levels = [...]}"),
        ("structure.product_specialists", [], "a list of 0 is no range"),
        ("structure.product_specialists", 6, "6 is one value"),
        ("structure.product_specialists", "wide", '"wide" is no range'),
        ("structure.product_specialists", {"low": 3}, "high is missing"),
        ("structure.product_specialists", {"low": 0, "hihg": 3}, "did you mean high"),
        ("structure.product_specialists", {"low": 0, "high": 3, "levels": 1}, "levels = 1 is not allowed"),
        ("structure.product_specialists", {"low": 0, "high": 3, "levels": MOST_LEVELS + 1}, "from 2 to 1,000"),
        ("structure.product_specialists", {"levels": []}, "the list of levels is empty"),
        ("structure.product_specialists", {"levels": [1, 1]}, "1 is listed twice"),
        ("structure.product_specialists", {"levels": [1, 2], "low": 1}, "keep one of both"),
        ("operations.wip_limit", [float("nan"), 3.0], "nan is not allowed"),
        ("operations.wip_limit", [1.0, float("inf")], "inf is not allowed"),
        ("management.response", {"low": "none", "high": "mixed"}, "it has no range"),
        ("management.response", ["none", "mixd"], "mixd is not allowed; it must be one of"),
        ("mechanisms.ratchet", [0, 1], "0 is not allowed; it must be true or false"),
        ("mechanisms.ratchet", {"levels": 3}, "a number of levels has no meaning"),
    ],
)
def test_what_is_no_range_is_told_in_a_sentence(dotted, given, part):
    with pytest.raises(InputError) as caught:
        factor(BASE, dotted, given)
    assert part in str(caught.value)
    assert str(caught.value).startswith(dotted)
    assert "\n" not in str(caught.value)


def test_a_factor_says_what_it_takes():
    item = parameter("structure.n_reps")
    assert Factor(item, 8, 1000).describe() == "8 to 1,000"
    assert Factor(parameter("mechanisms.ratchet"), listed=(False, True)).describe() == "false, true"
