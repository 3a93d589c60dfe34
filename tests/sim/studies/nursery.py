"""A program that starts studies in processes of their own and kills them: it imports once and forks often.

Words: folder, what, a number, and of what: a study or a question. Run by `test_survival.py`.
"""

import os
import random
import signal
import sys
import time
from pathlib import Path

from sim.studies.executor import Batch
from sim.studies.result_store import keeping
from sim.studies.run import run_study
from tests.studies import fake_plan, fake_run

SEEDS = 60
PAUSES = {"study": 0.002, "question": 0.02}
"""Seconds a run takes, so that none has all before it is killed."""


def slowly(seed: int, _: object) -> list[int]:
    """Stand for what a question runs with a seed."""
    time.sleep(float(os.environ["FAKE_PAUSE"]))
    return [seed, seed * seed]


def study(folder: Path) -> bool:
    """Run a study; say whether it was stopped."""
    return run_study(fake_plan(5, 24, keep=("weekly",)), folder, run=fake_run, workers=2).interrupted


def question(folder: Path) -> bool:
    """Run seeds of a question; say whether it was stopped."""
    with keeping(folder, "one"):
        batch = Batch(slowly, 2)
        found = list(batch.results(range(SEEDS)))
    assert found == [[seed, seed * seed] for seed in range(len(found))]
    return len(found) < SEEDS


def child(folder: Path, pause: float) -> int:
    """Start it in a process of its own; give its number."""
    number = os.fork()
    if number:
        return number
    code = 1
    try:
        os.environ["FAKE_PAUSE"] = str(pause)
        code = 130 if WORK(folder) else 0
    finally:
        os._exit(code)


def done(number: int) -> int:
    """Wait for its end and give its exit code, negative if it was killed."""
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])


def parts(folder: Path) -> int:
    return len(list((folder / "results").glob("[!.]*"))) if (folder / "results").exists() else 0


def kill_often(folder: Path, times: int) -> None:
    """Kill the study at random moments, sooner or later, then let it end."""
    chance = random.Random(times)  # noqa: S311 - moments
    for _ in range(times):
        more = parts(folder) + chance.randrange(5)
        number = child(folder, PAUSES[sys.argv[4]])
        while parts(folder) < more:
            time.sleep(0.001)
        time.sleep(chance.uniform(0.0, 0.05 if more else 1.0))
        os.kill(number, signal.SIGKILL)
        assert done(number) == -signal.SIGKILL
        sys.stdout.write(f"killed with {parts(folder)} parts\n")
    assert done(child(folder, pause=0)) == 0


def interrupt(folder: Path, _: int) -> None:
    """Press Ctrl-C once a few parts are there; the study must end soon, and leave what it has."""
    number = child(folder, pause=0.02)
    while parts(folder) < 3:
        time.sleep(0.01)
    start = time.monotonic()
    os.kill(number, signal.SIGINT)
    assert done(number) == 130
    assert time.monotonic() - start < 10
    sys.stdout.write(f"stopped with {parts(folder)} parts\n")
    assert done(child(folder, pause=0)) == 0


def together(folder: Path, processes: int) -> None:
    """Start several at once."""
    numbers = [child(folder, pause=0.01) for _ in range(processes)]
    assert [done(number) for number in numbers] == [0] * processes


if __name__ == "__main__":
    run_study(fake_plan(1, 1), run=fake_run).results.to_parquet(os.devnull)  # loads what all children need
    what = {"kill": kill_often, "interrupt": interrupt, "together": together}[sys.argv[2]]
    WORK = {"study": study, "question": question}[sys.argv[4]]
    what(Path(sys.argv[1]), int(sys.argv[3]))
