"""The drawing: everybody has a place of an own, many are drawn by groups, and it changes with the tree alone."""

import numpy as np
import pytest

from sim.scenario.scenario import Scenario
from sim.ui.organization.plan import MOST_GROUPS, MOST_SEATS, Plan, draw, leader_of, shape
from sim.ui.run.session import Session

SMALL = "[structure]\nn_reps = 20\nspan_of_control = 4\nproduct_specialists = 3\n[market]\naccounts_per_rep = 10\n"
LARGE = SMALL.replace("n_reps = 20", "n_reps = 260").replace("specialists = 3", "specialists = 60")
BRIEF = "[organization]\nburn_in_weeks = 13\nweeks = 13\n"


def begun(text: str) -> Session:
    return Session.begin(Scenario.from_text(text + BRIEF), seed=4)


@pytest.fixture(scope="module")
def small() -> Session:
    return begun(SMALL)


@pytest.fixture(scope="module")
def large() -> Session:
    return begun(LARGE)


def drawn(session: Session, focus: int = -1) -> Plan:
    state = session.world.state
    return draw(state, session.world.scenario, leader_of(state) if focus < 0 else focus)


def kinds(plan: Plan) -> dict[str, int]:
    node_kinds = [node.kind for node in plan.nodes]
    return {kind: node_kinds.count(kind) for kind in dict.fromkeys(node_kinds)}


def test_everybody_has_a_place_of_an_own(small: Session):
    plan, state = drawn(small), small.world.state
    assert kinds(plan) == {"leader": 1, "manager": 7, "rep": len(state.reps), "specialist": 3}
    positions = np.array([(node.x, node.y) for node in plan.nodes])
    apart = np.hypot(*(positions[:, None] - positions[None, :]).transpose(2, 0, 1)) + 9 * np.eye(len(positions))
    assert apart.min() > 0.05
    assert np.hypot(*positions.T).max() <= 1.001


def test_everybody_but_the_leader_reports_to_the_manager_of_the_records(small: Session):
    plan, state = drawn(small), small.world.state
    boss = {plan.nodes[below].key: plan.nodes[above].row for above, below in plan.lines}
    assert len(boss) == len(plan.lines) == 7 + len(state.reps)
    assert all(boss[f"rep:{seat}"] == state.reps["manager"][seat] for seat in range(len(state.reps)))
    assert all(boss[f"manager:{row}"] == state.managers["boss"][row] for row in range(leader_of(state)))


def test_seats_know_their_node_and_who_covers_them(small: Session):
    plan = drawn(small)
    for seat, node in enumerate(plan.leaf_of):
        assert plan.nodes[node].key == f"rep:{seat}"
        assert plan.nodes[plan.helper_of[0, seat]].row == seat % 3
    assert (plan.helper_of[1:] == -1).all()


def test_a_large_organization_is_drawn_by_groups_that_can_be_opened(large: Session):
    plan, state = drawn(large), large.world.state
    assert len(state.reps) > MOST_SEATS
    counted = kinds(plan)
    assert counted["pool"] == 1
    assert counted["group"] <= MOST_GROUPS
    assert "rep" not in counted
    group = next(node for node in plan.nodes if node.kind == "group")
    inside = drawn(large, group.row)
    seats = [node.row for node in inside.nodes if node.kind == "rep"]
    first, n = (int(state.managers[name][group.row]) for name in ("first_member", "n_members"))
    assert sorted(seats) == sorted(state.roster[first : first + n].tolist())
    assert inside.path[0] == leader_of(state)
    assert inside.path[-1] == group.row
    assert kinds(inside)["specialist"] == len({seat % 60 for seat in seats})
    outside = np.setdiff1d(np.arange(len(state.reps)), seats)
    assert (inside.leaf_of[outside] == -1).all()


def test_one_team_has_its_leader_in_the_middle():
    plan = drawn(begun("[structure]\nn_reps = 3\nproduct_specialists = 0\n"))
    assert [node.kind for node in plan.nodes[:2]] == ["leader", "rep"]
    assert {above for above, _ in plan.lines} == {0}


def test_the_drawing_is_made_again_only_for_another_shape(small: Session):
    session = Session(small.world.snapshot())
    before = shape(session.world.state)
    session.advance(8)
    assert shape(session.world.state) == before
    session.pull("structure.product_specialists", 5)
    session.advance()
    assert shape(session.world.state) != before
    assert kinds(drawn(session))["specialist"] == 5
