"""Runs a comparison for the page: it shows what is known on the way, and a stop keeps what is finished."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from sim.answers.compare.gather import material_of
from sim.answers.folder import zipped
from sim.engine.world import prepare
from sim.questions.compare.run import compare
from sim.questions.compare.worlds import compare_worlds, told
from sim.questions.over_worlds import frame_of
from sim.scenario.errors import InputError
from sim.scenario.measures import check_measure
from sim.ui.compare.cases import Draft, checked, run_of, shipped_cases
from sim.ui.compare.result import CompareOutcome, final_sight, sight_of
from sim.ui.forms.live import asked_about
from sim.ui.forms.work import OPEN, Subject, command_of, read_weeks, read_whole, read_worlds, subject_of, workers
from sim.ui.jobs import JobStopped

if TYPE_CHECKING:
    import threading
    from collections.abc import Sequence

    from sim.answers.compare.material import Material
    from sim.questions.compare.comparison import Comparison
    from sim.questions.compare.run import SeedResults
    from sim.studies.cases import Changes
    from sim.ui.choice import Choice
    from sim.ui.jobs import Job

MOST_SEEDS = 2000


@dataclass(frozen=True, slots=True)
class CompareForm:
    """What is asked, as typed: pairs of runs (`seeds`), or instead of them a precision such as 2%.

    `from_start` gives each case a burn-in of its own, `worlds` is how many plausible worlds it is repeated in, if any.
    """

    scenario: str = OPEN
    cases: tuple[Draft, ...] = field(default_factory=lambda: tuple(shipped_cases().values()))
    measure: str = "net_contribution"
    seeds: str = "20"
    precision: str = ""
    weeks: str = ""
    from_start: bool = False
    worlds: str = ""

    @property
    def whole(self) -> bool:
        """Whether a case is another scenario, which needs a burn-in of its own."""
        return any(case.scenario for case in self.cases)


def run(choice: Choice, form: CompareForm, job: Job[CompareOutcome]) -> CompareOutcome:
    """Compare, telling what is known so far; InputError if something asked for cannot be used.

    A stop before any pair was finished raises JobStopped, a later one keeps what is finished.
    """
    subject = subject_of(choice, form.scenario)
    if not form.cases:
        raise InputError("there is no case to compare with; add one")
    check_measure(form.measure)
    cases = [(case.name, checked(case, subject.scenario)) for case in form.cases]
    weeks, precision = read_weeks(form.weeks), form.precision.strip() or None
    seeds = None if precision else read_whole(form.seeds, "pairs of runs", 2, MOST_SEEDS)
    planned, count = seeds or MOST_SEEDS, read_worlds(form.worlds)
    prepare()
    job.tell(0, planned, "Simulating pairs of runs.")

    def watch(results: SeedResults, stopped: threading.Event) -> None:
        if job.stopping:
            stopped.set()
            return
        sight = sight_of(results, form.measure, subject.scenario.currency)
        job.tell(len(results.seeds), planned, "Simulating pairs of runs.", CompareOutcome(sight))

    comparison = compare(
        subject.scenario, cases, seeds, precision=precision, max_seeds=MOST_SEEDS, measure=form.measure, weeks=weeks,
        workers=workers(), watch=watch, from_start=form.from_start or form.whole,
    )  # fmt: skip
    if count and not job.stopping:
        _add_worlds(comparison, cases, count, form, job)
    material = material_of(comparison, command=command(subject, form))
    sight, pairs = final_sight(material), len(comparison.seeds)
    if not job.stopping:
        job.tell(pairs, pairs, "Writing the report.", CompareOutcome(sight))
    base = asked_about(choice, form.scenario)
    return CompareOutcome(
        sight, material, _files(comparison, material), tuple((case.name, run_of(case, base)) for case in form.cases)
    )


def _add_worlds(
    comparison: Comparison, cases: Sequence[tuple[str, Changes]], count: int, form: CompareForm, job: Job[Any]
) -> None:
    """Compare in plausible worlds too, and say what that shows; a stop leaves out what is not finished."""
    try:
        found = compare_worlds(
            comparison.scenario, cases, form.measure, count=count, weeks=comparison.weeks, workers=workers(),
            from_start=comparison.from_start, progress=partial(job.tell, text="Comparing in plausible worlds."),
        )  # fmt: skip
    except JobStopped:
        comparison.notes.append("Plausible worlds are left out: it was stopped before all of them were run.")
        return
    comparison.notes += told(found, comparison.scenario)
    comparison.worlds = frame_of(found)


def _files(comparison: Comparison, material: Material) -> bytes:
    """All tables and the report as one ZIP file."""
    from sim.answers.compare.report import analysis_of  # noqa: PLC0415 - slow to import

    return zipped(analysis_of(material, comparison).write)


def command(subject: Subject, form: CompareForm) -> str:
    """The command that gives the same numbers; none where a case is what was done in a run."""
    if any(case.actions for case in form.cases):
        return ""
    precision, words = form.precision.strip(), (word for case in form.cases for word in case.words)
    return command_of(
        "compare", subject, *words, precision=precision, seeds="" if precision else form.seeds,
        measure="" if form.measure == "net_contribution" else form.measure, weeks=form.weeks.strip(),
        from_start=form.from_start and not form.whole, worlds=form.worlds.strip(),
    )  # fmt: skip
