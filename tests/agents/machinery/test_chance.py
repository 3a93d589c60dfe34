"""Keyed chance: even, independent in each argument, never the same word twice, the same bits with the compiler off."""

import json
import math
import os
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from agents.machinery import chance
from agents.machinery.chance import DECISION, Decision, normal_at, uniform
from agents.machinery.record import Field, Record
from agents.machinery.state import State

CLOCK = Record("clock", "Calendar", [Field("seed", "i8", "1", "Key."), Field("week", "i8", "week", "Week.", start=7)])
N = 4000
ARGUMENTS = {
    "key": [(k, 3, 17, 5) for k in range(N)],
    "decision": [(11, d, 17, 5) for d in range(N)],
    "agent": [(11, 3, a, 5) for a in range(N)],
    "week": [(11, 3, 17, w) for w in range(N)],
    "large keys": [(k * 2**40 - 2**62, 3, 17, 5) for k in range(N)],
}


@pytest.mark.parametrize("varied", ARGUMENTS)
def test_draws_are_even_and_in_no_order_along_each_argument(varied):
    draws = np.array([uniform(*arguments) for arguments in ARGUMENTS[varied]])
    assert stats.kstest(draws, "uniform").pvalue > 0.001
    assert stats.chisquare(np.histogram(draws, 64, (0, 1))[0]).pvalue > 0.001
    for lag in (1, 2, 13, 52):
        assert abs(np.corrcoef(draws[:-lag], draws[lag:])[0, 1]) < 4 / math.sqrt(N)


@pytest.mark.parametrize(("one", "other"), list(pairwise(ARGUMENTS)))
def test_draws_that_differ_in_one_argument_are_independent(one, other):
    first = [uniform(*arguments) for arguments in ARGUMENTS[one]]
    second = [uniform(*arguments) for arguments in ARGUMENTS[other]]
    table = np.histogram2d(first, second, bins=8, range=[[0, 1], [0, 1]])[0]
    assert stats.chisquare(table.ravel()).pvalue > 0.001


def test_no_two_draws_of_a_seed_coincide_over_a_grid():
    grid = [uniform(5, int(d), a, w) for d in Decision for a in range(60) for w in range(60)]
    assert len(set(grid)) == len(grid)


def test_no_two_positions_of_a_stream_coincide():
    """For agents below 2**40 and weeks below 2**14, no difference in agents makes up for one in weeks."""
    word = 2**64
    undo = pow(int(chance.AGENT_STEP), -1, word)
    for weeks in range(1, 2**14):
        agents = weeks * int(chance.WEEK_STEP) * undo % word
        assert 2**40 <= agents <= word - 2**40


def test_decisions_start_streams_in_different_places():
    keys = range(20)
    starts = {(int(chance.DECISION_STEP) * d + k) % 2**64 for d in Decision for k in keys}
    assert len(starts) == len(Decision) * len(keys)


def test_plain_numbers_of_the_decisions_agree_with_the_enum():
    assert DECISION._asdict() == {one.name: one.value for one in Decision}
    assert len({one.value for one in Decision}) == len(Decision)


def test_the_smallest_and_the_largest_word_are_neither_zero_nor_one():
    """With key and decision 0 the stream starts at 0, so the agent alone decides what the last scramble sees."""
    largest = _unscrambled(2**64 - 1) * pow(int(chance.AGENT_STEP), -1, 2**64) % 2**64
    assert uniform(0, 0, 0, 0) == 2.0**-53
    assert uniform(0, 0, largest - 2**64 if largest >= 2**63 else largest, 0) == 1 - 2.0**-53


def _unscrambled(word):
    """The word that the scramble turns into this one, by undoing its steps."""
    for shift, factor in ((31, 0x94D049BB133111EB), (27, 0xBF58476D1CE4E5B9), (30, 1)):
        word ^= (word >> shift) ^ (word >> 2 * shift)
        word = word * pow(factor, -1, 2**64) % 2**64
    return word


def test_normal_quantiles_are_right_to_nine_digits():
    shares = np.concatenate([np.linspace(1e-4, 1 - 1e-4, 2001), [1e-12, 1e-300, 0.02425, 0.97575, 1 - 1e-12]])
    ours = [normal_at(share) for share in shares]
    np.testing.assert_allclose(ours, stats.norm.ppf(shares), rtol=2e-9, atol=1e-9)


def test_this_weeks_draws_follow_the_clock():
    clock = CLOCK.allocate(1)
    clock[0].seed = -3
    state = _state(clock)
    luck = uniform(-3, 3, 12, 7)
    assert chance.draw(state, 3, 12) == luck
    assert chance.draw_exponential(state, 3, 12) == pytest.approx(-math.log(luck), rel=1e-14)
    assert chance.draw_normal(state, 3, 12) == pytest.approx(stats.norm.ppf(luck), rel=2e-9)


@pytest.mark.slow
def test_compiled_and_plain_python_draw_the_same_bits():
    """Both in processes of their own: the compiler is on or off for good when the rules are imported."""
    program = (
        "import json; from agents.machinery.chance import uniform, normal_at;"
        "print(json.dumps([uniform(k, d, a, w) for k in (0, 1, -1, 2**62, -2**63) for d in (1, 77)"
        " for a in (0, 3, 2**39) for w in (0, 52, 16000)] + [normal_at(0.001), normal_at(0.4)]))"
    )
    on, off = (_run(program, NUMBA_DISABLE_JIT=disabled) for disabled in ("0", "1"))
    assert on[:-2] == off[:-2]
    assert on[-2:] == pytest.approx(off[-2:], rel=1e-12)


def _run(program, **variables):
    command = [sys.executable, "-W", "error", "-c", program]
    done = subprocess.run(command, env=os.environ | variables, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def _state(clock):

    nothing = np.zeros(0)
    return State(clock, *[nothing] * (len(State._fields) - 1))
