"""Work in the background: it tells how far it is, stops when asked, takes turns, and says why it failed."""

import threading
import time
from collections.abc import Callable

import pytest
import solara

from sim.scenario.errors import InputError
from sim.ui import jobs
from sim.ui.jobs import Job, JobStatus


@pytest.fixture
def job(monkeypatch: pytest.MonkeyPatch) -> Job[int]:
    monkeypatch.setattr(jobs, "LEAST_BETWEEN", 0.01)
    return Job(solara.reactive(JobStatus()))


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_it_tells_how_far_it_is_and_what_it_came_to(job: Job[int]):
    go_on = threading.Event()

    def work(running: Job[int]) -> int:
        running.tell(1, 3, "one of three", result=7)
        go_on.wait(10)
        return 9

    job.start(work)
    until(lambda: job.status.peek().done == 1)
    assert job.status.peek() == JobStatus("working", 1, 3, "one of three", 7)
    job.start(lambda _: 0)
    go_on.set()
    until(lambda: not job.status.peek().busy)
    assert job.status.peek() == JobStatus("done", result=9)


def test_it_stops_at_its_next_word(job: Job[int]):
    def work(running: Job[int]) -> int:
        while True:
            running.tell(0, 0)
            time.sleep(0.005)

    job.start(work)
    until(lambda: job.status.peek().stage == "working")
    job.stop()
    until(lambda: not job.status.peek().busy)
    assert job.status.peek().stage == "stopped"


def test_a_stop_keeps_what_was_found_or_else_the_answer_before(job: Job[int]):
    def stopped_after(*found: int) -> JobStatus[int]:
        def work(running: Job[int]) -> int:
            for number in found:
                running.tell(1, 3, "", number)
            while True:
                running.tell(1, 3)
                time.sleep(0.005)

        job.start(work)
        until(lambda: job.status.peek().stage == "working")
        time.sleep(0.05)
        job.stop()
        until(lambda: not job.status.peek().busy)
        return job.status.peek()

    assert stopped_after() == JobStatus("stopped", text="Stopped.")
    assert stopped_after(4, 5) == JobStatus("stopped", text="Stopped; what was found until then stands.", result=5)
    job.start(lambda _: 9)
    until(lambda: job.status.peek().stage == "done")
    assert stopped_after() == JobStatus("stopped", text="Stopped; the answer before it stands.", result=9)

    def fail(_: Job[int]) -> int:
        raise InputError("seeds = 0 is not allowed")

    job.start(fail)
    until(lambda: not job.status.peek().busy)
    assert job.status.peek() == JobStatus("failed", problem="seeds = 0 is not allowed", result=9)


def test_studies_take_turns_and_one_that_waits_can_be_stopped(job: Job[int]):
    hold, other = threading.Event(), Job(solara.reactive(JobStatus()))
    other.start(lambda _: int(hold.wait(10)))
    until(lambda: other.status.peek().stage == "working")
    job.start(lambda _: 1)
    time.sleep(0.05)
    assert job.status.peek().stage == "waiting"
    job.stop()
    until(lambda: job.status.peek().stage == "stopped")
    job.start(lambda _: 1)
    hold.set()
    until(lambda: job.status.peek().stage == "done")
    until(lambda: other.status.peek().stage == "done")


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (InputError("seeds = 0 is not allowed"), "seeds = 0 is not allowed"),
        (ZeroDivisionError("none"), "This failed. ZeroDivisionError: none"),
    ],
)
def test_it_says_why_it_failed(job: Job[int], error: Exception, problem: str):
    def work(_: Job[int]) -> int:
        raise error

    job.start(work)
    until(lambda: not job.status.peek().busy)
    assert job.status.peek() == JobStatus("failed", problem=problem)
