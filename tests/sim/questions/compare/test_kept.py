"""A comparison that was stopped goes on where it stopped, and a finished one takes more seeds, here or elsewhere."""

import threading
import time
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest

from sim.questions.compare.run import compare
from sim.questions.compare.worlds import compare_worlds
from sim.questions.over_worlds import frame_of
from sim.scenario.errors import InputError
from sim.studies.executor import Batch
from sim.studies.replicate import SeedJob
from sim.studies.worlds import worlds
from tests.clusters import kill, scheduler_without_workers, worker_of
from tests.sim.questions.compare.test_compare import FRAMES
from tests.sim.questions.conftest import CASES


def assert_same(one, other):
    for name in FRAMES:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=True)
    assert (one.notes, [check.measured for check in one.checks]) == (other.notes, [c.measured for c in other.checks])


def kept_seeds(folder: Path) -> set[str]:
    return {file.name for file in (folder / "results").iterdir()}


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Seeds that are run from now on."""
    seeds: list[int] = []
    run = Batch._run

    def watched(batch, wanted):
        seeds.extend(wanted)
        return run(batch, wanted)

    monkeypatch.setattr(Batch, "_run", watched)
    return seeds


def test_what_is_kept_is_not_run_again_and_gives_the_same_numbers(tiny, compared, tmp_path, ran):
    assert_same(compare(tiny, CASES, seeds=5, workers=2, folder=tmp_path / "runs"), compare(tiny, CASES, seeds=5))
    assert kept_seeds(tmp_path / "runs") == {"1-3.bin", "1-4.bin"}, "runs of the first three are needed whole"
    ran.clear()
    assert_same(compare(tiny, CASES, seeds=6, workers=2, folder=tmp_path / "runs"), compared)
    assert ran == [0, 1, 2, 5]


def test_one_that_was_stopped_goes_on(tiny, compared, tmp_path, ran):
    def stop(results, stopped):
        if len(results.seeds) == 4:
            stopped.set()

    first = compare(tiny, CASES, seeds=6, workers=1, folder=tmp_path, watch=stop)
    assert first.interrupted
    assert "1-3.bin" in kept_seeds(tmp_path)
    ran.clear()
    assert_same(compare(tiny, CASES, seeds=6, folder=tmp_path), compared)
    assert 3 not in ran


def test_a_file_that_is_damaged_is_run_again(tiny, compared, tmp_path, ran):
    compare(tiny, CASES, seeds=6, folder=tmp_path)
    file = tmp_path / "results" / "1-4.bin"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    (file.parent / "1-5.bin").write_bytes((file.parent / "1-3.bin").read_bytes())
    ran.clear()
    assert_same(compare(tiny, CASES, seeds=6, folder=tmp_path), compared)
    assert ran == [0, 1, 2, 4, 5], "one seed's file under another's name is no file of that seed"


def test_runs_of_another_comparison_are_not_taken_for_those_of_this_one_and_stay(tiny, tmp_path):
    compare(tiny, {"focus": {"operations.wip_limit": 5}}, seeds=4, folder=tmp_path)
    with pytest.raises(InputError, match=r"another question \(compare tiny: focus\); ask anew into another folder"):
        compare(tiny, {"focus": {"operations.wip_limit": 6}}, seeds=4, folder=tmp_path)
    assert kept_seeds(tmp_path) == {"1-3.bin"}


def test_a_seed_that_broke_is_run_again(tiny, tmp_path, monkeypatch):
    run = SeedJob._run

    def breaks(job, done, base, case):
        if done.seed == 3:
            raise ArithmeticError("it broke")
        run(job, done, base, case)

    with monkeypatch.context() as broken:
        broken.setattr(SeedJob, "_run", breaks)
        assert compare(tiny, CASES, seeds=5, folder=tmp_path).failures
    assert kept_seeds(tmp_path) == {"1-4.bin"}
    assert not compare(tiny, CASES, seeds=5, folder=tmp_path).failures


def test_a_folder_with_other_files_is_refused_and_keeps_them(tiny, tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(InputError, match=r"holds other files \(thesis.txt\), of an earlier version"):
        compare(tiny, CASES, seeds=3, folder=tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.txt"]


def test_worlds_are_kept_and_one_more_runs_only_itself(tiny, tmp_path, ran):
    cases, runs = list(CASES.items()), tmp_path / "runs"
    compare(tiny, CASES, seeds=4, folder=runs)
    two = compare_worlds(tiny, cases, "bookings", count=2, seeds=4, folder=runs)
    fresh = compare_worlds(tiny, cases, "bookings", count=2, seeds=4)
    pd.testing.assert_frame_equal(frame_of(two), frame_of(fresh), check_exact=True)
    ran.clear()
    three = compare_worlds(tiny, cases, "bookings", count=3, seeds=4, folder=runs)
    assert ran == [0, 1, 2, 3], "only the third world is run"
    assert [len(one.worlds) for one in three.values()] == [3] * len(CASES)
    assert {file.name for file in (runs / "worlds").iterdir()} == {world.name for world in worlds(3)}
    ran.clear()
    compare(tiny, CASES, seeds=4, folder=runs)
    assert ran == [0, 1, 2], "what lies beside the worlds is still known"


def test_it_is_kept_on_object_storage_too(tiny, compared):
    for _ in range(2):
        assert_same(compare(tiny, CASES, seeds=6, folder="memory://comparisons/one"), compared)


@pytest.mark.long
def test_a_lost_worker_of_a_cluster_costs_no_seed(tiny, tmp_path):
    found = []
    with scheduler_without_workers(tmp_path) as address:
        workers = [worker_of(address, tmp_path / "a"), worker_of(address, tmp_path / "b")]
        try:
            running = threading.Thread(
                target=lambda: found.append(compare(tiny, CASES, 120, cluster=address, folder=tmp_path / "runs"))
            )
            running.start()
            until = time.monotonic() + 120
            while time.monotonic() < until and not (tmp_path / "runs" / "results" / "1-9.bin").exists():
                time.sleep(0.02)
            kill(workers[0])
            running.join(240)
            assert found, "the comparison did not end"
        finally:
            with suppress(ProcessLookupError):
                kill(workers[1])
    assert len(found[0].seeds) == 120
    assert_same(found[0], compare(tiny, CASES, 120))
