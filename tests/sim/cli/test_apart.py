"""A question asked in a process of its own: what it leaves in its folder, and that it ends with who started it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim.answers.handed import ANSWER, OUTLINE, PROBLEM, PROGRESS, REQUEST
from sim.answers.outline import Outline
from sim.cli import apart

ROOT = Path(__file__).resolve().parents[3]


def left_by(folder: Path, **request: object) -> tuple[int, set[str]]:
    """Ask in a folder; the exit code, and the names of the files that came to be."""
    (folder / REQUEST).write_text(json.dumps(request), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "sim.cli.apart"], cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False
    )
    return done.returncode, {path.name for path in folder.iterdir()} - {REQUEST}


@pytest.mark.slow
def test_an_answer_lies_there_in_every_form(tmp_path: Path):
    code, names = left_by(tmp_path, question="retention", scenario="baseline", seeds=2, weeks=13, workers=1)
    assert code == 0
    assert {f"{ANSWER}.{form}" for form in ("html", "pptx", "xlsx", "json", "zip")} | {OUTLINE, PROGRESS} <= names
    found = Outline.from_text((tmp_path / OUTLINE).read_text("utf-8"))
    assert found.command == "flywheel retention --seeds=2 --weeks=13 -- baseline"


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        ({"question": "retention"}, "scenario is missing"),
        ({"question": "retention", "scenario": "baselin"}, "no shipped scenario"),
        ({"question": "retention", "scenario": "baseline", "out": "elsewhere"}, "takes no such thing"),
        ({"question": "pilot", "scenario": "baseline"}, "--lever"),
    ],
)
def test_what_is_wrong_is_one_sentence_and_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request_: dict[str, object], told: str
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(apart, "_bound_memory", lambda: None)
    Path(REQUEST).write_text(json.dumps(request_), encoding="utf-8")
    assert apart.main() == 2
    assert told in Path(PROBLEM).read_text("utf-8")
    assert not Path(OUTLINE).exists()


def test_it_tells_how_far_it_is_and_ends_with_who_started_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    apart._hearer(os.getppid())("Simulating", 3, 9)
    assert json.loads(Path(PROGRESS).read_text("utf-8")) == [3, 9, "Simulating."]
    with pytest.raises(KeyboardInterrupt):
        apart._hearer(-1)("Simulating", 3, 9)
