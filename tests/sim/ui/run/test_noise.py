"""The noise of differences from the untouched run: what differs between seeds under the same pushes, measured once."""

import threading
import time

import numpy as np
import pytest

from sim.engine.world import World, prepare
from sim.measures.wheel import STAGES, Momentum
from sim.scenario.scenario import Scenario
from sim.ui.run import noise
from sim.ui.run.noise import PUSHED, TwinNoise, measure, noise_of, pushed

SMALL = "[structure]\nn_reps = 6\nproduct_specialists = 1\n[organization]\nburn_in_weeks = 26\nweeks = 26\n"
WEEKS = 13


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return Scenario.from_text(SMALL)


@pytest.fixture(scope="module")
def measured(scenario: Scenario) -> TwinNoise:
    prepare()
    return measure(scenario, seeds=3, weeks=WEEKS)


def capability(world: World) -> np.ndarray:
    momentum = Momentum.of(world)
    return momentum.indices("sales")["capability"].to_numpy()


def test_it_is_what_differs_between_seeds_under_the_same_pushes(scenario: Scenario, measured: TwinNoise):
    by_seed = []
    for seed in range(3):
        base = World.begin(scenario, seed, WEEKS)
        rows = []
        for lever in PUSHED:
            twin = World.begin(scenario, seed, WEEKS)
            twin.intervene({"week": 0, "parameter": lever.dotted, "action": "set", "value": pushed(lever, twin.state)})
            twin.advance(WEEKS)
            rows.append(capability(twin))
        base.advance(WEEKS)
        by_seed.append(np.array(rows) - capability(base))
    spread = np.sqrt(np.array(by_seed).var(axis=0, ddof=1).mean(axis=0))
    by_hand = [spread[: week + 1].max() for week in range(WEEKS)]
    assert measured.bands["sales"][:, 0] == pytest.approx(by_hand)
    assert 0 < by_hand[-1] < 0.2


def test_it_has_a_row_a_week_and_a_column_a_stage_and_never_falls_with_time(measured: TwinNoise):
    assert {loop: band.shape for loop, band in measured.bands.items()} == {
        loop: (WEEKS, len(stages)) for loop, stages in STAGES.items()
    }
    for band in measured.bands.values():
        known = band[:, np.isfinite(band).all(axis=0)]
        assert (np.diff(known, axis=0) >= 0).all()


def test_every_lever_is_moved_within_its_span(scenario: Scenario):
    state = World.begin(scenario, 0, 1).state
    moved = {lever.dotted: pushed(lever, state) for lever in PUSHED}
    assert moved["structure.product_specialists"] == 7, "1 and a quarter of 24 people"
    assert moved["enablement.coaching_hours_per_month"] == 7.0, "3 and a quarter of 16 hours"
    full = Scenario.from_text(f"{SMALL}[operations]\nwip_limit = 38\n")
    assert pushed(PUSHED[-1], World.begin(full, 0, 1).state) == 28, "there is no room above"


def test_it_is_measured_once_a_scenario_in_the_background(scenario: Scenario, monkeypatch: pytest.MonkeyPatch):
    asked, go_on = [], threading.Event()

    def slow(given: Scenario) -> TwinNoise:
        asked.append(given.name)
        go_on.wait(10)
        return TwinNoise({})

    monkeypatch.setattr(noise, "measure", slow)
    first, again = noise_of(scenario), noise_of(Scenario.from_text(SMALL))
    assert again is first
    assert first.noise is None, "nobody waits for it"
    other = noise_of(scenario.override({"operations.wip_limit": 9}))
    assert other is not first
    go_on.set()
    end = time.monotonic() + 10
    while first.noise is None or other.noise is None:
        assert time.monotonic() < end
        time.sleep(0.01)
    assert len(asked) == 2


def test_a_failure_leaves_it_unknown_and_stops_nothing(scenario: Scenario, monkeypatch: pytest.MonkeyPatch):
    def fail(_: Scenario) -> TwinNoise:
        raise ZeroDivisionError

    monkeypatch.setattr(noise, "measure", fail)
    failed = noise_of(scenario.override({"operations.wip_limit": 11}))
    with noise.TURN:
        assert failed.noise is None
