"""Shards become one study, and a run that is run again is the same."""

from pathlib import Path

import pandas as pd
import pytest

from sim.scenario.errors import InputError
from sim.studies.merge import merge_studies, rerun
from sim.studies.plan import StudyPlan
from sim.studies.run import Study, run_study
from tests.studies import MEASURES, fake_plan, fake_run, sorted_bytes
from tests.worlds import small


def made(folder: Path, seeds: list[int], cases: int = 5, **options) -> Path:
    run_study(fake_plan(cases, seeds, keep=("weekly",), **options), folder, run=fake_run)
    return folder


def test_shards_become_the_study_that_was_run_in_one_go(tmp_path: Path):
    shards = [made(tmp_path / "a", [0, 1, 2]), made(tmp_path / "b", [3, 4, 5])]
    whole = made(tmp_path / "whole", [0, 1, 2, 3, 4, 5])
    merged = merge_studies(shards, tmp_path / "out")
    assert not merged.interrupted
    pd.testing.assert_frame_equal(merged.results, Study.open(whole).results)
    for kind in ("results", "weekly"):
        assert sorted_bytes(tmp_path / "out", kind) == sorted_bytes(whole, kind)
    assert len(run_study(fake_plan(5, 6, keep=("weekly",)), tmp_path / "out", run=lambda *_: 1 / 0).results) == 30


def test_what_several_have_is_kept_once(tmp_path: Path):
    shards = [made(tmp_path / "a", [0, 1, 2]), made(tmp_path / "b", [2, 1, 4], cases=7)]
    merged = merge_studies(shards, tmp_path / "out")
    assert (merged.plan.runs, len(merged.results), merged.interrupted) == (7 * 4, 15 + 21 - 10, True)
    rows = pd.concat([pd.read_parquet(one) for one in (tmp_path / "out" / "results").iterdir()])
    assert rows["run"].is_unique
    weekly = pd.concat([pd.read_parquet(one) for one in (tmp_path / "out" / "weekly").iterdir()])
    assert not weekly.duplicated(["run", "week"]).any()


def test_a_run_that_went_well_somewhere_went_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    failed = made(tmp_path / "a", [0, 1])
    monkeypatch.setenv("FAKE_MENDED", "1")
    mended = made(tmp_path / "b", [1, 2])
    for order in ([failed, mended], [mended, failed]):
        out = tmp_path / f"out of {order[0].name}"
        assert merge_studies(order, out).failures.empty
    assert merge_studies([mended], failed).failures.empty
    assert len(Study.open(failed).results) == 15


def test_merging_into_a_study_adds_to_it(tmp_path: Path):
    a, b = made(tmp_path / "a", [0, 1]), made(tmp_path / "b", [2])
    assert len(merge_studies([b], a).results) == 15
    assert len(merge_studies([a, b], a).results) == 15


def test_measures_in_another_order_merge(tmp_path: Path):
    a, b = made(tmp_path / "a", [0]), made(tmp_path / "b", [1], measures=MEASURES[::-1])
    merged = merge_studies([a, b], tmp_path / "out").results
    whole = run_study(fake_plan(5, 2, keep=("weekly",)), run=fake_run).results
    pd.testing.assert_frame_equal(merged, whole)


def test_studies_of_other_worlds_are_not_merged(tmp_path: Path):
    a, b = made(tmp_path / "a", [0]), made(tmp_path / "b", [1], weeks=14)
    with pytest.raises(InputError, match=r"a is a study with weeks = 13, .*b has 14; use the same, or ask anew"):
        merge_studies([a, b], tmp_path / "out")
    with pytest.raises(InputError, match=r"b is a study with weeks = 14, .*a has 13"):
        merge_studies([a], b)
    other = StudyPlan.of(small(), {"c1": {"operations.wip_limit": 9}}, 1, weeks=13, measures=MEASURES, keep=("weekly",))
    run_study(other, tmp_path / "c", run=fake_run)
    with pytest.raises(InputError, match=r'case "c1": in .*a it changes operations.wip_limit = 4.0, in .*c operations'):
        merge_studies([a, tmp_path / "c"], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_damaged_shard_is_refused_before_anything_is_written(tmp_path: Path):
    a, b = made(tmp_path / "a", [0]), made(tmp_path / "b", [1])
    min((b / "weekly").iterdir()).write_bytes(b"")
    with pytest.raises(InputError, match=r"b/weekly/part-\w+\.parquet is damaged"):
        merge_studies([a, b], tmp_path / "out")
    with pytest.raises(InputError, match="is no study"):
        merge_studies([a, tmp_path / "nothing"], tmp_path / "out")
    with pytest.raises(InputError, match="nothing to merge"):
        merge_studies([], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_run_of_the_simulator_comes_out_the_same_again(tmp_path: Path):
    cases = {"as is": {}, "focus": {"operations.wip_limit": 5}}
    plan = StudyPlan.of(small(), cases, 2, weeks=26, keep=["weekly", "deals"])
    results = run_study(plan, tmp_path / "s").results
    for run, case, seed in results[["run", "case", "seed"]].itertuples(index=False):
        found = rerun(tmp_path / "s", run[:10])
        assert (found.run, found.case, found.seed, found.equal) == (run, case, seed, True)


def test_what_came_out_differently_is_named(tmp_path: Path):
    folder = made(tmp_path / "s", [0, 1])

    def other(plan, chunk, stop):
        done = fake_run(plan, chunk, stop)
        done.results["win_rate"] += 1e-15
        done.weekly.loc[3, "bookings"] += 1.0
        return done

    run = Study.open(folder).results["run"].iloc[0]
    assert rerun(folder, run, simulate=fake_run).equal
    found = rerun(folder, run, simulate=other)
    assert found.differing["what"].tolist() == ["win_rate", "weekly"]
    assert not found.equal
    assert rerun(folder, Study.open(folder).failures["run"].iloc[0], simulate=fake_run).equal


def test_a_run_that_is_not_there_is_refused(tmp_path: Path):
    folder = made(tmp_path / "s", list(range(8)))
    with pytest.raises(InputError, match='has no run "zz"'):
        rerun(folder, "zz")
    with pytest.raises(InputError, match='has no run ""'):
        rerun(folder, "")
    runs = Study.open(folder).results["run"]
    shared = next(first for first in "0123456789abcdef" if runs.str.startswith(first).sum() > 1)
    with pytest.raises(InputError, match=rf'runs that begin with "{shared}"; give more of the name'):
        rerun(folder, shared)
