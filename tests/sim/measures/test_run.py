"""A run's tables and headline measures."""

import math
import time

import numpy as np
import pandas as pd
import pytest

from agents.rep.record import REPS
from sim.engine.world import World
from sim.measures.run import Run, simulate
from sim.measures.whole_run import grouped_median, summary_of
from sim.scenario.errors import InputError
from sim.scenario.measures import MEASURES, WEEKLY_MEASURES
from sim.scenario.scenario import Scenario

TEXT = """
start_date = 2024-01-01

[structure]
n_reps = 4
span_of_control = 2
product_specialists = 1
telesales_specialists = 1

[market]
accounts_per_rep = 15

[organization]
burn_in_weeks = 52
weeks = 104

[[lines]]
name = "Core"
share = 0.7
price = 50000

[[lines]]
name = "New"
share = 0.3
price = 20000

[[teams]]
manager = "Ada"
sellers = ["Ann", "Ben"]

[[teams]]
manager = "Bo"
sellers = ["Cem", "Dia"]

[[sellers]]
name = "Ann"
accounts = { Acme = 2, Bolt = 1 }

[[sellers]]
name = "Ben"

[[sellers]]
name = "Cem"
accounts = { Core = 3 }

[[sellers]]
name = "Dia"
"""
REAL = Scenario.from_text(TEXT, "real.toml")


@pytest.fixture(scope="module")
def run() -> Run:
    """Two years of a small real organization."""
    return simulate(REAL, seed=5)


def test_a_run_knows_what_it_is(run):
    assert (run.seed, run.weeks, run.scenario) == (5, 104, REAL)
    assert repr(run) == "Run(real, seed=5, weeks=104)"
    assert simulate(REAL, seed=5, weeks=10).weeks == 10


def test_weekly_measures_have_dates_and_every_field(run):
    assert run.weekly.index.tolist() == list(range(104))
    assert run.weekly["date"].iloc[[0, 1]].tolist() == [pd.Timestamp(2024, 1, 1), pd.Timestamp(2024, 1, 8)]
    assert list(run.weekly.columns) == ["date", *WEEKLY_MEASURES]
    week = run.weekly.iloc[60]
    assert week["customer_hours"] == pytest.approx(
        week["hours_opportunities"] + week["hours_prospecting"] + week["hours_growth"]
    )
    assert week["attainment"] == pytest.approx(week["bookings"] / week["quota"])


def test_deals_speak_in_words_and_in_weeks_of_the_run(run):
    deals = run.deals
    assert deals["closed"].between(0, 103).all()
    assert deals["closed"].is_monotonic_increasing
    assert (deals["created"] < deals["closed"]).all()
    assert deals["created"].min() < 0
    assert set(deals["outcome"]) <= {"won", "lost", "no_decision"}
    assert set(deals["origin"]) <= {"buyer", "marketing", "prospecting", "telesales", "cross_sell"}
    assert set(deals.loc[deals["outcome"] == "won", "true_reason"]) == {"none"}
    assert "none" not in set(deals.loc[deals["outcome"] == "lost", "true_reason"])


def test_deals_agree_with_the_weeks(run):
    won = run.deals[run.deals["outcome"] == "won"]
    by_week = won.groupby("closed")["amount"].sum().reindex(range(104), fill_value=0.0)
    np.testing.assert_allclose(by_week, run.weekly["bookings"])
    assert len(won) == run.weekly["won"].sum()
    assert len(run.deals) == run.weekly[["won", "lost", "no_decision"]].sum().sum()


def test_real_names_are_used_where_there_are_any(run):
    deals = run.deals
    assert set(deals["line"]) == {"Core", "New"}
    assert set(deals["rep"]) <= {"Ann", "Ben", "Cem", "Dia", "R004"}
    assert set(deals.loc[deals["rep"].isin(["Ann", "Ben"]), "manager"]) == {"Ada"}
    names = deals.drop_duplicates("buyer").set_index("buyer")["account"]
    expected = {0: "Acme", 1: "Acme", 2: "Bolt", 3: "A00003", 17: "A00017", 18: "Core", 20: "Core", 21: "A00021"}
    assert {buyer: names[buyer] for buyer in expected if buyer in names.index}.items() <= expected.items()


def test_what_is_open_at_the_end_is_listed(run):
    assert len(run.open_deals) == run.weekly["opportunities"].iloc[-1]
    assert run.open_deals["created"].max() <= 103
    assert set(run.open_deals.columns) - set(run.deals.columns) == {"age"}
    seats = run.open_deals.groupby("seat").size()
    assert seats.tolist() == run.world.state.reps["n_open"][seats.index].tolist()


