"""Polynomials that are fitted to functions whose indices are known, with and without chance, and with failed points."""

import math

import numpy as np
import pytest

from sim.questions.sensitivity.chaos import ENOUGH, basis, expand, first_points, leave_one_out
from sim.questions.sensitivity.designs import FactorScale, chaos_design
from sim.questions.sensitivity.indices import analyse
from sim.scenario.errors import InputError
from tests.sim.questions.sensitivity.functions import G, additive, by_name, g_function, ishigami, with_luck

SWITCH, WHOLE, WORDS = FactorScale(2), FactorScale(5), FactorScale(6, ordered=False)


def shares(found, name):
    return [*by_name(found.table, name).sort_index()]


@pytest.mark.parametrize("shared", [0.0, 100.0])
def test_the_indices_of_ishigamis_function_are_found(shared):
    design = chaos_design("abc", "abc", 1024, 0)
    found = analyse(design, with_luck(design, ishigami, shared=shared))
    assert found.fit.q2 > 0.999
    assert shares(found, "s1") == pytest.approx([0.3139, 0.4424, 0.0], abs=0.003)
    assert shares(found, "st") == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.003)
    best = found.pairs.iloc[0]
    assert ({best["first"], best["second"]}, best["s2"]) == ({"a", "c"}, pytest.approx(0.2437, abs=0.003))
    assert [*found.pairs["clear"]] == [True, False, False]


def test_the_indices_of_the_g_function_are_found_though_it_has_corners():
    design = chaos_design("abcd", "abcd", 1024, 1)
    found = analyse(design, with_luck(design, g_function))
    parts = 1.0 / (3.0 * (1.0 + G) ** 2)
    whole = np.prod(1.0 + parts) - 1.0
    assert shares(found, "s1") == pytest.approx(parts / whole, abs=0.01)
    assert shares(found, "st") == pytest.approx(parts * np.prod(1.0 + parts) / (1.0 + parts) / whole, abs=0.01)
    assert ENOUGH < found.fit.q2 < 1.0


def test_a_linear_function_needs_no_more_than_it_has_terms():
    design = chaos_design("abcd", "abcd", 16, 0)
    found = analyse(design, with_luck(design, additive))
    assert shares(found, "s1") == pytest.approx([9 / 14, 4 / 14, 1 / 14, 0.0], abs=1e-9)
    assert shares(found, "st") == pytest.approx(shares(found, "s1"), abs=1e-9)
    assert (found.fit.q2, found.fit.degree, found.fit.terms) == (pytest.approx(1.0), 2, 15)
    assert by_name(found.table, "at_low")["a"] == pytest.approx(3.0 * 0.1 + 1.5, abs=0.1)
    assert by_name(found.table, "at_high")["d"] == pytest.approx(3.0, abs=1e-9)


def test_what_the_polynomial_misses_is_within_every_interval():
    """Its own shares of Ishigami's function are wrong, for want of points; the intervals know that."""
    truth = {"s1": [0.3139, 0.4424, 0.0], "st": [0.5576, 0.4424, 0.2437]}
    design = chaos_design("abc", "abc", 256, 0)
    found = analyse(design, with_luck(design, ishigami))
    assert not found.enough
    assert abs(shares(found, "st")[0] - truth["st"][0]) > 0.1
    for name, of in truth.items():
        ends = [shares(found, f"{name}_low"), of, shares(found, f"{name}_high")]
        assert (np.diff(ends, axis=0) >= 0.0).all()


def test_leave_one_out_is_what_fits_without_each_point_give():
    design = chaos_design("abc", "abc", 64, 3)
    terms, matrix = basis(design, 2, 100)
    values = with_luck(design, ishigami, sd=0.5)
    coefficients, left_out, pull = leave_one_out(matrix, values)
    assert coefficients == pytest.approx(np.linalg.lstsq(matrix, values)[0])
    for point in range(64):
        rest = np.delete(np.arange(64), point)
        fitted = np.linalg.lstsq(matrix[rest], values[rest])[0]
        assert left_out[point] == pytest.approx(values[point] - matrix[point] @ fitted)
        assert coefficients - np.outer(pull[point], left_out[point]) == pytest.approx(fitted)
    assert len(terms) == matrix.shape[1] == 10


