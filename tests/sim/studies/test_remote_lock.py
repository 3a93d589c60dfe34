"""A store behind a URL has a lock: one holder at a time, and one that was lost does not hold it for ever."""

import threading
import time
from itertools import pairwise

import pytest

from sim.studies import storage
from sim.studies.run import Study, run_study
from sim.studies.storage import place_of
from tests.studies import fake_plan, fake_run


def test_one_at_a_time_is_within():
    spans: list[tuple[float, float]] = []

    def work() -> None:
        with place_of("memory://lock/one").locked():
            begun = time.monotonic()
            time.sleep(0.05)
            spans.append((begun, time.monotonic()))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(spans) == 6
    assert all(end <= begun for (_, end), (begun, _) in pairwise(sorted(spans)))
    assert place_of("memory://lock/one").names() == []


def test_a_lock_whose_holder_was_lost_is_broken(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(storage, "_LOST", 0.3)
    place = place_of("memory://lock/lost")
    place.write(".lock", b"somebody")
    begun = time.monotonic()
    with place.locked():
        assert time.monotonic() - begun > 0.3
    assert not place.has(".lock")


def test_who_was_taken_for_lost_does_not_take_the_lock_from_its_next_holder():
    place = place_of("memory://lock/slow")
    with place.locked():
        place.write(".lock", b"the next one")
    assert place.read(".lock") == b"the next one"


def test_two_processes_that_begin_the_same_study_at_once_both_find_all_of_it():
    plan, found = fake_plan(4, 12), []

    def work() -> None:
        found.append(run_study(plan, "memory://lock/study", run=fake_run, workers=1))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [len(study.results) for study in found] == [48] * 3
    assert len(Study.open("memory://lock/study").results) == 48