def test_losses_of_a_quarter_are_those_of_its_deals_and_those_the_managers_count(run):
    """Rules begin the next quarter in the week that ends this one; its table must not show the new zeros."""
    names = ["lost_time", "lost_targeting", "lost_capability", "lost_product"]
    reps = run.reps.assign(total=run.reps[names].sum(axis=1))
    lost = run.deals[run.deals["outcome"] != "won"]
    logged = lost.groupby([lost["closed"] // 13, "rep"], observed=True).size()
    counted = reps.set_index(["quarter", "rep"])["total"]
    assert logged.sum() > 0
    assert counted[counted > 0].astype(int).to_dict() == logged.to_dict()
    teams = reps.groupby(["quarter", "manager"])[names].sum()
    front = run.managers[run.managers["level"] == 1].set_index(["quarter", "manager"])[names]
    assert teams.to_dict() == front.loc[teams.index].to_dict()


def test_reps_and_managers_by_quarter(run):
    reps, managers = run.reps, run.managers
    assert reps["quarter"].unique().tolist() == list(range(8))
    assert reps["week"].unique().tolist() == [12 + 13 * quarter for quarter in range(8)]
    assert {field.name for field in REPS} <= set(reps.columns)
    assert set(managers["manager"]) == {"Ada", "Bo", "M02"}
    booked = reps.groupby("quarter")["booked_quarter"].sum()
    weeks = run.weekly["bookings"].groupby(run.weekly.index // 13).sum()
    np.testing.assert_allclose(booked, weeks)
    np.testing.assert_allclose(
        reps["attainment"], (reps["booked_quarter"] / reps["quota"]).where(reps["quota"] > 0, 0.0)
    )


def test_a_median_of_whole_weeks_is_interpolated_within_its_week():
    assert grouped_median(np.array([8, 8, 8, 9, 9, 10])) == 8.5, "half of them lie below the ninth week"
    assert grouped_median(np.array([4, 4, 4])) == 4.0
    assert grouped_median(np.array([1, 2, 2, 2, 3])) == 2.0
    assert np.isnan(grouped_median(np.array([])))


def test_the_summary_follows_its_definitions(run):
    summary, weekly, deals = run.summary, run.weekly, run.deals
    assert list(summary) == list(MEASURES)
    won = deals[deals["outcome"] == "won"]
    assert summary["bookings"] == pytest.approx(weekly["bookings"].sum())
    margin = REAL["organization.gross_margin"]
    assert summary["net_contribution"] == pytest.approx(
        margin * (summary["bookings"] + summary["renewed"]) - summary["cost"]
    )
    assert summary["win_rate"] == pytest.approx(len(won) / len(deals))
    assert summary["win_rate"] + summary["loss_rate"] + summary["no_decision_rate"] == pytest.approx(1)
    qualified = deals[deals["true_reason"] != "disqualified"]
    assert summary["win_rate_qualified"] == pytest.approx(len(won) / len(qualified))
    assert abs(summary["cycle_days"] - (won["closed"] - won["created"]).median() * 7) <= 3.5
    assert summary["deal_size"] == pytest.approx(won["amount"].mean())
    assert summary["attainment"] == pytest.approx(weekly["bookings"].sum() / weekly["quota"].sum())
    assert summary["churn_rate"] == pytest.approx(
        weekly["churned"].sum() / (weekly["churned"].sum() + weekly["renewed"].sum())
    )
    last = won[won["closed"] >= 52].groupby("seat")["amount"].sum()
    assert summary["top20_share"] == pytest.approx(last.max() / last.sum())


def test_share_at_quota_compares_years(run):
    shares = []
    for year in range(2):
        quarters = run.reps[run.reps["quarter"] // 4 == year]
        total = quarters.groupby("rep")[["booked_quarter", "quota"]].sum()
        ends = quarters[quarters["quarter"] == 4 * year + 3].set_index("rep")["active"]
        counted = total[(ends == 1) & (total["quota"] > 0)]
        shares.append((counted["booked_quarter"] >= counted["quota"]).mean())
    assert run.summary["share_at_quota"] == pytest.approx(np.mean(shares))


def test_what_is_not_defined_is_nan():
    summary = summary_of(World.begin(REAL, 1))
    assert summary["bookings"] == 0
    assert math.isnan(summary["win_rate"])
    assert math.isnan(summary["share_at_quota"])


def test_a_run_without_deals_says_so():
    run = simulate(REAL, seed=5, deals=False)
    with pytest.raises(InputError, match="this run kept no deals; simulate with deals=True"):
        _ = run.deals
    assert run.summary["cycle_days"] == simulate(REAL, seed=5).summary["cycle_days"]


def test_a_summary_is_fast(run):
    start = time.perf_counter()
    for _ in range(20):
        summary_of(run.world)
    assert (time.perf_counter() - start) / 20 < 0.02


def test_a_scenario_may_be_given_by_name(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(TEXT)
    assert simulate(str(file), seed=5, weeks=4).scenario == REAL
    with pytest.raises(InputError, match="no shipped scenario and no file"):
        simulate("nowhere")
