"""The world: segments, forks, luck that depends on nothing but the key, and what is refused."""

import copy
import pickle
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pytest

from agents.machinery.clock import advance_clock
from agents.machinery.rule import RULES
from agents.machinery.state import State
from agents.schedule import PHASES
from sim.engine.compiler import ensure_compiled
from sim.engine.kernel import rows_of
from sim.engine.state import initial_state, packed
from sim.engine.world import World
from sim.measures.whole_run import summary_of
from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario
from tests.worlds import bytes_of

SMALL = Scenario.from_text("", "small.toml").override(
    {
        "structure.n_reps": 6,
        "structure.span_of_control": 3,
        "structure.product_specialists": 1,
        "market.accounts_per_rep": 12,
        "organization.burn_in_weeks": 30,
        "organization.weeks": 60,
    }
)


def repickled(world: World) -> World:
    """The world after a journey through a pickle."""
    again: World = pickle.loads(pickle.dumps(world))  # noqa: S301 - our own
    return again


DUE = {"start": "first_week", "quarter": "quarter_end", "year": "year_end"}


def deals(world: World) -> np.ndarray:
    """The deals closed so far."""
    return np.concatenate(world.closed)


def same(one: World, other: World) -> bool:
    """Whether two worlds stand at the same moment with the same past, byte for byte."""
    return bytes_of(one.state) == bytes_of(other.state) and deals(one).tobytes() == deals(other).tobytes()


@pytest.fixture(scope="module")
def at_zero() -> World:
    """A small organization at week 0; fork it."""
    return World.begin(SMALL, 7)


@pytest.fixture(scope="module")
def straight(at_zero: World) -> World:
    """The same at its end."""
    return at_zero.fork().finish()


def test_a_run_starts_at_week_0_with_the_burn_in_behind_it(at_zero):
    assert at_zero.week == 0
    assert at_zero.state.clock["week"][0] == 30
    assert not at_zero.closed
    assert not at_zero.quarters


def test_the_same_seed_gives_the_same_bytes_and_another_one_does_not(straight):
    assert same(straight, World.begin(SMALL, np.int32(7)).finish())
    assert not same(straight, World.begin(SMALL, 0).finish())


@pytest.mark.parametrize("steps", [[1] * 60, [13, 1, 25, 21], [60]])
def test_how_a_run_is_cut_does_not_matter(at_zero, straight, steps):
    world = at_zero.fork()
    for weeks in steps:
        world.advance(weeks)
    assert same(world, straight)
    assert len(world.quarters) == len(straight.quarters)


@pytest.mark.parametrize("duplicate", [World.fork, copy.deepcopy, repickled])
def test_a_twin_has_the_same_future_and_leaves_the_original_alone(at_zero, straight, duplicate):
    original = at_zero.fork()
    original.advance(20)
    twin = duplicate(original).finish()
    assert original.week == 20
    assert same(twin, straight)
    assert same(original.finish(), straight)


def test_a_moment_can_be_restored_twice(at_zero, straight):
    world = at_zero.fork()
    world.advance(10)
    moment = world.snapshot()
    world.finish()
    for _ in range(2):
        world.restore(moment)
        assert world.week == 10
        assert same(world.finish(), straight)


def test_a_fork_with_overrides_shares_the_past_and_changes_the_levers_of_everybody(at_zero, straight):
    twin = at_zero.fork({"training.hours_per_quarter": 30, "enablement.coaching_hours_per_month": 6})
    assert set(twin.state.reps["training_hours_per_quarter"]) == {30.0}
    assert set(twin.state.managers["enablement_coaching_hours_per_month"]) == {6.0}
    assert twin.scenario["training.hours_per_quarter"] == 30
    assert not same(twin.finish(), straight)
    assert at_zero.scenario["training.hours_per_quarter"] != 30


def test_an_override_of_the_value_in_force_changes_nothing(at_zero, straight):
    assert same(at_zero.fork({"strategy.stretch": SMALL["strategy.stretch"]}).finish(), straight)


def test_a_fork_refuses_what_cannot_change_overnight(at_zero):
    with pytest.raises(InputError, match=r"market.phase cannot change overnight; with --from-start"):
        at_zero.fork({"market.phase": "pmf"})
    with pytest.raises(InputError, match=r"did you mean strategy\.stretch"):
        at_zero.fork({"strategy.strech": 0.1})


