"""The untouched run: the same luck up to the first action, and after it what the run would have been without any."""

import pytest

from sim.scenario.scenario import Scenario
from sim.ui.run.branches import Branches
from sim.ui.run.session import Session

LEVER = "structure.product_specialists"
SMALL = "[structure]\nn_reps = 6\nproduct_specialists = 1\n[organization]\nburn_in_weeks = 26\nweeks = 26\n"
PLANNED = '\n[[interventions]]\nweek = 12\nparameter = "strategy.stretch"\nvalue = 0.2\n'


@pytest.fixture(scope="module")
def begun() -> Session:
    return Session.begin(Scenario.from_text(SMALL + PLANNED), seed=3)


@pytest.fixture
def worlds(begun: Session) -> Branches:
    return Branches(Session(begun.world.snapshot()))


@pytest.fixture
def without(begun: Session) -> Session:
    """A session in which nothing is ever done by hand."""
    return Session(begun.world.snapshot())


def trace(session: Session, weeks: int | None = None) -> bytes:
    """Weekly measures up to a week, or so far, as bytes."""
    past = session.week if weeks is None else weeks
    return session.world.state.weekly[: session.world.burn_in + past + 1].tobytes()


def untouched(worlds: Branches) -> Session:
    run = worlds.untouched()
    assert run is not None
    assert run.week == worlds.week
    return run


def act(worlds: Branches, value: float = 6) -> None:
    worlds.session.pull(LEVER, value)


def test_there_is_none_before_anything_was_done(worlds: Branches):
    worlds.advance(5)
    assert worlds.untouched() is None
    act(worlds)
    assert (worlds.untouched(), worlds.session.touched) == (None, None), "what waits has done nothing yet"
    worlds.session.undo(LEVER)
    worlds.advance(1)
    assert worlds.untouched() is None


def test_both_are_the_same_up_to_the_first_action_and_it_goes_on_without_it(worlds: Branches, without: Session):
    worlds.advance(5)
    act(worlds)
    worlds.session.intervene({"event": "demand_shock", "arguments": {"factor": 1.5}})
    worlds.advance(1)
    assert worlds.session.touched == 5
    for _ in range(4):
        assert untouched(worlds).manual_actions() == []
        worlds.advance(7)
    act(worlds, 2)
    worlds.advance(7)
    run = untouched(worlds)
    without.advance(run.week)
    assert trace(run, 5) == trace(worlds.session, 5)
    assert trace(run) == trace(without) != trace(worlds.session)
    assert [entry.text for entry in run.entries() if entry.own], "what the scenario plans happens in it too"


def test_it_goes_back_with_a_rewind_and_is_gone_before_the_first_action(worlds: Branches, without: Session):
    worlds.advance(5)
    act(worlds)
    worlds.advance(30)
    untouched(worlds)
    worlds.rewind(20)
    without.advance(20)
    assert trace(untouched(worlds)) == trace(without)
    worlds.advance(3)
    without.advance(3)
    assert trace(untouched(worlds)) == trace(without)
    worlds.rewind(5)
    assert worlds.untouched() is None
    worlds.advance(4)
    act(worlds)
    worlds.advance(4)
    assert worlds.session.touched == 9
    without.rewind(13)
    assert trace(untouched(worlds)) == trace(without)
    worlds.reset()
    assert worlds.untouched() is None


def test_what_was_undone_was_done_all_the_same(worlds: Branches):
    act(worlds)
    worlds.advance(3)
    worlds.session.undo("0")
    worlds.advance(3)
    assert worlds.session.touched == 0
    assert trace(untouched(worlds)) != trace(worlds.session)


def test_switched_off_it_costs_nothing_and_comes_back(worlds: Branches, without: Session):
    act(worlds)
    worlds.advance(4)
    first = untouched(worlds)
    worlds.compare(on=False)
    worlds.advance(4)
    assert worlds.untouched() is None
    assert first.week == 4
    worlds.compare(on=True)
    without.advance(8)
    assert trace(untouched(worlds)) == trace(without)


def test_forks_share_it_and_a_variant_has_its_own(worlds: Branches):
    act(worlds)
    worlds.advance(4)
    run = untouched(worlds)
    worlds.fork()
    act(worlds, 9)
    worlds.advance(4)
    assert untouched(worlds) is run
    worlds.vary({"structure.n_reps": 8})
    own = untouched(worlds)
    assert own is not run
    assert len(own.world.state.reps) == len(worlds.session.world.state.reps)


def test_a_run_that_was_opened_with_actions_has_it_at_once(worlds: Branches, without: Session):
    act(worlds)
    worlds.advance(9)
    without.advance(9)
    again = Session(without.world.snapshot())
    again.moments, again._first = without.moments, 0
    again.rewind(0)
    again.repeat(worlds.session.manual_actions(), 9)
    assert trace(untouched(Branches(again))) == trace(without)
