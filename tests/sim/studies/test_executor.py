"""Results come in the order of the seeds for any number of workers; stopping keeps what is done."""

import signal
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.engine.cores import usable_cores
from sim.scenario.errors import InputError
from sim.studies.executor import Batch, RunStopped, check_workers


def square(seed, _stopped):
    time.sleep(0.001 * (seed % 3))
    return seed * seed


@given(st.lists(st.integers(0, 1000), max_size=20), st.integers(1, 8))
def test_order_is_that_of_the_seeds(seeds, workers):
    assert list(Batch(square, workers).run(seeds)) == [(seed, seed * seed) for seed in seeds]


def test_few_results_wait():
    started = []

    def job(seed, _stopped):
        started.append(seed)
        return seed

    results = Batch(job, 2).run(range(1000))
    next(results)
    time.sleep(0.05)
    assert len(started) <= 9
    results.close()


def test_several_threads_work():
    meeting = threading.Barrier(3, timeout=10)
    assert len(list(Batch(lambda _seed, _stopped: meeting.wait(), 3).run(range(3)))) == 3


def test_an_exception_of_the_job_ends_the_batch():
    def job(seed, _stopped):
        if seed == 2:
            raise TimeoutError("broken")
        return seed

    seen = []
    with pytest.raises(TimeoutError, match="broken"):
        seen.extend(seed for seed, _ in Batch(job, 2).run(range(100)))


def test_interrupt_keeps_what_is_finished():
    batch = Batch(square, 2)
    seen = []
    before = signal.getsignal(signal.SIGINT)
    with batch.stop_on_interrupt():
        for seed, _ in batch.run(range(1000)):
            seen.append(seed)
            if seed == 5:
                signal.raise_signal(signal.SIGINT)
    assert seen[:6] == [0, 1, 2, 3, 4, 5]
    assert seen == sorted(seen)
    assert len(seen) < 20
    assert batch.stopped.is_set()
    assert signal.getsignal(signal.SIGINT) is before


def test_second_interrupt_is_an_ordinary_one():
    batch = Batch(square, 1)
    with batch.stop_on_interrupt():
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_interrupt_in_another_thread_changes_no_handler():
    before = signal.getsignal(signal.SIGINT)
    found = []

    def other():
        with Batch(square, 1).stop_on_interrupt():
            found.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    assert found == [before]


def test_a_job_that_stops_is_not_counted():
    def job(seed, stopped):
        if seed == 3:
            stopped.set()
        if stopped.is_set():
            raise RunStopped
        return seed

    assert [seed for seed, _ in Batch(job, 1).run(range(100))] == [0, 1, 2]


@pytest.mark.parametrize("workers", [0, -1, 1.5, True, "two", 5000])
def test_wrong_number_of_workers_is_refused(workers):
    with pytest.raises(InputError, match=r"must be a whole number from 1 to 1,024"):
        check_workers(workers)


def test_all_cores_by_default():
    assert check_workers(None) == usable_cores() >= 1