def test_q2_is_the_share_of_the_variance_explained_at_points_left_out():
    design = chaos_design("abc", "abc", 64, 3)
    values = with_luck(design, ishigami)
    found = expand(design, values)
    _, matrix = basis(design, found.degree, 100)
    missed = []
    for point in range(64):
        rest = np.delete(np.arange(64), point)
        missed.append(values[point, 0] - matrix[point] @ np.linalg.lstsq(matrix[rest], values[rest, 0])[0])
    assert found.q2 == pytest.approx(1.0 - np.mean(np.square(missed)) / values[:, 0].var())


def test_the_terms_are_orthonormal_over_what_the_factors_take():
    """All values of the counted ones, Gauss points of the others."""
    scales = (SWITCH, FactorScale(3), FactorScale(), FactorScale(4, ordered=False))
    nodes, weights = np.polynomial.legendre.leggauss(8)
    places = [(np.arange(n) + 0.5) / n for n in (2, 3)], (nodes + 1) / 2, (np.arange(4) + 0.5) / 4
    grids = np.meshgrid(*places[0], places[1], places[2], indexing="ij")
    design = chaos_design("abcd", "abcd", 16, 0, scales)
    points = np.column_stack([grid.ravel() for grid in grids])
    terms, matrix = basis(type(design)(design.kind, design.names, design.groups, points, 0, scales), 3, 500)
    mass = np.broadcast_to(weights[None, None, :, None] / 2 / 24, grids[0].shape).ravel()
    assert matrix.T @ (mass[:, None] * matrix) == pytest.approx(np.eye(len(terms)), abs=1e-12)
    assert max(number for term in terms for factor, number in term if factor == 0) == 0, "a switch has one polynomial"
    assert ((3, 2),) in terms, "four words have three, each of order 1"


def test_switches_whole_numbers_and_words_are_exact():
    scales = (SWITCH, WHOLE, WORDS, FactorScale())
    design = chaos_design("abcd", "abcd", 256, 0, scales)
    effect = np.array([0.0, 3.0, -1.0, 0.5, 2.0, 0.0])

    def function(places):
        switch, whole, word = ((places[:, at] * count).astype(int) for at, count in ((0, 2), (1, 5), (2, 6)))
        return 2.0 * switch + whole**2 / 4.0 + effect[word] * (1 + switch) + places[:, 3]

    found = analyse(design, with_luck(design, function))
    parts = np.array([
        (2.0 + effect.mean()) ** 2 / 4, (np.arange(5) ** 2 / 4.0).var(), 1.5**2 * effect.var(), 1 / 12
    ])  # fmt: skip
    pair = effect.var() / 4
    assert found.fit.q2 == pytest.approx(1.0)
    assert shares(found, "s1") == pytest.approx(parts / (parts.sum() + pair), abs=1e-6)
    assert found.pairs.iloc[0][["first", "second", "s2"]].tolist() == [
        "a",
        "c",
        pytest.approx(pair / (parts.sum() + pair)),
    ]


def test_chance_is_taken_out_of_the_shares_and_of_q2():
    """Without that the dummy has a share, the others less, and the polynomial could explain two thirds only."""
    design = chaos_design("abcd", "abcd", 1024, 0)
    found = analyse(design, with_luck(design, additive, seeds=3, sd=1.3))
    expected = 1.3**2 / 3.0
    assert found.noise.share == pytest.approx(expected / (14 / 12 + expected), abs=0.03)
    assert found.fit.q2 == pytest.approx(1.0, abs=0.05)
    assert shares(found, "st") == pytest.approx([9 / 14, 4 / 14, 1 / 14, 0.0], abs=0.03)
    assert [*by_name(found.table, "clear").sort_index()] == [True, True, True, False]
    raw = expected * 5 / 1024 / (14 / 12)
    assert by_name(found.table, "noise")["d"] == pytest.approx(raw, rel=0.5)


