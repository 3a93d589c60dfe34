"""What `flywheel sweep` says, and the code it ends with."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from sim.cli import main as cli
from sim.studies.worlds import worlds

STUDY = """
scenario = "teams.toml"
design = "one-at-a-time"
seeds = 3
[parameters]
"structure.product_specialists" = [0, 5]
"mechanisms.ratchet" = "range"
"""


@pytest.fixture
def folder(folder: Path) -> Path:
    """The current folder, with a small scenario and a study of it."""
    (folder / "mine.toml").write_text(STUDY, encoding="utf-8")
    return folder


def sweep(*words: str) -> int:
    return cli._run(["sweep", "mine.toml", *words], debug=False)


@pytest.mark.slow
def test_it_prints_a_table_and_leaves_study_and_report(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert sweep() == 0
    said = capsys.readouterr().out
    assert "product specialists 0" in said
    assert "3 seeds are few" in said
    out = folder / "out" / "sweep-mine"
    assert len(pd.read_parquet(out / "runs" / "results")) == 12
    assert json.loads((out / "analysis.json").read_text())["design"] == "one-at-a-time"
    before = {path.name for path in (out / "runs" / "results").iterdir()}
    assert sweep("--seeds", "4") == 0, "the study goes on in the same folder"
    assert before < {path.name for path in (out / "runs" / "results").iterdir()}
    assert len(json.loads((out / "analysis.json").read_text())["seeds"]) == 4


def test_shards_of_one_folder_are_the_whole_study(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert sweep("--shard", "1/2", "--out", "found") == 0
    assert "Shard 1 of 2: 6 of 12 runs" in capsys.readouterr().out
    assert not (folder / "found" / "report.html").exists()
    assert sweep("--shard", "2/2", "--out", "found") == 0
    before = {path.name for path in (folder / "found" / "runs" / "results").iterdir()}
    assert sweep("--out", "found") == 0
    assert {path.name for path in (folder / "found" / "runs" / "results").iterdir()} == before, "nothing ran again"
    assert (folder / "found" / "report.html").is_file()


def test_a_plan_keeps_nothing_and_says_what_it_would_cost(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert sweep("--plan", "--weeks", "13", "--workers", "3", "--core-hour", "0.2") == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "4 cases (as is among them) x 3 seeds of 13 weeks are 12 runs." in said
    assert re.search(r"A run takes [\d.]+ m?s of a core here, so they take [\d.e-]+ core-hours: .* on 3 such", said)
    assert "At 0.2 a core-hour that is 0.0" in said
    assert not (folder / "out").exists()


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--core-hour", "0.2"), "--core-hour says what a plan costs; give --plan as well"),
        (("--plan", "--core-hour", "-1"), "--core-hour -1 is not allowed; it must be 0 to 1,000,000"),
        (("--plan", "--core-hour", "nan"), "--core-hour nan is not allowed; it must be 0 to 1,000,000"),
    ],
)
def test_a_price_that_cannot_be_used_is_refused(words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]):
    assert sweep(*words) == 2
    assert said in " ".join(capsys.readouterr().err.split())


@pytest.mark.usefixtures("folder")
def test_a_plan_counts_the_runs_of_plausible_worlds_too(capsys: pytest.CaptureFixture[str]):
    assert sweep("--plan", "--weeks", "13", "--worlds", "5") == 0
    assert "In 5 plausible worlds, with 8 seeds each, 160 more." in " ".join(capsys.readouterr().out.split())


@pytest.mark.slow
def test_worlds_are_told_beside_luck_and_their_runs_are_kept(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert sweep("--weeks", "13", "--worlds", "3", "--out", "found") == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "Over 3 plausible worlds with 8 pairs each, it is surely better with" in said
    assert "a share of them is no probability" in said
    found = folder / "found"
    names = sorted(path.name for path in (found / "runs" / "worlds").iterdir())
    assert names == sorted(world.name for world in worlds(3))
    assert sorted(set(pd.read_csv(found / "worlds.csv")["world"])) == names
    before = set((found / "runs" / "worlds").rglob("*.parquet"))
    assert sweep("--weeks", "13", "--worlds", "4", "--out", "found") == 0, "one world more"
    assert before < set((found / "runs" / "worlds").rglob("*.parquet"))
    assert json.loads((found / "analysis.json").read_text())["worlds"] == 4


def test_the_format_of_study_files_is_printed(capsys: pytest.CaptureFixture[str]):
    assert cli._run(["sweep", "--schema"], debug=False) == 0
    assert "precision" in json.loads(capsys.readouterr().out)["properties"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--seeds", "1"), "seeds = 1 is not enough"),
        (("--seeds", "9000000"), "36,000,000 runs"),
        (("--shard", "3"), "--shard 3: it must be two whole numbers, such as 1/4"),
        (("--shard", "5/4"), "there is no such part"),
        (("--shard", "1/9"), "4 cases cannot be cut into 9 parts"),
        (("--set", "structure.n_rep=5"), "did you mean structure.n_reps?"),
        (("--out", "mine.toml"), "this is a file"),
        (("--out", "."), "holds other files"),
        (("--workers", "0"), "workers = 0"),
        (("--executor", "thread"), "threads"),
    ],
)
def test_wrong_input_is_told_in_a_sentence(
    words: tuple[str, ...], sentence: str, folder: Path, capsys: pytest.CaptureFixture[str]
):
    assert sweep(*words) == 2
    said = capsys.readouterr()
    assert sentence in said.err
    assert "Traceback" not in said.err
    assert {path.name for path in folder.rglob("*")} <= {"teams.toml", "mine.toml", "out"}, "nothing is written"
