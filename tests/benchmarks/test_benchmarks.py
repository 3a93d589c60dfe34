"""The quick table of the benchmarks is complete; what it says about speed is never judged here."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest

from agents.machinery.rule import RULES
from agents.schedule import PHASES
from benchmarks import phases, reference
from benchmarks.million import million
from benchmarks.page import processor
from benchmarks.table import Row
from sim.engine.kernel import kernel_source

ROWS = (
    *(f"{what}, {lines}" for lines in ("1 line", "3 lines") for what in (
        "compiled drive against a plain-object Mesa model",
        "compiled drive against the agent drive",
        "agent drive against a plain-object Mesa model",
    )),
    "a run against the plain model, and the kept reference",
    "default scenario, one run",
    "cost per agent-week, 50 to 500 reps",
    "start-up with a warm kernel cache",
    "first compilation, cold",
    "two workers against one",
    "keyed draws against one stream, replicates: 2 more training hours a quarter",
    "keyed draws against one stream, replicates: 1 more product specialist",
    "a year of 100 reps and 4,000 accounts, 3 lines",
    "wheel diagnostics of the baseline",
    "why: good opportunities, lean_starved",
    "why: attainment, evil",
    "runs a second against `mesa.batch_run` of the plain model",
    "store and scheduler, share of a run",
    "memory of a process that runs the default scenario",
    "memory of a study, 1,000 to 100,000 runs",
    "pairs until a precision of 1%, against 200",
    "intervals of polynomial chaos beside Saltelli's",
    "Sobol study of 2 parameters by polynomial chaos, design to report",
    "Sobol study of 96 runs by Saltelli's design",
)  # fmt: skip


@pytest.mark.long
def test_the_quick_table_has_every_row_with_a_figure_and_a_verdict(root):
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick"],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    for row in ROWS:
        (line,) = [line for line in lines if line.startswith(row + "  ")]
        assert line.rstrip().endswith(("met", "missed", "no goal", "left out"))
        assert any(letter.isdigit() for letter in line[len(row) :]) or "left out" in line


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setattr(reference, "KEPT", tmp_path / "reference.json")
    return tmp_path / "reference.json"


@pytest.mark.usefixtures("place")
def test_a_reference_is_kept_and_a_change_that_costs_more_than_a_tenth_is_told(monkeypatch):
    monkeypatch.setattr(reference, "measured", lambda _: 40.0)
    assert reference.check() == (
        "a run against the plain model, and the kept reference: 40 times; nothing is kept of this processor: no goal",
        True,
    )  # fmt: skip
    reference.keep()
    assert reference.kept().keys() == {"version", "ratio", "date"}
    for now, change, fine in ((36.1, "-10%", True), (35.9, "-10%", False), (60.0, "+50%", True)):
        monkeypatch.setattr(reference, "measured", lambda _, now=now: now)
        said, verdict = reference.check()
        assert verdict is fine
        assert f"{now:.0f} times, {change}; 36 times or more, 90% of" in said


def test_what_was_kept_on_another_processor_is_no_reference_and_stays(place, monkeypatch):
    monkeypatch.setattr(reference, "measured", lambda _: 40.0)
    reference.keep()
    monkeypatch.setattr(reference, "processor", lambda: "another")
    assert reference.kept() == {}
    reference.keep()
    assert len(json.loads(place.read_text("utf-8"))) == 2


def test_the_check_ends_with_1_where_speed_was_lost(place, root):
    place.write_text(json.dumps({processor(): {"version": "9.9", "ratio": 1e9, "date": "2026-01-01"}}))
    code = (
        "import pathlib, sys\nfrom benchmarks import __main__, reference\n"
        "reference.KEPT, reference.measured = pathlib.Path(sys.argv.pop()), lambda _: 30.0\n__main__.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "--check", str(place)], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    assert "missed" in done.stdout


def test_what_a_million_runs_cost_follows_from_the_rows_that_are_kept(root):
    kept = json.loads((root / "docs" / "benchmarks.json").read_text("utf-8"))
    rows = [Row(**row) for rows in next(iter(kept.values()))["rows"].values() for row in rows]
    table = million(rows)
    assert f"\n{table}\n" in (root / "docs" / "benchmarks.md").read_text("utf-8")
    # By hand: 38 ms and 1.8 ms a run are 39.8 million ms, 11.06 hours; half of 1.81 from each core; 0.05 USD an hour.
    said = {
        "default scenario, one run": {"measured": "38 ms"},
        "store and scheduler, share of a run": {"note": "1.80 ms of processor time each"},
        "two workers against one": {"measured": "1.81 times"},
    }
    cells = [line.split("|") for line in million([replace(row, **said.get(row.what, {})) for row in rows]).splitlines()]
    lines = {what.strip(): found.strip() for _, what, _, found, _ in cells}
    assert lines["processor"] == "11.1 core-hours"
    assert lines["time on 100 cores"] == "7.3 min"
    assert lines["price at 0.05 USD a core-hour"] == "0.55 USD"


def test_it_is_not_said_before_all_of_it_is_measured():
    with pytest.raises(KeyError, match="default scenario"):
        million([Row("two workers against one", "", "1.8 times", "met")])


def test_phases_timed_one_by_one_are_together_a_week_of_the_drive():
    timed = [line for line in phases.source().splitlines() if "if which" not in line]
    week = kernel_source(PHASES, RULES).splitlines()
    assert [line.strip() for line in timed[1:]] == [line.strip() for line in week[2:]]
    assert phases.source().count("if which") == len(PHASES) + 1
