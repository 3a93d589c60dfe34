"""Sweeps two parameters for the page, coarse to fine, with what is known shown on the way."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import product
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.engine.world import prepare
from sim.questions.sweep.run import read_runs
from sim.questions.sweep.worlds import sweep_worlds
from sim.scenario.errors import InputError
from sim.scenario.measures import check_measure
from sim.studies.cases import AS_IS
from sim.studies.designs import check_factors, full_factorial
from sim.studies.effects import moments
from sim.studies.factors import RANGE, factor
from sim.studies.plan import StudyCase, StudyPlan
from sim.studies.run import Study, run_study
from sim.studies.store import matching
from sim.studies.work import run_chunk
from sim.ui.forms.work import OPEN, read_weeks, read_whole, read_worlds, subject_of, workers
from sim.ui.jobs import JobStopped
from sim.ui.limits import check_size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sim.questions.sweep.run import Sweep
    from sim.questions.sweep.worlds import SweepOverWorlds
    from sim.scenario.parameters.base import Value
    from sim.scenario.scenario import Scenario
    from sim.studies.designs import Design
    from sim.studies.factors import Factor
    from sim.studies.work import Chunk, Done
    from sim.ui.choice import Choice
    from sim.ui.jobs import Job

MOST_SIZE = 12
MOST_SEEDS = 200


@dataclass(frozen=True, slots=True)
class Axis:
    """A parameter and the ends of its range as typed; empty for the plausible range of the registry."""

    name: str
    low: str = ""
    high: str = ""


@dataclass(frozen=True, slots=True)
class ExploreForm:
    """What is asked, as typed: two parameters, how many values of each (`size`), and pairs of runs of each cell.

    `from_start` gives each cell a burn-in of its own; `worlds` is how many plausible worlds it is repeated in, if any.
    """

    scenario: str = OPEN
    across: Axis = Axis("structure.product_specialists")
    up: Axis = Axis("training.hours_per_quarter")
    measure: str = "net_contribution"
    size: str = "5"
    seeds: str = "6"
    weeks: str = ""
    from_start: bool = False
    worlds: str = ""


@dataclass(frozen=True, slots=True)
class MapCell:
    """One cell from `n` pairs of runs, in the unit of the measure; nan where a number is not known (yet).

    Mean of the measure, paired difference from as is with its 95% interval, and the interval that holds for all cells.
    """

    n: int
    mean: float
    difference: float
    low: float
    high: float
    low_all: float
    high_all: float


@dataclass(frozen=True)
class Mapped:
    """A map of an outcome over two parameters, finished or not yet.

    Attributes:
        chosen: Scenario of the form it was made from.
        names, levels: Parameters across and up, and their values, in order.
        seeds: Pairs of runs of each cell, when it is finished.
        from_start: Whether each cell has a burn-in of its own.
        base: Mean of the outcome as is.
        cells: By places across and up, from 0; without those nothing is known of.
        stopped: Whether somebody stopped it before it was finished.
        sweep: The same as a sweep of all its cells, whose answer can be taken along; None before anything is known.
        over: The same in plausible worlds, once it was asked for and is finished.
    """

    scenario: Scenario
    chosen: str
    names: tuple[str, str]
    levels: tuple[tuple[Value, ...], tuple[Value, ...]]
    measure: str
    seeds: int
    from_start: bool
    base: float
    cells: dict[tuple[int, int], MapCell]
    stopped: bool = False
    sweep: Sweep | None = None
    over: SweepOverWorlds | None = None

    def changes(self, place: tuple[int, int]) -> dict[str, Value]:
        """Parameters of a cell by dotted name."""
        return {name: values[at] for name, values, at in zip(self.names, self.levels, place, strict=True)}

    def is_as_is(self, place: tuple[int, int]) -> bool:
        """Whether a cell changes nothing."""
        return all(self.scenario[name] == value for name, value in self.changes(place).items())


def explore(choice: Choice, form: ExploreForm, job: Job[Mapped]) -> Mapped:
    """Map the outcome, telling what is known so far; InputError if something asked for cannot be used.

    A stop before anything was done raises JobStopped, a later one keeps what is finished.
    """
    scenario = subject_of(choice, form.scenario).scenario
    check_measure(form.measure)
    size = read_whole(form.size, "values of each parameter", 2, MOST_SIZE)
    seeds = read_whole(form.seeds, "pairs of runs", 2, MOST_SEEDS)
    across, up = _factor(scenario, form.across), _factor(scenario, form.up)
    check_factors([across, up])
    levels = _values(scenario, across, size), _values(scenario, up, size)
    names = across.dotted, up.dotted
    count = read_worlds(form.worlds)
    mapped = Mapped(scenario, form.scenario, names, levels, form.measure, seeds, form.from_start, float("nan"), {})
    found = _run(mapped, read_weeks(form.weeks), job)
    if not count or found.stopped or found.sweep is None:
        return found
    tell = partial(job.tell, text="Mapping it in plausible worlds; the map stands.", result=found)
    return replace(found, over=sweep_worlds(found.sweep, count, workers=workers(), progress=tell))


def _run(mapped: Mapped, weeks: int | None, job: Job[Mapped]) -> Mapped:
    factors = [
        factor(mapped.scenario, name, {"levels": list(values)})
        for name, values in zip(mapped.names, mapped.levels, strict=True)
    ]
    design = full_factorial(mapped.scenario, factors)
    cells = Cells(mapped, design)
    plan = partial(StudyPlan.of, mapped.scenario, seeds=mapped.seeds, weeks=weeks, from_start=mapped.from_start,
                   measures=[mapped.measure])  # fmt: skip
    whole = plan(cases=[StudyCase(AS_IS), *design.cases])
    for case in whole.cases:
        check_size(mapped.scenario.override(dict(case.changes)))
    prepare()
    job.tell(0, whole.runs, "Simulating.")
    results: list[pd.DataFrame] = []

    def run(plan: StudyPlan, chunk: Chunk, stop: Callable[[], bool]) -> Done:
        done = run_chunk(plan, chunk, stop)
        results.append(done.results)
        return done

    def as_is_done() -> bool:
        return any((result["case"] == AS_IS).any() for result in results)

    def report(_done: int, _total: int) -> None:
        if job.stopping:
            raise JobStopped
        if as_is_done():
            runs = sum(map(len, results))
            job.tell(runs, whole.runs, "Simulating, coarse to fine.", cells.filled(whole, results))

    try:
        for wave in cells.waves():
            run_study(plan(cases=wave), workers=workers(), progress=report, run=run)
    except JobStopped:
        if not as_is_done():
            raise
        return replace(cells.filled(whole, results), stopped=True)
    return cells.filled(whole, results)


@dataclass(frozen=True)
class Cells:
    """The cells of a map as cases of a design."""

    mapped: Mapped
    design: Design

    @cached_property
    def places(self) -> dict[str, tuple[int, int]]:
        """Place of each case by its name."""
        where = {tuple(self.mapped.changes(place).values()): place for place, _ in listed(self.mapped)}
        return {case.name: where[tuple(case.changes.values())] for case in self.design.cases}

    def waves(self) -> list[list[StudyCase]]:
        """Cases in the order in which they are run, coarse to fine; the first are led by the one as is."""
        cases = {self.places[case.name]: case for case in self.design.cases}
        waves = [[cases[at] for at in wave if at in cases] for wave in waves_of(*map(len, self.mapped.levels))]
        return [[StudyCase(AS_IS), *waves[0]], *waves[1:]]

    def filled(self, whole: StudyPlan, results: Sequence[pd.DataFrame]) -> Mapped:
        """Fill the map with what the rows of runs say."""
        rows = matching(whole, pd.concat([*results], ignore_index=True), whole.case_digests)
        sweep = read_runs(Study(whole, rows), self.design, self.mapped.measure)
        base = float(moments(sweep.study.matrix(self.mapped.measure).to_numpy(dtype=float)[:1])[1][0])
        keys = ("mean", "difference", "low", "high", "low_all", "high_all")
        cells = {
            self.places[str(row["case"])]: MapCell(int(row["n"]), *(float(row[key]) for key in keys))
            for row in sweep.effects[sweep.effects["n"] > 0].to_dict("records")
        }
        as_is = MapCell(int((rows["case"] == AS_IS).sum()), base, *[0.0] * 5)
        cells |= {place: as_is for place, _ in listed(self.mapped) if as_is.n and self.mapped.is_as_is(place)}
        return replace(self.mapped, base=base, cells=cells, sweep=sweep)


def _factor(scenario: Scenario, axis: Axis) -> Factor:
    """Read an axis, whose ends may be left out; InputError if the parameter is unknown, or the range is none."""
    ends = {key: text.strip() for key, text in (("low", axis.low), ("high", axis.high)) if text.strip()}
    numbers: dict[str, Any] = {}
    for key, text in ends.items():
        try:
            numbers[key] = int(text) if text.lstrip("-").isdecimal() else float(text)
        except ValueError:
            raise InputError(f'{axis.name}: "{text}" is no number') from None
    return factor(scenario, axis.name, numbers or RANGE)


def _values(scenario: Scenario, varied: Factor, size: int) -> tuple[Value, ...]:
    """Values of an axis, the one as is among them."""
    values, as_is = varied.values(size), scenario[varied.dotted]
    if varied.listed or as_is in values or not float(varied.low or 0.0) <= float(as_is) <= float(varied.high or 0.0):
        return values
    return tuple(sorted((*values, as_is), key=float))


def waves_of(across: int, up: int) -> list[list[tuple[int, int]]]:
    """Places of a grid, coarse to fine: its corners first, then what halves the gaps between what is there."""
    columns, rows = _levels(across), _levels(up)
    waves = defaultdict(list)
    for j, i in product(range(up), range(across)):
        waves[max(columns[i], rows[j])].append((i, j))
    return [waves[wave] for wave in sorted(waves)]


def _levels(length: int) -> list[int]:
    """How often the gaps were halved before a place is there; 0 for both ends."""
    levels = [0] * length

    def halve(low: int, high: int, level: int) -> None:
        if high - low > 1:
            middle = (low + high) // 2
            levels[middle] = level
            halve(low, middle, level + 1)
            halve(middle, high, level + 1)

    halve(0, length - 1, 1)
    return levels


def listed(mapped: Mapped) -> Iterator[tuple[tuple[int, int], MapCell | None]]:
    """All places of a map with what is known of them, row by row."""
    columns, rows = map(len, mapped.levels)
    for up, across in product(range(rows), range(columns)):
        yield (across, up), mapped.cells.get((across, up))
