"""A visitor's session: levers act in the coming week, are undone, and every week of the past can be returned to."""

import threading

import pytest

from sim.engine.world import World
from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario
from sim.scenario.seeds import longest
from sim.ui.run.session import Session

LEVER = "structure.product_specialists"
SMALL = "[structure]\nn_reps = 6\nproduct_specialists = 1\n[organization]\nburn_in_weeks = 26\nweeks = 26\n"


@pytest.fixture(scope="module")
def first_session() -> Session:
    return Session.begin(Scenario.from_text(SMALL), seed=3)


@pytest.fixture
def session(first_session: Session) -> Session:
    return Session(first_session.world.snapshot())


def trace(session: Session) -> bytes:
    """Weekly measures so far, as bytes."""
    return session.world.state.weekly[: session.world.burn_in + session.week + 1].tobytes()


def test_a_session_runs_as_the_library_does(session: Session):
    world = World.begin(Scenario.from_text(SMALL), 3)
    world.advance(20)
    for _ in range(20):
        session.advance()
    assert session.week == 20
    assert session.world.state.weekly[:47].tobytes() == world.state.weekly[:47].tobytes()


def test_a_lever_acts_in_the_coming_week_and_is_logged(session: Session):
    session.advance(3)
    session.pull(LEVER, 4)
    assert session.value(LEVER) == 4
    assert session.world.state.p[0].structure_product_specialists == 1
    (waiting,) = session.entries()
    assert (waiting.week, waiting.text) == (3, "Product specialists: 1 to 4 people")
    session.advance()
    assert session.world.state.p[0].structure_product_specialists == 4
    (done,) = session.entries()
    assert (done.week, done.text, done.undoable) == (3, "Product specialists: 1 to 4 people", True)
    assert session.world.state.weekly["specialists"][session.world.burn_in + 4] == 4
    assert session.world.scenario.interventions[-1].value == 4


def test_a_lever_moved_to_and_fro_within_a_week_does_nothing(session: Session):
    session.pull(LEVER, 4)
    session.pull(LEVER, 7)
    assert [entry.text for entry in session.entries()] == ["Product specialists: 1 to 7 people"]
    session.pull(LEVER, 1)
    assert session.entries() == []


def test_undo_puts_back_the_newest_change_first(session: Session):
    session.pull(LEVER, 4)
    session.advance()
    session.pull(LEVER, 8)
    session.advance()
    newest, oldest = session.entries()
    assert (newest.undoable, oldest.undoable) == (True, False)
    with pytest.raises(InputError, match="1 to 4 people cannot be undone; take back later changes first"):
        session.undo(oldest.key)
    session.undo(newest.key)
    assert session.value(LEVER) == 4
    session.undo(oldest.key)
    assert session.value(LEVER) == 1
    assert [entry.undone for entry in session.entries()] == [2, 2]


def test_what_waits_can_be_taken_back(session: Session):
    session.pull(LEVER, 4)
    session.undo(LEVER)
    assert session.value(LEVER) == 1
    with pytest.raises(InputError, match="nothing-of-this cannot be undone"):
        session.undo("nothing-of-this")


@pytest.mark.parametrize(
    ("dotted", "value", "sentence"),
    [
        (LEVER, 2.5, "must be a whole number from 0 to 50,000"),
        (LEVER, -1, "must be a whole number from 0 to 50,000"),
        (LEVER, float("nan"), "is not allowed"),
        (LEVER, 1_001, "specialists; the page plays at most 1,000"),
        ("market.n_lines", 2, "cannot change while a run goes on"),
        ("structure.product_specialist", 2, "did you mean structure.product_specialists"),
    ],
)
def test_a_wrong_pull_is_one_sentence_and_changes_nothing(session: Session, dotted: str, value: float, sentence: str):
    with pytest.raises(InputError, match=sentence):
        session.pull(dotted, value)
    assert session.entries() == []


def test_specialists_of_all_kinds_count_towards_what_the_page_plays(session: Session):
    session.pull(LEVER, 600)
    with pytest.raises(InputError, match="the page plays at most 1,000"):
        session.pull("structure.industry_specialists", 500)
    session.pull("structure.industry_specialists", 100)


def test_levers_of_everyone_reach_reps_and_managers(session: Session):
    session.pull("training.hours_per_quarter", 20)
    session.pull("structure.field_hours_per_week", 9)
    session.advance()
    assert set(session.world.state.reps["training_hours_per_quarter"]) == {20}
    assert set(session.world.state.managers["structure_field_hours_per_week"]) == {9}


def test_reset_returns_to_the_start_without_what_was_done(session: Session):
    session.advance(15)
    before = trace(session)
    session.reset()
    session.pull(LEVER, 9)
    session.advance(15)
    assert trace(session) != before
    session.reset()
    assert (session.week, session.entries()) == (0, [])
    session.advance(15)
    assert trace(session) == before


def test_any_week_of_the_past_can_be_returned_to(session: Session):
    session.pull(LEVER, 4)
    session.advance(20)
    session.undo("0")
    session.advance(12)
    session.pull(LEVER, 6)
    session.advance(33)
    before = trace(session)
    session.rewind(60)
    assert session.week == 60
    session.rewind(22)
    assert trace(session) == before[: len(trace(session))]
    assert [entry.text for entry in session.entries()] == ["Product specialists: 1 to 4 people"]
    with pytest.raises(InputError, match="week 23 cannot be returned to; it must be 0 to 22"):
        session.rewind(23)


def test_the_past_is_kept_thinly(session: Session):
    session.advance(130)
    assert sorted(session.moments) == [0, 26, 78, 91, 104, 117, 130]


