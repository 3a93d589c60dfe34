"""A study as a folder: nothing is run twice, nothing is lost, and what is not this study is refused by name."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.scenario.errors import InputError
from sim.studies import manifest as manifest_module
from sim.studies.plan import StudyPlan
from sim.studies.run import Study, run_study
from sim.studies.store import Store
from tests.studies import MEASURES, fake_plan, fake_run, part_files, sorted_bytes, value_of
from tests.worlds import small


class Counting:
    """Stands for the simulator and remembers what was run."""

    def __init__(self) -> None:
        self.runs: list[tuple[str, int]] = []

    def __call__(self, plan, chunk, stop):
        self.runs += [(case.name, seed) for case, seed, _ in chunk.runs]
        return fake_run(plan, chunk, stop)


def keep(plan: StudyPlan, folder: Path | str, **options) -> Study:
    return run_study(plan, folder, run=fake_run, workers=2, **options)


def in_memory(plan: StudyPlan) -> pd.DataFrame:
    return run_study(plan, run=fake_run, workers=2).results


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study of 5 cases and 6 seeds with weekly measures."""
    folder = tmp_path_factory.mktemp("made") / "study"
    keep(fake_plan(keep=("weekly",)), folder, question="What is best?")
    return folder


@pytest.fixture
def kept(made: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(made, tmp_path / "study")


@pytest.mark.parametrize("place", ["{}", "memory://{}", "file://{}"])
def test_a_kept_study_reads_as_one_in_memory(tmp_path: Path, place: str):
    folder, plan = place.format(tmp_path / "study"), fake_plan()
    study = keep(plan, folder)
    pd.testing.assert_frame_equal(study.results, in_memory(plan))
    again = Study.open(folder)
    pd.testing.assert_frame_equal(again.results, study.results)
    pd.testing.assert_frame_equal(again.cases, study.cases)
    assert (again.plan.world, again.plan.seeds, again.interrupted) == (plan.world, plan.seeds, False)


def test_a_url_that_became_a_path_is_still_a_url():
    folder = Path("memory://pathlike/study")
    keep(fake_plan(2, 2), folder)
    assert len(Study.open("memory://pathlike/study").results) == 4
    assert not Path("memory:").exists()


def test_runs_of_the_simulator_come_back_as_they_were(tmp_path: Path):
    cases = {"as_is": {}, "focus": {"operations.wip_limit": 5}}
    plan = StudyPlan.of(small(), cases, 3, weeks=26, keep=["weekly", "deals"])
    alone, study = run_study(plan, workers=1), run_study(plan, tmp_path / "study", workers=2)
    pd.testing.assert_frame_equal(study.results, alone.results)
    assert not study.results["bookings"].isna().any()
    assert list(study.weekly["week"].unique()) == list(range(26))
    pd.testing.assert_frame_equal(study.weekly, alone.weekly, check_dtype=False)
    assert len(study.deals) == len(alone.deals) > 0
    assert study.deals["amount"].sum() == alone.deals["amount"].sum()


def test_what_is_there_is_not_run_again(kept: Path):
    before, counting = part_files(kept), Counting()
    study = run_study(fake_plan(keep=("weekly",)), kept, run=counting)
    assert counting.runs == []
    assert len(study.results) == 30
    assert part_files(kept) == before


def test_more_seeds_and_more_cases_are_added(kept: Path):
    counting, more = Counting(), fake_plan(6, 8, keep=("weekly",))
    study = run_study(more, kept, run=counting)
    assert len(counting.runs) == len(set(counting.runs)) == 6 * 8 - 5 * 6
    pd.testing.assert_frame_equal(study.results, in_memory(more))
    assert Study.open(kept).plan.runs == 48
    assert json.loads((kept / "study.json").read_text())["seeds"] == [[0, 7]]


def test_a_part_of_a_study_reads_its_own_runs_only(kept: Path):
    few = fake_plan(2, [3, 5], keep=("weekly",))
    study = run_study(few, kept, run=Counting())
    pd.testing.assert_frame_equal(study.results, in_memory(few))
    assert len(study.weekly) == 4 * 13
    assert Study.open(kept).plan.runs == 30
    assert Store.open(kept).manifest.question == "What is best?"


def test_a_grid_with_holes_is_said_to_be_unfinished(tmp_path: Path):
    keep(fake_plan(1, [0, 1]), tmp_path / "s")
    keep(fake_plan(2, [1, 2]), tmp_path / "s")
    study = Study.open(tmp_path / "s")
    assert study.interrupted
    assert (study.plan.runs, len(study.results)) == (6, 5)
    assert bool(np.isnan(study.matrix("bookings").loc["c1", 0]))


def test_cases_that_change_the_same_share_their_runs(tmp_path: Path):
    cases = {"a": {}, "b": {"operations.wip_limit": 5}, "c": {"operations.wip_limit": 5.0}}
    plan, counting = StudyPlan.of(small(), cases, 4, measures=MEASURES), Counting()
    study = run_study(plan, tmp_path / "s", run=counting)
    assert len(counting.runs) == 8
    assert (len(study.results), study.interrupted) == (12, False)
    table = study.matrix("bookings")
    assert (table.loc["b"] == table.loc["c"]).all()
    pd.testing.assert_frame_equal(study.results, in_memory(plan))
    renamed = StudyPlan.of(small(), {"other": {"operations.wip_limit": 5}}, 4, measures=MEASURES)
    assert len(run_study(renamed, tmp_path / "s", run=counting).results) == 4
    assert len(counting.runs) == 8


def test_failures_are_kept_listed_and_run_again_on_request(kept: Path, monkeypatch: pytest.MonkeyPatch):
    study = Study.open(kept)
    assert study.failures["error"].tolist() == [f"ValueError: broke with seed {seed}" for seed in range(1, 6, 2)]
    assert study.failures["case"].unique().tolist() == ["c3"]
    assert study.results.loc[study.results["error"] != "", "bookings"].isna().all()
    monkeypatch.setenv("FAKE_MENDED", "1")
    plan = fake_plan(keep=("weekly",))
    assert len(keep(plan, kept).failures) == 3
    mended = keep(plan, kept, retry_failed=True)
    assert mended.failures.empty
    assert (len(mended.results), len(mended.weekly)) == (30, 30 * 13)
    whole = kept.with_name("whole")
    keep(plan, whole)
    assert sorted_bytes(kept) == sorted_bytes(whole)
    assert sorted_bytes(kept, "weekly") == sorted_bytes(whole, "weekly")


def test_the_folder_is_the_same_for_any_number_of_workers(tmp_path: Path):
    plan = fake_plan(keep=("weekly",))
    for workers in (1, 3):
        run_study(plan, tmp_path / str(workers), workers=workers, run=fake_run)
    for kind in ("results", "weekly"):
        assert part_files(tmp_path / "1", kind) == part_files(tmp_path / "3", kind)
    for file in ("study.json", "cases.parquet"):
        assert (tmp_path / "1" / file).read_bytes() == (tmp_path / "3" / file).read_bytes()


def test_leftovers_of_a_killed_process_are_removed(kept: Path):
    first = min(kept.glob("results/*"))
    lost = first.name
    first.unlink()
    (kept / "results" / f".{lost}.0123abcd.tmp").write_bytes(b"half")
    (kept / "weekly" / "part-0000000000000000.parquet").write_bytes(b"its results were never written")
    study = Study.open(kept)
    assert study.interrupted
    keep(fake_plan(keep=("weekly",)), kept)
    assert not list(kept.rglob("*.tmp"))
    assert part_files(kept).keys() == part_files(kept, "weekly").keys()
    assert lost in part_files(kept)


def test_seeds_at_the_end_of_their_range_are_kept(tmp_path: Path):
    plan = fake_plan(1, [2**63 - 1, 0, 5, 6, 7])
    study = keep(plan, tmp_path / "s")
    assert Study.open(tmp_path / "s").plan.seeds == plan.seeds
    assert study.results["seed"].tolist() == sorted(plan.seeds)


def test_changes_of_every_type_survive(tmp_path: Path):
    cases = {
        "a": {"structure.product_specialists": 3, "mechanisms.delivery": True},
        "b": {"market.phase": "pmf", "strategy.icp_clarity": 0.1 + 0.2},
        "as is": {},
    }
    plan = StudyPlan.of(small(), cases, 1, from_start=True, measures=MEASURES)
    keep(plan, tmp_path / "s")
    assert Study.open(tmp_path / "s").plan.cases == plan.cases


OTHERS = {
    "weeks": (
        {"weeks": 14},
        r"is a study with weeks = 13, this command has 14; use the same, or ask anew into another folder",
    ),
    "from_start": ({"from_start": True}, r"from_start = False, this command has True"),
    "measures": ({"measures": MEASURES[:2]}, r"measures = attainment and others, this command has bookings, win_rate"),
    "keep": ({"keep": ("deals",)}, r"keep = weekly, this command has deals"),
}


@pytest.mark.parametrize("field", OTHERS)
def test_another_study_does_not_go_into_the_folder(kept: Path, field: str):
    options, sentence = OTHERS[field]
    with pytest.raises(InputError, match=sentence):
        keep(fake_plan(**{"keep": ("weekly",), **options}), kept)


def test_another_organization_does_not_go_into_the_folder(kept: Path):
    other = replace(fake_plan(keep=("weekly",)), scenario=small({"market.accounts_per_rep": 21}))
    with pytest.raises(
        InputError, match=r"another scenario than this command: market\.accounts_per_rep = 20 there and 21"
    ):
        keep(other, kept)


def test_two_cases_of_one_name_are_not_mixed_up(kept: Path):
    plan = StudyPlan.of(small(), {"c1": {"operations.wip_limit": 9}}, 1, weeks=13, measures=MEASURES, keep=("weekly",))
    with pytest.raises(
        InputError, match=r'case "c1": in .* it changes operations\.wip_limit = 4\.0, in this command .* = 9\.0'
    ):
        keep(plan, kept)


def test_measures_in_another_order_are_the_same_study(kept: Path):
    study = run_study(fake_plan(keep=("weekly",), measures=MEASURES[::-1]), kept, run=Counting())
    assert study.results["win_rate"].iloc[0] == value_of(study.results["run"].iloc[0], "win_rate")


def test_a_folder_with_other_files_is_refused_and_left_alone(tmp_path: Path):
    (tmp_path / "thesis.tex").write_text("mine")
    with pytest.raises(InputError, match=r"holds other files \(thesis\.tex\), of an earlier version or another"):
        keep(fake_plan(), tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["thesis.tex"]
    with pytest.raises(InputError, match=r"is no study: it has no study\.json"):
        Study.open(tmp_path)


def test_a_file_instead_of_a_folder_is_refused(tmp_path: Path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(InputError, match=r"file cannot be used for a study: "):
        keep(fake_plan(), tmp_path / "file")


def test_notes_beside_a_study_do_not_disturb_it(kept: Path):
    (kept / "report.html").write_text("mine")
    keep(fake_plan(5, 7, keep=("weekly",)), kept)
    assert (kept / "report.html").read_text() == "mine"


def test_somebody_killed_while_adding_cases_leaves_a_study(kept: Path, monkeypatch: pytest.MonkeyPatch):
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    more = fake_plan(7, 6, keep=("weekly",))
    with monkeypatch.context() as context:
        context.setattr(manifest_module, "write_record", killed)  # cases.parquet is written, study.json is not
        with pytest.raises(KeyboardInterrupt):
            keep(more, kept)
    assert Study.open(kept).plan.runs == 30
    assert len(keep(more, kept).results) == 42


def test_what_another_version_began_is_not_continued(kept: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(manifest_module, "model_version", lambda: "0" * 16)
    with pytest.raises(InputError, match=r"model = \w+, but this program has model = 0000000000000000; .* as it lies"):
        keep(fake_plan(keep=("weekly",)), kept)


def test_a_storage_whose_program_is_not_installed_is_refused():
    for url in ("nosuchthing://bucket/study", "s3://bucket/study"):
        try:
            keep(fake_plan(1, 1), url)
        except InputError as error:
            assert url in str(error)  # noqa: PT017 - where s3fs is installed, it says something else
        else:
            pytest.fail(url)
