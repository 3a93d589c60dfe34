"""The quick table of the benchmarks is complete; what it says about speed is never judged here."""

import subprocess
import sys

import pytest

ROWS = (
    "compiled drive against a plain-object Mesa model",
    "compiled drive against the agent drive",
    "agent drive against a plain-object Mesa model",
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
    "Sobol study of 96 runs",
    "runs a second against `mesa.batch_run` of the plain model",
    "store and scheduler, share of a run",
    "memory of a study, 1,000 to 100,000 runs",
    "pairs until a precision of 1%, against 200",
)


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
