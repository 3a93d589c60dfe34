"""What `flywheel invest` says, writes, and the code it ends with."""

import json
from pathlib import Path

import pandas as pd
import pytest

from sim.cli import main as cli
from sim.cli import options

QUICK = ("--seeds", "4", "--fresh", "10", "--evaluations", "8", "--workers", "1")
LEVERS = ("--lever", "training.hours_per_quarter=6..18/6", "--lever", "enablement.coaching_hours_per_month=3..6/3")


def run(*words: str) -> int:
    return cli._run(["invest", "teams.toml", *words], debug=False)


def test_it_prints_the_mix_and_leaves_a_report(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert run("--budget", "60000", *LEVERS, *QUICK) == 0
    said = capsys.readouterr().out
    assert "best use of 60,000 USD a year for net contribution" in said
    assert "Training, hours / rep / quarter" in said
    assert "All 6 mixes that the budget pays for were tried" in said
    assert "books no money for coaching" in said
    out = folder / "out" / "invest-teams"
    assert "What more money brings" in (out / "report.html").read_text(encoding="utf-8")
    assert {"frontier.png", "frontier.svg", "evaluated.parquet", "frontier.csv"} <= {
        path.name for path in out.iterdir()
    }
    assert len(pd.read_parquet(out / "evaluated.parquet")) == 6


@pytest.mark.slow
@pytest.mark.usefixtures("folder")
def test_the_best_mix_is_tried_in_plausible_worlds_unless_effort_is_given(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(options, "USUAL_WORLDS", 2)
    assert run("--budget", "60000", *LEVERS, "--json") == 0
    notes = " ".join(json.loads(capsys.readouterr().out)["notes"])
    assert "Over 2 plausible worlds with 8 pairs each, it is surely better with the mix" in notes


def test_it_prints_json_and_nothing_else(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert run("--budget", "60000", *LEVERS, *QUICK, "--goal", "attainment", "--json", "--out", "found") == 0
    said = json.loads(capsys.readouterr().out)
    assert said.items() <= json.loads((folder / "found" / "analysis.json").read_text(encoding="utf-8")).items()
    assert said["goal"] == "attainment"
    assert said["spend"] <= 60000
    assert said["seeds"] == list(range(24))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--budget", "-5"), "a budget of -5 is not allowed"),
        (("--budget", "500"), "smaller than any option"),
        (("--budget", "60000", "--goal", "profit"), "--goal profit"),
        (("--budget", "60000", "--seeds", "1"), "--seeds 1"),
        (("--budget", "60000", "--out", "teams.toml"), "this is a file"),
        ((), "--budget"),
    ],
)
def test_wrong_input_is_told_in_a_sentence(
    words: tuple[str, ...], sentence: str, folder: Path, capsys: pytest.CaptureFixture[str]
):
    assert run(*words) == 2
    said = capsys.readouterr()
    assert sentence in said.err
    assert "Traceback" not in said.err
    assert {path.name for path in folder.rglob("*")} <= {"teams.toml", "out"}, "nothing is written"
