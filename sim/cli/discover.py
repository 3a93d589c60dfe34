"""The command that says where something pays and where it does not."""

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.answers import ANALYSIS
from sim.answers.folder import RUNS, check_kept, write_beside
from sim.cli.console import STOPPED, run_progress, say, show_table
from sim.cli.run import EXPERIMENTS, Settings, Weeks, Workers, command_line, load
from sim.scenario.errors import InputError

if TYPE_CHECKING:
    from sim.questions.discover.find import Discovery
    from sim.questions.discover.worlds import Worlds


def register(app: typer.Typer) -> None:
    """Add this module's command."""
    app.command(rich_help_panel=EXPERIMENTS)(discover)


def discover(
    scenario: Annotated[
        str | None,
        typer.Argument(metavar="[SCENARIO]", help="Name of a shipped scenario, or a TOML file.", show_default=False),
    ] = None,
    *,
    case: Annotated[
        str | None,
        typer.Option(
            "--case",
            metavar="NAME: KEY=VALUE",
            help="What is done at week 0; KEY=low:high is drawn.",
            show_default=False,
        ),
    ] = None,
    vary: Annotated[
        list[str] | None,
        typer.Option(
            "--vary",
            metavar="KEY[=LOW:HIGH]",
            help="What differs between worlds; may be repeated.",
            show_default="facts of the market",
        ),
    ] = None,
    only: Annotated[
        bool, typer.Option("--only", help="Vary nothing else; otherwise all that is assumed varies too.")
    ] = False,
    study: Annotated[
        Path | None,
        typer.Option("--study", metavar="DIR", help="Look in the cases of a study instead.", show_default=False),
    ] = None,
    measure: Annotated[str, typer.Option(metavar="NAME", help="Measure that decides.")] = "net_contribution",
    above: Annotated[
        float | None,
        typer.Option(
            metavar="X",
            help="Worlds of interest are those where the difference, or with --study the measure, is above this.",
            show_default="0 with --case",
        ),
    ] = None,
    samples: Annotated[int | None, typer.Option("--samples", metavar="N", help="Worlds.", show_default="400")] = None,
    seeds: Annotated[
        int | None, typer.Option("--seeds", metavar="N", help="Pairs of runs in each world.", show_default="2")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Key of the draw and of the halves, from 0.")] = 0,
    settings: Settings = None,
    weeks: Weeks = None,
    workers: Workers = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Folder for the result.", show_default="out/discover-SCENARIO"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Say where something pays and where it does not: limits on what differs between worlds.

    Draws worlds, runs each as it is and with the case on the same seeds, and searches for limits within which the
    difference is more often above 0. Half of the worlds find the limits, the other half judge them.

    Ctrl-C looks at the worlds that are finished; the same command goes on with the others.

    For example:

      flywheel discover baseline --case "overlays: structure.product_specialists=9"

      flywheel discover baseline --case "overlays: structure.product_specialists=4:24" --vary market.complexity=0.1:0.9

      flywheel discover --study out/sweep --measure attainment --above 0.8
    """
    from sim.answers.discover.report import analysis_of  # noqa: PLC0415
    from sim.questions.discover.find import discover as find  # noqa: PLC0415 - commands import what they need

    given = {
        "SCENARIO": scenario, "--case": case, "--vary": vary, "--only": only or None, "--samples": samples,
        "--seeds": seeds, "--set": settings, "--weeks": weeks, "--workers": workers,
    }  # fmt: skip
    if above is not None and not math.isfinite(above):
        raise InputError(f"--above {above} is not allowed; it must be a number, in the unit of the measure")
    folder = out or Path("out") / f"discover-{(study or Path(scenario or '')).stem}"
    check_kept(folder, ANALYSIS, RUNS)
    if study:
        _refuse(given)
        worlds = _open(study, measure, above)
    else:
        drawn = {
            "vary": vary or [], "only": only, "measure": measure, "samples": 400 if samples is None else samples,
            "seeds": 2 if seeds is None else seeds, "seed": seed, "weeks": weeks, "workers": workers,
            "folder": folder / RUNS,
        }  # fmt: skip
        worlds = _run(scenario, case, settings, drawn)
    found = find(worlds.inputs, worlds.outcome(above or 0.0), seed=seed)
    analysis = analysis_of(worlds, found, above or 0.0, command_line())
    write_beside(analysis.write, folder)
    if as_json:
        typer.echo(json.dumps(analysis.record(), indent=2, ensure_ascii=False, allow_nan=False))
    else:
        _show(worlds, found, above or 0.0)
        for sentence in (*analysis.answer, *analysis.notes):
            say(sentence)
        say(f"Wrote {folder}: open {folder / 'report.html'}")
    if worlds.interrupted:
        raise typer.Exit(STOPPED)


def _refuse(given: dict[str, Any]) -> None:
    """Refuse what has no meaning beside --study."""
    beside = [name for name, value in given.items() if value is not None]
    if beside:
        raise InputError(
            f"--study looks in runs that are there, so {', '.join(beside)} cannot be given with it; leave out one or "
            "the other"
        )


def _open(folder: Path, measure: str, above: float | None) -> "Worlds":
    from sim.questions.discover.worlds import worlds_of  # noqa: PLC0415 - slow to import
    from sim.studies.run import Study  # noqa: PLC0415

    if above is None:
        raise InputError(f"--study needs --above: the value above which {measure} is of interest, such as --above 0.8")
    return worlds_of(Study.open(folder), measure)


def _run(scenario: str | None, case: str | None, settings: list[str] | None, drawn: dict[str, Any]) -> "Worlds":
    from sim.questions.discover.worlds import run_worlds  # noqa: PLC0415 - slow to import

    if scenario is None:
        raise InputError("discover needs a SCENARIO with a --case, or a --study; see flywheel discover --help")
    if case is None:
        raise InputError('discover needs a --case, such as --case "overlays: structure.product_specialists=9"')
    chosen = load(scenario, settings)
    with run_progress() as bar:
        task = bar.add_task("Simulating worlds", total=None)
        return run_worlds(
            chosen, case, **drawn, progress=lambda done, total: bar.update(task, completed=done, total=total)
        )


def _show(worlds: "Worlds", found: "Discovery", above: float) -> None:
    """Print the boxes that hold."""
    from sim.answers.discover.report import titles_of  # noqa: PLC0415
    from sim.answers.discover.words import limit_text, share, share_span  # noqa: PLC0415
    from sim.questions.discover.box import share_interval  # noqa: PLC0415 - slow to import

    titles = titles_of(worlds, above)
    rows = []
    for one in (finding for finding in found.findings if finding.holds):
        held = one.held
        limits = "\n".join(limit_text(limit, worlds.scenario) for limit in one.box)
        density = f"{share(held.density)}\n[{share_span(share_interval(held.both, held.inside))}]"
        coverage = f"{share(held.coverage)}\n[{share_span(share_interval(held.both, held.of_interest))}]"
        rows.append([titles[one.interest], limits, density, share(held.base), coverage])
    if rows:
        head = ["", "in worlds with", "density\n[95% interval]", "of all", "coverage\n[95% interval]"]
        show_table(f"{len(found.outcome)} worlds; counted in the half held out", head, rows, right=(2, 3, 4))
