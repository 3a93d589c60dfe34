"""Keyed chance: every draw is a pure function of (key, decision, agent, week).

There is no generator and no order of drawing, so changing one agent's fate never reshuffles another's luck, and two
scenarios with the same seed share theirs.

The hash has two rounds. The first scrambles key and decision into the start of a stream; the second is SplitMix64 in
that stream, at the position `agent * AGENT_STEP + week * WEEK_STEP`. No two positions coincide for agents below 2**40
and weeks below 2**14 (a test proves it).

Source:
    G. L. Steele, D. Lea, C. H. Flood, Fast Splittable Pseudorandom Number Generators (OOPSLA 2014): the stream.
    D. Stafford, Better Bit Mixing (2011), variant 13: the multipliers and shifts of `_scramble`.
    P. J. Acklam, An algorithm for computing the inverse normal cumulative distribution function (2003): `normal_at`.
"""

import math
from collections import namedtuple
from collections.abc import Callable
from enum import IntEnum, unique
from typing import Any

import numpy as np

from agents.machinery.rule import COMPILED, helper
from agents.machinery.state import State


@unique
class Decision(IntEnum):
    """Everything chance decides. A number once given is never given to another decision, or old runs change."""

    NEED = 1
    NEED_ORIGIN = 2
    NEED_LINE = 3
    NEED_PUSH = 4
    AMOUNT = 5
    FIT = 6
    PERCEPTION = 7
    CHOICE = 8
    HONESTY = 9
    EXCUSE = 10
    CHURN = 11
    JOIN = 12
    ART = 13
    SELECTION = 14
    GOOD_FIT = 15
    LEAVE = 16
    HIRE = 17
    POISSON = 18
    EXPLAIN = 19
    RESPONSE = 20
    CRM_NOISE = 21
    CRM_LEAN = 22
    ACCOUNT_SIZE = 23
    ACCOUNT_FIT = 24
    ACCOUNT_COMPLEXITY = 25
    ACCOUNT_GROUP = 26
    ACCOUNT_STATUS_QUO = 27
    LINE_FIT = 28
    TERRITORY = 29
    NEIGHBOUR = 30
    METHOD = 31
    TENURE = 32
    PRICE = 33
    INSTALLED = 34
    REQUEST = 35
    JOB = 36
    RETELL = 37
    REORDER = 38


_Decisions: Any = namedtuple("_Decisions", list(Decision.__members__))  # type: ignore[misc]  # noqa: PYI024
DECISION: Any = _Decisions._make(map(int, Decision))
"""The decisions as plain integers, for rules: compiled code cannot use the members of an enum as numbers."""

_WORD = (1 << 64) - 1

if COMPILED:
    _constant: Callable[[int], Any] = np.uint64

    @helper
    def _word(number: int) -> Any:
        return np.uint64(number)

    @helper
    def _wrap(number: int) -> int:
        return number
else:
    # numpy warns when a scalar wraps around, which is all that happens here; Python's integers give the same bits.
    _constant = int

    def _word(number: int) -> Any:
        return int(number) & _WORD

    def _wrap(number: int) -> int:
        return number & _WORD


DECISION_STEP = _constant(0xD1342543DE82EF95)
AGENT_STEP = _constant(0x9E3779B97F4A7C15)
WEEK_STEP = _constant(0xC2B2AE3D27D4EB4F)
_FIRST = _constant(0xBF58476D1CE4E5B9)
_SECOND = _constant(0x94D049BB133111EB)
_R30, _R27, _R31, _R12 = _constant(30), _constant(27), _constant(31), _constant(12)


@helper
def _scramble(bits: Any) -> Any:
    """Spread every bit of a word over the whole word; one to one."""
    bits = _wrap((bits ^ (bits >> _R30)) * _FIRST)
    bits = _wrap((bits ^ (bits >> _R27)) * _SECOND)
    return bits ^ (bits >> _R31)


@helper
def uniform(key: int, decision: int, agent: int, week: int) -> float:
    """A number evenly distributed over the open interval (0, 1), the same for the same arguments everywhere.

    Args:
        key: The seed, any 64 bits (signed or not).
        decision: What is decided, from `DECISION`.
        agent: Row of whom or what it is decided for. [0 .. 2**40)
        week: When. [0 .. 2**14)

    Returns:
        A multiple of 2**-52 plus 2**-53, so never 0 and never 1.
    """
    stream = _scramble(_wrap(_word(key) + _wrap(_word(decision) * DECISION_STEP)))
    position = _wrap(_word(agent) * AGENT_STEP) + _wrap(_word(week) * WEEK_STEP)
    bits = _scramble(_wrap(stream + _wrap(position)))
    return (np.int64(bits >> _R12) + 0.5) * 2.0**-52


@helper
def draw(s: State, decision: int, agent: int) -> float:
    """This week's uniform draw for one decision about one agent. [(0, 1)]."""
    clock = s.clock[0]
    return uniform(clock.seed, decision, agent, clock.week)


@helper
def draw_exponential(s: State, decision: int, agent: int) -> float:
    """This week's draw from the exponential distribution with mean 1. [> 0]."""
    return -math.log(draw(s, decision, agent))


@helper
def draw_normal(s: State, decision: int, agent: int) -> float:
    """This week's draw from the standard normal distribution: the inverse of its distribution at one uniform draw."""
    return normal_at(draw(s, decision, agent))


@helper
def normal_at(share: float) -> float:
    """The value below which this share of a standard normal distribution lies; relative error below 1.2e-9.

    Args:
        share: Cumulative probability. [(0, 1)]
    """
    if 0.02425 <= share <= 0.97575:
        return _normal_middle(share - 0.5)
    tail = _normal_tail(math.sqrt(-2.0 * math.log(min(share, 1.0 - share))))
    return tail if share < 0.5 else -tail


@helper
def _normal_middle(q: float) -> float:
    r = q * q
    a = -3.969683028665376e01 * r + 2.209460984245205e02
    a = ((a * r - 2.759285104469687e02) * r + 1.383577518672690e02) * r - 3.066479806614716e01
    b = -5.447609879822406e01 * r + 1.615858368580409e02
    b = ((b * r - 1.556989798598866e02) * r + 6.680131188771972e01) * r - 1.328068155288572e01
    return (a * r + 2.506628277459239e00) * q / (b * r + 1.0)


@helper
def _normal_tail(q: float) -> float:
    c = (-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838e00
    c = ((c * q - 2.549732539343734e00) * q + 4.374664141464968e00) * q + 2.938163982698783e00
    d = (7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996e00
    return c / ((d * q + 3.754408661907416e00) * q + 1.0)


@helper
def trait(s: State, decision: int, row: int, slot: int) -> float:
    """A standard normal trait of an agent or a place, the same in every week. [standard deviations]."""
    return normal_at(uniform(s.clock[0].seed, decision, row, slot))
