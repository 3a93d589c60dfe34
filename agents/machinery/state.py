"""The state a rule sees: one array of records per kind of agent, and what they share."""

from typing import NamedTuple

from agents.machinery.record import Rows


class State(NamedTuple):
    """All there is, at one moment. Every member is a C-contiguous numpy array that rules change in place.

    Attributes:
        clock: One row: seed, week and calendar.
        p: One row: every number of the scenario but the levers of reps and managers, named section_leaf.
        org: One row: the organization as a whole.
        lines: One row per product line.
        buyers: One row per account.
        opportunities: One row per account and line, at account * number of lines + line.
        reps: One row per quota-carrying seat.
        specialists: One row per overlay specialist.
        kinds: One row per kind of specialist.
        managers: One row per manager, front line first.
        roster: Rows of reps sorted by manager: [first_member, first_member + n_members) of a front-line manager.
        neighbours: Rows of reps who learn from each other.
        weekly: One row per week measured.
        deals: One row per finished deal; the clock says how many are used.
    """

    clock: Rows
    p: Rows
    org: Rows
    lines: Rows
    buyers: Rows
    opportunities: Rows
    reps: Rows
    specialists: Rows
    kinds: Rows
    managers: Rows
    roster: Rows
    neighbours: Rows
    weekly: Rows
    deals: Rows
