"""The command that fits parameters to what was measured: calibrate."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.console import STOPPED, run_progress, say, show_table
from sim.cli.run import EXPERIMENTS, Workers, command_line
from sim.scenario.errors import InputError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.questions.calibrate.find import Calibration
    from sim.questions.calibrate.plan import CalibrationPlan, Prior
    from sim.questions.calibrate.search import Search
    from sim.scenario.scenario import Scenario


def register(app: typer.Typer) -> None:
    """Add this module's command."""
    app.command(rich_help_panel=EXPERIMENTS)(calibrate)


def calibrate(
    source: Annotated[
        Path, typer.Argument(metavar="CRM_OR_TARGETS", help="Targets file (TOML), or CRM export.", show_default=False)
    ],
    *,
    fitted: Annotated[
        list[str] | None,
        typer.Option(
            "--fit",
            metavar="KEY[=LOW:HIGH]",
            help="Parameter to fit, instead of the usual ones; may be repeated.",
            show_default=False,
        ),
    ] = None,
    particles: Annotated[int, typer.Option("--particles", metavar="N", help="Draws of the posterior.")] = 150,
    populations: Annotated[
        int, typer.Option("--populations", metavar="N", help="Rounds of narrowing down at most.")
    ] = 8,
    runs: Annotated[int, typer.Option("--runs", metavar="N", help="Runs of the search at most.")] = 4000,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Key of the search, from 0.")] = 0,
    workers: Workers = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Folder for the result.", show_default="out/calibrate-NAME"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Fit parameters to measured targets, or to a CRM export, and say what the data cannot tell.

    Writes the posterior, draws of it, a calibrated scenario, and a report with a predictive check.

    For example:

      flywheel calibrate targets.toml

      flywheel calibrate export/ --fit market.cycle_weeks --fit market.competitor_strength=-1:2
    """
    from sim.answers import ANALYSIS  # noqa: PLC0415
    from sim.answers.calibrate.report import analysis  # noqa: PLC0415
    from sim.answers.folder import check_folder  # noqa: PLC0415 - commands import what they need
    from sim.questions.calibrate.find import calibrate as fit  # noqa: PLC0415
    from sim.questions.calibrate.search import Search, check_package  # noqa: PLC0415

    check_package()
    folder = out or Path("out") / f"calibrate-{source.resolve().stem}"
    check_folder(folder, ANALYSIS)
    search = Search(particles, populations, runs, seed)
    with run_progress() as bar:
        task = bar.add_task("Matching the export", total=None)

        def tell(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        plan = _plan(source, fitted or [], search, tell)
        bar.update(task, description="Searching")
        found = fit(plan, search, workers=workers, progress=tell)
    result = analysis(found, command_line())
    result.write(folder)
    if as_json:
        typer.echo(json.dumps(result.record(), indent=2, ensure_ascii=False, default=float))
    else:
        _show(found, folder)
    if found.interrupted:
        raise typer.Exit(STOPPED)


def _plan(source: Path, fitted: list[str], search: "Search", tell: "Callable[[int, int], None]") -> "CalibrationPlan":
    """Read what is fitted to what; a folder or a CSV file is an export."""
    from dataclasses import replace  # noqa: PLC0415

    from sim.questions.calibrate.file import read_targets  # noqa: PLC0415
    from sim.questions.calibrate.plan import check_prior  # noqa: PLC0415
    from sim.questions.calibrate.search import check_search  # noqa: PLC0415

    if source.is_dir() or source.suffix.lower() in (".csv", ".tsv", ".txt"):
        return _crm_plan(source, fitted, search, tell)
    plan = read_targets(source)
    if fitted:
        plan = replace(plan, priors=tuple(priors_of(fitted, plan.scenario)))
        for prior in plan.priors:
            check_prior(prior)
    check_search(search, len(plan.priors))
    return plan


def _crm_plan(
    source: Path, fitted: list[str], search: "Search", tell: "Callable[[int, int], None]"
) -> "CalibrationPlan":
    from sim.crm import load_crm  # noqa: PLC0415
    from sim.questions.calibrate.crm import SCALES, UTILITIES, crm_plan  # noqa: PLC0415
    from sim.questions.calibrate.search import check_search  # noqa: PLC0415

    data = load_crm(source)
    check_search(search, len(fitted) or len(SCALES) + len(UTILITIES))
    return crm_plan(data, (lambda scenario: priors_of(fitted, scenario)) if fitted else None, tell)


def priors_of(words: list[str], scenario: "Scenario") -> "list[Prior]":
    """Read `--fit KEY` and `--fit KEY=LOW:HIGH`.

    Args:
        words: As they were typed.
        scenario: Around whose values the usual ranges lie.

    Raises:
        InputError: A name is unknown, or a range cannot be read.
    """
    from sim.questions.calibrate.plan import Prior, prior_of  # noqa: PLC0415
    from sim.scenario.parameters import by_name  # noqa: PLC0415

    found = []
    for word in words:
        name, given, ends = word.partition("=")
        if name not in by_name():
            raise InputError(f"--fit {word}: {name} is not a parameter{nearest(name, by_name())}")
        if not given:
            found.append(prior_of(name, scenario))
            continue
        try:
            low, high = (float(end) for end in ends.split(":"))
        except ValueError:
            raise InputError(f"--fit {word}: write the range as LOW:HIGH, such as {name}=1:2") from None
        found.append(Prior(name, low, high, "given"))
    return found


def _show(found: "Calibration", folder: Path) -> None:
    """Print the posterior and the predictive check, then the answer."""
    from sim.answers.calibrate.report import (  # noqa: PLC0415
        POSTERIOR_HEAD,
        PREDICTIVE_HEAD,
        SCENARIO,
        answer,
        posterior_rows,
        predictive_rows,
    )

    title = f"{found.plan.scenario.name}: {found.runs:,} runs of {found.plan.weeks} weeks, {len(found.draws)} draws"
    show_table(title, POSTERIOR_HEAD, posterior_rows(found), right=(1, 2, 3, 5))
    rows = [(*row[:3], row[-1]) for row in predictive_rows(found)]
    show_table("Predictive check", (*PREDICTIVE_HEAD[:3], PREDICTIVE_HEAD[-1]), rows, right=(1, 2))
    for sentence in (*answer(found), *(f"Note: {note}" for note in found.notes)):
        say(sentence)
    say(f"Wrote {folder}: open {folder / 'report.html'}, go on with {folder / SCENARIO}")
