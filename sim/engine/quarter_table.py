"""The reps' table of a quarter that has ended: the rules have begun the next one, so its sums come from before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents.machinery.codes import CAUSE, OUTCOME, STATUS
from agents.machinery.rule import uncompiled
from agents.rep.results import cause_of

if TYPE_CHECKING:
    from agents.machinery.record import Rows
    from agents.machinery.state import State

_LOST = {
    "lost_time": CAUSE.TIME,
    "lost_targeting": CAUSE.TARGETING,
    "lost_capability": CAUSE.CAPABILITY,
    "lost_product": CAUSE.PRODUCT,
}
_cause = uncompiled(cause_of)  # one row at a time, so nothing is gained by the compiler


def reps_of_quarter(before: Rows, state: State) -> Rows:
    """Give the reps as they are, with quota and sums of the quarter that has ended.

    `before` are the reps as its last week began [seats]; what closed in that week is still to be seen in `state`.
    """
    table: Rows = state.reps.copy()
    table["booked_quarter"] = before["booked_quarter"] + table["booked"]
    table["quota"] = before["quota"]
    table["booked_year"] = before["booked_year"] + table["booked"]
    table["quota_year"] = before["quota_year"] + before["quota"]
    for name in _LOST:
        table[name] = before[name]
    slots = state.opportunities
    closed = np.flatnonzero((slots["status"] == STATUS.CLOSED) & (slots["outcome"] != OUTCOME.WON))
    causes = np.array([_cause(state, slot) for slot in closed.tolist()], dtype=np.int64)
    seats = state.buyers["seat"][closed // len(state.lines)]
    for name, cause in _LOST.items():
        np.add.at(table[name], seats[causes == cause], 1.0)
    return table
