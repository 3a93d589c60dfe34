"""The command that finds out which assumptions and decisions matter."""

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.console import run_progress, say, show_table
from sim.cli.run import EXPERIMENTS, ScenarioName, Settings, Weeks, Workers, command_line, load


def register(app: typer.Typer) -> None:
    """Add this module's command."""
    app.command(rich_help_panel=EXPERIMENTS)(sensitivity)


def sensitivity(
    scenario: ScenarioName,
    *,
    measure: Annotated[str, typer.Option(metavar="NAME", help="What is explained.")] = "net_contribution",
    parameter: Annotated[
        list[str] | None,
        typer.Option(
            "--parameter",
            metavar="KEY[=LOW:HIGH]",
            help="Vary this one, around its value or from low to high; may be repeated.",
            show_default="all that is uncertain",
        ),
    ] = None,
    driver: Annotated[
        list[str] | None,
        typer.Option("--driver", metavar="NAME", help="Vary its decisions; may be repeated.", show_default=False),
    ] = None,
    levers: Annotated[bool, typer.Option("--levers", help="Vary all decisions with a number.")] = False,
    settings: Settings = None,
    method: Annotated[str, typer.Option(metavar="both|morris|sobol", help="Screening, shares, or both.")] = "both",
    trajectories: Annotated[int, typer.Option(metavar="N", help="Trajectories of the screening.")] = 10,
    samples: Annotated[int, typer.Option(metavar="N", help="Base points of Sobol's method, a power of 2.")] = 256,
    keep: Annotated[int, typer.Option(metavar="N", help="Most parameters the screening leaves.")] = 8,
    fix_others: Annotated[
        bool, typer.Option("--fix-others", help="Leave those screened out as they are, not varied as a group.")
    ] = False,
    seeds: Annotated[int, typer.Option("--seeds", metavar="N", help="Runs of each point, 2 or more.")] = 2,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Key of the samples, from 0.")] = 0,
    weeks: Weeks = None,
    from_start: Annotated[
        bool | None,
        typer.Option(
            "--from-start/--from-today",
            help="A burn-in for each point, or one for all.",
            show_default="from today if all are decisions",
        ),
    ] = None,
    workers: Workers = None,
    store: Annotated[
        Path | None,
        typer.Option(
            "--store", metavar="DIR", help="Keep the runs, so that a stopped analysis goes on.", show_default=False
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Folder for the result.", show_default="out/sensitivity-SCENARIO"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Which parameters decide what comes out, and how much of what is uncertain comes from each?

    Morris' screening finds the few that matter; Sobol's indices share the variance out among them. Chance is
    told apart.

    For example:

      flywheel sensitivity baseline

      flywheel sensitivity baseline --measure attainment --driver training --driver enablement

      flywheel sensitivity mine.toml --parameter structure.product_specialists=0:9 --parameter operations.wip_limit=4:20
    """
    from sim.answers import ANALYSIS  # noqa: PLC0415
    from sim.answers.folder import check_folder  # noqa: PLC0415 - commands import what they need
    from sim.answers.sensitivity.report import report_of, summary  # noqa: PLC0415
    from sim.engine.world import prepare  # noqa: PLC0415
    from sim.questions.sensitivity.run import sensitivity as run_sensitivity  # noqa: PLC0415

    chosen = load(scenario, settings)
    folder = out or Path("out") / f"sensitivity-{chosen.name}"
    check_folder(folder, ANALYSIS)
    prepare()
    with run_progress() as bar:
        task = bar.add_task("Simulating", total=None)
        found = run_sensitivity(
            chosen, measure, parameter or None, drivers=driver or (), levers=levers, method=method,
            trajectories=trajectories, samples=samples, keep=keep, fix_others=fix_others, seeds=seeds, seed=seed,
            weeks=weeks, from_start=from_start, store=store, workers=workers,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )  # fmt: skip
    report = report_of(found, command_line())
    report.write(folder)
    if as_json:
        typer.echo((folder / ANALYSIS).read_text(encoding="utf-8").rstrip())
        return
    table = summary(found)
    show_table(f"{chosen.title or chosen.name}: {report.question}", table.head, table.rows, table.right)
    for sentence in (*report.answer, *report.notes):
        say(sentence)
    say(f"Wrote {folder}: open {folder / 'report.html'}")
