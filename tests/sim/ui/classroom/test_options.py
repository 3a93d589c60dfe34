"""Decisions: what is offered, what it costs at the model's prices, what a budget refuses, and what it does."""

import pytest

from sim.questions.invest.levers import PriceBook
from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario
from sim.ui.classroom.luck import start_world
from sim.ui.classroom.options import (  # fmt: skip
    DECIDED,
    HIRE,
    ICP,
    RESPONSE,
    USUAL,
    WIP,
    Menu,
    SeatDecision,
    changes_text,
    label_of,
    spare_seats,
    usual_budget,
)

TRAINING, PRODUCT = "training.hours_per_quarter", "structure.product_specialists"


@pytest.fixture(scope="module")
def long(scenario: Scenario) -> Scenario:
    return scenario.override({"organization.weeks": 52})


@pytest.fixture(scope="module")
def menu(long: Scenario) -> Menu:
    return Menu(long, 4, 60_000.0)


def test_nothing_that_is_decided_is_called_alike():
    labels = [label_of(name) for name in DECIDED]
    assert len(set(labels)) == len(labels)
    assert (label_of(HIRE), label_of(TRAINING)) == ("Hire reps", "Training")


def test_everything_is_offered_with_the_value_as_it_is_among_the_values(long: Scenario):
    menu = Menu(long, 4, 60_000.0, DECIDED)
    assert list(menu.options) == [name for name in DECIDED if name in menu.options]
    assert {TRAINING, HIRE, ICP, WIP, RESPONSE} <= set(menu.options)
    for option in menu.options.values():
        assert option.as_is in option.values
        assert option.text(option.as_is)
        assert option.hint
    assert menu.options[TRAINING].paid
    assert not menu.options[WIP].paid


def test_what_costs_nothing_more_is_as_it_is_and_prices_are_the_models(menu: Menu, long: Scenario):
    assert menu.cost(SeatDecision(), 0) == 0.0
    prices = PriceBook(long, 52)
    dearer = menu.cost(SeatDecision({TRAINING: 12.0}), 0)
    assert dearer == pytest.approx(prices.spend({TRAINING: 12.0}) / 4)
    seat = prices.seat({}) / 4
    assert menu.cost(SeatDecision({HIRE: 1}), 0) == pytest.approx(seat + long["talent.replacement_cost"])
    assert menu.cost(SeatDecision(), 1) == pytest.approx(seat)
    assert menu.cost(SeatDecision({ICP: 2}), 0) == 2 * long["management.review_cost"]
    assert menu.cost(SeatDecision({PRODUCT: 2}), 0) == pytest.approx(-long["structure.specialist_cost"] / 4)


def test_over_the_budget_is_refused_in_a_sentence_and_what_is_cut_pays_for_more(menu: Menu):
    most = menu.options[TRAINING].values[-1]
    with pytest.raises(InputError, match="more than the budget of 60,000; take something back"):
        menu.check({TRAINING: most, ICP: 5}, 0, 1)
    assert menu.check({TRAINING: 20.0}, 0, 1).values[TRAINING] == 20.0
    assert menu.check({PRODUCT: 0, TRAINING: 90.0}, 0, 1)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"market.demand": 3}, "market.demand is not decided in this class"),
        ({TRAINING: 6.5}, "by its steps"),
        ({TRAINING: float("nan")}, "is not allowed"),
        ({TRAINING: "12"}, "is not allowed"),
        ({TRAINING: True}, "is not allowed"),
        ({RESPONSE: "shout"}, '"shout" is no choice'),
        ({HIRE: 1}, "there is room for 0 more"),
        ({"x" * 500: 1}, "x" * 40),
    ],
)
def test_what_is_not_allowed_is_refused(menu: Menu, values: dict, said: str):
    with pytest.raises(InputError, match=said) as refused:
        menu.check(values, 0, 0)
    assert len(str(refused.value)) < 200


def test_a_decision_acts_on_the_world_and_is_booked(menu: Menu, long: Scenario):
    world, other = start_world(long, 3), start_world(long, 3)
    spare = spare_seats(world)
    decision = menu.check({TRAINING: 8.0, ICP: 1, WIP: 9, RESPONSE: "root_cause"}, 0, spare)
    menu.apply(world, decision, SeatDecision())
    world.advance(1)
    other.advance(1)
    assert set(world.state.reps["training_hours_per_quarter"][world.state.reps["idle"] == 0]) == {8.0}
    assert world.state.org["icp_clarity"][0] > other.state.org["icp_clarity"][0]
    more = world.state.weekly["cost"][world.burn_in + 1] - other.state.weekly["cost"][other.burn_in + 1]
    assert more > long["management.review_cost"]
    assert len(world.log) == 4
    menu.apply(world, decision.kept(), decision)
    assert not world.planned


def test_seats_are_opened(menu: Menu, long: Scenario):
    world = start_world(long, 3)
    spare = spare_seats(world)
    menu.apply(world, SeatDecision({HIRE: 1}), SeatDecision())
    world.advance(1)
    assert spare_seats(world) == spare - 1


def test_what_is_done_once_is_not_kept(menu: Menu):
    kept = SeatDecision({TRAINING: 8.0, HIRE: 1, ICP: 2}).kept()
    assert kept == SeatDecision({TRAINING: 8.0})
    assert changes_text(menu, kept) == "Training 8"
    assert changes_text(menu, SeatDecision()) == "nothing changed"


def test_what_cannot_be_decided_is_left_out_or_refused(long: Scenario):
    with pytest.raises(InputError, match="did you mean hire"):
        Menu(long, 4, 60_000.0, ("hir",))
    poor = Menu(long, 4, 0.0, USUAL)
    assert WIP in poor.options
    funded = long.override({"mechanisms.self_funding": True, "talent.budget_share": 0.2})
    assert HIRE not in Menu(funded, 4, 60_000.0).options
    with pytest.raises(InputError, match="nothing can be decided"):
        Menu(funded, 4, 60_000.0, (HIRE,))


def test_the_usual_budget_makes_people_choose(long: Scenario):
    menu = Menu(long, 4, usual_budget(long, 4))
    every = {name: option.values[-1] for name, option in menu.options.items() if option.paid and name != HIRE}
    with pytest.raises(InputError):
        menu.check(every, 0, 1)
