"""Sweeps two parameters for the page, coarse to fine, with what is known shown on the way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.engine.world import prepare
from sim.questions.compare.comparison import check_measure
from sim.scenario.errors import InputError
from sim.studies.cases import AS_IS
from sim.studies.designs import check_factors
from sim.studies.effects import effects_of, moments
from sim.studies.factors import RANGE, factor
from sim.studies.plan import StudyCase, StudyPlan
from sim.studies.run import Study, run_study
from sim.studies.work import run_chunk
from sim.ui.forms.work import OPEN, read_weeks, read_whole, subject_of, workers
from sim.ui.jobs import JobStopped
from sim.ui.limits import check_size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sim.scenario.parameters.base import Value
    from sim.scenario.scenario import Scenario
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
    """What is asked.

    Attributes:
        scenario: The organization as it is.
        across, up: What is varied.
        measure: The outcome.
        size: Values of each parameter.
        seeds: Pairs of runs of each cell.
        weeks: Weeks of each run; empty for the scenario's own.
        from_start: Whether each cell has a burn-in of its own.
    """

    scenario: str = OPEN
    across: Axis = Axis("structure.product_specialists")
    up: Axis = Axis("training.hours_per_quarter")
    measure: str = "net_contribution"
    size: str = "5"
    seeds: str = "6"
    weeks: str = ""
    from_start: bool = False


@dataclass(frozen=True, slots=True)
class MapCell:
    """One cell, its numbers in the unit of the measure; not numbers where they are not known (yet).

    Attributes:
        n: Pairs of runs that are done.
        mean: Mean of the measure.
        difference, low, high: Paired difference from as is, with the 95% interval.
        low_all, high_all: Interval that holds for all cells together.
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
        scenario: The organization as it is.
        chosen: Scenario of the form it was made from.
        names: Parameters across and up.
        levels: Their values, in order.
        measure: The outcome.
        seeds: Pairs of runs of each cell, when it is finished.
        from_start: Whether each cell has a burn-in of its own.
        base: Mean of the outcome as is.
        cells: By places across and up, from 0; without those nothing is known of.
        stopped: Whether somebody stopped it before it was finished.
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

    def changes(self, place: tuple[int, int]) -> dict[str, Value]:
        """Parameters of a cell by dotted name."""
        return {name: values[at] for name, values, at in zip(self.names, self.levels, place, strict=True)}

    def is_as_is(self, place: tuple[int, int]) -> bool:
        """Whether a cell changes nothing."""
        return all(self.scenario[name] == value for name, value in self.changes(place).items())


class _Enough(Exception):  # noqa: N818 - no error: somebody asked to stop, and what is done is kept
    """Ends a sweep."""


def explore(choice: Choice, form: ExploreForm, job: Job[Mapped]) -> Mapped:
    """Map the outcome, telling what is known so far; a stop keeps what is finished.

    Raises:
        InputError: Something asked for cannot be used.
        Stopped: Somebody asked to stop before anything was done.
    """
    scenario = subject_of(choice, form.scenario).scenario
    check_measure(form.measure)
    size = read_whole(form.size, "values of each parameter", 2, MOST_SIZE)
    seeds = read_whole(form.seeds, "pairs of runs", 2, MOST_SEEDS)
    factors = [_factor(scenario, axis) for axis in (form.across, form.up)]
    check_factors(factors)
    values = tuple(_values(scenario, one, size) for one in factors)
    names = (factors[0].dotted, factors[1].dotted)
    mapped = Mapped(scenario, form.scenario, names, (values[0], values[1]), form.measure, seeds, form.from_start,
                  float("nan"), {})  # fmt: skip
    return _run(mapped, read_weeks(form.weeks), job)


def _run(mapped: Mapped, weeks: int | None, job: Job[Mapped]) -> Mapped:
    places = waves_of(*(len(axis) for axis in mapped.levels))
    waves = [[_case(mapped, place) for place in wave if not mapped.is_as_is(place)] for wave in places]
    whole = _plan(mapped, [StudyCase(AS_IS), *(case for wave in waves for case in wave)], weeks)
    for case in whole.cases:
        check_size(mapped.scenario.override(dict(case.changes)))
    prepare()
    job.tell(0, whole.runs, "Simulating.")
    rows: list[pd.DataFrame] = []

    def watched(plan: StudyPlan, chunk: Chunk, stop: Callable[[], bool]) -> Done:
        done = run_chunk(plan, chunk, stop)
        rows.append(done.results)
        return done

    def told(_done: int, _total: int) -> None:
        if job.stopping:
            raise _Enough
        if any((part["case"] == AS_IS).any() for part in rows):
            found = sum(map(len, rows))
            job.tell(found, whole.runs, "Simulating, coarse to fine.", filled(mapped, whole, rows))

    try:
        for number, wave in enumerate(waves):
            part = _plan(mapped, [*([StudyCase(AS_IS)] if number == 0 else []), *wave], weeks)
            run_study(part, workers=workers(), progress=told, run=watched)
    except _Enough:
        if not any((part["case"] == AS_IS).any() for part in rows):
            raise JobStopped from None
        return replace(filled(mapped, whole, rows), stopped=True)
    return filled(mapped, whole, rows)


