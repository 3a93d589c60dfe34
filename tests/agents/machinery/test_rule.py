"""Rules: registered once, callable from each other, and what they touch is read off their source."""

import pytest

from agents.machinery.chance import DECISION, draw
from agents.machinery.rule import HELPERS, Rule, decisions_of, helper, reads_of, rule, writes_of

TOY: dict[str, Rule] = {}


@helper
def share_of(rep, total):
    """Part of the total."""
    return rep.booked / total


@helper
def book(s, seat, amount):
    """Write an amount down for a seat."""
    s.reps[seat].booked += amount


@rule(agent="rep", registry=TOY)
def sell(s, i):
    """Sell, with luck.

    More words.
    """
    rep, boss = s.reps[i], s.managers[s.reps[i].manager]
    if rep.hours > 0 and draw(s, DECISION.TIE, i) < 0.5:
        book(s, i, rep.price)
        boss.pleased = share_of(rep, s.org[0].total)


@rule(agent="rep", registry=TOY)
def look_around(s, i):
    """Look at everybody of the roster."""
    everybody = s.reps
    other = everybody[i - 1] if i > s.clock[0].week else s.specialists[0]
    seen = len(s.lines) + 0.0
    for k in range(i, len(s.roster)):
        member = s.roster[k]
        seen += everybody[member].booked
    for row in s.buyers[1:3]:
        seen += row.size
    s.neighbours[i, 0] = seen + other.trust


REGISTERED = [HELPERS.pop(f"{__name__}.{name}", None) for name in ("share_of", "book")]
# Taken out again: the machine code of the model is kept under a hash of all helpers, and would be compiled anew.


def test_a_helper_is_registered():
    assert [share_of, book] == REGISTERED


def test_what_a_rule_touches_is_followed_through_aliases_and_helpers():
    clock = {("clock", "seed"), ("clock", "week")}
    reps = {("reps", name) for name in ("manager", "hours", "price", "booked")}
    assert reads_of(TOY["sell"]) == clock | reps | {("org", "total")}
    assert writes_of(TOY["sell"]) == {("reps", "booked"), ("managers", "pleased")}
    assert decisions_of(TOY["sell"]) == {"TIE"}


def test_loops_choices_and_arrays_without_fields_are_understood():
    trusts = {("reps", "trust"), ("specialists", "trust")}
    others = {("clock", "week"), ("reps", "booked"), ("roster", "*"), ("buyers", "size")}
    assert reads_of(TOY["look_around"]) == trusts | others
    assert writes_of(TOY["look_around"]) == {("neighbours", "*")}
    assert decisions_of(TOY["look_around"]) == set()


def test_a_rule_is_registered_with_its_words():
    assert list(TOY) == ["sell", "look_around"]
    assert TOY["sell"].agent == "rep"
    assert TOY["sell"].doc == "Sell, with luck.\n\nMore words."
    assert TOY["sell"].dispatcher is sell


def test_two_rules_may_not_share_a_name():
    with pytest.raises(ValueError, match="two rules are named sell"):
        rule(agent="manager", registry=TOY)(TOY["sell"].function)


def test_a_rule_takes_a_state_and_a_row():
    def lonely(s):
        return s

    with pytest.raises(ValueError, match="lonely must take a state and a row"):
        rule(agent="rep", registry=TOY)(lonely)


def test_the_entry_is_asked_for_only_when_compiled():
    one = Rule("sell", "rep", TOY["sell"].function, sell)
    if sell is one.function:
        assert one.entry is one.function
        return
    with pytest.raises(RuntimeError, match="sell is not compiled yet"):
        _ = one.entry
