"""Stage indices, speed and friction of a run."""

import numpy as np
import pytest

from sim.engine.state import RECORDS
from sim.measures.run import simulate
from sim.measures.wheel import CAUSES, STAGES, Momentum, series
from tests.worlds import small


@pytest.fixture(scope="module")
def run():
    return simulate(small(), seed=3)


def made(before, after, scenario=None, **columns):
    """Momentum of made weekly measures: some weeks of burn-in, then the run."""
    rows = RECORDS["weekly"].allocate(before + after)
    for name, values in columns.items():
        rows[name] = values
    return Momentum(rows, before, scenario or small())


@pytest.mark.parametrize("loop", STAGES)
def test_every_stage_has_an_index_each_week(run, loop):
    table = run.wheel.indices(loop)
    assert list(table) == [name for name, _ in STAGES[loop]]
    assert len(table) == run.weeks


def test_an_index_is_relative_to_the_last_quarter_of_the_burn_in():
    capability = np.r_[np.full(13, 9.0), np.full(13, 2.0), np.full(13, 3.0)]
    found = made(26, 13, capability=capability, reps=4, hours_opportunities=5.0)
    assert found.indices("sales")["capability"].iloc[-1] == pytest.approx(1.5), "a quarter later, all of it is new"
    assert found.indices("sales")["capability"].iloc[0] == pytest.approx((12 * 2 + 3) / 13 / 2)
    assert found.indices("sales")["results"].isna().all(), "nothing before, no index"


def test_stages_of_the_sales_flywheel_are_flows_of_the_whole_force():
    row = {"reps": 4, "hours_opportunities": 5.0, "hours_prospecting": 2.0, "hours_growth": 1.0, "capability": 1.5,
           "experience": 0.5, "opportunities": 40.0, "access": 0.6}  # fmt: skip
    weekly = made(13, 1, **row).weekly
    flows = {name: float(series(weekly, column)[-1]) for name, column in STAGES["sales"]}
    assert flows["capability"] == pytest.approx(4 * 8.0 * 1.5)
    assert flows["experience"] == pytest.approx(20.0)
    assert flows["access"] == pytest.approx(40.0 * 0.6)


def test_speed_is_orders_as_a_level_and_as_growth_a_year():
    weeks = np.arange(26 + 104)
    found = made(26, 104, bookings=100.0 * 1.2 ** (weeks / 52.0))
    assert found.speed["sales"] == found.speed["leader"] == pytest.approx(0.2)
    assert found.speeds("sales")[60:].tolist() == pytest.approx([0.2] * 44)
    assert found.latest_level("sales") == pytest.approx(1.2**2, rel=0.01)
    assert np.isnan(found.speed["evil"]), "no coordination, no growth"


def test_growth_compares_whole_years_where_the_record_has_two_and_the_weeks_there_are_where_it_has_not():
    quarters = np.r_[np.full(52, 100.0), np.full(13, 300.0), np.full(39, 100.0)]
    growth = made(26, 78, bookings=quarters).speeds("sales")
    assert np.isnan(growth[:38]).all(), "no quarter of a year ago yet"
    assert growth[38] == pytest.approx(2.0), "the first quarter against that of a year ago"
    assert growth[51] == pytest.approx((13 * 300 + 13 * 100) / (26 * 100) - 1)
    assert growth[77] == pytest.approx((13 * 300 + 39 * 100) / (52 * 100) - 1), "one good quarter in a year"


def test_friction_by_hand():
    found = made(
        13, 13, hours_coordination=2.0, hours_inspection=1.0, hours_reporting=4.0, honesty=0.75,
        hours_opportunities=10.0, hours_prospecting=5.0, churned=30.0, bookings=60.0,
    )  # fmt: skip
    hours = found.friction.mean()
    assert hours["coordination"] == 2.0
    assert hours["distrust"] == pytest.approx(1.0 + 4.0 * 0.25)
    assert hours["churn"] == pytest.approx(15.0 / 2.0)
    assert hours["misalignment"] == hours["waiting"] == hours["forgetting"] == 0.0


@pytest.mark.parametrize(("waits", "hours"), [(True, 10.0 * 0.4 * 0.5 * 0.25), (False, 0.0)])
def test_waiting_costs_hours_unless_it_is_switched_off(waits, hours):
    scenario = small({"structure.waiting_cost": 0.4, "mechanisms.waiting": waits})
    found = made(13, 13, scenario, hours_opportunities=10.0, waiting=0.5, channels=1.0, opportunities=4.0)
    assert found.friction["waiting"].tolist() == pytest.approx([hours] * 13)


def test_all_training_replaces_what_is_forgotten_where_method_stands_still():
    still = made(13, 26, hours_training=1.0, hours_coaching=0.5, method=0.6)
    rising = made(13, 26, hours_training=1.0, hours_coaching=0.5, method=np.linspace(0.5, 0.7, 39))
    assert still.friction["forgetting"].iloc[-1] == pytest.approx(1.5)
    assert 0.0 < rising.friction["forgetting"].iloc[-1] < 1.5


def test_friction_of_a_run_is_hours_of_the_week(run):
    table = run.wheel.friction
    assert tuple(table) == CAUSES
    assert (table.to_numpy() >= 0.0).all()
    assert (table.sum(axis=1) <= 2 * run.scenario["operations.week_hours"]).all()


def test_attainment_and_customer_hours(run):
    rows = run.world.state.weekly[1:]
    assert np.allclose(
        series(rows, "customer_hours")[-run.weeks :], run.weekly["customer_hours"].to_numpy()[: run.weeks]
    )
    assert series(rows, "attainment")[-1] == pytest.approx(rows["bookings"][-13:].sum() / rows["quota"][-13:].sum())


def test_the_latest_is_the_last_of_the_tables(run):
    for loop in STAGES:
        assert run.wheel.latest(loop) == pytest.approx(run.wheel.indices(loop).iloc[-1].to_dict(), nan_ok=True)
        assert run.wheel.latest_speed(loop) == pytest.approx(run.wheel.speeds(loop)[-1], nan_ok=True)
    assert run.wheel.latest_friction(4) == pytest.approx(run.wheel.friction.tail(4).mean().to_dict())


def test_what_grew_from_nothing_has_no_speed():
    found = made(52, 26, results=np.r_[np.zeros(60), np.full(18, 5.0)])
    assert np.isnan(found.speeds("sales")).all()
