"""Commands about kept studies: what is in one, what failed, go on, put together, run one run again.

`Executor`, `Cluster` and `RetryFailed` are the options of every command that runs a study; they go to `run_study` as
they are.
"""

from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.console import STOPPED, progress, say, show_table
from sim.cli.options import Workers, argument, option, switch
from sim.scenario.errors import InputError, nearest

if TYPE_CHECKING:
    from sim.studies.run import Study


_MOST_ROWS = 40
_SHOWN = ("net_contribution", "attainment", "win_rate")

Executor = Annotated[str, option("KIND", "Who runs it: threads, processes, or dask (see --cluster).")]
Cluster = Annotated[
    str | None, option("ADDRESS", "Dask scheduler that runs it, such as tcp://10.0.0.5:8786, or local to start one.")
]
RetryFailed = Annotated[bool, switch("--retry-failed", "Run again what failed before.")]
Folder = Annotated[str, argument("DIR", "Folder or URL of a study.")]

group = typer.Typer(no_args_is_help=True, help="Look into a kept study, go on with it, put several together.")


@group.command()
def show(
    folder: Folder, *, measure: Annotated[list[str] | None, option("NAME", "Measure to show; may be repeated.")] = None
) -> None:
    """Say what a study asks, how far it is, and what it found by case."""
    from sim.studies.run import Study  # noqa: PLC0415 - commands import what they need

    study = Study.open(folder)
    kept = study.plan.measures
    for name in measure or ():
        if name not in kept:
            raise InputError(f"--measure {name}: the study does not keep it{nearest(name, kept)}")
    _say_head(study, folder)
    shown = measure or [name for name in _SHOWN if name in kept] or list(kept[:3])
    _show_cases(study, shown)


def _say_head(study: "Study", folder: str) -> None:
    from sim.studies.size import in_bytes  # noqa: PLC0415
    from sim.studies.storage import place_of  # noqa: PLC0415 - commands import what they need
    from sim.studies.store import Store  # noqa: PLC0415

    question, plan = Store.open(folder).manifest.question, study.plan
    if question:
        say(question)
    size = place_of(folder).size()
    burn_in = "each case from its own burn-in" if plan.from_start else "all cases from the same week 0"
    done, failed = len(study.results), len(study.failures)
    say(f"{plan.scenario.title or plan.scenario.name}, {plan.weeks} weeks, {burn_in}.")
    say(
        f"{len(plan.cases):,} cases x {len(plan.seeds):,} seeds = {plan.runs:,} runs: {done:,} done, {failed:,} failed."
    )
    each = f"{in_bytes(size / max(done, 1))} a run, with {len(plan.measures)} measures"
    words = {"weekly": "those of every week", "deals": "the deals"}
    say(f"{in_bytes(size)}, {each}{''.join(f' and {words[kind]}' for kind in plan.keep)}.")
    if study.interrupted:
        say(f"{plan.runs - done:,} runs are missing; go on with: flywheel study resume {folder}")
    if failed:
        say(f"What failed: flywheel study failures {folder}")


def _show_cases(study: "Study", measures: list[str]) -> None:
    from sim.measures.words import amount, interval  # noqa: PLC0415
    from sim.scenario.measures import MEASURES  # noqa: PLC0415
    from sim.studies.statistics import mean_interval  # noqa: PLC0415 - commands import what they need

    currency = study.plan.scenario.currency
    groups = {str(name): rows for name, rows in study.results.groupby("case", sort=False)}
    rows = []
    for case, runs in list(groups.items())[:_MOST_ROWS]:
        cells = [case, f"{len(runs):,}"]
        for name in measures:
            mean, unit = mean_interval(runs[name]), MEASURES[name].unit
            cells.append(f"{amount(mean.mean, unit, currency)}\n[{interval(mean.low, mean.high, unit, currency)}]")
        rows.append(cells)
    columns = ("case", "runs", *(f"{name}\nmean [95% interval]" for name in measures))
    show_table("", columns, rows, right=range(1, len(columns)))
    if len(groups) > _MOST_ROWS:
        say(f"{len(groups) - _MOST_ROWS:,} more cases are not shown; docs/studies.md says how to read them all.")


@group.command()
def failures(folder: Folder) -> None:
    """List the runs that failed, with their errors."""
    from sim.studies.run import Study  # noqa: PLC0415 - commands import what they need

    study = Study.open(folder)
    failed = study.failures
    if failed.empty:
        say(f"None of {len(study.results):,} runs failed.")
        return
    say(f"{len(failed):,} of {len(study.results):,} runs failed.")
    rows = failed.head(_MOST_ROWS).astype(str).itertuples(index=False)
    show_table("", ("run", "case", "seed", "error"), rows, right=(2,))
    if len(failed) > _MOST_ROWS:
        kinds = [(str(text), f"{runs:,}") for text, runs in failed["error"].value_counts().head(10).items()]
        show_table("all of them", ("error", "runs"), kinds, right=(1,))
    say(f"Run them again with: flywheel study resume {folder} --retry-failed")


@group.command()
def resume(
    folder: Folder,
    *,
    workers: Workers = None,
    executor: Executor = "threads",
    cluster: Cluster = None,
    retry_failed: RetryFailed = False,
) -> None:
    """Run what a study still lacks.

    Ctrl-C keeps what is finished; so does whatever else ends it.
    """
    from sim.studies.run import Study, run_study  # noqa: PLC0415 - commands import what they need

    plan = Study.open(folder).plan
    with progress("Simulating", plan.runs) as tell:
        study = run_study(
            plan, folder, workers=workers, executor=executor, cluster=cluster, retry_failed=retry_failed, progress=tell
        )
    failed = len(study.failures)
    say(f"{len(study.results):,} of {plan.runs:,} runs are done, {failed:,} of them failed.")
    if study.interrupted:
        raise typer.Exit(STOPPED)


@group.command()
def merge(
    folders: Annotated[list[str], argument("DIR …", "Studies of the same organization.")],
    *,
    out: Annotated[str, option("DIR", "Folder for all of them.")],
) -> None:
    """Put studies together that were run apart: cases and seeds add up, what several have is kept once."""
    from sim.studies.merge import merge_studies  # noqa: PLC0415 - commands import what they need

    study = merge_studies(folders, out)
    missing = f", {study.plan.runs - len(study.results):,} are missing" if study.interrupted else ""
    say(
        f"Wrote {out}: {len(study.plan.cases):,} cases x {len(study.plan.seeds):,} seeds, "
        f"{len(study.results):,} runs are done{missing}."
    )


@group.command(name="rerun")
def rerun_one(folder: Folder, run: Annotated[str, argument("RUN", "Name of the run, or its beginning.")]) -> None:
    """Run one run again, and say whether everything kept of it comes out the same, bit for bit."""
    from sim.studies.merge import rerun  # noqa: PLC0415 - commands import what they need

    again = rerun(folder, run)
    where = f'Run {again.run}, case "{again.case}", seed {again.seed}'
    if again.equal:
        say(f"{where}: everything is the same, bit for bit.")
        return
    differing = again.differing.astype(str)
    show_table("", ("what", "kept", "again"), differing.itertuples(index=False), right=(1, 2))
    changed = f"{len(differing)} of what is kept came out differently"
    say(f"{where}: {changed}; another processor or a changed folder may do that.")
    raise typer.Exit(1)
