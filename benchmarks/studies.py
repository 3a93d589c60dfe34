"""Rows about studies of many runs: end to end, against Mesa's own batches, overhead, memory, replicates saved."""

from __future__ import annotations

import statistics
import tempfile
import time
from typing import TYPE_CHECKING, Any

import mesa

from benchmarks.child import ask
from benchmarks.plain_model import PlainOrg
from benchmarks.sizes import defaults
from benchmarks.stub import stub
from benchmarks.table import Row, interleaved, judged, left_out, times
from sim.engine.world import World, prepare
from sim.measures.whole_run import summary_of
from sim.questions.compare.run import SEEDS, compare
from sim.studies.plan import StudyPlan
from sim.studies.run import run_study

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario


class _PlainBatch(PlainOrg):
    """The plain model as `mesa.batch_run` wants it: burn-in when it is made, a data collector."""

    def __init__(self, scenario: Scenario, number: int, burn_in: int) -> None:
        super().__init__(scenario, number)
        for _ in range(burn_in):
            super().step()
        self.datacollector = mesa.DataCollector(model_reporters={"measured": lambda model: len(model.measures)})

    def step(self) -> None:
        """A week, then its measures."""
        super().step()
        self.datacollector.collect(self)


def studies(*, quick: bool) -> list[Row]:
    """Studies of many runs."""
    return [_batches(quick=quick), _overhead(quick=quick), *_memory(quick=quick), _precision(quick=quick)]


def _batches(*, quick: bool) -> Row:
    """Runs a second against Mesa's own batches of the plain model."""
    burn_in, weeks, runs = (4, 9, 2) if quick else (52, 104, 4)
    organization = defaults(organization__burn_in_weeks=burn_in)
    grid: dict[str, Any] = {"scenario": [organization], "number": list(range(runs)), "burn_in": burn_in}
    start = time.perf_counter()
    mesa.batch_run(_PlainBatch, grid, max_steps=weeks, display_progress=False)
    slow = (time.perf_counter() - start) / runs
    many = 2 * runs if quick else 16 * runs
    prepare()
    plan = StudyPlan.of(organization, {"as_is": {}}, many, weeks=weeks, from_start=True)
    start = time.perf_counter()
    run_study(plan, workers=1)
    fast = (time.perf_counter() - start) / many
    note = f"runs of {burn_in} weeks of burn-in and {weeks} weeks, one worker each; Mesa takes {slow:.1f} s a run"
    return Row("runs a second against `mesa.batch_run` of the plain model", "", times(slow / fast), "no goal", note)


def _overhead(*, quick: bool) -> Row:
    """What store and scheduler add to a run."""
    runs = 200
    cases = {f"c{n}": {"training.hours_per_quarter": n / runs} for n in range(runs)}

    def around() -> None:
        plan = StudyPlan.of(defaults(), cases, 1)
        with tempfile.TemporaryDirectory() as folder:
            run_study(plan, f"{folder}/study", workers=1, run=stub).results.mean(numeric_only=True)

    around()  # what a program does once, such as hashing the model, is not counted
    jobs = (around, lambda: summary_of(World.begin(defaults(), 0, deals=False, tables=False).finish()))
    study, run = interleaved(jobs, 1 if quick else 5)
    each, real = statistics.median(study) / runs, statistics.median(run)
    note = (
        f"{runs} runs whose simulation is left out, planned, run by one worker, kept with all measures and read "
        f"again: {each * 1000:.2f} ms of processor time each, against {real * 1000:.0f} ms of a run of the default "
        "scenario"
    )
    name = "store and scheduler, share of a run"
    return judged(name, "5% or less", f"{each / real:.1%}", met=each / real <= 0.05, note=note)


def _memory(*, quick: bool) -> list[Row]:
    """Memory of a run, and of a study from few to many runs."""
    number = 1 if quick else 8
    peak = ask("runs", str(number), timeout=600.0).found["bytes"] / 1e6
    note = f"peak of a fresh process that does {number} run{'s' * (number > 1)} one after another, measures included"
    one = Row("memory of a process that runs the default scenario", "", f"{peak:.0f} MB", "no goal", note)
    few, many = 1_000, 100_000
    name = f"memory of a study, {few:,} to {many:,} runs"
    if quick:
        return [one, left_out(name, "within 1.2 times")]
    small, large = (ask("study", str(runs), timeout=3600.0).found["bytes"] for runs in (few, many))
    note = (
        "peak memory of a process that plans the study, runs it on two workers into a folder and reads the measures it "
        f"is asked for; the simulation is left out of the runs; {small / 1e6:.0f} and {large / 1e6:.0f} MB"
    )
    grown = large / small
    return [one, judged(name, "within 1.2 times", f"{grown:.2f} times", met=grown <= 1.2, note=note)]


def _precision(*, quick: bool) -> Row:
    """Pairs that stopping at a precision saves."""
    weeks = 26 if quick else 104
    result = compare(
        defaults(), {"training": {"training.hours_per_quarter": 18.0}}, precision="1%", max_seeds=SEEDS, weeks=weeks
    )
    used = len(result.seeds)
    note = f"{weeks} weeks, net contribution, twelve more training hours a quarter, 1% of as is, looks corrected"
    return Row(
        f"pairs until a precision of 1%, against {SEEDS}",
        "",
        f"{used} ({SEEDS / used:.1f} times fewer)",
        "no goal",
        note,
    )
