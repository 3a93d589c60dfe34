"""A study that is killed, interrupted, short of disk or run twice at once ends as if nothing had happened."""

import errno
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pandas as pd
import pytest

from sim.scenario.errors import InputError
from sim.studies import size
from sim.studies import storage as places
from sim.studies.plan import StudyPlan
from sim.studies.run import Study, run_study
from sim.studies.storage import Folder, Halted
from tests.studies import fake_plan, fake_run, part_files, sorted_bytes
from tests.worlds import small

ROOT = Path(__file__).resolve().parents[3]
NURSERY = Path(__file__).with_name("nursery.py")
PLAN = fake_plan(5, 24, keep=("weekly",))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study as nobody disturbed it."""
    folder = tmp_path_factory.mktemp("whole") / "study"
    run_study(PLAN, folder, run=fake_run, workers=2)
    return folder


def raise_children(folder: Path, what: str, number: int, of: str = "study") -> str:
    """Let the nursery do its work."""
    done = subprocess.run(
        [sys.executable, str(NURSERY), str(folder), what, str(number), of],
        capture_output=True, text=True, check=False, timeout=300, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def assert_same_study(folder: Path, whole: Path) -> None:
    for kind in ("results", "weekly"):
        assert sorted_bytes(folder, kind) == sorted_bytes(whole, kind)
    assert (folder / "cases.parquet").read_bytes() == (whole / "cases.parquet").read_bytes()
    records = [json.loads((one / "study.json").read_text()) | {"versions": {}} for one in (folder, whole)]
    assert records[0] == records[1]
    assert not list(folder.rglob("*.tmp"))


@pytest.mark.slow
@pytest.mark.parametrize(("what", "number"), [("kill", 3), ("interrupt", 0), ("together", 2)])
def test_seeds_of_a_question_survive_as_a_study_does(tmp_path: Path, what: str, number: int):
    folder = tmp_path / "runs"
    raise_children(folder, what, number, of="question")
    assert sorted(path.name for path in folder.iterdir()) == ["results", "study.json"]
    assert {path.name for path in (folder / "results").iterdir()} == {f"1-{seed}.bin" for seed in range(60)}


@pytest.mark.slow
@pytest.mark.parametrize("times", [1, pytest.param(8, marks=pytest.mark.long)])
def test_a_study_killed_at_random_moments_ends_like_one_that_was_not(tmp_path: Path, whole: Path, times: int):
    said = raise_children(tmp_path / "study", "kill", times)
    assert_same_study(tmp_path / "study", whole)
    assert part_files(tmp_path / "study") == part_files(whole)
    moments = {line for line in said.splitlines() if line.startswith("killed")}
    assert len(moments) > (2 if times == 8 else 0), said


@pytest.mark.slow
def test_ctrl_c_leaves_a_folder_one_can_go_on_with(tmp_path: Path, whole: Path):
    said = raise_children(tmp_path / "study", "interrupt", 0)
    assert "stopped with" in said
    assert_same_study(tmp_path / "study", whole)


@pytest.mark.slow
def test_processes_at_one_folder_work_together(tmp_path: Path, whole: Path):
    raise_children(tmp_path / "study", "together", 3)
    assert_same_study(tmp_path / "study", whole)
    assert part_files(tmp_path / "study") == part_files(whole)


def test_two_at_one_folder_share_the_work(tmp_path: Path, whole: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FAKE_PAUSE", "0.003")
    counts = [0, 0]

    def counting(number):
        def run(plan, chunk, stop):
            counts[number] += len(chunk.runs)
            return fake_run(plan, chunk, stop)

        return run

    both = [
        threading.Thread(target=run_study, args=(PLAN, tmp_path / "s"), kwargs={"run": counting(number), "workers": 1})
        for number in range(2)
    ]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert_same_study(tmp_path / "s", whole)
    assert min(counts) > 0
    assert sum(counts) <= PLAN.runs * 1.3, "what one has done, the other does not do again"


def full_after(number: int, monkeypatch: pytest.MonkeyPatch, code: int = errno.ENOSPC) -> None:
    """Let the disk be full after so many files."""
    written = []
    to_disk = places._to_disk

    def write(draft: Path, content: bytes) -> None:
        if len(written) >= number:
            draft.write_bytes(content[: len(content) // 2])
            raise OSError(code, os.strerror(code))
        written.append(draft.name)
        to_disk(draft, content)

    monkeypatch.setattr(places, "_to_disk", write)


def test_a_full_disk_ends_a_study_with_one_sentence_and_keeps_what_is_finished(
    tmp_path: Path, whole: Path, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as context:
        full_after(15, context)
        with pytest.raises(
            Halted, match=r"s: the disk is full; what is finished is kept, so make room and run"
        ) as error:
            run_study(PLAN, tmp_path / "s", run=fake_run, workers=2)
    assert error.value.exit_code == 1
    kept = Study.open(tmp_path / "s")
    assert kept.interrupted
    assert len(kept.results) > 0
    before = part_files(tmp_path / "s")
    run_study(PLAN, tmp_path / "s", run=fake_run, workers=2)
    assert_same_study(tmp_path / "s", whole)
    assert before.items() <= part_files(tmp_path / "s").items()


def test_a_disk_that_is_full_at_once_leaves_no_half_study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for number in range(2):
        with monkeypatch.context() as context:
            full_after(number, context)
            with pytest.raises(Halted, match="the disk is full"):
                run_study(PLAN, tmp_path / "s", run=fake_run)
    assert len(run_study(PLAN, tmp_path / "s", run=fake_run).results) == PLAN.runs


@pytest.mark.parametrize("code", [errno.EROFS, errno.EACCES])
def test_a_folder_that_cannot_be_written_is_refused_before_anything_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
):
    full_after(0, monkeypatch, code)
    run = []
    with pytest.raises(InputError, match=rf"s cannot be used for a study: {os.strerror(code)}") as error:
        run_study(PLAN, tmp_path / "s", run=lambda *words: run.append(words))
    assert error.value.exit_code == 1
    assert not run


def test_a_whole_study_in_a_folder_one_cannot_write_is_read(whole: Path, monkeypatch: pytest.MonkeyPatch):
    full_after(0, monkeypatch, errno.EROFS)
    monkeypatch.setattr(Folder, "locked", None)
    assert len(run_study(PLAN, whole, run=fake_run).results) == PLAN.runs


def test_a_program_that_breaks_keeps_what_is_finished(tmp_path: Path, whole: Path):
    done = []

    def break_at_last(plan, chunk, stop):
        done.append(chunk)
        if len(done) == 12:
            raise ZeroDivisionError
        return fake_run(plan, chunk, stop)

    with pytest.raises(ZeroDivisionError):
        run_study(PLAN, tmp_path / "s", run=break_at_last, workers=2)
    assert len(Study.open(tmp_path / "s").results) > 10
    run_study(PLAN, tmp_path / "s", run=fake_run)
    assert_same_study(tmp_path / "s", whole)


def test_more_runs_than_the_disk_holds_are_refused_beforehand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Folder, "free", lambda _: 10_000)
    run = []
    with pytest.raises(
        InputError, match=r"^120 runs need about [\d.]+ kB \([\d.]+ kB each\) in .*, where 10 kB are free"
    ):
        run_study(PLAN, tmp_path / "s", run=lambda *words: run.append(words))
    assert not run


@pytest.mark.parametrize("keep", [(), ("weekly",), ("weekly", "deals")])
def test_the_estimate_of_bytes_is_near_what_runs_take(tmp_path: Path, keep: tuple[str, ...]):
    plan = StudyPlan.of(small(), {f"c{n}": {"operations.wip_limit": 3 + n} for n in range(20)}, 3, weeks=52, keep=keep)
    run_study(plan, tmp_path / "s")
    files = [one for one in (tmp_path / "s").rglob("part-*") if one.is_file()]
    taken = sum(one.stat().st_size for one in files)
    told = size.study_bytes(plan, plan.runs, len(files) // (1 + len(keep)))
    assert 0.5 < told / taken < 2, (told, taken)


def test_progress_counts_what_is_there_already(tmp_path: Path):
    run_study(fake_plan(5, 6, keep=("weekly",)), tmp_path / "s", run=fake_run)
    said: list[tuple[int, int]] = []
    run_study(PLAN, tmp_path / "s", run=fake_run, progress=lambda done, total: said.append((done, total)))
    assert said[0] == (30, 120)
    assert said[-1] == (120, 120)
    assert [done for done, _ in said] == sorted(done for done, _ in said)


@pytest.mark.long
def test_memory_does_not_grow_with_the_number_of_runs(tmp_path: Path):
    code = """
import sys, tracemalloc, json
from pathlib import Path
from sim.studies import run_study
from tests.studies import fake_plan, fake_run
import sim.studies.store
peaks = {}
for seeds in (1, 10, 100):
    plan = fake_plan(5, seeds)
    plan.world
    tracemalloc.start()
    run_study(plan, Path(sys.argv[1]) / str(seeds), run=fake_run, workers=1)
    peaks[plan.runs] = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
print(json.dumps(peaks))
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        capture_output=True, text=True, check=True, timeout=300, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    peaks = {int(runs): peak for runs, peak in json.loads(done.stdout).items()}
    assert peaks[500] < 1.3 * peaks[50], peaks


def test_a_kept_study_reads_its_results_when_they_are_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    study = run_study(PLAN, tmp_path / "s", run=fake_run)
    reads = []
    monkeypatch.setattr(places.Folder, "read", lambda self, file: reads.append(file) or (self.path / file).read_bytes())
    assert not study.interrupted
    assert not reads
    assert isinstance(study.results, pd.DataFrame)
    assert len(reads) > 10
