"""Retention and growth: parts by hand, identities of every quarter, cohorts that age, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest

from sim.answers.retention import analysis_of, cohort_table
from sim.engine.world import World
from sim.measures.words import MINUS
from sim.questions.retention import FLOWS, _cohorts, flows_of, retained, retention
from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario
from tests.worlds import small

BEFORE = np.array([10.0, 20.0, 30.0, 0.0, 0.0])
AFTER = np.array([15.0, 12.0, 0.0, 7.0, 0.0])


def test_a_change_is_split_into_new_more_less_and_lost():
    assert flows_of(BEFORE, AFTER).tolist() == [7.0, 5.0, -8.0, -30.0]
    assert flows_of(BEFORE, AFTER).sum() == AFTER.sum() - BEFORE.sum()


def test_gross_retention_leaves_out_what_was_bought_more_and_net_does_not():
    assert retained(BEFORE, AFTER) == (pytest.approx(22.0 / 60.0), pytest.approx(27.0 / 60.0))
    assert np.isnan(retained(np.zeros(2), np.ones(2))).all()


def test_a_cohort_counts_from_the_quarter_in_which_it_was_won():
    # Three accounts over six quarter ends: one from before, one won in quarter 1, one in quarter 3.
    value = np.array([[4, 0, 0], [4, 2, 0], [2, 2, 0], [2, 1, 8], [2, 0, 4], [2, 0, 4]], dtype=float)
    found = _cohorts(value)
    assert found.shape == (2, 3, 6)
    assert found[0, 0].tolist() == [4.0, 4.0, 2.0, 2.0, 2.0, 2.0]
    # The second is four quarters old at the end, the third two: together they can be followed for one only, since
    # somebody won in quarter 4, had there been one, would be a quarter old.
    assert found[0, 1, :2].tolist() == [2.0 + 8.0, 2.0 + 4.0]
    assert found[1, 1, :2].tolist() == [2.0, 2.0]
    assert np.isnan(found[0, 1, 2:]).all()


@pytest.fixture(scope="module")
def found():
    return retention(small({"organization.burn_in_weeks": 52}), 3, weeks=52, workers=1)


def test_parts_of_a_quarter_add_up_to_the_change_in_recurring_revenue(found):
    table = found.quarters
    assert np.allclose(table["start"] + table[list(FLOWS)].sum(axis=1), table["end"])
    assert {name: one.mean for name, one in found.flows.items()} == pytest.approx(table[list(FLOWS)].sum().to_dict())
    assert all(one.low <= one.mean <= one.high for one in found.flows.values())
    assert np.allclose(table["end"].to_numpy()[:-1], table["start"].to_numpy()[1:])
    assert (table["gross"] <= table["net"] + 1e-12).all()
    assert (table["gross"] <= 1.0).all()


def test_recurring_revenue_is_what_the_run_measures(found):
    ends = [World.begin(found.scenario, seed, 52).finish().weekly()["recurring"][-1] for seed in found.seeds]
    assert found.quarters["end"].iloc[-1] == pytest.approx(np.mean(ends), rel=1e-9)


def test_what_renews_nothing_is_not_retained():
    lost = {"organization.burn_in_weeks": 52, "buyers.churn_per_year": 30.0, "mechanisms.reorders": False}
    once = retention(small(lost), 3, weeks=52, workers=1)
    assert once.gross.mean < 0.3  # what is there is what was bought again


def test_cohorts_start_whole_and_the_answer_says_what_is_kept(found):
    cohorts = found.cohorts
    assert (cohorts.loc[cohorts["age"] == 0, ["value", "customers"]] == 1.0).all(axis=None)
    assert cohort_table(found).rows[0][0] == "before week 0"
    told = analysis_of(found).answer
    assert f"{found.gross.mean:.0%}" in told[0]
    assert "A unit of new yearly value takes" in told[2]


def test_a_cost_below_nothing_is_written_with_a_minus_and_no_hyphen(found):
    below = replace(found, cost_per_new=replace(found.cost_per_new, low=-0.09))
    assert f"({MINUS}0.09 to" in analysis_of(below).answer[-1]


@pytest.mark.parametrize(
    ("values", "more", "words"),
    [
        ({}, {"seeds": 1}, "1 seeds are not allowed; an interval needs from 2"),
        ({}, {"weeks": 12}, "12 weeks have no whole quarter"),
        ({"organization.burn_in_weeks": 26}, {}, "organization.burn_in_weeks is 26"),
    ],
)
def test_what_gives_no_retention_is_refused(values, more, words):
    with pytest.raises(InputError, match=words):
        retention(Scenario.load("baseline").override(values), **{"seeds": 2, "weeks": 26, **more})
