"""Indices of functions whose indices are known, with and without chance, and with points that failed."""

import math

import numpy as np
import pytest

from sim.questions.sensitivity.designs import morris_design, sobol_design
from sim.questions.sensitivity.indices import analyse
from sim.scenario.errors import InputError
from tests.sim.questions.sensitivity.functions import G, additive, by_name, g_function, ishigami, with_luck


@pytest.mark.parametrize("shared", [0.0, 100.0])
def test_the_indices_of_ishigamis_function_are_found(shared):
    design = sobol_design("abc", "abc", 1024, 0)
    found = analyse(design, with_luck(design, ishigami, shared=shared))
    assert [*by_name(found.table, "s1").loc[[*"abc"]]] == pytest.approx([0.3139, 0.4424, 0.0], abs=0.03)
    assert [*by_name(found.table, "st").loc[[*"abc"]]] == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.03)
    best = found.pairs.iloc[0]
    assert {best["first"], best["second"]} == {"a", "c"}
    assert best["s2"] == pytest.approx(0.2437, abs=0.04)
    assert [*found.pairs["clear"]] == [True, False, False]


def test_the_indices_of_the_g_function_are_found():
    design = sobol_design("abcd", "abcd", 1024, 1)
    found = analyse(design, with_luck(design, g_function))
    parts = 1.0 / (3.0 * (1.0 + G) ** 2)
    whole = np.prod(1.0 + parts) - 1.0
    assert [*by_name(found.table, "s1").loc[[*"abcd"]]] == pytest.approx(parts / whole, abs=0.03)
    total = parts * np.prod(1.0 + parts) / (1.0 + parts) / whole
    assert [*by_name(found.table, "st").loc[[*"abcd"]]] == pytest.approx(total, abs=0.03)


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    truth = {"a": 9 / 14, "b": 4 / 14, "c": 1 / 14}
    inside = []
    for seed in range(40):
        design = sobol_design("abcd", "abcd", 64, seed)
        table = analyse(design, with_luck(design, additive, sd=0.3, key=seed)).table.set_index("parameter")
        inside += [table["st_low"][name] <= share <= table["st_high"][name] for name, share in truth.items()]
    assert np.mean(inside) > 0.88


def test_chance_is_taken_out_of_the_shares():
    """Without that, a dummy has a third of the variance, and the shares of the others are a third smaller."""
    design = sobol_design("abcd", "abcd", 1024, 0)
    found = analyse(design, with_luck(design, additive, seeds=3, sd=1.3))
    truth = 14.0 / 12.0
    expected = 1.3**2 / 3.0
    assert found.noise.share == pytest.approx(expected / (truth + expected), abs=0.03)
    assert found.noise.single == pytest.approx(1.3**2 / (truth + 1.3**2), abs=0.05)
    assert found.noise.sd == pytest.approx(1.3, rel=0.03)
    assert [*by_name(found.table, "st").loc[[*"abcd"]]] == pytest.approx([9 / 14, 4 / 14, 1 / 14, 0.0], abs=0.05)
    raw = by_name(found.table, "st")["d"] * (1 - found.noise.share) + by_name(found.table, "noise")["d"]
    assert raw == pytest.approx(found.noise.share, abs=0.05), "what a dummy would have, were chance left in"
    assert [*by_name(found.table, "clear").loc[[*"abd"]]] == [True, True, False]
    assert abs(by_name(found.table, "at_high")["a"] - by_name(found.table, "at_low")["a"] - 3.0 * 0.8) < 0.2


def test_luck_that_follows_a_factor_is_chance_too():
    """Each seed has its own slope of the dummy; the points' luck is then no white noise."""
    design = sobol_design("abcd", "abcd", 512, 0)
    slopes = 4.0 * np.random.default_rng(3).standard_normal(40)
    values = additive(design.points)[:, None] + design.points[:, [3]] * slopes
    found = analyse(design, values)
    wrong = slopes.mean() ** 2 / (14.0 + slopes.mean() ** 2)
    assert abs(by_name(found.table, "st")["d"]) < max(0.05, 2 * wrong)
    assert by_name(found.table, "noise")["d"] == pytest.approx(
        slopes.var(ddof=1) / 40 / (14 + slopes.mean() ** 2), rel=0.2
    )
    assert by_name(found.table, "noise")["a"] == pytest.approx(0.0, abs=0.002)


def test_where_chance_is_nearly_all_no_share_is_given():
    design = sobol_design("abcd", "abcd", 64, 0)
    found = analyse(design, with_luck(design, additive, sd=50.0))
    assert found.table[["s1", "st"]].isna().all(axis=None)
    assert not found.table["clear"].any()


