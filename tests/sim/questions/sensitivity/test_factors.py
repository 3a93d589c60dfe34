"""What is varied, from where to where, and what cannot be."""

import pytest

from sim.questions.sensitivity.designs import choose_factors
from sim.scenario.errors import InputError
from sim.scenario.parameters import all_parameters
from sim.studies.draws import is_uncertain, plausible_range
from tests.worlds import small


def test_by_default_all_that_is_uncertain_is_varied_around_the_scenarios_value():
    scenario = small({"buyers.contact_scale": 0.4})
    factors, left_out = choose_factors(scenario)
    uncertain = [item for item in all_parameters() if is_uncertain(item)]
    assert [one.name for one in factors] == [
        item.dotted for item in uncertain if plausible_range(item, float(scenario[item.dotted]))
    ]
    assert set(left_out).isdisjoint(one.name for one in factors)
    one = next(one for one in factors if one.name == "buyers.contact_scale")
    assert (one.low, one.high) == (one.value(0.0), one.value(1.0)) == pytest.approx((0.4 / 1.5, 0.6), rel=1e-5)
    assert one.value(0.5) == 0.4
    assert not one.is_decision


def test_a_range_that_is_given_is_drawn_evenly():
    (overlays, stretch), _ = (
        choose_factors(small(), {"structure.product_specialists": (0, 3), "strategy.stretch": (-0.1, 0.3)})[0][::-1],
        None,
    )
    assert [overlays.value(at) for at in (0.0, 0.24, 0.26, 0.74, 0.76, 1.0)] == [0, 0, 1, 2, 3, 3]
    assert [stretch.value(at) for at in (0.0, 0.25, 1.0)] == [-0.1, 0.0, 0.3]
    assert all(one.is_decision for one in (overlays, stretch))


def test_switches_and_choices_take_all_their_values():
    factors, _ = choose_factors(small(), ["mechanisms.delivery", "management.response"])
    by_name = {one.name: one for one in factors}
    assert [by_name["mechanisms.delivery"].value(at) for at in (0.0, 0.49, 0.51, 1.0)] == [False, False, True, True]
    choice = by_name["management.response"]
    assert [choice.value((n + 0.5) / len(choice.item.choices)) for n in range(len(choice.item.choices))] == [
        *choice.item.choices
    ]


def test_drivers_and_levers_give_decisions_and_say_which_have_no_range():
    scenario = small({"enablement.tools_saving": 0.0})
    some, without = choose_factors(scenario, drivers=["enablement"])
    every, _ = choose_factors(scenario, levers=True)
    assert {one.item.driver for one in some} == {"enablement"}
    assert without == ("enablement.peer_hours_per_month", "enablement.tools_saving")
    assert {one.name for one in some} < {one.name for one in every}
    assert all(one.is_decision for one in every)
    with_range, _ = choose_factors(scenario, ["enablement.tools_saving=0:0.3"], drivers=["enablement"])
    assert {one.name for one in with_range} == {one.name for one in some} | {"enablement.tools_saving"}


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ({"parameters": ["strategy.strech", "strategy.ratchet"]}, "did you mean strategy.stretch?"),
        ({"parameters": ["strategy.stretch=0.3"]}, "write strategy.stretch=low:high"),
        ({"parameters": ["strategy.stretch=a:b"]}, "this is no range"),
        ({"parameters": ["strategy.stretch=0.3:0.1"]}, "the range is empty"),
        ({"parameters": ["strategy.stretch=0.1:nan"]}, "both ends must be a number from -0.5 to 2"),
        ({"parameters": ["structure.product_specialists=1:2.5"]}, "a whole number"),
        ({"parameters": ["structure.n_reps=0:10"]}, "both ends must be"),
        ({"parameters": ["mechanisms.delivery=0:1"]}, "takes no range"),
        ({"parameters": {"management.response": (0, 1)}}, "takes no range"),
        ({"parameters": ["enablement.tools_saving"]}, "give one, such as enablement.tools_saving=0:0.9"),
        ({"parameters": ["strategy.stretch", "strategy.stretch=0:1"]}, "given twice"),
        ({"parameters": ["strategy.stretch"]}, "at least 2 parameters, not 1"),
        ({"drivers": ["trainig"]}, "did you mean training?"),
    ],
)
def test_what_cannot_be_varied_is_told_in_a_sentence(asked, part):
    with pytest.raises(InputError) as caught:
        choose_factors(small({"enablement.tools_saving": 0.0}), **asked)
    assert part in str(caught.value)
    assert "\n" not in str(caught.value)
