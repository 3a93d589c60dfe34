"""The generated loop: what it says, what it refuses, and where a traceback finds it."""

import inspect
from dataclasses import dataclass, replace

import pytest

from agents.machinery.rule import Rule, rule
from sim.engine.kernel import check_schedule, kernel, kernel_source, rules_of

TOY: dict[str, Rule] = {}


@dataclass(frozen=True)
class Phase:
    """One phase, as the real schedule has it."""

    name: str
    title: str
    agent: str
    rules: tuple[str, ...]
    when: str = "week"


@rule(agent="rep", registry=TOY)
def sell(s, i):
    """Sell.

    And more.
    """
    return s, i


@rule(agent="rep", registry=TOY)
def rest(s, i):
    """Rest."""
    return s, i


@rule(agent="buyer", registry=TOY)
def listen(s, b):
    """Listen."""
    return s, b


@rule(agent="buyer", registry=TOY, each="opportunity")
def talk(s, o):
    """Talk."""
    return s, o


@rule(agent="buyer", registry=TOY, each="territory")
def fade(s, i):
    """Fade."""
    return s, i


@rule(agent="organization", registry=TOY)
def count(s, o):
    """Count."""
    return s, o


PHASES = (
    Phase("selling", "Sell", "rep", ("sell", "rest")),
    Phase("listening", "Listen", "buyer", ("listen",)),
    Phase("talking", "Talk", "buyer", ("talk",)),
    Phase("fading", "Fade", "buyer", ("fade",)),
    Phase("counting", "Count", "organization", ("count",), when="quarter"),
)


def test_the_loop_visits_phases_then_rows_then_rules():
    assert kernel_source(PHASES, TOY) == (
        "def run_weeks(s, n_weeks):\n"
        "    for _ in range(n_weeks):\n"
        "        advance_clock(s)\n"
        "        clock = s.clock[0]\n"
        "        for i in range(len(s.reps)):  # selling\n"
        "            sell(s, i)\n"
        "            rest(s, i)\n"
        "        for seat in range(len(s.reps)):  # listening\n"
        "            for i in territory_of(s, seat):\n"
        "                listen(s, i)\n"
        "        for seat in range(len(s.reps)):  # talking\n"
        "            for i in pipeline_of(s, seat):\n"
        "                talk(s, i)\n"
        "        for i in range(len(s.reps)):  # fading\n"
        "            fade(s, i)\n"
        "        if clock.quarter_end != 0:\n"
        "            for i in range(len(s.org)):  # counting\n"
        "                count(s, i)\n"
    )


def test_backwards_only_the_rows_change_their_order():
    forwards, backwards = kernel_source(PHASES, TOY), kernel_source(PHASES, TOY, backwards=True)
    assert (
        backwards.replace("range(len(s.reps) - 1, -1, -1)", "range(len(s.reps))").replace(
            "range(len(s.org) - 1, -1, -1)", "range(len(s.org))"
        )
        == forwards
    )
    assert backwards.count("-1, -1") == 5


def test_a_kernel_is_made_once_and_its_source_can_be_shown():
    made = kernel(PHASES, TOY)
    assert kernel(PHASES, TOY) is made
    assert kernel(PHASES, TOY, backwards=True) is not made
    function = getattr(made, "py_func", made)
    assert inspect.getsource(function) == kernel_source(PHASES, TOY)


def test_rules_are_named_once_in_the_order_of_the_schedule():
    assert rules_of([*PHASES, PHASES[0]]) == ["sell", "rest", "listen", "talk", "fade", "count"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"agent": "robot"}, "unknown agent or time: robot, week"),
        ({"when": "day"}, "unknown agent or time: rep, day"),
        ({"rules": ("sell", "dance")}, "runs dance, which is no rule of a rep"),
        ({"rules": ("count",)}, "runs count, which is no rule of a rep"),
        ({"agent": "buyer", "rules": ("listen", "talk")}, "are not all about the same"),
    ],
)
def test_a_schedule_that_cannot_run_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        check_schedule([replace(PHASES[0], **change)], TOY)
