"""The command that runs many cases of a study file."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.console import STOPPED, finish, progress, say
from sim.cli.kept import runs_home
from sim.cli.options import (
    AsJson,
    Cluster,
    PlausibleAsked,
    Settings,
    Weeks,
    Workers,
    argument,
    command_line,
    option,
    out_answer,
    switch,
    usual_worlds,
)
from sim.scenario.errors import InputError

if TYPE_CHECKING:
    from sim.questions.sweep.run import Sweep
    from sim.questions.sweep.study_file import StudySpec
    from sim.questions.sweep.worlds import SweepOverWorlds
    from sim.studies.plan import StudyPlan

MOST_PRICE = 1e6
"""Of a core-hour; more is a slip of the hand."""
SHOWN = 5
"""Best cases on the screen, and worst ones."""


def _print_schema(*, wanted: bool) -> None:
    if wanted:
        import json  # noqa: PLC0415 - only when it is asked for

        from sim.questions.sweep.study_file import json_schema  # noqa: PLC0415

        typer.echo(json.dumps(json_schema(), indent=2))
        raise typer.Exit


def sweep(
    study: Annotated[str, argument("STUDY", "Name of a shipped study, or a TOML file.")],
    *,
    settings: Settings = None,
    seeds: Annotated[int | None, option("N", "Seeds of each case, instead of the file's.", least=2)] = None,
    weeks: Weeks = None,
    shard: Annotated[str | None, option("I/N", "Run only every N-th case, from the I-th, to be merged later.")] = None,
    workers: Workers = None,
    plausible: Annotated[
        str | None,
        option("N", "Repeat it with 8 seeds in each of so many plausible worlds, or in all.", "none", flag="--worlds"),
    ] = None,
    executor: Annotated[str, option("NAME", "What runs them: threads, processes or dask.")] = "threads",
    cluster: Cluster = None,
    out: Annotated[Path | None, out_answer("out/sweep-STUDY")] = None,
    plan: Annotated[bool, switch("--plan", "Say what would be run and, by timing one run, what it costs.")] = False,
    as_json: AsJson = False,
    core_hour: Annotated[
        float | None, option("PRICE", "What a core costs an hour, for --plan.", "0.05 USD, assumed")
    ] = None,
    _schema: Annotated[
        bool, typer.Option("--schema", callback=_print_schema, is_eager=True, help="Print the format of study files.")
    ] = False,
) -> None:
    """Run many cases of an organization over the same seeds: which is best, and what moves most?

    A study file says what is varied: a full factorial, a Latin hypercube, a Sobol sequence, one parameter at a time, or
    a CSV file of cases. Ctrl-C keeps what is finished; the same command goes on.

    For example:

      flywheel sweep overlays_and_training --seeds 10

      flywheel sweep overlays_and_training --seeds 10 --worlds 20

      flywheel sweep mine.toml --out out/mine --shard 1/4
    """
    from sim.questions.sweep.run import plan_sweep  # noqa: PLC0415 - commands import what they need
    from sim.questions.sweep.study_file import read_study  # noqa: PLC0415
    from sim.questions.sweep.worlds import runs_of  # noqa: PLC0415

    asked = usual_worlds(plausible, effort_given=True)
    if asked.number and shard is not None:
        raise InputError("--worlds looks at all cases together; give it to the command without --shard")
    spec = _with_options(read_study(study, settings or ()), seeds, weeks)
    folder = out or Path("out") / f"sweep-{spec.name}"
    whole = plan_sweep(
        spec.scenario, spec.design, spec.seeds, precision=spec.precision, max_seeds=spec.max_seeds,
        measure=spec.measure, measures=spec.measures, weeks=spec.weeks, from_start=spec.from_start, keep=spec.keep,
    )  # fmt: skip
    more = runs_of(whole, asked.number)
    home = runs_home(folder)
    options = {"workers": workers, "executor": executor, "cluster": cluster}
    if as_json and (plan or shard is not None):
        raise InputError("--json prints an answer, and neither --plan nor --shard gives one; leave it out")
    if plan:
        say(*_counted(spec, whole, more, asked.number), *_costs(whole, whole.runs + more, core_hour, options))
        return
    if core_hour is not None:
        raise InputError("--core-hour says what a plan costs; give --plan as well")
    if shard is not None:
        _run_shard(spec, whole, shard, home, options)
        return
    _run(spec, folder, home, options, asked, as_json=as_json)


def _counted(spec: "StudySpec", whole: "StudyPlan", more: int, worlds: int) -> list[str]:
    """Say how many runs there are, and how many more in plausible worlds."""
    what = f"{len(whole.cases):,} cases (as is among them) x {len(whole.seeds):,} seeds of {whole.weeks} weeks"
    said = [f"{what} are {'up to ' if spec.precision else ''}{whole.runs:,} runs.", *spec.design.notes]
    if worlds:
        each = more // len(whole.cases) // worlds
        said.append(f"In {worlds} plausible worlds, with {each} seeds each, {more:,} more.")
    return said


def _costs(whole: "StudyPlan", runs: int, core_hour: float | None, options: dict[str, Any]) -> list[str]:
    """Time a run, and say what all cost."""
    from sim.studies.cost import cost_of  # noqa: PLC0415
    from sim.studies.executor import check_workers  # noqa: PLC0415

    if core_hour is not None and not 0.0 <= core_hour <= MOST_PRICE:
        raise InputError(f"--core-hour {core_hour:g} is not allowed; it must be 0 to {MOST_PRICE:,.0f}")
    workers = check_workers(options["workers"])
    apart = options["cluster"] is not None or options["executor"] != "threads"
    return cost_of(whole, workers, runs, apart=apart).sentences(workers, core_hour)


def _run(
    spec: "StudySpec", folder: Path, home: Path, options: dict[str, Any], asked: PlausibleAsked, *, as_json: bool
) -> None:  # fmt: skip
    from sim.answers.sweep import analysis_of, cases_table  # noqa: PLC0415
    from sim.answers.sweep_worlds import with_worlds  # noqa: PLC0415
    from sim.questions.sweep.run import sweep_spec  # noqa: PLC0415

    with progress("Simulating") as tell:
        result = sweep_spec(spec, home, progress=tell, **options)
    plan = result.study.plan
    if result.study.interrupted:
        _stop(len(result.study.results), plan.runs)
    analysis = analysis_of(result, spec.question, command_line())
    stopped = False
    if asked.number:
        over = _over_worlds(result, asked.which, home, options)
        analysis, stopped = with_worlds(analysis, result, over, asked.number), over.interrupted
    title = f"{plan.scenario.title or plan.scenario.name}, {len(plan.cases) - 1:,} cases, {len(plan.seeds)} seeds"
    finish(analysis, folder, title, cases_table(result, SHOWN), as_json=as_json, kept=True, interrupted=stopped)


def _over_worlds(result: "Sweep", which: int | str, home: Path, options: dict[str, Any]) -> "SweepOverWorlds":
    from sim.questions.sweep.worlds import sweep_worlds  # noqa: PLC0415
    from sim.studies.folders import WORLDS  # noqa: PLC0415

    with progress("Plausible worlds") as tell:
        return sweep_worlds(result, which, folder=home / WORLDS, progress=tell, **options)


def _stop(done: int, runs: int) -> None:
    """Say how far it is, and end."""
    say(f"{done:,} of {runs:,} runs are kept; the same command goes on.")
    raise typer.Exit(STOPPED)


def _run_shard(spec: "StudySpec", whole: Any, shard: str, folder: Path, options: dict[str, Any]) -> None:
    """Run one part of the cases; the answer needs all of them."""
    from sim.questions.sweep.run import shard_of  # noqa: PLC0415
    from sim.studies.run import run_study  # noqa: PLC0415

    if spec.precision is not None:
        raise InputError("--shard: a precision looks at all cases together; write seeds in the study, or give --seeds")
    number, shards = _shard(shard)
    part = shard_of(whole, number, shards)
    with progress("Simulating", part.runs) as tell:
        study = run_study(part, folder, question=spec.question, progress=tell, **options)
    if study.interrupted:
        _stop(len(study.results), part.runs)
    say(f"Shard {number} of {shards}: {part.runs:,} of {whole.runs:,} runs are in {folder}.")


def _shard(text: str) -> tuple[int, int]:
    numbers = re.fullmatch(r"(\d{1,9})/(\d{1,9})", text.strip())
    if not numbers or int(numbers[2]) < 1:
        raise InputError(f"--shard {text}: it must be two whole numbers, such as 1/4 for the first of four")
    return int(numbers[1]), int(numbers[2])


def _with_options(spec: "StudySpec", seeds: int | None, weeks: int | None) -> "StudySpec":
    """Put what was typed in place of what the file says."""
    from dataclasses import replace  # noqa: PLC0415

    if seeds is not None:
        spec = replace(spec, seeds=seeds, precision=None, max_seeds=None)
    return spec if weeks is None else replace(spec, weeks=weeks)
