"""The command that studies pilots: bullets before cannonballs."""

import json
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.console import STOPPED, run_progress, say, show_table
from sim.cli.run import EXPERIMENTS, ScenarioName, Settings, Weeks, Workers, command_line, load
from sim.scenario.errors import InputError


def register(app: typer.Typer) -> None:
    """Add this module's command."""
    app.command(rich_help_panel=EXPERIMENTS)(pilot)


def pilot(
    scenario: ScenarioName,
    *,
    lever: Annotated[
        list[str] | None,
        typer.Option(
            "--lever",
            metavar="KEY=+STEP",
            help="What is tried: =+12 adds, =*1.5 multiplies, =12 sets; may be repeated, all are tried together.",
            show_default=False,
        ),
    ] = None,
    settings: Settings = None,
    teams: Annotated[int, typer.Option("--teams", metavar="N", help="Pilot teams.")] = 2,
    quarters: Annotated[int, typer.Option("--quarters", metavar="N", help="Quarters of the trial, 1 to 4.")] = 2,
    sizes: Annotated[
        str | None, typer.Option("--sizes", metavar="1,2,3", help="Several numbers of teams.", show_default=False)
    ] = None,
    lengths: Annotated[
        str | None, typer.Option("--lengths", metavar="1,2,4", help="Several numbers of quarters.", show_default=False)
    ] = None,
    threshold: Annotated[
        float, typer.Option(metavar="SHARE", help="Growth of the pilots above the others' that is asked for.")
    ] = 0.05,
    drop_below: Annotated[
        float | None,
        typer.Option(
            "--drop-below",
            metavar="SHARE",
            help="Between this and the threshold the trial goes on once more.",
            show_default="the threshold",
        ),
    ] = None,
    spill_over: Annotated[
        float,
        typer.Option(
            "--spill-over", metavar="SHARE", help="How much of the lever reaches the others during the trial."
        ),
    ] = 0.0,
    worlds: Annotated[int, typer.Option("--worlds", metavar="N", help="Worlds drawn from what is assumed.")] = 300,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Key of the draw, from 0.")] = 0,
    weeks: Weeks = None,
    workers: Workers = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Folder for the result.", show_default="out/pilot-SCENARIO"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Try a lever in some teams first, then roll it out or drop it: does that pay, and how large and long a trial?

    Compared with rolling out at once and with never, in worlds drawn from the ranges of what is assumed.

    Ctrl-C keeps the worlds that are finished.

    For example:

      flywheel pilot baseline --lever "training.hours_per_quarter=+12"

      flywheel pilot baseline --lever "operations.wip_limit=8" --sizes 1,2,3 --lengths 1,2,4
    """
    from sim.answers.folder import check_folder  # noqa: PLC0415 - commands import what they need
    from sim.answers.pilot import RECORD, answer, head, record, rows, write_pilot  # noqa: PLC0415
    from sim.engine.world import prepare  # noqa: PLC0415
    from sim.questions.pilot.pilot import pilot as run_pilot  # noqa: PLC0415

    chosen = load(scenario, settings)
    folder = out or Path("out") / f"pilot-{chosen.name}"
    check_folder(folder, RECORD)
    grid = {"sizes": _numbers(sizes, "--sizes", teams), "lengths": _numbers(lengths, "--lengths", quarters)}
    prepare()
    with run_progress() as bar:
        task = bar.add_task("Simulating worlds", total=None)
        study = run_pilot(
            chosen, lever or [], **grid, threshold=threshold, drop_below=drop_below, spill_over=spill_over,
            worlds=worlds, seed=seed, weeks=weeks, workers=workers,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )  # fmt: skip
    write_pilot(study, folder, command_line())
    if as_json:
        typer.echo(json.dumps(record(study, command_line()), indent=2, ensure_ascii=False, allow_nan=False))
    else:
        title = f"{study.lever}, {len(study.outcomes)} worlds, {study.weeks} weeks"
        names = head(study)
        show_table(title, names, rows(study), right=range(1, len(names)))
        for sentence in answer(study):
            say(sentence)
        say(f"Wrote {folder}: see {folder / 'pilot.png'}")
    if study.interrupted:
        raise typer.Exit(STOPPED)


def _numbers(text: str | None, name: str, otherwise: int) -> tuple[int, ...]:
    """Read whole numbers with commas between them."""
    if text is None:
        return (otherwise,)
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise InputError(f"{name} {text}: it must be whole numbers with commas between them, such as 1,2,3") from None
