"""Shapley values of small games, by hand and by their laws."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.studies.shapley import along, exact


def glove(chosen):
    """Player 0 has a left glove, 1 and 2 right ones; only a pair is worth something."""
    return float(0 in chosen and len(chosen) > 1)


def test_the_glove_game_by_hand():
    assert exact(3, glove).tolist() == pytest.approx([2 / 3, 1 / 6, 1 / 6])


def test_it_is_the_mean_over_all_orders():
    orders = [along(order, glove) for order in permutations(range(3))]
    np.testing.assert_allclose(np.mean(orders, axis=0), exact(3, glove))


@given(st.lists(st.floats(-10, 10), min_size=8, max_size=8))
def test_values_add_up_to_the_worth_of_all(worths):
    def worth(chosen):
        return np.array([worths[sum(1 << one for one in chosen)], 1.0])

    total = worth({0, 1, 2}) - worth(())
    np.testing.assert_allclose(exact(3, worth).sum(axis=0), total, atol=1e-9)
    np.testing.assert_allclose(along((2, 0, 1), worth).sum(axis=0), total, atol=1e-9)


def test_every_set_is_asked_for_once():
    asked = []

    def worth(chosen):
        asked.append(chosen)
        return 0.0

    exact(4, worth)
    assert len(asked) == len(set(asked)) == 16