def test_a_run_goes_past_its_horizon_and_ends(session: Session):
    session.advance(30)
    session.pull(LEVER, 2)
    session.advance(longest())
    assert session.over
    assert session.week == longest()
    assert session.advance() == 0


def test_a_failing_intervention_does_not_block_the_run(session: Session):
    session.waiting["strategy.stretch"] = {"parameter": "strategy.stretch", "value": 99.0}
    with pytest.raises(InputError, match="99"):
        session.advance()
    assert session.advance() == 1


def test_threads_do_not_step_at_once(session: Session):
    threads = [threading.Thread(target=session.advance, args=(5,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert session.week == 20


def test_compiling_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sim.ui.run.session.is_cached", lambda _: False)
    totals: list[int] = []
    Session.begin(Scenario.from_text(SMALL), progress=lambda _name, _done, total: totals.append(total))
    assert totals[0] == 0


def repeated(session: Session) -> Session:
    """The session's scenario, run by itself to the same week."""
    again = Session.begin(session.scenario(), 3)
    again.advance(session.week)
    return again


def active(session: Session) -> None:
    """A run with levers, shocks, undoing and returning to the past."""
    session.advance(4)
    session.pull(LEVER, 4)
    session.intervene({"event": "demand_shock", "arguments": {"factor": 1.5}})
    session.advance(5)
    session.intervene({"event": "star_leaves"})
    session.intervene({"parameter": "training.hours_per_quarter", "action": "add", "value": 3})
    session.pull("management.response", "train")
    session.advance(9)
    session.undo("0")
    session.advance(2)
    session.undo("1")
    session.pull(LEVER, 2)
    session.advance(12)
    session.rewind(24)
    session.intervene({"event": "icp_project", "arguments": {"gain": 0.5}})
    session.advance(11)


def test_the_scenario_of_a_session_repeats_it_to_the_last_digit(session: Session):
    active(session)
    scenario = session.scenario()
    assert scenario["organization.weeks"] == 39
    assert [spec.until for spec in scenario.interventions] == [18, 20, None, None, None, None, None]
    again = repeated(session)
    assert trace(again) == trace(session)
    assert Scenario.from_text(scenario.to_toml()) == scenario
    assert session.as_given().interventions == ()
    assert session.as_given()["organization.weeks"] == 39


def test_what_waits_belongs_to_the_scenario(session: Session):
    session.advance(26)
    session.pull(LEVER, 4)
    scenario = session.scenario()
    assert (scenario.interventions[0].week, scenario["organization.weeks"]) == (26, 39)
    session.advance(5)
    assert trace(repeated(session)) == trace(session)


def test_actions_open_the_same_session(session: Session):
    active(session)
    session.pull(LEVER, 7)
    again = Session.begin(Scenario.from_text(SMALL), 3)
    again.repeat(session.manual_actions(), session.week)
    assert trace(again) == trace(session)
    assert again.manual_actions() == session.manual_actions()
    assert [entry.text for entry in again.entries()] == [entry.text for entry in session.entries()]
    again.rewind(18)
    session.rewind(18)
    assert again.entries() == session.entries()
    assert trace(again) == trace(session)


def test_interventions_of_the_scenario_are_kept_apart():
    rows = '\n[[interventions]]\nweek = 2\nparameter = "strategy.stretch"\nvalue = 0.2\nuntil = 9\n'
    session = Session.begin(Scenario.from_text(SMALL + rows), 3)
    session.pull("strategy.stretch", 0.3)
    session.advance(12)
    assert [entry.own for entry in session.entries()] == [True, False]
    with pytest.raises(InputError, match="belongs to the scenario and cannot be undone"):
        session.undo("1")
    assert [fields["value"] for fields in session.manual_actions()] == [0.3]
    assert [spec.week for spec in session.as_given().interventions] == [2]
    assert trace(repeated(session)) == trace(session)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"event": "star_leaves", "arguments": {"count": 7}}, "7 of 6 reps"),
        ({"event": "earthquake"}, "earthquake"),
        ({"event": "demand_shock", "arguments": {"factor": 11}}, "factor"),
        ({"parameter": "structure.n_reps", "value": 7}, "structure.n_reps"),
        ({"parameter": "strategy.stretch", "action": "add", "value": 9}, "9"),
        ({"parameter": "strategy.stretch", "value": 0.1, "target": {"teams": [99]}}, "whole organization"),
        ({"value": 0.1}, "parameter"),
    ],
)
def test_an_impossible_intervention_is_one_sentence_and_changes_nothing(session: Session, fields: dict, sentence: str):
    with pytest.raises(InputError, match=sentence):
        session.intervene(fields)
    assert (session.entries(), session.manual_actions()) == ([], [])
    assert session.advance() == 1


@pytest.mark.parametrize("action", [{"week": -1}, {"week": "now"}, {}, {"week": 1, "until": 0.5}])
def test_actions_from_outside_are_checked(session: Session, action: dict):
    with pytest.raises(InputError, match="must be a whole number from 0"):
        session.repeat([action], 3)


def test_a_fork_goes_its_own_way_with_the_same_luck(session: Session):
    active(session)
    twin = session.fork()
    session.advance(3)
    twin.advance(3)
    assert trace(twin) == trace(session)
    twin.pull(LEVER, 9)
    twin.advance(14)
    session.advance(14)
    assert trace(twin) != trace(session)
    assert trace(repeated(session)) == trace(session)
    assert trace(repeated(twin)) == trace(twin)
    past = twin.fork()
    past.rewind(24)
    assert (past.week, twin.week) == (24, session.week)
    assert trace(past) == trace(twin)[: len(trace(past))]
