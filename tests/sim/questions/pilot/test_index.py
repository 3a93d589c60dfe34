"""The surrogate index: ridge by hand, shrinkage, weights that never see what they judge, and what is told of it."""

import numpy as np
import pandas as pd
import pytest
import scipy

from sim.questions.pilot.reading import (
    ALL,
    DETECTED,
    NAMES,
    Ridge,
    clearness,
    cross_fitted,
    features_of,
    folds_of,
    measures_frame,
    power_frame,
    share_interval,
    with_index,
)
from sim.questions.pilot.study import TrialOutcome, WorldResult, decided_by_index, trials_frame
from sim.questions.pilot.terms import PilotDesign


@pytest.fixture
def luck() -> np.random.Generator:
    return np.random.default_rng(5)


def test_ridge_by_hand():
    """One feature at -1 and 1, values 0 and 4: least squares has slope 2; a penalty of n halves it."""
    features, values = np.array([[-1.0], [1.0], [-1.0], [1.0]]), np.array([0.0, 4.0, 0.0, 4.0])
    model = Ridge.fit(features, values, [4.0])
    assert (model.mean, model.centre[0], model.spread[0]) == (2.0, 0.0, 1.0)
    assert model.weights[0] == pytest.approx(8.0 / (4.0 + 4.0))
    np.testing.assert_allclose(model.predict(np.array([[3.0], [0.0]])), [5.0, 2.0])


def test_ridge_solves_its_normal_equations(luck):
    features, values = luck.normal(size=(30, 4)), luck.normal(size=30)
    z = (features - features.mean(axis=0)) / features.std(axis=0)
    expected = np.linalg.solve(z.T @ z + 3.0 * np.eye(4), z.T @ (values - values.mean()))
    np.testing.assert_allclose(Ridge.fit(features, values, [3.0]).weights, expected)


def test_the_penalty_is_the_one_that_predicts_what_was_left_out_best(luck):
    features, values, penalties = luck.normal(size=(12, 3)), luck.normal(size=12), (0.5, 5.0, 50.0)
    chosen = Ridge.fit(features, values, penalties).weights
    z = (features - features.mean(axis=0)) / features.std(axis=0)

    def error(penalty):
        hat = np.full((12, 12), 1 / 12) + z @ np.linalg.solve(z.T @ z + penalty * np.eye(3), z.T)
        return np.mean(((values - hat @ values) / (1 - np.diag(hat))) ** 2)

    best = min(penalties, key=error)
    np.testing.assert_allclose(chosen, Ridge.fit(features, values, [best]).weights)


def test_what_tells_nothing_is_shrunk_to_what_is_usual(luck):
    features, values = luck.normal(size=(200, 3)), luck.normal(size=200) + 7.0
    expected = Ridge.fit(features, values).predict(10.0 * luck.normal(size=(50, 3)))
    assert np.abs(expected - values.mean()).max() < 3.0
    constant = Ridge.fit(np.ones((5, 2)), np.arange(5.0))
    np.testing.assert_array_equal(constant.predict(np.full((1, 2), 9.0)), [2.0])


def test_a_kind_is_expected_to_bring_what_it_usually_brings(luck):
    kinds = ["bad", "good"] * 40
    values = np.where(np.array(kinds) == "good", 3.0, -3.0) + 0.1 * luck.normal(size=80)
    features = features_of(kinds, np.empty((80, 0)))
    assert features[:2].tolist() == [[1.0, 0.0], [0.0, 1.0]]
    expected = cross_fitted(features, values, folds_of(80))
    assert ((expected > 0) == (values > 0)).all()


def test_no_value_is_expected_from_itself(luck):
    features, values, folds = luck.normal(size=(40, 2)), luck.normal(size=40), folds_of(40)
    expected = cross_fitted(features, values, folds)
    fold = folds == folds[0]
    other = cross_fitted(features, np.where(fold, 1e6, values), folds)
    np.testing.assert_array_equal(expected[fold], other[fold])
    assert not np.isclose(expected[~fold], other[~fold]).any()