def test_places_are_made_for_more_specialists_than_seats(at_zero):
    crowd = at_zero.fork({"structure.industry_specialists": 40}).finish()
    assert crowd.state.kinds["count"].tolist() == [1, 40, 0, 0]
    assert int(crowd.state.specialists["active"].sum()) == 41


def test_a_run_may_go_on_past_its_horizon(straight):
    world = straight.fork()
    world.advance(30)
    assert world.week == 90
    assert world.state.weekly["week"][30 + 90] == 120
    longer = World.begin(SMALL, 7, weeks=90).finish()
    assert deals(world).tobytes() == deals(longer).tobytes()


def test_without_deals_and_tables_the_summary_is_the_same(straight):
    light = World.begin(SMALL, 7, deals=False, tables=False).finish()
    assert deals(light).nbytes < deals(straight).nbytes / 3
    assert light.quarters[0].reps is None
    np.testing.assert_equal(summary_of(light), summary_of(straight))


def test_quarters_hold_what_the_weeks_sum_up_to(straight):
    burn_in, ends = 30, [quarter.end for quarter in straight.quarters]
    assert ends == [9, 22, 35, 48]
    weekly = straight.state.weekly
    for quarter, (start, end) in zip(straight.quarters[1:], pairwise(ends), strict=True):
        weeks = weekly[burn_in + 1 + start : burn_in + 1 + end]
        assert quarter.booked.sum() == pytest.approx(weeks["bookings"].sum())
        assert quarter.reps["booked_quarter"].tolist() == quarter.booked.tolist()
        assert quarter.quota[quarter.active == 1].sum() / 13 == pytest.approx(weeks["quota"][-2], rel=0.5)


def test_a_full_deal_log_stops_the_run(at_zero):
    world = at_zero.fork()
    world.state = world.state._replace(deals=world.state.deals[:3])
    with pytest.raises(RuntimeError, match="the log of deals was full with 3 rows"):
        world.finish()


@pytest.mark.parametrize("seed", [-1, 2**63, 1.5, "7", True, None])
def test_a_seed_is_a_whole_number(seed):
    with pytest.raises(InputError, match=r"seed = .* must be a whole number from 0 to 9,223,372,036,854,775,807"):
        World.begin(SMALL, seed)


@pytest.mark.parametrize("weeks", [0, -3, 5000, 1.5])
def test_weeks_are_within_what_the_scenario_allows(weeks):
    with pytest.raises(InputError, match=r"weeks = .* must be a whole number from 1 to 1,040"):
        World.begin(SMALL, 1, weeks)


def test_an_idle_rep_and_an_idle_specialist_change_nobody_elses_fate(straight):
    world = World.lay_out(SMALL, 7)
    state = initial_state(SMALL, 7, weeks=90, idle_reps=1, idle_specialists=1)
    world.state = state._replace(deals=world.state.deals)
    world.advance(90)
    assert deals(world).tobytes() == deals(straight).tobytes()
    assert world.state.weekly.tobytes() == straight.state.weekly.tobytes()
    assert world.state.reps[:-1].tobytes() == straight.state.reps.tobytes()


def backwards(state, n_weeks):
    """Drive the state with the rows of each phase visited from the last to the first."""
    for _ in range(n_weeks):
        advance_clock(state)
        for phase in PHASES:
            if phase.when == "week" or state.clock[DUE[phase.when]][0]:
                for i in rows_of(state, phase, backwards=True):
                    for name in phase.rules:
                        RULES[name].entry(state, i)


def test_the_order_of_agents_within_a_phase_does_not_matter(straight):
    world = World.lay_out(SMALL, 7)
    ensure_compiled(world.state, "rules")
    world.advance(90, backwards)
    order = ["closed", "account", "line"]
    assert np.sort(deals(world), order=order).tobytes() == np.sort(deals(straight), order=order).tobytes()
    for name, one, other in zip(State._fields, packed(world.state), packed(straight.state), strict=True):
        assert one.tobytes() == other.tobytes(), name


def test_worlds_run_beside_each_other_in_threads():
    alone = [World.begin(SMALL, seed, weeks=20).finish() for seed in range(4)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda seed: World.begin(SMALL, seed, weeks=20).finish(), range(4)))
    assert all(same(one, other) for one, other in zip(alone, together, strict=True))
