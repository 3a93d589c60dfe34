"""Threads, processes and a Dask cluster find the same, and a worker that is lost costs nothing but time."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from sim.scenario.errors import InputError
from sim.studies import cluster, pools
from sim.studies.chunks import Grid
from sim.studies.job import ChunkJob, OtherVersionError, seal, unseal
from sim.studies.plan import StudyPlan
from sim.studies.run import Study, run_study
from sim.studies.storage import Halted
from tests.clusters import kill, scheduler_without_workers, worker_of
from tests.studies import deadly_run, fake_plan, fake_run, part_files
from tests.worlds import small

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def _found(monkeypatch: pytest.MonkeyPatch):
    """Let processes that are started find the tests."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[str]:
    """Address of a scheduler that has no workers."""
    with scheduler_without_workers(tmp_path) as address:
        yield address


@pytest.fixture(scope="module")
def plan() -> StudyPlan:
    """Runs of the simulator, with everything kept."""
    cases = {f"c{number}": {"operations.wip_limit": 3 + number} for number in range(4)}
    return StudyPlan.of(small(), cases, 5, weeks=26, keep=("weekly", "deals"))


@pytest.fixture(scope="module")
def on_threads(plan: StudyPlan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("threads") / "study"
    run_study(plan, folder, workers=2)
    return folder


def assert_same_files(one: Path, other: Path) -> None:
    for kind in ("results", "weekly", "deals"):
        assert part_files(one, kind) == part_files(other, kind)


@pytest.mark.slow
@pytest.mark.parametrize("options", [{"executor": "processes"}, {"cluster": "local"}], ids=["processes", "dask"])
def test_who_runs_it_makes_no_difference(plan: StudyPlan, on_threads: Path, tmp_path: Path, options: dict[str, str]):
    study = run_study(plan, tmp_path / "s", workers=2, **options)
    assert_same_files(tmp_path / "s", on_threads)
    pd.testing.assert_frame_equal(study.results, Study.open(on_threads).results)
    if "executor" in options:
        alone = run_study(plan, workers=1, **options)
        pd.testing.assert_frame_equal(alone.results, study.results)


@pytest.mark.long
def test_a_process_that_is_lost_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FAKE_ONCE", str(tmp_path / "killed"))
    study = run_study(fake_plan(), tmp_path / "s", executor="processes", workers=2, run=deadly_run)
    assert (tmp_path / "killed").exists()
    pd.testing.assert_frame_equal(study.results, run_study(fake_plan(), run=fake_run).results)


@pytest.mark.long
def test_processes_that_die_again_and_again_end_the_study_with_a_sentence(tmp_path: Path):
    with pytest.raises(Halted, match=r"a worker process ended again and again.*what is finished is kept") as error:
        run_study(fake_plan(), tmp_path / "s", executor="processes", workers=1, run=deadly_run)
    assert error.value.exit_code == 1
    kept = Study.open(tmp_path / "s")
    assert len(kept.results) > 0
    assert 5 not in set(kept.results["seed"])


def wait_for(parts: int, folder: Path) -> None:
    for _ in range(1200):
        if (folder / "results").exists() and len(list((folder / "results").glob("part-*"))) >= parts:
            return
        time.sleep(0.05)
    pytest.fail("nothing was written")


@pytest.mark.long
def test_a_lost_worker_of_a_cluster_costs_no_run(scheduler: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FAKE_PAUSE", "0.05")
    plan, found = fake_plan(5, 24, keep=("weekly",)), []
    groups = [worker_of(scheduler, tmp_path / "a"), worker_of(scheduler, tmp_path / "b")]
    try:
        running = threading.Thread(
            target=lambda: found.append(run_study(plan, tmp_path / "s", cluster=scheduler, run=fake_run))
        )
        running.start()
        wait_for(3, tmp_path / "s")
        kill(groups[0])
        running.join(120)
        assert found, "the study did not end"
    finally:
        kill(groups[1])
    monkeypatch.setenv("FAKE_PAUSE", "0")
    run_study(plan, tmp_path / "t", run=fake_run)
    assert not found[0].interrupted
    for kind in ("results", "weekly"):
        kept = part_files(tmp_path / "s", kind)
        whole = {name: content for name, content in kept.items() if not name.startswith(".")}  # drafts of the killed
        assert whole == part_files(tmp_path / "t", kind)


@pytest.mark.slow
def test_a_cluster_without_workers_is_refused(scheduler: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cluster, "_FIRST", 1)
    with pytest.raises(InputError, match=r"the cluster at tcp://.* has had no worker for 1 seconds; start some"):
        run_study(fake_plan(), tmp_path / "s", cluster=scheduler, run=fake_run)


@pytest.mark.long
def test_workers_with_another_version_or_another_disk_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(
        InputError, match=r"worker tcp://.* of the local cluster does not see memory://far; name a folder"
    ):
        run_study(fake_plan(), "memory://far", cluster="local", workers=1, run=fake_run)
    monkeypatch.setattr(cluster, "model_version", lambda: "0" * 16)
    with pytest.raises(
        InputError, match=r"worker tcp://.* has version \w{16} of the model, this program has 0{16}; both"
    ):
        run_study(fake_plan(), tmp_path / "s", cluster="local", workers=1, run=fake_run)
    assert len(run_study(fake_plan(), tmp_path / "s", run=fake_run).results) == 30


def test_a_worker_that_joins_later_with_another_version_refuses_the_work(monkeypatch: pytest.MonkeyPatch):
    sealed = seal(ChunkJob(fake_plan()))
    assert unseal(sealed).plan.seeds == fake_plan().seeds
    unseal.cache_clear()
    monkeypatch.setattr("sim.studies.job.model_version", lambda: "0" * 16)
    with pytest.raises(OtherVersionError, match="a worker has another version"):
        unseal(sealed)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "tcp://no.such.host.invalid:8786"])
