"""The command that finds out which assumptions and decisions matter."""

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.cli.console import finish, progress
from sim.cli.kept import keeps_runs, runs_folder
from sim.cli.options import (
    AsJson,
    ScenarioName,
    Settings,
    Weeks,
    Workers,
    command_line,
    load,
    option,
    out_answer,
    out_folder,
    sent,
    switch,
    usual_worlds,
)


@sent
@keeps_runs
def sensitivity(
    scenario: ScenarioName,
    *,
    measure: Annotated[str, option("MEASURE", "What is explained.")] = "net_contribution",
    parameter: Annotated[
        list[str] | None,
        option(
            "KEY[=LOW:HIGH]",
            "Vary this one, around its value or from low to high; may be repeated.",
            "all that is uncertain",
        ),
    ] = None,
    driver: Annotated[list[str] | None, option("DRIVER", "Vary its decisions; may be repeated.")] = None,
    levers: Annotated[bool, switch("--levers", "Vary all decisions with a number.")] = False,
    settings: Settings = None,
    method: Annotated[str, option("both|morris|chaos|saltelli", "Screening, shares, or both.")] = "both",
    trajectories: Annotated[int, option("N", "Trajectories of the screening.", least=4, most=10_000)] = 10,
    samples: Annotated[int, option("N", "Base points of Saltelli's design, a power of 2.", least=8, most=65_536)] = 256,
    points: Annotated[
        int | None,
        option(
            "N",
            "Points a polynomial begins with, a power of 2.",
            "256, or as many as its terms need",
            least=16,
            most=8_192,
        ),
    ] = None,
    keep: Annotated[int, option("N", "Most parameters the screening leaves.", least=2, most=50)] = 8,
    fix_others: Annotated[
        bool, switch("--fix-others", "Leave those screened out as they are, not varied as a group.")
    ] = False,
    seeds: Annotated[int, option("N", "Runs of each point.", least=2, most=10_000_000)] = 2,
    seed: Annotated[int, option("N", "Key of the samples", least=0)] = 0,
    weeks: Weeks = None,
    from_start: Annotated[
        bool | None,
        typer.Option(
            "--from-start/--from-today",
            help="A burn-in for each point, or one for all.",
            show_default="from today if all are decisions",
        ),
    ] = None,
    plausible: Annotated[
        str | None,
        option(
            "N",
            "Rank those that matter in each of so many plausible worlds too, hundreds of runs each.",
            "none",
            flag="--worlds",
        ),
    ] = None,
    workers: Workers = None,
    store: Annotated[
        Path | None, out_folder("Keep the runs there, for other measures too.", "beside the answer")
    ] = None,
    out: Annotated[Path | None, out_answer("out/sensitivity-SCENARIO")] = None,
    as_json: AsJson = False,
) -> None:
    """Which parameters decide what comes out, and how much of what is uncertain comes from each?

    Morris' screening finds the few that matter; Sobol's indices share the variance out among them, by a polynomial
    (chaos), or by Saltelli's design where that explains too little. Chance is told apart.

    Ctrl-C keeps what is finished; the same command goes on.

    For example:

      flywheel sensitivity baseline

      flywheel sensitivity baseline --parameter operations.week_hours --parameter buyers.value_scale --method chaos

      flywheel sensitivity baseline --driver training --driver enablement --worlds 5

      flywheel sensitivity baseline --measure attainment --driver training --driver enablement

      flywheel sensitivity mine.toml --parameter structure.product_specialists=0:9 --parameter operations.wip_limit=4:20
    """
    from sim.answers.media import check_out  # noqa: PLC0415 - commands import what they need
    from sim.answers.sensitivity.report import report_of, summary  # noqa: PLC0415
    from sim.answers.sensitivity.worlds import with_worlds  # noqa: PLC0415
    from sim.questions.sensitivity.run import LEAST_POINTS, check_runs, sensitivity_worlds  # noqa: PLC0415
    from sim.questions.sensitivity.run import sensitivity as run_sensitivity  # noqa: PLC0415

    asked = usual_worlds(plausible, effort_given=True)
    check_runs(asked.number, LEAST_POINTS, seeds)
    organization = load(scenario, settings)
    folder = out or Path("out") / f"sensitivity-{organization.name}"
    check_out(folder)
    at = nullcontext(store) if store else runs_folder(folder, organization, beside=("plausible",))
    with at as kept:
        keeps: dict[str, Any] = {"store": kept, "every_measure": store is not None, "workers": workers}
        with progress("Simulating") as tell:
            result = run_sensitivity(
                organization, measure, parameter or None, drivers=driver or (), levers=levers, method=method,
                trajectories=trajectories, samples=samples, points=points, keep=keep, fix_others=fix_others,
                seeds=seeds, seed=seed, weeks=weeks, from_start=from_start, progress=tell, **keeps,
            )  # fmt: skip
        over = None
        if asked.number:
            with progress("Plausible worlds") as tell:
                over = sensitivity_worlds(result, asked.which, progress=tell, **keeps)
    typed = command_line()
    report = report_of(result, typed if "--method" in typed else f"{typed} --method {result.method}")
    title = f"{organization.title or organization.name}: {report.question}"
    if over:
        report = with_worlds(report, over)
    finish(
        report, folder, title, summary(result), as_json=as_json, kept=store is None,
        interrupted=bool(over and over.interrupted),
    )  # fmt: skip