def _plan(mapped: Mapped, cases: Sequence[StudyCase], weeks: int | None) -> StudyPlan:
    return StudyPlan.of(
        mapped.scenario, cases, mapped.seeds, weeks=weeks, from_start=mapped.from_start, measures=[mapped.measure]
    )


def _case(mapped: Mapped, place: tuple[int, int]) -> StudyCase:
    return StudyCase(f"{place[0]} {place[1]}", mapped.changes(place))


def filled(mapped: Mapped, whole: StudyPlan, rows: Sequence[pd.DataFrame]) -> Mapped:
    """Fill a map with what the rows of runs say."""
    study = Study(whole, pd.concat([*rows], ignore_index=True))
    effects = effects_of(study, mapped.measure)
    base = moments(study.matrix(mapped.measure).to_numpy(dtype=float)[:1])[1]
    keys = ("mean", "difference", "low", "high", "low_all", "high_all")
    cells = {
        (int(across), int(up)): MapCell(int(row["n"]), *(float(row[key]) for key in keys))
        for row in effects.to_dict("records")
        for across, up in [str(row["case"]).split(" ")]
        if row["n"]
    }
    return replace(mapped, base=float(base[0]), cells=cells | _as_is(mapped, study, float(base[0])))


def _as_is(mapped: Mapped, study: Study, base: float) -> dict[tuple[int, int], MapCell]:
    """The cell that changes nothing, if the map has it."""
    done = int((study.results["case"] == AS_IS).sum())
    return {place: MapCell(done, base, *[0.0] * 5) for place, _ in listed(mapped) if done and mapped.is_as_is(place)}


def _factor(scenario: Scenario, axis: Axis) -> Factor:
    """Read an axis; one end that is given needs the other.

    Raises:
        InputError: The parameter is unknown, or the range is none.
    """
    ends = {key: text.strip() for key, text in (("low", axis.low), ("high", axis.high)) if text.strip()}
    if not ends:
        return factor(scenario, axis.name, RANGE)
    found: dict[str, Any] = {}
    for key, text in ends.items():
        try:
            found[key] = int(text) if text.lstrip("-").isdecimal() else float(text)
        except ValueError:
            raise InputError(f'{axis.name}: "{text}" is no number') from None
    return factor(scenario, axis.name, found)


def _values(scenario: Scenario, one: Factor, size: int) -> tuple[Value, ...]:
    """Values of an axis, the one as is among them."""
    values = one.values(size)
    as_is = scenario[one.dotted]
    if one.listed or as_is in values or not float(one.low or 0.0) <= float(as_is) <= float(one.high or 0.0):
        return values
    return tuple(sorted((*values, as_is), key=float))


def waves_of(across: int, up: int) -> list[list[tuple[int, int]]]:
    """Places of a grid, coarse to fine: its corners first, then what halves the gaps between what is there."""
    levels = [_levels(across), _levels(up)]
    places = [(i, j) for j in range(up) for i in range(across)]
    depth = {(i, j): max(levels[0][i], levels[1][j]) for i, j in places}
    return [[place for place in places if depth[place] == wave] for wave in sorted({*depth.values()})]


def _levels(length: int) -> list[int]:
    """How often the gaps were halved before a place is there; 0 for both ends."""
    found = [0] * length

    def halve(low: int, high: int, level: int) -> None:
        if high - low > 1:
            middle = (low + high) // 2
            found[middle] = level
            halve(low, middle, level + 1)
            halve(middle, high, level + 1)

    halve(0, length - 1, 1)
    return found


def listed(mapped: Mapped) -> Iterator[tuple[tuple[int, int], MapCell | None]]:
    """All places of a map with what is known of them."""
    for up in range(len(mapped.levels[1])):
        for across in range(len(mapped.levels[0])):
            yield (across, up), mapped.cells.get((across, up))
