"""Scenario discovery on worlds whose truth is known: a box is found, noise is not, and counts are counts."""

import math

import numpy as np
import pandas as pd
import pytest

from sim.questions.discover.box import Limit, Tally, inside, pruned, quasi_p, readable, share_interval
from sim.questions.discover.find import FEWEST, discover, separation_of
from sim.questions.discover.tree import grow
from sim.scenario.errors import InputError


def drawn(n, seed=0):
    """Worlds with three numbers, a count, a choice and a switch."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "complexity": rng.uniform(0.1, 0.9, n),
            "size": rng.uniform(9_000, 120_000, n),
            "price": rng.normal(0, 1, n),
            "specialists": rng.integers(1, 25, n),
            "phase": rng.choice(["pmf", "fit", "scale"], n),
            "delivery": rng.random(n) < 0.5,
        }
    )


def in_truth(worlds):
    """The box that is to be found."""
    return (worlds["complexity"] > 0.5) & (worlds["specialists"] <= 12) & (worlds["phase"] != "pmf")


@pytest.fixture(scope="module")
def found():
    """What is found where the box is the truth in nine worlds of ten."""
    worlds = drawn(400)
    luck = np.random.default_rng(1).random(len(worlds)) < 0.1
    return discover(worlds, in_truth(worlds) ^ luck, resamples=3)


def test_a_known_box_is_recovered(found):
    finding = found.findings[0]
    assert finding.interest
    assert finding.holds
    limits = {limit.name: limit for limit in finding.box}
    assert set(limits) == {"complexity", "specialists", "phase"}
    assert limits["complexity"].low == pytest.approx(0.5, abs=0.06)
    assert limits["complexity"].high is None
    assert limits["specialists"].high in (11.0, 12.0, 13.0)
    assert set(limits["phase"].words) == {"fit", "scale"}


def test_density_and_coverage_are_those_of_worlds_that_had_no_part_in_the_search(found):
    finding = found.findings[0]
    apart = found.inputs[~found.learning]
    within = (
        (apart["complexity"] >= finding.box[0].low)
        & (apart["specialists"] <= finding.box[1].high)
        & apart["phase"].isin(finding.box[2].words)
    ).to_numpy()
    outcome = found.outcome[~found.learning]
    assert finding.held == Tally(len(apart), int(outcome.sum()), int(within.sum()), int((within & outcome).sum()))
    assert finding.held.density == (within & outcome).sum() / within.sum()
    assert finding.held.coverage == (within & outcome).sum() / outcome.sum()
    low, high = share_interval(finding.held.both, finding.held.inside)
    assert low < 0.9 < high, "nine worlds of ten in the true box are of interest"


def test_half_of_each_kind_is_held_out(found):
    for kind in (found.outcome, ~found.outcome):
        assert abs(int((found.learning & kind).sum()) - int((~found.learning & kind).sum())) <= 1


def test_every_limit_that_is_told_holds_up_after_correction(found):
    limits = found.findings[0].limits
    assert list(limits["input"]) == ["complexity", "specialists", "phase"]
    assert (limits["quasi_p"] <= 0.05).all()
    assert (limits["quasi_p_held"] < 0.05).all()
    assert limits["found"].between(0.0, 1.0).all()


@pytest.mark.parametrize("seed", range(2))
def test_nothing_is_found_in_noise(seed):
    worlds = drawn(80, seed)
    noise = np.random.default_rng(100 + seed).random(80) < 0.4
    found = discover(worlds, noise, seed=seed, resamples=0)
    assert not any(finding.holds for finding in found.findings)
    assert not found.tree.knows


def test_the_answer_is_the_same_each_time_and_draws_no_global_chance():
    worlds = drawn(80)
    state = str(np.random.get_state())  # noqa: NPY002 - to see that it is left alone
    first, second = (discover(worlds, worlds["complexity"] > 0.5, resamples=2) for _ in range(2))
    assert first.findings[0].box == second.findings[0].box
    assert first.findings[0].holds
    pd.testing.assert_frame_equal(first.findings[0].limits, second.findings[0].limits)
    assert first.tree == second.tree
    assert str(np.random.get_state()) == state  # noqa: NPY002 - to see that it is left alone


def test_where_nearly_all_worlds_are_alike_there_is_nothing_to_tell_apart():
    worlds = drawn(60)
    outcome = np.ones(60, dtype=bool)
    outcome[:3] = False
    found = discover(worlds, outcome)
    assert found.findings == ()
    assert found.tree is None
    assert found.share == 57 / 60


@pytest.mark.parametrize(
    ("worlds", "outcome", "words"),
    [
        (drawn(FEWEST - 1), np.ones(FEWEST - 1, dtype=bool), "39 worlds are too few"),
        (drawn(50), np.ones(49, dtype=bool), "does not fit 50 worlds"),
        (drawn(50), np.ones(50), "true or false"),
        (drawn(50).assign(size=np.nan), np.arange(50) < 25, "values of size are missing"),
        (pd.DataFrame({"one": np.ones(50)}), np.arange(50) < 25, "the same in all worlds"),
    ],
)
def test_what_cannot_be_used_is_refused(worlds, outcome, words):
    with pytest.raises(InputError, match=words):
        discover(worlds, outcome)


def test_a_box_is_counted_by_hand():
    worlds = pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0], "b": ["x", "y", "x", "y"]})
    outcome = np.array([False, True, True, True])
    box = (Limit("a", low=2.0, high=3.0), Limit("b", words=("x", "y")))
    assert inside(box, worlds).tolist() == [False, True, True, False]
    tally = Tally.of(box, worlds, outcome)
    assert (tally.density, tally.coverage, tally.mass, tally.base) == (1.0, 2 / 3, 0.5, 0.75)
    assert tally.gain() == 0.5 * 0.25
    assert math.isnan(Tally.of((Limit("a", low=9.0),), worlds, outcome).density)


def test_the_quasi_p_is_the_binomial_chance_without_the_limit():
    # Without the limit 5 of 10 are of interest; with it 3 of 3: (1/2)^3.
    worlds = pd.DataFrame({"a": np.arange(10.0)})
    outcome = np.array([0, 1, 0, 1, 0, 0, 0, 1, 1, 1], dtype=bool)
    assert quasi_p((Limit("a", low=7.0),), "a", "low", worlds, outcome) == pytest.approx(0.125)


def test_limits_that_make_no_difference_are_left_out_and_others_stay():
    worlds = pd.DataFrame({"a": np.linspace(0, 1, 100), "b": np.tile([0.0, 1.0], 50)})
    outcome = worlds["a"].to_numpy() > 0.6
    box = (Limit("a", low=0.6), Limit("b", high=0.5))
    assert pruned(box, worlds, outcome, {"a": 4, "b": 4}) == (Limit("a", low=0.6),)
    assert pruned(box, worlds, outcome, {"a": 10**18, "b": 4}) == (), "a limit found among very many is worth nothing"


def test_whole_numbers_and_amounts_get_limits_one_can_read():
    assert readable(6.5, 23, whole=True, up=True) == 7.0
    assert readable(6.5, 23, whole=True, up=False) == 6.0
    assert readable(63_487.21, 111_000, whole=False, up=True) == 63_000.0
    assert readable(0.61834, 0.8, whole=False, up=True) == 0.618


def test_the_distance_of_two_kinds_is_that_of_their_distributions():
    worlds = pd.DataFrame(
        {"apart": np.r_[np.zeros(20), np.ones(20)], "word": ["a"] * 20 + ["b"] * 20, "same": [1, 2] * 20}
    )
    table = separation_of(worlds, np.arange(40) >= 20).set_index("input")
    assert table.loc["apart", "distance"] == 1.0
    assert table.loc["word", "distance"] == pytest.approx(1.0)
    assert table.loc["same", "distance"] == 0.0
    assert table.loc["apart", "p_adjusted"] < 0.001 < table.loc["same", "p_adjusted"]


def test_a_tree_finds_a_threshold_and_counts_its_leaves():
    rng = np.random.default_rng(3)
    worlds = pd.DataFrame(
        {"a": rng.random(120), "n": rng.integers(1, 9, 120), "w": rng.choice(["p", "q"], 120).astype(object)}
    )
    tree = grow(worlds, (worlds["n"] >= 5).to_numpy())
    assert tree.root.split == Limit("n", high=4.0)
    assert [leaf.share for leaf in tree.root.leaves()] == [0.0, 1.0]
    assert sum(leaf.worlds for leaf in tree.root.leaves()) == 120
    assert tree.accuracy == 1.0
    assert tree.knows
    words = grow(worlds, (worlds["w"] == "p").to_numpy())
    assert {leaf.box[0].words for leaf in words.root.leaves()} == {("p",), ("q",)}


def test_without_the_extra_one_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "sklearn.tree", None)
    with pytest.raises(InputError, match=r"pip install 'sales-flywheel\[discover\]'"):
        discover(drawn(50), np.arange(50) < 25)
