"""The order of the week, and who writes what in it."""

from agents.machinery.rule import RULES, writes_of
from agents.schedule import PHASES, in_words, writers
from sim.engine.kernel import ARRAYS

STAFFED = {("reps", "appointed"), ("reps", "planned")}
"""What the head-count plan decides about a seat."""

SHARED = {
    "opportunities": {"buyer", "rep", "specialist"},
    "neighbours": {"buyer"},
    "deals": {"buyer"},
    "clock": {"buyer"},
    "kinds": {"organization"},
    "weekly": {"organization"},
}
"""Kinds of agent that write the records which are no agents'."""


def foreign():
    """Writes into the record of another kind of agent, by rule."""
    found = {}
    for name, rule in RULES.items():
        others = {pair for pair in writes_of(rule) if pair[0] in ARRAYS.values() and pair[0] != ARRAYS[rule.agent]}
        if others:
            found[name] = others
    return found


def test_only_head_count_planning_writes_another_kinds_record():
    assert foreign() == {"staff": STAFFED}


def test_records_that_are_no_agents_are_written_by_the_kinds_that_share_them():
    found = {}
    for (array, _), by in writers().items():
        if array not in ARRAYS.values():
            found.setdefault(array, set()).update(phase.agent for phase, _ in by)
    assert found == SHARED


def test_the_table_has_every_write_once_in_the_order_of_the_week():
    table = writers()
    order = [(phase, name) for phase in PHASES for name in phase.rules]
    assert {pair: {name for _, name in by} for pair, by in table.items()} == {
        pair: {name for name, rule in RULES.items() if pair in writes_of(rule)}
        for pair in set().union(*(writes_of(rule) for rule in RULES.values()))
    }
    for by in table.values():
        places = [order.index(one) for one in by]
        assert places == sorted(set(places))


def test_it_reads_well():
    table = writers()
    assert in_words(table["opportunities", "joined"]) == (
        "needs: arise_need; queue: take_jobs; join: look_for_deals, join_deals"
    )
