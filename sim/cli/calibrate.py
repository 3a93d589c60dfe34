"""The command that fits parameters to what was measured: calibrate."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.console import STOPPED, finish, progress, put, save, say, show_table
from sim.cli.kept import keeps_runs, kept_runs
from sim.cli.options import AsJson, Workers, argument, command_line, option, out_answer, sent, switch, usual_worlds
from sim.scenario.errors import InputError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.cli.options import PlausibleAsked
    from sim.crm import CrmData
    from sim.questions.calibrate.find import Calibration
    from sim.questions.calibrate.plan import CalibrationPlan, Prior
    from sim.questions.calibrate.search import Search
    from sim.scenario.scenario import Scenario


@sent
@keeps_runs
def calibrate(
    source: Annotated[Path, argument("CRM_OR_TARGETS", "Targets file (TOML), or CRM export.")],
    *,
    fitted: Annotated[
        list[str] | None,
        option("KEY[=LOW:HIGH]", "Parameter to fit, instead of the usual ones; may be repeated.", flag="--fit"),
    ] = None,
    plausible: Annotated[
        str | None,
        option(
            "N",
            "Fit nothing: find which of so many plausible worlds, or of all, remain possible.",
            "none",
            flag="--worlds",
        ),
    ] = None,
    hold_back: Annotated[
        bool,
        switch("--last-quarter", "With --worlds and an export: hold its last quarter back, and score the forecast."),
    ] = False,
    particles: Annotated[int | None, option("N", "Draws of the posterior.", "150", least=50, most=100_000)] = None,
    populations: Annotated[int | None, option("N", "Rounds of narrowing down at most.", "8", least=2, most=100)] = None,
    runs: Annotated[int | None, option("N", "Runs of the search at most.", "4000", least=100, most=5_000_000)] = None,
    seed: Annotated[int, option("N", "Key of the search", least=0, most=100_000_000)] = 0,
    workers: Workers = None,
    out: Annotated[Path | None, out_answer("out/calibrate-NAME")] = None,
    as_json: AsJson = False,
) -> None:
    """Fit parameters to measured targets, or to a CRM export, and say what the data cannot tell.

    Writes the posterior, draws of it, a calibrated scenario, and a report with a predictive check.

    Ctrl-C keeps what is finished; the same command goes on.

    For example:

      flywheel calibrate targets.toml

      flywheel calibrate export/ --fit market.cycle_weeks --fit market.competitor_strength=-1:2

      flywheel calibrate targets.toml --worlds all

      flywheel calibrate export/ --worlds all --last-quarter
    """
    from sim.answers.calibrate import SCENARIO, analysis_of  # noqa: PLC0415
    from sim.answers.media import check_out  # noqa: PLC0415 - commands import what they need
    from sim.questions.calibrate.find import calibrate as fit  # noqa: PLC0415
    from sim.questions.calibrate.search import Search  # noqa: PLC0415
    from sim.studies.executor import check_workers  # noqa: PLC0415

    asked = usual_worlds(plausible, effort_given=True)
    given = {"particles": particles, "populations": populations, "runs": runs}
    effort = {name: value for name, value in given.items() if value is not None}
    _check_effort(effort, asked, source, hold_back=hold_back)
    folder = out or Path("out") / f"calibrate-{source.resolve().stem}"
    check_out(folder)
    search = Search(**effort, seed=seed)
    check_workers(workers)
    if asked.number:
        _in_worlds(
            source, fitted or [], asked, folder, search.seed, workers=workers, hold_back=hold_back, as_json=as_json
        )
        return
    with progress("Matching the export") as tell:
        plan = _plan(source, fitted or [], search, tell)
    with kept_runs(folder, plan.scenario), progress("Searching") as tell:
        calibration = fit(plan, search, workers=workers, progress=tell)
    analysis = analysis_of(calibration, command_line())
    written = save(analysis, folder, look_at=f"report.html, go on with {folder / SCENARIO}")
    if as_json:
        put(analysis.json())
    else:
        _show(calibration, written)
    if calibration.interrupted:
        raise typer.Exit(STOPPED)


def _check_effort(effort: dict[str, int], asked: "PlausibleAsked", source: Path, *, hold_back: bool) -> None:
    from sim.questions.calibrate.search import check_package  # noqa: PLC0415

    if hold_back and not (asked.number and _is_export(source)):
        raise InputError(
            "--last-quarter holds back a quarter of an export, from plausible worlds: give both, --worlds too"
        )
    if not asked.number:
        check_package()
    elif effort:
        raise InputError(f"--{next(iter(effort))} belongs to the search, which --worlds does without; leave one out")


def _in_worlds(
    source: Path, fitted: list[str], asked: "PlausibleAsked", folder: Path, key: int, *, workers: int | None,
    hold_back: bool, as_json: bool,
) -> None:  # fmt: skip
    """Say which plausible worlds remain, write them, and score what they make of a quarter that is held back."""
    from sim.answers.conditioned import WORLDS, analysis_of, targets_table  # noqa: PLC0415
    from sim.crm import load_crm  # noqa: PLC0415
    from sim.questions.calibrate.worlds import before_last, condition, forecast_quarter  # noqa: PLC0415

    data = load_crm(source) if hold_back else None
    past = before_last(data) if data else None
    with progress("Matching the export") as tell:
        plan = _export_plan(past, fitted, tell) if past else _plan(source, fitted, None, tell)
    forecast = None
    with kept_runs(folder, plan.scenario):
        with progress("Plausible worlds") as tell:
            found = condition(plan, asked.which, key=key, workers=workers, progress=tell)
        if data and past and found.remaining and not found.interrupted:
            with progress("Forecasting") as tell:
                forecast = forecast_quarter(found, data, past, key=key, workers=workers, progress=tell)
    analysis, table = analysis_of(found, command_line(), forecast), targets_table(found)
    title = (
        f"{plan.scenario.name}: {len(found.worlds)} plausible worlds, {len(found.runs):,} runs of {plan.weeks} weeks"
    )
    look_at = f"report.html, go on with --worlds {folder / WORLDS}" if found.remaining else "report.html"
    stopped = found.interrupted or bool(forecast and forecast.interrupted)
    finish(analysis, folder, title, table, as_json=as_json, interrupted=stopped, look_at=look_at)


def _is_export(source: Path) -> bool:
    return source.is_dir() or source.suffix.lower() in (".csv", ".tsv", ".txt")


def _export_plan(data: "CrmData", fitted: list[str], tell: "Callable[[int, int], None]") -> "CalibrationPlan":
    from sim.questions.calibrate.worlds import crm_plan  # noqa: PLC0415

    return crm_plan(data, (lambda scenario: priors_of(fitted, scenario)) if fitted else None, tell)


def _plan(
    source: Path, fitted: list[str], search: "Search | None", tell: "Callable[[int, int], None]"
) -> "CalibrationPlan":
    """Read what is fitted to what; a folder or a CSV file is an export. Without a search nothing is fitted."""
    from dataclasses import replace  # noqa: PLC0415

    from sim.crm import load_crm  # noqa: PLC0415
    from sim.questions.calibrate.plan import check_prior, read_targets  # noqa: PLC0415
    from sim.questions.calibrate.search import check_search  # noqa: PLC0415
    from sim.questions.calibrate.worlds import SCALES, UTILITIES  # noqa: PLC0415

    if _is_export(source):
        data = load_crm(source)
        if search:
            check_search(search, len(fitted) or len(SCALES) + len(UTILITIES))
        return _export_plan(data, fitted, tell)
    plan = read_targets(source)
    if fitted:
        plan = replace(plan, priors=tuple(priors_of(fitted, plan.scenario)))
        for prior in plan.priors:
            check_prior(prior)
    if search:
        check_search(search, len(plan.priors))
    return plan


def priors_of(words: list[str], scenario: "Scenario") -> "list[Prior]":
    """Read `--fit KEY`, which takes the usual range around the scenario's value, and `--fit KEY=LOW:HIGH`.

    Raises:
        InputError: A name is unknown, or a range cannot be read.
    """
    from sim.questions.calibrate.plan import Prior, prior_of  # noqa: PLC0415
    from sim.scenario.parameters import by_name  # noqa: PLC0415

    priors = []
    for word in words:
        name, given, ends = word.partition("=")
        if name not in by_name():
            raise InputError(f"--fit {word}: {name} is not a parameter{nearest(name, by_name())}")
        if not given:
            priors.append(prior_of(name, scenario))
            continue
        try:
            low, high = (float(end) for end in ends.split(":"))
        except ValueError:
            raise InputError(f"--fit {word}: write the range as LOW:HIGH, such as {name}=1:2") from None
        priors.append(Prior(name, low, high, "given"))
    return priors


def _show(calibration: "Calibration", written: list[str]) -> None:
    from sim.answers.calibrate import answer, posterior_table, predictive_table  # noqa: PLC0415

    plan, posterior, check = calibration.plan, posterior_table(calibration), predictive_table(calibration)
    title = f"{plan.scenario.name}: {calibration.runs:,} runs of {plan.weeks} weeks, {len(calibration.draws)} draws"
    show_table(title, posterior.columns, posterior.rows, posterior.right)
    narrow = [(*row[:3], row[-1]) for row in (check.columns, *check.rows)]
    show_table("Predictive check", narrow[0], narrow[1:], right=(1, 2))
    say(*answer(calibration), *(f"Note: {note}" for note in calibration.notes), *written)
