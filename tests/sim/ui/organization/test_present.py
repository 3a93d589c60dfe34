"""What the drawing shows of a week agrees with the records, whether people are drawn one by one or by groups."""

import json
import time

import numpy as np
import pytest

from sim.scenario.scenario import Scenario
from sim.ui.organization import view
from sim.ui.organization.plan import Plan, draw, leader_of
from sim.ui.organization.present import (
    FILLED,
    MEASURES,
    RAMPING,
    UNPLANNED,
    VACANT,
    channels,
    headcounts,
    loads,
    pursued,
    shared_deals,
    states,
    values,
)
from sim.ui.run.session import Session

BRIEF = "[organization]\nburn_in_weeks = 26\nweeks = 26\n"
SMALL = "[structure]\nn_reps = 20\nspan_of_control = 4\nproduct_specialists = 3\nindustry_specialists = 2\n"
LARGE = "[structure]\nn_reps = 500\nproduct_specialists = 31\n"


def begun(text: str) -> Session:
    session = Session.begin(Scenario.from_text(text + BRIEF), seed=4)
    session.advance(8)
    return session


@pytest.fixture(scope="module")
def small() -> Session:
    return begun(SMALL)


@pytest.fixture(scope="module")
def large() -> Session:
    return begun(LARGE)


def drawn(session: Session) -> Plan:
    return draw(session.world.state, session.world.scenario, leader_of(session.world.state))


def test_trust_is_that_of_the_rep_and_the_mean_of_the_team(small: Session):
    plan, state = drawn(small), small.world.state
    shown = values(state, plan, "trust")
    for number, node in enumerate(plan.nodes):
        if node.kind == "rep" and state.reps["active"][node.row]:
            assert shown[number] == pytest.approx(state.reps["rep_trust"][node.row])
        elif node.kind in ("rep", "specialist"):
            assert np.isnan(shown[number])
    team = (state.reps["manager"] == 0) & (state.reps["active"] == 1)
    assert shown[plan.find("manager:0")] == pytest.approx(state.reps["rep_trust"][team].mean())
    everybody = state.reps["active"] == 1
    assert shown[0] == pytest.approx(state.reps["rep_trust"][everybody].mean())


def test_attainment_is_that_of_the_records(small: Session):
    plan, state = drawn(small), small.world.state
    shown = values(state, plan, "attainment")
    for kind, rows in (("manager", state.managers), ("leader", state.managers)):
        for number, node in enumerate(plan.nodes):
            if node.kind == kind:
                assert shown[number] == rows["attainment"][node.row]
    specialist = plan.find("specialist:0")
    assert shown[specialist] == state.specialists["load"][0] / state.specialists["target"][0]


def test_load_is_what_the_model_tires_people_by():
    """Where energy follows at once, it is 1 / (1 + cost x overload)."""
    state = begun(SMALL + "[motivation]\nenergy_rate = 1.0\nneeded_hours_per_cycle = 6.0\n").world.state
    stayed = (state.reps["active"] == 1) & (state.reps["tenure"] > 1)
    overload = np.maximum(0.0, loads(state)[stayed] - 1.0)
    expected = 1.0 / (1.0 + state.p["motivation_overload_cost"][0] * overload)
    assert overload.max() > 0
    assert state.reps["energy"][stayed] == pytest.approx(expected)


def test_seats_are_filled_ramping_vacant_or_not_planned(small: Session):
    plan, state = drawn(small), small.world.state
    state = Session(small.world.snapshot()).world.state
    state.reps["tenure"][:4], state.reps["active"][:4], state.reps["planned"][:4] = 500, 1, 1
    state.reps["tenure"][1] = 1
    state.reps["active"][2:4] = 0
    state.reps["planned"][3] = 0
    seat_states = states(state, plan)
    assert [seat_states[plan.find(f"rep:{seat}")] for seat in range(4)] == [FILLED, RAMPING, VACANT, UNPLANNED]
    assert headcounts(state, plan)[plan.find("rep:2")] == 0


def test_channels_add_up_to_the_hours_of_the_deals_shared(small: Session):
    plan, state = drawn(small), small.world.state
    rows = pursued(state)
    seat = state.opportunities["seat"][rows]
    joined, n_kinds = state.opportunities["joined"][rows], len(state.kinds)
    employed = [kind for kind in range(n_kinds) if state.kinds["count"][kind]]
    expected = sum(int(((joined >> kind) & 1)[state.reps["active"][seat] == 1].sum()) for kind in employed)
    links = channels(state, plan)
    hours = sum(hour for _, _, hour, _ in links)
    assert expected > 0
    assert hours == pytest.approx(expected * float(state.p["structure_hours_per_channel"][0]))
    assert all(0 < light <= 1 for *_, light in links)
    for helper, leaf, *_ in links:
        kind = int(state.specialists["kind"][plan.nodes[helper].row])
        covered = plan.nodes[leaf].row % int(state.kinds["count"][kind])
        assert covered == state.specialists["number"][plan.nodes[helper].row]


def test_deals_shared_are_those_the_specialists_count(small: Session):
    state = small.world.state
    deals = shared_deals(state)
    for kind, count in enumerate(state.kinds["count"].tolist()):
        for number in range(count):
            row = kind * (len(state.specialists) // 4) + number
            mine = int(((deals.kind == kind) & (deals.seat % count == number)).sum())
            assert mine <= state.specialists["load"][row], "deals that ended this week are not shared any more"


def test_groups_are_means_and_sums_of_their_seats(large: Session):
    plan, state = drawn(large), large.world.state
    active = state.reps["active"] == 1
    heads, trust = headcounts(state, plan), values(state, plan, "trust")
    for number, node in enumerate(plan.nodes):
        if node.kind == "group":
            team = (state.reps["manager"] == node.row) & active
            assert heads[number] == team.sum()
            assert trust[number] == pytest.approx(state.reps["rep_trust"][team].mean())
        elif node.kind == "pool":
            assert heads[number] == state.kinds["count"][node.row]
    assert sum(head for head, node in zip(heads, plan.nodes, strict=True) if node.kind == "group") == active.sum()


@pytest.mark.parametrize(("name", "most"), [("small", 0.015), ("large", 0.040)])
def test_a_frame_is_quick_and_short(name: str, most: float, request: pytest.FixtureRequest):
    session = request.getfixturevalue(name)
    state, plan = session.world.state, drawn(session)
    took = []
    for measure in [*MEASURES] * 3:
        began = time.process_time()
        sent = json.dumps(view.present_of(state, plan, measure))
        view.panel_of(state, session.world.scenario, f"leader:{leader_of(state)}")
        took.append(time.process_time() - began)
    assert min(took) < most
    assert len(sent) < 10_000
