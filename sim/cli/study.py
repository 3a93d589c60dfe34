"""Commands about kept studies: what is in one, what failed, go on, put together, run one run again.

`Executor`, `Cluster` and `RetryFailed` are the options of every command that runs a study; they go to `run_study` as
they are.
"""

from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.console import STOPPED, run_progress, say, show_table
from sim.cli.run import EXPERIMENTS, Workers
from sim.scenario.errors import InputError, nearest

if TYPE_CHECKING:
    import pandas as pd

    from sim.studies.run import Study


_MOST_ROWS = 40
_SHOWN = ("net_contribution", "attainment", "win_rate")

Executor = Annotated[
    str, typer.Option("--executor", metavar="KIND", help="Who runs it: threads, processes, or dask (see --cluster).")
]
Cluster = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        metavar="ADDRESS",
        help="Dask scheduler that runs it, such as tcp://10.0.0.5:8786, or local to start one.",
        show_default=False,
    ),
]
RetryFailed = Annotated[bool, typer.Option("--retry-failed", help="Run again what failed before.")]
Folder = Annotated[str, typer.Argument(metavar="DIR", help="Folder or URL of a study.", show_default=False)]


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    group = typer.Typer(no_args_is_help=True, help="Look into a kept study, go on with it, put several together.")
    for command in (show, failures, resume, merge):
        group.command()(command)
    group.command(name="rerun")(rerun_one)
    app.add_typer(group, name="study", rich_help_panel=EXPERIMENTS)


def show(
    folder: Folder,
    *,
    measure: Annotated[
        list[str] | None,
        typer.Option("--measure", metavar="NAME", help="Measure to show; may be repeated.", show_default=False),
    ] = None,
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

    manifest, plan = Store.open(folder).manifest, study.plan
    if manifest.question:
        say(manifest.question)
    size = place_of(folder).size()
    burn_in = "each case from its own burn-in" if plan.from_start else "all cases from the same week 0"
    done, failed = len(study.results), len(study.failures)
    say(f"{plan.scenario.title or plan.scenario.name}, {plan.weeks} weeks, {burn_in}.")
    say(
        f"{len(plan.cases):,} cases x {len(plan.seeds):,} seeds = {plan.runs:,} runs: {done:,} done, {failed:,} failed."
    )
    each = f"{in_bytes(size / max(done, 1))} a run, with {len(plan.measures)} measures"
    say(f"{in_bytes(size)}, {each}{_beside(plan.keep)}.")
    if study.interrupted:
        say(f"{plan.runs - done:,} runs are missing; go on with: flywheel study resume {folder}")
    if failed:
        say(f"What failed: flywheel study failures {folder}")


def _beside(keep: tuple[str, ...]) -> str:
    words = {"weekly": "those of every week", "deals": "the deals"}
    return "".join(f" and {words[kind]}" for kind in keep)


def _show_cases(study: "Study", measures: list[str]) -> None:
    """Print mean and interval of each case, the cases in their order."""
    from sim.measures.words import amount, interval  # noqa: PLC0415
    from sim.scenario.measures import MEASURES  # noqa: PLC0415
    from sim.studies.statistics import mean_interval  # noqa: PLC0415 - commands import what they need

    currency = study.plan.scenario.currency
    groups = {str(name): rows for name, rows in study.results.groupby("case", sort=False)}
    rows = []
    for case, found in list(groups.items())[:_MOST_ROWS]:
        cells = [case, f"{len(found):,}"]
        for name in measures:
            one, unit = mean_interval(found[name]), MEASURES[name].unit
            cells.append(f"{amount(one.mean, unit, currency)}\n[{interval(one.low, one.high, unit, currency)}]")
        rows.append(cells)
    head = ("case", "runs", *(f"{name}\nmean [95% interval]" for name in measures))
    show_table("", head, rows, right=range(1, len(head)))
    if len(groups) > _MOST_ROWS:
        say(f"{len(groups) - _MOST_ROWS:,} more cases are not shown; docs/studies.md says how to read them all.")


def failures(folder: Folder) -> None:
    """List the runs that failed, with their errors."""
    from sim.studies.run import Study  # noqa: PLC0415 - commands import what they need

    study = Study.open(folder)
    found = study.failures
    if found.empty:
        say(f"None of {len(study.results):,} runs failed.")
        return
    say(f"{len(found):,} of {len(study.results):,} runs failed.")
    _show_failures(found)
    say(f"Run them again with: flywheel study resume {folder} --retry-failed")


def _show_failures(found: "pd.DataFrame") -> None:
    rows = [tuple(str(cell) for cell in row) for row in found.head(_MOST_ROWS).itertuples(index=False)]
    show_table("", ("run", "case", "seed", "error"), rows, right=(2,))
    if len(found) > _MOST_ROWS:
        kinds = found["error"].value_counts().head(10)
        show_table("all of them", ("error", "runs"), [(str(text), f"{n:,}") for text, n in kinds.items()], right=(1,))


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
    with run_progress() as bar:
        task = bar.add_task("Simulating", total=plan.runs)
        study = run_study(
            plan, folder, workers=workers, executor=executor, cluster=cluster, retry_failed=retry_failed,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )  # fmt: skip
    failed = len(study.failures)
    say(f"{len(study.results):,} of {plan.runs:,} runs are done, {failed:,} of them failed.")
    if study.interrupted:
        raise typer.Exit(STOPPED)


def merge(
    folders: Annotated[
        list[str], typer.Argument(metavar="DIR …", help="Studies of the same organization.", show_default=False)
    ],
    *,
    out: Annotated[str, typer.Option("--out", metavar="DIR", help="Folder for all of them.", show_default=False)],
) -> None:
    """Put studies together that were run apart: cases and seeds add up, what several have is kept once."""
    from sim.studies.merge import merge_studies  # noqa: PLC0415 - commands import what they need

    study = merge_studies(folders, out)
    missing = f", {study.plan.runs - len(study.results):,} are missing" if study.interrupted else ""
    say(
        f"Wrote {out}: {len(study.plan.cases):,} cases x {len(study.plan.seeds):,} seeds, "
        f"{len(study.results):,} runs are done{missing}."
    )


def rerun_one(
    folder: Folder,
    run: Annotated[str, typer.Argument(metavar="RUN", help="Name of the run, or its beginning.", show_default=False)],
) -> None:
    """Run one run again, and say whether everything kept of it comes out the same, bit for bit."""
    from sim.studies.merge import rerun  # noqa: PLC0415 - commands import what they need

    found = rerun(folder, run)
    where = f'Run {found.run}, case "{found.case}", seed {found.seed}'
    if found.equal:
        say(f"{where}: everything is the same, bit for bit.")
        return
    rows = [tuple(str(cell) for cell in row) for row in found.differing.itertuples(index=False)]
    show_table("", ("what", "kept", "again"), rows, right=(1, 2))
    say(
        f"{where}: {len(rows)} of what is kept came out differently; another processor or a changed folder may do that."
    )
    raise typer.Exit(1)
