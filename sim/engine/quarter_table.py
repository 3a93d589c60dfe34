"""The reps' table of a quarter that has ended: the rules have begun the next one, so its sums come from before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents.machinery.codes import CAUSE, OUTCOME
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

    `before` are the reps as its last week began [seats]; what closed in that week is still in the log of deals.
    """
    table: Rows = state.reps.copy()
    table["booked_quarter"] = before["booked_quarter"] + table["booked"]
    table["quota"] = before["quota"]
    table["booked_year"] = before["booked_year"] + table["booked"]
    table["quota_year"] = before["quota_year"] + before["quota"]
    for name in _LOST:
        table[name] = before[name]
    closed = state.deals[: state.clock["n_deals"][0]]
    missed = closed[closed["outcome"] != OUTCOME.WON]
    told = zip(missed["true_reason"].tolist(), missed["fit"].tolist(), missed["line"].tolist(), strict=True)
    causes = np.array([_cause(state, *deal) for deal in told], dtype=np.int64)
    for name, cause in _LOST.items():
        np.add.at(table[name], missed["seat"][causes == cause], 1.0)
    return table