def test_what_nothing_changes_has_no_shares():
    design = sobol_design("abcd", "abcd", 16, 0)
    found = analyse(design, np.full((len(design.points), 2), 7.0))
    assert (found.table[["s1", "st"]] == 0.0).all(axis=None)
    assert not found.table["clear"].any()
    assert found.noise.share == 0.0


def test_a_group_has_the_share_of_its_members():
    design = sobol_design("abcd", ["a", "rest", "rest", "rest"], 512, 0)
    found = analyse(design, with_luck(design, additive))
    assert [*by_name(found.table, "st").loc[["a", "rest"]]] == pytest.approx([9 / 14, 5 / 14], abs=0.03)
    assert math.isnan(by_name(found.table, "at_low")["rest"])
    assert len(found.pairs) == 1


def test_elementary_effects_of_an_additive_function_are_its_slopes():
    design = morris_design("abcd", 10, 0)
    table = analyse(design, with_luck(design, lambda x: additive(x) * [-1.0]))
    assert [*by_name(table.table, "mu").loc[[*"abcd"]]] == pytest.approx([-3.0, -2.0, -1.0, 0.0], abs=1e-9)
    assert [*by_name(table.table, "mu_star")] == pytest.approx([3.0, 2.0, 1.0, 0.0], abs=1e-9)
    assert [*by_name(table.table, "sigma")] == pytest.approx([0.0] * 4, abs=1e-9)
    assert [*by_name(table.table, "clear")] == [True, True, True, False]


def test_the_screening_tells_effects_from_chance():
    design = morris_design("abcd", 200, 0)
    found = analyse(design, with_luck(design, additive, seeds=3, sd=0.5))
    effect_sd = 0.5 * math.sqrt(2.0 / 3.0) / (2.0 / 3.0)
    assert [*found.table["noise_floor"]] == pytest.approx([math.sqrt(2 / math.pi) * effect_sd] * 4, rel=0.15)
    assert by_name(found.table, "mu_star")["d"] == pytest.approx(math.sqrt(2 / math.pi) * effect_sd, rel=0.15)
    assert (found.table["sigma"] < 0.4 * effect_sd).all(), "the spread is chance only, and is taken out"
    assert [*by_name(found.table, "clear").loc[[*"abcd"]]] == [True, True, True, False]


@pytest.mark.parametrize("make", [lambda: morris_design("abcd", 40, 0), lambda: sobol_design("abcd", "abcd", 64, 0)])
def test_a_failed_point_takes_its_whole_block_with_it(make):
    design = make()
    values = with_luck(design, additive)
    broken = values.copy()
    broken[[0, design.block - 1, 3 * design.block + 2], [0, 1, 1]] = math.nan, math.nan, math.inf
    found = analyse(design, broken)
    rest = np.delete(np.arange(len(values)), [*range(design.block), *range(3 * design.block, 4 * design.block)])
    assert found.lost == 2
    assert np.array_equal(found.values, values[rest])
    assert np.array_equal(found.design.points, design.points[rest])
    assert [*found.table["parameter"][:3]] == [*"abc"]


def test_more_than_a_fifth_of_failed_blocks_is_refused():
    design = morris_design("abcd", 10, 0)
    values = with_luck(design, additive)
    values[[0, 5], 0] = math.nan
    assert analyse(design, values).lost == 2
    values[10, 0] = math.nan
    with pytest.raises(InputError, match="3 of 10 trajectories hold a run that failed"):
        analyse(design, values)


def test_one_seed_is_refused():
    design = morris_design("abcd", 10, 0)
    with pytest.raises(InputError, match="with one seed"):
        analyse(design, additive(design.points)[:, None])


@pytest.mark.parametrize("seed", [0, 1, 2**63 - 1])
def test_samples_and_intervals_depend_on_the_seed_only_and_leave_the_global_generator_alone(seed):
    np.random.seed(5)  # noqa: NPY002 - it is the global generator that must stay as it is
    before = np.random.get_state()  # noqa: NPY002 - the same
    tables = []
    for _ in range(2):
        designs = (morris_design("abcd", 5, seed), sobol_design("abcd", "aabc", 16, seed))
        tables += [analyse(design, with_luck(design, additive, sd=0.1)).table for design in designs]
    after = np.random.get_state()  # noqa: NPY002 - the same
    assert tables[0].equals(tables[2])
    assert tables[1].equals(tables[3])
    assert np.array_equal(before[1], after[1])
    assert before[2:] == after[2:]
    other = morris_design("abcd", 5, seed - 1 if seed else 9)
    assert not np.array_equal(other.points, morris_design("abcd", 5, seed).points)
