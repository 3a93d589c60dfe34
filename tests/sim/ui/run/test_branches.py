"""Worlds in lock-step: forks share luck and past, variants differ from the start, going back closes what came later."""

import pytest

from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario
from sim.ui.run.branches import Branches
from sim.ui.run.session import Session

LEVER = "structure.product_specialists"
SMALL = "[structure]\nn_reps = 6\nproduct_specialists = 1\n[organization]\nburn_in_weeks = 26\nweeks = 26\n"


@pytest.fixture(scope="module")
def first_session() -> Session:
    return Session.begin(Scenario.from_text(SMALL), seed=3)


@pytest.fixture
def worlds(first_session: Session) -> Branches:
    return Branches(Session(first_session.world.snapshot()))


def traces(worlds: Branches) -> list[bytes]:
    return [
        session.world.state.weekly[: session.world.burn_in + session.week + 1].tobytes() for session in worlds.sessions
    ]


def test_a_fork_has_the_same_luck_until_something_is_done(worlds: Branches):
    worlds.advance(5)
    worlds.fork("More specialists")
    assert (worlds.names, worlds.shown, worlds.all[1].since) == (("A", "B"), 1, 5)
    worlds.advance(5)
    assert len(set(traces(worlds))) == 1
    worlds.session.pull(LEVER, 6)
    worlds.advance(10)
    assert len(set(traces(worlds))) == 2
    assert [session.week for session in worlds.sessions] == [20, 20]
    assert worlds.sessions[0].manual_actions() == []


def test_four_worlds_at_most_and_letters_stay(worlds: Branches):
    for _ in range(3):
        worlds.show(0)
        worlds.fork()
    assert worlds.names == ("A", "B", "C", "D")
    with pytest.raises(InputError, match="there are 4 worlds already; close one first"):
        worlds.fork()
    worlds.close(1)
    assert (worlds.names, worlds.all[worlds.shown].letter) == (("A", "C", "D"), "D")
    worlds.fork()
    assert worlds.names == ("A", "B", "C", "D")
    worlds.close(worlds.shown)
    assert worlds.shown == 0
    for place in (0, 7, -1):
        with pytest.raises(InputError, match=r"A stays|there is no world"):
            worlds.close(place)


def test_returning_to_before_a_fork_closes_it(worlds: Branches):
    worlds.fork()
    worlds.advance(10)
    worlds.fork()
    worlds.session.pull(LEVER, 6)
    worlds.advance(10)
    worlds.rewind(12)
    assert (worlds.names, worlds.notice) == (("A", "B", "C"), "")
    worlds.rewind(4)
    assert worlds.names == ("A", "B")
    assert worlds.notice == "In week 4 there was one world only: C was forked later and is closed."
    assert [session.week for session in worlds.sessions] == [4, 4]
    worlds.reset()
    assert worlds.names == ("A", "B")


def test_a_variant_differs_from_the_start_and_meets_what_was_done(worlds: Branches):
    worlds.session.pull(LEVER, 3)
    worlds.advance(8)
    worlds.vary({"structure.n_reps": 8}, "  Two   more reps ")
    assert worlds.all[1].title == "Two more reps"
    assert (worlds.week, worlds.sessions[1].week) == (8, 8)
    assert worlds.sessions[1].manual_actions() == worlds.sessions[0].manual_actions()
    assert len(worlds.sessions[1].world.state.reps) != len(worlds.sessions[0].world.state.reps)
    for wrong in ({}, {"structure.n_repz": 8}, {"structure.n_reps": -1}):
        with pytest.raises(InputError):
            worlds.vary(wrong)


def test_a_world_left_behind_catches_up(worlds: Branches):
    worlds.fork()
    worlds.sessions[0].advance(3)
    worlds.advance(1)
    assert [session.week for session in worlds.sessions] == [4, 4]
