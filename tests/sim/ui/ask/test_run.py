"""Asking in a process of its own: how far it is, a stop that keeps what is finished, an end to what takes too long."""

import os
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from sim.answers.handed import ANSWER, PROGRESS, REQUEST
from sim.ui.ask import run as asking
from sim.ui.ask.offered import OFFERED
from sim.ui.ask.run import KEPT, LATE, PARTIAL, AskingPlace, run
from sim.ui.forms.answers import FILE_LABELS
from sim.ui.jobs import Job, JobStatus
from tests.sim.ui.ask.asked import filled
from tests.sim.ui.views import SMALL, fresh_job, until_done

OUTLINE = '{"kind": "k", "question": "q", "answer": ["a"], "notes": ["n"], "sections": [], "command": "c"}'
PROGRAM = f"""
import json, pathlib, signal, sys, time
here = pathlib.Path(".")
def say(code):
    for ending in ("html", "pptx", "xlsx", "json", "zip"):
        (here / f"{ANSWER}.{{ending}}").write_text(ending)
    (here / "outline.json").write_text({OUTLINE!r})
    sys.exit(code)
def stop(*_):
    say(130) if MODE == "long" else sys.exit(130)
signal.signal(signal.SIGINT, stop)
(here / "{PROGRESS}").write_text(json.dumps([3, 9, "Simulating."]))
if MODE == "wrong":
    (here / "problem.txt").write_text("--lever is missing")
    sys.exit(2)
if MODE == "dead":
    sys.exit(-9)
if MODE == "done":
    say(0)
time.sleep(60)
"""


@pytest.fixture
def place():
    there = AskingPlace()
    yield there
    there.close()
    assert there.folder
    assert not Path(there.folder.name).exists()


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch, place: AskingPlace):
    """Start a question whose program goes on as it is told, and give its job."""

    def start(mode: str) -> Job:
        words = (sys.executable, "-c", f"MODE = {mode!r}{PROGRAM}")
        monkeypatch.setitem(OFFERED, "run", replace(OFFERED["run"], program=words))
        job = fresh_job()
        job.start(lambda job: run(SMALL, filled("run"), place, job))
        return job

    return start


def until_simulating(job: Job) -> JobStatus:
    end = time.monotonic() + 30
    while job.status.peek().text != "Simulating.":
        assert time.monotonic() < end, job.status.peek()
        time.sleep(0.05)
    return job.status.peek()


def test_an_answer_comes_with_a_file_of_each_form(ask):
    status = until_done(ask("done"))
    assert status.stage == "done", status.problem
    assert list(status.result.outline.notes) == ["n"]
    assert [name for _, name, _ in status.result.files] == [f"run.{form}" for form in FILE_LABELS]


def test_a_stop_keeps_what_is_finished_and_says_so(ask):
    job = ask("long")
    assert (until_simulating(job).done, job.status.peek().total) == (3, 9)
    job.stop()
    status = until_done(job)
    assert status.stage == "done", status.problem
    assert list(status.result.outline.notes) == [PARTIAL, "n"]


def test_a_stop_before_there_is_an_answer_says_what_is_kept(ask, place: AskingPlace):
    job = ask("silent")
    until_simulating(job)
    job.stop()
    assert until_done(job) == JobStatus("stopped", text=KEPT)
    (kept,) = Path(place.folder.name).iterdir()
    assert (kept / REQUEST).is_file()


def test_a_question_that_takes_too_long_is_ended(ask, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(asking, "MOST_MINUTES", 0.02)
    assert list(until_done(ask("long")).result.outline.notes) == [LATE, "n"]
    assert "it took longer than" in until_done(ask("silent")).problem


def test_what_is_wrong_is_told_in_the_words_of_the_command(ask):
    assert until_done(ask("wrong")) == JobStatus("failed", problem="--lever is missing")


def test_a_process_that_dies_is_told(ask):
    assert "ended without an answer" in until_done(ask("dead")).problem


def test_what_another_question_kept_goes(place: AskingPlace):
    first = place.prepare("first", {REQUEST: b"{}"})
    (first / "answer").mkdir()
    (first / "old.json").write_text("old")
    assert place.prepare("first", {REQUEST: b"{}"}) == first
    assert sorted(file.name for file in first.iterdir()) == ["answer", REQUEST]
    place.prepare("second", {REQUEST: b"{}"})
    assert not first.exists()


def test_what_a_server_that_was_killed_has_left_goes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(asking, "cache_folder", lambda: tmp_path)
    old, new = tmp_path / "asked" / "old", tmp_path / "asked" / "new"
    for folder in (old, new):
        (folder / "runs").mkdir(parents=True)
    os.utime(old, (0, 0))
    there = AskingPlace()
    there.prepare("key", {})
    assert not old.exists()
    assert new.exists()
    there.close()


@pytest.mark.slow
def test_a_question_is_asked_stopped_and_goes_on_where_it_was(place: AskingPlace):
    form = filled("compare", case=("focus: operations.wip_limit=8",), seeds="500", weeks="26")
    job = fresh_job()
    job.start(lambda job: run(SMALL, form, place, job))
    end = time.monotonic() + 120
    while job.status.peek().done < 5:
        assert time.monotonic() < end, job.status.peek()
        assert job.status.peek().busy, job.status.peek()
        time.sleep(0.05)
    job.stop()
    stopped = until_done(job)
    assert stopped.stage == "done", stopped
    assert stopped.result.outline.notes[0] == PARTIAL
    assert stopped.result.outline.command.endswith("--seeds=500 --weeks=26 -- scenario.toml")
    again = fresh_job()
    again.start(lambda job: run(SMALL, form.with_given("seeds", "4"), place, job))
    whole = until_done(again)
    assert whole.stage == "done", whole.problem
    assert PARTIAL not in whole.result.outline.notes
    (report,) = [data for _, name, data in whole.result.files if name == "compare.html"]
    assert b"<html" in report[:300]
