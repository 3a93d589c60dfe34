"""A sweep: many cases of one organization over the same seeds, each compared with the organization as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.questions.compare.comparison import Precision
from sim.questions.sweep.responses import responses_of
from sim.scenario.errors import InputError
from sim.scenario.measures import MEASURES, check_measure
from sim.studies.cases import AS_IS
from sim.studies.designs import Design, listed_cases
from sim.studies.effects import differences, effects_of, moments, not_told_from
from sim.studies.plan import MOST_RUNS, StudyCase, StudyPlan
from sim.studies.run import Study, run_study
from sim.studies.statistics import ALPHA, check_base, half_width, levels, looks, mean_interval, read_precision
from sim.studies.store import matching

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sim.questions.sweep.study_file import StudySpec
    from sim.scenario.parameters.base import Value
    from sim.scenario.scenario import Scenario

    Cases = Design | Iterable[StudyCase] | Mapping[str, Mapping[str, Value]]

SEEDS = 20  # paired seeds unless something else is asked for
MOST_SEEDS = 1000  # seeds a precision may take unless something else is said
FEW_SEEDS = 5  # with fewer a note warns of how wide intervals then are


@dataclass(frozen=True)
class Sweep:
    """What a sweep found."""

    study: Study  # its runs; the first case is `as_is`
    design: Design  # which cases were tried
    measure: str  # the measure that decides
    alpha: float  # share of intervals that may miss: 0.05, or less where a precision was looked at repeatedly
    effects: pd.DataFrame  # as `sim.studies.effects.effects_of` gives them
    responses: pd.DataFrame  # as `sim.questions.sweep.responses.responses_of` gives them
    precision: Precision | None  # what became of the precision asked for, or None
    notes: tuple[str, ...]  # what a reader must know, one sentence each

    @property
    def table(self) -> pd.DataFrame:
        """A row a case, `as_is` first: `case`, the value of every parameter varied, the mean of every measure."""
        measures = list(self.study.plan.measures)
        means = self.study.results.groupby("case", sort=False)[measures].mean().reset_index()
        return self.study.cases.merge(means, on="case")

    def ranked(self, measure: str | None = None) -> pd.DataFrame:
        """Effects of a measure, the best case first, else the highest; InputError if it was not kept."""
        wanted = measure or self.measure
        if wanted not in self.study.plan.measures:
            raise InputError(f"{wanted} was not kept; choose one of {', '.join(self.study.plan.measures)}")
        rows = self.effects[self.effects["measure"] == wanted]
        order = (-rows["difference"] * (MEASURES[wanted].better or 1)).argsort(kind="stable")
        return rows.iloc[order].reset_index(drop=True)

    def extremes(self) -> pd.DataFrame:
        """The best and the worst case of every measure: measure, unit, then best_ and worst_ case, difference and ends.

        The ends hold for all cases of the measure together: a case chosen among many looks better than it is.
        """
        keys = ("case", "difference", "low_all", "high_all")
        rows = []
        for name in self.study.plan.measures:
            ranked = self.ranked(name).dropna(subset="difference")
            if len(ranked):
                ends = {"best": ranked.iloc[0], "worst": ranked.iloc[-1]}
                cells = {f"{end}_{key}": row[key] for end, row in ends.items() for key in keys}
                rows.append({"measure": name, "unit": MEASURES[name].unit, **cells})
        return pd.DataFrame(rows)

    def not_told_from_best(self) -> list[str]:
        """Name the cases that cannot be told from the best one in the main measure, `as_is` among them."""
        return not_told_from(self.study, self.measure, str(self.ranked()["case"].iloc[0]), self.alpha)


def sweep(
    scenario: Scenario, cases: Cases, seeds: int | Iterable[int] | None = None, *, precision: float | str | None = None,
    max_seeds: int | None = None, measure: str = "net_contribution", measures: Iterable[str] | None = None,
    weeks: int | None = None, from_start: bool = False, keep: Iterable[str] = (), folder: Path | str | None = None,
    workers: int | None = None, progress: Callable[[int, int], None] | None = None, executor: str = "threads",
    cluster: str | None = None, question: str = "",
) -> Sweep:  # fmt: skip
    """Run every case over the same seeds and compare each with `as_is`, which is always there.

    A precision adds seeds, for all cases alike, until the interval of the mean difference of *every* case in the main
    measure has at most the half-width asked for, as a share of the size of the mean of `as_is`. It is looked at after
    20, 40, 80 ... seeds, and the intervals allow for that. Nothing else ends a sweep early.

    Args:
        scenario: The organization as it is.
        cases: A design of `sim.studies.designs`, cases, or changes by name.
        seeds: How many (0, 1, ...; 20 by default), or which.
        precision: Instead of a number of seeds, such as "2%" or 0.02.
        max_seeds: Most seeds a precision may take; 1,000 by default.
        measure: The measure that decides.
        measures: What is kept; all by default.
        weeks: Weeks of each run; the scenario's own by default.
        from_start: Give each case a burn-in of its own, as an organization that always was so.
        keep: What else is kept of each run, `weekly` or `deals`.
        folder: Where the study is kept; in memory only by default.
        workers: How many runs at a time, as many as there are cores by default.
        progress: Told how many runs are done and how many there are at most.
        executor: `threads`, `processes` or `dask`.
        cluster: Address of a Dask scheduler, or `local`.
        question: What was asked; kept in the folder.

    Raises:
        InputError: Something cannot be used; nothing was run, or the first look showed it.
        RuntimeError: No run of `as_is` finished.
    """
    design = design_of(scenario, cases)
    plan = plan_sweep(
        scenario, design, seeds, precision=precision, max_seeds=max_seeds, measure=measure, measures=measures,
        weeks=weeks, from_start=from_start, keep=keep,
    )  # fmt: skip
    asked = None if precision is None else read_precision(precision)
    ends = (len(plan.seeds),) if asked is None else looks(len(plan.seeds))
    at = (ALPHA,) if asked is None else levels(ends)
    options = {"workers": workers, "executor": executor, "cluster": cluster, "question": question}
    study, reached, alpha = _Runs(plan, folder, progress, options), None, at[0]
    for number, (end, alpha) in enumerate(zip(ends, at, strict=True), start=1):
        done = study.up_to(end)
        if done.interrupted or asked is None:
            break
        reached = _look(done, measure, asked, alpha, (number, len(ends)))
        if reached.enough:
            break
    _check_any(done)
    return read_runs(done, design, measure, alpha, reached)


def read_runs(
    study: Study, design: Design, measure: str, alpha: float = ALPHA, reached: Precision | None = None
) -> Sweep:
    """Read a sweep off the runs of its cases; `reached` is what became of a precision that was asked for."""
    notes = (*design.notes, *_notes(study, reached))
    effects, responses = effects_of(study, measure, alpha), responses_of(study, design, alpha)
    return Sweep(study, design, measure, alpha, effects, responses, reached, notes)


def plan_sweep(
    scenario: Scenario, cases: Cases, seeds: int | Iterable[int] | None = None, *, precision: float | str | None = None,
    max_seeds: int | None = None, measure: str = "net_contribution", measures: Iterable[str] | None = None,
    weeks: int | None = None, from_start: bool = False, keep: Iterable[str] = (),
) -> StudyPlan:  # fmt: skip
    """Plan all a sweep may run and run nothing; arguments as `sweep`; InputError if something cannot be used."""
    if precision is not None:
        if isinstance(seeds, int):
            raise InputError("give either a number of seeds or a precision; max_seeds limits what a precision may take")
        read_precision(precision)
    elif max_seeds is not None:
        raise InputError("max_seeds belongs to a precision; give one, or a number of seeds")
    wanted = seeds if seeds is not None else SEEDS if precision is None else (max_seeds or MOST_SEEDS)
    check_measure(measure)
    kept = None if measures is None else tuple(measures)
    if kept is not None and measure not in kept:
        raise InputError(f"{measure} decides, so it must be among the measures that are kept")
    design = design_of(scenario, cases)
    listed = wanted if isinstance(wanted, int) else tuple(wanted)
    _check_seeds(listed, len(design.cases) + 1)
    return StudyPlan.of(
        scenario, (StudyCase(AS_IS), *design.cases), listed, weeks=weeks, from_start=from_start, measures=kept,
        keep=tuple(keep),
    )  # fmt: skip


def design_of(scenario: Scenario, cases: Cases) -> Design:
    """Give a design as it is, and make one of listed cases; InputError if no case changes anything."""
    if isinstance(cases, Design):
        return cases
    listed = [StudyCase(name, changes) for name, changes in cases.items()] if isinstance(cases, Mapping) else cases
    return listed_cases(scenario, listed)


def sweep_spec(spec: StudySpec, folder: Path | str | None = None, **options: Any) -> Sweep:
    """Run the sweep of a study file, as `sim.questions.sweep.study_file.read_study` gives it; InputError as `sweep`.

    The study is kept in the folder, in memory only by default; options are workers, progress, executor and cluster.
    """
    return sweep(
        spec.scenario, spec.design, spec.seeds, precision=spec.precision, max_seeds=spec.max_seeds,
        measure=spec.measure, measures=spec.measures, weeks=spec.weeks, from_start=spec.from_start, keep=spec.keep,
        folder=folder, question=spec.question, **options,
    )  # fmt: skip


def shard_of(plan: StudyPlan, number: int, shards: int) -> StudyPlan:
    """Give one of several parts of a study, to be run on different machines: every n-th case, with all seeds.

    Parts are numbered from 1.

    Raises:
        InputError: There is no such part, or more parts than cases.
    """
    if not 1 <= number <= shards:
        asked = f"shard {number}/{shards}"
        raise InputError(f"{asked}: there is no such part; it must be from 1/{shards} to {shards}/{shards}")
    if shards > len(plan.cases):
        raise InputError(f"shard {number}/{shards}: {len(plan.cases)} cases cannot be cut into {shards} parts")
    return replace(plan, cases=plan.cases[number - 1 :: shards])


@dataclass
class _Runs:
    """The runs of a plan, seeds added as they are needed."""

    plan: StudyPlan
    folder: Path | str | None
    progress: Callable[[int, int], None] | None
    options: dict[str, Any]
    done: Study | None = None

    def up_to(self, end: int) -> Study:
        """Run what the first seeds still lack; a folder knows itself what it has."""
        whole = replace(self.plan, seeds=self.plan.seeds[:end])
        if self.folder is not None:
            return run_study(whole, self.folder, progress=self._counted(0), **self.options)
        begin = len(self.done.plan.seeds) if self.done else 0
        part = replace(self.plan, seeds=self.plan.seeds[begin:end])
        more = run_study(part, progress=self._counted(begin * len(self.plan.cases)), **self.options)
        self.done = more if self.done is None else _joined(whole, self.done, more)
        return self.done

    def _counted(self, before: int) -> Callable[[int, int], None] | None:
        tell = self.progress
        return None if tell is None else lambda done, _: tell(before + done, self.plan.runs)


def _joined(whole: StudyPlan, first: Study, more: Study) -> Study:
    """Put the runs of further seeds behind those of the first."""
    kept: dict[str, Any] = {
        kind: pd.concat([getattr(first, kind), getattr(more, kind)]).drop(columns=["case", "seed"])
        for kind in whole.keep
    }
    rows = pd.concat([first.results, more.results], ignore_index=True)
    return Study(whole, matching(whole, rows, whole.case_digests), more.interrupted, **kept)


def _check_seeds(seeds: int | tuple[int, ...], cases: int) -> None:
    number = seeds if isinstance(seeds, int) else len(seeds)
    if number < 2:
        raise InputError(f"seeds = {number} is not enough; an interval of a difference needs at least 2")
    if number * cases > MOST_RUNS:
        raise InputError(
            f"{cases:,} cases (with as_is) x {number:,} seeds are {number * cases:,} runs, and a study has at most "
            f"{MOST_RUNS:,}; take fewer seeds, samples, levels or parameters"
        )


def _look(study: Study, measure: str, asked: float, alpha: float, taken: tuple[int, int]) -> Precision:
    """See how narrow the intervals are by now; InputError if the mean of `as_is` may be 0."""
    base = mean_interval(study.matrix(measure).loc[AS_IS])
    check_base(base, measure)
    n, _, sd = moments(differences(study, measure))
    reached = float(np.max(half_width(n, sd, alpha) / abs(base.mean)))  # no number where a case has too few runs
    return Precision(asked, reached, len(study.plan.seeds), taken, reached <= asked)


def _check_any(study: Study) -> None:
    if study.results.empty:
        raise KeyboardInterrupt
    base = study.results[study.results["case"] == AS_IS]
    if len(base) and (base["error"] != "").all():
        raise RuntimeError(f"no run of {AS_IS} finished; the first: {base['error'].iloc[0]}")


def _notes(study: Study, precision: Precision | None) -> Iterable[str]:
    seeds, failed = len(study.plan.seeds), study.failures
    if study.interrupted:
        yield f"It was stopped: {len(study.results):,} of {study.plan.runs:,} runs were finished, and only they count."
    if len(failed):
        first = failed.iloc[0]
        yield (
            f"{len(failed):,} runs failed and were left out; first: case {first['case']}, seed {first['seed']}: "
            f"{first['error']}."
        )
    if seeds < FEW_SEEDS:
        yield f"{seeds} seeds are few: the intervals are wide, and one odd seed moves them."
    if study.plan.from_start:
        yield "Each case has a burn-in of its own: what it changes holds from its beginning, not from week 0."
    if precision:
        yield precision.sentence(" in every case")
