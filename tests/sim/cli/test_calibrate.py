"""The command `flywheel calibrate`: from a tiny file to a folder, and mistakes in one sentence."""

from __future__ import annotations

import json
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from sim.cli import main as cli
from sim.scenario.scenario import Scenario
from sim.studies.worlds import worlds

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(find_spec("pyabc") is None, reason="the extra calibrate is not installed")

ORGANIZATION = """name = "org"
[structure]
n_reps = 4
span_of_control = 4
product_specialists = 0
[market]
accounts_per_rep = 12
[organization]
burn_in_weeks = 13
weeks = 26
"""
TARGETS = """scenario = "org.toml"
[targets]
cycle_days = { low = 40, high = 70 }
[checks]
coordination_hours = 0.5
[parameters]
market.cycle_weeks = { low = 3, high = 16 }
operations.admin_hours = {}
"""
QUICK = ("--particles", "50", "--populations", "2", "--runs", "400", "--workers", "1")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "org.toml").write_text(ORGANIZATION, encoding="utf-8")
    path = tmp_path / "targets.toml"
    path.write_text(TARGETS, encoding="utf-8")
    return path


def run(*words: str) -> int:
    return cli._run(["calibrate", *words], debug=False)


def test_a_tiny_file_becomes_a_posterior_a_scenario_and_a_report(file: Path, capsys: pytest.CaptureFixture[str]):
    folder = file.parent / "out"
    assert run(str(file), *QUICK, "--out", str(folder)) == 0
    said = capsys.readouterr().out
    assert "market.cycle_weeks" in said
    assert "Predictive check" in said
    assert Scenario.load(folder / "calibrated.toml").name == "org"
    record = json.loads((folder / "analysis.json").read_text(encoding="utf-8"))
    assert record["kind"] == "calibrate"
    assert record["particles"] == 50
    names = {"report.html", "draws.parquet", "posterior.csv", "predictive.png", "posterior.png", "correlations.svg"}
    assert names <= {path.name for path in folder.iterdir()}


def test_worlds_that_remain_are_told_and_written_for_other_questions(file: Path, capsys: pytest.CaptureFixture[str]):
    folder = file.parent / "found"
    assert run(str(file), "--worlds", "3", "--workers", "1", "--out", str(folder)) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "org: 3 plausible worlds, 12 runs of 26 weeks" in said
    assert "plausible worlds 3 remain" in said
    assert f"go on with --worlds {folder / 'worlds.json'}" in said
    again = file.parent / "again.json"
    assert run(str(file), "--worlds", str(folder / "worlds.json"), "--workers", "1", "--out", str(again)) == 0
    first, second = (json.loads(place.read_text("utf-8")) for place in (folder / "analysis.json", again))
    assert second["remaining"] == first["remaining"] == [world.name for world in worlds(3)]
    assert (file.parent / "again-worlds.json").is_file()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--particles", "20"), "20 particles are not allowed"),
        (("--populations", "1"), "1 populations are not allowed"),
        (("--fit", "market.cycle_week"), "did you mean market.cycle_weeks?"),
        (("--fit", "market.cycle_weeks=3"), "write the range as LOW:HIGH"),
        (("--fit", "market.cycle_weeks=9:3"), "the range 9 to 3 is empty"),
        (("--worlds", "3", "--particles", "60"), "--particles belongs to the search, which --worlds does without"),
        (("--worlds", "3", "--last-quarter"), "--last-quarter holds back a quarter of an export"),
        (("--last-quarter",), "--worlds too"),
        (("--worlds", "none.json"), "none.json is no file of plausible worlds"),
        (("--worlds", "some"), "the file of worlds that flywheel calibrate --worlds has written"),
    ],
)
def test_a_mistake_is_one_sentence_before_anything_is_run(
    words: tuple[str, ...],
    sentence: str,
    file: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(import_module("sim.questions.calibrate.search"), "prepare", lambda: pytest.fail("it compiled"))
    assert run(str(file), *words) == 2
    assert sentence in capsys.readouterr().err


def test_a_folder_without_an_export_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert run(str(tmp_path)) == 2
    assert str(tmp_path) in capsys.readouterr().err


def test_a_file_that_is_not_there_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert run(str(tmp_path / "none.toml")) == 2
    assert "there is no such file" in capsys.readouterr().err
