"""The folder of results: complete, replaced in one step, never in place of somebody else's files."""

import json
import tomllib
from functools import partial

import pandas as pd
import pytest

from sim.questions.compare.output import write_folder
from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario
from sim.studies.folders import check_folder
from sim.studies.programs import git_commit, versions

FILES = {
    "scenario.toml",
    "cases.toml",
    "analysis.json",
    "results.parquet",
    "table.csv",
    "effects.csv",
    "weekly.parquet",
    "quarterly.parquet",
    "drivers.csv",
    "deals.parquet",
    "flips.parquet",
}


def names(folder):
    return {path.name for path in folder.iterdir()}


def test_folder_holds_all_that_repeats_the_study(compared, tmp_path):
    folder = write_folder(
        compared, tmp_path / "out" / "study", question="Does it pay?", command="flywheel compare tiny"
    )
    assert names(folder) == FILES
    study = json.loads((folder / "analysis.json").read_text())
    assert study["question"] == "Does it pay?"
    assert study["command"] == "flywheel compare tiny"
    assert study["seeds"] == compared.seeds
    assert {"python", "numpy", "numba", "mesa"} <= study["versions"].keys()
    scenario = Scenario.load(folder / "scenario.toml")
    assert scenario == compared.scenario
    cases = tomllib.loads((folder / "cases.toml").read_text())["cases"]
    assert cases["overlays"] == {"structure.product_specialists": 3}
    again = scenario.with_interventions(cases["focus"]["interventions"])
    assert again == compared.cases["focus"].scenario
    pd.testing.assert_frame_equal(pd.read_parquet(folder / "results.parquet"), compared.per_seed)
    assert len(pd.read_csv(folder / "effects.csv")) == len(compared.effects)
    assert set(pd.read_parquet(folder / "deals.parquet")["case"]) == set(compared.cases)


def test_own_results_are_replaced_and_nothing_is_left_behind(compared, tmp_path):
    def report(comparison, where, name="report.html"):
        (where / name).write_text(comparison.measure)

    folder = write_folder(compared, tmp_path / "study", report=partial(report, name="old.txt"))
    write_folder(compared, folder, report=report)
    assert names(folder) == FILES | {"report.html"}
    assert names(tmp_path) == {"study"}


def test_an_empty_folder_is_fine(compared, tmp_path):
    (tmp_path / "empty").mkdir()
    assert names(write_folder(compared, tmp_path / "empty")) == FILES


def test_foreign_files_are_never_touched(compared, tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(InputError, match=r"holds other files \(thesis.txt\), of an earlier version"):
        write_folder(compared, tmp_path)
    (tmp_path / "analysis.json").write_text('{"program": "another"}')
    with pytest.raises(InputError, match="holds other files"):
        check_folder(tmp_path)
    assert names(tmp_path) == {"thesis.txt", "analysis.json"}


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="this is a file"):
        check_folder(tmp_path / "file")
    with pytest.raises(InputError, match="nothing can be written there"):
        check_folder(tmp_path / "file" / "below")


def test_a_report_that_fails_leaves_the_old_results(compared, tmp_path):
    folder = write_folder(compared, tmp_path / "study", command="first")

    def report(_comparison, _where):
        raise OSError(28, "No space left on device")

    with pytest.raises(InputError, match="cannot be written: No space left"):
        write_folder(compared, folder, command="second", report=report)
    assert json.loads((folder / "analysis.json").read_text())["command"] == "first"
    assert names(tmp_path) == {"study"}


def test_versions_name_what_matters():
    assert {"python", "sales-flywheel", "numpy", "numba", "mesa"} <= versions().keys()


def test_commit_is_known_only_in_a_repository(tmp_path):
    assert git_commit(tmp_path) == ""
