"""A slot of the pipeline is used again and again: a new need knows nothing of the last one."""

from __future__ import annotations

import numpy as np
import pytest

from agents.buyer.record import OPPORTUNITIES
from agents.machinery.codes import OUTCOME, STATUS
from agents.machinery.record import copied
from sim.engine.world import World
from tests.worlds import EVERYTHING, bytes_of, small

pytestmark = pytest.mark.compiled

LINE = {"status", "rest_until", "base_fit", "installed_value", "backlog", "promise", "renewal"}
"""Fields of the account's line, which stay; all others are of a need."""

NEED = [field for field in OPPORTUNITIES if field.name not in LINE]
PLANNED = {"next_open", "hours", "sales_stage", "score"}
"""What the rep writes who takes a need up, before anybody reads it."""

BEFORE, WEEKS = 40, 60
QUEUE = {
    "mechanisms.first_come_first_served": True,
    "structure.product_specialists": 3,
    "structure.specialist_job_weeks": 8.0,
    "market.needs_per_account_year": 2.0,
}
HOSTS = {
    "everything": (EVERYTHING, {}),
    "queueing": (QUEUE, {}),
    "the last specialist goes": (QUEUE, {"structure.product_specialists": 0}),
}
"""Organizations, and what changes as the junk is put in."""


def closed_slots(state):
    """Slots in which nothing goes on, and of whose last order nothing waits for delivery."""
    return np.flatnonzero((state.opportunities["status"] == STATUS.IDLE) & (state.opportunities["backlog"] == 0.0))


def fill(state, slots, seed):
    """Put junk within bounds into what closed slots hold of their last need."""
    rng = np.random.default_rng(seed)
    now = int(state.clock["week"][0])
    for field in NEED:
        low, high = (field.low or 0.0), min(now if field.unit == "week" else 100.0, field.high or np.inf)
        values = rng.uniform(low, high, len(slots))
        if field.kind != "f8":
            values = rng.integers(0, 4 if field.unit == "code" else now, len(slots))
        state.opportunities[field.name][slots] = values
    state.opportunities["helped_until"][slots] += WEEKS


def of_new_needs(state, since):
    """Everything but what slots without a new need hold of their last one, or a need nobody took up of its plans."""
    rows = copied(state.opportunities)
    old = rows["created"] < since
    left_alone = (rows["status"] == STATUS.IDLE) & (rows["outcome"] == OUTCOME.OPEN)
    for field in NEED:
        rows[field.name][old | (left_alone if field.name in PLANNED else False)] = 0
    return bytes_of(state._replace(opportunities=rows, deals=state.deals[:0]))


@pytest.mark.parametrize("junk", [1, 2])
@pytest.mark.parametrize("host", HOSTS)
def test_a_run_is_the_same_whatever_a_closed_slot_holds(host, junk):
    settings, later = HOSTS[host]
    world = World.begin(small(settings, {"buyers.rest_weeks": 2, "organization.weeks": BEFORE + WEEKS}), 4)
    world.advance(BEFORE)
    world.override(later)
    twin = world.fork()
    slots = closed_slots(world.state)
    fill(twin.state, slots, junk)
    since = int(world.state.clock["week"][0]) + 1
    world.advance(WEEKS)
    twin.advance(WEEKS)
    assert np.sum(world.state.opportunities["created"][slots] >= since) > 20
    assert of_new_needs(world.state, since) == of_new_needs(twin.state, since)
    assert [part.tobytes() for part in world.closed] == [part.tobytes() for part in twin.closed]
