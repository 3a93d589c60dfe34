"""A small organization with a few seeds of its wheel, shared by the tests of the wheel."""

import threading

import pytest

from sim.engine.world import World
from sim.measures.loops import LOOPS
from sim.questions.wheel.gain import Question, Twins, Wheel, make_ready, turn_once
from tests.worlds import small


@pytest.fixture(scope="session")
def scenario():
    """Six reps in two teams."""
    return small()


@pytest.fixture(scope="session")
def sales():
    """The sales flywheel."""
    return LOOPS["sales"]


@pytest.fixture(scope="session")
def twins(scenario, sales):
    """A world from which twins of 30 weeks part."""
    make_ready(scenario, sales)
    return Twins.of(World.begin(scenario, 3, 30), sales, 30)


@pytest.fixture(scope="session")
def turned(scenario, sales):
    """A wheel of six seeds."""
    make_ready(scenario, sales)
    asked = Question(window=52)
    turns = tuple(turn_once(scenario, seed, sales, asked, threading.Event()) for seed in range(6))
    return Wheel(sales, scenario, asked, turns)
