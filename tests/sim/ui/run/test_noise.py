"""The noise of differences from the untouched run: what differs between seeds under the same pushes, measured once."""

import os
import stat
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from sim.engine.world import World, prepare
from sim.measures.wheel import STAGES, Momentum
from sim.scenario.scenario import Scenario
from sim.ui.kept import KeptRuns
from sim.ui.run import noise
from sim.ui.run.noise import PUSHED, NoiseSought, TwinNoise, key_of, measure, noise_of, pushed

SMALL = "[structure]\nn_reps = 6\nproduct_specialists = 1\n[organization]\nburn_in_weeks = 26\nweeks = 26\n"
WEEKS = 13


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return Scenario.from_text(SMALL)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where noises are kept, and nothing in memory."""
    monkeypatch.setattr(noise, "kept_noises", lambda: KeptRuns(tmp_path / "noise"))
    monkeypatch.setattr(noise, "_kept", noise.OrderedDict())
    return tmp_path / "noise"


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
    begun = threading.Event()

    def fail(_: Scenario) -> TwinNoise:
        begun.set()
        raise ZeroDivisionError

    monkeypatch.setattr(noise, "measure", fail)
    failed = noise_of(scenario.override({"operations.wip_limit": 11}))
    assert begun.wait(10)
    assert failed.settled.wait(10), "nobody waits for it any longer"
    assert failed.noise is None


BANDS = {loop: np.full((4, len(stages)), 0.1) for loop, stages in STAGES.items()}
BANDS["evil"][:, 6] = np.nan


def found(scenario: Scenario) -> TwinNoise:
    """What a process that has just started finds, at last."""
    noise._kept.clear()
    sought = noise_of(scenario)
    return waited(sought)


def waited(sought: NoiseSought) -> TwinNoise:
    end = time.monotonic() + 10
    while sought.noise is None:
        assert time.monotonic() < end
        time.sleep(0.01)
    return sought.noise


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of what is measured."""
    asked: list[str] = []

    def measure(given: Scenario) -> TwinNoise:
        asked.append(given.name)
        return TwinNoise(BANDS)

    monkeypatch.setattr(noise, "measure", measure)
    return asked


def kept_file(folder: Path, scenario: Scenario) -> Path:
    """The file of a scenario, once it is written."""
    file, end = folder / key_of(scenario), time.monotonic() + 10
    while not file.exists():
        assert time.monotonic() < end
        time.sleep(0.01)
    return file


def test_a_restart_does_not_measure_anew(scenario: Scenario, folder: Path, counted: list[str]):
    found(scenario)
    file = kept_file(folder, scenario)
    again = found(scenario)
    assert len(counted) == 1
    for loop, band in BANDS.items():
        np.testing.assert_array_equal(again.bands[loop], band)
    assert [one.name for one in folder.iterdir()] == [file.name], "no draft is left"


def test_other_rules_and_another_scenario_are_measured_by_themselves(
    scenario: Scenario, folder: Path, counted: list[str], monkeypatch: pytest.MonkeyPatch
):
    found(scenario)
    kept_file(folder, scenario)
    found(scenario.override({"operations.wip_limit": 9}))
    monkeypatch.setattr(noise, "model_version", lambda: "0" * 16)
    found(scenario)
    assert len(counted) == 3


@pytest.mark.parametrize("damage", ["", "x", "half", "digit", "bytes", "folder"])
def test_a_damaged_file_is_measured_anew_and_mended(scenario: Scenario, folder: Path, counted: list[str], damage: str):
    found(scenario)
    file = kept_file(folder, scenario)
    text = file.read_text()
    if damage == "folder":
        file.unlink()
        file.mkdir()
    else:
        made = {"half": text[: len(text) // 2], "digit": text.replace("0.1", "0.2", 1), "bytes": "\xff\xfe"}
        file.write_bytes(made.get(damage, damage).encode("latin-1"))
    assert found(scenario).bands["sales"][0, 0] == 0.1
    assert len(counted) == 2
    if damage != "folder":
        end = time.monotonic() + 10
        while file.read_bytes() != text.encode():
            assert time.monotonic() < end
            time.sleep(0.01)


def test_a_place_that_cannot_be_written_costs_only_the_time(
    scenario: Scenario, counted: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "taken").write_text("a file where the folder should be")
    monkeypatch.setattr(noise, "kept_noises", lambda: KeptRuns(tmp_path / "taken"))
    assert found(scenario).bands["sales"][0, 0] == 0.1
    assert found(scenario).bands["sales"][0, 0] == 0.1
    assert len(counted) == 2


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="rights do not bind there")
def test_a_folder_that_is_only_read_costs_only_the_time(scenario: Scenario, folder: Path, counted: list[str]):
    folder.mkdir()
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    found(scenario)
    found(scenario)
    folder.chmod(stat.S_IRWXU)
    assert len(counted) == 2
    assert not list(folder.iterdir())