def test_folds_are_of_one_size_and_know_nothing_of_turns():
    folds = folds_of(240)
    assert set(np.bincount(folds)) == {24}
    assert all(len(set(folds[idea::24])) > 3 for idea in range(24))


def test_one_world_alone_expects_nothing():
    assert np.isnan(cross_fitted(np.zeros((1, 1)), np.array([2.0]), folds_of(1))).all()
    np.testing.assert_array_equal(cross_fitted(np.zeros((2, 1)), np.array([2.0, 4.0]), folds_of(2)), [4.0, 2.0])


def trials(worlds: int, told: float, luck: np.random.Generator) -> pd.DataFrame:
    """One design; what rolling out brings is 100 times the win rate's reading and some luck."""
    results = []
    for world in range(worlds):
        readings = 0.01 * luck.normal(size=len(NAMES))
        worth = told * 100.0 * readings[NAMES.index("win_rate")] + 0.1 * luck.normal()
        outcome = TrialOutcome(PilotDesign(1, 2), "dropped", 1, -0.1 + 0.2 * (world % 2), 5.0, 5.0 + worth, readings)
        results.append(WorldResult(world, world % 2, 5.0, 5.0 + worth, 2.0, [outcome]))
    return trials_frame(results)


def test_an_index_decides_by_the_sign_of_what_is_expected(luck):
    read = with_index(trials(60, 1.0, luck), ["training", "operations"])
    decided = decided_by_index(read)
    np.testing.assert_array_equal(decided["verdict"] == "rolled out", read["index"] > 0)
    np.testing.assert_array_equal(decided["net"], np.where(read["index"] > 0, read["rolled_out"], read["dropped"]))
    np.testing.assert_array_equal(decided["net"] + decided["other"], read["net"] + read["other"])


def test_what_a_reading_tells_is_found(luck):
    read = with_index(trials(100, 1.0, luck), ["training", "operations"])
    power = power_frame(read, 0.05).set_index("idea")
    together = power.loc[ALL]
    assert together["told"]
    assert together["right_index_mean"] > 0.9
    assert together["correlation"] > 0.9
    assert together["bookings_sd"] == pytest.approx(np.std(read["gain"], ddof=1))
    assert together["bookings_least"] == pytest.approx(2.8016 * together["bookings_sd"], rel=1e-4)
    right = (read["gain"] >= 0.05) == (read["rolled_out"] > read["dropped"])
    assert together["right_bookings_mean"] == right.mean()
    assert set(power.index) == {ALL, 0, 1}
    measures = measures_frame(read, ["training", "operations"]).set_index("reading")
    assert measures["correlation"].abs().idxmax() == measures["weight"].abs().idxmax() == "win_rate"


def test_luck_alone_cannot_be_told(luck):
    read = with_index(trials(100, 0.0, luck), ["training", "operations"])
    assert not power_frame(read, 0.05).set_index("idea").loc[ALL, "told"]


def test_clearness_is_a_mean_in_spreads():
    np.testing.assert_allclose(clearness(np.array([[1.0, 2.0], [3.0, 2.0]])), [2.0 / np.sqrt(2.0), 0.0])
    np.testing.assert_array_equal(clearness(np.ones((1, 2))), [0.0, 0.0])


@pytest.mark.parametrize(("k", "n"), [(0, 7), (7, 7), (3, 11)])
def test_a_share_has_wilsons_interval(k, n):
    found = share_interval(np.arange(n) < k)
    ends = scipy.stats.binomtest(k, n).proportion_ci(method="wilson")
    np.testing.assert_allclose((found.low, found.high), (ends.low, ends.high), atol=1e-12)


def test_an_effect_that_is_detected_has_four_chances_in_five():
    assert scipy.stats.norm.sf(1.959964 - DETECTED) == pytest.approx(0.8, abs=1e-5)
