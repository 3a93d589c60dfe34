"""What `--json` prints is the record that lies in the folder, and nothing else."""

import json
from pathlib import Path

import pytest

from sim.cli import main as cli
from sim.cli.questions import COMMANDS
from tests.sim.cli.test_sweep import STUDY


@pytest.mark.parametrize("question", COMMANDS)
def test_every_question_can_print_json(question: str, capsys: pytest.CaptureFixture[str]):
    assert cli._run([question, "--help"], debug=False) == 0
    assert "--json" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ("run", "teams.toml", "--weeks", "13"),
        ("compare", "teams.toml", "--case", "a: operations.wip_limit=4", "--seeds", "2", "--weeks", "13"),
        ("sweep", "mine.toml", "--seeds", "2", "--weeks", "13"),
    ],
    ids=lambda words: words[0],
)
def test_what_is_printed_is_the_record_of_the_folder(
    words: tuple[str, ...], folder: Path, capsys: pytest.CaptureFixture[str]
):
    (folder / "mine.toml").write_text(STUDY, encoding="utf-8")
    assert cli._run([*words, "--json", "--out", "found"], debug=False) == 0
    printed = json.loads(capsys.readouterr().out)
    kept = json.loads((folder / "found" / "analysis.json").read_text(encoding="utf-8"))
    assert kept.pop("files"), "which a folder lists besides"
    assert printed == kept
    assert printed["answer"] is not None


@pytest.mark.parametrize("other", [("--plan",), ("--shard", "1/2")])
def test_what_gives_no_answer_gives_no_json(other: tuple[str, ...], folder: Path, capsys: pytest.CaptureFixture[str]):
    (folder / "mine.toml").write_text(STUDY, encoding="utf-8")
    assert cli._run(["sweep", "mine.toml", "--json", *other], debug=False) == 2
    assert "--json prints an answer" in capsys.readouterr().err
