"""The command that looks for the best mix of levers under a budget."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.answers import ANALYSIS
from sim.answers.folder import RUNS, check_kept, write_beside
from sim.cli.console import STOPPED, run_progress, say, show_table
from sim.cli.run import EXPERIMENTS, ScenarioName, Settings, Weeks, Workers, command_line, load

if TYPE_CHECKING:
    from sim.questions.invest.result import Investment


def register(app: typer.Typer) -> None:
    """Add this module's command."""
    app.command(rich_help_panel=EXPERIMENTS)(invest)


def invest(
    scenario: ScenarioName,
    *,
    budget: Annotated[
        float,
        typer.Option("--budget", metavar="AMOUNT", help="What may be spent a year above today.", show_default=False),
    ],
    goal: Annotated[
        str, typer.Option("--goal", metavar="NAME", help="A measure, or loop_gain (slow).")
    ] = "net_contribution",
    lever: Annotated[
        list[str] | None,
        typer.Option(
            "--lever",
            metavar="KEY[=LOW..HIGH[/STEP]]",
            help="What is mixed; may be repeated.",
            show_default="specialists of all kinds, training, playbook, coaching, field time, head-count growth",
        ),
    ] = None,
    robust: Annotated[
        str, typer.Option("--robust", metavar="mean|worst_decile|regret", help="What counts over several worlds.")
    ] = "mean",
    reallocate: Annotated[
        bool, typer.Option("--reallocate", help="What is spent today may be cut in favour of something else.")
    ] = False,
    evaluations: Annotated[
        int | None, typer.Option("--evaluations", metavar="N", help="Mixes tried.", show_default="200; 40 of loop_gain")
    ] = None,
    worlds: Annotated[
        int | None,
        typer.Option(
            "--worlds",
            metavar="N",
            help="Worlds drawn from what is assumed.",
            show_default="none for the mean; else 30, 12 of loop_gain",
        ),
    ] = None,
    seeds: Annotated[
        int | None,
        typer.Option(
            "--seeds",
            metavar="N",
            help="Seeds of the search, of each world.",
            show_default="12, 6 of loop_gain, 1 with worlds",
        ),
    ] = None,
    fresh: Annotated[
        int | None,
        typer.Option(
            "--fresh", metavar="N", help="Fresh seeds (or worlds) of the result.", show_default="60; 12 of loop_gain"
        ),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Key of search and worlds, from 0.")] = 0,
    settings: Settings = None,
    weeks: Weeks = None,
    from_start: Annotated[
        bool, typer.Option("--from-start", help="Each mix has its own burn-in: an organization that always was so.")
    ] = False,
    workers: Workers = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Folder for the result.", show_default="out/invest-SCENARIO"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Find the best mix of specialists, training, time and head-count under a budget, and what more money brings.

    The best mixes are run again on fresh seeds; every number told comes from those.

    Ctrl-C ends the search, and what was tried until then is compared; the same command goes on where it ended.

    For example:

      flywheel invest baseline --budget 500000

      flywheel invest baseline --budget 500000 --robust regret --lever training.hours_per_quarter=6..30/4
    """
    from sim.answers.invest import analysis_of  # noqa: PLC0415
    from sim.engine.world import prepare  # noqa: PLC0415 - commands import what they need
    from sim.questions.invest.find import invest as run_invest  # noqa: PLC0415

    chosen = load(scenario, settings)
    folder = out or Path("out") / f"invest-{chosen.name}"
    check_kept(folder, ANALYSIS, RUNS)
    prepare()
    with run_progress() as bar:
        task = bar.add_task("Trying mixes", total=None)
        found = run_invest(
            chosen, budget, goal, lever, robust, reallocate=reallocate, evaluations=evaluations, worlds=worlds,
            seeds=seeds, fresh=fresh, seed=seed, weeks=weeks, from_start=from_start, workers=workers,
            progress=lambda done, total: bar.update(task, completed=done, total=total), folder=folder / RUNS,
        )  # fmt: skip
    analysis = analysis_of(found, command_line())
    write_beside(analysis.write, folder)
    if as_json:
        typer.echo(json.dumps(analysis.record(), indent=2, ensure_ascii=False, allow_nan=False))
    else:
        _show(found, [*analysis.answer, *analysis.notes])
        say(f"Wrote {folder}: open {folder / 'report.html'}")
    if found.interrupted:
        raise typer.Exit(STOPPED)


def _show(found: "Investment", sentences: list[str]) -> None:
    """Print the mix and what is said of it."""
    from sim.answers.invest import mix_table, question  # noqa: PLC0415

    table = mix_table(found)
    show_table(question(found), table.head, table.rows, right=table.right)
    for sentence in sentences:
        say(sentence)
