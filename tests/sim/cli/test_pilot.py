"""What `flywheel pilot` says, and the code it ends with."""

import json
from pathlib import Path

import pytest

from sim.cli import main as cli

LEVER = ("--lever", "training.hours_per_quarter=+12")


def pilot(*words: str) -> int:
    return cli._run(["pilot", "teams.toml", *words], debug=False)


def test_it_prints_a_table_and_leaves_a_folder(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert pilot(*LEVER, "--teams", "1", "--quarters", "1", "--worlds", "20") == 0
    said = capsys.readouterr().out
    assert "1 team for 1 quarter" in said
    assert "too few for a verdict" not in said
    assert "a share of them is no probability" in said
    assert (folder / "out" / "pilot-teams" / "analysis.json").is_file()


def test_it_prints_json_and_nothing_else(folder: Path, capsys: pytest.CaptureFixture[str]):
    half_a_year = ("--set", "organization.burn_in_weeks=26")
    words = ("--sizes", "1", "--lengths", "1,2", "--worlds", "20", "--json", "--out", "found")
    assert pilot(*LEVER, *half_a_year, *words) == 0
    record = json.loads(capsys.readouterr().out)
    assert [row["strategy"] for row in record["strategies"]] == [
        "never", "now", "1 team for 1 quarter", "1 team for 2 quarters"
    ]  # fmt: skip
    assert record.items() <= json.loads((folder / "found" / "analysis.json").read_text()).items()


def test_an_index_decides_where_it_is_asked_for(folder: Path, capsys: pytest.CaptureFixture[str]):
    words = ("--teams", "1", "--quarters", "1", "--worlds", "20", "--read", "index", "--json", "--out", "found")
    assert pilot(*LEVER, *words) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["terms"]["read"] == "index"
    assert "an index of 21 measures" in " ".join(record["answer"])
    assert {row["idea"] for row in record["power"]} == {-1}
    assert [row["reading"] for row in record["measures"]] == [one["name"] for one in record["readings"]]
    files = {path.name for path in (folder / "found").iterdir()}
    assert {"power.csv", "measures.csv", "strategies.csv", "pilot.png"} <= files


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "nothing to try"),
        ((*LEVER, "--read", "tea_leaves"), "choose one of bookings, index"),
        ((*LEVER, "--read", "index", "--threshold", "0.1"), "--threshold belongs to --read bookings"),
        ((*LEVER, "--read", "index", "--drop-below", "0"), "--drop-below belongs to --read bookings"),
        (("--lever", "strategy.stretch=+0.1"), "belongs to the whole organization"),
        (("--lever", "training.hours_per_quarter=+0"), "the step is zero"),
        ((*LEVER, "--teams", "2"), "2 pilot teams of 2"),
        ((*LEVER, "--sizes", "1,x"), "--sizes 1,x"),
        ((*LEVER, "--set", "structure.n_reps=3"), "one team only"),
        ((*LEVER, "--out", "teams.toml"), "this is a file"),
    ],
)
def test_wrong_input_is_told_in_a_sentence(
    words: tuple[str, ...], sentence: str, folder: Path, capsys: pytest.CaptureFixture[str]
):
    assert pilot(*words) == 2
    said = capsys.readouterr()
    assert sentence in said.err
    assert "Traceback" not in said.err
    assert {path.name for path in folder.rglob("*")} <= {"teams.toml", "out"}, "nothing is written"
