"""Interventions: on whom, when, until when, and what is refused before anything runs."""

import numpy as np
import pytest

from sim.engine.interventions import describe
from sim.engine.world import World
from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario

TEXT = """
[structure]
n_reps = 6
span_of_control = 3
growth_room = 0.5

[market]
accounts_per_rep = 8

[organization]
burn_in_weeks = 13
weeks = 30

[[teams]]
manager = "Ada"
region = "North"
sellers = ["Ann", "Ben", "Cem"]

[[teams]]
manager = "Bo"
region = "South"
sellers = ["Dia", "Eli", "Fay"]
"""
REAL = Scenario.from_text(TEXT, "real.toml")
TRAINING = "training_hours_per_quarter"
COACHING = "enablement_coaching_hours_per_month"


def world_with(*items: dict, weeks: int = 0) -> World:
    """The organization with these interventions, some weeks into its run."""
    world = World.begin(REAL.with_interventions(items), 3)
    world.advance(weeks)
    return world


def training(target, **more):
    """An intervention on a lever of reps."""
    return {"week": 2, "target": target, "parameter": "training.hours_per_quarter", "value": 40, **more}


@pytest.mark.parametrize(
    ("target", "rows"),
    [
        ("everyone", [0, 1, 2, 3, 4, 5, 6, 7, 8]),
        ({"region": "South"}, [3, 4, 5, 7]),
        ({"teams": ["Ada"]}, [0, 1, 2, 6, 8]),
        ({"teams": [1]}, [3, 4, 5, 7]),
        ({"agents": ["Eli", "Ann", 5]}, [0, 4, 5]),
        ({"agents": ["Bo"]}, [3, 4, 5, 7]),
    ],
)
def test_a_reps_lever_changes_for_whom_it_is_meant(target, rows):
    world = world_with(training(target), weeks=2)
    before = world.state.reps[TRAINING].copy()
    world.advance(1)
    assert np.flatnonzero(world.state.reps[TRAINING] != before).tolist() == rows
    assert set(world.state.reps[TRAINING][rows]) == {40.0}


@pytest.mark.parametrize(
    ("target", "rows"),
    [("everyone", [0, 1, 2]), ({"teams": ["Bo"]}, [1]), ({"agents": ["Ada", 1]}, [0, 1]), ({"region": "North"}, [0])],
)
def test_a_managers_lever_changes_for_whom_it_is_meant(target, rows):
    item = {"week": 0, "target": target, "parameter": "enablement.coaching_hours_per_month", "value": 8}
    world = world_with(item)
    before = world.state.managers[COACHING].copy()
    world.advance(1)
    assert np.flatnonzero(world.state.managers[COACHING] != before).tolist() == rows


@pytest.mark.parametrize(("action", "value", "after"), [("set", 4, 4), ("add", 3, 5), ("scale", 2, 4)])
def test_an_organizations_lever_is_set_raised_or_scaled_until_it_is_undone(action, value, after):
    item = {"week": 1, "until": 4, "action": action, "parameter": "structure.product_specialists", "value": value}
    scenario = REAL.override({"structure.product_specialists": 2}).with_interventions([item])
    world = World.begin(scenario, 3)
    seen = []
    for _ in range(6):
        world.advance(1)
        seen.append(int(world.state.kinds["count"][0]))
    assert seen == [2, after, after, after, 2, 2]
    assert [(one.week, one.undone) for one in world.log] == [(1, 4)]


def test_until_gives_each_row_its_own_value_back():
    first, second = training({"agents": ["Ann"]}, week=0, value=10), training("everyone", week=1, until=3)
    world = world_with(first, second, weeks=1)
    before = world.state.reps[TRAINING].copy()
    world.advance(1)
    assert set(world.state.reps[TRAINING]) == {40.0}
    world.advance(2)
    assert world.state.reps[TRAINING].tolist() == before.tolist()
    assert before[0] == 10.0


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ({"region": "Sooth"}, 'there is no region "Sooth"; did you mean South?'),
        ({"teams": ["Addah"]}, 'there is no team "Addah"; did you mean Ada?'),
        ({"teams": [2]}, "there is no team 2; the numbers are 0 to 1"),
        ({"agents": ["Ely"]}, 'there is no seller "Ely"; did you mean Eli?'),
        ({"agents": [9]}, "there is no seller 9; the numbers are 0 to 8"),
    ],
)
def test_a_name_nobody_bears_is_refused_before_anything_runs(target, says):
    with pytest.raises(InputError) as error:
        World.lay_out(REAL.with_interventions([training(target)]), 3)
    assert str(error.value) == f"intervention in week 2: {says}"


