"""What `flywheel sensitivity` says, and the code it ends with."""

import json
from pathlib import Path

import pytest

from sim.cli import main as cli

QUICK = ("--trajectories", "4", "--samples", "8")
PAIR = ("--parameter", "operations.admin_hours=2:40", "--parameter", "training.hours_per_quarter")


def sensitivity(*words: str) -> int:
    return cli._run(["sensitivity", "teams.toml", *words], debug=False)


def test_it_prints_a_table_and_leaves_a_folder(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert sensitivity(*PAIR, *QUICK, "--measure", "selling_share") == 0
    said = capsys.readouterr().out
    assert "operations.admin_hours" in said
    assert "2 to 40 hours / week" in said
    assert "8 base points are too few" in said
    names = {path.name for path in (folder / "out" / "sensitivity-teams").iterdir()}
    assert {"report.html", "analysis.json", "indices.csv", "pairs.parquet", "screening.png"} <= names


def test_its_runs_are_kept_beside_the_answer_and_another_question_takes_their_place(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    asked = (*PAIR, *QUICK, "--method", "morris", "--weeks", "13", "--out")
    assert sensitivity(*asked, "found.json") == 0
    assert "the same command with another suffix runs nothing again" in " ".join(capsys.readouterr().out.split())
    answer = json.loads((folder / "found.json").read_text())["answer"]
    with monkeypatch.context() as nothing_runs:
        nothing_runs.setattr("sim.engine.world.World.begin", None)
        assert sensitivity(*asked, "found.html") == 0
        assert sensitivity(*asked, "found.json") == 0
    assert json.loads((folder / "found.json").read_text())["answer"] == answer
    (before,) = (folder / "found" / "runs").iterdir()
    assert sensitivity(*asked, "found.json", "--parameter", "strategy.strech") == 2
    assert before.is_dir(), "a wrong command changes nothing"
    assert sensitivity(*asked, "found.json", "--seeds", "3") == 0
    (after,) = (folder / "found" / "runs").iterdir()
    assert before.name != after.name
    (folder / "found" / "runs" / "thesis.txt").write_text("years of work")
    assert sensitivity(*asked, "found.json") == 2
    assert "holds other files (thesis.txt)" in capsys.readouterr().err
    assert after.is_dir()


def test_it_prints_json_and_nothing_else(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert sensitivity(*PAIR, *QUICK, "--method", "morris", "--json", "--out", "found") == 0
    record = json.loads(capsys.readouterr().out)
    assert record.items() <= json.loads((folder / "found" / "analysis.json").read_text()).items()
    assert {row["parameter"] for row in record["effects"]} == {"operations.admin_hours", "training.hours_per_quarter"}
    assert (record["runs"], record["failed_runs"], record["from_start"]) == (24, 0, True)


def test_the_command_to_repeat_it_names_the_method(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    typed = ["sensitivity", "teams.toml", *PAIR, *QUICK, "--weeks", "13"]
    monkeypatch.setattr("sys.argv", ["flywheel", *typed])
    assert sensitivity(*PAIR, *QUICK, "--weeks", "13") == 0
    repeated = json.loads((folder / "out" / "sensitivity-teams" / "analysis.json").read_text())["command"]
    assert repeated.endswith("--weeks 13 --method both")
    monkeypatch.setattr("sys.argv", ["flywheel", *typed, "--method=chaos"])
    assert sensitivity(*PAIR, "--points", "32", "--weeks", "13", "--method", "chaos", "--out", "again") == 0
    assert json.loads((folder / "again" / "analysis.json").read_text())["command"].endswith("--weeks 13 --method=chaos")
    assert "The shares are from a polynomial of degree" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--parameter", "strategy.strech"), "did you mean strategy.stretch?"),
        (("--parameter", "strategy.stretch"), "at least 2 parameters"),
        ((*PAIR, "--seeds", "1"), "fewer than 2"),
        ((*PAIR, "--samples", "100"), "a power of 2"),
        ((*PAIR, "--points", "100"), "a power of 2"),
        ((*PAIR, "--method", "kriging"), "choose one of both, morris, chaos, saltelli"),
        (("--method", "chaos"), "screen them first"),
        (("--driver", "trainig"), "did you mean training?"),
        ((*PAIR, "--out", "teams.toml"), "this is a file"),
    ],
)
def test_wrong_input_is_told_in_a_sentence(
    words: tuple[str, ...], sentence: str, folder: Path, capsys: pytest.CaptureFixture[str]
):
    assert sensitivity(*words) == 2
    said = capsys.readouterr()
    assert sentence in said.err
    assert "Traceback" not in said.err
    assert {path.name for path in folder.rglob("*")} == {"teams.toml"}, "nothing is written"
