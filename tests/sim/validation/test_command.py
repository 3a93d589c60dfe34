"""The command `flywheel validate`."""

from pathlib import Path

import numpy as np
import pytest

from sim import cli
from sim.experiments.statistics import Interval
from sim.validation import r1


def run(*words: str) -> int:
    return cli._run(list(words), debug=False)


def test_too_few_seeds_are_refused_before_anything_is_compiled(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("sim.engine.prepare", lambda: pytest.fail("it compiled"))
    assert run("validate", "--seeds", "1") == 2
    assert "1 seeds are not allowed" in capsys.readouterr().err


def test_it_counts_and_names_the_misses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    asked: list[object] = []

    def made_up(*words: object, **named: object) -> list[r1.Verdict]:
        asked.extend([words, named["workers"]])
        means = np.linspace(0.1, 0.5, len(r1.TARGETS))
        return [r1.Verdict(*pair) for pair in zip(r1.TARGETS, (Interval(3, m, m, m) for m in means), strict=True)]

    monkeypatch.setattr("sim.engine.prepare", lambda: None)
    monkeypatch.setattr("sim.validation.validate", made_up)
    assert run("validate", "--seeds", "3", "--workers", "1", "--out", str(tmp_path)) == 0
    said = capsys.readouterr().out
    assert asked == [(tmp_path, 3), 1]
    assert "of 70 rows are inside" in said
    assert "baseline: win rate (WIN-01): outside (5.00 points below)" in said