def test_a_managers_lever_is_not_for_sellers():
    item = {"week": 0, "target": {"agents": ["Ann"]}, "parameter": "enablement.coaching_hours_per_month", "value": 8}
    with pytest.raises(InputError, match='there is no manager "Ann"'):
        World.lay_out(REAL.with_interventions([item]), 3)


def test_a_sum_out_of_range_is_refused_before_anything_runs():
    items = [training("everyone", action="add", value=300, week=week) for week in (1, 2)]
    with pytest.raises(InputError, match=r"in week 2: to add training.hours_per_quarter by 300 makes it .* 0 to "):
        World.lay_out(REAL.with_interventions(items), 3)


def test_the_best_rep_leaves_and_is_counted():
    item = {"week": 20, "target": {"teams": ["Bo"]}, "event": "star_leaves"}
    world = world_with(item, weeks=20)
    best = world.best_first(np.array([3, 4, 5]))[0]
    held, active = int(world.state.reps["holder"][best]), int(world.state.reps["active"][best])
    world.advance(1)
    assert active == 1
    assert world.state.weekly["leavers"][13 + 21] >= 1
    assert world.state.reps["active"][best] == 0 or world.state.reps["holder"][best] == held + 1


def test_more_stars_than_people_cannot_leave():
    item = {"week": 1, "target": {"agents": ["Ann"]}, "event": "star_leaves", "arguments": {"count": 2}}
    world = world_with(item)
    with pytest.raises(InputError, match="star_leaves wants 2 of 1 reps to leave"):
        world.finish()


def test_hiring_opens_spare_seats_in_order():
    item = {"week": 1, "event": "hire", "arguments": {"count": 2}}
    world = world_with(item, weeks=2)
    assert world.state.reps["planned"].tolist() == [1] * 8 + [0]
    with pytest.raises(InputError, match=r"hire wants 4 more seats and 3 are spare; raise structure.growth_room"):
        world_with({**item, "arguments": {"count": 4}}, weeks=2)


@pytest.mark.parametrize(
    ("event", "arguments", "field", "change"),
    [
        ("demand_shock", {"factor": 0.5}, "market_demand", lambda x: x * 0.5),
        ("competitor_shock", {"strength": 0.7}, "market_competitor_strength", lambda x: x + 0.7),
        ("icp_project", {"gain": 0.5}, "strategy_icp_clarity", lambda x: x + 0.5 * (1 - x)),
    ],
)
def test_shocks_and_projects_change_the_organization(event, arguments, field, change):
    world = world_with({"week": 1, "until": 3, "event": event, "arguments": arguments})
    before = world.state.p[field][0]
    world.advance(2)
    assert world.state.p[field][0] == change(before)
    world.advance(2)
    assert world.state.p[field][0] == before


def test_an_icp_project_raises_clarity_at_once():
    world, usual = world_with({"week": 0, "event": "icp_project", "arguments": {"gain": 0.8}}), world_with()
    world.advance(1)
    usual.advance(1)
    assert world.state.org["icp_clarity"][0] > usual.state.org["icp_clarity"][0] + 0.2


def test_quotas_change_for_the_target_only():
    world = world_with({"week": 1, "target": {"agents": ["Ben"]}, "event": "quota_change", "arguments": {"factor": 2}})
    before = world.state.reps["annual_quota"].copy()
    world.advance(2)
    ratio = world.state.reps["annual_quota"] / before
    assert ratio.tolist() == [1, 2, 1, 1, 1, 1, 1, 1, 1]


@pytest.mark.parametrize(
    ("item", "says"),
    [
        ({"week": 1, "until": 3, "event": "star_leaves"}, "star_leaves cannot be undone"),
        (
            {"week": 1, "target": {"teams": [0]}, "event": "demand_shock", "arguments": {"factor": 2}},
            'demand_shock belongs to the whole organization; target must be "everyone"',
        ),
    ],
)
def test_what_makes_no_sense_is_refused(item, says):
    with pytest.raises(InputError, match=says):
        World.lay_out(REAL.with_interventions([item]), 3)


def test_what_is_done_live_is_as_if_it_had_been_planned():
    item = training({"teams": ["Ada"]}, week=4)
    planned = world_with(item).finish()
    live = world_with(weeks=4)
    live.intervene(item)
    assert live.scenario == planned.scenario
    live.finish()
    assert live.state.reps.tobytes() == planned.state.reps.tobytes()


