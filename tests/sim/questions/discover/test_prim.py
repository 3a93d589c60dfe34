"""PRIM by hand-worked boxes, and by what holds for every trajectory of it."""

import math
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.questions.discover.box import SLICES, SMALLEST, Limit, Tally, _edge, peel


@st.composite
def worlds(draw):
    """Worlds with a number, a choice and a count with many ties; no limit of theirs moves when it is made readable."""
    n = draw(st.integers(4, 40))
    inputs = pd.DataFrame(
        {
            "amount": draw(st.lists(st.integers(-10, 10).map(float), min_size=n, max_size=n)),
            "word": pd.Series(draw(st.lists(st.sampled_from(["x", "y", "z"]), min_size=n, max_size=n)), dtype=object),
            "count": draw(st.lists(st.integers(0, 3), min_size=n, max_size=n)),
        }
    )
    return inputs, np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)))


@pytest.mark.parametrize(
    ("values", "share", "edge"),
    [
        ([4, 1, 3, 2, 5], 0.1, 1.5),  # place 0.4 lies between 1 and 2
        ([4, 1, 3, 2, 5], 0.9, 4.5),
        ([1, 1, 1, 2], 0.1, 1.5),  # all around place 0.3 are 1; the next to differ is 2
        ([1, 2, 2, 2], 0.9, 1.5),
        ([7, 7, 7], 0.1, 7.0),
        ([7], 0.9, 7.0),
    ],
)
def test_a_slice_ends_halfway_between_two_values_that_differ(values, share, edge):
    assert _edge(pd.Series(values), share) == edge


def test_a_slice_of_nothing_has_no_end():
    assert math.isnan(_edge(pd.Series([], dtype=float), 0.1))


def test_a_number_is_peeled_by_hand():
    # Fifths of ten: 2 of 10 go, halfway between the 2nd and 3rd; then 2 of 8 (place 1.4), 2 of 6 (place 1.0, which is
    # one value, so that the next is taken), and the four that are left are all of interest.
    inputs = pd.DataFrame({"a": np.arange(10.0)})
    boxes = peel(inputs, np.arange(10) >= 6, 0.2)
    assert boxes == [(), (Limit("a", low=1.5),), (Limit("a", low=3.5),), (Limit("a", low=5.5),)]
    assert [Tally.of(box, inputs, np.arange(10) >= 6).density for box in boxes] == [0.4, 0.5, 4 / 6, 1.0]


def test_a_word_is_peeled_if_it_gains_more_for_each_world_given_up():
    # Without y the density rises from 1/2 to 3/4 for four worlds of eight; a number that says nothing gains less.
    inputs = pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0] * 2, "w": ["x"] * 4 + ["y"] * 4})
    outcome = np.array([1, 1, 0, 1, 0, 1, 0, 0], dtype=bool)
    assert peel(inputs, outcome)[1] == (Limit("w", words=("x",)),)


def test_what_was_peeled_too_far_is_pasted_back():
    # Two fifths are peeled off below, to 5 of 6; the nearest one that was peeled is of interest: 6 of 7.
    inputs, outcome = pd.DataFrame({"a": np.arange(10.0)}), np.array([0, 1, 0, 1, 1, 1, 1, 0, 1, 1], dtype=bool)
    boxes = peel(inputs, outcome, 0.2)
    assert boxes == [(), (Limit("a", low=1.5),), (Limit("a", low=3.5),), (Limit("a", low=2.5),)]
    assert [Tally.of(box, inputs, outcome).density for box in boxes] == [7 / 10, 6 / 8, 5 / 6, 6 / 7]


def test_a_word_that_was_peeled_is_pasted_back_where_it_gains_in_what_is_left():
    # Without y, 8 of 13; of these those with a, 4 of 6; without x, 3 of 4. The one world with a and y makes it 4 of 5.
    inputs = pd.DataFrame({"v": list("bbaaabababbbaabbbbbb"), "w": list("yzzzyyzzxxyyxzzxxyzy")}).astype(object)
    outcome = np.array([mark == "1" for mark in "10011111000011111000"])
    boxes = peel(inputs, outcome)
    assert [tuple(limit.words for limit in box) for box in boxes] == [
        (), (("x", "z"),), (("a",), ("x", "z")), (("a",), ("z",)), (("a",), ("y", "z"))
    ]  # fmt: skip
    assert [(tally.both, tally.inside) for tally in (Tally.of(box, inputs, outcome) for box in boxes[1:])] == [
        (8, 13), (4, 6), (3, 4), (4, 5)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("count", "word", "outcome", "before", "after"),
    [
        ("210021011120", "xxyyyyyxyyyx", "000011010001", (1, 2), (2, 3)),
        ("11112100012010", "yyyxxxyyxxyxxy", "01111010110010", (3, 4), (4, 5)),
        ("21212211111101", "xyyxxxxxyxyyyx", "00111100010111", (2, 3), (3, 4)),
    ],
    ids=["low", "high", "words"],
)
def test_an_end_that_is_pasted_back_to_the_last_value_is_open(count, word, outcome, before, after):
    inputs = pd.DataFrame({"count": list(map(int, count)), "word": pd.Series(list(word), dtype=object)})
    flags = np.array([mark == "1" for mark in outcome])
    shut, opened = peel(inputs, flags, 0.2)[-2:]
    assert len(_ends(opened)) == len(_ends(shut)) - 1
    tallies = [Tally.of(box, inputs, flags) for box in (shut, opened)]
    assert [(tally.both, tally.inside) for tally in tallies] == [before, after]