def test_a_cluster_that_does_not_answer_is_refused_soon(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cluster, "PATIENCE", 2)
    begin = time.monotonic()
    with pytest.raises(InputError, match=f"--cluster {address}: no Dask scheduler answers there; check") as error:
        run_study(fake_plan(), tmp_path / "s", cluster=address, run=fake_run)
    assert error.value.exit_code == 2
    assert time.monotonic() - begin < 20
    assert cluster.PATIENCE <= 10


BAD = {
    "executor": ({"executor": "process"}, 'unknown executor "process"; did you mean processes?'),
    "both": ({"executor": "processes", "cluster": "local"}, "exclude each other; leave one out"),
    "address": ({"cluster": "myhost"}, 'it must be "local" or an address such as tcp://10.0.0.5:8786'),
    "workers": ({"workers": 0}, "workers = 0 is not allowed"),
    "memory": ({"executor": "processes", "folder": "memory://x"}, "memory://x is seen by one process only"),
}


@pytest.mark.parametrize("what", BAD)
def test_what_cannot_be_used_is_refused_before_anything_is_run(what: str):
    options, sentence = BAD[what]
    run = []
    with pytest.raises(InputError, match=sentence):
        run_study(fake_plan(), **options, run=lambda *words: run.append(words))
    assert not run


@pytest.mark.parametrize(("cases", "seeds"), [(1, 1), (1, 5000), (300, 7), (64, 1000), (5, 24)])
@pytest.mark.parametrize("workers", [1, 2, 64])
def test_chunks_cover_the_plan_once_and_end_small(cases: int, seeds: int, workers: int):
    plan = StudyPlan.of(small(), {f"c{n}": {"strategy.stretch": 0.01 * n / 7} for n in range(cases)}, seeds)
    blocks = Grid(plan)._blocks(workers)
    sizes = [end - begin for begin, end in blocks]
    assert [begin for begin, _ in blocks] == [0, *[end for _, end in blocks][:-1]]
    assert sum(sizes) == plan.runs
    assert max(sizes) <= 64
    assert sizes[-1] <= 4
    assert sizes[:-1] == sorted(sizes[:-1], reverse=True)
    busy = plan.runs / workers
    assert max(sizes) <= max(4, busy / 4), "nobody waits long for the last chunk"


def test_large_studies_have_few_parts_and_kept_deals_make_chunks_small():
    many = StudyPlan.of(small(), {"a": {}}, 1_000_000)
    assert len(Grid(many)._blocks(2)) < 3000
    deals = StudyPlan.of(small({"market.accounts_per_rep": 2000}), {"a": {}}, 10_000, keep=("deals",))
    assert max(end - begin for begin, end in Grid(deals)._blocks(2)) < 64


def test_long_runs_end_one_by_one():
    long = StudyPlan.of(small({"structure.n_reps": 20, "market.accounts_per_rep": 2000}), {"a": {}}, 100, weeks=520)
    begin, end = Grid(long)._blocks(2)[-1]
    assert end - begin == 1


def test_what_passes_to_a_worker_is_small(monkeypatch: pytest.MonkeyPatch):
    plan = fake_plan(5, 1000)
    chunk = next(Grid(plan).chunks(2))
    assert len(chunk.runs) == 64
    jobs: list[ChunkJob] = []

    def watched(job: ChunkJob, *given, **options):
        jobs.append(job)
        return pools.pool_of(job, *given, **options)

    monkeypatch.setattr("sim.studies.run.pool_of", watched)
    run_study(fake_plan(300, 10), run=fake_run)
    assert len(seal(jobs[0])) < 20_000
