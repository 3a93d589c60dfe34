"""The state a rule sees: one array of records per kind of agent, columns beside them, and what they share."""

from typing import NamedTuple

from agents.machinery.record import Record, Rows


class State(NamedTuple):
    """All there is, at one moment. Every member is a C-contiguous numpy array that rules change in place.

    Attributes:
        clock: One row: seed, week and calendar.
        p: One row: every number of the scenario but the levers of reps and managers, named section_leaf.
        org: One row: the organization as a whole.
        lines: One row per product line.
        buyers: One row per account; those of a seat follow each other.
        need_weeks, due, customer_lines, buyer_trust, intimacy, satisfaction, promise, installed_value, recommends:
            Columns of the buyers. [accounts] each.
        slots: One row per account and line, at account * number of lines + line.
        opportunities: Pipelines: those open with a seat follow each other from first_account * number of lines on, in
            the order in which they were taken up; behind them come the needs it is asked about this week. Other rows
            are not read.
        reps: One row per quota-carrying seat.
        specialists: One row per overlay specialist.
        kinds: One row per kind of specialist.
        managers: One row per manager, front line first.
        roster: Rows of reps sorted by manager: [first_member, first_member + n_members) of a front-line manager.
        neighbours: Rows of the accounts each account hears from. [accounts, neighbours]
        weekly: One row per week measured.
        deals: One row per finished deal; the clock says how many are used.
    """

    clock: Rows
    p: Rows
    org: Rows
    lines: Rows
    buyers: Rows
    need_weeks: Rows
    due: Rows
    customer_lines: Rows
    buyer_trust: Rows
    intimacy: Rows
    satisfaction: Rows
    regard: Rows
    promise: Rows
    installed_value: Rows
    recommends: Rows
    slots: Rows
    opportunities: Rows
    reps: Rows
    specialists: Rows
    kinds: Rows
    managers: Rows
    roster: Rows
    neighbours: Rows
    weekly: Rows
    deals: Rows


def values_of(state: State, record: Record, name: str) -> Rows:
    """Give the values of a field, whether it stands in the rows or is a column. [rows]."""
    values: Rows = (
        getattr(state, name) if name in {one.name for one in record.columns} else getattr(state, record.name)[name]
    )
    return values
