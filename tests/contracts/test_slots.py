"""A row of a pipeline is used again and again: a new need knows nothing of the last one."""

from __future__ import annotations

import numpy as np
import pytest

from agents.buyer.record import OPPORTUNITIES
from sim.engine.state import open_rows
from sim.engine.world import World
from tests.worlds import EVERYTHING, bytes_of, small

pytestmark = pytest.mark.compiled

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


def free_rows(state):
    """Rows that no pipeline has."""
    return np.setdiff1d(np.arange(len(state.opportunities)), open_rows(state))


def fill(state, rows, seed):
    """Put junk within bounds into everything rows hold of whoever had them last."""
    rng = np.random.default_rng(seed)
    now = int(state.clock["week"][0])
    for field in OPPORTUNITIES:
        low, high = (field.low or 0.0), min(now if field.unit == "week" else 100.0, field.high or np.inf)
        values = rng.uniform(low, high, len(rows))
        if field.kind != "f8":
            values = rng.integers(0, 4 if field.unit == "code" else now, len(rows))
        state.opportunities[field.name][rows] = values
    state.opportunities["helped_until"][rows] += WEEKS


@pytest.mark.parametrize("junk", [1, 2])
@pytest.mark.parametrize("host", HOSTS)
def test_a_run_is_the_same_whatever_a_free_row_holds(host, junk):
    settings, later = HOSTS[host]
    world = World.begin(small(settings, {"buyers.rest_weeks": 2, "organization.weeks": BEFORE + WEEKS}), 4)
    world.advance(BEFORE)
    world.override(later)
    twin = world.fork()
    fill(twin.state, free_rows(twin.state), junk)
    since = int(world.state.clock["week"][0]) + 1
    world.advance(WEEKS)
    twin.advance(WEEKS)
    assert np.sum(world.state.slots["asked"] >= since) > 20
    assert bytes_of(world.state) == bytes_of(twin.state)
    assert [part.tobytes() for part in world.closed] == [part.tobytes() for part in twin.closed]
