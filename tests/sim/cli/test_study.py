"""What `flywheel study` says, and the code it ends with."""

import os
import signal
from pathlib import Path

import pytest

from sim.cli import main as cli
from sim.studies import run
from sim.studies.plan import StudyPlan
from sim.studies.run import Study, run_study
from tests.studies import fake_plan, fake_run
from tests.worlds import small


def study(*words: str) -> int:
    return cli._run(["study", *words], debug=False)


@pytest.fixture
def folder(tmp_path: Path) -> str:
    """A study in which runs have failed and runs are missing."""
    run_study(fake_plan(5, 4), tmp_path / "s", run=fake_run, question="Which limit is best?")
    min((tmp_path / "s" / "results").iterdir()).unlink()
    return str(tmp_path / "s")


def test_show_says_what_is_asked_how_far_it_is_and_what_was_found(folder: str, capsys: pytest.CaptureFixture[str]):
    assert study("show", folder) == 0
    said = capsys.readouterr().out
    assert "Which limit is best?" in said
    assert "5 cases x 4 seeds = 20 runs: 16 done, " in said
    assert f"4 runs are missing; go on with: flywheel study resume {folder}" in said
    assert "attainment" in said
    assert study("show", folder, "--measure", "booking") == 2
    assert "the study does not keep it; did you mean bookings?" in capsys.readouterr().err


def test_failures_are_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    folder = str(tmp_path / "s")
    run_study(fake_plan(5, 4), folder, run=fake_run)
    assert study("failures", folder) == 0
    said = capsys.readouterr().out
    assert "2 of 20 runs failed." in said
    assert "ValueError: broke with seed 1" in said
    assert "ValueError: broke with seed 3" in said
    assert f"Run them again with: flywheel study resume {folder} --retry-failed" in said
    run_study(fake_plan(2, 2), tmp_path / "fine", run=fake_run)
    assert study("failures", str(tmp_path / "fine")) == 0
    assert "None of 4 runs failed." in capsys.readouterr().out


def test_a_study_is_resumed_merged_and_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    for number in range(2):
        plan = StudyPlan.of(small(), {"as is": {}, "focus": {"operations.wip_limit": 5}}, [number], weeks=13)
        run_study(plan, tmp_path / str(number), workers=1)
    min((tmp_path / "1" / "results").iterdir()).unlink()
    assert study("resume", str(tmp_path / "1"), "--workers", "1", "--retry-failed") == 0
    assert "2 of 2 runs are done, 0 of them failed." in capsys.readouterr().out
    out = str(tmp_path / "out")
    assert study("merge", str(tmp_path / "0"), str(tmp_path / "1"), "--out", out) == 0
    assert "2 cases x 2 seeds, 4 runs are done." in capsys.readouterr().out
    name = run_study(plan, out).results["run"].iloc[0]
    assert study("rerun", out, name) == 0
    assert f'Run {name}, case "as is", seed 1: everything is the same, bit for bit.' in capsys.readouterr().out


def test_a_run_that_comes_out_differently_ends_with_1(folder: str, capsys: pytest.CaptureFixture[str]):
    name = run_study(fake_plan(5, 4), folder, run=fake_run).results["run"].iloc[0]
    assert study("rerun", folder, name) == 1
    assert "3 of what is kept came out differently" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("show", "nowhere"), "nowhere is no study: it has no study.json"),
        (("resume", "{}", "--executor", "thread"), 'unknown executor "thread"; did you mean threads?'),
        (("resume", "{}", "--cluster", "nonsense"), 'it must be "local" or an address'),
        (("resume", "{}", "--workers", "0"), "workers = 0 is not allowed"),
        (("rerun", "{}", "zz"), 'has no run "zz"'),
        (("merge", "{}", "nowhere", "--out", "x"), "nowhere is no study"),
    ],
)
def test_wrong_input_ends_with_2_and_a_sentence(
    folder: str, words: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
):
    assert study(*(word.format(folder) for word in words)) == 2
    assert sentence in capsys.readouterr().err


def test_ctrl_c_ends_with_130_and_keeps_the_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    folder = tmp_path / "s"
    plan = StudyPlan.of(small(), {"as is": {}}, 40, weeks=13, measures=["bookings"])
    run_study(plan, folder, workers=1)
    for part in sorted((folder / "results").iterdir())[1:]:
        part.unlink()
    tell, pressed = run._Runner._tell, []

    def press(self: run._Runner) -> None:
        tell(self)
        if self.done >= 8 and not pressed:
            pressed.append(self.done)
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(run._Runner, "_tell", press)
    assert study("resume", str(folder), "--workers", "1") == 130
    said = capsys.readouterr()
    assert "of 40 runs are done" in said.out
    assert said.err.endswith("Stopped.\n")
    assert 8 <= len(Study.open(folder).results) < 40
    assert study("resume", str(folder)) == 0
    assert "40 of 40 runs are done" in capsys.readouterr().out
