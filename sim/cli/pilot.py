"""The command that studies pilots: bullets before cannonballs."""

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.console import STOPPED, progress, put, save, say, show_table
from sim.cli.kept import keeps_runs, kept_runs
from sim.cli.options import (
    AsJson,
    ScenarioName,
    Settings,
    Weeks,
    Workers,
    command_line,
    load,
    of_worlds,
    option,
    out_answer,
    sent,
)
from sim.scenario.errors import InputError


@sent
@keeps_runs
@of_worlds
def pilot(
    scenario: ScenarioName,
    *,
    lever: Annotated[
        list[str] | None,
        option(
            "KEY=+STEP",
            "What is tried: =+12 adds, =*1.5 multiplies, =12 sets; may be repeated, all are tried together.",
        ),
    ] = None,
    settings: Settings = None,
    teams: Annotated[int, option("N", "Pilot teams.", least=1)] = 2,
    quarters: Annotated[int, option("N", "Quarters of the trial.", least=1, most=4)] = 2,
    sizes: Annotated[str | None, option("1,2,3", "Several numbers of teams.")] = None,
    lengths: Annotated[str | None, option("1,2,4", "Several numbers of quarters.")] = None,
    read: Annotated[
        str,
        option("bookings|index", "What decides: growth of bookings, or value expected from an index of all measures."),
    ] = "bookings",
    threshold: Annotated[
        float | None, option("SHARE", "Growth of the pilots' bookings above the others' that is asked for.", "0.05")
    ] = None,
    drop_below: Annotated[
        float | None, option("SHARE", "Between this and the threshold the trial goes on once more.", "the threshold")
    ] = None,
    spill_over: Annotated[float, option("SHARE", "How much of the lever reaches the others during the trial.")] = 0.0,
    worlds: Annotated[int, option("N", "Plausible worlds.", least=20, most=100_000)] = 300,
    seed: Annotated[int, option("N", "Key of the draw", least=0)] = 0,
    weeks: Weeks = None,
    workers: Workers = None,
    out: Annotated[Path | None, out_answer("out/pilot-SCENARIO")] = None,
    as_json: AsJson = False,
) -> None:
    """Try a lever in some teams first, then roll it out or drop it: does that pay, and how large and long a trial?

    Compared with rolling out at once and with never, in plausible worlds.

    Ctrl-C keeps the worlds that are finished; the same command goes on.

    For example:

      flywheel pilot baseline --lever "training.hours_per_quarter=+12"

      flywheel pilot baseline --lever "operations.wip_limit=8" --sizes 1,2,3 --lengths 1,2,4

      flywheel pilot baseline --lever "training.hours_per_quarter=+12" --read index
    """
    from sim.answers.media import check_out  # noqa: PLC0415 - commands import what they need
    from sim.answers.pilot import analysis_of, power_table, strategies_table  # noqa: PLC0415
    from sim.answers.wording import sentence_case  # noqa: PLC0415
    from sim.questions.pilot.pilot import pilot as run_pilot  # noqa: PLC0415
    from sim.questions.pilot.study import FEWEST  # noqa: PLC0415

    if worlds < FEWEST:
        raise InputError(f"--worlds {worlds} is not allowed; a verdict takes at least {FEWEST}")
    if read == "index" and threshold is not None:
        raise InputError("--threshold belongs to --read bookings; an index decides by the expected value")
    organization = load(scenario, settings)
    folder = out or Path("out") / f"pilot-{organization.name}"
    check_out(folder)
    grid = {"sizes": _numbers(sizes, "--sizes", teams), "lengths": _numbers(lengths, "--lengths", quarters)}
    with kept_runs(folder, organization), progress("Simulating worlds") as tell:
        study = run_pilot(
            organization, lever or [], **grid, read=read, threshold=0.05 if threshold is None else threshold,
            drop_below=drop_below, spill_over=spill_over, worlds=worlds, seed=seed, weeks=weeks, workers=workers,
            progress=tell,
        )  # fmt: skip
    analysis = analysis_of(study, command_line())
    written = save(analysis, folder)
    if as_json:
        put(analysis.json())
    else:
        title = f"{sentence_case(study.lever)}, {len(study.outcomes)} worlds, {study.weeks} weeks"
        for heading, table in ((title, strategies_table(study)), ("How well a trial can be read", power_table(study))):
            show_table(heading, table.columns, table.rows, table.right)
        say(*analysis.answer, *written)
    if study.interrupted:
        raise typer.Exit(STOPPED)


def _numbers(text: str | None, name: str, otherwise: int) -> tuple[int, ...]:
    if text is None:
        return (otherwise,)
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise InputError(f"{name} {text}: it must be whole numbers with commas between them, such as 1,2,3") from None
