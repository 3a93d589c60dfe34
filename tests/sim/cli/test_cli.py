"""What the command line says, and the code it ends with."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from sim.cli import console, options
from sim.cli import main as cli
from sim.cli import run as cli_run
from sim.crm import load_crm
from sim.studies.worlds import worlds

TINY = 'name = "tiny"\n[structure]\nn_reps = 2\n[market]\naccounts_per_rep = 5\n[organization]\nburn_in_weeks = 13\n'


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a small scenario, as the current one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.toml").write_text(TINY, encoding="utf-8")
    return tmp_path


def flywheel(*words: str, debug: bool = False) -> int:
    return cli._run(list(words), debug=debug)


def test_it_answers_at_once():
    start = time.perf_counter()
    code = "import sim.cli.main, sys; sys.exit(len({'pandas', 'numba'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], check=False)
    assert done.returncode == 0, "the command line imports what it does not need yet"
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize("words", [("--help",), ("run", "--help"), ("compare", "--help"), ("--version",)])
def test_help_and_version(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]):
    assert flywheel(*words) == 0
    assert capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("rnu",), "No such command 'rnu'"),
        (("run", "nosuch"), "no shipped scenario"),
        (("run", "tiny.toml", "--seed", "-1"), "seed"),
        (("run", "tiny.toml", "--seed", "x"), "--seed"),
        (("run", "tiny.toml", "--set", "structure.n_rep=3"), "did you mean structure.n_reps?"),
        (("run", "tiny.toml", "--set", "structure.n_reps=0"), "structure"),
        (("run", "tiny.toml", "--out", "tiny.toml"), "this is a file"),
        (("compare", "tiny.toml"), "needs a --case"),
        (("compare", "tiny.toml", "--case", "nonsense"), "a case is written"),
        (("compare", "tiny.toml", "--case", "as_is:"), "as_is"),
        (("compare", "tiny.toml", "--case", "a:", "--case", "a:"), 'case "a"'),
        (("compare", "tiny.toml", "--case", "a: structure.n_reps=3"), "overnight"),
        (("compare", "tiny.toml", "--case", "a:", "--seeds", "5", "--precision", "2%"), "--precision"),
        (("compare", "tiny.toml", "--case", "a:", "--measure", "profit"), "no measure profit"),
        (("parameters", "structure.n_rep"), "did you mean structure.n_reps?"),
        (("parameters", "--driver", "trainin"), "did you mean training?"),
        (("measures", "month"), "must be one of quarter, run, week"),
        (("check", "missing.toml"), "missing.toml"),
        (("new", "tiny.toml", "--from", "tiny.toml"), "exists"),
        (("diff", "tiny.toml", "missing.toml"), "missing.toml"),
        (("deals", "."), "not the folder of a run"),
        (("deals", ".", "--out", "deals.xlsx"), "what is written is CSV; name a file that ends in .csv"),
        (("crm", "tiny.toml", "--out", "x.json"), "what is written is TOML; name a file that ends in .toml"),
        (("crm", "missing", "--out", "x.toml"), "missing"),
        (("crm", "missing", "--out", "x.toml", "--renews", "perhaps"), "--renews perhaps: it must be yes, no, or a"),
        (("crm", "missing", "--out", "x.toml", "--renews", "no", "--churn", "1"), "give one of them"),
        (("crm", "missing", "--out", "x.toml", "--gross-margin", "75"), "--gross-margin 75: it must be a number"),
        (("crm", "missing", "--out", "no/x.toml"), "no/x.toml cannot be written: No such file or directory"),
        (("crm", "missing", "--out", "tiny.toml/x.toml"), "tiny.toml/x.toml cannot be written: Not a directory"),
        (("crm", "missing", "--out", "x" * 300 + ".toml"), "xxx.toml cannot be written: File name too long"),
        (("crm", "missing", "--out", "tiny.toml"), "tiny.toml exists; choose another name"),
        (("crm", "missing", "--out", ".", "--force"), ". is a folder; name a file in it"),
        (("deals", "missing", "--out", "no/x.csv"), "no/x.csv cannot be written: No such file or directory"),
    ],
)
def test_wrong_input_is_told_in_a_sentence(
    words: tuple[str, ...], sentence: str, tiny: Path, capsys: pytest.CaptureFixture[str]
):
    assert flywheel(*words) == 2
    said = capsys.readouterr()
    assert sentence in said.err
    assert "Traceback" not in said.err
    assert {path.name for path in tiny.rglob("*")} <= {"tiny.toml", "out"}, "nothing is written"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_one_sentence_and_ends_with_1(capsys: pytest.CaptureFixture[str]):
    assert flywheel("new", "/dev/full", "--force") == 1
    assert "/dev/full cannot be written: No space left on device" in capsys.readouterr().err


def test_a_disk_that_gives_up_leaves_the_old_file(
    tiny: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert flywheel("new", "tiny.toml", "--force") == 1
    assert "tiny.toml cannot be written: No space left on device" in capsys.readouterr().err
    assert (tiny / "tiny.toml").read_text(encoding="utf-8") == TINY
    assert [path.name for path in tiny.iterdir()] == ["tiny.toml"]


def test_a_case_may_need_its_own_burn_in(tiny: Path, capsys: pytest.CaptureFixture[str]):
    words = ["--case", "a: structure.n_reps=3", "--from-start", "--seeds", "2", "--weeks", "13"]
    assert flywheel("compare", "tiny.toml", *words) == 0
    assert "2 pairs of runs" in capsys.readouterr().out
    assert (tiny / "out" / "tiny" / "report.html").is_file()


def test_an_unexpected_error_is_one_sentence(
    tiny: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def fail(*_: object) -> None:
        raise RuntimeError("the moon\nfell down")

    monkeypatch.setattr(cli_run, "load", fail)
    assert flywheel("run", str(tiny / "tiny.toml")) == 1
    said = capsys.readouterr().err
    assert said == "flywheel failed: RuntimeError: the moon fell down (add --debug to see where)\n"
    assert flywheel("run", "tiny.toml", debug=True) == 1
    assert "Traceback" in capsys.readouterr().err


def test_ctrl_c_ends_with_130(tiny: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli_run, "load", stop)
    assert flywheel("run", str(tiny / "tiny.toml")) == 130
    assert "Stopped" in capsys.readouterr().err


class StopAfterThree:
    """A progress bar during which somebody presses Ctrl-C."""

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def add_task(self, *_: object, **__: object) -> int:
        return 0

    def update(self, _: int, completed: int, **__: object) -> None:
        if completed == 3:
            signal.raise_signal(signal.SIGINT)


def test_ctrl_c_keeps_what_is_finished(tiny: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setattr(console, "run_progress", StopAfterThree)
    words = ["--case", "a: operations.wip_limit=4", "--seeds", "5000", "--weeks", "13", "--out", "kept"]
    assert flywheel("compare", "tiny.toml", *words) == 130
    said = capsys.readouterr()
    assert "It was stopped" in said.out
    assert "Stopped." in said.err
    seeds = set(pd.read_parquet(tiny / "kept" / "runs.parquet")["seed"])
    assert 3 <= len(seeds) < 5000
    assert (tiny / "kept" / "report.html").is_file()


COMPARED = ("compare", "tiny.toml", "--case", "a: operations.wip_limit=4", "--weeks", "13", "--out", "compared")


@pytest.mark.slow
def test_a_comparison_is_repeated_in_plausible_worlds_unless_effort_is_given(
    tiny: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(options, "USUAL_WORLDS", 2)
    assert flywheel(*COMPARED, "--target", "bookings>=0") == 0
    said = capsys.readouterr().out
    assert "Over 2 plausible worlds with 8 pairs each" in said
    assert "is reached by as is in 100% of 200 runs" in said
    assert set(pd.read_csv(tiny / "compared" / "worlds.csv")["world"]) == {world.name for world in worlds(2)}
    assert list(pd.read_csv(tiny / "compared" / "targets.csv")["least"]) == [1.0, 1.0]
    assert flywheel(*COMPARED, "--seeds", "2") == 0
    assert "plausible worlds with" not in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.usefixtures("tiny")
def test_worlds_of_other_rules_are_missed_by_who_asked_for_them_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr("sim.studies.worlds.model_digest", lambda _: "other")
    assert flywheel(*COMPARED, "--worlds", "2") == 2
    assert "found for other rules" in capsys.readouterr().err
    assert flywheel(*COMPARED) == 0
    assert "No plausible worlds: the plausible worlds in" in " ".join(capsys.readouterr().out.split())


def test_a_run_leaves_a_folder(tiny: Path, capsys: pytest.CaptureFixture[str]):
    assert flywheel("run", "tiny.toml", "--seed", "7", "--weeks", "26", "--out", "result") == 0
    assert "win_rate" in capsys.readouterr().out
    folder = tiny / "result"
    names = {path.name for path in folder.iterdir()}
    tables = ("summary", "weekly", "deals", "open_deals", "reps", "managers")
    files = {f"{name}.{end}" for name in tables for end in ("csv", "parquet")}
    figures = ("bookings_by_quarter", "attainment_by_quarter", "rep_trust", "buyer_trust", "hours", "stages", "losses")
    files |= {f"{name}.{end}" for name in figures for end in ("png", "svg")}
    assert names == files | {"scenario.toml", "analysis.json", "report.html"}
    record = json.loads((folder / "analysis.json").read_text(encoding="utf-8"))
    assert record["seed"] == 7
    assert record["versions"]["python"]
    assert len(pd.read_parquet(folder / "weekly.parquet")) == 26
    assert flywheel("check", str(folder / "scenario.toml")) == 0
    assert flywheel("run", "tiny.toml", "--weeks", "13", "--out", "result") == 0, "an earlier run may be written over"


def test_a_foreign_folder_is_left_alone(tiny: Path, capsys: pytest.CaptureFixture[str]):
    (tiny / "mine").mkdir()
    (tiny / "mine" / "thesis.txt").write_text("precious", encoding="utf-8")
    assert flywheel("run", "tiny.toml", "--out", "mine") == 2
    assert "other files" in capsys.readouterr().err
    assert (tiny / "mine" / "thesis.txt").read_text(encoding="utf-8") == "precious"


@pytest.mark.parametrize("form", ["salesforce", "hubspot"])
def test_the_deal_log_comes_back_as_a_crm_export(form: str, tiny: Path):
    (tiny / "more.toml").write_text(TINY.replace("= 5", "= 40"), encoding="utf-8")
    assert flywheel("run", "more.toml", "--weeks", "52", "--out", "result") == 0
    assert flywheel("deals", "result", "--format", form, "--out", "deals.csv") == 0
    closed = pd.read_parquet(tiny / "result" / "deals.parquet")
    still_open = pd.read_parquet(tiny / "result" / "open_deals.parquet")
    data = load_crm(tiny / "deals.csv")
    worked = closed[closed["reported_reason"] != "disqualified"]
    assert len(data.opportunities) == len(worked) + len(still_open)
    assert (data.opportunities["outcome"] == "won").sum() == (closed["outcome"] == "won").sum()
    assert "true" not in (tiny / "deals.csv").read_text(encoding="utf-8").splitlines()[0].lower()


@pytest.mark.usefixtures("tiny")
def test_the_plain_deal_log_holds_every_column(capsys: pytest.CaptureFixture[str]):
    assert flywheel("run", "tiny.toml", "--weeks", "26", "--out", "result") == 0
    capsys.readouterr()
    assert flywheel("deals", "result") == 0
    columns = capsys.readouterr().out.splitlines()[0].split(",")
    assert {"opportunity", "true_reason", "reported_reason", "created_date", "currency"} <= set(columns)


def test_the_head_of_a_scenario_is_printed(capsys: pytest.CaptureFixture[str]):
    assert flywheel("scenarios", "bullets") == 0
    said = capsys.readouterr().out
    assert all(word in said for word in ("F8", "found", "does not hold", "flywheel compare cannonball --with bullets"))
    assert "weak_training" not in said
    assert flywheel("scenarios", "--long") == 0
    assert "weak_training" in capsys.readouterr().out
    assert flywheel("scenarios", "bulets") == 2
    assert "bullets" in capsys.readouterr().err


@pytest.mark.usefixtures("tiny")
def test_whole_scenarios_are_compared(capsys: pytest.CaptureFixture[str]):
    Path("other.toml").write_text(TINY.replace('"tiny"', '"other"'), encoding="utf-8")
    words = ("compare", "tiny.toml", "--with", "other.toml", "--seeds", "2", "--weeks", "13", "--out", "both")
    assert flywheel(*words) == 0
    assert "Other" in capsys.readouterr().out
    assert flywheel(*words, "--with", "other.toml") == 2
    assert "two cases have this name" in capsys.readouterr().err


@pytest.mark.usefixtures("tiny")
def test_look_ups(capsys: pytest.CaptureFixture[str]):
    for words in [
        ("scenarios",), ("measures",), ("measures", "week"),
        ("parameters",), ("parameters", "structure.n_reps"), ("parameters", "buyers", "--assumed"),
        ("check", "tiny.toml"), ("new", "fresh.toml", "--from", "tiny.toml"), ("diff", "tiny.toml", "fresh.toml"),
        ("schedule",),
        ("schedule", "--writes"),
    ]:  # fmt: skip
        assert flywheel(*words) == 0, words
        assert capsys.readouterr().out, words
    assert flywheel("schema") == 0
    assert "structure" in json.loads(capsys.readouterr().out)["properties"]


def test_strangers_are_named(tmp_path: Path):
    assert cli.strangers() == []
    (tmp_path / "app.py").write_text("", encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{Path(cli.__file__).parents[2]}"}
    code = "from sim.cli.main import strangers; print(*strangers())"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "the name app is imported from" in done.stdout
    assert "environment of its own" in done.stdout