def test_live_interventions_say_what_is_wrong():
    world = world_with(weeks=4)
    with pytest.raises(InputError, match="an intervention in week 2 comes too late; week 4 is next"):
        world.intervene(training("everyone"))
    with pytest.raises(
        InputError, match=r"the intervention is not possible; parameter: .* did you mean training.hours"
    ):
        world.intervene(training("everyone", week=5, parameter="training.hours_per_quartre"))
    assert world.planned == []


def test_the_log_can_be_undone_once():
    world = world_with(training("everyone", week=0), weeks=1)
    (entry,) = world.log
    assert entry.label == describe(entry.spec) == "set training.hours_per_quarter 40"
    world.undo(entry)
    assert 40.0 not in world.state.reps[TRAINING]
    with pytest.raises(InputError, match="was undone in week 1 already"):
        world.undo(entry)


def test_a_fork_keeps_what_is_planned_and_what_lasts():
    world = world_with(training("everyone", week=0, until=5), training("everyone", week=7, value=20), weeks=2)
    twin = world.fork()
    twin.advance(4)
    assert world.log[0].undone is None
    assert twin.log[0].undone == 5
    twin.advance(3)
    assert set(twin.state.reps[TRAINING]) == {20.0}
    assert set(world.state.reps[TRAINING]) == {40.0}


def values_of(*items, weeks=9, name="market_demand"):
    """A number of the organization after each week."""
    world = World.begin(REAL.with_interventions(items), 3)
    found = [float(world.state.p[name][0])]
    for _ in range(weeks):
        world.advance(1)
        found.append(float(world.state.p[name][0]))
    return found[1:]


def demand(factor, week, until):
    return {"week": week, "until": until, "event": "demand_shock", "arguments": {"factor": factor}}


def test_what_ends_first_does_not_wipe_what_still_lasts():
    """The second goes on alone when the first ends, and then nothing is left of either."""
    usual = REAL["market.demand"]
    seen = values_of(demand(0.5, 0, 4), demand(3.0, 2, 6))
    assert seen == [usual * one for one in (0.5, 0.5, 1.5, 1.5, 3, 3, 1, 1, 1)]


def test_what_ends_last_does_not_bring_back_what_has_ended():
    usual = REAL["market.demand"]
    seen = values_of(demand(0.5, 0, 4), demand(3.0, 2, 6), demand(2.0, 3, 8))
    assert seen == [usual * one for one in (0.5, 0.5, 1.5, 3, 6, 6, 2, 2, 1)]


def test_a_value_that_is_set_stays_when_something_before_it_ends():
    first, second = training("everyone", week=0, until=4, value=10), training({"teams": ["Ada"]}, week=2, until=7)
    world = world_with(first, second)
    usual = float(world.state.reps[TRAINING][0])
    seen = []
    for _ in range(8):
        world.advance(1)
        seen.append((float(world.state.reps[TRAINING][0]), float(world.state.reps[TRAINING][3])))
    assert seen == [(10, 10)] * 2 + [(40, 10)] * 2 + [(40, usual)] * 3 + [(usual, usual)]


def test_a_factor_left_alone_out_of_range_is_refused_before_anything_runs():
    items = [training("everyone", week=0, until=4, value=2), training("everyone", week=2, action="scale", value=100)]
    with pytest.raises(InputError, match=r"in week 2: to scale training.hours_per_quarter by 100 makes it .* 0 to "):
        World.lay_out(REAL.with_interventions(items), 3)


def test_an_end_in_one_twin_leaves_the_other_alone():
    world = world_with(demand(0.5, 0, 9), demand(3.0, 2, 12), weeks=5)
    twin = world.fork()
    twin.undo(twin.log[0])
    twin.advance(8)
    world.advance(8)
    assert twin.state.p["market_demand"][0] == world.state.p["market_demand"][0] == REAL["market.demand"]


def test_what_a_fork_assumes_stays_when_an_older_change_ends():
    world = world_with(training("everyone", week=0, until=5), weeks=2)
    twin = world.fork({"training.hours_per_quarter": 7})
    twin.advance(4)
    world.advance(4)
    assert set(twin.state.reps[TRAINING]) == {7.0}
    assert set(world.state.reps[TRAINING]) == {REAL["training.hours_per_quarter"]}
