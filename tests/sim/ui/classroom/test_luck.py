"""Skill apart from luck: players by lot keep the budget, draws are keyed, places have intervals."""

import numpy as np
import pytest

from sim.scenario.scenario import Scenario
from sim.ui.classroom.luck import Yardstick, by_lot, draw, other_seed, place, start_world
from sim.ui.classroom.options import Menu, SeatDecision


@pytest.fixture(scope="module")
def menu(scenario: Scenario) -> Menu:
    return Menu(scenario.override({"organization.weeks": 52}), 4, 60_000.0)


def test_a_place_has_an_interval_that_shrinks_with_numbers():
    few, many = place(0.75, np.linspace(0, 1, 21)), place(0.75, np.linspace(0, 1, 2001))
    assert few is not None
    assert many is not None
    assert few.share == pytest.approx(0.738, abs=0.01)
    assert few.low < few.share < few.high
    assert many.high - many.low < 0.3 * (few.high - few.low)
    assert few.text.startswith("74 % (")
    assert place(1.0, np.full(5, np.nan)) is None
    assert place(float("nan"), np.ones(5)) is None
    tied = place(1.0, np.array([1.0, 1.0, np.nan]))
    assert tied is not None
    assert (tied.share, tied.of) == (0.5, 2)


@pytest.mark.parametrize("number", range(12))
def test_players_by_lot_keep_the_budget_and_use_it(menu: Menu, number: int):
    draws = np.random.default_rng((3, number))
    decision, opened = SeatDecision(), 0
    for quarter in range(6):
        decision = draw(menu, decision.kept(), opened, 1, draws, always=quarter == 0)
        menu.check(decision.values, opened, 1)
        opened += decision.count("hire")
    assert len(decision.values) > len(menu.options) / 2


def test_draws_are_keyed_by_seed_and_player(menu: Menu):
    start = start_world(menu.scenario, 3)
    first, again, other = (by_lot(start.snapshot(), menu, number, 3) for number in (1, 1, 2))
    assert first == again
    assert first != other
    assert len(first) == 3


def test_the_yardstick_is_filled_and_can_be_stopped(menu: Menu):
    start = start_world(menu.scenario, 3)
    yardstick = Yardstick.empty(4, 5, 3)
    assert yardstick.done == 0.0
    yardstick.measure(start, menu)
    assert yardstick.done == 1.0
    assert np.isfinite(yardstick.players).all()
    assert not yardstick.problem
    assert start.week == 0
    again = start_world(menu.scenario, 3)
    again.advance(52)
    net = again.state.weekly["net_contribution"][again.burn_in + 1 : again.burn_in + 53]
    assert yardstick.alone[-1] == pytest.approx(net.sum())
    stopped = Yardstick.empty(4, 5, 3)
    stopped.stop()
    stopped.measure(start, menu)
    assert stopped.done == 0.0


def test_a_rule_that_fails_leaves_a_sentence(menu: Menu, monkeypatch: pytest.MonkeyPatch):
    def fail(*_: object) -> list[float]:
        raise ZeroDivisionError("no hours")

    monkeypatch.setattr("sim.ui.classroom.luck.by_lot", fail)
    yardstick = Yardstick.empty(4, 2, 2)
    yardstick.measure(start_world(menu.scenario, 3), menu)
    assert yardstick.problem.endswith("ZeroDivisionError: no hours")


def test_other_seeds_leave_the_class_out():
    assert [other_seed(2, number) for number in range(4)] == [0, 1, 3, 4]
