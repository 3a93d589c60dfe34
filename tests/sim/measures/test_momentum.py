"""Acceleration, echo, multiplier and coasting by hand."""

import math

import numpy as np
import pytest

from sim.measures.momentum import WEEKS, acceleration, coasting_week, echoes, multiplier, of_years


def growing(rate: float, runs: int = 2, weeks: int = WEEKS) -> np.ndarray:
    return np.tile(100.0 * np.exp(rate * np.arange(weeks) / 52.0), (runs, 1))


@pytest.mark.parametrize("rate", [-0.2, 0.0, 0.15])
def test_steady_growth_is_its_own_rate(rate):
    assert acceleration(growing(rate)) == pytest.approx([rate, rate], abs=1e-9)
    assert acceleration(growing(rate), (3, 4)) == pytest.approx([rate, rate], abs=1e-9)


def test_a_wheel_that_stood_still_has_no_rate():
    weeks = np.zeros((1, WEEKS))
    assert math.isnan(acceleration(weeks)[0])


def test_bookings_a_year_are_the_mean_of_the_years():
    weeks = np.repeat([[1.0, 3.0, 0.0, 0.0, 0.0, 0.0]], 52, axis=0).T.reshape(1, -1)
    assert of_years(weeks, (1, 2)) == pytest.approx([2.0 * 52])


def test_an_echo_is_what_a_pulse_adds_against_the_twins_of_that_year():
    twin = np.full((2, 104), 10.0)
    pulsed = twin.copy()
    pulsed[0, 60] += 52.0
    assert echoes(pulsed, twin).tolist() == [[0.0, 0.1], [0.0, 0.0]]


def test_a_multiplier_is_what_was_added_for_each_unit_up_to_a_week():
    twin = np.full((1, 104), 10.0)
    pulsed = twin.copy()
    pulsed[0, [10, 90]] += 30.0
    assert multiplier(pulsed, twin, np.array([60.0]), 52) == pytest.approx([0.5])
    assert multiplier(pulsed, twin, np.array([60.0]), 104) == pytest.approx([1.0])


def test_coasting_ends_when_a_quarter_brings_less_than_half():
    twin = np.full((3, 104), 10.0)
    stopped = twin.copy()
    stopped[:, 52:] = 0.0
    assert coasting_week(stopped, twin) == 52 + 7  # seven weeks of nothing among thirteen
    assert coasting_week(twin, twin) == 104