def _ends(box):
    return [end for limit in box for end in limit.ends()]


def test_of_equal_slices_the_one_of_an_input_that_is_limited_already_goes():
    # Of b, 9, 10 and 11 are the least, and 19, which is of interest, comes next: a slice of four has it, one of three,
    # which it is when 12 are left, has not. Then 9 to 11 of b gain as much as 8 to 10 of a.
    least = {9: 0.0, 10: 1.0, 11: 2.0, 19: 3.0}
    inputs = pd.DataFrame({"b": [least.get(world, 5.0) for world in range(20)], "a": np.arange(20.0)})
    boxes = peel(inputs, np.arange(20) >= 12, 0.2)
    assert boxes[1:4] == [(Limit("a", low=3.5),), (Limit("a", low=7.5),), (Limit("a", low=10.5),)]


def test_a_box_has_a_twentieth_of_the_worlds_at_least():
    inputs, outcome = pd.DataFrame({"a": np.arange(100.0)}), np.arange(100) == 99
    assert [Tally.of(box, inputs, outcome).inside for box in peel(inputs, outcome, 0.5)] == [100, 50, 25, 12, 6]


def test_of_equal_slices_a_number_goes_before_a_choice_and_words_by_the_alphabet():
    # Each word that goes leaves 2 of 4, and so do the two least numbers.
    words = pd.DataFrame({"w": ["x", "x", "y", "y", "z", "z"]}, dtype=object)
    outcome = np.array([0, 0, 0, 0, 1, 1], dtype=bool)
    assert peel(words, outcome, 0.2)[1] == (Limit("w", words=("y", "z")),)
    assert peel(words.assign(a=np.arange(6.0)), outcome, 0.2)[1] == (Limit("a", low=1.5),)


def test_a_count_gets_whole_ends_and_a_choice_words():
    rng = np.random.default_rng(5)
    inputs = pd.DataFrame({"w": rng.choice(["p", "q", "r"], 200).astype(object), "n": rng.integers(0, 10, 200)})
    box = peel(inputs, ((inputs["n"] >= 4) & (inputs["w"] != "q")).to_numpy(), 0.1)[-1]
    assert box == (Limit("w", words=("p", "r")), Limit("n", low=4.0))


@pytest.mark.parametrize("kind", [True, False])
def test_where_all_worlds_are_alike_nothing_is_peeled(kind):
    assert peel(pd.DataFrame({"a": np.arange(20.0)}), np.full(20, kind)) == [()]


@given(worlds(), st.sampled_from(SLICES))
@settings(max_examples=60, deadline=None)
def test_density_rises_at_every_step_and_coverage_falls_until_it_is_pasted(drawn, slice_):
    tallies = [Tally.of(box, *drawn) for box in peel(*drawn, slice_)]
    pasting = False
    for old, new in pairwise(tallies):
        assert new.density > old.density
        assert new.mass >= SMALLEST
        assert new.inside != old.inside
        pasting |= new.inside > old.inside
        assert (new.both >= old.both) if pasting else (new.both <= old.both)


@given(worlds(), st.sampled_from(SLICES))
@settings(max_examples=60, deadline=None)
def test_ends_keep_their_order_and_limits_that_of_the_inputs(drawn, slice_):
    inputs, outcome = drawn
    for box in peel(inputs, outcome, slice_):
        names = [limit.name for limit in box]
        assert names == [name for name in inputs if name in names]
        assert all(limit.ends() for limit in box)
        for limit in box:
            if limit.words:
                assert set(limit.words) < set(inputs["word"])
            else:
                values = inputs[limit.name]
                low, high = (values.min() if limit.low is None else limit.low), limit.high
                assert values.min() <= low <= (values.max() if high is None else high) <= values.max()


@given(worlds(), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_of_worlds_does_not_matter(drawn, random):
    inputs, outcome = drawn
    order = list(range(len(outcome)))
    random.shuffle(order)
    assert peel(inputs.iloc[order].reset_index(drop=True), outcome[order]) == peel(inputs, outcome)
