"""The folder of results: complete, replaced in one step, never in place of somebody else's files."""

import json
from dataclasses import replace

import pandas as pd
import pytest

from sim.answers.analysis import Analysis
from sim.answers.compare.gather import material_of
from sim.answers.compare.report import analysis_of
from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario
from sim.studies.folders import check_folder
from sim.studies.programs import git_commit, versions

pytestmark = pytest.mark.usefixtures("drawn_once")
TABLES = ("effects", "means", "runs", "quarterly", "drivers", "parts", "losses", "flip_reasons", "flips")
FILES = {
    "scenario.toml",
    "analysis.json",
    "report.html",
    *(f"{name}.{end}" for name in TABLES for end in ("csv", "parquet")),
    *(f"{name}.parquet" for name in ("weekly", "deals", "flipped")),
}
FIGURES = (
    "bookings_by_quarter", "attainment_by_quarter", "rep_trust", "buyer_trust", "hours", "stages", "losses",
    "differences", "drivers",
)  # fmt: skip
DRAWN = {f"{name}.{end}" for name in FIGURES for end in ("png", "svg")}


@pytest.fixture(scope="module")
def found(compared) -> Analysis:
    return analysis_of(material_of(compared, "Does it pay?", "flywheel compare tiny"), compared)


def names(folder):
    return {path.name for path in folder.iterdir()}


def test_folder_holds_all_that_repeats_the_study(compared, found, tmp_path):
    folder = tmp_path / "out" / "study"
    found.write(folder)
    assert names(folder) == FILES | DRAWN
    study = json.loads((folder / "analysis.json").read_text())
    assert (study["kind"], study["question"], study["command"]) == ("compare", "Does it pay?", "flywheel compare tiny")
    assert study["seeds"] == compared.seeds
    assert {"python", "numpy", "numba", "mesa"} <= study["versions"].keys()
    scenario = Scenario.load(folder / "scenario.toml")
    assert scenario == compared.scenario
    assert study["cases"]["overlays"]["overrides"] == {"structure.product_specialists": 3}
    again = scenario.with_interventions(study["cases"]["focus"]["interventions"])
    assert again == compared.cases["focus"].scenario
    pd.testing.assert_frame_equal(pd.read_parquet(folder / "runs.parquet"), compared.per_seed)
    assert len(pd.read_csv(folder / "effects.csv")) == len(compared.effects)
    assert set(pd.read_parquet(folder / "deals.parquet")["case"]) == set(compared.cases)


def test_own_results_are_replaced_and_nothing_is_left_behind(found, tmp_path):
    replace(found, texts={"old.txt": "old"}).write(tmp_path / "study")
    found.write(tmp_path / "study")
    assert names(tmp_path / "study") == FILES | DRAWN
    assert names(tmp_path) == {"study"}


def test_without_a_report_nothing_is_drawn(found, tmp_path):
    (tmp_path / "empty").mkdir()
    found.write(tmp_path / "empty", report=False)
    assert names(tmp_path / "empty") == FILES - {"report.html"}


def test_foreign_files_are_never_touched(found, tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(InputError, match=r"holds other files \(thesis.txt\), of an earlier version"):
        found.write(tmp_path)
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


def test_a_report_that_fails_leaves_the_old_results(found, tmp_path):
    found.write(tmp_path / "study")

    def page(_):
        raise OSError(28, "No space left on device")

    with pytest.raises(InputError, match="cannot be written: No space left"):
        replace(found, command="second", page=page).write(tmp_path / "study")
    assert json.loads((tmp_path / "study" / "analysis.json").read_text())["command"] == "flywheel compare tiny"
    assert names(tmp_path) == {"study"}


def test_versions_name_what_matters():
    assert {"python", "sales-flywheel", "numpy", "numba", "mesa"} <= versions().keys()


def test_commit_is_known_only_in_a_repository(tmp_path):
    assert git_commit(tmp_path) == ""
