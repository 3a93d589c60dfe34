"""What is read of a trial: quotients of sums over teams and weeks, by hand."""

import numpy as np
import pytest

from sim.engine.world import World
from sim.questions.pilot import reading
from sim.questions.pilot.reading import NAMES, READINGS, booked_a_year, changes, follow, observed
from sim.scenario.scenario import Scenario

ROW = reading._ROW


def weeks(n: int, **fields: list[float]) -> list[np.ndarray]:
    """That many weeks of two teams, in which these fields hold these numbers and all others nothing."""
    one = np.zeros((len(ROW), 2))
    for name, values in fields.items():
        one[ROW[name]] = values
    return [one.copy() for _ in range(n)]


def change(name: str, before: list[np.ndarray], after: list[np.ndarray]) -> float:
    return float(changes(before, after, [0])[NAMES.index(name)])


def test_bookings_a_seat_by_hand():
    """The pilots go from 10 to 16 a seat, the others from 20 to 22, all had 15 before: (6 - 2) / 15."""
    before, after = weeks(3, booked=[20, 40], active=[2, 2]), weeks(4, booked=[32, 44], active=[2, 2])
    assert change("bookings", before, after) == pytest.approx(4 / 15)


def test_a_win_rate_is_a_quotient_of_sums():
    """From 1/4 and 1/2 to 1/2 and 1/2; 6 of 16 closed were won before, so 0.25 / 0.375."""
    before = weeks(2, won=[2, 4], lost=[4, 2], undecided=[2, 2])
    after = weeks(2, won=[4, 4], lost=[2, 2], undecided=[2, 2])
    assert change("win_rate", before, after) == pytest.approx(0.25 / (6 / 16))


def test_what_is_opened_is_what_closes_and_what_is_open_more():
    """The pilots close 1 a week and 4 are open more after 2 weeks: 3 a week, against 1 before and of the others."""
    before = weeks(3, won=[1, 1], active=[1, 1], n_open=[5, 5])
    after = weeks(2, won=[1, 1], active=[1, 1], n_open=[5, 5])
    after[-1][ROW["n_open"]] = [9, 5]
    assert change("opened", before, after) == pytest.approx(2.0)


def test_the_week_before_counts_only_as_where_growth_begins():
    before = [*weeks(1, booked=[99, 0], active=[1, 1]), *weeks(2, booked=[5, 5], active=[1, 1])]
    assert change("bookings", before, weeks(2, booked=[5, 5], active=[1, 1])) == 0.0
    assert booked_a_year(before) == 52 * 10.0


def test_where_nobody_has_any_there_is_no_change():
    assert not np.any(changes(weeks(2), weeks(2), [0]))


@pytest.fixture(scope="module")
def world() -> World:
    text = 'name = "two"\n[structure]\nn_reps = 6\nspan_of_control = 3\n[market]\naccounts_per_rep = 10\n'
    return World.lay_out(Scenario.from_text(text), deals=False, tables=False)


def test_teams_are_observed_as_their_seats_are(world):
    twin = world.fork()
    seen = follow(twin, 3)
    reps = twin.state.reps
    mine = reps[(reps["idle"] == 0) & (reps["manager"] == 1)]
    assert seen[-1][ROW["n_open"], 1] == mine["n_open"].sum()
    assert seen[-1][ROW["motivation"], 1] == pytest.approx((mine["motivation"] * mine["active"]).sum())
    np.testing.assert_array_equal(observed(twin.state), seen[-1])


def test_watching_does_not_change_what_happens(world):
    watched, alone = world.fork(), world.fork()
    follow(watched, 15)
    alone.advance(15)
    assert watched.state.reps.tobytes() == alone.state.reps.tobytes()


def test_every_reading_has_a_source_and_is_read_off_reps():
    recorded = {reading.CRM, reading.CALENDAR, reading.LEDGER, reading.STAFF}
    assert {one.source for one in READINGS} == recorded | {reading.BUYERS, reading.REPS, reading.MANAGERS}
    assert len(set(NAMES)) == len(NAMES)
    assert "bookings" in NAMES