def test_luck_that_follows_a_factor_is_chance_too():
    """Each seed has its own slope of the dummy; the points' luck is then no white noise."""
    design = chaos_design("abcd", "abcd", 256, 0)
    slopes = 4.0 * np.random.default_rng(3).standard_normal(40)
    found = analyse(design, additive(design.points)[:, None] + design.points[:, [3]] * slopes)
    wrong = slopes.mean() ** 2 / (14.0 + slopes.mean() ** 2)
    assert abs(by_name(found.table, "st")["d"]) < max(0.05, 2 * wrong)
    whole = 14 + slopes.mean() ** 2
    assert by_name(found.table, "noise")["d"] == pytest.approx(slopes.var(ddof=1) / 40 / whole, rel=0.05)
    assert by_name(found.table, "noise")["a"] == pytest.approx(0.0, abs=1e-6)


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    truth = {"a": 9 / 14, "b": 4 / 14, "c": 1 / 14}
    inside, widths = [], []
    for seed in range(60):
        design = chaos_design("abcd", "abcd", 64, seed)
        table = analyse(design, with_luck(design, additive, sd=0.3, key=seed)).table.set_index("parameter")
        inside += [table["st_low"][name] <= share <= table["st_high"][name] for name, share in truth.items()]
        widths.append(table["st_high"]["a"] - table["st_low"]["a"])
    assert np.mean(inside) > 0.9
    assert np.mean(widths) < 0.3


def test_where_chance_is_nearly_all_no_share_is_given():
    design = chaos_design("abcd", "abcd", 512, 0)
    found = analyse(design, with_luck(design, additive, sd=50.0))
    assert found.table[["s1", "st"]].isna().all(axis=None)
    assert not found.table["clear"].any()
    assert found.enough, "another design would do no better"


def test_what_nothing_changes_has_no_shares():
    design = chaos_design("abcd", "abcd", 64, 0)
    found = analyse(design, np.full((64, 2), 7.0))
    assert (found.table[["s1", "st"]] == 0.0).all(axis=None)
    assert not found.table["clear"].any()
    assert math.isnan(found.fit.q2)
    assert found.enough


def test_members_of_a_group_stand_for_themselves_and_are_counted_together():
    design = chaos_design("abcd", ["a", "rest", "rest", "rest"], 64, 0)
    found = analyse(design, with_luck(design, additive))
    assert shares(found, "st") == pytest.approx([9 / 14, 5 / 14], abs=1e-9)
    assert math.isnan(by_name(found.table, "at_low")["rest"])
    assert (len(found.pairs), found.fit.terms) == (1, 9)


def test_a_failed_point_is_left_out_alone():
    design = chaos_design("abcd", "abcd", 128, 0)
    values = with_luck(design, additive)
    values[[3, 70], [0, 1]] = math.nan, math.inf
    found = analyse(design, values)
    assert (found.lost, found.fit.q2) == (2, pytest.approx(1.0))
    assert shares(found, "s1") == pytest.approx([9 / 14, 4 / 14, 1 / 14, 0.0], abs=1e-9)
    values[:30] = math.nan
    with pytest.raises(InputError, match="of 128 points hold a run that failed"):
        analyse(design, values)


def test_a_value_that_always_fails_is_told():
    design = chaos_design("ab", "ab", 256, 0, (WORDS, FactorScale()))
    values = with_luck(design, lambda places: places[:, 1])
    values[design.points[:, 0] < 1 / 6] = math.nan
    with pytest.raises(InputError, match="do not carry a polynomial of degree 2"):
        analyse(design, values)


def test_a_longer_design_begins_with_the_shorter_one_and_has_the_seeds_own_points():
    short, long, other = (chaos_design("abc", "abc", n, seed) for n, seed in ((64, 0), (128, 0), (64, 1)))
    assert np.array_equal(long.points[:64], short.points)
    assert not np.array_equal(other.points, short.points)


@pytest.mark.parametrize(("count", "points"), [(2, 32), (7, 256), (9, 256), (20, 1024)])
def test_there_are_four_points_for_each_term(count, points):
    names = [f"f{number}" for number in range(count)]
    assert first_points([FactorScale()] * count, names, 2) == points
    assert first_points([FactorScale()] * count, names, 2048) == 2048
