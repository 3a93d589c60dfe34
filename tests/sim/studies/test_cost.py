"""What a study costs: arithmetic by hand, burn-ins as they are shared, a process's own memory."""

import subprocess
import sys

import pytest

from sim.studies import cost
from sim.studies.cost import StudyCost, cost_of, duration
from sim.studies.plan import StudyPlan
from tests.worlds import small

CASES = {name: {"training.hours_per_quarter": hours} for name, hours in (("a", 6.0), ("b", 12.0), ("c", 18.0))}


def test_hours_time_and_price_are_products():
    found = StudyCost(runs=1_000_000, seconds=0.036, disk=3e8, memory=2.5e8)
    assert found.core_hours == pytest.approx(10.0)
    assert found.wall(100) == pytest.approx(360.0)
    assert found.wall(100, each=0.9) == pytest.approx(400.0)
    assert found.price(0.05) == pytest.approx(0.5)
    assert found.sentences(100, None) == [
        "A run takes 36 ms of a core here, so they take 10 core-hours: 6 min on 100 such cores that do nothing else.",
        "They need 250 MB of memory a process and 300 MB of disk.",
        "At an assumed 0.05 USD a core-hour that is 0.5000 USD.",
    ]
    assert found.sentences(1, 0.2)[2] == "At 0.2 a core-hour that is 2.00."


@pytest.mark.parametrize(("apart", "from_start", "burn_ins"), [(False, False, 5), (True, False, 7), (False, True, 15)])
def test_a_burn_in_is_counted_as_often_as_it_is_run(apart, from_start, burn_ins, monkeypatch: pytest.MonkeyPatch):
    plan = StudyPlan.of(small(), CASES, 5, weeks=13, from_start=from_start)
    monkeypatch.setattr(cost, "_timed", lambda _: (1.5, 0.25))
    # Chunks of four runs: 0-3, 4-7, 8-11, 12-14 of three cases a seed touch 2, 2, 2 and 1 seeds.
    assert cost_of(plan, 1, apart=apart).seconds == pytest.approx(1.5 * burn_ins / 15 + 0.25)


def test_a_run_is_timed_and_what_is_asked_for_beside_the_plan_is_counted_too():
    plan = StudyPlan.of(small(), CASES, 2, weeks=13)
    alone, more = cost_of(plan, 1), cost_of(plan, 1, runs=60)
    assert (alone.runs, more.runs) == (6, 60)
    assert more.disk == pytest.approx(10 * alone.disk)
    assert 0.0 < alone.seconds < 20.0
    assert alone.memory > 5e7, "a process that has loaded the program"


def test_a_process_tells_its_own_memory_and_not_that_of_who_started_it():
    ballast = bytearray(b"x") * 400_000_000
    words = [sys.executable, "-c", "from sim.studies.cost import peak_memory; print(peak_memory())"]
    told = float(subprocess.run(words, capture_output=True, text=True, check=True).stdout)
    assert told < cost.peak_memory() - len(ballast) / 2


@pytest.mark.parametrize(
    ("seconds", "said"), [(4.44, "4.4 s"), (436.0, "7.3 min"), (22_000.0, "6.1 h"), (1e6, "11.6 days")]
)
def test_a_time_is_said_in_a_unit_that_fits(seconds: float, said: str):
    assert duration(seconds) == said
