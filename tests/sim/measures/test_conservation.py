"""Laws no run may break: they hold in a run, and a broken run is found out."""

import numpy as np
import pytest

from agents.machinery.codes import OUTCOME
from sim.engine.state import open_rows
from sim.measures.conservation import LAWS, Check, check_laws, verdict_line
from tests.worlds import EVERYTHING, lived


@pytest.fixture(scope="module")
def world():
    """An organization with everything in it, a year and a half into its run."""
    return lived(EVERYTHING, weeks=74)


def broken(world):
    """Names of the laws a world breaks."""
    return {one.name for one in check_laws([world]) if not one.holds}


def test_every_law_holds_in_a_run(world):
    assert broken(world) == set()
    assert len(LAWS) == 11


def change_hours(world):
    world.state.reps["hours_admin"][0] += 0.5


def change_specialists(world):
    world.state.specialists["active"][0] = 1
    world.state.specialists["hours_left"][0] += 1.0


def change_bookings(world):
    world.state.weekly["bookings"][world.burn_in + 3] += 1.0


def change_territory(world):
    world.closed[0]["seat"][:] = (world.closed[0]["seat"] + 1) % len(world.state.reps)


def change_cost(world):
    world.state.weekly["cost"][world.burn_in + 3] += 10.0


def change_recurring(world):
    world.state.org["recurring"] += 5.0


def end_twice(world):
    world.closed.append(world.closed[0].copy())


def lose_reason(world):
    lost = np.flatnonzero(world.closed[0]["outcome"] != OUTCOME.WON)
    world.closed[0]["true_reason"][lost[:1]] = 0


def drop_open(world):
    world.state.opportunities["pursuit"][open_rows(world.state)[0]] = 0


def open_twice(world):
    rows = open_rows(world.state)
    world.state.opportunities["slot"][rows[1]] = world.state.opportunities["slot"][rows[0]]


def move_account(world):
    world.state.buyers["seat"][0] += 1


def break_bound(world):
    world.state.reps["rep_trust"][0] = np.nan


@pytest.mark.parametrize(
    ("damage", "law"),
    [
        (change_hours, "every hour of a rep has one use"),
        (change_specialists, "every hour of a specialist has one use"),
        (change_bookings, "bookings of a week are the orders signed in it"),
        (change_territory, "every order is booked once, by the rep of the territory"),
        (change_cost, "net contribution is gross margin x (bookings + renewals) - cost"),
        (change_recurring, "recurring revenue is the sum of what is installed"),
        (end_twice, "an opportunity ends at most once, and a line has one at a time"),
        (lose_reason, "what is closed is won, lost or undecided, and has a reason if it is not won"),
        (drop_open, "what is open is in the pipeline of the rep of the territory, once"),
        (open_twice, "what is open is in the pipeline of the rep of the territory, once"),
        (move_account, "every seat has one manager, and every account one seat"),
        (break_bound, "every number is finite and within the bounds it declares"),
    ],
)
def test_a_broken_run_is_found_out(world, damage, law):
    twin = world.snapshot()
    twin.closed = [part.copy() for part in world.closed]
    damage(twin)
    assert law in broken(twin)
    assert broken(world) == set()


def test_the_verdict_counts_and_names():
    good, bad = Check("one", "no gap in 2 runs", holds=True), Check("two", "largest gap 1.0e+00 in 2 runs", holds=False)
    assert verdict_line([good, good]) == "Verified: 2 of 2 checks hold for this scenario."
    assert verdict_line([good, bad]) == (
        "Not verified: 1 of 2 checks hold for this scenario; broken: two (largest gap 1.0e+00 in 2 runs)."
    )
    assert verdict_line([]) == ""
