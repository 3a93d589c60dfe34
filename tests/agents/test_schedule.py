"""The order of the week, and who writes what in it."""

from agents.machinery.rule import RULES, writes_of
from agents.schedule import PHASES, in_words, writers
from sim.engine.kernel import ARRAYS

ELSEWHERE = {
    "staff": {("reps", "appointed"), ("reps", "planned")},  # what the head-count plan decides about a seat
    "settle_account": {("reps", "customers_seen")},  # who is a customer from the first day
    "foresee_needs": {("reps", "foreseen")},
    "let_relationships_fade": {("reps", "holder_known")},  # accounts get to know a new holder
    "arise_need": {("reps", "n_asking")},  # needs are put before the rep
    "go_through_contracts": {("reps", "renewed"), ("reps", "churned")},  # and contracts booked with the seat
}
"""What rules write into the record of another kind of agent."""

SHARED = {
    "opportunities": {"buyer", "rep", "specialist"},
    "slots": {"buyer", "rep"},
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


def test_what_a_rule_writes_of_another_kind_is_said_here():
    assert foreign() == ELSEWHERE


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
