"""Market research is paid, tells what buyers hold with an error, and changes nothing; three questions a round."""

import json

import numpy as np
import pytest

from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario
from sim.studies.statistics import Interval
from sim.ui.classroom.luck import Yardstick, draw, start_world
from sim.ui.classroom.options import INTERVIEW, SURVEY, USUAL, Menu, SeatDecision
from sim.ui.classroom.reading import reflection, research
from sim.ui.classroom.restoring import restored
from sim.ui.classroom.room import Room
from sim.ui.classroom.survey import MarketSurvey, take_survey
from sim.ui.classroom.whole import class_json

WIP = "operations.wip_limit"


def play(room: Room, decisions: dict[str, dict] | None = None) -> None:
    room.open(room.trainer)
    for token, values in (decisions or {}).items():
        room.decide(token, values)
    room.close(room.trainer)


def test_research_costs_its_price_and_changes_nothing(room: Room):
    ada, bob = room.join("Ada"), room.join("Bob")
    play(room, {ada.token: {SURVEY: 100}})
    assert room.menu.cost(SeatDecision({SURVEY: 100}), 0) == 100 * INTERVIEW
    assert ada.past[1].net == pytest.approx(bob.past[1].net - 100 * INTERVIEW)
    assert ada.past[1].bookings == bob.past[1].bookings
    play(room)
    assert ada.past[2].net == pytest.approx(bob.past[2].net)
    assert (list(ada.surveys), bob.surveys) == ([1], {})
    room.open(room.trainer)
    with pytest.raises(InputError, match="Market research: 30 is not allowed"):
        room.decide(ada.token, {SURVEY: 30})
    room.menu.budget = 3_000.0
    with pytest.raises(InputError, match="more than the budget"):
        room.decide(ada.token, {SURVEY: 25})


def test_a_survey_of_all_is_what_buyers_hold_and_a_part_errs(scenario: Scenario):
    world = start_world(scenario, 3)
    state = world.state
    buyers = np.flatnonzero(state.reps["planned"][state.buyers["seat"]] > 0)
    trust, customers = state.buyer_trust[buyers], state.customer_lines[buyers] > 0
    every = take_survey(world, 100_000)
    assert every.asked == every.of == len(buyers) < len(state.buyers)
    assert every.means[0].mean == pytest.approx(float(trust.mean()))
    assert every.means[2].mean == pytest.approx(float(state.satisfaction[buyers][customers].mean()))
    some = take_survey(world, 25)
    assert some == take_survey(world, 25)
    assert some.asked == some.means[0].n == 25
    assert some.means[0].high - some.means[0].low > every.means[0].high - every.means[0].low
    assert some.means[0].mean != every.means[0].mean


def test_ninety_five_in_a_hundred_surveys_hold_the_truth(scenario: Scenario):
    world = start_world(scenario, 3)
    truth = take_survey(world, 100_000).means[0].mean
    held = [(one := take_survey(world, 25 + more).means[0]).low <= truth <= one.high for more in range(120)]
    assert np.mean(held) > 0.88


def test_players_by_lot_buy_no_research_and_draw_as_before(scenario: Scenario):
    longer = scenario.override({"organization.weeks": 52})
    menus = [Menu(longer, 4, 60_000.0, names) for names in (USUAL, tuple(one for one in USUAL if one != SURVEY))]
    drawn = [draw(menu, SeatDecision(), 0, 1, np.random.default_rng(5), always=True) for menu in menus]
    assert SURVEY in menus[0].options
    assert drawn[0] == drawn[1]


def test_what_was_bought_is_read_with_its_error(room: Room):
    seat = room.join("Ada")
    assert research(seat) is None
    half, unknown = Interval(25, 0.5, 0.43, 0.57), Interval(0, float("nan"), float("nan"), float("nan"))
    seat.surveys = {
        1: MarketSurvey(25, 960, (half, half, unknown, half)), 2: MarketSurvey(50, 960, (half, half, half, half)),
    }  # fmt: skip
    shown = research(seat) or {}
    said = "50% \N{PLUS-MINUS SIGN} 7.0"
    assert shown["table"][1] == ["1", said, said, "\N{EN DASH}", said, "25"]
    assert shown["columns"][1:5] == ["Trust", "Regard", "Satisfaction", "Demand"]
    assert shown["note"].startswith("Of 960 buyers, in the last week")
    told = json.loads(class_json(room))["seats"][0]["surveys"]
    assert (told[0]["quarter"], told[0]["buyer_trust"], told[0]["satisfaction"]["mean"]) == (
        1, {"mean": 0.5, "low": 0.43, "high": 0.57}, None
    )  # fmt: skip


def test_research_comes_back_to_the_digit_after_a_restart(room: Room):
    ada = room.join("Ada")
    play(room, {ada.token: {SURVEY: 25, WIP: 6}})
    play(room)
    again = restored(room.kept(), Yardstick.empty(4, 2, 2)).seats[ada.token]
    assert again.surveys == ada.surveys
    assert len(again.surveys) == 1


def test_three_questions_stand_between_two_rounds(room: Room):
    seat, other = room.join("Ada"), room.join("Bob")
    assert reflection(room, seat) == []
    play(room, {seat.token: {WIP: 6}})
    asked = reflection(room, seat)
    assert len(asked) == 3
    assert asked[0].startswith("Decided: WIP limit 6. What of it")
    assert asked[1].startswith("How much of this result would have come")
    assert reflection(room, other)[0].startswith("Nothing was changed")
    room.yardstick.alone[0] = seat.past[1].total + 2e6
    assert reflection(room, seat)[1].startswith("So far that is 2.00 m USD less than left alone.")
    room.open(room.trainer)
    assert reflection(room, seat) == []
    room.end(room.trainer)
    assert reflection(room, seat) == []
